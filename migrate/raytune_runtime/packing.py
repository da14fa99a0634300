"""How many trials fit on the nodes of a cluster: arithmetic only, no Ray.

Resources are mappings from Ray's resource names to amounts. Ray counts them in steps of 1 / 10000,
and so does this module, in whole numbers.
"""

from __future__ import annotations

import heapq
import sys
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

Resources = Mapping[str, float]

UNITS = 10_000


@dataclass(frozen=True)
class TrialShape:
    """What one trial takes: a driver function, and then all of its workers or none.

    Attributes:
        driver: Resources of the driver function; it may take nothing.
        worker: Resources of each worker.
        num_workers: How many workers one trial has.
        strategy: Ray's placement strategy for the workers: PACK, SPREAD, STRICT_PACK (all of a
            trial's workers on one node) or STRICT_SPREAD (each on another node).
        places: Where workers may run, if not anywhere: for each the name of a resource that only
            the nodes have where it may.
    """

    driver: Resources
    worker: Resources
    num_workers: int
    strategy: str = "PACK"
    places: tuple[str, ...] = ()


def count_trials(nodes: Sequence[Resources], shape: TrialShape) -> int:
    """How many trials of one shape can run at once on the given nodes.

    Drivers go where they cost the fewest workers. Ray does not look ahead in this way, so where
    nodes differ and are filled to the last CPU, fewer trials may run than are counted here.

    Raises:
        ValueError: A trial takes nothing, so that any number would fit.
    """
    driver = _units(shape.driver)
    worker = _units(shape.worker)
    if not driver and not (worker and shape.num_workers):
        raise ValueError("a trial has to reserve something: its driver function or its workers")
    # On one node a STRICT_PACK trial has its workers together or not at all.
    packed = shape.strategy == "STRICT_PACK"
    together = shape.num_workers if packed else 1
    places = set(shape.places)

    def room(node: Counter[str]) -> int:
        if places and not (places <= node.keys() if packed else places & node.keys()):
            return 0
        return _times(node, worker) // max(1, together)

    free = [_only(_units(node), {*driver, *worker, *places}) for node in nodes]
    rooms = [room(node) for node in free]
    groups = _groups(free, shape)
    in_all = [sum(rooms[index] for index in group) for group in groups]

    scarce = _scarce(groups, in_all)

    def cost(host: int) -> tuple[int, bool, int]:
        return rooms[host] - room(_less(free[host], driver)), host in scarce, -rooms[host]

    # A cluster may have room for thousands of trials: only what a driver changes is counted anew.
    hosts = [(cost(host), host) for host, node in enumerate(free) if _times(node, driver)]
    heapq.heapify(hosts)
    trials = 0
    while hosts:
        _, host = heapq.heappop(hosts)
        free[host] = _less(free[host], driver)
        lost = rooms[host] - room(free[host])
        rooms[host] -= lost
        in_all = [rest - lost * (host in group) for rest, group in zip(in_all, groups, strict=True)]
        available = in_all
        if shape.strategy == "STRICT_SPREAD":
            available = [sum(min(rooms[index], trials + 1) for index in group) for group in groups]
        needs = ((trials + 1) * workers for workers in groups.values())
        if any(rest * together < need for rest, need in zip(available, needs, strict=True)):
            break
        trials += 1
        if _times(free[host], driver):
            heapq.heappush(hosts, (cost(host), host))
    return trials


def _groups(nodes: Sequence[Counter[str]], shape: TrialShape) -> dict[frozenset[int], int]:
    """How many workers of a trial need room on some nodes, given by their indexes.

    Those that have the same place, and all together. Where more than two places overlap, more would
    have to be looked at, and a trial may have to wait that is counted here.
    """

    def group(places: Set[str]) -> frozenset[int]:
        return frozenset(i for i, node in enumerate(nodes) if not places or places & node.keys())

    groups = Counter[frozenset[int]]()
    for place, workers in Counter(shape.places).items():
        groups[group({place})] += workers
    return {**groups, group(set(shape.places)): shape.num_workers}


def _scarce(groups: Mapping[frozenset[int], int], in_all: Sequence[int]) -> frozenset[int]:
    """The group that has room for the fewest trials."""
    rest = zip(in_all, groups.values(), groups, strict=True)
    return min(rest, key=lambda one: one[0] / max(1, one[1]))[2]


def part_of_cluster(nodes: Sequence[Resources], shape: TrialShape) -> float:
    """What one trial takes of the whole cluster, as a fraction, in steps of 1 / 10000.

    Its share of the resource that it takes most of, and at least so much that as many trials of
    its shape as fit make up no more than 1, and one trial more does. Trials of different shapes
    whose parts make up no more than 1 have room for all their drivers and workers together.
    """
    fit = count_trials(nodes, shape)
    names = {*shape.driver, *shape.worker}
    total = sum((_only(_units(node), names) for node in nodes), Counter[str]())
    trial = _units(shape.driver)
    for _ in range(shape.num_workers):
        trial += _units(shape.worker)
    share = max(UNITS * need // max(1, total[name]) for name, need in trial.items())
    one_too_many = UNITS // (fit + 1) + 1
    return min(UNITS, max(share, one_too_many)) / UNITS


def _units(resources: Resources) -> Counter[str]:
    """Amounts in steps of 1 / 10000, without those that are zero."""
    return +Counter({name: round(amount * UNITS) for name, amount in resources.items()})


def _only(resources: Counter[str], names: Set[str]) -> Counter[str]:
    return Counter({name: resources[name] for name in names & resources.keys()})


def _less(node: Counter[str], taken: Counter[str]) -> Counter[str]:
    return node - taken


def _times(node: Counter[str], bundle: Counter[str]) -> int:
    """How often a bundle fits on a node; a bundle of nothing always does."""
    return min((node[name] // need for name, need in bundle.items()), default=sys.maxsize)
