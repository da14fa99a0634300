"""Where a value comes from: the expressions that may have made it, as far as they can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate.expressions.callers import callee, passed, returned
from raytune_migrate.expressions.calling import CALLING_EACH
from raytune_migrate.expressions.fixtures import given_by_pytest
from raytune_migrate.expressions.handed import handed, handover, last_name
from raytune_migrate.expressions.records import default, given_to_field, is_field
from raytune_migrate.expressions.values import is_builtin, is_none
from raytune_migrate.module.bindings import bindings, definition, is_import, variable
from raytune_migrate.module.classes import assigned_in, derived, is_property, method, receiver
from raytune_migrate.module.names import imported_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from libcst.metadata import BaseAssignment

    from raytune_migrate.expressions.handed import Handover
    from raytune_migrate.module.parsed import Parsed


_DEEP = 6  # generators that call each other must end somewhere
_SAME_ELEMENTS = ("iter", "list", "reversed", "sorted", "tuple")
_READERS = (*_SAME_ELEMENTS, "enumerate", "len", "next", "print", "zip")
_COPIES = ("dataclasses.replace", "copy.copy", "copy.deepcopy")


def origins(parsed: Parsed, node: cst.BaseExpression) -> tuple[cst.BaseExpression, ...]:
    """The expressions, none of which can be followed further, that ``node`` may get its value from.

    Through the assignments of a name or of an attribute of ``self``, the properties of objects, the
    branches of a conditional, the returns of a function of this module, and what its callers here,
    or pytest, pass for a parameter. Where some of it is out of sight, the name, attribute or call
    that leads there is among them. ``None`` is not.
    """
    return tuple(one for one in _ends(parsed, node) if not is_none(one))


def may_be_none(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether ``None`` is among what an expression may get its value from, as far as that is seen.

    A parameter or an attribute that cannot be followed may be anything.
    """
    return any(
        is_none(one) or isinstance(one, cst.Name | cst.Attribute) for one in _ends(parsed, node)
    )


def _ends(parsed: Parsed, node: cst.BaseExpression) -> tuple[cst.BaseExpression, ...]:
    found: dict[int, cst.BaseExpression] = {}
    _follow(parsed, node, found, set())
    return tuple(found.values())


def _follow(
    parsed: Parsed,
    node: cst.BaseExpression,
    found: dict[int, cst.BaseExpression],
    seen: set[int],
) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    if is_none(node):
        found.setdefault(id(node), node)
        return
    steps = _steps(parsed, node)
    if steps is None:
        found.setdefault(id(node), node)
        return
    for one in steps:
        if one is None:
            found.setdefault(id(node), node)
        else:
            _follow(parsed, one, found, seen)


def _steps(parsed: Parsed, node: cst.BaseExpression) -> list[cst.BaseExpression | None] | None:
    """What ``node`` takes its value from; None in the list for what is out of sight.

    None instead of a list where ``node`` makes the value itself.
    """
    match node:
        case cst.IfExp():
            return [node.body, node.orelse]
        case cst.BooleanOperation():
            return [node.left, node.right]
        case cst.NamedExpr():
            return [node.value]
        case cst.Name():
            return _of_name(parsed, node)
        case cst.Attribute():
            return _of_attribute(parsed, node)
        case cst.Call():
            return _of_call(parsed, node)
        case _:
            return None


def _of_name(parsed: Parsed, node: cst.Name) -> list[cst.BaseExpression | None] | None:
    last = variable(parsed, node)
    if last is not None:
        return [last.value]
    found = sorted(bindings(parsed, node), key=lambda one: _position(parsed, one))
    if not found or definition(parsed, node) is not None or all(map(is_import, found)):
        return None
    steps: list[cst.BaseExpression | None] = []
    for one in found:
        target = one.node if isinstance(one, Assignment) else None
        if isinstance(target, cst.Param):
            steps += given_by_pytest(parsed, target) or [
                *passed(parsed, target),
                *_handed(parsed, target),
                None,
            ]
        elif isinstance(target, cst.Name):
            through = gone_through(parsed, target)
            given = [_assigned(parsed, target)] if through is None else elements(parsed, through)
            steps += given or [None]
        else:
            steps.append(None)
    return steps


def _handed(parsed: Parsed, parameter: cst.Param) -> Iterator[cst.BaseExpression | None]:
    """What those that a function is handed to call it with for a parameter."""
    for value, each in handed(parsed, parameter):
        yield from elements(parsed, value) if each else (value,)


def _given_by_handed(parsed: Parsed, one: Handover) -> list[cst.BaseExpression | None]:
    """What a function gives that is handed to what calls it."""
    if isinstance(one.function, cst.Lambda):
        return [one.function.body]
    return returned(parsed, one.function)


def _position(parsed: Parsed, binding: BaseAssignment) -> int:
    node = binding.node if isinstance(binding, Assignment) else None
    return parsed.start(node) if node is not None else -1


