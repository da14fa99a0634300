"""Tests that put something in the place of the Tuner of another module's sweep."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from projecting import run, said, write

if TYPE_CHECKING:
    from pathlib import Path

_SWEEP = """\
--- pkg/__init__.py
import os
--- pkg/sweeps.py
from ray import tune
from ray.train.torch import TorchTrainer
from ray.tune import Tuner

from project import train_loop


def sweep():
    trainer = TorchTrainer(train_loop)
    return Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1)).fit()
--- pkg/others.py
from ray.tune import Tuner

from project import objective


def search():
    return Tuner(objective).fit()
--- tests/test_sweeps.py
from unittest import mock
from unittest.mock import patch

from pkg import others, sweeps


{test}
"""


def _said(tmp_path: Path, test: str) -> list[str]:
    write(tmp_path, _SWEEP.format(test=dedent(test)))
    return said(run(tmp_path))


@pytest.mark.parametrize(
    "test",
    [
        # the Tuner of a function
        """\
        @patch("pkg.others.Tuner")
        def test_search(tuner):
            others.search()
            tuner.assert_called_once_with(others.objective)
        """,
        # another name
        """\
        @patch("pkg.sweeps.train_loop")
        def test_sweep(train_loop):
            sweeps.sweep()
            train_loop.assert_called_once_with({})
        """,
        # nobody looks at what it was given
        """\
        @patch("pkg.sweeps.Tuner")
        def test_sweep(tuner):
            sweeps.sweep()
            tuner.return_value.fit.assert_called_once()
        """,
        # no patch
        """\
        def test_sweep(mocker):
            print("pkg.sweeps.Tuner", mocker.call_args)
            setting("pkg.sweeps.Tuner")
        """,
    ],
)
def test_silent(test: str, tmp_path: Path) -> None:
    assert _said(tmp_path, test) == []


@pytest.mark.parametrize(
    "test",
    [
        """\
        @patch("pkg.sweeps.Tuner")
        def test_sweep(tuner):
            sweeps.sweep()
            assert tuner.call_args.args[0].scaling_config is None
        """,
        """\
        @mock.patch.object(sweeps, "Tuner")
        def test_sweep(tuner):
            sweeps.sweep()
            tuner.assert_called_once_with(mock.ANY, tune_config=None)
        """,
        """\
        def test_sweep(mocker):
            tuner = mocker.patch("pkg.sweeps.Tuner"); sweeps.sweep()
            assert tuner.mock_calls[0].args
        """,
        """\
        def test_sweep(monkeypatch, given):
            monkeypatch.setattr(sweeps, "Tuner", given.append); sweeps.sweep()
            assert given[0].scaling_config is None
        """,
    ],
)
def test_what_looks_at_the_trainer(test: str, tmp_path: Path) -> None:
    line = 7 if test.lstrip().startswith("@") else 8
    assert _said(tmp_path, test) == [f"tests/test_sweeps.py:{line}: RTM917"]


def test_once_a_sweep_is_rewritten_nothing_is_said(tmp_path: Path) -> None:
    test = """\
        @patch("pkg.sweeps.Tuner")
        def test_sweep(tuner):
            sweeps.sweep()
            assert tuner.call_args.args[0].scaling_config is None
        """
    assert _said(tmp_path, test) == ["tests/test_sweeps.py:7: RTM917"]
    assert said(run(tmp_path)) == []


def test_a_sweep_that_stays(tmp_path: Path) -> None:
    test = """\
        @patch("pkg.sweeps.Tuner")
        def test_sweep(tuner):
            sweeps.sweep()
            assert tuner.call_args.args[0].scaling_config is None
        """
    write(tmp_path, _SWEEP.format(test=dedent(test)))
    path = tmp_path / "pkg" / "sweeps.py"
    kept = "ray.train.horovod import HorovodTrainer as TorchTrainer"
    text = path.read_text("utf-8").replace("ray.train.torch import TorchTrainer", kept)
    path.write_text(text, "utf-8")
    assert said(run(tmp_path)) == ["pkg/sweeps.py:9: RTM902"]


def test_a_test_that_names_the_module_in_a_text_alone(tmp_path: Path) -> None:
    test = """\
        @patch("pkg.sweeps.Tuner")
        def test_sweep(tuner, sweeps):
            sweeps.sweep()
            assert tuner.call_args.args[0].scaling_config is None
        """
    text = _SWEEP.format(test=dedent(test)).replace("from pkg import others, sweeps\n", "")
    write(tmp_path, text)
    assert said(run(tmp_path)) == ["tests/test_sweeps.py:6: RTM917"]
