"""Proposals in, migrated text out: the one place where anything is changed.

Rules propose; here the changes are lowered to text, imports and notes for people are added, the
result is proved, and what fails its proof is taken back.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.context import context
from raytune_migrate.edits import OverlapError, lower, splice
from raytune_migrate.imports.add import add_imports
from raytune_migrate.imports.prune import useless_imports
from raytune_migrate.layout import (
    formatted_argument,
    layout,
    longest_line,
    reformatted,
)
from raytune_migrate.outcome import Migration
from raytune_migrate.parsed import Parsed, SourceSyntaxError, parse
from raytune_migrate.proof import flaws
from raytune_migrate.proposal import Change, Finding, Replace
from raytune_migrate.rules.marks import MARK, MARKED, mark
from raytune_migrate.rules.registry import PROPOSERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from raytune_migrate.layout import Layout
    from raytune_migrate.project import Project
    from raytune_migrate.proposal import Proposal

_SWEEP = "RTM101"  # the change that the others of a sweep go with


@dataclass(frozen=True, slots=True)
class _Result:
    """A module after some changes, and what is wrong with it."""

    text: str
    flaws: tuple[str, ...]
    remaining: tuple[Finding, ...] = ()
    undone: tuple[Change, ...] = ()  # what a second run would do, because it was left out


def migrate(
    text: str, project: Project, is_own_module: Callable[[str], bool] = lambda _: False
) -> Migration:
    """Migrate one module.

    ``is_own_module`` says of a top-level package whether it is the project's own code. Raises
    :class:`~raytune_migrate.parsed.SourceSyntaxError` where the text cannot be read.
    """
    parsed = parse(text)
    proposals = _proposals(parsed, project, is_own_module)
    changes = [one for one in proposals if isinstance(one, Change)]
    written = {one.group for one in changes if one.code == _SWEEP}
    every = [one for one in changes if not one.group or one.group in written]
    findings = [one for one in proposals if isinstance(one, Finding)]
    if not every:
        return Migration(text, text, (), tuple(findings), tuple(findings))
    style = layout(parsed, project)

    def attempt(some: Sequence[Change]) -> _Result:
        return _attempt(parsed, project, style, every, some, findings, is_own_module)

    changes, result = every, attempt(every)
    refused: list[Finding] = []
    if result.flaws:
        changes, refused = _what_holds(every, attempt)
        findings += refused
        if not changes:
            return Migration(text, text, (), tuple(findings), tuple(findings))
        result = attempt(changes)
    places = [one.place for one in result.undone if one.code == _SWEEP]
    moved = [replace(one, place=place) for one, place in zip(refused, places, strict=False)]
    remaining = (*result.remaining, *moved)
    return Migration(text, result.text, tuple(changes), tuple(findings), remaining)


def _proposals(
    parsed: Parsed, project: Project, is_own_module: Callable[[str], bool]
) -> tuple[Proposal, ...]:
    seen = context(parsed, project, is_own_module)
    proposals: dict[object, Proposal] = {}
    for one in (proposal for propose in PROPOSERS for proposal in propose(seen)):
        # What an earlier run has marked is said once, by the rule that still finds it if any does.
        marked = isinstance(one, Finding) and any(
            isinstance(other, Finding)
            and (other.code, other.place.statement) == (one.code, one.place.statement)
            and one.advice == MARKED
            for other in proposals.values()
        )
        if not marked:
            proposals.setdefault(one, one)
    return tuple(sorted(proposals.values(), key=lambda one: (one.place.line, one.code)))


def _attempt(
    parsed: Parsed,
    project: Project,
    style: Layout,
    every: Sequence[Change],
    changes: Sequence[Change],
    findings: Sequence[Finding],
    is_own_module: Callable[[str], bool],
) -> _Result:
    """Make some of ``every`` change, and prove the result."""
    try:
        text = _apply(parsed, project, style, changes, findings)
        after = parse(text)
        pruned = splice(text, sorted(useless_imports(parsed, after), key=lambda one: one.start))
        if pruned != text:
            after = parse(pruned)
    except OverlapError as error:
        return _Result(parsed.text, (str(error),))
    except SourceSyntaxError as error:
        return _Result(parsed.text, (f"the result does not parse: {error.message}",))
    again = _proposals(after, project, is_own_module)
    left_out = Counter(one.code for one in every if one not in changes)
    undone = [one for one in again if isinstance(one, Change)]
    wrong = list(flaws(parsed, after))
    for code, count in (Counter(one.code for one in undone) - left_out).items():
        line = next(one.place.line for one in undone if one.code == code)
        wrong.append(f"a second run would make {count} more changes, such as {code} at line {line}")
    remaining = tuple(one for one in again if isinstance(one, Finding))
    return _Result(after.text, tuple(wrong), remaining, tuple(undone))


def _what_holds(
    changes: Sequence[Change], attempt: Callable[[Sequence[Change]], _Result]
) -> tuple[list[Change], list[Finding]]:
    """The changes that pass their proof, unit by unit, and a finding for each that does not.

    A unit is a sweep, which takes what belongs to no sweep with it; or, where there are no sweeps,
    a change.
    """
    groups = sorted({one.group for one in changes if one.group})
    shared = [one for one in changes if not one.group]
    units = [[one for one in changes if one.group == group] for group in groups]
    common, units = (shared, units) if units else ([], [[one] for one in shared])
    held: list[Change] = []
    refused: list[Finding] = []
    for unit in units:
        result = attempt([*common, *held, *unit])
        if not result.flaws:
            held += unit
            continue
        first = next((one for one in unit if one.code == _SWEEP), unit[0])
        refused.append(
            Finding(
                first.code,
                first.place,
                f"The rewrite failed its proof: {result.flaws[0]}.",
                "Migrate this by hand, and please report it.",
                first.link,
            )
        )
    return ([*common, *held] if held else []), refused


def _apply(
    parsed: Parsed,
    project: Project,
    style: Layout,
    changes: Sequence[Change],
    findings: Iterable[Finding],
) -> str:
    """The text with the changes, their imports and the notes of what is left."""
    # Sweeps that share a trainer or a config ask for the same edits to it.
    asked = dict.fromkeys(edit for change in changes for edit in change.edits)
    edits = lower(parsed, asked)
    users = [one for one in changes if one.imports]
    first_use = min(
        (
            *(one.start for one in lower(parsed, dict.fromkeys(e for c in users for e in c.edits))),
            *(parsed.line_start(one.place.line) for one in users if not one.edits),
        ),
        default=len(parsed.text),
    )
    names = (name for change in changes for name in change.imports)
    edits += add_imports(parsed, names, style, project.runtime, before=first_use)
    edits = _restyled(parsed, sorted(edits, key=_order), style)
    edits += _marks(parsed, findings)
    edits = _without_double_gaps(parsed.text, sorted(edits, key=_order))
    newline = style.newline
    native = [Replace(one.start, one.end, _native(one.text, newline)) for one in edits]
    return splice(parsed.text, sorted(native, key=_order))


def _without_double_gaps(text: str, edits: Sequence[Replace]) -> list[Replace]:
    """Two definitions that follow each other need the blank lines between them once."""
    done: list[Replace] = []
    for edit in edits:
        last = done[-1] if done else None
        if last is not None and not text[last.end : edit.start].strip():
            # The end of a line that is put in is no blank line.
            begins = last.start == 0 or text[last.start - 1] in "\r\n"
            ends = last.start == last.end and begins
            given = len(last.text) - len(last.text.rstrip("\n")) - int(ends)
            wanted = len(edit.text) - len(edit.text.lstrip("\n"))
            edit = replace(edit, text=edit.text[min(given, wanted) :])
        done.append(edit)
    return done


def _order(edit: Replace) -> tuple[int, int]:
    return edit.start, edit.end


def _native(text: str, newline: str) -> str:
    return re.sub(r"\r\n?|\n", newline, text)


def _restyled(parsed: Parsed, edits: Sequence[Replace], style: Layout) -> list[Replace]:
    """Let black have the statements that were as black writes them, or that grew too long."""
    units = list(_units(parsed))
    inside: dict[_Unit, list[Replace]] = {}
    done: list[Replace] = []
    for edit in edits:
        unit = next((one for one in units if one.holds(edit)), None)
        if unit is None:
            done.append(edit)
        else:
            inside.setdefault(unit, []).append(edit)
    done += [_whole(parsed, unit, some, style) for unit, some in inside.items()]
    return sorted(done, key=_order)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A piece of source that black can have by itself: a simple statement, or a compound's head."""

    node: cst.CSTNode
    start: int
    end: int
    body: str  # what a head needs to be a statement

    def holds(self, edit: Replace) -> bool:
        """Whether an edit changes part of this."""
        whole = (edit.start, edit.end) == (self.start, self.end)
        if edit.start == edit.end == self.start:
            return "\n" not in edit.text  # else it has lines of its own, above
        return (
            self.start <= edit.start < self.end and self.start < edit.end <= self.end and not whole
        )


