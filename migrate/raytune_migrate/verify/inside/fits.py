"""What the run of a trainer alone gave, as far as Train V1 and V2 both tell it.

Train V1 makes a sweep of one trial of it. Train V2 remembers of its reports those with a
checkpoint, and of them those that it keeps.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from .content import digests
from .results import (
    NEVER_THE_SAME,
    error_of,
    experiment_of,
    files_of,
    kept_of,
    place,
    stray_checkpoints,
)
from .values import metric

if TYPE_CHECKING:
    from collections.abc import Mapping

# What Tune adds to the metrics of a report.
_OF_TUNE = {
    *("config", "done", "episodes_total", "experiment_tag", "iterations_since_restore"),
    *("should_checkpoint", "timesteps_since_restore", "timesteps_total", "training_iteration"),
}
# What Tune writes of a trial.
_TUNES_FILES = {
    *("error.pkl", "error.txt", "events.out.tfevents", "params.json", "params.pkl"),
    *("progress.csv", "result.json"),
}


def fit_of(folder: Path, result: Any, error: Exception | None = None) -> dict[str, Any]:
    """A sweep of one trial, whose iterations are the reports that came with a kept checkpoint.

    ``folder`` is that of the run. Of one that failed there is the error alone, for on Train V2
    nobody gets its Result.
    """
    failed = error_of(result) if error is None else error_of(SimpleNamespace(error=error))
    kept = [] if failed else sorted(result.best_checkpoints or [], key=lambda one: one[0].path)
    return {
        "experiment": experiment_of(folder),
        "storage": place(folder.parent),
        "stray_checkpoints": 0 if failed else stray_checkpoints([result], folder),
        "best_config": None,
        "files": [],
        "trials": [
            {
                "config": {},
                **dict.fromkeys(("training_iteration", "done", "ended")),
                "error": failed,
                "iterations": [_reported(metrics) for _, metrics in kept],
                "checkpoint": None if failed else digests(result.checkpoint),
                "best_checkpoints": [kept_of(checkpoint) for checkpoint, _ in kept],
                "files": [] if failed else own_files(result),
            }
        ],
    }


def own_files(result: Any) -> list[str]:
    """The files of a run's folder that are not Tune's, which Train V2 does not write."""
    if not result.path:
        return []
    return [name for name in files_of(Path(result.path)) if name not in _TUNES_FILES]


def _reported(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """What the train loop itself has reported, in the order of the names."""
    tunes = _OF_TUNE | NEVER_THE_SAME.keys()
    return {name: metric(name, metrics[name]) for name in sorted(metrics) if name not in tunes}
