"""How workers end, by themselves or by an error, and what is told of it: as under Train V1."""

from __future__ import annotations

import atexit
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ray import train, tune
from ray.train import RunConfig
from ray.train.backend import Backend, BackendConfig
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

from raytune_runtime import TuneReportCallback, trial_run

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("connection")]

PATIENCE_S = 30


def sweep(
    train_loop: Any,
    folder: Path,
    stop: dict[str, int] | None = None,
    max_failures: int = 0,
    backend_config: BackendConfig | None = None,
) -> Any:
    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            train_loop,
            backend_config=backend_config,
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    run_config = tune.RunConfig(
        storage_path=str(folder / "results"),
        stop=stop,
        failure_config=tune.FailureConfig(max_failures=max_failures),
        verbose=0,
    )
    (result,) = tune.Tuner(driver, run_config=run_config).fit()
    return result


@pytest.mark.parametrize("stop", [{"step": 1}, {}], ids=["stopped", "trained to its end"])
def test_a_worker_leaves_python_before_it_is_gone(tmp_path: Path, stop: dict[str, int]) -> None:
    folder = tmp_path / "worker"
    folder.mkdir()

    def train_loop() -> None:
        atexit.register((folder / "at exit").write_text, "called")
        with tempfile.TemporaryDirectory(dir=folder):
            for step in range(3):
                train.report({"step": step})
        log = (folder / "log").open("w")
        log.write("trained to its end")
        vars(tempfile)["log_of_this_test"] = log  # as a logger's, which nobody closes

    result = sweep(train_loop, tmp_path, stop)
    assert result.error is None
    ended = {"at exit": "called", **({} if stop else {"log": "trained to its end"})}
    end = time.monotonic() + PATIENCE_S
    while (left := contents(folder)) != ended and time.monotonic() < end:
        time.sleep(0.1)
    assert left == ended


def contents(folder: Path) -> dict[str, str | None]:
    """What files hold; None for a folder."""
    return {one.name: one.read_text() if one.is_file() else None for one in folder.iterdir()}


def read_a_partition_of_the_training_data() -> None:
    partitions: dict[int, list[float]] = {}
    try:
        partitions[17]
    except KeyError as error:
        raise ValueError(f"no partition 17 in {'/folder' * 60}") from error


def make_the_batches_of_one_epoch_for_a_worker() -> None:
    read_a_partition_of_the_training_data()


def evaluate_the_model_after_each_of_the_epochs() -> None:
    make_the_batches_of_one_epoch_for_a_worker()


def train_until_the_loss_does_not_change_any_more() -> None:
    evaluate_the_model_after_each_of_the_epochs()


def train_in_each_of_the_stages_of_the_curriculum() -> None:
    train_until_the_loss_does_not_change_any_more()


def test_an_error_is_told_with_all_of_its_calls(tmp_path: Path) -> None:
    result = sweep(train_in_each_of_the_stages_of_the_curriculum, tmp_path)
    assert isinstance(result.error, ValueError)
    told = Path(result.path, "error.txt").read_text()
    calls = (
        train_in_each_of_the_stages_of_the_curriculum,
        train_until_the_loss_does_not_change_any_more,
        evaluate_the_model_after_each_of_the_epochs,
        make_the_batches_of_one_epoch_for_a_worker,
        read_a_partition_of_the_training_data,
    )
    assert [one.__name__ for one in calls if one.__name__ not in told] == []
    assert f"ValueError: no partition 17 in {'/folder' * 60}" in told


class Deadly(Backend):
    """As a process group by which workers die."""

    def on_start(self, worker_group: Any, backend_config: Any) -> None:
        worker_group.execute(die_at_start, backend_config.starts)


@dataclass
class DeadlyConfig(BackendConfig):
    starts: Path

    @property
    def backend_cls(self) -> type[Backend]:
        return Deadly


def die_at_start(starts: Path) -> None:
    with starts.open("a") as file:
        file.write("started\n")
    os._exit(1)


def test_a_worker_that_dies_as_it_starts_is_the_end_of_the_trial(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    result = sweep(
        lambda: None, tmp_path, max_failures=1, backend_config=DeadlyConfig(starts=starts)
    )
    assert "WorkerGroupStartupFailedError" in type(result.error).__name__
    assert starts.read_text().splitlines() == ["started", "started"]
