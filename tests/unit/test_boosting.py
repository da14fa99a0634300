"""The boosting trainers of Train V1 that are given ``params``: they get a train loop."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_migrated, check_unchanged, migrated

# Sweeps over boosting trainers that have nothing to do with this, or must stay as they are.


def test_a_boosting_trainer_that_no_tuner_is_given() -> None:
    check_migrated(
        """\
        from ray.train.xgboost import XGBoostTrainer

        trainer = XGBoostTrainer(params={"eta": 0.1}, label_column="y", datasets={})
        result = trainer.fit()
        model = XGBoostTrainer.get_model(result.checkpoint)
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray.train.xgboost import RayTrainReportCallback, XGBoostTrainer
        from raytune_runtime import xgboost_train_loop

        trainer = XGBoostTrainer(
            xgboost_train_loop(label_column="y"), train_loop_config={"eta": 0.1}, datasets={}
        )
        result = trainer.fit()
        model = RayTrainReportCallback.get_model(result.checkpoint)
        """,
    )


def test_a_sweep_that_is_a_function_already() -> None:
    check_unchanged(
        """\
        from ray import tune
        from ray.train import RunConfig
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import TuneReportCallback, trial_run, xgboost_train_loop


        def train_driver_fn(config):
            trainer = XGBoostTrainer(
                xgboost_train_loop(label_column="y"),
                train_loop_config=config["params"],
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, param_space={"params": {"eta": tune.uniform(0, 1)}}).fit()
        """
    )


def test_a_train_loop_beside_params() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer


        def loop(config):
            pass


        tune.Tuner(XGBoostTrainer(loop, params={"eta": 0.1})).fit()
        """,
        (9, "RTM104"),
    )


def test_arguments_out_of_sight() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.lightgbm import LightGBMTrainer


        def sweep(kwargs):
            tune.Tuner(LightGBMTrainer(params={}, label_column="y", **kwargs)).fit()
        """,
        (6, "RTM104"),
    )


def test_checkpoints_whose_frequency_cannot_be_seen() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.xgboost import XGBoostTrainer
        from settings import checkpoints, every, run_config

        one = XGBoostTrainer(params={}, label_column="y", run_config=run_config)
        tune.Tuner(one).fit()
        two = XGBoostTrainer(
            params={}, label_column="y", run_config=RunConfig(checkpoint_config=checkpoints)
        )
        tune.Tuner(two).fit()
        three = XGBoostTrainer(
            params={},
            label_column="y",
            run_config=RunConfig(checkpoint_config=CheckpointConfig(checkpoint_frequency=every())),
        )
        tune.Tuner(three).fit()
        """,
        (6, "RTM104"),
        (9, "RTM104"),
        (15, "RTM104"),
    )


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("return RunConfig(checkpoint_config=CheckpointConfig(checkpoint_frequency=every))", 10),
        (
            "some = every\n    return RunConfig(\n"
            "        checkpoint_config=CheckpointConfig(checkpoint_frequency=some)\n    )",
            13,
        ),
        (
            "if every:\n        return RunConfig("
            "checkpoint_config=CheckpointConfig(checkpoint_frequency=2))",
            11,
        ),
        (
            "return RunConfig(checkpoint_config=CheckpointConfig(checkpoint_frequency=2)) if every"
            " else None",
            10,
        ),
        (
            "if every:\n        return RunConfig("
            "checkpoint_config=CheckpointConfig(checkpoint_frequency=2))\n    return RunConfig()",
            12,
        ),
    ],
)
def test_a_function_that_does_not_always_give_the_same_frequency(body: str, line: int) -> None:
    check_finding(
        "from ray import tune\n"
        "from ray.train import CheckpointConfig, RunConfig\n"
        "from ray.train.xgboost import XGBoostTrainer\n\n\n"
        f"def run_config(every):\n    {body}\n\n\n"
        'one = XGBoostTrainer(params={}, label_column="y", run_config=run_config(2))\n'
        "tune.Tuner(one).fit()\n",
        (line, "RTM104"),
    )


def test_a_function_that_always_gives_the_same_frequency() -> None:
    check_migrated(
        """\
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.xgboost import XGBoostTrainer

        EVERY = 2


        def run_config(name):
            config = RunConfig(
                name=name,
                checkpoint_config=CheckpointConfig(
                    num_to_keep=1, checkpoint_frequency=EVERY, checkpoint_at_end=True
                ),
            )
            return config


        def trainer(name):
            return XGBoostTrainer(
                params={"eta": 0.1}, label_column="y", run_config=run_config(name)
            )
        """,
        """\
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import xgboost_train_loop

        EVERY = 2


        def run_config(name):
            config = RunConfig(
                name=name,
                checkpoint_config=CheckpointConfig(num_to_keep=1),
            )
            return config


        def trainer(name):
            return XGBoostTrainer(
                xgboost_train_loop(
                    label_column="y", checkpoint_frequency=EVERY, checkpoint_at_end=True
                ),
                train_loop_config={"eta": 0.1},
                run_config=run_config(name),
            )
        """,
    )


