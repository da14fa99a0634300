"""How imports grow and shrink with a change, each next to its like and in its own manner."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from migrating import PROJECT, check_migrated, check_unchanged, migrated, said
from packaging.version import Version

from raytune_migrate.project import Project


def test_what_nothing_uses_but_did_not_before_either_stays() -> None:
    check_migrated(
        """\
        import json

        from ray import tune
        from ray.train import Checkpoint, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        import json

        from ray import tune
        from ray.train import Checkpoint, RunConfig, ScalingConfig
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
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_module_that_was_read_through_another_import_stays() -> None:
    check_migrated(
        """\
        import ray
        import ray.train.torch
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        ray.init()
        trainer = TorchTrainer(loop, run_config=ray.air.RunConfig(name="nightly"))
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        import ray
        import ray.train.torch
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        ray.init()


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="nightly"),
        )
        """,
    )


def test_a_module_in_all_stays() -> None:
    check_migrated(
        """\
        from ray import air, tune
        from ray.train.torch import TorchTrainer

        __all__ = ["air", "sweep"]


        def loop(config):
            pass


        def sweep():
            return tune.Tuner(
                TorchTrainer(loop),
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=air.RunConfig(name="a"),
            )
        """,
        """\
        from ray import air, train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        __all__ = ["air", "sweep"]


        def loop(config):
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=tune.RunConfig(name="a"),
            )
        """,
    )


def test_a_class_in_all_keeps_its_home() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer

        __all__ = ["RunConfig", "sweep"]


        def loop(config):
            pass


        def sweep():
            return tune.Tuner(
                TorchTrainer(loop),
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=RunConfig(name="a"),
            )
        """,
        """\
        from ray import tune
        from ray.air import RunConfig
        from ray.train import RunConfig as TrainRunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        __all__ = ["RunConfig", "sweep"]


        def loop(config):
            pass


        def sweep():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    run_config=TrainRunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=tune.RunConfig(name="a"),
            )
        """,
    )


def test_imports_that_may_fail_stay_guarded() -> None:
    check_migrated(
        """\
        try:
            from ray import tune
            from ray.train.torch import TorchTrainer

            HAS_RAY = True
        except ImportError:
            HAS_RAY = False


        def loop(config):
            pass


        def sweep():
            return tune.Tuner(
                TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
            )
        """,
        """\
        try:
            from ray import tune
            from ray.train import RunConfig
            from ray.train.torch import TorchTrainer
            from raytune_runtime import TuneReportCallback, trial_run

            HAS_RAY = True
        except ImportError:
            HAS_RAY = False


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


def test_a_sorted_list_stays_sorted() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import Checkpoint, ScalingConfig, report
        from ray.train.torch import TorchTrainer


        def loop(config):
            report({}, checkpoint=Checkpoint(config["path"]))


        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import Checkpoint, RunConfig, ScalingConfig, report
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            report({}, checkpoint=Checkpoint(config["path"]))


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_an_unsorted_list_grows_at_its_end() -> None:
    check_migrated(
        """\
        from ray.train import report, ScalingConfig, Checkpoint
        from ray import tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            report({}, checkpoint=Checkpoint(config["path"]))


        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray.train import report, ScalingConfig, Checkpoint, RunConfig
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            report({}, checkpoint=Checkpoint(config["path"]))


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_a_list_over_several_lines_keeps_its_comments() -> None:
    check_migrated(
        """\
        from ray import (
            air,  # configs
            tune,
        )
        from ray.train import (
            Checkpoint,  # for later
            ScalingConfig,
        )
        from ray.train.torch import (TorchTrainer)


        def loop(config):
            print(Checkpoint)


        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=air.RunConfig(name="a"),
        )
        """,
        """\
        from ray import (
            tune,
        )
        from ray.train import (
            Checkpoint,  # for later
            RunConfig,
            ScalingConfig,
        )
        from ray.train.torch import (TorchTrainer)
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(Checkpoint)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="a"),
        )
        """,
    )


def test_a_list_continued_by_a_backslash() -> None:
    check_migrated(
        r"""
        from ray import tune
        from ray.train import ScalingConfig, \
            Checkpoint
        from ray.train.torch import TorchTrainer


        def loop(config):
            print(Checkpoint)


        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import ScalingConfig, Checkpoint, RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(Checkpoint)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )


def test_one_name_of_several_leaves() -> None:
    check_migrated(
        """\
        from ray import air, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=air.RunConfig(name="a"),
        )
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


def test_a_name_that_others_need_from_its_old_home_stays() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        def objective(config):
            return {"score": 1}


        tune.Experiment(run=objective, name=RunConfig(name="b").name)
        tuner = tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=RunConfig(name="a"),
        )
        """,
        """\
        from ray import tune
        from ray.air import RunConfig
        from ray.train import RunConfig as TrainRunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def objective(config):
            return {"score": 1}


        tune.Experiment(run=objective, name=RunConfig(name="b").name)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=TrainRunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="a"),
        )
        """,
    )


def test_statements_on_one_line() -> None:
    check_migrated(
        """\
        import sys; from ray import tune; from ray.train.torch import TorchTrainer
        from ray.air import RunConfig; x = 1


        def loop(config):
            print(sys.argv, x)


        tuner = tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=RunConfig(name="a"),
        )
        """,
        """\
        import sys; from ray import tune; from ray.train.torch import TorchTrainer
        x = 1
        from ray.train import RunConfig
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            print(sys.argv, x)


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


def test_the_runtime_is_imported_already() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import trial_info


        def loop(config):
            print(trial_info())


        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_info, trial_run


        def loop(config):
            print(trial_info())


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


def test_the_only_import_of_a_branch_leaves_a_pass() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        try:
            from ray import air
        except ImportError:
            raise


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=air.RunConfig(name="a"),
        )
        """,
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        try:
            pass
        except ImportError:
            raise


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
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


def test_imports_of_other_packages_keep_their_places() -> None:
    check_migrated(
        '''\
        # Copyright The Authors
        """Doc."""

        from __future__ import annotations

        import json
        from pathlib import Path

        import torch
        from ray import tune
        from ray.train.torch import TorchTrainer

        from .model import Net


        def loop(config):
            print(json, Path, torch)


        tuner = tune.Tuner(
            TorchTrainer(loop),
            param_space={"train_loop_config": {"net": Net}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        ''',
        '''\
        # Copyright The Authors
        """Doc."""

        from __future__ import annotations

        import json
        from pathlib import Path

        import torch
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run

        from .model import Net


        def loop(config):
            print(json, Path, torch)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=config["train_loop_config"],
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"net": Net}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        ''',
    )


def test_a_new_import_stands_above_a_driver_that_follows_the_imports() -> None:
    check_migrated(
        """
        from sweeps import loop
        from ray.train.torch import TorchTrainer
        from ray import tune
        tune.Tuner(TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """
        from sweeps import loop
        from ray.train.torch import TorchTrainer
        from ray import tune
        from ray.train import RunConfig
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        project=replace(PROJECT, minimum_ray=Version("2.51")),
    )


def test_a_fallback_that_was_never_in_ray() -> None:
    """What is tried first is there, so that nothing else is ever bound."""
    check_migrated(
        """\
        try:
            from ray.train.torch import TorchTrainer
        except ImportError:
            from ray.train import TorchTrainer
        from ray import tune
        from ray.train import RunConfig

        from project import loop

        tune.Tuner(TorchTrainer(loop, run_config=RunConfig(name="a"))).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        try:
            from ray.train.torch import TorchTrainer
        except ImportError:
            from ray.train import TorchTrainer
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from raytune_runtime import (
            TuneReportCallback,
            max_concurrent_trials,
            start_from_trial,
            trial_run,
        )

        from project import loop


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
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


def test_a_trainer_that_is_gone_is_tried_before_one_that_is_not() -> None:
    result = migrated(
        """\
        try:
            from ray.train.lightning import LightningTrainer as Trainer
        except ImportError:
            from ray.train.torch import TorchTrainer as Trainer
        from ray import train, tune


        def loop(config):
            train.report({"loss": 1})


        tune.Tuner(Trainer(loop)).fit()
        """
    )
    assert said(result) == []
    assert "    trainer = Trainer(\n" in result.after


def test_a_name_that_something_else_than_a_failed_import_decides() -> None:
    result = migrated(
        """\
        import os

        from ray import tune

        if os.environ.get("OLD"):
            from ray.train.xgboost import XGBoostTrainer as Trainer
        else:
            from ray.train.torch import TorchTrainer as Trainer

        from project import loop

        tune.Tuner(Trainer(loop)).fit()
        """
    )
    assert said(result) == [(12, "RTM901")]


def test_an_import_that_is_written_anew_is_no_use_that_others_must_come_before() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import Checkpoint, RunConfig
        from ray.air.result import Result
        from ray.tune import ResultGrid

        from project import objective


        def run() -> ResultGrid:
            return tune.Tuner(objective, run_config=RunConfig(name="a", local_dir="/runs")).fit()


        def read(result: Result) -> Checkpoint:
            return result.checkpoint
        """,
        """\
        from ray import tune
        from ray.air.result import Result
        from ray.train import Checkpoint
        from ray.tune import ResultGrid

        from project import objective


        def run() -> ResultGrid:
            return tune.Tuner(
                objective, run_config=tune.RunConfig(name="a", storage_path="/runs")
            ).fit()


        def read(result: Result) -> Checkpoint:
            return result.checkpoint
        """,
    )


def test_an_import_that_comes_from_elsewhere_now_takes_others_from_there() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import ScalingConfig, session
        from ray.air.checkpoint import Checkpoint

        __all__ = ["Checkpoint", "objective"]


        def objective(config):
            session.report({"loss": config["x"]})


        scaling = ScalingConfig(num_workers=1)
        tuner = tune.Tuner(objective, param_space={"x": tune.uniform(0, 1)})
        """,
        """\
        from ray import tune
        from ray.train import Checkpoint, ScalingConfig

        __all__ = ["Checkpoint", "objective"]


        def objective(config):
            tune.report({"loss": config["x"]})


        scaling = ScalingConfig(num_workers=1)
        tuner = tune.Tuner(objective, param_space={"x": tune.uniform(0, 1)})
        """,
    )


def test_what_is_imported_twice_moves_once() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.air.config import (
            CheckpointConfig,
            ScalingConfig,
        )


        def loop(config):
            pass


        def sweep():
            from ray.air.config import ScalingConfig

            return ScalingConfig(num_workers=1)


        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=RunConfig(name="a"),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.air.config import (
            CheckpointConfig,
        )
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def sweep():
            from ray.train import ScalingConfig

            return ScalingConfig(num_workers=1)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="a"),
        )
        """,
    )


