"""What a trial reserves: all that it takes, in one piece, or a share of the cluster."""

from __future__ import annotations

import functools
import importlib
import logging
from collections.abc import Callable, Mapping
from typing import Any

from ray.train import ScalingConfig
from ray.tune import PlacementGroupFactory

from . import _ray
from .concurrency import (
    DRIVER,
    nodes_for,
    require_scaling_config,
    swept_scaling_config,
    trial_shape,
)
from .packing import UNITS, Resources, TrialShape, part_of_cluster
from .reserved import can_reserve, whole_trial

logger = logging.getLogger(__name__)

# What a driver function holds that would otherwise hold nothing, in bytes. It is less than any
# process of Ray takes, so it costs no trial, but drivers do not all gather on one node.
WAITING: Resources = {"memory": 256 * 1024**2}

# Attribute of a trial's resources: what was given as driver resources.
COUNTED = "raytune_driver_resources"


def trial_resources(
    scaling_config: ScalingConfig | None = None,
    driver_resources: Resources | None = None,
    max_concurrent: int | None = None,
) -> Callable[[dict[str, Any]], PlacementGroupFactory]:
    """Resources of a trial, its workers' among them: reserved in one piece, as by Train V1.

    For ``tune.with_resources(train_driver_fn, trial_resources(ScalingConfig(num_workers=2)))``.
    Trials start as there is room for all of one, so that none keeps another from its workers,
    however the cluster grows or shrinks, and whoever uses it too. Use it instead of
    `max_concurrent_trials` where no number can be given: ``scaling_config`` is swept, ``ray.init``
    comes later, the search algorithm has a limit of its own, or the scheduler pauses trials, which
    count as concurrent although they hold nothing. Use it also where a train loop starts tasks or
    actors of Ray: what is reserved for the driver function is theirs.

    Tune calls the result for each trial. It gives the placement group that Train V1 had: a first
    bundle with what the first worker takes and `driver_resources`, and one for each other worker,
    by the scaling config's ``placement_strategy``. The driver function runs in the first bundle,
    and `TuneReportCallback` has Train place its workers in these instead of a group of their own.
    A driver function may run trainers of other scaling configs too: what they take beyond that,
    and all that trainers without the callback take, has to be free beside it, and is waited for.

    Where Tune can reserve no room for workers, whose number may change (``num_workers=(1, 4)``) or
    which have a ``label_selector`` or slices of TPUs, and where `max_concurrent` is given, it
    reserves instead:

    - Of `driver_resources` what the workers do not take. What both take is counted, but not held:
      a driver function that held it could keep it from the workers for ever. A driver function
      that would then hold nothing holds 256 MiB of ``memory``, unless workers take that too. It
      may run on any node, the head node last; one that holds nothing runs on the head node.
    - In a bundle of its own a part of the one ``node:<address>`` that the head node has, which
      takes no CPU: what the trial takes of the cluster, driver and workers together, and at least
      so much that nothing is left for one trial more than fits. What fits is counted when Tune
      creates the trial, and is at least one. On a cluster that grows by itself a warning says so,
      once: it grows for those only. `max_concurrent` says how many are to run there.

    Args:
        scaling_config: The trainer's scaling config. ``config["scaling_config"]`` of a trial, a
            ``ScalingConfig`` or a dict of its arguments, replaces it. Without either it is
            ``ScalingConfig()``.
        driver_resources: What the driver function takes: what was ``trainer_resources`` in Train
            V1's ``ScalingConfig``. ``trainer_resources`` in a trial's ``config["scaling_config"]``
            replace it. Zero amounts count as nothing. Without either it is a CPU, and nothing on
            Google Colab, as under Train V1.
        max_concurrent: How many trials may run at once, whatever the cluster is now; 1 to 10000.
            Those for which there is no room wait for it, and make a cluster grow.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
        TypeError: ``scaling_config`` is none.
        ValueError: ``max_concurrent`` is not in its range.
    """
    _ray.require_v2()
    if scaling_config is not None:
        require_scaling_config(scaling_config)
    if max_concurrent is not None and not 1 <= max_concurrent <= UNITS:
        raise ValueError(
            f"trial_resources got max_concurrent={max_concurrent}; give the number of trials that"
            f" may run at once, 1 to {UNITS}, or leave it out to have them run as there is room."
        )
    return functools.partial(_resources_of_trial, scaling_config, driver_resources, max_concurrent)


