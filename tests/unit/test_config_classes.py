"""``isinstance`` and annotations, where a config of ray.train became one of ray.tune."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from migrating import check_migrated, check_unchanged
from projecting import check, run, said, write
from projecting import check_unchanged as check_stays

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


def test_annotations_in_quotes_that_stay() -> None:
    check_unchanged(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import train_loop


        def make() -> "RunConfig":
            return RunConfig(name="run")


        def build(run_config: "RunConfig | None"):
            return TorchTrainer(train_loop, run_config=run_config)


        build(make())
        """
    )


def test_annotations_in_quotes() -> None:
    check_migrated(
        """\
        from dataclasses import dataclass
        from typing import Optional

        from ray import tune
        from ray.train import RunConfig

        from project import objective


        @dataclass
        class Settings:
            run_config: "Optional[RunConfig]" = None


        def make() -> "RunConfig":
            return RunConfig(name="sweep")


        def sweep(run_config: "RunConfig"):
            return tune.Tuner(objective, run_config=run_config).fit()


        sweep(make())
        settings = Settings(run_config=RunConfig(name="other"))
        tune.Tuner(objective, run_config=settings.run_config).fit()
        """,
        """\
        from dataclasses import dataclass
        from typing import Optional

        from ray import tune
        from raytune_runtime import tune_run_config

        from project import objective


        @dataclass
        class Settings:
            run_config: "Optional[tune.RunConfig]" = None


        def make() -> "tune.RunConfig":
            return tune.RunConfig(name="sweep")


        def sweep(run_config: "tune.RunConfig"):
            return tune.Tuner(
                objective, run_config=tune_run_config(run_config, of_trainer=False)
            ).fit()


        sweep(make())
        settings = Settings(run_config=tune.RunConfig(name="other"))
        tune.Tuner(
            objective, run_config=tune_run_config(settings.run_config, of_trainer=False)
        ).fit()
        """,
    )


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
            return tune.Tuner(
                objective, run_config=tune_run_config(config, of_trainer=False)
            ).fit()
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
                return tune.Tuner(
                    objective, run_config=tune_run_config(self.run_config, of_trainer=False)
                ).fit()


        def sweep(run_config: tune.RunConfig | None = None):
            return tune.Tuner(
                objective, run_config=tune_run_config(run_config, of_trainer=False)
            ).fit()


        sweep(tune.RunConfig(name="sweep"))
        Settings(4, run_config=tune.RunConfig(name="other")).sweep()
        """,
    )


def test_annotations_that_only_type_checkers_import() -> None:
    check_migrated(
        """\
        from __future__ import annotations

        from typing import TYPE_CHECKING

        from ray import tune

        from project import objective, settings

        if TYPE_CHECKING:
            from ray.train import RunConfig, ScalingConfig


        def sweep(scaling: ScalingConfig, run_config: RunConfig | None = None):
            return tune.Tuner(objective, run_config=run_config).fit()


        sweep(None, tune.RunConfig(name="sweep"))
        """,
        """\
        from __future__ import annotations

        from typing import TYPE_CHECKING

        from ray import tune

        from project import objective, settings

        if TYPE_CHECKING:
            from ray.train import ScalingConfig


        def sweep(scaling: ScalingConfig, run_config: tune.RunConfig | None = None):
            return tune.Tuner(objective, run_config=run_config).fit()


        sweep(None, tune.RunConfig(name="sweep"))
        """,
    )


def test_annotations_of_what_other_modules_give(tmp_path: Path) -> None:
    check_stays(
        tmp_path / "a",
        """
        --- build.py
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from work import train_loop


        def build(run_config: RunConfig):
            return TorchTrainer(train_loop, run_config=run_config)


        def shown(run_config: RunConfig):
            print(run_config)
        --- main.py
        from build import build, shown
        from ray import tune
        from ray.train import RunConfig
        from work import objective

        build(RunConfig(name="run")).fit()
        swept = tune.RunConfig(name="sweep")
        tune.Tuner(objective, run_config=swept).fit()
        shown(swept)
        """,
    )
    check(
        tmp_path / "b",
        """
        --- build.py
        from __future__ import annotations

        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from ray.train import RunConfig, ScalingConfig


        class Recipe:
            def build(self, scaling: ScalingConfig, run_config: RunConfig | None = None): ...
        --- recipes.py
        from build import Recipe
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config
        from work import train_loop


        class Deep(Recipe):
            def build(self, scaling: ScalingConfig, run_config: RunConfig | None = None):
                return TorchTrainer(train_loop, run_config=train_run_config(run_config))
        --- main.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config
        from recipes import Deep

        trainer = Deep().build(None, tune.RunConfig(name="sweep"))
        config = tune.TuneConfig(max_concurrent_trials=1)
        tune.Tuner(
            driver_for(trainer), tune_config=config, run_config=tune_run_config(trainer)
        ).fit()
        """,
        """
        --- recipes.py
        from build import Recipe
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config
        from work import train_loop


        class Deep(Recipe):
            def build(self, scaling: ScalingConfig, run_config: tune.RunConfig | None = None):
                return TorchTrainer(train_loop, run_config=train_run_config(run_config))
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


