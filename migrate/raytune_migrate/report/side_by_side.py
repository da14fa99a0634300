"""Two versions of a file side by side, as rows, and the runs of rows that are worth showing."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from raytune_migrate.report.highlight import Part, parts
from raytune_migrate.report.view import NEWLINE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_CONTEXT = 3  # lines around what differs, as in a patch


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one version: its number from 1, its text without its end, and its colours."""

    number: int
    text: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it was beside the line as it is; None where one of them has no such line."""

    before: Line | None
    after: Line | None
    same: bool


@dataclass(frozen=True, slots=True)
class Hunk:
    """Rows that follow each other, and hold something worth showing."""

    rows: tuple[Row, ...]
    lines: frozenset[int]  # of the file as it was that are shown
    lines_now: frozenset[int]  # of the file as rewritten


def hunks(
    before: str, after: str, lines: Collection[int] = (), lines_now: Collection[int] = ()
) -> list[Hunk]:
    """What differs between two versions, and the given lines of each, with some lines around."""
    rows = _rows(_lines(before), _lines(after))
    wanted = [
        number
        for number, row in enumerate(rows)
        if not row.same
        or (row.before is not None and row.before.number in lines)
        or (row.after is not None and row.after.number in lines_now)
    ]
    found: list[tuple[int, int]] = []
    for number in wanted:
        if found and number - found[-1][1] <= 2 * _CONTEXT:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return [_hunk(rows, first, last) for first, last in found]


def _hunk(rows: Sequence[Row], first: int, last: int) -> Hunk:
    some = tuple(rows[max(0, first - _CONTEXT) : last + _CONTEXT + 1])
    return Hunk(
        some,
        frozenset(one.before.number for one in some if one.before is not None),
        frozenset(one.after.number for one in some if one.after is not None),
    )


def _lines(text: str) -> list[Line]:
    lines = NEWLINE.split(text)
    if lines[-1] == "":
        lines.pop()
    return [
        Line(number, line, some)
        for number, (line, some) in enumerate(zip(lines, parts(lines), strict=True), start=1)
    ]


def _rows(before: Sequence[Line], after: Sequence[Line]) -> list[Row]:
    texts = [one.text for one in before], [one.text for one in after]
    if texts[0] == texts[1]:
        return [Row(old, new, same=True) for old, new in zip(before, after, strict=True)]
    rows: list[Row] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, *texts).get_opcodes():
        olds, news = before[start:end], after[new_start:new_end]
        for number in range(max(len(olds), len(news))):
            old = olds[number] if number < len(olds) else None
            new = news[number] if number < len(news) else None
            rows.append(Row(old, new, same=kind == "equal"))
    return rows
