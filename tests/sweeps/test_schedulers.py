"""Schedulers that pause trials and clone them: what a trial goes on from, by value.

There is room for one trial at a time, so that the order of reports is the same in each run.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import ray
from ray import train, tune
from ray.train import Checkpoint, RunConfig, ScalingConfig
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer
from ray.tune.schedulers import (
    HyperBandScheduler,
    MedianStoppingRule,
    PopulationBasedTraining,
)
from ray.tune.schedulers.pb2 import PB2

from raytune_runtime import TuneReportCallback, start_from_trial, trial_resources, trial_run

if TYPE_CHECKING:
    from ray.tune.schedulers import TrialScheduler

pytestmark = [pytest.mark.ray, pytest.mark.slow, pytest.mark.usefixtures("connection")]

SCALING = ScalingConfig(num_workers=1, resources_per_worker={"CPU": 7})


def train_loop(config: dict[str, Any]) -> None:
    """Each step adds its learning rate to the weights, which so tell of all steps behind them."""
    checkpoint = train.get_checkpoint()
    weights = weights_of(checkpoint) if checkpoint else []
    while len(weights) < 20:
        weights = [*weights, config["lr"]]
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "weights.json").write_text(json.dumps(weights))
            train.report(
                {"lr": config["lr"], "weights": json.dumps(weights)},
                checkpoint=Checkpoint.from_directory(directory),
            )


def weights_of(checkpoint: Checkpoint) -> list[float]:
    with checkpoint.as_directory() as directory:
        weights: list[float] = json.loads(Path(directory, "weights.json").read_text())
        return weights


def train_driver_fn(config: dict[str, Any]) -> None:
    trainer = DataParallelTrainer(
        start_from_trial(train_loop),
        train_loop_config=config["train_loop_config"],
        scaling_config=SCALING,
        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
    )
    trainer.fit()


class Seen(tune.Callback):
    """What Tune was told, trial by trial: its files may lose rows of trials that pause."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def on_trial_result(
        self, iteration: int, trials: Any, trial: Any, result: dict[str, Any], **_: Any
    ) -> None:
        self.rows.setdefault(trial.trial_id, []).append(dict(result))


@dataclass(frozen=True)
class Trial:
    """The end of a trial, and all that it reported."""

    result: tune.Result
    rows: list[dict[str, Any]]

    @property
    def config(self) -> dict[str, Any]:
        assert self.result.config is not None
        return self.result.config

    @property
    def checkpoint(self) -> Checkpoint:
        assert self.result.checkpoint is not None
        return self.result.checkpoint


def sweep(
    storage: Path, lrs: list[float], scheduler: TrialScheduler, stop: dict[str, int] | None = None
) -> list[Trial]:
    """The trials, in the order of `lrs`; the higher the learning rate, the better."""
    seen = Seen()
    tuner = tune.Tuner(
        tune.with_resources(train_driver_fn, trial_resources(SCALING)),
        param_space={"train_loop_config": {"lr": tune.grid_search(lrs)}},
        tune_config=tune.TuneConfig(metric="lr", mode="max", scheduler=scheduler),
        run_config=tune.RunConfig(
            name="sweep", storage_path=str(storage), stop=stop, verbose=0, callbacks=[seen]
        ),
    )
    results = sorted(tuner.fit(), key=lambda result: result.path)
    return [Trial(result, seen.rows[result.metrics["trial_id"]]) for result in results]


def reports(trial: Trial) -> list[list[Any]]:
    """Iteration and weights of each report."""
    return [[row["training_iteration"], json.loads(row["weights"])] for row in trial.rows]


def starts(trial: Trial) -> int:
    """How often the trial has started, or started again."""
    return [row["iterations_since_restore"] for row in trial.rows].count(1)


def checkpoints(trial: Trial) -> list[list[Any]]:
    """Iteration and weights of each checkpoint."""
    return [
        [metrics["training_iteration"], weights_of(checkpoint)]
        for checkpoint, metrics in trial.result.best_checkpoints
    ]


def stored(trial: Trial) -> list[list[float]]:
    """Weights of what lies in the trial's directory, the oldest first, whether named or not."""
    files = sorted(Path(trial.result.path).glob("checkpoint_*/weights.json"))
    return [json.loads(file.read_text()) for file in files]


def taken() -> dict[str, float]:
    """What trials still hold half a minute later: CPUs, parts of the node that limit their number.

    Ray's own actors may hold other resources: the one that cleans up behind a Train run lives on
    ``node:__internal_head__``, and ends when it has.
    """
    deadline = time.monotonic() + 30
    while True:
        free = ray.available_resources()
        held = {
            name: amount - free.get(name, 0)
            for name, amount in ray.cluster_resources().items()
            if (name == "CPU" or (name.startswith("node:") and name != "node:__internal_head__"))
            and amount - free.get(name, 0) > 1e-6
        }
        if not held or time.monotonic() > deadline:
            return held
        time.sleep(0.2)