# What cannot be seen, in a project in which Tune runs something

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
        "type(config) is tune.RunConfig",
        "type(config) in (train.RunConfig, TuneRunConfig)",
        "train.RunConfig is not type(config).mro()[0]",
        "type(config) == type(other) is dict",
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
    check_stays(
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


def test_of_a_config_that_no_sweep_is_given(tmp_path: Path) -> None:
    """It goes with none of the sweeps, and is no reason to name them."""
    write(
        tmp_path,
        """
        --- fits.py
        from ray import train
        from ray.train.torch import TorchTrainer


        def checked(config):
            if not isinstance(config, train.RunConfig):
                raise TypeError(config)
            return config


        def fit(loop):
            config = checked(train.RunConfig(name="fit", stop={"loss": 1}))
            return TorchTrainer(loop, run_config=config).fit()

        --- sweep.py
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        def sweep():
            trainer = TorchTrainer(print, run_config=train.RunConfig(name="sweep"))
            return tune.Tuner(trainer).fit()

        --- main.py
        import fits
        import sweep
        """,
    )
    outcomes = run(tmp_path, ["fits.py"])
    assert said(outcomes) == []
    assert "isinstance(config, (train.RunConfig, tune.RunConfig))" in (
        tmp_path / "fits.py"
    ).read_text("utf-8")


def test_where_the_sweeps_stay_on_train_v1(tmp_path: Path) -> None:
    check_stays(
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
        ("type(config) is train.RunConfig", "type(config) in (train.RunConfig, tune.RunConfig)"),
        (
            "type(config) != train.RunConfig",
            "type(config) not in (train.RunConfig, tune.RunConfig)",
        ),
        (
            "type(config) not in {train.RunConfig, dict}",
            "type(config) not in {train.RunConfig, tune.RunConfig, dict}",
        ),
    ],
)
def test_what_holds_for_ray_train_s_alone(test: str, after: str) -> None:
    after = after.replace("tune.RunConfig", "TuneRunConfig")
    check_migrated(SWEEP.format(test=test), SWEEP.format(test=after))


def test_the_class_that_tune_s_derives_from_is_another() -> None:
    before = """
        from ray import air, tune

        def run(objective, config):
            assert type(config) == {classes}
            tune.Tuner(objective, run_config=config).fit()
        """
    check_migrated(
        before.format(classes="air.RunConfig"),
        before.format(classes="").replace("== ", "in (air.RunConfig, tune.RunConfig)"),
    )


_PATTERNS = """
from ray import train, tune


def run(objective, config):
    match config:
        case None | {other}:
            return
        case {named}:
            print(name)
        case [{part} as first, *_]:
            print(first)
        case train.ScalingConfig() | {{"name": str()}} | Settings():
            print("another")
    tune.Tuner(objective, run_config=config).fit()
"""


def test_patterns() -> None:
    before = _PATTERNS.format(
        other="train.RunConfig()", named="train.RunConfig(name=name)", part="train.RunConfig()"
    )
    after = _PATTERNS.format(
        other="train.RunConfig() | tune.RunConfig()",
        named="train.RunConfig(name=name) | tune.RunConfig(name=name)",
        part="(train.RunConfig() | tune.RunConfig())",
    )
    check_migrated(before, after)
    check_unchanged(after)


def test_a_pattern_for_a_config_that_is_seen() -> None:
    check_migrated(
        """\
        from ray import train, tune

        from project import objective

        config = train.RunConfig(name="sweep")
        match config:
            case train.RunConfig(name=name) as found:
                print(name, found)
        assert type(config) is train.RunConfig
        tune.Tuner(objective, run_config=config).fit()
        """,
        """\
        from ray import tune

        from project import objective

        config = tune.RunConfig(name="sweep")
        match config:
            case tune.RunConfig(name=name) as found:
                print(name, found)
        assert type(config) is tune.RunConfig
        tune.Tuner(objective, run_config=config).fit()
        """,
    )


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
    check(tmp_path, before, after)
