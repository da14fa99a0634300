"""Which functions of a project are train loops, of which trainers, and what these report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.facts.linking.objects import Origin
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import BODY, Called

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.facts.linking.arguments import Arguments
    from raytune_migrate.facts.linking.links import Links
    from raytune_migrate.facts.linking.reach import Reach
    from raytune_migrate.facts.linking.symbols import Symbols

_LOOP = "train_loop_per_worker"


@dataclass(frozen=True)
class Loops:
    """What follows from the functions that trainers are given."""

    symbols: Symbols
    arguments: Arguments
    links: Links
    reach: Reach

    @cached_property
    def given(self) -> Mapping[Target, set[Origin]]:
        """Every function that trainers are given as their train loop, and these."""
        found: dict[Target, set[Origin]] = defaultdict(set)
        for name in ray_api.TRAINERS:
            first = ray_api.signature(name)[:1] == (_LOOP,)
            for path, one in self.arguments.passed.get(OfRay(name), ()):
                if one.argument == _LOOP or (first and one.argument == 0):
                    for value in one.values:
                        for target in self.links.denoted(path, value):
                            for each in self.links.run_by(target):
                                found[each].add(Origin(Kind.TRAINER, path, one.line))
        return found

    @cached_property
    def returning(self) -> Mapping[Target, set[Origin]]:
        """Every function whose value trainers may send back, and these: what their train loops are,
        and what lambdas among them call."""
        found: dict[Target, set[Origin]] = defaultdict(set)
        waiting = [(target, trainers) for target, trainers in self.given.items()]
        while waiting:
            target, trainers = waiting.pop()
            if trainers <= found[target]:
                continue
            found[target] |= trainers
            for value in self.symbols.returned(target) if self._is_lambda(target) else ():
                if isinstance(value, Called):
                    inner = self.links.denoted(target.path, value.function)
                    waiting += ((one, trainers) for one in inner)
        return found

    @staticmethod
    def _is_lambda(target: Target) -> bool:
        return target.name.rpartition(".")[2].startswith("<lambda ")

    @cached_property
    def reached(self) -> Mapping[Target, frozenset[Origin]]:
        """Every function that trainers run on workers, and these."""
        found = {**{one: set[Origin]() for one in self._evident()}, **self.given}
        reached: dict[Target, set[Origin]] = defaultdict(set)
        for target, trainers in found.items():
            for inner in self.reach.of(target):
                reached[inner] |= trainers
        return {target: frozenset(trainers) for target, trainers in reached.items()}

    @cached_property
    def checkpointless(self) -> frozenset[Origin]:
        """The trainers whose train loops are seen to report, and never with a checkpoint."""
        return frozenset(one for one, how in self._reports.items() if how == {False})

    @cached_property
    def checkpointing(self) -> frozenset[Origin]:
        """The trainers whose train loops are seen to report, and always with more than metrics."""
        return frozenset(one for one, how in self._reports.items() if how == {True})

    @cached_property
    def _reports(self) -> Mapping[Origin, set[bool | None]]:
        """With what the train loops of each trainer report: whether with more than metrics.

        None where that cannot be seen.
        """
        found: dict[Origin, set[bool | None]] = defaultdict(set)
        for target, trainers in self.reached.items():
            how = set(self._reports_of(target)) if trainers else set()
            for one in trainers:
                found[one] |= how
        return found

    def _reports_of(self, loop: Target) -> Iterator[bool | None]:
        uses, function = self.reach.uses(loop), self.symbols.function(loop)
        if uses is None or function is None:
            yield None
            return
        if any(map(ray_api.reports_by_itself, uses)):
            yield True
        for symbol in function.calls:
            found = self.symbols.resolve(loop.path, symbol)
            if isinstance(found, OfRay) and found.name in ray_api.REPORTS:
                if symbol in function.calls_with_several:
                    yield True
                if symbol in function.calls_with_few:
                    yield False

    def _evident(self) -> Iterator[Target]:
        """The functions that use what only workers may, and not those that define such a one."""
        for path, facts in self.symbols.facts.items():
            for name, function in facts.functions.items():
                if name != BODY and any(
                    isinstance(one := self.symbols.resolve(path, symbol), OfRay)
                    and one.name in ray_api.WORKERS_ONLY
                    for symbol in function.own_names
                ):
                    yield Target(path, name)
