"""What Ray 2.0 to 2.9 did with datasets, a preprocessor and dicts as checkpoints, on Train V2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import ray
from ray import train, tune
from ray.data.preprocessor import PreprocessorNotFittedException
from ray.data.preprocessors import Chain, MinMaxScaler, Normalizer, StandardScaler
from ray.train import DataConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer

from raytune_runtime import (
    TuneReportCallback,
    checkpoint_from_dict,
    checkpoint_to_dict,
    preprocess_datasets,
    start_from_trial,
    trial_run,
)

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("connection")]


def numbers(*values: float) -> ray.data.Dataset:
    return ray.data.from_items([{"x": value} for value in values])


def values(dataset: Any) -> list[float]:
    return sorted(row["x"] for row in dataset.iter_rows())


def test_no_preprocessor_leaves_datasets_as_they_are() -> None:
    datasets = {"train": numbers(1.0), "valid": lambda: numbers(2.0)}
    assert preprocess_datasets(datasets, None) == datasets
    assert preprocess_datasets(None, MinMaxScaler(["x"])) == {}


def test_fitted_to_the_train_dataset_and_applied_to_all() -> None:
    scaler = MinMaxScaler(["x"])
    found = preprocess_datasets({"train": numbers(0, 10), "valid": numbers(5, 20)}, scaler)
    assert {name: values(one) for name, one in found.items()} == {
        "train": [0, 1],
        "valid": [0.5, 2],
    }
    assert scaler.fit_status() == scaler.FitStatus.NOT_FITTED


def test_two_trainers_share_a_preprocessor() -> None:
    scaler = MinMaxScaler(["x"])
    one = preprocess_datasets({"train": numbers(0, 10)}, scaler)
    other = preprocess_datasets({"train": numbers(0, 100, 50)}, scaler)
    assert (values(one["train"]), values(other["train"])) == ([0, 1], [0, 0.5, 1])


def test_a_fitted_preprocessor_is_used_as_it_is() -> None:
    scaler = MinMaxScaler(["x"])
    scaler.fit(numbers(0, 100))
    found = preprocess_datasets({"train": numbers(0, 10)}, scaler)
    assert values(found["train"]) == [0, 0.1]


def test_a_chain_and_a_dataset_that_a_function_makes() -> None:
    chain = Chain(MinMaxScaler(["x"]), StandardScaler(["x"]))
    found = preprocess_datasets({"train": lambda: numbers(0, 10)}, chain)
    assert values(found["train"]) == [-1, 1]


def test_nothing_to_fit_to() -> None:
    datasets = {"valid": numbers(0, 10)}
    with pytest.raises(PreprocessorNotFittedException):
        preprocess_datasets(datasets, MinMaxScaler(["x"]))
    found = preprocess_datasets(datasets, MinMaxScaler(["x"]), fit="valid")
    assert values(found["valid"]) == [0, 1]


def test_only_some_are_transformed() -> None:
    datasets = {"train": numbers(0, 10), "raw": numbers(5)}
    found = preprocess_datasets(datasets, MinMaxScaler(["x"]), transform=["train"])
    assert found["raw"] is datasets["raw"]
    assert values(found["train"]) == [0, 1]


def test_transforms_when_it_is_read() -> None:
    def fail(row: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError("read")

    found = preprocess_datasets({"train": numbers(1).map(fail)}, Normalizer(["x"]))
    with pytest.raises(Exception, match="read"):
        values(found["train"])


def count_and_resume(config: dict[str, Any]) -> None:
    context = train.get_context()
    checkpoint = train.get_checkpoint()
    state = checkpoint_to_dict(checkpoint) if checkpoint else {"step": 0}
    seen = values(train.get_dataset_shard("train"))
    checked = values(train.get_dataset_shard("valid"))
    for step in range(state["step"], 2):
        train.report(
            {"step": step, "low": min(seen), "rows": len(seen), "checked": len(checked)},
            checkpoint=checkpoint_from_dict({"step": step + 1, "rank": context.get_world_rank()}),
        )
        if not checkpoint:
            raise RuntimeError("first attempt")


def test_a_sweep_that_lives_on_them(tmp_path: Path) -> None:
    datasets = preprocess_datasets(
        {"train": numbers(*range(8)), "valid": numbers(3, 14)}, MinMaxScaler(["x"])
    )

    def driver(config: dict[str, Any]) -> None:
        TorchTrainer(
            start_from_trial(count_and_resume),
            scaling_config=ScalingConfig(num_workers=2),
            datasets=datasets,
            dataset_config=DataConfig(datasets_to_split=["train"]),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        ).fit()

    failure_config = tune.FailureConfig(max_failures=1)
    (result,) = tune.Tuner(
        driver,
        run_config=tune.RunConfig(
            storage_path=str(tmp_path), failure_config=failure_config, verbose=0
        ),
    ).fit()
    assert result.error is None
    assert result.metrics["step"] == 1
    assert (result.metrics["rows"], result.metrics["checked"]) == (4, 2)
    assert 0 <= result.metrics["low"] <= 1
    assert result.checkpoint is not None
    assert checkpoint_to_dict(result.checkpoint) == {"step": 2, "rank": 0}
