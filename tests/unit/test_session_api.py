"""ray.air.session in a train loop becomes ray.train; elsewhere it is left alone."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged, migrated


def test_a_tune_function_keeps_its_session() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session


        def objective(config):
            session.report({"score": 1})


        tune.Tuner(objective).fit()
        """,
        """\
        from ray import tune


        def objective(config):
            tune.report({"score": 1})


        tune.Tuner(objective).fit()
        """,
    )


def test_a_loop_that_no_sweep_runs() -> None:
    check_migrated(
        """\
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            session.report({"rank": session.get_world_rank()})


        TorchTrainer(loop).fit()
        """,
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"rank": train.get_context().get_world_rank()})


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
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            save(1)


        def save(score):
            train.report({"score": score})


        def objective(config):
            tune.report({"score": 1})


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


def test_a_session_passed_on_as_a_whole() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            save(session)


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (7, "RTM908"),
    )


def test_a_rank_asked_before_the_worker_starts() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config, rank=session.get_world_rank()):
            session.report({"rank": rank})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (6, "RTM908"),
    )


def test_functions_that_are_passed_on() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            fit(on_epoch_end=session.report, rank=session.get_world_rank)


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
            fit(on_epoch_end=train.report, rank=train.get_context().get_world_rank)


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


def test_a_method_of_the_name_of_a_function() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.session import report
        from ray.train.torch import TorchTrainer


        def loop(config):
            config["log"].report({"a": 1})
            report({"b": 1})


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
            config["log"].report({"a": 1})
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


def test_inner_paths() -> None:
    check_migrated(
        """\
        import ray.air.session as air
        from ray import tune
        from ray.train import torch
        from ray.train._internal import session
        from ray.train._internal.session import report
        from ray.train.context import get_context


        def loop(config):
            context = get_context()
            report({"rank": context.get_world_rank(), "of": session.get_world_size()})
            air.report({"shard": air.get_dataset_shard("train")})


        tuner = tune.Tuner(
            torch.TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train import RunConfig, torch
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            context = train.get_context()
            train.report(
                {"rank": context.get_world_rank(), "of": train.get_context().get_world_size()}
            )
            train.report({"shard": train.get_dataset_shard("train")})


        def train_driver_fn(config: dict):
            trainer = torch.TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_the_session_of_tune_in_a_train_loop() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            start = tune.get_checkpoint()
            rank = tune.get_context().get_world_rank()
            train.report({"rank": rank}, checkpoint=start)


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def loop(config):
            start = train.get_checkpoint()
            rank = train.get_context().get_world_rank()
            train.report({"rank": rank}, checkpoint=start)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_function_inside_the_loop() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            def save(score):
                session.report({"score": score})

            save(1)
            session.report({"rank": session.get_world_rank()})


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
            def save(score):
                train.report({"score": score})

            save(1)
            train.report({"rank": train.get_context().get_world_rank()})


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


def test_a_method_with_parameters() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        class Job:
            def sweep(self, data):
                return tune.Tuner(
                    TorchTrainer(tune.with_parameters(self.loop, data=data)),
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                )

            def loop(self, config, data):
                self.save(len(data))

            def save(self, size):
                session.report({"size": size})
        """,
        """\
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        class Job:
            def sweep(self, data):
                train_loop = tune.with_parameters(self.loop, data=data)

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        train_loop,
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

                return tune.Tuner(
                    train_driver_fn,
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                )

            def loop(self, config, data):
                self.save(len(data))

            def save(self, size):
                train.report({"size": size})
        """,
    )


def test_a_lambda_that_moves_into_the_driver() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer
        from ray.train.torch.train_loop_utils import get_device


        trainer = TorchTrainer(
            lambda config: session.report({"id": session.get_trial_id(), "on": str(get_device())})
        )
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer, get_device
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                lambda config: train.report(
                    {"id": trial_info().trial_id, "on": str(get_device())}
                ),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_lambda_that_is_written_in_place() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        tuner = tune.Tuner(
            TorchTrainer(lambda config: session.report({"rank": session.get_world_rank()})),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                lambda config: train.report({"rank": train.get_context().get_world_rank()}),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_local_name_that_hides_the_module() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        def loop(config):
            train = config["train"]
            session.report({"size": len(train)})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train as ray_train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            train = config["train"]
            ray_train.report({"size": len(train)})


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


def test_the_session_by_its_whole_path() -> None:
    check_migrated(
        """\
        import ray
        import ray.train
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            if ray.train.get_context().get_world_rank() == 0:
                ray.air.session.report({"id": ray.train.get_context().get_trial_id()})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        import ray.train
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        def loop(config):
            if ray.train.get_context().get_world_rank() == 0:
                ray.train.report({"id": trial_info().trial_id})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=ray.train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_session_that_may_be_another() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        try:
            from ray.air import session
        except ImportError:
            from mine import session


        def loop(config):
            session.report({"a": 1})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (11, "RTM908"),
    )


def test_a_session_that_may_be_missing() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        try:
            from ray.air import session
        except ImportError:
            session = None


        def loop(config):
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

        try:
            pass
        except ImportError:
            session = None


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


def test_a_session_that_is_asked_for_whether_it_is_there() -> None:
    check_migrated(
        """\
        from ray.train.torch import TorchTrainer

        try:
            from ray.air import session
        except ImportError:
            session = None


        def train_loop(config):
            if session is None:
                return
            rank = session.get_world_rank() if session else 0
            if not session or session == None:
                print(session and session.get_world_size())
            session.report({"rank": rank})


        TorchTrainer(train_loop)
        """,
        """\
        from ray import train
        from ray.train.torch import TorchTrainer

        try:
            from ray.air import session
        except ImportError:
            session = None


        def train_loop(config):
            if session is None:
                return
            rank = train.get_context().get_world_rank() if session else 0
            if not session or session == None:
                print(session and train.get_context().get_world_size())
            train.report({"rank": rank})


        TorchTrainer(train_loop)
        """,
    )


def test_a_star_import_of_the_session() -> None:
    check_migrated(
        """\
        from ray.air.session import *
        from ray.train.torch import TorchTrainer


        def loop(config):
            report({"a": get_world_rank()})


        TorchTrainer(loop).fit()
        """,
        """\
        from ray import train
        from ray.air.session import *
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"a": train.get_context().get_world_rank()})


        TorchTrainer(loop).fit()
        """,
    )


def test_a_report_of_tune_in_a_function_that_tune_runs() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            tune.report({"a": 1})


        tune.Tuner(objective).fit()
        """
    )


