"""The RunConfig of a sweep goes to the Tuner, wherever it comes from."""

from __future__ import annotations

from dataclasses import replace

from migrating import (
    PROJECT,
    check_finding,
    check_migrated,
    check_unchanged,
    migrated,
    said,
)

from raytune_migrate.settings.options import Todo


def test_a_run_config_from_a_function() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def run_config(name):
            return RunConfig(name=name, stop={"loss": 1})


        tuner = tune.Tuner(
            TorchTrainer(loop),
            run_config=run_config("a"),
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


        def run_config(name):
            return tune.RunConfig(name=name, stop={"loss": 1})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            run_config=run_config("a"),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_run_config_from_a_function_of_the_trainer() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def run_config(name):
            return RunConfig(name=name, stop={"loss": 1})


        trainer = TorchTrainer(loop, run_config=run_config("a"))
        print("ready")
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def run_config(name):
            return tune.RunConfig(name=name, stop={"loss": 1})


        trainer_run_config = run_config("a")


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        print("ready")
        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=trainer_run_config,
        )
        """,
    )


def test_a_run_config_by_a_condition() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(debug):
            run_config = RunConfig(name="debug", verbose=2) if debug else None
            trainer = TorchTrainer(loop)
            return tune.Tuner(
                trainer,
                run_config=run_config,
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


        def sweep(debug):
            run_config = tune.RunConfig(name="debug", verbose=2) if debug else None

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                run_config=run_config,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
        """,
    )


def test_a_run_config_in_branches() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(debug):
            if debug:
                run_config = RunConfig(name="debug")
            else:
                run_config = RunConfig(name="all", failure_config=FAILURES)
            return tune.Tuner(
                TorchTrainer(loop, run_config=run_config),
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run, tune_run_config


        def loop(config):
            pass


        def sweep(debug):
            if debug:
                run_config = tune.RunConfig(name="debug")
            else:
                run_config = tune.RunConfig(name="all", failure_config=FAILURES)

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=tune_run_config(run_config),
            )
        """,
    )


def test_a_run_config_that_is_a_parameter() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(run_config):
            trainer = TorchTrainer(loop, run_config=run_config)
            return tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run, tune_run_config


        def loop(config):
            pass


        def sweep(run_config):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=tune_run_config(run_config),
            )
        """,
    )


def test_a_run_config_on_self() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        class Sweep:
            def __init__(self, name):
                self.run_config = RunConfig(name=name, stop={"loss": 1})

            def run(self):
                return tune.Tuner(
                    TorchTrainer(loop),
                    run_config=self.run_config,
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


        class Sweep:
            def __init__(self, name):
                self.run_config = tune.RunConfig(name=name, stop={"loss": 1})

            def run(self):
                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        loop,
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

                return tune.Tuner(
                    train_driver_fn,
                    run_config=self.run_config,
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                ).fit()
        """,
    )


def test_a_run_config_that_is_changed_later() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        run_config = RunConfig(name="a")
        run_config.stop = {"training_iteration": 5}
        trainer = TorchTrainer(loop, run_config=run_config)
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        run_config = tune.RunConfig(name="a")
        run_config.stop = {"training_iteration": 5}


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
        """,
    )


