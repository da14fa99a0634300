"""What becomes of files that are migrated together, and how they are written: all, or none.

The modules with the sweeps lead. What the others are asked for follows from what became of these;
and where one of them cannot give it, the sweep is left as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.choice.left_out import Why
from raytune_migrate.elsewhere import ALONE
from raytune_migrate.outcome import Outcome, Status
from raytune_migrate.proposal import FLAG, SWEEP, Change
from raytune_migrate.run.others import with_needs
from raytune_migrate.run.pipeline import ASKED_TO_SKIP, look, put_back, take_back

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.run.units import Member, Unit
    from raytune_migrate.settings.options import Options

_UNWANTED = {
    Why.SUPPRESSED: "a comment in it suppresses that",
    Why.DECIDED: "that was decided against, and --reset-decisions asks again",
    Why.UNDECIDED: "that is not decided",
    Why.UNSAFE: "that may differ, and --safe-only leaves it",
}
Look: TypeAlias = "Callable[[Path, Options, Elsewhere | None], Outcome]"


def look_at(unit: Unit, options: Options, how: Look = look) -> list[Outcome]:
    """How the files of a unit that the user named would end; nothing is written.

    ``how`` is how these are looked at: with a person, if there is one to be asked.
    """
    if len(unit) == 1:
        return [how(unit[0].path, options, unit[0].known)]

    def looked_at(one: Member, known: Elsewhere | None) -> Outcome:
        return (how if one.named else look)(one.path, options, known)

    looked = {one.key: looked_at(one, one.known) for one in unit if one.leads}
    left: dict[str, str] = {}  # the leaders that stay for the sake of another, and why
    waiting = {one.key for one in unit if not one.leads}
    while True:
        for one in unit:
            if one.key in waiting:
                known, reason = one.known, _stays(one, looked)
                if known is not None and reason is not None:
                    known = replace(known, stays=reason)
                looked[one.key] = looked_at(one, known)
        refused = _refused(unit, looked, left)
        if not refused:
            break
        waiting = set()
        for one, leader in refused:
            left[leader.key] = f"{one.shown}, {_refusal(one, leader, looked)}."
            known = replace(leader.known or ALONE, stays=left[leader.key])
            looked[leader.key] = looked_at(leader, known)
            waiting |= {two.key for two in unit if leader.key in two.leaders and not two.leads}
    return [with_needs(one, unit, looked, options.choice) for one in unit if one.named]


def put_all_back(outcomes: Sequence[Outcome], options: Options) -> list[Outcome]:
    """Write the files of a unit: all of them, or none."""
    done: list[Outcome] = []
    for one in outcomes:
        written = put_back(one, options)
        if written.status is Status.FAILED is not one.status:
            return [*_taken_back(done, written, options), written, *outcomes[len(done) + 1 :]]
        done.append(written)
    return done


def _taken_back(done: Iterable[Outcome], failed: Outcome, options: Options) -> Iterator[Outcome]:
    """Files that were written, as they were before."""
    reason = (
        f"is left as it was, since {failed.path}, which belongs to the same sweep, could"
        " not be written; mend that, and run again"
    )
    for one in done:
        undone = take_back(one, options)
        if undone is one:
            yield one
        else:
            failed_too = undone.status is Status.FAILED
            yield undone if failed_too else Outcome(one.path, Status.FAILED, reason=reason)


def _stays(member: Member, looked: Mapping[str, Outcome]) -> str | None:
    """Why a module that has no sweeps stays on Train V1: because all that need it do."""
    leaders = [looked[one] for one in member.leaders if one in looked]
    if not leaders or not all(map(_is_on_v1, leaders)):
        return None
    return "The sweeps that run this stay on Train V1."


def _is_on_v1(outcome: Outcome) -> bool:
    if outcome.migration is None:
        return outcome.status in (Status.FAILED, Status.SKIPPED)
    return outcome.migration.on_v1


def _refused(
    unit: Unit, looked: Mapping[str, Outcome], left: Collection[str]
) -> list[tuple[Member, Member]]:
    """Each member that cannot give what a sweep needs, with the leader that has to do without."""
    found = {
        leader.key: (one, leader)
        for one in unit
        for leader in unit
        if leader.key in one.leaders
        and leader.key not in left
        and _refusal(one, leader, looked) is not None
    }
    return list(found.values())


def _refusal(member: Member, leader: Member, looked: Mapping[str, Outcome]) -> str | None:
    """Why a sweep in another module cannot do with this one: as its part, or as what runs it."""
    if member.part is None or _stays(member, looked) is not None:
        return None
    if member.part.needed and (reason := _not_given(looked[member.key])) is not None:
        return f"which its sweep needs, {reason}"
    migration = looked[member.key].migration
    if leader.shown in member.part.elsewhere.runs and migration is not None and migration.on_v1:
        return "which runs its sweep, stays on Train V1"
    return None


def _not_given(outcome: Outcome) -> str | None:
    """Why a module cannot give a sweep in another what that needs."""
    if outcome.status is Status.FAILED:
        return "could not be migrated"
    if outcome.reason == ASKED_TO_SKIP:
        return "is not to be touched"
    migration = outcome.migration
    if migration is None:
        return None
    if migration.on_v1:
        return "stays on Train V1"
    for one in migration.left_out:
        if (
            one.why in _UNWANTED
            and isinstance(one.proposal, Change)
            and one.proposal.code not in (FLAG, SWEEP)
        ):
            return f"is not to be changed as that asks for: {_UNWANTED[one.why]}"
    return None
