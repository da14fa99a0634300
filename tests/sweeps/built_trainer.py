"""A sweep over a trainer that is built elsewhere; the sweep function does not see how.

Arguments: the file to write, and a JSON object with the storage path. With RAY_TRAIN_V2_ENABLED=0
it runs on V1.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import ray
from ray import train, tune

V2 = os.environ.get("RAY_TRAIN_V2_ENABLED", "1") == "1"

# The trainer without a framework, whose processes start sooner than those of others.
if V2:
    from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer
else:
    from ray.train.data_parallel_trainer import DataParallelTrainer


def train_loop(config: dict[str, Any]) -> None:
    """Count on from the checkpoint, and fail once on the way."""
    checkpoint = train.get_checkpoint()
    assert checkpoint is not None
    first = read(checkpoint)
    for count in range(first + 1, 11 + config["steps"]):
        if count == first + 1 + config["fail_at"] == 13:
            raise RuntimeError("fails when it started from the given checkpoint")
        with store(count) as directory:
            train.report(
                {
                    "count": count,
                    "seen": json.dumps(config),
                    "workers": train.get_context().get_world_size(),
                },
                checkpoint=train.Checkpoint.from_directory(directory),
            )


def store(count: int) -> tempfile.TemporaryDirectory[str]:
    directory = tempfile.TemporaryDirectory()
    Path(directory.name, "count").write_text(str(count))
    return directory


def read(checkpoint: train.Checkpoint) -> int:
    with checkpoint.as_directory() as directory:
        return int(Path(directory, "count").read_text())


def build_trainer(storage: str) -> DataParallelTrainer:
    return DataParallelTrainer(
        train_loop,
        train_loop_config={
            "steps": 3,
            "fail_at": 2,
            "optimizer": {"name": "sgd", "lr": 0.0, "betas": [0.9]},
        },
        scaling_config=train.ScalingConfig(num_workers=4),
        run_config=train.RunConfig(
            name="built-elsewhere",
            storage_path=storage,
            checkpoint_config=train.CheckpointConfig(num_to_keep=1),
            failure_config=train.FailureConfig(max_failures=1),
        ),
    )


def tuner_for(trainer: DataParallelTrainer, start: train.Checkpoint) -> tune.Tuner:
    space = {
        "train_loop_config": {"optimizer": {"name": "adam", "lr": tune.grid_search([0.1, 1.0])}},
        "scaling_config": {"num_workers": 2},
    }
    if not V2:
        space["resume_from_checkpoint"] = start
        return tune.Tuner(trainer, param_space=space)

    from raytune_runtime import driver_for, tune_run_config

    return tune.Tuner(
        driver_for(trainer, start), param_space=space, run_config=tune_run_config(trainer)
    )


def main(storage: str) -> list[dict[str, Any]]:
    """Run the sweep and describe its trials, in the order of the space."""
    with store(10) as directory:
        start = train.Checkpoint.from_directory(directory)
        results = tuner_for(build_trainer(storage), start).fit()
    return [describe(result) for result in sorted(results, key=learning_rate)]


def learning_rate(result: tune.Result) -> float:
    rate: float = result.config["train_loop_config"]["optimizer"]["lr"]
    return rate


def describe(result: tune.Result) -> dict[str, Any]:
    frame = result.metrics_dataframe
    return {
        "config": json.loads(result.metrics["seen"]),
        "workers": result.metrics["workers"],
        "reports": frame[["training_iteration", "count"]].to_numpy().tolist(),
        "stored": [
            int(path.read_text()) for path in sorted(Path(result.path).glob("checkpoint_*/count"))
        ],
        "experiment": Path(result.path).parent.name,
        "error": str(result.error) if result.error else None,
    }


if __name__ == "__main__":
    ray.init(log_to_driver=False)
    Path(sys.argv[1]).write_text(json.dumps(main(**json.loads(sys.argv[2]))))
