"""Loggers that do not know Train V2, in a worker; elsewhere they are as good as before."""

from __future__ import annotations

from pathlib import Path

from migrating import check_finding, check_migrated
from packaging.version import Version

from raytune_migrate.project import Project

RAY_2_53 = Project(root=Path("/"), minimum_ray=Version("2.53"))


def test_a_logger_of_a_tune_function() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.integrations.mlflow import setup_mlflow
        from ray.air.integrations.wandb import setup_wandb
        from ray.train.torch import TorchTrainer


        def objective(config):
            setup_wandb(config)
            setup_mlflow(config)


        def loop(config):
            pass


        tune.Tuner(objective).fit()

        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.air.integrations.mlflow import setup_mlflow
        from ray.air.integrations.wandb import setup_wandb
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def objective(config):
            setup_wandb(config)
            setup_mlflow(config)


        def loop(config):
            pass


        tune.Tuner(objective).fit()


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


def test_a_logger_of_another_package() -> None:
    check_migrated(
        """\
        from loggers import setup_wandb
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            setup_wandb(config)


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from loggers import setup_wandb
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            setup_wandb(config)


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


def test_mlflow_where_it_knows_train_v2() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.integrations.mlflow import setup_mlflow
        from ray.train.torch import TorchTrainer


        def loop(config):
            setup_mlflow(config, experiment_name="sweep")


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.air.integrations.mlflow import setup_mlflow
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            setup_mlflow(config, experiment_name="sweep")


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        project=RAY_2_53,
    )


def test_mlflow_that_is_told_its_name_and_does_not_know_train_v2_yet() -> None:
    result = check_finding(
        """\
        from ray.air.integrations.mlflow import setup_mlflow
        from ray.train.torch import TorchTrainer


        def loop(config):
            setup_mlflow(config, experiment_name="digits")


        TorchTrainer(loop).fit()
        """,
        (6, "RTM910"),
    )
    assert [one.advice for one in result.findings] == ["Require Ray 2.53."]


def test_mlflow_that_was_named_after_the_trial() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.integrations.mlflow import setup_mlflow
        from ray.train.torch import TorchTrainer


        def loop(config):
            setup_mlflow(config, tracking_uri="http://host")


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.air.integrations.mlflow import setup_mlflow
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            # TODO(raytune-migrate): RTM910 setup_mlflow no longer names its run after the trial. https://docs.ray.io/en/latest/train/user-guides/experiment-tracking.html
            setup_mlflow(config, tracking_uri="http://host")


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (7, "RTM910"),
        project=RAY_2_53,
    )


def test_loggers_in_a_train_loop() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.integrations import wandb
        from ray.air.integrations.mlflow import setup_mlflow as start
        from ray.train.torch import TorchTrainer


        def loop(config):
            wandb.setup_wandb(config, project="p")
            log()


        def log():
            start()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.air.integrations import wandb
        from ray.air.integrations.mlflow import setup_mlflow as start
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            # TODO(raytune-migrate): RTM910 setup_wandb sees no rank and no trial in V2 workers. https://docs.ray.io/en/latest/train/user-guides/experiment-tracking.html
            wandb.setup_wandb(config, project="p")
            log()


        def log():
            # TODO(raytune-migrate): RTM910 Below Ray 2.53 setup_mlflow fails in a V2 worker. https://docs.ray.io/en/latest/train/user-guides/experiment-tracking.html
            start()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (8, "RTM910"),
        (13, "RTM910"),
    )


def test_a_logger_in_a_statement_that_moves() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.integrations.wandb import setup_wandb
        from ray.train.torch import TorchTrainer

        print("go")

        # one trial
        trainer = TorchTrainer(lambda config: setup_wandb(config))
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.air.integrations.wandb import setup_wandb
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        print("go")


        def train_driver_fn(config: dict):
            # one trial
            trainer = TorchTrainer(
                lambda config: setup_wandb(config),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        # TODO(raytune-migrate): RTM910 setup_wandb sees no rank and no trial in V2 workers. https://docs.ray.io/en/latest/train/user-guides/experiment-tracking.html
        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (8, "RTM910"),
    )
