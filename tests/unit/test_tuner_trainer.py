"""Tuner(trainer) becomes Tuner(train_driver_fn): where the driver goes, and what it holds."""

from __future__ import annotations

import pytest
from migrating import check_migrated, check_stands, check_unchanged, migrated


def test_a_tuner_over_a_function() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            return {"score": config["a"]}


        tuner = tune.Tuner(objective, param_space={"a": tune.uniform(0, 1)})
        tuner.fit()
        """,
    )


def test_a_tuner_over_a_driver_function() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from raytune_runtime import trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=config,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(train_driver_fn, param_space={"a": tune.uniform(0, 1)})
        tuner.fit()
        """,
    )


def test_a_driver_with_resources() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            TorchTrainer(
                loop,
                train_loop_config=config["train_loop_config"],
                run_config=RunConfig(**trial_run()),
            ).fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, {"CPU": 1}),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
        )
        """,
    )


def test_a_driver_with_parameters() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict, data):
            TorchTrainer(
                loop,
                train_loop_config=config["train_loop_config"],
                run_config=RunConfig(**trial_run()),
            ).fit()


        tuner = tune.Tuner(
            tune.with_parameters(train_driver_fn, data=[1, 2]),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
        )
        """,
    )


def test_a_trainer_that_no_tuner_gets() -> None:
    check_unchanged(
        """\
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
        result = trainer.fit()
        """,
    )


def test_a_class_trainable() -> None:
    check_unchanged(
        """\
        from ray import tune


        class Trial(tune.Trainable):
            def step(self):
                return {"score": 1}


        tuner = tune.Tuner(Trial, param_space={"a": tune.uniform(0, 1)})
        """,
    )


def test_a_registered_algorithm() -> None:
    check_unchanged(
        """\
        from ray import tune

        tuner = tune.Tuner("PPO", param_space={"lr": tune.uniform(0, 1)})
        tuner.fit()
        """,
    )


def test_a_trainer_beside_a_tuner_over_a_function() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def objective(config):
            run_config = RunConfig(name=f"a={config['a']}")
            result = TorchTrainer(loop, train_loop_config=config, run_config=run_config).fit()
            return {"score": result.metrics["score"]}


        tune.Tuner(objective, param_space={"a": 1}).fit()
        """,
    )


def test_at_module_level_the_driver_takes_the_trainers_place() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            train_loop_config={"lr": 0.1, "epochs": 5},
            scaling_config=ScalingConfig(num_workers=2),
        )
        space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
        tuner = tune.Tuner(
            trainer,
            param_space=space,
            tune_config=tune.TuneConfig(num_samples=4, max_concurrent_trials=1),
        )
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
                train_loop_config={"lr": 0.1, "epochs": 5, **config["train_loop_config"]},
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
        tuner = tune.Tuner(
            train_driver_fn,
            param_space=space,
            tune_config=tune.TuneConfig(num_samples=4, max_concurrent_trials=1),
        )
        """,
    )


def test_in_a_function_the_driver_is_a_closure() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(epochs):
            trainer = TorchTrainer(loop, train_loop_config={"epochs": epochs})
            tuner = tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
            return tuner.fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(epochs):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config={"epochs": epochs},
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            tuner = tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
            return tuner.fit()
        """,
    )


def test_a_trainer_built_inside_the_tuner_call() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep():
            return tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_a_module_trainer_and_a_tuner_in_a_function() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)


        def sweep():
            return tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        def sweep():
            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_a_function_that_begins_with_the_trainer_after_its_docstring() -> None:
    check_migrated(
        '''\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep():
            """Try three."""
            trainer = TorchTrainer(loop)

            # one at a time
            return tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        ''',
        '''\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep():
            """Try three."""

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            # one at a time
            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        ''',
    )


def test_a_trainer_in_a_branch_keeps_its_branch() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(small):
            if small:
                trainer = TorchTrainer(loop, train_loop_config={"small": small})
                return tune.Tuner(
                    trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
                )
            return None
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(small):
            if small:

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        loop,
                        train_loop_config={"small": small},
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

                return tune.Tuner(
                    train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
                )
            return None
        """,
    )


def test_the_last_statement_of_a_branch_leaves_a_blank_line() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(small):
            if small:
                trainer = TorchTrainer(loop)
            return tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(small):
            if small:

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        loop,
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_a_sweep_in_the_head_of_a_loop() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep():
            for result in tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            ).fit():
                print(result)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            for result in tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            ).fit():
                print(result)
        """,
    )


def test_a_sweep_fitted_in_the_loop_that_builds_it() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        for seed in range(3):
            trainer = TorchTrainer(loop, train_loop_config={"seed": seed})
            tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
            results = tuner.fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        for seed in range(3):

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config={"seed": seed},
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            tuner = tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
            results = tuner.fit()
        """,
    )


