"""Which metrics code asks for: by key, also through a variable, a loop over keys, or a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate.expressions.elements import elements, gone_through
from raytune_migrate.expressions.values import is_builtin, settled
from raytune_migrate.module.bindings import bindings, variable, variable_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

# The methods of a dict whose first argument is a key, and those of a table that name columns.
_OF_KEYS = frozenset({"get", "pop", "setdefault"})
_OF_COLUMNS = frozenset({"filter", "groupby", "pivot", "plot", "set_index", "sort_values"})
_COPIES = ("copy", "reset_index")
_TABLE = "data"  # the argument of what draws a table, by the names of its columns


def keys_asked(parsed: Parsed, metrics: cst.BaseExpression) -> frozenset[str]:
    """The keys that metrics, or a table of them, are seen to be asked for."""
    return frozenset(
        key
        for use in _uses(parsed, metrics)
        for one in _asked(parsed, use)
        for key in _texts(parsed, one)
    ) | frozenset(_columns(parsed, metrics))


def _uses(
    parsed: Parsed, node: cst.BaseExpression, above: frozenset[int] = frozenset()
) -> Iterator[cst.BaseExpression]:
    """An expression, and where the variable is read that it, or a copy of it, is given to."""
    yield node
    match parsed.parent(node):
        case cst.Arg() as argument:
            call = parsed.parent(argument)
            if isinstance(call, cst.Call) and is_builtin(parsed, call.func, "dict"):
                yield from _uses(parsed, call, above)
        case cst.Attribute(attr=cst.Name(value=name)) as method if name in _COPIES:
            call = parsed.parent(method)
            if isinstance(call, cst.Call) and call.func is method:
                yield from _uses(parsed, call, above)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]) as assign:
            bound = variable_of(parsed, name) if id(assign) not in above else None
            for one in bound.references if bound is not None else ():
                last = variable(parsed, one)
                if isinstance(one, cst.Name) and (last is None or last.target is name):
                    yield from _uses(parsed, one, above | {id(assign)})


def _asked(parsed: Parsed, use: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What metrics are asked for where they are used."""
    match parsed.parent(use):
        case cst.Subscript(value=whole, slice=parts) if whole is use:
            yield from (one.slice.value for one in parts if isinstance(one.slice, cst.Index))
        case cst.Attribute(attr=cst.Name(value=name)) as method:
            call = parsed.parent(method)
            if isinstance(call, cst.Call) and call.func is method:
                if name in _OF_KEYS:
                    yield from (one.value for one in call.args[:1])
                elif name in _OF_COLUMNS:
                    yield from (one.value for one in call.args)
        case cst.Arg(keyword=cst.Name(value=word)) as argument if word == _TABLE:
            call = parsed.parent(argument)
            if isinstance(call, cst.Call):
                yield from (one.value for one in call.args if one is not argument)


def _columns(parsed: Parsed, metrics: cst.BaseExpression) -> Iterator[str]:
    """The columns of a table that are read as its attributes."""
    for use in _uses(parsed, metrics):
        match parsed.parent(use):
            case cst.Attribute(value=whole, attr=cst.Name(value=name)) if whole is use:
                yield name


def _texts(parsed: Parsed, node: cst.BaseExpression, *, inner: bool = False) -> Iterator[str]:
    """The texts that an expression may be, or a list of them; those that a loop goes through."""
    match node:
        case cst.List() | cst.Tuple() if not inner:
            for element in node.elements:
                yield from _texts(parsed, element.value, inner=True)
            return
        case cst.Name():
            for binding in bindings(parsed, node):
                target = binding.node if isinstance(binding, Assignment) else None
                some = gone_through(parsed, target) if target is not None else None
                for one in elements(parsed, some) if some is not None and not inner else ():
                    if one is not None:
                        yield from _texts(parsed, one, inner=True)
    value = settled(parsed, node)
    if isinstance(value, str):
        yield value
