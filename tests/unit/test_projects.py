"""Sweeps that are spread over the modules of a project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from projecting import OPTIONS, check, check_unchanged, files, run, said, write

from raytune_migrate.choice.asked import Choice
from raytune_migrate.facts.survey import survey
from raytune_migrate.outcome import Status
from raytune_migrate.run.pipeline import look
from raytune_migrate.run.together import look_at, put_all_back
from raytune_migrate.run.units import units
from raytune_migrate.settings.options import Pins, Uses

if TYPE_CHECKING:
    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.outcome import Outcome
    from raytune_migrate.settings.options import Options

# --- what is left alone -----------------------------------------------------------


def test_a_function_that_is_called_a_trainer_is_a_function(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- steps.py
        from ray import tune


        def trainer(config):
            tune.report({"loss": config["lr"]})
        --- sweep.py
        from ray.tune import Tuner

        from steps import trainer

        Tuner(trainer, param_space={"train_loop_config": {"lr": 1}}).fit()
        """,
    )


def test_a_trainer_of_another_library(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- building.py
        import lightning.pytorch as pl


        class Fitter(pl.Trainer):
            pass


        def build_trainer():
            return Fitter()
        --- tuning.py
        from lightning.pytorch.tuner import Tuner

        from building import build_trainer
        from ray import tune

        Tuner(build_trainer()).lr_find()
        """,
    )


def test_a_train_loop_inside_a_driver_function(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- sweep.py
        from data import build
        from ray import train, tune
        from ray.train.torch import TorchTrainer, prepare_model


        def train_driver_fn(config: dict):
            def train_loop(config: dict):
                model = prepare_model(build(config))
                train.report({"loss": model()})

            trainer = TorchTrainer(
                train_loop,
                train_loop_config=config,
                run_config=train.RunConfig(name=tune.get_context().get_trial_id()),
            )
            trainer.fit()


        tune.Tuner(train_driver_fn).fit()
        --- data.py
        from ray.train import get_dataset_shard


        def build(config):
            return get_dataset_shard("train")
        """,
    )


def test_modules_that_import_each_other(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- app/__init__.py
        --- app/a.py
        from ray import tune

        from app.b import second


        def first(config):
            return second(config)


        value = second
        --- app/b.py
        from ray.train import ScalingConfig

        from app.a import first, value


        def second(config):
            return first(config)


        value = value
        """,
    )


def test_two_modules_of_one_name(tmp_path: Path) -> None:
    # Which of them is meant depends on how Python is started.
    check_unchanged(
        tmp_path,
        """
        --- pyproject.toml
        --- building.py
        from ray.train.torch import TorchTrainer


        def make(loop):
            return TorchTrainer(loop)
        --- src/building.py
        def make(loop):
            return loop
        --- src/app/__init__.py
        --- src/app/sweep.py
        from building import make
        from ray import tune

        tune.Tuner(make(print)).fit()
        """,
    )


def test_a_project_that_is_a_package_itself(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    check(
        app,
        """
        --- __init__.py
        --- scripts/loop.py
        import ray.train


        def train_model(config, data):
            ray.train.report({"loss": config["lr"]})
        --- scripts/search.py
        import ray.tune

        import app.scripts.loop


        def main(data):
            return ray.tune.run(
                ray.tune.with_parameters(app.scripts.loop.train_model, data=data),
                config={"lr": ray.tune.uniform(0, 1)},
            )
        """,
        """
        --- __init__.py
        --- scripts/loop.py
        from ray import tune


        def train_model(config, data):
            tune.report({"loss": config["lr"]})
        --- scripts/search.py
        import ray.tune

        import app.scripts.loop


        def main(data):
            return ray.tune.run(
                ray.tune.with_parameters(app.scripts.loop.train_model, data=data),
                config={"lr": ray.tune.uniform(0, 1)},
            )
        """,
    )


def test_a_name_that_others_import_stays(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- configs.py
        from ray.air import RunConfig, ScalingConfig

        scaling = ScalingConfig(num_workers=2)
        --- other.py
        from configs import ScalingConfig, RunConfig

        print(RunConfig, ScalingConfig)
        """,
        """
        --- configs.py
        from ray.air import RunConfig
        from ray.train import ScalingConfig

        scaling = ScalingConfig(num_workers=2)
        """,
    )


def test_a_name_that_others_import_stays_where_its_module_needs_it_no_more(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- loops.py
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            session.report({"loss": 1})


        trainer = TorchTrainer(loop)
        --- other.py
        from loops import session

        print(session)
        """,
        """
        --- loops.py
        from ray import train
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1})


        trainer = TorchTrainer(loop)
        """,
    )


# --- trainers, configs and workers of other modules -----------------------------------


def test_a_factory_that_a_package_hands_on(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- src/app/__init__.py
        from .building import make
        --- src/app/building.py
        from ray.train.torch import TorchTrainer


        def make(loop):
            return TorchTrainer(loop)
        --- src/app/loops.py
        def loop(config):
            pass
        --- src/app/sweep.py
        from app import make
        from app.loops import loop
        from ray import tune

        tune.Tuner(make(loop)).fit()
        """,
        """
        --- src/app/sweep.py
        from app import make
        from app.loops import loop
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        trainer = make(loop)
        tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        """,
    )


def test_a_parameter_by_what_others_give_for_it(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- pipeline.py
        from sweeping import best_of
        from trainers import make

        print(best_of(make(), samples=3))
        --- sweeping.py
        from ray import tune


        def best_of(what, samples):
            config = tune.TuneConfig(num_samples=samples, metric="loss", mode="min")
            return tune.Tuner(what, tune_config=config).fit().get_best_result()
        --- trainers.py
        from ray.train.torch import TorchTrainer

        from loops import loop


        def make():
            return TorchTrainer(loop)
        --- loops.py
        def loop():
            pass
        """,
        """
        --- sweeping.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config


        def best_of(what, samples):
            config = tune.TuneConfig(num_samples=samples, metric="loss", mode="min")
            return (
                tune.Tuner(
                    driver_for(what), tune_config=config, run_config=tune_run_config(what)
                )
                .fit()
                .get_best_result()
            )
        """,
    )


def test_session_calls_three_calls_down(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- loops.py
        from steps import step


        def loop(config):
            step(config)
        --- steps.py
        import telling


        def step(config):
            telling.tell(config["lr"])
        --- telling.py
        from ray.air import session


        def tell(loss):
            session.report({"loss": loss})
        --- fit.py
        from ray.train.torch import TorchTrainer

        from loops import loop

        TorchTrainer(loop).fit()
        """,
        """
        --- telling.py
        from ray import train


        def tell(loss):
            train.report({"loss": loss})
        """,
    )


def test_what_train_loops_elsewhere_may_no_longer_call(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- helpers.py
        from ray import train


        class Log:
            def __init__(self, context, every=1):
                self.context, self.every = context, every

            def write(self, step):
                if step % self.every == 0:
                    print(self.context.get_trial_name(), self.context.get_world_rank())


        def report(context, **metrics):
            train.report({**metrics, "trial": context.get_trial_id()})
        --- loops.py
        from ray import train

        from helpers import Log, report


        def loop(config):
            context = train.get_context()
            Log(context).write(0)
            report(context, data=context.get_metadata()["data"])
        --- sweep.py
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        from loops import loop

        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        tuner.fit()
        """,
        """
        --- sweep.py
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        from loops import loop


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        tuner.fit()
        """,
        "helpers.py:10: RTM908",
        "helpers.py:14: RTM908",
        "loops.py:9: RTM908",
        # One for each of these files.
        "sweep.py:6: RTM914",
        "sweep.py:6: RTM914",
    )


def test_a_lambda_that_is_the_loop_of_a_trainer_swept_elsewhere(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- building.py
        from ray import train
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(lambda _: train.report({"é": train.get_context().get_trial_id()}))
        --- sweep.py
        from building import trainer
        from ray import tune

        tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
        """
        --- building.py
        from ray import train
        from ray.train.torch import TorchTrainer
        from raytune_runtime import trial_info

        trainer = TorchTrainer(lambda _: train.report({"é": trial_info().trial_id}))
        --- sweep.py
        from building import trainer
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        tune.Tuner(
            driver_for(trainer),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune_run_config(trainer),
        ).fit()
        """,
    )


def test_what_only_tune_runs_and_what_both_run(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- trials.py
        from ray.air import session


        def alone(loss):
            session.report({"loss": loss})


        def shared(loss):
            session.report({"loss": loss})
        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer

        from trials import alone, shared


        def objective(config):
            alone(config["lr"])
            shared(config["lr"])


        tune.Tuner(objective).fit()
        TorchTrainer(shared).fit()
        """,
        """
        --- trials.py
        from ray import tune
        from ray.air import session


        def alone(loss):
            tune.report({"loss": loss})


        def shared(loss):
            # TODO(raytune-migrate): RTM909 Train loops and Tune functions both run this. \
https://github.com/ray-project/ray/issues/49454
            session.report({"loss": loss})
        """,
        "trials.py:9: RTM909",
    )


def test_callbacks_of_other_modules_that_only_tune_has(tmp_path: Path) -> None:
    """What a Tune function makes for a framework, and what it hands on to what is out of sight."""
    check(
        tmp_path,
        """
        --- callbacks.py
        from ray import train
        from transformers import TrainerCallback


        class Report(TrainerCallback):
            def on_evaluate(self, args, state, control, metrics=None, **kwargs):
                train.report(metrics)


        def report(env):
            train.report({"loss": env.loss})


        def other(loss):
            train.report({"loss": loss})
        --- sweep.py
        from ray import tune
        from transformers import Trainer

        from callbacks import Report, report


        def objective(config):
            Trainer(callbacks=[Report()], hook=report).train()


        tune.Tuner(objective).fit()
        """,
        """
        --- callbacks.py
        from ray import train, tune
        from transformers import TrainerCallback


        class Report(TrainerCallback):
            def on_evaluate(self, args, state, control, metrics=None, **kwargs):
                tune.report(metrics)


        def report(env):
            # TODO(raytune-migrate): RTM909 A Tune function leads here, but what calls this \
cannot be seen. https://github.com/ray-project/ray/issues/49454
            train.report({"loss": env.loss})


        def other(loss):
            train.report({"loss": loss})
        """,
        "callbacks.py:11: RTM909",
    )


def test_callbacks_of_other_modules_beside_a_trainer(tmp_path: Path) -> None:
    """What a Tune function gives the workers of a trainer is theirs."""
    check_unchanged(
        tmp_path,
        """
        --- callbacks.py
        from ray import train
        from transformers import TrainerCallback


        class Report(TrainerCallback):
            def on_evaluate(self, args, state, control, metrics=None, **kwargs):
                train.report(metrics)
        --- sweep.py
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import trial_run
        from transformers import Trainer

        from callbacks import Report


        def driver(config):
            callback = Report()

            def loop(config):
                Trainer(callbacks=[callback]).train()

            TorchTrainer(loop, run_config=RunConfig(**trial_run())).fit()


        tune.Tuner(driver, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_a_train_loop_elsewhere_that_reads_no_checkpoint_is_not_wrapped(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- loops.py
        from ray import train


        def fresh(config):
            train.report({"loss": config["lr"]})


        def resumed(config):
            print(train.get_checkpoint())
            train.report({"loss": config["lr"]})
        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer

        import loops

        first = TorchTrainer(loops.fresh)
        second = TorchTrainer(loops.resumed)
        config = tune.TuneConfig(max_concurrent_trials=1)
        tune.Tuner(first, tune_config=config).fit()
        tune.Tuner(second, tune_config=config).fit()
        """,
        """
        --- sweep.py
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run

        import loops


        def train_driver_fn(config: dict):
            first = TorchTrainer(
                loops.fresh,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            first.fit()


        def train_driver_fn_2(config: dict):
            second = TorchTrainer(
                start_from_trial(loops.resumed),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            second.fit()


        config = tune.TuneConfig(max_concurrent_trials=1)
        tune.Tuner(train_driver_fn, tune_config=config).fit()
        tune.Tuner(train_driver_fn_2, tune_config=config).fit()
        """,
    )


