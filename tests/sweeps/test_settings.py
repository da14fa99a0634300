"""What Train is told for a trial: as the user says, or as the runtime does until the trial ends."""

from __future__ import annotations

import os
import tempfile
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
import ray
from ray import train, tune
from ray._private.state import actors
from ray.train import Checkpoint, RunConfig, ScalingConfig
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

from raytune_runtime import TuneReportCallback, trial_run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("connection")]

INTERVAL = "RAY_TRAIN_HEALTH_CHECK_INTERVAL_S"
WATCHER = "RAY_TRAIN_ENABLE_PREEMPTION_WATCHER"
METRICS = "RAY_TRAIN_METRICS_ENABLED"
HAS_COLLECTIVES = find_spec("ray.train.collective") is not None  # from Ray 2.50 on


def train_loop(config: dict[str, Any]) -> None:
    # Workers have the environment of their controller, which is what polls them.
    settings = {"interval": os.environ.get(INTERVAL), "watcher": os.environ.get(WATCHER)}
    train.report({**config, **settings})


def train_driver_fn(config: dict[str, Any]) -> None:
    before = os.environ.get(INTERVAL, os.environ.get(METRICS))
    if config["own"]:
        os.environ.setdefault(INTERVAL, config["own"])
    trainer = DataParallelTrainer(
        train_loop,
        train_loop_config={"pid": os.getpid(), "before": before},
        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
    )
    trainer.fit()


def sweep(storage: Path, *own: str | None, name: str = "sweep") -> list[dict[str, Any]]:
    """Metrics of each trial, which run one after the other in the same process."""
    results = tune.Tuner(
        train_driver_fn,
        param_space={"own": tune.grid_search(list(own))},
        tune_config=tune.TuneConfig(max_concurrent_trials=1, reuse_actors=True),
        run_config=tune.RunConfig(name=name, storage_path=str(storage), verbose=0),
    ).fit()
    assert not results.errors
    order = {value: number for number, value in enumerate(own)}
    trials = sorted(results, key=lambda result: order[result.config["own"]])
    return [result.metrics for result in trials]


def test_setting_of_one_trial_is_not_there_in_the_next(tmp_path: Path) -> None:
    # Ray refuses the name in metrics of its own, which Train has unless it is told otherwise.
    first, second = sweep(tmp_path, None, "0.2", name="Größen 実験")
    assert first["pid"] == second["pid"]
    assert [first["before"], first["interval"]] == [None, "0.02"]
    assert [second["before"], second["interval"]] == [None, "0.2"]
    assert [first["watcher"], second["watcher"]] == ["0", "0"]


def test_setting_of_the_script_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INTERVAL, "0.1")
    monkeypatch.setenv(WATCHER, "1")
    (trial,) = sweep(tmp_path, None)
    assert [trial["before"], trial["interval"], trial["watcher"]] == ["0.1", "0.1", "1"]


def started(actor_class: str) -> int:
    """How many actors of a class this process's job has had."""
    job = ray.JobID.from_hex(ray.get_runtime_context().get_job_id())
    classes = [actor["ActorClassName"] for actor in actors(job_id=job).values()]
    return classes.count(actor_class)


def read_data(config: dict[str, Any]) -> None:
    rows: list[float] | str
    try:
        rows = sorted(row["x"] for row in train.get_dataset_shard("train").iter_rows())
    except KeyError as error:
        rows = str(error)
    train.report({"rows": rows})


@pytest.mark.parametrize(
    ("datasets", "rows"),
    [
        ({}, "Dataset shard for 'train' not found"),
        ({"train": lambda: ray.data.from_items([{"x": 1.0}, {"x": 2.0}])}, "[1.0, 2.0]"),
    ],
    ids=["none", "one"],
)
def test_no_actor_for_datasets_where_there_are_none(
    tmp_path: Path, datasets: dict[str, Any], rows: str
) -> None:
    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            read_data,
            datasets=datasets,
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    before = started("DatasetManager")
    (result,) = tune.Tuner(
        driver, run_config=tune.RunConfig(storage_path=str(tmp_path), verbose=0)
    ).fit()
    assert result.error is None
    assert rows in str(result.metrics["rows"])
    assert started("DatasetManager") - before == len(datasets)


def meet(config: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        train.report({"heard": "nothing"}, checkpoint=Checkpoint.from_directory(folder))
    heard: list[str] | str = "nothing"
    if HAS_COLLECTIVES:
        from ray.train import collective

        collective.barrier()
        rank = train.get_context().get_world_rank()
        heard = collective.broadcast_from_rank_zero([f"from {rank}"])
    train.report({"heard": heard})


@pytest.mark.parametrize("num_workers", [1, 2])
def test_no_actor_to_wait_for_each_other_where_there_is_one_worker(
    tmp_path: Path, num_workers: int
) -> None:
    def driver(config: dict[str, Any]) -> None:
        DataParallelTrainer(
            meet,
            scaling_config=ScalingConfig(num_workers=num_workers),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    before = started("SynchronizationActor")
    (result,) = tune.Tuner(
        driver, run_config=tune.RunConfig(storage_path=str(tmp_path), verbose=0)
    ).fit()
    assert result.error is None
    assert result.checkpoint is not None
    assert result.metrics["heard"] == (["from 0"] if HAS_COLLECTIVES else "nothing")
    assert started("SynchronizationActor") - before == num_workers - 1
