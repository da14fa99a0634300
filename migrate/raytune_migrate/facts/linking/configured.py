"""Which RunConfigs trainers and Tuners of a project are given, and what else Train V2 refuses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.facts.linking.objects import Origin
from raytune_migrate.facts.linking.plain_configs import PlainConfigs
from raytune_migrate.facts.linking.targets import OfRay
from raytune_migrate.facts.model import Plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.facts.linking.runs import Runs

_GIVEN = {"run_config": Kind.RUN_CONFIG, "scaling_config": Kind.SCALING_CONFIG}


@dataclass(frozen=True)
class Configured:
    """What follows from who is given which RunConfig, and from who sweeps."""

    runs: Runs

    def is_plain(self, config: Origin) -> bool:
        """Whether a RunConfig stays a trainer's own: as Train V2 takes it, and no sweep has it.

        Where Tune runs something, trainers must be seen to take it.
        """
        return self._plain.holds(config) and (not self.runs.tunes or config in self._for_trainers)

    @cached_property
    def _plain(self) -> PlainConfigs:
        return PlainConfigs(self.runs.arguments, self.runs.objects)

    @cached_property
    def _for_trainers(self) -> frozenset[Origin]:
        """The RunConfigs that trainers are given of which none is swept, and no Tuner."""
        swept = self.runs.swept
        taken: dict[bool, set[Origin]] = {True: set(), False: set()}
        for name in (ray_api.TUNER, *ray_api.TRAINERS):
            for path, line, some in self._configs_given(name):
                fits = name != ray_api.TUNER and Origin(Kind.TRAINER, path, line) not in swept
                taken[fits] |= some
        return frozenset(taken[True] - taken[False])

    @cached_property
    def swept(self) -> frozenset[Origin]:
        """The RunConfigs of swept trainers, and those of Tuners that are given one, or a driver
        function that an earlier run has written."""
        swept, found = self.runs.swept, set[Origin]()
        for name in (ray_api.TUNER, *ray_api.TRAINERS):
            for path, line, some in self._configs_given(name):
                given = (self.runs.tuned.get(path, ()), self.runs.driving.get(path, ()))
                tuned = name == ray_api.TUNER and any(line in lines for lines in given)
                found |= some if tuned or Origin(Kind.TRAINER, path, line) in swept else set()
        return frozenset(found)

    @cached_property
    def by_module(self) -> Mapping[str, frozenset[Origin]]:
        """The RunConfigs that each module gives to trainers and Tuners, but for plain ones."""
        found: dict[str, frozenset[Origin]] = {}
        for name in (ray_api.TUNER, *ray_api.TRAINERS):
            for path, _, some in self._configured(name):
                found[path] = found.get(path, frozenset()) | some
        return found

    @cached_property
    def written_for(self) -> Mapping[str, frozenset[str]]:
        """The modules whose configs each module gives to trainers and Tuners, but for plain ones.

        They have to be what these take.
        """
        found: dict[str, set[str]] = defaultdict(set)
        for path, some in self.by_module.items():
            found[path] |= {one.path for one in some if one.path is not None}
        for name in ray_api.TRAINERS:
            for path, _, some in self._configs_given(name, "scaling_config"):
                found[path] |= {one.path for one in some if one.path is not None}
        for path, one in self._swept_configs():
            found[path] |= {one.path} if one.path is not None else set()
        return {path: frozenset(some) for path, some in found.items()}

    def _swept_configs(self) -> Iterator[tuple[str, Origin]]:
        """The ScalingConfigs in what each module gives to Tuners as the space."""
        for path, one in self.runs.arguments.passed.get(OfRay(ray_api.TUNER), ()):
            for space in one.values if one.argument == "param_space" else ():
                for where, inside in self.runs.links.elements(path, space):
                    made = self.runs.objects.made(where, inside)
                    yield from ((path, each) for each in made if each.kind is Kind.SCALING_CONFIG)

    @cached_property
    def of_others(self) -> Mapping[str, frozenset[int]]:
        """The lines at which each module gives trainers RunConfigs of others."""
        found: dict[str, set[int]] = defaultdict(set)
        for name in ray_api.TRAINERS:
            for path, line, some in self._configured(name):
                if any(one.path != path for one in some):
                    found[path].add(line)
        return {path: frozenset(lines) for path, lines in found.items()}

    @cached_property
    def unpacked(self) -> Mapping[str, Mapping[int, frozenset[str]]]:
        """What ``**`` gives trainers that Train V2 has no argument for, by module and line."""
        found: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
        for name, refused in ray_api.REFUSED_ARGUMENTS.items():
            for path, one in self.runs.arguments.passed.get(OfRay(name), ()):
                if one.unpacked and one.argument in refused and one.values != (Plain.NONE,):
                    lines = found[path]
                    lines[one.line] = lines.get(one.line, frozenset()) | {str(one.argument)}
        return found

    def _configured(self, name: str) -> Iterator[tuple[str, int, frozenset[Origin]]]:
        """Those that calls of a class of Ray are given and that are not plain."""
        for path, line, some in self._configs_given(name):
            yield path, line, frozenset(one for one in some if not self.is_plain(one))

    def _configs_given(
        self, name: str, argument: str = "run_config"
    ) -> Iterator[tuple[str, int, frozenset[Origin]]]:
        """The configs that calls of a class of Ray are given as an argument; with their lines."""
        for path, one in self.runs.arguments.passed.get(OfRay(name), ()):
            if one.argument == argument:
                made = self.runs.objects.all_made(path, one.values)
                some = frozenset(origin for origin in made if origin.kind is _GIVEN[argument])
                yield path, one.line, some