def test_the_names_of_the_driver_are_taken() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        config = {"lr": 0.1}


        def train_driver_fn():
            pass


        trainer = TorchTrainer(loop, train_loop_config=config)
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        config = {"lr": 0.1}


        def train_driver_fn():
            pass


        def train_driver_fn_2(trial_config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={**config, **trial_config["train_loop_config"]},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn_2,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_the_train_loop_is_called_trainer() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def trainer(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(trainer), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def trainer(config):
            pass


        def train_driver_fn(config: dict):
            trainer_2 = TorchTrainer(
                trainer, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer_2.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_two_sweeps() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        one = TorchTrainer(loop, train_loop_config={"a": 1})
        two = TorchTrainer(loop, train_loop_config={"a": 2})
        first = tune.Tuner(one, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        second = tune.Tuner(two, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            one = TorchTrainer(
                loop,
                train_loop_config={"a": 1},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            one.fit()


        def train_driver_fn_2(config: dict):
            two = TorchTrainer(
                loop,
                train_loop_config={"a": 2},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            two.fit()


        first = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        second = tune.Tuner(
            train_driver_fn_2, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_one_variable_for_two_trainers() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config={"a": 1})
        first = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        trainer = TorchTrainer(loop, train_loop_config={"a": 2})
        second = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={"a": 1},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        first = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )


        def train_driver_fn_2(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={"a": 2},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        second = tune.Tuner(
            train_driver_fn_2, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_comments_stay_with_their_code() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        # Small enough for a laptop.
        trainer = TorchTrainer(  # the trainer
            loop,  # the loop
            # what is not swept
            train_loop_config={"lr": 0.1, "epochs": 5},
        )  # built

        # Now the sweep.
        tuner = tune.Tuner(
            trainer,  # as above
            # what is swept
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),  # one by one
        )  # built too
        # The end.
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            # Small enough for a laptop.
            trainer = TorchTrainer(  # the trainer
                loop,  # the loop
                # what is not swept
                train_loop_config={"lr": 0.1, "epochs": 5, **config["train_loop_config"]},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )  # built
            trainer.fit()


        # Now the sweep.
        tuner = tune.Tuner(
            train_driver_fn,  # as above
            # what is swept
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),  # one by one
        )  # built too
        # The end.
        """,
    )


def test_comments_of_a_run_config_move_with_it() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            # where results go
            run_config=RunConfig(
                name="a",  # short
                # stop early
                stop={"training_iteration": 3},
            ),  # done
        )
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            # where results go
            run_config=tune.RunConfig(
                name="a",  # short
                # stop early
                stop={"training_iteration": 3},
            ),  # done
        )
        """,
    )


def test_calls_attributes_and_the_environment_are_evaluated_once() -> None:
    check_migrated(
        """\
        import os

        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        class Experiment:
            def loop(self, config):
                pass

            def run(self, args):
                trainer = TorchTrainer(
                    self.loop,
                    train_loop_config={"lr": args.lr, "home": os.environ["HOME"]},
                    scaling_config=ScalingConfig(num_workers=args.workers),
                    datasets={"train": load(args.path)},
                )
                return tune.Tuner(
                    trainer,
                    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                ).fit()
        """,
        """\
        import os

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        class Experiment:
            def loop(self, config):
                pass

            def run(self, args):
                train_loop = self.loop
                train_loop_config = {"lr": args.lr, "home": os.environ["HOME"]}
                scaling_config = ScalingConfig(num_workers=args.workers)
                datasets = {"train": load(args.path)}

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        train_loop,
                        train_loop_config={**train_loop_config, **config["train_loop_config"]},
                        scaling_config=scaling_config,
                        datasets=datasets,
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

                return tune.Tuner(
                    train_driver_fn,
                    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                ).fit()
        """,
    )


def test_an_f_string_is_evaluated_once() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(user):
            trainer = TorchTrainer(loop, train_loop_config={"tag": f"by {user.name}"})
            return tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(user):
            train_loop_config = {"tag": f"by {user.name}"}

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=train_loop_config,
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_a_name_bound_again_before_the_fit_is_evaluated_once() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep():
            depth = 3
            trainer = TorchTrainer(loop, train_loop_config={"depth": depth})
            tuner = tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
            depth = 4
            return tuner, depth
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep():
            depth = 3
            train_loop_config = {"depth": depth}

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=train_loop_config,
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            tuner = tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
            depth = 4
            return tuner, depth
        """,
    )


def test_a_name_deleted_before_the_fit_is_evaluated_once() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep():
            base = {"a": 1}
            trainer = TorchTrainer(loop, train_loop_config=base)
            del base
            return tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep():
            base = {"a": 1}
            train_loop_config = base

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=train_loop_config,
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            del base
            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_literals_and_stable_names_stay_in_the_call() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        EPOCHS = 5
        BASE = {"layers": [1, 2], "name": "a" "b"}


        def sweep(depth):
            trainer = TorchTrainer(
                loop, train_loop_config={"epochs": EPOCHS, "depth": depth, "rate": -1e-3}
            )
            return tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        EPOCHS = 5
        BASE = {"layers": [1, 2], "name": "a" "b"}


        def sweep(depth):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config={"epochs": EPOCHS, "depth": depth, "rate": -1e-3},
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_a_flat_base_is_spread() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config={"lr": 0.1, "epochs": 5})
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={"lr": 0.1, "epochs": 5, **config["train_loop_config"]},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_nested_keys_on_both_sides_are_merged() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop, train_loop_config={"epochs": 5, "optimizer": {"name": "adam", "lr": 1}}
        )
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"optimizer": {"lr": tune.uniform(0, 1)}}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, merge_config, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=merge_config(
                    {"epochs": 5, "optimizer": {"name": "adam", "lr": 1}},
                    config["train_loop_config"],
                ),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"optimizer": {"lr": tune.uniform(0, 1)}}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_base_that_cannot_be_seen_is_merged() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config=read("base.yaml"))
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, merge_config, trial_run


        def loop(config):
            pass


        train_loop_config = read("base.yaml")


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=merge_config(train_loop_config, config["train_loop_config"]),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_flat_base_in_a_variable() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        BASE = {"lr": 0.1, "epochs": 5}
        trainer = TorchTrainer(loop, train_loop_config=BASE)
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        BASE = {"lr": 0.1, "epochs": 5}


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={**BASE, **config["train_loop_config"]},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_base_that_grows_nested_later() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        BASE = {"epochs": 5}
        BASE["optimizer"] = {"name": "adam"}
        trainer = TorchTrainer(loop, train_loop_config=BASE)
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"optimizer": {"lr": tune.uniform(0, 1)}}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, merge_config, trial_run


        def loop(config):
            pass


        BASE = {"epochs": 5}
        BASE["optimizer"] = {"name": "adam"}


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=merge_config(BASE, config["train_loop_config"]),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"optimizer": {"lr": tune.uniform(0, 1)}}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_without_a_base_the_swept_config_stands_alone() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=config["train_loop_config"],
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_choice_of_whole_flat_configs() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config={"lr": 1, "epochs": 5})
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": tune.choice([{"lr": 1}, {"lr": 2}])},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={"lr": 1, "epochs": 5, **config["train_loop_config"]},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": tune.choice([{"lr": 1}, {"lr": 2}])},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_choice_of_whole_nested_configs() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config={"optimizer": {"name": "adam"}})
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": tune.choice([{"lr": 1}, {"optimizer": {"lr": 2}}])},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, merge_config, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=merge_config(
                    {"optimizer": {"name": "adam"}}, config["train_loop_config"]
                ),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": tune.choice([{"lr": 1}, {"optimizer": {"lr": 2}}])},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_sampled_value_that_may_be_a_dict() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(optimizers):
            trainer = TorchTrainer(loop, train_loop_config={"optimizer": {"name": "adam"}})
            return tune.Tuner(
                trainer,
                param_space={"train_loop_config": {"optimizer": tune.choice(optimizers)}},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, merge_config, trial_run


        def loop(config):
            pass


        def sweep(optimizers):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=merge_config(
                        {"optimizer": {"name": "adam"}}, config["train_loop_config"]
                    ),
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                param_space={"train_loop_config": {"optimizer": tune.choice(optimizers)}},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
        """,
    )


def test_a_base_with_a_comment_behind_its_last_key() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            train_loop_config={
                "epochs": 5,
                "lr": 0.1,  # the default
            },
        )
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={
                    "epochs": 5,
                    "lr": 0.1,  # the default
                    **config["train_loop_config"],
                },
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_the_run_config_of_the_trainer_goes_to_the_tuner() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            run_config=RunConfig(
                name="a",
                stop={"training_iteration": 3},
                checkpoint_config=CheckpointConfig(num_to_keep=1),
                failure_config=FailureConfig(max_failures=2),
            ),
        )
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(
                name="a",
                stop={"training_iteration": 3},
                checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
                failure_config=tune.FailureConfig(max_failures=2),
            ),
        )
        """,
    )


def test_the_run_config_of_the_tuner_stays_there() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        tuner = tune.Tuner(
            trainer,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=RunConfig(name="a"),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="a"),
        )
        """,
    )


