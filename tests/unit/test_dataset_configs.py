"""The ``dataset_config`` of Ray 2.0 to 2.6: a dict of ``DatasetConfig``."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged


def test_a_data_config() -> None:
    check_unchanged(
        """\
        from mine import data, loop
        from ray.train import DataConfig
        from ray.train.torch import TorchTrainer

        config = DataConfig(datasets_to_split=["train"])
        TorchTrainer(loop, datasets={"train": data}, dataset_config=config).fit()
        """,
    )


def test_a_dict_of_another_class() -> None:
    check_unchanged(
        """\
        from mine import DatasetConfig, Trainer

        Trainer(dataset_config={"train": DatasetConfig(fit=False)}).fit()
        """,
    )


def test_what_train_v2_cannot_do() -> None:
    check_finding(
        """\
        from mine import data, loop
        from ray.air.config import DatasetConfig
        from ray.train.torch import TorchTrainer

        TorchTrainer(
            loop,
            datasets={"train": data},
            dataset_config={"train": DatasetConfig(global_shuffle=True)},
        ).fit()
        """,
        (8, "RTM904"),
    )


def test_fields_that_cannot_be_seen() -> None:
    check_finding(
        """\
        from mine import data, loop, split
        from ray.air.config import DatasetConfig
        from ray.train.torch import TorchTrainer

        TorchTrainer(
            loop,
            datasets={"train": data},
            dataset_config={"train": DatasetConfig(split=split)},
        ).fit()
        """,
        (8, "RTM904"),
    )


def test_datasets_that_cannot_be_seen() -> None:
    check_finding(
        """\
        from mine import datasets, loop
        from ray.air.config import DatasetConfig
        from ray.train.torch import TorchTrainer

        TorchTrainer(
            loop, datasets=datasets, dataset_config={"*": DatasetConfig(split=True)}
        ).fit()
        """,
        (6, "RTM904"),
    )


def test_what_is_split_and_what_is_not() -> None:
    check_migrated(
        """\
        from mine import data, loop
        from ray.air.config import DatasetConfig
        from ray.train.torch import TorchTrainer

        datasets = {"train": data.train, "valid": data.valid, "side": data.side}
        everything = {"*": DatasetConfig(split=True), "side": DatasetConfig()}
        TorchTrainer(loop, datasets=datasets, dataset_config=everything).fit()
        TorchTrainer(
            loop,
            datasets={"train": data.train, "valid": data.valid},
            dataset_config={"valid": DatasetConfig(split=True, required=True)},
        ).fit()
        """,
        """\
        from mine import data, loop
        from ray.train import DataConfig
        from ray.train.torch import TorchTrainer

        datasets = {"train": data.train, "valid": data.valid, "side": data.side}
        everything = DataConfig(datasets_to_split=["train", "valid"])
        TorchTrainer(loop, datasets=datasets, dataset_config=everything).fit()
        TorchTrainer(
            loop,
            datasets={"train": data.train, "valid": data.valid},
            dataset_config=DataConfig(),
        ).fit()
        """,
    )


def test_what_is_fitted_and_transformed() -> None:
    check_migrated(
        """\
        from mine import data, loop, scaler
        from ray.air.config import DatasetConfig
        from ray.train.torch import TorchTrainer

        TorchTrainer(
            loop,
            datasets={"train": data.train, "side": data.side},
            dataset_config={
                "train": DatasetConfig(fit=False),  # fitted before
                "side": DatasetConfig(transform=False),
            },
            preprocessor=scaler,
        ).fit()
        TorchTrainer(
            loop,
            datasets={"train": data.train},
            dataset_config={"train": DatasetConfig(fit=False, transform=False)},
            preprocessor=scaler,
        ).fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from mine import data, loop, scaler
        from ray.train import DataConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import preprocess_datasets

        TorchTrainer(
            loop,
            datasets=preprocess_datasets(
                {"train": data.train, "side": data.side}, scaler, fit=None, transform=["train"]
            ),
            dataset_config=DataConfig(
                # fitted before
                datasets_to_split=["train"]
            ),
        ).fit()
        TorchTrainer(
            loop,
            datasets={"train": data.train},
            dataset_config=DataConfig(),
        ).fit()
        """,
    )


def test_a_sweep() -> None:
    check_migrated(
        """\
        from mine import data, loop
        from ray import tune
        from ray.air.config import DatasetConfig
        from ray.train.torch import TorchTrainer

        dataset_config = {"valid": DatasetConfig(split=False)}
        trainer = TorchTrainer(
            loop,
            datasets={"train": data, "valid": data},
            dataset_config=dataset_config,
        )
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from mine import data, loop
        from ray import tune
        from ray.train import DataConfig, RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run

        dataset_config = DataConfig(datasets_to_split=["train"])


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                datasets={"train": data, "valid": data},
                dataset_config=dataset_config,
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_sweep_with_all_of_it_in_the_call() -> None:
    check_migrated(
        """\
        from mine import data, loop, scaler
        from ray import tune
        from ray.air.config import DatasetConfig
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(
            loop,
            datasets={"train": data},
            dataset_config={"train": DatasetConfig(split=True)},
            preprocessor=scaler(),
        )
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from mine import data, loop, scaler
        from ray import tune
        from ray.train import DataConfig, RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            preprocess_datasets,
            start_from_trial,
            trial_run,
        )

        datasets = preprocess_datasets({"train": data}, scaler())


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                datasets=datasets,
                dataset_config=DataConfig(),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )


def test_a_sweep_that_names_it_by_its_module() -> None:
    check_migrated(
        """\
        from mine import data, loop
        from ray import air, tune
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(
            loop,
            datasets={"train": data, "valid": data},
            dataset_config={"train": air.DatasetConfig(), "*": air.DatasetConfig(split=False)},
        )
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        from mine import data, loop
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, start_from_trial, trial_run


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                start_from_trial(loop),
                datasets={"train": data, "valid": data},
                dataset_config=train.DataConfig(datasets_to_split=["train"]),
                run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn, tune_config=tune.TuneConfig(max_concurrent_trials=1)
        )
        """,
    )
