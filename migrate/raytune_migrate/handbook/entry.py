"""One rule in full: what is said of it, its examples as the engine made them, and how to leave it.

The forms in which people and programs read it are made from this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate.choice.suppression import UNUSED, ignoring
from raytune_migrate.handbook.example import Shown, shown
from raytune_migrate.handbook.explanation import Explanation, explanation

if TYPE_CHECKING:
    from raytune_migrate.catalogue import Rule
    from raytune_migrate.handbook.explanation import Example


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule, its explanation, and each of its examples with what becomes of its files."""

    rule: Rule
    explanation: Explanation
    examples: tuple[tuple[Example, tuple[Shown, ...]], ...]

    @property
    def suppression(self) -> str:
        """How the rule is told to leave something alone."""
        code = self.rule.code
        option = f"`--ignore {code}` for a whole run."
        files = [one.file for _, some in self.examples for one in some if _gives(one, code)]
        in_code = any(one.language == "python" for one in files)
        if code == UNUSED or not in_code:  # what speaks of the comments obeys none
            return option
        elsewhere = any(one.language != "python" for one in files)
        where = "above the statement, or behind it" + (", in code" if elsewhere else "")
        return f"`{ignoring([code])}` {where}; {option}"


def entry(rule: Rule) -> Entry:
    """All that is said of a rule. Raises ExampleError."""
    text = explanation(rule.code)
    return Entry(rule, text, tuple((one, shown(one)) for one in text.examples))


def _gives(one: Shown, code: str) -> bool:
    return code in {change.code for change in one.changes} | {each.code for each in one.findings}
