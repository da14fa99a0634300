"""Workers that end in odd ways or not together, and trials whose workers wait for room."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import ray
from ray import train, tune
from ray.exceptions import ActorDiedError, TaskCancelledError
from ray.train import RunConfig, ScalingConfig
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

from raytune_runtime import TuneReportCallback, trial_run
from raytune_runtime._ray import tune_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("connection")]


class Seen(tune.Callback):
    """What Tune was told, and when."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.times: list[float] = []

    def on_trial_result(self, *, result: dict[str, Any], **_: Any) -> None:
        self.rows.append(dict(result))
        self.times.append(time.time())


def sweep(
    storage: Path,
    train_loop: Callable[[dict[str, Any]], None],
    seen: Seen,
    workers: int = 2,
    **config: Any,
) -> tune.Result:
    def train_driver_fn(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            train_loop,
            train_loop_config=config,
            scaling_config=ScalingConfig(num_workers=workers),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    (result,) = tune.Tuner(
        train_driver_fn,
        param_space=config,
        run_config=tune.RunConfig(storage_path=str(storage), callbacks=[seen], verbose=0),
    ).fit()
    return result


def test_workers_may_end_one_after_the_other(tmp_path: Path) -> None:
    def train_loop(config: dict[str, Any]) -> Any:
        train.report({"step": 0})
        if train.get_context().get_world_rank() == 0:
            time.sleep(3)
        return threading.Lock()  # which nobody gets, as under V1

    seen = Seen()
    assert sweep(tmp_path, train_loop, seen).error is None
    assert [row["step"] for row in seen.rows] == [0]


@pytest.mark.promise("no trial waits for a worker that has ended")
@pytest.mark.parametrize("how", ["return", "exit"])
def test_a_report_that_one_worker_never_makes_fails_the_trial(tmp_path: Path, how: str) -> None:
    # Under V1: "Some workers returned results while others didn't."
    def train_loop(config: dict[str, Any]) -> None:
        for step in range(4):
            if step == 2 and train.get_context().get_world_rank() == 1:
                if config["how"] == "exit":
                    sys.exit(0)
                return
            train.report({"step": step})

    seen = Seen()
    result = sweep(tmp_path, train_loop, seen, how=how)
    assert isinstance(result.error, RuntimeError)
    assert (
        "The train loop of rank 1 has ended after 2 calls of ray.train.report, and rank 0 waits for"
        " it in call 3."
    ) in str(result.error)
    assert [row["step"] for row in seen.rows] == [0, 1]


@pytest.mark.promise("no trial waits for a worker that has ended")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_train_loop_that_goes_on_after_a_report_that_has_failed(
    tmp_path: Path, workers: int
) -> None:
    # Under V1 the trial failed by the next checkpoint, with an AssertionError that said nothing.
    def train_loop(config: dict[str, Any]) -> None:
        for step in range(3):
            nowhere = train.Checkpoint.from_directory("/nowhere")
            alone = step == 1 and train.get_context().get_world_rank() == 0
            with contextlib.suppress(OSError):
                train.report({"step": step}, checkpoint=nowhere if alone else None)

    seen = Seen()
    result = sweep(tmp_path, train_loop, seen, workers)
    if workers == 1:
        assert result.error is None
        assert [row["step"] for row in seen.rows] == [0, 2]
    else:
        assert isinstance(result.error, RuntimeError)
        assert "A report of this worker has failed" in str(result.error)
        assert [row["step"] for row in seen.rows] == [0]


def test_a_trial_fails_with_an_error_of_any_class(tmp_path: Path) -> None:
    def train_loop(config: dict[str, Any]) -> None:
        train.report({"step": 0})
        raise asyncio.CancelledError("no Exception")

    result = sweep(tmp_path, train_loop, Seen())
    assert isinstance(result.error, asyncio.CancelledError)
    assert str(result.error).endswith("CancelledError: no Exception")


def test_a_metric_that_the_trials_process_cannot_read_fails_the_trial(tmp_path: Path) -> None:
    def train_loop(config: dict[str, Any]) -> None:
        class Metric:
            def __reduce__(self) -> tuple[Callable[[], Any], tuple[()]]:
                return unpacked, ()

        def unpacked() -> Any:
            if tune_session() is not None:  # as where its package is on the workers' nodes alone
                raise ModuleNotFoundError("No module named 'metrics'")
            return Metric()

        train.report({"step": 0})
        train.report({"step": 1, "odd": Metric()})

    seen = Seen()
    result = sweep(tmp_path, train_loop, seen)
    assert "No module named 'metrics'" in str(result.error)
    assert [row["step"] for row in seen.rows] == [0]


@pytest.mark.parametrize("how", ["exit", "interrupt"])
def test_an_exit_is_the_error_that_it_was(tmp_path: Path, how: str) -> None:
    # Under V1 it ended the worker's process, or the call that ran the train loop there.
    def train_loop(config: dict[str, Any]) -> None:
        train.report({"step": 0})
        if config["how"] == "exit":
            sys.exit("no more data")
        raise KeyboardInterrupt

    result = sweep(tmp_path, train_loop, Seen(), how=how)
    of_v1 = {"exit": ActorDiedError, "interrupt": TaskCancelledError}
    said = {"exit": "SystemExit: no more data", "interrupt": "KeyboardInterrupt"}
    assert isinstance(result.error, of_v1[how])
    assert said[how] in str(result.error)
    assert result.metrics is not None
    assert result.metrics["step"] == 0


@ray.remote(num_cpus=7)
class Other:
    """Leaves room for a driver function, and none for its workers."""

    def holds(self) -> None:
        """Answer when it does."""


class MakesRoom(Seen):
    """Some seconds after the trial has started."""

    free_since = 0.0

    def on_trial_start(self, **_: Any) -> None:
        threading.Timer(6, self.make_room).start()

    def make_room(self) -> None:
        self.free_since = time.time()
        ray.kill(ray.get_actor("other"))


def test_what_workers_wait_for_their_room_counts_against_no_limit(tmp_path: Path) -> None:
    def train_loop(config: dict[str, Any]) -> None:
        train.report({"step": 0, "timestamp": 5})
        time.sleep(0.5)
        train.report({"step": 1, "time_this_iter_s": 100.0})

    other = Other.options(name="other").remote()
    ray.get(other.holds.remote())
    seen = MakesRoom()
    assert sweep(tmp_path, train_loop, seen).error is None
    first, second = seen.rows
    assert 0 < first["time_total_s"] < seen.times[0] - seen.free_since + 0.5
    # As under V1, loops may tell the time that a report stands for, but not when it was made.
    assert second["time_total_s"] == first["time_total_s"] + 100
    assert abs(first["timestamp"] - seen.times[0]) < 60


def test_two_callbacks_fail_the_trial_with_a_sentence(tmp_path: Path) -> None:
    def train_driver_fn(config: dict[str, Any]) -> None:
        callbacks = [TuneReportCallback(), TuneReportCallback()]
        run_config = RunConfig(**trial_run(), callbacks=callbacks)
        DataParallelTrainer(lambda: train.report({}), run_config=run_config).fit()

    run_config = tune.RunConfig(storage_path=str(tmp_path), verbose=0)
    (result,) = tune.Tuner(train_driver_fn, run_config=run_config).fit()
    assert isinstance(result.error, ValueError)
    assert "have 2 TuneReportCallback of raytune_runtime" in str(result.error)


@pytest.mark.parametrize("own", [True, False])
def test_the_log_tells_of_a_trial_that_reports_nothing(tmp_path: Path, own: bool) -> None:
    log = tmp_path / "log"

    def train_driver_fn(config: dict[str, Any]) -> None:
        logging.getLogger("raytune_runtime").addHandler(logging.FileHandler(log))
        callbacks = [TuneReportCallback()] if own else []
        run_config = RunConfig(**trial_run(), callbacks=callbacks)
        DataParallelTrainer(lambda: train.report({}), run_config=run_config).fit()

    run_config = tune.RunConfig(storage_path=str(tmp_path), verbose=0)
    tune.Tuner(train_driver_fn, run_config=run_config).fit()
    assert ("Tune has got no report of the Train run" in log.read_text()) is not own
