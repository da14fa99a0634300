"""Proposals in, migrated text out: the one place where anything is changed.

Rules propose; here the changes are lowered to text, imports and notes for people are added, the
result is proved, and what fails its proof is taken back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from raytune_migrate.editing.apply import applied, marks_of, native, order, suppressing
from raytune_migrate.editing.edits import OverlapError, lower, splice
from raytune_migrate.editing.layout import layout
from raytune_migrate.editing.prune import useless_variables
from raytune_migrate.elsewhere import ALONE, moved
from raytune_migrate.imports.prune import useless_imports, without_idle_imports
from raytune_migrate.module.parsed import Parsed, SourceSyntaxError, parse
from raytune_migrate.outcome import Migration
from raytune_migrate.proof import flaws
from raytune_migrate.proposal import SWEEP, Change, Finding, Replace
from raytune_migrate.propose import Chosen, choose
from raytune_migrate.rules.marks import MARKED
from raytune_migrate.settings.options import Todo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from raytune_migrate.choice.left_out import LeftOut
    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.project import Project


@dataclass(frozen=True, slots=True)
class _Result:
    """A module after some changes, and what is wrong with it."""

    text: str
    flaws: tuple[str, ...]
    remaining: tuple[Finding, ...] = ()
    undone: tuple[Change, ...] = ()  # what a second run would do, because it was left out
    refused: str | None = None  # why it cannot be put back where the module came from

    @property
    def holds(self) -> bool:
        """Whether the result may be written."""
        return not self.flaws and self.refused is None


def migrate(
    text: str,
    project: Project,
    elsewhere: Elsewhere = ALONE,
    refuses: Callable[[str], str | None] = lambda _: None,
    misfits: Callable[[Parsed, Parsed], Sequence[str]] = lambda _before, _after: (),
) -> Migration:
    """Migrate one module.

    ``elsewhere`` is what the rest of the project says of it, ``refuses`` says of migrated code why
    it cannot be put where the module came from, ``misfits`` what in it the installed Ray does not
    take. Raises
    :class:`~raytune_migrate.module.parsed.SourceSyntaxError` where the text cannot be read.
    """
    parsed = parse(text, elsewhere)
    taken = choose(parsed, project)
    every, findings = list(taken.changes), list(taken.findings)
    if not every:
        return _unchanged(parsed, project, taken, refuses)
    style = layout(parsed, project)

    def attempt(some: Sequence[Change]) -> _Result:
        comments = _comments(parsed, taken, findings if project.todo is not Todo.NOWHERE else ())
        result = _attempt(parsed, project, style, every, some, comments, misfits)
        reason = refuses(result.text)
        return result if reason is None else replace(result, refused=reason)

    changes, result = every, attempt(every)
    refused: list[Finding] = []
    if not result.holds:
        changes, refused = _what_holds(every, attempt)
        findings += refused
        if not changes:
            return _unchanged(parsed, project, taken, refuses, refused)
        result = attempt(changes)
    places = [one.place for one in result.undone if one.code == SWEEP]
    moved = [replace(one, place=place) for one, place in zip(refused, places, strict=False)]
    return Migration(
        text,
        result.text,
        tuple(map(_done, changes)),
        (*findings, *taken.todo, *taken.notices),
        (*_but_marks_of(moved, result.remaining), *moved),
        tuple(map(_left, taken.left_out)),
        tuple(tuple(lower(parsed, dict.fromkeys(one.edits))) for one in changes),
        on_v1=taken.on_v1,
    )


def _unchanged(
    parsed: Parsed,
    project: Project,
    taken: Chosen,
    refuses: Callable[[str], str | None],
    refused: Sequence[Finding] = (),
) -> Migration:
    """A module in which nothing is rewritten; it may be marked all the same."""
    text = parsed.text
    findings = (*_but_marks_of(refused, taken.findings), *refused)
    every = (*findings, *taken.todo, *taken.notices)
    marked = findings if project.todo is Todo.EVERYWHERE else ()
    newline = layout(parsed, project).newline
    comments = [
        replace(one, text=native(one.text, newline)) for one in _comments(parsed, taken, marked)
    ]
    if comments and refuses(splice(text, comments)) is not None:
        comments = []
    remaining = tuple(_moved(one, comments, parsed) for one in every)
    left_out = tuple(map(_left, taken.left_out))
    after = splice(text, comments)
    on_v1 = taken.on_v1 or any(one.code == SWEEP for one in refused)
    return Migration(text, after, (), every, remaining, left_out, on_v1=on_v1)


def _but_marks_of(refused: Sequence[Finding], findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings but those of marks, by an earlier run, of what is refused again."""
    told = {(one.code, one.place.statement) for one in refused}
    for one in findings:
        if one.advice != MARKED or (one.code, one.place.statement) not in told:
            yield one


