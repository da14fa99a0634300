"""Tests that put a mock in the place of a session that a train loop or a Tune function asked.

What is migrated asks ``ray.train``, ``ray.tune`` or ``trial_info()``, and the mock is asked
nothing.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.catalogue import finding
from raytune_migrate.runtime.advice import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such call."""
    parsed = context.parsed
    lines = parsed.elsewhere.lines.unasked
    told = set[int]()
    for call in parsed.of(cst.Call) if lines else ():
        line = parsed.line(call)
        if line in lines - told and len(call.args) > 0:
            told.add(line)
            yield finding(
                parsed,
                call,
                "RTM917",
                "Once it is migrated, the code that this test looks into does not call what this"
                " puts something in the place of.",
                "Put that in the place of what it calls then: of ray.train"
                + either(", or of trial_info,")
                + " in a train loop, of ray.tune in a Tune function.",
            )
