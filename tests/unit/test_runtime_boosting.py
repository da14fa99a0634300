"""`xgboost_train_loop` and `lightgbm_train_loop` with the library itself, in a worker of one."""

from __future__ import annotations

import inspect
import shutil
from types import SimpleNamespace

import pandas as pd
import pytest
import ray.train
import ray.train.lightgbm
import ray.train.xgboost
from ray import cloudpickle
from ray.train import Checkpoint
from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer

from raytune_runtime import _ray, lightgbm_train_loop, xgboost_train_loop
from raytune_runtime.driver import trainer_of_trial

LIBRARIES = {
    "xgboost": (
        xgboost_train_loop,
        ray.train.xgboost.RayTrainReportCallback,
        {"objective": "reg:squarederror"},
        "rmse",
    ),
    "lightgbm": (
        lightgbm_train_loop,
        ray.train.lightgbm.RayTrainReportCallback,
        {"objective": "regression", "metric": "rmse", "tree_learner": "serial", "verbose": -1},
        "rmse",
    ),
}
each_library = pytest.mark.parametrize("library", LIBRARIES.values(), ids=LIBRARIES.keys())


class Shard:
    def materialize(self):
        return self

    def to_pandas(self):
        return pd.DataFrame({"x": range(100), "y": [2.0 * x for x in range(100)]})


class Worker:
    """What a loop asks Ray Train for; keeps what it reports."""

    def __init__(self, directory):
        self.directory = directory
        self.checkpoint = None
        self.reports = []

    def report(self, metrics, checkpoint=None):
        if checkpoint is not None:
            kept = self.directory / f"checkpoint_{len(self.reports)}"
            shutil.copytree(checkpoint.path, kept)
            checkpoint = Checkpoint(str(kept))
        self.reports.append((dict(metrics), checkpoint))

    @property
    def checkpoints(self):
        return [checkpoint for _, checkpoint in self.reports]


@pytest.fixture
def worker(monkeypatch, tmp_path):
    worker = Worker(tmp_path)
    context = SimpleNamespace(get_world_rank=lambda: 0)
    monkeypatch.setattr(ray.train, "report", worker.report)
    monkeypatch.setattr(ray.train, "get_checkpoint", lambda: worker.checkpoint)
    monkeypatch.setattr(ray.train, "get_context", lambda: context)
    monkeypatch.setattr(ray.train, "get_dataset_shard", lambda name: Shard())
    monkeypatch.setattr(ray.train.lightgbm, "get_network_params", dict)
    monkeypatch.setattr(_ray, "dataset_names", lambda: {"valid", "train", "late"})
    return worker


@each_library
def test_takes_a_config_and_travels_to_workers(library):
    loop = cloudpickle.loads(cloudpickle.dumps(library[0](label_column="y")))
    assert list(inspect.signature(loop).parameters) == ["config"]


@each_library
def test_reports_every_dataset_after_each_round_and_the_model_at_the_end(library, worker):
    make, callback, params, metric = library
    make(label_column="y", num_boost_round=3)(params)
    metrics, checkpoint = worker.reports[-1]
    assert list(metrics) == [f"train-{metric}", f"late-{metric}", f"valid-{metric}"]
    losses = [one[f"train-{metric}"] for one, _ in worker.reports[:3]]
    assert losses == sorted(losses, reverse=True)
    assert len(set(losses)) == 3
    assert [one for one in worker.checkpoints if one is not None] == [checkpoint]
    assert rounds(callback.get_model(checkpoint)) == 3


@each_library
def test_checkpoints_as_often_as_it_is_told(library, worker):
    make, _, params, _ = library
    make("y", 5, checkpoint_frequency=2, checkpoint_at_end=False)(params)
    assert [one is not None for one in worker.checkpoints] == [False, True, False, True, False]


@each_library
def test_goes_on_from_a_checkpoint_to_the_same_number_of_rounds(library, worker):
    make, callback, params, _ = library
    make("y", 2)(params)
    worker.checkpoint = worker.checkpoints[-1]
    before = len(worker.reports)
    make("y", 5, checkpoint_frequency=1, checkpoint_at_end=False)(params)
    assert len(worker.reports) - before == 3
    assert rounds(callback.get_model(worker.checkpoints[-1])) == 5


@each_library
def test_a_callback_that_reports_already_is_the_only_one(library, worker):
    make, callback, params, metric = library
    make("y", 2, callbacks=[callback(metrics={"loss": f"valid-{metric}"})])(params)
    assert {name for metrics, _ in worker.reports for name in metrics} == {"loss"}


@each_library
def test_ten_rounds_unless_it_is_told(library, worker):
    make, _, params, _ = library
    make("y", None, checkpoint_at_end=False)(params)
    assert len(worker.reports) == 10


def rounds(model):
    count = getattr(model, "num_boosted_rounds", None)
    return count() if count is not None else model.current_iteration()


@each_library
def test_params_of_a_trial_are_the_config_of_the_loop(library):
    """A trainer that stays is swept by the key that it had under Train V1."""
    loop, _, params, _ = library
    given = {"datasets": {}, "train_loop_config": {**params, "eta": 0.1}}
    trainer = DataParallelTrainer(loop(label_column="y"), **given)
    merged = trainer_of_trial(trainer, {"params": {"eta": 0.5}})
    assert merged.train_loop_config == {**params, "eta": 0.5}
    other = DataParallelTrainer(lambda config: None, **given)
    with pytest.raises(TypeError, match="`params` in the `param_space` is no parameter"):
        trainer_of_trial(other, {"params": {"eta": 0.5}})
