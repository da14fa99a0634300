"""Workers that wait in a report for others that have ended: the trial fails, as under Train V1.

``ray.train.report`` of Train V2 waits until all workers have called it, for ever if one has ended.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

import ray
from ray.exceptions import RayError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Workers need not end at once: only those that are so far apart are asked, and so often.
INTERVAL_S = 1.0


class UnequalReports:
    """In a Train controller: how many reports workers have begun, asked when some have ended."""

    def __init__(self) -> None:
        self._next = 0.0
        self._ended: list[int] = []
        self._answers: list[Any] = []

    def look(self, statuses: Mapping[int, Any], ask: Callable[[], list[Any]]) -> None:
        """Look at the workers, by their ranks, as they were polled.

        Args:
            statuses: Of each worker whether it is running.
            ask: Asks each how many reports it has begun; gives references to the answers.

        Raises:
            RuntimeError: One that has ended has made fewer reports than another has begun.
        """
        ended = [rank for rank, status in statuses.items() if not status.running]
        failed = any(status.error is not None for status in statuses.values())
        now = time.monotonic()
        if failed or not 0 < len(ended) < len(statuses):
            self._next = now + INTERVAL_S
            self._answers = []
        elif self._answers:
            _, awaited = ray.wait(self._answers, num_returns=len(self._answers), timeout=0)
            if not awaited:
                answers, self._answers = self._answers, []
                with contextlib.suppress(RayError):  # Train sees by itself that a worker has died
                    _compare(ray.get(answers), self._ended)
        elif now >= self._next:
            self._next = now + INTERVAL_S
            self._ended, self._answers = ended, ask()


def _compare(begun: list[int], ended: list[int]) -> None:
    first = min(ended, key=lambda rank: begun[rank])
    waiting = [rank for rank, count in enumerate(begun) if count > begun[first]]
    if waiting:
        raise RuntimeError(
            f"The train loop of rank {first} has ended after {begun[first]} calls of"
            f" ray.train.report, and rank {waiting[0]} waits for it in call"
            f" {begun[first] + 1}. Have all workers report the same number of times."
        )
