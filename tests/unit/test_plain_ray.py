"""Rewritten code that needs Ray alone: what is written, and what is left because it cannot be."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import projecting
import pytest
from migrating import PROJECT, check_finding, check_migrated, check_unchanged, migrated, said
from packaging.version import Version

import raytune_runtime
from raytune_migrate.catalogue import RULES
from raytune_migrate.handbook.explanation import explanation
from raytune_migrate.proposal import Safety
from raytune_migrate.runtime.home import NOWHERE
from raytune_migrate.runtime.lacks import LOSSES
from raytune_migrate.settings.options import Todo, Uses

ALONE = replace(projecting.OPTIONS, uses=Uses.RAY_ALONE)
PLAIN = replace(PROJECT, runtime=NOWHERE, minimum_ray=Version("2.60"), todo=Todo.NOWHERE)


def test_code_that_has_the_runtime_already() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run
        from loops import loop


        def train_driver_fn(config):
            trainer = TorchTrainer(
                start_from_trial(loop),
                train_loop_config=config["train_loop_config"],
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        best = tune.Tuner(train_driver_fn).fit().get_best_result()
        print(best.checkpoint)
        """,
        project=PLAIN,
    )


def test_a_trainer_beside_the_sweep_that_says_what_is_printed() -> None:
    result = migrated(
        """\
        from loops import loop
        from ray import tune
        from ray.train import RunConfig, SyncConfig
        from ray.train.torch import TorchTrainer

        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        final = TorchTrainer(
            loop, run_config=RunConfig("b", verbose=1, sync_config=SyncConfig(syncer=None))
        )
        final.fit()
        """,
        PLAIN,
    )
    assert said(result) == []
    assert 'final = TorchTrainer(loop, run_config=RunConfig("b"))' in result.after
    assert "tune.Tuner(train_driver_fn," in result.after


@pytest.mark.parametrize("scheduler", ["PopulationBasedTraining", "MedianStoppingRule"])
def test_a_scheduler_that_pauses_trials(scheduler: str) -> None:
    check_finding(
        f"""\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import {scheduler}
        from loops import loop

        trainer = TorchTrainer(loop)
        tune.Tuner(
            trainer,
            tune_config=tune.TuneConfig(scheduler={scheduler}(), metric="loss", mode="min"),
        ).fit()
        """,
        (9, "RTM101"),
        project=PLAIN,
    )


@pytest.mark.parametrize("word", ["hyperband", "medianstopping"])
def test_a_scheduler_by_its_word(word: str) -> None:
    check_finding(
        f"""\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from loops import loop

        scheduler = tune.create_scheduler("{word}", metric="loss", mode="min")
        tune.Tuner(TorchTrainer(loop), tune_config=tune.TuneConfig(scheduler=scheduler)).fit()
        """,
        (5, "RTM101"),
        project=PLAIN,
    )


def test_a_trainer_that_is_given() -> None:
    check_finding(
        """\
        from ray import tune


        def sweep(trainer):
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}}).fit()


        def main():
            from ray.train.torch import TorchTrainer
            from loops import loop

            sweep(TorchTrainer(loop))
        """,
        (5, "RTM101"),
        project=PLAIN,
    )


def test_a_worker_that_asks_for_its_trial() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"id": train.get_context().get_trial_id()})


        tune.Tuner(TorchTrainer(loop)).fit()
        """,
        (5, "RTM302"),
        project=PLAIN,
    )


def test_dicts_in_checkpoints_of_the_old_class() -> None:
    check_finding(
        """\
        from ray.air import Checkpoint
        from ray.train.torch import TorchTrainer


        def saved(model) -> Checkpoint:
            return Checkpoint.from_dict({"model": model})


        def loaded(checkpoint: Checkpoint):
            return checkpoint.to_dict()["model"]
        """,
        (1, "RTM911"),
        (6, "RTM306"),
        project=PLAIN,
    )


def test_a_checkpoint_to_resume_from() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from store import last


        def loop(config):
            train.report({"resumed": train.get_checkpoint() is not None})


        tune.Tuner(TorchTrainer(loop, resume_from_checkpoint=last)).fit()
        """,
        (10, "RTM101"),
        project=PLAIN,
    )


def test_a_boosting_trainer_without_its_label() -> None:
    """Which V1 refused: there is nothing to write a loop for."""
    check_finding(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer

        tune.Tuner(XGBoostTrainer(params={"eta": 0.3}, datasets={"train": data})).fit()
        """,
        (4, "RTM903"),
        project=PLAIN,
    )


def test_a_preprocessor() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from data import loop, scaler, train

        tune.Tuner(TorchTrainer(loop, datasets={"train": train}, preprocessor=scaler)).fit()
        """,
        (5, "RTM101"),
        project=PLAIN,
    )