@pytest.mark.parametrize("module", ["ray.air", "ray.train"])
def test_configs_in_a_module_of_their_own(tmp_path: Path, module: str) -> None:
    check(
        tmp_path,
        f"""
        --- configs.py
        from {module} import RunConfig


        def named(name):
            return RunConfig(name=name, stop={{"training_iteration": 3}})
        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer

        from configs import named


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=named("alone"))
        trainer.fit()
        tune.Tuner(
            trainer,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=named("swept"),
        ).fit()
        """,
        """
        --- configs.py
        from ray import tune


        def named(name):
            return tune.RunConfig(name=name, stop={"training_iteration": 3})
        --- sweep.py
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            fit_as_trial,
            train_run_config,
            trial_run,
            tune_run_config,
        )

        from configs import named


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=train_run_config(named("alone")))
        fit_as_trial(trainer)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune_run_config(named("swept")),
        ).fit()
        """,
    )


def test_names_of_ray_that_another_module_hands_on(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- compat.py
        try:
            from ray.tune import Tuner
        except ImportError:
            from ray.tune.tuner import Tuner
        from ray import tune
        --- sweep.py
        from compat import Tuner, tune
        from loops import trainer

        config = tune.TuneConfig(max_concurrent_trials=1)
        Tuner(trainer, tune_config=config, run_config=None).fit()
        --- loops.py
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(print)
        """,
        """
        --- sweep.py
        from compat import Tuner, tune
        from loops import trainer
        from raytune_runtime import driver_for, tune_run_config

        config = tune.TuneConfig(max_concurrent_trials=1)
        Tuner(
            driver_for(trainer), tune_config=config, run_config=tune_run_config(trainer)
        ).fit()
        """,
    )


def test_who_hands_on_what_train_v2_refuses_is_named_where_it_is_not_given(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        --- app/compat.py
        from ray.air.config import ScalingConfig
        from ray.tune import RunConfig
        --- app/__init__.py
        from .compat import RunConfig, ScalingConfig
        --- sweep.py
        from app import ScalingConfig
        from ray import tune
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(print, scaling_config=ScalingConfig(num_workers=2))
        config = tune.TuneConfig(max_concurrent_trials=1)
        tune.Tuner(trainer, tune_config=config).fit()
        --- other.py
        from app import RunConfig
        from ray import tune
        from ray.train.torch import TorchTrainer

        config = tune.TuneConfig(max_concurrent_trials=1)
        tune.Tuner(TorchTrainer(print), tune_config=config, run_config=RunConfig()).fit()
        """,
    )
    assert said(run(tmp_path, ["other.py"])) == []
    assert said(run(tmp_path, ["sweep.py"])) == ["sweep.py:7: RTM914"]
    assert said(run(tmp_path, ["app/compat.py"])) == []
    assert "from ray.train import ScalingConfig" in (tmp_path / "app/compat.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("made", "loop"),
    [
        ("", "Harness(2).loop"),
        ("harness = Harness(2)\n", "harness.loop"),
        ("", "loops.make(2)"),
    ],
)
def test_the_object_of_another_module_whose_method_is_the_loop_is_made_once(
    tmp_path: Path, made: str, loop: str
) -> None:
    before = f"""
--- loops.py
from ray import train


class Harness:
    def __init__(self, steps):
        self.steps = steps
        print("made")

    def loop(self, config):
        train.report({{"loss": self.steps}})


def make(steps):
    return Harness(steps).loop


def plain(config):
    train.report({{"loss": 1}})
--- sweep.py
import loops
from loops import Harness
from ray import tune
from ray.train.torch import TorchTrainer

{made}config = tune.TuneConfig(max_concurrent_trials=1)
tune.Tuner(TorchTrainer({loop}), tune_config=config).fit()
--- other.py
import loops
from ray import tune
from ray.train.torch import TorchTrainer

config = tune.TuneConfig(max_concurrent_trials=1)
tune.Tuner(TorchTrainer(loops.plain), tune_config=config).fit()
"""
    write(tmp_path, before)
    run(tmp_path)
    after = (tmp_path / "sweep.py").read_text("utf-8")
    assert f"\ntrain_loop = {loop}\n" in after
    assert after.count(loop) == 1
    assert "train_loop =" not in (tmp_path / "other.py").read_text("utf-8")


@pytest.mark.parametrize(("named", "other"), [("loops.py", "trainers"), ("trainers.py", "loops")])
def test_a_trainer_and_its_train_loop_that_nobody_is_seen_to_run(
    tmp_path: Path, named: str, other: str
) -> None:
    write(
        tmp_path,
        """
        --- loops.py
        from ray.air import session


        def slow(config):
            session.report({"loss": 1})


        LOOPS = {"slow": slow}
        --- trainers.py
        from functools import partial

        from loops import LOOPS
        from ray.air.config import ScalingConfig
        from ray.train.torch import TorchTrainer

        TRAINERS = {name: partial(TorchTrainer, loop) for name, loop in LOOPS.items()}


        def get(name, workers):
            return TRAINERS[name](scaling_config=ScalingConfig(num_workers=workers))
        """,
    )
    outcomes = run(tmp_path, [named])
    assert [path.rpartition(": ")[2] for path in said(outcomes)] == ["RTM914"]
    migration = outcomes[named].migration
    assert migration is not None
    reason = f"{other}.py has to be migrated together with this."
    assert [one.reason for one in migration.findings] == [reason]


@pytest.mark.parametrize(
    ("errors", "caught"),
    [
        ("print(TrainingFailedError)", "TrainingFailedError"),
        ("ERRORS = (TrainingFailedError, ValueError)", "ERRORS"),
    ],
)
def test_who_hands_on_the_error_of_train_v1_is_named_where_it_is_not_given(
    tmp_path: Path, errors: str, caught: str
) -> None:
    write(
        tmp_path,
        f"""
        --- errors.py
        from ray.train.base_trainer import TrainingFailedError

        {errors}
        --- trainers.py
        from ray.train.torch import TorchTrainer


        def build():
            return TorchTrainer(print)
        --- fit.py
        from errors import {caught}
        from trainers import build


        def fit():
            try:
                return build().fit().metrics["training_iteration"]
            except {caught}:
                return None
        """,
    )
    assert said(run(tmp_path, ["fit.py"])) == ["fit.py:7: RTM914"]
    assert said(run(tmp_path, ["errors.py"])) == []
    assert "from ray.train import TrainingFailedError" in (tmp_path / "errors.py").read_text(
        "utf-8"
    )


def test_who_reads_what_is_gone_is_named_where_it_is_not_given(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        --- reading.py
        def first(result):
            return f"{result.path}/checkpoint_000000"


        def last(result):
            return result.checkpoint
        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from reading import first, last

        config = tune.TuneConfig(max_concurrent_trials=1)
        results = tune.Tuner(TorchTrainer(print), tune_config=config).fit()
        print(first(results[0]), last(results[0]))
        """,
    )
    outcomes = run(tmp_path, ["sweep.py"])
    assert said(outcomes) == ["sweep.py:6: RTM914"]
    migration = outcomes["sweep.py"].migration
    assert migration is not None
    assert migration.findings[0].reason == "reading.py reads what Train V2 no longer gives."
    assert said(run(tmp_path)) == ["reading.py:2: RTM405"]


def test_what_train_v2_refuses_that_another_module_has_by_a_star(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- app/compat.py
        from ray.air.config import *
        from ray.tune import RunConfig
        --- app/__init__.py
        from .compat import RunConfig, ScalingConfig
        --- fit.py
        from app import ScalingConfig
        from ray.train.torch import TorchTrainer

        TorchTrainer(print, scaling_config=ScalingConfig(num_workers=2)).fit()
        --- own.py
        import fit
        from ray.air.config import *
        from ray.train.torch import TorchTrainer

        TorchTrainer(print, scaling_config=ScalingConfig(num_workers=2)).fit()
        """,
        """
        --- fit.py
        from ray.train import ScalingConfig as TrainScalingConfig
        from ray.train.torch import TorchTrainer

        TorchTrainer(print, scaling_config=TrainScalingConfig(num_workers=2)).fit()
        --- own.py
        import fit
        from ray.air.config import *
        from ray.train import ScalingConfig as TrainScalingConfig
        from ray.train.torch import TorchTrainer

        TorchTrainer(print, scaling_config=TrainScalingConfig(num_workers=2)).fit()
        """,
    )


HANDED_ON = """
--- compat.py
{compat}
--- sweep.py
from compat import ScalingConfig, train
from ray import tune
from ray.train.torch import TorchTrainer
from work import loop

print(train, ScalingConfig)
tune.Tuner(TorchTrainer(loop)).fit()
"""
SWEPT_BY_WHAT_IS_HANDED_ON = """
--- sweep.py
from compat import ScalingConfig, train
from ray import tune
{imports}from ray.train.torch import TorchTrainer
from raytune_runtime import (
    TuneReportCallback,
    max_concurrent_trials,
    start_from_trial,
    trial_run,
)
from work import loop

print(train, ScalingConfig)


def train_driver_fn(config: dict):
    trainer = TorchTrainer(
        start_from_trial(loop),
        run_config={run_config}(**trial_run(), callbacks=[TuneReportCallback()]),
    )
    trainer.fit()


tune.Tuner(
    train_driver_fn,
    tune_config=tune.TuneConfig(
        max_concurrent_trials=max_concurrent_trials({scaling_config}())
    ),
).fit()
"""


@pytest.mark.parametrize(
    ("compat", "imports", "run_config", "scaling_config"),
    [
        pytest.param(
            "from nowhere import ScalingConfig, train",
            "from ray.train import RunConfig, ScalingConfig as TrainScalingConfig\n",
            "RunConfig",
            "TrainScalingConfig",
            id="others of these names",
        ),
        pytest.param(
            "from ray import train\nfrom ray.train import ScalingConfig",
            "",
            "train.RunConfig",
            "ScalingConfig",
            id="those of Ray",
        ),
    ],
)
def test_what_is_written_by_names_that_another_module_hands_on(
    tmp_path: Path, compat: str, imports: str, run_config: str, scaling_config: str
) -> None:
    before = HANDED_ON.format(compat=compat)
    after = SWEPT_BY_WHAT_IS_HANDED_ON.format(
        imports=imports, run_config=run_config, scaling_config=scaling_config
    )
    check(tmp_path, before, after)


A_RUN_CONFIG_THAT_IS_HANDED_ON = """
--- compat.py
from ray.train import RunConfig
--- sweep.py
{imports}from ray import tune
{imported}from ray.train.torch import TorchTrainer
{runtime}

def loop(config):
    pass


{sweep}
"""
SWEPT_WITH_A_RUN_CONFIG = """
def train_driver_fn(config: dict):
    trainer = TorchTrainer(
        loop, run_config={run_config}(**trial_run(), callbacks=[TuneReportCallback()])
    )
    trainer.fit()


tune.Tuner(
    train_driver_fn,
    tune_config=tune.TuneConfig(max_concurrent_trials=1),
    run_config=tune.RunConfig(name="a"),
).fit()
"""


@pytest.mark.parametrize(
    ("used", "imports", "run_config", "imported"),
    [
        pytest.param(
            "\nprint(RunConfig)",
            "from compat import RunConfig\n",
            "TrainRunConfig",
            "from ray.train import RunConfig as TrainRunConfig\n",
            id="used by others too",
        ),
        pytest.param(
            "", "", "RunConfig", "from ray.train import RunConfig\n", id="used by the sweep alone"
        ),
    ],
)
def test_the_class_of_a_run_config_that_another_module_hands_on(
    tmp_path: Path, used: str, imports: str, run_config: str, imported: str
) -> None:
    before = """tune.Tuner(
    TorchTrainer(loop, run_config=RunConfig(name="a")),
    tune_config=tune.TuneConfig(max_concurrent_trials=1),
).fit()"""
    after = SWEPT_WITH_A_RUN_CONFIG.format(run_config=run_config).strip()
    runtime = "from raytune_runtime import TuneReportCallback, trial_run\n"
    check(
        tmp_path,
        A_RUN_CONFIG_THAT_IS_HANDED_ON.format(
            imports="from compat import RunConfig\n", imported="", runtime="", sweep=before + used
        ),
        A_RUN_CONFIG_THAT_IS_HANDED_ON.format(
            imports=imports, imported=imported, runtime=runtime, sweep=after + used
        ),
    )


