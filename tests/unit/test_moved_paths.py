"""What Ray has moved since Ray 2.0 is imported from where it is now."""

from __future__ import annotations

import importlib
import warnings
from dataclasses import replace

import pytest
from migrating import PROJECT, check_finding, check_migrated, check_unchanged

from raytune_migrate import ray_api
from raytune_migrate.settings.options import Todo


@pytest.mark.parametrize(("old", "new"), ray_api.MOVED.items())
def test_ray_has_it_at_the_new_path_only(old: str, new: str) -> None:
    assert _is_there(new)
    assert not _is_there(old)


def _is_there(path: str) -> bool:
    package, _, last = path.rpartition(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            importlib.import_module(path)
        except ImportError:
            try:
                return hasattr(importlib.import_module(package), last)
            except ImportError:
                return False
    return True


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            from ray import tune
            from ray.air.integrations.mlflow import MLflowLoggerCallback
            from ray.tune.experiment import Trial
            from ray.tune.search.hyperopt import HyperOptSearch

            x = tune.search.sample.uniform(0, 1)
            """,
            id="the new paths",
        ),
        pytest.param(
            """\
            from mine.tune.suggest.hyperopt import HyperOptSearch
            from .tune.trial import Trial
            """,
            id="another package",
        ),
        pytest.param(
            """\
            try:
                from ray.tune.search.hyperopt import HyperOptSearch
            except ImportError:
                from ray.tune.suggest.hyperopt import HyperOptSearch
            """,
            id="where the new path has failed",
        ),
        pytest.param(
            """\
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from ray.tune.trial import Trial
            """,
            id="for type checkers only",
        ),
    ],
)
def test_nothing_to_do(source: str) -> None:
    check_unchanged(source)


def test_imports_keep_the_names_that_they_bind() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.callbacks.mlflow import MLflowLoggerCallback
        from ray.tune.sample import Categorical as Choice
        from ray.tune.suggest import ConcurrencyLimiter
        from ray.tune.suggest.hyperopt import HyperOptSearch
        from ray.tune.trial import Trial

        from project import objective


        def named(trial: Trial):
            return trial.trial_id


        tune.run(
            objective,
            config={"size": Choice([1, 2])},
            search_alg=ConcurrencyLimiter(HyperOptSearch(metric="loss", mode="min"), 2),
            callbacks=[MLflowLoggerCallback()],
            trial_name_creator=named,
        )
        """,
        """\
        from ray import tune
        from ray.air.integrations.mlflow import MLflowLoggerCallback
        from ray.tune.search.sample import Categorical as Choice
        from ray.tune.search import ConcurrencyLimiter
        from ray.tune.search.hyperopt import HyperOptSearch
        from ray.tune.experiment.trial import Trial

        from project import objective


        def named(trial: Trial):
            return trial.trial_id


        tune.run(
            objective,
            config={"size": Choice([1, 2])},
            search_alg=ConcurrencyLimiter(HyperOptSearch(metric="loss", mode="min"), 2),
            callbacks=[MLflowLoggerCallback()],
            trial_name_creator=named,
        )
        """,
    )


def test_modules_that_are_named_in_full() -> None:
    check_migrated(
        """\
        import ray.tune.suggest.hyperopt
        import ray.tune.suggest.optuna as searching
        from ray import tune

        first = ray.tune.suggest.hyperopt.HyperOptSearch()
        second = searching.OptunaSearch()
        third = tune.suggest.basic_variant.BasicVariantGenerator()
        """,
        """\
        import ray.tune.search.hyperopt
        import ray.tune.search.optuna as searching
        from ray import tune

        first = ray.tune.search.hyperopt.HyperOptSearch()
        second = searching.OptunaSearch()
        third = tune.search.basic_variant.BasicVariantGenerator()
        """,
    )


def test_what_is_gone_of_an_import_stays_and_is_reported() -> None:
    check_migrated(
        """\
        from ray.tune.integration.wandb import WandbLoggerCallback, wandb_mixin
        from ray.tune.suggest import bohb, skopt

        logger = WandbLoggerCallback(project="p")
        """,
        """\
        from ray.air.integrations.wandb import WandbLoggerCallback
        from ray.tune.integration.wandb import wandb_mixin
        from ray.tune.search import bohb
        from ray.tune.suggest import skopt

        logger = WandbLoggerCallback(project="p")
        """,
        (1, "RTM907"),
        (2, "RTM907"),
        project=replace(PROJECT, todo=Todo.NOWHERE),
    )