def test_metadata_for_checkpoints() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from loops import loop

        tune.Tuner(TorchTrainer(loop, metadata={"by": "me"})).fit()
        """,
        (5, "RTM101"),
        project=PLAIN,
    )


def test_nested_keys_that_cannot_be_seen() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from settings import base, loop

        tune.Tuner(
            TorchTrainer(loop, train_loop_config=base),
            param_space={"train_loop_config": {"optimizer": {"lr": tune.uniform(0, 1)}}},
        ).fit()
        """,
        (5, "RTM101"),
        project=PLAIN,
    )


def test_nested_keys_of_which_one_may_be_chosen() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from loops import loop

        tune.Tuner(
            TorchTrainer(loop, train_loop_config={"optimizer": {"name": "adam"}}),
            param_space={
                "train_loop_config": {"optimizer": tune.choice([{"lr": 1}, {"name": "sgd"}])}
            },
        ).fit()
        """,
        (5, "RTM101"),
        project=PLAIN,
    )


def test_a_run_of_its_own_that_needs_tune() -> None:
    check_finding(
        """\
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer
        from loops import loop

        trainer = TorchTrainer(loop, run_config=RunConfig(name="one", stop={"loss": 1}))
        trainer.fit()
        """,
        (5, "RTM201"),
        (6, "RTM404"),
        project=PLAIN,
    )


def test_a_checkpoint_configuration_out_of_sight() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from settings import kept, loop

        tune.Tuner(
            TorchTrainer(loop), run_config=RunConfig(name="sweep", checkpoint_config=kept)
        ).fit()
        """,
        (6, "RTM101"),
        (7, "RTM101"),
        project=PLAIN,
    )


def test_callbacks_of_which_one_may_report() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer
        from data import callbacks, train

        trainer = XGBoostTrainer(
            params={}, label_column="y", callbacks=callbacks, datasets={"train": train}
        )
        tune.Tuner(trainer, param_space={"params": {"eta": tune.uniform(0, 1)}}).fit()
        """,
        (8, "RTM101"),
        project=PLAIN,
    )


def test_a_sweep_as_ray_s_guide_writes_it() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": config["lr"]})


        trainer = TorchTrainer(
            loop, train_loop_config={"epochs": 5}, scaling_config=ScalingConfig(num_workers=2)
        )
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=4),
        )
        results = tuner.fit()
        """,
        """\
        from ray import train, tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback


        def loop(config):
            train.report({"loss": config["lr"]})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config={"epochs": 5, **config["train_loop_config"]},
                scaling_config=ScalingConfig(num_workers=2),
                run_config=train.RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=4),
        )
        results = tuner.fit()
        """,
        project=PLAIN,
    )


def test_tuners_of_one_trainer_that_keep_other_checkpoints_have_drivers_of_their_own() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop)
        capped = tune.TuneConfig(max_concurrent_trials=4)
        first = tune.Tuner(trainer, tune_config=capped)
        second = tune.Tuner(
            trainer,
            tune_config=capped,
            run_config=RunConfig(name="b", checkpoint_config=CheckpointConfig(num_to_keep=3)),
        )
        """,
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        def train_driver_fn_2(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    checkpoint_config=CheckpointConfig(num_to_keep=3),
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        capped = tune.TuneConfig(max_concurrent_trials=4)
        first = tune.Tuner(train_driver_fn, tune_config=capped)
        second = tune.Tuner(
            train_driver_fn_2,
            tune_config=capped,
            run_config=tune.RunConfig(name="b"),
        )
        """,
        project=PLAIN,
    )


def test_storage_and_checkpoints_belong_to_the_runs_of_the_trials() -> None:
    check_migrated(
        """\
        import os

        from ray import train, tune
        from ray.train import CheckpointConfig, FailureConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import ASHAScheduler

        STORE = "s3://bucket/runs"


        def loop(config):
            checkpoint = train.Checkpoint.from_directory("model")
            train.report({"loss": config["lr"]}, checkpoint=checkpoint)


        trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2))
        tuner = tune.Tuner(
            trainer,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(
                metric="loss", mode="min", scheduler=ASHAScheduler(), max_concurrent_trials=4
            ),
            run_config=RunConfig(
                name="sweep",
                storage_path=STORE,
                checkpoint_config=CheckpointConfig(num_to_keep=1),
                failure_config=FailureConfig(max_failures=2),
            ),
        )
        results = tuner.fit()
        best = results.get_best_result()
        print(best.checkpoint, results.get_best_result().checkpoint, best.best_checkpoints)
        print([one.checkpoint for one in results])


        def show(result):
            print(result.checkpoint)
        """,
        """\
        import os

        from ray import train, tune
        from ray.train import CheckpointConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from ray.tune.schedulers import ASHAScheduler

        STORE = "s3://bucket/runs"


        def loop(config):
            checkpoint = train.Checkpoint.from_directory("model")
            train.report({"loss": config["lr"]}, checkpoint=checkpoint)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                train_loop_config=config["train_loop_config"],
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    storage_path=STORE,
                    checkpoint_config=CheckpointConfig(num_to_keep=1),
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
            tune_config=tune.TuneConfig(
                metric="loss", mode="min", scheduler=ASHAScheduler(), max_concurrent_trials=4
            ),
            run_config=tune.RunConfig(
                name="sweep",
                storage_path=STORE,
                failure_config=tune.FailureConfig(max_failures=2),
            ),
        )
        results = tuner.fit()
        best = results.get_best_result()
        print(
            train.Checkpoint(best.metrics["checkpoint_path"], filesystem=best.filesystem),
            results.get_best_result().checkpoint,
            best.best_checkpoints,
        )
        print([one.checkpoint for one in results])


        def show(result):
            print(result.checkpoint)
        """,
        (32, "RTM406"),
        (32, "RTM406"),
        (33, "RTM406"),
        (37, "RTM406"),
        project=PLAIN,
    )


