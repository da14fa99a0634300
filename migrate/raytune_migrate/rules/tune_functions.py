"""The session of a function that Tune runs is ``ray.tune``'s.

With Train V2, ``ray.train.report`` and ``ray.train.get_context`` raise ``DeprecationWarning`` in a
function that is given to a Tuner.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.loops.roles import Role
from raytune_migrate.loops.session import asks_for_metadata
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.names import Certainty
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.proposal import Change, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.loops.roles import Job, Roles
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal
    from raytune_migrate.rewrite.draft import Draft

_CODE = "RTM303"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each function that Tune runs, and what no such function may ask."""
    parsed = context.parsed
    rule = RULES[_CODE]
    known = context.roles
    for job in known.jobs:
        if job.role is not Role.TUNE_FUNCTION:
            continue
        yield from _metadata(parsed, known, job)
        draft = context.draft()
        edits = tuple(_edits(parsed, known, job, draft))
        if edits:
            yield Change(
                code=_CODE,
                title=rule.title,
                reason="Under Train V2 the functions of ray.train raise in a Tune function.",
                link=rule.link,
                place=parsed.place(job.body),
                edits=edits,
                imports=tuple(draft.imports),
            )


def _metadata(parsed: Parsed, known: Roles, job: Job) -> Iterator[Finding]:
    for call in parsed.walk(job.body, cst.Call) if ray_api.GET_METADATA in parsed.text else ():
        if asks_for_metadata(parsed, call) and known.job(parsed, call) is job:
            yield finding(
                parsed,
                call,
                "RTM907",
                "get_metadata() of ray.tune's context raises: a Tune function never had any.",
                "Leave it out, and what is made of it.",
            )


def _edits(parsed: Parsed, known: Roles, job: Job, draft: Draft) -> Iterator[Replace]:
    for node, name in reads(parsed, job.body):
        if name.certainty is Certainty.MIXED or known.job(parsed, node) is not job:
            continue
        moved = ray_api.TUNE_FUNCTIONS.get(name.name)
        moved = moved or counterpart(parsed, known, node, name.name)
        getter = ray_api.TRIAL_GETTERS.get(name.name)
        if moved is not None:
            yield Replace(*parsed.span(node), draft.refer(parsed, moved, node))
        elif getter is not None:
            context = draft.refer(parsed, ray_api.TUNE_GET_CONTEXT, node)
            yield Replace(*parsed.span(node), f"{context}().{getter}")


def counterpart(parsed: Parsed, known: Roles, node: cst.BaseExpression, name: str) -> str | None:
    """What reports to Tune as a callback does to Ray Train; its class methods may stay.

    None beside a trainer, whose workers may have the callback, and where another library's has the
    same name.
    """
    holder = parsed.parent(node)
    is_part = isinstance(holder, cst.Attribute) and holder.value is node
    found = ray_api.TUNE_COUNTERPARTS.get(name) if not is_part else None
    return found if found and not known.trials_train and len(_libraries(parsed)) == 1 else None


@remembered
def _libraries(parsed: Parsed) -> frozenset[str]:
    """The callbacks of Ray Train that a module makes and that Tune has a counterpart of."""
    made = frozenset(name.name for _, name in ray_calls(parsed))
    return made & ray_api.TUNE_COUNTERPARTS.keys()
