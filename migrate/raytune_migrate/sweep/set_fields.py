"""What a config is given after it was made: ``config.field = ...``, ``replace(config, field=...)``.

Train V2 looks at what a config is given when it is made, and does nothing of what comes later.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.changes import is_changed
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import constant, is_builtin
from raytune_migrate.module.names import calls, imported_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.sweep.model import construction, constructions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Construction

_COPIED_WITH = "dataclasses.replace"
_CALLBACKS = "callbacks"
_OWN = ("self", "cls")


@dataclass(frozen=True, slots=True)
class SetField:
    """One field that a config, or a copy of it, is given, or may be, after it was made."""

    node: cst.CSTNode  # what gives it
    config: cst.BaseExpression  # what is given it
    name: str | None  # None where it may be any
    value: cst.BaseExpression | None  # None where that cannot be seen
    copied: bool = False


def set_fields(parsed: Parsed, config: Construction, part: str = "") -> Sequence[SetField]:
    """What a config is given after it was made; or what the config in one of its fields is."""
    return _by_config(parsed).get((id(config.call), part), ())


@remembered
def _by_config(parsed: Parsed) -> Mapping[tuple[int, str], Sequence[SetField]]:
    """What each config is given, by its call, and the field of it in which that is which is."""
    found: dict[tuple[int, str], list[SetField]] = defaultdict(list)
    for one in _every(parsed):
        for call, part in dict.fromkeys(_given_to(parsed, one.config)):
            found[id(call), part].append(one)
    return found


def _given_to(
    parsed: Parsed, node: cst.BaseExpression, part: str = ""
) -> Iterator[tuple[cst.Call, str]]:
    """The calls that make what an expression is; or the config that is in a field of that."""
    for end in origins(parsed, node):
        made = construction(parsed, end)
        if made is not None:
            yield made.call, part
            inner = made.value(part) if part else None
            if inner is not None:
                yield from _given_to(parsed, inner)
        elif (
            isinstance(end, cst.Attribute) and not part and end.attr.value in ray_api.INNER_CONFIGS
        ):
            yield from _given_to(parsed, end.value, end.attr.value)


def _every(parsed: Parsed) -> Iterator[SetField]:
    fields = frozenset(
        field
        for one in constructions(parsed)
        if one.name in ray_api.CONFIG_CLASSES
        for field in (
            *ray_api.SIGNATURES.get(one.name, ()),
            *ray_api.GONE_FIELDS.get(one.name, ()),
            *(ray_api.CADENCE if one.name in ray_api.RUN_CONFIGS else ()),
        )
    )
    for node in parsed.of(cst.Attribute) if fields else ():
        if node.attr.value not in fields or getattr(node.value, "value", None) in _OWN:
            continue
        match holder := parsed.parent(node):
            case cst.AssignTarget():
                assign = parsed.parent(holder)
                value = assign.value if isinstance(assign, cst.Assign) else None
                yield SetField(node, node.value, node.attr.value, value)
            case cst.AnnAssign() if holder.target is node:
                yield SetField(node, node.value, node.attr.value, holder.value)
            case cst.AugAssign() if holder.target is node:
                yield SetField(node, node.value, node.attr.value, None)
            case _ if node.attr.value == _CALLBACKS and is_changed(parsed, node):
                yield SetField(node, node.value, _CALLBACKS, None)
    for call in calls(parsed) if fields else ():
        yield from _set_by(parsed, call, fields)


def _set_by(parsed: Parsed, call: cst.Call, fields: frozenset[str]) -> Iterator[SetField]:
    """What a call of ``setattr`` or ``dataclasses.replace`` gives."""
    match call.args:
        case [config, name, given] if is_builtin(parsed, call.func, "setattr"):
            field = constant(parsed, name.value)
            if not isinstance(field, str) or field in fields:
                field = field if isinstance(field, str) else None
                yield SetField(call, config.value, field, given.value)
        case [config, *others] if imported_name(parsed, call.func) == _COPIED_WITH:
            for one in others:
                field = one.keyword.value if one.keyword is not None else None
                yield SetField(one, config.value, field, one.value, copied=True)
