"""What is left as it is: each obstacle at its own line, and a mark where the file is rewritten."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged


def test_a_function_passed_as_a_parameter() -> None:
    check_unchanged(
        """\
        from ray import tune


        def sweep(objective):
            return tune.Tuner(objective, param_space={"lr": tune.uniform(0, 1)})
        """,
    )


def test_a_restore_with_a_function() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            return {"score": 1}


        tuner = tune.Tuner.restore("/results", trainable=objective)
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


def test_a_trainer_that_is_a_parameter() -> None:
    check_finding(
        """\
        from ray import tune


        def sweep(trainer):
            return tune.Tuner(trainer, param_space={"lr": 1})
        """,
        (5, "RTM901"),
    )


def test_a_parameter_beside_a_space_that_only_a_trainer_has_a_use_for() -> None:
    check_finding(
        """\
        from ray import tune


        def sweep(what):
            return tune.Tuner(
                what,
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            )
        """,
        (6, "RTM901"),
    )


def test_a_trainer_from_another_module() -> None:
    check_finding(
        """\
        from ray import tune

        from .training import make_trainer, trainer

        tune.Tuner(trainer).fit()
        tune.Tuner(make_trainer(3)).fit()
        """,
        (5, "RTM901"),
        (6, "RTM901"),
    )


def test_a_trainer_from_a_function_of_this_module() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build(epochs):
            return TorchTrainer(loop, train_loop_config={"epochs": epochs})


        tune.Tuner(build(3)).fit()
        """,
        (13, "RTM901"),
    )


def test_a_trainer_built_in_two_branches() -> None:
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
                trainer = TorchTrainer(loop, train_loop_config={"lr": 1})
            return tune.Tuner(trainer)
        """,
        (14, "RTM901"),
    )


def test_a_trainer_on_self() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        class Sweep:
            def __init__(self):
                self.trainer = TorchTrainer(loop)

            def run(self):
                return tune.Tuner(self.trainer).fit()
        """,
        (14, "RTM901"),
    )


def test_a_trainer_for_two_tuners() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        trainer = TorchTrainer(loop)
        tune.Tuner(trainer).fit()
        tune.Tuner(trainer).fit()
        """,
        (9, "RTM901"),
        (10, "RTM901"),
    )


def test_a_trainer_assigned_to_two_names_at_once() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        trainer = other = TorchTrainer(loop)
        tune.Tuner(trainer).fit()
        """,
        (9, "RTM901"),
    )


def test_a_trainer_in_an_assignment_expression() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        tune.Tuner(trainer := TorchTrainer(loop)).fit()
        """,
        (8, "RTM901"),
    )


def test_a_trainer_that_shares_its_line() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        trainer = TorchTrainer(loop); tuner = tune.Tuner(trainer)
        """,
        (8, "RTM901"),
    )


def test_a_trainer_in_the_body_of_a_class() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        class Sweep:
            trainer = TorchTrainer(loop)
            tuner = tune.Tuner(trainer)
        """,
        (11, "RTM901"),
    )


def test_arguments_that_cannot_be_seen() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(*args, **options):
            tune.Tuner(TorchTrainer(loop, **options))
            tune.Tuner(TorchTrainer(*args))
            tune.Tuner(TorchTrainer(loop), **options)
            tune.Tuner(*args)
        """,
        (10, "RTM907"),
        (11, "RTM907"),
        (12, "RTM907"),
        (13, "RTM901"),
    )


def test_a_restored_trainer() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        trainer = TorchTrainer(loop)
        tuner = tune.Tuner.restore(
            "/results",
            trainable=trainer,
        )
        """,
        (11, "RTM102"),
    )


def test_a_trainer_as_a_trainable() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        trainer = TorchTrainer(loop)
        tune.Tuner(trainer.as_trainable()).fit()
        tune.run(trainer.as_trainable())
        tune.Tuner(tune.with_resources(trainer, {"CPU": 1})).fit()
        tune.Tuner(tune.with_parameters(trainer.as_trainable(), data=1)).fit()
        """,
        (9, "RTM103"),
        (10, "RTM103"),
        (11, "RTM103"),
        (12, "RTM103"),
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


