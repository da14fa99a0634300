"""A deliberate ``RAY_TRAIN_V2_ENABLED=0`` is respected, and said.

With it the code stays on Train V1, which Ray still ships and has announced to remove.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.catalogue import RULES
from raytune_migrate.module.names import calls, ray_name
from raytune_migrate.proposal import Change, Replace
from raytune_migrate.rules.late_flag import moved_flag
from raytune_migrate.settings.options import Pins
from raytune_migrate.sweep.pins import pinned, pins, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM906"


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each pin; or, where pins are to go, a change that asks for Train V2 there."""
    if context.project.pins is Pins.RESPECT:
        yield from pinned(context.parsed)
        return
    rule = RULES[_CODE]
    for_others = context.parsed.elsewhere.pinned_by is not None
    of_ray = any(ray_name(context.parsed, one.func) is not None for one in calls(context.parsed))
    if not (for_others or of_ray):
        return
    yield from refused(context.parsed, "Take this away: the migrated sweeps need Train V2.")
    moved = moved_flag(context)  # which is turned on where it goes
    for pin in pins(context.parsed):
        if moved is not None and context.parsed.inside(pin.place, moved):
            continue
        yield Change(
            code=_CODE,
            title=rule.title,
            reason="The migrated sweeps need Train V2, and this turns it off.",
            link=rule.link,
            place=context.parsed.place(pin.place),
            edits=(Replace(*context.parsed.span(pin.value), context.layout.literal("1")),),
        )
