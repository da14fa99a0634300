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
    HandedOn,
    ModuleFacts,
    Named,
    Passed,
    Patched,
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
from raytune_migrate.facts.reading.values import bound_to, values_of
from raytune_migrate.facts.search.words import names_trials, numbers_checkpoints
from raytune_migrate.module.syntax import python_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from raytune_migrate.facts.model import Value, Values


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
            passed += arguments(node, called, scope)
            passed += handed_over(node, scope)
            handed_on += hands_on(node, called, scope)
            patched += patches(node, scope)
            if isinstance(node.func, ast.Attribute) and node.func.attr == "fit":
                of = node.func.value
                fits.append(Fit(values_of(of, scope), scope.name, node.lineno, end_of(of)))
        for one in scope.nodes:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                passed += decorated(one, scope)
        own = mentioned(scope)
        names = own | inner.get(id(scope), set())
        if scope.outer is not None:
            inner.setdefault(id(scope.outer), set()).update(names)
        functions[scope.name] = function(scope, own, names, calls)
        if fields := generated_fields(scope):
            some = fields if is_first_of_fields(scope) else ()
            functions[f"{scope.name}.{INIT}"] = constructor(some)
    for name, fields in tuples.items():
        functions[name], functions[f"{name}.{INIT}"] = Function(), constructor(fields)
    return ModuleFacts(
        imports=frozenset(imports),
        stars=tuple(stars),
        variables={
            (name if scope is module else f"{scope.name}.{name}"): bound_to(name, scope)
            for scope in scopes
            if isinstance(scope.node, ast.Module | ast.ClassDef)
            for name in scope.bound
        }
        | dict(chain.from_iterable(as_attributes(*one).items() for one in tuples.items()))
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
        }
        | dict.fromkeys(tuples, (BASE,)),
        passed=tuple(passed),
        handed_on=tuple(handed_on),
        fits=tuple(dict.fromkeys(fits)),
        reads=tuple(dict.fromkeys(one for scope in scopes for one in reads(scope))),
        puts=tuple(dict.fromkeys(one for scope in scopes for one in puts(scope))),
        attributes=tuple(dict.fromkeys(one for scope in scopes for one in attributes(scope))),
        filled=tuple(dict.fromkeys(one for scope in scopes for one in filled(scope))),
        patched=tuple(patched),
        fixtures=dict(fixture(one) for one in scopes if is_fixture(one, module)),
    )


def _joined(parts: Iterable[tuple[str, Values]]) -> dict[str, Values]:
    found: dict[str, dict[Value, None]] = {}
    for name, values in parts:
        found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: tuple(values) for name, values in found.items()}
