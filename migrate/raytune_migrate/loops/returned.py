"""What a train loop returns, as far as it is not plainly harmless to send back to the driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate import ray_api
from raytune_migrate.module.bindings import bindings, definition, is_builtin_here
from raytune_migrate.module.names import imported_name, ray_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from libcst.metadata import BaseAssignment

    from raytune_migrate.module.parsed import Parsed

# Builtins that give a number, a text or a truth whatever they are given.
_PLAIN_CALLS = frozenset(
    {"bool", "float", "hash", "id", "int", "isinstance", "len", "print", "repr", "str"}
)
# Builtins that give something plain for something plain.
_KEEPING_CALLS = frozenset({"abs", "dict", "list", "max", "min", "round", "sorted", "sum", "tuple"})
_PLAIN_METHODS = frozenset({"item", "tolist", "format", "join"})


def returned(parsed: Parsed, loop: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The values that a train loop returns and that may not be plain data."""
    for value in _values(parsed, loop):
        if not _is_plain(parsed, value):
            yield value


def _values(parsed: Parsed, function: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """What a function returns; of a lambda only what a function of this module returns to it."""
    if isinstance(function, cst.Lambda):
        call = function.body
        inner = definition(parsed, call.func) if isinstance(call, cst.Call) else None
        if isinstance(inner, cst.FunctionDef):
            yield from _values(parsed, inner)
    elif isinstance(function, cst.FunctionDef):
        for node in parsed.walk(function.body, cst.Return):
            if node.value is not None and parsed.function(node) is function:
                yield node.value


def _is_plain(
    parsed: Parsed, node: cst.BaseExpression, seen: frozenset[cst.CSTNode] = frozenset()
) -> bool:
    """Whether an expression is surely None, a number, a text, or built of such.

    ``seen`` are the definitions on the way here: what leads back to one adds nothing new.
    """
    match node:
        case cst.BaseNumber() | cst.BaseString() | cst.Ellipsis() | cst.Comparison():
            return True
        case cst.Name(value="None" | "True" | "False"):
            return True
        case cst.Name():
            found = bindings(parsed, node)
            return bool(found) and all(_is_bound_plain(parsed, one, seen) for one in found)
        case cst.Subscript():
            return _is_plain(parsed, node.value, seen)
        case cst.UnaryOperation():
            return isinstance(node.operator, cst.Not) or _is_plain(parsed, node.expression, seen)
        case cst.BinaryOperation() | cst.BooleanOperation():
            return all(_is_plain(parsed, one, seen) for one in (node.left, node.right))
        case cst.IfExp():
            return all(_is_plain(parsed, one, seen) for one in (node.body, node.orelse))
        case cst.List() | cst.Tuple() | cst.Set() | cst.Dict():
            return all(_is_plain(parsed, one.value, seen) for one in node.elements)
        case cst.Call():
            return _is_plain_call(parsed, node, seen)
        case _:
            return False


def _is_bound_plain(parsed: Parsed, binding: BaseAssignment, seen: frozenset[cst.CSTNode]) -> bool:
    target = binding.node if isinstance(binding, Assignment) else None
    if target is None:
        return False
    if isinstance(target, cst.Param) or target in seen:
        return True  # a parameter came to the worker the same way
    holder = parsed.parent(target)
    if isinstance(holder, cst.AssignTarget):
        holder = parsed.parent(holder)
    match holder:
        case cst.Assign() | cst.AnnAssign() | cst.AugAssign() if holder.value is not None:
            return _is_plain(parsed, holder.value, seen | {target})
        case cst.For(iter=cst.Call(func=cst.Name(value="range"))):
            return True
        case _:
            return False


def _is_plain_call(parsed: Parsed, call: cst.Call, seen: frozenset[cst.CSTNode]) -> bool:
    function = call.func
    name = ray_name(parsed, function)
    if name is not None:
        asked = name.name.rpartition(".")[2]  # of the session, as Ray 2.0 to 2.6 had it
        return name.name in ray_api.REPORTS or asked in ray_api.CONTEXT_METHODS
    inner = definition(parsed, function)
    if isinstance(inner, cst.FunctionDef):
        lazy = inner.asynchronous or parsed.walk(inner.body, cst.Yield)
        return not lazy and (
            inner in seen
            or all(_is_plain(parsed, one, seen | {inner}) for one in _values(parsed, inner))
        )
    if _is_decorated(parsed, function):
        return True  # what that returns is looked at itself
    if isinstance(function, cst.Attribute):
        return function.attr.value in _PLAIN_METHODS | ray_api.CONTEXT_METHODS
    if not isinstance(function, cst.Name) or not is_builtin_here(parsed, function.value, function):
        return False
    return function.value in _PLAIN_CALLS or (
        function.value in _KEEPING_CALLS
        and all(_is_plain(parsed, one.value, seen) for one in call.args)
    )


def _is_decorated(parsed: Parsed, function: cst.BaseExpression) -> bool:
    """Whether a name is the parameter of a decorator that stands for what it decorates."""
    found = [one.node for one in _bound(parsed, function)]
    around = {
        id(parsed.enclosing(one, cst.FunctionDef)) for one in found if isinstance(one, cst.Param)
    }
    if len(found) != 1 or not around:
        return False
    marks = (mark.decorator for one in parsed.of(cst.FunctionDef) for mark in one.decorators)
    return any(
        id(definition(parsed, mark.func if isinstance(mark, cst.Call) else mark)) in around
        or (
            isinstance(mark, cst.Call)
            and imported_name(parsed, mark.func) == "functools.wraps"
            and [one.node for arg in mark.args for one in _bound(parsed, arg.value)] == found
        )
        for mark in marks
    )


def _bound(parsed: Parsed, node: cst.BaseExpression) -> Iterator[Assignment]:
    if isinstance(node, cst.Name):
        yield from (one for one in bindings(parsed, node) if isinstance(one, Assignment))
