"""One rule in full: what is said of it, its examples as the engine made them, and how to leave it.

The forms in which people and programs read it are made from this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate.handbook.example import Shown, shown
from raytune_migrate.handbook.explanation import Explanation, explanation
from raytune_migrate.handbook.listing import UNUSED
from raytune_migrate.suppression import ignoring

if TYPE_CHECKING:
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.rules.catalogue import Rule


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule, its explanation, and the files of each of its examples."""

    rule: Rule
    explanation: Explanation
    shown: tuple[tuple[Shown, ...], ...]

    @property
    def suppression(self) -> str:
        """How the rule is told to leave something alone."""
        code = self.rule.code
        option = f"`--ignore {code}`"
        in_code = any(
            one.file.language == "python" and code in {each.code for each in _proposals(one)}
            for files in self.shown
            for one in files
        )
        if code == UNUSED or not in_code:
            return f"{option} for a whole run."
        return f"`{ignoring([code])}` above the statement, or behind it; {option} for a whole run."


def entry(rule: Rule) -> Entry:
    """All that is said of a rule. Raises ExampleError."""
    text = explanation(rule.code)
    return Entry(rule, text, tuple(shown(one) for one in text.examples))


def _proposals(one: Shown) -> tuple[Proposal, ...]:
    return (*one.changes, *one.findings)