def test_of_two_run_configs_the_tuners_is_the_one() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=RunConfig(name="unused"))
        tuner = tune.Tuner(
            trainer,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=RunConfig(name="used"),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="used"),
        )
        """,
    )


def test_without_a_run_config_none_is_given() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop, run_config=None),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=None,
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=None,
        )
        """,
    )


def test_run_configs_in_variables() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        checkpoints = CheckpointConfig(num_to_keep=2)
        failures = FailureConfig(max_failures=3)
        unused = RunConfig(name="unused")
        run = RunConfig(name="used", checkpoint_config=checkpoints, failure_config=failures)
        trainer = TorchTrainer(loop, run_config=unused)
        tuner = tune.Tuner(
            trainer,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=run,
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        checkpoints = tune.CheckpointConfig(num_to_keep=2)
        failures = tune.FailureConfig(max_failures=3)
        run = tune.RunConfig(
            name="used", checkpoint_config=checkpoints, failure_config=failures
        )


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=run,
        )
        """,
    )


def test_a_run_config_whose_value_may_change_before_the_tuner() -> None:
    check_migrated(
        """\
        import os

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=RunConfig(name=os.environ["NAME"]))
        os.environ["NAME"] = "other"
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        import os

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        run_config = tune.RunConfig(name=os.environ["NAME"])


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        os.environ["NAME"] = "other"
        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=run_config,
        )
        """,
    )


def test_a_trainer_that_is_also_fitted_stays() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop, train_loop_config={"lr": 1}, run_config=RunConfig(name="a")
        )


        def once():
            trainer.fit()


        def sweep():
            return tune.Tuner(
                trainer,
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop, train_loop_config={"lr": 1}, run_config=RunConfig(name="a")
        )


        def once():
            trainer.fit()


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config={"lr": 1, **config["train_loop_config"]},
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=tune.RunConfig(name="a"),
            )
        """,
    )