def test_a_storage_path_is_evaluated_once() -> None:
    check_migrated(
        """\
        import os

        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1}, checkpoint=train.Checkpoint.from_directory("model"))


        def main():
            trainer = TorchTrainer(loop)
            # where everything lies
            run_config = RunConfig(storage_path=os.path.abspath("runs"), verbose=0)
            tune_config = tune.TuneConfig(metric="loss", mode="min", max_concurrent_trials=1)
            tuner = tune.Tuner(trainer, run_config=run_config, tune_config=tune_config)
            return tuner.fit().get_best_result().checkpoint


        if __name__ == "__main__":
            main()
        """,
        """\
        import os

        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback


        def loop(config):
            train.report({"loss": 1}, checkpoint=train.Checkpoint.from_directory("model"))


        def main():
            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    run_config=RunConfig(
                        name=f"train-trial_id={tune.get_context().get_trial_id()}",
                        storage_path=storage_path,
                        callbacks=[TuneReportCallback()],
                    ),
                )
                trainer.fit()

            storage_path = os.path.abspath("runs")
            # where everything lies
            run_config = tune.RunConfig(storage_path=storage_path, verbose=0)
            tune_config = tune.TuneConfig(metric="loss", mode="min", max_concurrent_trials=1)
            tuner = tune.Tuner(train_driver_fn, run_config=run_config, tune_config=tune_config)
            return train.Checkpoint(tuner.fit().get_best_result().metrics["checkpoint_path"])


        if __name__ == "__main__":
            main()
        """,
        project=PLAIN,
    )


def test_the_trainer_s_own_run_config_becomes_the_tuner_s() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from settings import loop, storage

        trainer = TorchTrainer(
            loop, run_config=RunConfig(name="sweep", storage_path=storage(), verbose=1)
        )
        print("starting")
        tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from settings import loop, storage

        storage_path = storage()
        run_config = tune.RunConfig(name="sweep", storage_path=storage_path, verbose=1)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    storage_path=storage_path,
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        print("starting")
        tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=run_config,
        ).fit()
        """,
        project=PLAIN,
    )


def test_the_trainer_s_run_config_in_a_variable_becomes_the_tuner_s() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from settings import loop


        def sweep(folder):
            run_config = RunConfig(name="sweep", storage_path=str(folder))
            trainer = TorchTrainer(loop, run_config=run_config)
            return tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from settings import loop


        def sweep(folder):
            storage_path = str(folder)
            run_config = tune.RunConfig(name="sweep", storage_path=storage_path)

            def train_driver_fn(config: dict):
                trainer = TorchTrainer(
                    loop,
                    run_config=RunConfig(
                        name=f"train-trial_id={tune.get_context().get_trial_id()}",
                        storage_path=storage_path,
                        callbacks=[TuneReportCallback()],
                    ),
                )
                trainer.fit()

            return tune.Tuner(
                train_driver_fn,
                tune_config=tune.TuneConfig(max_concurrent_trials=1),
                run_config=run_config,
            ).fit()
        """,
        project=PLAIN,
    )


