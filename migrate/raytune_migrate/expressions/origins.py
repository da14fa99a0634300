"""Where a value comes from: the expressions that may have made it, as far as they can be seen."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate import ray_api
from raytune_migrate.expressions.callers import callee, passed, returned
from raytune_migrate.expressions.elements import elements, gone_through, in_returned_rows, in_rows
from raytune_migrate.expressions.fixtures import given_by_pytest
from raytune_migrate.expressions.handed import (
    function_handed,
    function_of,
    given_by_handed,
    gives_each,
    handed,
)
from raytune_migrate.expressions.records import default, given_to_field, is_field
from raytune_migrate.expressions.values import is_builtin, is_none
from raytune_migrate.module.bindings import bindings, definition, is_import, variable
from raytune_migrate.module.classes import (
    assigned_in,
    assigned_to_attributes,
    getter,
    in_place_of,
    is_property,
    may_be_overridden,
    method,
    overriding,
    receiver,
    runs_where_read,
)
from raytune_migrate.module.names import imported_name
from raytune_migrate.module.releases import holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from libcst.metadata import BaseAssignment

    from raytune_migrate.module.parsed import Parsed


_DEEP = 6  # names that lead to each other must end somewhere
_NAMESPACES = ("types.SimpleNamespace", "argparse.Namespace")
# What gives what it is given first, or what is the same to Ray; ``ray.get`` what a task gives.
_COPIES = ("dataclasses.replace", "copy.copy", "copy.deepcopy", *ray_api.TAKES_AND_KEEPS)


def origins(parsed: Parsed, node: cst.BaseExpression) -> tuple[cst.BaseExpression, ...]:
    """The expressions, none of which can be followed further, that ``node`` may get its value from.

    Through the assignments of a name or of an attribute of ``self``, the properties of objects, the
    branches of a conditional (one of them, if it tests Ray's release), the returns of a function of
    this module, and what its callers here, or pytest, pass for a parameter. Where some of it is out
    of sight, the name, attribute or call that leads there is among them. ``None`` is not.
    """
    return tuple(one for one in _ends(parsed, node) if not is_none(one))


def may_be_none(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether ``None`` is among what an expression may get its value from, as far as that is seen.

    A parameter or an attribute that cannot be followed may be anything. Of ``x or y`` only the
    latter is given where the former is None.
    """
    if isinstance(node, cst.BooleanOperation) and isinstance(node.operator, cst.Or):
        return may_be_none(parsed, node.right)
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
            held = holds(parsed, node.test, ray_api.V2_BY_DEFAULT)
            both = ((node.body, held is not False), (node.orelse, held is not True))
            return [one for one, may_be in both if may_be]
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
        case cst.Await():
            return _of_outcome(parsed, node)
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
            if through is not None:
                given = elements(parsed, through)
            else:
                given = in_rows(parsed, target) or in_returned_rows(parsed, target)
            steps += given or [_assigned(parsed, target)]
        else:
            steps.append(None)
    return steps


def _handed(parsed: Parsed, parameter: cst.Param) -> Iterator[cst.BaseExpression | None]:
    """What those that a function is handed to call it with for a parameter."""
    for value, each in handed(parsed, parameter):
        yield from elements(parsed, value) if each else (value,)


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


def _of_attribute(parsed: Parsed, node: cst.Attribute) -> list[cst.BaseExpression | None] | None:
    """What a class assigns to an attribute of its own, or of an object; what a property returns."""
    around = parsed.enclosing(node, cst.ClassDef)
    own = ("self", "cls", around.name.value) if around is not None else ()
    within = isinstance(node.value, cst.Name) and node.value.value in own
    owner = around if within else receiver(parsed, node)
    if owner is None:
        return _put_on_object(parsed, node) or None
    kinds = (owner, *(in_place_of(parsed, owner) if within else ()))
    steps: list[cst.BaseExpression | None] = [
        value
        for kind in kinds
        for target, value in assigned_in(parsed, kind)
        if _is_that(parsed, target, node, kind)
    ]
    got = _got(parsed, steps)
    if got is not None:
        return got or None
    if is_field(owner, node.attr.value):
        steps += [*given_to_field(parsed, owner, node.attr.value), None]
    steps += _put_on_object(parsed, node, kinds) if steps else []
    if steps and (
        all(one is not None and is_none(one) for one in steps)
        or not (within or _has_its_own(parsed, node, owner))
        or may_be_overridden(parsed, node)
    ):
        steps.append(None)  # who gives it a value is out of sight
    return steps or _of_property(parsed, node) or _put_on_object(parsed, node, kinds) or None


def _got(
    parsed: Parsed, held: list[cst.BaseExpression | None]
) -> list[cst.BaseExpression | None] | None:
    """What an attribute gives that holds an object with ``__get__``: nothing of another module's.

    None where it holds something else.
    """
    made = [one.func for one in held if isinstance(one, cst.Call)]
    if not made or len(made) < len(held) or not all(runs_where_read(parsed, one) for one in made):
        return None
    getters = [getter(parsed, one) for one in made]
    return [
        *chain.from_iterable(returned(parsed, one) for one in getters if one is not None),
        *(None for one in getters if one is None),
    ]


def _put_on_object(
    parsed: Parsed, node: cst.Attribute, kinds: tuple[cst.ClassDef, ...] = ()
) -> list[cst.BaseExpression | None]:
    """What is put on an object from outside of its class, or ``kinds`` of classes: assigned, by the
    same name or to any object of these, or given to a namespace.

    Others may have put something else there.
    """
    name = node.attr.value
    given = [
        value
        for target, value in assigned_to_attributes(parsed, name)
        if not any(parsed.inside(target, one) for one in kinds)
        and (_is_same(parsed, target.value, node.value) or receiver(parsed, target) in kinds)
    ]
    if not isinstance(node.value, cst.Name):
        return [*given, None] if given else []
    made = variable(parsed, node.value)
    call = made.value if made is not None else None
    if isinstance(call, cst.Call) and imported_name(parsed, call.func) in _NAMESPACES:
        given += [one.value for one in call.args if one.keyword and one.keyword.value == name]
    return [*given, None] if given else []


def _is_same(parsed: Parsed, one: cst.BaseExpression, other: cst.BaseExpression) -> bool:
    """Whether two expressions are one name, of one meaning."""
    return (
        isinstance(one, cst.Name)
        and isinstance(other, cst.Name)
        and one.value == other.value
        and bindings(parsed, one) == bindings(parsed, other)
    )


def _has_its_own(parsed: Parsed, node: cst.Attribute, owner: cst.ClassDef) -> bool:
    """Whether what is read of a class, from outside, is surely what its body says."""
    plain = definition(parsed, node.value) is owner and not (owner.bases or owner.decorators)
    return plain and not any(
        isinstance(one.target, cst.Attribute)
        and one.target.attr.value == node.attr.value
        and not parsed.inside(one, owner)
        for one in parsed.of(cst.AssignTarget)
    )


def same_when_read_again(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a name, or an attribute that is no property of this module's: to
    read one of these a second time runs no code."""
    if not isinstance(node, cst.Attribute):
        return isinstance(node, cst.Name)
    function = method(parsed, node)
    if function is not None:
        return not is_property(parsed, function, cached=False)
    owner = receiver(parsed, node)
    given = assigned_in(parsed, owner) if owner is not None else ()
    held = [value for target, value in given if owner and _is_that(parsed, target, node, owner)]
    return _got(parsed, held) is None


def _of_property(parsed: Parsed, node: cst.Attribute) -> list[cst.BaseExpression | None] | None:
    """What a property of an object returns, where its class is one of this module."""
    function = method(parsed, node)
    if function is None or not is_property(parsed, function):
        return None
    return _given_by_method(parsed, function, node)


def _given_by_method(
    parsed: Parsed, function: cst.FunctionDef, read: cst.BaseExpression
) -> list[cst.BaseExpression | None] | None:
    """What a method returns, and where an object asks itself, what overrides it in this module."""
    given = returned(parsed, function)
    if may_be_overridden(parsed, read):
        given = [*given, *(_given_in_place_of(parsed, read) or ())]
        return [*given, None] if given else None
    return given or None


def _given_in_place_of(
    parsed: Parsed, read: cst.BaseExpression
) -> list[cst.BaseExpression | None] | None:
    """What methods of this module return that an object which asks itself may have instead."""
    if not isinstance(read, cst.Attribute) or not isinstance(read.value, cst.Name):
        return None
    others = overriding(parsed, read) if read.value.value in ("self", "cls") else ()
    given = [value for one in others for value in returned(parsed, one)]
    return [*given, None] if given else None


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
    waited = _of_outcome(parsed, call) if function is None else None
    if waited is not None:
        return waited
    said = default(parsed, call) if function is None else None
    if said is not None:
        return said
    if function is None and call.args and imported_name(parsed, call.func) in _COPIES:
        return [call.args[0].value]
    if function is None and call.args and is_builtin(parsed, call.func, "next"):
        taken = elements(parsed, call.args[0].value)
        return None if not taken or None in taken else taken
    if function is None:
        return _given_in_place_of(parsed, call.func)
    if function.asynchronous is not None:
        return None
    return _given_by_method(parsed, function, call.func)


def _of_outcome(
    parsed: Parsed, node: cst.Await | cst.Call
) -> list[cst.BaseExpression | None] | None:
    """What a function of this module gives whose outcome an expression waits for."""
    handed_over = outcome_of(parsed, node)
    function = function_of(parsed, handed_over) if handed_over is not None else None
    if function is not None:
        return given_by_handed(parsed, function) or None
    call = node.expression if isinstance(node, cst.Await) else None
    awaited = callee(parsed, call) if isinstance(call, cst.Call) else None
    if awaited is None or awaited.asynchronous is None or not isinstance(call, cst.Call):
        return None
    given = returned(parsed, awaited)
    return [*given, None] if given and may_be_overridden(parsed, call.func) else given or None


def outcome_of(parsed: Parsed, node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The function that an executor, a pool or a thread was handed, whose outcome is waited for.

    By ``await``, or by a future's ``result()``. A pool that calls it again and again is none.
    """
    match node:
        case cst.Await(expression=waiting):
            pass
        case cst.Call(func=cst.Attribute(value=waiting, attr=cst.Name(value="result" | "get"))):
            pass
        case _:
            return None
    call = _future(parsed, waiting)
    if call is None or gives_each(call):
        return None
    function = function_handed(call)
    inner = function_handed(function) if isinstance(function, cst.Call) else None
    return inner or function  # without ``partial(...)``


def _future(parsed: Parsed, node: cst.BaseExpression, depth: int = 0) -> cst.Call | None:
    """The call that gave a future, through names: ``X = X.get(...)`` leads back to itself."""
    if isinstance(node, cst.Call):
        return node
    if not isinstance(node, cst.Name) or depth > _DEEP:
        return None
    bound = variable(parsed, node)
    if bound is not None:
        return _future(parsed, bound.value, depth + 1)
    found = [one.node for one in bindings(parsed, node) if isinstance(one, Assignment)]
    through = gone_through(parsed, found[0]) if len(found) == 1 else None
    given = elements(parsed, through) if through is not None else []
    only = given[0] if len(given) == 1 else None
    return _future(parsed, only, depth + 1) if only is not None else None
