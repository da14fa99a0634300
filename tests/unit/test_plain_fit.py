"""A trainer's own ``fit()``, in files with and without a sweep."""

from __future__ import annotations

import pytest
from migrating import changed, check_finding, check_migrated, check_unchanged, migrated, said


def test_callbacks_of_train_v2() -> None:
    check_unchanged(
        """\
        from ray.train import FailureConfig, RunConfig, ScalingConfig, UserCallback
        from ray.train.torch import TorchTrainer

        from mine import loop


        class Hook(UserCallback):
            pass


        TorchTrainer(
            loop,
            scaling_config=ScalingConfig(num_workers=(1, 4), label_selector={"a": "b"}),
            run_config=RunConfig(
                name="a", callbacks=[Hook()], failure_config=FailureConfig(max_failures=2)
            ),
            validation_config=None,
        ).fit()
        """,
    )


def test_callbacks_that_may_be_of_train_v2() -> None:
    check_unchanged(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from mine import OurCallback, loop

        TorchTrainer(loop, run_config=RunConfig(callbacks=[OurCallback()])).fit()
        """,
    )


def test_a_config_that_is_sampled_elsewhere() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train import get_context
        from ray.train.torch import TorchTrainer

        SPACE = {"lr": tune.uniform(0, 1)}


        def loop(config):
            print(config, get_context().get_world_rank())


        TorchTrainer(loop, train_loop_config={"lr": SPACE["lr"].sample()}).fit()
        TorchTrainer(loop, train_loop_config={"lr": lambda: tune.uniform(0, 1)}).fit()
        """,
    )


def test_a_run_config_of_ray_train_that_cannot_be_seen() -> None:
    check_unchanged(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop


        def run(options):
            TorchTrainer(loop, run_config=RunConfig(**options)).fit()
        """,
    )


def test_an_estimator_of_another_package() -> None:
    check_unchanged(
        """\
        from ray import tune
        from sklearn.linear_model import SGDClassifier

        model = SGDClassifier(verbose=1)
        model.fit([[0], [1]], [0, 1])
        """,
    )


def test_fields_that_only_say_what_is_printed() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, FailureConfig, RunConfig, SyncConfig
        from ray.train.torch import TorchTrainer

        from mine import loop

        TorchTrainer(loop, run_config=RunConfig(verbose=0)).fit()
        run_config = RunConfig(
            name="a",
            verbose=2,  # tables
            sync_config=SyncConfig(sync_artifacts=True),
            progress_reporter=tune.CLIReporter(),
            failure_config=FailureConfig(max_failures=1, fail_fast=False),
            checkpoint_config=CheckpointConfig(num_to_keep=2, checkpoint_frequency=0),
        )
        result = TorchTrainer(loop, run_config=run_config).fit()
        """,
        """\
        from ray.train import CheckpointConfig, FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop

        TorchTrainer(loop).fit()
        run_config = RunConfig(
            name="a",
            failure_config=FailureConfig(max_failures=1),
            checkpoint_config=CheckpointConfig(num_to_keep=2),
        )
        result = TorchTrainer(loop, run_config=run_config).fit()
        """,
    )


def test_a_logger_for_tune_of_another_package() -> None:
    check_migrated(
        """\
        import comet_ml.integration.ray
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer

        from mine import loop


        def main(config):
            logger = comet_ml.integration.ray.CometTrainLoggerCallback(config)
            trainer = TorchTrainer(
                loop,
                train_loop_config=config,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(callbacks=[logger]),
            )
            return trainer.fit()
        """,
        """\
        import comet_ml.integration.ray
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config

        from mine import loop


        def main(config):
            logger = comet_ml.integration.ray.CometTrainLoggerCallback(config)
            trainer = TorchTrainer(
                loop,
                train_loop_config=config,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=train_run_config(tune.RunConfig(callbacks=[logger])),
            )
            return fit_as_trial(trainer)
        """,
    )


