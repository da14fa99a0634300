"""Choices that a seed makes, by name, so that one can tell what a script is made of."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class Choices:
    """Draws one of several, and remembers what was drawn for what."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.made: dict[str, str] = {}

    def of(self, what: str, /, **weights: float) -> str:
        """One of these, by weight."""
        chosen: str = self._random.choices(list(weights), list(weights.values()))[0]
        self.made[what] = chosen
        return chosen

    def whether(self, what: str, chance: float) -> bool:
        """Whether it is so."""
        so = self._random.random() < chance
        self.made[what] = "yes" if so else "no"
        return so

    def number(self, what: str, low: int, high: int) -> int:
        """A number from one to the other, both included."""
        number = self._random.randint(low, high)
        self.made[what] = str(number)
        return number

    def some(self, what: str, every: list[str], least: int, most: int) -> list[str]:
        """Some of these, in any order."""
        chosen = self._random.sample(every, min(len(every), self._random.randint(least, most)))
        self.made[what] = "+".join(sorted(chosen))
        return chosen

    def shuffled(self, every: Sequence[Any]) -> list[Any]:
        """The same in any order."""
        return self._random.sample(every, len(every))
