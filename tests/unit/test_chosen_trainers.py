"""Trainers whose class is chosen at run time, among classes that can all be seen."""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import check_migrated, migrated, said

_BEFORE = """\
import sys

from ray import train, tune
from ray.train import RunConfig, ScalingConfig
from ray.train.tensorflow import TensorflowTrainer
from ray.train.torch import TorchTrainer
from ray.train.xgboost import XGBoostTrainer


def loop(config):
    train.report({{"loss": config["lr"]}})


{chosen}
trainer = {name}(
    loop,
    scaling_config=ScalingConfig(num_workers=2),
    run_config=RunConfig(name="sweep", stop={{"training_iteration": 3}}),
)
tuner = tune.Tuner(
    trainer, param_space={{"train_loop_config": {{"lr": tune.uniform(0, 1)}}}}
)
"""
_AFTER = """\
import sys

from ray import train, tune
from ray.train import ScalingConfig
from ray.train.tensorflow import TensorflowTrainer
from ray.train.torch import TorchTrainer
from ray.train.xgboost import XGBoostTrainer
from raytune_runtime import driver_for, train_run_config, tune_run_config


def loop(config):
    train.report({{"loss": config["lr"]}})


{chosen}
trainer = {name}(
    loop,
    scaling_config=ScalingConfig(num_workers=2),
    run_config=train_run_config(
        tune.RunConfig(name="sweep", stop={{"training_iteration": 3}})
    ),
)
tuner = tune.Tuner(
    driver_for(trainer),
    param_space={{"train_loop_config": {{"lr": tune.uniform(0, 1)}}}},
    run_config=tune_run_config(trainer),
)
"""


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        # a class out of sight
        ('Kind = __import__("kinds").Kind if sys.argv[1:] else TorchTrainer', "Kind"),
        # one that took params under V1
        ("Kind = XGBoostTrainer if sys.argv[1:] else TorchTrainer", "Kind"),
        # something is put into the dict
        (
            """\
            KINDS = {"torch": TorchTrainer}
            KINDS.update(sys.modules["kinds"].KINDS)
            """,
            "KINDS[sys.argv[1]]",
        ),
        # a class of one's own
        (
            """\
            class Own(TorchTrainer):
                def fit(self):
                    return None


            Kind = Own if sys.argv[1:] else TorchTrainer
            """,
            "Kind",
        ),
    ],
)
def test_not_all_are_seen(chosen: str, name: str) -> None:
    result = migrated(_BEFORE.format(chosen=dedent(chosen), name=name))
    assert {one for _, one in said(result)} & {"RTM504", "RTM901"}
    assert "train_run_config" not in result.after


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        ("Kind = TorchTrainer if sys.argv[1:] else TensorflowTrainer", "Kind"),
        (
            """\
            KINDS = {"torch": TorchTrainer, "tf": TensorflowTrainer}
            if sys.argv[1] not in KINDS:
                raise SystemExit(2)
            """,
            "KINDS[sys.argv[1]]",
        ),
        (
            """\
            KINDS: "dict[str, type]" = {"torch": TorchTrainer}
            Kind = KINDS.get(sys.argv[1], TensorflowTrainer)
            """,
            "Kind",
        ),
        ('Kind = {"torch": TorchTrainer, "tf": TensorflowTrainer}[sys.argv[1]]', "Kind"),
        (
            """\
            if sys.argv[1:]:
                from ray.train.torch import TorchTrainer as Trainer
            else:
                from ray.train.tensorflow import TensorflowTrainer as Trainer
            """,
            "Trainer",
        ),
    ],
)
def test_all_are_seen(chosen: str, name: str) -> None:
    chosen = dedent(chosen).rstrip()
    check_migrated(
        _BEFORE.format(chosen=chosen, name=name), _AFTER.format(chosen=chosen, name=name)
    )


def test_one_of_the_rows_of_a_loop() -> None:
    check_migrated(
        """\
        from project import loop, other_loop
        from ray import tune
        from ray.air.config import RunConfig
        from ray.train.tensorflow import TensorflowTrainer
        from ray.train.torch import TorchTrainer

        for name, kind, run in [
            ("torch", TorchTrainer, loop),
            ("tf", TensorflowTrainer, other_loop),
        ]:
            trainer = kind(run, run_config=RunConfig(name=name))
            tuner = tune.Tuner(trainer)
        """,
        """\
        from project import loop, other_loop
        from ray import tune
        from ray.train import RunConfig
        from ray.train.tensorflow import TensorflowTrainer
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        for name, kind, run in [
            ("torch", TorchTrainer, loop),
            ("tf", TensorflowTrainer, other_loop),
        ]:
            trainer = kind(run, run_config=RunConfig(name=name))
            tuner = tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer))
        """,
    )


def test_trainers_in_the_rows_of_a_loop() -> None:
    check_migrated(
        """\
        from project import loop
        from ray import tune
        from ray.air.config import RunConfig
        from ray.train.torch import TorchTrainer

        STUDIES = [
            ("one", TorchTrainer(loop, run_config=RunConfig(name="one"))),
            ("two", TorchTrainer(loop)),
        ]
        tuners = {name: tune.Tuner(one) for name, one in STUDIES}
        """,
        """\
        from project import loop
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        STUDIES = [
            ("one", TorchTrainer(loop, run_config=RunConfig(name="one"))),
            ("two", TorchTrainer(loop)),
        ]
        tuners = {
            name: tune.Tuner(driver_for(one), run_config=tune_run_config(one))
            for name, one in STUDIES
        }
        """,
    )


def test_rows_that_are_not_all_seen() -> None:
    result = migrated(
        """\
        from project import loop, more
        from ray import tune
        from ray.air.config import RunConfig
        from ray.train.torch import TorchTrainer

        for name, kind in [("torch", TorchTrainer), *more]:
            tuner = tune.Tuner(kind(loop, run_config=RunConfig(name=name)))
        """
    )
    assert (7, "RTM504") in said(result)
    assert "from ray.air.config import RunConfig" in result.after


def test_a_fit_of_its_own() -> None:
    result = migrated(
        """\
        import sys

        from ray import train
        from ray.train import RunConfig
        from ray.train.tensorflow import TensorflowTrainer
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1})


        Kind = TorchTrainer if sys.argv[1:] else TensorflowTrainer
        trainer = Kind(loop, run_config=RunConfig(name="one", stop={"loss": 0}))
        print(trainer.fit().metrics["loss"])
        """
    )
    assert 'print(fit_as_trial(trainer).metrics["loss"])' in result.after
    assert "run_config=train_run_config(" in result.after
    assert said(result) == []
