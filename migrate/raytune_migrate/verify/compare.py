"""How two records differ: trial by trial, in what a user would see of a sweep."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from raytune_migrate.verify.pairs import as_written, pairs, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from raytune_migrate.verify.records import Digests, Error, Record, Sweep, Trial, Value


class Kind(Enum):
    """What differs."""

    EXIT = "exit status"
    SWEEPS = "number of sweeps"
    EXPERIMENT = "experiment"
    STORAGE = "storage"
    BEST = "best trial"
    TRIALS = "trials"
    CONFIG = "config"
    REPORTS = "number of reports"
    ITERATION = "training_iteration"
    ENDING = "stop reason"
    ERROR = "error"
    COLUMN = "result column"
    METRIC = "metric"
    CHECKPOINT = "checkpoint"
    KEPT = "kept checkpoints"
    FILE = "file"
    PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which the migrated script is not what the original was."""

    kind: Kind
    old: Value
    new: Value
    said: str  # in words, without the place
    name: str = ""  # of the metric, file or key
    sweep: int | None = None  # from 1; None where it is none's
    trial: int | None = None  # its number in the original's sweep, or in the new where it is new
    config: str = ""  # the trial's
    iteration: int | None = None

    @property
    def place(self) -> str:
        """The sweep and the trial, for a person."""
        sweep = f"sweep {self.sweep}" if self.sweep is not None else "the script"
        return sweep if self.trial is None else f"{sweep}, trial {self.trial}"

    @property
    def relative(self) -> float | None:
        """How far two numbers of a metric are from each other, relative to the larger one."""
        old, new = self.old, self.new
        if self.kind is not Kind.METRIC or not (_is_number(old) and _is_number(new)):
            return None
        size: float = max(abs(old), abs(new)) or 1
        return float(abs(old - new) / size)

    @property
    def what(self) -> str:
        """What differs there."""
        at = f" at iteration {self.iteration}" if self.iteration is not None else ""
        name = f" {self.name}" if self.name else ""
        return f"{self.kind.value}{name}{at}"

    @property
    def line(self) -> str:
        """All of it in one line."""
        config = f" {self.config}" if self.trial is not None else ""
        return f"{self.place}{config}, {self.what}: {self.said}"