def test_a_kept_trainer_shares_what_is_evaluated_once() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep():
            trainer = TorchTrainer(loop, datasets={"train": read("a.csv")})
            trainer.fit()
            return tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep():
            datasets = {"train": read("a.csv")}
            trainer = TorchTrainer(loop, datasets=datasets)
            trainer.fit()

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    datasets=datasets,
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_a_swept_scaling_config_replaces_the_trainers() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=1, use_gpu=True))
        tuner = tune.Tuner(
            trainer,
            param_space={"scaling_config": {"num_workers": tune.grid_search([1, 2])}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
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
                scaling_config=ScalingConfig(**config["scaling_config"]),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"scaling_config": {"num_workers": tune.grid_search([1, 2])}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_swept_scaling_config_of_the_class_becomes_a_dict() -> None:
    check_migrated(
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
                    num_workers=tune.grid_search([1, 2]),  # both
                    use_gpu=False,
                )
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
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
                scaling_config=ScalingConfig(**config["scaling_config"]),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={
                "scaling_config": {
                    "num_workers": tune.grid_search([1, 2]),  # both
                    "use_gpu": False,
                }
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_swept_datasets() -> None:
    check_migrated(
        """\
        import ray
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        data = ray.data.read_csv("a.csv")
        trainer = TorchTrainer(loop, datasets={"train": data})
        tuner = tune.Tuner(
            trainer,
            param_space={"datasets": {"train": tune.choice([data, ray.data.range(3)])}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        import ray
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, merge_config, trial_run


        def loop(config):
            pass


        data = ray.data.read_csv("a.csv")


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                datasets=merge_config({"train": data}, config["datasets"]),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"datasets": {"train": tune.choice([data, ray.data.range(3)])}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_loop_that_reads_its_checkpoint_starts_from_the_trials() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def restore():
            return train.get_checkpoint()


        def loop(config):
            restore()


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def restore():
            return train.get_checkpoint()


        def loop(config):
            restore()


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


def test_a_loop_from_elsewhere_may_read_a_checkpoint() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from .loops import loop

        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run

        from .loops import loop


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


def test_functions_that_say_what_they_return() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config: dict) -> None:
            pass


        def sweep() -> tune.Tuner:
            return tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config: dict) -> None:
            pass


        def sweep() -> tune.Tuner:
            def train_driver_fn(config: dict) -> None:
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_single_quotes() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            print('x')


        trainer = TorchTrainer(loop, train_loop_config={'lr': 1, 'epochs': 3})
        tuner = tune.Tuner(
            trainer,
            param_space={'train_loop_config': {'lr': tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(metric='loss', mode='min', max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print('x')


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={'lr': 1, 'epochs': 3, **config['train_loop_config']},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={'train_loop_config': {'lr': tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(metric='loss', mode='min', max_concurrent_trials=1),
        )
        """,
    )


def test_two_spaces_and_aligned_arguments() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
          pass


        def sweep():
          trainer = TorchTrainer(loop,
                                 train_loop_config={'lr': 1, 'epochs': 3},
                                 scaling_config=ScalingConfig(num_workers=2))
          return tune.Tuner(trainer,
                            param_space={'train_loop_config': {'lr': tune.uniform(0, 1)}},
                            tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
          pass


        def sweep():
          def train_driver_fn(config: dict):
            trainer = TorchTrainer(
              loop,
              train_loop_config={'lr': 1, 'epochs': 3, **config['train_loop_config']},
              scaling_config=ScalingConfig(num_workers=2),
              run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()

          return tune.Tuner(train_driver_fn,
                            param_space={'train_loop_config': {'lr': tune.uniform(0, 1)}},
                            tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
    )


def test_a_call_on_one_line_that_black_would_write_otherwise() -> None:
    check_migrated(
        """\
        from ray.train.torch import TorchTrainer
        from ray.tune import TuneConfig, Tuner


        def loop(config):
            pass


        tuner = Tuner( TorchTrainer( loop ),  tune_config = TuneConfig(max_concurrent_trials=1) )
        """,
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune import TuneConfig, Tuner
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = Tuner( train_driver_fn,  tune_config = TuneConfig(max_concurrent_trials=1) )
        """,
    )


def test_a_line_for_each_argument_and_no_comma_at_the_end() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            run_config=RunConfig(name="a")
        )
        tuner = tune.Tuner(
            trainer,
            tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="a")
        )
        """,
    )


def test_keywords_parentheses_and_annotations() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer: TorchTrainer = (TorchTrainer(train_loop_per_worker=loop))
        tuner: tune.Tuner = tune.Tuner(
            trainable=(trainer), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer: TorchTrainer = TorchTrainer(
                train_loop_per_worker=loop,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner: tune.Tuner = tune.Tuner(
            trainable=(train_driver_fn), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_the_inside_of_a_string_keeps_its_margin() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep():
            trainer = TorchTrainer(
                loop,
                train_loop_config={"query": '''
        select *
          from x
        '''},
            )
            return tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config={"query": '''
        select *
          from x
        '''},
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_a_lambda_as_train_loop() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def sweep(score):
            trainer = TorchTrainer(lambda config: train.report({"score": score(config)}))
            return tune.Tuner(
                trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def sweep(score):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    lambda config: train.report({"score": score(config)}),
                    run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_a_run_config_that_closes_the_call_on_its_line() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, scaling_config=train.ScalingConfig(num_workers=1),
            run_config=train.RunConfig(name="a"))
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=train.ScalingConfig(num_workers=1),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="a"),
        )
        """,
    )


def test_two_tuners_with_the_same_space() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config={"epochs": 3})
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        again = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={"epochs": 3, **config["train_loop_config"]},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        again = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_two_tuners_with_different_spaces() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        # the trainer of both
        trainer = TorchTrainer(loop, train_loop_config={"epochs": 3}, datasets={"train": load()})
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        other = tune.Tuner(
            trainer,
            param_space={"scaling_config": {"num_workers": tune.choice([1, 2])}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        datasets = {"train": load()}


        def train_driver_fn(config: dict):
            # the trainer of both
            trainer = TorchTrainer(
                loop,
                train_loop_config={"epochs": 3, **config["train_loop_config"]},
                datasets=datasets,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        def train_driver_fn_2(config: dict):
            # the trainer of both
            trainer = TorchTrainer(
                loop,
                train_loop_config={"epochs": 3},
                datasets=datasets,
                scaling_config=ScalingConfig(**config["scaling_config"]),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        other = tune.Tuner(
            train_driver_fn_2,
            param_space={"scaling_config": {"num_workers": tune.choice([1, 2])}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_two_tuners_with_the_trainers_run_config() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(folder):
            trainer = TorchTrainer(loop, run_config=RunConfig(storage_path=folder()))
            tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
            again = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
            return tuner, again
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(folder):
            run_config = tune.RunConfig(storage_path=folder())

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            tuner = tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=run_config,
            )
            again = tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=run_config,
            )
            return tuner, again
        """,
    )


def test_two_tuners_and_a_trainer_that_is_fitted() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        trainer.fit()
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        again = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        trainer.fit()
        tuner = tune.Tuner(
            driver_for(trainer), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        again = tune.Tuner(
            driver_for(trainer), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_local_dir_is_the_storage_path() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=RunConfig(name="a", local_dir="/results"))
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="a", storage_path="/results"),
        )
        """,
    )


def test_trainer_resources_are_the_drivers() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            scaling_config=ScalingConfig(num_workers=2, trainer_resources={"CPU": 2}),
        )
        tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}})
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=config["train_loop_config"],
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(
                train_driver_fn,
                trial_resources(ScalingConfig(num_workers=2), driver_resources={"CPU": 2}),
            ),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
        )
        """,
    )


def test_a_trainer_that_starts_from_a_checkpoint() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.get_checkpoint()


        trainer = TorchTrainer(loop, resume_from_checkpoint=Checkpoint("/start"))
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import train, tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def loop(config):
            train.get_checkpoint()


        resume_from_checkpoint = Checkpoint("/start")


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop, resume_from_checkpoint=resume_from_checkpoint),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_what_is_said_of_the_checkpoint_that_a_trainer_starts_from() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.get_checkpoint()


        trainer = TorchTrainer(
            loop,
            # pretrained
            resume_from_checkpoint=Checkpoint("/start"),  # by the job of last week
        )
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import train, tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def loop(config):
            train.get_checkpoint()


        # pretrained
        resume_from_checkpoint = Checkpoint("/start")  # by the job of last week


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop, resume_from_checkpoint=resume_from_checkpoint),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_swept_checkpoint() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.get_checkpoint()


        trainer = TorchTrainer(loop)
        tuner = tune.Tuner(
            trainer,
            param_space={
                "resume_from_checkpoint": tune.grid_search([Checkpoint("/a"), Checkpoint("/b")])
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import train, tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def loop(config):
            train.get_checkpoint()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop, resume_from_checkpoint=config["resume_from_checkpoint"]),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={
                "resume_from_checkpoint": tune.grid_search([Checkpoint("/a"), Checkpoint("/b")])
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_checkpoint_that_the_loop_never_reads() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import Checkpoint
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(config)


        trainer = TorchTrainer(loop, resume_from_checkpoint=Checkpoint("/start"))
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(config)


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


def test_population_based_training() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import PopulationBasedTraining


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(
                scheduler=PopulationBasedTraining(),
                max_concurrent_trials=4,
            ),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import PopulationBasedTraining
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
            tune_config=tune.TuneConfig(
                scheduler=PopulationBasedTraining(),
                max_concurrent_trials=4,
            ),
        )
        """,
    )


def test_median_stopping_rule_pauses_trials_too() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import MedianStoppingRule


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(
                scheduler=MedianStoppingRule(),
                max_concurrent_trials=4,
            ),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import MedianStoppingRule
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
            tune_config=tune.TuneConfig(
                scheduler=MedianStoppingRule(),
                max_concurrent_trials=4,
            ),
        )
        """,
    )


def test_a_callback_of_keras_reports_where_trials_pause() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.integrations.keras import Callback
        from ray.train.tensorflow import TensorflowTrainer
        from ray.tune.schedulers import MedianStoppingRule

        from keras import compiled


        def loop(config):
            compiled().fit(callbacks=[Callback()])


        tuner = tune.Tuner(
            TensorflowTrainer(loop),
            tune_config=tune.TuneConfig(scheduler=MedianStoppingRule(), max_concurrent_trials=4),
        )
        """,
        """\
        from ray import tune
        from ray.train.tensorflow.keras import ReportCheckpointCallback
        from ray.train import RunConfig, ScalingConfig
        from ray.train.tensorflow import TensorflowTrainer
        from ray.tune.schedulers import MedianStoppingRule
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run

        from keras import compiled


        def loop(config):
            compiled().fit(callbacks=[ReportCheckpointCallback()])


        def train_driver_fn(config: dict):
            trainer = TensorflowTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
            tune_config=tune.TuneConfig(scheduler=MedianStoppingRule(), max_concurrent_trials=4),
        )
        """,
    )


def test_one_driver_for_a_sweep_whose_trials_pause_and_another() -> None:
    check_migrated(
        """\
        from torch import fit

        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import PopulationBasedTraining


        def loop(config):
            fit(config)


        trainer = TorchTrainer(loop)
        one = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        two = tune.Tuner(trainer, tune_config=tune.TuneConfig(scheduler=PopulationBasedTraining()))
        """,
        """\
        from torch import fit

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import PopulationBasedTraining
        from raytune_runtime import (
            TuneReportCallback,
            start_from_trial,
            trial_resources,
            trial_run,
        )


        def loop(config):
            fit(config)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        one = tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        two = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
            tune_config=tune.TuneConfig(scheduler=PopulationBasedTraining()),
        )
        """,
    )


def test_a_scheduler_by_its_name() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(
                scheduler="hyperband",
            ),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_resources, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources(ScalingConfig())),
            tune_config=tune.TuneConfig(
                scheduler="hyperband",
            ),
        )
        """,
    )


