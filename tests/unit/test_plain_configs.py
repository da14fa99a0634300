"""RunConfigs that trainers of other modules are given, where Tune runs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import check_unchanged, run, write

if TYPE_CHECKING:
    from pathlib import Path

TRAINING = """
    --- training.py
    from configs import run_config
    from ray.train.torch import TorchTrainer
    from project import train_loop

    def main(name):
        TorchTrainer(train_loop, run_config=run_config(name)).fit()
    """


def configs(head: str, given: str) -> str:
    """The module that makes the RunConfig."""
    return f"""
    --- configs.py
    {head}

    def run_config(name):
        return RunConfig(name=name{given})
    """


@pytest.mark.parametrize(
    "given",
    [
        "",
        ", storage_path='/data', checkpoint_config=CheckpointConfig(num_to_keep=2)",
        ", failure_config=FailureConfig(max_failures=3)",
    ],
)
def test_what_train_v2_takes_as_it_is(tmp_path: Path, given: str) -> None:
    head = "from ray.train import CheckpointConfig, FailureConfig, RunConfig"
    check_unchanged(tmp_path, configs(head, given) + TRAINING)


@pytest.mark.parametrize(
    ("head", "given"),
    [
        ("from ray.air import RunConfig", ""),
        ("from ray.train import RunConfig", ", verbose=0"),
        ("from ray.train import RunConfig", ", stop=None"),
        ("from ray.train import RunConfig", ", local_dir='/data'"),
        ("from ray.train import RunConfig", ", **MORE"),
        (
            "from ray.train import CheckpointConfig, RunConfig",
            ", checkpoint_config=CheckpointConfig(checkpoint_frequency=2)",
        ),
        (
            "from ray.train import FailureConfig, RunConfig",
            ", failure_config=FailureConfig(fail_fast=True)",
        ),
        ("from ray import air\nfrom ray.train import RunConfig", ", checkpoint_config=KEPT"),
    ],
)
def test_what_train_v2_refuses(tmp_path: Path, head: str, given: str) -> None:
    write(tmp_path, configs(head.replace("\n", "\n    "), given) + TRAINING)
    run(tmp_path)
    after = (tmp_path / "training.py").read_text(encoding="utf-8")
    assert "run_config=train_run_config(run_config(name))" in after
    assert "tune.RunConfig(" in (tmp_path / "configs.py").read_text(encoding="utf-8")


def test_in_a_project_of_a_sweep_the_whole_of_it_is_tune_s(tmp_path: Path) -> None:
    sweep = """
    --- sweep.py
    from ray import tune
    from project import objective

    tune.Tuner(objective).fit()
    """
    write(tmp_path, configs("from ray.train import RunConfig", "") + TRAINING + sweep)
    run(tmp_path)
    assert "tune.RunConfig(" in (tmp_path / "configs.py").read_text(encoding="utf-8")