SEVERAL_RELEASES = """
--- compat.py
import ray
from packaging.version import Version

{compat}
--- sweep.py
from compat import RunConfig, Tuner, session
from ray.train.torch import TorchTrainer


def loop(config):
    session.report({{"rank": session.get_world_rank()}})


Tuner(TorchTrainer(loop), run_config=RunConfig(name="a")).fit()
"""


@pytest.mark.parametrize(
    "compat",
    [
        """\
try:
    from ray.tune import RunConfig, Tuner
    from ray.air import session
except ImportError:
    Tuner = session = None
    from ray.air import RunConfig
    from ray.train import session
""",
        """\
if Version(ray.__version__) >= Version("2.7"):
    from ray.tune import RunConfig, Tuner
    from ray.air import session
else:
    from ray.tune.tuner import Tuner
    from ray.air import RunConfig
    from ray.train import session
""",
        """\
if (2, 7) > tuple(map(int, ray.__version__.split(".")[:2])):
    from ray.old import Tuner
    from ray.air import RunConfig
    from ray.train import session
else:
    from ray.tune import RunConfig, Tuner
    from ray.air import session
""",
        """\
RAY = Version(ray.__version__)
IS_OLD = RAY < Version("2.7")
if RAY >= Version("2.7"):
    from ray.tune import RunConfig, Tuner
else:
    from ray.tune.tuner import Tuner
    from ray.air import RunConfig
if IS_OLD:
    class session:
        report = print
else:
    from ray.air import session
""",
        """\
try:
    from ray.util.sgd import RunConfig, session  # which are gone
except (ImportError, AttributeError):
    from ray.air import session
    from ray.tune import RunConfig
Tuner = None
try:
    from ray.tune import Tuner
except ImportError:
    pass
""",
    ],
)
def test_names_that_another_module_has_for_several_releases(tmp_path: Path, compat: str) -> None:
    """What counts is what they are where Ray has Train V2."""
    write(tmp_path, SEVERAL_RELEASES.format(compat=compat))
    assert said(run(tmp_path)) == []
    text = (tmp_path / "sweep.py").read_text("utf-8")
    assert "Tuner(\n    train_driver_fn," in text
    assert 'train.report({"rank": train.get_context().get_world_rank()})' in text


# --- scripts, and readers of results ----------------------------------------------------

SCRIPTS = """
--- pyproject.toml
[project]
dependencies = ["ray>=2.43"]
--- main.py
from app.commands import sweep

if __name__ == "__main__":
    sweep()
--- tests.py
from app.commands import sweep


def test_sweep():
    assert sweep()
--- app/commands.py
from app.sweeping import Sweeper


def sweep():
    return Sweeper().run()
--- app/sweeping.py
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


class Sweeper:
    def run(self):
        tune_config = tune.TuneConfig(max_concurrent_trials=1)
        return tune.Tuner(TorchTrainer(loop), tune_config=tune_config).fit()
"""


def test_the_script_that_runs_a_sweep_two_modules_on(tmp_path: Path) -> None:
    check(
        tmp_path,
        SCRIPTS,
        """
        --- main.py
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from app.commands import sweep

        if __name__ == "__main__":
            sweep()
        --- app/sweeping.py
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        class Sweeper:
            def run(self):
                tune_config = tune.TuneConfig(max_concurrent_trials=1)

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        loop,
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

                return tune.Tuner(train_driver_fn, tune_config=tune_config).fit()
        """,
        options=replace(OPTIONS, ray_version=None),
    )


@pytest.mark.parametrize("named", ["main.py", "."])
def test_scripts_that_lead_out_of_what_is_named(tmp_path: Path, named: str) -> None:
    before = SCRIPTS.replace("main.py", "scripts/main.py").replace("tests.py", "scripts/tests.py")
    before = before.replace("--- app/", "--- src/app/")
    write(tmp_path, before)
    outcomes = run(tmp_path, [f"scripts/{named}"], replace(OPTIONS, ray_version=None))
    assert said(outcomes) == ["scripts/main.py:4: RTM914"]
    assert changed(tmp_path, before) == ["scripts/main.py"]


def test_a_function_that_the_project_names_as_a_command(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- pyproject.toml
        [project]
        dependencies = ["ray>=2.43"]

        [project.scripts]
        sweep = "app.commands:sweep"
        --- src/app/commands.py
        from app.sweeping import run


        def sweep():
            run()
        --- src/app/sweeping.py
        from app.trainers import trainer
        from ray import tune


        def run():
            config = tune.TuneConfig(max_concurrent_trials=1)
            tune.Tuner(trainer, tune_config=config, run_config=tune.RunConfig()).fit()
        --- src/app/trainers.py
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(print)
        """,
        """
        --- src/app/commands.py
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from app.sweeping import run


        def sweep():
            run()
        --- src/app/sweeping.py
        from app.trainers import trainer
        from ray import tune
        from raytune_runtime import driver_for


        def run():
            config = tune.TuneConfig(max_concurrent_trials=1)
            tune.Tuner(
                driver_for(trainer), tune_config=config, run_config=tune.RunConfig()
            ).fit()
        """,
        options=replace(OPTIONS, ray_version=None),
    )


COMMANDS = """
--- app/commands.py
from app.sweeping import run


def sweep():
    run()
--- app/sweeping.py
from ray import tune
from ray.train.torch import TorchTrainer


def run():
    tune.Tuner(TorchTrainer(print)).fit()
"""
SETUP_CFG = "--- setup.cfg\n[options.entry_points]\n"
SETUP_PY = "--- setup.py\nfrom setuptools import setup\n\n"


@pytest.mark.parametrize(
    ("named", "is_command"),
    [
        (f"{SETUP_CFG}lab.tasks =\n    sweep = app.commands:sweep", False),
        ("--- setup.cfg\n[options.entry_points\nconsole_scripts =", False),
        (f"{SETUP_PY}setup(entry_points=found())", False),
        (f"{SETUP_PY}setup(entry_points={{'console_scripts': 1}})", False),
        (
            f"{SETUP_CFG}console_scripts =\n    show = app.show:main\n"
            "    sweep = app.commands:sweep",
            True,
        ),
        (
            f"{SETUP_PY}setup(entry_points={{'console_scripts': ['sweep=app.commands:sweep']}})",
            True,
        ),
        (
            f"{SETUP_PY}setup(entry_points={{'gui_scripts': '\\n sweep = app.commands:sweep'}})",
            True,
        ),
    ],
)
def test_commands_of_setuptools(tmp_path: Path, named: str, is_command: bool) -> None:
    write(tmp_path, f"{named}\n{COMMANDS}")
    run(tmp_path, options=replace(OPTIONS, ray_version=None))
    flag = 'os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")'
    assert (flag in (tmp_path / "app" / "commands.py").read_text(encoding="utf-8")) is is_command


def test_results_that_are_read_where_nothing_speaks_of_ray(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- reading.py
        def show(results, other):
            for result in results:
                print(result.checkpoint.to_dict()["weight"])
            print(other.checkpoint.to_dict())
        --- sweep.py
        from ray import tune

        from reading import show


        def objective(config):
            pass


        results = tune.Tuner(objective).fit()
        show(results, other=len(results))
        """,
        """
        --- reading.py
        from raytune_runtime import checkpoint_to_dict


        def show(results, other):
            for result in results:
                print(checkpoint_to_dict(result.checkpoint)["weight"])
            print(other.checkpoint.to_dict())
        """,
    )


FIXTURES = Path(__file__).parents[2] / "fixtures" / "projects"


@pytest.mark.parametrize("project", sorted(one.name for one in FIXTURES.iterdir()))
def test_the_projects_that_are_run(tmp_path: Path, project: str) -> None:
    before, after = (folder(FIXTURES / project / side) for side in ("before", "after"))
    check(tmp_path, before, after, options=replace(OPTIONS, ray_version=None))


def folder(path: Path) -> str:
    """A folder as a text."""
    modules = sorted(path.rglob("*.py"))
    return "".join(
        f"--- {one.relative_to(path).as_posix()}\n{one.read_text()}\n" for one in modules
    )


def test_with_ray_alone_readers_elsewhere_are_told(tmp_path: Path) -> None:
    before = """
--- reading.py
def best(results):
    return results.get_best_result().checkpoint
--- sweep.py
from ray import tune
from ray.train.torch import TorchTrainer

from reading import best


def loop(config):
    pass


config = tune.TuneConfig(max_concurrent_trials=1)
print(best(tune.Tuner(TorchTrainer(loop), tune_config=config).fit()))
"""
    write(tmp_path, before)
    outcomes = run(tmp_path, options=replace(OPTIONS, uses=Uses.RAY_ALONE))
    assert said(outcomes) == ["reading.py:2: RTM406"]
    assert changed(tmp_path, before) == ["sweep.py"]


# --- one change over several files --------------------------------------------------------

SHARED = """
--- loops.py
from ray.air import session


def loop(config):
    session.report({"loss": config["lr"]})
--- trainers.py
from ray.air import ScalingConfig
from ray.train.torch import TorchTrainer

from loops import loop

trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
--- sweep.py
from ray import tune

from trainers import trainer

tune.Tuner(trainer, param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}}).fit()
"""
CHANGED = ["loops.py", "sweep.py", "trainers.py"]


def changed(folder: Path, before: str) -> list[str]:
    """The files of a project that are no longer as they were."""
    return sorted(
        name for name, text in files(before).items() if (folder / name).read_text() != text
    )


def test_a_sweep_over_three_files(tmp_path: Path) -> None:
    write(tmp_path, SHARED)
    assert said(run(tmp_path)) == []
    assert changed(tmp_path, SHARED) == CHANGED


@pytest.mark.parametrize(
    ("old", "new", "findings"),
    [
        pytest.param(
            "trainer = TorchTrainer(loop,",
            "trainer = TorchTrainer(loop, **{'metadata': {}},",
            ["sweep.py:5: RTM914", "trainers.py:6: RTM904"],
            id="a trainer that Train V2 refuses",
        ),
        pytest.param(
            "trainer = TorchTrainer(",
            "# raytune-migrate: ignore\ntrainer = TorchTrainer(",
            ["sweep.py:5: RTM914"],
            id="a trainer that is to be left alone",
        ),
        pytest.param(
            "from ray.air import session",
            "# raytune-migrate: skip-file\nfrom ray.air import session",
            ["sweep.py:5: RTM914"],
            id="a train loop that is to be left alone",
        ),
        pytest.param(
            "tune.Tuner(",
            "# raytune-migrate: ignore\ntune.Tuner(",
            [],
            id="a sweep that is to be left alone",
        ),
        pytest.param(
            "from ray import tune",
            "import os\n\nos.environ['RAY_TRAIN_V2_ENABLED'] = '0'\nfrom ray import tune",
            ["sweep.py:3: RTM906"],
            id="a script that asks for Train V1",
        ),
    ],
)
def test_where_one_file_stays_all_do(
    tmp_path: Path, old: str, new: str, findings: list[str]
) -> None:
    before = SHARED.replace(old, new)
    write(tmp_path, before)
    assert said(run(tmp_path)) == findings
    assert changed(tmp_path, before) == []


def test_what_keeps_the_other_file_is_said(tmp_path: Path) -> None:
    write(
        tmp_path,
        SHARED.replace("trainer = Torch", "# raytune-migrate: ignore\ntrainer = Torch"),
    )
    migration = run(tmp_path)["sweep.py"].migration
    assert migration is not None
    assert [one.reason for one in migration.findings] == [
        "trainers.py, which its sweep needs, is not to be changed as that asks for: a comment in it"
        " suppresses that."
    ]


