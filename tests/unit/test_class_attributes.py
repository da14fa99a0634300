"""Trainers and configs that classes hold, read from outside of them."""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import check_migrated, check_stands, check_unchanged, migrated, said

_HEAD = dedent(
    """\
    from dataclasses import dataclass

    from ray import air, train, tune
    from ray.train import RunConfig
    from ray.train.torch import TorchTrainer

    one = tune.TuneConfig(max_concurrent_trials=1)


    """
)
_SWEEP = "\n\ntune.Tuner(TorchTrainer(loop), run_config={config}, tune_config=one).fit()\n"


def test_configs_of_a_class() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        class Settings:
            run_config = RunConfig(name="sweep", stop={"loss": 0.1})
            scaling = ScalingConfig(num_workers=2)


        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=Settings.scaling),
            run_config=Settings.run_config,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        class Settings:
            run_config = tune.RunConfig(name="sweep", stop={"loss": 0.1})
            scaling = ScalingConfig(num_workers=2)


        scaling_config = Settings.scaling


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=scaling_config,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            run_config=Settings.run_config,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


@pytest.mark.parametrize(
    ("holder", "config"),
    [
        pytest.param(
            "class Settings(Base):\n    config = RunConfig(stop={'loss': 1})\n",
            "Settings.config",
            id="of a class that derives from another",
        ),
        pytest.param(
            "class Settings:\n    config = RunConfig(stop={'loss': 1})\n\n\n"
            "Settings.config = other()\n",
            "Settings.config",
            id="that is set from outside",
        ),
        pytest.param(
            "class Settings:\n"
            "    def __init__(self):\n"
            "        self.config = RunConfig(stop={'loss': 1})\n\n\n"
            "settings = Settings()\n",
            "settings.config",
            id="of an object",
        ),
        pytest.param(
            "@dataclass\nclass Settings:\n    config: train.RunConfig\n\n\n"
            "settings = Settings(RunConfig(stop={'loss': 1}))\n",
            "settings.config",
            id="of a dataclass",
        ),
    ],
)
def test_configs_that_may_be_others(holder: str, config: str) -> None:
    result = migrated(_HEAD + holder + _SWEEP.format(config=config))
    assert "tune.RunConfig(stop={" in result.after
    assert f"run_config=tune_run_config({config})" in result.after
    assert said(result) == []
    check_stands(result)


def test_a_class_that_is_another() -> None:
    result = migrated(
        _HEAD
        + "class Settings:\n    config = RunConfig(stop={'loss': 1})\n\n\n"
        + "class Others:\n    config = other()\n"
        + _SWEEP.format(config="Others.config")
    )
    assert "    config = RunConfig(stop={'loss': 1})\n" in result.after
    assert [code for _, code in said(result)] == ["RTM504"]


@pytest.mark.parametrize(
    ("use", "codes"),
    [
        ("tune.Tuner(TorchTrainer(loop), run_config={config}, tune_config=one).fit()", []),
        ("TorchTrainer(loop, run_config={config}).fit()", ["RTM504"]),
    ],
)
def test_a_config_in_a_run_config(use: str, codes: list[str]) -> None:
    config = "RunConfig(checkpoint_config=Settings.kept)"
    result = migrated(
        _HEAD
        + "class Settings:\n    kept = air.CheckpointConfig(num_to_keep=1)\n\n\n"
        + f"{use.format(config=config)}\n"
    )
    assert [code for _, code in said(result)] == codes
    assert "kept = air.CheckpointConfig(num_to_keep=1)" in result.after
    check_stands(result)


def test_a_trainer_of_a_class() -> None:
    result = migrated(
        _HEAD + "class Job:\n    trainer = TorchTrainer(loop)\n\n\ntune.Tuner(Job.trainer).fit()\n"
    )
    assert "tune.Tuner(driver_for(Job.trainer)).fit()" in result.after
    notes = [note for change in result.changes for note in change.notes]
    assert not any("cannot be seen" in one for one in notes)
    check_stands(result)


