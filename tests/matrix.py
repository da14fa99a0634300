"""The runtime's promises on many Ray releases, as the table that README.md shows.

``python tests/matrix.py [RELEASE...]`` makes an environment for each release, runs the tests that
are marked with a promise there, and prints what holds where. Without arguments it runs all releases
and writes the table into README.md. The exit status is 1 if a promise does not hold, or was not
tested since pytest came to an early end.

Every environment is made by the Python that runs this; 3.11 has wheels of all releases. Each takes
about 0.6 GB below ``.matrix/``, where it stays; results are in ``.matrix/RELEASE.xml``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".matrix"
README = ROOT / "README.md"
BEGIN, END = "<!-- made by make matrix -->\n", "<!-- end -->"

# The first release with Train V2, the last whose controller ran in the trial, the first with an
# actor for it, one with Train V2 on, the first that cleans up placement groups, and the newest.
RELEASES = ("2.43.0", "2.49.2", "2.50.1", "2.51.1", "2.53.0", "2.55.1", "2.60.0")

REQUIREMENTS = (
    "ray[train,tune]=={release}",
    "pytest==9.2.0",
    "pytest-timeout==2.4.0",
    "pytest-xdist==3.8.0",
)

PROMISE = re.compile(r"mark\.promise\(\"(.+)\"\)")


class Outcome(Enum):
    """What a release gave for a promise, as the table shows it."""

    HOLDS = "yes"
    FAILS = "**no**"
    NOT_THERE = "n/a"
    NOT_RUN = "?"


@dataclass(frozen=True)
class Cell:
    """One promise on one release.

    Attributes:
        outcome: Whether it holds.
        reasons: What cannot be had on that release, and why.
    """

    outcome: Outcome
    reasons: tuple[str, ...] = ()


NOT_RUN = Cell(Outcome.NOT_RUN)

Column = Mapping[str, Cell]


def tests_of_promises() -> list[Path]:
    """The test files that have one; others may import what an environment lacks."""
    files = sorted((ROOT / "tests").glob("*/test_*.py"))
    return [path for path in files if PROMISE.search(path.read_text())]


def promises() -> list[str]:
    """All promises, in the order of the tests."""
    found = (row for path in tests_of_promises() for row in PROMISE.findall(path.read_text()))
    return list(dict.fromkeys(found))


def environment(release: str) -> Path:
    """The Python of the environment for a release, which is made if it is not there yet."""
    directory = ENVIRONMENTS / release
    python = directory / "bin" / "python"
    requirements = "\n".join(one.format(release=release) for one in REQUIREMENTS)
    installed = directory / "installed.txt"
    if not installed.exists() or installed.read_text() != requirements:
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *requirements.split("\n")], check=True)
        installed.write_text(requirements)
    return python


def run(release: str) -> Path:
    """Run the tests on a release; returns the report, in JUnit's format."""
    python = environment(release)
    report = ENVIRONMENTS / f"{release}.xml"
    report.unlink(missing_ok=True)
    foreign = ("RAY_", "PYTHONPATH")
    settings = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    settings |= {"PYTHONPATH": str(ROOT / "migrate"), "RAY_TRAIN_V2_ENABLED": "1"}
    command = [python, "-m", "pytest", "-q", "-m", "promise", "-p", "no:cacheprovider"]
    started = time.monotonic()
    subprocess.run([*command, f"--junitxml={report}", *tests_of_promises()], cwd=ROOT, env=settings)
    print(f"Ray {release}: {time.monotonic() - started:.0f} s", flush=True)
    return report


def column(report: Path) -> Column:
    """What a report says of each promise; nothing where there is no report."""
    if not report.exists():
        return {}
    tests: dict[str, list[ET.Element]] = {}
    for case in ET.parse(report).iter("testcase"):
        for promise in case.iterfind("properties/property[@name='promise']"):
            tests.setdefault(promise.attrib["value"], []).append(case)
    return {promise: _cell(cases) for promise, cases in tests.items()}


def _cell(cases: Sequence[ET.Element]) -> Cell:
    if any(case.find(kind) is not None for case in cases for kind in ("failure", "error")):
        return Cell(Outcome.FAILS)
    skipped = [
        skip.attrib["message"] for case in cases if (skip := case.find("skipped")) is not None
    ]
    outcome = Outcome.NOT_THERE if len(skipped) == len(cases) else Outcome.HOLDS
    return Cell(outcome, tuple(dict.fromkeys(skipped)))


def table(columns: Mapping[str, Column]) -> str:
    """Markdown: a row for each promise, a column for each release, and notes below."""
    notes: list[str] = []

    def text(cell: Cell) -> str:
        for reason in cell.reasons:
            if reason not in notes:
                notes.append(reason)
        numbers = sorted(notes.index(reason) + 1 for reason in cell.reasons)
        return " ".join([cell.outcome.value, *(f"({number})" for number in numbers)])

    def line(row: str) -> str:
        return " | ".join(text(column.get(row, NOT_RUN)) for column in columns.values())

    lines = [
        f"| Ray | {' | '.join(columns)} |",
        f"|---|{'---|' * len(columns)}",
        *(f"| {row} | {line(row)} |" for row in promises()),
    ]
    below = [f"({number}) {note}" for number, note in enumerate(notes, start=1)]
    return "\n".join([*lines, *(["", *below] if below else [])]) + "\n"


def shown(readme: str) -> str:
    """The table that README.md shows."""
    return readme.partition(BEGIN)[2].partition(END)[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("releases", nargs="*", metavar="RELEASE", help="all that README.md shows")
    parser.add_argument("--again", action="store_true", help="show the results of the last run")
    options = parser.parse_args(arguments)
    releases = options.releases or RELEASES
    reports = {one: ENVIRONMENTS / f"{one}.xml" if options.again else run(one) for one in releases}
    columns = {release: column(report) for release, report in reports.items()}
    made = table(columns)
    print(made)
    if not options.releases:
        readme = README.read_text()
        README.write_text(readme.replace(BEGIN + shown(readme) + END, BEGIN + made + END))
    return int(
        any(cell.outcome is Outcome.FAILS for one in columns.values() for cell in one.values())
    )


if __name__ == "__main__":
    sys.exit(main())
