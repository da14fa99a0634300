"""Boosting trainers that are given ``params``, and RunConfigs that come from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged

if TYPE_CHECKING:
    from pathlib import Path

_SWEEP = """\
--- main.py
from ray import tune
from ray.train import ScalingConfig
from ray.train.xgboost import XGBoostTrainer

from configs import run_config


def sweep(rows):
    trainer = XGBoostTrainer(
        label_column="y",
        params={"max_depth": 3},
        datasets={"train": rows},
        scaling_config=ScalingConfig(num_workers=1),
        run_config=run_config(),
    )
    return tune.Tuner(trainer, param_space={"params": {"eta": tune.uniform(0, 1)}}).fit()
"""


@pytest.mark.parametrize(
    "given",
    [
        "checkpoint_config=CheckpointConfig(checkpoint_frequency=5)",
        "checkpoint_config=CheckpointConfig(num_to_keep=1, checkpoint_at_end=False)",
        "checkpoint_config=CheckpointConfig(**OPTIONS)",
        "checkpoint_config=OPTIONS['checkpoints']",
        "**OPTIONS",
        "*OPTIONS",
    ],
)
def test_a_run_config_that_may_say_how_often_is_left(given: str, tmp_path: Path) -> None:
    configs = f"""
--- configs.py
from ray.train import CheckpointConfig, RunConfig

from project import OPTIONS


def run_config():
    return RunConfig({given})
"""
    check_unchanged(tmp_path, _SWEEP + configs, "main.py:14: RTM104")


def test_a_run_config_that_is_not_seen_is_left(tmp_path: Path) -> None:
    configs = """
--- configs.py
from project import make


def run_config():
    return make()
"""
    check_unchanged(tmp_path, _SWEEP + configs, "main.py:14: RTM104")


def test_one_of_two_run_configs_that_says_how_often_is_left(tmp_path: Path) -> None:
    configs = """
--- configs.py
from ray.train import CheckpointConfig, RunConfig


def run_config(often=False):
    if often:
        return RunConfig(checkpoint_config=CheckpointConfig(checkpoint_frequency=1))
    return RunConfig(name="sweep")
"""
    check_unchanged(tmp_path, _SWEEP + configs, "main.py:14: RTM104")


def test_a_run_config_of_another_module(tmp_path: Path) -> None:
    check(
        tmp_path,
        _SWEEP
        + """
--- configs.py
from ray.train import CheckpointConfig, RunConfig


def run_config():
    return RunConfig(name="sweep", checkpoint_config=CheckpointConfig(num_to_keep=1))
""",
        """\
--- main.py
from ray import tune
from ray.train import RunConfig, ScalingConfig
from ray.train.xgboost import XGBoostTrainer
from raytune_runtime import (
    TuneReportCallback,
    max_concurrent_trials,
    trial_run,
    tune_run_config,
    xgboost_train_loop,
)

from configs import run_config


def sweep(rows):
    def train_driver_fn(config: dict):
        trainer = XGBoostTrainer(
            xgboost_train_loop(label_column="y"),
            train_loop_config={"max_depth": 3, **config["params"]},
            datasets={"train": rows},
            scaling_config=ScalingConfig(num_workers=1),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        )
        trainer.fit()

    return tune.Tuner(
        train_driver_fn,
        param_space={"params": {"eta": tune.uniform(0, 1)}},
        tune_config=tune.TuneConfig(
            max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=1))
        ),
        run_config=tune_run_config(run_config()),
    ).fit()
--- configs.py
from ray import tune


def run_config():
    return tune.RunConfig(
        name="sweep", checkpoint_config=tune.CheckpointConfig(num_to_keep=1)
    )
""",
    )


_BUILDER = """\
--- builders.py
from ray.train.lightgbm import LightGBMTrainer


def build(rows, run_config):
    return LightGBMTrainer(
        label_column="y",
        params={"objective": "regression"},
        datasets={"train": rows},
        run_config=run_config,
    )
