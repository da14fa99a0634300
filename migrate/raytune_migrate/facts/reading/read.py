"""From the text of a module to its facts, by Python's own parser: a tenth of LibCST's time."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from raytune_migrate.facts.model import (
    OWN,
    Fit,
    Function,
    ModuleFacts,
    Named,
    Passed,
    symbols_of,
)
from raytune_migrate.facts.reading.functions import fixture, function, is_fixture, mentioned
from raytune_migrate.facts.reading.given import arguments, decorated, handed_over, hands_on, patches
from raytune_migrate.facts.reading.lazy import lazy_names
from raytune_migrate.facts.reading.named_tuples import (
    BASE,
    as_attributes,
    constructor,
    named_tuples,
)
from raytune_migrate.facts.reading.reads import attributes, end_of, filled, puts, reads
from raytune_migrate.facts.reading.scopes import (
    INIT,
    Scope,
    bases_of,
    bind_all,
    every_scope,
    generated_fields,
    is_first_of_fields,
)
from raytune_migrate.facts.reading.spread import dicts_of
from raytune_migrate.facts.reading.startings import started_as_such, started_by
from raytune_migrate.facts.reading.values import bound_to, values_of
from raytune_migrate.facts.search.words import names_trials, numbers_checkpoints
from raytune_migrate.module.syntax import python_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from raytune_migrate.facts.model import Value, Values

    # Those of a scope, and what is called.
    Calls: TypeAlias = Sequence[tuple[ast.Call, Values]]


def module_facts(source: str | bytes) -> ModuleFacts | None:
    """The facts of a module; None where this Python cannot parse it."""
    tree = python_tree(source)
    if tree is None:
        return None
    scopes = list(every_scope(tree))
    try:
        found = _facts(tree, scopes)
    except RecursionError:
        return None
    finally:
        for one in scopes:
            one.forget()
    return replace(found, numbers=numbers_checkpoints(source), names_trials=names_trials(source))


def _facts(tree: ast.Module, scopes: Sequence[Scope]) -> ModuleFacts:
    module = scopes[0]
    imports, stars = bind_all(scopes)
    for name, symbol in lazy_names(tree):
        if name not in module.bound:
            module.bind(name, Named(symbol))
            imports.add(symbol)
    tuples = dict(named_tuples(module))
    for name in tuples:
        module.bound[name] = [Named(f"{OWN}{name}")]
    inside_out = [(one, _calls_in(one)) for one in reversed(scopes)]
    calls = [(scope, *each) for scope, some in inside_out for each in some]
    return ModuleFacts(
        imports=frozenset(imports),
        stars=tuple(stars),
        variables=dict(_variables(scopes))
        | dict(chain.from_iterable(as_attributes(*one).items() for one in tuples.items()))
        | _joined(chain.from_iterable(dicts_of(one, module) for one in scopes)),
        made=frozenset(_made(scopes)),
        functions=_functions(inside_out) | dict(_of_tuples(tuples)),
        bases={
            one.name: tuple(
                chain.from_iterable(
                    symbols_of(values_of(base, one.outer or module)) for base in bases_of(one.node)
                )
            )
            for one in scopes
            if isinstance(one.node, ast.ClassDef)
        }
        | dict.fromkeys(tuples, (BASE,)),
        passed=tuple(one for scope, some in inside_out for one in _passed(scope, some)),
        handed_on=tuple(
            one for scope, node, called in calls for one in hands_on(node, called, scope)
        ),
        fits=tuple(dict.fromkeys(_fits(calls))),
        reads=tuple(dict.fromkeys(one for scope in scopes for one in reads(scope))),
        puts=tuple(dict.fromkeys(one for scope in scopes for one in puts(scope))),
        attributes=tuple(dict.fromkeys(one for scope in scopes for one in attributes(scope))),
        filled=tuple(dict.fromkeys(one for scope in scopes for one in filled(scope))),
        patched=tuple(one for scope, node, _ in calls for one in patches(node, scope)),
        started=tuple(dict.fromkeys(_started(scopes, calls))),
        fixtures=dict(fixture(one) for one in scopes if is_fixture(one, module)),
    )


def _calls_in(scope: Scope) -> Calls:
    return [(one, values_of(one.func, scope)) for one in scope.nodes if isinstance(one, ast.Call)]


def _variables(scopes: Iterable[Scope]) -> Iterator[tuple[str, Values]]:
    """What the names of the module and of its classes are bound to."""
    for scope in _open_to_others(scopes):
        for name in scope.bound:
            yield scope.qualified(name), bound_to(name, scope)


def _made(scopes: Iterable[Scope]) -> Iterator[str]:
    """Those of these names that are bound to what a call gives."""
    for scope in _open_to_others(scopes):
        for name, bindings in scope.bound.items():
            if any(isinstance(one, tuple) and isinstance(one[1], ast.Call) for one in bindings):
                yield scope.qualified(name)


def _open_to_others(scopes: Iterable[Scope]) -> Iterator[Scope]:
    """The scopes whose names other modules can take."""
    return (one for one in scopes if isinstance(one.node, ast.Module | ast.ClassDef))


def _functions(inside_out: Iterable[tuple[Scope, Calls]]) -> dict[str, Function]:
    """The functions, with what is mentioned in them; scopes come after those that are in them."""
    functions: dict[str, Function] = {}
    inner: dict[int, set[str]] = {}  # what is mentioned in the scopes inside one
    for scope, calls in inside_out:
        own = mentioned(scope)
        names = own | inner.get(id(scope), set())
        if scope.outer is not None:
            inner.setdefault(id(scope.outer), set()).update(names)
        functions[scope.name] = function(scope, own, names, calls)
        if fields := generated_fields(scope):
            some = fields if is_first_of_fields(scope) else ()
            functions[scope.qualified(INIT)] = constructor(some)
    return functions


def _of_tuples(tuples: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Function]]:
    """The classes that named tuples are, by their fields, with what makes objects of them."""
    for name, fields in tuples.items():
        yield name, Function()
        yield f"{name}.{INIT}", constructor(fields)


def _passed(scope: Scope, calls: Calls) -> Iterator[Passed]:
    """What functions are given, by calls and as decorators."""
    for node, called in calls:
        yield from arguments(node, called, scope)
        yield from handed_over(node, scope)
    for one in scope.nodes:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from decorated(one, scope)


def _fits(calls: Iterable[tuple[Scope, ast.Call, Values]]) -> Iterator[Fit]:
    for scope, node, _ in calls:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "fit":
            of = node.func.value
            yield Fit(values_of(of, scope), scope.name, node.lineno, end_of(of))


def _started(
    scopes: Iterable[Scope], calls: Iterable[tuple[Scope, ast.Call, Values]]
) -> Iterator[Value]:
    for scope, node, called in calls:
        yield from started_by(node, called, scope)
    for scope in scopes:
        yield from started_as_such(scope)


def _joined(parts: Iterable[tuple[str, Values]]) -> dict[str, Values]:
    found: dict[str, dict[Value, None]] = {}
    for name, values in parts:
        found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: tuple(values) for name, values in found.items()}
