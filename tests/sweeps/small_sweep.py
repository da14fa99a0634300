"""A small sweep, run as Train V1 did or, with Train V2 on, as migrated; writes its results as JSON.

Arguments: the file to write, and a JSON object of the settings of `main`. With
RAY_TRAIN_V2_ENABLED=0 it runs on V1.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import ray
from ray import train, tune
from ray.tune.schedulers import AsyncHyperBandScheduler, PopulationBasedTraining

if TYPE_CHECKING:
    from collections.abc import Callable

V2 = os.environ.get("RAY_TRAIN_V2_ENABLED", "1") == "1"

SCHEDULERS = {
    None: lambda: None,
    "asha": lambda: AsyncHyperBandScheduler(grace_period=1, reduction_factor=2, max_t=4),
    "pbt": lambda: PopulationBasedTraining(
        time_attr="training_iteration",
        perturbation_interval=2,
        hyperparam_mutations={"train_loop_config": {"factor": [0.5, 2.0]}},
        quantile_fraction=0.5,
        synch=True,
    ),
}


def train_loop(config: dict[str, Any]) -> None:
    """Report a loss and store the step reached, from the stored step on."""
    start, origin = 0, config["lr"]
    if checkpoint := train.get_checkpoint():
        state = read(checkpoint)
        start, origin = state["step"] + 1, state["origin"]
    for step in range(start, config["steps"]):
        if step == config["fail_at"]:
            fail_once(Path(config["scratch"]))
        state = {"step": step, "lr": config["lr"], "origin": origin}
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "state.json").write_text(json.dumps(state))
            train.report(
                {
                    "loss": config["lr"] / (step + 1),
                    "step": step,
                    "origin": origin,
                    "counts": np.full(2, step, np.int32),
                },
                checkpoint=train.Checkpoint.from_directory(directory),
            )


def fail_once(scratch: Path) -> None:
    """Raise the first time that this worker of this trial comes here."""
    context = train.get_context()
    marker = scratch / f"{Path.cwd().name}-{context.get_world_rank()}"
    if not marker.exists():
        marker.touch()
        raise RuntimeError("fails once")


def read(checkpoint: train.Checkpoint) -> dict[str, Any]:
    with checkpoint.as_directory() as directory:
        state: dict[str, Any] = json.loads(Path(directory, "state.json").read_text())
        return state


def trainable(workers: int, train_loop: Callable[..., None] = train_loop) -> Any:
    """The trainer itself on V1, its driver function on V2."""
    if not V2:
        from ray.train.data_parallel_trainer import DataParallelTrainer

        return DataParallelTrainer(
            train_loop, scaling_config=train.ScalingConfig(num_workers=workers)
        )

    from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer as DataParallelTrainerV2

    from raytune_runtime import TuneReportCallback, start_from_trial, trial_run

    def train_driver_fn(config: dict[str, Any]) -> None:
        trainer = DataParallelTrainerV2(
            start_from_trial(train_loop),
            train_loop_config=config["train_loop_config"],
            scaling_config=train.ScalingConfig(num_workers=workers),
            run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        )
        trainer.fit()

    return train_driver_fn


class Rows(tune.Callback):
    """Every result, by trial. The trial's own file loses some that it has not stored in time."""

    def __init__(self) -> None:
        self.of: dict[str, list[dict[str, Any]]] = {}

    def on_trial_result(
        self, iteration: int, trials: list[Any], trial: Any, result: dict[str, Any], **_: Any
    ) -> None:
        self.of.setdefault(trial.trial_id, []).append(result)


def main(
    storage: str,
    lrs: list[float],
    steps: int = 4,
    workers: int = 2,
    stop: dict[str, int] | None = None,
    num_to_keep: int | None = None,
    max_failures: int = 0,
    fail_at: int | None = None,
    scheduler: str | None = None,
    max_concurrent_trials: int = 2,
    reuse_actors: bool = False,
) -> list[dict[str, Any]]:
    """Run the sweep and describe its trials, in the order of `lrs`."""
    space = {
        "lr": tune.grid_search(lrs),
        "factor": 1.0,
        "steps": steps,
        "fail_at": fail_at,
        "scratch": tempfile.mkdtemp(),
    }
    rows = Rows()
    tuner = tune.Tuner(
        trainable(workers),
        param_space={"train_loop_config": space},
        tune_config=tune.TuneConfig(
            metric="loss",
            mode="min",
            scheduler=SCHEDULERS[scheduler](),
            max_concurrent_trials=max_concurrent_trials,
            reuse_actors=reuse_actors,
        ),
        run_config=tune.RunConfig(
            name="sweep",
            storage_path=storage,
            stop=stop,
            callbacks=[rows],
            verbose=0,
            checkpoint_config=tune.CheckpointConfig(num_to_keep=num_to_keep),
            failure_config=tune.FailureConfig(max_failures=max_failures),
        ),
    )
    results = sorted(tuner.fit(), key=lambda result: result.path)  # retries change their order
    return [describe(result, rows.of[result.metrics["trial_id"]]) for result in results]


def describe(result: tune.Result, rows: list[dict[str, Any]]) -> dict[str, Any]:
    stored = [
        json.loads((directory / "state.json").read_text())["step"]
        for directory in sorted(Path(result.path).glob("checkpoint_*/"))
    ]
    return {
        "error": str(result.error) if result.error else None,
        "reports": [[row[key] for key in ("training_iteration", "step", "loss")] for row in rows],
        "last": [result.metrics[key] for key in ("training_iteration", "step", "loss")],
        "processes": sorted({row["pid"] for row in rows}),
        "origins": [row["origin"] for row in rows],
        "counts": [[row["counts"].tolist(), str(row["counts"].dtype)] for row in rows],
        "checkpoint": read(result.checkpoint),
        "best": [
            [read(best)["step"], metrics["step"]] for best, metrics in result.best_checkpoints
        ],
        "stored": stored,
        "found": sorted(path.name for path in Path(result.path).glob("checkpoint_*")),
        "named": Path(result.checkpoint.path).name,
        "columns": sorted(result.metrics_dataframe.columns),
    }


if __name__ == "__main__":
    ray.init(log_to_driver=False)
    Path(sys.argv[1]).write_text(json.dumps(main(**json.loads(sys.argv[2]))))
