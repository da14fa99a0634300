"""Values and lines without what differs from run to run."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# "TorchTrainer_1a2b3_00000" and "train_driver_fn_1a2b3_00000" are one trial; so is the bare id.
TRIAL = re.compile(r"\b(?:[A-Za-z]\w*_)?[0-9a-f]{5}_\d{5}\b")
_DATE = r"_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d"
DATED_NAME = re.compile(rf"\w+{_DATE}|ray_train_run-{_DATE[1:]}")
# The directory of a trial has more behind its id: its number, what it samples, and the clock.
_TRIAL_FOLDER = re.compile(rf"(?:[A-Za-z]\w*_)?[0-9a-f]{{5}}_\d{{5}}_\d+_[^/\s'\"]*{_DATE[1:]}")
# Train V1's trainers call the datasets that they are given by their keys, also those of a space.
_DATASET_NAME = re.compile(r"\Aname: .*\n|(?<=Dataset\()name=[^,)]*(, )?")
# How long a part of training took, as the Trainer of Transformers tells it.
SPEED = r"\w+_(?:runtime|(?:samples|steps|tokens)_per_second)"


def plain(value: Any) -> Any:
    """The value as JSON holds it, the same in every process."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in sorted(value.items(), key=str)}
    if type(value).__module__.startswith("ray.") and dataclasses.is_dataclass(value):
        return plain(_written(value))
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (str, bool, int, type(None))):
        return value
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return plain(value.item())  # a NumPy or torch scalar
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if callable(value) and hasattr(value, "__qualname__"):
        return f"<{value.__qualname__}>"
    text = re.sub(r" at 0x[0-9a-f]+", "", repr(value))
    if type(value).__module__.startswith("ray.data."):
        text = _DATASET_NAME.sub("", text)
    return settled(text)


def _written(config: Any) -> dict[str, Any]:
    """The fields of a config of Ray that are not their defaults; both Trains print them otherwise.

    Those that only one Train has are among their defaults wherever the other can run.
    """
    defaults = {
        field.name: field.default_factory()
        if field.default_factory is not dataclasses.MISSING
        else field.default
        for field in dataclasses.fields(config)
    }
    fields = {name: getattr(config, name) for name in defaults}
    return {name: value for name, value in fields.items() if value != defaults[name]}


def metric(name: str, value: Any) -> Any:
    """The value of a metric; of one that tells how fast this machine was, only that it is there."""
    if re.fullmatch(SPEED, name) and isinstance(value, (int, float)):
        return "<clock>"
    return plain(value)


def settled(line: str) -> str:
    """A line without what differs from run to run: names of trials, and places of the run."""
    for folder, name in ((Path.cwd(), "<cwd>"), (Path.home(), "<home>"), (run_folder(), "<run>")):
        if folder != folder.parent:  # all paths lie in the root, which is none of the run's
            line = line.replace(str(folder), name)
    line = DATED_NAME.sub("<experiment>", _TRIAL_FOLDER.sub("<trial>", line))
    return TRIAL.sub("<trial>", line)


def run_folder() -> Path:
    """The folder of this run, which holds its home and its storage."""
    return Path.home().parent
