"""How far a long run has come, on the last line of a terminal, and nowhere else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.report.terminal import Console

_LONG_S = 1.0  # a run that takes no longer needs no progress
_INTERVAL_S = 0.1
_WIDTH = 30
_T = TypeVar("_T")


def counted(some: Iterable[_T], total: int, console: Console) -> Iterator[_T]:
    """``some`` one by one; between them a terminal shows how many of ``total`` are done."""
    start = shown = time.monotonic()
    for done, one in enumerate(some):
        console.clear_line()
        yield one
        now = time.monotonic()
        if now - start > _LONG_S and now - shown > _INTERVAL_S:
            console.show_line(_bar(done + 1, total, now - start))
            shown = now
    console.clear_line()


def _bar(done: int, total: int, seconds: float) -> str:
    total = max(done, total)
    full = _WIDTH * done // total
    left = seconds / done * (total - done)
    return f"[{'#' * full}{'.' * (_WIDTH - full)}] {done} of {total} files, {left:.0f} s left"
