"""A small sweep with all that Tune logs and calls back; writes what it left as JSON.

Arguments: the file to write, and a JSON object of the arguments of `main`. With
RAY_TRAIN_V2_ENABLED=0 it runs on Train V1.
"""

from __future__ import annotations

import csv
import json
import os
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any

import ray
import small_sweep
from mlflow.tracking import MlflowClient
from ray import train, tune
from ray.air.integrations.mlflow import MLflowLoggerCallback
from tensorboardX.proto.event_pb2 import Event

STEPS = 4
FAILS_AT = 2
OF_THE_RUN = {"pid", "timestamp", "trial_id"}


def train_loop(config: dict[str, Any]) -> None:
    """Report nested metrics, every other time with a checkpoint, and write and print as well."""
    start = 0
    if checkpoint := train.get_checkpoint():
        start = small_sweep.read(checkpoint)["step"] + 1
    Path("of the worker.txt").write_text("artifact")
    print("printed by a worker")
    for step in range(start, STEPS):
        if step == FAILS_AT:
            fail(Path(config["scratch"]), config["failures"])
        metrics = {"loss": 1 / (step + 1), "step": step, "inner": {"deep": step * 2}, "tag": "a"}
        if step % 2:
            train.report(metrics)
            continue
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "state.json").write_text(json.dumps({"step": step}))
            train.report(metrics, checkpoint=train.Checkpoint.from_directory(directory))


def fail(scratch: Path, times: int) -> None:
    """Raise the first `times` times."""
    failures = len(list(scratch.glob(f"{times}-*")))
    if failures < times:
        (scratch / f"{times}-{failures}").touch()
        raise RuntimeError("fails")


class Calls(tune.Callback):
    """What is called for each trial, in order, and what checkpoints are handed over."""

    def __init__(self) -> None:
        self.of: dict[str, list[Any]] = {}

    def note(self, trial: Any, name: str, *details: Any) -> None:
        self.of.setdefault(number_of(trial), []).append([name, *details])

    def setup(self, **info: Any) -> None:
        self.of["experiment"] = [["setup", sorted(info)]]

    def on_trial_start(self, iteration: int, trials: Any, trial: Any, **_: Any) -> None:
        self.note(trial, "start", trial.config["train_loop_config"]["failures"])

    def on_trial_restore(self, iteration: int, trials: Any, trial: Any, **_: Any) -> None:
        self.note(trial, "restore")

    def on_trial_save(self, iteration: int, trials: Any, trial: Any, **_: Any) -> None:
        self.note(trial, "save", small_sweep.read(trial.checkpoint)["step"])

    def on_trial_result(
        self, iteration: int, trials: Any, trial: Any, result: dict[str, Any], **_: Any
    ) -> None:
        self.note(trial, "result", result["step"], result["training_iteration"])

    def on_trial_complete(self, iteration: int, trials: Any, trial: Any, **_: Any) -> None:
        self.note(trial, "complete", trial.last_result["step"])

    def on_trial_recover(self, iteration: int, trials: Any, trial: Any, **_: Any) -> None:
        self.note(trial, "recover")

    def on_trial_error(self, iteration: int, trials: Any, trial: Any, **_: Any) -> None:
        self.note(trial, "error")

    def on_checkpoint(
        self, iteration: int, trials: Any, trial: Any, checkpoint: Any, **_: Any
    ) -> None:
        kind = type(checkpoint) is train.Checkpoint
        self.note(trial, "checkpoint", kind, small_sweep.read(checkpoint)["step"])

    def on_experiment_end(self, trials: Any, **_: Any) -> None:
        self.of["experiment"].append(["end", len(trials)])


class Reporter(tune.CLIReporter):
    """What it is given at the end, by trial."""

    def __init__(self) -> None:
        super().__init__()
        self.done: dict[str, Any] = {}

    def report(self, trials: list[Any], done: bool, *sys_info: Any) -> None:
        if done:
            self.done = {
                number_of(trial): [trial.status, trial.num_failures, trial.last_result["loss"]]
                for trial in trials
            }