def test_a_cpu_fraction_goes() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            scaling_config=ScalingConfig(num_workers=2, _max_cpu_fraction_per_node=0.8),
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


def test_an_async_function() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        async def sweep(get):
            trainer = TorchTrainer(loop, train_loop_config={"x": await get()})
            return tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        async def sweep(get):
            train_loop_config = {"x": await get()}

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=train_loop_config,
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_a_name_bound_again_between_the_trainer_and_the_tuner() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(make):
            train_loop = make()
            trainer = TorchTrainer(train_loop)
            train_loop = None
            return tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def loop(config):
            pass


        def sweep(make):
            train_loop = make()
            trainer_train_loop = train_loop

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(trainer_train_loop),
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            train_loop = None
            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_one_name_for_two_trainers_in_turn() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep():
            trainer = TorchTrainer(loop, train_loop_config={"a": 1})
            one = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
            trainer = TorchTrainer(loop, train_loop_config={"a": 2})
            two = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
            return one, two
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config={"a": 1},
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            one = tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )

            def train_driver_fn_2(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config={"a": 2},
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            two = tune.Tuner(
                train_driver_fn_2, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
            return one, two
        """,
    )


def test_a_trainer_that_is_deleted() -> None:
    """What deletes it goes with it, where that has a line to itself and is not all of a block."""
    before = """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        one = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        def sweep():
            trainer = TorchTrainer(loop)
            tuner = tune.Tuner(trainer, tune_config=one)
            del trainer
            return tuner.fit()


        def some(times):
            trainer = TorchTrainer(loop)
            tuner = tune.Tuner(trainer, tune_config=one)
            if times:
                del trainer
            return [tuner.fit() for _ in range(times)]
        """
    after = """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        one = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            tuner = tune.Tuner(train_driver_fn, tune_config=one)
            return tuner.fit()


        def some(times):
            trainer = TorchTrainer(loop)

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            tuner = tune.Tuner(train_driver_fn, tune_config=one)
            if times:
                del trainer
            return [tuner.fit() for _ in range(times)]
        """
    check_migrated(before, after)


def test_a_snippet_whose_train_loop_is_defined_elsewhere() -> None:
    check_migrated(
        """
        from ray import tune
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(train_loop)
        tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
        """,
        """
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            max_concurrent_trials,
            start_from_trial,
            trial_run,
        )


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(train_loop),
                train_loop_config=config["train_loop_config"],
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": 1}},
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(ScalingConfig())
            ),
        )
        """,
    )


CLOSURE = """\
from ray import tune
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer


def loop(config):
    scaling_config = config["scale"]
    print(scaling_config)


def main(workers):
    scaling = ScalingConfig(num_workers=workers)

    def search(space):
        trainer = TorchTrainer(loop, scaling_config=scaling)
        config = tune.TuneConfig(max_concurrent_trials=1)
        return tune.Tuner(
            trainer, param_space={"train_loop_config": space}, tune_config=config
        )

    return search({"scale": 1})
"""


def test_a_local_of_the_function_around_that_is_bound_once() -> None:
    check_migrated(
        CLOSURE,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            scaling_config = config["scale"]
            print(scaling_config)


        def main(workers):
            scaling = ScalingConfig(num_workers=workers)

            def search(space):
                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        loop,
                        train_loop_config=config["train_loop_config"],
                        scaling_config=scaling,
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

                config = tune.TuneConfig(max_concurrent_trials=1)
                return tune.Tuner(
                    train_driver_fn,
                    param_space={"train_loop_config": space},
                    tune_config=config,
                )

            return search({"scale": 1})
        """,
    )


def test_a_local_of_the_function_around_that_is_bound_again() -> None:
    again = "    scaling = ScalingConfig(num_workers=2)\n\n    return search"
    result = migrated(CLOSURE.replace("    return search", again))
    assert "driver_for(trainer)" in result.after