CONFIGURED = """
--- configs.py
from dataclasses import dataclass

from ray.air import ScalingConfig
from ray.train import RunConfig


@dataclass
class Settings:
    name: str

    def run(self):
        return RunConfig(name=self.name, stop={"loss": 0.1})


def scaling():
    return ScalingConfig(num_workers=2)
--- trainers.py
from ray.train.torch import TorchTrainer

from configs import Settings, scaling


def build(loop):
    return TorchTrainer(loop, scaling_config=scaling(), run_config=Settings("lr").run())
--- sweep.py
from ray import train, tune

from trainers import build


def loop(config):
    train.report({"loss": config["lr"]})


made = build(loop)
tune.Tuner(made, param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}}).fit()
"""


def test_a_sweep_with_configs_of_another_file(tmp_path: Path) -> None:
    write(tmp_path, CONFIGURED)
    assert said(run(tmp_path)) == []
    assert changed(tmp_path, CONFIGURED) == ["configs.py", "sweep.py", "trainers.py"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            "from dataclasses import",
            "# raytune-migrate: skip-file\nfrom dataclasses import",
            id="a file that is to be left alone",
        ),
        pytest.param(
            "        return RunConfig(",
            "        # raytune-migrate: ignore[RTM203]\n        return RunConfig(",
            id="a RunConfig that is to be left alone",
        ),
        pytest.param(
            "    return ScalingConfig(",
            "    # raytune-migrate: ignore[RTM202]\n    return ScalingConfig(",
            id="a ScalingConfig that is to be left alone",
        ),
    ],
)
@pytest.mark.parametrize("named", [(), ("sweep.py",)], ids=["the project", "the sweep"])
def test_where_the_configs_of_a_sweep_stay_it_does(
    tmp_path: Path, old: str, new: str, named: tuple[str, ...]
) -> None:
    before = CONFIGURED.replace(old, new)
    write(tmp_path, before)
    assert said(run(tmp_path, named)) == ["sweep.py:11: RTM914"]
    assert changed(tmp_path, before) == []


EXPORTED = """
--- names.py
from ray.air import ScalingConfig
from ray.train.base_trainer import TrainingFailedError

SMALL = ScalingConfig(num_workers=1)
__all__ = ["SMALL", "ScalingConfig", "TrainingFailedError"]
--- sweep.py
from names import SMALL, ScalingConfig, TrainingFailedError
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


def fit(workers):
    scaling_config = ScalingConfig(num_workers=workers) if workers else SMALL
    try:
        return TorchTrainer(loop, scaling_config=scaling_config).fit()
    except TrainingFailedError:
        return None


def sweep(workers):
    trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=workers))
    return tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
"""
EXPORTED_AFTER = """
--- names.py
from ray.train import ScalingConfig, TrainingFailedError

SMALL = ScalingConfig(num_workers=1)
__all__ = ["SMALL", "ScalingConfig", "TrainingFailedError"]
--- sweep.py
from names import SMALL, ScalingConfig, TrainingFailedError
from ray import tune
from ray.train import RunConfig
from ray.train.torch import TorchTrainer
from raytune_runtime import TuneReportCallback, trial_run


def loop(config):
    pass


def fit(workers):
    scaling_config = ScalingConfig(num_workers=workers) if workers else SMALL
    try:
        return TorchTrainer(loop, scaling_config=scaling_config).fit()
    except TrainingFailedError:
        return None


def sweep(workers):
    def train_driver_fn(config: dict):
        trainer = TorchTrainer(
            loop,
            scaling_config=ScalingConfig(num_workers=workers),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        )
        trainer.fit()

    return tune.Tuner(
        train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
    ).fit()
"""


def test_classes_that_another_file_uses_and_exports(tmp_path: Path) -> None:
    check(tmp_path, EXPORTED, EXPORTED_AFTER)


def test_where_what_hands_on_a_class_stays_its_sweep_does(tmp_path: Path) -> None:
    before = EXPORTED.replace("--- names.py\n", "--- names.py\n# raytune-migrate: skip-file\n")
    write(tmp_path, before)
    assert said(run(tmp_path)) == ["sweep.py:20: RTM914"]
    assert changed(tmp_path, before) == []


HELPED = """
--- helpers.py
import math


def loss(config):
    return math.sqrt(config["lr"])

--- loops.py
from ray import train

from helpers import loss


def loop(config):
    train.report({"loss": loss(config)})

--- sweep.py
from ray import tune
from ray.train.torch import TorchTrainer

from loops import loop

tune.Tuner(
    TorchTrainer(loop, scaling_config=None), tune_config=tune.TuneConfig(max_concurrent_trials=1)
).fit()
"""


@pytest.mark.parametrize(
    "head", ["# raytune-migrate: skip-file\n", "def broken(\n"], ids=["skipped", "does not parse"]
)
def test_what_a_train_loop_calls_and_has_nothing_of_ray(tmp_path: Path, head: str) -> None:
    before = HELPED.replace("--- helpers.py\n", f"--- helpers.py\n{head}")
    write(tmp_path, before)
    outcomes = run(tmp_path)
    assert sorted(outcomes) == ["loops.py", "sweep.py"]
    assert said(outcomes) == []
    assert changed(tmp_path, before) == ["sweep.py"]


def test_what_a_train_loop_of_another_module_returns(tmp_path: Path) -> None:
    before = """
        --- reports.py
        from ray import train


        def report(loss):
            train.report({"loss": loss})

        --- loops.py
        from nets import Net
        from reports import report


        def fitted(config):
            net = Net()
            report(net.loss)
            return net


        def loop(config):
            net = fitted(config)
            return net


        def timed(function):
            def inner(config):
                return function(config)

            return inner


        @timed
        def plain(config):
            fitted(config)

        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer

        from loops import loop, plain

        for one in (loop, plain):
            tune.Tuner(
                TorchTrainer(one), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            ).fit()
    """
    write(tmp_path, before)
    assert said(run(tmp_path)) == ["loops.py:13: RTM912"]
    assert changed(tmp_path, before) == ["sweep.py"]


def test_two_sweeps_of_which_one_stays_share_a_train_loop(tmp_path: Path) -> None:
    before = f"""{SHARED}
--- pinned.py
import os

os.environ["RAY_TRAIN_V2_ENABLED"] = "0"

from ray import tune
from ray.train.torch import TorchTrainer

from loops import loop

tune.Tuner(TorchTrainer(loop)).fit()
"""
    write(tmp_path, before)
    assert said(run(tmp_path)) == ["pinned.py:3: RTM906"]
    assert changed(tmp_path, before) == CHANGED


@pytest.mark.parametrize("named", ["run.py", "trainers.py", "loops.py"])
def test_one_file_of_a_sweep_that_another_keeps_on_train_v1(tmp_path: Path, named: str) -> None:
    # The script, which alone says so, is looked at with each of the others.
    before = """
    --- sweep.py
    from ray import tune
    from trainers import trainer


    def sweep():
        config = tune.TuneConfig(max_concurrent_trials=1)
        return tune.Tuner(trainer, tune_config=config).fit()
    --- trainers.py
    from loops import loop
    from ray.air import ScalingConfig
    from ray.train.torch import TorchTrainer

    trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
    --- loops.py
    from ray.air import session


    def loop(config):
        session.report({"loss": 1})
    --- run.py
    import os

    os.environ["RAY_TRAIN_V2_ENABLED"] = "0"

    from sweep import sweep

    sweep()
    """
    write(tmp_path, before)
    run(tmp_path, [named])
    assert changed(tmp_path, before) == []


FITTED = """
    --- loops.py
    from ray.air import session


    def loop(config):
        session.report({"loss": 1})
    --- trainers.py
    from loops import loop
    from ray.air import ScalingConfig
    from ray.train.torch import TorchTrainer


    def build():
        return TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
    --- fit.py
    import trainers

    print(trainers.build().fit().metrics["loss"])
    """


@pytest.mark.parametrize(
    ("named", "findings"),
    [
        ("fit.py", ["fit.py:3: RTM914", "fit.py:3: RTM914"]),
        ("trainers.py", ["trainers.py:7: RTM914"]),
        ("loops.py", ["loops.py:4: RTM914"]),
    ],
)
def test_what_goes_with_a_fit_is_named_where_it_is_not_given(
    tmp_path: Path, named: str, findings: list[str]
) -> None:
    write(tmp_path, FITTED)
    assert said(run(tmp_path, [named])) == findings
    assert changed(tmp_path, FITTED) == [named]


READ = """
    --- sweep.py
    from ray import tune
    from ray.train.torch import TorchTrainer
    from reading import show

    config = tune.TuneConfig(max_concurrent_trials=1)
    show(tune.Tuner(TorchTrainer(print), tune_config=config).fit())
    --- reading.py
    def show(grid):
        print(grid.get_best_result().log_dir)
    """


@pytest.mark.parametrize(
    ("named", "findings"),
    [
        ("sweep.py", ["sweep.py:6: RTM914"]),
        ("reading.py", ["reading.py:2: RTM914"]),
    ],
)
def test_what_reads_results_is_named_where_it_is_not_given(
    tmp_path: Path, named: str, findings: list[str]
) -> None:
    write(tmp_path, READ)
    assert said(run(tmp_path, [named])) == findings
    assert changed(tmp_path, READ) == [named]


SCALED = """
    --- configs.py
    from ray.{home} import ScalingConfig

    def scaling(workers=2):
        return ScalingConfig(num_workers=workers)
    --- sweep.py
    from configs import scaling
    from ray import tune
    from ray.train.torch import TorchTrainer

    trainer = TorchTrainer(print, scaling_config=scaling())
    {sweep}
    """
SCALED_SWEEP = "tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()"


@pytest.mark.parametrize("home", ["train", "air.config"])
def test_a_scaling_config_of_another_module_where_all_is_migrated(
    tmp_path: Path, home: str
) -> None:
    project = SCALED.format(home=home, sweep=SCALED_SWEEP)
    write(tmp_path, project)
    assert said(run(tmp_path)) == []
    assert changed(tmp_path, project) == ["configs.py"] * (home != "train") + ["sweep.py"]


def test_a_scaling_config_stays_with_the_sweep_that_is_given_it(tmp_path: Path) -> None:
    ignored = f"{SCALED_SWEEP}  # raytune-migrate: ignore"
    project = SCALED.format(home="air.config", sweep=ignored)
    write(tmp_path, project)
    run(tmp_path)
    assert changed(tmp_path, project) == []


@pytest.mark.parametrize(
    ("named", "home", "findings"),
    [
        ("sweep.py", "train", []),
        ("sweep.py", "air.config", ["sweep.py:6: RTM914"]),
        ("configs.py", "air.config", ["configs.py:4: RTM914"]),
    ],
)
def test_whose_scaling_config_is_given_is_named_where_it_is_not_given(
    tmp_path: Path, named: str, home: str, findings: list[str]
) -> None:
    project = SCALED.format(home=home, sweep=SCALED_SWEEP)
    write(tmp_path, project)
    assert said(run(tmp_path, [named])) == findings
    assert changed(tmp_path, project) == [named]


SWEPT_SCALE = """
    --- space.py
    from ray import tune
    from ray.train import ScalingConfig

    SPACE = {{"scaling_config": ScalingConfig(num_workers={workers})}}
    --- sweep.py
    from ray import tune
    from ray.train.torch import TorchTrainer
    from space import SPACE

    tune.Tuner(TorchTrainer(print), param_space=SPACE).fit()
    """


@pytest.mark.parametrize(
    ("named", "workers", "findings"),
    [
        ("sweep.py", "2", []),
        ("sweep.py", "tune.choice([1, 2])", ["sweep.py:5: RTM914"]),
        ("space.py", "tune.choice([1, 2])", ["space.py:4: RTM914"]),
    ],
)
def test_whose_space_is_given_is_named_where_it_is_not_given(
    tmp_path: Path, named: str, workers: str, findings: list[str]
) -> None:
    project = SWEPT_SCALE.format(workers=workers)
    write(tmp_path, project)
    assert said(run(tmp_path, [named])) == findings
    assert changed(tmp_path, project) == [named]


