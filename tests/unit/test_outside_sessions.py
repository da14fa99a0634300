"""The session of workers, asked by the code that starts them."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_unchanged

_SCRIPT = """\
import ray.train
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer


def train_loop(config):
    ray.train.report({{"loss": 1 / ray.train.get_context().get_world_size()}})


{asked}
trainer = TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))
"""


@pytest.mark.parametrize(
    "asked",
    [
        "print(ray.train.get_dataset_shard)",
        "rank = lambda: ray.train.get_context().get_world_rank()",
        "try:\n    start = ray.train.get_checkpoint()\nexcept RuntimeError:\n    start = None",
        "def rank():\n    return ray.train.get_context().get_world_rank()\n\n",
        "def loop(config):\n    ray.train.report(config)\n\n\nTorchTrainer(loop)",
    ],
)
def test_what_a_worker_may_run_or_a_try_catches(asked: str) -> None:
    check_unchanged(_SCRIPT.format(asked=asked))


def test_a_module_that_starts_nothing() -> None:
    check_unchanged(
        """\
        import ray.train

        RANK = ray.train.get_context().get_world_rank()


        def log(metrics):
            if ray.train.get_context().get_world_rank() == 0:
                ray.train.report(metrics)
        """
    )


def test_a_train_loop_inside_the_function_that_starts_it() -> None:
    check_unchanged(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        def main():
            def train_loop(config):
                train.report({"rank": train.get_context().get_world_rank()})

            return TorchTrainer(train_loop).fit().checkpoint
        """
    )


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("print(ray.train.get_context().get_world_size())", "get_context"),
        ('ray.train.report({"loss": 1})', "report"),
        ("start = ray.train.get_checkpoint()", "get_checkpoint"),
        ("shard = ray.train.get_dataset_shard('train')", "get_dataset_shard"),
    ],
)
def test_a_script_that_asks_as_a_worker_does(asked: str, name: str) -> None:
    result = check_finding(_SCRIPT.format(asked=asked), (10, "RTM915"))
    assert result.findings[0].reason == f"Outside of Train V2's workers ray.train.{name}() raises."


def test_a_function_that_builds_the_trainer() -> None:
    check_finding(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def fit(train_loop):
            trainer = TorchTrainer(train_loop)
            if train.get_context().get_world_rank() == 0:
                print("starts")
            return trainer.fit().checkpoint
        """,
        (7, "RTM915"),
    )


_LOOPS = """\
from ray import train
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer


def log(loss):
    train.report({{"loss": loss}})


def check(loss):
    return loss < 1


def train_loop(config):
    log(1 / config["lr"])
    check(config["lr"])


def main(debug):
{asked}
    return TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))
"""


@pytest.mark.parametrize(
    "asked",
    [
        "    check(2)",
        "    print(train_loop)",
        "    try:\n        train_loop({'lr': 1})\n    except RuntimeError:\n        pass",
        "    def inner(config):\n        train_loop(config)\n",
    ],
)
def test_functions_that_ask_nothing_and_loops_that_may_be_run_by_workers(asked: str) -> None:
    check_unchanged(_LOOPS.format(asked=asked))


@pytest.mark.parametrize("call", ["train_loop({'lr': 1})", "log(1)"])
def test_a_train_loop_that_is_called_beside_its_trainer(call: str) -> None:
    asked = f"    if debug:\n        {call}"
    result = check_finding(_LOOPS.format(asked=asked), (21, "RTM915"))
    assert result.findings[0].reason == (
        "Outside of Train V2's workers this train loop raises where it calls ray.train.report()."
    )


def test_a_script_that_calls_a_train_loop_by_itself() -> None:
    script = _LOOPS.format(asked="") + '\n\nif __name__ == "__main__":\n    train_loop({"lr": 1})\n'
    check_finding(script, (25, "RTM915"))


def test_a_train_loop_whose_decorator_may_have_a_trainer_run_it() -> None:
    check_unchanged(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer

        from project import timed


        def trained(loop):
            return TorchTrainer(loop).fit


        @trained
        @timed
        def fit(config=None):
            train.report({"loss": train.get_context().get_world_rank()})


        def main():
            TorchTrainer(fit)
            fit()
        """
    )