def number_of(trial: Any) -> str:
    number: str = trial.trial_id.rpartition("_")[2]
    return number


def main(storage: str, mlflow: str) -> dict[str, Any]:
    """Run the sweep below `storage`; its trials fail never, once, and for good."""
    calls, reporter = Calls(), Reporter()
    tuner = tune.Tuner(
        small_sweep.trainable(1, train_loop),
        param_space={
            "train_loop_config": {
                "failures": tune.grid_search([0, 1, 2]),
                "scratch": tempfile.mkdtemp(),
            }
        },
        tune_config=tune.TuneConfig(
            metric="loss", mode="min", trial_dirname_creator=lambda trial: number_of(trial)
        ),
        run_config=tune.RunConfig(
            name="sweep",
            storage_path=storage,
            callbacks=[calls, MLflowLoggerCallback(tracking_uri=mlflow, experiment_name="mine")],
            log_to_file=("out.txt", "err.txt"),
            progress_reporter=reporter,
            sync_config=tune.SyncConfig(sync_artifacts=True),
            failure_config=tune.FailureConfig(max_failures=1),
        ),
    )
    results = tuner.fit()
    trials = sorted(Path(results.experiment_path).glob("*/"))
    return {
        "calls": calls.of,
        "reporter": reporter.done,
        "mlflow": mlflow_runs(mlflow),
        "errors": len(results.errors),
        "progress.csv": [list(csv.DictReader((trial / "progress.csv").open())) for trial in trials],
        "result.json": [
            [json.loads(line) for line in (trial / "result.json").read_text().splitlines()]
            for trial in trials
        ],
        "params.json": [json.loads((trial / "params.json").read_text()) for trial in trials],
        "tensorboard": [scalars(trial) for trial in trials],
        "synced": [
            sorted(path.name for path in trial.glob("*.txt") if path.name != "error.txt")
            for trial in trials
        ],
        "printed": [(trial / "out.txt").read_text() for trial in trials],
    }


def scalars(trial: Path) -> list[list[tuple[str, int, float]]]:
    """Tag, step and value of each scalar in the trial's event files, but of times."""
    return [
        [
            (value.tag, event.step, value.simple_value)
            for event in events(path)
            for value in event.summary.value
            if value.HasField("simple_value") and "/time_" not in value.tag
        ]
        for path in sorted(trial.glob("events.out.tfevents*"))
    ]


def events(path: Path) -> list[Any]:
    """Each record is its length, a checksum of 4 bytes, the event, and another checksum."""
    data, found = path.read_bytes(), []
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        found.append(Event.FromString(data[12 : 12 + length]))
        data = data[16 + length :]
    return found


def mlflow_runs(tracking_uri: str) -> list[dict[str, Any]]:
    """The runs with the steps and values of their metrics, but of what differs from run to run."""
    client = MlflowClient(tracking_uri=tracking_uri)
    experiment = client.get_experiment_by_name("mine")
    runs = client.search_runs([experiment.experiment_id])
    return [
        {
            "status": run.info.status,
            "params": sorted(run.data.params),
            "metrics": {
                name: [
                    (point.step, point.value)
                    for point in client.get_metric_history(run.info.run_id, name)
                ]
                for name in run.data.metrics
                if name not in OF_THE_RUN and not name.startswith("time_")
            },
        }
        for run in sorted(runs, key=lambda run: run.data.params["train_loop_config/failures"])
    ]


if __name__ == "__main__":
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"  # its successors need a database
    os.environ["RAY_AIR_NEW_OUTPUT"] = "0"  # or Ray 2.60 sets a progress_reporter aside
    ray.init(log_to_driver=False)
    Path(sys.argv[1]).write_text(json.dumps(main(**json.loads(sys.argv[2]))))
