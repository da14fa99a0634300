"""The part of the page that shows one file: what differs, side by side, and what is said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from raytune_migrate.outcome import Status
from raytune_migrate.proposal import Change, Safety
from raytune_migrate.report.markup import code, lines, link, text
from raytune_migrate.report.patch import note_kind
from raytune_migrate.report.places import spoken
from raytune_migrate.report.side_by_side import hunks
from raytune_migrate.report.view import title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from raytune_migrate.proposal import Proposal
    from raytune_migrate.report.side_by_side import Hunk, Line
    from raytune_migrate.report.view import File

MAY_DIFFER, SAFE, PERSON, LEFT_OUT = "may differ", "safe", "needs a person", "left out"
SAFETIES = (SAFE, MAY_DIFFER, PERSON, LEFT_OUT)

_LONG = 120  # rows; a longer run of them is folded
_NAME = re.compile(r"\w+")
_REWRITTEN = (Status.MIGRATED, Status.WORK_LEFT)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is said of a file, as the filters see it, and the lines that it is about."""

    proposal: Proposal
    safety: str
    lines: Sequence[int]  # of the file, its own first
    now: bool = False  # whether that is the file as rewritten
    why: str = ""  # it was left out
    name: str = ""  # of its place in the page

    @property
    def summary(self) -> str:
        """What it is, in a sentence or two."""
        proposal = self.proposal
        said = f"{proposal.title}." if isinstance(proposal, Change) else proposal.message
        return f"Left out ({self.why}): {said}" if self.why else said

    def is_in(self, hunk: Hunk, line: int) -> bool:
        """Whether a hunk shows a line of those that this is about."""
        return line in (hunk.lines_now if self.now else hunk.lines)


@dataclass(frozen=True, slots=True)
class Section:
    """The part of the page for one file, and how many rows of it are open."""

    html: str
    open_rows: int


def ending(status: Status, writes: bool) -> str:
    """How a file ended, or would end."""
    return status.value if writes or status not in _REWRITTEN else f"would be {status.value}"


def items(file: File, name: str) -> list[Item]:
    """All that is said of a file, in the order of its lines; ``name`` is the file's in the page."""
    migration = file.outcome.migration
    now = migration is not None and file.now != migration.before
    changes = (
        Item(
            made.change,
            MAY_DIFFER if made.change.safety is Safety.REVIEW else SAFE,
            made.lines,
        )
        for made in file.changes
    )
    findings = (Item(one.finding, PERSON, (one.span.line,), now) for one in file.findings)
    left_out = (
        Item(
            one.left_out.proposal,
            LEFT_OUT,
            (one.span.line,),
            why=one.left_out.why.value,
        )
        for one in file.left_out
        if one.left_out.counts
    )
    every = sorted((*changes, *findings, *left_out), key=_line)
    return [replace(one, name=f"{name}-{number}") for number, one in enumerate(every, start=1)]


def section(
    file: File, name: str, said: Sequence[Item], *, writes: bool, open_rows: int
) -> Section:
    """The part of the page for one file; it is open where it has at most ``open_rows`` rows."""
    outcome = file.outcome
    shown = _hunks(file, said)
    placed = [_hunk_of(one, shown) for one in said]
    loose = [one for one, place in zip(said, placed, strict=True) if place is None]
    parts = [_head(file)]
    parts += map(item, loose)
    for number, hunk in enumerate(shown):
        beside = [one for one, place in zip(said, placed, strict=True) if place == number]
        also = [one for one in said if one not in beside and _touches(one, hunk)]
        if not beside and not also:
            also = [one for one in said if _needs(one, hunk)]
        parts.append(_hunk(hunk, file, beside, also))
    rows = sum(len(one.rows) for one in shown)
    opened = " open" if rows <= open_rows else ""
    rules = dict.fromkeys(one.proposal.code for one in said)
    codes = "".join(f" <span>{rule}</span>" for rule in rules)
    return Section(
        f'<details class="file" id="{name}" data-outcome="{outcome.status.value}"'
        f' data-path="{text(str(outcome.path))}"{opened}>'
        f"<summary><h3>{badge(outcome.status, writes)} {text(str(outcome.path))}</h3>"
        f'<span class="codes">{codes}</span></summary>{"".join(parts)}</details>',
        rows if opened else 0,
    )


def badge(status: Status, writes: bool) -> str:
    """How a file ended, in the colour of it."""
    return f'<span class="badge {slug(status)}">{ending(status, writes)}</span>'


def slug(status: Status) -> str:
    """The class of the page's style sheet for a status."""
    return status.name.lower().replace("_", "-")


