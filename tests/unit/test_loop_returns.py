"""A value that a train loop returns travels to the driver, unless it is plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import projecting
import pytest
from migrating import check_finding, check_migrated, check_stands, check_unchanged, migrated, said

if TYPE_CHECKING:
    from pathlib import Path


def test_a_function_that_tune_runs() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            return config["model"]()


        tune.Tuner(objective).fit()
        """,
    )


@pytest.mark.parametrize("decorator", ["property", "functools.cached_property"])
def test_a_property_that_gives_the_train_loop(decorator: str) -> None:
    check_migrated(
        f"""\
        import functools
        import importlib

        from ray import tune
        from ray.train.torch import TorchTrainer


        class Experiment:
            @{decorator}
            def loop(self):
                return functools.partial(importlib.import_module("loops").train_loop, name="one")

            def run(self):
                trainer = TorchTrainer(self.loop, train_loop_config={{"lr": 1}})
                return tune.Tuner(
                    trainer,
                    param_space={{"train_loop_config": {{"lr": 2}}}},
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                ).fit()
        """,
        f"""\
        import functools
        import importlib

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        class Experiment:
            @{decorator}
            def loop(self):
                return functools.partial(importlib.import_module("loops").train_loop, name="one")

            def run(self):
                train_loop = self.loop

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        start_from_trial(train_loop),
                        train_loop_config={{"lr": 1, **config["train_loop_config"]}},
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

                return tune.Tuner(
                    train_driver_fn,
                    param_space={{"train_loop_config": {{"lr": 2}}}},
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                ).fit()
        """,
    )


