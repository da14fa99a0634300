"""How many trials of a sweep run at once.

Under Train V1 a trial reserved its coordinator and all of its workers at once. Under V2 Tune
reserves the driver function only, and Train reserves the workers later: when more driver functions
start than can get their workers, they hold the CPUs that workers wait for, and nothing moves.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import ray
from ray.train import ScalingConfig

from . import _ray
from .labels import open_places, places_of
from .packing import Resources, TrialShape, count_trials

logger = logging.getLogger(__name__)

# What Tune reserves for a function unless it is told otherwise.
DRIVER: Resources = {"CPU": 1}


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
    and where nodes come later. Use it also where the search algorithm has a limit of its own or the
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
        TypeError: One of them is no scaling config.
        ValueError: Neither the driver function nor its workers reserve anything.
    """
    _ray.require_v2()
    shapes = [trial_shape(one, driver_resources) for one in scaling_configs or [ScalingConfig()]]
    counts = [count_trials(nodes_for(shape), shape) for shape in shapes]
    limit = max(1, min(counts))
    if _ray.growing_cluster() is not None:
        logger.warning(
            "max_concurrent_trials gives %d, what the nodes of now have room for, although the"
            " cluster grows by itself: Ray does not tell how far. To have it grow, leave"
            " max_concurrent_trials out, and give the Tuner tune.with_resources(train_driver_fn,"
            " trial_resources(ScalingConfig(...))), which reserves each trial as a whole.",
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
        ' trial_resources(ScalingConfig(...), driver_resources={"CPU": 0})).',
        dict(shape.driver),
        shape.num_workers,
        {name: amount for name, amount in shape.worker.items() if amount},
        " on the nodes of their label_selector" if shape.places else "",
    )


def swept_scaling_config(swept: ScalingConfig | Mapping[str, Any] | None) -> ScalingConfig:
    """The scaling config that a trial's ``config["scaling_config"]`` stands for.

    Tune makes a dict of a ``ScalingConfig`` in the space, with ``trainer_resources``, which only
    Train V1 accepts and the driver function takes instead.
    """
    if not isinstance(swept, Mapping):
        return swept or ScalingConfig()
    return ScalingConfig(**{k: v for k, v in swept.items() if k != "trainer_resources"})


def require_scaling_config(given: Any) -> None:
    """Raise TypeError unless it is a scaling config, be it of Train or of ``ray.air``."""
    if not hasattr(given, "num_cpus_per_worker"):
        raise TypeError(
            "What a trial takes is counted by the ScalingConfig of its trainer, but this is a"
            f" {type(given).__name__}: {given!r}. Give it ScalingConfig(num_workers=...) of"
            " ray.train, as the trainer has it."
        )


def trial_shape(scaling_config: ScalingConfig, driver: Resources) -> TrialShape:
    """What a trial takes whose trainer has this scaling config."""
    require_scaling_config(scaling_config)
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


def nodes_for(shape: TrialShape) -> list[Resources]:
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
