"""The migrations of a container's scripts as that of its file, each place one of the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from raytune_migrate.choice.left_out import LeftOut
from raytune_migrate.outcome import Migration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from raytune_migrate.choice.asked import Choice
    from raytune_migrate.containers.model import Container, Spot
    from raytune_migrate.proposal import Change, Finding, Place, Proposal, Replace


def join(
    text: str, container: Container, migrations: Sequence[Migration], choice: Choice
) -> Migration:
    """The migration of a file with the text, from those of its scripts.

    Of what is said of the file itself only what ``choice`` wants; the scripts' is chosen already.
    """
    before = container.restore(container.scripts)
    after = container.restore([one.after for one in migrations])
    lacks = container.lacking("\n".join(one.after for one in migrations))
    changes: list[Change] = []
    findings: list[Finding] = []
    remaining: list[Finding] = []
    left_out: list[LeftOut] = []
    edits: list[tuple[Replace, ...]] = []
    rows: list[tuple[int, ...]] = []
    for one, old, new in zip(migrations, before.spots, after.spots, strict=True):
        changes += [replace(each, place=placed(each.place, old)) for each in one.changes]
        findings += [replace(each, place=placed(each.place, old)) for each in one.findings]
        remaining += [replace(each, place=placed(each.place, new)) for each in one.remaining]
        left_out += [LeftOut(_moved(each.proposal, old), each.why) for each in one.left_out]
        edits += one.edits if one.before == text else ((),) * len(one.edits)
        rows += [_rows(some, one.before, old) for some in one.edits]
    return Migration(
        text,
        after.text,
        tuple(changes),
        (*findings, *(one for one in (*before.findings, *lacks) if choice.wants(one.code))),
        (*remaining, *(one for one in (*after.findings, *after.lacks) if choice.wants(one.code))),
        tuple(left_out),
        tuple(edits),
        after.cells,
        tuple(rows),
        any(one.on_v1 for one in migrations),
    )


def _moved(proposal: Proposal, spots: Sequence[Spot] | None) -> Proposal:
    return replace(proposal, place=placed(proposal.place, spots))


def placed(place: Place, spots: Sequence[Spot] | None) -> Place:
    """A place in a script as one of its file."""
    if not spots:
        return place
    spot = spots[min(place.line, len(spots)) - 1]
    row = spot.row if spot.cell is not None else None
    return replace(place, line=spot.line, column=place.column + spot.shift, cell=spot.cell, row=row)


def _rows(edits: Sequence[Replace], code: str, spots: Sequence[Spot] | None) -> tuple[int, ...]:
    """The lines of the file that edits to joined code touch."""
    if not spots:
        return ()
    touched: set[int] = set()
    for one in edits:
        first, last = code.count("\n", 0, one.start), code.count("\n", 0, one.end)
        touched.update(one.row for one in spots[first : last + 1])
    return tuple(sorted(touched))
