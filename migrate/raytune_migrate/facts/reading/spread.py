"""Dicts that ``**`` makes arguments of: what stands in them under the names of these."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.facts.reading.scopes import owner_of
from raytune_migrate.facts.reading.values import values_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.facts.model import Values
    from raytune_migrate.facts.reading.scopes import Scope

_DEEP = 6  # names that lead to each other must end somewhere
# What trainers, configs and Tuners take, or took.
ARGUMENTS = frozenset[str]().union(
    *(one.arguments | one.dropped for one in ray_api.TRAINERS.values()),
    ray_api.TELLING_FIELDS,
    ray_api.TRAINABLE_KEYWORDS,
)


def items(node: ast.expr, scope: Scope, depth: int = 0) -> Iterator[tuple[str, ast.expr, Scope]]:
    """What a dict is seen to have for arguments of trainers and configs, each with its scope."""
    match node:
        case ast.Dict():
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    yield from items(value, scope, depth)
                elif isinstance(key, ast.Constant) and key.value in ARGUMENTS:
                    yield str(key.value), value, scope
        case ast.Call(func=ast.Name(id="dict")):
            for copied in node.args:
                yield from items(copied, scope, depth)
            for one in node.keywords:
                if one.arg is None:
                    yield from items(one.value, scope, depth)
                elif one.arg in ARGUMENTS:
                    yield one.arg, one.value, scope
        case ast.Name(id=name) if depth < _DEEP:
            around: Scope | None = scope
            while around is not None and name not in around.bound:
                around = around.outer
            if around is None:
                return
            for bound in around.bound[name]:
                if isinstance(bound, tuple):
                    yield from items(bound[1], bound[0], depth + 1)
            for container, word, stored in _stored(around):
                if isinstance(container, ast.Name) and container.id == name:
                    yield word, stored, around
        case _:
            pass


def parts(node: ast.expr, scope: Scope) -> Iterator[tuple[ast.expr, Scope]]:
    """A dict, or those that one is made of: ``{**first, **second}``."""
    match node:
        case ast.Dict():
            for key, value in zip(node.keys, node.values, strict=True):
                if key is None:
                    yield from parts(value, scope)
        case ast.Call(func=ast.Name(id="dict")):
            yield from ((one, scope) for one in node.args)
            yield from ((one.value, scope) for one in node.keywords if one.arg is None)
        case _:
            yield node, scope


def unpacks(node: ast.expr, name: str) -> bool:
    """Whether a dict is that of a name, or has all that is in it: ``{**name, "key": value}``."""
    match node:
        case ast.Name():
            return node.id == name
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return any(key is None and unpacks(value, name) for key, value in pairs)
        case _:
            return False


def _stored(scope: Scope) -> Iterator[tuple[ast.expr, str, ast.expr]]:
    """What the code of a scope puts into dicts later, for arguments of trainers and configs."""
    for node in scope.nodes:
        given: list[tuple[ast.expr, object, ast.expr]] = []
        match node:
            case (
                ast.Assign(
                    targets=[ast.Subscript(value=container, slice=ast.Constant(value=key))],
                    value=value,
                )
                | ast.Call(
                    func=ast.Attribute(value=container, attr="setdefault"),
                    args=[ast.Constant(value=key), value],
                )
            ):
                given = [(container, key, value)]
            case ast.Call(func=ast.Attribute(value=container, attr="update"), keywords=keywords):
                given = [(container, one.arg, one.value) for one in keywords]
            case _:
                pass
        yield from ((holder, str(key), value) for holder, key, value in given if key in ARGUMENTS)


def dicts_of(scope: Scope, module: Scope) -> Iterator[tuple[str, Values]]:
    """What is in the dicts that a scope binds names to, or a function returns.

    As variables of these: ``ARGUMENTS.run_config``, or ``function.run_config``.
    """
    prefix = f"{scope.name}." if scope.name else ""
    every = chain(_bound(scope, prefix), _returned(scope), _put(scope, module))
    return ((f"{name}.{key}", values_of(value, where)) for name, (key, value, where) in every)


def _bound(scope: Scope, prefix: str) -> Iterable[tuple[str, tuple[str, ast.expr, Scope]]]:
    if not isinstance(scope.node, ast.Module | ast.ClassDef):
        return
    for name, bound in scope.bound.items():
        for one in bound:
            if isinstance(one, tuple):
                yield from ((f"{prefix}{name}", item) for item in items(one[1], one[0]))


def _put(scope: Scope, module: Scope) -> Iterable[tuple[str, tuple[str, ast.expr, Scope]]]:
    """What goes into dicts of the module, or of the objects of a class."""
    for container, key, value in _stored(scope):
        owner, name = owner_of(container, scope, module)
        if owner is not None and isinstance(owner.node, ast.Module | ast.ClassDef):
            prefix = f"{owner.name}." if owner.name else ""
            yield f"{prefix}{name}", (key, value, scope)


def _returned(scope: Scope) -> Iterable[tuple[str, tuple[str, ast.expr, Scope]]]:
    if not isinstance(scope.node, ast.FunctionDef):
        return
    for one in scope.nodes:
        if isinstance(one, ast.Return) and one.value is not None:
            yield from ((scope.name, item) for item in items(one.value, scope))
