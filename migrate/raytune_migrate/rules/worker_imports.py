"""What a worker takes from an old path of Ray, it takes from the public one.

Only the public names are those of Train V2: ``ray.train.torch.train_loop_utils.prepare_model`` is
V1's, whose ranks and devices a V2 worker has not set up.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.catalogue import RULES
from raytune_migrate.loops.roles import Role
from raytune_migrate.loops.worker import reads
from raytune_migrate.proposal import Change
from raytune_migrate.rewrite.session_edits import helper_edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.loops.roles import Job, Roles
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal, Replace
    from raytune_migrate.rewrite.draft import Draft

_CODE = "RTM304"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each function that a train loop runs."""
    parsed = context.parsed
    rule = RULES[_CODE]
    known = context.roles
    for job in known.jobs:
        if job.role is not Role.TRAIN_LOOP:
            continue
        draft = context.draft()
        edits = tuple(_edits(parsed, known, job, draft))
        if edits or draft.imports:
            yield Change(
                code=_CODE,
                title=rule.title,
                reason="Behind its old path this is still Train V1's.",
                link=rule.link,
                place=parsed.place(job.body),
                edits=edits,
                imports=tuple(draft.imports),
                groups=job.groups,
            )


def _edits(parsed: Parsed, known: Roles, job: Job, draft: Draft) -> Iterator[Replace]:
    for node, name in reads(parsed, job.body):
        if known.job(parsed, node) is not job or draft.moves(parsed, node):
            continue
        edit = helper_edit(parsed, node, name, draft)
        if edit is not None:
            yield edit
