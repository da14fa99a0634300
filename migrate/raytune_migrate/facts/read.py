"""From the text of a module to its facts, by Python's own parser: a tenth of LibCST's time."""

from __future__ import annotations

import ast
import re
from itertools import chain
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.expressions.calling import CALLING, CALLING_EACH
from raytune_migrate.facts.lazy import lazy_names
from raytune_migrate.facts.model import (
    OWN,
    REST,
    Filled,
    Fit,
    Fixture,
    Function,
    HandedOn,
    Item,
    ModuleFacts,
    Named,
    Passed,
    Patched,
    Plain,
    Put,
    Read,
    symbols_of,
)
from raytune_migrate.facts.scopes import (
    INIT,
    PUTTING,
    Scope,
    bases_of,
    bind_all,
    decorators,
    every_scope,
    generated_fields,
    is_first_of_fields,
    is_method,
    parameters_of,
    put_into,
    rest_of,
)
from raytune_migrate.facts.spread import dicts_of, items, parts, unpacks
from raytune_migrate.facts.values import UNKNOWN, bound_to, values_of
from raytune_migrate.module.syntax import python_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from raytune_migrate.facts.model import Value, Values


_READ = ray_api.RESULT_FIELDS.union(ray_api.RUN_PATHS)
_FIXTURE = Named("pytest.fixture")
_COPIED_WITH = Named("dataclasses.replace")
_PATCHING = frozenset({"patch", "object", "setattr"})
_PATCHED = {ray_api.TUNER.rpartition(".")[2], *ray_api.ASKED_OF_SESSIONS, *ray_api.CONTEXT_METHODS}
_NUMBERED = re.compile(r"checkpoint_(?:\d{6}|\{)")  # whole, or up to a number that is formatted
_PROPERTIES = frozenset({"property", "cached_property"})
# Arguments of which it says something already that they are given at all.
_TELLING = ray_api.TELLING_FIELDS | {*ray_api.REWRITTEN_ARGUMENTS}


def module_facts(source: str | bytes) -> ModuleFacts | None:
    """The facts of a module; None where this Python cannot parse it."""
    tree = python_tree(source)
    if tree is None:
        return None
    scopes = list(every_scope(tree))
    try:
        return _facts(tree, scopes, numbers=_numbers(source))
    except RecursionError:
        return None
    finally:
        for one in scopes:
            one.forget()


def _numbers(source: str | bytes) -> bool:
    text = source if isinstance(source, str) else source.decode(errors="replace")
    return _NUMBERED.search(text) is not None


def _facts(tree: ast.Module, scopes: Sequence[Scope], *, numbers: bool) -> ModuleFacts:
    module = scopes[0]
    imports, stars = bind_all(scopes)
    for name, symbol in lazy_names(tree):
        if name not in module.bound:
            module.bind(name, Named(symbol))
            imports.add(symbol)
    functions: dict[str, Function] = {}
    inner: dict[int, set[str]] = {}  # what is mentioned in the scopes inside one
    passed: list[Passed] = []
    handed_on: list[HandedOn] = []
    fits: list[Fit] = []
    patched: list[Patched] = []
    for scope in reversed(scopes):  # what is inside comes first
        calls = [
            (one, values_of(one.func, scope)) for one in scope.nodes if isinstance(one, ast.Call)
        ]
        for node, called in calls:
            passed += _arguments(node, called, scope)
            passed += _handed_over(node, scope)
            handed_on += _handed_on(node, called, scope)
            patched += _patched(node, scope)
            if isinstance(node.func, ast.Attribute) and node.func.attr == "fit":
                of = node.func.value
                fits.append(Fit(values_of(of, scope), scope.name, node.lineno, _end(of)))
        for one in scope.nodes:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                passed += _decorated(one, scope)
        own = _mentioned(scope)
        names = own | inner.get(id(scope), set())
        if scope.outer is not None:
            inner.setdefault(id(scope.outer), set()).update(names)
        functions[scope.name] = _function(scope, own, names, calls)
        if fields := generated_fields(scope):
            functions[f"{scope.name}.{INIT}"] = Function(
                parameters=("self", *(fields if is_first_of_fields(scope) else ())),
                is_method=True,
                is_generated=True,
            )
    return ModuleFacts(
        imports=frozenset(imports),
        stars=tuple(stars),
        variables={
            (name if scope is module else f"{scope.name}.{name}"): bound_to(name, scope)
            for scope in scopes
            if isinstance(scope.node, ast.Module | ast.ClassDef)
            for name in scope.bound
        }
        | _joined(chain.from_iterable(dicts_of(one, module) for one in scopes)),
        made=frozenset(
            name if scope is module else f"{scope.name}.{name}"
            for scope in scopes
            if isinstance(scope.node, ast.Module | ast.ClassDef)
            for name, bindings in scope.bound.items()
            if any(isinstance(one, tuple) and isinstance(one[1], ast.Call) for one in bindings)
        ),
        functions=functions,
        bases={
            one.name: tuple(
                chain.from_iterable(
                    symbols_of(values_of(base, one.outer or module)) for base in bases_of(one.node)
                )
            )
            for one in scopes
            if isinstance(one.node, ast.ClassDef)
        },
        passed=tuple(passed),
        handed_on=tuple(handed_on),
        fits=tuple(dict.fromkeys(fits)),
        reads=tuple(dict.fromkeys(one for scope in scopes for one in _reads(scope))),
        puts=tuple(dict.fromkeys(one for scope in scopes for one in _puts(scope))),
        filled=tuple(dict.fromkeys(one for scope in scopes for one in _filled(scope))),
        patched=tuple(patched),
        numbers=numbers,
        fixtures=dict(_fixture(one) for one in scopes if _is_fixture(one, module)),
    )


