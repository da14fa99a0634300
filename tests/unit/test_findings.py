"""What is left as it is: each obstacle at its own line, and a mark where the file is rewritten."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_migrated, check_unchanged, migrated


def test_a_function_passed_as_a_parameter() -> None:
    check_unchanged(
        """\
        from ray import tune


        def sweep(objective):
            return tune.Tuner(objective, param_space={"lr": tune.uniform(0, 1)})
        """,
    )


def test_resources_of_a_function() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            return {"score": 1}


        tune.run(tune.with_resources(objective, {"CPU": 2}))
        """,
    )


def test_arguments_that_cannot_be_seen() -> None:
    check_finding(
        """\
        from ray import tune


        def sweep(*args, **options):
            tune.Tuner(*args)
            tune.Tuner(**options)
        """,
        (5, "RTM901"),
        (6, "RTM901"),
    )


def test_a_trainable_of_a_trainer_with_resources_or_parameters() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        tune.Tuner(tune.with_resources(trainer.as_trainable(), {"CPU": 1})).fit()
        tune.Tuner(tune.with_parameters(trainer.as_trainable(), data=1)).fit()
        tune.run(tune.with_resources(trainer.as_trainable(), {"CPU": 1}))
        """,
        (10, "RTM103"),
        (11, "RTM103"),
        (12, "RTM103"),
    )


def test_a_trainer_with_resources() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        tune.Tuner(tune.with_resources(trainer, {"CPU": 1})).fit()
        """,
        (10, "RTM903"),
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("TorchTrainer(loop)", "checkpoint_frequency was never allowed with a train loop."),
        (
            "TorchTrainer(loop) if large else Small",
            "The Tuner may be given a trainer, and checkpoint_frequency was never allowed with"
            " those.",
        ),
    ],
)
def test_checkpoints_by_a_frequency(given: str, reason: str) -> None:
    result = check_finding(
        f"""\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import Small, large, loop

        every = tune.CheckpointConfig(checkpoint_frequency=2)
        tune.Tuner({given}, run_config=tune.RunConfig(checkpoint_config=every)).fit()
        """,
        (6, "RTM903"),
    )
    assert [one.reason for one in result.findings] == [reason]


def test_tune_run_with_a_trainer() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        tune.run(trainer)
        """,
        (10, "RTM903"),
    )


def test_a_trainer_without_a_counterpart() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.horovod import HorovodTrainer


        def loop(config):
            pass


        tune.Tuner(
            HorovodTrainer(loop),
        ).fit()
        """,
        (10, "RTM902"),
    )


def test_a_preprocessor_that_is_none() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            preprocessor=None,
            run_config=RunConfig(name="a"),
        )
        tune.Tuner(trainer).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(ScalingConfig())
            ),
            run_config=tune.RunConfig(name="a"),
        ).fit()
        """,
    )


def test_an_argument_that_train_v2_refuses_in_one_branch() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(small):
            if small:
                trainer = TorchTrainer(loop)
            else:
                trainer = TorchTrainer(
                    loop,
                    preprocessor={"a": 1},
                )
            return tune.Tuner(trainer)
        """,
        (15, "RTM904"),
    )


def test_a_trainer_without_a_counterpart_in_one_branch() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.horovod import HorovodTrainer
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(small):
            trainer = TorchTrainer(loop) if small else HorovodTrainer(loop)
            return tune.Tuner(trainer)
        """,
        (11, "RTM902"),
    )


def test_trainer_resources_that_are_swept() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            param_space={
                "scaling_config": ScalingConfig(
                    num_workers=2,
                    trainer_resources={"CPU": 0},
                )
            },
        )
        """,
        (15, "RTM904"),
    )


def test_arguments_that_are_none_are_no_obstacle() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            scaling_config=ScalingConfig(num_workers=2, trainer_resources=None),
        )
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_what_was_wrong_under_train_v1_already() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            epochs=3,
            train_loop_config={
                "lr": tune.uniform(0, 1),
            },
            run_config=RunConfig(
                checkpoint_config=CheckpointConfig(
                    checkpoint_at_end=True,
                ),
            ),
        )
        tuner = tune.Tuner(
            trainer,
            param_space={
                "lr": tune.uniform(0, 1),
                "run_config": RunConfig(),
            },
        )
        """,
        (12, "RTM903"),
        (14, "RTM903"),
        (18, "RTM903"),
        (25, "RTM903"),
        (26, "RTM903"),
    )


def test_keys_of_a_space_that_no_trainer_takes_are_said_once() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import loop

        tune.Tuner(
            TorchTrainer(loop),
            param_space={
                "lr": tune.uniform(0, 1),
                "momentum": tune.uniform(0, 1),
                "epochs": 3,
            },
        ).fit()
        """,
        (9, "RTM903"),
    )
    (finding,) = result.findings
    assert finding.reason == (
        "'lr', 'momentum' and 'epochs' in param_space are no arguments of the trainer, and V1"
        " failed on them."
    )
    assert finding.advice == (
        "Move them below 'train_loop_config' in param_space, if that reads them, then run again."
    )


