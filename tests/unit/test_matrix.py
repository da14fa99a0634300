"""The release matrix: README.md shows all of it, and each outcome as it was."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import matrix
from matrix import README, RELEASES, Cell, Outcome


def rows(table: str) -> list[list[str]]:
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_readme_shows_every_release_and_every_promise() -> None:
    head, _, *shown = rows(matrix.shown(README.read_text()))
    assert head == ["Ray", *RELEASES]
    assert [row[0] for row in shown] == matrix.promises()


REPORT = """<testsuites><testsuite>
{}
</testsuite></testsuites>"""

CASE = """<testcase><properties><property name="promise" value="{}"/></properties>{}</testcase>"""


def column(tmp_path: Path, *cases: tuple[str, str]) -> matrix.Column:
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format("".join(CASE.format(*case) for case in cases)))
    return matrix.column(report)


def test_one_failure_breaks_a_promise(tmp_path: Path) -> None:
    found = column(tmp_path, ("a", ""), ("a", "<failure/>"), ("b", ""), ("c", "<error/>"))
    assert found == {
        "a": Cell(Outcome.FAILS),
        "b": Cell(Outcome.HOLDS),
        "c": Cell(Outcome.FAILS),
    }


def test_what_is_skipped_says_why(tmp_path: Path) -> None:
    skip = '<skipped message="no such thing"/>'
    found = column(tmp_path, ("a", ""), ("a", skip), ("b", skip))
    assert found == {
        "a": Cell(Outcome.HOLDS, ("no such thing",)),
        "b": Cell(Outcome.NOT_THERE, ("no such thing",)),
    }


def test_what_was_not_run_is_no_promise_kept(tmp_path: Path) -> None:
    assert matrix.column(tmp_path / "none.xml") == {}
    assert {row[1] for row in rows(matrix.table({"1.0": {}}))[2:]} == {"?"}


def test_notes_are_numbered_and_stand_below() -> None:
    promise, *others = matrix.promises()
    held = {other: Cell(Outcome.HOLDS) for other in others}
    table = matrix.table(
        {
            "1.0": {promise: Cell(Outcome.NOT_THERE, ("not yet",)), **held},
            "2.0": {promise: Cell(Outcome.HOLDS, ("only half",)), **held},
        }
    )
    assert rows(table)[2] == [promise, "n/a (1)", "yes (2)"]
    assert table.endswith("\n\n(1) not yet\n(2) only half\n")
