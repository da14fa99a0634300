"""Modules that turn Train V2 off for others, because they run first.

The ``__init__.py`` of a package does for all that is in it, any module for those that import it.
"""

from __future__ import annotations

import ast
import gc
import os
import re
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.module.syntax import python_tree
from raytune_migrate.source import Language, SourceError, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

_INIT = "__init__.py"
_FLAG = ray_api.FLAG.encode()
_ON = re.compile(_FLAG + rb"[\"']\s*(?:,|:|\]\s*=)\s*[\"'](?:1|true)[\"']", re.IGNORECASE)
_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def pins_others(path: str, data: bytes) -> bool:
    """Whether a module turns Train V2 off on purpose when it is imported, or its package."""
    if not path.endswith(".py") or _FLAG not in data or _FLAG not in _ON.sub(b"", data):
        return False
    if _is_plain(data):
        return True
    found = _has_pin(data, whole=os.path.basename(path) == _INIT)
    gc.collect(0)  # the tree, which its scopes hold in cycles
    return found


def _is_plain(data: bytes) -> bool:
    """Whether ``os.environ[...] = "0"`` stands in the body of a module, as it mostly does.

    Python's own parser tells that, for which LibCST need not be imported.
    """
    tree = python_tree(data)
    imported = False
    for statement in tree.body if tree is not None else ():
        match statement:
            case ast.Import(names=names):
                imported = imported or any(one.name == "os" and one.asname is None for one in names)
            case ast.Assign(
                targets=[
                    ast.Subscript(
                        value=ast.Attribute(value=ast.Name(id="os"), attr="environ"),
                        slice=ast.Constant(value=ray_api.FLAG),
                    )
                ],
                value=ast.Constant(value=value),
            ) if imported and ray_api.turns_off(value):
                return True
            case _:
                pass
    return False


def _has_pin(data: bytes, *, whole: bool) -> bool:
    """Whether a module turns Train V2 off when it is imported; if ``whole``, anywhere in it."""
    from raytune_migrate.module.parsed import SourceSyntaxError, parse
    from raytune_migrate.sweep.pins import pins, sets_on_import  # next to no module has it off

    try:
        parsed = parse(decode(data, Language.ANY).text)
    except (SourceError, SourceSyntaxError):
        return False
    return any(whole or sets_on_import(parsed, one) for one in pins(parsed))


def led_to(files: Iterable[str], pins: Collection[str]) -> set[str]:
    """The modules whose import runs one of ``pins``: these, and all in a package that is one."""
    return {one for one in files if any(each in pins for each in (one, *packages_around(one)))}


def pinned_by(
    path: str, pins: Collection[str], imported: Callable[[str], Iterable[str]]
) -> str | None:
    """The one of ``pins`` that runs before a module does, or that it is itself.

    ``imported`` gives the files of the project that a module imports when it is imported itself.
    """
    waiting = [path]
    seen: set[str] = set()
    while waiting:
        one = waiting.pop(0)
        if one in seen:
            continue
        seen.add(one)
        for before in packages_around(one) if one == path else (*packages_around(one), one):
            if before in pins:
                return before
        waiting += imported(one)
    return None


def packages_around(path: str) -> Iterator[str]:
    """The ``__init__.py`` of each package around a module, or that it is, innermost first."""
    folder = os.path.dirname(path)
    while folder != os.path.dirname(folder):
        yield os.path.join(folder, _INIT)
        folder = os.path.dirname(folder)


def imported_at_once(data: bytes) -> Iterator[str]:
    """The names that a module imports outside of functions, as they are written, in order."""
    try:
        waiting: list[ast.AST] = [ast.parse(data)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = "." * node.level + (node.module or "")
            for one in node.names:
                between = "" if home.endswith(".") else "."
                yield home if one.name == "*" else f"{home}{between}{one.name}"
        elif not isinstance(node, _LATER) and not _is_for_types(node):
            waiting += reversed([*ast.iter_child_nodes(node)])


def _is_for_types(node: ast.AST) -> bool:
    """Whether a statement is there for type checkers alone."""
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
