"""What must hold of a rewritten module before anybody gets it."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate.imports.statements import imports_of, wanted_names
from raytune_migrate.module.syntax import python_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from libcst.metadata import Scope

    from raytune_migrate.module.parsed import Parsed

_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def flaws(before: Parsed, after: Parsed) -> Iterator[str]:
    """What is wrong with ``after`` that was not wrong with ``before``; nothing where it holds."""
    if (error := _compiles(after.text)) is not None and _compiles(before.text) is None:
        yield f"the result does not compile: {error}"
    for name in sorted(undefined_names(after) - undefined_names(before)):
        yield f"the result uses {name}, which is defined nowhere"
    for name in sorted(unused_imports(after) - unused_imports(before)):
        yield f"the result imports {name} and does not use it"
    for name in sorted(imported_twice(after) - imported_twice(before)):
        yield f"the result imports {name} from more than one module"


def undefined_names(parsed: Parsed) -> frozenset[str]:
    """Names that are read and bound in no scope around them."""
    if "import *" in parsed.text:
        return frozenset()
    return frozenset(
        access.node.value
        for scope in parsed.scopes()
        for access in scope.accesses
        if not access.referents and isinstance(access.node, cst.Name)
    )


def unused_imports(parsed: Parsed) -> frozenset[str]:
    """Names that are imported, never read, and not in ``__all__``."""
    unused = frozenset(
        assignment.name
        for scope in parsed.scopes()
        for assignment in scope.assignments
        if isinstance(assignment, ImportAssignment) and not _is_read(scope, assignment)
    )
    return unused - wanted_names(parsed)


def imported_twice(parsed: Parsed) -> frozenset[str]:
    """Names for which one scope imports the objects of several modules."""
    homes: dict[tuple[int, str], set[str]] = {}
    for bound, written, binding in imports_of(parsed):
        if isinstance(binding.node, cst.ImportFrom):
            homes.setdefault((id(binding.scope), bound), set()).add(written)
    return frozenset(name for (_, name), some in homes.items() if len(some) > 1)


def _is_read(scope: Scope, imported: ImportAssignment) -> bool:
    """Whether what an import binds is read; ``import ray.train`` binds ``ray``, too."""
    return bool(imported.references) or any(
        isinstance(one, ImportAssignment)
        and one.node is imported.node
        and (one.name.startswith(f"{imported.name}.") or imported.name.startswith(f"{one.name}."))
        and one.references
        for one in scope.assignments
    )


def _compiles(text: str) -> str | None:
    """The compiler's complaint, if it has one; it knows the running Python's grammar only.

    A notebook may await outside a function; no change can add that where it was not.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = python_tree(text) or text
            compile(code, "<migrated>", "exec", dont_inherit=True, flags=_AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return str(error)
    return None
