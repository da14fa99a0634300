"""A verification as a terminal shows it: a table of what differs, and the sum."""

from __future__ import annotations

import shutil
from itertools import takewhile
from typing import TYPE_CHECKING

from click import style

from raytune_migrate.report.terminal import shown
from raytune_migrate.verify.summing import gathered, summary, values, what
from raytune_migrate.verify.verification import failures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.verify.compare import Difference
    from raytune_migrate.verify.verification import Verification

_ROWS = 40
_NARROW, _WIDE = 72, 160
_GAP = "  "
_LONG, _LEAD = 28, 10  # of values that are told from where they part, and how much before it
_HEADS = ("Where", "What", "Train V1", "Train V2")


def render(verification: Verification) -> str:
    """The whole of it, without colours, for a file."""
    import click

    return click.unstyle("\n".join(lines(verification)) + "\n")


def lines(verification: Verification) -> Iterator[str]:
    """What is said of a verification."""
    for note in verification.notes:
        yield shown(f"note: {note}")
    for run, _ in failures(verification):
        said = run.said_last()
        if said:
            yield style(f"The last lines of the run on Train {run.version.value}:", bold=True)
            yield from (f"  {shown(line)}" for line in said)
    if verification.differences:
        yield from _table(verification.differences)
    yield from _recalled(verification)
    yield style(shown(summary(verification)), bold=True)


def _table(differences: Sequence[Difference]) -> Iterator[str]:
    rows = gathered(differences)
    cells = [
        (row.first.place, shown(what(row)), *_parted(*map(shown, values(row.first))))
        for row in rows[:_ROWS]
    ]
    size = shutil.get_terminal_size((_WIDE, 24)).columns  # a log has room
    widths = _widths([_HEADS, *cells], min(max(size, _NARROW), _WIDE))
    yield style(_row(_HEADS, widths), bold=True)
    yield from (_row(one, widths) for one in cells)
    if len(rows) > _ROWS:
        yield f"... and {len(rows) - _ROWS} more; --report json:FILE has all of them"
    for trial, config in dict.fromkeys(
        (row.first.place, row.first.config) for row in rows[:_ROWS] if row.first.trial is not None
    ):
        yield _cut(f"{trial}: {shown(config)}", size)


def _widths(rows: Sequence[Sequence[str]], total: int) -> list[int]:
    """Widths of columns: as wide as needed, and where that is too much, the widest give first."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    room = total - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    where, what_, *both = cells
    fitting = (
        _cut(where, widths[0]),
        _cut_within(what_, widths[1]),
        *(_cut(one, width) for one, width in zip(both, widths[2:], strict=True)),
    )
    padded = (one.ljust(width) for one, width in zip(fitting, widths, strict=True))
    return _GAP.join(padded).rstrip()


def _parted(old: str, new: str) -> tuple[str, str]:
    """Two values; long ones from where they part, or both may be cut before it."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
    same = sum(1 for _ in alike)
    if same <= _LEAD or max(len(old), len(new)) <= _LONG:
        return old, new
    return f"...{old[same - _LEAD :]}", f"...{new[same - _LEAD :]}"


def _cut_within(text: str, width: int) -> str:
    """A text whose end says as much as its start: the file, the key, the iteration."""
    if len(text) <= width:
        return text
    tail = (width - 3) * 2 // 3
    return f"{text[: width - 3 - tail]}...{text[-tail:]}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _recalled(verification: Verification) -> Iterator[str]:
    recall = verification.recall
    if recall is None:
        return
    total = len(recall.found) + len(recall.missed)
    for one in recall.missed:
        place = style(f"{shown(one.file)}:{one.line}", bold=True)
        yield f"{place}: Ray warned of what no rule finds: {shown(one.message)}"
    yield f"Ray warned of {total} places; the rules found {len(recall.found)} of them."
