"""A checkpoint of Ray 2.0 to 2.6 is ray.train's, where a directory is all it is."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged


def test_a_dict_in_a_function_that_nobody_is_seen_to_run() -> None:
    check_migrated(
        """\
        from ray.air import Checkpoint, session


        def loop(config):
            session.report({"a": 1}, checkpoint=Checkpoint.from_dict({"a": 1}))
        """,
        """\
        from ray.air import session
        from raytune_runtime import checkpoint_from_dict


        def loop(config):
            # TODO(raytune-migrate): RTM909 What runs this call of ray.air.session cannot be seen. https://github.com/ray-project/ray/issues/49454
            session.report({"a": 1}, checkpoint=checkpoint_from_dict({"a": 1}))
        """,
        (5, "RTM909"),
    )


def test_a_checkpoint_of_another_package() -> None:
    check_migrated(
        """\
        from mine import Checkpoint
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            Checkpoint.from_dict({"a": Checkpoint(1).to_dict()})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from mine import Checkpoint
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            Checkpoint.from_dict({"a": Checkpoint(1).to_dict()})


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


def test_a_dict_of_something_else() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            config["checkpoint"].to_dict()
            checkpoint = config["checkpoint"]
            checkpoint.to_dict()


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
            config["checkpoint"].to_dict()
            checkpoint = config["checkpoint"]
            checkpoint.to_dict()


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


def test_a_checkpoint_of_ray_train() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchCheckpoint, TorchTrainer


        def loop(config):
            train.report({"a": 1}, checkpoint=Checkpoint("s3://bucket/a"))
            train.report({"a": 1}, checkpoint=TorchCheckpoint.from_state_dict(config["state"]))
            with train.get_checkpoint().as_directory() as path:
                print(path)


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchCheckpoint, TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def loop(config):
            train.report({"a": 1}, checkpoint=Checkpoint("s3://bucket/a"))
            train.report({"a": 1}, checkpoint=TorchCheckpoint.from_state_dict(config["state"]))
            with train.get_checkpoint().as_directory() as path:
                print(path)


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


def test_directories_everywhere() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import Checkpoint, session
        from ray.train.torch import TorchTrainer


        def make(path) -> Checkpoint:
            return Checkpoint.from_directory(path)


        def loop(config):
            start: Checkpoint = session.get_checkpoint()
            if start:
                start.to_directory("old")
            session.report({"a": 1}, checkpoint=make("new"))


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train import Checkpoint, RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def make(path) -> Checkpoint:
            return Checkpoint.from_directory(path)


        def loop(config):
            start: Checkpoint = train.get_checkpoint()
            if start:
                start.to_directory("old")
            train.report({"a": 1}, checkpoint=make("new"))


        def train_driver_fn(config: dict) -> None:
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


def test_other_paths_to_it() -> None:
    check_migrated(
        """\
        import ray.air
        from ray import train, tune
        from ray.air.checkpoint import Checkpoint as Saved
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"a": 1}, checkpoint=Saved.from_directory("a"))
            train.report({"b": 1}, checkpoint=ray.air.Checkpoint.from_directory("b"))


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train import Checkpoint as Saved
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            train.report({"a": 1}, checkpoint=Saved.from_directory("a"))
            train.report({"b": 1}, checkpoint=Saved.from_directory("b"))


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


def test_dicts_in_a_train_loop() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.air import Checkpoint, session
        from ray.train.torch import TorchCheckpoint, TorchTrainer


        def loop(config):
            start = session.get_checkpoint()
            if start:
                print(start.to_dict())
            print(session.get_checkpoint().to_bytes())
            session.report({"a": 1}, checkpoint=Checkpoint.from_dict({"a": 1}))
            session.report({"a": 1}, checkpoint=TorchCheckpoint.from_dict({"a": 1}))
            session.report({"a": 1}, checkpoint=Checkpoint(data_dict={"a": 1}))


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        (10, "RTM911"),
        (12, "RTM911"),
        (13, "RTM911"),
    )


def test_dicts_elsewhere() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"a": 1})


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        results = tuner.fit()
        best = results.get_best_result("loss", "min")
        print(best.checkpoint.to_dict())
        for one in results:
            print(one.checkpoint.uri)
        print([one.checkpoint.to_bytes() for one in results], results[0].checkpoint.to_dict())
        print(Checkpoint.from_uri("s3://bucket/a"))
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import train, tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, checkpoint_to_dict, trial_run


        def loop(config):
            train.report({"a": 1})


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
        best = results.get_best_result("loss", "min")
        print(checkpoint_to_dict(best.checkpoint))
        for one in results:
            # TODO(raytune-migrate): RTM911 uri is gone: a checkpoint is a directory. https://docs.ray.io/en/latest/train/user-guides/checkpoints.html
            print(one.checkpoint.uri)
        # TODO(raytune-migrate): RTM911 to_bytes is gone: a checkpoint is a directory. https://docs.ray.io/en/latest/train/user-guides/checkpoints.html
        print(
            [one.checkpoint.to_bytes() for one in results],
            checkpoint_to_dict(results[0].checkpoint),
        )
        print(Checkpoint("s3://bucket/a"))
        """,
        (17, "RTM911"),
        (18, "RTM911"),
    )


def test_where_a_checkpoint_kept_its_files() -> None:
    check_finding(
        """\
        import os

        from ray import tune


        def trial(config):
            tune.report({"loss": config["x"]})


        grid = tune.Tuner(trial).fit()
        best = grid.get_best_result("loss", "min")
        print(os.path.join(best.checkpoint._local_path, "checkpoint.pt"), best._local_path)
        """,
        (12, "RTM911"),
    )


def test_the_model_in_a_checkpoint_of_a_framework() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train.torch import TorchCheckpoint, TorchTrainer


        def shown(checkpoint: TorchCheckpoint, other):
            print(checkpoint.get_model(), other.get_model())


        best = tune.Tuner("PPO").fit().get_best_result("a", "max").checkpoint
        print(TorchCheckpoint(best.path, best.filesystem).get_model())
        made = TorchCheckpoint.from_state_dict({})
        print(made.get_model(model), server.checkpoint.get_model())
        """
    )


def test_the_model_in_a_checkpoint_of_a_result() -> None:
    check_finding(
        """\
        from ray.train.torch import TorchTrainer

        from project import train_loop

        checkpoint = TorchTrainer(train_loop).fit().checkpoint
        print(checkpoint.get_model())
        """,
        (6, "RTM911"),
    )


def test_a_checkpoint_among_the_arguments() -> None:
    check_migrated(
        """\
        from ray import air, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop, train_loop_config={"start": air.Checkpoint.from_directory("start")}
        )
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        train_loop_config = {"start": train.Checkpoint.from_directory("start")}


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=train_loop_config,
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )
