"""How long a trial has run, as Train V1 counted it: from when there was room for its workers."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import ray
from ray.exceptions import RayError
from ray.util import get_current_placement_group, placement_group_table

TIME_THIS_ITER = "time_this_iter_s"
TIMESTAMP = "timestamp"


class Clock:
    """In a Train controller: the time between reports.

    Under Train V1 the driver function and its workers had their room before the trial began. Under
    V2 the trial has begun when its workers wait for theirs, for as long as others hold it.
    """

    def __init__(self) -> None:
        self._latest = time.time()
        self._of_start = 0.0

    def restart(self) -> None:
        """Workers are asked for."""
        self._latest = time.time()

    def count_start(self, workers: Any) -> None:
        """They have started: what they have waited for their room does not count."""
        took, waited = time.time() - self._latest, 0.0
        with contextlib.suppress(RayError):  # Train sees by itself that the worker has died
            waited = ray.get(workers.execute_single_async(0, _waited_for_room))
        self._of_start = max(0.0, took - waited)

    def go_on(self) -> None:
        """They are to train now; what was done since they have started does not count."""
        self._latest = time.time() - self._of_start

    def times(self) -> dict[str, Any]:
        """Of a report: the seconds since the one before it, and the time now."""
        now = time.time()
        times = {TIME_THIS_ITER: now - self._latest, TIMESTAMP: int(now)}
        self._latest = now
        return times


def _waited_for_room() -> float:
    """Runs in a worker: the seconds until all workers had their place."""
    group = get_current_placement_group()
    if group is None:
        return 0.0
    milliseconds: float = placement_group_table(group)["stats"]["end_to_end_creation_latency_ms"]
    return milliseconds / 1000