def test_a_swept_scaling_config_of_another_module_goes_with_the_sweep(tmp_path: Path) -> None:
    project = SWEPT_SCALE.format(workers="tune.choice([1, 2])")
    write(tmp_path, project)
    assert said(run(tmp_path)) == []
    assert changed(tmp_path, project) == ["space.py", "sweep.py"]


PINNED_SCRIPT = """
    --- jobs.py
    from ray import train, tune
    from ray.air import session
    from ray.train.torch import TorchTrainer


    def loop(config):
        session.report({"loss": config["lr"]})


    def sweep(space):
        trainer = TorchTrainer(loop, scaling_config=train.ScalingConfig(num_workers=2))
        config = tune.TuneConfig(max_concurrent_trials=1)
        return tune.Tuner(trainer, param_space=space, tune_config=config).fit()
    --- run.py
    import ray
    from jobs import sweep

    ray.init(runtime_env={"env_vars": {"RAY_TRAIN_V2_ENABLED": "0"}})
    sweep({"train_loop_config": {"lr": 0.1}})
    """


@pytest.mark.parametrize(
    ("named", "findings"),
    [
        (["jobs.py", "run.py"], ["jobs.py:13: RTM914", "run.py:4: RTM906"]),
        (["jobs.py"], ["jobs.py:13: RTM914"]),
        (["run.py"], ["run.py:4: RTM906"]),
    ],
)
def test_a_pinned_script_keeps_the_sweep_of_another_module_that_it_runs(
    tmp_path: Path, named: list[str], findings: list[str]
) -> None:
    write(tmp_path, PINNED_SCRIPT)
    outcomes = run(tmp_path, named)
    assert said(outcomes) == findings
    assert changed(tmp_path, PINNED_SCRIPT) == []
    assert [
        one.reason
        for outcome in outcomes.values()
        for one in (outcome.migration.findings if outcome.migration else ())
        if one.code == "RTM914"
    ] == ["run.py, which runs its sweep, stays on Train V1."] * ("jobs.py" in named)


def test_the_pin_of_a_script_is_removed_on_request(tmp_path: Path) -> None:
    write(tmp_path, PINNED_SCRIPT)
    assert said(run(tmp_path, options=replace(OPTIONS, pins=Pins.REMOVE))) == []
    assert changed(tmp_path, PINNED_SCRIPT) == ["jobs.py", "run.py"]


@pytest.mark.parametrize(
    ("named", "findings"),
    [
        (["sweep.py"], ["sweep.py:5: RTM914", "sweep.py:5: RTM914"]),
        (["loops.py"], ["loops.py:4: RTM914", "loops.py:4: RTM914"]),
        (["trainers.py"], ["trainers.py:6: RTM914", "trainers.py:6: RTM914"]),
        (["trainers.py", "sweep.py"], ["sweep.py:5: RTM914"]),
        (CHANGED, []),
    ],
)
def test_only_some_of_the_files(tmp_path: Path, named: list[str], findings: list[str]) -> None:
    write(tmp_path, SHARED)
    assert said(run(tmp_path, named)) == findings
    assert changed(tmp_path, SHARED) == sorted(named)


@pytest.mark.parametrize(
    ("above", "findings"),
    [
        ("# raytune-migrate: ignore[RTM914]", []),
        ("# raytune-migrate: ignore[RTM105, RTM914]", ["sweep.py:5: RTM900"]),
        ("# another", ["sweep.py:6: RTM914", "sweep.py:6: RTM914"]),
    ],
)
def test_nothing_is_said_of_other_files_where_a_comment_asks_for_that(
    tmp_path: Path, above: str, findings: list[str]
) -> None:
    before = SHARED.replace("tune.Tuner(", f"{above}\ntune.Tuner(")
    write(tmp_path, before)
    assert said(run(tmp_path, ["sweep.py"])) == findings
    assert changed(tmp_path, before) == ["sweep.py"]


def test_nothing_is_said_of_other_files_where_a_run_ignores_that(tmp_path: Path) -> None:
    write(tmp_path, SHARED)
    options = replace(OPTIONS, choice=Choice(ignore=frozenset({"RTM914"})))
    assert said(run(tmp_path, ["sweep.py"], options)) == []
    assert changed(tmp_path, SHARED) == ["sweep.py"]


def test_a_person_is_asked_of_the_named_files_alone(tmp_path: Path) -> None:
    write(tmp_path, SHARED)
    paths = [tmp_path / "sweep.py"]
    (unit,) = units(paths, survey([], paths, [tmp_path], jobs=1))
    asked: list[str] = []

    def ask(path: Path, options: Options, known: Elsewhere | None) -> Outcome:
        asked.append(path.name)
        return look(path, options, known)

    (ended,) = look_at(unit, OPTIONS, ask)
    assert asked == ["sweep.py"]
    assert said({"sweep.py": ended}) == ["sweep.py:5: RTM914", "sweep.py:5: RTM914"]


def test_files_that_cannot_all_be_written_are_left(tmp_path: Path) -> None:
    write(tmp_path, SHARED)
    paths = [tmp_path / name for name in CHANGED]
    (unit,) = units(paths, survey([], paths, [tmp_path], jobs=1))
    looked = look_at(unit, OPTIONS)
    (tmp_path / "trainers.py").unlink()
    ended = {one.path.name: one for one in put_all_back(looked, OPTIONS)}
    assert {name: one.status for name, one in ended.items()} == dict.fromkeys(
        CHANGED, Status.FAILED
    )
    assert ended["sweep.py"].reason == (
        f"is left as it was, since {tmp_path / 'trainers.py'}, which belongs to the same sweep,"
        " could not be written; mend that, and run again"
    )
    (tmp_path / "trainers.py").write_text(files(SHARED)["trainers.py"])
    assert changed(tmp_path, SHARED) == []


def test_two_projects_in_one_tree_know_nothing_of_each_other(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, SHARED)
    (tmp_path / "two" / "trainers.py").write_text("def trainer(config):\n    pass\n")
    run(tmp_path)
    assert changed(tmp_path / "one", SHARED) == CHANGED
    assert changed(tmp_path / "two", SHARED) == ["trainers.py"]


# --- packages that pin their modules ------------------------------------------------

PINNING_PACKAGE = """
    --- lab/__init__.py
    import os

    if os.environ.get("RAY_TRAIN_V2_ENABLED") is None:
        os.environ["RAY_TRAIN_V2_ENABLED"] = "0"
    --- lab/hpo/__init__.py
    --- lab/hpo/sweep.py
    from ray import train, tune
    from ray.air import session
    from ray.train.torch import TorchTrainer


    def loop(config):
        session.report({"loss": config["lr"]})


    def sweep(space):
        trainer = TorchTrainer(loop, scaling_config=train.ScalingConfig(num_workers=2))
        config = tune.TuneConfig(max_concurrent_trials=1)
        return tune.Tuner(trainer, param_space=space, tune_config=config).fit()
    --- run.py
    from lab.hpo.sweep import sweep

    sweep({"train_loop_config": {"lr": 0.1}})
    """


def test_a_package_that_turns_train_v2_off_keeps_its_modules_on_train_v1(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path, PINNING_PACKAGE, "lab/__init__.py:4: RTM906", "lab/hpo/sweep.py:13: RTM906"
    )


def test_a_pinned_package_is_named_where_only_its_module_is(tmp_path: Path) -> None:
    write(tmp_path, PINNING_PACKAGE)
    outcomes = run(tmp_path, ["lab/hpo/sweep.py"])
    assert said(outcomes) == ["lab/hpo/sweep.py:13: RTM906"]
    (outcome,) = outcomes.values()
    assert outcome.migration is not None
    (finding,) = outcome.migration.findings
    assert finding.reason == (
        "lab/__init__.py, which runs before this, pins it to Train V1, so this sweep is left alone."
    )


def test_the_pin_of_a_package_is_removed_on_request(tmp_path: Path) -> None:
    check(
        tmp_path,
        PINNING_PACKAGE,
        """
        --- lab/__init__.py
        import os

        if os.environ.get("RAY_TRAIN_V2_ENABLED") is None:
            os.environ["RAY_TRAIN_V2_ENABLED"] = "1"
        --- lab/hpo/sweep.py
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            train.report({"loss": config["lr"]})


        def sweep(space):
            trainer = TorchTrainer(loop, scaling_config=train.ScalingConfig(num_workers=2))
            config = tune.TuneConfig(max_concurrent_trials=1)
            return tune.Tuner(driver_for(trainer), param_space=space, tune_config=config).fit()
        """,
        options=replace(OPTIONS, pins=Pins.REMOVE),
    )


def test_a_module_that_turns_train_v2_off_speaks_for_itself_alone(tmp_path: Path) -> None:
    before = PINNING_PACKAGE.replace("lab/__init__.py", "lab/settings.py")
    write(tmp_path, before)
    run(tmp_path)
    assert changed(tmp_path, before) == ["lab/hpo/sweep.py"]


PINNING_MODULE = """
    --- settings.py
    import os

    os.environ["RAY_TRAIN_V2_ENABLED"] = "0"
    --- common.py
    import settings
    --- sweep.py
    import common
    from ray import tune
    from ray.train.torch import TorchTrainer


    def loop(config):
        pass


    config = tune.TuneConfig(max_concurrent_trials=1)
    tune.Tuner(TorchTrainer(loop), tune_config=config).fit()
    """


