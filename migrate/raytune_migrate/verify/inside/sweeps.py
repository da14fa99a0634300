"""Watching the sweeps of this process: what each gave, and why its trials ended."""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ENDED = "the function ended"
CRITERION = "a stop criterion"
STOPPER = "a stopper"
SCHEDULER = "the scheduler"
EITHER = "a stopper or the scheduler"


def watched_tuner(
    record: Callable[[Any], None], record_run: Callable[[Any], None]
) -> Callable[[Any], None]:
    """For ``ray.tune.tuner``: *record* is called with the ResultGrid of each sweep that has ended.

    A lone ``trainer.fit()`` is a sweep of one trial under Train V1, and so is what the runtime does
    for it under V2: *record_run* is for those.
    """

    def wrap(module: Any) -> None:
        fit = module.Tuner.fit

        @functools.wraps(fit)
        def watched(self: Any) -> Any:
            grid = fit(self)
            lone = _caller().startswith(("ray.", "raytune_runtime."))
            (record_run if lone else record)(grid)
            return grid

        module.Tuner.fit = watched

    return wrap


def watched_fit(
    record: Callable[[Path, Any, Exception | None], None], then: Callable[[], None]
) -> Callable[[Any], None]:
    """For the module of Train V2's trainers: *record* is called with what one in this process gave.

    That is the folder of its run, and the Result or else the error. *then* is called in any case.
    """

    def wrap(module: Any) -> None:
        fit = module.DataParallelTrainer.fit

        @functools.wraps(fit)
        def watched(self: Any) -> Any:
            config = self.run_config
            folder = Path(str(config.storage_path), str(config.name))
            try:
                result = fit(self)
            except Exception as error:
                record(folder, None, error)
                raise
            else:
                # A run without workers of its own stores nothing, and its Result has no path.
                record(Path(result.path) if result.path else folder, result, None)
                return result
            finally:
                then()

        module.DataParallelTrainer.fit = watched

    return wrap


def watched_run(record: Callable[[Any], None]) -> Callable[[Any], None]:
    """For ``ray.tune.tune``: the sweeps of ``tune.run``, which gives no ResultGrid."""

    def wrap(module: Any) -> None:
        run = module.run

        @functools.wraps(run)
        def watched(*arguments: Any, **named: Any) -> Any:
            analysis = run(*arguments, **named)
            if not _caller().startswith("ray."):  # the Tuner's own are seen there
                from ray.tune.result_grid import ResultGrid

                record(ResultGrid(analysis))
            return analysis

        module.run = watched

    return wrap


def _caller() -> str:
    """The module that called the function that asks."""
    return str(sys._getframe(2).f_globals.get("__name__", ""))


def watched_endings(endings: dict[str, str]) -> Callable[[Any], None]:
    """For the module of Tune's controller: why each trial ended, by its id.

    Only what can be seen from outside; a Ray whose controller works otherwise tells nothing.
    """

    def wrap(module: Any) -> None:
        process = getattr(module.TuneController, "_process_trial_result", None)
        if process is None:
            return

        @functools.wraps(process)
        def watched(self: Any, trial: Any, result: Any) -> Any:
            by_itself = bool(result.get("done")) or "__duplicate__" in result
            reached = _reached(trial, result)
            decision = process(self, trial, result)
            if by_itself:
                endings[trial.trial_id] = ENDED
            elif (trial.last_result or {}).get("done"):
                endings[trial.trial_id] = CRITERION if reached else _other(self)
            return decision

        module.TuneController._process_trial_result = watched

    return wrap


def watched_results(reported: dict[str, list[str]]) -> Callable[[Any], None]:
    """For the module of Tune's controller: the results of each trial, by its id, as lines of JSON.

    They are those of the trial's ``result.json``, of which Tune can lose some: when it retries a
    trial, it reads the file back from the storage, where the last lines may not have arrived.
    """

    def wrap(module: Any) -> None:
        process = getattr(module.TuneController, "_process_trial_result", None)
        if process is None:
            return

        @functools.wraps(process)
        def watched(self: Any, trial: Any, result: Any) -> Any:
            from ray.tune.utils.util import SafeFallbackEncoder  # type: ignore[attr-defined]

            decision = process(self, trial, result)
            if "__duplicate__" not in result:
                line = json.dumps(result, cls=SafeFallbackEncoder)
                reported.setdefault(trial.trial_id, []).append(line)
            return decision

        module.TuneController._process_trial_result = watched

    return wrap


def _reached(trial: Any, result: Any) -> bool:
    """Whether a result reaches one of the trial's own stop criteria."""
    from ray.tune.utils import flatten_dict

    flat = flatten_dict(result)
    criteria = getattr(trial, "stopping_criterion", None) or {}
    return any(name in flat and flat[name] >= limit for name, limit in criteria.items())


def _other(controller: Any) -> str:
    from ray.tune.schedulers import FIFOScheduler
    from ray.tune.stopper import NoopStopper

    if type(getattr(controller, "_scheduler_alg", None)) is FIFOScheduler:
        return STOPPER
    if isinstance(getattr(controller, "_stopper", None), NoopStopper):
        return SCHEDULER
    return EITHER


def limited(trials: int) -> Callable[[Any], None]:
    """For the modules of Tune's search algorithms: no more than so many trials in each sweep."""

    def wrap(module: Any) -> None:
        kind = getattr(module, "BasicVariantGenerator", None) or module.SearchGenerator
        next_trial = kind.next_trial

        @functools.wraps(next_trial)
        def some(self: Any) -> Any:
            made = getattr(self, "_made", 0)
            if made >= trials:
                self.set_finished()
                return None
            trial = next_trial(self)
            if trial is not None:
                self._made = made + 1
            return trial

        kind.next_trial = some

    return wrap
