"""What is proposed and not taken, and why: as a run was asked, and as a person has decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from raytune_migrate.proposal import FLAG, Change
from raytune_migrate.safety import Safety

if TYPE_CHECKING:
    from collections.abc import Iterable

    from raytune_migrate.choice.asked import Choice
    from raytune_migrate.proposal import Proposal


class Why(Enum):
    """Why a proposal is left out."""

    NOT_SELECTED = "not selected"  # by --select or --ignore
    SUPPRESSED = "suppressed"  # by a comment in the code
    DECIDED = "decided against"  # in a review
    UNDECIDED = "not decided"  # in a review that was ended before
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


def not_taken(proposals: Iterable[Proposal], choice: Choice) -> dict[Proposal, Why]:
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
    found = {one: _against(one, choice, sweeps) for one in every}
    return {one: why for one, why in found.items() if why is not None}


def anchor(proposal: Proposal) -> str:
    """What tells a proposal from the others of its file, wherever its lines move."""
    return f"{proposal.code}:{proposal.place.anchor}"


def _against(proposal: Proposal, choice: Choice, sweeps: Safety) -> Why | None:
    if not choice.wants(proposal.code):
        return Why.NOT_SELECTED
    if not isinstance(proposal, Change):
        return None
    safety = sweeps if proposal.groups else proposal.safety
    if choice.safety is Safety.SAFE and safety is Safety.REVIEW:
        return Why.UNSAFE
    if not proposal.leads or choice.accepts(anchor(proposal)):
        return None
    return Why.DECIDED if anchor(proposal) in choice.against else Why.UNDECIDED