@pytest.mark.parametrize(
    ("scaling", "space", "advice"),
    [
        (
            'ScalingConfig({"CPU": 2}, *(2,))',
            "None",
            "Write it with its name, as trainer_resources=..., and run again: then it is carried"
            " over. Until then the sweep is left as it is.",
        ),
        (
            "None",
            '{"scaling_config": ScalingConfig(trainer_resources={"CPU": 2})}',
            "Remove it here and run again; then give it to the trial_resources() that is written,"
            " as driver_resources.",
        ),
    ],
)
def test_what_to_do_about_the_resources_of_a_trainer(scaling: str, space: str, advice: str) -> None:
    result = migrated(
        f"""\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        from project import loop

        trainer = TorchTrainer(loop, scaling_config={scaling})
        tune.Tuner(trainer, param_space={space}).fit()
        """
    )
    assert [(one.code, one.advice) for one in result.findings] == [("RTM904", advice)]


def test_a_space_that_is_a_list() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import loop

        spaces = [{"train_loop_config": {"lr": lr}} for lr in (0.1, 0.2)]
        tune.Tuner(TorchTrainer(loop), param_space=spaces).fit()
        """,
        (7, "RTM903"),
    )
    assert result.findings[0].reason == "param_space is no dict, and V1 refused it."


def test_search_spaces_among_the_arguments_of_a_trainer() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer

        from project import train_data, valid_data

        trainer = XGBoostTrainer(
            label_column="target",
            num_boost_round=tune.randint(10, 100),
            params={"max_depth": tune.randint(1, 9)},
            datasets={"train": tune.choice([train_data, valid_data])},
        )
        tune.Tuner(trainer, param_space={"datasets": {"train": train_data}}).fit()
        """,
        (8, "RTM903"),
        (9, "RTM903"),
    )
    told = {one.place.line: one for one in result.findings}
    assert told[8].reason == (
        "A search space in the trainer's own num_boost_round is never sampled."
    )
    assert told[8].advice.startswith(
        "Move it into the param_space of the Tuner, as 'num_boost_round', then run again."
    )


def test_a_trainer_without_a_loop() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        tuner = tune.Tuner(TorchTrainer(train_loop_config={"a": 1}))
        """,
        (4, "RTM903"),
    )


def test_a_scheduler_that_resizes_trials() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import ResourceChangingScheduler, create_scheduler


        def loop(config):
            pass


        tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(
                scheduler=ResourceChangingScheduler(),
            ),
        ).fit()
        tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(
                scheduler=create_scheduler("resource_changing"),
            ),
        ).fit()
        """,
        (13, "RTM905"),
        (19, "RTM905"),
    )


def test_what_a_worker_may_no_longer_call() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer, accelerate


        def loop(config):
            accelerate()
            context = train.get_context()
            print(context.get_metadata())
            save()


        def save():
            tune.report(score=1)


        tune.Tuner(TorchTrainer(loop)).fit()
        """,
        (6, "RTM908"),
        (8, "RTM908"),
        (13, "RTM908"),
    )


def test_several_obstacles_of_one_sweep() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import ResourceChangingScheduler


        def loop(config):
            tune.report(score=1)


        trainer = TorchTrainer(
            loop,
            preprocessor={"a": 1},
        )
        tune.Tuner(
            trainer,
            tune_config=tune.TuneConfig(scheduler=ResourceChangingScheduler()),
        ).fit()
        """,
        (7, "RTM908"),
        (12, "RTM904"),
        (16, "RTM905"),
    )


def test_one_sweep_is_rewritten_and_the_other_marked() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def one():
            return tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )


        def other(make):
            # by hand
            return make(
                tune.Tuner,
                tune.Tuner(
                    TorchTrainer(loop, preprocessor={}),
                    param_space={"train_loop_config": {"lr": 1}},
                ),
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def one():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )


        def other(make):
            # by hand
            # TODO(raytune-migrate): RTM904 The trainer is given a preprocessor and no datasets. Train V2 takes no preprocessor in the trainer. https://github.com/ray-project/ray/issues/49454
            return make(
                tune.Tuner,
                tune.Tuner(
                    TorchTrainer(loop, preprocessor={}),
                    param_space={"train_loop_config": {"lr": 1}},
                ),
            )
        """,  # noqa: E501
        (20, "RTM904"),
    )


def test_a_mark_that_is_there_already_is_not_written_again() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def one():
            return tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )


        def other():
            # TODO(raytune-migrate): RTM904 as before https://ray.io
            return tune.Tuner(TorchTrainer(loop, preprocessor={}))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def one():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )


        def other():
            # TODO(raytune-migrate): RTM904 as before https://ray.io
            return tune.Tuner(TorchTrainer(loop, preprocessor={}))
        """,
        (17, "RTM904"),
    )


def test_two_findings_in_one_statement_are_two_marks() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def one():
            return tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )


        tuner = tune.Tuner(
            TorchTrainer(loop, preprocessor={}, epochs=3),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def one():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )


        # TODO(raytune-migrate): RTM903 The trainer never took an argument epochs. https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
        # TODO(raytune-migrate): RTM904 The trainer is given a preprocessor and no datasets. Train V2 takes no preprocessor in the trainer. https://github.com/ray-project/ray/issues/49454
        tuner = tune.Tuner(
            TorchTrainer(loop, preprocessor={}, epochs=3),
        )
        """,  # noqa: E501
        (16, "RTM903"),
        (16, "RTM904"),
    )


def test_a_file_with_findings_alone_gets_no_marks() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(TorchTrainer(loop, preprocessor={}))
        """,
        (9, "RTM904"),
    )
