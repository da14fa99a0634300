"""Which Tuners are given what cannot be seen, by callers that build trainers nothing runs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate.elsewhere import Kind
from raytune_migrate.facts.linking.targets import Target
from raytune_migrate.facts.model import Called, Item, Member, Named, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.facts.linking.fits import Fits
    from raytune_migrate.facts.linking.runs import Runs
    from raytune_migrate.facts.model import Value


@dataclass(frozen=True)
class Unseen:
    """What follows from what callers hand to the functions that hand it to Tune."""

    runs: Runs
    fits: Fits

    @cached_property
    def lines(self) -> Mapping[str, frozenset[int]]:
        """The lines of each module at which Tune is given what may be such a trainer.

        Nothing is said of a Tuner that a caller is seen to give one: that is a sweep.
        """
        found: dict[str, set[int]] = defaultdict(set)
        for path, one in self.runs.given_to_tune() if self.fits.unrun else ():
            if one.line in self.runs.tuned.get(path, ()):
                continue
            if any(
                self.fits.has_unrun(where)
                for value in one.values
                for where in self._givers(path, value, set())
            ):
                found[path].add(one.line)
        return {path: frozenset(lines) for path, lines in found.items()}

    def _givers(self, path: str, value: Value, seen: set[tuple[str, Value]]) -> Iterator[str]:
        """The modules that give what a value of one comes from, where it cannot be seen.

        None where it comes from the module's own code: that is seen there.
        """
        if (path, value) in seen:
            return
        seen.add((path, value))
        match value:
            case Parameter():
                for where, given in self.runs.arguments.given(path, value):
                    for one in given.values:
                        if self._is_unknown(where, one):
                            yield where
                        yield from self._givers(where, one, seen)
                for where, given in self.runs.arguments.spread(path, value):
                    if all(self._is_unseen(where, one) for one in given.values):
                        yield where
            case (
                Item(of=of)
                | Member(of=of)
                | Called(function=Member(of=of) | Item(of=of) | (Parameter() as of))
            ):
                if self._is_unseen(path, value):
                    yield from self._givers(path, of, seen)
            case Named(symbol=symbol):
                found = self.runs.symbols.resolve(path, symbol)
                if isinstance(found, Target):
                    for one in self.runs.symbols.values(found):
                        yield from self._givers(found.path, one, seen)
            case _:
                pass

    def _is_unknown(self, path: str, value: Value) -> bool:
        """Whether nothing is told of what a caller gives, and that is no parameter of its own."""
        return not isinstance(value, Parameter) and self._is_unseen(path, value)

    def _is_unseen(self, path: str, value: Value) -> bool:
        kinds = {one.kind for one in self.runs.objects.made(path, value)}
        return kinds == {Kind.UNKNOWN} and not self.runs.links.may_be(path, value)
