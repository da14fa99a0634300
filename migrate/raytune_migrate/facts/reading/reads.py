"""What the code of a scope reads of results and of contexts, and what it puts into configs and
containers.
"""

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
from raytune_migrate.facts.reading.scopes import (
    PUTTING,
    Scope,
    owner_of,
    put_into,
)
from raytune_migrate.facts.reading.values import values_of

if TYPE_CHECKING:
    from collections.abc import Iterator


_READ = ray_api.RESULT_FIELDS.union(ray_api.RUN_PATHS, (ray_api.RETURN_VALUE,), ray_api.TRIAL_FACTS)
_RESULT = Named(ray_api.TRAIN_RESULT)
_NO_KEY: list[str | None] = [None]
_ITSELF = ("self", "cls")
_COPIED_WITH = Named("dataclasses.replace")


def reads(scope: Scope) -> Iterator[Read]:
    """The reads in a scope of what a Result has, or the context of a worker."""
    keys = _keys(scope)
    for node in scope.nodes:
        while isinstance(node, ast.Attribute):
            if node.attr in _READ and isinstance(node.ctx, ast.Load):
                values = values_of(node.value, scope)
                of = followed(values)
                for key in keys.get(id(node), _NO_KEY) if of else ():
                    yield Read(of, node.attr, key, end_of(node.value))
            node = node.value
        tested = _tested(node, scope)
        of = followed(values_of(tested, scope)) if tested is not None else ()
        if tested is not None and of:
            yield Read(of, ray_api.CLASS, None, end_of(tested))


def _tested(node: ast.AST, scope: Scope) -> ast.expr | None:
    """What an expression, or a ``match``, tests for being a Result of ``ray.train``."""
    match node:
        case ast.Call(func=ast.Name(id="isinstance"), args=[tested, kind]):
            kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
        case ast.Call(func=ast.Attribute(attr=name), args=[tested, kind, *_]) if (
            name in ray_api.CLASS_ASSERTIONS
        ):
            kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
        case ast.Compare(left=left, comparators=[kind]):
            sides = ((left, kind), (kind, left))
            found = ((one, other) for side, other in sides if (one := _asked_for_class(side)))
            tested, kind = next(found, (left, left))
            kinds = kind.elts if isinstance(kind, ast.List | ast.Set | ast.Tuple) else [kind]
        case ast.Match(subject=tested, cases=cases):
            kinds = [
                one.cls
                for case in cases
                for one in ast.walk(case.pattern)
                if isinstance(one, ast.MatchClass)
            ]
        case _:
            return None
    named = (values_of(one, scope) for one in kinds)
    return tested if any(_RESULT in values for values in named) else None


def _asked_for_class(node: ast.expr) -> ast.expr | None:
    """That of which an expression is the class."""
    match node:
        case (
            ast.Call(func=ast.Name(id="type"), args=[of])
            | ast.Attribute(value=of, attr=ray_api.CLASS)
        ):
            return of
        case _:
            return None


def _keys(scope: Scope) -> dict[int, list[str | None]]:
    """By the id of an attribute that is read, the keys that it is asked for.

    Also by a variable that it is given to in the scope.
    """
    given: dict[str, list[ast.Attribute]] = {}
    asked: list[tuple[ast.expr, ast.expr]] = []
    for node in scope.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as read):
                given.setdefault(name, []).append(read)
            case ast.Subscript(value=whole, slice=key):
                asked.append((whole, key))
            case ast.Call(func=ast.Attribute(value=whole, attr="get"), args=[key, *_]):
                asked.append((whole, key))
            case _:
                pass
    keys: dict[int, list[str | None]] = {}
    for whole, key in asked:
        found = given.get(whole.id, ()) if isinstance(whole, ast.Name) else (whole,)
        texts = key.elts if isinstance(key, ast.List | ast.Tuple) else (key,)
        for one in texts:
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                for each in found:
                    keys.setdefault(id(each), []).append(one.value)
    return keys


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


def attributes(scope: Scope) -> Iterator[Put]:
    """What the code of a scope puts on modules, classes and objects; but for an object's own code,
    of which the class is asked."""
    for node in scope.nodes:
        if not isinstance(node, ast.Assign):
            continue
        for one in node.targets:
            if not isinstance(one, ast.Attribute) or _is_itself(one.value):
                continue
            of = followed(values_of(one.value, scope))
            values = followed(values_of(node.value, scope))
            if of and values:
                yield Put(of, one.attr, values)


def _is_itself(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in _ITSELF


def filled(scope: Scope) -> Iterator[Filled]:
    """What the code of a scope puts into containers that it imports, or that a class has which it
    names: ``Task.known[name] = cls``."""
    for node in scope.nodes:
        for container, value in put_into(node) if node.__class__ in PUTTING else ():
            if not isinstance(container, ast.Name | ast.Attribute):
                continue
            values = values_of(value, scope)
            by_class = isinstance(container, ast.Attribute) and not _is_around(container, scope)
            told = not {*values} <= {Plain.OTHER, Plain.NONE}
            for one in values_of(container, scope) if told else ():
                if isinstance(one, Named) and (by_class or not one.symbol.startswith(OWN)):
                    yield Filled(one.symbol, values)


def _is_around(container: ast.Attribute, scope: Scope) -> bool:
    """Whether a container is an attribute of the object, or the class, that a method gets."""
    owner, _ = owner_of(container, scope, scope)
    return owner is not None


def end_of(node: ast.expr) -> tuple[int, int]:
    """The line, from 1, and the offset in it at which an expression ends."""
    return node.end_lineno or 0, node.end_col_offset or 0
