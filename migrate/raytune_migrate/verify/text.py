"""A verification as a terminal shows it: a table of what differs, and the sum."""

from __future__ import annotations

import shutil
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
        (row.first.place, shown(what(row)), *map(shown, values(row.first))) for row in rows[:_ROWS]
    ]
    size = shutil.get_terminal_size((100, 24)).columns
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
    padded = (_cut(one, width).ljust(width) for one, width in zip(cells, widths, strict=True))
    return _GAP.join(padded).rstrip()


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
