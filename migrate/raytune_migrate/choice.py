"""What a run takes of all that is proposed: by code, by safety, and as a person has decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from raytune_migrate.proposal import FLAG, Change, Safety

if TYPE_CHECKING:
    from collections.abc import Iterable

    from raytune_migrate.proposal import Proposal


class Why(Enum):
    """Why a proposal is left out."""

    NOT_SELECTED = "not selected"  # by --select or --ignore
    SUPPRESSED = "suppressed"  # by a comment in the code
    DECIDED = "decided against"  # in a review
    UNSAFE = "may differ"  # and only safe changes are wanted


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A proposal that is not taken, and why."""

    proposal: Proposal
    why: Why

    @property
    def counts(self) -> bool:
        """Whether it is said beside the sums: what is unsafe is a finding already."""
        return self.why is not Why.UNSAFE and not (
            isinstance(self.proposal, Change) and not self.proposal.leads
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """The codes, safety and decisions of a run.

    ``select`` and ``ignore`` hold codes or beginnings of codes; an empty ``select`` means all.
    ``against`` are the anchors of changes that a person has decided against, for one file.
    ``only`` are the anchors of the changes that are wanted, for one file; None means all. Of those
    decided against, ``marked`` get a comment that they are to be done, ``suppressed`` one that they
    are not.
    """

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    safety: Safety = Safety.REVIEW  # the least safe that is taken
    against: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    marked: frozenset[str] = frozenset()
    suppressed: frozenset[str] = frozenset()

    def left_out(self, proposals: Iterable[Proposal]) -> dict[Proposal, Why]:
        """The proposals that are not taken.

        All sweeps of a file are as safe as the least safe of their changes.
        """
        every = tuple(proposals)
        changes = [one for one in every if isinstance(one, Change)]
        # Train V2 is on for a whole script: a sweep that is left in it would fail.
        doubted = any(
            one.safety is Safety.REVIEW and (one.groups or one.code == FLAG) for one in changes
        )
        sweeps = Safety.REVIEW if doubted else Safety.SAFE
        found = {one: self._against(one, sweeps) for one in every}
        return {one: why for one, why in found.items() if why is not None}

    def wants(self, code: str) -> bool:
        """Whether a code is selected, and not ignored."""
        selected = not self.select or _begins(code, self.select)
        return selected and not _begins(code, self.ignore)

    def _against(self, proposal: Proposal, sweeps: Safety) -> Why | None:
        if not self.wants(proposal.code):
            return Why.NOT_SELECTED
        if not isinstance(proposal, Change):
            return None
        safety = sweeps if proposal.groups else proposal.safety
        if self.safety is Safety.SAFE and safety is Safety.REVIEW:
            return Why.UNSAFE
        if proposal.leads and not self._is_wanted(anchor(proposal)):
            return Why.DECIDED
        return None

    def _is_wanted(self, one: str) -> bool:
        return one not in self.against and (self.only is None or one in self.only)


ALL = Choice()


def anchor(proposal: Proposal) -> str:
    """What tells a proposal from the others of its file, wherever its lines move."""
    return f"{proposal.code}:{proposal.place.anchor}"


def _begins(code: str, beginnings: frozenset[str]) -> bool:
    return any(code.startswith(one) for one in beginnings)