def test_nested_keys_are_merged_where_they_can_be_seen() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from loops import loop

        BASE = {"model": {"name": "mlp", "layers": {"count": 2, "width": 8}}, "seed": 1}

        one = TorchTrainer(
            loop,
            train_loop_config={
                # how it learns
                "optimizer": {"name": "adam", "lr": 1e-3},
                "epochs": 5,  # few
            },
        )
        tune.Tuner(
            one,
            param_space={"train_loop_config": {"optimizer": {"lr": tune.uniform(0, 1)}}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        ).fit()
        two = TorchTrainer(loop, train_loop_config=BASE)
        tune.Tuner(
            two,
            param_space={
                "train_loop_config": {"model": {"layers": {"width": tune.choice([8, 16])}, "lr": 1}}
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        ).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from loops import loop

        BASE = {"model": {"name": "mlp", "layers": {"count": 2, "width": 8}}, "seed": 1}


        def train_driver_fn(config: dict):
            one = TorchTrainer(
                loop,
                train_loop_config={
                    "epochs": 5,  # few
                    **config["train_loop_config"],
                    # how it learns
                    "optimizer": {
                        "name": "adam",
                        "lr": 1e-3,
                        **config["train_loop_config"]["optimizer"],
                    },
                },
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            one.fit()


        tune.Tuner(
            train_driver_fn,
            param_space={"train_loop_config": {"optimizer": {"lr": tune.uniform(0, 1)}}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        ).fit()


        def train_driver_fn_2(config: dict):
            two = TorchTrainer(
                loop,
                train_loop_config={
                    **BASE,
                    **config["train_loop_config"],
                    "model": {
                        **BASE["model"],
                        **config["train_loop_config"]["model"],
                        "layers": {
                            **BASE["model"]["layers"],
                            **config["train_loop_config"]["model"]["layers"],
                        },
                    },
                },
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            two.fit()


        tune.Tuner(
            train_driver_fn_2,
            param_space={
                "train_loop_config": {"model": {"layers": {"width": tune.choice([8, 16])}, "lr": 1}}
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        ).fit()
        """,
        project=PLAIN,
    )


def test_a_sweep_without_a_limit() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from loops import loop

        tune.Tuner(TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=3))).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from loops import loop


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=3),
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        tune.Tuner(train_driver_fn).fit()
        """,
        (6, "RTM105"),
        project=PLAIN,
    )


def test_tasks_of_a_train_loop_are_reported() -> None:
    result = check_migrated(
        """\
        import ray
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        @ray.remote
        def score(step):
            return step


        def loop(config):
            train.report({"score": ray.get(score.remote(1))})


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        """\
        import ray
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback


        @ray.remote
        def score(step):
            return step


        def loop(config):
            train.report({"score": ray.get(score.remote(1))})


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                run_config=train.RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
        (15, "RTM105"),
        project=PLAIN,
    )
    (found,) = result.findings
    assert found.message.startswith("Tasks and actors that the train loop starts wait for ever")


def test_workers_that_take_no_cpu_need_no_limit() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from loops import loop

        tune.Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=3, use_gpu=True))
        ).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from loops import loop


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=3, use_gpu=True),
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        tune.Tuner(train_driver_fn).fit()
        """,
        project=PLAIN,
    )


def test_what_the_trainer_reserved_the_driver_function_does() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from loops import loop

        scaling = ScalingConfig(num_workers=3, trainer_resources={"CPU": 2})
        tune.Tuner(
            TorchTrainer(loop, scaling_config=scaling),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        ).fit()
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from loops import loop

        scaling = ScalingConfig(num_workers=3)


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=scaling,
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        tune.Tuner(
            tune.with_resources(train_driver_fn, {"CPU": 2}),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        ).fit()
        """,
        project=PLAIN,
    )


