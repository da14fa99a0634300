"""A Tuner of which it cannot be seen what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrating import check_finding, check_migrated, check_unchanged
from projecting import check_unchanged as check_project

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_no_trainer() -> None:
    check_unchanged(
        """\
        from functools import partial

        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import make


        def loop(config):
            pass


        def trainer():
            return TorchTrainer(loop)


        class Job:
            kinds = {}

            def objective(self, config):
                pass

            def made(self):
                return make()

            def run(self, given):
                tune.Tuner(self.objective).fit()
                tune.Tuner(self.made()).fit()
                tune.Tuner(given).fit()
                tune.Tuner(make()).fit()
                tune.Tuner(partial(self.objective, 1)).fit()
                tune.Tuner(lambda config: None).fit()
                tune.Tuner("PPO").fit()
                tune.Tuner(self.kinds["a"], param_space={"lr": 1}).fit()
        """
    )


def test_where_no_function_gives_a_trainer() -> None:
    check_unchanged(
        """\
        from ray import tune

        KINDS = {}


        def run(kind):
            return tune.Tuner(KINDS[kind]()()).fit()
        """
    )


def test_where_trainers_are_fitted() -> None:
    check_unchanged(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        KINDS = {}


        def loop(config):
            train.report({"loss": 1})


        def trainer():
            return TorchTrainer(loop)


        def fit():
            trainer().fit()


        def run(kind):
            return tune.Tuner(KINDS[kind]()()).fit()
        """
    )


def test_what_is_made_by_a_class_out_of_a_registry() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        KINDS = {}


        class Kind:
            def __init_subclass__(cls, **kwargs):
                KINDS[cls.__name__] = cls


        class Small(Kind):
            def loop(self, config):
                train.report({"loss": config["lr"]})

            def __call__(self):
                return TorchTrainer(self.loop)

            def space(self):
                return {"train_loop_config": {"lr": tune.uniform(0, 1)}}


        def run(name):
            kind = KINDS[name]()
            return tune.Tuner(kind(), param_space=kind.space()).fit()
        """,
        (25, "RTM901"),
    )


def test_beside_a_sweep_that_is_seen() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def big():
            return TorchTrainer(loop)


        def run(named):
            tune.Tuner(TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1))
            for make in vars(named).values():
                tune.Tuner(make()).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def big():
            return TorchTrainer(loop)


        def run(named):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1))
            for make in vars(named).values():
                # TODO(raytune-migrate): RTM901 What the Tuner is given cannot be seen, and functions here give trainers. https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
                tune.Tuner(make()).fit()
        """,  # noqa: E501
        (16, "RTM901"),
    )


def test_a_trainer_that_is_put_into_a_tuner() -> None:
    """That of an object of the module's own is followed to where a Tuner takes it."""
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for

        from project import loop, objective


        class Runner:
            def __init__(self):
                self.trainable = TorchTrainer(loop)
                self.tuner = tune.Tuner(objective)

            def fit(self):
                self.tuner._local_tuner.trainable = TorchTrainer(loop)
                self.tuner._local_tuner.trainable = driver_for(TorchTrainer(loop))
                self.tuner._local_tuner.trainable = objective
                return self.tuner.fit()
        """,
        (14, "RTM901"),
    )


_BUILDING = """
    --- building.py
    from ray.train.torch import TorchTrainer


    def loop(config):
        pass


    def build_large():
        return TorchTrainer(loop)


    def built(name):
        return globals()[f"build_{name}"]()
    """


def test_what_a_module_gives_that_builds_trainers_for_nobody(tmp_path: Path) -> None:
    check_project(
        tmp_path,
        _BUILDING
        + """
    --- sweep.py
    from building import built
    from ray import tune

    tune.Tuner(built("large")).fit()
    """,
        "sweep.py:4: RTM901",
    )


def test_what_a_module_gives_that_builds_no_trainers(tmp_path: Path) -> None:
    check_project(
        tmp_path,
        _BUILDING
        + """
    --- functions.py
    def made(name):
        return globals()[f"make_{name}"]()
    --- sweep.py
    from functions import made
    from ray import tune

    tune.Tuner(made("large")).fit()
    """,
    )


def test_what_a_module_gives_whose_trainers_are_seen_to_be_fitted(tmp_path: Path) -> None:
    check_project(
        tmp_path,
        _BUILDING
        + """
    --- fit.py
    from building import build_large

    print(build_large().fit())
    --- sweep.py
    from building import built
    from ray import tune

    tune.Tuner(built("large")).fit()
    """,
    )


def test_a_function_of_a_module_that_builds_trainers_for_nobody(tmp_path: Path) -> None:
    check_project(
        tmp_path,
        _BUILDING
        + """
    --- sweep.py
    from building import loop
    from ray import tune

    tune.Tuner(loop).fit()
    """,
    )


def test_what_is_known_to_be_made_of_a_trainer() -> None:
    """Drivers, what is seen here, and functions by their space; and what is given no trainer."""
    check_unchanged(
        """\
        import functools

        from other_library import driver, options, vendored
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for

        from project import loop

        trainer = TorchTrainer(loop)


        def fitted(trainer):
            return functools.partial(print, trainer)


        tune.Tuner(driver_for(trainer)).fit()
        tune.Tuner(vendored.driver_for(trainer)).fit()
        tune.Tuner(tune.with_resources(driver_for(trainer), options)).fit()
        tune.Tuner(fitted(trainer)).fit()
        tune.Tuner(driver(trainer), param_space={"lr": tune.uniform(0, 1)}).fit()
        tune.Tuner(driver(TorchTrainer, loop)).fit()
        """
    )


def test_what_another_library_makes_of_a_trainer() -> None:
    check_finding(
        """\
        from other_library import logged
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import loop, space

        tune.Tuner(logged(TorchTrainer(loop))).fit()
        trainer = TorchTrainer(loop)
        other = logged(trainer=trainer)
        tune.Tuner(other, param_space=space).fit()
        """,
        (7, "RTM901"),
        (10, "RTM901"),
    )