def test_params_are_swept_over_a_trainer_whose_arguments_are_hidden() -> None:
    result = check_finding(
        """\
        from project import trainer_args
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer

        trainer = XGBoostTrainer(**trainer_args)
        tune.Tuner(
            trainer,
            param_space={"params": {"eta": tune.uniform(0, 1)}, "num_boost_round": 20},
        ).fit()
        """,
        (5, "RTM104"),
    )
    (finding,) = result.findings
    assert finding.reason.startswith("The arguments of XGBoostTrainer cannot all be seen.")


def test_arguments_that_train_v2_has_no_place_for() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer

        trainer = XGBoostTrainer(
            params={"eta": 0.1},
            label_column="y",
            dmatrix_params={"train": {}},
            preprocessor=None,
            evals=[],
        )
        tune.Tuner(trainer, param_space={"eta": tune.uniform(0, 1)}).fit()
        """,
        (7, "RTM904"),
        (9, "RTM903"),
        (11, "RTM903"),
    )


def test_a_callback_that_reports_nothing_from_a_worker() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer
        from ray.tune.integration.xgboost import TuneReportCheckpointCallback

        trainer = XGBoostTrainer(
            params={}, label_column="y", callbacks=[TuneReportCheckpointCallback()]
        )
        tune.Tuner(trainer).fit()
        """,
        (6, "RTM908"),
    )


def test_what_is_swept_over_a_trainer_that_is_built_in_two_places() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.xgboost import XGBoostTrainer


        def sweep(fast):
            if fast:
                trainer = LightGBMTrainer(params={}, label_column="y", datasets={})
            else:
                trainer = XGBoostTrainer(params={}, label_column="y", datasets={})
            space = {
                "params": {"eta": tune.uniform(0, 1)},
                "num_boost_round": tune.randint(5, 20),
            }
            tune.Tuner(trainer, param_space=space).fit()
        """,
        """\
        from ray import tune
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import driver_for, lightgbm_train_loop, xgboost_train_loop


        def sweep(fast):
            if fast:
                trainer = LightGBMTrainer(
                    lightgbm_train_loop(label_column="y"), train_loop_config={}, datasets={}
                )
            else:
                trainer = XGBoostTrainer(
                    xgboost_train_loop(label_column="y"), train_loop_config={}, datasets={}
                )
            space = {
                "params": {"eta": tune.uniform(0, 1)},
                "num_boost_round": tune.randint(5, 20),
            }
            tune.Tuner(driver_for(trainer), param_space=space).fit()
        """,
    )


def test_what_the_trainers_give_to_the_library_by_themselves() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.xgboost import XGBoostTrainer

        trees = XGBoostTrainer(params={}, label_column="y", evals_result={}, xgb_model=None)
        tune.Tuner(trees).fit()
        leaves = LightGBMTrainer(params={}, label_column="y", valid_sets=[], init_model=None)
        tune.Tuner(leaves).fit()
        """,
        (5, "RTM903"),
        (5, "RTM903"),
        (7, "RTM903"),
        (7, "RTM903"),
    )


def test_arguments_that_are_none_and_that_no_loop_knows() -> None:
    check_migrated(
        """\
        from ray import train, tune
        from ray.train.xgboost import XGBoostTrainer

        trainer = XGBoostTrainer(
            params={"max_depth": 3}, label_column="y", dmatrix_params=None, preprocessor=None
        )
        tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import train, tune
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import TuneReportCallback, trial_run, xgboost_train_loop


        def train_driver_fn(config: dict):
            trainer = XGBoostTrainer(
                xgboost_train_loop(label_column="y"),
                train_loop_config={"max_depth": 3},
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
        """,
    )


