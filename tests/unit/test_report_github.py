"""Annotations of a GitHub workflow: one command a line, whatever files and messages hold."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from reporting import CHECK, WRITE, hostile_run

from raytune_migrate.outcome import Migration, Outcome, Status
from raytune_migrate.proposal import Change, Finding, Place, Safety
from raytune_migrate.report.github import render
from raytune_migrate.report.model import Report
from raytune_migrate.source import Source

if TYPE_CHECKING:
    from raytune_migrate.settings.options import Options

SAFE = Change(
    *("RTM105", "The number of trials is capped", "Drivers need a CPU too.", "https://x.org/105"),
    *(Place(3, 5, 0), ()),
)
REVIEW = Change(
    *("RTM101", "Tuner(trainer), at 100%", "Ray 2.51 refuses a trainer.", "https://x.org/101"),
    *(Place(2, 1, 0), ()),
    safety=Safety.REVIEW,
    notes=("Trials may take turns: 50%.", "Another."),
)
FINDING = Finding("RTM905", Place(9, 2, 0), "It resizes.", "Drop it.", "https://x.org/905")


def rendered(outcome: Outcome, options: Options) -> str:
    return render(Report((outcome,), options, 0.0))


@pytest.fixture(autouse=True)
def anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)


def test_nothing_to_do_is_a_notice_of_the_sums() -> None:
    assert rendered(Outcome(Path("a.py"), Status.UNCHANGED), CHECK) == (
        "::notice title=raytune-migrate::1 file: 1 unchanged, 0 would be migrated, 0 would be"
        " migrated with work left, 0 skipped, 0 failed.\n"
    )


def test_what_would_change_is_a_warning_and_what_was_changed_a_notice_if_it_may_differ() -> None:
    migration = Migration("a", "b", (REVIEW, SAFE), (FINDING,), (FINDING,))
    outcome = Outcome(Path("a,b:c.py"), migration.status, migration, source=Source("a"))
    review = (
        "file=a%2Cb%3Ac.py,line=2,col=1,title=RTM101 Tuner(trainer)%2C at 100%25::Ray 2.51 refuses"
        " a trainer. (https://x.org/101)%0Amay differ: Trials may take turns: 50%25.%0Amay differ:"
        " Another.\n"
    )
    left = (
        "::warning file=a%2Cb%3Ac.py,line=9,col=2,title=RTM905 a scheduler that resizes"
        " trials::It resizes. Drop it. (https://x.org/905)\n"
    )
    assert rendered(outcome, CHECK) == (
        f"::warning {review}"
        "::warning file=a%2Cb%3Ac.py,line=3,col=5,title=RTM105 The number of trials is"
        " capped::Drivers need a CPU too. (https://x.org/105)\n"
        f"{left}"
        "::notice title=raytune-migrate::1 file: 0 unchanged, 0 would be migrated, 1 would be"
        " migrated with work left, 0 skipped, 0 failed.\n"
    )
    assert rendered(outcome, WRITE) == (
        f"::notice {review}"
        f"{left}"
        "::notice title=raytune-migrate::1 file: 0 unchanged, 0 migrated, 1 migrated with work"
        " left, 0 skipped, 0 failed.\n"
    )


def test_a_file_that_failed_is_an_error() -> None:
    outcome = Outcome(Path("a.py"), Status.FAILED, reason="internal error:\n  line 1\r\n")
    assert rendered(outcome, CHECK).splitlines()[0] == (
        "::error file=a.py,title=raytune-migrate failed::internal error:%0A  line 1%0D%0A"
    )


def test_a_folder_outside_the_workspace_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "work"))
    failed = Outcome(tmp_path / "a.py", Status.FAILED, reason="x")
    inside = replace(failed, path=tmp_path / "work" / "src" / "a.py")
    assert rendered(failed, CHECK).startswith(f"::error file={tmp_path}/a.py,")
    assert rendered(inside, CHECK).startswith("::error file=src/a.py,")


@pytest.mark.parametrize("options", [CHECK, WRITE])
def test_nothing_hostile_makes_a_command_of_its_own(options: Options) -> None:
    lines = render(hostile_run(options)).splitlines()
    for line in lines:
        assert line.isprintable()
        assert re.match(r"::(warning|error|notice) (?:(?:file|line|col|title)=[^,:]*,?)+::", line)
    assert sum(line.startswith("::error") for line in lines) == 2  # the file, and the runtime
