"""How far a run has come: a line on a terminal, once it takes long."""

from __future__ import annotations

import io
import itertools
import sys

import pytest

from raytune_migrate.report.progress import counted
from raytune_migrate.report.terminal import Console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the time is 0.6 s after the one before."""
    ticks = itertools.count(0, 0.6)
    monkeypatch.setattr("raytune_migrate.report.progress.time.monotonic", lambda: next(ticks))


def shown(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, total: int) -> str:
    monkeypatch.setattr(sys, "stderr", stderr)
    assert list(counted(range(total), total, Console())) == list(range(total))
    return stderr.getvalue()


@pytest.mark.usefixtures("clock")
def test_a_pipe_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO(), total=20) == ""


def test_a_short_run_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), total=20) == ""


@pytest.mark.usefixtures("clock")
def test_a_long_run_shows_a_line_that_is_gone_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    erase = "\r\033[2K"
    assert shown(monkeypatch, Terminal(), total=4) == (
        f"{erase}[###############...............] 2 of 4 files, 1 s left"
        f"{erase}{erase}[######################........] 3 of 4 files, 1 s left"
        f"{erase}"
    )
