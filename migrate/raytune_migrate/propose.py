"""What the rules propose for a module, and what of it is taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from raytune_migrate.choice.left_out import LeftOut, Why, anchor, not_taken
from raytune_migrate.choice.suppression import misread, suppressions, unused
from raytune_migrate.context import context
from raytune_migrate.proposal import SWEEP, Change, Finding, Safety
from raytune_migrate.rules.marks import MARKED
from raytune_migrate.rules.registry import PROPOSERS, Train
from raytune_migrate.runtime.advice import settled_for
from raytune_migrate.runtime.home import Home
from raytune_migrate.runtime.lacks import without_runtime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from raytune_migrate.choice.asked import Choice
    from raytune_migrate.choice.suppression import Suppression
    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.project import Project
    from raytune_migrate.proposal import Place, Proposal


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is taken of the proposals for a module."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    notices: tuple[Finding, ...]  # for the report alone: no comment in the code says them
    left_out: tuple[LeftOut, ...]
    todo: tuple[Finding, ...] = ()  # what a person wants marked in the code, to be done later
    suppressed: tuple[Change, ...] = ()  # what a person wants suppressed in the code
    on_v1: bool = False  # whether the code is left to Train V1


def choose(parsed: Parsed, project: Project) -> Chosen:
    """Propose, and leave out what the user does not want.

    A sweep that is not wanted stays on Train V1, so that the rest is looked at once more without.
    """
    comments = suppressions(parsed)
    every, on_v1 = _proposals(parsed, project)
    proposals = every
    left_out = _left_out(proposals, project.choice, comments)
    declined = _sweeps(left_out)
    if declined:
        proposals, on_v1 = _proposals(parsed, project, declined)
        left_out |= _left_out(proposals, project.choice, comments)
    against = [
        one
        for one, why in left_out.items()
        if why is Why.DECIDED and isinstance(one, Change) and one.leads
    ]
    taken = [one for one in proposals if one not in left_out]
    changes = [one for one in taken if isinstance(one, Change)]
    written = _sweeps(changes)
    return Chosen(
        changes=tuple(one for one in changes if not one.groups or one.groups & written),
        findings=tuple(one for one in taken if isinstance(one, Finding)),
        notices=(
            *_unsafe(left_out),
            *_unneeded(parsed, comments, every, project.choice),
        ),
        left_out=tuple(LeftOut(one, why) for one, why in left_out.items()),
        todo=tuple(_postponed(one) for one in against if anchor(one) in project.choice.marked),
        suppressed=tuple(one for one in against if anchor(one) in project.choice.suppressed),
        on_v1=on_v1,
    )


def _unneeded(
    parsed: Parsed,
    comments: Sequence[Suppression],
    proposals: Sequence[Proposal],
    choice: Choice,
) -> Iterator[Finding]:
    """The comments that suppress nothing; what stays on Train V1 for another's sake needs none."""
    said = [*misread(parsed)]
    if parsed.elsewhere.stays is None:
        said += unused(parsed, comments, proposals)
    yield from (one for one in said if choice.wants(one.code))


def _sweeps(proposals: Iterable[Proposal]) -> frozenset[int]:
    """The groups of the sweeps among some proposals."""
    return frozenset[int]().union(
        *(one.groups for one in proposals if isinstance(one, Change) and one.code == SWEEP)
    )


def _postponed(change: Change) -> Finding:
    """What is said of a change that a person puts off."""
    advice = "Run with -i --reset-decisions to make the change, or make it by hand."
    return Finding(change.code, change.place, f"{change.title}.", advice, change.link)


def _left_out(
    proposals: Sequence[Proposal], choice: Choice, comments: Sequence[Suppression]
) -> dict[Proposal, Why]:
    suppressed = {
        one: Why.SUPPRESSED for one in proposals if any(comment.covers(one) for comment in comments)
    }
    return not_taken(proposals, choice) | suppressed


def _unsafe(left_out: Mapping[Proposal, Why]) -> Iterator[Finding]:
    """What is said of changes that are left to a person because they are not wholly safe."""
    changes = [
        one for one, why in left_out.items() if why is Why.UNSAFE and isinstance(one, Change)
    ]
    for change in changes:
        if not change.leads:
            continue
        group = [one for one in changes if one.groups & change.groups]
        unit = group if change.groups else [change]
        notes = [note for one in unit if one.safety is Safety.REVIEW for note in one.notes]
        doubt = " ".join(notes) or "Another sweep of the file does, and they run on one Train."
        yield Finding(
            change.code,
            change.place,
            f"{change.title}; this may differ: {doubt}",
            "Run without --safe-only, and review the change.",
            change.link,
        )


def _proposals(
    parsed: Parsed,
    project: Project,
    declined: frozenset[int] = frozenset(),
) -> tuple[tuple[Proposal, ...], bool]:
    """What the rules propose, and whether the code is left to Train V1.

    A sweep that cannot be written, or not without the runtime, is left to that, and the rest looked
    at once more without.
    """
    alone = project.runtime.home is Home.NOWHERE
    out_of_reach = frozenset[int]()
    told: dict[Proposal, None] = {}
    while True:
        seen = context(parsed, project, declined | out_of_reach)
        some = _looked_at(seen)
        lacking = {
            one: findings
            for one in some
            if alone and isinstance(one, Change) and (findings := without_runtime(one))
        }
        told |= dict.fromkeys(finding for found in lacking.values() for finding in found)
        unwritten = _planned(seen).keys() - _sweeps(some)
        places = [_planned(seen)[one] for one in unwritten]
        told |= dict.fromkeys(one for one in some if one.code == SWEEP and one.place in places)
        groups = unwritten.union(*(one.groups for one in lacking))
        if not groups:
            kept = [one for one in some if one not in lacking]
            every = sorted({*kept, *told}, key=_order) if told else kept
            return tuple(_advised(one, alone=alone) for one in every), not seen.goes_to_v2
        out_of_reach |= groups


def _advised(one: Proposal, *, alone: bool) -> Proposal:
    """The same, with the advice that holds with the runtime, or with Ray alone."""
    if not isinstance(one, Finding):
        return one
    advice = settled_for(one.advice, alone=alone)
    return one if advice == one.advice else replace(one, advice=advice)


def _planned(seen: Context) -> Mapping[int, Place]:
    """Where the sweeps are whose driver functions are to be written, by their groups."""
    tuners = (one.sweep.tuner.call for one in seen.plans)
    return {seen.parsed.start(one): seen.parsed.place(one) for one in tuners}


def _order(one: Proposal) -> tuple[int, str, str]:
    return one.place.line, one.code, one.reason


def _said(one: Finding) -> tuple[str, Place, str]:
    """What a finding says, but for what is to be done."""
    return one.code, one.place, one.reason


def _looked_at(seen: Context) -> tuple[Proposal, ...]:
    """What the rules say of what is seen."""
    proposals: dict[object, Proposal] = {}
    trains = {Train.ANY}
    if seen.goes_to_v2:
        trains |= {Train.V2, Train.UNSETTLED}
    elif not (seen.pinned or seen.declined):
        trains.add(Train.UNSETTLED)
    rules = [propose for propose, train in PROPOSERS if train in trains]
    # What keeps a sweep as it is says so, whichever rule finds it too.
    keeping = {_said(one): one for one in seen.findings}
    for one in (proposal for propose in rules for proposal in propose(seen)):
        if isinstance(one, Finding):
            one = keeping.get(_said(one), one)
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