"""


def test_a_parameter_that_one_caller_gives_a_run_config_that_says_how_often_is_left(
    tmp_path: Path,
) -> None:
    callers = """
--- main.py
from ray import tune
from ray.train import CheckpointConfig, RunConfig

from builders import build

often = CheckpointConfig(checkpoint_frequency=2)


def sweep(rows):
    tune.Tuner(build(rows, RunConfig(name="one"))).fit()
    tune.Tuner(build(rows, RunConfig(name="two", checkpoint_config=often))).fit()
"""
    check_unchanged(
        tmp_path,
        _BUILDER + callers,
        "builders.py:9: RTM104",
        "main.py:10: RTM914",
        "main.py:11: RTM914",
    )


def test_a_parameter_that_all_callers_give_run_configs(tmp_path: Path) -> None:
    check(
        tmp_path,
        _BUILDER
        + """
--- main.py
from ray import tune
from ray.train import RunConfig

from builders import build


def sweep(rows):
    return tune.Tuner(build(rows, RunConfig(name="one"))).fit()
""",
        """\
--- builders.py
from ray.train.lightgbm import LightGBMTrainer
from raytune_runtime import lightgbm_train_loop, train_run_config


def build(rows, run_config):
    return LightGBMTrainer(
        lightgbm_train_loop(label_column="y"),
        train_loop_config={"objective": "regression"},
        datasets={"train": rows},
        run_config=train_run_config(run_config),
    )
--- main.py
from ray import tune
from raytune_runtime import driver_for, tune_run_config

from builders import build


def sweep(rows):
    trainer = build(rows, tune.RunConfig(name="one"))
    return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
""",
    )


def test_arguments_out_of_sight_of_a_trainer_that_another_module_sweeps(tmp_path: Path) -> None:
    project = """
--- building.py
from project import options
from ray.train.xgboost import XGBoostTrainer

trainer = XGBoostTrainer(**options)
--- sweep.py
from building import trainer
from ray import tune

tune.Tuner(trainer).fit()
"""
    check_unchanged(tmp_path, project, "building.py:4: RTM104", "sweep.py:4: RTM914")


def test_params_that_go_through_keywords(tmp_path: Path) -> None:
    project = """
--- building.py
from ray.train.xgboost import XGBoostTrainer


class Ours(XGBoostTrainer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


def ours(*args, **kwargs):
    return XGBoostTrainer(*args, **kwargs)


def with_a_loop(loop, **kwargs):
    return XGBoostTrainer(loop, **kwargs)
--- fits.py
from building import Ours, ours, with_a_loop

Ours(params={}, label_column="y", datasets={}).fit()
ours(params={}, label_column="y", datasets={}).fit()
with_a_loop(print, train_loop_config={}).fit()
"""
    check_unchanged(tmp_path, project, "building.py:6: RTM104", "building.py:10: RTM104")


def test_the_model_by_a_trainer_of_another_module(tmp_path: Path) -> None:
    check(
        tmp_path,
        """\
--- build.py
from ray.train.xgboost import XGBoostTrainer


class Trees(XGBoostTrainer):
    pass


class Own(XGBoostTrainer):
    def get_model(self, checkpoint):
        return checkpoint


def build(loop):
    return Trees(loop)
--- read.py
from build import Own, Trees


def read(loop, checkpoint):
    own = Own(loop)
    print(own.get_model(checkpoint), Own.get_model(own, checkpoint))
    return Trees.get_model(checkpoint)
--- given.py
from build import build


def read(loop, checkpoint):
    return build(loop).get_model(checkpoint)
""",
        """\
--- read.py
from build import Own
from ray.train.xgboost import RayTrainReportCallback


def read(loop, checkpoint):
    own = Own(loop)
    print(own.get_model(checkpoint), Own.get_model(own, checkpoint))
    return RayTrainReportCallback.get_model(checkpoint)
""",
        "given.py:5: RTM104",
    )
