"""What each trainer of Ray is in a trial, when every one of its parameters is swept.

Arguments: the file to write, and a JSON object with the storage path. With RAY_TRAIN_V2_ENABLED=0
it runs on V1. The trainers tell what they are instead of starting workers.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import ray
from ray import train, tune
from ray.train.lightgbm import LightGBMTrainer
from ray.train.torch import TorchConfig, TorchTrainer
from ray.train.xgboost import XGBoostConfig, XGBoostTrainer

V2 = os.environ.get("RAY_TRAIN_V2_ENABLED", "1") == "1"


def loop(config: dict[str, Any]) -> None:
    """The train loop of the trainer."""


def other_loop(config: dict[str, Any]) -> None:
    """The train loop of a trial."""


def tell(trainer: Any) -> None:
    """Report what a trainer was built with, by the names that both versions have for it."""
    # Names that V1 keeps to itself.
    own = {name.lstrip("_"): value for name, value in vars(trainer).items()}
    scaling, backend = own["scaling_config"], own["backend_config"]
    told = {
        "class": type(trainer).__name__,
        "loop": own["train_loop_per_worker"].__name__,
        "config": own["train_loop_config"],
        "workers": scaling.num_workers,
        "gpus": scaling.num_gpus_per_worker,
        "resources": scaling.resources_per_worker,
        "strategy": scaling.placement_strategy,
        "backend": type(backend).__name__,
        "backend_config": {**vars(backend)},
        "datasets": {
            name: [row["item"] for row in (one() if callable(one) else one).take_all()]
            for name, one in own["datasets"].items()
        },
        "split": own["data_config"]._datasets_to_split,
        "model": own.get("model"),
    }
    if told["backend_config"].get("backend", "") is None:
        # What Ray makes of it when the workers start. Train V2 does so when a trainer is built.
        told["backend_config"]["backend"] = "nccl" if scaling.num_gpus_per_worker else "gloo"
    tune.report({"told": json.dumps(told)})


def telling(cls: Any) -> Any:
    """The trainer's class, run by `tell` in a trial."""
    method = "fit" if V2 else "training_loop"
    return type(f"Telling{cls.__name__}", (cls,), {method: tell})


class OwnTrainer(TorchTrainer):
    """Has a constructor of its own, and state that it does not pass on."""

    def __init__(
        self, model: str = "", train_loop_config: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        self.model = model
        own_config = {"model": model, **(train_loop_config or {})}
        kwargs.setdefault("train_loop_per_worker", loop)
        super().__init__(train_loop_config=own_config, **kwargs)


def items(*values: int) -> ray.data.Dataset:
    return ray.data.from_items(list(values))


def spaces() -> dict[str, tuple[Any, dict[str, Any], dict[str, Any]]]:
    """By name: a trainer's class, what all trainers' arguments do not say of it, and its space."""
    everything = {
        "train_loop_per_worker": other_loop,
        "train_loop_config": {"optimizer": {"lr": tune.grid_search([0.5])}, "seed": 1},
        "scaling_config": {"num_workers": 3},
        "datasets": {"valid": items(4)},
        "dataset_config": train.DataConfig(datasets_to_split=["train"]),
    }
    on_gpus = {"scaling_config": {"num_workers": 1, "use_gpu": True}}
    return {
        "torch": (TorchTrainer, {"torch_config": TorchConfig(timeout_s=7)}, everything),
        "torch_on_gpus": (TorchTrainer, {"torch_config": TorchConfig(timeout_s=7)}, on_gpus),
        "torch_config": (
            TorchTrainer,
            {"torch_config": TorchConfig(backend="mpi", timeout_s=7)},
            {**on_gpus, "torch_config": TorchConfig(backend="gloo", timeout_s=60)},
        ),
        "xgboost": (XGBoostTrainer, {}, {**everything, "xgboost_config": XGBoostConfig()}),
        "lightgbm": (LightGBMTrainer, {}, everything),
        "own": (
            OwnTrainer,
            {"model": "resnet"},
            {"train_loop_config": everything["train_loop_config"]},
        ),
        "unknown": (TorchTrainer, {}, {"lr": 0.1}),
    }


def build(cls: Any, **arguments: Any) -> Any:
    """A trainer that already has something of all that is swept."""
    base = {
        "train_loop_per_worker": loop,
        "train_loop_config": {"epochs": 5, "optimizer": {"name": "adam", "lr": 0.1}},
        "scaling_config": train.ScalingConfig(num_workers=2, placement_strategy="SPREAD"),
        "datasets": {"train": items(1, 2), "valid": items(3)},
    }
    return telling(cls)(**{**base, **arguments})


def run(storage: str, name: str, trainer: Any, space: dict[str, Any]) -> dict[str, Any]:
    """What became of the only trial of a sweep over the trainer."""
    driver = trainer
    if V2:
        from raytune_runtime import driver_for

        driver = driver_for(trainer)
    (result,) = tune.Tuner(
        driver,
        param_space=space,
        run_config=tune.RunConfig(name=name, storage_path=storage, verbose=0),
    ).fit()
    if result.error:
        return {"error": type(result.error).__name__, "text": str(result.error)}
    told: dict[str, Any] = json.loads(result.metrics["told"])
    return told


def main(storage: str) -> dict[str, Any]:
    """Run all sweeps, and describe the trial of each."""
    told = {
        name: run(storage, name, build(cls, **arguments), space)
        for name, (cls, arguments, space) in spaces().items()
    }
    try:
        told["run_config"] = run(
            storage, "run_config", build(TorchTrainer), {"run_config": train.RunConfig()}
        )
    except ValueError as error:  # under V1 already the Tuner refuses it
        told["run_config"] = {"error": type(error).__name__, "text": str(error)}
    return told


if __name__ == "__main__":
    # The GPUs are names only: of what is swept here, some asks for them.
    ray.init(
        address="local",
        num_cpus=4,
        num_gpus=2,
        include_dashboard=False,
        log_to_driver=False,
        object_store_memory=200 * 1024**2,
    )
    Path(sys.argv[1]).write_text(json.dumps(main(**json.loads(sys.argv[2]))))