def _units(parsed: Parsed) -> Iterator[_Unit]:
    for node in parsed.nodes:
        last: cst.CSTNode
        match node:
            case cst.SimpleStatementLine():
                yield _Unit(node, *parsed.span(node), body="")
                continue
            case cst.For():
                last = node.iter
            case cst.With():
                last = node.items[-1]
            case cst.If() if parsed.text.startswith("if", parsed.start(node)):
                last = node.test
            case _:
                continue
        colon = parsed.text.index(":", parsed.end(last))
        yield _Unit(node, parsed.start(node), colon + 1, body="\n    pass")


def _whole(parsed: Parsed, unit: _Unit, edits: Sequence[Replace], style: Layout) -> Replace:
    """The edits within one unit as a replacement of the unit."""
    start, end = unit.start, unit.end
    indent = parsed.indent(unit.node)
    old, new = parsed.text[start:end], splice(parsed.text, edits, start, end)

    native = _native(old, "\n")
    if reformatted(old, indent, style, unit.body) == native:
        return Replace(start, end, reformatted(new, indent, style, unit.body) or new)
    limit = max(style.mode.line_length, longest_line(indent + old))
    if longest_line(indent + new) > limit and "\n" in native:
        new = splice(parsed.text, _by_argument(parsed, unit.node, edits, limit, style), start, end)
    broken = "\n" in new and "\n" not in native
    if longest_line(indent + new) > limit or broken:
        new = reformatted(new, indent, style, unit.body) or new
    return Replace(start, end, new)


