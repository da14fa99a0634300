"""The ``log_dir`` of a Result, a ``Path`` up to Ray 2.6: it is its ``path`` now, a ``str``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.bindings import is_builtin_here
from raytune_migrate.names import imported_name
from raytune_migrate.proposal import Replace
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.fits import is_any_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.parsed import Parsed
    from raytune_migrate.sweep.draft import Draft

# What takes a str as well as a Path, and makes the same of both.
_BUILTINS = frozenset({"open", "print", "str"})
_FUNCTIONS = frozenset(
    {"os.listdir", "os.path.exists", "os.path.isdir", "os.path.join", "pathlib.Path"}
)


def log_dirs(parsed: Parsed, root: cst.CSTNode) -> Iterator[cst.Attribute]:
    """Every read of a ``log_dir`` of a Result below a node."""
    if ray_api.LOG_DIR not in parsed.text:
        return
    for node in parsed.walk(root, cst.Attribute):
        if node.attr.value == ray_api.LOG_DIR and is_any_result(parsed, node.value):
            yield node


def path_edits(parsed: Parsed, read: cst.Attribute, draft: Draft) -> Iterator[Replace]:
    """The edits that read the path instead, as a ``Path`` where one may be needed."""
    yield Replace(*parsed.span(read.attr), "path")
    if not _takes_text(parsed, read):
        start, end = parsed.span(read)
        yield Replace(start, start, f"{draft.refer(parsed, 'pathlib.Path', read)}(")
        yield Replace(end, end, ")")


def _takes_text(parsed: Parsed, read: cst.Attribute) -> bool:
    """Whether what a path is given to makes the same of its text."""
    holder = parsed.parent(read)
    if isinstance(holder, cst.FormattedStringExpression):
        return holder.conversion is None and holder.format_spec is None
    call = parsed.parent(holder) if isinstance(holder, cst.Arg) else None
    if not isinstance(call, cst.Call) or (isinstance(holder, cst.Arg) and holder.star):
        return False
    if isinstance(call.func, cst.Name) and call.func.value in _BUILTINS:
        return is_builtin_here(parsed, call.func.value, call)
    return imported_name(parsed, call.func) in _FUNCTIONS