def test_a_run_config_that_other_code_reads() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        run = RunConfig(name="a")
        print(run.name)
        tuner = tune.Tuner(
            TorchTrainer(loop), run_config=run, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        run = tune.RunConfig(name="a")
        print(run.name)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, run_config=run, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_run_configs_that_cannot_be_seen() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(run, failures, options):
            one = tune.Tuner(TorchTrainer(loop), run_config=run)
            two = tune.Tuner(TorchTrainer(loop), run_config=RunConfig(failure_config=failures))
            return one, two, tune.Tuner(TorchTrainer(loop), run_config=RunConfig(**options))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            max_concurrent_trials,
            trial_run,
            tune_run_config,
        )


        def loop(config):
            pass


        def sweep(run, failures, options):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            one = tune.Tuner(
                train_driver_fn,
                run_config=tune_run_config(run),
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(ScalingConfig())
                ),
            )

            def train_driver_fn_2(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            two = tune.Tuner(
                train_driver_fn_2,
                run_config=tune_run_config(tune.RunConfig(failure_config=failures)),
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(ScalingConfig())
                ),
            )

            def train_driver_fn_3(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return (
                one,
                two,
                tune.Tuner(
                    train_driver_fn_3,
                    run_config=tune_run_config(tune.RunConfig(**options)),
                    tune_config=tune.TuneConfig(
                        max_concurrent_trials=max_concurrent_trials(ScalingConfig())
                    ),
                ),
            )
        """,
    )


def test_a_config_that_is_printed_before_it_goes_into_a_run_config() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train import FailureConfig, RunConfig


        def objective(config):
            tune.report({"loss": 1})


        failures = FailureConfig(max_failures=2)
        print("retries:", failures.max_failures, failures)
        log.info(f"{failures}")
        tune.Tuner(objective, run_config=RunConfig(failure_config=failures)).fit()
        """,
        """\
        from ray import train, tune


        def objective(config):
            tune.report({"loss": 1})


        failures = tune.FailureConfig(max_failures=2)
        print("retries:", failures.max_failures, failures)
        log.info(f"{failures}")
        tune.Tuner(objective, run_config=tune.RunConfig(failure_config=failures)).fit()
        """,
    )


def test_a_config_that_something_else_gets_too() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import FailureConfig, RunConfig


        def objective(config):
            tune.report({"loss": 1})


        failures = FailureConfig(max_failures=2)
        log.info(failures)
        tune.Tuner(objective, run_config=RunConfig(failure_config=failures)).fit()
        """,
        """\
        from ray import tune
        from ray.train import FailureConfig
        from raytune_runtime import tune_run_config


        def objective(config):
            tune.report({"loss": 1})


        failures = FailureConfig(max_failures=2)
        log.info(failures)
        tune.Tuner(
            objective, run_config=tune_run_config(tune.RunConfig(failure_config=failures))
        ).fit()
        """,
    )


def test_a_run_config_that_may_be_none_falls_back_on_the_trainers() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        def sweep(run_config=None):
            trainer = TorchTrainer(loop, run_config=RunConfig(name="b"))
            return tune.Tuner(trainer, run_config=run_config, tune_config=ONE)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        def sweep(run_config=None):
            trainer = TorchTrainer(loop, run_config=RunConfig(name="b"))
            return tune.Tuner(
                driver_for(trainer),
                run_config=tune_run_config(run_config) or tune_run_config(trainer),
                tune_config=ONE,
            )
        """,
    )


def test_a_run_config_that_has_one_to_fall_back_on() -> None:
    """What the Tuner is given is never None, and the trainer's is not asked."""
    result = migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def sweep(loop, run_config=None):
            trainer = TorchTrainer(loop, run_config=RunConfig(name="b"))
            one = tune.TuneConfig(max_concurrent_trials=1)
            return tune.Tuner(trainer, run_config=run_config or RunConfig("a"), tune_config=one)
        """
    )
    assert said(result) == []
    assert 'run_config=tune_run_config(run_config or tune.RunConfig("a"))' in result.after
    assert "tune_run_config(trainer)" not in result.after


def test_a_run_config_of_several_lines_that_is_converted() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from settings import failures


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop,
            run_config=RunConfig(
                name="a",
                failure_config=failures(),  # as on the cluster
            ),
        )
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run, tune_run_config

        from settings import failures


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
            run_config=tune_run_config(
                tune.RunConfig(
                    name="a",
                    failure_config=failures(),  # as on the cluster
                )
            ),
        )
        """,
    )


def test_a_run_config_of_the_trainer_beside_options_that_have_no_name() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import options


        def loop(config):
            pass


        def sweep(first, rest):
            tune.Tuner(TorchTrainer(loop, run_config=RunConfig(name="a")), **options())
            tune.Tuner(TorchTrainer(loop, run_config=RunConfig(name="b")), **first, **rest)
            tune.Tuner(TorchTrainer(loop, run_config=RunConfig(name="c")), *first, **rest)
            tune.Tuner(**rest, trainable=TorchTrainer(loop, run_config=RunConfig(name="d")))
        """,
        (13, "RTM901"),
        (14, "RTM901"),
        (15, "RTM901"),
        (16, "RTM901"),
    )


def test_a_run_config_of_the_trainer_beside_options_out_of_sight() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        def sweep(**options):
            return tune.Tuner(TorchTrainer(loop, run_config=RunConfig(name="b")), **options)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        def sweep(**options):
            trainer = TorchTrainer(loop, run_config=RunConfig(name="b"))
            return tune.Tuner(
                driver_for(trainer),
                **{
                    **options,
                    "run_config": tune_run_config(options.get("run_config") or trainer),
                },
            )
        """,
    )