def _joined(parts: Iterable[tuple[str, Values]]) -> dict[str, Values]:
    found: dict[str, dict[Value, None]] = {}
    for name, values in parts:
        found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: tuple(values) for name, values in found.items()}


def _mentioned(scope: Scope) -> set[str]:
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


def _function(
    scope: Scope, own: set[str], names: set[str], calls: Sequence[tuple[ast.Call, Values]]
) -> Function:
    """A scope as a function: ``names`` are what it, and what is in it, mentions, ``own`` it."""
    several = (called for node, called in calls if len(node.args) + len(node.keywords) > 1)
    every = dict.fromkeys(chain.from_iterable(called for _, called in calls))
    return Function(
        parameters=tuple(one.arg for one in parameters_of(scope.node)),
        returns=_returns(scope),
        names=frozenset(names),
        own_names=frozenset(own),
        calls=frozenset(symbols_of(tuple(every))),
        calls_with_several=frozenset(symbols_of(tuple(chain.from_iterable(several)))),
        called=tuple(one for one in every if not _is_known(one)),
        annotated=tuple(_annotated(scope)),
        decorators=tuple(_decorators(scope)),
        is_method=is_method(scope),
        is_property=not decorators(scope).isdisjoint(_PROPERTIES),
    )


def _is_known(value: Value) -> bool:
    """Whether symbols say what a value is, or nothing does."""
    return isinstance(value, Plain) or any(True for _ in symbols_of((value,)))


def _arguments(node: ast.Call, called: Values, scope: Scope) -> Iterator[Passed]:
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
            values = _followed(values)
        if values:
            yield from (
                Passed(one, argument, values, scope.name, node.lineno, index >= written)
                for one in _followed(called)
            )
    if dicts or any(isinstance(one, ast.Starred) for one in node.args):
        held = chain.from_iterable(parts(one, scope) for one in dicts)
        rest = tuple(chain.from_iterable(_followed(values_of(one, where)) for one, where in held))
        yield from (
            Passed(one, REST, rest or UNKNOWN, scope.name, node.lineno) for one in _followed(called)
        )


def _followed(values: Values) -> Values:
    """Those of some values of which more can be known."""
    return tuple(one for one in values if not isinstance(one, Plain))


def _handed_over(node: ast.Call, scope: Scope) -> Iterator[Passed]:
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
        values = _followed(every)
        each = map(Item, values) if name in CALLING_EACH else every if early else values
        if some := tuple(each):
            yield from (
                Passed(one, argument, some, scope.name, node.lineno, early=early)
                for one in functions
            )


def _handed_on(node: ast.Call, called: Values, scope: Scope) -> Iterator[HandedOn]:
    """The call by which a function hands on its own ``**kwargs``, if it is one."""
    rest = rest_of(scope.node)
    if rest is not None and any(
        one.arg is None and unpacks(one.value, rest) for one in node.keywords
    ):
        yield from (
            HandedOn(one, scope.name, node.lineno) for one in called if not isinstance(one, Plain)
        )


def _patched(node: ast.Call, scope: Scope) -> Iterator[Patched]:
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


def _decorated(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope
) -> Iterator[Passed]:
    """What decorators are given: as in a register of functions."""
    name = f"{scope.name}.{node.name}" if scope.name else node.name
    for decorator in node.decorator_list:
        yield from (
            Passed(one, 0, (Named(f"{OWN}{name}"),), scope.name, decorator.lineno)
            for one in values_of(decorator, scope)
            if not isinstance(one, Plain)
        )


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


def _reads(scope: Scope) -> Iterator[Read]:
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
                    yield Read(of, node.attr, keys.get(id(node)), _end(node.value))
            node = node.value


def _puts(scope: Scope) -> Iterator[Put]:
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
            of = _followed(values_of(holder, scope)) if field in ray_api.TELLING_FIELDS else ()
            if of:
                yield Put(of, field, values_of(value, scope))


def _filled(scope: Scope) -> Iterator[Filled]:
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


def _end(node: ast.expr) -> tuple[int, int]:
    return node.end_lineno or 0, node.end_col_offset or 0


def _is_fixture(scope: Scope, module: Scope) -> bool:
    return scope.outer is module and any(True for _ in _marks(scope))


def _marks(scope: Scope) -> Iterator[ast.expr]:
    """What makes a function a fixture of pytest."""
    if isinstance(scope.node, ast.FunctionDef) and scope.outer is not None:
        for one in scope.node.decorator_list:
            named = one.func if isinstance(one, ast.Call) else one
            if _FIXTURE in values_of(named, scope.outer):
                yield one


def _fixture(scope: Scope) -> tuple[str, Fixture]:
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


def _returns(scope: Scope) -> Values:
    node = scope.node
    if isinstance(node, ast.Lambda):
        return values_of(node.body, scope)
    if not isinstance(node, ast.FunctionDef):
        return UNKNOWN
    found: dict[Value, None] = {}
    for one in scope.nodes:
        if one.__class__ is ast.Yield or one.__class__ is ast.YieldFrom:
            return UNKNOWN
        if isinstance(one, ast.Return):
            some = values_of(one.value, scope) if one.value is not None else (Plain.NONE,)
            found.update(dict.fromkeys(some))
    return tuple(found) or (Plain.NONE,)