def test_of_two_imports_of_one_name_the_first_is_of_no_account() -> None:
    check_unchanged(
        """\
        import ray
        import ray.air
        import ray.train
        from ray.air.config import RunConfig, ScalingConfig
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def trained(loop):
            scaling = ScalingConfig(num_workers=2)
            TorchTrainer(loop, scaling_config=scaling, run_config=RunConfig(name="a")).fit()
        """
    )


def test_of_two_imports_of_one_name_the_last_counts() -> None:
    check_migrated(
        """\
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.air import RunConfig
        from ray.air.config import CheckpointConfig, ScalingConfig


        def trained(loop):
            scaling = ScalingConfig(num_workers=2)
            TorchTrainer(loop, scaling_config=scaling, run_config=RunConfig(name="a")).fit()
        """,
        """\
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.air.config import CheckpointConfig


        def trained(loop):
            scaling = ScalingConfig(num_workers=2)
            TorchTrainer(loop, scaling_config=scaling, run_config=RunConfig(name="a")).fit()
        """,
    )


def test_a_method_that_is_called_as_what_is_imported() -> None:
    """Functions do not see it, its class does."""
    check_migrated(
        """\
        from ray.air import session
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune import Tuner


        class Engine:
            def train(self, config):
                session.report({"loss": config["lr"]})

            def tune(self):
                trainer = TorchTrainer(self.train)
                return Tuner(trainer, run_config=self.run_config()).fit()

            def run_config(self) -> RunConfig:
                return RunConfig(name="engine")
        """,
        """\
        from ray import train, tune, tune as ray_tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune import Tuner
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        class Engine:
            def train(self, config):
                train.report({"loss": config["lr"]})

            def tune(self):
                train_loop = self.train

                def train_driver_fn(config: dict) -> None:
                    trainer = TorchTrainer(
                        train_loop,
                        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                    )
                    trainer.fit()

                return Tuner(
                    train_driver_fn,
                    run_config=self.run_config(),
                    tune_config=tune.TuneConfig(
                        max_concurrent_trials=max_concurrent_trials(ScalingConfig())
                    ),
                ).fit()

            def run_config(self) -> ray_tune.RunConfig:
                return tune.RunConfig(name="engine")
        """,
    )


