"""Sweeps that may run while others do, on the same cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.calling import (
    STARTERS,
    STARTING_BASES,
    STARTING_METHODS,
    SUBMIT,
)
from raytune_migrate.module.bindings import definition, variable_of
from raytune_migrate.module.names import imported_name, ray_name
from raytune_migrate.module.remote import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

_FIT = "fit"
_PARTIAL = "functools.partial"


def runs_beside_others(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether code is run by a task or an actor of Ray, or by a thread or process of its own.

    Nobody starts those for a single sweep, or waits for one before the next. Functions that call
    the code's own are followed in the module, also what ``functools.partial`` and a variable make
    of them; of a Tuner, its ``fit`` may be what is started, or called there. Of other modules it is
    known whether they start what runs its sweeps.
    """
    if parsed.elsewhere.runs_beside_others:
        return True
    fits = list(named_fits(parsed, node))
    if any(_is_started(parsed, one) for one in fits):
        return True
    seen: set[cst.CSTNode] = set()
    left = [outer for one in (node, *fits) for outer in _functions_around(parsed, one)]
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        if _starts_itself(parsed, one):
            return True
        for use in _uses(parsed, one):
            parent = parsed.parent(use)
            if isinstance(parent, cst.Call):
                left += _functions_around(parsed, parent)
            elif _is_started(parsed, use):
                return True
    return False


def starts_own_code(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call starts a task, an actor, a thread or a process for code of the module."""
    function = call.func
    task = started(function)
    if task is not None:
        return definition(parsed, task) is not None
    if isinstance(function, cst.Attribute) and function.attr.value == SUBMIT:
        return True
    return imported_name(parsed, function) in STARTERS


def _functions_around(
    parsed: Parsed, node: cst.CSTNode
) -> Iterator[cst.FunctionDef | cst.ClassDef | cst.Lambda]:
    for outer in parsed.ancestors(node):
        if isinstance(outer, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            yield outer


def _starts_itself(parsed: Parsed, one: cst.FunctionDef | cst.ClassDef | cst.Lambda) -> bool:
    """Whether it is a task or an actor by its decorator, or a thread or process by its base."""
    if isinstance(one, cst.Lambda):
        return False
    bases = one.bases if isinstance(one, cst.ClassDef) else ()
    return any(_is_remote(parsed, decorator.decorator) for decorator in one.decorators) or any(
        imported_name(parsed, base.value) in STARTING_BASES for base in bases
    )


def named_fits(parsed: Parsed, tuner: cst.CSTNode) -> Iterator[cst.Attribute]:
    """Where the ``fit`` of what a call makes is named, also of what a function here returns."""
    seen: set[cst.CSTNode] = set()
    left = [tuner]
    while left:
        made = left.pop()
        if made in seen:
            continue
        seen.add(made)
        for one in _names_of(parsed, made):
            outer = parsed.parent(one)
            function = parsed.function(one) if isinstance(outer, cst.Return) else None
            if isinstance(outer, cst.Attribute) and outer.attr.value == _FIT:
                yield outer
            elif function is not None:
                calls = (parsed.parent(use) for use in _uses(parsed, function))
                left += (call for call in calls if isinstance(call, cst.Call))


def _names_of(parsed: Parsed, value: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A value where it is made, and where the variable is read that it is put into."""
    yield value
    outer = parsed.parent(value)
    if isinstance(outer, cst.Assign):
        target = outer.targets[0].target
        bound = variable_of(parsed, target) if isinstance(target, cst.Name) else None
        yield from bound.references if bound is not None else ()


def _is_remote(parsed: Parsed, decorator: cst.BaseExpression) -> bool:
    function = decorator.func if isinstance(decorator, cst.Call) else decorator
    found = ray_name(parsed, function)
    return found is not None and found.name == ray_api.REMOTE


def _uses(
    parsed: Parsed, one: cst.FunctionDef | cst.ClassDef | cst.Lambda
) -> Iterator[cst.CSTNode]:
    """Where a function or class is named; of a method, where an attribute is called like it."""
    if isinstance(one, cst.Lambda):
        yield from _names_of(parsed, one)
        return
    if _is_method(parsed, one):
        yield from (use for use in parsed.of(cst.Attribute) if use.attr.value == one.name.value)
        return
    for use in parsed.of(cst.Name):
        if use.value == one.name.value and use is not one.name and definition(parsed, use) is one:
            yield use


def _is_method(parsed: Parsed, one: cst.FunctionDef | cst.ClassDef) -> bool:
    body = parsed.parent(one)
    in_class = body is not None and isinstance(parsed.parent(body), cst.ClassDef)
    return in_class and isinstance(one, cst.FunctionDef)


def _is_started(parsed: Parsed, function: cst.CSTNode) -> bool:
    """Whether a function is handed to what runs it as a task, in a thread or in a process."""
    seen: set[cst.CSTNode] = set()
    left = [function]
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        argument = parsed.parent(one)
        call = parsed.parent(argument) if isinstance(argument, cst.Arg) else None
        if isinstance(call, cst.Call):
            if _starts(parsed, call):
                return True
            if call.args[0] is argument and imported_name(parsed, call.func) == _PARTIAL:
                left += _names_of(parsed, call)
    return False


def _starts(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call has what it is given run by a task, a thread or a process."""
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in STARTING_METHODS:
        return True
    return _is_remote(parsed, call.func) or imported_name(parsed, call.func) in STARTERS
