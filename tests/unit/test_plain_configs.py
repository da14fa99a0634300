"""RunConfigs that trainers of other modules are given, and no sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged, run, write

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


def test_in_a_project_with_sweeps(tmp_path: Path) -> None:
    """Those stay that no sweep, and no other Tuner, has to do with."""
    before = """
        --- configs.py
        from ray.train import FailureConfig, RunConfig


        def plain(name):
            return RunConfig(name=name, failure_config=FailureConfig(max_failures=2))


        def swept(name):
            return RunConfig(name=name, failure_config=FailureConfig(max_failures=2))


        def both(name):
            return RunConfig(name=name)
        --- training.py
        from configs import both, plain, swept
        from ray.train.torch import TorchTrainer
        from work import train_loop


        def pretrain():
            return TorchTrainer(train_loop, run_config=plain("pretrain"))


        def finetune():
            return TorchTrainer(train_loop, run_config=swept("finetune"))


        def again():
            return TorchTrainer(train_loop, run_config=both("again"))
        --- sweep.py
        from configs import both
        from ray import tune
        from training import finetune
        from work import objective

        tune.Tuner(finetune()).fit()
        tune.Tuner(objective, run_config=both("objective")).fit()
        --- main.py
        from training import again, pretrain

        pretrain().fit()
        again().fit()
        """
    after = """
        --- configs.py
        from ray import tune
        from ray.train import FailureConfig, RunConfig


        def plain(name):
            return RunConfig(name=name, failure_config=FailureConfig(max_failures=2))


        def swept(name):
            return tune.RunConfig(name=name, failure_config=tune.FailureConfig(max_failures=2))


        def both(name):
            return tune.RunConfig(name=name)
        --- training.py
        from configs import both, plain, swept
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config
        from work import train_loop


        def pretrain():
            return TorchTrainer(train_loop, run_config=plain("pretrain"))


        def finetune():
            return TorchTrainer(train_loop, run_config=train_run_config(swept("finetune")))


        def again():
            return TorchTrainer(train_loop, run_config=train_run_config(both("again")))
        --- sweep.py
        from configs import both
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config
        from training import finetune
        from work import objective

        trainer = finetune()
        tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        tune.Tuner(objective, run_config=both("objective")).fit()
        """
    check(tmp_path, before, after)
