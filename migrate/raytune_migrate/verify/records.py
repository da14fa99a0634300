"""What the recorder has written of a run, as data."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What JSON holds: metrics and configs are whatever a script makes of them.
Value = Any
Digests = dict[str, str]  # the files of a checkpoint by their names


@dataclass(frozen=True, slots=True)
class Error:
    """Why a trial failed: the last line, and the whole."""

    line: str
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that a trial names, which may be gone from the disk."""

    exists: bool
    files: Digests


@dataclass(frozen=True, slots=True)
class Trial:
    """What one trial gave."""

    number: int  # in the order in which Tune made them
    config: Value
    training_iteration: Value = None
    done: Value = None
    ended: str | None = None  # why; None where that cannot be seen
    error: Error | None = None
    iterations: tuple[Mapping[str, Value], ...] = ()
    checkpoint: Digests | None = None
    best_checkpoints: tuple[Kept, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """The names of all that it reported."""
        return frozenset().union(*self.iterations)


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep gave, and where."""

    experiment: str | None  # None: a name that Ray made up
    storage: str
    trials: tuple[Trial, ...]
    best_config: Value = None
    stray_checkpoints: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What one run of a script gave.

    ``fits`` are the runs of trainers alone, of which both Trains tell the checkpoints; ``runs`` are
    those that were sweeps of one trial, all of which is known.
    """

    sweeps: tuple[Sweep, ...] = ()
    runs: tuple[Sweep, ...] = ()
    fits: tuple[Sweep, ...] = ()
    exit: int = 0
    failure: str | None = None
    printed: tuple[str, ...] = ()
    ray: str | None = None
    train_v2: bool | None = None  # whether it ran on Train V2; None where it used neither
    modules: tuple[str, ...] = ()  # the files of what it imported
    moved: Mapping[str, str] = field(default_factory=dict)  # storage that was kept in the run's
    notes: tuple[str, ...] = ()


def read_record(path: Path) -> Record:
    """The record in a file that the recorder has written."""
    return record_of(json.loads(path.read_text(encoding="utf-8")))


def record_of(data: Mapping[str, Any]) -> Record:
    """A record from its JSON."""
    return Record(
        sweeps=tuple(_sweep(one) for one in data["sweeps"]),
        runs=tuple(_sweep(one) for one in data["runs"]),
        fits=tuple(_sweep(one) for one in data["fits"]),
        exit=data["exit"],
        failure=data["failure"],
        printed=tuple(data["printed"]),
        ray=data["ray"],
        train_v2=data["train_v2"],
        modules=tuple(data["modules"]),
        moved=data["moved"],
        notes=tuple(data["notes"]),
    )


def _sweep(data: Mapping[str, Any]) -> Sweep:
    return Sweep(
        experiment=data["experiment"],
        storage=data["storage"],
        trials=tuple(_trial(one, number) for number, one in enumerate(data["trials"], start=1)),
        best_config=data["best_config"],
        stray_checkpoints=data["stray_checkpoints"],
        files=tuple(data["files"]),
    )


def _trial(data: Mapping[str, Any], number: int) -> Trial:
    error = data["error"]
    return Trial(
        number=number,
        config=data["config"],
        training_iteration=data["training_iteration"],
        done=data["done"],
        ended=data["ended"],
        error=None if error is None else Error(error["line"], error["text"]),
        iterations=tuple(data["iterations"]),
        checkpoint=data["checkpoint"],
        best_checkpoints=tuple(
            Kept(one["exists"], one["files"]) for one in data["best_checkpoints"]
        ),
        files=tuple(data["files"]),
    )
