"""How many files a run looked at, and how many of them ended in which way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.report.terminal import shown
from raytune_migrate.status import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from raytune_migrate.files.find import Filter
    from raytune_migrate.settings.options import Options

_REWRITTEN = (Status.MIGRATED, Status.WORK_LEFT)
_WORTH_SAYING_S = 1.0


def counts_of_files(counts: Mapping[Status, int], seconds: float, options: Options) -> str:
    """The number of files that ended in each of the five ways."""
    total = sum(counts.values())
    if not total:
        return f"0 files: no Python files in the paths given{_chosen_by(options.filter)}."
    mood = "" if options.writes else "would be "
    parts = [
        f"{counts.get(one, 0)} {mood if one in _REWRITTEN else ''}{one.value}" for one in Status
    ]
    time = f" in {seconds:.1f} s" if seconds >= _WORTH_SAYING_S else ""
    return f"{number_of_files(total)}{time}: {', '.join(parts)}."


def _chosen_by(only: Filter) -> str:
    """Which patterns may have left none, and from where they count."""
    given = (
        ("include", only.include),
        ("exclude", only.exclude),
        ("force-exclude", only.force_exclude),
    )
    said = [f"{name} {shown(', '.join(patterns))}" for name, patterns in given if patterns]
    if not said:
        return ""
    return f" that are chosen by {' and '.join(said)}, from {shown(str(only.root.absolute()))} on"


def interrupted(*, done: int, left: int) -> str:
    """What is said where a person stops a run."""
    return f"Interrupted: {number_of_files(done)} done, {left} left; nothing is half-written."


def number_of_files(count: int) -> str:
    """``1 file`` or ``2 files``."""
    return "1 file" if count == 1 else f"{count} files"