def test_run_configs_in_the_options_of_a_helper() -> None:
    result = check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def launch(trainer, **options):
            return tune.Tuner(trainer, **options).fit()


        def main(name):
            options = {"tune_config": tune.TuneConfig(num_samples=2)}
            if name:
                options["run_config"] = RunConfig(name=name, stop={"loss": 1})
            tuner = tune.Tuner(TorchTrainer(loop), **options)
            launch(TorchTrainer(loop), run_config=RunConfig(name="a", stop={"loss": 1}))
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config


        def loop(config):
            pass


        def launch(trainer, **options):
            return tune.Tuner(
                driver_for(trainer),
                **{
                    **options,
                    "run_config": tune_run_config(options.get("run_config") or trainer),
                },
            ).fit()


        def main(name):
            options = {"tune_config": tune.TuneConfig(num_samples=2)}
            if name:
                options["run_config"] = tune.RunConfig(name=name, stop={"loss": 1})
            tuner = tune.Tuner(driver_for(TorchTrainer(loop)), **options)
            launch(TorchTrainer(loop), run_config=tune.RunConfig(name="a", stop={"loss": 1}))
        """,
    )
    notes = [note for one in result.changes for note in one.notes]
    assert [one for one in notes if "a RunConfig must be" in one] == [
        "The Tuner's arguments cannot all be seen: a RunConfig must be that of ray.tune."
    ]


def test_a_run_config_that_is_changed_through_the_trainer() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=RunConfig(name="a"))
        trainer.run_config.stop = {"training_iteration": 2}
        tuner = tune.Tuner(trainer, tune_config=ONE)
        """,
        (14, "RTM901"),
    )


def test_a_trainer_that_is_built_of_what_its_line_binds() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        def build(name):
            return TorchTrainer(loop, run_config=RunConfig(name=name))


        name = "a"; tuner = tune.Tuner(build(name), tune_config=ONE)
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, tune_run_config

        ONE = tune.TuneConfig(max_concurrent_trials=1)


        def loop(config):
            pass


        def build(name):
            return TorchTrainer(loop, run_config=RunConfig(name=name))


        name = "a"
        tuner = tune.Tuner(
            driver_for(trainer := build(name)),
            tune_config=ONE,
            run_config=tune_run_config(trainer),
        )
        """,
    )


def test_annotations_follow_the_class_of_a_config() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer

        from project import loop


        def checkpoints() -> CheckpointConfig:
            return CheckpointConfig(num_to_keep=1)


        def run_config(name: str) -> RunConfig | None:
            kept: CheckpointConfig = CheckpointConfig(num_to_keep=1)
            config = RunConfig(name=name, checkpoint_config=kept)
            return config


        def scaling() -> ScalingConfig:
            return ScalingConfig(num_workers=2)


        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=scaling()),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=run_config("sweep"),
        )
        """,
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run

        from project import loop


        def checkpoints() -> CheckpointConfig:
            return CheckpointConfig(num_to_keep=1)


        def run_config(name: str) -> tune.RunConfig | None:
            kept: tune.CheckpointConfig = tune.CheckpointConfig(num_to_keep=1)
            config = tune.RunConfig(name=name, checkpoint_config=kept)
            return config


        def scaling() -> ScalingConfig:
            return ScalingConfig(num_workers=2)


        scaling_config = scaling()


        def train_driver_fn(config: dict) -> None:
            trainer = TorchTrainer(
                start_from_trial(loop),
                scaling_config=scaling_config,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=run_config("sweep"),
        )
        """,
    )


def test_comments_of_a_trainer_s_run_config_stay_where_the_tuner_has_its_own() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def train_fn(config):
            train.report({"loss": 1})


        trainer = TorchTrainer(
            train_fn,
            # of the trainer alone
            run_config=train.RunConfig(name="a"),  # unused
            scaling_config=train.ScalingConfig(num_workers=2),
        )
        tuner = tune.Tuner(trainer, run_config=train.RunConfig(name="b"))
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def train_fn(config):
            train.report({"loss": 1})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                train_fn,
                scaling_config=train.ScalingConfig(num_workers=2),
                # of the trainer alone
                run_config=train.RunConfig(
                    **trial_run(), callbacks=[TuneReportCallback()]
                ),  # unused
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            run_config=tune.RunConfig(name="b"),
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(train.ScalingConfig(num_workers=2))
            ),
        )
        """,
    )