def test_a_module_that_does_not_turn_train_v2_off_when_it_is_imported(tmp_path: Path) -> None:
    set_at_once = 'os.environ["RAY_TRAIN_V2_ENABLED"] = "0"'
    for number, (before, after) in enumerate(
        [
            (set_at_once, 'ENVIRONMENT = {"RAY_TRAIN_V2_ENABLED": "0"}'),
            (set_at_once, f"def use_v1():\n        {set_at_once}"),
            (set_at_once, f'if __name__ == "__main__":\n        {set_at_once}'),
            (set_at_once, 'os.environ["RAY_TRAIN_V2_ENABLED"] = "1"'),
            ("import settings", "def load():\n        import settings"),
            ("import settings", "if TYPE_CHECKING:\n        import settings"),
            ("import common", "import others"),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        project = PINNING_MODULE.replace(before, after)
        write(folder, project)
        run(folder)
        assert changed(folder, project) == ["sweep.py"], after


def test_a_module_that_turns_train_v2_off_for_those_that_import_it(tmp_path: Path) -> None:
    check_unchanged(tmp_path, PINNING_MODULE, "settings.py:3: RTM906", "sweep.py:11: RTM906")
    outcomes = run(tmp_path, ["sweep.py"])
    assert said(outcomes) == ["sweep.py:11: RTM906"]


def test_a_package_that_turns_train_v2_off_for_those_that_import_a_module_of_it(
    tmp_path: Path,
) -> None:
    project = PINNING_MODULE.replace("common.py", "lab/common.py").replace(
        "settings.py", "lab/__init__.py"
    )
    project = project.replace("import settings", "ROOT = 1").replace(
        "import common", "from lab.common import ROOT"
    )
    check_unchanged(tmp_path, project, "lab/__init__.py:3: RTM906", "sweep.py:11: RTM906")


def test_a_test_that_reads_what_a_trainer_of_another_module_was_given(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """\
        --- jobs/build.py
        from ray.train.torch import TorchTrainer


        def loop(config): ...


        def make(lr):
            return TorchTrainer(loop, train_loop_config={"lr": lr})
        --- tests/test_build.py
        from jobs.build import make


        def test_stop():
            made = make(0.1)
            assert made.run_config.name is None
            assert made.run_config.stop == {"loss": 1}
        """,
        "tests/test_build.py:7: RTM907",
    )


def test_jobs_that_derive_from_a_class_of_another_module(tmp_path: Path) -> None:
    check(
        tmp_path,
        """\
        --- lab/base.py
        from ray.train.torch import TorchTrainer


        class Job:
            def loop(self, config):
                raise NotImplementedError

            def build(self, **config):
                return TorchTrainer(self.loop, train_loop_config=config)
        --- lab/jobs.py
        from lab.base import Job
        from lab.report import report


        class Small(Job):
            def loop(self, config):
                report({"loss": config["lr"]})
        --- lab/report.py
        from ray.air import session


        def report(metrics):
            if session.get_world_rank() == 0:
                print(session.get_trial_id(), metrics)
            session.report(metrics)
        --- lab/sweeps.py
        from ray import tune


        def sweep(job, space):
            trainer = job.build(lr=0.1)
            return tune.Tuner(trainer, param_space={"train_loop_config": space}).fit()
        --- main.py
        from lab.jobs import Small
        from lab.sweeps import sweep

        if __name__ == "__main__":
            sweep(Small(), {"epochs": 2})
        """,
        """\
        --- lab/report.py
        from ray import train
        from raytune_runtime import trial_info


        def report(metrics):
            if train.get_context().get_world_rank() == 0:
                print(trial_info().trial_id, metrics)
            train.report(metrics)
        --- lab/sweeps.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config


        def sweep(job, space):
            trainer = job.build(lr=0.1)
            return tune.Tuner(
                driver_for(trainer),
                param_space={"train_loop_config": space},
                run_config=tune_run_config(trainer),
            ).fit()
        --- main.py
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from lab.jobs import Small
        from lab.sweeps import sweep

        if __name__ == "__main__":
            sweep(Small(), {"epochs": 2})
        """,
        options=replace(OPTIONS, ray_version="2.43"),
    )


REGISTRY = """
    --- registry.py
    from loops import loop
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer

    def small(config):
        return TorchTrainer(loop, train_loop_config=config)

    def large(config):
        workers = ScalingConfig(num_workers=8)
        return TorchTrainer(loop, train_loop_config=config, scaling_config=workers)

    BUILDERS = {"small": small}
    BUILDERS["large"] = large

    def get(kind):
        return BUILDERS[kind]

    --- loops.py
    from ray import train

    def loop(config):
        train.report({"loss": config["lr"]})

"""


def test_trainers_out_of_a_container_of_another_module(tmp_path: Path) -> None:
    check(
        tmp_path,
        REGISTRY
        + """
    --- jobs.py
    from ray import tune
    from registry import BUILDERS, get

    LIMIT = tune.TuneConfig(max_concurrent_trials=1)

    def by_function(kind, space):
        return tune.Tuner(get(kind)({"lr": 1}), param_space=space, tune_config=LIMIT)

    def by_key(kind, space):
        return tune.Tuner(BUILDERS[kind]({"lr": 1}), param_space=space, tune_config=LIMIT)

    def by_get(kind, space):
        build = BUILDERS.get(kind)
        return tune.Tuner(build({"lr": 1}), param_space=space, tune_config=LIMIT)

    def every(space):
        for kind, build in BUILDERS.items():
            yield tune.Tuner(build({"lr": 1}), param_space=space, tune_config=LIMIT)
    """,
        """
    --- jobs.py
    from ray import tune
    from raytune_runtime import driver_for, tune_run_config
    from registry import BUILDERS, get

    LIMIT = tune.TuneConfig(max_concurrent_trials=1)

    def by_function(kind, space):
        trainer = get(kind)({"lr": 1})
        return tune.Tuner(
            driver_for(trainer),
            param_space=space,
            tune_config=LIMIT,
            run_config=tune_run_config(trainer),
        )

    def by_key(kind, space):
        trainer = BUILDERS[kind]({"lr": 1})
        return tune.Tuner(
            driver_for(trainer),
            param_space=space,
            tune_config=LIMIT,
            run_config=tune_run_config(trainer),
        )

    def by_get(kind, space):
        build = BUILDERS.get(kind)
        trainer = build({"lr": 1})
        return tune.Tuner(
            driver_for(trainer),
            param_space=space,
            tune_config=LIMIT,
            run_config=tune_run_config(trainer),
        )

    def every(space):
        for kind, build in BUILDERS.items():
            yield tune.Tuner(
                driver_for(trainer := build({"lr": 1})),
                param_space=space,
                tune_config=LIMIT,
                run_config=tune_run_config(trainer),
            )
    """,
    )


def test_functions_out_of_a_container_of_another_module(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
    --- registry.py
    from ray import tune

    def objective(config):
        tune.report({"loss": config["lr"]})

    def make(config):
        return objective

    OBJECTIVES = {"plain": objective}
    MAKERS = {"plain": make}

    --- jobs.py
    from ray import tune
    from registry import MAKERS, OBJECTIVES

    def sweep(kind, space):
        tune.Tuner(OBJECTIVES[kind], param_space=space).fit()
        tune.Tuner(MAKERS[kind]({}), param_space=space).fit()
    """,
    )


def test_a_factory_that_another_module_gives(tmp_path: Path) -> None:
    check(
        tmp_path,
        REGISTRY
        + """
    --- tuning.py
    from ray import tune

    LIMIT = tune.TuneConfig(max_concurrent_trials=1)

    def sweep(make, space):
        return tune.Tuner(make(), param_space=space, tune_config=LIMIT, run_config=None).fit()

    def sweep_all(makers, space):
        for make in makers:
            tune.Tuner(make(1), param_space=space, tune_config=LIMIT, run_config=None).fit()

    --- jobs.py
    import registry
    from tuning import sweep, sweep_all

    def run(space):
        sweep(lambda: registry.small({"lr": 1}), space)
        makers = []
        makers.append(registry.large)
        sweep_all(makers, space)
    """,
        """
    --- tuning.py
    from ray import tune
    from raytune_runtime import driver_for, tune_run_config

    LIMIT = tune.TuneConfig(max_concurrent_trials=1)

    def sweep(make, space):
        trainer = make()
        return tune.Tuner(
            driver_for(trainer),
            param_space=space,
            tune_config=LIMIT,
            run_config=tune_run_config(trainer),
        ).fit()

    def sweep_all(makers, space):
        for make in makers:
            trainer = make(1)
            tune.Tuner(
                driver_for(trainer),
                param_space=space,
                tune_config=LIMIT,
                run_config=tune_run_config(trainer),
            ).fit()
    """,
    )


def test_a_context_that_is_handed_to_a_module_that_never_names_ray(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
    --- sweep.py
    from loops import loop
    from ray import tune
    from ray.train.torch import TorchTrainer

    tune.Tuner(TorchTrainer(loop)).fit()

    --- loops.py
    from ray import train
    from helpers import tag

    def loop(config):
        train.report({"loss": 1.0, "tag": tag(train.get_context())})

    --- helpers.py
    def tag(context):
        return f"{context.get_trial_name()}-{context.get_world_rank()}"
    """,
    )
    outcomes = run(tmp_path)
    assert said(outcomes) == ["helpers.py:2: RTM908", "sweep.py:5: RTM914"]
    migration = outcomes["sweep.py"].migration
    assert migration is not None
    assert [one.reason for one in migration.findings] == [
        "helpers.py, which its sweep needs, has code that may fail in a Train V2 worker."
    ]


def test_names_that_lead_back_to_themselves(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
    --- jobs.py
    from makers import first, makers
    from ray import tune

    first = first()
    first = first(first)

    def second():
        return third()()

    def third():
        return second()[0]

    def sweep(space):
        makers.append(makers)
        tune.Tuner(first, param_space=space).fit()
        tune.Tuner(second(), param_space=space).fit()
        for one in makers.values():
            tune.Tuner(one(), param_space=space).fit()

    --- makers.py
    from jobs import second

    makers = {}
    makers["a"] = makers
    makers["b"] = makers["a"]()
    first = second
    """,
    )


def test_jobs_whose_base_class_only_names_what_they_build(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- base.py
        import abc

        from ray.tune import TuneConfig, Tuner


        class Job(abc.ABC):
            @abc.abstractmethod
            def build(self): ...

            def run_config(self):
                raise NotImplementedError

            def sweep(self):
                config = TuneConfig(max_concurrent_trials=1)
                return Tuner(self.build(), tune_config=config, run_config=self.run_config()).fit()


        def sweep(job: Job):
            return Tuner(job.build(), tune_config=TuneConfig(max_concurrent_trials=1)).fit()
        --- small.py
        from ray import train
        from ray.air import session
        from ray.train.torch import TorchTrainer

        from base import Job


        class SmallJob(Job):
            def loop(self, config):
                session.report({"loss": config["lr"]})

            def build(self):
                return TorchTrainer(self.loop)

            def run_config(self):
                return train.RunConfig(name="small")
        """,
        """
        --- base.py
        import abc

        from ray.tune import TuneConfig, Tuner
        from raytune_runtime import driver_for, tune_run_config


        class Job(abc.ABC):
            @abc.abstractmethod
            def build(self): ...

            def run_config(self):
                raise NotImplementedError

            def sweep(self):
                config = TuneConfig(max_concurrent_trials=1)
                return Tuner(
                    driver_for(self.build()),
                    tune_config=config,
                    run_config=tune_run_config(self.run_config()),
                ).fit()


        def sweep(job: Job):
            trainer = job.build()
            return Tuner(
                driver_for(trainer),
                tune_config=TuneConfig(max_concurrent_trials=1),
                run_config=tune_run_config(trainer),
            ).fit()
        --- small.py
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        from base import Job


        class SmallJob(Job):
            def loop(self, config):
                train.report({"loss": config["lr"]})

            def build(self):
                return TorchTrainer(self.loop)

            def run_config(self):
                return tune.RunConfig(name="small")
        """,
    )


def test_train_loops_that_decorators_register(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- loops.py
        from ray.air import session

        from register import Report, register


        @register("decay")
        def decay(config):
            report(loss=config["lr"])
            session.report({"loss": 0})


        report = Report()
        --- register.py
        from ray.air import session

        LOOPS = {}


        def register(name):
            def wrap(function):
                LOOPS[name] = function
                return function

            return wrap


        class Report:
            def __call__(self, **metrics):
                session.report(metrics)
        --- fit.py
        from ray.train.torch import TorchTrainer

        from register import LOOPS

        TorchTrainer(LOOPS["decay"]).fit()
        """,
        """
        --- loops.py
        from ray import train

        from register import Report, register


        @register("decay")
        def decay(config):
            report(loss=config["lr"])
            train.report({"loss": 0})


        report = Report()
        --- register.py
        from ray import train

        LOOPS = {}


        def register(name):
            def wrap(function):
                LOOPS[name] = function
                return function

            return wrap


        class Report:
            def __call__(self, **metrics):
                train.report(metrics)
        """,
    )


def test_objects_that_are_called_like_functions(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- factory.py
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        class Factory:
            def __init__(self, **scaling):
                self.scaling = scaling

            @classmethod
            def small(cls):
                return cls(num_workers=1)

            def __call__(self, loop):
                return TorchTrainer(loop, scaling_config=ScalingConfig(**self.scaling))
        --- loops.py
        from ray.air import session


        def loop(config):
            session.report({"loss": 1})
        --- sweep.py
        from ray import tune

        from factory import Factory
        from loops import loop

        build = Factory.small()
        tune.Tuner(build(loop), run_config=tune.RunConfig()).fit()
        """,
        """
        --- loops.py
        from ray import train


        def loop(config):
            train.report({"loss": 1})
        --- sweep.py
        from ray import tune
        from raytune_runtime import driver_for

        from factory import Factory
        from loops import loop

        build = Factory.small()
        tune.Tuner(driver_for(build(loop)), run_config=tune.RunConfig()).fit()
        """,
    )


def test_results_in_containers_and_in_attributes(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- page.py
        def show(results, by_name, other):
            for result in results:
                print(result.log_dir)
            for name, grid in by_name.items():
                best = grid.get_best_result("loss", "min")
                print(f"é {name} {best.log_dir}", best.checkpoint.to_dict())
            print(other.log_dir)
        --- sweeps.py
        from ray import tune

        from page import show


        def objective(config):
            pass


        def run_all(names):
            grids = {}
            for name in names:
                grids[name] = tune.Tuner(objective).fit()
            return grids


        class Best:
            def __init__(self, grid):
                self.grid = grid

            @property
            def result(self):
                return self.grid.get_best_result("loss", "min")


        grid = tune.Tuner(objective).fit()
        show([one for one in grid if not one.error], run_all(["a", "b"]), print)
        best = Best(grid)
        --- reading.py
        from sweeps import best

        print(best.result.log_dir)
        """,
        """
        --- page.py
        from raytune_runtime import checkpoint_to_dict


        def show(results, by_name, other):
            for result in results:
                print(result.path)
            for name, grid in by_name.items():
                best = grid.get_best_result("loss", "min")
                print(f"é {name} {best.path}", checkpoint_to_dict(best.checkpoint))
            print(other.log_dir)
        --- reading.py
        from sweeps import best

        print(best.result.path)
        """,
    )


def test_a_run_config_of_a_method_that_a_class_of_another_module_has(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- base.py
        from ray.train import RunConfig


        class Experiment:
            def run_config(self) -> RunConfig:
                return RunConfig(name="one", stop={"training_iteration": 3})
        --- torch_experiment.py
        from ray.train.torch import TorchTrainer

        from base import Experiment
        from loops import loop


        class TorchExperiment(Experiment):
            def build(self):
                return TorchTrainer(loop, run_config=self.run_config())
        --- loops.py
        def loop(config):
            pass
        --- sweep.py
        from ray import tune

        from torch_experiment import TorchExperiment

        config = tune.TuneConfig(max_concurrent_trials=1)
        tune.Tuner(TorchExperiment().build(), tune_config=config).fit()
        """,
        """
        --- base.py
        from ray import tune


        class Experiment:
            def run_config(self) -> tune.RunConfig:
                return tune.RunConfig(name="one", stop={"training_iteration": 3})
        --- torch_experiment.py
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config

        from base import Experiment
        from loops import loop


        class TorchExperiment(Experiment):
            def build(self):
                return TorchTrainer(loop, run_config=train_run_config(self.run_config()))
        --- sweep.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config

        from torch_experiment import TorchExperiment

        config = tune.TuneConfig(max_concurrent_trials=1)
        trainer = TorchExperiment().build()
        tune.Tuner(
            driver_for(trainer), tune_config=config, run_config=tune_run_config(trainer)
        ).fit()
        """,
    )


def test_a_reader_in_a_folder_that_the_script_puts_on_sys_path(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- common/reading.py
        def show(grid):
            print(grid.get_best_result().log_dir)
        --- scripts/sweep.py
        import os
        import sys

        sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "common"))

        from ray import tune
        from reading import show


        def objective(config):
            tune.report({"loss": config["lr"]})


        show(tune.Tuner(objective).fit())
        """,
        """
        --- common/reading.py
        def show(grid):
            print(grid.get_best_result().path)
        """,
    )


def test_a_tune_function_that_another_module_wraps_by_name(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- search.py
        from ray import tune


        def search(objective=None, config=None):
            trainable = tune.with_resources(trainable=objective, resources={"cpu": 1})
            return tune.Tuner(trainable, param_space=config).fit()
        --- main.py
        from functools import partial

        from ray import train, tune
        from search import search


        def objective(config, data):
            train.report({"loss": config["lr"]})


        search(objective=partial(objective, data=1), config={"lr": tune.uniform(0, 1)})
        """,
        """
        --- main.py
        from functools import partial

        from ray import tune
        from search import search


        def objective(config, data):
            tune.report({"loss": config["lr"]})


        search(objective=partial(objective, data=1), config={"lr": tune.uniform(0, 1)})
        """,
    )