def test_a_local_of_the_function_around_that_a_loop_binds() -> None:
    looped = "    for one in workers:\n        scaling = ScalingConfig(num_workers=one)\n"
    result = migrated(CLOSURE.replace("    scaling = ScalingConfig(num_workers=workers)\n", looped))
    assert "driver_for(trainer)" in result.after


def test_the_types_of_a_function_in_a_comment_stay_at_its_head() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def search(space):
            # type: (dict) -> tune.ResultGrid
            # as in the paper
            trainer = TorchTrainer(loop)
            return tune.Tuner(
                trainer,
                param_space={"train_loop_config": space},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            ).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def search(space):
            # type: (dict) -> tune.ResultGrid
            def train_driver_fn(config: dict):
                # as in the paper
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=config["train_loop_config"],
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                param_space={"train_loop_config": space},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            ).fit()
        """,
    )


def test_a_base_that_is_made_by_dict_below_what_cannot_be_seen() -> None:
    result = migrated(
        """\
        from project import space
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config=dict(lr=0.1, epochs=2))
        tuner = tune.Tuner(trainer, param_space={"train_loop_config": space})
        """
    )
    assert '**dict(lr=0.1, epochs=2), **config["train_loop_config"]' in " ".join(
        result.after.split()
    )


def test_a_base_that_is_made_by_dict() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, train_loop_config=dict(lr=0.1, epochs=2))
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=dict(lr=0.1, epochs=2) | config["train_loop_config"],
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_tuner_that_a_class_has() -> None:
    """No function in the body of a class sees what else is bound there."""
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        class Sweep:
            scaling = train.ScalingConfig(num_workers=2)
            tuner = tune.Tuner(
                TorchTrainer(lambda config: train.report({"a": 1}), scaling_config=scaling),
                run_config=train.RunConfig(name="a"),
            )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        class Sweep:
            scaling = train.ScalingConfig(num_workers=2)
            tuner = tune.Tuner(
                driver_for(
                    TorchTrainer(lambda config: train.report({"a": 1}), scaling_config=scaling)
                ),
                run_config=tune.RunConfig(name="a"),
            )
        """,
    )


def test_marks_of_cells_stay_where_they_are() -> None:
    check_migrated(
        """\
        # %%
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        # %%
        def loop(config):
            train.report({"loss": config["lr"]})


        # %%
        # Two workers.
        trainer = TorchTrainer(loop, scaling_config=train.ScalingConfig(num_workers=2))

        # %% tune
        tuner = tune.Tuner(
            trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        # %%
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        # %%
        def loop(config):
            train.report({"loss": config["lr"]})


        # %%


        def train_driver_fn(config: dict):
            # Two workers.
            trainer = TorchTrainer(
                loop,
                scaling_config=train.ScalingConfig(num_workers=2),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        # %% tune
        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


@pytest.mark.parametrize(
    ("heading", "own"),
    [
        pytest.param("# ---- The trainer", "", id="a rule before it"),
        pytest.param("# The trainer ------", "", id="a rule behind it"),
        pytest.param("# ======\n# Sweep\n# ======", "", id="between rules"),
        pytest.param("######## Sweep ########", "# Two workers.", id="with a comment below"),
        pytest.param("", "# Two workers -> two CPUs.", id="none"),
    ],
)
def test_headings_of_sections_stay_where_they_are(heading: str, own: str) -> None:
    trainer = "trainer = TorchTrainer(loop)\n"
    above = "".join(f"{one}\n" for one in (heading, own) if one)
    result = migrated(
        "from ray import tune\nfrom ray.train.torch import TorchTrainer\n\n"
        f"from ours import loop\n\n{above}{trainer}tuner = tune.Tuner(trainer)\n"
    )
    check_stands(result)
    driver = "def train_driver_fn(config: dict):\n"
    begin = f"{heading}\n\n\n{driver}" if heading else driver
    assert f"{begin}    {own or 'trainer = TorchTrainer('}\n" in result.after


def test_a_trainable_made_from_a_trainer() -> None:
    """V1 did not look at the trainer's RunConfig then, not even where the Tuner has none."""
    result = check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            train_loop_config={"lr": 0.1, "size": 1},
            run_config=RunConfig(
                name="a", checkpoint_config=CheckpointConfig(num_to_keep=1)
            ),
        )
        tuner = tune.Tuner(
            trainer.as_trainable(),
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={"lr": 0.1, "size": 1, **config["train_loop_config"]},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )
    assert "The trainer's RunConfig goes: V1 used the Tuner's alone." in [
        note for one in result.changes for note in one.notes
    ]