def test_a_run_config_with_a_comment_comes_behind_an_argument_that_grew_too_long() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def train_fn(config):
            train.report({"loss": 1})


        trainer = TorchTrainer(
            train_fn,
            scaling_config=train.ScalingConfig(num_workers=2),
            run_config=train.RunConfig(name="a"),  # the only one
        )
        tuner = tune.Tuner(trainer,
                           tune_config=tune.TuneConfig())
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def train_fn(config):
            train.report({"loss": 1})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                train_fn,
                scaling_config=train.ScalingConfig(num_workers=2),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(train_driver_fn,
                           tune_config=tune.TuneConfig(
                               max_concurrent_trials=max_concurrent_trials(
                                   train.ScalingConfig(num_workers=2)
                               )
                           ),
                           run_config=tune.RunConfig(name="a"),  # the only one
                           )
        """,
    )


def test_arguments_that_are_added_leave_the_lines_of_the_others() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def train_fn(config):
            train.report({'loss': 1})


        trainer = TorchTrainer(
            train_fn,
            scaling_config=train.ScalingConfig(num_workers=2),
            run_config=train.RunConfig(name='a', stop={'loss':0.1}),
        )
        tuner = tune.Tuner(trainer,
                           param_space={'train_loop_config': {'lr':tune.choice([1, 2]),
                                                              'b': tune.choice([ 1,2 ])}},
                           tune_config=tune.TuneConfig(
                               metric='loss', mode='min',
                               num_samples = 4))
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def train_fn(config):
            train.report({'loss': 1})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                train_fn,
                train_loop_config=config['train_loop_config'],
                scaling_config=train.ScalingConfig(num_workers=2),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(train_driver_fn,
                           param_space={'train_loop_config': {'lr':tune.choice([1, 2]),
                                                              'b': tune.choice([ 1,2 ])}},
                           tune_config=tune.TuneConfig(
                               metric='loss', mode='min',
                               num_samples = 4,
                               max_concurrent_trials=max_concurrent_trials(
                                   train.ScalingConfig(num_workers=2)
                               )),
                           run_config=tune.RunConfig(name='a', stop={'loss':0.1}))
        """,
    )


def test_a_config_of_others_in_a_condition_inside_a_run_config() -> None:
    check_migrated(
        """\
        from ray import train, tune


        def sweep(objective, save, checkpoint_config):
            return tune.Tuner(
                objective,
                run_config=train.RunConfig(
                    checkpoint_config=checkpoint_config if save else None,
                ),
            ).fit()
        """,
        """\
        from ray import tune
        from raytune_runtime import tune_run_config


        def sweep(objective, save, checkpoint_config):
            return tune.Tuner(
                objective,
                run_config=tune_run_config(
                    tune.RunConfig(
                        checkpoint_config=checkpoint_config if save else None,
                    ),
                    of_trainer=False,
                ),
            ).fit()
        """,
    )


