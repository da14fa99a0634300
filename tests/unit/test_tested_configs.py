"""What asks whether a config is one of ray.train, where Tune's are others by now."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from migrating import check_migrated, check_unchanged
from projecting import check as check_project
from projecting import check_unchanged as check_project_unchanged

if TYPE_CHECKING:
    from pathlib import Path

SWEEP = """
from ray import train, tune
from ray.tune import RunConfig as TuneRunConfig


def objective(config):
    tune.report({{"loss": 1}})


def run(config):
    assert {test}
    tune.Tuner(objective, run_config=config).fit()
"""


@pytest.mark.parametrize(
    "test",
    [
        "isinstance(config, tune.RunConfig)",
        "isinstance(config, (train.RunConfig, tune.RunConfig))",
        "isinstance(config, train.RunConfig | TuneRunConfig)",
        "isinstance(config, train.ScalingConfig)",
        "type(config) is dict",
        "callable(config) or isinstance(config, dict)",
    ],
)
def test_what_holds_for_tune_s_too(test: str) -> None:
    check_unchanged(SWEEP.format(test=test))


def test_a_class_of_the_same_name() -> None:
    check_unchanged(
        """
        from ray import tune

        from settings import RunConfig

        def run(objective, config):
            assert isinstance(config, RunConfig)
            tune.Tuner(objective, run_config=config).fit()
        """
    )


def test_another_isinstance() -> None:
    check_unchanged(
        """
        from ray import train, tune

        from checks import isinstance

        def run(objective, config):
            assert isinstance(config, train.RunConfig)
            tune.Tuner(objective, run_config=config).fit()
        """
    )


def test_where_nothing_is_tune_s() -> None:
    check_unchanged(
        """
        from ray import train
        from ray.train.torch import TorchTrainer

        def fit(loop, config):
            assert isinstance(config, train.RunConfig)
            return TorchTrainer(loop, run_config=config).fit()
        """
    )


def test_the_class_that_tune_s_derives_from() -> None:
    check_unchanged(
        """
        from ray import tune
        from ray.air import RunConfig

        def run(objective, config):
            assert isinstance(config, RunConfig)
            tune.Tuner(objective, run_config=config).fit()
        """
    )


def test_in_a_project_without_sweeps(tmp_path: Path) -> None:
    check_project_unchanged(
        tmp_path,
        """
        --- fits.py
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from checks import check


        def fit(loop):
            config = RunConfig(name="fit")
            check(config)
            return TorchTrainer(loop, run_config=config).fit()

        --- checks.py
        from ray.train import RunConfig


        def check(config):
            assert isinstance(config, RunConfig)
        """,
    )


def test_where_the_sweeps_stay_on_train_v1(tmp_path: Path) -> None:
    check_project_unchanged(
        tmp_path,
        """
        --- sweep.py
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "0"

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from checks import checked


        def run(loop):
            return tune.Tuner(TorchTrainer(loop), run_config=checked(RunConfig(name="one"))).fit()

        --- checks.py
        from ray.train import RunConfig


        def checked(config):
            assert isinstance(config, (dict, RunConfig))
            return config

        --- test_checks.py
        from ray.train import RunConfig


        def test_class():
            assert isinstance(RunConfig(), RunConfig)
        """,
        "sweep.py:3: RTM906",
    )


@pytest.mark.parametrize(
    ("test", "after"),
    [
        (
            "isinstance(config, train.RunConfig)",
            "isinstance(config, (train.RunConfig, tune.RunConfig))",
        ),
        (
            "isinstance(config.failure_config, train.FailureConfig)",
            "isinstance(config.failure_config, (train.FailureConfig, tune.FailureConfig))",
        ),
        (
            "isinstance(config, (dict, train.RunConfig))",
            "isinstance(config, (dict, train.RunConfig, tune.RunConfig))",
        ),
        (
            "isinstance(config, (str, (train.RunConfig, dict)))",
            "isinstance(config, (str, (train.RunConfig, tune.RunConfig, dict)))",
        ),
        (
            "isinstance(config, train.RunConfig | None)",
            "isinstance(config, train.RunConfig | tune.RunConfig | None)",
        ),
        (
            "issubclass(config, train.RunConfig)",
            "issubclass(config, (train.RunConfig, tune.RunConfig))",
        ),
    ],
)
def test_what_holds_for_ray_train_s_alone(test: str, after: str) -> None:
    after = after.replace("tune.RunConfig", "TuneRunConfig")
    check_migrated(SWEEP.format(test=test), SWEEP.format(test=after))


def test_in_modules_that_only_check(tmp_path: Path) -> None:
    before = dedent(
        """
        --- sweep.py
        from ray import tune
        from ray.train import RunConfig

        from checks import checked


        def objective(config):
            tune.report({"loss": 1})


        def run(name):
            return tune.Tuner(objective, **checked(run_config=RunConfig(name=name))).fit()

        --- checks.py
        from ray.train import RunConfig


        def checked(**given):
            for key, value in given.items():
                if key == "run_config" and not isinstance(value, RunConfig):
                    raise TypeError(f"no RunConfig: {value}")
            return given
        """
    )
    after = dedent(
        """
        --- checks.py
        from ray import tune
        from ray.train import RunConfig


        def checked(**given):
            for key, value in given.items():
                if key == "run_config" and not isinstance(value, (RunConfig, tune.RunConfig)):
                    raise TypeError(f"no RunConfig: {value}")
            return given
        """
    )
    check_project(tmp_path, before, after)
