"""A sweep whose processes end early, run as Train V1 did or, with Train V2 on, as migrated.

Arguments: the file to write its results to as JSON, and a JSON object of the settings of `main`.
With RAY_TRAIN_V2_ENABLED=0 it runs on V1.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import ray
import small_sweep
from ray import train, tune

STEPS = 5

# The step at which a process is killed.
FATAL = 3


def train_loop(config: dict[str, Any]) -> None:
    """Report a loss and store the step reached, from the stored step on."""
    rank = train.get_context().get_world_rank()
    checkpoint = train.get_checkpoint()
    start = small_sweep.read(checkpoint)["step"] + 1 if checkpoint else 0
    for step in range(start, STEPS):
        if rank == 0:
            note(Path(config["scratch"], "executed"), [config["lr"], step])
        if (config["killed"], step, rank) == ("worker", FATAL, 1) and first(config, config["lr"]):
            os.kill(os.getpid(), signal.SIGKILL)
        raises = config["killed"] == "nothing, but raised"
        if raises and (step, rank) == (FATAL, 1) and first(config, config["lr"]):
            raise ValueError("fails once")
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "state.json").write_text(json.dumps({"step": step}))
            train.report(
                {"loss": config["lr"] / (step + 1), "step": step},
                checkpoint=train.Checkpoint.from_directory(directory) if rank == 0 else None,
            )


def first(config: dict[str, Any], what: Any) -> bool:
    """Whether this is asked for the first time, by any process."""
    try:
        Path(config["scratch"], f"killed {what}").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def note(file: Path, entry: list[Any]) -> None:
    with file.open("a") as lines:
        lines.write(json.dumps(entry) + "\n")


def noted(file: Path, lr: float) -> list[list[Any]]:
    entries = [json.loads(line) for line in file.read_text().splitlines()]
    return [entry[1:] for entry in entries if entry[0] == lr]


class Killer(tune.Callback):
    """Notes every result, and kills while Tune handles one: its report is then under way."""

    def on_trial_result(self, *, trial: Any, result: dict[str, Any], **_: Any) -> None:
        config = trial.config["train_loop_config"]
        row = [result[key] for key in ("training_iteration", "step", "iterations_since_restore")]
        note(Path(config["scratch"], "rows"), [config["lr"], *row])
        if result["step"] != FATAL:
            return
        if config["killed"] == "trial" and first(config, config["lr"]):
            os.kill(result["pid"], signal.SIGKILL)
        if config["killed"] == "script" and first(config, "script"):
            os.kill(os.getpid(), signal.SIGKILL)
        if config["killed"] == "interrupted" and first(config, "script"):
            os.kill(os.getpid(), signal.SIGINT)


def main(
    storage: str,
    scratch: str,
    killed: str,
    max_failures: int = 1,
    num_to_keep: int | None = None,
    stop: dict[str, int] | None = None,
    restore: bool = False,
) -> list[dict[str, Any]]:
    """Run the sweep, or go on with it, and describe its trials."""
    lrs = [1.0, 0.5]
    trainable = small_sweep.trainable(2, train_loop)
    if restore:
        tuner = tune.Tuner.restore(f"{storage}/sweep", trainable, resume_errored=True)
    else:
        space = {"lr": tune.grid_search(lrs), "killed": killed, "scratch": scratch}
        tuner = tune.Tuner(
            trainable,
            param_space={"train_loop_config": space},
            tune_config=tune.TuneConfig(metric="loss", mode="min", max_concurrent_trials=2),
            run_config=tune.RunConfig(
                name="sweep",
                storage_path=storage,
                callbacks=[Killer()],
                stop=stop,
                verbose=0,
                checkpoint_config=tune.CheckpointConfig(num_to_keep=num_to_keep),
                failure_config=tune.FailureConfig(max_failures=max_failures),
            ),
        )
    fitted = tuner.fit()
    if killed == "interrupted" and not restore:
        return []  # one of the trials may have reported nothing yet
    results = {result.config["train_loop_config"]["lr"]: result for result in fitted}
    return [describe(results[lr], lr, Path(scratch)) for lr in lrs]


def describe(result: tune.Result, lr: float, scratch: Path) -> dict[str, Any]:
    stored = sorted(Path(result.path).glob("checkpoint_*/"))
    return {
        "failed": result.error is not None,
        "error": type(result.error).__name__,
        "rows": noted(scratch / "rows", lr),
        "executed": [step for (step,) in noted(scratch / "executed", lr)],
        "last": [result.metrics[key] for key in ("training_iteration", "step")],
        "checkpoint": small_sweep.read(result.checkpoint)["step"],
        "best": [
            [small_sweep.read(best)["step"], metrics["step"]]
            for best, metrics in result.best_checkpoints
        ],
        "stored": [stored_step(path) for path in stored],
    }


def stored_step(directory: Path) -> int | None:
    """The step of a checkpoint in storage; None where its worker was killed while it stored it."""
    file = directory / "state.json"
    return json.loads(file.read_text())["step"] if file.exists() else None


if __name__ == "__main__":
    ray.init(log_to_driver=False)
    Path(sys.argv[1]).write_text(json.dumps(main(**json.loads(sys.argv[2]))))