def test_a_report_of_tune_that_train_loops_and_tune_functions_share() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def save(score):
            tune.report({"score": score})


        def loop(config):
            save(1)


        def objective(config):
            save(2)


        TorchTrainer(loop).fit()
        tune.Tuner(objective).fit()
        """,
        (6, "RTM909"),
    )


def test_a_report_of_tune() -> None:
    result = check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            tune.report({"a": 1})
            tune.report(metrics={"a": 2}, checkpoint=tune.get_checkpoint())


        TorchTrainer(loop).fit()
        """,
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"a": 1})
            train.report(metrics={"a": 2}, checkpoint=train.get_checkpoint())


        TorchTrainer(loop).fit()
        """,
    )
    (change,) = result.changes
    assert change.reason == "ray.tune's session does nothing inside a Train V2 worker."


def test_a_report_of_tune_in_a_sweep() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            save(1)


        def save(score):
            tune.report({"score": score})


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
            save(1)


        def save(score):
            train.report({"score": score})


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


def test_an_object_that_no_trainer_calls() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import session
        from ray.train.torch import TorchTrainer


        class Save:
            def __call__(self, score):
                session.report({"score": score})


        class Unlike:
            def step(self):
                session.report({"score": 1})


        class Loop:
            def __init__(self):
                session.report({"score": 0})

            def __call__(self, config):
                self.step()

            def step(self):
                pass


        save = Save()
        tuner = tune.Tuner(
            TorchTrainer(Loop()), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.air import session
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        class Save:
            def __call__(self, score):
                # TODO(raytune-migrate): RTM909 What runs this call of ray.air.session cannot be seen. https://github.com/ray-project/ray/issues/49454
                session.report({"score": score})


        class Unlike:
            def step(self):
                # TODO(raytune-migrate): RTM909 What runs this call of ray.air.session cannot be seen. https://github.com/ray-project/ray/issues/49454
                session.report({"score": 1})


        class Loop:
            def __init__(self):
                # TODO(raytune-migrate): RTM909 What runs this call of ray.air.session cannot be seen. https://github.com/ray-project/ray/issues/49454
                session.report({"score": 0})

            def __call__(self, config):
                self.step()

            def step(self):
                pass


        save = Save()
        train_loop = Loop()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                train_loop,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,  # noqa: E501
        (8, "RTM909"),
        (13, "RTM909"),
        (18, "RTM909"),
    )


def test_an_object_that_is_a_train_loop() -> None:
    check_migrated(
        """\
        from ray.air import session
        from ray.train.torch import TorchTrainer


        class Save:
            def __call__(self, score):
                session.report({"score": score})


        class Loop:
            save = Save()

            def __call__(self, config):
                self.save(config["score"])


        loop = Loop()
        TorchTrainer(loop, train_loop_config={"score": 1}).fit()
        """,
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        class Save:
            def __call__(self, score):
                train.report({"score": score})


        class Loop:
            save = Save()

            def __call__(self, config):
                self.save(config["score"])


        loop = Loop()
        TorchTrainer(loop, train_loop_config={"score": 1}).fit()
        """,
    )


def test_methods_that_derived_classes_fill_in() -> None:
    check_migrated(
        """\
        from ray.air import session
        from ray.train.torch import TorchTrainer


        class Base:
            def loop(self, config):
                self.step()

            def step(self):
                raise NotImplementedError

            def fit(self):
                TorchTrainer(self.loop).fit()


        class One(Base):
            def step(self):
                session.report({"score": 1})


        class Another(One):
            def step(self):
                self.report(2)

            def report(self, score):
                session.report({"score": score})
        """,
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        class Base:
            def loop(self, config):
                self.step()

            def step(self):
                raise NotImplementedError

            def fit(self):
                TorchTrainer(self.loop).fit()


        class One(Base):
            def step(self):
                train.report({"score": 1})


        class Another(One):
            def step(self):
                self.report(2)

            def report(self, score):
                train.report({"score": score})
        """,
    )


def test_what_does_nothing_is_named_as_it_is_written() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train._internal.session import get_accelerator
        from ray.train.torch import TorchTrainer


        def loop(config):
            get_accelerator(config["kind"])


        tuner = tune.Tuner(TorchTrainer(loop))
        """
    )
    (one,) = (one for one in result.findings if one.code == "RTM908")
    assert one.reason.startswith("ray.train._internal.session.get_accelerator does nothing")
