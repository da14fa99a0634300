"""Train runs whose reports do not reach Tune as they should: somebody is told."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any

from . import _ray

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ray.train._internal.session import _TrainSession

logger = logging.getLogger(__name__)

# How `trial_run` names a run outside a trial.
OUTSIDE = "train-run_id="

EXPECTED, BY_CALLBACK, BY_DRIVER = "expected", "by a callback", "by the driver function"


def expect_reports(session: _TrainSession) -> None:
    """Warn when the trial ends, if it had a Train run of which Tune was told nothing."""
    ways = _ray.heard_of(session)
    if EXPECTED not in ways:  # a driver function may have several runs
        ways.add(EXPECTED)
        _ray.note_own_reports(session, functools.partial(ways.add, BY_DRIVER))
        _ray.before_finish(session, functools.partial(_warn_if_unheard, session))


def note_callback(session: _TrainSession) -> None:
    """The trial has a callback that reports to Tune."""
    _ray.heard_of(session).add(BY_CALLBACK)


def _warn_if_unheard(session: _TrainSession) -> None:
    ways = _ray.heard_of(session)
    heard = not ways.isdisjoint({BY_CALLBACK, BY_DRIVER})
    ways.clear()  # the next trial may have the same session
    if heard or _ray.run_started(session) is None:
        return
    logger.warning(
        "Tune has got no report of the Train run of this trial, as its RunConfig has no"
        " TuneReportCallback that was built in the driver function: the trial has no metrics and no"
        " checkpoints, and nothing stops it early. Build it there:"
        " RunConfig(**trial_run(), callbacks=[TuneReportCallback()])."
    )


def refuse_second_callback(
    run_contexts: Sequence[Any], reports_to_tune: Callable[[Any], bool]
) -> None:
    """In the controller of a trial's run: fail where two callbacks would hand on each report.

    Args:
        run_contexts: The run's; none in Ray 2.43.
        reports_to_tune: Whether a callback of the runtime is one of them.
    """
    for run_context in run_contexts:
        given = run_context.run_config.callbacks or []
        ours = [one for one in given if reports_to_tune(one)]
        rays = [one for one in given if isinstance(one, _ray.ReportCallbackOfRay)]
        if len(ours) + len(rays) > 1:
            raise ValueError(
                f"The callbacks of the trial's RunConfig have {len(ours)} TuneReportCallback of"
                f" raytune_runtime and {len(rays)} of ray.tune, and each would make every report a"
                " result of Tune. Leave one, that of raytune_runtime."
            )


def warn_of_shared_directory(run_contexts: Sequence[Any]) -> None:
    """In the controller of a trial's run: warn where its name is of no trial."""
    for run_context in run_contexts:
        name: str = run_context.run_config.name or ""
        if name.startswith(OUTSIDE):
            logger.warning(
                "The Train run of a trial is called %s: trial_run() was called outside of the"
                " driver function. All trials store their checkpoints in that one directory of"
                " Ray's default storage, and none in its own. Call it in the driver function.",
                name,
            )
