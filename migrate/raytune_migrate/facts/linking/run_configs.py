"""What the RunConfigs of a project ask for that only Tune does, and which are Train V1's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.facts.linking.objects import UNKNOWN, Origin, puts
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import BODY, REST, Called, Named, Parameter, Passed, Plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from raytune_migrate.facts.linking.arguments import Arguments
    from raytune_migrate.facts.linking.links import Links
    from raytune_migrate.facts.linking.objects import Objects
    from raytune_migrate.facts.linking.symbols import Symbols
    from raytune_migrate.facts.model import Put, Values

_CALLBACKS = "callbacks"
_RUN_CONFIG, _CHECKPOINTS = "run_config", "checkpoint_config"
_CHECKPOINT_CONFIGS = tuple(map(OfRay, ray_api.CHECKPOINT_CONFIGS))


def _is_of_train_v2(callback: str) -> bool:
    """Whether a class of callbacks is one that only Train V2 takes."""
    return callback.startswith("ray.train.") or callback.endswith(".TuneReportCallback")


def _is_of_tune(callback: str) -> bool:
    """Whether a class of callbacks is one that Tune calls."""
    return callback.startswith(ray_api.TUNE_CALLBACK_HOMES) and not _is_of_train_v2(callback)


def _may_be_of_train_v2(argument: Passed) -> bool:
    """Whether the RunConfig of Train V2 takes such an argument too."""
    return argument.argument == _CALLBACKS and argument.function == Named(ray_api.TRAIN_RUN_CONFIG)


@dataclass(frozen=True)
class RunConfigs:
    """The RunConfigs that are given something for what only Tune does, by where they are made."""

    symbols: Symbols
    arguments: Arguments
    links: Links
    objects: Objects

    @cached_property
    def fields(self) -> Mapping[Origin, frozenset[str]]:
        """The fields for which only Tune does what they ask; none of those of Train V2."""
        return {
            config: frozenset(str(one.argument) for _, one in given)
            for config, given in self._given.items()
            if not any(_is_of_train_v2(one) for _, one in self._callbacks(given))
        }

    @cached_property
    def of_v1(self) -> frozenset[Origin]:
        """Those that are seen to be Train V1's, or Tune's."""
        return frozenset(
            config
            for config, given in self._given.items()
            if not all(_may_be_of_train_v2(one) for _, one in given)
            or any(_is_of_tune(one) for _, one in self._callbacks(given))
        )

    def called_back(self, path: str) -> frozenset[int]:
        """The lines of a module's RunConfigs whose callbacks are Tune's and of other modules."""
        return self._with_callbacks(path, _is_of_tune)

    def of_train_v2(self, path: str) -> frozenset[int]:
        """The lines of its RunConfigs whose callbacks are Train V2's and of other modules."""
        return self._with_callbacks(path, _is_of_train_v2)

    def _with_callbacks(self, path: str, are_meant: Callable[[str], bool]) -> frozenset[int]:
        return frozenset(
            config.line
            for config, given in self._given.items()
            if config.path == path
            and any(where != path and are_meant(one) for where, one in self._callbacks(given))
        )

    def set_later(self, path: str) -> Mapping[int, frozenset[str]]:
        """By the line of a module's RunConfig, what other modules give that after it was made."""
        found: dict[int, frozenset[str]] = {}
        for config, where, put in self._put:
            if config.path == path != where:
                found[config.line] = found.get(config.line, frozenset()) | {put.field}
        return found

    @cached_property
    def _put(self) -> tuple[tuple[Origin, str, Put], ...]:
        """What each is given after it was made for what only Tune does, and in which module."""
        return tuple(
            (config, path, put)
            for config, path, put in puts(self.objects)
            if put.field in ray_api.TRIAL_FIELDS and put.values != (Plain.NONE,)
        )

    def unpaced(self, path: str) -> frozenset[int]:
        """The lines of a module's trainers whose RunConfigs, of which one is seen at least, do not
        say how often a checkpoint is reported.

        Of callers that are not seen none can: Train V2's CheckpointConfig refuses it.
        """
        found: dict[int, set[Origin]] = defaultdict(set)
        for name in ray_api.LOOPLESS_TRAINERS:
            for where, one in self.arguments.passed.get(OfRay(name), ()):
                if where == path and one.argument == _RUN_CONFIG:
                    for value in one.values:
                        made = self.objects.made(path, value)
                        by_callers = isinstance(value, Parameter)
                        found[one.line] |= made - {UNKNOWN} if by_callers else made
        return frozenset(
            line
            for line, made in found.items()
            if made and all(one.kind is Kind.RUN_CONFIG for one in made) and not made & self._paced
        )

    @cached_property
    def _paced(self) -> frozenset[Origin]:
        """Those that say, or may say, how often a trainer reports a checkpoint."""
        return frozenset(
            Origin(Kind.RUN_CONFIG, path, one.line)
            for name in (ray_api.TRAIN_RUN_CONFIG, ray_api.TUNE_RUN_CONFIG)
            for path, one in self.arguments.passed.get(OfRay(name), ())
            if one.argument == REST
            or (one.argument == _CHECKPOINTS and self._may_pace(path, one.values))
        )

    def _may_pace(self, path: str, values: Values) -> bool:
        """Whether some values may be a CheckpointConfig that is told how often."""
        return any(
            one is not Plain.NONE
            and not (
                isinstance(one, Called)
                and isinstance(one.function, Named)
                and self.symbols.resolve(path, one.function.symbol) in _CHECKPOINT_CONFIGS
                and (path, one.line) not in self._told_how_often
            )
            for one in values
        )

    @cached_property
    def _told_how_often(self) -> frozenset[tuple[str, int]]:
        """The modules and lines of each CheckpointConfig that is, or may be, told how often."""
        return frozenset(
            (path, one.line)
            for config in _CHECKPOINT_CONFIGS
            for path, one in self.arguments.passed.get(config, ())
            if one.argument in (*ray_api.CADENCE, REST) and one.values != (Plain.NONE,)
        )

    @cached_property
    def _given(self) -> Mapping[Origin, list[tuple[str, Passed]]]:
        """What each is given for what only Tune does, and in which module."""
        found: dict[Origin, list[tuple[str, Passed]]] = defaultdict(list)
        for name in (ray_api.TRAIN_RUN_CONFIG, ray_api.TUNE_RUN_CONFIG):
            for path, one in self.arguments.passed.get(OfRay(name), ()):
                if one.argument in ray_api.TRIAL_FIELDS and one.values != (Plain.NONE,):
                    found[Origin(Kind.RUN_CONFIG, path, one.line)].append((path, one))
        for config, path, put in self._put:
            told = Passed(Named(ray_api.TRAIN_RUN_CONFIG), put.field, put.values, BODY, 0)
            found[config].append((path, told))
        return found

    def _callbacks(self, given: list[tuple[str, Passed]]) -> Iterator[tuple[str, str]]:
        """The classes of Ray that the callbacks among some arguments are of, or derive from, and
        the modules that make these."""
        for path, one in given:
            for value in one.values if one.argument == _CALLBACKS else ():
                for where, made in self.links.elements(path, value):
                    if isinstance(made, Called) and isinstance(made.function, Named):
                        for name in self._classes_of_ray(where, made.function.symbol):
                            yield where, name

    def _classes_of_ray(self, path: str, symbol: str) -> Iterator[str]:
        """The class of Ray that a symbol stands for, or those that the class there derives from."""
        found = self.symbols.resolve(path, symbol)
        classes = [found]
        if isinstance(found, Target):
            bases = self.symbols.facts[found.path].bases.get(found.name, ())
            classes = [self.symbols.resolve(found.path, base) for base in bases]
        yield from (one.name for one in classes if isinstance(one, OfRay))