def _by_argument(
    parsed: Parsed, node: cst.CSTNode, edits: Sequence[Replace], limit: int, style: Layout
) -> list[Replace]:
    """Let black have only the arguments, on lines of their own, that an edit made too long."""
    done: list[Replace] = []
    rest = list(edits)
    for argument in parsed.walk(node):
        if not isinstance(argument, cst.Arg):
            continue
        start, end = parsed.span(argument)
        if parsed.text[parsed.line_start(parsed.line(argument)) : start].strip():
            continue
        inside = [one for one in rest if start <= one.start and one.end <= end]
        indent = parsed.indent(argument)
        text = splice(parsed.text, inside, start, end)
        if inside and longest_line(indent + text) > limit:
            rest = [one for one in rest if one not in inside]
            done.append(Replace(start, end, formatted_argument(text, indent, style)))
    return sorted([*rest, *done], key=_order)


def _marks(parsed: Parsed, findings: Iterable[Finding]) -> list[Replace]:
    """A comment above each statement that is left to a person, once."""
    edits: dict[tuple[int, str], Replace] = {}
    for one in findings:
        line = parsed.line_of(one.place.statement)
        start = parsed.line_start(line)
        above = parsed.text[parsed.line_start(line - 1) : start] if line > 1 else ""
        if f"{MARK} {one.code} " in above:
            continue
        found = re.match(r"[ \t]*", parsed.text[start:])
        indent = found.group() if found else ""
        edits[start, one.code] = Replace(start, start, f"{indent}{mark(one)}\n")
    return list(edits.values())