def test_inside_a_sweep_that_is_rewritten() -> None:
    """A limiter is seen to be one by its old path too: there is no second limit beside it."""
    check_migrated(
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")

        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.suggest import ConcurrencyLimiter

        from project import searcher


        def train_loop(config):
            print(config)


        trainer = TorchTrainer(train_loop)
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.sample.uniform(0, 1)}},
            tune_config=tune.TuneConfig(search_alg=ConcurrencyLimiter(searcher, 2)),
        )
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.search import ConcurrencyLimiter
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run

        from project import searcher


        def train_loop(config):
            print(config)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                train_loop,
                train_loop_config=config["train_loop_config"],
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
            param_space={"train_loop_config": {"lr": tune.search.sample.uniform(0, 1)}},
            tune_config=tune.TuneConfig(search_alg=ConcurrencyLimiter(searcher, 2)),
        )
        """,
    )


def test_the_callback_for_keras() -> None:
    check_migrated(
        """\
        from ray.air import session
        from ray.air.integrations.keras import Callback
        from ray.train import ScalingConfig
        from ray.train.tensorflow import TensorflowTrainer

        from project import build_model


        def train_loop(config):
            data = session.get_dataset_shard("train").to_tf("x", "y", batch_size=4)
            build_model().fit(data, callbacks=[Callback(), Callback(metrics=["loss"])])


        trainer = TensorflowTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))
        """,
        """\
        from ray import train
        from ray.train.tensorflow.keras import ReportCheckpointCallback
        from ray.train import ScalingConfig
        from ray.train.tensorflow import TensorflowTrainer

        from project import build_model


        def train_loop(config):
            data = train.get_dataset_shard("train").to_tf("x", "y", batch_size=4)
            build_model().fit(
                data,
                callbacks=[
                    ReportCheckpointCallback(),
                    ReportCheckpointCallback(metrics=["loss"]),
                ],
            )


        trainer = TensorflowTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))
        """,
    )


def test_the_callback_for_keras_by_another_name() -> None:
    check_migrated(
        """\
        from ray.air.callbacks.keras import Callback as Reporter

        reporter = Reporter()
        """,
        """\
        from ray.train.tensorflow.keras import ReportCheckpointCallback as Reporter

        reporter = Reporter()
        """,
    )


def test_the_callback_for_keras_beside_its_successor() -> None:
    check_migrated(
        """\
        from ray.air.integrations.keras import Callback, ReportCheckpointCallback

        callbacks = [Callback(metrics="loss"), ReportCheckpointCallback()]
        """,
        """\
        from ray.train.tensorflow.keras import ReportCheckpointCallback

        callbacks = [ReportCheckpointCallback(metrics="loss"), ReportCheckpointCallback()]
        """,
    )


def test_the_callback_for_keras_beside_what_has_another_fate() -> None:
    check_migrated(
        """\
        from ray.air.integrations.keras import (
            Callback,
            ReportCheckpointCallback as Saving,
            RayReportCallback,
        )


        class Mine(RayReportCallback):
            pass


        callbacks = [Callback(), Saving(), Mine()]
        """,
        """\
        from ray.air.integrations.keras import (
            RayReportCallback,
        )
        from ray.train.tensorflow.keras import ReportCheckpointCallback as Saving


        class Mine(RayReportCallback):
            pass


        callbacks = [Saving(), Saving(), Mine()]
        """,
    )


@pytest.mark.parametrize("names", ["Callback", "Callback, ReportCheckpointCallback"])
def test_a_callback_for_keras_that_others_import_from_here_is_reported(names: str) -> None:
    check_finding(
        f"""\
        from ray.air.integrations.keras import {names}

        __all__ = ["Callback"]
        callback = Callback()
        """,
        (1, "RTM907"),
    )


@pytest.mark.parametrize("use", ["Callback(on='batch_end')", "Callback('loss')", "[Callback]"])
def test_a_callback_for_keras_that_is_told_when_is_reported(use: str) -> None:
    check_finding(
        f"""\
        from ray.air.integrations.keras import Callback

        callback = {use}
        """,
        (1, "RTM907"),
    )