def item(one: Item) -> str:
    """What is said of one change, finding, or proposal that was left out."""
    proposal = one.proposal
    parts = [
        f'<article class="item" id="{one.name}" data-rule="{proposal.code}"'
        f' data-safety="{one.safety}">'
        f"<h4><b>{proposal.code}</b> {text(title(proposal))}</h4>"
        f'<p class="where">{spoken(proposal.place)}: <em>{one.safety}'
        f"{': ' + one.why if one.why else ''}</em></p>"
        f"<p>{text(proposal.reason)}</p>"
    ]
    if isinstance(proposal, Change):
        kind = note_kind(proposal)
        notes = "".join(f"<li><b>{kind}:</b> {text(note)}</li>" for note in proposal.notes)
        parts.append(f"<ul>{notes}</ul>" if notes else "")
    else:
        parts.append(f'<p class="advice">{text(proposal.advice)}</p>')
    parts.append(f"<p>{link(proposal.link, 'Read more')}</p></article>")
    return "".join(parts)


def _line(one: Item) -> int:
    return one.lines[0]


def _hunks(file: File, said: Iterable[Item]) -> list[Hunk]:
    migration = file.outcome.migration
    if migration is None:
        return []
    return hunks(
        migration.before,
        migration.after,
        {one.lines[0] for one in said if not one.now},
        {one.lines[0] for one in said if one.now},
    )


def _hunk_of(one: Item, shown: Sequence[Hunk]) -> int | None:
    """The hunk beside which something is said: that of its own line, unless it touches others."""
    own = [number for number, hunk in enumerate(shown) if one.is_in(hunk, one.lines[0])]
    touched = [number for number, hunk in enumerate(shown) if _touches(one, hunk)]
    if touched and not set(own) & set(touched):
        return touched[0]
    return next(iter((*own, *touched)), None)


def _touches(one: Item, hunk: Hunk) -> bool:
    return any(one.is_in(hunk, line) for line in one.lines[1:])


def _needs(one: Item, hunk: Hunk) -> bool:
    """Whether a hunk adds a name that a change needs; imports are no edits of its own."""
    if not isinstance(one.proposal, Change):
        return False
    names = {each.alias or each.name or each.module for each in one.proposal.imports}
    added = (row.after.text for row in hunk.rows if row.after is not None and not row.same)
    return any(names & set(_NAME.findall(line)) for line in added)


def _head(file: File) -> str:
    outcome = file.outcome
    reason = f'<p class="reason">{lines(outcome.reason)}</p>' if outcome.reason else ""
    return f'{reason}<p class="verify">Look again: <code>{text(file.verify)}</code></p>'


def _hunk(hunk: Hunk, file: File, beside: Sequence[Item], also: Sequence[Item]) -> str:
    said = "".join(map(item, beside))
    if also:
        links = ", ".join(
            f'<a href="#{one.name}">{one.proposal.code} of {spoken(one.proposal.place)}</a>'
            for one in also
        )
        said += f'<p class="also">{"Also part" if beside else "Part"} of {links}</p>'
    marked = {one.lines[0] for one in beside if not one.now}
    marked_now = {one.lines[0] for one in beside if one.now}
    migration = file.outcome.migration
    stays = migration is None or migration.before == migration.after
    columns = _one_column if stays else _two_columns
    table = columns(hunk, marked, marked_now)
    if len(hunk.rows) > _LONG:
        table = f"<details><summary>{len(hunk.rows)} lines</summary>{table}</details>"
    return f'<div class="hunk"><div>{table}</div><div class="said">{said}</div></div>'


def _one_column(hunk: Hunk, marked: Collection[int], _marked_now: Collection[int]) -> str:
    rows = "".join(f"<tr>{_cell(row.before, marked, '')}</tr>" for row in hunk.rows)
    return f'<table><colgroup><col class="n"><col></colgroup><tbody>{rows}</tbody></table>'


def _two_columns(hunk: Hunk, marked: Collection[int], marked_now: Collection[int]) -> str:
    rows = "".join(
        "<tr>"
        + _cell(row.before, marked, "" if row.same else "old")
        + _cell(row.after, marked_now, "" if row.same else "new")
        + "</tr>"
        for row in hunk.rows
    )
    return (
        '<table><colgroup><col class="n"><col><col class="n"><col></colgroup>'
        '<thead><tr><th colspan="2" scope="col">before</th>'
        f'<th colspan="2" scope="col">after</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _cell(line: Line | None, marked: Collection[int], kind: str) -> str:
    if line is None:
        return '<td class="none" colspan="2"></td>'
    classes = f"{kind} at".strip() if line.number in marked else kind
    return (
        f'<td class="{f"n {classes}".strip()}">{line.number}</td>'
        f'<td class="{f"c {classes}".strip()}">{code(line.text, line.parts)}</td>'
    )
