"""Functions and classes that a package has by the names of the modules that they are from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from projecting import OPTIONS, check, check_unchanged

if TYPE_CHECKING:
    from pathlib import Path

# --- what is left alone -----------------------------------------------------------


def test_a_module_of_which_the_package_takes_something_else(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- kit/__init__.py
        from .sweep import report
        --- kit/sweep.py
        from ray import tune


        def report(config):
            tune.report({"loss": 1})


        def run(function):
            return tune.Tuner(function).fit()
        --- main.py
        from kit import report, sweep

        sweep.run(report)
        """,
    )


def test_the_module_itself_where_something_is_taken_of_it(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- kit/__init__.py
        from .sweep import sweep
        --- kit/sweep.py
        from ray import tune


        def sweep(trainer):
            return tune.Tuner(trainer).fit()


        def other(function):
            return tune.Tuner(function).fit()
        --- main.py
        from kit.sweep import other
        from ray import tune


        def function(config):
            tune.report({"loss": 1})


        other(function)
        """,
        """
        --- kit/__init__.py
        from .sweep import sweep
        --- kit/sweep.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config


        def sweep(trainer):
            return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()


        def other(function):
            return tune.Tuner(function).fit()
        --- main.py
        from kit.sweep import other
        from ray import tune


        def function(config):
            tune.report({"loss": 1})


        other(function)
        """,
    )


# --- what is rewritten ------------------------------------------------------------

BEFORE = """
    --- kit/__init__.py
    from .sweep import sweep
    from .trainer import trainer
    --- kit/trainer.py
    from ray.train import RunConfig
    from ray.train.torch import TorchTrainer

    from .worker import loop


    def trainer():
        return TorchTrainer(loop, run_config=RunConfig(name="kit", verbose=1))
    --- kit/worker.py
    from ray.air import session


    def loop(config):
        session.report({"loss": 1})
    --- kit/sweep.py
    from ray import tune


    def sweep():
        from kit import trainer

        made = trainer()
        return tune.Tuner(made).fit()
    --- main.py
    import kit

    print(kit.sweep())
    """
AFTER = """
    --- kit/__init__.py
    from .sweep import sweep
    from .trainer import trainer
    --- kit/trainer.py
    from ray import tune
    from ray.train.torch import TorchTrainer
    from raytune_runtime import train_run_config

    from .worker import loop


    def trainer():
        return TorchTrainer(
            loop, run_config=train_run_config(tune.RunConfig(name="kit", verbose=1))
        )
    --- kit/worker.py
    from ray import train


    def loop(config):
        train.report({"loss": 1})
    --- kit/sweep.py
    from ray import tune
    from raytune_runtime import driver_for, tune_run_config


    def sweep():
        from kit import trainer

        made = trainer()
        return tune.Tuner(driver_for(made), run_config=tune_run_config(made)).fit()
    --- main.py
    import os

    os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

    import kit

    print(kit.sweep())
    """


def test_functions_by_the_package(tmp_path: Path) -> None:
    check(tmp_path, BEFORE, AFTER, options=replace(OPTIONS, ray_version="2.44"))


def test_functions_from_the_package(tmp_path: Path) -> None:
    def by_name(text: str) -> str:
        return text.replace("import kit\n", "from kit import sweep\n").replace(
            "kit.sweep()", "sweep()"
        )

    check(tmp_path, by_name(BEFORE), by_name(AFTER), options=replace(OPTIONS, ray_version="2.44"))


def test_a_method_of_a_class(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- kit/__init__.py
        from kit.Factory import Factory
        --- kit/Factory.py
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        class Factory:
            @staticmethod
            def build(loop):
                return TorchTrainer(loop, run_config=RunConfig(name="kit", verbose=1))
        --- main.py
        from kit import Factory
        from ray import train, tune


        def loop(config):
            train.report({"loss": 1})


        made = Factory.build(loop)
        tune.Tuner(made).fit()
        """,
        """
        --- kit/__init__.py
        from kit.Factory import Factory
        --- kit/Factory.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config


        class Factory:
            @staticmethod
            def build(loop):
                return TorchTrainer(
                    loop, run_config=train_run_config(tune.RunConfig(name="kit", verbose=1))
                )
        --- main.py
        from kit import Factory
        from ray import train, tune
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            train.report({"loss": 1})


        made = Factory.build(loop)
        tune.Tuner(driver_for(made), run_config=tune_run_config(made)).fit()
        """,
    )