@pytest.mark.promise("HyperBand pauses and resumes trials")
def test_hyperband_resumes_the_better_half(tmp_path: Path) -> None:
    # The first bracket runs two trials to the end, the second pauses two after one iteration.
    scheduler = HyperBandScheduler(max_t=2, reduction_factor=2)
    trials = sweep(tmp_path, [1.0, 2.0, 4.0, 3.0], scheduler)
    assert [reports(trial) for trial in trials] == [
        [[1, [1.0]], [2, [1.0, 1.0]]],
        [[1, [2.0]], [2, [2.0, 2.0]]],
        [[1, [4.0]], [2, [4.0, 4.0]]],
        [[1, [3.0]]],
    ]
    assert [starts(trial) for trial in trials] == [1, 1, 2, 1]
    assert [checkpoints(trial) for trial in trials] == [reports(trial) for trial in trials]
    assert [weights_of(trial.checkpoint) for trial in trials] == [
        [1.0, 1.0],
        [2.0, 2.0],
        [4.0, 4.0],
        [3.0],
    ]
    assert taken() == {}


def test_median_stopping_rule_pauses_until_it_can_compare(tmp_path: Path) -> None:
    scheduler = MedianStoppingRule(
        time_attr="training_iteration", grace_period=2, min_samples_required=2
    )
    # The first two pause at 2, where the third has both to compare with, and is worse.
    trials = sweep(tmp_path, [2.0, 3.0, 1.0], scheduler, stop={"training_iteration": 3})
    assert [reports(trial) for trial in trials] == [
        [[1, [2.0]], [2, [2.0, 2.0]], [3, [2.0, 2.0, 2.0]]],
        [[1, [3.0]], [2, [3.0, 3.0]], [3, [3.0, 3.0, 3.0]]],
        [[1, [1.0]], [2, [1.0, 1.0]]],
    ]
    assert [starts(trial) for trial in trials] == [2, 2, 1]
    assert [checkpoints(trial) for trial in trials] == [reports(trial) for trial in trials]
    assert taken() == {}


@pytest.mark.promise("a clone of PBT goes on from the donor's weights")
def test_pbt_clone_goes_on_from_the_donors_weights(tmp_path: Path) -> None:
    scheduler = PopulationBasedTraining(
        time_attr="training_iteration",
        perturbation_interval=2,
        quantile_fraction=0.5,
        hyperparam_mutations={"train_loop_config": {"lr": [0.5]}},
    )
    # Both pause at 2. At 4 the first is good enough to be cloned, and the second becomes its clone.
    donor, clone = sweep(tmp_path, [1.0, 0.25], scheduler, stop={"training_iteration": 5})
    weights = [1.0, 1.0, 1.0, 1.0, 1.0]
    assert reports(donor) == [[step, weights[:step]] for step in range(1, 6)]
    assert reports(clone) == [
        [1, [0.25]],
        [2, [0.25, 0.25]],
        [3, [0.25, 0.25, 0.25]],
        [4, [0.25, 0.25, 0.25, 0.25]],
        [5, [1.0, 1.0, 1.0, 1.0, 0.5]],
    ]
    assert [starts(donor), starts(clone)] == [3, 3]
    assert clone.config["train_loop_config"]["lr"] == 0.5
    assert checkpoints(donor) == reports(donor)
    # Tune forgets the checkpoint with which a trial became a clone, also under Train V1.
    assert checkpoints(clone) == [report for report in reports(clone) if report[0] != 4]
    for trial in (donor, clone):
        assert stored(trial) == [weights for _, weights in checkpoints(trial)]
    assert weights_of(donor.checkpoint) == weights
    assert weights_of(clone.checkpoint) == [1.0, 1.0, 1.0, 1.0, 0.5]
    assert taken() == {}


@pytest.mark.filterwarnings("ignore:The optimal value:", "ignore:scipy.optimize:DeprecationWarning")
def test_clone_of_pb2_goes_on_from_the_donors_weights(tmp_path: Path) -> None:
    scheduler = PB2(
        time_attr="training_iteration",
        perturbation_interval=2,
        quantile_fraction=0.5,
        hyperparam_bounds={"train_loop_config": {"lr": [0.5, 2.0]}},
    )
    donor, clone = sweep(tmp_path, [1.0, 0.75], scheduler, stop={"training_iteration": 5})
    assert reports(donor) == [[step, [1.0] * step] for step in range(1, 6)]
    lr = clone.config["train_loop_config"]["lr"]
    assert 0.5 <= lr <= 2.0
    assert lr != 0.75
    assert reports(clone) == [
        *([step, [0.75] * step] for step in range(1, 5)),
        [5, [1.0, 1.0, 1.0, 1.0, lr]],
    ]
    assert weights_of(clone.checkpoint) == [1.0, 1.0, 1.0, 1.0, lr]
    assert taken() == {}
