"""Configs that are made where no trainer and no Tuner can be seen."""

from __future__ import annotations

from migrating import check_finding, check_migrated, check_unchanged


def test_configs_that_both_take() -> None:
    check_unchanged(
        """\
        from ray.train import CheckpointConfig, FailureConfig, RunConfig

        from mine import OurCallback

        CHECKPOINTS = CheckpointConfig(num_to_keep=2)
        CONFIG = RunConfig(failure_config=FailureConfig(max_failures=2), callbacks=[OurCallback()])
        """,
    )


def test_configs_of_tune() -> None:
    check_unchanged(
        """\
        from ray import tune

        CONFIG = tune.RunConfig(stop={"a": 1}, failure_config=tune.FailureConfig(fail_fast=True))
        """,
    )


def test_configs_of_another_package() -> None:
    check_unchanged(
        """\
        from ours import RunConfig

        CONFIG = RunConfig(stop={"a": 1})
        """,
    )


def test_a_config_that_a_trainer_gets() -> None:
    check_migrated(
        """\
        from ray.train import FailureConfig, RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop


        def config():
            return RunConfig(failure_config=FailureConfig(fail_fast=True))


        TorchTrainer(loop, run_config=config()).fit()
        """,
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        from mine import loop


        def config():
            return RunConfig()


        TorchTrainer(loop, run_config=config()).fit()
        """,
    )


def test_fields_of_tune() -> None:
    check_finding(
        """\
        from ray.train import CheckpointConfig, FailureConfig, RunConfig

        FAILURES = FailureConfig(max_failures=3, fail_fast=True)
        CHECKPOINTS = CheckpointConfig(checkpoint_at_end=True)
        CONFIG = RunConfig(name="x", stop={"a": 1}, verbose=1)
        """,
        (3, "RTM904"),
        (4, "RTM904"),
        (5, "RTM904"),
    )


def test_a_class_of_ray_air() -> None:
    check_finding(
        """\
        from ray.air.config import RunConfig

        CONFIG = RunConfig(name="x")
        """,
        (3, "RTM904"),
    )
