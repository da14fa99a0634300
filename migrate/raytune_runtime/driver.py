"""A driver function for a trainer that exists already."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import logging
from typing import TYPE_CHECKING, Any

from ray import tune
from ray.train import ScalingConfig

from . import _ray
from .boosting import TAKES_PARAMS, with_arguments
from .concurrency import swept_scaling_config
from .merge import merge_config
from .report import TuneReportCallback
from .resources import trial_resources
from .run import trial_run
from .start import start_from_trial

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ray.train import Checkpoint, RunConfig

logger = logging.getLogger(__name__)

# What the constructors of Ray's trainers call the parameter that is `backend_config` to all.
BACKEND_CONFIGS = {
    "torch_config",
    "tensorflow_config",
    "xgboost_config",
    "lightgbm_config",
    "jax_config",
}

# Parameters of every trainer that a trial does not take from it: the first two are set for each
# trial, and Train V2 refuses the last.
NOT_KEPT = {"self", "run_config", "resume_from_checkpoint", "metadata"}


def driver_for(trainer: Any, resume_from_checkpoint: Checkpoint | None = None) -> Any:
    """A driver function that runs the given trainer with each trial's part of the space.

    For a trainer that a function gets as a parameter or from a factory::

        tune.Tuner(driver_for(trainer), param_space=...)

    Its name is ``train_driver_fn``, its parameter is the trial's ``config``, and it has the
    resources that `trial_resources` gives for the trainer's scaling config.

    Each trial has a trainer of its own, built from the given one as Train V1 did: keys of
    ``config`` are parameters of the trainer, ``train_loop_config`` and ``datasets`` are merged as
    by `merge_config`, and anything else replaces what the trainer has. ``resume_from_checkpoint``
    may be among them, and ``params`` where the loop is `xgboost_train_loop` or
    `lightgbm_train_loop`: they are its config. Of the trainer's ``RunConfig`` the Train run gets
    all but its name, storage, ``checkpoint_config`` and ``max_failures``, which are Tune's; see
    `tune_run_config`.

    Where a trial's ``scaling_config`` has other devices, a TorchTrainer's communication backend is
    that of the devices, as under Train V1. What ``TorchConfig(backend=...)`` says can then only be
    kept if it is in the space too.

    The trainer is stored in Ray's object store when Ray runs, or as soon as it does.

    Args:
        trainer: A trainer of Train V2, also of a subclass. Anything that is no trainer, such as a
            function or the name of a trainable, is returned as it is.
        resume_from_checkpoint: Where trials start that have no checkpoint of their own.

    Raises:
        RuntimeUnavailable: The trainer is one of Train V1, Ray Train V2 is off, or Ray is too old.

    A trial fails with ``ValueError`` when ``run_config`` is swept, and with ``TypeError`` on a key
    that the trainer has no parameter for.
    """
    if not _ray.is_trainer(trainer):
        return trainer
    _ray.require_v2()
    # Train V1 did the same, so trainers may hold data that is too large for a function.
    driver = tune.with_parameters(
        train_driver_fn, trainer=trainer, resume_from_checkpoint=resume_from_checkpoint
    )
    return tune.with_resources(driver, trial_resources(trainer.scaling_config))


def train_driver_fn(config: dict[str, Any], *, trainer: Any, resume_from_checkpoint: Any) -> None:
    """Run one trial."""
    trainer_of_trial(trainer, config, resume_from_checkpoint).fit()


def trainer_of_trial(
    trainer: Any, config: Mapping[str, Any], resume_from_checkpoint: Checkpoint | None = None
) -> Any:
    """The trainer with what one trial changes of it; the given one is left as it is.

    Raises:
        TypeError: A key of `config` is no parameter of the trainer.
        ValueError: `config` has a ``run_config``.
    """
    arguments = _arguments(trainer)
    swept, of_loop = _swept_arguments(trainer, config, set(arguments))
    resume_from_checkpoint = swept.pop("resume_from_checkpoint", resume_from_checkpoint)
    if "scaling_config" in swept:
        swept["scaling_config"] = swept_scaling_config(swept["scaling_config"])
        arguments["backend_config"] = _without_device(trainer, swept["scaling_config"])
    arguments = merge_config(arguments, swept)
    train_loop = arguments["train_loop_per_worker"]
    if of_loop:
        train_loop = with_arguments(train_loop, of_loop)
    arguments["train_loop_per_worker"] = start_from_trial(train_loop, resume_from_checkpoint)
    # The constructor of the class itself may take anything: a subclass that builds its own train
    # loop has other parameters, and keeps no record of what it was given. The one that all trainers
    # share sets and checks all that Ray reads of a trainer, and a copy keeps the rest.
    rebuilt = copy.copy(trainer)
    _ray.DataParallelTrainer.__init__(rebuilt, run_config=_run_config(trainer), **arguments)
    return rebuilt


def _arguments(trainer: Any) -> dict[str, Any]:
    """The trainer's settings, by the parameters of the constructor that all trainers share."""
    parameters = inspect.signature(_ray.DataParallelTrainer.__init__).parameters
    attributes = {name: name for name in parameters if name not in NOT_KEPT}
    attributes["dataset_config"] = "data_config"
    arguments = {name: getattr(trainer, attribute) for name, attribute in attributes.items()}
    return {**arguments, "scaling_config": _scaling_config(trainer)}