def test_functions_beside_that_import_a_name_of_their_own() -> None:
    result = migrated(
        """\
        def one():
            from ray import tune
            from ray.train import RunConfig
            from ray.train.torch import TorchTrainer
            from project import loop

            return tune.Tuner(TorchTrainer(loop), run_config=RunConfig(name="one")).fit()


        def other():
            from ray import tune
            from ray.train.torch import TorchTrainer
            from project import loop

            return tune.Tuner(TorchTrainer(loop)).fit()
        """
    )
    assert result.after.count("    from ray.train import RunConfig, ScalingConfig\n") == 2


def test_what_moves_goes_where_it_stood_among_imports_in_no_order() -> None:
    check_migrated(
        """\
        from ray.tune.tuner import Tuner
        from ray.air.config import ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.air import RunConfig, session
        from ray.tune.schedulers import FIFOScheduler


        def train_loop(config):
            session.report({"loss": 1})


        trainer = TorchTrainer(
            train_loop,
            scaling_config=ScalingConfig(num_workers=2),
            run_config=RunConfig(name="night"),
        )
        trainer.fit()
        """,
        """\
        from ray.tune.tuner import Tuner
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import FIFOScheduler
        from ray import train


        def train_loop(config):
            train.report({"loss": 1})


        trainer = TorchTrainer(
            train_loop,
            scaling_config=ScalingConfig(num_workers=2),
            run_config=RunConfig(name="night"),
        )
        trainer.fit()
        """,
    )


def test_packages_that_each_of_two_useless_imports_brings() -> None:
    check_migrated(
        """\
        import ray.air
        import ray.train.data_parallel_trainer
        from ray import tune
        from ray.air import session


        def loop(config):
            session.report({"loss": 1})


        def main():
            ray.init()
            trainer = ray.train.data_parallel_trainer.DataParallelTrainer(
                loop, scaling_config=ray.air.ScalingConfig(num_workers=1)
            )
            return tune.Tuner(trainer).fit()
        """,
        """\
        import ray.train.data_parallel_trainer
        from ray import tune
        from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            ray.train.report({"loss": 1})


        def main():
            ray.init()

            def train_driver_fn(config: dict):
                trainer = DataParallelTrainer(
                    loop,
                    scaling_config=ray.train.ScalingConfig(num_workers=1),
                    run_config=ray.train.RunConfig(
                        **trial_run(), callbacks=[TuneReportCallback()]
                    ),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(
                        ray.train.ScalingConfig(num_workers=1)
                    )
                ),
            ).fit()
        """,
    )


def test_a_package_that_useless_imports_of_its_modules_bring() -> None:
    check_migrated(
        """\
        import ray.air.session
        import ray.air.config
        from ray.tune import Tuner
        from ray.train.torch import TorchTrainer


        def loop(config):
            ray.air.session.report({"loss": 1})


        def main(name):
            ray.init()
            scaling_config = ray.air.config.ScalingConfig(num_workers=1)
            return Tuner(TorchTrainer(loop, scaling_config=scaling_config)).fit()
        """,
        """\
        import ray
        from ray.tune import Tuner
        from ray.train.torch import TorchTrainer
        from ray import train, tune
        from ray.train import RunConfig, ScalingConfig
        from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


        def loop(config):
            train.report({"loss": 1})


        def main(name):
            ray.init()
            scaling_config = ScalingConfig(num_workers=1)

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    scaling_config=scaling_config,
                    run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
                )
                trainer.fit()

            return Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(
                    max_concurrent_trials=max_concurrent_trials(scaling_config)
                ),
            ).fit()
        """,
    )


def test_what_is_said_of_an_import_goes_with_it() -> None:
    check_migrated(
        """\
        from ray.air.config import ScalingConfig  # noqa: F401
        from ray.train.torch.torch_trainer import TorchTrainer  # for others
        from ray.tune.tuner import Tuner  # stays
        """,
        """\
        from ray.train import ScalingConfig  # noqa: F401
        from ray.train.torch import TorchTrainer  # for others
        from ray.tune.tuner import Tuner  # stays
        """,
    )


def test_what_is_said_of_an_import_of_more_stays_there() -> None:
    check_migrated(
        """\
        from ray.train.torch import TorchConfig
        from ray.train.torch.torch_trainer import TorchTrainer, os  # noqa: F401
        """,
        """\
        from ray.train.torch import TorchConfig, TorchTrainer
        from ray.train.torch.torch_trainer import os  # noqa: F401
        """,
    )


