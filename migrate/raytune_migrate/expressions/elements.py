"""What a loop goes through, or an assignment takes apart: where it stands, and what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate.expressions.callers import callee, returned
from raytune_migrate.expressions.calling import ALL_DELAYED, CALLING_EACH
from raytune_migrate.expressions.collection_methods import READING
from raytune_migrate.expressions.dicts import view_dict
from raytune_migrate.expressions.handed import given_by_handed, handover
from raytune_migrate.expressions.values import constant, is_builtin
from raytune_migrate.module.bindings import bindings, variable
from raytune_migrate.module.classes import may_be_overridden
from raytune_migrate.module.names import imported_name, last_name

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed

_DEEP = 6  # generators that call each other must end somewhere
_SAME_ELEMENTS = ("iter", "list", "reversed", "sorted", "tuple")
_READERS = (
    *_SAME_ELEMENTS, "all", "any", "enumerate", "filter", "len", "max", "min", "next", "print",
    "set", "sum", "zip",
)  # fmt: skip


def gone_through(parsed: Parsed, target: cst.CSTNode) -> cst.BaseExpression | None:
    """What is gone through by the loop that has a target, by ``enumerate`` too."""
    holder = parsed.parent(target)
    if isinstance(holder, cst.For | cst.CompFor) and holder.target is target:
        return holder.iter
    pair = parsed.parent(holder) if isinstance(holder, cst.Element) else None
    loop = parsed.parent(pair) if isinstance(pair, cst.Tuple) else None
    if not isinstance(pair, cst.Tuple) or not isinstance(loop, cst.For | cst.CompFor):
        return None
    match loop.iter:
        case cst.Call(func=function, args=[cst.Arg(value=some), *_]) if (
            is_builtin(parsed, function, "enumerate") and holder is pair.elements[-1]
        ):
            return some
        case _:
            return None


def first_gone_through(parsed: Parsed, target: cst.CSTNode | None) -> cst.BaseExpression | None:
    """What is gone through by the loop whose target is a row that begins with a name."""
    holder = parsed.parent(target) if target is not None else None
    row = parsed.parent(holder) if isinstance(holder, cst.Element) else None
    loop = parsed.parent(row) if isinstance(row, cst.Tuple) else None
    if not isinstance(row, cst.Tuple) or not isinstance(loop, cst.For | cst.CompFor):
        return None
    return loop.iter if loop.target is row and row.elements[0] is holder else None


def in_rows(parsed: Parsed, target: cst.CSTNode) -> list[cst.BaseExpression | None]:
    """What a name gets from the rows that a loop goes through: ``for name, kind in [("a", A)]``.

    None for what is out of sight; nothing where it is no name in such a row.
    """
    holder = parsed.parent(target)
    row = parsed.parent(holder) if isinstance(holder, cst.Element) else None
    loop = parsed.parent(row) if isinstance(row, cst.Tuple) else None
    if not isinstance(row, cst.Tuple) or not isinstance(loop, cst.For | cst.CompFor):
        return []
    if loop.target is not row or not _is_plain(row):
        return []
    index = next(i for i, one in enumerate(row.elements) if one is holder)
    return [
        one.elements[index].value
        if isinstance(one, cst.Tuple | cst.List)
        and _is_plain(one)
        and len(one.elements) == len(row.elements)
        else None
        for one in elements(parsed, loop.iter)
    ]


def in_returned_rows(parsed: Parsed, target: cst.CSTNode) -> list[cst.BaseExpression | None]:
    """What a name gets of what a function of this module returns: ``trainer, config = build()``.

    None for what is out of sight; nothing where it is no name in such an assignment.
    """
    holder = parsed.parent(target)
    row = parsed.parent(holder) if isinstance(holder, cst.Element) else None
    call = unpacked(parsed, holder)
    if not isinstance(row, cst.Tuple | cst.List) or not isinstance(call, cst.Call):
        return []
    function = callee(parsed, call)
    if function is None or function.asynchronous is not None or not _is_plain(row):
        return []
    index = next(i for i, one in enumerate(row.elements) if one is holder)
    rows = returned(parsed, function)
    found = [
        one.elements[index].value
        if isinstance(one, cst.Tuple | cst.List)
        and _is_plain(one)
        and len(one.elements) == len(row.elements)
        else None
        for one in rows
    ]
    return [*found, None] if found and may_be_overridden(parsed, call.func) else found


def _is_plain(row: cst.Tuple | cst.List) -> bool:
    return all(isinstance(one, cst.Element) for one in row.elements)


def unpacked(parsed: Parsed, element: cst.CSTNode | None) -> cst.BaseExpression | None:
    """What is taken apart by the assignment that has an element, as in ``first, *rest = some``."""
    row = parsed.parent(element) if isinstance(element, cst.BaseElement) else None
    target = parsed.parent(row) if isinstance(row, cst.Tuple | cst.List) else None
    assign = parsed.parent(target) if isinstance(target, cst.AssignTarget) else None
    whole = assign.value if isinstance(assign, cst.Assign) else None
    return None if isinstance(whole, cst.Tuple | cst.List) else whole


def elements(
    parsed: Parsed, node: cst.BaseExpression, depth: int = 0
) -> list[cst.BaseExpression | None]:
    """What makes the elements of what a loop goes through; None for what is out of sight.

    Of displays, comprehensions, generators of this module, and names of one of these.
    """
    if depth > _DEEP:
        return [None]
    match node:
        case cst.List() | cst.Tuple() | cst.Set() if node.elements:
            plain = all(isinstance(one, cst.Element) for one in node.elements)
            return [one.value for one in node.elements] if plain else [None]
        case cst.ListComp() | cst.GeneratorExp() | cst.SetComp():
            return [node.elt]
        case cst.Name():
            bound = variable(parsed, node)
            if bound is None or not all(_only_reads(parsed, one) for one in bound.references):
                return [None]
            return elements(parsed, bound.value, depth + 1)
        case cst.Call(args=[cst.Arg(value=some), *_]) if any(
            is_builtin(parsed, node.func, one) for one in _SAME_ELEMENTS
        ):
            return elements(parsed, some, depth + 1)
        case cst.Call(func=cst.Call(func=every), args=[cst.Arg(value=some)]) if (
            imported_name(parsed, every) == ALL_DELAYED
        ):
            return elements(parsed, some, depth + 1)
        case cst.Call() if (over := handover(parsed, node)) is not None and over.each:
            return given_by_handed(parsed, over.function) or [None]
        case cst.Call():
            function = callee(parsed, node)
            if function is None or may_be_overridden(parsed, node.func):
                return [None]
            return _yielded(parsed, function, depth) or [
                inner
                for one in returned(parsed, function)
                for inner in (elements(parsed, one, depth + 1) if one is not None else (None,))
            ]
        case _:
            return [None]


def out_of_dict(parsed: Parsed, node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """What may be taken out of a dict by ``node``, where all that is in it can be seen.

    By ``some[key]``, ``some.get(key)``, or a loop through its values or its items.
    """
    match node:
        case cst.Subscript(value=holder, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return _values_of(parsed, holder, key)
        case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value="get"))) if node.args:
            key, *others = (one.value for one in node.args)
            values = _values_of(parsed, holder, key)
            return [*values, *others] if values else []
        case cst.Name():
            found = [one.node for one in bindings(parsed, node) if isinstance(one, Assignment)]
            return _looped(parsed, found[0]) if len(found) == 1 else []
        case _:
            return []


def _looped(parsed: Parsed, target: cst.CSTNode) -> list[cst.BaseExpression]:
    """The values of the dict that the loop with a target goes through."""
    holder = parsed.parent(target)
    row = parsed.parent(holder) if isinstance(holder, cst.Element) else None
    last = isinstance(row, cst.Tuple) and row.elements[-1] is holder
    loop = parsed.parent(row) if isinstance(row, cst.Tuple) and last else holder
    match loop:
        case (
            cst.For(iter=cst.Call(func=cst.Attribute(value=some, attr=cst.Name(value=name))))
            | cst.CompFor(iter=cst.Call(func=cst.Attribute(value=some, attr=cst.Name(value=name))))
        ) if name == ("items" if last else "values"):
            return _values_of(parsed, some)
        case _:
            return []


def _values_of(
    parsed: Parsed, node: cst.BaseExpression, key: cst.BaseExpression | None = None
) -> list[cst.BaseExpression]:
    """The values of a dict that is only read; that of a key, where it is a text that is in it."""
    bound = variable(parsed, node)
    display = bound.value if bound is not None else node
    references = bound.references if bound is not None else ()
    if not all(_only_reads(parsed, one) or _asks(parsed, one) for one in references):
        return []
    values = dict(_items(parsed, display))
    asked = constant(parsed, key)
    return [values[asked]] if asked is not None and asked in values else [*values.values()]


def _items(parsed: Parsed, node: cst.BaseExpression) -> list[tuple[object, cst.BaseExpression]]:
    """The items of a dict where it is made, by any keys; none where one cannot be seen."""
    if not isinstance(node, cst.Dict):
        seen = view_dict(parsed, node) if isinstance(node, cst.Call) else None
        return [*seen.items] if seen is not None and seen.complete else []
    found: list[tuple[object, cst.BaseExpression]] = []
    for one in node.elements:
        if not isinstance(one, cst.DictElement):
            return []
        named = constant(parsed, one.key)
        found.append((id(one) if named is None else named, one.value))
    return found


def _asks(parsed: Parsed, reference: cst.CSTNode) -> bool:
    """Whether a place that names a dict calls a method that leaves it as it is."""
    method = parsed.parent(reference)
    return isinstance(method, cst.Attribute) and method.attr.value in READING


def _only_reads(parsed: Parsed, reference: cst.CSTNode) -> bool:
    """Whether a place that names a container surely puts nothing into it."""
    match parsed.parent(reference):
        case cst.For() | cst.CompFor() as loop:
            return loop.iter is reference
        case cst.ComparisonTarget():
            return True
        case cst.Subscript() as item:
            return item.value is reference and not isinstance(
                parsed.parent(item), cst.AssignTarget | cst.AugAssign | cst.Del
            )
        case cst.Arg() as given:
            call = parsed.parent(given)
            return isinstance(call, cst.Call) and (
                any(is_builtin(parsed, call.func, one) for one in _READERS)
                or (last_name(call.func) in CALLING_EACH and given is not call.args[0])
            )
        case _:
            return False


def _yielded(
    parsed: Parsed, generator: cst.FunctionDef, depth: int
) -> list[cst.BaseExpression | None]:
    """What a generator gives, one after the other; nothing of another function."""
    found: list[cst.BaseExpression | None] = []
    for one in parsed.walk(generator.body, cst.Yield):
        if parsed.function(one) is not generator:
            continue
        if isinstance(one.value, cst.From):
            found += elements(parsed, one.value.item, depth + 1)
        else:
            found.append(one.value)
    return found
