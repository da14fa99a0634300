"""Folders that are made when the code runs: nothing that ran before has written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate.expressions.fixtures import is_for_pytest
from raytune_migrate.expressions.origins import origins
from raytune_migrate.module.bindings import bindings
from raytune_migrate.module.names import imported_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

_OF_PYTEST = frozenset({"tmp_path", "tmpdir", "tmp_path_factory", "tmpdir_factory"})
_DEEP = 4  # paths that are made of each other must end somewhere


def fresh_folders(parsed: Parsed, path: cst.BaseExpression) -> frozenset[int]:
    """The new folders that a path leads through, by the identity of what each comes from."""
    return frozenset(_fresh(parsed, path, 0))


def _fresh(parsed: Parsed, path: cst.BaseExpression, depth: int) -> Iterator[int]:
    if depth > _DEEP:
        return
    yield from (id(one) for one in parsed.walk(path, cst.Call) if _is_temporary(parsed, one))
    for node in parsed.walk(path, cst.Name, cst.Attribute):
        yield from _given(parsed, node)
        for end in origins(parsed, node):
            if isinstance(end, cst.Name):
                yield from _given(parsed, end)
            elif end is not node:
                yield from _fresh(parsed, end, depth + 1)


def _given(parsed: Parsed, node: cst.BaseExpression) -> Iterator[int]:
    """What gives a name a new folder: pytest, or a ``with`` over a temporary one."""
    for one in bindings(parsed, node) if isinstance(node, cst.Name) else ():
        target = one.node if isinstance(one, Assignment) else None
        if isinstance(target, cst.Param) and target.name.value in _OF_PYTEST:
            function = parsed.enclosing(target, cst.FunctionDef)
            if function is not None and is_for_pytest(parsed, function):
                yield id(target)
        named = parsed.parent(target) if isinstance(target, cst.Name) else None
        item = parsed.parent(named) if isinstance(named, cst.AsName) else None
        made = item.item if isinstance(item, cst.WithItem) else None
        if made is not None and _is_temporary(parsed, made):
            yield id(made)


def _is_temporary(parsed: Parsed, node: cst.BaseExpression) -> bool:
    name = imported_name(parsed, node.func) if isinstance(node, cst.Call) else None
    return name is not None and name.startswith("tempfile.")
