"""How many trials of a sweep run at once.

Under Train V1 a trial reserved its coordinator and all of its workers at once. Under V2 Tune
reserves the driver function only, and Train reserves the workers later: when more driver functions
start than can get their workers, they hold the CPUs that workers wait for, and nothing moves.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import ray
from ray.train import ScalingConfig
from ray.tune import PlacementGroupFactory

from . import _ray
from .packing import Resources, TrialShape, count_trials, part_of_cluster

# What Tune reserves for a function unless it is told otherwise.
DRIVER: Resources = {"CPU": 1}

# A resource that the head node has 1 of, and no other node any. Train and Serve place actors of
# theirs by it, so that a sweep must not take all of it.
HEAD = "node:__internal_head__"


def max_concurrent_trials(
    *scaling_configs: ScalingConfig, driver_resources: Resources = DRIVER
) -> int:
    """How many trials the cluster can run at once, driver functions included; at least 1.

    For ``tune.TuneConfig(max_concurrent_trials=...)``. Give every scaling config that a trial may
    have; the one that fits least often counts. Without any it is ``ScalingConfig()``, as for a
    trainer without one. What counts is what the nodes have in all, not what is free just now.
    Starts Ray as the Tuner would, with ``ray.init()``, when nothing has started it yet.

    A cluster that grows by itself counts as it is now. Use `trial_resources` there, and where the
    search algorithm has a limit of its own or the scheduler pauses trials.

    Args:
        scaling_configs: The trainers' scaling configs. Of ``num_workers=(min, max)`` the smaller
            number counts.
        driver_resources: What a driver function takes, where ``tune.with_resources`` says so.
            Zero amounts count as nothing.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
        ValueError: Neither the driver function nor its workers reserve anything.
    """
    _ray.require_v2()
    nodes = _nodes()
    return min(
        max(1, count_trials(nodes, trial_shape(scaling_config, driver_resources)))
        for scaling_config in scaling_configs or [ScalingConfig()]
    )


def trial_resources(
    scaling_config: ScalingConfig | None = None, driver_resources: Resources = DRIVER
) -> Callable[[dict[str, Any]], PlacementGroupFactory]:
    """Resources of a driver function that keep Tune from starting more trials than fit.

    For ``tune.with_resources(train_driver_fn, trial_resources(ScalingConfig(num_workers=2)))``.
    Use it instead of `max_concurrent_trials` where no number can be given: ``scaling_config`` is
    swept, ``ray.init`` comes later, the search algorithm has a limit of its own, or the scheduler
    pauses trials, which count as concurrent although they hold nothing.

    Tune calls the result for each trial; Ray is not touched before. It reserves the driver
    function's resources and, in a bundle of its own, a part of the one ``node:<address>`` that the
    head node has: what the trial takes of the cluster, driver and workers together, and at least
    so much that nothing is left for one trial more than fits. The driver function itself may run
    on any node; one that takes nothing runs on the head node.

    Args:
        scaling_config: The trainer's scaling config. ``config["scaling_config"]`` of a trial, a
            ``ScalingConfig`` or a dict of its arguments, replaces it. Without either it is
            ``ScalingConfig()``.
        driver_resources: What the driver function takes: what was ``trainer_resources`` in Train
            V1's ``ScalingConfig``. ``trainer_resources`` in a trial's ``config["scaling_config"]``
            replace it. Zero amounts count as nothing.

    Raises:
        RuntimeUnavailable: Ray Train V2 is off, or Ray is too old.
    """
    _ray.require_v2()
    return functools.partial(_resources_of_trial, scaling_config, driver_resources)


def _resources_of_trial(
    scaling_config: ScalingConfig | None, driver_resources: Resources, config: dict[str, Any]
) -> PlacementGroupFactory:
    swept = config.get("scaling_config")
    if isinstance(swept, Mapping) and swept.get("trainer_resources") is not None:
        driver_resources = swept["trainer_resources"]
    if "scaling_config" in config:
        scaling_config = swept_scaling_config(swept)
    shape = trial_shape(scaling_config or ScalingConfig(), driver_resources)
    nodes = _nodes()
    part = {_resource_of_head_node(nodes): part_of_cluster(nodes, shape)}
    # Ray lets a first bundle without resources be empty, as long as there is another.
    return PlacementGroupFactory([dict(driver_resources), part])


def _resource_of_head_node(nodes: list[Resources]) -> str:
    """The resource that has the address of the head node, as each node has one of its own."""
    head = next(node for node in nodes if HEAD in node)
    return next(name for name in head if name.startswith("node:") and name != HEAD)


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
    strategy: Any = scaling_config.placement_strategy
    return TrialShape(
        driver=driver,
        worker={
            "CPU": scaling_config.num_cpus_per_worker,
            "GPU": scaling_config.num_gpus_per_worker,
            **scaling_config.additional_resources_per_worker,
        },
        num_workers=workers[0] if isinstance(workers, tuple) else workers,
        strategy=strategy,
    )


def _nodes() -> list[Resources]:
    if not ray.is_initialized():
        ray.init()
    nodes: list[dict[str, Any]] = ray.nodes()  # type: ignore[no-untyped-call]
    return [node["Resources"] for node in nodes if node["Alive"]]