@pytest.mark.parametrize(("brought", "left"), [("*", "*"), ("RunConfig, session, tune", "tune")])
def test_what_another_module_only_hands_on(tmp_path: Path, brought: str, left: str) -> None:
    check(
        tmp_path,
        f"""
        --- common.py
        from ray import tune
        from ray.air import RunConfig, session
        --- main.py
        from common import {brought}


        def objective(config):
            session.report({{"loss": config["lr"]}})


        tune.Tuner(objective, run_config=RunConfig(name="a", local_dir="/runs")).fit()
        """,
        f"""
        --- main.py
        from common import {left}


        def objective(config):
            tune.report({{"loss": config["lr"]}})


        tune.Tuner(objective, run_config=tune.RunConfig(name="a", storage_path="/runs")).fit()
        """,
    )


def test_the_last_of_two_star_imports_that_have_a_name_gives_it(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- main.py
        from ray.tune import *
        from ray.train import *
        from ray.train.torch import *


        def loop(config):
            pass


        trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
        tuner = Tuner(
            trainer,
            tune_config=TuneConfig(max_concurrent_trials=1),
            run_config=RunConfig(stop={"training_iteration": 3}),
        )
        """,
        """
        --- main.py
        from ray.tune import *
        from ray.train import *
        from ray.train.torch import *
        from ray import tune
        from ray.train import RunConfig as TrainRunConfig
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=TrainRunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = Tuner(
            train_driver_fn,
            tune_config=TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(stop={"training_iteration": 3}),
        )
        """,
    )


def test_a_sweep_whose_names_a_star_import_brings(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- common.py
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        --- main.py
        from common import *


        def train_loop(config):
            train.report({"loss": config["lr"]})


        trainer = TorchTrainer(train_loop)
        tune.Tuner(
            trainer, tune_config=tune.TuneConfig(num_samples=2, max_concurrent_trials=1)
        ).fit()
        """,
        """
        --- main.py
        from common import *
        from ray.train import RunConfig
        from raytune_runtime import TuneReportCallback, trial_run


        def train_loop(config):
            train.report({"loss": config["lr"]})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                train_loop,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(num_samples=2, max_concurrent_trials=1)
        ).fit()
        """,
    )


def test_a_star_import_of_which_another_name_is_bound_here(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- common.py
        from ray.air import session
        --- main.py
        from common import *
        from mine import session


        def objective(config):
            session.report({"loss": config["lr"]})
        """,
    )


def test_an_annotation_by_an_import_for_type_checkers(tmp_path: Path) -> None:
    # The module still imports no Ray before its function is called.
    check(
        tmp_path,
        """
        --- configs.py
        from __future__ import annotations

        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from ray.train import RunConfig, ScalingConfig


        def scaling() -> ScalingConfig: ...


        def run_config() -> RunConfig:
            from ray.train import RunConfig

            return RunConfig(name="a")
        --- sweep.py
        from configs import run_config
        from ray import tune


        def objective(config):
            tune.report({"loss": config["lr"]})


        tune.Tuner(objective, run_config=run_config()).fit()
        """,
        """
        --- configs.py
        from __future__ import annotations

        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from ray import tune
            from ray.train import ScalingConfig


        def scaling() -> ScalingConfig: ...


        def run_config() -> tune.RunConfig:
            from ray import tune

            return tune.RunConfig(name="a")
        """,
    )


def test_a_module_that_no_other_has_to_do_with(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- sweeps.py
        from ray import tune

        def objective(config):
            pass

        def best_of(names):
            best = {}
            for name in names:
                best[name] = tune.Tuner(objective).fit().get_best_result("loss", "min")
            return best

        for name, result in best_of(["a", "b"]).items():
            print(name, result.log_dir, result.checkpoint.to_dict())
        lowest = min(best_of(["c"]).values(), key=lambda one: one.metrics["loss"])
        first, *others = sorted(best_of(["d"]).values(), key=str)
        print(lowest.log_dir, first.log_dir, others[0].log_dir)
        print(min(["a"]).log_dir)
        """,
        """
        --- sweeps.py
        from ray import tune
        from raytune_runtime import checkpoint_to_dict

        def objective(config):
            pass

        def best_of(names):
            best = {}
            for name in names:
                best[name] = tune.Tuner(objective).fit().get_best_result("loss", "min")
            return best

        for name, result in best_of(["a", "b"]).items():
            print(name, result.path, checkpoint_to_dict(result.checkpoint))
        lowest = min(best_of(["c"]).values(), key=lambda one: one.metrics["loss"])
        first, *others = sorted(best_of(["d"]).values(), key=str)
        print(lowest.path, first.path, others[0].path)
        print(min(["a"]).log_dir)
        """,
    )


def test_methods_of_classes_out_of_a_container(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- tasks.py
        from ray.air import session
        from ray.train.torch import TorchTrainer

        class Digits:
            @classmethod
            def loop(cls, config):
                session.report({"loss": 1})

            @classmethod
            def trainer(cls):
                return TorchTrainer(cls.loop)

        TASKS = {one.__name__: one for one in (Digits,)}
        --- fit.py
        from tasks import TASKS

        def fit(task):
            return TASKS[task].trainer().fit().metrics["loss"]
        """,
        """
        --- tasks.py
        from ray import train
        from ray.train.torch import TorchTrainer

        class Digits:
            @classmethod
            def loop(cls, config):
                train.report({"loss": 1})

            @classmethod
            def trainer(cls):
                return TorchTrainer(cls.loop)

        TASKS = {one.__name__: one for one in (Digits,)}
        --- fit.py
        from tasks import TASKS
        from raytune_runtime import fit_as_trial

        def fit(task):
            return fit_as_trial(TASKS[task].trainer()).metrics["loss"]
        """,
    )


def test_modules_that_stand_alone_are_read_where_they_are_asked_for(tmp_path: Path) -> None:
    reader = "from ray import tune\n\nprint(tune.Tuner(print).fit()[0].metrics)\n"
    write(tmp_path, f"--- first.py\n{reader}--- second.py\n{reader}")
    first = tmp_path / "first.py"
    known = survey([str(first)], [first], (), jobs=1)
    assert (list(known.parts), known.related) == ([str(first)], frozenset())


def test_what_goes_through_more_functions_than_python_calls_in_each_other(tmp_path: Path) -> None:
    steps = "".join(f"def step_{i}():\n    return step_{i + 1}()\n\n" for i in range(500))
    modules = f"""\
--- trainers.py
from ray.train.torch import TorchTrainer
from theirs import loop

{steps}def step_500():
    return TorchTrainer(loop)
--- sweep.py
from ray import tune
from trainers import step_0

def sweep():
    return tune.Tuner({{}}).fit()
"""
    check(
        tmp_path,
        modules.format("step_0()"),
        """
        --- sweep.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config
        from trainers import step_0

        def sweep():
            trainer = step_0()
            return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        """,
    )


def test_a_sweep_that_an_executor_is_given_with_its_trainer(tmp_path: Path) -> None:
    check(
        tmp_path,
        """\
        --- main.py
        from ray.train.torch import TorchTrainer

        from project import pool, train_loop
        from sweeps import run

        pool.submit(run, TorchTrainer(train_loop))
        --- sweeps.py
        from ray import tune


        def run(job):
            return tune.Tuner(job).fit()
        """,
        """\
        --- sweeps.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config


        def run(job):
            return tune.Tuner(driver_for(job), run_config=tune_run_config(job)).fit()
        """,
    )


def test_the_train_loop_of_a_driver_function_that_is_written_already(tmp_path: Path) -> None:
    """Its trial is there to be asked, as in a run in which both were migrated."""
    before = """
        --- loops.py
        from ray import train


        def train_loop(config):
            train.report({"loss": 1})
            print(train.get_context().get_trial_id())
        --- main.py
        from loops import train_loop
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                train_loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """
    after = """
        --- loops.py
        from ray import train
        from raytune_runtime import trial_info


        def train_loop(config):
            train.report({"loss": 1})
            print(trial_info().trial_id)
        """
    check(tmp_path, before, after)


def test_what_a_lambda_returns_that_calls_another_module(tmp_path: Path) -> None:
    """It is a train loop, and gives what the function gives that it calls."""
    before = """
        --- nets.py
        def fit_net(config, report):
            net = {"lr": config["lr"]}
            report({"loss": 1})
            return type("Net", (), net)()


        def quiet(config, report):
            report({"loss": 1})
        --- training.py
        import nets
        from ray import train
        from ray.train.torch import TorchTrainer

        first = TorchTrainer(lambda config: nets.fit_net(config, train.report))
        second = TorchTrainer(lambda config: nets.quiet(config, train.report))
        third = TorchTrainer(lambda config: [nets.fit_net(config, train.report), None][1])
        """
    check_unchanged(tmp_path, before, "nets.py:4: RTM912")


def test_a_module_with_one_sweep_left_and_one_rewritten(tmp_path: Path) -> None:
    """It runs on Train V2, as when both were seen in one run."""
    before = """
        --- training.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for
        from work import data, train_loop


        def plain():
            return TorchTrainer(train_loop)


        tune.Tuner(driver_for(plain())).fit()
        tune.Tuner(TorchTrainer(train_loop, preprocessor=data)).fit()
        --- sweep.py
        from ray import tune
        from training import plain

        tune.Tuner(plain(), run_config=tune.RunConfig(stop={"loss": 1})).fit()
        """
    after = """
        --- sweep.py
        from ray import tune
        from raytune_runtime import driver_for
        from training import plain

        tune.Tuner(driver_for(plain()), run_config=tune.RunConfig(stop={"loss": 1})).fit()
        """
    check(tmp_path, before, after, "training.py:12: RTM904")


def test_where_a_sweep_is_left_in_all_files_that_have_one(tmp_path: Path) -> None:
    """One that needs the trainer of a module whose own sweep is left is left with it."""
    before = """
        --- training.py
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from work import data, train_loop


        def build():
            return TorchTrainer(train_loop, run_config=RunConfig(name="a", stop={"loss": 1}))


        tune.Tuner(TorchTrainer(train_loop, preprocessor=data)).fit()
        --- sweep.py
        from ray import tune
        from training import build

        tune.Tuner(build()).fit()
        """
    check_unchanged(tmp_path, before, "sweep.py:4: RTM914", "training.py:11: RTM904")


def test_artifacts_that_a_run_config_syncs_whose_sweep_is_migrated_before(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        --- configs.py
        from ray.air import RunConfig
        from ray.tune import SyncConfig


        def synced(name):
            return RunConfig(name=name, sync_config=SyncConfig(sync_artifacts=True))
        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer

        from configs import synced


        def sweep():
            trainer = TorchTrainer(print)
            return tune.Tuner(trainer, run_config=synced("one")).fit()
        """,
    )
    run(tmp_path, ["sweep.py"])
    assert said(run(tmp_path, ["configs.py"])) == ["configs.py:6: RTM904"]


