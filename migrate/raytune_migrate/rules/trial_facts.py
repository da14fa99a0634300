"""What a worker asks of its trial, it asks ``raytune_runtime.trial_info()``.

Train V2 knows no trials: the getters of its context raise ``DeprecationWarning``, and
``get_experiment_name`` gives the name of the Train run.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.loops.roles import Role
from raytune_migrate.loops.session import Fate, session_uses
from raytune_migrate.proposal import Change, Safety
from raytune_migrate.rewrite.session_edits import session_edit
from raytune_migrate.runtime.advice import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.loops.session import SessionUse
    from raytune_migrate.proposal import Finding, Proposal

_CODE = "RTM302"
_DIRECTORY = "get_trial_dir"
_IN_STORAGE = (
    "trial_dir is the trial's directory in the sweep's storage, where get_trial_dir() gave a local"
    " one: on S3 and the like no file can be opened there."
)
# Outside a sweep these mean the same as ever.
_OF_RUNS = ray_api.STORAGE_OF_RUNS | {"get_experiment_name"}


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each function of a swept train loop; findings where there is no trial."""
    parsed = context.parsed
    rule = RULES[_CODE]
    known = context.roles
    for job in known.jobs:
        if job.role is not Role.TRAIN_LOOP:
            continue
        asked = [
            use
            for use in session_uses(parsed, job.body)
            if use.fate in (Fate.TRIAL, Fate.STORAGE) and known.job(parsed, use.node) is job
        ]
        if not job.swept:
            yield from (_no_trial(context, one) for one in asked if one.name not in _OF_RUNS)
            continue
        draft = context.draft()
        written = [
            session_edit(parsed, use, draft) for use in asked if not draft.moves(parsed, use.node)
        ]
        edits = tuple(one for one in written if one is not None)
        local = any(use.name == _DIRECTORY for use in asked)
        if edits:
            yield Change(
                code=_CODE,
                title=rule.title,
                reason="A Train V2 worker does not know the trial that it works for.",
                link=rule.link,
                place=parsed.place(job.body),
                edits=edits,
                safety=Safety.REVIEW if local else Safety.SAFE,
                imports=tuple(draft.imports),
                notes=(_IN_STORAGE,) if local else (),
                groups=job.groups,
            )


def _no_trial(context: Context, use: SessionUse) -> Finding:
    swept = either(f" If a sweep runs this, take it from {ray_api.RUNTIME}'s trial_info().")
    return finding(
        context.parsed,
        use.node,
        _CODE,
        f"A Train V2 worker has no trial to ask for {use.name}.",
        f"Pass the value in train_loop_config.{swept}",
    )
