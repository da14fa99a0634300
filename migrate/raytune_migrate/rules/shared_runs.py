"""A function that Tune runs trains, in each trial, in a run of Train V2 of the same name.

What Train V2 finds under the name of a run it goes on from; nothing keeps two at once apart.
https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import is_none, settled
from raytune_migrate.loops.roles import Role
from raytune_migrate.runtime.advice import either
from raytune_migrate.sweep.run_configs import run_configs

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.sweep.model import Construction

_CODE = "RTM916"
_ADVICE = (
    "Give its RunConfig "
    + either("**trial_run() of raytune_runtime, or ")
    + "a name with ray.tune.get_context().get_trial_id()."
)


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each trainer of a trial whose run is not named by the trial."""
    parsed = context.parsed
    swept = [one.sweep.trainer.call for one in context.plans]
    swept += [trainer.call for one in context.given for trainer in one.sweep.trainers]
    for trainer in context.standing:
        job = context.roles.job(parsed, trainer.call)
        if job is None or job.role is not Role.TUNE_FUNCTION:
            continue
        if any(trainer.call is one for one in swept):
            continue
        for place, name in _same_names(parsed, trainer):
            reason = (
                f"Under Train V2 all trials train in the run {name}, and go on from each other's"
                " checkpoints."
                if name is not None
                else "Train V2 names this run by the second: trials that begin at once share it,"
                " and each other's checkpoints."
            )
            yield finding(parsed, place, _CODE, reason, _ADVICE)


def _same_names(parsed: Parsed, trainer: Construction) -> Iterator[tuple[cst.CSTNode, str | None]]:
    """Where the run of a trainer has a name that says nothing of its trial, and that."""
    value = trainer.given("run_config")
    if value is None or is_none(value):
        if trainer.seen:
            yield trainer.call, None
        return
    for config in run_configs(parsed, origins(parsed, value)):
        path = config.value("storage_path")
        if not config.complete or not (path is None or is_none(path) or _is_fixed(parsed, path)):
            continue
        name = config.value("name")
        if name is None or is_none(name):
            yield config.call, None
        elif _is_fixed(parsed, name):
            yield name, str(settled(parsed, name))


def _is_fixed(parsed: Parsed, node: cst.BaseExpression) -> bool:
    return isinstance(settled(parsed, node), str)
