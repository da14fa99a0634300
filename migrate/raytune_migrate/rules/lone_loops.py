"""A train loop that no sweep of its own module runs is on Train V2 too, once that is asked for.

Whether another module sweeps it or nothing does: what it may no longer call there is said, at its
own line. The sweeps of a module wait for their loops.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.catalogue import finding
from raytune_migrate.loops.dropped import dropped_in
from raytune_migrate.loops.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal


def propose(context: Context) -> Iterator[Proposal]:
    """A finding for each such call, in a module that goes to Train V2."""
    parsed = context.parsed
    known = context.roles
    for job in known.jobs:
        if job.groups or job.role is not Role.TRAIN_LOOP:
            continue
        for one in dropped_in(parsed, job.body):
            if known.job(parsed, one.node) is job:
                yield finding(parsed, one.node, one.code, one.reason, one.advice)
