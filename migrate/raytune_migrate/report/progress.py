"""How far a long run has come, on the last line of a terminal, and nowhere else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.report.terminal import Console

_LONG_S = 1.0  # a run that takes no longer needs no progress
_WIDTH = 30
_T = TypeVar("_T")


def counted(some: Iterable[_T], total: int, console: Console) -> Iterator[_T]:
    """``some`` one by one; between them a terminal shows how many of ``total`` are done."""
    start = time.monotonic()
    shown = False
    for done, one in enumerate(some, start=1):
        if shown:
            console.clear_line()
        yield one
        seconds = time.monotonic() - start
        shown = done < total and seconds > _LONG_S
        if shown:
            console.show_line(_bar(done, total, seconds))


def _bar(done: int, total: int, seconds: float) -> str:
    total = max(done, total)
    full = _WIDTH * done // total
    left = seconds / done * (total - done)
    return f"[{'#' * full}{'.' * (_WIDTH - full)}] {done} of {total} files, {left:.0f} s left"
