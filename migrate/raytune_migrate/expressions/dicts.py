"""A dict as far as it can be seen: written out, in a variable, and filled later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.collection_methods import READING
from raytune_migrate.expressions.values import constant, is_builtin
from raytune_migrate.module.bindings import Variable, definition, mentions, variable
from raytune_migrate.module.names import imported_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

_DEEP = 6  # functions that return what each other gives must end somewhere


@dataclass(frozen=True, slots=True)
class DictView:
    """A dict as far as it can be seen: its items in order, and whether these are all."""

    node: cst.BaseExpression
    items: tuple[tuple[str, cst.BaseExpression], ...]
    complete: bool

    def get(self, key: str) -> cst.BaseExpression | None:
        """The last value written for a key."""
        return dict(self.items).get(key)


def view_dict(parsed: Parsed, node: cst.BaseExpression) -> DictView | None:
    """The dict that an expression gives, through a variable too; None where it is not seen."""
    if isinstance(node, cst.Name):
        found = variable(parsed, node)
        seen = view_dict(parsed, found.value) if found is not None else None
        return _with_changes(parsed, seen, found) if seen is not None and found else None
    if isinstance(node, cst.Dict):
        return _view_display(parsed, node)
    if isinstance(node, cst.Call) and is_builtin(parsed, node.func, "dict"):
        named = tuple((one.keyword.value, one.value) for one in node.args if one.keyword)
        first = node.args[0] if node.args else None
        pairs = _pairs(parsed, first.value) if first is not None and first.keyword is None else ()
        told = len(named) + bool(pairs)
        return DictView(node, (*pairs, *named), complete=told == len(node.args))
    return None


def _pairs(parsed: Parsed, node: cst.BaseExpression) -> tuple[tuple[str, cst.BaseExpression], ...]:
    """The items of a dict that is given as ``[(key, value), ...]``; none where one is not seen."""
    found: list[tuple[str, cst.BaseExpression]] = []
    for element in node.elements if isinstance(node, cst.List | cst.Tuple) else ():
        match element.value:
            case (
                cst.Tuple(elements=[cst.Element(value=word), cst.Element(value=value)])
                | cst.List(elements=[cst.Element(value=word), cst.Element(value=value)])
            ):
                key = constant(parsed, word)
                if not isinstance(key, str):
                    return ()
                found.append((key, value))
            case _:
                return ()
    return tuple(found)


def stored_under(
    parsed: Parsed, node: cst.BaseExpression, key: str
) -> Iterator[cst.BaseExpression]:
    """What ``name[key] = value`` puts into a dict anywhere, on whatever condition."""
    for reference in mentions(parsed, node) if isinstance(node, cst.Name) else ():
        stored = _stored(parsed, reference)
        if stored is not None and stored[0] == key:
            yield stored[1]


def view_space(parsed: Parsed, node: cst.BaseExpression, depth: int = 0) -> DictView | None:
    """The space that a Tuner is given: also that which a function of this module returns.

    A method may be another's, of a class that derives from its own.
    """
    if depth > _DEEP:
        return None
    if isinstance(node, cst.Name):
        found = variable(parsed, node)
        seen = view_space(parsed, found.value, depth + 1) if found is not None else None
        return _with_parts(parsed, seen, found) if seen is not None and found else None
    if isinstance(node, cst.Call) and (given := _only_return(parsed, node)) is not None:
        return view_space(parsed, given, depth + 1)
    return view_dict(parsed, node)


def _only_return(parsed: Parsed, call: cst.Call) -> cst.BaseExpression | None:
    """What a plain function of this module returns to a call, where that is one expression."""
    function = definition(parsed, call.func)
    if not isinstance(function, cst.FunctionDef) or function.decorators:
        return None
    if function.asynchronous is not None or parsed.walk(function.body, cst.Yield):
        return None
    given = [
        one.value
        for one in parsed.walk(function.body, cst.Return)
        if parsed.function(one) is function
    ]
    return given[0] if len(given) == 1 else None


def _view_display(parsed: Parsed, node: cst.Dict) -> DictView:
    items: list[tuple[str, cst.BaseExpression]] = []
    complete = True
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            key = constant(parsed, element.key)
            if isinstance(key, str):
                items.append((key, element.value))
            else:
                complete = False
        elif (inner := view_dict(parsed, element.value)) is not None:
            items += inner.items
            complete = complete and inner.complete
        else:
            complete = False
    return DictView(node, tuple(items), complete)


def _with_changes(parsed: Parsed, seen: DictView, found: Variable) -> DictView:
    """The dict of a variable, with what is stored in it later."""
    items = list(seen.items)
    complete = seen.complete
    for reference in found.references:
        stored = _stored(parsed, reference)
        if stored is not None and _in_line(parsed, reference, found):
            items.append(stored)
        elif _may_change(parsed, reference):
            complete = False
    return DictView(seen.node, tuple(items), complete)


def _with_parts(parsed: Parsed, seen: DictView, found: Variable) -> DictView:
    """The space of a variable; of what a part is filled with, ``space["key"][...] = ...``, is told
    that it cannot be seen."""
    filled = {one: part for one in found.references if (part := _filled(parsed, one)) is not None}
    known = {key for key, _ in seen.items}
    parts = tuple(part for part in filled.values() if part[0] in known)
    others = tuple(one for one in found.references if filled.get(one, ("",))[0] not in known)
    view = _with_changes(parsed, seen, replace(found, references=others))
    return DictView(view.node, (*view.items, *parts), view.complete)


def _filled(parsed: Parsed, reference: cst.CSTNode) -> tuple[str, cst.BaseExpression] | None:
    """The key and the part of ``name["key"]``, where something is put into that."""
    part = parsed.parent(reference)
    if not isinstance(part, cst.Subscript) or part.value is not reference or len(part.slice) != 1:
        return None
    holder, index = parsed.parent(part), part.slice[0].slice
    inner = isinstance(holder, cst.Subscript | cst.Attribute) and holder.value is part
    if not inner or not _is_written(parsed, part) or not isinstance(index, cst.Index):
        return None
    key = constant(parsed, index.value)
    return (key, part) if isinstance(key, str) else None


def _in_line(parsed: Parsed, reference: cst.CSTNode, found: Variable) -> bool:
    """Whether a store is made whenever the variable is bound, and once."""
    statement = parsed.statement(reference)
    return isinstance(statement, cst.SimpleStatementLine) and (
        parsed.parent(statement) is parsed.parent(found.statement)
    )


def _stored(parsed: Parsed, reference: cst.CSTNode) -> tuple[str, cst.BaseExpression] | None:
    """The item of ``name["key"] = value``."""
    subscript = parsed.parent(reference)
    if not isinstance(subscript, cst.Subscript) or subscript.value is not reference:
        return None
    target = parsed.parent(subscript)
    assign = parsed.parent(target) if isinstance(target, cst.AssignTarget) else None
    index = subscript.slice[0].slice if len(subscript.slice) == 1 else None
    if not isinstance(assign, cst.Assign) or not isinstance(index, cst.Index):
        return None
    key = constant(parsed, index.value)
    return (key, assign.value) if isinstance(key, str) else None


def _may_change(parsed: Parsed, reference: cst.CSTNode) -> bool:
    """Whether a use of a dict may put something into it."""
    holder = parsed.parent(reference)
    match holder:
        case cst.Attribute():
            return holder.attr.value not in READING
        case cst.Subscript():
            return _is_written(parsed, holder)
        case cst.Arg():
            call = parsed.parent(holder)
            return isinstance(call, cst.Call) and _is_own_code(parsed, call.func)
        case cst.DictElement() | cst.StarredDictElement() | cst.FormattedStringExpression():
            return False
        case cst.If() | cst.While() | cst.Assert() | cst.UnaryOperation():
            return False
        case cst.IfExp():
            return holder.test is not reference
        case cst.Comparison() | cst.ComparisonTarget() | cst.For() | cst.CompFor() | cst.Return():
            return False
        case _:
            return True


def _is_written(parsed: Parsed, subscript: cst.CSTNode) -> bool:
    """Whether a subscript (of a subscript ...) is stored to, deleted, or has a method called."""
    holder = parsed.parent(subscript)
    if isinstance(holder, cst.Subscript):
        return _is_written(parsed, holder)
    return isinstance(holder, cst.AssignTarget | cst.AugAssign | cst.Del | cst.Attribute)


def _is_own_code(parsed: Parsed, function: cst.BaseExpression) -> bool:
    """Whether a callee is code of this project, which may fill what it is given."""
    if definition(parsed, function) is not None:
        return True
    name = imported_name(parsed, function)
    if name is not None:
        return name.startswith(".")
    return isinstance(function, cst.Attribute) and (
        isinstance(function.value, cst.Name) and function.value.value in ("self", "cls")
    )
