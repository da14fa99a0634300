"""What the runtime deletes in a trial's directory, and what it must not."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.fs
import pytest
from fsspec.implementations.local import LocalFileSystem
from ray import train, tune
from ray.train import Checkpoint, RunConfig
from ray.train._internal.session import _TrainingResult
from ray.train.v2._internal.execution.callback import ReportCallback
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer
from ray.tune.schedulers import FIFOScheduler

from raytune_runtime import TuneReportCallback, start_from_trial, trial_info, trial_run

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("connection")]


def report(step: int, **how: Any) -> None:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "state.json").write_text(json.dumps({"step": step}))
        train.report({"step": step}, checkpoint=Checkpoint.from_directory(directory), **how)


def upload(checkpoint: Checkpoint, name: str) -> Checkpoint:
    """Store it one level deeper than Train does."""
    stored = Path(trial_info().trial_dir or "", name, "inner")
    shutil.copytree(checkpoint.path, stored)
    return Checkpoint(str(stored))


def steps_in(trial: str | Path) -> dict[str, int]:
    """The step of each checkpoint in a trial's directory, by the checkpoint's path in it."""
    return {
        path.parent.relative_to(trial).as_posix(): json.loads(path.read_text())["step"]
        for path in sorted(Path(trial).rglob("state.json"))
    }


def read_step(checkpoint: Checkpoint) -> int:
    with checkpoint.as_directory() as directory:
        step: int = json.loads(Path(directory, "state.json").read_text())["step"]
        return step


class Untold(pyarrow.fs.FSSpecHandler):  # type: ignore[misc]
    """As some stores are: trials may not be listed, and what is not there cannot be deleted."""

    def get_file_info_selector(self, selector: Any) -> Any:
        if "/sweep/" in selector.base_dir:  # Tune itself lists the experiment
            raise PermissionError(errno.EACCES, "no right to list", selector.base_dir)
        return super().get_file_info_selector(selector)

    def delete_file(self, path: str) -> None:
        if not self.fs.exists(path):
            raise OSError(errno.EIO, "delete failed", path)
        self.fs.rm(path)


def test_a_store_that_cannot_be_listed(tmp_path: Path) -> None:
    def train_loop(config: dict[str, Any]) -> None:
        for step in range(50):
            report(step)

    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            start_from_trial(train_loop),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    run_config = tune.RunConfig(
        name="sweep",
        storage_path=str(tmp_path),
        storage_filesystem=pyarrow.fs.PyFileSystem(Untold(LocalFileSystem())),
        stop={"training_iteration": 2},
        verbose=0,
    )
    (result,) = tune.Tuner(driver, run_config=run_config).fit()
    assert result.error is None
    assert [metrics["step"] for _, metrics in result.best_checkpoints] == [0, 1]
    steps = steps_in(result.path)
    assert list(steps.values())[:2] == [0, 1]


def test_what_the_user_has_stored_there_stays(tmp_path: Path) -> None:
    names = ["checkpoint_000001", "checkpoint_best", "checkpoint_2026-01-01_00-00-00", "mine"]

    def train_loop(config: dict[str, Any]) -> None:
        for name in names:
            Path(trial_info().trial_dir or "", name).mkdir(parents=True)
            Path(trial_info().trial_dir or "", name, "of the user").touch()
        report(0, checkpoint_dir_name="step 0")
        report(1, checkpoint_upload_fn=upload)
        for step in range(2, 50):
            report(step)

    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            start_from_trial(train_loop),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    run_config = tune.RunConfig(
        name="sweep", storage_path=str(tmp_path), stop={"training_iteration": 3}, verbose=0
    )
    (result,) = tune.Tuner(driver, run_config=run_config).fit()
    assert result.error is None
    assert [path.parent.name for path in sorted(Path(result.path).glob("*/of the user"))] == sorted(
        names
    )
    steps = steps_in(result.path)
    assert steps["step 0"] == 0
    assert sorted(steps.values()) == [0, 1, 2]  # what workers stored after that is gone
    assert [read_step(checkpoint) for checkpoint, _ in result.best_checkpoints] == [0, 1, 2]


def test_checkpoints_that_are_stored_in_the_background(tmp_path: Path) -> None:
    def train_loop(config: dict[str, Any]) -> None:
        checkpoint = train.get_checkpoint()
        start = read_step(checkpoint) + 1 if checkpoint else 0
        for step in range(start, 50):
            if step == 2 and not checkpoint:
                raise RuntimeError("first attempt")
            # A directory that stays: Train reads it after the report has returned.
            directory = tmp_path / f"from {start}" / str(step)
            directory.mkdir(parents=True)
            Path(directory, "state.json").write_text(json.dumps({"step": step}))
            train.report(
                {"step": step},
                checkpoint=Checkpoint.from_directory(directory),
                checkpoint_upload_mode=train.CheckpointUploadMode.ASYNC,
            )

    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            start_from_trial(train_loop),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    run_config = tune.RunConfig(
        name="sweep",
        storage_path=str(tmp_path / "store"),
        stop={"training_iteration": 4},
        verbose=0,
        failure_config=tune.FailureConfig(max_failures=1),
    )
    (result,) = tune.Tuner(driver, run_config=run_config).fit()
    assert result.error is None
    assert result.metrics is not None
    assert [result.metrics[key] for key in ("training_iteration", "step")] == [4, 3]
    assert [read_step(checkpoint) for checkpoint, _ in result.best_checkpoints] == [0, 1, 2, 3]
    assert list(steps_in(result.path).values()) == [0, 1, 2, 3]


def test_attempts_on_nodes_of_other_time_zones(tmp_path: Path) -> None:
    def train_loop(config: dict[str, Any]) -> None:
        checkpoint = train.get_checkpoint()
        start = read_step(checkpoint) + 1 if checkpoint else 0
        os.environ["TZ"] = "Asia/Tokyo" if start == 0 else "UTC"
        time.tzset()
        for step in range(start, 6):
            report(step)
            if (start, step) in {(0, 1), (2, 2)}:
                raise RuntimeError("an attempt has failed")

    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            start_from_trial(train_loop),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    run_config = tune.RunConfig(
        name="sweep",
        storage_path=str(tmp_path),
        verbose=0,
        failure_config=tune.FailureConfig(max_failures=2),
    )
    (result,) = tune.Tuner(driver, run_config=run_config).fit()
    assert result.error is None
    assert [read_step(one) for one, _ in result.best_checkpoints] == [0, 1, 2, 3, 4, 5]
    assert list(steps_in(result.path).values()) == [2, 3, 4, 5, 0, 1]  # by their names


def test_one_run_after_the_other_in_a_trial(tmp_path: Path) -> None:
    def train_loop(config: dict[str, Any]) -> None:
        report(config["step"])
        report(config["step"] + 1)

    def driver(config: dict[str, Any]) -> None:
        for step in (0, 2):
            DataParallelTrainer(
                start_from_trial(train_loop),
                train_loop_config={"step": step},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            ).fit()

    run_config = tune.RunConfig(name="sweep", storage_path=str(tmp_path), verbose=0)
    (result,) = tune.Tuner(driver, run_config=run_config).fit()
    assert result.error is None
    assert list(steps_in(result.path).values()) == [0, 1, 2, 3]


class PauseOnce(FIFOScheduler):
    """Pauses each trial at its first result, and lets it go on at once."""

    def on_trial_result(self, controller: Any, trial: Any, result: dict[str, Any]) -> str:
        return self.PAUSE if result["step"] == 0 else self.CONTINUE


class HoldsUp(ReportCallback):
    """Runs after the runtime's: in the first attempt until the second has stored something."""

    def __init__(self, directory: Path) -> None:
        self.second = directory / "second"
        self.first_attempt = not (directory / "first").exists()
        (directory / "first").touch()

    def after_report(self, *args: Any, **kwargs: Any) -> None:
        while self.first_attempt and not self.second.exists():
            time.sleep(0.1)