def test_a_trainer_class_of_ones_own() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        class Patient(TorchTrainer):
            pass


        def loop(config):
            pass


        trainer = Patient(loop)
        tune.Tuner(trainer).fit()
        """,
        (14, "RTM902"),
    )


def test_arguments_that_train_v2_refuses() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            metadata={"a": 1},
            preprocessor=None,
            scaling_config=ScalingConfig(
                num_workers=2,
                trainer_resources={"CPU": 1},
            ),
            run_config=RunConfig(
                local_dir="/results",
            ),
        )
        tune.Tuner(trainer).fit()
        """,
        (12, "RTM904"),
        (13, "RTM904"),
        (16, "RTM904"),
        (19, "RTM904"),
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
                scaling_config=ScalingConfig(num_workers=2, trainer_resources=None),
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


def test_a_trainer_without_a_loop() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        tuner = tune.Tuner(TorchTrainer(train_loop_config={"a": 1}))
        """,
        (4, "RTM903"),
    )


def test_schedulers_that_pause_or_clone() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import PopulationBasedTraining, create_scheduler


        def loop(config):
            pass


        tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(
                scheduler=PopulationBasedTraining(),
            ),
        ).fit()
        tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(
                scheduler="hyperband",
            ),
        ).fit()
        """,
        (13, "RTM905"),
        (19, "RTM905"),
    )


def test_configs_that_cannot_be_seen() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(run, checkpoints, options, space):
            tune.Tuner(TorchTrainer(loop), run_config=run)
            tune.Tuner(TorchTrainer(loop), run_config=RunConfig(checkpoint_config=checkpoints))
            tune.Tuner(TorchTrainer(loop), run_config=RunConfig(**options))
            tune.Tuner(TorchTrainer(loop), param_space=space)
            tune.Tuner(TorchTrainer(loop), param_space={"train_loop_config": {}, **space})
        """,
        (11, "RTM907"),
        (12, "RTM907"),
        (13, "RTM907"),
        (14, "RTM907"),
        (15, "RTM907"),
    )


def test_a_run_config_that_other_code_uses() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass

        run = RunConfig(name="a")
        print(run.name)
        tuner = tune.Tuner(TorchTrainer(loop), run_config=run)
        """,
        (11, "RTM907"),
    )


def test_whole_scaling_configs_are_sampled() -> None:
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
                "scaling_config": tune.choice(
                    [
                        ScalingConfig(num_workers=1),
                        ScalingConfig(num_workers=2),
                    ]
                )
            },
        )
        """,
        (14, "RTM907"),
        (15, "RTM907"),
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
        from ray.tune.schedulers import PB2


        def loop(config):
            tune.report(score=1)


        trainer = TorchTrainer(
            loop,
            metadata={"a": 1},
        )
        tune.Tuner(
            trainer,
            tune_config=tune.TuneConfig(scheduler=PB2()),
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


        def other(trainer):
            # from the caller
            return tune.Tuner(
                trainer,
                param_space={"train_loop_config": {"lr": 1}},
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


        def other(trainer):
            # from the caller
            # TODO(raytune-migrate): RTM901 What the Tuner is given comes from elsewhere. https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
            return tune.Tuner(
                trainer,
                param_space={"train_loop_config": {"lr": 1}},
            )
        """,
        (18, "RTM901"),
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


        def other(trainer):
            # TODO(raytune-migrate): RTM901 as before https://ray.io
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
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


        def other(trainer):
            # TODO(raytune-migrate): RTM901 as before https://ray.io
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
        """,
        (17, "RTM901"),
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
            TorchTrainer(loop, metadata={}, epochs=3),
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
        # TODO(raytune-migrate): RTM904 Train V2 takes no metadata in the trainer. https://github.com/ray-project/ray/issues/49454
        tuner = tune.Tuner(
            TorchTrainer(loop, metadata={}, epochs=3),
        )
        """,
        (16, "RTM903"),
        (16, "RTM904"),
    )


def test_a_file_with_findings_alone_gets_no_marks() -> None:
    check_finding(
        """\
        from ray import tune


        def sweep(trainer):
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
        """,
        (5, "RTM901"),
    )
