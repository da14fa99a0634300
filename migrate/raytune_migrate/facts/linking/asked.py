"""What only Tune does of what RunConfigs ask for, at a trainer's own ``fit()`` in another module.

As where one module makes the RunConfig, a second builds the trainer, and a third calls ``fit()``:
no one of them sees that this ran as a trial of Tune.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.facts.linking.objects import Origin
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import Called, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.facts.linking.run_configs import RunConfigs
    from raytune_migrate.facts.linking.runs import Runs
    from raytune_migrate.facts.model import Passed, Value

_RUN_CONFIG = "run_config"


@dataclass(frozen=True)
class Asked:
    """Which RunConfigs each ``fit()`` is asked by, and for what."""

    runs: Runs
    run_configs: RunConfigs

    def at_fits(self, path: str) -> Mapping[int, frozenset[str]]:
        """The fields of RunConfigs, by the line of the ``fit()`` of a module that they are for.

        Not of RunConfigs that the module makes itself, for a trainer that it builds: it sees those.
        """
        found: dict[int, frozenset[str]] = {}
        for fit in self.runs.symbols.facts[path].fits:
            fields = frozenset().union(*(self._fields(path, one) for one in fit.of))
            if fields:
                found[fit.line] = found.get(fit.line, frozenset()) | fields
        return found

    def _fields(self, path: str, trainer: Value) -> frozenset[str]:
        """What only Tune does for the trainer that a value of a module is."""
        return frozenset(
            field
            for made in self.runs.objects.made(path, trainer)
            for config in self._configs(made, path, trainer)
            for field in self.run_configs.fields.get(config, ())
            if made in self.runs.swept or config in self.run_configs.of_v1
        )

    def _configs(self, made: Origin, path: str, trainer: Value) -> Iterator[Origin]:
        """The RunConfigs that a trainer has where it is a value of a module, but for its own."""
        objects = self.runs.objects
        for where, one in self._given.get(made, ()):
            for given in one.values:
                if isinstance(given, Parameter):
                    for caller, passed in self._handed(where, given, path, trainer):
                        yield from objects.all_made(caller, passed.values)
                else:
                    made_by = objects.made(where, given)
                    yield from (one for one in made_by if {one.path, where} != {path})

    def _handed(
        self, where: str, parameter: Parameter, path: str, trainer: Value
    ) -> Iterable[tuple[str, Passed]]:
        """What the function that builds a trainer is handed for one of its parameters.

        Of all who call it, the call that gives the trainer alone counts, where that is seen.
        """
        calls = self.runs.arguments.given(where, parameter)
        builder = Target(where, parameter.function)
        if isinstance(trainer, Called) and builder in self.runs.links.denoted(
            path, trainer.function
        ):
            return [one for one in calls if (one[0], one[1].line) == (path, trainer.line)]
        return calls

    @cached_property
    def _given(self) -> Mapping[Origin, list[tuple[str, Passed]]]:
        """What each trainer is given as its RunConfig, and in which module."""
        found: dict[Origin, list[tuple[str, Passed]]] = defaultdict(list)
        for name in ray_api.TRAINERS:
            for path, one in self.runs.arguments.passed.get(OfRay(name), ()):
                if one.argument == _RUN_CONFIG:
                    found[Origin(Kind.TRAINER, path, one.line)].append((path, one))
        return found
