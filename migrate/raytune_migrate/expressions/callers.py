"""What the functions of a module are given by their callers in it, and what they return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate.expressions.calling import DELAYED
from raytune_migrate.module.bindings import bindings, definition
from raytune_migrate.module.classes import method, method_of
from raytune_migrate.module.names import calls, imported_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.remote import started

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from raytune_migrate.module.parsed import Parsed


def passed(parsed: Parsed, parameter: cst.Param) -> Iterator[cst.BaseExpression]:
    """The default of a parameter, and what the calls of its function in this module give."""
    if parameter.default is not None:
        yield parameter.default
    function = parsed.parent(parsed.parent(parameter) or parameter)
    if not isinstance(function, cst.FunctionDef):
        return
    names = [one.name.value for one in function.params.params]
    is_method = isinstance(parsed.parent(parsed.parent(function) or function), cst.ClassDef)
    for call in calls_by_callee(parsed).get(id(function), ()):
        offset = 1 if is_method and names[:1] in (["self"], ["cls"]) else 0
        for index, argument in enumerate(call.args):
            if argument.star:
                break
            word = argument.keyword.value if argument.keyword is not None else None
            place = names[index + offset] if word is None and index + offset < len(names) else word
            if place == parameter.name.value:
                yield argument.value


def passed_by_name(
    parsed: Parsed, node: cst.BaseExpression, word: str
) -> Iterator[cst.BaseExpression]:
    """What the calls in this module give by a name to a function whose ``**kwargs`` a name is.

    Also through functions that hand on their own ``**kwargs``.
    """
    waiting, seen = [node], set[int]()
    while waiting:
        function = _whose_rest(parsed, waiting.pop())
        if function is None or id(function) in seen:
            continue
        seen.add(id(function))
        for call in calls_by_callee(parsed).get(id(function), ()):
            for argument in call.args:
                if argument.keyword is not None and argument.keyword.value == word:
                    yield argument.value
            waiting += [one.value for one in call.args if one.star == "**"]


def is_rest(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether a name is the ``**kwargs`` of a function."""
    return _whose_rest(parsed, node) is not None


def _whose_rest(parsed: Parsed, node: cst.BaseExpression) -> cst.FunctionDef | None:
    for one in bindings(parsed, node) if isinstance(node, cst.Name) else ():
        parameter = one.node if isinstance(one, Assignment) else None
        function = parsed.enclosing(parameter, cst.FunctionDef) if parameter is not None else None
        if function is not None and function.params.star_kwarg is parameter:
            return function
    return None


@remembered
def calls_by_callee(parsed: Parsed) -> Mapping[int, Sequence[cst.Call]]:
    """The calls in this module of each of its functions, by the function's id.

    Those of a class are calls of its ``__init__``; of the class itself, where it has none here.
    """
    found: dict[int, list[cst.Call]] = {}
    for call in calls(parsed):
        made = definition(parsed, started(call.func) or call.func)
        called: cst.FunctionDef | cst.ClassDef | None
        if isinstance(made, cst.ClassDef):
            called = method_of(parsed, made, "__init__") or made
        else:
            called = callee(parsed, call)
        if called is not None:
            found.setdefault(id(called), []).append(call)
    return found


def callee(parsed: Parsed, call: cst.Call) -> cst.FunctionDef | None:
    """The function or method of this module that a call runs, now, for joblib or for Ray."""
    function = _delayed(parsed, call.func) or call.func
    found = _function(parsed, function)
    task = started(function) if found is None else None
    return _function(parsed, task) if task is not None else found


def _function(parsed: Parsed, node: cst.BaseExpression) -> cst.FunctionDef | None:
    found = definition(parsed, node)
    if isinstance(node, cst.Attribute):
        found = method(parsed, node)
    return found if isinstance(found, cst.FunctionDef) else None


def _delayed(parsed: Parsed, node: cst.BaseExpression) -> cst.BaseExpression | None:
    match node:
        case cst.Call(func=function, args=[cst.Arg(value=delayed)]):
            return delayed if imported_name(parsed, function) == DELAYED else None
        case _:
            return None


def returned(parsed: Parsed, function: cst.FunctionDef) -> list[cst.BaseExpression | None]:
    """What a function returns, where it returns something."""
    return [
        one.value
        for one in parsed.walk(function.body, cst.Return)
        if parsed.function(one) is function and one.value is not None
    ]
