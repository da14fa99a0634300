"""A sweep on a cluster that grows by itself, and whose head node has room for no trial."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import ray
from ray import cloudpickle, train, tune
from ray.train import RunConfig, ScalingConfig
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

from raytune_runtime import (
    TuneReportCallback,
    _ray,
    max_concurrent_trials,
    trial_resources,
    trial_run,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.ray, pytest.mark.slow]

CLUSTER = Path(__file__).with_name("growing_cluster.py")

SCALING = ScalingConfig(num_workers=2)

PATIENCE_S = 120


@pytest.fixture
def growing_cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A connection to the cluster of `growing_cluster.py`, with the head node only."""
    this_module = sys.modules[__name__]
    cloudpickle.register_pickle_by_value(this_module)  # workers cannot import a test module
    # Ray 2.59 and later ask for a token that only the process that started the node has.
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    cluster = subprocess.Popen(
        [sys.executable, CLUSTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"},
        text=True,
    )
    assert cluster.stdout is not None
    address = next(line.split()[1] for line in cluster.stdout if line.startswith("address:"))
    ray.init(address, log_to_driver=False)
    yield
    # Nodes that run when the head node ends go on for a minute.
    wait_until(lambda: nodes() == 1)
    ray.shutdown()
    cluster.communicate(timeout=60)
    cloudpickle.unregister_pickle_by_value(this_module)


def nodes() -> int:
    return sum(node["Alive"] for node in ray.nodes())


def wait_until(true: Callable[[], object]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while not true() and time.monotonic() < deadline:
        time.sleep(0.2)
    return bool(true())


def train_loop(config: dict[str, Any]) -> None:
    """Report whether the other trial has started before this one has ended."""
    directory = Path(config["directory"])
    (directory / str(config["trial"])).touch()
    train.report({"met": wait_until(lambda: len(list(directory.iterdir())) == 2)})


def train_driver_fn(config: dict[str, Any]) -> None:
    DataParallelTrainer(
        train_loop,
        train_loop_config=config,
        scaling_config=SCALING,
        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
    ).fit()


class Connected:
    """What `ray.util.client.ray` is to a process outside of the cluster."""

    def is_connected(self) -> bool:
        return True


@pytest.mark.usefixtures("growing_cluster")
def test_cluster_grows_for_as_many_trials_as_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wait_until(_ray.growing_cluster)
    assert max_concurrent_trials(SCALING) == 1
    (said,) = [record.getMessage() for record in caplog.records if "grows" in record.getMessage()]
    assert said.startswith("max_concurrent_trials gives 1, ")

    with monkeypatch.context() as outside:  # Ray Client needs packages of its own
        outside.setattr(_ray, "client", SimpleNamespace(ray=Connected()))
        outside.setattr(_ray, "_internal_kv_get", None)
        assert _ray.growing_cluster() == ray.get_runtime_context().gcs_address

    assert have_met(trial_resources(SCALING, max_concurrent=2), tmp_path / "named")
    caplog.clear()
    assert have_met(trial_resources(SCALING, driver_resources={"CPU": 0}), tmp_path / "all")
    assert not [message for message in caplog.messages if "max_concurrent" in message]


def have_met(resources: Any, directory: Path) -> bool:
    """Whether two trials with these resources run at once."""
    (directory / "started").mkdir(parents=True)
    results = tune.Tuner(
        tune.with_resources(train_driver_fn, resources),
        param_space={
            "directory": str(directory / "started"),
            "trial": tune.grid_search([0, 1]),
        },
        run_config=tune.RunConfig(storage_path=str(directory / "results"), verbose=0),
    ).fit()
    return [result.metrics and result.metrics["met"] for result in results] == [True, True]
