"""Places that turn Train V2 off on purpose, and those that refuse to run on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.env_settings import env_settings
from raytune_migrate.expressions.values import settled
from raytune_migrate.module.fallbacks import refusals
from raytune_migrate.module.names import imported_name
from raytune_migrate.module.parsed import remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.expressions.env_settings import EnvSetting
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding


def pinned(parsed: Parsed) -> Iterator[Finding]:
    """A finding for each place that turns Train V2 off on purpose."""
    for pin in pins(parsed):
        yield finding(
            parsed,
            pin.place,
            "RTM906",
            "This pins the code to Train V1: its sweeps are left alone, and migrated ones of other"
            " modules fail where it has run before.",
            f"Take {ray_api.FLAG} away here, or run the migration with --remove-pin.",
        )
    yield from refused(parsed, "Take this away and run again: until then its sweeps are left.")


def refused(parsed: Parsed, advice: str) -> Iterator[Finding]:
    """A finding for each test that raises where Train V2 is on."""
    for one in refusals(parsed):
        yield finding(parsed, one, "RTM906", "This refuses to run on Train V2.", advice)


def pinned_around(parsed: Parsed, node: cst.CSTNode) -> Iterator[Finding]:
    """A finding at a sweep for which what runs before its module turns Train V2 off."""
    by = parsed.elsewhere.pinned_by
    if by is not None and not is_pinned(parsed):
        yield finding(
            parsed,
            node,
            "RTM906",
            f"{by}, which runs before this, pins it to Train V1, so this sweep is left alone.",
            f"Take {ray_api.FLAG} away there, or run the migration on both with --remove-pin.",
        )


@remembered
def is_pinned(parsed: Parsed) -> bool:
    """Whether a module turns Train V2 off on purpose, or refuses to run on it."""
    return any(pins(parsed)) or any(refusals(parsed))


@remembered
def pins(parsed: Parsed) -> Sequence[EnvSetting]:
    """Places that turn Train V2 off on purpose."""
    settings = env_settings(parsed, ray_api.FLAG)
    return tuple(one for one in settings if ray_api.turns_off(settled(parsed, one.value)))


def sets_on_import(parsed: Parsed, pin: EnvSetting) -> bool:
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