def test_plain_values() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            total = 0
            for epoch in range(3):
                loss = float(config["step"]())
                total += loss
                best = min(total, loss)
            metrics = {"loss": loss, "best": best, "epoch": epoch, **config}
            if config["stop"]:
                return
            if config["early"]:
                return train.report(metrics)
            if config["ranks"]:
                return train.get_context().get_world_rank()
            if config["late"]:
                return metrics, config["lr"] * 2, -total or [f"{epoch}"], not loss
            return summary(metrics) if epoch else None


        def summary(metrics):
            def unused():
                return object()

            return {"loss": metrics["loss"].item(), "again": summary(metrics)}


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            total = 0
            for epoch in range(3):
                loss = float(config["step"]())
                total += loss
                best = min(total, loss)
            metrics = {"loss": loss, "best": best, "epoch": epoch, **config}
            if config["stop"]:
                return
            if config["early"]:
                return train.report(metrics)
            if config["ranks"]:
                return train.get_context().get_world_rank()
            if config["late"]:
                return metrics, config["lr"] * 2, -total or [f"{epoch}"], not loss
            return summary(metrics) if epoch else None


        def summary(metrics):
            def unused():
                return object()

            return {"loss": metrics["loss"].item(), "again": summary(metrics)}


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_lambda_that_returns_nothing_to_speak_of() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from training import fit


        def work(config, data):
            print(data)


        tuner = tune.Tuner(
            TorchTrainer(lambda config: work(config, 1)),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        other = tune.Tuner(
            TorchTrainer(lambda config: fit(config, 1)),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run
        from training import fit


        def work(config, data):
            print(data)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                lambda config: work(config, 1),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )


        def train_driver_fn_2(config: dict):
            trainer = TorchTrainer(
                lambda config: fit(config, 1),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        other = tune.Tuner(
            train_driver_fn_2,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_what_a_helper_returns() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            make(config)


        def make(config):
            return config["model"]()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            make(config)


        def make(config):
            return config["model"]()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_models_and_tensors() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            model = make(config)
            if config["best"]:
                return {"best": model}
            return model


        def make(config):
            return object()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            model = make(config)
            if config["best"]:
                # TODO(raytune-migrate): RTM912 Train V2 sends back what a train loop returns. https://docs.ray.io/en/latest/train/user-guides/results.html
                return {"best": model}
            # TODO(raytune-migrate): RTM912 Train V2 sends back what a train loop returns. https://docs.ray.io/en/latest/train/user-guides/results.html
            return model


        def make(config):
            return object()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (8, "RTM912"),
        (9, "RTM912"),
    )


def test_a_model_from_a_helper_or_elsewhere() -> None:
    check_migrated(
        """\
        from training import fit
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            if config["fit"]:
                return fit(config)
            return make()


        def make():
            return object()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from training import fit
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            if config["fit"]:
                # TODO(raytune-migrate): RTM912 Train V2 sends back what a train loop returns. https://docs.ray.io/en/latest/train/user-guides/results.html
                return fit(config)
            # TODO(raytune-migrate): RTM912 Train V2 sends back what a train loop returns. https://docs.ray.io/en/latest/train/user-guides/results.html
            return make()


        def make():
            return object()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (8, "RTM912"),
        (9, "RTM912"),
    )


def test_a_model_through_a_lambda() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def work(config, data):
            return object()


        tuner = tune.Tuner(
            TorchTrainer(lambda config: work(config, 1)),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def work(config, data):
            # TODO(raytune-migrate): RTM912 Train V2 sends back what a train loop returns. https://docs.ray.io/en/latest/train/user-guides/results.html
            return object()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                lambda config: work(config, 1),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        (6, "RTM912"),
    )


def test_each_of_several_loops() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def model():
            return object()


        def short(config):
            return model()


        def long(config):
            net = model()
            return net.state_dict()


        for loop in (short, long):
            tune.Tuner(TorchTrainer(loop)).fit()
        """
    )
    assert said(result) == [(10, "RTM912"), (15, "RTM912")]
    check_stands(result)


# Trainers that are fitted by themselves, or that other modules sweep


def test_a_value_that_is_read() -> None:
    check_unchanged(
        """\
        from ray.train.torch import TorchTrainer

        from project import fit


        def loop(config):
            return fit(config)


        print(TorchTrainer(loop).fit().return_value)
        """,
    )


def test_a_trainer_that_no_sweep_here_is_given() -> None:
    check_finding(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer

        from project import Net


        class Task:
            def loop(self, config):
                model = Net()
                train.report({"loss": 1})
                return model

            def trainer(self):
                return TorchTrainer(self.loop)
        """,
        (11, "RTM912"),
    )


# Decorators


def test_what_decorators_hand_on() -> None:
    check_unchanged(
        """\
        import functools

        from ray import train
        from ray.train.torch import TorchTrainer


        def timed(loop):
            def inner(config):
                return loop(config)

            return inner


        def tagged(tag):
            def decorate(loop):
                @functools.wraps(loop)
                def inner(config):
                    print(tag)
                    return loop(config)

                return inner

            return decorate


        @timed
        @tagged("a")
        def loop(config):
            train.report({"loss": 1})


        TorchTrainer(loop).fit()
        """,
    )


def test_what_a_function_that_is_no_decorator_is_given() -> None:
    check_finding(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer

        from project import Net


        def looped(build):
            def loop(config):
                train.report({"loss": 1})
                return build(config)

            return loop


        TorchTrainer(looped(Net)).fit()
        """,
        (10, "RTM912"),
    )


_RETURNING = """\
--- train.py
from ray import train
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({{"loss": 1}}, checkpoint=config["checkpoint"])
    return object()


def run():
    return TorchTrainer(loop).fit()
--- main.py
from unittest import mock

from train import run

{read}
"""


@pytest.mark.parametrize(
    ("read", "findings"),
    [
        pytest.param("print(run().return_value)", [], id="read"),
        pytest.param("result = run()\nprint(result.return_value)", [], id="read of a name"),
        pytest.param("print(run().checkpoint)", ["train.py:7: RTM912"], id="not read"),
        pytest.param(
            "run()\nmock.Mock().return_value = 1", ["train.py:7: RTM912"], id="that of a mock"
        ),
    ],
)
def test_a_value_that_another_module_reads(tmp_path: Path, read: str, findings: list[str]) -> None:
    projecting.write(tmp_path, _RETURNING.format(read=read))
    assert projecting.said(projecting.run(tmp_path)) == findings