def test_the_loop_of_xgboost_is_written_out() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig, ScalingConfig
        from ray.train.xgboost import XGBoostTrainer
        from data import test, train, valid

        trainer = XGBoostTrainer(
            label_column="y",  # what is predicted
            params={"objective": "binary:logistic"},
            early_stopping_rounds=3,
            datasets={"valid": valid, "train": train, "test": test},
            scaling_config=ScalingConfig(num_workers=2),
            run_config=RunConfig(checkpoint_config=CheckpointConfig(checkpoint_frequency=5)),
        )
        tuner = tune.Tuner(
            trainer,
            param_space={
                "params": {"eta": tune.uniform(0, 1)},
                "num_boost_round": tune.randint(5, 50),
            },
            tune_config=tune.TuneConfig("min", "valid-logloss", max_concurrent_trials=2),
        )
        best = tuner.fit().get_best_result()
        model = XGBoostTrainer.get_model(best.checkpoint)
        """,
        """\
        from ray import train as ray_train, tune
        from ray.train import Checkpoint, RunConfig, ScalingConfig
        from ray.train.xgboost import RayTrainReportCallback, XGBoostTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from data import test, train, valid


        def train_driver_fn(config: dict):
            def train_loop(params: dict):
                import xgboost

                checkpoint = ray_train.get_checkpoint()
                model = RayTrainReportCallback.get_model(checkpoint) if checkpoint else None
                done = model.num_boosted_rounds() if model else 0

                def load(name: str):
                    frame = ray_train.get_dataset_shard(name).materialize().to_pandas()
                    return xgboost.DMatrix(frame.drop("y", axis=1), label=frame["y"])

                dtrain = load("train")
                xgboost.train(
                    params,
                    dtrain,
                    num_boost_round=config["num_boost_round"] - done,
                    evals=[(dtrain, "train"), (load("valid"), "valid"), (load("test"), "test")],
                    xgb_model=model,
                    early_stopping_rounds=3,
                    callbacks=[RayTrainReportCallback(frequency=5)],
                )

            trainer = XGBoostTrainer(
                train_loop,  # what is predicted
                train_loop_config={"objective": "binary:logistic", **config["params"]},
                datasets={"valid": valid, "train": train, "test": test},
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={
                "params": {"eta": tune.uniform(0, 1)},
                "num_boost_round": tune.randint(5, 50),
            },
            tune_config=tune.TuneConfig("min", "valid-logloss", max_concurrent_trials=2),
            run_config=tune.RunConfig(),
        )
        best = tuner.fit().get_best_result()
        model = RayTrainReportCallback.get_model(Checkpoint(best.metrics["checkpoint_path"]))
        """,
        project=PLAIN,
    )


def test_the_loop_of_lightgbm_is_written_out() -> None:
    check_migrated(
        """\
        import lightgbm as lgb
        from ray import tune
        from ray.train.lightgbm import LightGBMTrainer
        from data import datasets

        trainer = LightGBMTrainer(
            label_column="y",
            params={"objective": "binary"},
            num_boost_round=20,
            callbacks=[lgb.log_evaluation(0)],
            datasets=datasets(),
        )
        tune.Tuner(
            trainer,
            param_space={"params": {"num_leaves": tune.randint(2, 31)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=2),
        ).fit()
        """,
        """\
        import lightgbm as lgb
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.lightgbm import (
            LightGBMTrainer,
            RayTrainReportCallback,
            get_network_params,
            normalize_pandas_for_lightgbm,
        )
        from ray.tune.integration.ray_train import TuneReportCallback
        from data import datasets

        callbacks = [lgb.log_evaluation(0)]
        trainer_datasets = datasets()


        def train_driver_fn(config: dict):
            eval_names = [name for name in trainer_datasets if name != "train"]

            def train_loop(params: dict):
                checkpoint = train.get_checkpoint()
                model = RayTrainReportCallback.get_model(checkpoint) if checkpoint else None
                done = model.current_iteration() if model else 0

                def load(name: str):
                    frame = normalize_pandas_for_lightgbm(
                        train.get_dataset_shard(name).materialize().to_pandas()
                    )
                    return lgb.Dataset(frame.drop("y", axis=1), label=frame["y"])

                train_set = load("train")
                lgb.train(
                    {
                        "tree_learner": "data_parallel",
                        "pre_partition": True,
                        **params,
                        **get_network_params(),
                    },
                    train_set,
                    num_boost_round=20 - done,
                    valid_sets=[train_set, *(load(name) for name in eval_names)],
                    valid_names=["train", *eval_names],
                    init_model=model,
                    callbacks=[*callbacks, RayTrainReportCallback()],
                )

            trainer = LightGBMTrainer(
                train_loop,
                train_loop_config={"objective": "binary", **config["params"]},
                datasets=trainer_datasets,
                run_config=RunConfig(
                    name=f"train-trial_id={tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn,
            param_space={"params": {"num_leaves": tune.randint(2, 31)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=2),
        ).fit()
        """,
        project=PLAIN,
    )


def test_a_boosting_trainer_that_no_tuner_is_given() -> None:
    check_migrated(
        """\
        from ray.train.xgboost import XGBoostTrainer
        from data import train


        def fit():
            print("fitting")
            trainer = XGBoostTrainer(params={}, label_column="y", datasets={"train": train})
            return XGBoostTrainer.get_model(trainer.fit().checkpoint)
        """,
        """\
        from ray import train as ray_train
        from ray.train.xgboost import RayTrainReportCallback, XGBoostTrainer
        from data import train


        def fit():
            print("fitting")

            def xgboost_train_loop(params: dict):
                import xgboost

                def load(name: str):
                    frame = ray_train.get_dataset_shard(name).materialize().to_pandas()
                    return xgboost.DMatrix(frame.drop("y", axis=1), label=frame["y"])

                dtrain = load("train")
                xgboost.train(
                    params,
                    dtrain,
                    num_boost_round=10,
                    evals=[(dtrain, "train")],
                    callbacks=[RayTrainReportCallback()],
                )

            trainer = XGBoostTrainer(
                xgboost_train_loop, train_loop_config={}, datasets={"train": train}
            )
            return RayTrainReportCallback.get_model(trainer.fit().checkpoint)
        """,
        project=PLAIN,
    )


def test_a_boosting_trainer_of_which_little_can_be_seen() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.xgboost import XGBoostTrainer


        class Job:
            def run(self, path):
                trainer = XGBoostTrainer(
                    label_column=self.label,
                    params=self.params,
                    num_boost_round=self.rounds,
                    datasets=self.datasets,
                    run_config=RunConfig(
                        storage_path=path,
                        checkpoint_config=CheckpointConfig(checkpoint_at_end=False),
                    ),
                )
                return tune.Tuner(
                    trainer,
                    param_space={"params": {"eta": tune.uniform(0, 1)}},
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                ).fit()
        """,
        """\
        from ray import train, tune
        from ray.train import RunConfig
        from ray.train.xgboost import RayTrainReportCallback, XGBoostTrainer
        from ray.tune.integration.ray_train import TuneReportCallback


        class Job:
            def run(self, path):
                label_column = self.label
                params = self.params
                num_boost_round = self.rounds
                datasets = self.datasets

                def train_driver_fn(config: dict):
                    eval_names = [name for name in datasets if name != "train"]

                    def train_loop(params: dict):
                        import xgboost

                        def load(name: str):
                            frame = train.get_dataset_shard(name).materialize().to_pandas()
                            return xgboost.DMatrix(
                                frame.drop(label_column, axis=1), label=frame[label_column]
                            )

                        dtrain = load("train")
                        xgboost.train(
                            params,
                            dtrain,
                            num_boost_round=num_boost_round,
                            evals=[
                                (dtrain, "train"),
                                *((load(name), name) for name in eval_names),
                            ],
                            callbacks=[RayTrainReportCallback(checkpoint_at_end=False)],
                        )

                    trainer = XGBoostTrainer(
                        train_loop,
                        train_loop_config={**(params or {}), **config["params"]},
                        datasets=datasets,
                        run_config=RunConfig(
                            name=f"train-trial_id={tune.get_context().get_trial_id()}",
                            storage_path=path,
                            callbacks=[TuneReportCallback()],
                        ),
                    )
                    trainer.fit()

                return tune.Tuner(
                    train_driver_fn,
                    param_space={"params": {"eta": tune.uniform(0, 1)}},
                    tune_config=tune.TuneConfig(max_concurrent_trials=1),
                    run_config=tune.RunConfig(
                        storage_path=path,
                    ),
                ).fit()
        """,
        project=PLAIN,
    )


def test_callbacks_of_the_library_beside_ray_s() -> None:
    check_migrated(
        """\
        import xgboost as xgb
        from ray import tune
        from ray.train.xgboost import RayTrainReportCallback, XGBoostTrainer
        from data import train


        class Log(xgb.callback.TrainingCallback):
            pass


        one = XGBoostTrainer(
            params={}, label_column="y", callbacks=[Log()], datasets={"train": train}
        )
        two = XGBoostTrainer(
            params={},
            label_column="y",
            callbacks=[RayTrainReportCallback(frequency=1)],
            datasets={"train": train},
        )
        for trainer in (one, two):
            trainer.fit()
        """,
        """\
        import xgboost as xgb
        from ray import train as ray_train, tune
        from ray.train.xgboost import RayTrainReportCallback, XGBoostTrainer
        from data import train


        class Log(xgb.callback.TrainingCallback):
            pass


        xgboost_train_loop_callbacks = [Log()]


        def xgboost_train_loop(params: dict):
            checkpoint = ray_train.get_checkpoint()
            model = RayTrainReportCallback.get_model(checkpoint) if checkpoint else None
            done = model.num_boosted_rounds() if model else 0

            def load(name: str):
                frame = ray_train.get_dataset_shard(name).materialize().to_pandas()
                return xgb.DMatrix(frame.drop("y", axis=1), label=frame["y"])

            dtrain = load("train")
            xgb.train(
                params,
                dtrain,
                num_boost_round=10 - done,
                evals=[(dtrain, "train")],
                xgb_model=model,
                callbacks=[*xgboost_train_loop_callbacks, RayTrainReportCallback()],
            )


        one = XGBoostTrainer(
            xgboost_train_loop, train_loop_config={}, datasets={"train": train}
        )


        xgboost_train_loop_2_callbacks = [RayTrainReportCallback(frequency=1)]


        def xgboost_train_loop_2(params: dict):
            checkpoint = ray_train.get_checkpoint()
            model = RayTrainReportCallback.get_model(checkpoint) if checkpoint else None
            done = model.num_boosted_rounds() if model else 0

            def load(name: str):
                frame = ray_train.get_dataset_shard(name).materialize().to_pandas()
                return xgb.DMatrix(frame.drop("y", axis=1), label=frame["y"])

            dtrain = load("train")
            xgb.train(
                params,
                dtrain,
                num_boost_round=10 - done,
                evals=[(dtrain, "train")],
                xgb_model=model,
                callbacks=xgboost_train_loop_2_callbacks,
            )


        two = XGBoostTrainer(
            xgboost_train_loop_2,
            train_loop_config={},
            datasets={"train": train},
        )
        for trainer in (one, two):
            trainer.fit()
        """,
        project=PLAIN,
    )


def test_columns_of_arrow_before_ray_has_a_function_for_them() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train.lightgbm import LightGBMTrainer
        from data import train

        trainer = LightGBMTrainer(label_column="y", params={}, datasets={"train": train})
        tune.Tuner(trainer).fit()
        """,
        replace(PLAIN, minimum_ray=Version("2.51")),
    )
    assert 'frame = frame.convert_dtypes(dtype_backend="numpy_nullable")\n' in result.after
    assert "normalize_pandas_for_lightgbm" not in result.after


AS_THE_GUIDE_HAS_IT = """\
        import ray.tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from ray.tune.integration.ray_train import TuneReportCallback
        from loops import loop


        def train_driver_fn(config):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(
                    name=f"train-trial_id={ray.tune.get_context().get_trial_id()}",
                    callbacks=[TuneReportCallback()],
                ),
            )
            trainer.fit()


        tuner = ray.tune.Tuner(train_driver_fn)
        print(tuner.fit().get_best_result("loss", "min").checkpoint)
        """


def test_a_sweep_that_a_person_has_written_so() -> None:
    check_unchanged(AS_THE_GUIDE_HAS_IT)
    result = check_finding(AS_THE_GUIDE_HAS_IT, (20, "RTM105"), (21, "RTM406"), project=PLAIN)
    assert [one.message for one in result.findings] == [
        "Driver functions can hold all CPUs, and then their workers wait for ever."
        " Set max_concurrent_trials in the TuneConfig to what the cluster has room for: a trial"
        " takes what its 2 workers take, and 1 CPU.",
        "With Ray's own callback Tune has no checkpoints: checkpoint of the Result of a trial is"
        " empty. Make a Checkpoint from one of the paths in"
        ' result.metrics_dataframe["checkpoint_path"].dropna().',
    ]


def test_a_name_that_the_loop_would_hide() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer
        from settings import done, train

        trainer = XGBoostTrainer(
            label_column="frame", params={}, num_boost_round=done, datasets={"train": train}
        )
        tune.Tuner(trainer).fit()
        """,
        (8, "RTM101"),
        project=PLAIN,
    )


