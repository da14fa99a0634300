"""What a file says of the others that its sweeps, or its results, have to go with.

A file is written only where the user has named it; what the others need is said at its sweep.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from raytune_migrate.catalogue import RULES
from raytune_migrate.choice.left_out import LeftOut, Why
from raytune_migrate.elsewhere import ALONE
from raytune_migrate.outcome import left_to_a_person
from raytune_migrate.proposal import OTHER_FILE, SWEEP, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from raytune_migrate.choice.asked import Choice
    from raytune_migrate.outcome import Outcome
    from raytune_migrate.proposal import Place
    from raytune_migrate.run.units import Member, Unit

_PYTHON = frozenset({".py", ".pyi"})
_BOTH = "Name both in one run."
_MEND = "Mend what is said of that file: until then the sweep may not run as it did."
_FAILING = frozenset({"RTM908", "RTM909", "RTM911"})  # what raises in a worker, or is not heard
_MISSED = frozenset({"RTM401", "RTM403", "RTM405", "RTM407"})  # what a reader of results misses
_READ = "Name both in one run to see what, and mend that."


def with_needs(
    member: Member, unit: Unit, looked: Mapping[str, Outcome], choice: Choice
) -> Outcome:
    """How a file ended, with what else has to be done for it to run.

    That is a finding for each file that goes with it and is not named, and for each with code that
    the workers of its sweeps run, and that Train V2 does not.
    """
    outcome = looked[member.key]
    migration = outcome.migration
    if migration is None:
        return outcome
    if not migration.changes:
        return _with_needs_of_earlier(member, unit, looked, choice)
    # A sweep that is not named does not say what else it needs.
    sweeps = member.leaders - {one.key for one in unit if one.named}
    besides = [
        (one, other)
        for one in unit
        if not one.named
        and (
            one.key in member.leaders | member.beside
            or member.key in one.leaders
            or sweeps & one.leaders
        )
        and (other := looked[one.key].migration) is not None
    ]
    others = [one for one, other in besides if other.changes]
    missing = [
        one
        for one, other in besides
        if not other.changes and any(finding.code in _MISSED for finding in other.findings)
    ]
    failing = [
        one
        for one in unit
        if member.key in one.leaders
        and one.part is not None
        and one.part.needed
        and (other := looked[one.key].migration) is not None
        and any(finding.code in _FAILING for finding in other.findings)
    ]
    sweep = next((one for one in migration.changes if one.code == SWEEP), None)
    place = (sweep or migration.changes[0]).place
    together = ((f"{one.shown} has to be migrated together with this.", _BOTH) for one in others)
    dropped = (
        (f"{one.shown}, which its sweep needs, has code that may fail in a Train V2 worker.", _MEND)
        for one in (failing if sweep is not None else ())
    )
    missed = ((f"{one.shown} reads what Train V2 no longer gives.", _READ) for one in missing)
    return _saying(outcome, place, (*together, *missed, *dropped), choice)


def _with_needs_of_earlier(
    member: Member, unit: Unit, looked: Mapping[str, Outcome], choice: Choice
) -> Outcome:
    """How a file ended in which nothing is left to do, with what its sweeps need of others still.

    An earlier run has rewritten these sweeps, and perhaps no more.
    """
    outcome = looked[member.key]
    needed = [
        one
        for one in unit
        if not one.named
        and member.key in one.leaders
        and one.part is not None
        and one.part.needed
        and (other := looked[one.key].migration) is not None
        and other.changes
    ]
    place = _driven_at(member, outcome) if needed else None
    if place is None:
        return outcome
    reasons = [f"{one.shown}, which its sweep needs, is not migrated yet." for one in needed]
    return _saying(outcome, place, [(one, _BOTH) for one in reasons], choice)


def _driven_at(member: Member, outcome: Outcome) -> Place | None:
    """Where Tune is given the first driver function that an earlier run has written."""
    lines = member.known.lines.driving if member.known is not None else ()
    if not lines or outcome.migration is None or outcome.path.suffix not in _PYTHON:
        return None
    from raytune_migrate.module.names import calls
    from raytune_migrate.module.parsed import parse

    parsed = parse(outcome.migration.before, ALONE)
    return next((parsed.place(one) for one in calls(parsed) if parsed.line(one) in lines), None)


def _saying(
    outcome: Outcome, place: Place, said: Iterable[tuple[str, str]], choice: Choice
) -> Outcome:
    """How a file ended, with findings of other files at a place: why, and what to do."""
    needs = tuple(
        Finding(OTHER_FILE, place, reason, advice, RULES[OTHER_FILE].link)
        for reason, advice in said
    )
    migration = outcome.migration
    if not needs or migration is None:
        return outcome
    against = _against(outcome, place, choice)
    if against is not None:
        left_out = (*migration.left_out, *(LeftOut(one, against) for one in needs))
        return replace(outcome, migration=replace(migration, left_out=left_out))
    migration = replace(
        migration,
        findings=(*migration.findings, *needs),
        remaining=(*migration.remaining, *needs),
    )
    return replace(
        outcome,
        migration=migration,
        status=migration.status,
        reason=left_to_a_person(migration),
    )


def _against(outcome: Outcome, place: Place, choice: Choice) -> Why | None:
    """Why nothing is to be said of other files at a place: a run, or a comment, asks for that."""
    if not choice.wants(OTHER_FILE):
        return Why.NOT_SELECTED
    text = outcome.migration.before if outcome.migration is not None else ""
    if OTHER_FILE in text and outcome.path.suffix in _PYTHON:
        from raytune_migrate.choice.suppression import suppressions
        from raytune_migrate.module.parsed import parse

        asked = Finding(OTHER_FILE, place, "", "", RULES[OTHER_FILE].link)
        if any(one.covers(asked) for one in suppressions(parse(text, ALONE))):
            return Why.SUPPRESSED
    return None