def _resources_of_trial(
    scaling_config: ScalingConfig | None,
    driver_resources: Resources | None,
    max_concurrent: int | None,
    config: dict[str, Any],
) -> PlacementGroupFactory:
    swept = config.get("scaling_config")
    if isinstance(swept, Mapping) and swept.get("trainer_resources") is not None:
        driver_resources = swept["trainer_resources"]
    if "scaling_config" in config:
        scaling_config = swept_scaling_config(swept)
    scaling_config = scaling_config or ScalingConfig()
    driver_resources = _of_trainer_under_v1() if driver_resources is None else driver_resources
    shape = trial_shape(scaling_config, driver_resources)
    if max_concurrent is None and can_reserve(scaling_config, shape):
        resources = whole_trial(shape)
    else:
        resources = _share(shape, max_concurrent)
    # Tune hands the object itself on to the driver function, which `trial_info` asks.
    vars(resources)[COUNTED] = dict(driver_resources)
    return resources


def _of_trainer_under_v1() -> Resources:
    """What Train V1 reserved for a trainer: Colab has two CPUs, and they were for the workers."""
    try:
        importlib.import_module("google.colab")
    except ImportError:
        return DRIVER
    return {}


def _share(shape: TrialShape, max_concurrent: int | None) -> PlacementGroupFactory:
    """Resources that count trials: for a driver function whose workers Train makes room for."""
    nodes = nodes_for(shape)
    if max_concurrent is None:
        part = part_of_cluster(nodes, shape)
        growing = _ray.growing_cluster()
        if growing is not None:
            _warn_of_growing(growing)
    else:
        part = UNITS // max_concurrent / UNITS
    # Ray lets a first bundle without resources be empty, as long as there is another. SPREAD keeps
    # driver functions off the head node where others have room.
    return PlacementGroupFactory(
        [held_by_driver(shape), {_resource_of_head_node(nodes): part}], strategy="SPREAD"
    )


@functools.cache
def _warn_of_growing(cluster: str) -> None:
    """Once for each cluster, as Tune asks for the resources of each trial."""
    logger.warning(
        "The cluster at %s grows by itself, but trial_resources was not told how far, and cannot"
        " reserve room for workers whose number may change, or which have a label_selector: no more"
        " trials run at once than fit on the nodes of now, or one. Give it max_concurrent=..., the"
        " most trials that may run at once.",
        cluster,
    )


def driver_of(resources: PlacementGroupFactory) -> Resources:
    """What a driver function that has these resources counts for, held or not."""
    held: Resources = {} if resources.head_bundle_is_empty else resources.bundles[0]
    counted: Resources = vars(resources).get(COUNTED, held)
    return counted


def held_by_driver(shape: TrialShape) -> dict[str, float]:
    """What a driver function can hold without keeping it from any workers of this shape."""
    taken = {name for name, amount in shape.worker.items() if amount and shape.num_workers}
    held = {name: amount for name, amount in shape.driver.items() if amount and name not in taken}
    return held or {name: amount for name, amount in WAITING.items() if name not in taken}


def _resource_of_head_node(nodes: list[Resources]) -> str:
    """The resource that has the address of the head node, as each node has one of its own.

    Train and Serve place actors of theirs by `HEAD_NODE`, so that a sweep must not take all of it.
    """
    heads = [node for node in nodes if _ray.HEAD_NODE in node]
    if not heads:
        raise RuntimeError(
            "trial_resources finds no head node, whose address it counts trials by, among the "
            f"{len(nodes)} living nodes of the cluster; start the sweep when the head node is up, "
            "or use TuneConfig(max_concurrent_trials=...)."
        )
    return next(name for name in heads[0] if name.startswith("node:") and name != _ray.HEAD_NODE)