def test_configs_in_conditions_inside_a_run_config() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import CheckpointConfig, FailureConfig, RunConfig


        def sweep(objective, save, retries):
            return tune.Tuner(
                objective,
                run_config=RunConfig(
                    name="a",
                    checkpoint_config=CheckpointConfig(num_to_keep=1) if save else None,
                    failure_config=(
                        FailureConfig(max_failures=retries)
                        if retries
                        else FailureConfig(fail_fast=True)
                    ),
                ),
            ).fit()
        """,
        """\
        from ray import tune


        def sweep(objective, save, retries):
            return tune.Tuner(
                objective,
                run_config=tune.RunConfig(
                    name="a",
                    checkpoint_config=tune.CheckpointConfig(num_to_keep=1) if save else None,
                    failure_config=(
                        tune.FailureConfig(max_failures=retries)
                        if retries
                        else tune.FailureConfig(fail_fast=True)
                    ),
                ),
            ).fit()
        """,
    )


def test_configs_in_branches_inside_a_run_config() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import CheckpointConfig, FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(retries, keep):
            if retries:
                failure_config = FailureConfig(max_failures=retries)
            else:
                failure_config = FailureConfig(fail_fast=True)
            checkpoint_config = CheckpointConfig(num_to_keep=1) if keep else None
            trainer = TorchTrainer(loop)
            return tune.Tuner(
                trainer,
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=RunConfig(
                    failure_config=failure_config, checkpoint_config=checkpoint_config
                ),
            ).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(retries, keep):
            if retries:
                failure_config = tune.FailureConfig(max_failures=retries)
            else:
                failure_config = tune.FailureConfig(fail_fast=True)
            checkpoint_config = tune.CheckpointConfig(num_to_keep=1) if keep else None

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=config["train_loop_config"],
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=tune.RunConfig(
                    failure_config=failure_config, checkpoint_config=checkpoint_config
                ),
            ).fit()
        """,
    )


def test_configs_in_branches_that_two_run_configs_are_given() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(retries):
            if retries:
                failure_config = FailureConfig(max_failures=retries)
            else:
                failure_config = FailureConfig(fail_fast=True)
            once = TorchTrainer(loop, run_config=RunConfig(failure_config=failure_config))
            once.fit()
            trainer = TorchTrainer(loop)
            return tune.Tuner(
                trainer,
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=RunConfig(failure_config=failure_config),
            ).fit()
        """,
        """\
        from ray import tune
        from ray.air import FailureConfig
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run, tune_run_config


        def loop(config):
            pass


        def sweep(retries):
            if retries:
                failure_config = FailureConfig(max_failures=retries)
            else:
                failure_config = FailureConfig(fail_fast=True)
            once = TorchTrainer(loop, run_config=RunConfig(failure_config=failure_config))
            once.fit()

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    train_loop_config=config["train_loop_config"],
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=tune_run_config(tune.RunConfig(failure_config=failure_config)),
            ).fit()
        """,
        (12, "RTM504"),
        (14, "RTM504"),
        project=replace(PROJECT, todo=Todo.NOWHERE),
    )


def test_a_run_config_in_options_that_others_may_change() -> None:
    result = check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def sweep(changes):
            options = {"run_config": RunConfig(name="a")}
            options.update(changes)
            return tune.Tuner(TorchTrainer(loop), **options)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for


        def loop(config):
            pass


        def sweep(changes):
            options = {"run_config": tune.RunConfig(name="a")}
            options.update(changes)
            return tune.Tuner(driver_for(TorchTrainer(loop)), **options)
        """,
    )
    (change,) = result.changes
    doubt = "The Tuner's arguments cannot all be seen: a RunConfig must be that of ray.tune."
    assert doubt in change.notes