def _swept_arguments(
    trainer: Any, config: Mapping[str, Any], parameters: set[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The swept arguments of the trainer, and those of its loop."""
    if "run_config" in config:
        raise ValueError(
            "`run_config` cannot be part of the `param_space`: move it to the Tuner, "
            "Tuner(..., run_config=tune.RunConfig(...))."
        )
    backend_configs = _parameters_of_class(trainer) & BACKEND_CONFIGS
    taken = {*parameters, *backend_configs, "resume_from_checkpoint"}
    renamed = dict.fromkeys(backend_configs, "backend_config")
    of_library = hasattr(trainer.train_loop_per_worker, TAKES_PARAMS)
    if of_library:
        taken.add("params")
        renamed["params"] = "train_loop_config"
    swept, of_loop = {}, {}
    for key, value in config.items():
        if key not in taken and of_library:
            of_loop[key] = value  # as V1's trainers passed on what they did not know
            continue
        if key not in taken:
            raise TypeError(
                f"`{key}` in the `param_space` is no parameter of {type(trainer).__name__}, "
                f"which takes {', '.join(sorted(taken))}."
            )
        swept[renamed.get(key, key)] = value
    return swept, of_loop


def _parameters_of_class(trainer: Any) -> set[str]:
    """Names of the constructors' parameters of the trainer's class and of its bases."""
    # object's constructor has no signature in some releases of Python, and no names in any.
    constructors = [vars(cls).get("__init__") for cls in type(trainer).__mro__[:-1]]
    return {name for init in constructors if init for name in inspect.signature(init).parameters}


def _without_device(trainer: Any, scaling_config: ScalingConfig) -> Any:
    """The trainer's backend config, without what its constructor derived from the old devices.

    TorchTrainer writes the communication backend of its devices into the config that it is given;
    where there is none, Ray takes that of the workers. One that the user has written there himself
    looks the same, so where it matters the log says what becomes of it.
    """
    config, use_gpu = trainer.backend_config, _scaling_config(trainer).use_gpu
    of_devices = "nccl" if use_gpu else "gloo"
    if getattr(config, "backend", None) != of_devices:
        return config
    if scaling_config.use_gpu != use_gpu:
        logger.warning(
            "The trainer was built for use_gpu=%s, and this trial has use_gpu=%s: instead of %s, "
            "Ray takes the backend of the workers' devices. For another, put "
            "torch_config=TorchConfig(backend=...) into the param_space.",
            use_gpu,
            scaling_config.use_gpu,
            of_devices,
        )
    return dataclasses.replace(config, backend=None)


def _scaling_config(trainer: Any) -> ScalingConfig:
    """The trainer's; in Ray 2.43 one that was given none has none, and could not run."""
    return trainer.scaling_config or ScalingConfig()


def _run_config(trainer: Any) -> RunConfig:
    own: Any = trainer.run_config  # annotated as Tune's while mypy takes Train V2 to be off
    given = own.callbacks or []
    # Made outside a trial it only sets metadata, which the trial's own does here. A subclass stays.
    setting = [one for one in given if type(one) is TuneReportCallback]
    metadata = {key: value for one in setting for key, value in (one.metadata or {}).items()}
    run_config: RunConfig = dataclasses.replace(
        own,
        **trial_run(),
        # The trainer's own come first: once Tune has stopped a trial, no callback runs.
        callbacks=[
            *(one for one in given if type(one) is not TuneReportCallback),
            TuneReportCallback(metadata=metadata),
        ],
        checkpoint_config=None,
        failure_config=dataclasses.replace(own.failure_config, max_failures=0),
    )
    return run_config
