"""What a sweep needs that was migrated from ``Tuner(trainer)`` to a driver function.

The driver function builds the trainer of one trial; the names here give it what Ray Train V1 gave
every trial and the plain pattern of Train V2 loses::

    def train_driver_fn(config):
        trainer = TorchTrainer(
            start_from_trial(train_loop),
            train_loop_config=merge_config({"epochs": 5}, config["train_loop_config"]),
            scaling_config=ScalingConfig(num_workers=2),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        )
        trainer.fit()

    tune.Tuner(
        train_driver_fn,
        tune_config=tune.TuneConfig(
            max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=2))
        ),
        ...
    )

Where the trainer exists already, `driver_for` makes the driver function of it, and
`tune_run_config` finds in it what its ``RunConfig`` says to Tune::

    tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer), ...)

`fit_as_trial` runs a trainer by itself as the sweep of one trial that ``trainer.fit()`` was.

In the train loop, `trial_info` tells the id, name, directory and resources of the trial.
`preprocess_datasets`, `checkpoint_from_dict` and `checkpoint_to_dict` do what trainers and
checkpoints did by themselves up to Ray 2.6.

`TrainingFailedError` is the one that Train V2 raises, which ``ray.train`` has from Ray 2.51 on.

It needs Ray and the standard library, on every node. Importing it starts nothing.
"""

from ._ray import RuntimeUnavailable, TrainingFailedError
from .boosting import lightgbm_train_loop, xgboost_train_loop
from .concurrency import max_concurrent_trials
from .datasets import preprocess_datasets
from .dict_checkpoint import checkpoint_from_dict, checkpoint_to_dict
from .driver import driver_for
from .fit import fit_as_trial
from .info import TrialInfo, trial_info
from .merge import merge_config
from .report import TuneReportCallback
from .resources import trial_resources
from .run import trial_run
from .run_config import train_run_config, tune_run_config
from .start import start_from_trial

__all__ = [
    "RuntimeUnavailable",
    "TrainingFailedError",
    "TrialInfo",
    "TuneReportCallback",
    "checkpoint_from_dict",
    "checkpoint_to_dict",
    "driver_for",
    "fit_as_trial",
    "lightgbm_train_loop",
    "max_concurrent_trials",
    "merge_config",
    "preprocess_datasets",
    "start_from_trial",
    "train_run_config",
    "trial_info",
    "trial_resources",
    "trial_run",
    "tune_run_config",
    "xgboost_train_loop",
]
