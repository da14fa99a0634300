"""What ``match`` gives the names in its patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged

if TYPE_CHECKING:
    from pathlib import Path


def project(once: str, sweep: str, taken: str = "train_loop") -> str:
    """Jobs of two classes, which are told apart by ``match`` in another module."""
    return f"""
--- jobs.py
from dataclasses import dataclass


@dataclass
class Once:
    name: str
    what: object


@dataclass
class Sweep:
    name: str
    what: object
    space: dict

--- loops.py
from ray import train


def train_loop(config):
    train.report({{"loss": config["lr"]}})


def kept(config):
    train.report({{"loss": 1}}, checkpoint=train.Checkpoint.from_directory("weights"))

--- main.py
from ray.train.torch import TorchTrainer

from execute import execute
from jobs import Once, Sweep
from loops import kept, train_loop

execute(Once("a", TorchTrainer({taken})))
execute(Sweep("a", what=TorchTrainer({taken}), space={{}}))

--- execute.py
from ray import tune

from jobs import Once, Sweep


def execute(job):
    match job:
        case {once}:
            return what.fit().metrics["loss"]
        case {sweep}:
            return tune.Tuner(what, param_space=space).fit()
"""


SWEPT = """            return tune.Tuner(
                driver_for(what), param_space=space, run_config=tune_run_config(what)
            ).fit()
"""


@pytest.mark.parametrize(
    "patterns",
    [
        ('{"once": what}', '{"sweep": what, **space}'),
        ("[what]", "[what, *space]"),
        ("Once(name=what)", "Sweep(name=what, space=space)"),
        ("Once(what)", "Sweep(what, _, space)"),
    ],
)
def test_what_is_no_trainer_or_cannot_be_followed(
    patterns: tuple[str, str], tmp_path: Path
) -> None:
    check_unchanged(tmp_path, project(*patterns))


PATTERNS = [
    ("Once(what=what)", "Sweep(what=what, space=space)"),
    ("Once(_, what)", "Sweep(_, what, space)"),
    ('Once("a" | "b", what)', 'Sweep(name="a", what=(object() as what), space=space)'),
]


@pytest.mark.parametrize("patterns", PATTERNS)
def test_trainers_that_patterns_take_out_of_objects(
    patterns: tuple[str, str], tmp_path: Path
) -> None:
    before = project(*patterns, taken="kept")
    after = before.replace(
        "            return tune.Tuner(what, param_space=space).fit()\n", SWEPT
    ).replace(
        "import tune\n", "import tune\nfrom raytune_runtime import driver_for, tune_run_config\n"
    )
    check(tmp_path, before, after)


@pytest.mark.parametrize("patterns", PATTERNS)
def test_what_is_read_of_trainers_that_patterns_take_out_of_objects(
    patterns: tuple[str, str], tmp_path: Path
) -> None:
    before = project(*patterns)
    todo = (
        "            # TODO(raytune-migrate): RTM401 Code that is given the Result of this fit()"
        " reads what that has not under Train V2: metrics that come with no checkpoint."
        " https://docs.ray.io/en/latest/train/user-guides/results.html\n"
    )
    after = (
        before.replace("            return tune.Tuner(what, param_space=space).fit()\n", SWEPT)
        .replace(
            "import tune\n",
            "import tune\nfrom raytune_runtime import driver_for, tune_run_config\n",
        )
        .replace("            return what.fit()", f"{todo}            return what.fit()")
    )
    check(tmp_path, before, after, "execute.py:9: RTM401")
