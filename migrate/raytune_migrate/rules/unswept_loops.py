"""A train loop that no rewritten sweep runs is on Train V2 too, once the script asks for it.

What it may no longer call there is said, at its own line.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.rules.catalogue import finding
from raytune_migrate.sweep.dropped import dropped_in
from raytune_migrate.sweep.roles import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal


def propose(context: Context) -> Iterator[Proposal]:
    """A finding for each such call, in a file with a sweep that is rewritten."""
    parsed = context.parsed
    known = context.roles
    for job in known.jobs:
        if job.swept or job.role is not Role.TRAIN_LOOP:
            continue
        for one in dropped_in(parsed, job.body):
            if known.job(parsed, one.node) is job:
                yield finding(parsed, one.node, one.code, one.reason, one.advice)