def _done(change: Change) -> Change:
    """A change that is over: its edits hold on to the whole tree, and are given as text."""
    return replace(change, edits=())


def _left(one: LeftOut) -> LeftOut:
    proposal = one.proposal
    return replace(one, proposal=_done(proposal)) if isinstance(proposal, Change) else one


def _comments(parsed: Parsed, taken: Chosen, findings: Iterable[Finding]) -> list[Replace]:
    """What the code is to say of what is left: marks for ``findings``, and what a person asks."""
    marks = marks_of(parsed, (*findings, *taken.todo))
    return sorted((*marks, *suppressing(parsed, taken.suppressed)), key=order)


def _attempt(
    parsed: Parsed,
    project: Project,
    style: Layout,
    every: Sequence[Change],
    changes: Sequence[Change],
    comments: Sequence[Replace],
    misfits: Callable[[Parsed, Parsed], Sequence[str]],
) -> _Result:
    """Make some of ``every`` change, and prove the result."""
    try:
        width = style.black.line_length
        text = applied(parsed, project, style, changes, comments)
        text = without_idle_imports(parsed, text, width)
        after = parse(text, moved(parsed.elsewhere, parsed.text, text), parsed)
        if edits := useless_variables(parsed, after):
            text = splice(text, sorted(edits, key=order))
            after = parse(text, moved(parsed.elsewhere, parsed.text, text), after)
        pruned = splice(text, sorted(useless_imports(parsed, after, width), key=order))
        if pruned != text:
            after = parse(pruned, moved(parsed.elsewhere, parsed.text, pruned), after)
    except OverlapError as error:
        return _Result(parsed.text, (str(error),))
    except SourceSyntaxError as error:
        return _Result(parsed.text, (f"the result does not parse: {error.message}",))
    again = choose(after, project)
    left_out = Counter(one.code for one in every if one not in changes)
    undone = again.changes
    wrong = list(flaws(parsed, after))
    for code, count in (Counter(one.code for one in undone) - left_out).items():
        line = next(one.place.line for one in undone if one.code == code)
        wrong.append(f"a second run would make {count} more changes, such as {code} at line {line}")
    if not wrong:  # which would be the reason, and Ray is asked in another process
        wrong += misfits(parsed, after)
    remaining = (*again.findings, *again.notices)
    return _Result(after.text, tuple(wrong), remaining, undone)


def _what_holds(
    changes: Sequence[Change], attempt: Callable[[Sequence[Change]], _Result]
) -> tuple[list[Change], list[Finding]]:
    """The changes that pass their proof, unit by unit, and a finding for each that does not.

    A unit is a sweep, which takes what belongs to no sweep with it; or, where there are no sweeps,
    a change.
    """
    groups = sorted(frozenset[int]().union(*(one.groups for one in changes)))
    shared = [one for one in changes if not one.groups]
    units = [[one for one in changes if group in one.groups] for group in groups]
    common, units = (shared, units) if units else ([], [[one] for one in shared])
    held: list[Change] = []
    refused: list[Finding] = []
    for one in common:
        # It is to blame by itself where all the rest holds without it.
        result = attempt([one])
        if not result.holds and attempt([other for other in changes if other is not one]).holds:
            return [other for other in changes if other is not one], [_refused(one, result)]
    for every in units:
        unit = [one for one in every if one not in held]
        result = attempt([*common, *held, *unit])
        if result.holds:
            held += unit
            continue
        first = next((one for one in unit if one.code == SWEEP), unit[0])
        refused.append(_refused(first, result))
    return ([*common, *held] if held else []), refused


def _refused(change: Change, result: _Result) -> Finding:
    """What is said of a change that is taken back."""
    if result.refused is not None:
        reason = f"The rewrite cannot be put back: {result.refused}."
        advice = "Migrate this by hand."
    else:
        reason = f"The rewrite failed its proof: {result.flaws[0]}."
        advice = "Migrate this by hand, and please report it."
    return Finding(change.code, change.place, reason, advice, change.link)


def _moved(finding: Finding, marks: Iterable[Replace], parsed: Parsed) -> Finding:
    """A finding at its line once the marks are written."""
    place = finding.place
    above = sum(1 for one in marks if parsed.line_of(one.start) <= place.line)
    return replace(finding, place=replace(place, line=place.line + above))
