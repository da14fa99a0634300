"""Driver function and workers reserved in one piece, as Train V1 reserved its trials.

A trial that has to wait then waits as a whole, and a cluster that grows by itself grows for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ray.tune
from ray.tune import PlacementGroupFactory
from ray.util import get_current_placement_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ray.train import ScalingConfig
    from ray.util.placement_group import PlacementGroup

    from .packing import Resources, TrialShape

# Attribute of a trial's resources: what each worker takes of them, and whether a CPU is left.
_RESERVED = "raytune_workers"


@dataclass(frozen=True)
class Room:
    """Where the workers of a trial have their place.

    Attributes:
        group: The trial's placement group, the first bundles of which are for the workers.
        workers: What each of them takes.
        strategy: Ray's placement strategy for them.
        has_spare_cpu: Whether there is a CPU more.
    """

    group: PlacementGroup
    workers: list[dict[str, float]]
    strategy: str
    has_spare_cpu: bool

    def fits(self, workers: Sequence[Mapping[str, float]], strategy: str) -> bool:
        """Whether these have their place here: as many or fewer, each of which takes no more.

        PACK and SPREAD are wishes, and a worker that is alone is both packed and spread.
        """
        placed = strategy in {self.strategy, "PACK", "SPREAD"} or len(workers) == 1
        pairs = zip(workers, self.workers, strict=False)
        small = all(room.get(name, 0) >= n for one, room in pairs for name, n in one.items())
        return placed and small and len(workers) <= len(self.workers)


def can_reserve(scaling_config: ScalingConfig, shape: TrialShape) -> bool:
    """Whether a trial's placement group can have room for its workers.

    Their number has to stay, and Tune's groups know nothing of labels, nor of slices of TPUs.
    """
    is_fixed = isinstance(scaling_config.num_workers, int)
    on_slices = getattr(scaling_config, "topology", None) is not None  # not in 2.43
    takes = bool(shape.num_workers and _amounts(shape.worker))
    return is_fixed and takes and not shape.places and not on_slices


def whole_trial(shape: TrialShape) -> PlacementGroupFactory:
    """The resources of a trial with its workers, as Train V1 had them.

    A first bundle of nothing, for the driver function; and one for each worker, where the first has
    what counts for the driver function too. What a train loop starts may use it.
    """
    worker = _amounts(shape.worker)
    driver = _amounts(shape.driver)
    first = {name: driver.get(name, 0) + worker.get(name, 0) for name in {**driver, **worker}}
    workers = [worker] * shape.num_workers
    whole = PlacementGroupFactory([{}, first, *workers[1:]], strategy=shape.strategy)
    vars(whole)[_RESERVED] = workers, driver.get("CPU", 0) >= 1
    return whole


def is_whole(resources: PlacementGroupFactory) -> bool:
    """Whether resources of a trial are those of `whole_trial`."""
    return _RESERVED in vars(resources)


def room_of_this_trial() -> Room | None:
    """In the driver function: the room for the workers of its trial; None where it has none."""
    resources: Any = ray.tune.get_context().get_trial_resources()
    group = get_current_placement_group()
    if group is None or not is_whole(resources):
        return None
    workers, has_spare_cpu = vars(resources)[_RESERVED]
    return Room(group, workers, resources.strategy, has_spare_cpu)


def _amounts(resources: Resources) -> dict[str, float]:
    return {name: amount for name, amount in resources.items() if amount}
