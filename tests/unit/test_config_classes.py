"""``isinstance`` and annotations, where a config of ray.train became one of ray.tune."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from migrating import check_migrated, check_unchanged
from projecting import check

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "source",
    [
        # a trainer's, which stays Train's
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import train_loop


        def build(run_config: RunConfig):
            assert isinstance(run_config, RunConfig)
            return TorchTrainer(train_loop, run_config=run_config)


        build(RunConfig(name="run"))
        """,
        # nobody knows whose
        """\
        from ray.train import RunConfig


        def name_of(run_config: RunConfig) -> str:
            return run_config.name if isinstance(run_config, RunConfig) else run_config["name"]
        """,
        # Tune's already
        """\
        from ray import tune

        from project import objective


        def sweep(run_config: tune.RunConfig):
            assert isinstance(run_config, tune.RunConfig)
            return tune.Tuner(objective, run_config=run_config).fit()


        sweep(tune.RunConfig(name="sweep"))
        """,
        # the base class of Tune's is still asked for
        """\
        from ray import air, tune

        from project import objective

        config = tune.RunConfig(name="sweep")
        assert isinstance(config, air.RunConfig)
        tune.Tuner(objective, run_config=config).fit()
        """,
        # another isinstance
        """\
        from ray import train, tune

        from project import isinstance, objective

        config = tune.RunConfig(name="sweep")
        assert isinstance(config, train.RunConfig)
        tune.Tuner(objective, run_config=config).fit()
        """,
    ],
)
def test_what_stays(source: str) -> None:
    check_unchanged(source)


def test_a_config_that_is_seen() -> None:
    check_migrated(
        """\
        from ray import train, tune

        from project import objective

        config = train.RunConfig(
            name="sweep", checkpoint_config=train.CheckpointConfig(num_to_keep=1)
        )
        assert isinstance(config, (train.RunConfig, dict))
        assert isinstance(config.checkpoint_config, train.CheckpointConfig)
        tune.Tuner(objective, run_config=config).fit()
        """,
        """\
        from ray import tune

        from project import objective

        config = tune.RunConfig(
            name="sweep", checkpoint_config=tune.CheckpointConfig(num_to_keep=1)
        )
        assert isinstance(config, (tune.RunConfig, dict))
        assert isinstance(config.checkpoint_config, tune.CheckpointConfig)
        tune.Tuner(objective, run_config=config).fit()
        """,
    )


@pytest.mark.parametrize(
    ("asked", "now"),
    [
        ("RunConfig", "(RunConfig, tune.RunConfig)"),
        ("(RunConfig, str)", "(RunConfig, tune.RunConfig, str)"),
        ("RunConfig | str", "RunConfig | tune.RunConfig | str"),
        ("(RunConfig, tune.RunConfig)", "(RunConfig, tune.RunConfig)"),
    ],
)
def test_what_others_may_give_is_either(asked: str, now: str) -> None:
    check_migrated(
        f"""\
        from ray import tune
        from ray.train import RunConfig

        from project import objective


        def sweep(config):
            if not isinstance(config, {asked}):
                config = RunConfig(**config)
            return tune.Tuner(objective, run_config=config).fit()
        """,
        f"""\
        from ray import tune
        from ray.train import RunConfig
        from raytune_runtime import tune_run_config

        from project import objective


        def sweep(config):
            if not isinstance(config, {now}):
                config = tune.RunConfig(**config)
            return tune.Tuner(objective, run_config=tune_run_config(config)).fit()
        """,
    )


def test_annotations_of_parameters_and_fields() -> None:
    check_migrated(
        """\
        from dataclasses import dataclass
        from typing import Optional

        from ray import tune
        from ray.train import CheckpointConfig, RunConfig

        from project import objective


        @dataclass
        class Settings:
            samples: int
            run_config: Optional[RunConfig] = None
            checkpoints: CheckpointConfig | None = None

            def sweep(self):
                return tune.Tuner(objective, run_config=self.run_config).fit()


        def sweep(run_config: RunConfig | None = None):
            return tune.Tuner(objective, run_config=run_config).fit()


        sweep(RunConfig(name="sweep"))
        Settings(4, run_config=RunConfig(name="other")).sweep()
        """,
        """\
        from dataclasses import dataclass
        from typing import Optional

        from ray import tune
        from ray.train import CheckpointConfig
        from raytune_runtime import tune_run_config

        from project import objective


        @dataclass
        class Settings:
            samples: int
            run_config: Optional[tune.RunConfig] = None
            checkpoints: CheckpointConfig | None = None

            def sweep(self):
                return tune.Tuner(objective, run_config=tune_run_config(self.run_config)).fit()


        def sweep(run_config: tune.RunConfig | None = None):
            return tune.Tuner(objective, run_config=tune_run_config(run_config)).fit()


        sweep(tune.RunConfig(name="sweep"))
        Settings(4, run_config=tune.RunConfig(name="other")).sweep()
        """,
    )


def test_a_trainers_and_a_tuners_by_one_parameter() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        from project import objective, train_loop


        def checked(config: train.RunConfig) -> None:
            if not isinstance(config, train.RunConfig):
                raise TypeError(config)


        alone = train.RunConfig(name="run")
        checked(alone)
        trainer = TorchTrainer(train_loop, run_config=alone)
        swept = train.RunConfig(name="sweep", stop={"training_iteration": 3})
        checked(swept)
        tune.Tuner(objective, run_config=swept).fit()
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        from project import objective, train_loop


        def checked(config: train.RunConfig) -> None:
            if not isinstance(config, (train.RunConfig, tune.RunConfig)):
                raise TypeError(config)


        alone = train.RunConfig(name="run")
        checked(alone)
        trainer = TorchTrainer(train_loop, run_config=alone)
        swept = tune.RunConfig(name="sweep", stop={"training_iteration": 3})
        checked(swept)
        tune.Tuner(objective, run_config=swept).fit()
        """,
    )


def test_what_another_module_gives(tmp_path: Path) -> None:
    check(
        tmp_path,
        """\
        --- main.py
        from ray.train import RunConfig

        from sweeps import sweep

        sweep(RunConfig(name="sweep"))
        --- sweeps.py
        from ray import tune
        from ray.train import RunConfig

        from project import objective


        def sweep(config):
            if isinstance(config, RunConfig):
                print(config.name)
            return tune.Tuner(objective, run_config=config).fit()
        """,
        """\
        --- main.py
        from ray import tune

        from sweeps import sweep

        sweep(tune.RunConfig(name="sweep"))
        --- sweeps.py
        from ray import tune
        from ray.train import RunConfig

        from project import objective


        def sweep(config):
            if isinstance(config, (RunConfig, tune.RunConfig)):
                print(config.name)
            return tune.Tuner(objective, run_config=config).fit()
        """,
    )
