"""What calls give to functions, and what takes their place: arguments, decorators, patches."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.expressions.calling import CALLING, CALLING_EACH
from raytune_migrate.facts.model import (
    OWN,
    REST,
    HandedOn,
    Item,
    Named,
    Passed,
    Patched,
    Plain,
    followed,
    symbols_of,
)
from raytune_migrate.facts.reading.scopes import (
    Scope,
    rest_of,
)
from raytune_migrate.facts.reading.spread import items, parts, unpacks
from raytune_migrate.facts.reading.values import UNKNOWN, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.facts.model import Values

_PATCHING = frozenset({"patch", "object", "setattr"})
_PATCHED = {ray_api.TUNER.rpartition(".")[2], *ray_api.ASKED_OF_SESSIONS, *ray_api.CONTEXT_METHODS}
# Arguments of which it says something already that they are given at all.
_TELLING = ray_api.TELLING_FIELDS.union(ray_api.REWRITTEN_ARGUMENTS, ["label_column"])


def arguments(node: ast.Call, called: Values, scope: Scope) -> Iterator[Passed]:
    """The arguments of a call that may be of interest to others."""
    given: list[tuple[str | int, ast.expr, Scope]] = []
    for index, one in enumerate(node.args):
        if isinstance(one, ast.Starred):
            break
        given.append((index, one, scope))
    given += [(one.arg, one.value, scope) for one in node.keywords if one.arg is not None]
    written = len(given)
    dicts = [one.value for one in node.keywords if one.arg is None]
    given += chain.from_iterable(items(one, scope) for one in dicts)
    for index, (argument, expression, where) in enumerate(given):
        values = values_of(expression, where)
        if argument not in _TELLING:
            values = followed(values)
        if values:
            yield from (
                Passed(one, argument, values, scope.name, node.lineno, index >= written)
                for one in followed(called)
            )
    if dicts or any(isinstance(one, ast.Starred) for one in node.args):
        held = chain.from_iterable(parts(one, scope) for one in dicts)
        rest = tuple(chain.from_iterable(followed(values_of(one, where)) for one, where in held))
        yield from (
            Passed(one, REST, rest or UNKNOWN, scope.name, node.lineno) for one in followed(called)
        )


def handed_over(node: ast.Call, scope: Scope) -> Iterator[Passed]:
    """What a function is given by a call that takes it to call it: ``pool.submit(function, one)``.

    Pools, threads of asyncio, and ``map`` go by the names of what is called.
    """
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in CALLING:
            place = CALLING[name]
        case _:
            return
    if len(node.args) <= place or any(isinstance(one, ast.Starred) for one in node.args):
        return
    functions = [one for one in values_of(node.args[place], scope) if not isinstance(one, Plain)]
    early = name == "partial"
    given: list[tuple[str | int, ast.expr]] = list(enumerate(node.args[place + 1 :]))
    if name not in CALLING_EACH:
        given += [(one.arg, one.value) for one in node.keywords if one.arg is not None]
    for argument, expression in given if functions else ():
        every = values_of(expression, scope)
        values = followed(every)
        each = map(Item, values) if name in CALLING_EACH else every if early else values
        if some := tuple(each):
            yield from (
                Passed(one, argument, some, scope.name, node.lineno, early=early)
                for one in functions
            )


def hands_on(node: ast.Call, called: Values, scope: Scope) -> Iterator[HandedOn]:
    """The call by which a function hands on its own ``**kwargs``, if it is one."""
    rest = rest_of(scope.node)
    if rest is not None and any(
        one.arg is None and unpacks(one.value, rest) for one in node.keywords
    ):
        yield from (
            HandedOn(one, scope.name, node.lineno) for one in called if not isinstance(one, Plain)
        )


def decorated(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope
) -> Iterator[Passed]:
    """What decorators are given: as in a register of functions."""
    name = scope.qualified(node.name)
    for decorator in node.decorator_list:
        yield from (
            Passed(one, 0, (Named(f"{OWN}{name}"),), scope.name, decorator.lineno)
            for one in values_of(decorator, scope)
            if not isinstance(one, Plain)
        )


def patches(node: ast.Call, scope: Scope) -> Iterator[Patched]:
    """A module's Tuner, or what it asks of a session, where a call puts something in its place.

    By ``patch("module.Tuner")``, or ``setattr(module, "Tuner", ...)``, as mocks and pytest have it.
    """
    match node:
        case ast.Call(
            func=ast.Name(id=name) | ast.Attribute(attr=name),
            args=[ast.Constant(value=str() as symbol), *_],
        ) if name in _PATCHING:
            symbols = [symbol]
        case ast.Call(
            func=ast.Name(id=name) | ast.Attribute(attr=name),
            args=[holder, ast.Constant(value=str() as last), *_],
        ) if name in _PATCHING:
            symbols = [f"{one}.{last}" for one in symbols_of(values_of(holder, scope))]
        case _:
            return
    for symbol in symbols:
        if symbol.rpartition(".")[2] in _PATCHED:
            yield Patched(symbol, node.lineno)
