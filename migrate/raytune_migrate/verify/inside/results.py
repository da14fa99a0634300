"""What a sweep gave, as data that is the same in every process."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .content import digests
from .values import DATED_NAME, TRIAL, metric, plain, run_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NEVER_THE_SAME = {
    # The clock, the machine and the process: never twice the same.
    "date": "clock",
    "timestamp": "clock",
    "time_this_iter_s": "clock",
    "time_total_s": "clock",
    "time_since_restore": "clock",
    "time_since_restore_s": "clock",
    "pid": "process",
    "hostname": "machine",
    "node_ip": "machine",
    # Random for each run.
    "trial_id": "random",
    # Of releases up to 2.4.
    "warmup_time": "clock",
    "experiment_id": "random",
    # The directory's name inside the trial. Ray Train V2 has no such directory and reports None.
    "checkpoint_dir_name": "None under Train V2",
    # Added by Ray's TuneReportCallback; Train V1 has no such column, and it is an absolute path.
    "checkpoint_path": "only under Train V2",
}
"""Metric columns that are left out of the record, and why."""

_CHECKPOINT = "checkpoint_*"
# Names that hold the clock, the machine or the process, and what is the same in all of them.
_SETTLED_NAMES = (
    (re.compile(r"events\.out\.tfevents\..*"), "events.out.tfevents"),
    (re.compile(r"experiment_state-.*\.json"), "experiment_state.json"),
    (re.compile(r"(basic-variant-state|search_gen_state|searcher-state)-.*"), r"\1"),
)
# Written by Train V1 alone, for restores of its trainer that V2 does not have.
_NOT_MISSED = ("trainer.pkl",)


def rows(frame: Any, reported: Sequence[str]) -> list[dict[str, Any]]:
    """One dict of comparable metrics for each row of a trial's ``metrics_dataframe``.

    Rows that this process has seen ``reported`` are taken from there: the file may have lost some.
    """
    if frame is None:
        return []
    if reported:
        frame = _with_reported(frame, [json.loads(line) for line in reported])
    # The config/... columns repeat the trial's config, which is recorded on its own.
    names = [
        name
        for name in frame.columns
        if name not in NEVER_THE_SAME and not name.startswith("config/")
    ]
    return [
        {name: metric(name, value) for name, value in zip(names, row)}  # noqa: B905
        for row in frame[names].itertuples(index=False, name=None)
    ]


def _with_reported(frame: Any, reported: Sequence[Mapping[str, Any]]) -> Any:
    """The rows of earlier runs of the sweep, which the file alone has, and those reported since."""
    import pandas  # type: ignore[import-untyped]

    seen = {_moment(row) for row in reported}
    earlier = [_moment(row) not in seen for row in frame.to_dict("records")]
    # Ray reads its file so.
    since = pandas.json_normalize(list(reported), sep="/")
    return pandas.concat([frame[earlier], since], ignore_index=True) if any(earlier) else since


def _moment(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What no two results of a trial have in common."""
    total = row.get("time_total_s")
    # pandas reads the last digits of a float as others.
    near = f"{total:.9g}" if isinstance(total, float) else total
    return row.get("training_iteration"), row.get("timestamp"), near


def kept_of(checkpoint: Any) -> dict[str, Any]:
    """One of the checkpoints that a trial names, which may be gone."""
    filesystem = getattr(checkpoint, "filesystem", None)
    if filesystem is None:  # before Ray 2.7, when a checkpoint could be a dict
        return {"exists": True, "files": digests(checkpoint)}
    with contextlib.suppress(OSError):
        if filesystem.get_file_info(checkpoint.path).type.name == "Directory":
            return {"exists": True, "files": digests(checkpoint)}
    return {"exists": False, "files": {}}


def error_of(result: Any) -> dict[str, str] | None:
    """The trial's error: its last line, and the whole, where another Ray's line is looked for."""
    if result.error is None:
        return None
    text = str(result.error)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return {"type": type(result.error).__name__, "line": lines[-1] if lines else "", "text": text}


