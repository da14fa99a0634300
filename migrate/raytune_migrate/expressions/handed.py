"""Functions that are handed to what calls them: pools, executors, threads of asyncio, ``map``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.callers import returned
from raytune_migrate.expressions.calling import (
    CALLING,
    CALLING_EACH,
    CALLING_WITH_EACH_ROW,
    CALLING_WITH_ROW,
)
from raytune_migrate.expressions.values import is_builtin
from raytune_migrate.module.bindings import definition
from raytune_migrate.module.classes import method
from raytune_migrate.module.names import calls, last_name
from raytune_migrate.module.parsed import remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from raytune_migrate.module.parsed import Parsed


@dataclass(frozen=True, slots=True)
class Handover:
    """A call that is given a function to call it, with what comes after that.

    ``each`` says that it is called with each element of that, and that all it gives is given;
    ``rows`` that its arguments are in a row, as ``apply_async(function, (one, two))`` has it.
    """

    call: cst.Call
    function: cst.FunctionDef | cst.Lambda
    place: int
    each: bool
    rows: bool


_ROWS = {**CALLING_WITH_ROW, **CALLING_WITH_EACH_ROW}
_EACH = {**CALLING_EACH, **CALLING_WITH_EACH_ROW}
_PLACES = {**CALLING, **_ROWS}
# Builtins that ask a function about each element of what they pick from, by ``key``.
_PICKING = ("max", "min", "sorted")


def function_handed(call: cst.Call) -> cst.BaseExpression | None:
    """The function that a call is given to call it, whatever that is."""
    place = _PLACES.get(last_name(call.func))
    if place is None or len(call.args) <= place or any(one.star for one in call.args):
        return None
    return call.args[place].value


def gives_each(call: cst.Call) -> bool:
    """Whether a call that is given a function calls it again and again."""
    return last_name(call.func) in _EACH


def handover(parsed: Parsed, call: cst.Call) -> Handover | None:
    """A call as one that is given a function or lambda of this module to call it."""
    node = function_handed(call)
    function = function_of(parsed, node) if node is not None else None
    if function is None:
        return None
    name = last_name(call.func)
    return Handover(call, function, _PLACES[name], name in _EACH, name in _ROWS)


def function_of(parsed: Parsed, node: cst.BaseExpression) -> cst.FunctionDef | cst.Lambda | None:
    """The function or lambda of this module that an expression is."""
    found = definition(parsed, node)
    if isinstance(node, cst.Attribute):
        found = method(parsed, node)
    function = node if isinstance(node, cst.Lambda) else found
    return function if isinstance(function, cst.FunctionDef | cst.Lambda) else None


def handed(parsed: Parsed, parameter: cst.Param) -> Iterator[tuple[cst.BaseExpression, bool]]:
    """What the function of a parameter is called with for it, by those that it is handed to.

    Each time whether it is called with the elements of that, as by ``max(some, key=function)``.
    """
    function = parsed.parent(parsed.parent(parameter) or parameter)
    if not isinstance(function, cst.FunctionDef | cst.Lambda):
        return
    yield from ((some, True) for some in _asked(parsed).get(id(parameter), ()))
    names = [one.name.value for one in function.params.params]
    for one in _by_function(parsed).get(id(function), ()):
        own = names[1:] if isinstance(one.call.args[one.place].value, cst.Attribute) else names
        for given, each in _given(one):
            for name, value in zip(own, given, strict=False):
                if name == parameter.name.value:
                    yield value, each


@remembered
def _asked(parsed: Parsed) -> Mapping[int, Sequence[cst.BaseExpression]]:
    """What is picked from, sorted or filtered by functions and lambdas, by their parameter."""
    found: dict[int, list[cst.BaseExpression]] = {}
    for call in calls(parsed):
        for asked, some in _asking(parsed, call):
            function = function_of(parsed, asked)
            own = function.params.params if function is not None else ()
            for parameter in own[1:2] if isinstance(asked, cst.Attribute) else own[:1]:
                found.setdefault(id(parameter), []).append(some)
    return found


def _asking(
    parsed: Parsed, call: cst.Call
) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """The function that a call asks about each element, and what that is an element of."""
    keys = [one.value for one in call.args if one.keyword and one.keyword.value == "key"]
    match call:
        case cst.Call(
            func=cst.Name(value="filter"),
            args=[cst.Arg(value=asked, keyword=None), cst.Arg(value=some)],
        ) if is_builtin(parsed, call.func, "filter"):
            yield asked, some
        case cst.Call(func=cst.Attribute(value=some, attr=cst.Name(value="sort"))) if keys:
            yield keys[0], some
        case cst.Call(
            args=[cst.Arg(value=some, keyword=None, star=""), cst.Arg() as other, *_]
        ) if (
            keys
            and other.keyword is not None
            and any(is_builtin(parsed, call.func, one) for one in _PICKING)
        ):
            yield keys[0], some


def _given(over: Handover) -> Iterator[tuple[list[cst.BaseExpression], bool]]:
    """What a function is called with, by place; and whether with the elements of that."""
    given = [one.value for one in over.call.args[over.place + 1 :] if one.keyword is None]
    if not over.rows:
        yield given, over.each
        return
    rows = given[:1]
    if over.each and rows:
        match rows[0]:
            case cst.List() | cst.Tuple():
                rows = [one.value for one in rows[0].elements]
            case cst.ListComp() | cst.GeneratorExp():
                rows = [rows[0].elt]
    for row in rows:
        if isinstance(row, cst.List | cst.Tuple):
            plain = all(isinstance(one, cst.Element) for one in row.elements)
            yield [one.value for one in row.elements if plain], False


@remembered
def _by_function(parsed: Parsed) -> Mapping[int, Sequence[Handover]]:
    found: dict[int, list[Handover]] = {}
    for call in calls(parsed):
        one = handover(parsed, call)
        if one is not None:
            found.setdefault(id(one.function), []).append(one)
    return found


def given_by_handed(
    parsed: Parsed, function: cst.FunctionDef | cst.Lambda
) -> list[cst.BaseExpression | None]:
    """What a function gives that is handed to what calls it."""
    return [function.body] if isinstance(function, cst.Lambda) else returned(parsed, function)