def test_the_callbacks_of_both_libraries_have_names_of_their_own() -> None:
    result = migrated(
        """\
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.xgboost import XGBoostTrainer
        from data import train

        leaves = LightGBMTrainer(params={}, label_column="y", datasets={"train": train})
        model = LightGBMTrainer.get_model(leaves.fit().checkpoint)
        trees = XGBoostTrainer(params={}, label_column="y", datasets={"train": train})
        model = XGBoostTrainer.get_model(trees.fit().checkpoint)
        """,
        PLAIN,
    )
    lines = [one.strip() for one in result.after.splitlines() if "ReportCallback" in one]
    assert lines == [
        "RayTrainReportCallback as LightgbmRayTrainReportCallback,",
        "from ray.train.xgboost import RayTrainReportCallback, XGBoostTrainer",
        "callbacks=[LightgbmRayTrainReportCallback()],",
        "model = LightgbmRayTrainReportCallback.get_model(leaves.fit().checkpoint)",
        "callbacks=[RayTrainReportCallback()],",
        "model = RayTrainReportCallback.get_model(trees.fit().checkpoint)",
    ]


def test_checkpoints_of_something_else() -> None:
    result = migrated(
        """\
        import argparse
        from ray import tune
        from ray.train.torch import TorchTrainer
        from loops import Model, loop

        args = argparse.ArgumentParser().parse_args()
        tuner = tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        tuner.fit()
        print(args.checkpoint, Model().checkpoint, loop.checkpoint)
        args.checkpoint = None
        """,
        PLAIN,
    )
    assert result.findings == ()