def trial_of(
    result: Any, endings: Mapping[str, str] | None, reported: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """What one trial gave.

    Of trials, by their ids: ``endings`` say why they ended, ``reported`` what Tune was told.
    """
    last: Mapping[str, Any] = result.metrics or {}
    return {
        "config": plain(result.config or {}),
        "training_iteration": plain(last.get("training_iteration")),
        "done": plain(last.get("done")),
        "ended": None if endings is None else _ended(result, endings),
        "error": error_of(result),
        "iterations": rows(result.metrics_dataframe, reported.get(last.get("trial_id", ""), ())),
        "checkpoint": digests(result.checkpoint),
        "best_checkpoints": [kept_of(kept) for kept, _ in result.best_checkpoints or []],
        "files": files_of(Path(result.path)) if result.path else [],
    }


def _ended(result: Any, endings: Mapping[str, str]) -> str | None:
    if result.error is not None:
        return "error"
    last = result.metrics or {}
    if last.get("trial_id") in endings:
        return endings[last["trial_id"]]
    # Restored trials that had ended before are none of this run's.
    return None if last.get("done") else "stopped from outside"


def files_of(folder: Path) -> list[str]:
    """The files that a person finds in a trial's folder, under names that every run gives them.

    What is in checkpoints is compared by its content.
    """
    return sorted({_settled_name(path.relative_to(folder)) for path in _walked(folder)})


def _walked(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.glob("*")):
        if path.is_dir():
            if not path.match(_CHECKPOINT):
                yield from _walked(path)
        elif not path.name.startswith(".") and path.name not in _NOT_MISSED:
            yield path


def _settled_name(path: Path) -> str:
    name = path.name
    for pattern, common in _SETTLED_NAMES:
        name = pattern.sub(common, name)
    return TRIAL.sub("<trial>", (path.parent / name).as_posix())


def place(path: str | Path) -> str:
    """A directory as the script knows it: relative to the working directory, to the home, or none.

    What it wants to store elsewhere lies in the run's storage.
    """
    directory = Path(path)
    for root, name in ((Path.cwd(), "."), (Path.home(), "~"), (run_folder() / "storage", "/")):
        with contextlib.suppress(ValueError):
            return (Path(name) / directory.relative_to(root)).as_posix()
    return directory.as_posix()


def experiment_of(folder: Path) -> str | None:
    """The name of an experiment or a run; None for one that Ray made up, which holds the clock."""
    return None if DATED_NAME.fullmatch(folder.name) else folder.name


def stray_checkpoints(grid: Any, experiment: Path) -> int:
    """How many checkpoint directories lie under the experiment that no trial names any more."""
    every = [kept for result in grid for kept, _ in result.best_checkpoints or []]
    every += [result.checkpoint for result in grid if result.checkpoint]
    # Before Ray 2.7 one that was a dict had no path.
    named = {Path(kept.path).resolve() for kept in every if kept.path}
    on_disk = {path.resolve() for path in experiment.rglob(_CHECKPOINT) if path.is_dir()}
    return len(on_disk - named)


def sweep_of(
    grid: Any, endings: Mapping[str, str] | None, reported: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """What one sweep gave: its trials as Tune made them, where it wrote, and what lies there."""
    experiment = Path(grid.experiment_path)
    best: Any = None
    with contextlib.suppress(Exception):  # no default metric, or no trial has it
        best = plain(grid.get_best_result().config)
    return {
        "experiment": experiment_of(experiment),
        "storage": place(experiment.parent),
        "stray_checkpoints": stray_checkpoints(grid, experiment),
        "best_config": best,
        "trials": [trial_of(result, endings, reported) for result in grid],
        "files": files_beside(experiment),
    }


def files_beside(experiment: Path) -> list[str]:
    """The files that lie beside the trials' folders, under names that every run gives them."""
    return sorted(
        _settled_name(Path(path.name))
        for path in experiment.glob("*")
        if path.is_file() and not path.name.startswith(".") and path.name not in _NOT_MISSED
    )


def as_json(value: Any) -> str:
    """A record as it is written."""
    return json.dumps(value, indent=1) + "\n"
