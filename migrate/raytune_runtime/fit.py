"""A trainer's own run, with all that Tune does for a trial."""

from __future__ import annotations

import copy
from typing import Any

from ray import tune

from . import _ray
from .boosting import TAKES_PARAMS
from .driver import driver_for
from .run_config import tune_run_config


def fit_as_trial(trainer: Any) -> tune.Result:
    """Run a trainer as a sweep of one trial, which is what ``trainer.fit()`` was under Train V1.

    For a trainer whose run config has what only Tune does::

        trainer = TorchTrainer(..., run_config=train_run_config(tune.RunConfig(stop=...)))
        result = fit_as_trial(trainer)

    ``stop``, loggers and other callbacks, ``log_to_file`` and the rest of its ``tune.RunConfig``
    are obeyed, and the result has every metric that was reported, with a checkpoint or without,
    and the config, as ``{"train_loop_config": ...}``.

    Args:
        trainer: A trainer of Train V2.

    Raises:
        TypeError: It is no trainer.
        TrainingFailedError: The run has failed; its cause is the error of the trial.
        RuntimeUnavailable: The trainer is one of Train V1, Ray Train V2 is off, or Ray is too old.
    """
    if not _ray.is_trainer(trainer):
        raise TypeError(
            f"fit_as_trial needs a trainer of Ray Train V2, but got {type(trainer).__name__}; give"
            " functions and trainables to tune.Tuner."
        )
    results = tune.Tuner(
        driver_for(trainer),
        param_space=_logged(trainer),
        run_config=tune_run_config(trainer),
    ).fit()
    result = results[0]
    if result.error is not None:
        raise _ray.TrainingFailedError(
            f"The run has failed; its files are in {result.path}. To have it tried again, give its"
            " RunConfig a FailureConfig with max_failures."
        ) from result.error
    return result


def _logged(trainer: Any) -> dict[str, Any]:
    """What loggers and the result have for a config; for the trial it changes nothing."""
    config = trainer.train_loop_config
    # Train V1 had no place there for the params of a boosting trainer.
    if config is None or hasattr(trainer.train_loop_per_worker, TAKES_PARAMS):
        return {}
    return {"train_loop_config": copy.deepcopy(config)}