class Printed(Enum):
    """What becomes of the lines that the script's own code prints."""

    LEFT = "left"  # they may hold clocks
    COMPARED = "compared"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What counts as the same."""

    rel_tol: float = 0.0
    abs_tol: float = 0.0
    ignore: tuple[str, ...] = ()  # columns, or patterns of their names
    printed: Printed = Printed.LEFT

    def passes_over(self, column: str) -> bool:
        """Whether a column is not looked at."""
        return any(fnmatchcase(column, one) for one in self.ignore)

    def same(self, old: Value, new: Value) -> bool:
        """Whether two values of a metric are the same; exactly, unless something was allowed."""
        if (self.rel_tol or self.abs_tol) and _is_number(old) and _is_number(new):
            return math.isclose(old, new, rel_tol=self.rel_tol, abs_tol=self.abs_tol)
        if isinstance(old, list) and isinstance(new, list):
            return len(old) == len(new) and all(map(self.same, old, new))
        if isinstance(old, dict) and isinstance(new, dict):
            return old.keys() == new.keys() and all(self.same(old[key], new[key]) for key in old)
        return type(old) is type(new) and old == new


EXACT = Tolerance()


def differences(old: Record, new: Record, tolerance: Tolerance = EXACT) -> list[Difference]:
    """Each way in which *new* is not what *old* was; empty when they agree."""
    found: list[Difference] = []
    if old.exit != new.exit:
        reason = _last_line(new.failure) or _last_line(old.failure)
        said = _became(old.exit, new.exit) + (f" ({reason})" if reason else "")
        found.append(Difference(Kind.EXIT, old.exit, new.exit, said))
    sizes = len(old.sweeps), len(new.sweeps)
    if sizes[0] != sizes[1]:
        found.append(_difference(Kind.SWEEPS, *sizes))
    for number, (before, after) in enumerate(zip(old.sweeps, new.sweeps, strict=False), start=1):
        found += (
            replace(one, sweep=number) for one in _sweep_differences(before, after, tolerance)
        )
    if tolerance.printed is Printed.COMPARED:
        found += _printed_differences(old.printed, new.printed)
    return found


def _sweep_differences(old: Sweep, new: Sweep, tolerance: Tolerance) -> Iterator[Difference]:
    if old.experiment != new.experiment:
        yield _difference(Kind.EXPERIMENT, old.experiment, new.experiment)
    if old.storage != new.storage:
        yield _difference(Kind.STORAGE, old.storage, new.storage)
    if as_written(old.best_config) != as_written(new.best_config):
        yield _difference(Kind.BEST, old.best_config, new.best_config)
    # Fewer is no loss: Train V1's workers run on while Tune decides to stop them, and what they
    # save meanwhile stays behind. How much that is depends on the clock.
    if new.stray_checkpoints > old.stray_checkpoints:
        strays = old.stray_checkpoints, new.stray_checkpoints
        said = f"{_became(*strays)} directories that no trial names"
        yield Difference(Kind.KEPT, *strays, said)
    yield from _missing_files(old.files, new.files)
    for before, after in pairs(old.trials, new.trials):
        if before is None or after is None:
            yield _lone(before, after)
            continue
        for one in _trial_differences(before, after, tolerance):
            yield replace(one, trial=before.number, config=text_of(before.config))


def _lone(old: Trial | None, new: Trial | None) -> Difference:
    trial = old or new
    assert trial is not None
    return Difference(
        Kind.TRIALS,
        None if old is None else old.config,
        None if new is None else new.config,
        "is new" if old is None else "is missing",
        trial=trial.number,
        config=text_of(trial.config),
    )


def _trial_differences(old: Trial, new: Trial, tolerance: Tolerance) -> Iterator[Difference]:
    yield from _config_differences(as_written(old.config), as_written(new.config))
    if len(old.iterations) != len(new.iterations):
        yield _difference(Kind.REPORTS, len(old.iterations), len(new.iterations))
    if old.training_iteration != new.training_iteration:
        yield _difference(Kind.ITERATION, old.training_iteration, new.training_iteration)
    # Where Tune's controller cannot be watched, what it wrote in `done` tells half of it. It is not
    # sure: Tune restores some trials that have ended with what it wrote before that.
    if None in (old.ended, new.ended):
        if old.done != new.done:
            yield _difference(Kind.ENDING, old.done, new.done, "done")
    elif old.ended != new.ended:
        yield _difference(Kind.ENDING, old.ended, new.ended)
    yield from _error_differences(old.error, new.error)
    yield from _metric_differences(old, new, tolerance)
    yield from _digest_differences(Kind.CHECKPOINT, "", old.checkpoint, new.checkpoint)
    if len(old.best_checkpoints) != len(new.best_checkpoints):
        yield _difference(Kind.KEPT, len(old.best_checkpoints), len(new.best_checkpoints))
    both = zip(old.best_checkpoints, new.best_checkpoints, strict=False)
    for number, (before, after) in enumerate(both, start=1):
        if before.exists != after.exists:
            said = "is gone from disk" if before.exists else "is now on disk"
            yield Difference(Kind.KEPT, before.exists, after.exists, said, str(number))
        else:
            yield from _digest_differences(Kind.KEPT, str(number), before.files, after.files)
    yield from _missing_files(old.files, new.files)


def _config_differences(old: Value, new: Value) -> Iterator[Difference]:
    """By key, down to where they part."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            if key not in new:
                yield Difference(Kind.CONFIG, old[key], None, f"{_show(old[key])} is missing", key)
            elif key not in old:
                yield Difference(Kind.CONFIG, None, new[key], f"{_show(new[key])} is new", key)
            else:
                for one in _config_differences(old[key], new[key]):
                    yield replace(one, name=f"{key}/{one.name}" if one.name else key)
    elif old != new or type(old) is not type(new):
        yield _difference(Kind.CONFIG, old, new)


