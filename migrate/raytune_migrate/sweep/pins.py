"""Places that turn Train V2 off on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.values import constant, settled
from raytune_migrate.module.names import calls, imported_name
from raytune_migrate.module.parsed import remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding


@dataclass(frozen=True, slots=True)
class Pin:
    """A place that turns Train V2 off on purpose, and the value there that does."""

    place: cst.CSTNode
    value: cst.BaseExpression


def pinned(parsed: Parsed) -> Iterator[Finding]:
    """A finding for each place that turns Train V2 off on purpose."""
    for pin in pins(parsed):
        yield finding(
            parsed,
            pin.place,
            "RTM906",
            "This pins the code to Train V1, so its sweeps are left alone.",
            f"Take {ray_api.FLAG} away here, or run the migration with --remove-pin.",
        )


def pinned_around(parsed: Parsed, node: cst.CSTNode) -> Iterator[Finding]:
    """A finding at a sweep for which what runs before its module turns Train V2 off."""
    by = parsed.elsewhere.pinned_by
    if by is not None and not any(pins(parsed)):
        yield finding(
            parsed,
            node,
            "RTM906",
            f"{by}, which runs before this, pins it to Train V1, so this sweep is left alone.",
            f"Take {ray_api.FLAG} away there, or run the migration on both with --remove-pin.",
        )


@remembered
def pins(parsed: Parsed) -> Sequence[Pin]:
    """Places that turn Train V2 off on purpose."""
    return tuple(_pins(parsed)) if ray_api.FLAG in parsed.text else ()


def sets_on_import(parsed: Parsed, pin: Pin) -> bool:
    """Whether a pin sets the environment of the process when its module is imported."""
    if parsed.function(pin.place) is not None or any(
        isinstance(one, cst.If) and "__name__" in parsed.source(one.test)
        for one in parsed.ancestors(pin.place)
    ):
        return False
    match pin.place:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript(value=mapping)), *_]):
            return imported_name(parsed, mapping) == "os.environ"
        case cst.Call(func=cst.Attribute(value=owner)):
            return imported_name(parsed, owner) in ("os", "os.environ")
        case _:
            return False


def _pins(parsed: Parsed) -> Iterator[Pin]:
    for call in calls(parsed):
        for argument in call.args:
            named = argument.keyword is not None and argument.keyword.value == ray_api.FLAG
            if named and is_off(constant(parsed, argument.value)):
                yield Pin(argument, argument.value)
        if isinstance(call.func, cst.Attribute) and call.func.attr.value in (
            "setdefault",
            "setenv",
            "putenv",
        ):
            given = [settled(parsed, one.value) for one in call.args[:2]]
            if given[:1] == [ray_api.FLAG] and len(given) > 1 and is_off(given[1]):
                yield Pin(call, call.args[1].value)
    yield from _pinned_items(parsed)


def _pinned_items(parsed: Parsed) -> Iterator[Pin]:
    for node in parsed.of(cst.Assign, cst.DictElement):
        if isinstance(node, cst.Assign):
            keys = (_key(one.target) for one in node.targets)
            if any(key is not None and settled(parsed, key) == ray_api.FLAG for key in keys) and (
                is_off(settled(parsed, node.value))
            ):
                yield Pin(node, node.value)
        elif constant(parsed, node.key) == ray_api.FLAG and is_off(constant(parsed, node.value)):
            yield Pin(node, node.value)


def _key(target: cst.BaseExpression) -> cst.BaseExpression | None:
    """The key of ``mapping[key]``."""
    if isinstance(target, cst.Subscript) and len(target.slice) == 1:
        index = target.slice[0].slice
        return index.value if isinstance(index, cst.Index) else None
    return None


def is_off(value: object) -> bool:
    """Whether a value of the flag turns Train V2 off."""
    return str(value).lower() in ("0", "false")
