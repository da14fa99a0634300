"""Functions that are handed to what calls them: pools, executors, threads of asyncio, ``map``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.calling import CALLING, CALLING_EACH
from raytune_migrate.module.bindings import definition
from raytune_migrate.module.classes import method
from raytune_migrate.module.names import calls
from raytune_migrate.module.parsed import remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from raytune_migrate.module.parsed import Parsed


@dataclass(frozen=True, slots=True)
class Handover:
    """A call that is given a function to call it, with what comes after that.

    ``each`` says that it is called with each element of that, and that all it gives is given.
    """

    call: cst.Call
    function: cst.FunctionDef | cst.Lambda
    place: int
    each: bool


def handover(parsed: Parsed, call: cst.Call) -> Handover | None:
    """A call as one that is given a function or lambda of this module to call it."""
    name = last_name(call.func)
    place = CALLING.get(name)
    if place is None or len(call.args) <= place or any(one.star for one in call.args):
        return None
    node = call.args[place].value
    found = definition(parsed, node)
    if isinstance(node, cst.Attribute):
        found = method(parsed, node)
    function = node if isinstance(node, cst.Lambda) else found
    if not isinstance(function, cst.FunctionDef | cst.Lambda):
        return None
    return Handover(call, function, place, name in CALLING_EACH)


def last_name(node: cst.BaseExpression) -> str:
    """The name, or the last part of a dotted one, that an expression is."""
    last = node.attr if isinstance(node, cst.Attribute) else node
    return last.value if isinstance(last, cst.Name) else ""


def handed(parsed: Parsed, parameter: cst.Param) -> Iterator[tuple[cst.BaseExpression, bool]]:
    """What the function of a parameter is called with for it, by those that it is handed to.

    Each time whether it is called with the elements of that.
    """
    function = parsed.parent(parsed.parent(parameter) or parameter)
    if not isinstance(function, cst.FunctionDef | cst.Lambda):
        return
    names = [one.name.value for one in function.params.params]
    for one in _by_function(parsed).get(id(function), ()):
        own = names[1:] if isinstance(one.call.args[one.place].value, cst.Attribute) else names
        given = [each for each in one.call.args[one.place + 1 :] if each.keyword is None]
        for name, argument in zip(own, given, strict=False):
            if name == parameter.name.value:
                yield argument.value, one.each


@remembered
def _by_function(parsed: Parsed) -> Mapping[int, Sequence[Handover]]:
    found: dict[int, list[Handover]] = {}
    for call in calls(parsed):
        one = handover(parsed, call)
        if one is not None:
            found.setdefault(id(one.function), []).append(one)
    return found
