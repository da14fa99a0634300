"""What code of a project comes to when it runs: which functions, and which names of Ray."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate.facts.linking.registered import registered, runners
from raytune_migrate.facts.linking.tabling import Table
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import BODY, OWN, Named
from raytune_migrate.facts.reading.scopes import INIT
from raytune_migrate.facts.search.modules import Nowhere

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from raytune_migrate.facts.linking.links import Links
    from raytune_migrate.facts.linking.registered import Runner
    from raytune_migrate.facts.linking.symbols import Symbols
    from raytune_migrate.facts.model import Function, Value


def called_by(function: Function) -> Iterator[Value]:
    """All that a function calls."""
    yield from map(Named, function.calls)
    yield from function.called


@dataclass(frozen=True)
class Reach:
    """What follows from which function mentions which."""

    symbols: Symbols
    links: Links
    _known: dict[Target, frozenset[Target]] = field(default_factory=dict)
    _uses: Table[Target, str | Nowhere] = field(default_factory=Table)

    def of(self, start: Target) -> frozenset[Target]:
        """A function, and all that it and they mention."""
        found = set[Target]()
        waiting = [start]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.mentioned(one)
        return frozenset(found)

    def mentioned(self, target: Target) -> frozenset[Target]:
        """The functions that one mentions or calls, and what these have others run."""
        if target not in self._known:
            function = self.symbols.function(target)
            names = self._named(target.path, function.names) if function is not None else ()
            called = called_by(function) if function is not None else ()
            every = (self.links.denoted(target.path, one) for one in {*names, *called})
            self._known[target] = frozenset(
                each
                for some in every
                for one in some
                if one.name != BODY
                for each in self.links.run_by(one)
            ).union(self._inherited_constructor(target))
        return self._known[target]

    def _inherited_constructor(self, target: Target) -> Iterator[Target]:
        """What making an object of a class runs that it has from one that it derives from."""
        if self.symbols.is_class(target):
            found = self.symbols.resolve(target.path, f"{OWN}{target.name}.{INIT}")
            if isinstance(found, Target):
                yield found

    def _named(self, path: str, symbols: Iterable[str]) -> Iterator[Named]:
        """What symbols stand for, as code has them: ``build.run`` is nothing that build() gives."""
        for one in symbols:
            holder = one.rpartition(".")[0]
            found = self.symbols.resolve(path, holder) if holder.strip(f".{OWN}") else None
            if not isinstance(found, Target) or not self.symbols.is_plain_function(found):
                yield Named(one)

    def uses(self, target: Target) -> frozenset[str] | None:
        """The names of Ray that running a function uses; None where some of it is out of sight."""
        found = self._used_by(target)
        return None if Nowhere.UNCLEAR in found else frozenset(map(str, found))

    def _used_by(self, target: Target) -> tuple[str | Nowhere, ...]:
        return self._uses.ask(target, lambda: self._uses_of(target))

    def _uses_of(self, target: Target) -> Iterator[str | Nowhere]:
        function = self.symbols.function(target)
        for symbol in function.names if function is not None else ():
            found = self.symbols.resolve(target.path, symbol)
            if isinstance(found, OfRay):
                yield found.name
            elif found is Nowhere.UNCLEAR:
                yield found
        for one in self.mentioned(target):
            yield from self._used_by(one)

    def leading_to(self, starts: Iterable[Target]) -> Mapping[Runner, frozenset[str]]:
        """What runs some functions, with the modules of those that it runs."""
        found: dict[Runner, set[str]] = defaultdict(set)
        for start in starts:
            waiting: list[Runner] = [start]
            seen: set[Runner] = set()
            while waiting:
                one = waiting.pop()
                if one not in seen:
                    seen.add(one)
                    found[one].add(start.path)
                    waiting += self._holders.get(one, ())
        return {one: frozenset(paths) for one, paths in found.items()}

    @cached_property
    def _holders(self) -> Mapping[Runner, set[Runner]]:
        """What mentions a function, or is given it to run."""
        holders: dict[Runner, set[Runner]] = defaultdict(set)
        for path, facts in self.symbols.facts.items():
            for name in facts.functions:
                target = Target(path, name)
                for mentioned in self.mentioned(target):
                    holders[mentioned].add(target)
        objects: set[Runner] = set()
        for runner, given in registered(self.symbols):
            holders[given].add(runner)
            objects |= {runner} if not isinstance(runner, Target) else set()
        for target, called in self._calling(objects) if objects else ():
            holders[called].add(target)
        return holders

    def _calling(self, objects: Collection[Runner]) -> Iterator[tuple[Target, Runner]]:
        """The functions that call an object, or a method of it: ``main``, where it calls ``app()``.

        Of objects that are given what they may run.
        """
        for path, facts in self.symbols.facts.items():
            for name, function in facts.functions.items():
                for value in called_by(function) if name != BODY else ():
                    for one in runners(self.symbols, path, value):
                        if one in objects:
                            yield Target(path, name), one
