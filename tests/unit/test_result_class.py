"""A sweep's Result is tested for the class that it has."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_migrated, check_unchanged


def test_other_tests() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def show(result):
            return isinstance(result, train.Result)


        trainer = TorchTrainer(loop)
        print(isinstance(trainer, TorchTrainer))

        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        results = tuner.fit()
        print(isinstance(results, train.Result), isinstance(results[0], (dict, tune.Result)))
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def show(result):
            return isinstance(result, train.Result)


        trainer = TorchTrainer(loop)
        print(isinstance(trainer, TorchTrainer))


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        results = tuner.fit()
        print(isinstance(results, train.Result), isinstance(results[0], (dict, tune.Result)))
        """,
    )


def test_both_classes_are_asked_for() -> None:
    check_unchanged(
        """\
        from ray import air, train, tune


        def objective(config):
            tune.report({"a": 1})


        best = tune.Tuner(objective).fit().get_best_result("a", "max")
        assert isinstance(best, (train.Result, air.Result))
        assert isinstance(best, (tune.Result, train.Result))
        """
    )


def test_every_way_to_a_result() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import Result
        from ray.train.torch import TorchTrainer

        from project import objective


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        results = tuner.fit()
        best = results.get_best_result("loss", "min")
        assert isinstance(best, Result)
        assert isinstance(results[0], (dict, Result))
        for one in tuner.get_results():
            assert isinstance(one, Result)
        print([one for one in tuner.fit() if isinstance(one, Result)])
        restored = tune.Tuner.restore("/results", trainable=objective)
        assert isinstance(restored.fit()[0], Result)
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import Result, RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        from project import objective


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        results = tuner.fit()
        best = results.get_best_result("loss", "min")
        # TODO(raytune-migrate): RTM403 A sweep's Result is no ray.train.Result under V2. https://docs.ray.io/en/latest/train/user-guides/results.html
        assert isinstance(best, Result)
        # TODO(raytune-migrate): RTM403 A sweep's Result is no ray.train.Result under V2. https://docs.ray.io/en/latest/train/user-guides/results.html
        assert isinstance(results[0], (dict, Result))
        for one in tuner.get_results():
            # TODO(raytune-migrate): RTM403 A sweep's Result is no ray.train.Result under V2. https://docs.ray.io/en/latest/train/user-guides/results.html
            assert isinstance(one, Result)
        # TODO(raytune-migrate): RTM403 A sweep's Result is no ray.train.Result under V2. https://docs.ray.io/en/latest/train/user-guides/results.html
        print([one for one in tuner.fit() if isinstance(one, Result)])
        restored = tune.Tuner.restore("/results", trainable=objective)
        # TODO(raytune-migrate): RTM403 A sweep's Result is no ray.train.Result under V2. https://docs.ray.io/en/latest/train/user-guides/results.html
        assert isinstance(restored.fit()[0], Result)
        """,
        (17, "RTM403"),
        (18, "RTM403"),
        (20, "RTM403"),
        (21, "RTM403"),
        (23, "RTM403"),
    )


def test_a_run_of_train_v2_that_is_read() -> None:
    check_unchanged(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        result = TorchTrainer(loop).fit()
        again = train.Result.from_path(result.path)
        trial = tune.Result.from_path("/results/lr-sweep/objective_0")
        """
    )


def test_what_may_be_the_result_of_a_sweep() -> None:
    check_finding(
        """\
        import sys
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def objective(config):
            pass


        if "--sweep" in sys.argv:
            result = tune.Tuner(objective).fit().get_best_result("loss", "min")
        else:
            result = TorchTrainer(objective).fit()
        assert isinstance(result, train.Result)
        """,
        (14, "RTM403"),
    )


def test_directories_that_are_read() -> None:
    check_finding(
        """\
        from ray.train import Result


        def show(results, folder):
            print(Result.from_path(results[0].path).metrics)
            return [Result.from_path(path=one) for one in folder.iterdir()]
        """,
        (5, "RTM403"),
        (6, "RTM403"),
    )


_TESTING = """\
from ray import tune
from ray.train import Result


def objective(config):
    pass


best = tune.Tuner(objective).fit().get_best_result("loss", "min")
"""


@pytest.mark.parametrize(
    "test",
    [
        "print(type(best) is Result)",
        "print(type(best) != Result)",
        "print(Result == best.__class__)",
        "print(type(best) in (dict, Result))",
        "case.assertIsInstance(best, Result)",
        "case.assertNotIsInstance(best, (dict, Result), 'what?')",
        "match best:\n    case Result(metrics=metrics):\n        print(metrics)",
        "match best:\n    case dict() | Result():\n        print(best)",
    ],
)
def test_other_tests_of_the_class(test: str) -> None:
    check_finding(f"{_TESTING}{test}\n", (10, "RTM403"))


@pytest.mark.parametrize(
    "test",
    [
        "print(type(best) is dict)",
        "print(type(best).__name__ == Result.__name__)",
        "print(type(best) in (tune.Result, Result))",
        "print(best == Result)",
        "case.assertIsInstance(best, dict)",
        "case.assertIs(best, Result)",
        "print(isinstance(objective, Result), type(objective) is Result)",
        "def type(one):\n    return one\n\n\nprint(type(best) is Result)",
        "match best:\n    case tune.Result() | Result():\n        print(best)",
        "match best:\n    case {'metrics': Result}:\n        print(best)",
    ],
)
def test_what_tests_no_class_of_ray_train_alone(test: str) -> None:
    check_unchanged(f"{_TESTING}{test}\n")
