"""The RunConfig of a Tuner over a function, in a file whose other sweeps are rewritten."""

from __future__ import annotations

from migrating import check_finding, check_migrated


def test_a_file_without_a_sweep_over_a_trainer() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        tuner = tune.Tuner(loop, run_config=RunConfig(name="a"))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        tuner = tune.Tuner(loop, run_config=tune.RunConfig(name="a"))
        """,
    )


def test_a_function_beside_a_trainer() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        from ray.train import CheckpointConfig

        plain = tune.Tuner(
            loop,
            run_config=RunConfig(
                name="b", checkpoint_config=CheckpointConfig(num_to_keep=1)
            ),
        )
        tuner = tune.Tuner(TorchTrainer(loop), tune_config=ONE)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        from raytune_runtime import TuneReportCallback, trial_run

        plain = tune.Tuner(
            loop,
            run_config=tune.RunConfig(
                name="b", checkpoint_config=tune.CheckpointConfig(num_to_keep=1)
            ),
        )


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(train_driver_fn, tune_config=ONE)
        """,
    )


def test_a_run_config_that_a_trainer_has_too() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        run_config = RunConfig(name="b")
        plain = tune.Tuner(loop, run_config=run_config)
        final = TorchTrainer(loop, run_config=run_config)
        tuner = tune.Tuner(TorchTrainer(loop), tune_config=ONE)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, train_run_config, trial_run

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        run_config = tune.RunConfig(name="b")
        plain = tune.Tuner(loop, run_config=run_config)
        final = TorchTrainer(loop, run_config=train_run_config(run_config))


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(train_driver_fn, tune_config=ONE)
        """,
    )


def test_where_tune_run_stores() -> None:
    check_migrated(
        """\
        from ray import tune

        from project import STORE


        def objective(config):
            pass


        tune.run(objective, storage_path="/results")
        tune.run(objective, local_dir="~/results")
        tune.run(objective, local_dir="results", num_samples=2)
        tune.run(objective, local_dir="~/results", storage_path="/results")
        tune.run(objective, local_dir=STORE)
        """,
        """\
        import os

        from ray import tune

        from project import STORE


        def objective(config):
            pass


        tune.run(objective, storage_path="/results")
        tune.run(objective, storage_path="~/results")
        tune.run(objective, storage_path=os.path.abspath("results"), num_samples=2)
        tune.run(objective, storage_path="/results")
        tune.run(objective, storage_path=STORE)
        """,
    )


def test_an_argument_of_tune_run_in_a_run_config_is_said_to_be_wrong() -> None:
    result = check_finding(
        """\
        from ray import tune

        from project import objective

        tuner = tune.Tuner(
            objective,
            run_config=tune.RunConfig(
                local_dir="/results",
                checkpoint_at_end=True,
            ),
        )
        """,
        (9, "RTM903"),
    )
    assert result.findings[0].message == (
        "RunConfig never took an argument checkpoint_at_end."
        " Mend this first; translating it would only hide it."
    )


def test_which_ranks_were_to_store_their_checkpoints() -> None:
    check_migrated(
        """\
        from ray import air, tune

        from project import objective

        config = air.RunConfig(
            checkpoint_config=air.CheckpointConfig(num_to_keep=1, _checkpoint_keep_all_ranks=True)
        )
        tune.Tuner(objective, run_config=config).fit()
        """,
        """\
        from ray import tune

        from project import objective

        config = tune.RunConfig(
            checkpoint_config=tune.CheckpointConfig(num_to_keep=1)
        )
        tune.Tuner(objective, run_config=config).fit()
        """,
    )


def test_a_class_keeps_how_often_it_makes_checkpoints() -> None:
    check_migrated(
        """\
        from ray import train, tune

        from project import Model


        def objective(config):
            tune.report({"loss": 1})


        def sweep(checkpoints):
            config = train.RunConfig(name="sweep", checkpoint_config=checkpoints)
            tune.Tuner(Model, run_config=config).fit()
            tune.Tuner(
                "PPO", run_config=train.RunConfig(checkpoint_config=checkpoints)
            ).fit()
            tune.Tuner(
                objective, run_config=train.RunConfig(checkpoint_config=checkpoints)
            ).fit()
        """,
        """\
        from ray import tune
        from raytune_runtime import tune_run_config

        from project import Model


        def objective(config):
            tune.report({"loss": 1})


        def sweep(checkpoints):
            config = tune.RunConfig(name="sweep", checkpoint_config=checkpoints)
            tune.Tuner(Model, run_config=tune_run_config(config, of_trainer=False)).fit()
            tune.Tuner(
                "PPO",
                run_config=tune_run_config(
                    tune.RunConfig(checkpoint_config=checkpoints), of_trainer=False
                ),
            ).fit()
            tune.Tuner(
                objective,
                run_config=tune_run_config(tune.RunConfig(checkpoint_config=checkpoints)),
            ).fit()
        """,
    )