def test_checkpoints_of_a_sweep_over_functions_and_of_arguments_that_go() -> None:
    result = migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        from project import first, second


        def loop(config):
            train.report({"loss": config["lr"]})


        def best(tuner):
            return tuner.fit().get_best_result("loss", "min")


        print(best(tune.Tuner(first)).checkpoint, best(tune.Tuner(second)).checkpoint)


        def refine(start):
            trainer = TorchTrainer(loop, resume_from_checkpoint=start.checkpoint)
            limit = tune.TuneConfig(max_concurrent_trials=1)
            return tune.Tuner(trainer, tune_config=limit).fit()


        refine(best(tune.Tuner(first)))
        """,
        PLAIN,
    )
    assert "resume_from_checkpoint" not in result.after
    assert [line for line in said(result) if line[1] == "RTM406"] == []


def test_a_limit_of_the_searcher_is_one() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.tune.search import ConcurrencyLimiter
        from ray.tune.search.optuna import OptunaSearch
        from loops import loop

        limited = tune.TuneConfig(search_alg=ConcurrencyLimiter(OptunaSearch(), max_concurrent=2))
        tune.Tuner(TorchTrainer(loop), param_space={}, tune_config=limited).fit()
        free = tune.TuneConfig(search_alg=OptunaSearch())
        tune.Tuner(TorchTrainer(loop), param_space={}, tune_config=free).fit()
        """,
        PLAIN,
    )
    assert [(one.place.line, one.code) for one in result.findings] == [(10, "RTM105")]


def test_the_packages_of_a_cluster_need_no_runtime() -> None:
    result = migrated(
        """\
        import ray
        from ray import tune
        from ray.train.torch import TorchTrainer
        from loops import loop

        ray.init(runtime_env={"pip": ["torch"]})
        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        """,
        PLAIN,
    )
    assert result.findings == ()
    assert "raytune_runtime" not in result.after


def test_a_boosting_trainer_by_itself_asks_for_train_v2() -> None:
    source = """\
        from ray.train.xgboost import XGBoostTrainer
        from data import train

        XGBoostTrainer(params={}, label_column="y", datasets={"train": train}).fit()
        """
    old = migrated(source, replace(PLAIN, minimum_ray=None))
    assert [one.code for one in old.changes] == ["RTM201", "RTM501"]
    assert [one.code for one in migrated(source, PLAIN).changes] == ["RTM201"]


