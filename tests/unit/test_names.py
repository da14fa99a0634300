"""What a name denotes is decided by scope and import, never by spelling."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged


def test_tune_is_a_parameter() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def sweep(tune, loop):
            return tune.Tuner(TorchTrainer(loop), param_space={"train_loop_config": {}})
        """,
    )


def test_tune_is_a_local_variable() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def sweep(loop):
            tune = object()
            return tune.Tuner(TorchTrainer(loop))
        """,
    )


def test_the_modules_are_relative() -> None:
    check_unchanged(
        """\
        from .ray import tune
        from .ray.train.torch import TorchTrainer


        def sweep(loop):
            return tune.Tuner(TorchTrainer(loop)).fit()
        """,
    )


def test_the_package_only_begins_with_ray() -> None:
    check_unchanged(
        """\
        from ray_extras import tune
        from ray_extras.train.torch import TorchTrainer
        from rayon.tune import Tuner


        def sweep(loop):
            return tune.Tuner(TorchTrainer(loop)), Tuner(TorchTrainer(loop))
        """,
    )


def test_nothing_is_imported() -> None:
    check_unchanged(
        """\
        trainer = TorchTrainer(loop)
        tuner = tune.Tuner(trainer)
        """,
    )


def test_a_class_of_ones_own_named_Tuner() -> None:
    check_unchanged(
        """\
        from ray.train.torch import TorchTrainer


        class Tuner:
            def __init__(self, trainer):
                self.trainer = trainer


        def sweep(loop):
            return Tuner(TorchTrainer(loop))
        """,
    )


def test_an_own_class_shadows_the_import_in_one_function() -> None:
    check_unchanged(
        """\
        from ray.train.torch import TorchTrainer
        from ray.tune import Tuner


        def sweep(loop):
            class Tuner:
                pass

            return Tuner(TorchTrainer(loop))


        def objective(config):
            return {"score": 1}


        Tuner(objective).fit()
        """,
    )


def test_the_sweep_stands_in_a_string() -> None:
    check_unchanged(
        '''\
        from ray import tune

        HELP = """
        from ray.train.torch import TorchTrainer
        tune.Tuner(TorchTrainer(loop)).fit()
        """
        # tune.Tuner(TorchTrainer(loop)).fit()
        ''',
    )


def test_a_comprehension_shadows_the_import() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def sweep(loop, engines):
            return [tune.Tuner(TorchTrainer(loop)) for tune in engines]
        """,
    )


def test_a_with_statement_and_a_loop_shadow_the_import() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def sweep(loop, engine, engines):
            with engine as tune:
                tune.Tuner(TorchTrainer(loop))
            for tune in engines:
                tune.Tuner(TorchTrainer(loop))
        """,
    )


def test_a_class_takes_the_trainers_name() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        class TorchTrainer:
            pass


        tune.Tuner(TorchTrainer()).fit()
        """,
        (9, "RTM901"),
    )


