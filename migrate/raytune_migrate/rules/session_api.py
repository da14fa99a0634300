"""``ray.air.session`` in a train loop becomes ``ray.train``.

Ray 2.60 still imports ``ray.air.session``; inside a Train V2 worker its functions do nothing, and
every worker believes that it is rank 0 of 1. So do the contexts that a worker gets by other paths
than ``ray.train.get_context``.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.loops.roles import Role
from raytune_migrate.loops.session import Fate, SessionUse, session_uses
from raytune_migrate.module.names import ray_name
from raytune_migrate.proposal import Change
from raytune_migrate.rewrite.session_edits import session_edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.loops.roles import Job, Roles
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.rewrite.draft import Draft

_CODE = "RTM301"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each function that a train loop runs."""
    parsed = context.parsed
    rule = RULES[_CODE]
    known = context.roles
    for job in known.jobs:
        if job.role is not Role.TRAIN_LOOP:
            continue
        draft = context.draft()
        uses = [*_uses(parsed, known, job, draft)]
        edits = tuple(
            edit for one in uses if (edit := session_edit(parsed, one, draft)) is not None
        )
        if edits:
            yield Change(
                code=_CODE,
                title=rule.title,
                reason=_reason(parsed, uses),
                link=rule.link,
                place=parsed.place(job.body),
                edits=edits,
                imports=tuple(draft.imports),
                groups=job.groups,
            )


def _uses(parsed: Parsed, known: Roles, job: Job, draft: Draft) -> Iterator[SessionUse]:
    for use in session_uses(parsed, job.body):
        if known.job(parsed, use.node) is not job or draft.moves(parsed, use.node):
            continue
        moved = use if job.swept else _run_name(parsed, use)
        if moved.fate not in (Fate.TRIAL, Fate.STORAGE):
            yield moved


def _reason(parsed: Parsed, uses: Iterable[SessionUse]) -> str:
    """What is said of the first home from which a worker no longer gets what it asks for."""
    names = (ray_name(parsed, one.node) for one in uses)
    tunes = all(one is not None and one.name.startswith("ray.tune.") for one in names)
    home = "ray.tune's session" if tunes else ray_api.SESSION
    return f"{home} does nothing inside a Train V2 worker."


def _run_name(parsed: Parsed, use: SessionUse) -> SessionUse:
    """Outside a sweep the session is asked for the name of a run, which the context still knows."""
    call = use.node
    if (
        isinstance(call, cst.Call)
        and use.name == "get_experiment_name"
        and ray_name(parsed, call.func) is not None
    ):
        return SessionUse(call.func, Fate.CONTEXT, use.name)
    return use