@pytest.mark.parametrize("home", ["libs/common", "libs/common/src", "common-lib/lib"])
def test_a_script_named_alone_that_leads_to_a_project_beside_its_own(
    tmp_path: Path, home: str
) -> None:
    """It does not name Ray, and nothing above it is called as what it imports."""
    project = f"""
        --- {home.removesuffix("/src").removesuffix("/lib")}/pyproject.toml
        [project]
        name = "common"
        --- {home}/common/__init__.py
        from common.sweeps import sweep
        --- {home}/common/sweeps.py
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def train_loop(config):
            train.report({{"loss": 1}})


        def sweep():
            return tune.Tuner(TorchTrainer(train_loop)).fit()
        --- apps/night/pyproject.toml
        [project]
        name = "night"
        --- apps/night/night/run.py
        import numpy
        from common import sweep

        print(sweep())
        --- apps/night/night/other.py
        import numpy
        from uncommon import sweep

        print(sweep())
        """
    write(tmp_path, project)
    options = replace(OPTIONS, ray_version=None)
    outcomes = run(tmp_path, ["apps/night/night/run.py"], options)
    assert said(outcomes) == ["apps/night/night/run.py:4: RTM914"]
    assert run(tmp_path, ["apps/night/night/other.py"], options) == {}


@pytest.mark.parametrize("named", ["other.py", "other.py jobs.py", "other.py jobs.py run.py"])
def test_a_pinned_script_keeps_a_sweep_that_needs_one_that_it_runs(
    tmp_path: Path, named: str
) -> None:
    """Whatever is named: the sweep in between stays, and so does what needs its module."""
    other = """\
    --- other.py
    from jobs import loop
    from ray import tune
    from ray.train.torch import TorchTrainer

    one = tune.TuneConfig(max_concurrent_trials=1)
    tune.Tuner(TorchTrainer(loop), tune_config=one).fit()
    """
    project = PINNED_SCRIPT.rstrip() + "\n" + other
    write(tmp_path, project)
    assert "other.py:6: RTM914" in said(run(tmp_path, named.split()))
    assert changed(tmp_path, project) == []


def test_a_sweep_says_of_its_train_loop_in_another_file_until_that_is_migrated(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        """
        --- loops.py
        from ray.air import session


        def train_loop(config):
            session.report({"loss": 1})
        --- sweep.py
        from loops import train_loop
        from ray import tune
        from ray.train.torch import TorchTrainer

        tune.Tuner(TorchTrainer(train_loop)).fit()
        """,
    )
    assert said(run(tmp_path, ["sweep.py"])) == ["sweep.py:5: RTM914"]
    again = run(tmp_path, ["sweep.py"])
    assert said(again) == ["sweep.py:16: RTM914"]
    migration = again["sweep.py"].migration
    assert migration is not None
    assert [one.reason for one in migration.findings] == [
        "loops.py, which its sweep needs, is not migrated yet."
    ]
    sweep = tmp_path / "sweep.py"
    sweep.write_text(
        sweep.read_text("utf-8").replace(
            "tune.Tuner(", "# raytune-migrate: ignore[RTM914]\ntune.Tuner("
        ),
        "utf-8",
    )
    assert said(run(tmp_path, ["sweep.py"])) == []
    assert said(run(tmp_path)) == []
    assert "train.report(" in (tmp_path / "loops.py").read_text("utf-8")
    assert said(run(tmp_path, ["sweep.py"])) == []


def test_a_conftest_that_turns_train_v2_off_and_names_no_ray(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        --- conftest.py
        import os

        os.environ["RAY_TRAIN_V2_ENABLED"] = "0"
        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer


        def sweep(loop):
            return tune.Tuner(TorchTrainer(loop)).fit()
        """,
    )
    assert said(run(tmp_path)) == ["conftest.py:3: RTM906"]


def test_trainers_that_are_built_in_the_call_by_another_name(tmp_path: Path) -> None:
    """By a class that a parameter is, and for a function that gives what it is given."""
    check(
        tmp_path,
        """
        --- logs.py
        def logged(trainer):
            print(trainer)
            return trainer
        --- sweeps.py
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from logs import logged
        from project import loop


        def sweep(run_config, trainer_class=TorchTrainer):
            return tune.Tuner(trainer_class(loop, run_config=run_config)).fit()


        def stopped(steps):
            return tune.Tuner(
                logged(TorchTrainer(loop, run_config=RunConfig(stop=steps)))
            ).fit()
        --- main.py
        from ray.train import RunConfig

        from sweeps import sweep

        sweep(RunConfig(name="b"))
        """,
        """
        --- sweeps.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config

        from logs import logged
        from project import loop


        def sweep(run_config, trainer_class=TorchTrainer):
            trainer = trainer_class(loop, run_config=train_run_config(run_config))
            return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()


        def stopped(steps):
            trainer = logged(
                TorchTrainer(loop, run_config=train_run_config(tune.RunConfig(stop=steps)))
            )
            return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        --- main.py
        from ray import tune

        from sweeps import sweep

        sweep(tune.RunConfig(name="b"))
        """,
    )


def test_the_context_of_a_tune_function_that_an_object_keeps(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- jobs.py
        from ray import tune


        class Job:
            def __init__(self):
                self.context = tune.get_context()
        --- objectives.py
        from jobs import Job


        class Fit(Job):
            def run(self):
                print(self.context.get_trial_name())


        def objective(config):
            Fit().run()
        --- main.py
        from ray import tune

        from objectives import objective

        tune.Tuner(objective).fit()
        """,
    )


def test_the_context_of_a_worker_that_an_object_keeps_or_a_function_gives(tmp_path: Path) -> None:
    """The modules that ask it for its trial name no Ray."""
    check(
        tmp_path,
        """
        --- jobs.py
        from ray import train


        class Job:
            def __init__(self):
                self.context = train.get_context()

            @property
            def again(self):
                return train.get_context()


        def context():
            return train.get_context()
        --- loops.py
        from jobs import Job, context


        class Fit(Job):
            def run(self):
                print(self.context.get_trial_name(), self.context.get_world_rank())
                print(self.again.get_trial_id())


        def loop(config):
            Fit().run()
            print(Job().context.get_trial_dir())
            here = context()
            print(here.get_experiment_name(), context().get_local_rank())
        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer

        from loops import loop

        one = tune.TuneConfig(max_concurrent_trials=1)
        tune.Tuner(TorchTrainer(loop), tune_config=one).fit()
        """,
        """
        --- loops.py
        from jobs import Job, context
        from raytune_runtime import trial_info


        class Fit(Job):
            def run(self):
                print(trial_info().trial_name, self.context.get_world_rank())
                print(trial_info().trial_id)


        def loop(config):
            Fit().run()
            print(trial_info().trial_dir)
            here = context()
            print(trial_info().experiment_name, context().get_local_rank())
        --- sweep.py
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        from loops import loop

        one = tune.TuneConfig(max_concurrent_trials=1)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=one).fit()
        """,
    )


def test_trainers_of_a_class_of_another_module_that_are_built_in_the_call(tmp_path: Path) -> None:
    """Its constructor hands on what it is given, and a trainer of Train V2 is given its own."""
    check(
        tmp_path,
        """
        --- trainers.py
        from ray.train.torch import TorchTrainer


        class OurTrainer(TorchTrainer):
            def __init__(self, *args, **options):
                super().__init__(*args, **options)
        --- sweep.py
        from ray import tune
        from ray.train import RunConfig

        from project import loop
        from trainers import OurTrainer

        results = tune.Tuner(
            OurTrainer(loop, run_config=RunConfig(name="a")),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
        ).fit()
        """,
        """
        --- sweep.py
        from ray import tune
        from raytune_runtime import driver_for, train_run_config, tune_run_config

        from project import loop
        from trainers import OurTrainer

        trainer = OurTrainer(loop, run_config=train_run_config(tune.RunConfig(name="a")))
        results = tune.Tuner(
            driver_for(trainer),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            run_config=tune_run_config(trainer),
        ).fit()
        """,
    )


def test_what_train_v2_refuses_of_a_trainer_that_is_built_in_the_call(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        --- logs.py
        def logged(trainer):
            print(trainer)
            return trainer
        --- sweep.py
        from ray import tune
        from ray.train.torch import TorchTrainer

        from logs import logged
        from project import loop, start

        tune.Tuner(logged(TorchTrainer(loop, **{"resume_from_checkpoint": start}))).fit()
        """,
    )
    assert "sweep.py:7: RTM904" in said(run(tmp_path))


def test_a_scaling_config_in_the_call_that_gives_the_tuner_its_trainer(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- trainers.py
        from ray.train.torch import TorchTrainer

        from project import loop


        def build(scaling):
            return TorchTrainer(loop, scaling_config=scaling)
        --- sweep.py
        from ray import tune
        from ray.air import ScalingConfig

        from trainers import build

        results = tune.Tuner(
            build(ScalingConfig(num_workers=2, trainer_resources={"CPU": 0})),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
        ).fit()
        """,
        """
        --- sweep.py
        from ray import tune
        from ray.train import ScalingConfig
        from raytune_runtime import driver_for, tune_run_config

        from trainers import build

        trainer = build(ScalingConfig(num_workers=2))
        results = tune.Tuner(
            driver_for(trainer),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            run_config=tune_run_config(trainer),
        ).fit()
        """,
    )


def test_what_a_train_loop_calls_in_a_folder_that_no_module_puts_on_the_path(
    tmp_path: Path,
) -> None:
    check(
        tmp_path,
        """
        --- shared/acme/common/io.py
        from ray import train


        def tag():
            return train.get_context().get_experiment_name()
        --- services/ranker/job.py
        from acme.common.io import tag
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"tag": tag()})


        tune.Tuner(TorchTrainer(loop)).fit()
        """,
        """
        --- shared/acme/common/io.py
        from raytune_runtime import trial_info


        def tag():
            return trial_info().experiment_name
        --- services/ranker/job.py
        from acme.common.io import tag
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            train.report({"tag": tag()})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(train.ScalingConfig())
            ),
        ).fit()
        """,
    )
