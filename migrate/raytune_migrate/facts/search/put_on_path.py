"""The folders that modules put on ``sys.path`` by hand, where their lines say which these are."""

from __future__ import annotations

import ast
import json
import os
import re
from typing import TYPE_CHECKING

from raytune_migrate.files.find import NOTEBOOKS
from raytune_migrate.module.syntax import every_node, python_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NOTEBOOKS = tuple(NOTEBOOKS)
_METHODS = frozenset({"append", "insert", "extend"})
_ADDS = re.compile(rb"sys\.path[\s\\]*(?:\+=|\.[\s\\]*(?:append|insert|extend)\b)")
# What gives back the path that it is given first, or that it is a method of, as far as it matters.
_SAME = frozenset(
    {"str", "Path", "abspath", "realpath", "normpath", "fspath"}
    | {"resolve", "absolute", "as_posix", "expanduser"}
)
_HERE = frozenset({"getcwd", "cwd"})
_WORKING_FOLDER = ""  # from which a path goes on that does not say where it begins


def folders_put_on_path(path: str, data: bytes, root: str) -> Iterator[str]:
    """The folders that a module, or a notebook, puts on ``sys.path``.

    A relative one begins where Python is started: beside the file, or at the root of the project.
    """
    if not _ADDS.search(data):
        return
    for tree in _trees(path, data):
        names = _names(tree)
        for node in every_node(tree):
            for one in _added(node):
                found = _path(one, path, names)
                for start in (os.path.dirname(path), root) if found is not None else ():
                    yield os.path.normpath(os.path.join(start, found or ""))


def _added(node: ast.AST) -> Iterator[ast.expr]:
    """What a node puts on ``sys.path``."""
    match node:
        case ast.Call(func=ast.Attribute(value=to, attr=method), args=[*_, given]):
            adds = method in _METHODS
        case ast.AugAssign(target=to, op=ast.Add(), value=given):
            adds = True
        case _:
            return
    if adds and isinstance(to, ast.Attribute) and ast.unparse(to) == "sys.path":
        yield from given.elts if isinstance(given, ast.List | ast.Tuple) else [given]


def _trees(path: str, data: bytes) -> Iterator[ast.Module]:
    if not path.endswith(_NOTEBOOKS):
        tree = python_tree(data)
        if tree is not None:
            yield tree
        return
    try:
        cells = [one["source"] for one in json.loads(data)["cells"]]
    except (ValueError, KeyError, TypeError):  # said where it is migrated
        return
    for cell in cells:
        lines = "".join(cell).splitlines()
        tree = python_tree("\n".join(one for one in lines if not one.startswith(("%", "!"))))
        if tree is not None:
            yield tree


def _names(tree: ast.Module) -> Mapping[str, ast.expr]:
    """What the variables of a module are bound to, each by its last line."""
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _path(node: ast.expr, file: str, names: Mapping[str, ast.expr]) -> str | None:
    """The path that an expression gives; None where that cannot be told from its text."""

    def inner(one: ast.expr) -> str | None:
        return _path(one, file, names)

    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id="__file__"):
            return file
        case ast.Name(id=name) if name in names:
            # Without itself, so that what is bound to more of the same comes to an end.
            return _path(names[name], file, {k: v for k, v in names.items() if k != name})
        case ast.Attribute(attr="pardir"):
            return os.pardir
        case ast.Attribute(value=of, attr="parent"):
            return _above(inner(of), 1)
        case ast.Subscript(
            value=ast.Attribute(value=of, attr="parents"), slice=ast.Constant(value=int() as count)
        ):
            return _above(inner(of), count + 1)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _joined(inner(left), inner(right))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = inner(left), inner(right)
            return None if first is None or second is None else first + second
        case ast.Call(func=ast.Attribute(attr="dirname"), args=[of]):
            return _above(inner(of), 1)
        case ast.Call(func=ast.Attribute(attr="join"), args=[*parts]):
            return _joined(*map(inner, parts))
        case ast.Call(func=ast.Attribute(value=of, attr="joinpath"), args=[*parts]):
            return _joined(inner(of), *map(inner, parts))
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _HERE:
            return _WORKING_FOLDER
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[of]) if (
            name in _SAME
        ):
            return inner(of)
        case ast.Call(func=ast.Attribute(value=of, attr=name), args=[]) if name in _SAME:
            return inner(of)
        case _:
            return None


def _above(path: str | None, count: int) -> str | None:
    for _ in range(count):
        if path is None:
            return None
        path = os.path.dirname(path) if path else os.pardir
    return path


def _joined(*parts: str | None) -> str | None:
    known = [one for one in parts if one is not None]
    return os.path.join(*known) if known and len(known) == len(parts) else None