def test_a_run_config_by_keywords_that_is_no_sweeps() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build(**kwargs):
            return TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2), **kwargs)


        def train_once():
            build(run_config=RunConfig(name="once")).fit()
        """
    )


def test_a_run_config_of_a_sweep_that_a_trainer_gets_by_keywords_too() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import FailureConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build(**kwargs):
            return TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2), **kwargs)


        def build_quietly(**kwargs):
            return build(datasets={}, **kwargs)


        def run_config(name):
            return RunConfig(name=name, failure_config=FailureConfig(max_failures=2))


        def sweep(space):
            tuner = tune.Tuner(build(), param_space=space, run_config=run_config("sweep"))
            return tuner.fit().get_best_result()


        def train_once():
            build_quietly(run_config=run_config("once")).fit()
        """,
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config


        def loop(config):
            pass


        def build(**kwargs):
            return TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                **{**kwargs, "run_config": train_run_config(kwargs.get("run_config"))},
            )


        def build_quietly(**kwargs):
            return build(datasets={}, **kwargs)


        def run_config(name):
            return tune.RunConfig(name=name, failure_config=tune.FailureConfig(max_failures=2))


        def sweep(space):
            tuner = tune.Tuner(
                driver_for(build()), param_space=space, run_config=run_config("sweep")
            )
            return tuner.fit().get_best_result()


        def train_once():
            build_quietly(run_config=run_config("once")).fit()
        """,
    )


def test_a_run_config_in_the_call_that_gives_the_trainer() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def build(run_config=None):
            return TorchTrainer(
                loop, scaling_config=ScalingConfig(num_workers=2), run_config=run_config
            )


        def sweep():
            tuner = tune.Tuner(build(RunConfig(name="sweep", stop={"epoch": 2})))
            return tuner.fit().get_best_result()
        """,
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config


        def loop(config):
            pass


        def build(run_config=None):
            return TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=train_run_config(run_config),
            )


        def sweep():
            trainer = build(tune.RunConfig(name="sweep", stop={"epoch": 2}))
            tuner = tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer))
            return tuner.fit().get_best_result()
        """,
    )


def test_a_run_config_that_is_a_field_of_a_dataclass() -> None:
    check_migrated(
        """\
        from dataclasses import dataclass, field, replace

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        @dataclass
        class Job:
            name: str
            run_config: RunConfig = field(default_factory=lambda: RunConfig(verbose=1))

            def sweep(self):
                trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
                tuner = tune.Tuner(
                    trainer,
                    run_config=self.run_config,
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                )
                return tuner.fit()


        job = Job("a")
        job.sweep()
        Job("b", RunConfig(name="b", stop={"loss": 1})).sweep()
        Job("c", run_config=RunConfig(name="c")).sweep()
        replace(job, run_config=RunConfig(name="d")).sweep()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from dataclasses import dataclass, field, replace

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run, tune_run_config


        def loop(config):
            pass


        @dataclass
        class Job:
            name: str
            run_config: tune.RunConfig = field(
                default_factory=lambda: tune.RunConfig(verbose=1)
            )

            def sweep(self):
                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        loop,
                        scaling_config=ScalingConfig(num_workers=2),
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

                tuner = tune.Tuner(
                    train_driver_fn,
                    run_config=tune_run_config(self.run_config),
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                )
                return tuner.fit()


        job = Job("a")
        job.sweep()
        Job("b", tune.RunConfig(name="b", stop={"loss": 1})).sweep()
        Job("c", run_config=tune.RunConfig(name="c")).sweep()
        replace(job, run_config=tune.RunConfig(name="d")).sweep()
        """,
    )


def test_a_run_config_that_is_given_no_config_after_it_was_made() -> None:
    check_migrated(
        """\
        from dataclasses import replace

        from ray import tune
        from ray.train import FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer

        from project import settings


        def loop(config):
            pass


        settings.failure_config = FailureConfig(max_failures=1)
        other = replace(settings, failure_config=FailureConfig(max_failures=2))
        quick = RunConfig(stop={"loss": 1})
        quick.name = "quick"
        tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=replace(quick, storage_path="/results"),
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from dataclasses import replace

        from ray import tune
        from ray.train import FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        from project import settings


        def loop(config):
            pass


        settings.failure_config = FailureConfig(max_failures=1)
        other = replace(settings, failure_config=FailureConfig(max_failures=2))
        quick = tune.RunConfig(stop={"loss": 1})
        quick.name = "quick"


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=replace(quick, storage_path="/results"),
        ).fit()
        """,
    )


def test_run_configs_that_are_given_a_config_after_they_were_made() -> None:
    check_migrated(
        """\
        from dataclasses import replace

        from ray import tune
        from ray.train import CheckpointConfig, FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def kept(name):
            run_config = RunConfig(name=name)
            run_config.checkpoint_config = CheckpointConfig(num_to_keep=1)
            return run_config


        class Job:
            def __init__(self):
                self.run_config = RunConfig(name="job")
                self.run_config.failure_config = FailureConfig(max_failures=1)

            def sweep(self):
                one = tune.TuneConfig(max_concurrent_trials=1)
                return tune.Tuner(TorchTrainer(loop), tune_config=one, run_config=self.run_config)


        quick = RunConfig(stop={"loss": 1})
        one = tune.TuneConfig(max_concurrent_trials=1)
        tune.Tuner(TorchTrainer(loop), tune_config=one, run_config=kept("a")).fit()
        tune.Tuner(
            TorchTrainer(loop),
            tune_config=one,
            run_config=replace(quick, failure_config=FailureConfig(max_failures=2)),
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from dataclasses import replace

        from ray import tune
        from ray.train import FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run, tune_run_config


        def loop(config):
            pass


        def kept(name):
            run_config = tune.RunConfig(name=name)
            run_config.checkpoint_config = tune.CheckpointConfig(num_to_keep=1)
            return run_config


        class Job:
            def __init__(self):
                self.run_config = tune.RunConfig(name="job")
                self.run_config.failure_config = tune.FailureConfig(max_failures=1)

            def sweep(self):
                one = tune.TuneConfig(max_concurrent_trials=1)

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        loop,
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

                return tune.Tuner(train_driver_fn, tune_config=one, run_config=self.run_config)


        quick = tune.RunConfig(stop={"loss": 1})
        one = tune.TuneConfig(max_concurrent_trials=1)


        def train_driver_fn_2(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(train_driver_fn_2, tune_config=one, run_config=kept("a")).fit()


        def train_driver_fn_3(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn_3,
            tune_config=one,
            run_config=tune_run_config(
                replace(quick, failure_config=FailureConfig(max_failures=2))
            ),
        ).fit()
        """,
    )


def test_sweeps_over_one_trainer_of_which_some_have_its_run_config() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer

        from project import name


        def loop(config):
            pass


        limits = tune.TuneConfig(max_concurrent_trials=1)
        kept = CheckpointConfig(num_to_keep=1)
        run_config = RunConfig(name="a", checkpoint_config=kept)
        trainer = TorchTrainer(loop, run_config=run_config)
        one = tune.Tuner(trainer, tune_config=limits, run_config=RunConfig(name="b"))
        two = tune.Tuner(trainer, tune_config=limits)

        named = TorchTrainer(
            loop,
            scaling_config=ScalingConfig(num_workers=2),  # two
            run_config=RunConfig(name=name()),  # for the trainer's own
        )
        three = tune.Tuner(named, tune_config=limits, run_config=RunConfig(name="c"))
        four = tune.Tuner(named, tune_config=limits)

        commented = TorchTrainer(
            loop,
            # where it goes
            run_config=RunConfig(name="d"),  # and so it does
            scaling_config=ScalingConfig(num_workers=2),
        )
        five = tune.Tuner(commented, tune_config=limits)
        six = tune.Tuner(commented, tune_config=limits, run_config=RunConfig(name="e"))
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        from project import name


        def loop(config):
            pass


        limits = tune.TuneConfig(max_concurrent_trials=1)
        kept = tune.CheckpointConfig(num_to_keep=1)
        run_config = tune.RunConfig(name="a", checkpoint_config=kept)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        one = tune.Tuner(
            train_driver_fn, tune_config=limits, run_config=tune.RunConfig(name="b")
        )
        two = tune.Tuner(train_driver_fn, tune_config=limits, run_config=run_config)

        trainer_run_config = tune.RunConfig(name=name())


        def train_driver_fn_2(config: dict):
            named = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),  # two
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            named.fit()


        three = tune.Tuner(
            train_driver_fn_2, tune_config=limits, run_config=tune.RunConfig(name="c")
        )
        four = tune.Tuner(
            train_driver_fn_2,
            tune_config=limits,
            run_config=trainer_run_config,  # for the trainer's own
        )


        def train_driver_fn_3(config: dict):
            commented = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            commented.fit()


        five = tune.Tuner(
            train_driver_fn_3,
            tune_config=limits,
            # where it goes
            run_config=tune.RunConfig(name="d"),  # and so it does
        )
        six = tune.Tuner(
            train_driver_fn_3, tune_config=limits, run_config=tune.RunConfig(name="e")
        )
        """,
    )


def test_in_the_place_of_none() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from project import loop

        tuner = tune.Tuner(
            TorchTrainer(
                loop,
                run_config=RunConfig(
                    name="sweep", storage_path="/runs",
                    stop={"loss": 0},
                ),
            ),
            tune_config=tune.TuneConfig(max_concurrent_trials=1), run_config=None,
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run

        from project import loop


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1), run_config=tune.RunConfig(
                name="sweep", storage_path="/runs",
                stop={"loss": 0},
            ),
        )
        """,
    )
