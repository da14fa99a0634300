"""ray.air.session in a train loop becomes ray.train; elsewhere it is left alone."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged


def test_a_tune_function_keeps_its_session() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.air import session


        def objective(config):
            session.report({"score": 1})


        tune.Tuner(objective).fit()
        """,
    )


def test_a_loop_that_no_sweep_runs() -> None:
    check_unchanged(
        """\
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            session.report({"rank": session.get_world_rank()})


        TorchTrainer(loop).fit()
        """,
    )


def test_a_session_of_another_package() -> None:
    check_unchanged(
        """\
        from database import session
        from ray import tune


        def objective(config):
            session.report({"score": 1})


        tune.Tuner(objective).fit()
        """,
    )


def test_a_session_that_is_a_parameter() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def save(session):
            session.report({"a": 1})


        def loop(config):
            save(config["session"])
            session.report({"b": 1})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def save(session):
            session.report({"a": 1})


        def loop(config):
            save(config["session"])
            train.report({"b": 1})


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


def test_report_and_context() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            shard = session.get_dataset_shard("train")
            session.report(
                {"rank": session.get_world_rank(), "of": session.get_world_size()},
                checkpoint=shard,
            )


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            shard = train.get_dataset_shard("train")
            train.report(
                {
                    "rank": train.get_context().get_world_rank(),
                    "of": train.get_context().get_world_size(),
                },
                checkpoint=shard,
            )


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


def test_functions_by_their_own_names() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.session import get_checkpoint, get_world_size as size, report
        from ray.train.torch import TorchTrainer


        def loop(config):
            if get_checkpoint() is None:
                report({"size": size()})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def loop(config):
            if train.get_checkpoint() is None:
                train.report({"size": train.get_context().get_world_size()})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_an_import_inside_the_loop() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            from ray.air import session

            session.report({"a": 1})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):

            train.report({"a": 1})


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


def test_what_the_loop_calls_and_nothing_else() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            save(1)


        def save(score):
            session.report({"score": score})


        def objective(config):
            session.report({"score": 1})


        tune_only = tune.Tuner(objective)
        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.air import session
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            save(1)


        def save(score):
            train.report({"score": score})


        def objective(config):
            session.report({"score": 1})


        tune_only = tune.Tuner(objective)


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


def test_what_ray_train_has_no_counterpart_for() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            session.report({"id": session.get_trial_id()})


        tuner = tune.Tuner(TorchTrainer(loop))
        """,
        (7, "RTM908"),
    )
