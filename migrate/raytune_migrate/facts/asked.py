"""What trainers are asked for, by RunConfigs of other modules, that only Tune does."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate.elsewhere import Kind
from raytune_migrate.facts.model import Called, Named, Parameter
from raytune_migrate.facts.objects import Origin
from raytune_migrate.facts.symbols import OfRay, Target
from raytune_migrate.rules import ray_api

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.facts.model import Passed, Value
    from raytune_migrate.facts.runs import Runs

_RUN_CONFIG, _CALLBACKS = "run_config", "callbacks"


def _is_of_train_v2(callback: str) -> bool:
    """Whether a class of callbacks is one that only Train V2 takes."""
    return callback.startswith("ray.train.") or callback.endswith(".TuneReportCallback")


@dataclass(frozen=True)
class Asked:
    """What only Tune does of what is asked for where a trainer's own ``fit()`` is called."""

    runs: Runs

    def at_fits(self, path: str) -> Mapping[int, frozenset[str]]:
        """The fields of RunConfigs, by the line of the ``fit()`` of a module that they are for.

        Not of RunConfigs that the module that builds the trainer has made: it sees those itself.
        """
        found: dict[int, frozenset[str]] = {}
        for fit in self.runs.symbols.facts[path].fits:
            fields = frozenset().union(*(self._of_trainer(path, one) for one in fit.of))
            if fields:
                found[fit.line] = found.get(fit.line, frozenset()) | fields
        return found

    def _of_trainer(self, path: str, value: Value) -> frozenset[str]:
        return frozenset(
            field
            for trainer in self.runs.objects.made(path, value)
            for config in self._configs(trainer, path, value)
            for field in self._fields.get(config, ())
            if trainer in self._swept or config in self._of_v1
        )

    def _configs(self, trainer: Origin, path: str, value: Value) -> Iterator[Origin]:
        """The RunConfigs of other modules that a trainer has where it is a value of a module."""
        for where, one in self._given.get(trainer, ()):
            for given in one.values:
                if not isinstance(given, Parameter):
                    made = self.runs.objects.made(where, given)
                    yield from (config for config in made if config.path != where)
                    continue
                calls = list(self.runs.arguments.given(where, given))
                if isinstance(value, Called) and self._is_called(
                    Target(where, given.function), path, value
                ):  # of all who call it, this call alone counts
                    calls = [
                        call for call in calls if (call[0], call[1].line) == (path, value.line)
                    ]
                for caller, passed in calls:
                    yield from self.runs.objects.all_made(caller, passed.values)

    def _is_called(self, function: Target, path: str, call: Called) -> bool:
        return function in self.runs.links.denoted(path, call.function)

    @cached_property
    def _swept(self) -> frozenset[Origin]:
        return frozenset[Origin]().union(*self.runs.sweeps.values())

    @cached_property
    def _given(self) -> Mapping[Origin, list[tuple[str, Passed]]]:
        """What each trainer is given as its RunConfig."""
        found: dict[Origin, list[tuple[str, Passed]]] = defaultdict(list)
        for name in ray_api.TRAINERS:
            for path, one in self.runs.arguments.passed.get(OfRay(name), ()):
                if one.argument == _RUN_CONFIG:
                    found[Origin(Kind.TRAINER, path, one.line)].append((path, one))
        return found

    @cached_property
    def _arguments(self) -> Mapping[Origin, list[tuple[str, Passed]]]:
        """What RunConfigs are given for what only Tune does."""
        found: dict[Origin, list[tuple[str, Passed]]] = defaultdict(list)
        for name in (ray_api.TRAIN_RUN_CONFIG, ray_api.TUNE_RUN_CONFIG):
            for path, one in self.runs.arguments.passed.get(OfRay(name), ()):
                if one.argument in ray_api.TRIAL_FIELDS:
                    found[Origin(Kind.RUN_CONFIG, path, one.line)].append((path, one))
        return found

    @cached_property
    def _fields(self) -> Mapping[Origin, frozenset[str]]:
        """What RunConfigs ask for that only Tune does; those of Train V2 ask for nothing."""
        return {
            config: frozenset(str(one.argument) for _, one in arguments)
            for config, arguments in self._arguments.items()
            if not any(map(_is_of_train_v2, self._callbacks(arguments)))
        }

    @cached_property
    def _of_v1(self) -> frozenset[Origin]:
        """The RunConfigs that are seen to be Train V1's, or Tune's."""
        return frozenset(
            config
            for config, arguments in self._arguments.items()
            if any(
                one.argument != _CALLBACKS or one.function != Named(ray_api.TRAIN_RUN_CONFIG)
                for _, one in arguments
            )
            or any(
                one.startswith(ray_api.TUNE_CALLBACK_HOMES) for one in self._callbacks(arguments)
            )
        )

    def _callbacks(self, arguments: list[tuple[str, Passed]]) -> Iterator[str]:
        """The classes of Ray that the callbacks among some arguments are of, or derive from."""
        links, symbols = self.runs.links, self.runs.symbols
        for path, one in arguments:
            for value in one.values if one.argument == _CALLBACKS else ():
                for where, made in links.elements(path, value):
                    if not isinstance(made, Called) or not isinstance(made.function, Named):
                        continue
                    found = symbols.resolve(where, made.function.symbol)
                    bases = [found]
                    if isinstance(found, Target):
                        listed = symbols.facts[found.path].bases.get(found.name, ())
                        bases = [symbols.resolve(found.path, base) for base in listed]
                    yield from (base.name for base in bases if isinstance(base, OfRay))