def test_a_list_that_grows_and_shrinks_stays_on_its_line() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, FailureConfig, RunConfig, ScalingConfig
        from ray.train.base_trainer import TrainingFailedError
        from ray.train.torch import TorchTrainer

        from project import train_loop

        trainer = TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))
        tuner = tune.Tuner(
            trainer.as_trainable(),
            run_config=RunConfig(
                checkpoint_config=CheckpointConfig(num_to_keep=1),
                failure_config=FailureConfig(max_failures=2),
            ),
        )


        def train():
            try:
                trainer.fit()
            except TrainingFailedError as error:
                print(error)
        """,
        """\
        from ray import tune
        from ray.train import ScalingConfig, TrainingFailedError
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for

        from project import train_loop

        trainer = TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))
        tuner = tune.Tuner(
            driver_for(trainer),
            run_config=tune.RunConfig(
                checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
                failure_config=tune.FailureConfig(max_failures=2),
            ),
        )


        def train():
            try:
                trainer.fit()
            except TrainingFailedError as error:
                print(error)
        """,
        project=Project(root=Path("/"), minimum_ray=Version("2.51")),
    )


def test_what_only_another_branch_of_the_function_imports() -> None:
    check_migrated(
        """\
        import ray
        from ray.tune import Tuner


        def report(value):
            if ray.__version__.startswith("1."):
                from ray import tune

                tune.report(value)
            else:
                from ray.air import session

                session.report({"metric": value})


        def train_fn(config):
            report(config["x"])


        Tuner(train_fn, param_space={"x": 1}).fit()
        """,
        """\
        import ray
        from ray.tune import Tuner


        def report(value):
            if ray.__version__.startswith("1."):
                from ray import tune

                tune.report(value)
            else:
                from ray import tune

                tune.report({"metric": value})


        def train_fn(config):
            report(config["x"])


        Tuner(train_fn, param_space={"x": 1}).fit()
        """,
    )


def test_what_a_try_imports_is_not_there_where_it_has_failed() -> None:
    check_migrated(
        """\
        from ray.air import session
        from ray.tune import Tuner


        def train_fn(config):
            try:
                from ray import tune

                import plotting

                plotting.show(tune)
            except ImportError:
                for _ in range(2):
                    session.report({"metric": config["x"]})


        Tuner(train_fn, param_space={"x": 1}).fit()
        """,
        """\
        from ray.tune import Tuner


        def train_fn(config):
            try:
                from ray import tune

                import plotting

                plotting.show(tune)
            except ImportError:
                from ray import tune

                for _ in range(2):
                    tune.report({"metric": config["x"]})


        Tuner(train_fn, param_space={"x": 1}).fit()
        """,
    )


def test_what_the_same_branch_or_the_body_of_a_try_imports_is_used() -> None:
    check_migrated(
        """\
        from ray.air import session
        from ray.tune import Tuner


        def train_fn(config):
            if config["x"]:
                from ray import tune

                for _ in range(2):
                    session.report({"metric": tune.uniform})
            try:
                from ray import tune as ray_tune
            except ImportError:
                raise
            else:
                session.report({"metric": ray_tune.uniform})


        Tuner(train_fn, param_space={"x": 1}).fit()
        """,
        """\
        from ray.tune import Tuner


        def train_fn(config):
            if config["x"]:
                from ray import tune

                for _ in range(2):
                    tune.report({"metric": tune.uniform})
            try:
                from ray import tune as ray_tune
            except ImportError:
                raise
            else:
                ray_tune.report({"metric": ray_tune.uniform})


        Tuner(train_fn, param_space={"x": 1}).fit()
        """,
    )


def test_what_a_branch_above_imports_may_not_be_there() -> None:
    check_migrated(
        """\
        from ray.air import session
        from ray.tune import Tuner


        def train_fn(config):
            if config["verbose"]:
                from ray import tune

                print(tune)
            session.report({"metric": config["x"]})


        Tuner(train_fn, param_space={"x": 1}).fit()
        """,
        """\
        from ray.tune import Tuner


        def train_fn(config):
            from ray import tune

            if config["verbose"]:
                from ray import tune

                print(tune)
            tune.report({"metric": config["x"]})


        Tuner(train_fn, param_space={"x": 1}).fit()
        """,
    )
