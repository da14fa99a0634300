"""From the scope of a function, or of a fixture, to what others are told of it."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING

from raytune_migrate.facts.model import (
    Fixture,
    Function,
    Held,
    Named,
    Plain,
    followed,
    symbols_of,
)
from raytune_migrate.facts.reading.scopes import (
    Scope,
    decorators,
    is_method,
    parameters_of,
)
from raytune_migrate.facts.reading.surely import sure_calls
from raytune_migrate.facts.reading.values import UNKNOWN, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.facts.model import Value, Values

_FIXTURE = Named("pytest.fixture")
_DISPATCHING = frozenset({"singledispatch", "singledispatchmethod"})
_PROPERTIES = frozenset({"property", "cached_property"})


def function(
    scope: Scope, own: set[str], names: set[str], calls: Sequence[tuple[ast.Call, Values]]
) -> Function:
    """A scope as a function: ``names`` are what it, and what is in it, mentions, ``own`` it."""
    several = (called for node, called in calls if len(node.args) + len(node.keywords) > 1)
    few = (called for node, called in calls if len(node.args) + len(node.keywords) <= 1)
    sure = {id(one) for one in sure_calls(scope)} if calls else ()
    surely = (called for node, called in calls if id(node) in sure)
    every = dict.fromkeys(chain.from_iterable(called for _, called in calls))
    return Function(
        parameters=tuple(one.arg for one in parameters_of(scope.node)),
        returns=_returns(scope),
        names=frozenset(names),
        own_names=frozenset(own),
        calls=frozenset(symbols_of(tuple(every))),
        calls_with_several=frozenset(symbols_of(tuple(chain.from_iterable(several)))),
        calls_with_few=frozenset(symbols_of(tuple(chain.from_iterable(few)))),
        surely=frozenset(symbols_of(tuple(chain.from_iterable(surely)))),
        called=tuple(one for one in every if not _is_known(one)),
        annotated=tuple(_annotated(scope)),
        decorators=tuple(_decorators(scope)),
        is_method=is_method(scope),
        is_property=not decorators(scope).isdisjoint(_PROPERTIES),
    )


def mentioned(scope: Scope) -> set[str]:
    """The symbols that a scope itself mentions."""
    found, seen = set[str](), set[str]()
    for node in scope.nodes:
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        if isinstance(node, ast.Name):
            if node.id in seen:
                continue
            seen.add(node.id)
        found.update(symbols_of(values_of(node, scope)))
    return found


def _is_known(value: Value) -> bool:
    """Whether symbols say what a value is, or nothing does."""
    return isinstance(value, Plain) or any(True for _ in symbols_of((value,)))


def _decorators(scope: Scope) -> Iterator[Value]:
    if isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef) and scope.outer is not None:
        for one in scope.node.decorator_list:
            for value in values_of(one, scope.outer):
                if not isinstance(value, Plain):
                    yield value


def _annotated(scope: Scope) -> Iterator[tuple[str, str]]:
    """The parameters of a function, with what their annotations name."""
    for one in parameters_of(scope.node):
        for named in _classes_named(one.annotation):
            for symbol in symbols_of(values_of(named, scope.outer or scope)):
                yield one.arg, symbol


def _classes_named(annotation: ast.expr | None) -> Iterator[ast.expr]:
    match annotation:
        case ast.Name() | ast.Attribute():
            yield annotation
        case ast.Constant(value=str() as text):
            first, *rest = text.removesuffix("| None").strip().split(".")
            named: ast.expr = ast.Name(first, ctx=ast.Load())
            for part in rest:
                named = ast.Attribute(named, part, ctx=ast.Load())
            yield named
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _classes_named(left)
            yield from _classes_named(right)
        case ast.Subscript(value=ast.Name(id="Optional") | ast.Attribute(attr="Optional")):
            yield from _classes_named(annotation.slice)
        case _:
            pass


def _returns(scope: Scope) -> Values:
    node = scope.node
    if isinstance(node, ast.Lambda):
        return values_of(node.body, scope)
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return UNKNOWN
    found: dict[Value, None] = {}
    yielded: list[Values] = []
    for one in scope.nodes:
        match one:
            case ast.Yield():
                some = values_of(one.value, scope) if one.value is not None else UNKNOWN
                yielded.append((Held(some),) if followed(some) else UNKNOWN)
            case ast.YieldFrom():
                yielded.append(values_of(one.value, scope))
            case ast.Return():
                some = values_of(one.value, scope) if one.value is not None else (Plain.NONE,)
                found.update(dict.fromkeys(some))
            case _:
                pass
    if yielded:  # what calling it gives holds these
        return tuple(dict.fromkeys(chain.from_iterable(yielded)))
    if not decorators(scope).isdisjoint(_DISPATCHING):
        found[Plain.UNKNOWN] = None  # others give what it does
    return tuple(found) or (Plain.NONE,)


def is_fixture(scope: Scope, module: Scope) -> bool:
    """Whether a scope is that of a fixture of pytest."""
    return scope.outer is module and any(True for _ in _marks(scope))


def fixture(scope: Scope) -> tuple[str, Fixture]:
    """A fixture, by its name: what it returns, or yields ahead of what it cleans up."""
    name = scope.name
    for one in _marks(scope):
        for given in one.keywords if isinstance(one, ast.Call) else ():
            if given.arg == "name" and isinstance(given.value, ast.Constant):
                name = str(given.value.value)
    values = dict.fromkeys(
        value
        for one in scope.nodes
        if isinstance(one, ast.Return | ast.Yield) and one.value is not None
        for value in values_of(one.value, scope)
    )
    return name, Fixture(scope.name, tuple(values))


def _marks(scope: Scope) -> Iterator[ast.expr]:
    """What makes a function a fixture of pytest."""
    if isinstance(scope.node, ast.FunctionDef) and scope.outer is not None:
        for one in scope.node.decorator_list:
            named = one.func if isinstance(one, ast.Call) else one
            if _FIXTURE in values_of(named, scope.outer):
                yield one
