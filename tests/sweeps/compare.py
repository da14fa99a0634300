"""Says in words how two records of `recorder.py` differ."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Record = dict[str, Any]


def differences(old: Record, new: Record, *, rel_tol: float = 0.0) -> list[str]:
    """One line for each way in which *new* is not what *old* was; empty when they agree.

    Numbers in metrics are equal when they are within *rel_tol* of each other.
    """
    found: list[str] = []
    if old["exit"] != new["exit"]:
        reason = _last_line(new["failure"]) or _last_line(old["failure"])
        found.append(
            f"exit status: {old['exit']} became {new['exit']}" + (f" ({reason})" if reason else "")
        )
    if len(old["sweeps"]) != len(new["sweeps"]):
        found.append(f"sweeps: {len(old['sweeps'])} became {len(new['sweeps'])}")
    for number, (before, after) in enumerate(
        zip(old["sweeps"], new["sweeps"], strict=False), start=1
    ):
        where = f"sweep {number}" if len(old["sweeps"]) > 1 else "sweep"
        found += _sweep_differences(where, before, after, rel_tol)
    return found + _printed_differences(old["printed"], new["printed"])


def _sweep_differences(where: str, old: Record, new: Record, rel_tol: float) -> list[str]:
    found = [
        f"{where}, {label}: {_show(old[key])} became {_show(new[key])}"
        for key, label in (
            ("experiment", "experiment name"),
            ("storage", "storage path"),
            ("best_config", "config of the best trial"),
        )
        if _as_written(old[key]) != _as_written(new[key])
    ]
    # Fewer is no loss: Train V1's workers run on while Tune decides to stop them, and what they
    # save meanwhile stays behind. How much that is depends on the clock.
    if new["stray_checkpoints"] > old["stray_checkpoints"]:
        found.append(
            f"{where}, checkpoint directories that no trial names: "
            f"{old['stray_checkpoints']} became {new['stray_checkpoints']}"
        )
    olds, news = _by_config(old["trials"]), _by_config(new["trials"])
    for config, trials in olds.items():
        others = news.get(config, [])
        if len(others) < len(trials):
            found.append(f"{where}: {_times(len(trials) - len(others))} missing, config {config}")
        for before, after in zip(trials, others, strict=False):
            found += _trial_differences(f"{where}, trial {config}", before, after, rel_tol)
    for config, trials in news.items():
        more = len(trials) - len(olds.get(config, []))
        if more > 0:
            found.append(f"{where}: {_times(more)} new, config {config}")
    return found


def _trial_differences(where: str, old: Record, new: Record, rel_tol: float) -> list[str]:
    found = [
        f"{where}, {label}: {_show(old[key])} became {_show(new[key])}"
        for key, label in (("training_iteration", "training_iteration"), ("done", "done"))
        if _as_written(old[key]) != _as_written(new[key])
    ]
    found += _error_differences(where, old["error"], new["error"])
    found += _metric_differences(where, old["iterations"], new["iterations"], rel_tol)
    found += _file_differences(f"{where}, checkpoint", old["checkpoint"], new["checkpoint"])

    olds, news = old["best_checkpoints"], new["best_checkpoints"]
    if len(olds) != len(news):
        found.append(f"{where}, best_checkpoints: {len(olds)} became {len(news)}")
    for number, (before, after) in enumerate(zip(olds, news, strict=False), start=1):
        label = f"{where}, best_checkpoints {number}"
        if before["exists"] != after["exists"]:
            found.append(f"{label}: {'is gone from' if before['exists'] else 'is now on'} disk")
        else:
            found += _file_differences(label, before["files"], after["files"])
    return found


def _error_differences(where: str, old: Record | None, new: Record | None) -> list[str]:
    if old is None and new is None:
        return []
    if old is None or new is None:
        return [f"{where}, error: {_error_line(old)} became {_error_line(new)}"]
    # Train V2 puts the user's exception inside one of its own; what it said must still be there.
    if old["line"] in new["text"]:
        return []
    return [f"{where}, error: {_error_line(old)} is not in the new error, {_error_line(new)}"]


def _metric_differences(
    where: str, old: list[Record], new: list[Record], rel_tol: float
) -> list[str]:
    found = []
    if len(old) != len(new):
        found.append(f"{where}, reported iterations: {len(old)} became {len(new)}")
    for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
        for name in sorted({*before, *after}):
            label = f"{where}, iteration {number}, {name}"
            if name not in after:
                found.append(f"{label}: {_show(before[name])} is missing")
            elif name not in before:
                found.append(f"{label}: {_show(after[name])} is new")
            elif not _same(before[name], after[name], rel_tol):
                found.append(f"{label}: {_show(before[name])} became {_show(after[name])}")
    return found


def _file_differences(
    where: str, old: dict[str, str] | None, new: dict[str, str] | None
) -> list[str]:
    if old is None or new is None:
        return [] if old == new else [f"{where}: {_files(old)} became {_files(new)}"]
    found = [f"{where}: file {name} is missing" for name in old if name not in new]
    found += [f"{where}: file {name} is new" for name in new if name not in old]
    found += [
        f"{where}: file {name} has other content"
        for name in old
        if name in new and old[name] != new[name]
    ]
    return found


def _printed_differences(old: list[str], new: list[str]) -> list[str]:
    # Trials run side by side, so the order of what callbacks print is not part of a sweep.
    missing, added = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return [f"printed: {line!r} is missing" for line in missing.elements()] + [
        f"printed: {line!r} is new" for line in added.elements()
    ]


# Train V1 filled a swept ScalingConfig up with its defaults; V2 gets a dict of what was written.
_SCALING_DEFAULTS = {
    "trainer_resources": None,
    "use_gpu": False,
    "placement_strategy": "PACK",
    "accelerator_type": None,
}


def _as_written(config: Any) -> Any:
    """A config without the fields of a swept ScalingConfig that only repeat its defaults."""
    scaling = config.get("scaling_config") if isinstance(config, dict) else None
    if not isinstance(scaling, dict):
        return config
    written = {
        key: value
        for key, value in scaling.items()
        if key not in _SCALING_DEFAULTS or value != _SCALING_DEFAULTS[key]
    }
    return {**config, "scaling_config": written}


def _by_config(trials: Iterable[Record]) -> dict[str, list[Record]]:
    """The trials of each config; those of one config in an order that depends on content only."""
    groups: dict[str, list[Record]] = {}
    for trial in sorted(trials, key=lambda trial: json.dumps(trial["iterations"], sort_keys=True)):
        groups.setdefault(json.dumps(_as_written(trial["config"]), sort_keys=True), []).append(
            trial
        )
    return groups


def _same(old: object, new: object, rel_tol: float) -> bool:
    if old == "nan" and new == "nan":
        return True
    numbers = (int, float)
    if rel_tol and isinstance(old, numbers) and isinstance(new, numbers):
        return math.isclose(old, new, rel_tol=rel_tol)
    return type(old) is type(new) and old == new


def _show(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _files(files: dict[str, str] | None) -> str:
    return "none" if files is None else ", ".join(files) or "an empty directory"


def _times(count: int) -> str:
    return "a trial is" if count == 1 else f"{count} trials are"


def _error_line(error: Record | None) -> str:
    return repr(error["line"]) if error else "none"


def _last_line(text: str | None) -> str:
    lines = [line for line in (text or "").splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