def test_an_attempt_that_ends_late_leaves_the_next_ones_checkpoints(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()

    def train_loop(config: dict[str, Any]) -> None:
        checkpoint = train.get_checkpoint()
        if checkpoint is None:
            report(0)
            time.sleep(600)
        report(1)
        report(2)
        (marks / "second").touch()
        while Path("/proc", (marks / "pid").read_text()).exists():
            time.sleep(0.1)

    def driver(config: dict[str, Any]) -> None:
        if not (marks / "pid").exists():
            (marks / "pid").write_text(str(os.getpid()))
        DataParallelTrainer(
            start_from_trial(train_loop),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback(), HoldsUp(marks)]),
        ).fit()

    run_config = tune.RunConfig(name="sweep", storage_path=str(tmp_path), verbose=0)
    tuner = tune.Tuner(
        driver, tune_config=tune.TuneConfig(scheduler=PauseOnce()), run_config=run_config
    )
    (result,) = tuner.fit()
    assert result.error is None
    assert sorted(steps_in(result.path).values()) == [0, 1, 2]


class CloneOnce(FIFOScheduler):
    """Makes the trial a clone at its first result, as PBT does, while its process stands still."""

    def __init__(self, donor: Path) -> None:
        self.donor = donor

    def on_trial_result(self, controller: Any, trial: Any, result: dict[str, Any]) -> str:
        if result["step"] != 0:
            return self.CONTINUE
        os.kill(result["pid"], signal.SIGSTOP)
        controller.pause_trial(trial, should_checkpoint=False)
        trial.run_metadata.checkpoint_manager._latest_checkpoint_result = _TrainingResult(
            Checkpoint(str(self.donor)), result
        )
        return self.NOOP


