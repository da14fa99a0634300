"""What a run comes to: how many files ended in which way, and the exit status that follows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from raytune_migrate.outcome import Status
from raytune_migrate.vendor import CopyState

if TYPE_CHECKING:
    from collections.abc import Collection

    from raytune_migrate.options import Options
    from raytune_migrate.outcome import Outcome
    from raytune_migrate.vendor import Copy

NOTHING_LEFT = 0
SOMETHING_LEFT = 1
A_FILE_FAILED = 123


def exit_status(outcomes: Collection[Outcome], options: Options, copy: Copy | None = None) -> int:
    """0: nothing left to do. 1: a change to make, or work for a person. 123: a file failed."""
    statuses = {outcome.status for outcome in outcomes}
    if Status.FAILED in statuses or (copy is not None and copy.error is not None):
        return A_FILE_FAILED
    would_copy = copy is not None and copy.state is not CopyState.CURRENT
    would_change = not options.writes and (Status.MIGRATED in statuses or would_copy)
    work_left = any(outcome.migration and outcome.migration.findings for outcome in outcomes)
    return SOMETHING_LEFT if would_change or work_left else NOTHING_LEFT


def summary(outcomes: Collection[Outcome], options: Options, copy: Copy | None = None) -> str:
    """The number of files that ended in each of the five ways, and of those of the runtime."""
    if not outcomes:
        return "0 files: no .py or .pyi files in the paths given."
    counts = Counter(outcome.status for outcome in outcomes)
    mood = "" if options.writes else "would be "
    parts = [
        f"{counts[status]} {mood if status in (Status.MIGRATED, Status.WORK_LEFT) else ''}"
        f"{status.value}"
        for status in Status
    ]
    files = "1 file" if len(outcomes) == 1 else f"{len(outcomes)} files"
    return f"{files}: {', '.join(parts)}.{_of_runtime(copy, options)}"


def _of_runtime(copy: Copy | None, options: Options) -> str:
    if copy is None or copy.state is CopyState.CURRENT or copy.error is not None:
        return ""
    count = len(copy.stale)
    files = "1 file" if count == 1 else f"{count} files"
    was = "was" if count == 1 else "were"
    return f" {files} of the runtime {was if options.writes else 'would be'} copied."
