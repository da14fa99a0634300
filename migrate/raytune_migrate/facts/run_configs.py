"""What the RunConfigs of a project ask for that only Tune does, and which are Train V1's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.facts.model import Called, Named
from raytune_migrate.facts.objects import Origin
from raytune_migrate.facts.symbols import OfRay, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.facts.arguments import Arguments
    from raytune_migrate.facts.links import Links
    from raytune_migrate.facts.model import Passed
    from raytune_migrate.facts.symbols import Symbols

_CALLBACKS = "callbacks"


def _is_of_train_v2(callback: str) -> bool:
    """Whether a class of callbacks is one that only Train V2 takes."""
    return callback.startswith("ray.train.") or callback.endswith(".TuneReportCallback")


def _may_be_of_train_v2(argument: Passed) -> bool:
    """Whether the RunConfig of Train V2 takes such an argument too."""
    return argument.argument == _CALLBACKS and argument.function == Named(ray_api.TRAIN_RUN_CONFIG)


@dataclass(frozen=True)
class RunConfigs:
    """The RunConfigs that are given something for what only Tune does, by where they are made."""

    symbols: Symbols
    arguments: Arguments
    links: Links

    @cached_property
    def fields(self) -> Mapping[Origin, frozenset[str]]:
        """The fields for which only Tune does what they ask; none of those of Train V2."""
        return {
            config: frozenset(str(one.argument) for _, one in given)
            for config, given in self._given.items()
            if not any(map(_is_of_train_v2, self._callbacks(given)))
        }

    @cached_property
    def of_v1(self) -> frozenset[Origin]:
        """Those that are seen to be Train V1's, or Tune's."""
        return frozenset(
            config
            for config, given in self._given.items()
            if not all(_may_be_of_train_v2(one) for _, one in given)
            or any(one.startswith(ray_api.TUNE_CALLBACK_HOMES) for one in self._callbacks(given))
        )

    @cached_property
    def _given(self) -> Mapping[Origin, list[tuple[str, Passed]]]:
        """What each is given for what only Tune does, and in which module."""
        found: dict[Origin, list[tuple[str, Passed]]] = defaultdict(list)
        for name in (ray_api.TRAIN_RUN_CONFIG, ray_api.TUNE_RUN_CONFIG):
            for path, one in self.arguments.passed.get(OfRay(name), ()):
                if one.argument in ray_api.TRIAL_FIELDS:
                    found[Origin(Kind.RUN_CONFIG, path, one.line)].append((path, one))
        return found

    def _callbacks(self, given: list[tuple[str, Passed]]) -> Iterator[str]:
        """The classes of Ray that the callbacks among some arguments are of, or derive from."""
        for path, one in given:
            for value in one.values if one.argument == _CALLBACKS else ():
                for where, made in self.links.elements(path, value):
                    if isinstance(made, Called) and isinstance(made.function, Named):
                        yield from self._classes_of_ray(where, made.function.symbol)

    def _classes_of_ray(self, path: str, symbol: str) -> Iterator[str]:
        """The class of Ray that a symbol stands for, or those that the class there derives from."""
        found = self.symbols.resolve(path, symbol)
        classes = [found]
        if isinstance(found, Target):
            bases = self.symbols.facts[found.path].bases.get(found.name, ())
            classes = [self.symbols.resolve(found.path, base) for base in bases]
        yield from (one.name for one in classes if isinstance(one, OfRay))
