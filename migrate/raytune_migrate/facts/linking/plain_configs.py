"""RunConfigs that say nothing but what Train V2 takes of a trainer as it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.facts.linking.objects import puts
from raytune_migrate.facts.linking.targets import OfRay
from raytune_migrate.facts.model import REST, Called, Named, Plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.facts.linking.arguments import Arguments
    from raytune_migrate.facts.linking.objects import Objects, Origin
    from raytune_migrate.facts.model import Passed

_INNER = {
    "checkpoint_config": "ray.train.CheckpointConfig",
    "failure_config": "ray.train.FailureConfig",
}


@dataclass(frozen=True)
class PlainConfigs:
    """What RunConfigs are given, when they are made and later."""

    arguments: Arguments
    objects: Objects

    def holds(self, config: Origin) -> bool:
        """Whether a RunConfig is that of ``ray.train``, by this name, and is given nothing else."""
        return config.is_trains and (config.path, config.line) not in self._refused

    @cached_property
    def _refused(self) -> frozenset[tuple[str | None, int]]:
        """The modules and lines of RunConfigs with something that Train V2 may refuse, or pass
        over where it comes later."""
        return frozenset(
            (
                *self._refused_of(ray_api.TRAIN_RUN_CONFIG),
                *((config.path, config.line) for config, _, _ in puts(self.objects)),
            )
        )

    @cached_property
    def _refused_inside(self) -> Mapping[str, frozenset[tuple[str, int]]]:
        """The same of the configs inside of them, by their classes."""
        return {name: frozenset(self._refused_of(name)) for name in _INNER.values()}

    def _refused_of(self, name: str) -> Iterator[tuple[str, int]]:
        refused = {*ray_api.REFUSED_FIELDS[name], *ray_api.RENAMED_FIELDS.get(name, ()), REST}
        for path, one in self.arguments.passed.get(OfRay(name), ()):
            if (
                one.argument in (*refused, *ray_api.TRIAL_FIELDS)
                or one.function != Named(name)
                or (one.argument in _INNER and not self._is_plain(path, one))
            ):
                yield path, one.line

    def _is_plain(self, path: str, given: Passed) -> bool:
        """Whether a config inside a RunConfig is of ``ray.train`` too, and plain."""
        name = _INNER[str(given.argument)]
        return all(
            one is Plain.NONE
            or (
                isinstance(one, Called)
                and one.function == Named(name)
                and (path, one.line) not in self._refused_inside[name]
            )
            for one in given.values
        )
