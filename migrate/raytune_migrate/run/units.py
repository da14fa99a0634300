"""Files that are migrated together: what a sweep needs of several modules is one change."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.facts.part import Part, Survey


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a unit; it is written only where the user has named it."""

    path: Path
    part: Part | None  # None where it has to do with no other module
    named: bool = True

    @property
    def key(self) -> str:
        """The file itself, by whatever name it was found."""
        return os.path.realpath(self.path)

    @property
    def shown(self) -> str:
        """Its path from the root of the project."""
        return self.part.name if self.part is not None else str(self.path)

    @property
    def known(self) -> Elsewhere | None:
        """What other modules say of it; None where its own text decides whether it is looked at."""
        return self.part.elsewhere if self.part is not None else None

    @property
    def leads(self) -> bool:
        """Whether it has sweeps over trainers."""
        return self.part is not None and self.part.leads

    @property
    def leaders(self) -> frozenset[str]:
        """The files with the sweeps that it has to do with."""
        return self.part.leaders if self.part is not None else frozenset()

    @property
    def beside(self) -> frozenset[str]:
        """The files that a change of it may have to go with, beside these."""
        return self.part.beside if self.part is not None else frozenset()


Unit: TypeAlias = tuple[Member, ...]


def units(matter: Sequence[Path], survey: Survey) -> list[Unit]:
    """The files in units, each at the place of its first file; most are alone in theirs."""
    members = {
        member.key: member for member in (Member(path, survey.part(path)) for path in matter)
    }
    named = frozenset(members)
    wanted = frozenset[str]().union(*(one.leaders for one in members.values()))
    for key, part in survey.parts.items():
        if key in named or part.is_idle:
            continue
        if key in wanted or part.leaders & named or part.beside & named:
            members[key] = Member(Path(key), part, named=False)
    members |= _deciding(members, wanted, survey)
    groups = {key: {key} for key in members}
    for key, member in members.items():
        for other in (member.leaders | member.beside) & members.keys():
            if groups[key] is not groups[other]:
                groups[key] |= groups[other]
                for one in groups[other]:
                    groups[one] = groups[key]
    order = {key: number for number, key in enumerate(members)}
    distinct = {id(one): one for one in groups.values()}.values()
    sorted_groups = (sorted(one, key=order.__getitem__) for one in distinct)
    return [
        tuple(members[key] for key in group)
        for group in sorted(sorted_groups, key=lambda one: order[one[0]])
        if any(members[key].named for key in group)
    ]


def _deciding(
    members: Mapping[str, Member], wanted: frozenset[str], survey: Survey
) -> Mapping[str, Member]:
    """The files that may keep a sweep on Train V1, which decide for all that take part in it."""
    found: dict[str, Member] = {}
    leaders = wanted.union(key for key, one in members.items() if one.leads)
    while leaders:
        new = {
            key: Member(Path(key), part, named=False)
            for key, part in survey.parts.items()
            if key not in members.keys() | found.keys()
            and not part.is_idle
            and (part.needed or part.elsewhere.runs)
            and part.leaders & leaders
        }
        found |= new
        leaders = frozenset(key for key, one in new.items() if one.leads)
    return found