def test_the_trainers_name_is_assigned_anew() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        TorchTrainer = wrapped(TorchTrainer)
        tune.Tuner(TorchTrainer(print)).fit()
        """,
        (5, "RTM901"),
    )


def test_an_import_that_may_fail_is_still_the_import() -> None:
    check_migrated(
        """\
        try:
            from ray import tune
            from ray.train.torch import TorchTrainer
        except ImportError:
            tune = TorchTrainer = None


        def sweep(loop):
            return tune.Tuner(TorchTrainer(loop))
        """,
        """\
        try:
            from ray import tune
            from ray.train import RunConfig, ScalingConfig
            from ray.train.torch import TorchTrainer
            from raytune_runtime import (
                TuneReportCallback,
                max_concurrent_trials,
                start_from_trial,
                trial_run,
            )
        except ImportError:
            tune = TorchTrainer = None


        def sweep(loop):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    start_from_trial(loop),
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(ScalingConfig())
                ),
            )
        """,
    )


def test_a_tuner_that_may_be_of_another_package() -> None:
    check_finding(
        """\
        try:
            from ray import tune
        except ImportError:
            from other import tune
        from ray.train.torch import TorchTrainer


        def sweep(loop):
            return tune.Tuner(TorchTrainer(loop))
        """,
        (9, "RTM901"),
    )


def test_everything_through_import_ray() -> None:
    check_migrated(
        """\
        import ray
        import ray.train
        import ray.train.torch
        import ray.tune


        def loop(config):
            ray.train.report({"loss": 1})


        trainer = ray.train.torch.TorchTrainer(
            loop,
            scaling_config=ray.train.ScalingConfig(num_workers=2),
            run_config=ray.train.RunConfig(name="a"),
        )
        tuner = ray.tune.Tuner(
            trainer, param_space={"train_loop_config": {"lr": ray.tune.uniform(0, 1)}}
        )
        """,
        """\
        import ray
        import ray.train
        import ray.train.torch
        import ray.tune
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            ray.train.report({"loss": 1})


        def train_driver_fn(config: dict):
            trainer = ray.train.torch.TorchTrainer(
                loop,
                train_loop_config=config["train_loop_config"],
                scaling_config=ray.train.ScalingConfig(num_workers=2),
                run_config=ray.train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = ray.tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": ray.tune.uniform(0, 1)}},
            tune_config=ray.tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(
                    ray.train.ScalingConfig(num_workers=2)
                )
            ),
            run_config=ray.tune.RunConfig(name="a"),
        )
        """,
    )


def test_modules_and_classes_under_other_names() -> None:
    check_migrated(
        """\
        import ray.train.torch as rtt
        import ray.tune as t
        from ray.train import ScalingConfig as Workers


        def loop(config):
            pass


        def sweep():
            return t.Tuner(rtt.TorchTrainer(loop, scaling_config=Workers(num_workers=2)))
        """,
        """\
        import ray.train.torch as rtt
        import ray.tune as t
        from ray.train import RunConfig, ScalingConfig as Workers
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = rtt.TorchTrainer(
                    loop,
                    scaling_config=Workers(num_workers=2),
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return t.Tuner(
                train_driver_fn,
                tune_config=t.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(Workers(num_workers=2))
                ),
            )
        """,
    )


def test_star_imports() -> None:
    check_migrated(
        """\
        from ray.train import *
        from ray.train.torch import *
        from ray.tune import *


        def loop(config):
            pass


        tuner = Tuner(TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)))
        """,
        """\
        from ray import tune
        from ray.train import *
        from ray.train import RunConfig
        from ray.train.torch import *
        from ray.tune import *
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=2))
            ),
        )
        """,
    )


def test_inner_paths() -> None:
    check_migrated(
        """\
        from ray.air.config import RunConfig, ScalingConfig
        from ray.train.torch.torch_trainer import TorchTrainer
        from ray.tune.tune_config import TuneConfig
        from ray.tune.tuner import Tuner


        def loop(config):
            pass


        tuner = Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)),
            tune_config=TuneConfig(max_concurrent_trials=1),
            run_config=RunConfig(name="a"),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.tune_config import TuneConfig
        from ray.tune.tuner import Tuner
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


        tuner = Tuner(
            train_driver_fn,
            tune_config=TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="a"),
        )
        """,
    )


def test_inner_paths_with_the_run_config_on_the_trainer() -> None:
    check_migrated(
        """\
        from ray.tune.tuner import Tuner
        from ray.tune.tune_config import TuneConfig
        from ray.air.config import ScalingConfig, RunConfig
        from ray.train.torch.torch_trainer import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(
            loop, scaling_config=ScalingConfig(num_workers=2), run_config=RunConfig(name="a")
        )
        tuner = Tuner(trainer, tune_config=TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from ray.tune.tuner import Tuner
        from ray.tune.tune_config import TuneConfig
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray import tune
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


        tuner = Tuner(
            train_driver_fn,
            tune_config=TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="a"),
        )
        """,
    )


def test_one_name_from_two_homes() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        try:
            from ray.train import RunConfig, ScalingConfig
        except ImportError:
            from ray.air import RunConfig, ScalingConfig


        def loop(config):
            pass


        def sweep():
            trainer = TorchTrainer(
                loop, scaling_config=ScalingConfig(num_workers=2), run_config=RunConfig(name="x")
            )
            return tune.Tuner(trainer)
        """,
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run

        try:
            from ray.train import RunConfig, ScalingConfig
        except ImportError:
            from ray.air import RunConfig, ScalingConfig


        def loop(config):
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    scaling_config=ScalingConfig(num_workers=2),
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(ScalingConfig(num_workers=2))
                ),
                run_config=tune.RunConfig(name="x"),
            )
        """,
    )


def test_imports_under_a_condition() -> None:
    check_migrated(
        """\
        import sys

        if sys.version_info >= (3, 10):
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
        import sys

        if sys.version_info >= (3, 10):
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


def test_names_for_the_type_checker_alone_are_imported_once_more() -> None:
    check_migrated(
        """\
        from __future__ import annotations

        from typing import TYPE_CHECKING

        from ray import tune
        from ray.train.torch import TorchTrainer

        if TYPE_CHECKING:
            from ray.train import RunConfig


        def loop(config):
            pass


        def name_of(run: RunConfig):
            return run.name


        def sweep():
            return tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from __future__ import annotations

        from typing import TYPE_CHECKING

        from ray import tune
        from ray.train import RunConfig as TrainRunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        if TYPE_CHECKING:
            from ray.train import RunConfig


        def loop(config):
            pass


        def name_of(run: RunConfig):
            return run.name


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    run_config=TrainRunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_imports_inside_functions() -> None:
    check_migrated(
        """\
        def loop(config):
            from ray import train

            train.report({"loss": 1})


        def sweep():
            from ray import tune
            from ray.train import ScalingConfig
            from ray.train.torch import TorchTrainer

            trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
            return tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        def loop(config):
            from ray import train

            train.report({"loss": 1})


        def sweep():
            from ray import tune
            from ray.train import RunConfig, ScalingConfig
            from ray.train.torch import TorchTrainer
            from raytune_runtime import TuneReportCallback, trial_run

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    scaling_config=ScalingConfig(num_workers=2),
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )


def test_a_parameter_named_as_a_module_of_ray() -> None:
    check_migrated(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune import TuneConfig, Tuner


        def loop(config):
            pass


        def sweep(tune, train):
            return Tuner(
                TorchTrainer(loop),
                tune_config=TuneConfig(max_concurrent_trials=1),
                run_config=RunConfig(name=tune),
            )
        """,
        """\
        from ray import tune as ray_tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune import TuneConfig, Tuner
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep(tune, train):
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
                )
                trainer.fit()

            return Tuner(
                train_driver_fn,
                tune_config=TuneConfig(max_concurrent_trials=1),
                run_config=ray_tune.RunConfig(name=tune),
            )
        """,
    )


def test_a_name_of_the_runtime_that_is_taken() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        class RunConfig:
            pass


        def loop(config):
            pass


        def trial_run():
            pass


        def sweep():
            return tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig as TrainRunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run as runtime_trial_run


        class RunConfig:
            pass


        def loop(config):
            pass


        def trial_run():
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    run_config=TrainRunConfig(
                        **runtime_trial_run(), callbacks=[TuneReportCallback()]
                    ),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
    )
