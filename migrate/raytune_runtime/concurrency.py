"""How many trials of a sweep run at once.

Under Train V1 a trial reserved its coordinator and all of its workers at once. Under V2 Tune
reserves the driver function only, and Train reserves the workers later: when more driver functions
start than can get their workers, they hold the CPUs that workers wait for, and nothing moves.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Mapping
from typing import Any

import ray
from ray.train import ScalingConfig
from ray.tune import PlacementGroupFactory

from . import _ray
from .labels import open_places, places_of
from .packing import UNITS, Resources, TrialShape, count_trials, part_of_cluster

logger = logging.getLogger(__name__)

# What Tune reserves for a function unless it is told otherwise.
DRIVER: Resources = {"CPU": 1}

# What a driver function holds that would otherwise hold nothing, in bytes. It is less than any
# process of Ray takes, so it costs no trial, but drivers do not all gather on one node.
WAITING: Resources = {"memory": 256 * 1024**2}

# Attribute of a trial's resources: what was given as driver resources.
COUNTED = "raytune_driver_resources"


def max_concurrent_trials(
    *scaling_configs: ScalingConfig, driver_resources: Resources = DRIVER
) -> int:
    """How many trials the cluster can run at once, driver functions included; at least 1.

    For ``tune.TuneConfig(max_concurrent_trials=...)``. Give every scaling config that a trial may
    have; the one that fits least often counts. Without any it is ``ScalingConfig()``, as for a
    trainer without one. What counts is what the nodes have in all, not what is free just now.
    Starts Ray as the Tuner would, with ``ray.init()``, when nothing has started it yet.

    Where not even one trial fits, a warning says so. A cluster that grows by itself counts as it is
    now, and a warning says that: Ray does not tell how far it grows. Use `trial_resources` there,
    with ``max_concurrent``. Use it also where the search algorithm has a limit of its own or the
    scheduler pauses trials; where a train loop starts tasks or actors of Ray, which need CPUs of
    their own; and where others use the cluster too, or nodes may be lost: drivers of this many
    trials may hold CPUs that their workers then wait for until the others have ended.

    Args:
        scaling_configs: The trainers' scaling configs. Of ``num_workers=(min, max)`` the smaller
            number counts; with a ``label_selector``, only the nodes that it chooses do.
        driver_resources: What a driver function takes, where ``tune.with_resources`` says so.
            Zero amounts count as nothing.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
        ValueError: Neither the driver function nor its workers reserve anything.
    """
    _ray.require_v2()
    shapes = [trial_shape(one, driver_resources) for one in scaling_configs or [ScalingConfig()]]
    counts = [count_trials(_nodes(shape), shape) for shape in shapes]
    limit = max(1, min(counts))
    if _ray.growing_cluster() is not None:
        logger.warning(
            "max_concurrent_trials gives %d, what the nodes of now have room for, although the"
            " cluster grows by itself: Ray does not tell how far. To have it grow, leave"
            " max_concurrent_trials out, and give the Tuner tune.with_resources(train_driver_fn,"
            " trial_resources(ScalingConfig(...), max_concurrent=...)), which names the most trials"
            " that may run at once.",
            limit,
        )
    elif 0 in counts:
        _warn_of_no_room(shapes[counts.index(0)])
    return limit


def _warn_of_no_room(shape: TrialShape) -> None:
    logger.warning(
        "The nodes of now have no room for one trial, whose driver function takes %s beside its %d"
        " workers of %s each%s: it waits for more nodes. Where there is room for the workers alone,"
        " as on Google Colab, where Train V1 counted no CPU for the trainer, leave"
        " max_concurrent_trials out, and give the Tuner tune.with_resources(train_driver_fn,"
        " trial_resources(ScalingConfig(...))): such a driver function holds nothing that its"
        " workers take.",
        dict(shape.driver),
        shape.num_workers,
        {name: amount for name, amount in shape.worker.items() if amount},
        " on the nodes of their label_selector" if shape.places else "",
    )


def trial_resources(
    scaling_config: ScalingConfig | None = None,
    driver_resources: Resources = DRIVER,
    max_concurrent: int | None = None,
) -> Callable[[dict[str, Any]], PlacementGroupFactory]:
    """Resources of a driver function that cannot keep any trial from its workers.

    For ``tune.with_resources(train_driver_fn, trial_resources(ScalingConfig(num_workers=2)))``.
    Use it instead of `max_concurrent_trials` where no number can be given: ``scaling_config`` is
    swept, ``ray.init`` comes later, the search algorithm has a limit of its own, or the scheduler
    pauses trials, which count as concurrent although they hold nothing. Use it also where a train
    loop starts tasks or actors of Ray: the CPU that is counted for the driver function is theirs;
    and where the cluster grows or shrinks, or has other users: trials then wait for their workers,
    as under V1.

    Tune calls the result for each trial; Ray is not touched before. It reserves:

    - Of `driver_resources` what the workers do not take. What both take is counted, but not held:
      a driver function that held it could keep it from the workers for ever. A driver function
      that would then hold nothing holds 256 MiB of ``memory``, unless workers take that too. It
      may run on any node, the head node last; one that holds nothing runs on the head node.
    - In a bundle of its own a part of the one ``node:<address>`` that the head node has, which
      takes no CPU: what the trial takes of the cluster, driver and workers together, and at least
      so much that nothing is left for one trial more than fits.

    A cluster that grows by itself does not tell how far. Say it with ``max_concurrent``: without
    it, as many trials start as fit on the nodes that are there when Tune creates the trial, and at
    least one, and the cluster grows for those only. A warning says so, once.

    Args:
        scaling_config: The trainer's scaling config. ``config["scaling_config"]`` of a trial, a
            ``ScalingConfig`` or a dict of its arguments, replaces it. Without either it is
            ``ScalingConfig()``.
        driver_resources: What the driver function takes: what was ``trainer_resources`` in Train
            V1's ``ScalingConfig``. ``trainer_resources`` in a trial's ``config["scaling_config"]``
            replace it. Zero amounts count as nothing.
        max_concurrent: How many trials may run at once, whatever the cluster is now; 1 to 10000.
            Those for which there is no room wait for it, and make a cluster grow.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
        ValueError: ``max_concurrent`` is not in its range.
    """
    _ray.require_v2()
    if max_concurrent is not None and not 1 <= max_concurrent <= UNITS:
        raise ValueError(
            f"trial_resources got max_concurrent={max_concurrent}; give the number of trials that"
            f" may run at once, 1 to {UNITS}, or leave it out to have it counted."
        )
    return functools.partial(_resources_of_trial, scaling_config, driver_resources, max_concurrent)


def _resources_of_trial(
    scaling_config: ScalingConfig | None,
    driver_resources: Resources,
    max_concurrent: int | None,
    config: dict[str, Any],
) -> PlacementGroupFactory:
    swept = config.get("scaling_config")
    if isinstance(swept, Mapping) and swept.get("trainer_resources") is not None:
        driver_resources = swept["trainer_resources"]
    if "scaling_config" in config:
        scaling_config = swept_scaling_config(swept)
    shape = trial_shape(scaling_config or ScalingConfig(), driver_resources)
    nodes = _nodes(shape)
    if max_concurrent is None:
        part = part_of_cluster(nodes, shape)
        growing = _ray.growing_cluster()
        if growing is not None:
            _warn_of_growing(growing)
    else:
        part = UNITS // max_concurrent / UNITS
    # Ray lets a first bundle without resources be empty, as long as there is another. SPREAD keeps
    # driver functions off the head node where others have room.
    resources = PlacementGroupFactory(
        [held_by_driver(shape), {_resource_of_head_node(nodes): part}], strategy="SPREAD"
    )
    # Tune hands the object itself on to the driver function, which `trial_info` asks.
    vars(resources)[COUNTED] = dict(driver_resources)
    return resources


@functools.cache
def _warn_of_growing(cluster: str) -> None:
    """Once for each cluster, as Tune asks for the resources of each trial."""
    logger.warning(
        "The cluster at %s grows by itself, but trial_resources was not told how far: no more"
        " trials run at once than fit on the nodes of now, or one. Give it max_concurrent=...,"
        " the most trials that may run at once.",
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


def swept_scaling_config(swept: ScalingConfig | Mapping[str, Any] | None) -> ScalingConfig:
    """The scaling config that a trial's ``config["scaling_config"]`` stands for.

    Tune makes a dict of a ``ScalingConfig`` in the space, with ``trainer_resources``, which only
    Train V1 accepts and the driver function takes instead.
    """
    if not isinstance(swept, Mapping):
        return swept or ScalingConfig()
    return ScalingConfig(**{k: v for k, v in swept.items() if k != "trainer_resources"})


def trial_shape(scaling_config: ScalingConfig, driver: Resources) -> TrialShape:
    """What a trial takes whose trainer has this scaling config."""
    workers: Any = scaling_config.num_workers  # annotated with Tune's domains, which V2 refuses
    num_workers: int = workers[0] if isinstance(workers, tuple) else workers
    strategy: Any = scaling_config.placement_strategy
    return TrialShape(
        driver=driver,
        worker={
            "CPU": scaling_config.num_cpus_per_worker,
            "GPU": scaling_config.num_gpus_per_worker,
            **scaling_config.additional_resources_per_worker,
        },
        num_workers=num_workers,
        strategy=strategy,
        places=places_of(scaling_config, num_workers),
    )


def _nodes(shape: TrialShape) -> list[Resources]:
    """What the living nodes have, and which of the shape's places they are."""
    if not ray.is_initialized():
        ray.init()
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return [
        {**node["Resources"], **dict.fromkeys(_places(node, shape), 1)}
        for node in nodes
        if node["Alive"]
    ]


def _places(node: dict[str, Any], shape: TrialShape) -> set[str]:
    return open_places(shape.places, node["Labels"]) if shape.places else set()
