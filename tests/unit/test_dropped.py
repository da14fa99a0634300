"""What a train loop may no longer use keeps its sweep from being rewritten."""

from __future__ import annotations

from migrating import changed, check_finding, check_migrated, check_unchanged, migrated


def test_callbacks_of_tune_in_a_tune_function() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer
        from ray.tune.integration.xgboost import TuneReportCheckpointCallback


        def objective(config):
            fit(callbacks=[TuneReportCheckpointCallback()])


        def loop(config):
            pass


        tune.Tuner(objective).fit()
        tuner = tune.Tuner(
            XGBoostTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.xgboost import XGBoostTrainer
        from ray.tune.integration.xgboost import TuneReportCheckpointCallback
        from raytune_runtime import TuneReportCallback, trial_run


        def objective(config):
            fit(callbacks=[TuneReportCheckpointCallback()])


        def loop(config):
            pass


        tune.Tuner(objective).fit()


        def train_driver_fn(config: dict):
            trainer = XGBoostTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_callbacks_of_another_package() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from mine.integration.keras import TuneReportCallback


        def loop(config):
            fit(callbacks=[TuneReportCallback()])


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback as RuntimeTuneReportCallback, trial_run
        from mine.integration.keras import TuneReportCallback


        def loop(config):
            fit(callbacks=[TuneReportCallback()])


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=RunConfig(**trial_run(), callbacks=[RuntimeTuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_method_named_as_something_dropped() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            config["accelerator"].backward(config["loss"])
            config["accelerator"].accelerate()


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
            config["accelerator"].backward(config["loss"])
            config["accelerator"].accelerate()


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


def test_callbacks_of_tune() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.integration import keras
        from ray.tune.integration.pytorch_lightning import TuneReportCallback
        from ray.tune.integration.xgboost import TuneReportCheckpointCallback as Report


        def loop(config):
            fit(callbacks=[keras.TuneReportCheckpointCallback()])
            fit(callbacks=[TuneReportCallback()])
            fit(callbacks=[Report()])


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (9, "RTM908"),
        (10, "RTM908"),
        (11, "RTM908"),
    )


def test_mixed_precision_of_train() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from ray.train.torch.train_loop_utils import backward


        def loop(config):
            train.torch.accelerate(amp=True)
            train.torch.prepare_optimizer(config["optimizer"])
            backward(config["loss"])


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (7, "RTM908"),
        (8, "RTM908"),
        (9, "RTM908"),
    )


def test_a_report_of_tune_that_never_was_ray_trains() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            tune.report(loss=1)
            tune.report(**config)
            tune.report({"loss": 1}, {"loss": 2})
            tune.report(metrics={"loss": 1}, done=True)
            tune.report()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (6, "RTM908"),
        (7, "RTM908"),
        (8, "RTM908"),
        (9, "RTM908"),
        (10, "RTM908"),
    )


def test_a_report_of_tune_passed_on() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            fit(callback=tune.report)


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (6, "RTM908"),
    )


def test_a_loop_that_no_sweep_runs() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer, accelerate


        def loop(config):
            train.report({"a": 1})


        def plain(config):
            accelerate()


        TorchTrainer(plain).fit()

        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import train, tune
        from ray.train.torch import TorchTrainer, accelerate
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            train.report({"a": 1})


        def plain(config):
            # TODO(raytune-migrate): RTM908 torch.accelerate raises in a Train V2 worker. https://github.com/ray-project/ray/issues/49454
            accelerate()


        TorchTrainer(plain).fit()


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
        (10, "RTM908"),
    )


def test_what_a_context_is_asked_by_getattr() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            context = train.get_context()
            name = getattr(context, "get_trial_name", lambda: None)()
            path = getattr(train.get_context(), "get_trial_dir")()
            train.report({"name": name, "path": path})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (7, "RTM908"),
        (8, "RTM908"),
    )


def test_what_others_are_asked_by_getattr() -> None:
    result = migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            context = train.get_context()
            rank = getattr(context, "get_world_rank")()
            name = getattr(config["job"], "get_trial_name")()
            train.report({"rank": rank, "name": name, "all": getattr(context, config["ask"])()})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """
    )
    assert changed(result) == ["RTM101"]
    assert result.findings == ()


def test_a_callback_of_tune_that_only_a_tune_function_holds() -> None:
    check_unchanged(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.xgboost import TuneReportCheckpointCallback

        report = TuneReportCheckpointCallback()


        def objective(config):
            fit(callbacks=[report])


        def loop(config):
            config = {"report": 1}
            train.report({"report": config.get("report")})


        tune.Tuner(objective).fit()
        TorchTrainer(loop).fit()
        """
    )


def test_a_callback_of_tune_that_is_made_around_the_train_loop() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.xgboost import TuneReportCheckpointCallback

        CALLBACKS = [TuneReportCheckpointCallback()]


        def main():
            own = TuneReportCheckpointCallback()

            def loop(config):
                fit(callbacks=[own])
                fit(callbacks=CALLBACKS)

            tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            ).fit()
        """,
        (12, "RTM908"),
        (13, "RTM908"),
    )
