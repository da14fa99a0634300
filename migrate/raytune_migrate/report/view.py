"""A run as its reports show it: each file with what was changed, what is left, and where.

What the reports for programs and the page have in common is worked out here, once.
"""

from __future__ import annotations

import re
import shlex
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.catalogue import RULES
from raytune_migrate.outcome import Status
from raytune_migrate.proposal import Change, Safety
from raytune_migrate.report.left import is_rewritten, left
from raytune_migrate.settings.options import STDIN, Docs, Pins, Todo, Uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.choice.left_out import LeftOut
    from raytune_migrate.outcome import Outcome
    from raytune_migrate.proposal import Finding, Place, Proposal
    from raytune_migrate.report.model import Report
    from raytune_migrate.settings.options import Options

NEWLINE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a file: lines and columns from 1, in characters; the end is behind the last."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """One replacement of a change, before formatting and imports."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """A change that was made, or would be, at its place in the file as it was.

    ``lines`` are those of the file that it is about and touches, its own first.
    """

    change: Change
    span: Span
    fixes: tuple[Fix, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A finding, at its place in the file that the user has now."""

    finding: Finding
    span: Span


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What was proposed and left out, at its place in the file as it was."""

    left_out: LeftOut
    span: Span


@dataclass(frozen=True, slots=True)
class File:
    """How one file ended. ``now`` is its text as the user has it; None where it was not read."""

    outcome: Outcome
    changes: tuple[Made, ...]
    findings: tuple[Left, ...]
    left_out: tuple[NotTaken, ...]
    now: str | None
    verify: str  # the command that tells whether anything is left to do


@dataclass(frozen=True, slots=True)
class Sums:
    """How often a rule was applied, left a finding, and was left out."""

    changes: int
    findings: int
    left_out: int


@dataclass(frozen=True, slots=True)
class View:
    """A run: its files in their order, and the sums by outcome and by rule."""

    report: Report
    files: tuple[File, ...]
    outcomes: Mapping[Status, int]
    rules: Mapping[str, Sums]


def view(report: Report) -> View:
    """A run as its reports show it."""
    files = tuple(_file(outcome, report.options) for outcome in report.outcomes)
    outcomes = Counter(one.outcome.status for one in files)
    changes = Counter(made.change.code for one in files for made in one.changes)
    findings = Counter(left.finding.code for one in files for left in one.findings)
    left_out = Counter(none.left_out.proposal.code for one in files for none in one.left_out)
    return View(
        report,
        files,
        {status: outcomes[status] for status in Status},
        {
            code: Sums(changes[code], findings[code], left_out[code])
            for code in sorted({*changes, *findings, *left_out})
        },
    )


def line_of(place: Place) -> int:
    """The line of its file at which a place stands."""
    return place.line if place.row is None else place.row


def title(proposal: Proposal) -> str:
    """What becomes of the code, or what its rule is about."""
    return proposal.title if isinstance(proposal, Change) else RULES[proposal.code].title


def said(proposal: Proposal) -> str:
    """What is said of a change or a finding, without its code and its notes."""
    if isinstance(proposal, Change):
        return f"{proposal.title}: {proposal.reason}"
    return proposal.message


def line_starts(text: str) -> list[int]:
    """The offset at which each line of a text starts."""
    return [0, *(match.end() for match in NEWLINE.finditer(text))]


def point(starts: list[int], offset: int) -> tuple[int, int]:
    """Line and column of an offset, from 1."""
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of a file, in which places are looked up."""

    text: str
    starts: list[int]

    @classmethod
    def of(cls, text: str) -> _Text:
        """A text with its lines."""
        return cls(text, line_starts(text))

    def between(self, start: int, end: int) -> Span:
        """The span from one offset to another."""
        return Span(*point(self.starts, start), *point(self.starts, end), self.text[start:end])

    def at(self, place: Place) -> Span:
        """The span of a place; one without an extent where the text is not at hand."""
        line, column = line_of(place), place.column
        if place.cell is not None:  # columns of the code are none of the JSON
            return Span(line, 1, line, 1)
        if line > len(self.starts) or not self.text:
            return Span(line, column, line, column + place.length)
        start = self.starts[line - 1] + column - 1
        return self.between(start, start + place.length)


def _file(outcome: Outcome, options: Options) -> File:
    migration = outcome.migration
    verify = _verify(outcome, options)
    if migration is None:
        return File(outcome, (), (), (), None, verify)
    before = _Text.of(migration.before)
    after = _Text.of(migration.after)
    now = after if is_rewritten(migration, options) else before
    edits = (*migration.edits, *((),) * (len(migration.changes) - len(migration.edits)))
    return File(
        outcome,
        tuple(
            Made(
                change,
                before.at(change.place),
                tuple(Fix(before.between(one.start, one.end), one.text) for one in some),
                (line_of(change.place), *(point(before.starts, one.start)[0] for one in some)),
            )
            for change, some in zip(migration.changes, edits, strict=True)
        ),
        tuple(Left(one, now.at(one.place)) for one in left(migration, options)),
        tuple(NotTaken(one, before.at(one.proposal.place)) for one in migration.left_out),
        now.text,
        verify,
    )


def _verify(outcome: Outcome, options: Options) -> str:
    """The command line that looks at one file again, with the options that decide what counts."""
    path = outcome.path
    if outcome.migration is not None and outcome.source is None:
        # What is said of settings is said of the code that they are for.
        path = path.parent if path.is_absolute() else Path()
    name = str(path)
    named = ["-"] if path == STDIN else ["--", name] if name.startswith("-") else [name]
    return shlex.join(["raytune-migrate", "--check", *_flags(options), *named])


def _flags(options: Options) -> Iterator[str]:
    choice = options.choice
    if choice.safety is Safety.SAFE:
        yield "--safe-only"
    if choice.select:
        yield f"--select={','.join(sorted(choice.select))}"
    if choice.ignore:
        yield f"--ignore={','.join(sorted(choice.ignore))}"
    if options.pins is Pins.REMOVE:
        yield "--remove-pin"
    if options.ray_version is not None:
        yield f"--ray-version={options.ray_version}"
    if options.vendor is not None:
        yield f"--vendor-runtime={options.vendor}"
    if options.uses is Uses.RAY_ALONE:
        yield "--no-runtime"
    if options.docs is Docs.MIGRATE:
        yield "--docs"
    if options.todo is not Todo.REWRITTEN:
        yield "--todo" if options.todo is Todo.EVERYWHERE else "--no-todo"
    if options.baseline is not None:
        yield f"--baseline={options.baseline.path}"