def test_the_parameters_of_a_data_matrix() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer

        trainer = XGBoostTrainer(
            params={}, label_column="y", dmatrix_params={"train": {"enable_categorical": True}}
        )
        tune.Tuner(trainer).fit()
        """,
        (5, "RTM904"),
    )
    assert result.findings[0].message == (
        "Train V2 takes no dmatrix_params in the trainer."
        " Give the trainer a train loop that gives them to its DMatrix, or Dataset."
        " Until then the sweep is left as it is."
    )


def test_a_checkpoint_that_is_kept_as_one_of_the_library() -> None:
    check_finding(
        """\
        from ray.train.xgboost import XGBoostCheckpoint


        def model_of(result):
            checkpoint = XGBoostCheckpoint.from_checkpoint(result.checkpoint)
            return checkpoint.get_model()
        """,
        (5, "RTM911"),
    )


# What is rewritten.


def test_all_that_the_library_takes_goes_to_the_loop_and_the_cadence_of_the_tuner_goes() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.xgboost import RayTrainReportCallback, XGBoostConfig, XGBoostTrainer

        trainer = XGBoostTrainer(
            label_column="y",
            params={"objective": "binary:logistic", "eval_metric": ["logloss", "error"]},
            verbose_eval=False,
            early_stopping_rounds=3,
            callbacks=[RayTrainReportCallback(frequency=2)],
            xgboost_config=XGBoostConfig(),
            datasets={},
            run_config=RunConfig(checkpoint_config=CheckpointConfig(checkpoint_frequency=5)),
        )
        results = tune.Tuner(
            trainer,
            param_space={
                "params": {"eta": tune.uniform(0, 1)},
                "num_boost_round": tune.randint(5, 50),
                "label_column": tune.choice(["y", "z"]),
                "early_stopping_rounds": tune.choice([1, 3]),
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=RunConfig(
                name="trees", checkpoint_config=CheckpointConfig(checkpoint_frequency=1)
            ),
        ).fit()
        print(results.get_best_result("train-logloss", "min").metrics["train-error"])
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.xgboost import RayTrainReportCallback, XGBoostConfig, XGBoostTrainer
        from raytune_runtime import TuneReportCallback, trial_run, xgboost_train_loop

        callbacks = [RayTrainReportCallback(frequency=2)]
        xgboost_config = XGBoostConfig()


        def train_driver_fn(config: dict):
            trainer = XGBoostTrainer(
                xgboost_train_loop(
                    label_column=config["label_column"],
                    verbose_eval=False,
                    early_stopping_rounds=config["early_stopping_rounds"],
                    callbacks=callbacks,
                    num_boost_round=config["num_boost_round"],
                    checkpoint_frequency=5,
                ),
                train_loop_config={
                    "objective": "binary:logistic",
                    "eval_metric": ["logloss", "error"],
                    **config["params"],
                },
                xgboost_config=xgboost_config,
                datasets={},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        results = tune.Tuner(
            train_driver_fn,
            param_space={
                "params": {"eta": tune.uniform(0, 1)},
                "num_boost_round": tune.randint(5, 50),
                "label_column": tune.choice(["y", "z"]),
                "early_stopping_rounds": tune.choice([1, 3]),
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="trees"),
        ).fit()
        print(results.get_best_result("train-logloss", "min").metrics["train-error"])
        """,
    )


