"""Tests that put something in the place of the session of another module's code."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from projecting import run, said, write

if TYPE_CHECKING:
    from pathlib import Path

_PROJECT = """\
--- pkg/__init__.py
import os
--- pkg/loops.py
from ray import train
from ray.air import session
from ray.train.torch import TorchTrainer


def loop(config):
    session.report({{"rank": session.get_world_rank()}})


def other_loop(config):
    train.report({{"loss": 1}})


def trainers():
    return TorchTrainer(loop), TorchTrainer(other_loop)
--- pkg/objectives.py
from ray import train, tune


def objective(config):
    train.report({{"loss": 1}})


def search():
    return tune.Tuner(objective).fit()
--- tests/test_loops.py
from unittest import mock
from unittest.mock import patch

import ray.air.session
from pkg import loops, objectives


{test}
"""


def _said(tmp_path: Path, test: str) -> list[str]:
    write(tmp_path, _PROJECT.format(test=dedent(test)))
    return said(run(tmp_path))


@pytest.mark.parametrize(
    "test",
    [
        # what train loops go on to call
        """\
        @patch("pkg.loops.train.report")
        def test_loop(report):
            loops.other_loop({})
        """,
        """\
        @mock.patch.object(loops, "train")
        def test_loop(train):
            loops.other_loop({})
        """,
        # what is called otherwise, and what is not seen
        """\
        @patch("pkg.loops.trainers")
        @patch("other.loops.session")
        def test_loop(*mocks):
            loops.loop({})
        """,
        # no patch
        """\
        def test_loop():
            setting("pkg.loops.session")
        """,
    ],
)
def test_silent(test: str, tmp_path: Path) -> None:
    assert _said(tmp_path, test) == []


@pytest.mark.parametrize(
    "test",
    [
        """\
        @patch("pkg.loops.session")
        def test_loop(session):
            loops.loop({})
        """,
        """\
        @mock.patch.object(loops.session, "get_world_rank", return_value=0)
        def test_loop(rank):
            loops.loop({})
        """,
        """\
        def test_loop(monkeypatch):
            monkeypatch.setattr(ray.air.session, "report", print); loops.loop({})
        """,
        """\
        @patch("pkg.objectives.train.report")
        def test_objective(report):
            objectives.objective({})
        """,
        """\
        def test_objective(mocker):
            mocker.patch.object(objectives, "train"); objectives.objective({})
        """,
    ],
)
def test_what_is_called_no_longer(test: str, tmp_path: Path) -> None:
    line = 8 if test.lstrip().startswith("@") else 9
    assert _said(tmp_path, test) == [f"tests/test_loops.py:{line}: RTM917"]
    assert said(run(tmp_path)) == [], "what is migrated calls what it calls"


def test_code_that_stays_on_train_v1(tmp_path: Path) -> None:
    test = """\
        @patch("pkg.loops.session")
        def test_loop(session):
            loops.loop({})
        """
    write(tmp_path, _PROJECT.format(test=dedent(test)))
    path = tmp_path / "pkg" / "__init__.py"
    path.write_text('import os\n\nos.environ["RAY_TRAIN_V2_ENABLED"] = "0"\n', "utf-8")
    assert "tests/test_loops.py:8: RTM917" not in said(run(tmp_path))


_TRIALS = """\
--- jobs.py
from ray import train, tune
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({{"trial": train.get_context().get_trial_id()}})


def run():
    return tune.Tuner(TorchTrainer(loop)).fit()
--- test_jobs.py
import jobs


def test_loop(monkeypatch, fake):
    monkeypatch.setattr({place}, fake)
    jobs.loop({{}})
"""


@pytest.mark.parametrize(
    ("place", "findings"),
    [
        ('jobs.train, "report"', []),
        ('jobs, "train"', ["test_jobs.py:5: RTM917"]),
        ('jobs.train, "get_context"', ["test_jobs.py:5: RTM917"]),
    ],
)
def test_what_a_worker_asks_of_its_trial(tmp_path: Path, place: str, findings: list[str]) -> None:
    write(tmp_path, _TRIALS.format(place=place))
    assert said(run(tmp_path)) == findings
    assert said(run(tmp_path)) == []