def test_what_a_reviewer_is_told() -> None:
    result = migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from ray.tune.schedulers import ASHAScheduler


        def loop(config):
            train.report({"resumed": train.get_checkpoint() is not None})


        tune.Tuner(
            TorchTrainer(loop), tune_config=tune.TuneConfig(scheduler=ASHAScheduler())
        ).fit()
        """,
        replace(PLAIN, minimum_ray=Version("2.52")),
    )
    change = next(one for one in result.changes if one.code == "RTM101")
    assert change.safety is Safety.REVIEW
    assert change.notes[:5] == (
        "Result.checkpoint is None: the path of a checkpoint is the metric checkpoint_path.",
        "Reports take two seconds each, unless RAY_TRAIN_HEALTH_CHECK_INTERVAL_S says less.",
        "A trial that Tune retries or restores goes on from the last checkpoint of its own Train"
        " run, and counts its training_iteration from 1 again.",
        "A trial that Tune stops trains on until its process has ended.",
        "Below Ray 2.53 the resources of its workers stay taken until the script ends.",
    )


def test_what_is_said_of_a_name_that_is_needed() -> None:
    result = migrated(
        """\
        from ray import tune


        def sweep(trainer):
            return tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}}).fit()


        def main():
            from ray.train.torch import TorchTrainer
            from loops import loop

            sweep(TorchTrainer(loop))
        """,
        PLAIN,
    )
    assert [one.message for one in result.findings] == [
        "This needs driver_for, tune_run_config of raytune_runtime: with Ray alone no driver"
        " function can be made of a trainer that exists already, and a RunConfig that cannot be"
        " seen cannot be made Tune's. Run without --no-runtime, or migrate this by hand."
    ]


def test_every_name_that_rules_write_has_its_loss() -> None:
    package = Path(__file__).parents[2] / "migrate/raytune_migrate"
    sources = [one.read_text(encoding="utf-8") for one in package.rglob("*.py")]
    written = {
        name for text in sources for name in re.findall(r"\{(?:ray_api\.)?RUNTIME\}\.(\w+)", text)
    }
    # For these Ray itself has something, or there is a finding of its own.
    assert written - {"trial_run", "max_concurrent_trials"} <= LOSSES.keys()
    assert LOSSES.keys() <= {*raytune_runtime.__all__}


@pytest.mark.parametrize("code", sorted(RULES))
def test_no_advice_names_the_runtime(code: str, tmp_path: Path) -> None:
    """The examples of all rules, with Ray alone: where the runtime is named, it is as missing."""
    of_ray = {"max_concurrent_trials", "TrainingFailedError", "TuneReportCallback"}
    for number, example in enumerate(explanation(code).examples):
        folder = tmp_path / str(number)
        for file in example.files:
            path = folder / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, encoding="utf-8")
        for outcome in projecting.run(folder, options=ALONE).values():
            told = outcome.migration.findings if outcome.migration is not None else ()
            for one in told:
                words = re.findall(r"\w+", one.advice)
                assert not ({"raytune_runtime", *raytune_runtime.__all__} - of_ray) & {*words}


@pytest.mark.parametrize(
    "line",
    [
        "make = lambda label: {}",
        "runs = [{} for label in labels]",
        "def make(label): return {}",
    ],
)
def test_a_boosting_trainer_whose_loop_would_stand_above_what_it_reads(line: str) -> None:
    build = 'XGBoostTrainer(params={}, label_column=label, datasets={"train": 1})'
    check_finding(
        f"""\
        from ray.train.xgboost import XGBoostTrainer
        from data import label, labels

        {line.format(build)}
        """,
        (4, "RTM201"),
        project=PLAIN,
    )


def test_a_boosting_trainer_in_one_line_whose_loop_reads_nothing_of_it() -> None:
    result = migrated(
        """\
        from ray.train.xgboost import XGBoostTrainer

        def make(data): return XGBoostTrainer(params={}, label_column="y", datasets={"train": data})
        """,
        PLAIN,
    )
    assert result.findings == ()
    assert "XGBoostTrainer(xgboost_train_loop, " in result.after


@pytest.mark.parametrize(
    "given", ["label_column=pick(), datasets={}", "label_column='y', datasets=some"]
)
@pytest.mark.parametrize(
    "line",
    [
        "make = lambda: {}",
        "runs = [{} for _ in range(2)]",
        "def make(): return {}",
        "trainer = some and {}",
        "trainer = (start(), {})",
        "while {}.fit(): pass",
        "if start(): trainer = {}",
    ],
)
def test_a_boosting_trainer_that_is_not_built_first(line: str, given: str) -> None:
    check_finding(
        """\
        from ray.train.xgboost import XGBoostTrainer
        from data import pick, some, start

        """
        + line.format(f"XGBoostTrainer(params={{}}, {given})"),
        (4, "RTM201"),
        project=PLAIN,
    )
