"""Classes whose constructor takes the fields that they annotate: dataclasses and their like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.callers import calls_by_callee, returned
from raytune_migrate.expressions.generated import (
    BASES,
    CHANGING,
    DECORATORS,
    FACTORIES,
    FIELDS,
    NOT_TAKEN,
)
from raytune_migrate.module.bindings import definition
from raytune_migrate.module.names import calls, imported_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.module.parsed import Parsed


def default(parsed: Parsed, call: cst.Call) -> list[cst.BaseExpression | None] | None:
    """What ``field(...)`` says that a field is; None in the list for what is out of sight.

    None instead of a list for any other call.
    """
    if imported_name(parsed, call.func) not in FIELDS:
        return None
    for one in call.args:
        word = one.keyword.value if one.keyword is not None else "default"
        if word == "default":
            return [one.value]
        if word in FACTORIES:
            return _made_by(parsed, one.value)
    return [None]


def _made_by(parsed: Parsed, factory: cst.BaseExpression) -> list[cst.BaseExpression | None]:
    if isinstance(factory, cst.Lambda):
        return [factory.body]
    function = definition(parsed, factory)
    return (returned(parsed, function) if isinstance(function, cst.FunctionDef) else []) or [None]


def is_field(owner: cst.ClassDef, name: str) -> bool:
    """Whether the constructor that a class is given takes a name."""
    return name in _fields(owner) and _is_record(owner)


def given_to_field(parsed: Parsed, owner: cst.ClassDef, name: str) -> Iterator[cst.BaseExpression]:
    """What the calls in this module give a class for one of its fields."""
    fields = _fields(owner)
    place = fields.index(name) if not _may_come_behind_others(owner) else None
    for call in calls_by_callee(parsed).get(id(owner), ()):
        for index, one in enumerate(call.args):
            if one.star:
                break
            if (one.keyword is None and index == place) or _is_called(one, name):
                yield one.value
    for call in calls(parsed):
        if imported_name(parsed, call.func) in CHANGING:
            yield from (one.value for one in call.args if _is_called(one, name))


def _is_called(argument: cst.Arg, name: str) -> bool:
    return argument.keyword is not None and argument.keyword.value == name


def _is_record(owner: cst.ClassDef) -> bool:
    marks = (one.decorator for one in owner.decorators)
    return bool(
        _last_parts(one.func if isinstance(one, cst.Call) else one for one in marks) & DECORATORS
        or _last_parts(one.value for one in owner.bases) & BASES
    ) and not any(
        isinstance(one, cst.FunctionDef) and one.name.value == "__init__" for one in owner.body.body
    )


def _may_come_behind_others(owner: cst.ClassDef) -> bool:
    """Whether a class that one derives from may have fields that come before its own."""
    return any(not _last_parts([one.value]) & BASES for one in owner.bases)


def _fields(owner: cst.ClassDef) -> list[str]:
    return [
        small.target.value
        for line in owner.body.body
        if isinstance(line, cst.SimpleStatementLine)
        for small in line.body
        if isinstance(small, cst.AnnAssign)
        and isinstance(small.target, cst.Name)
        and not _last_parts([_unsubscripted(small.annotation.annotation)]) & NOT_TAKEN
    ]


def _unsubscripted(annotation: cst.BaseExpression) -> cst.BaseExpression:
    return annotation.value if isinstance(annotation, cst.Subscript) else annotation


def _last_parts(nodes: Iterable[cst.BaseExpression]) -> frozenset[str]:
    return frozenset(
        one.value if isinstance(one, cst.Name) else one.attr.value
        for one in nodes
        if isinstance(one, cst.Name | cst.Attribute)
    )
