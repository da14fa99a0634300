"""What a worker knows of the Tune trial that it works for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import ray.train
import ray.tune
from ray.tune import PlacementGroupFactory
from ray.util import get_current_placement_group, placement_group_table

from . import _ray
from .reserved import is_whole
from .resources import driver_of


@dataclass(frozen=True)
class TrialInfo:
    """The Tune trial that a train loop runs for. Outside a trial all is None.

    Attributes:
        trial_id: Tune's id of the trial.
        trial_name: Its name.
        trial_dir: Its directory in the experiment's storage, where its results and checkpoints
            lie: a path on the storage's filesystem. Train V1 gave a local directory instead, from
            which files were copied to this one.
        trial_resources: What the trial takes, driver function and workers together, in the form
            that Train V1 gave it.
        experiment_name: The directory's name of the experiment.
    """

    trial_id: str | None = None
    trial_name: str | None = None
    trial_dir: str | None = None
    trial_resources: PlacementGroupFactory | None = None
    experiment_name: str | None = None


def trial_info() -> TrialInfo:
    """The trial of this worker, which the ``ray.train.get_context()`` of Train V2 no longer knows.

    For train loops that used ``get_trial_id``, ``get_trial_name``, ``get_trial_dir`` or
    ``get_trial_resources`` of the context, or its ``get_experiment_name``, which in Train V2 is the
    name of the Train run. `TuneReportCallback` brings it to the workers, so the run must have one.

    Under Train V1, where a sweep that is not migrated yet may run the same train loop, it is what
    V1's own context says.
    """
    if not _ray.v2_is_on():
        return _info_of_v1()
    run_config = _ray.run_config_of_worker()
    if run_config is None:
        return TrialInfo()
    trials = (getattr(callback, "trial", None) for callback in run_config.callbacks or [])
    trial = next((trial for trial in trials if isinstance(trial, TrialInfo)), TrialInfo())
    if trial.trial_resources is None:
        return trial
    return replace(trial, trial_resources=_whole_trial(trial.trial_resources))


def info_of_this_trial() -> TrialInfo:
    """In the driver function: its trial, whose resources are those of the driver function only."""
    if _ray.tune_session() is None:
        return TrialInfo()
    context = ray.tune.get_context()
    storage = context.get_storage()
    return TrialInfo(
        trial_id=context.get_trial_id(),
        trial_name=context.get_trial_name(),
        trial_dir=storage.trial_fs_path,
        trial_resources=context.get_trial_resources(),
        experiment_name=context.get_experiment_name(),
    )


def _info_of_v1() -> TrialInfo:
    context: Any = ray.train.get_context()
    return TrialInfo(
        trial_id=context.get_trial_id(),
        trial_name=context.get_trial_name(),
        trial_dir=context.get_trial_dir(),
        trial_resources=context.get_trial_resources(),
        experiment_name=context.get_experiment_name(),
    )


def _whole_trial(driver: PlacementGroupFactory) -> PlacementGroupFactory:
    """The resources as Train V1 gave them: the coordinator's with those of the first worker."""
    workers = get_current_placement_group()
    # A run without worker processes is in the driver function's own.
    if workers is None or is_whole(driver):
        return driver
    group = placement_group_table(workers)
    first, *others = group["bundles"].values()
    amounts = driver_of(driver)
    whole = {name: amounts.get(name, 0) + first.get(name, 0) for name in {**amounts, **first}}
    return PlacementGroupFactory([{}, whole, *others], strategy=group["strategy"])
