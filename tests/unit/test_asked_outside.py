"""What asks Ray as a worker does, called by the code that starts trainers, of whatever module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import check_unchanged, run, said, write

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = """
--- ranks.py
from ray import train

{helper}


def train_loop(config):
    train.report({{"loss": 1, "rank": rank()}})
--- fitting.py
from ray.train.torch import TorchTrainer

from ranks import train_loop


def fit():
    TorchTrainer(train_loop).fit()
--- main.py
from fitting import fit
from ranks import rank

{main}
"""
RANK = """
def rank():
    return train.get_context().get_world_rank()
"""
MAIN = """
if __name__ == "__main__":
    if rank() == 0:
        print("first")
    fit()
"""


@pytest.mark.parametrize(
    "helper",
    [
        "def rank():\n    return 0",
        "def rank():\n    return train.get_context",
        "def rank():\n    return lambda: train.get_context().get_world_rank()",
        "def rank():\n    yield train.get_context().get_world_rank()",
        "async def rank():\n    return train.get_context().get_world_rank()",
        "def rank(inside=False):\n    return train.get_context().get_world_rank() if inside else 0",
        "def rank(inside=False):\n    return inside and train.get_context().get_world_rank()",
        "def rank(inside=False):\n    if inside:\n        train.get_checkpoint()",
        "def rank(inside=False):\n    if not inside:\n        return 0\n    train.get_checkpoint()",
        "def rank(some=()):\n    for one in some:\n        if one:\n            continue\n"
        "        train.get_checkpoint()",
        "def rank():\n    try:\n        train.get_checkpoint()\n    except RuntimeError:\n"
        "        return 0",
        "from contextlib import suppress\n\n\ndef rank():\n    with suppress(RuntimeError):\n"
        "        train.get_checkpoint()",
        "from functools import cache\n\nfrom project import in_workers\n\n\n@in_workers\n"
        "def rank():\n    return train.get_context().get_world_rank()",
        "def rank():\n    def inner():\n        train.get_checkpoint()\n\n    return inner",
    ],
)
def test_what_is_not_seen_to_ask_in_any_case(tmp_path: Path, helper: str) -> None:
    check_unchanged(tmp_path, _project(helper, MAIN))


@pytest.mark.parametrize(
    "main",
    [
        "print(rank)\nfit()",
        "fit()",
        "def other():\n    print(rank())",
        "try:\n    print(rank())\nexcept RuntimeError:\n    pass\nfit()",
        "start = lambda: rank()\nfit()",
    ],
)
def test_what_starts_nothing_or_asks_nothing(tmp_path: Path, main: str) -> None:
    check_unchanged(tmp_path, _project(RANK, main))


@pytest.mark.parametrize(
    ("main", "line"),
    [
        (MAIN, 5),
        ("def main():\n    print(rank())\n    fit()", 5),
        ("from ray.train.torch import TorchTrainer\n\n\ndef make():\n"
         "    return TorchTrainer(print, train_loop_config={'n': rank()})", 8),
    ],
)  # fmt: skip
def test_what_starts_a_trainer_that_another_module_builds(
    tmp_path: Path, main: str, line: int
) -> None:
    check_unchanged(tmp_path, _project(RANK, main), f"main.py:{line}: RTM915")


@pytest.mark.parametrize(
    "helper",
    [
        "def rank():\n    for one in range(2):\n        print(one)\n    return world()",
        "def rank():\n    for one in range(2):\n        if one:\n            break\n"
        "    return world()",
        "def rank():\n    with open('log'):\n        print(world())",
        "def rank():\n    if world() > 1:\n        return 1\n    return 0",
    ],
)
def test_what_is_asked_some_calls_down(tmp_path: Path, helper: str) -> None:
    world = "def world():\n    return train.get_context().get_world_size()"
    check_unchanged(tmp_path, _project(f"{world}\n\n\n{helper}", MAIN), "main.py:5: RTM915")


def test_one_module_of_one_project(tmp_path: Path) -> None:
    # What is called by what a function calls that starts a trainer is told there alone.
    check_unchanged(
        tmp_path,
        """
        --- one.py
        from ray import train
        from ray.train.torch import TorchTrainer


        class Job:
            def rank(self):
                return train.get_context().get_world_rank()

            def run(self):
                print(self.rank())
                TorchTrainer(print).fit()


        def main():
            Job().run()


        main()
        """,
        "one.py:10: RTM915",
    )


def test_an_object_that_asks_as_it_is_made(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- reporting.py
        from ray import train


        class Ranked:
            def __init__(self):
                self.rank = train.get_context().get_world_rank()


        class Logger:
            def begin(self):
                print(train.get_context().get_world_rank())


        class Reporter(Ranked):
            def __call__(self, metrics):
                if self.rank == 0:
                    train.report(metrics)


        class Other(Ranked):
            def __init__(self):
                self.rank = 0
        --- main.py
        from ray.train.torch import TorchTrainer
        from reporting import Logger, Other, Reporter


        def train_loop(config):
            Reporter()(config)


        def main():
            report = Reporter()
            Other()
            Logger().begin()
            TorchTrainer(train_loop).fit()
        """,
        "main.py:10: RTM915",
        "main.py:12: RTM915",
    )


def test_what_a_method_is_asked_for_that_another_class_has_anew(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- one.py
        from ray import train
        from ray.train.torch import TorchTrainer


        class Job:
            def rank(self):
                return train.get_context().get_world_rank()

            def run(self):
                print(self.rank())
                TorchTrainer(print).fit()


        class Local(Job):
            def rank(self):
                return 0


        Local().run()
        """,
    )


def test_the_session_of_ray_air(tmp_path: Path) -> None:
    write(
        tmp_path,
        _project(
            "from ray.air import session\n\n\ndef rank():\n    return session.get_world_rank()",
            MAIN,
        ),
    )
    assert said(run(tmp_path)) == ["main.py:5: RTM915"]
    assert said(run(tmp_path)) == ["main.py:5: RTM915"]


def _project(helper: str, main: str) -> str:
    return PROJECT.format(helper=helper.strip(), main=main.strip())


def test_a_long_chain_of_conditions(tmp_path: Path) -> None:
    chain = "".join(f"    elif kind == {number}:\n        return 0\n" for number in range(600))
    helper = f"def rank(kind=0):\n    if kind is None:\n        return 0\n{chain}"
    check_unchanged(tmp_path, _project(f"{helper}    train.get_checkpoint()", MAIN))
