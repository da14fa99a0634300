"""Code that starts trainers, and calls what asks Ray as only a worker may."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.facts.linking.tabling import Table
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import BODY, OWN
from raytune_migrate.facts.reading.scopes import INIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.facts.linking.runs import Runs
    from raytune_migrate.facts.linking.symbols import Symbols


@dataclass(frozen=True)
class Outside:
    """What functions ask whenever they are called, and who calls them outside of workers."""

    runs: Runs
    _asked: Table[Target, str] = field(default_factory=Table)

    def asking(self, path: str) -> Mapping[tuple[str, str], str]:
        """By a function of a module (BODY for its own code) and a symbol that it calls: the first
        function of ``ray.train`` that this calls, of those that are for workers."""
        return dict(self._asking(path))

    def _asking(self, path: str) -> Iterator[tuple[tuple[str, str], str]]:
        for name, function in self._symbols.facts[path].functions.items():
            asked = {
                symbol: first
                for symbol in sorted(function.calls)
                if (first := self._asked_by(path, symbol)) is not None
            }
            if asked and self._starts(Target(path, name)):
                yield from (((name, symbol), first) for symbol, first in asked.items())

    @property
    def _symbols(self) -> Symbols:
        return self.runs.symbols

    def _starts(self, target: Target) -> bool:
        """Whether a function has trainers run, and is not run itself by Train or by Tune."""
        if target in self.runs.loops.reached or target in self.runs.trials:
            return False
        return self.runs.started.trains(target)

    def _asked_by(self, path: str, symbol: str) -> str | None:
        found = self._symbols.resolve(path, symbol)
        if not isinstance(found, Target):
            return None
        return min(self._asked_of(found), default=None)

    def _asked_of(self, target: Target) -> tuple[str, ...]:
        return self._asked.ask(target, lambda: self._find(target))

    def _find(self, target: Target) -> Iterator[str]:
        symbols = self._symbols
        function = symbols.function(target)
        if symbols.is_class(target):  # to call it is to call its constructor
            made = symbols.resolve(target.path, f"{OWN}{target.name}.{INIT}")
            if isinstance(made, Target) and not symbols.is_class(made):
                yield from self._asked_of(made)
            return
        # Another function may stand for one that is decorated, or that other classes have anew.
        if function is None or function.decorators or not symbols.is_plain_function(target):
            return
        is_init = target.name.endswith(f".{INIT}")
        if not is_init and any(one != target for one in symbols.bodies(target)):
            return
        if self._starts(target):
            return  # it is told of itself
        for symbol in sorted(function.surely):
            found = symbols.resolve(target.path, symbol)
            if isinstance(found, OfRay):
                asked = ray_api.asked_in_workers(found.name)
                if asked is not None:
                    yield asked
            elif isinstance(found, Target) and found.name != BODY:
                yield from self._asked_of(found)
