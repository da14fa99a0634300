"""Loggers that a worker sets up, and that do not know Train V2, or not in every release.

``setup_wandb`` asks the session of Train V1 for rank and trial. ``setup_mlflow`` asks the right one
from Ray 2.53 on, and no longer for the trial.
https://docs.ray.io/en/latest/train/user-guides/experiment-tracking.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.loops.roles import Role
from raytune_migrate.module.names import ray_name
from raytune_migrate.rules.beside import finding_beside
from raytune_migrate.runtime.advice import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM910"
_TRIAL_NAME = "experiment_name" + either(
    "=trial_info().trial_name", " what the driver function gives in train_loop_config"
)
_EXPERIMENT = 4  # the position of experiment_name among the parameters of setup_mlflow


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such call in a train loop."""
    parsed = context.parsed
    known = context.roles
    for job in known.jobs:
        if job.role not in (Role.TRAIN_LOOP, Role.BOTH):
            continue
        for node in parsed.walk(job.body, cst.Call):
            told = _told(context, node)
            if told is not None and known.job(parsed, node) is job:
                yield finding_beside(context, node, _CODE, *told)


def _told(context: Context, call: cst.Call) -> tuple[str, str] | None:
    """What is to be said of a call: reason and advice."""
    name = ray_name(context.parsed, call.func)
    if name is None:
        return None
    if name.name == ray_api.SETUP_WANDB:
        return (
            "setup_wandb sees no rank and no trial in V2 workers.",
            "It starts a run on each that calls it: on rank 0 call wandb.init(), with "
            + either(
                "id=trial_info().trial_id, name=trial_info().trial_name and"
                " group=trial_info().experiment_name.",
                "the id, name and group that the driver function gives in train_loop_config.",
            ),
        )
    if name.name != ray_api.SETUP_MLFLOW:
        return None
    minimum = context.project.minimum_ray
    if minimum is None or minimum < Version(ray_api.MLFLOW_KNOWS_V2):
        reason = "Below Ray 2.53 setup_mlflow fails in a V2 worker."
        if _names_experiment(call):
            return reason, "Require Ray 2.53."
        return (
            reason,
            f"Require Ray 2.53, and pass {_TRIAL_NAME}, which is no longer its default.",
        )
    if _names_experiment(call):
        return None
    return (
        "setup_mlflow no longer names its run after the trial.",
        f"Pass {_TRIAL_NAME}.",
    )


def _names_experiment(call: cst.Call) -> bool:
    positions = [one for one in call.args if one.keyword is None and not one.star]
    return len(positions) > _EXPERIMENT or any(
        one.star or (one.keyword is not None and one.keyword.value == "experiment_name")
        for one in call.args
    )