def test_a_space_that_a_function_makes() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        from project import loop


        def space(layers, decay):
            sampled = {f"width_{i}": tune.randint(1, 64) for i in range(layers)}
            whole = {"train_loop_config": sampled}
            whole["scaling_config"] = ScalingConfig(num_workers=tune.choice([1, 2]))
            if decay:
                whole["train_loop_config"]["decay"] = tune.uniform(0, 1)
            return whole


        tuner = tune.Tuner(
            TorchTrainer(loop, train_loop_config={"epochs": 2}),
            param_space=space(layers=3, decay=True),
        )
        """,
        """\
        from ray import train, tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            start_from_trial,
            trial_resources,
            trial_run,
        )

        from project import loop


        def space(layers, decay):
            sampled = {f"width_{i}": tune.randint(1, 64) for i in range(layers)}
            whole = {"train_loop_config": sampled}
            whole["scaling_config"] = {"num_workers": tune.choice([1, 2])}
            if decay:
                whole["train_loop_config"]["decay"] = tune.uniform(0, 1)
            return whole


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                train_loop_config={"epochs": 2, **config["train_loop_config"]},
                scaling_config=ScalingConfig(**config["scaling_config"]),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            tune.with_resources(train_driver_fn, trial_resources()),
            param_space=space(layers=3, decay=True),
        )
        """,
    )


def test_a_part_of_the_space_that_is_filled_later_may_hold_anything() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        from project import loop, more

        space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
        space["train_loop_config"].update(more)
        tuner = tune.Tuner(
            TorchTrainer(loop, train_loop_config={"optimizer": {"momentum": 0.9}}),
            param_space=space,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            merge_config,
            start_from_trial,
            trial_run,
        )

        from project import loop, more

        space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
        space["train_loop_config"].update(more)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                train_loop_config=merge_config(
                    {"optimizer": {"momentum": 0.9}}, config["train_loop_config"]
                ),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space=space,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


@pytest.mark.parametrize(
    ("scheduler", "is_seen"),
    [
        ("FIFOScheduler() if quick else ASHAScheduler()", True),
        ("chosen()", True),
        ("None", True),
        ("given", False),
        ("FIFOScheduler() if quick else given", False),
    ],
)
def test_schedulers_of_which_all_are_seen(scheduler: str, *, is_seen: bool) -> None:
    result = migrated(f"""\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import ASHAScheduler, FIFOScheduler


        def loop(config):
            pass


        def chosen():
            if input():
                return FIFOScheduler()
            return ASHAScheduler()


        def sweep(quick, given):
            config = tune.TuneConfig(scheduler={scheduler})
            tune.Tuner(TorchTrainer(loop), tune_config=config).fit()
        """)
    (sweep,) = (one for one in result.changes if one.code == "RTM101")
    unseen = "The scheduler cannot be seen: a ResourceChangingScheduler is not carried."
    assert (unseen not in sweep.notes) is is_seen


def test_drivers_of_functions_that_do_not_see_each_other_share_a_name() -> None:
    """An experiment is restored by the name of what it has run, as once by the trainer's class."""
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        from project import small, train_loop


        def sweep():
            trainer = TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))
            return tune.Tuner(trainer).fit()


        def sweeps():
            trainer = TorchTrainer(train_loop)
            grid = tune.Tuner(trainer).fit()

            def again():
                other = TorchTrainer(small)
                return tune.Tuner(other).fit()

            return grid, again()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            max_concurrent_trials,
            start_from_trial,
            trial_run,
        )

        from project import small, train_loop


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(train_loop),
                    scaling_config=ScalingConfig(num_workers=2),
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=2))
                ),
            ).fit()


        def sweeps():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(train_loop),
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            grid = tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(ScalingConfig())
                ),
            ).fit()

            def again():
                def train_driver_fn_2(config: dict):
                    other = TorchTrainer(
                        start_from_trial(small),
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    other.fit()

                return tune.Tuner(
                    train_driver_fn_2,
                    tune_config=tune.TuneConfig(
                        max_concurrent_trials=max_concurrent_trials(ScalingConfig())
                    ),
                ).fit()

            return grid, again()
        """,
    )


def test_a_driver_in_a_function_has_not_the_name_of_one_around_it() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import small, train_loop


        def sweep():
            return tune.Tuner(TorchTrainer(small)).fit()


        grid = tune.Tuner(TorchTrainer(train_loop)).fit()
        """
    )
    assert result.after.count("train_driver_fn(config") == 1
    assert result.after.count("train_driver_fn_2(config") == 1


def test_values_of_several_lines_that_are_bound_ahead() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(args):
            return tune.Tuner(
                TorchTrainer(
                    loop,
                    train_loop_config=args.base
                    | {"a": 1}
                    | args.more,
                    scaling_config=ScalingConfig(num_workers=2)
                    if args.small  # as in CI
                        else ScalingConfig(num_workers=8),
                    datasets=load()
                        .repartition(8)
                        .all(),
                    run_config=RunConfig(name="a"),
                ),
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(args):
            train_loop_config = args.base | {"a": 1} | args.more
            scaling_config = (
                ScalingConfig(num_workers=2)
                if args.small  # as in CI
                else ScalingConfig(num_workers=8)
            )
            datasets = load().repartition(8).all()

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=train_loop_config,
                    scaling_config=scaling_config,
                    datasets=datasets,
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=tune.RunConfig(name="a"),
            )
        """,
    )