def test_configs_that_derived_classes_have_instead() -> None:
    """An object that asks itself may be of any of them."""
    result = migrated(
        """\
        from ray import air, tune
        from ray.train.torch import TorchTrainer


        class Base:
            run_config = air.RunConfig(name="base")

            def search(self):
                return tune.Tuner(
                    TorchTrainer(print, scaling_config=self.scaling()), run_config=self.run_config
                )

            def scaling(self):
                return air.ScalingConfig(num_workers=1)


        class Strict(Base):
            run_config = air.RunConfig(name="strict", stop={"loss": 0.1})


        class Wide(Strict):
            def scaling(self):
                return air.ScalingConfig(num_workers=4)
        """
    )
    assert said(result) == []
    assert 'run_config = tune.RunConfig(name="base")' in result.after
    assert 'run_config = tune.RunConfig(name="strict", stop={"loss": 0.1})' in result.after
    assert "return train.ScalingConfig(num_workers=4)" in result.after


def test_what_a_mixin_has_instead() -> None:
    """It derives from nothing, but another class looks into it first."""
    result = migrated(
        """\
        from ray import air, tune
        from ray.train.torch import TorchTrainer


        class Base:
            run_config = air.RunConfig(name="base")

            def search(self):
                return tune.Tuner(
                    TorchTrainer(print, scaling_config=self.scaling()), run_config=self.run_config
                )

            def scaling(self):
                return air.ScalingConfig(num_workers=1)


        class Strict:
            run_config = air.RunConfig(name="strict", stop={"loss": 0.1})


        class Wide:
            def scaling(self):
                return air.ScalingConfig(num_workers=4)


        class Both(Strict, Wide, Base):
            pass
        """
    )
    assert said(result) == []
    assert 'run_config = tune.RunConfig(name="base")' in result.after
    assert 'run_config = tune.RunConfig(name="strict", stop={"loss": 0.1})' in result.after
    assert "return train.ScalingConfig(num_workers=4)" in result.after


def test_what_only_derived_classes_have() -> None:
    """The class that asks for it does not name it."""
    result = migrated(
        """\
        from ray import air, tune
        from ray.train.torch import TorchTrainer


        class Base:
            def search(self):
                return tune.Tuner(self.trainer(), run_config=self.run_config()).fit()


        class Short(Base):
            def trainer(self):
                return TorchTrainer(print)

            def run_config(self):
                return air.RunConfig(name="short", stop={"loss": 0.1})
        """
    )
    assert said(result) == []
    assert "driver_for(self.trainer())" in result.after
    assert 'return tune.RunConfig(name="short", stop={"loss": 0.1})' in result.after


_HELD = """\
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


class Held:
    trainer = None

    def run(self):
        one = tune.TuneConfig(max_concurrent_trials=1)
        return tune.Tuner({read}, tune_config=one).fit()


def prepare(held: Held):
    {put} = TorchTrainer(loop)
"""
_HELD_AFTER = """\
from ray import tune
from ray.train.torch import TorchTrainer
from raytune_runtime import driver_for, tune_run_config


def loop(config):
    pass


class Held:
    trainer = None

    def run(self):
        one = tune.TuneConfig(max_concurrent_trials=1)
        return tune.Tuner(
            driver_for({read}),
            tune_config=one,
            run_config=tune_run_config({read}),
        ).fit()


def prepare(held: Held):
    {put} = TorchTrainer(loop)
"""


@pytest.mark.parametrize(
    ("put", "read"),
    [
        pytest.param("Held.trainer", "Held.trainer", id="a class"),
        pytest.param("Held.trainer", "self.trainer", id="a class, read of an object"),
        pytest.param("held.trainer", "self.trainer", id="an object"),
    ],
)
def test_trainers_that_are_put_there_from_outside(put: str, read: str) -> None:
    check_migrated(_HELD.format(put=put, read=read), _HELD_AFTER.format(put=put, read=read))


def test_a_trainer_that_is_put_on_an_object_of_a_class_that_derives() -> None:
    put, read = "held.trainer", "self.trainer"
    deriving = "class Kept(Held):\n    pass\n\n\ndef prepare(held: Kept)"
    before, after = (
        one.format(put=put, read=read).replace("def prepare(held: Held)", deriving)
        for one in (_HELD, _HELD_AFTER)
    )
    check_migrated(before, after)


def test_functions_that_are_put_there_from_outside() -> None:
    check_unchanged(
        """\
        from ray import tune


        class Held:
            function = None


        def objective(config):
            tune.report({"loss": 1})


        Held.function = objective
        tune.Tuner(Held.function).fit()
        """
    )
