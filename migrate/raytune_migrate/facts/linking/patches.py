"""What tests put in the place of what other modules name, and what they ask of configs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.facts.linking.objects import UNKNOWN, Origin
from raytune_migrate.facts.linking.targets import OfRay
from raytune_migrate.facts.model import OWN, Item, Named, Parameter
from raytune_migrate.facts.search.modules import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.facts.linking.runs import Runs
    from raytune_migrate.facts.linking.targets import Target
    from raytune_migrate.facts.model import Value

_TESTS = (Named(f"{OWN}isinstance"), Named(f"{OWN}issubclass"))


@dataclass(frozen=True)
class Patches:
    """What follows from who runs what for the modules that look into others."""

    runs: Runs

    @cached_property
    def patched(self) -> Mapping[str, Mapping[int, str]]:
        """Which module's Tuner each module puts something in the place of, by the line.

        Of those that give it a trainer.
        """
        sweeping = self.runs.tuned.keys()
        found: dict[str, dict[int, str]] = defaultdict(dict)
        for path, facts in self.runs.symbols.facts.items():
            for one in facts.patched:
                place = self.runs.symbols.modules.find(one.symbol, path)
                of_tuner = self.runs.symbols.resolve(path, one.symbol) == OfRay(ray_api.TUNER)
                if of_tuner and isinstance(place, Found) and place.path in sweeping - {path}:
                    found[path][one.line] = place.path
        return found

    @cached_property
    def unasked(self) -> Mapping[str, Mapping[int, frozenset[str]]]:
        """Where each module puts something in the place of what train loops, or functions that Tune
        runs, ask of a session and will ask of another; by the line, with the modules of these."""
        found: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
        for path, facts in self.runs.symbols.facts.items():
            for one in facts.patched:
                name = self.runs.symbols.resolve(path, one.symbol)
                place = self.runs.symbols.modules.find(one.symbol, path)
                if isinstance(name, OfRay):
                    modules = {
                        where
                        for where, asked in self._asked_otherwise.items()
                        if any(f"{each}.".startswith(f"{name.name}.") for each in asked)
                        and (not isinstance(place, Found) or place.path == where)
                    }
                    if modules - {path}:
                        found[path][one.line] = frozenset(modules)
        return found

    @cached_property
    def _asked_otherwise(self) -> Mapping[str, set[str]]:
        """What functions of each module ask of a session that is another's under Train V2.

        Or of the context, that the workers of a sweep ask trial_info().
        """
        found: dict[str, set[str]] = defaultdict(set)
        for targets, homes in (
            (self.runs.loops.reached, ray_api.WORKER_FUNCTIONS),
            (self.runs.trials, ray_api.TUNE_FUNCTIONS),
        ):
            for target in targets:
                of_sweep = not self.runs.swept.isdisjoint(self.runs.loops.reached.get(target, ()))
                for name in self._asked_by(target):
                    if (
                        name.startswith(f"{ray_api.SESSION}.")
                        or homes.get(name, name) != name
                        or (of_sweep and name in ray_api.TRIAL_QUESTIONS)
                    ):
                        found[target.path].add(name)
        return found

    def _asked_by(self, target: Target) -> Iterator[str]:
        """What of Ray a function calls, by its names."""
        function = self.runs.symbols.function(target)
        for symbol in function.calls if function is not None else ():
            name = self.runs.symbols.resolve(target.path, symbol)
            if isinstance(name, OfRay):
                yield name.name

    def tested(self, path: str) -> frozenset[Origin]:
        """What a module asks whether it is a config that Tune has too."""
        classes = frozenset(map(OfRay, ray_api.TUNE_CONFIG_CLASSES))
        passed = self.runs.symbols.facts[path].passed
        lines = {
            one.line
            for one in passed
            if one.function in _TESTS and one.argument == 1
            for value in one.values
            for found in [
                self.runs.links.of_ray(path, Item(value)) or self.runs.links.of_ray(path, value)
            ]
            if not classes.isdisjoint(found)
        }
        made = {
            one.line: frozenset(self._made_in_project(path, one.values))
            for one in passed
            if one.function in _TESTS and one.argument == 0 and one.line in lines
        }
        return frozenset[Origin]().union(*(made.get(one, {UNKNOWN}) for one in lines))

    def _made_in_project(self, path: str, values: Iterable[Value]) -> Iterator[Origin]:
        """What some values may be; of parameters what the project gives, if that is seen."""
        for value in values:
            given = (
                list(self.runs.arguments.given(path, value)) if isinstance(value, Parameter) else []
            )
            for where, one in given:
                yield from self.runs.objects.all_made(where, one.values)
            if not given:
                yield from self.runs.objects.made(path, value)