def test_a_preprocessor_of_older_releases() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.air.config import ScalingConfig
        from ray.train.lightgbm import LightGBMTrainer
        from data import scaler, train, valid

        trainer = LightGBMTrainer(
            label_column="y",
            params={"objective": "binary"},
            datasets={"train": train, "valid": valid},
            preprocessor=scaler,
            scaling_config=ScalingConfig(num_workers=2),
        )
        tune.Tuner(
            trainer,
            param_space={"params": {"num_leaves": tune.randint(2, 31)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.lightgbm import LightGBMTrainer
        from raytune_runtime import (
            TuneReportCallback,
            lightgbm_train_loop,
            preprocess_datasets,
            trial_run,
        )
        from data import scaler, train, valid

        datasets = preprocess_datasets({"train": train, "valid": valid}, scaler)


        def train_driver_fn(config: dict):
            trainer = LightGBMTrainer(
                lightgbm_train_loop(label_column="y"),
                train_loop_config={"objective": "binary", **config["params"]},
                datasets=datasets,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn,
            param_space={"params": {"num_leaves": tune.randint(2, 31)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        ).fit()
        """,
    )


def test_the_model_of_a_checkpoint_of_older_releases() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.lightgbm import LightGBMCheckpoint, LightGBMTrainer

        trainer = LightGBMTrainer(params={}, label_column="y", datasets={})
        results = tune.Tuner(
            trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        best = results.get_best_result("train-l2", "min")
        model = LightGBMCheckpoint.from_checkpoint(best.checkpoint).get_model()
        same = best.checkpoint.get_model()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.lightgbm import LightGBMTrainer, RayTrainReportCallback
        from raytune_runtime import TuneReportCallback, lightgbm_train_loop, trial_run


        def train_driver_fn(config: dict):
            trainer = LightGBMTrainer(
                lightgbm_train_loop(label_column="y"),
                train_loop_config={},
                datasets={},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        results = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        ).fit()
        best = results.get_best_result("train-l2", "min")
        model = RayTrainReportCallback.get_model(best.checkpoint)
        same = RayTrainReportCallback.get_model(best.checkpoint)
        """,
    )


def test_params_go_into_a_train_loop() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.xgboost import XGBoostTrainer

        trainer = XGBoostTrainer(
            params={"objective": "reg:squarederror"},
            label_column="y",
            num_boost_round=20,
            datasets={},
            scaling_config=ScalingConfig(num_workers=2),
        )
        tune.Tuner(
            trainer,
            param_space={"params": {"eta": tune.loguniform(1e-4, 1e-1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import TuneReportCallback, trial_run, xgboost_train_loop


        def train_driver_fn(config: dict):
            trainer = XGBoostTrainer(
                xgboost_train_loop(label_column="y", num_boost_round=20),
                train_loop_config={"objective": "reg:squarederror", **config["params"]},
                datasets={},
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn,
            param_space={"params": {"eta": tune.loguniform(1e-4, 1e-1)}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        ).fit()
        """,
    )


def test_the_loop_takes_what_is_sampled_for_it_and_its_checkpoints_from_the_trainers_run() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.lightgbm import LightGBMTrainer
        from metrics import error

        trainer = LightGBMTrainer(
            datasets={},
            # what is predicted
            label_column="y",
            num_boost_round=20,  # by default
            feval=error,
            run_config=RunConfig(
                name="leaves",
                checkpoint_config=CheckpointConfig(
                    num_to_keep=1, checkpoint_frequency=5, checkpoint_at_end=False
                ),
            ),
        )
        tuner = tune.Tuner(
            trainer,
            param_space={
                "params": {"objective": "regression"},
                "num_boost_round": tune.randint(5, 50),
                "keep_training_booster": True,
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        best = tuner.fit().get_best_result("train-l2", "min")
        model = LightGBMTrainer.get_model(best.checkpoint)
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.lightgbm import LightGBMTrainer, RayTrainReportCallback
        from raytune_runtime import TuneReportCallback, lightgbm_train_loop, trial_run
        from metrics import error


        def train_driver_fn(config: dict):
            trainer = LightGBMTrainer(
                lightgbm_train_loop(
                    # what is predicted
                    label_column="y",
                    num_boost_round=config["num_boost_round"],  # by default
                    feval=error,
                    keep_training_booster=config["keep_training_booster"],
                    checkpoint_frequency=5,
                    checkpoint_at_end=False,
                ),
                train_loop_config=config["params"],
                datasets={},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={
                "params": {"objective": "regression"},
                "num_boost_round": tune.randint(5, 50),
                "keep_training_booster": True,
            },
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(
                name="leaves",
                checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
            ),
        )
        best = tuner.fit().get_best_result("train-l2", "min")
        model = RayTrainReportCallback.get_model(best.checkpoint)
        """,
    )


def test_what_is_not_plain_is_evaluated_once() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer
        from settings import early_stopping, label, last_checkpoint, params

        tuner = tune.Tuner(
            XGBoostTrainer(
                label_column=label(),
                params=params(),
                callbacks=[early_stopping()],
                datasets={},
                resume_from_checkpoint=last_checkpoint,
            ),
            param_space={"params": {"eta": tune.grid_search([0.1, 0.3])}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        results = tuner.fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import (
            TuneReportCallback,
            merge_config,
            trial_run,
            xgboost_train_loop,
        )
        from settings import early_stopping, label, last_checkpoint, params

        label_column = label()
        trainer_params = params()
        callbacks = [early_stopping()]


        def train_driver_fn(config: dict):
            trainer = XGBoostTrainer(
                xgboost_train_loop(
                    label_column=label_column,
                    callbacks=callbacks,
                    resume_from_checkpoint=last_checkpoint,
                ),
                train_loop_config=merge_config(trainer_params, config["params"]),
                datasets={},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            param_space={"params": {"eta": tune.grid_search([0.1, 0.3])}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        results = tuner.fit()
        """,
    )


def test_a_trainer_that_is_fitted_by_itself_too_is_given_its_loop_where_it_stands() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig
        from ray.train.xgboost import XGBoostTrainer
        from settings import early_stopping

        trainer = XGBoostTrainer(
            label_column="y",
            params={"objective": "reg:squarederror"},
            num_boost_round=20,  # enough
            callbacks=[early_stopping()],
            datasets={},
            run_config=RunConfig(
                name="trees", checkpoint_config=CheckpointConfig(checkpoint_frequency=5)
            ),
        )
        trainer.fit()
        tune.Tuner(
            trainer,
            param_space={"params": {"eta": tune.grid_search([0.1, 0.3])}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=RunConfig(name="sweep"),
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import TuneReportCallback, trial_run, xgboost_train_loop
        from settings import early_stopping

        callbacks = [early_stopping()]
        trainer = XGBoostTrainer(
            xgboost_train_loop(
                label_column="y",
                num_boost_round=20,  # enough
                callbacks=callbacks,
                checkpoint_frequency=5,
            ),
            train_loop_config={"objective": "reg:squarederror"},
            datasets={},
            run_config=RunConfig(name="trees"),
        )
        trainer.fit()


        def train_driver_fn(config: dict):
            trainer = XGBoostTrainer(
                xgboost_train_loop(
                    label_column="y",
                    num_boost_round=20,  # enough
                    callbacks=callbacks,
                    checkpoint_frequency=5,
                ),
                train_loop_config={"objective": "reg:squarederror", **config["params"]},
                datasets={},
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tune.Tuner(
            train_driver_fn,
            param_space={"params": {"eta": tune.grid_search([0.1, 0.3])}},
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="sweep"),
        ).fit()
        """,
    )


def test_a_trainer_of_a_class_of_ones_own_beside_one_of_ray() -> None:
    check_migrated(
        """\
        from ray.train.xgboost import XGBoostTrainer


        class Trees(XGBoostTrainer):
            pass


        Trees(params={"eta": 0.1}, label_column="y", datasets={}).fit()
        XGBoostTrainer(params={"eta": 0.2}, label_column="y", datasets={}).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import xgboost_train_loop


        class Trees(XGBoostTrainer):
            pass


        Trees(
            xgboost_train_loop(label_column="y"), train_loop_config={"eta": 0.1}, datasets={}
        ).fit()
        XGBoostTrainer(
            xgboost_train_loop(label_column="y"), train_loop_config={"eta": 0.2}, datasets={}
        ).fit()
        """,
    )


def test_trainers_of_two_branches_get_their_loops_where_they_stand() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.xgboost import XGBoostTrainer


        def sweep(fast):
            if fast:
                trainer = LightGBMTrainer(params={}, label_column="y", datasets={})
            else:
                trainer = XGBoostTrainer(
                    scaling_config=ScalingConfig(num_workers=2),
                    params={},
                    label_column="y",
                    datasets={},
                )
            return tune.Tuner(
                trainer, param_space={"scaling_config": {"num_workers": tune.grid_search([1, 2])}}
            )
        """,
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import driver_for, lightgbm_train_loop, xgboost_train_loop


        def sweep(fast):
            if fast:
                trainer = LightGBMTrainer(
                    lightgbm_train_loop(label_column="y"), train_loop_config={}, datasets={}
                )
            else:
                trainer = XGBoostTrainer(
                    xgboost_train_loop(label_column="y"),
                    scaling_config=ScalingConfig(num_workers=2),
                    train_loop_config={},
                    datasets={},
                )
            return tune.Tuner(
                driver_for(trainer),
                param_space={"scaling_config": {"num_workers": tune.grid_search([1, 2])}},
            )
        """,
    )


def test_a_standing_trainer_that_cannot_be_given_a_loop() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer
        from ray.train.xgboost import XGBoostTrainer
        from loops import loop, run_config

        trees = XGBoostTrainer(params={}, label_column="y", datasets={}, run_config=run_config)
        trees.fit()
        tune.Tuner(TorchTrainer(loop)).fit()
        """
    )
    assert [(one.place.line, one.code) for one in result.findings] == [(6, "RTM104")]


def test_the_model_of_a_checkpoint_through_the_trainer() -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train.lightgbm import LightGBMTrainer

        trainer = LightGBMTrainer(params={}, label_column="y", datasets={})
        best = tune.Tuner(trainer).fit().get_best_result("train-l2", "min")
        model = trainer.get_model(best.checkpoint)
        """
    )
    assert "model = RayTrainReportCallback.get_model(best.checkpoint)\n" in result.after


def test_the_models_of_both_libraries() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.xgboost import XGBoostTrainer
        from loops import loop

        results = tune.Tuner(XGBoostTrainer(loop)).fit()
        leaves = LightGBMTrainer.get_model(results[0].checkpoint)
        trees = XGBoostTrainer.get_model(results[0].checkpoint)
        more = LightGBMTrainer.get_model(results[1].checkpoint)
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.lightgbm import RayTrainReportCallback as LightgbmRayTrainReportCallback
        from ray.train.xgboost import RayTrainReportCallback, XGBoostTrainer
        from raytune_runtime import (
            TuneReportCallback,
            max_concurrent_trials,
            start_from_trial,
            trial_run,
        )
        from loops import loop


        def train_driver_fn(config: dict):
            trainer = XGBoostTrainer(
                start_from_trial(loop),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        results = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(
                max_concurrent_trials=max_concurrent_trials(ScalingConfig())
            ),
        ).fit()
        leaves = LightgbmRayTrainReportCallback.get_model(results[0].checkpoint)
        trees = RayTrainReportCallback.get_model(results[0].checkpoint)
        more = LightgbmRayTrainReportCallback.get_model(results[1].checkpoint)
        """,
    )


def test_a_class_of_trainer_that_is_chosen_at_run_time() -> None:
    check_finding(
        """\
        from mine import data
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.xgboost import XGBoostTrainer

        KINDS = {"xgboost": XGBoostTrainer, "lightgbm": LightGBMTrainer}


        def run(kind):
            trainer = KINDS[kind](
                params={}, label_column="y", datasets={"train": data}
            )
            return trainer.fit()
        """,
        (9, "RTM104"),
    )


def test_an_estimator_that_takes_a_label_column() -> None:
    check_unchanged(
        """\
        from mine import Estimator
        from ray.train.xgboost import RayTrainReportCallback

        Estimator(params={}, label_column="y", datasets={}).fit()
        """
    )


def test_no_label_column_was_refused_by_train_v1_too() -> None:
    check_finding(
        """\
        from ray.train.xgboost import XGBoostTrainer

        trainer = XGBoostTrainer(params={"eta": 0.1}, datasets={})
        trainer.fit()
        """,
        (3, "RTM903"),
    )


def test_a_run_config_by_branches_that_say_nothing_of_checkpoints() -> None:
    check_migrated(
        """\
        from ray.air.config import RunConfig, ScalingConfig
        from ray.train.xgboost import XGBoostTrainer


        def fit(dataset, storage_path=None):
            if storage_path is not None:
                run_config = RunConfig(storage_path=storage_path)
            else:
                run_config = None
            trainer = XGBoostTrainer(
                scaling_config=ScalingConfig(num_workers=2),
                run_config=run_config,
                label_column="y",
                params={"eta": 0.1},
                datasets={"train": dataset},
            )
            return trainer.fit().checkpoint
        """,
        """\
        from ray.train import RunConfig, ScalingConfig
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import xgboost_train_loop


        def fit(dataset, storage_path=None):
            if storage_path is not None:
                run_config = RunConfig(storage_path=storage_path)
            else:
                run_config = None
            trainer = XGBoostTrainer(
                xgboost_train_loop(label_column="y"),
                scaling_config=ScalingConfig(num_workers=2),
                run_config=run_config,
                train_loop_config={"eta": 0.1},
                datasets={"train": dataset},
            )
            return trainer.fit().checkpoint
        """,
    )


def test_what_the_loop_takes_over_in_a_dict() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.xgboost import XGBoostTrainer

        scaling = ScalingConfig(num_workers=2)
        common = dict(scaling_config=scaling, num_boost_round=10)
        parameters = {"params": {"eta": 0.1}}
        of_loop = XGBoostTrainer(params={}, label_column="y", **common)
        tune.Tuner(of_loop, param_space={"params": {"eta": tune.uniform(0, 1)}}).fit()
        hidden = XGBoostTrainer(label_column="y", **parameters)
        tune.Tuner(hidden, param_space={"params": {"eta": tune.uniform(0, 1)}}).fit()


        def sweep(**rest):
            unseen = XGBoostTrainer(params={}, label_column="y", **rest)
            tune.Tuner(unseen, param_space={"params": {"eta": tune.uniform(0, 1)}}).fit()
        """,
        (8, "RTM104"),
        (10, "RTM104"),
        (15, "RTM104"),
    )
    assert [one.message for one in result.findings] == [
        "XGBoostTrainer is given num_boost_round in a dict, which Train V2 refuses. Write"
        " num_boost_round in the call itself, not in the dict, and run again."
        " Until then the sweep is left as it is.",
        "XGBoostTrainer is given params in a dict, which Train V2 refuses. Write params in the call"
        " itself, not in the dict, and run again. Until then the sweep is left as it is.",
        "The arguments of XGBoostTrainer cannot all be seen. Train V2 refuses params and"
        " label_column. Give the trainer xgboost_train_loop() or lightgbm_train_loop() of"
        " raytune_runtime, or a train loop of your own. Until then the sweep is left as it is.",
    ]


def test_how_often_it_saves_in_a_dict_that_cannot_be_seen() -> None:
    check_finding(
        """\
        from ray import tune
        from ray.train.xgboost import XGBoostTrainer

        from project import make_run_config

        common = {"run_config": make_run_config()}
        trainer = XGBoostTrainer(params={}, label_column="y", **common)
        tune.Tuner(trainer, param_space={"params": {"eta": tune.uniform(0, 1)}}).fit()
        """,
        (6, "RTM104"),
    )


def test_arguments_that_the_trainer_keeps_in_a_dict() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import CheckpointConfig, RunConfig, ScalingConfig
        from ray.train.xgboost import XGBoostTrainer

        common = dict(
            scaling_config=ScalingConfig(num_workers=2),
            run_config=RunConfig(
                name="boost",
                stop={"loss": 1},
                checkpoint_config=CheckpointConfig(num_to_keep=1, checkpoint_frequency=5),
            ),
        )
        trainer = XGBoostTrainer(
            label_column="y",
            params={"objective": "binary:logistic"},
            num_boost_round=20,
            **common,
        )
        tuner = tune.Tuner(trainer, param_space={"params": {"eta": tune.uniform(0, 1)}})
        """,
        """\
        from ray import tune
        from ray.train import ScalingConfig
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import (
            driver_for,
            train_run_config,
            tune_run_config,
            xgboost_train_loop,
        )

        common = dict(
            scaling_config=ScalingConfig(num_workers=2),
            run_config=train_run_config(
                tune.RunConfig(
                    name="boost",
                    stop={"loss": 1},
                    checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
                )
            ),
        )
        trainer = XGBoostTrainer(
            xgboost_train_loop(label_column="y", num_boost_round=20, checkpoint_frequency=5),
            train_loop_config={"objective": "binary:logistic"},
            **common,
        )
        tuner = tune.Tuner(
            driver_for(trainer),
            param_space={"params": {"eta": tune.uniform(0, 1)}},
            run_config=tune_run_config(trainer),
        )
        """,
    )


def test_params_that_grow_too_long_below_the_loop_that_takes_a_line_above_them() -> None:
    check_migrated(
        """\
        from ray.train.xgboost import XGBoostTrainer

        class Sweep:
            def trainer(self):
                return XGBoostTrainer(
                    params={"objective": "reg:squarederror", "eval_metric": ["rmse", "mae"]},
                    label_column=self.label,
                    datasets={"train": self.data},
                )
        """,
        """\
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import xgboost_train_loop

        class Sweep:
            def trainer(self):
                return XGBoostTrainer(
                    xgboost_train_loop(label_column=self.label),
                    train_loop_config={
                        "objective": "reg:squarederror",
                        "eval_metric": ["rmse", "mae"],
                    },
                    datasets={"train": self.data},
                )
        """,
    )


def test_what_a_class_of_the_project_gives_its_base() -> None:
    check_migrated(
        """\
        from ray.train.xgboost import XGBoostTrainer


        class Ours(XGBoostTrainer):
            def __init__(self, data, params):
                super().__init__(params=params, label_column="y", datasets={"train": data})


        class Theirs(XGBoostTrainer):
            def __init__(self, data, params):
                XGBoostTrainer.__init__(
                    self, params=params, label_column="y", datasets={"train": data}
                )
        """,
        """\
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import xgboost_train_loop


        class Ours(XGBoostTrainer):
            def __init__(self, data, params):
                super().__init__(
                    xgboost_train_loop(label_column="y"),
                    train_loop_config=params,
                    datasets={"train": data},
                )


        class Theirs(XGBoostTrainer):
            def __init__(self, data, params):
                XGBoostTrainer.__init__(
                    self,
                    xgboost_train_loop(label_column="y"),
                    train_loop_config=params,
                    datasets={"train": data},
                )
        """,
    )


def test_get_model_of_others_is_left_alone() -> None:
    check_unchanged(
        """\
        from ray.train.torch import TorchCheckpoint
        from ray.train.xgboost import XGBoostTrainer

        class Own(XGBoostTrainer):
            @staticmethod
            def get_model(checkpoint):
                return load(checkpoint)

        def read(registry, checkpoint, path):
            yield registry.get_model(path), TorchCheckpoint(path).get_model()
            yield Own.get_model(checkpoint), load(path).get_model()
        """
    )


def test_a_trainer_whose_get_model_is_set_is_left_alone() -> None:
    check_unchanged(
        """\
        from ray.train.xgboost import XGBoostTrainer

        XGBoostTrainer.get_model = read
        """
    )


def test_the_model_by_what_is_not_called_at_once() -> None:
    check_migrated(
        """\
        from ray.train.xgboost import XGBoostTrainer

        class Own(XGBoostTrainer):
            pass

        class Service:
            def __init__(self, loop):
                self.trainer = XGBoostTrainer(loop)

            def read(self, checkpoint):
                return self.trainer.get_model(checkpoint)

        load = XGBoostTrainer.get_model
        models = list(map(XGBoostTrainer.get_model, checkpoints))
        model = Own.get_model(checkpoint)
        """,
        """\
        from ray.train.xgboost import RayTrainReportCallback, XGBoostTrainer

        class Own(XGBoostTrainer):
            pass

        class Service:
            def __init__(self, loop):
                self.trainer = XGBoostTrainer(loop)

            def read(self, checkpoint):
                return RayTrainReportCallback.get_model(checkpoint)

        load = RayTrainReportCallback.get_model
        models = list(map(RayTrainReportCallback.get_model, checkpoints))
        model = RayTrainReportCallback.get_model(checkpoint)
        """,
    )


def test_the_model_by_a_class_that_is_chosen_at_run_time() -> None:
    result = migrated(
        """\
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.xgboost import XGBoostTrainer

        TRAINERS = {"trees": XGBoostTrainer, "leaves": LightGBMTrainer}

        class Service:
            trainer_class = XGBoostTrainer

            def read(self, checkpoint):
                return self.trainer_class.get_model(checkpoint)

        def load(kind, checkpoint):
            kind_of_trainer = TRAINERS[kind]
            return kind_of_trainer.get_model(checkpoint)

        def same(kind, checkpoint):
            return (LightGBMTrainer if kind else XGBoostTrainer).get_model(checkpoint)

        def given(kind_of_trainer, checkpoint):
            return kind_of_trainer.get_model(checkpoint)

        given(XGBoostTrainer, checkpoint)
        """
    )
    both = (
        "Call ray.train.lightgbm.RayTrainReportCallback.get_model() or"
        " ray.train.xgboost.RayTrainReportCallback.get_model()."
    )
    one = "Call ray.train.xgboost.RayTrainReportCallback.get_model()."
    assert [(each.place.line, each.code, each.advice) for each in result.findings] == [
        (10, "RTM104", one),
        (14, "RTM104", both),
        (17, "RTM104", both),
        (20, "RTM104", one),
    ]
    assert result.after == result.before


def test_the_model_by_a_trainer_that_others_give() -> None:
    result = migrated(
        """\
        from ray.train.lightgbm import LightGBMTrainer
        from ray.train.torch import TorchTrainer
        from ray.train.xgboost import XGBoostTrainer

        def read(trainer, checkpoint):
            return trainer.get_model(checkpoint)

        def same(trainer: "LightGBMTrainer", registry, checkpoint):
            return trainer.get_model(checkpoint), registry.get_model(checkpoint)

        def made(loop):
            return XGBoostTrainer(loop)

        def run(loop, checkpoint):
            trainer = XGBoostTrainer(loop)
            return read(trainer, checkpoint), made(loop).get_model(checkpoint)
        """
    )
    trees = "Call ray.train.xgboost.RayTrainReportCallback.get_model()."
    leaves = "Call ray.train.lightgbm.RayTrainReportCallback.get_model()."
    assert [(each.place.line, each.code, each.advice) for each in result.findings] == [
        (6, "RTM104", trees),
        (9, "RTM104", leaves),
        (16, "RTM104", trees),
    ]
    assert result.after == result.before


@pytest.mark.parametrize(
    "lines",
    [
        'some = {"a": some["a"]}\nsome["a"].get_model(path)',
        'some = {"a": {"b": some["a"]}}\nsome["a"]["b"].get_model(path)',
        "for some in some.values():\n    some.get_model(path)",
        "some = some.get_model(some)",
        'some = {"a": other}\nother = some["a"]\nother.get_model(path)',
    ],
)
def test_what_leads_back_to_itself_has_no_model(lines: str) -> None:
    check_unchanged(f"from ray.train.xgboost import XGBoostTrainer\n\n{lines}\n")