def _assigned(parsed: Parsed, target: cst.Name) -> cst.BaseExpression | None:
    """The value of a plain assignment, of a walrus, or of an element of ``a, b = x, y``."""
    holder = parsed.parent(target)
    if isinstance(holder, cst.NamedExpr | cst.AnnAssign):
        return holder.value
    if isinstance(holder, cst.AssignTarget):
        assign = parsed.parent(holder)
        return assign.value if isinstance(assign, cst.Assign) else None
    if isinstance(holder, cst.Element):
        row = parsed.parent(holder)
        whole = parsed.parent(row) if isinstance(row, cst.Tuple | cst.List) else None
        assign = parsed.parent(whole) if isinstance(whole, cst.AssignTarget) else None
        value = assign.value if isinstance(assign, cst.Assign) else None
        if isinstance(row, cst.Tuple | cst.List) and isinstance(value, cst.Tuple | cst.List):
            same = len(row.elements) == len(value.elements)
            index = next(i for i, one in enumerate(row.elements) if one is holder)
            return value.elements[index].value if same else None
    return None


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
        case cst.Call() if (over := handover(parsed, node)) is not None and over.each:
            return _given_by_handed(parsed, over) or [None]
        case cst.Call():
            function = callee(parsed, node)
            if function is None or _may_be_overridden(parsed, node.func):
                return [None]
            return _yielded(parsed, function, depth) or [
                inner
                for one in returned(parsed, function)
                for inner in (elements(parsed, one, depth + 1) if one is not None else (None,))
            ]
        case _:
            return [None]


def _only_reads(parsed: Parsed, reference: cst.CSTNode) -> bool:
    """Whether a place that names a container surely puts nothing into it."""
    match parsed.parent(reference):
        case cst.For() | cst.CompFor() as loop:
            return loop.iter is reference
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


def _of_attribute(parsed: Parsed, node: cst.Attribute) -> list[cst.BaseExpression | None] | None:
    """What the class around ``self.name`` assigns to it; what the property of an object returns."""
    owner = parsed.enclosing(node, cst.ClassDef)
    own = ("self", "cls", owner.name.value) if owner is not None else ()
    if owner is None or not isinstance(node.value, cst.Name) or node.value.value not in own:
        return _of_property(parsed, node)
    steps: list[cst.BaseExpression | None] = [
        value
        for target, value in assigned_in(parsed, owner)
        if _is_that(parsed, target, node, owner)
    ]
    if is_field(owner, node.attr.value):
        steps += [*given_to_field(parsed, owner, node.attr.value), None]
    if steps and all(one is not None and is_none(one) for one in steps):
        steps.append(None)  # who gives it a value is out of sight
    return steps or _of_property(parsed, node)


def same_when_read_again(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a name, or an attribute that is no property of this module's: to
    read one of these a second time runs no code."""
    if not isinstance(node, cst.Attribute):
        return isinstance(node, cst.Name)
    function = method(parsed, node)
    return function is None or not is_property(parsed, function, cached=False)


def _of_property(parsed: Parsed, node: cst.Attribute) -> list[cst.BaseExpression | None] | None:
    """What a property of an object returns, where its class is one of this module."""
    function = method(parsed, node)
    if function is None or not is_property(parsed, function):
        return None
    given = returned(parsed, function)
    return [*given, None] if given and _may_be_overridden(parsed, node) else given or None


def _is_that(
    parsed: Parsed, target: cst.BaseExpression, node: cst.Attribute, owner: cst.ClassDef
) -> bool:
    """Whether a target is the attribute that ``node`` reads: of the object, or of its class."""
    if isinstance(target, cst.Name):
        block = parsed.parent(parsed.statement(target))
        return target.value == node.attr.value and block is owner.body
    return (
        isinstance(target, cst.Attribute)
        and isinstance(target.value, cst.Name)
        and target.value.value in ("self", "cls", owner.name.value)
        and target.attr.value == node.attr.value
    )


def _of_call(parsed: Parsed, call: cst.Call) -> list[cst.BaseExpression | None] | None:
    """What a function or method of this module returns."""
    function = callee(parsed, call)
    over = _awaited(parsed, call)
    if over is not None:
        return _given_by_handed(parsed, over) or None
    said = default(parsed, call) if function is None else None
    if said is not None:
        return said
    if function is None and call.args and imported_name(parsed, call.func) in _COPIES:
        return [call.args[0].value]
    if function is None and call.args and is_builtin(parsed, call.func, "next"):
        taken = elements(parsed, call.args[0].value)
        return None if not taken or None in taken else taken
    if function is None or function.asynchronous is not None:
        return None
    given = returned(parsed, function)
    if given and _may_be_overridden(parsed, call.func):
        given.append(None)
    return given or None


def _awaited(parsed: Parsed, call: cst.Call) -> Handover | None:
    """What an executor was given whose future a call, ``future.result()``, asks for its result."""
    match call:
        case cst.Call(func=cst.Attribute(value=future, attr=cst.Name(value="result")), args=[]):
            ends = origins(parsed, future)
        case _:
            return None
    only = ends[0] if len(ends) == 1 else None
    over = handover(parsed, only) if isinstance(only, cst.Call) else None
    return over if over is not None and not over.each else None


def _may_be_overridden(parsed: Parsed, read: cst.BaseExpression) -> bool:
    """Whether a class of this module that derives from the one that a read looks an attribute up in
    gives it another value."""
    owner = receiver(parsed, read) if isinstance(read, cst.Attribute) else None
    return isinstance(read, cst.Attribute) and any(
        _binds(parsed, one, read.attr.value) for one in derived(parsed, owner)
    )


def _binds(parsed: Parsed, owner: cst.ClassDef, name: str) -> bool:
    """Whether a class has a method or an attribute of a name, or gives its objects one."""
    for node in parsed.walk(owner.body, cst.Name):
        if node.value != name:
            continue
        holder = parsed.parent(node)
        if isinstance(holder, cst.FunctionDef) and holder.name is node:
            return True
        target = holder if isinstance(holder, cst.Attribute) and holder.attr is node else node
        if isinstance(parsed.parent(target), cst.AssignTarget | cst.AnnAssign | cst.Element):
            return True
    return False