def test_the_checkpoint_with_which_a_trial_becomes_a_clone_goes_however_late(
    tmp_path: Path,
) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()

    def train_loop(config: dict[str, Any]) -> None:
        checkpoint = train.get_checkpoint()
        if checkpoint is None:
            report(0)
            time.sleep(600)
        assert read_step(checkpoint) == 10
        report(11)
        process = int((marks / "pid").read_text())
        os.kill(process, signal.SIGCONT)  # now it hears that it was to stop
        while Path("/proc", str(process)).exists():
            time.sleep(0.1)
        report(12)

    def driver(config: dict[str, Any]) -> None:
        if not (marks / "pid").exists():
            (marks / "pid").write_text(str(os.getpid()))
        DataParallelTrainer(
            start_from_trial(train_loop),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    donor = tmp_path / "donor"
    donor.mkdir()
    (donor / "state.json").write_text(json.dumps({"step": 10}))
    tuner = tune.Tuner(
        driver,
        tune_config=tune.TuneConfig(scheduler=CloneOnce(donor)),
        run_config=tune.RunConfig(name="sweep", storage_path=str(tmp_path), verbose=0),
    )
    (result,) = tuner.fit()
    assert result.error is None
    assert [read_step(checkpoint) for checkpoint, _ in result.best_checkpoints] == [11, 12]
    assert list(steps_in(result.path).values()) == [11, 12]
    assert read_step(Checkpoint(str(donor))) == 10


class KillThenStop(FIFOScheduler):
    """Kills the trial's process at its second result, and stops the trial when that comes again."""

    def __init__(self) -> None:
        self.killed = False

    def on_trial_result(self, controller: Any, trial: Any, result: dict[str, Any]) -> str:
        if result["step"] != 1:
            return self.CONTINUE
        if self.killed:
            return self.STOP
        self.killed = True
        os.kill(result["pid"], signal.SIGKILL)
        return self.CONTINUE


def test_a_last_report_replaces_that_of_a_killed_process(tmp_path: Path) -> None:
    def train_loop(config: dict[str, Any]) -> None:
        checkpoint = train.get_checkpoint()
        for step in range(read_step(checkpoint) + 1 if checkpoint else 0, 50):
            report(step)

    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            start_from_trial(train_loop),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    tuner = tune.Tuner(
        driver,
        tune_config=tune.TuneConfig(scheduler=KillThenStop()),
        run_config=tune.RunConfig(
            name="sweep",
            storage_path=str(tmp_path),
            failure_config=tune.FailureConfig(max_failures=1),
            verbose=0,
        ),
    )
    (result,) = tuner.fit()
    assert result.error is None
    assert [read_step(checkpoint) for checkpoint, _ in result.best_checkpoints] == [0, 1]
    assert list(steps_in(result.path).values()) == [0, 1]
