"""The ``preprocessor`` of a trainer, of Ray 2.0 to 2.9."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged


def test_a_preprocessor_of_another_package() -> None:
    check_unchanged(
        """\
        from mine import Pipeline, loop
        from ray.train.torch import TorchTrainer

        Pipeline(preprocessor=None)
        TorchTrainer(loop, datasets={}).fit()
        """,
    )


def test_datasets_that_are_transformed_already() -> None:
    check_unchanged(
        """\
        from mine import data, loop
        from ray.train.torch import TorchTrainer
        from raytune_runtime import preprocess_datasets

        datasets = preprocess_datasets({"train": data.train}, data.scaler)
        TorchTrainer(loop, datasets=datasets).fit()
        """,
    )


def test_a_preprocessor_without_datasets() -> None:
    check_finding(
        """\
        from mine import loop, scaler
        from ray.train.torch import TorchTrainer

        TorchTrainer(loop, preprocessor=scaler).fit()
        """,
        (4, "RTM904"),
    )


def test_arguments_that_cannot_all_be_seen() -> None:
    check_finding(
        """\
        from mine import data, loop, options, scaler
        from ray.train.torch import TorchTrainer

        TorchTrainer(loop, preprocessor=scaler, datasets={"train": data}, **options).fit()
        """,
        (4, "RTM904"),
    )


def test_a_preprocessor_in_a_sweep() -> None:
    check_migrated(
        """\
        from mine import data, loop
        from ray import tune
        from ray.data.preprocessors import StandardScaler
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(
            loop,
            datasets={"train": data.train, "valid": data.valid},  # both
            preprocessor=StandardScaler(columns=["a"]),
        )
        tuner = tune.Tuner(
            trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
        """\
        from mine import data, loop
        from ray import tune
        from ray.data.preprocessors import StandardScaler
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            preprocess_datasets,
            start_from_trial,
            trial_run,
        )

        datasets = preprocess_datasets(
            {"train": data.train, "valid": data.valid}, StandardScaler(columns=["a"])
        )


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                datasets=datasets,  # both
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_preprocessors_that_are_swept() -> None:
    result = check_finding(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from project import loop, one, other, train_data

        tune.Tuner(
            TorchTrainer(loop, datasets={"train": train_data}),
            param_space={"preprocessor": tune.grid_search([one, other])},
        ).fit()
        """,
        (8, "RTM904"),
    )
    assert result.findings[0].advice.startswith("Sweep 'datasets' instead")


def test_a_preprocessor_of_a_trainer_by_itself() -> None:
    check_migrated(
        """\
        from mine import data, loop, scaler
        from ray.train.torch import TorchTrainer
        from ray.train.xgboost import XGBoostTrainer


        def main():
            XGBoostTrainer(
                params={"eta": 0.1},
                label_column="y",
                datasets={"train": data},
                preprocessor=scaler,
            ).fit()
            TorchTrainer(loop, preprocessor=None).fit()
        """,
        """\
        from mine import data, loop, scaler
        from ray.train.torch import TorchTrainer
        from ray.train.xgboost import XGBoostTrainer
        from raytune_runtime import preprocess_datasets, xgboost_train_loop


        def main():
            XGBoostTrainer(
                xgboost_train_loop(label_column="y"),
                train_loop_config={"eta": 0.1},
                datasets=preprocess_datasets({"train": data}, scaler),
            ).fit()
            TorchTrainer(loop).fit()
        """,
    )


def test_a_preprocessor_of_a_trainer_that_is_given() -> None:
    check_migrated(
        """\
        from mine import data, loop, scaler
        from ray import tune
        from ray.train.torch import TorchTrainer


        class Sweep:
            def __init__(self):
                self.trainer = TorchTrainer(
                    loop, datasets={"train": data}, preprocessor=scaler
                )

            def run(self):
                return tune.Tuner(self.trainer).fit()
        """,
        """\
        from mine import data, loop, scaler
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, preprocess_datasets


        class Sweep:
            def __init__(self):
                self.trainer = TorchTrainer(
                    loop, datasets=preprocess_datasets({"train": data}, scaler)
                )

            def run(self):
                return tune.Tuner(driver_for(self.trainer)).fit()
        """,
    )