def _error_differences(old: Error | None, new: Error | None) -> Iterator[Difference]:
    lines = None if old is None else old.line, None if new is None else new.line
    if old is None and new is None:
        return
    if old is None or new is None:
        yield Difference(Kind.ERROR, *lines, f"{_quoted(lines[0])} became {_quoted(lines[1])}")
    # Train V2 puts the user's exception inside one of its own; what it said must still be there.
    elif old.line not in new.text:
        said = f"{_quoted(old.line)} is not in the new error, {_quoted(new.line)}"
        yield Difference(Kind.ERROR, *lines, said)


def _metric_differences(old: Trial, new: Trial, tolerance: Tolerance) -> Iterator[Difference]:
    columns = old.columns, new.columns
    # A trial without a report has no columns, and that it has none is said already.
    if old.iterations and new.iterations:
        for name in sorted(columns[0] ^ columns[1]):
            if not tolerance.passes_over(name):
                said = "is missing" if name in columns[0] else "is new"
                yield Difference(Kind.COLUMN, name in columns[0], name in columns[1], said, name)
    common = sorted(one for one in columns[0] & columns[1] if not tolerance.passes_over(one))
    both = zip(old.iterations, new.iterations, strict=False)
    for number, (before, after) in enumerate(both, start=1):
        for name in common:
            if name in before and name in after:
                if tolerance.same(before[name], after[name]):
                    continue
                said = _became(before[name], after[name])
            elif name in before:
                said = f"{_show(before[name])} is missing"
            elif name in after:
                said = f"{_show(after[name])} is new"
            else:
                continue
            values = before.get(name), after.get(name)
            yield Difference(Kind.METRIC, *values, said, name, iteration=number)


def _digest_differences(
    kind: Kind, which: str, old: Digests | None, new: Digests | None
) -> Iterator[Difference]:
    if old is None or new is None:
        if old != new:
            files = None if old is None else sorted(old), None if new is None else sorted(new)
            yield Difference(kind, *files, f"{_listed(old)} became {_listed(new)}", which)
        return
    for name in sorted({*old, *new}):
        digests = old.get(name), new.get(name)
        if digests[0] != digests[1]:
            said = (
                "is missing"
                if digests[1] is None
                else "is new"
                if digests[0] is None
                else "has other content"
            )
            yield Difference(kind, *digests, said, f"{which} {name}".strip())


def _missing_files(old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    """Files that a user would look for; those that Train V2 adds are no loss."""
    for name in sorted({*old} - {*new}):
        yield Difference(Kind.FILE, True, False, "is missing", name)


def _printed_differences(old: Iterable[str], new: Iterable[str]) -> Iterator[Difference]:
    # Trials run side by side, so the order of what callbacks print is not part of a sweep.
    missing, added = Counter(old) - Counter(new), Counter(new) - Counter(old)
    for line in missing.elements():
        yield Difference(Kind.PRINTED, line, None, f"{line!r} is missing")
    for line in added.elements():
        yield Difference(Kind.PRINTED, None, line, f"{line!r} is new")


def _difference(kind: Kind, old: Value, new: Value, name: str = "") -> Difference:
    return Difference(kind, old, new, _became(old, new), name)


def _became(old: Value, new: Value) -> str:
    return f"{_show(old)} became {_show(new)}"


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _show(value: Value) -> str:
    return value if isinstance(value, str) and value.isprintable() else json.dumps(value)


def _quoted(line: str | None) -> str:
    return "none" if line is None else repr(line)


def _listed(files: Digests | None) -> str:
    return "none" if files is None else ", ".join(sorted(files)) or "an empty directory"


def _last_line(text: str | None) -> str:
    lines = [line for line in (text or "").splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
