"""What the code of a scope reads of results, and what it puts into configs and containers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.facts.model import (
    OWN,
    Filled,
    Named,
    Plain,
    Put,
    Read,
    followed,
)
from raytune_migrate.facts.scopes import (
    PUTTING,
    Scope,
    put_into,
)
from raytune_migrate.facts.values import values_of

if TYPE_CHECKING:
    from collections.abc import Iterator


_READ = ray_api.RESULT_FIELDS.union(ray_api.RUN_PATHS, (ray_api.RETURN_VALUE,))
_COPIED_WITH = Named("dataclasses.replace")


def reads(scope: Scope) -> Iterator[Read]:
    """The reads in a scope of what a Result has."""
    keys: dict[int, str] = {}
    for node in scope.nodes:
        match node:
            case (
                ast.Subscript(value=ast.Attribute() as read, slice=ast.Constant(value=str() as key))
                | ast.Call(
                    func=ast.Attribute(value=ast.Attribute() as read, attr="get"),
                    args=[ast.Constant(value=str() as key), *_],
                )
            ):
                keys[id(read)] = key
            case _:
                pass
    for node in scope.nodes:
        while isinstance(node, ast.Attribute):
            if node.attr in _READ and isinstance(node.ctx, ast.Load):
                values = values_of(node.value, scope)
                of = tuple(one for one in values if not isinstance(one, Plain))
                if of:
                    yield Read(of, node.attr, keys.get(id(node)), end_of(node.value))
            node = node.value


def puts(scope: Scope) -> Iterator[Put]:
    """What the code of a scope puts into fields that tell something of a RunConfig."""
    for node in scope.nodes:
        given: list[tuple[ast.expr, str, ast.expr]] = []
        match node:
            case ast.Assign(targets=targets, value=value):
                given = [
                    (one.value, one.attr, value)
                    for one in targets
                    if isinstance(one, ast.Attribute)
                ]
            case ast.Call(args=[first, *_], keywords=keywords) if keywords:
                if _COPIED_WITH in values_of(node.func, scope):
                    given = [(first, one.arg, one.value) for one in keywords if one.arg is not None]
            case _:
                pass
        for holder, field, value in given:
            of = followed(values_of(holder, scope)) if field in ray_api.TELLING_FIELDS else ()
            if of:
                yield Put(of, field, values_of(value, scope))


def filled(scope: Scope) -> Iterator[Filled]:
    """What the code of a scope puts into containers that it imports."""
    for node in scope.nodes:
        for container, value in put_into(node) if node.__class__ in PUTTING else ():
            if not isinstance(container, ast.Name | ast.Attribute):
                continue
            values = values_of(value, scope)
            told = not {*values} <= {Plain.OTHER, Plain.NONE}
            for one in values_of(container, scope) if told else ():
                if isinstance(one, Named) and not one.symbol.startswith(OWN):
                    yield Filled(one.symbol, values)


def end_of(node: ast.expr) -> tuple[int, int]:
    """The line, from 1, and the offset in it at which an expression ends."""
    return node.end_lineno or 0, node.end_col_offset or 0
