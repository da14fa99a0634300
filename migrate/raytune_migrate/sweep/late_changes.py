"""What is changed after Train V1 had read it, and before a driver function would.

V1 put what a trainer holds into Ray's object store where the Tuner was built, the train loop with
what that reads among it; a driver function is pickled by ``fit()``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate.expressions.changes import is_changed
from raytune_migrate.expressions.values import is_builtin, is_dotted, is_movable
from raytune_migrate.module.bindings import bindings, definition, mentions, variable
from raytune_migrate.module.taken_names import is_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Construction

_DEEP = 6  # names that lead to each other must end somewhere
_TUNERS_OWN = "run_config"  # the Tuner takes a copy of it


def changed_before_fit(parsed: Parsed, tuner: Construction, trainer: Construction) -> str | None:
    """The name of something that a driver function would read too late, if there is one."""
    here = parsed.function(tuner.call)
    built = parsed.end(tuner.call)
    fits = (
        parsed.end(one)
        for one in parsed.of(cst.Attribute)
        if one.attr.value == "fit" and parsed.function(one) is here
    )
    fitted = min((one for one in fits if one > built), default=len(parsed.text))
    for name, read in _read_late(parsed, tuner, trainer):
        for one in mentions(parsed, name):
            between = read <= parsed.start(one) < fitted and parsed.function(one) is here
            if between and is_changed(parsed, one):
                return parsed.source(name)
    for name in _code_given(parsed, trainer):
        for binding in bindings(parsed, name):
            again = binding.node if isinstance(binding, Assignment) else None
            if (
                isinstance(again, cst.FunctionDef | cst.ClassDef)
                and parsed.end(name) <= parsed.start(again) < fitted
                and parsed.function(again) is here
            ):
                return name.value
    for name in _read_by_loop(parsed, trainer):
        places = [one for one in mentions(parsed, name) if is_changed(parsed, one)]
        places += [one.node for one in bindings(parsed, name) if isinstance(one, Assignment)]
        for place in places:
            if built <= parsed.start(place) < fitted and parsed.function(place) is here:
                return name.value
    return None


def _code_given(parsed: Parsed, trainer: Construction) -> Iterator[cst.Name]:
    """The names of functions and classes that a trainer's arguments read where it is built."""
    for argument in trainer.arguments.values():
        for name in parsed.walk(argument.value, cst.Name):
            if not is_part(parsed, name) and definition(parsed, name) is not None:
                yield name


def _read_by_loop(parsed: Parsed, trainer: Construction) -> Iterator[cst.Name]:
    """The variables around a train loop of this module that it reads, each once."""
    given = trainer.value("train_loop_per_worker")
    seen: set[str] = set()
    for code in _loops(parsed, given) if given is not None else ():
        around = parsed.scope(code)
        for name in parsed.walk(code.body, cst.Name):
            if name.value in seen or is_part(parsed, name):
                continue
            seen.add(name.value)
            if any(one.scope is around for one in bindings(parsed, name)):
                yield name


def _loops(
    parsed: Parsed, node: cst.BaseExpression, depth: int = 0
) -> Iterator[cst.FunctionDef | cst.Lambda]:
    """The functions that a train loop is, or that one is made of, as by ``partial``."""
    found = definition(parsed, node)
    bound = variable(parsed, node)
    if isinstance(found, cst.FunctionDef):
        yield found
    elif isinstance(node, cst.Lambda):
        yield node
    elif depth < _DEEP and bound is not None:
        yield from _loops(parsed, bound.value, depth + 1)
    elif depth < _DEEP and isinstance(node, cst.Call):
        for one in node.args:
            yield from _loops(parsed, one.value, depth + 1)


def _read_late(
    parsed: Parsed, tuner: Construction, trainer: Construction
) -> Iterator[tuple[cst.Name | cst.Attribute, int]]:
    """The names that a driver function reads of a trainer's arguments; from where on V1 did not.

    It held on to what is an argument by itself until the Tuner was built.
    """
    for parameter, argument in trainer.arguments.items():
        value = argument.value
        if parameter == _TUNERS_OWN:
            continue
        if isinstance(value, cst.Name | cst.Attribute):
            if is_dotted(value):
                yield value, parsed.end(tuner.call)
        elif is_movable(parsed, value, tuner.call):
            for name in parsed.walk(value, cst.Name):
                if not is_part(parsed, name):
                    yield name, parsed.end(trainer.call)
        else:
            for held in _held(parsed, value):
                yield held, parsed.end(tuner.call)


def _held(parsed: Parsed, value: cst.BaseExpression) -> Iterator[cst.Name | cst.Attribute]:
    """What dicts and lists hold on to that are made where the trainer is: not what is in a copy."""
    match value:
        case cst.Name() | cst.Attribute():
            if is_dotted(value):
                yield value
        case (
            cst.Dict(elements=elements) | cst.List(elements=elements) | cst.Tuple(elements=elements)
        ):
            for one in elements:
                if isinstance(one, cst.DictElement | cst.Element):
                    yield from _held(parsed, one.value)
        case cst.Call() if is_builtin(parsed, value.func, "dict"):
            for argument in value.args:
                if argument.keyword is not None:
                    yield from _held(parsed, argument.value)
