"""What a change says where it cannot be made, because rewritten code is to need Ray alone.

Rules write the runtime's names as ever. Here alone it is seen that a change holds one that may not
be written, and the change becomes findings; the sweep that it belongs to is left as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.proposal import Finding
from raytune_migrate.runtime.home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from raytune_migrate.proposal import Change

_RUN_WITH = "Run without --no-runtime, or migrate this by hand."
# What Ray alone has nothing for, by the name in the runtime that has.
LOSSES: Mapping[str, str] = {
    "TrainingFailedError": "ray.train has this class from Ray 2.51 on only",
    "TuneReportCallback": "checkpoints are given no metadata",
    "checkpoint_from_dict": "a checkpoint cannot be made from a dict",
    "checkpoint_to_dict": "a checkpoint cannot be read as a dict",
    "driver_for": "no driver function can be made of a trainer that exists already",
    "fit_as_trial": "Train V2 does nothing of what only Tune does for a run",
    "lightgbm_train_loop": "the loop would have to see its callbacks, datasets and what it reads",
    "xgboost_train_loop": "the loop would have to see its callbacks, datasets and what it reads",
    "merge_config": "nested keys can be merged only where all of them can be seen",
    "preprocess_datasets": "trainers take no preprocessor",
    "start_from_trial": "workers cannot be given the checkpoint to start from",
    "train_run_config": "one RunConfig cannot serve a trainer and Tune",
    "trial_info": "workers do not know the trial that they belong to",
    "trial_resources": "these resources cannot be reserved for a driver function",
    "tune_run_config": "a RunConfig that cannot be seen cannot be made Tune's",
}
_ADVICE: Mapping[str, str] = {
    "TrainingFailedError": "Require Ray 2.51, or run without --no-runtime.",
    "trial_info": "Pass the value in train_loop_config, or run without --no-runtime.",
}


def without_runtime(change: Change) -> tuple[Finding, ...]:
    """The findings in the place of a change that needs the runtime; none where it does not."""
    names = sorted({one.name for one in change.imports if one.module == RUNTIME})
    if not names:
        return change.lacks
    lost = ", and ".join(dict.fromkeys(LOSSES[name] for name in names))
    advice = next((_ADVICE[name] for name in names if name in _ADVICE), _RUN_WITH)
    reason = f"This needs {', '.join(names)} of raytune_runtime: with Ray alone {lost}."
    return (*change.lacks, Finding(change.code, change.place, reason, advice, change.link))