def test_a_logger_of_tune() -> None:
    check_migrated(
        """\
        from ray.air import RunConfig, ScalingConfig
        from ray.air.integrations.wandb import WandbLoggerCallback
        from ray.train.torch import TorchTrainer

        from mine import loop


        def main():
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(callbacks=[WandbLoggerCallback(project="a")]),
            )
            return trainer.fit().metrics
        """,
        """\
        from ray import tune
        from ray.air.integrations.wandb import WandbLoggerCallback
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config

        from mine import loop


        def main():
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=train_run_config(
                    tune.RunConfig(callbacks=[WandbLoggerCallback(project="a")])
                ),
            )
            return fit_as_trial(trainer).metrics
        """,
    )


def test_a_callback_of_ones_own() -> None:
    check_migrated(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune import Callback

        from mine import loop


        class Lines(Callback):
            pass


        lines = Lines()
        trainer = TorchTrainer(loop, run_config=RunConfig(callbacks=[lines]))
        print(trainer.fit())
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune import Callback
        from raytune_runtime import fit_as_trial, train_run_config

        from mine import loop


        class Lines(Callback):
            pass


        lines = Lines()
        trainer = TorchTrainer(
            loop, run_config=train_run_config(tune.RunConfig(callbacks=[lines]))
        )
        print(fit_as_trial(trainer))
        """,
    )


def test_a_trainer_that_others_fit() -> None:
    check_migrated(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop


        def make():
            return TorchTrainer(loop, run_config=RunConfig(stop={"loss": 1}))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config

        from mine import loop


        def make():
            # TODO(raytune-migrate): RTM404 fit() by itself, under Train V2, does nothing of stop in the trainer's RunConfig. https://github.com/ray-project/ray/issues/49454
            return TorchTrainer(
                loop, run_config=train_run_config(tune.RunConfig(stop={"loss": 1}))
            )
        """,  # noqa: E501
        (8, "RTM404"),
    )


def test_one_of_two_trainers() -> None:
    check_migrated(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop, make

        trainer = TorchTrainer(loop, run_config=RunConfig(stop={"loss": 1}))
        if loop.big:
            trainer = make()
        trainer.fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config

        from mine import loop, make

        trainer = TorchTrainer(
            loop, run_config=train_run_config(tune.RunConfig(stop={"loss": 1}))
        )
        if loop.big:
            trainer = make()
        # TODO(raytune-migrate): RTM404 fit() by itself, under Train V2, does nothing of stop in the trainer's RunConfig. https://github.com/ray-project/ray/issues/49454
        trainer.fit()
        """,  # noqa: E501
        (9, "RTM404"),
    )


def test_a_run_config_of_ray_air_that_cannot_be_seen() -> None:
    check_migrated(
        """\
        from ray.air.config import RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop


        def run(options):
            TorchTrainer(loop, run_config=RunConfig(**options)).fit()
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config

        from mine import loop


        def run(options):
            fit_as_trial(
                TorchTrainer(loop, run_config=train_run_config(tune.RunConfig(**options)))
            )
        """,
    )


def test_a_fit_in_a_trial() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1})


        def driver(config):
            trainer = TorchTrainer(loop)
            tune.report({"loss": trainer.fit().metrics["loss"]})


        tuner = tune.Tuner(driver)
        """,
        (10, "RTM916"),
        (11, "RTM401"),
    )


def test_callbacks_in_a_variable() -> None:
    result = migrated(
        """\
        from ray.air.integrations.mlflow import MLflowLoggerCallback
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop

        callbacks = [MLflowLoggerCallback(experiment_name="a")]
        TorchTrainer(loop, run_config=RunConfig(callbacks=callbacks)).fit()
        """
    )
    assert "train_run_config(tune.RunConfig(callbacks=callbacks))" in result.after
    assert "RTM404" in changed(result)


