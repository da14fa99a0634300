"""Ray with all of its constructors and checks, stopped where it would start a cluster or train."""

from __future__ import annotations

import contextlib
import inspect
from collections import Counter
from typing import Any

import ray
import ray.data
import ray.tune.integration.ray_train
import ray.tune.tune
from inert import INERT
from ray import tune
from ray.actor import ActorClass
from ray.remote_function import RemoteFunction
from ray.train.base_trainer import BaseTrainer
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer
from ray.tune.experiment import Experiment
from ray.tune.impl import tuner_internal
from ray.tune.search.variant_generator import generate_variants

DRIVER = "train_driver_fn"
"""How the names of the functions begin that a sweep is asked to run once."""

NODE = {
    "Alive": True,
    "Resources": {"CPU": 64.0, "GPU": 8.0, "node:127.0.0.1": 1.0, "node:__internal_head__": 1.0},
}
CLUSTER = dict(NODE["Resources"])  # type: ignore[call-overload]


class Stopped(BaseException):
    """Ray has done all that comes before the first trial."""


def stop_ray() -> Counter[str]:
    """Stops Ray in this process; counts what was run: sweeps, drivers and trainers."""
    ran: Counter[str] = Counter()

    def run(run_or_experiment: Any, *args: Any, **kwargs: Any) -> Any:
        """Registers the trainable as `tune.run` does, and calls a driver function for one trial."""
        ran["sweeps"] += 1
        if isinstance(run_or_experiment, (list, Experiment)):
            raise Stopped
        Experiment.register_if_needed(run_or_experiment)
        if getattr(run_or_experiment, "__name__", "").startswith(DRIVER):
            run_trial(run_or_experiment, kwargs.get("config") or {})
        raise Stopped

    def run_trial(driver: Any, space: dict[str, Any]) -> None:
        ran["drivers"] += 1
        _, config = next(iter(generate_variants(space)))
        resources = getattr(driver, "_resources", None)
        if callable(resources):
            resources(config)
        driver(config)

    def tune_run(*args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(Stopped):
            run(*args, **kwargs)
        return INERT

    fit = tune.Tuner.fit

    def tuner_fit(self: tune.Tuner) -> Any:
        with contextlib.suppress(Stopped):
            fit(self)
        return INERT

    def restore(path: str, trainable: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("param_space") is not None:
            tune_run(trainable, config=kwargs["param_space"])
        return INERT

    def run_controller(self: Any, **kwargs: Any) -> Any:
        ran["trainers"] += 1
        return _Result()

    _set(tuner_internal, "run", run)
    for module in (tune, ray.tune.tune):
        _set(module, "run", tune_run)
    _set(tune.Tuner, "fit", tuner_fit)
    _set(tune.Tuner, "restore", staticmethod(restore))
    _set(DataParallelTrainer, "_initialize_and_run_controller", run_controller)
    _set(BaseTrainer, "fit", run_controller)
    # Ray's own callback asks for the session of a trial, where raytune_runtime's does without.
    _set(ray.tune.integration.ray_train, "_in_tune_session", lambda: True)
    _set(ray.tune.integration.ray_train, "get_session", INERT)
    _stop_cluster()
    return ran


class _Result:
    """The Result of a Train run, without an error."""

    error = None

    def __getattr__(self, name: str) -> Any:
        return getattr(INERT, name)


def _stop_cluster() -> None:
    for name in ("init", "get", "put", "wait", "kill", "shutdown"):
        _set(ray, name, INERT)
    _set(ray, "nodes", lambda: [NODE])
    for name in ("cluster_resources", "available_resources"):
        _set(ray, name, lambda: dict(CLUSTER))
    for remote in (RemoteFunction, ActorClass):
        _set(remote, "remote", INERT)
        _set(remote, "_remote", INERT)
    for name, function in inspect.getmembers(ray.data, inspect.isfunction):
        if name.startswith(("read_", "from_", "range")):
            _set(ray.data, name, _accepting(function))


def _accepting(function: Any) -> Any:
    """Nothing in place of the dataset, for arguments that the function takes."""

    def accept(*args: Any, **kwargs: Any) -> Any:
        inspect.signature(function).bind(*args, **kwargs)
        return INERT

    return accept


def _set(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)
