"""The words that a person reads on stderr, the sums, and the exit status that follows."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from raytune_migrate.outcome import Migration, Outcome, Status
from raytune_migrate.proposal import Change, Finding, Place, Safety
from raytune_migrate.report.model import Report
from raytune_migrate.report.sums import exit_status, summary
from raytune_migrate.report.terminal import shown, uses_color
from raytune_migrate.report.text import lines
from raytune_migrate.settings.options import Options, Verbosity, WriteBack

SAFE = Change(
    code="RTM101",
    title="Tuner(trainer) becomes a driver function",
    reason="Ray 2.51 refuses a trainer.",
    link="https://x.org/101",
    place=Place(12, 9, 0),
    edits=(),
    notes=("The trainer is built in each trial.",),
)
REVIEW = Change(
    code="RTM105",
    title="The number of trials is capped",
    reason="Drivers need a CPU too.",
    link="https://x.org/105",
    place=Place(14, 1, 0),
    edits=(),
    safety=Safety.REVIEW,
    notes=("Fewer trials may run at once.",),
)
BEFORE = Finding("RTM901", Place(20, 5, 0), "No V2 counterpart.", "Drop it.", "https://x.org/901")
AFTER = Finding("RTM901", Place(26, 5, 0), "No V2 counterpart.", "Drop it.", "https://x.org/901")

PATH = Path("src/sweep.py")
UNCHANGED = Outcome(PATH, Status.UNCHANGED)
MIGRATED = Outcome(PATH, Status.MIGRATED, Migration("a", "b", (SAFE, REVIEW, REVIEW)))
WORK_LEFT = Outcome(
    PATH, Status.WORK_LEFT, Migration("a", "b", (SAFE,), findings=(BEFORE,), remaining=(AFTER,))
)
SKIPPED = Outcome(
    PATH, Status.SKIPPED, Migration("a", "a", findings=(BEFORE,)), "1 place needs a person"
)
FAILED = Outcome(PATH, Status.FAILED, reason="is read-only; make it writable")
ALL = (UNCHANGED, MIGRATED, WORK_LEFT, SKIPPED, FAILED)

WRITE = Options()
CHECK = Options(WriteBack.CHECK)
DIFF = Options(WriteBack.DIFF)
QUIET = Options(verbosity=Verbosity.QUIET)
VERBOSE = Options(verbosity=Verbosity.VERBOSE)


def report(outcomes: tuple[Outcome, ...], options: Options) -> Report:
    """A quick run."""
    return Report(outcomes, options, seconds=0.1)


def told(outcome: Outcome, options: Options = WRITE) -> list[str]:
    return [click.unstyle(line) for line in lines(outcome, options, {})]


def test_nothing_is_said_of_an_unchanged_file() -> None:
    assert told(UNCHANGED) == []
    assert told(UNCHANGED, CHECK) == []
    assert told(UNCHANGED, VERBOSE) == ["unchanged src/sweep.py"]


@pytest.mark.parametrize("outcome", [UNCHANGED, MIGRATED, WORK_LEFT, SKIPPED])
def test_quiet_says_nothing_but_errors(outcome: Outcome) -> None:
    assert told(outcome, QUIET) == []
    assert told(FAILED, QUIET) == ["error: src/sweep.py: is read-only; make it writable"]


def test_a_migrated_file_with_what_may_differ() -> None:
    note = "RTM105 may differ: Fewer trials may run at once. (https://x.org/105)"
    assert told(MIGRATED, WRITE) == [
        f"src/sweep.py: line 14 before: {note}",
        f"src/sweep.py: line 14 before: {note}",
        "migrated src/sweep.py (RTM101, RTM105)",
    ]
    assert told(MIGRATED, CHECK) == [
        f"src/sweep.py:14:1: {note}",
        f"src/sweep.py:14:1: {note}",
        "would migrate src/sweep.py (RTM101, RTM105)",
    ]


def test_the_patch_has_the_changes_so_the_report_need_not() -> None:
    assert told(MIGRATED, DIFF) == ["would migrate src/sweep.py (RTM101, RTM105)"]


def test_verbose_explains_every_change() -> None:
    outcome = Outcome(PATH, Status.MIGRATED, Migration("a", "b", (SAFE, REVIEW)))
    assert told(outcome, VERBOSE) == [
        "src/sweep.py: line 12 before: RTM101 Tuner(trainer) becomes a driver function:"
        " Ray 2.51 refuses a trainer. (https://x.org/101)",
        "src/sweep.py: line 12 before: RTM101 note: The trainer is built in each trial.",
        "src/sweep.py: line 14 before: RTM105 The number of trials is capped:"
        " Drivers need a CPU too. (https://x.org/105)",
        "src/sweep.py: line 14 before: RTM105 may differ: Fewer trials may run at once."
        " (https://x.org/105)",
        "migrated src/sweep.py (RTM101, RTM105)",
    ]


def test_findings_stand_at_the_lines_of_the_file_that_the_user_has() -> None:
    message = "RTM901 No V2 counterpart. Drop it. (https://x.org/901)"
    assert told(WORK_LEFT, WRITE) == [
        f"src/sweep.py:26:5: {message}",
        "migrated src/sweep.py (RTM101), 1 place needs a person",
    ]
    for options in (CHECK, DIFF):
        assert told(WORK_LEFT, options) == [
            f"src/sweep.py:20:5: {message}",
            "would migrate src/sweep.py (RTM101), 1 place needs a person",
        ]
    assert told(SKIPPED, WRITE) == [
        f"src/sweep.py:20:5: {message}",
        "skipped src/sweep.py: 1 place needs a person",
    ]


def test_a_long_reason_is_given_once() -> None:
    reason = f"the project's settings cannot be used: /somewhere/pyproject.toml: {'x' * 40}"
    paths = [Path("a.py"), Path("b.py")]
    memory: dict[str, Path] = {}
    said = [
        click.unstyle(line)
        for path in paths
        for line in lines(Outcome(path, Status.FAILED, reason=reason), WRITE, memory)
    ]
    assert said == [f"error: a.py: {reason}", "error: b.py: for the same reason as a.py"]


def test_a_short_reason_is_given_each_time() -> None:
    memory: dict[str, Path] = {}
    said = [
        click.unstyle(line)
        for path in (Path("a.py"), Path("b.py"))
        for line in lines(Outcome(path, Status.FAILED, reason="is read-only"), WRITE, memory)
    ]
    assert said == ["error: a.py: is read-only", "error: b.py: is read-only"]


def test_names_and_messages_never_reach_the_terminal_raw() -> None:
    evil = "\x1b]0;owned\x07\nerror: x\u202e"
    finding = Finding("RTM901", Place(1, 1, 0), evil, evil, evil)
    change = Change("RTM105", evil, evil, evil, Place(1, 1, 0), (), Safety.REVIEW, (), (evil,))
    outcomes = [
        Outcome(Path(evil), Status.UNCHANGED),
        Outcome(Path(evil), Status.FAILED, reason=evil.replace("\n", "")),
        Outcome(Path(evil), Status.SKIPPED, Migration("", "", findings=(finding,)), evil),
        Outcome(Path(evil), Status.MIGRATED, Migration("", "x", (change,))),
    ]
    for outcome in outcomes:
        for line in told(outcome, VERBOSE):
            assert line.isprintable()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é 漢字.py", "plain é 漢字.py"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x1b[31m", "\\x1b[31m"),
        ("raw\udcff", "raw\\udcff"),
    ],
)
def test_shown(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("outcomes", "write", "check"),
    [
        ((), 0, 0),
        ((UNCHANGED,), 0, 0),
        ((UNCHANGED, MIGRATED), 0, 1),
        ((WORK_LEFT, MIGRATED), 1, 1),
        ((SKIPPED,), 1, 1),
        (ALL, 123, 123),
        ((FAILED, UNCHANGED), 123, 123),
    ],
)
def test_exit_status(outcomes: tuple[Outcome, ...], write: int, check: int) -> None:
    assert exit_status(report(outcomes, WRITE)) == write
    assert exit_status(report(outcomes, CHECK)) == check
    assert exit_status(report(outcomes, DIFF)) == check


def test_summary() -> None:
    assert summary(report((), WRITE)) == "0 files: no Python files in the paths given."
    assert summary(report((UNCHANGED,), WRITE)) == (
        "1 file: 1 unchanged, 0 migrated, 0 migrated with work left, 0 skipped, 0 failed."
    )
    assert summary(report(ALL, WRITE)) == (
        "5 files: 1 unchanged, 1 migrated, 1 migrated with work left, 1 skipped, 1 failed."
    )
    assert (
        summary(report(ALL, CHECK))
        == summary(report(ALL, DIFF))
        == (
            "5 files: 1 unchanged, 1 would be migrated, 1 would be migrated with work left,"
            " 1 skipped, 1 failed."
        )
    )


@pytest.mark.parametrize(
    ("wanted", "environment", "terminal", "expected"),
    [
        (None, {}, False, False),
        (None, {}, True, True),
        (None, {"TERM": "dumb"}, True, False),
        (None, {"NO_COLOR": "1"}, True, False),
        (None, {"NO_COLOR": ""}, True, True),
        (None, {"FORCE_COLOR": "1"}, False, True),
        (None, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        (True, {"NO_COLOR": "1"}, False, True),
        (False, {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_color(
    wanted: bool | None, environment: dict[str, str], terminal: bool, expected: bool
) -> None:
    assert uses_color(wanted, environment, terminal=terminal) is expected