def test_a_driver_function_for_another_module() -> None:
    check_finding(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            train.report({"loss": 1})


        def driver(config):
            run_config = train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            result = TorchTrainer(loop, run_config=run_config).fit()
            return {"loss": result.metrics["loss"]}
        """,
        (12, "RTM401"),
    )


SWEPT = """\
from ray import train, tune
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({"loss": config.get("lr", 0.1)})


trainer = TorchTrainer(loop)
FIT
tune.Tuner(trainer, param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}}).fit()
"""


@pytest.mark.parametrize(
    ("fit", "findings"),
    [
        ("trainer.fit()", []),
        ("result = trainer.fit()", []),
        ("result = trainer.fit()\nprint(result.path, result.checkpoint)", []),
        ("print(trainer.fit().error)", []),
        ("def run():\n    return trainer.fit()\n\nrun()", []),
        ("def run():\n    return trainer.fit()\n\nrun().path\nresult = run()", []),
        ("def run():\n    return trainer.fit()\n\ndef go():\n    return run()\n\ngo()", []),
        (
            "def run(n):\n    if n:\n        return run(n - 1)\n    return trainer.fit()\n\nrun(1)",
            [],
        ),
        ("def run():\n    return trainer.fit()", [(11, "RTM401")]),
        ("def run():\n    return trainer.fit()\n\nshow(run())", [(11, "RTM401")]),
        ("def run():\n    return trainer.fit()\n\nrun()\nshow(run)", [(11, "RTM401")]),
        ("@task\ndef run():\n    return trainer.fit()\n\nrun()", [(12, "RTM401")]),
        (
            "def run():\n    return trainer.fit()\n\nrun()\n__all__ = ['run']",
            [(11, "RTM401")],
        ),
        ("result = trainer.fit()\nprint(result)", [(10, "RTM401")]),
        ("result = trainer.fit()\nprint(result.get('x'))", [(10, "RTM401")]),
        ("print(trainer.fit())", [(10, "RTM401")]),
        ("result = trainer.fit()\n__all__ = ['result']", [(10, "RTM401")]),
        ("result, other = trainer.fit(), 1", [(10, "RTM401")]),
    ],
)
def test_a_result_without_a_checkpoint_matters_where_its_metrics_are_read(
    fit: str, findings: list[tuple[int, str]]
) -> None:
    assert said(migrated(SWEPT.replace("FIT", fit))) == findings


@pytest.mark.parametrize(
    "loop",
    [
        """
        from ray.train.lightning import RayTrainReportCallback


        def loop(config):
            Trainer(callbacks=[RayTrainReportCallback()]).fit(Model(config))
        """,
        """
        from ray.train import Checkpoint, report


        def loop(config):
            report({"loss": 1}, checkpoint=Checkpoint("/model"))
        """,
    ],
)
def test_a_train_loop_that_ends_with_a_checkpoint(loop: str) -> None:
    result = migrated(
        f"""
        from lightning import Trainer
        from model import Model
        from ray import tune
        from ray.train.torch import TorchTrainer
        {loop.strip()}


        trainer = TorchTrainer(loop)
        print(trainer.fit())
        tune.Tuner(trainer, param_space={{"train_loop_config": {{"lr": 1}}}}).fit()
        """
    )
    assert said(result) == []


@pytest.mark.parametrize(
    ("config", "findings"),
    [
        ("", []),
        ("run_config=RunConfig(name='a'),", []),
        (
            "run_config=RunConfig(checkpoint_config=CheckpointConfig(checkpoint_at_end=False)),",
            [(10, "RTM401")],
        ),
    ],
)
def test_a_boosting_trainer_ends_with_a_checkpoint(
    config: str, findings: list[tuple[int, str]]
) -> None:
    result = migrated(
        f"""
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.xgboost import XGBoostTrainer

        from data import datasets

        trainer = XGBoostTrainer(
            params={{}}, label_column="y", datasets=datasets, {config}
        )
        print(trainer.fit())
        tune.Tuner(trainer, param_space={{"params": {{"eta": tune.uniform(0, 1)}}}}).fit()
        """
    )
    assert said(result) == findings


def test_what_tune_added_to_the_result_of_a_boosting_trainer() -> None:
    result = migrated(
        """
        from ray.train.xgboost import XGBoostTrainer

        from data import datasets

        trainer = XGBoostTrainer(params={}, label_column="y", datasets=datasets)
        print(trainer.fit().metrics["training_iteration"])
        """
    )
    assert 'print(fit_as_trial(trainer).metrics["training_iteration"])' in result.after


def test_a_function_that_gives_a_trainer_or_what_tune_runs() -> None:
    check_migrated(
        """\
        import ray
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune import TuneConfig, Tuner


        def loop(config):
            ray.train.report({"accuracy": 1.0})


        def get_trainer(name, as_trainable=False):
            trainer = TorchTrainer(loop, run_config=RunConfig(name=name))
            if as_trainable:
                return trainer.as_trainable()
            return trainer


        def fit():
            result = get_trainer("once").fit()
            return result.metrics["accuracy"]


        def sweep():
            tuner = Tuner(
                get_trainer("sweep", as_trainable=True),
                tune_config=TuneConfig(num_samples=2),
                run_config=RunConfig(name="sweep"),
            )
            return tuner.fit()
        """,
        """\
        import ray
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune import TuneConfig, Tuner
        from raytune_runtime import driver_for, fit_as_trial


        def loop(config):
            ray.train.report({"accuracy": 1.0})


        def get_trainer(name, as_trainable=False):
            trainer = TorchTrainer(loop, run_config=RunConfig(name=name))
            if as_trainable:
                return trainer
            return trainer


        def fit():
            result = fit_as_trial(get_trainer("once"))
            return result.metrics["accuracy"]


        def sweep():
            tuner = Tuner(
                driver_for(get_trainer("sweep", as_trainable=True)),
                tune_config=TuneConfig(num_samples=2),
                run_config=tune.RunConfig(name="sweep"),
            )
            return tuner.fit()
        """,
    )


@pytest.mark.parametrize(
    ("other", "note"),
    [
        ('RunConfig(name="b", stop={"loss": 2})', "The trial is named train_driver_fn_..."),
        ("RunConfig(stop={'loss': 2})", "A run whose RunConfig has no name is called"),
        ("None", "A run whose RunConfig has no name is called"),
    ],
)
def test_a_run_that_each_branch_names(other: str, note: str) -> None:
    result = migrated(
        f"""\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import quick, train_loop

        if quick:
            run_config = RunConfig(name="a", stop={{"loss": 1}})
        else:
            run_config = {other}
        TorchTrainer(train_loop, run_config=run_config).fit()
        """
    )
    notes = [note for one in result.changes if one.code == "RTM404" for note in one.notes]
    assert len(notes) == 1
    assert notes[0].startswith(note)


# What Train V1 sampled


def test_a_train_loop_config_with_samplers() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        SPACE = {"lr": tune.uniform(0, 1), "optimizer": {"name": tune.choice(["adam", "sgd"])}}


        def loop(config):
            print(config)


        TorchTrainer(loop, train_loop_config=SPACE).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial

        SPACE = {"lr": tune.uniform(0, 1), "optimizer": {"name": tune.choice(["adam", "sgd"])}}


        def loop(config):
            print(config)


        fit_as_trial(TorchTrainer(loop, train_loop_config=SPACE))
        """,
    )


def test_a_trainer_that_may_be_another_with_samplers() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(config)


        def run(trainer=None):
            trainer = trainer or TorchTrainer(
                loop, train_loop_config={"lr": tune.uniform(0, 1)}
            )
            trainer.fit()
        """,
        (13, "RTM404"),
    )


def test_samplers_in_a_trial_of_a_sweep() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(config)


        def trial(config):
            TorchTrainer(loop, train_loop_config={"lr": tune.uniform(0, 1)}).fit()


        tune.Tuner(trial).fit()
        """,
        (10, "RTM916"),
    )
