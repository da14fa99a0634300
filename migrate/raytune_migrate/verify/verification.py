"""A verification: both runs, how they differ, and what that comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from raytune_migrate.status import A_FILE_FAILED, NOTHING_LEFT, SOMETHING_LEFT
from raytune_migrate.verify.compare import EXACT, Difference, Kind, Tolerance, differences
from raytune_migrate.verify.processes import Stop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from raytune_migrate.verify.interpreter import Interpreter
    from raytune_migrate.verify.recalled import Recall
    from raytune_migrate.verify.records import Record, Sweep
    from raytune_migrate.verify.runs import Run


class Verdict(Enum):
    """What a verification comes to, with its exit status."""

    SAME = "same"
    DIFFERENT = "different"
    FAILED = "failed"  # a run came to no end that could be compared
    NOTHING = "nothing to compare"  # both ran, and neither swept anything

    @property
    def status(self) -> int:
        """The exit status."""
        if self is Verdict.SAME:
            return NOTHING_LEFT
        return SOMETHING_LEFT if self is Verdict.DIFFERENT else A_FILE_FAILED


@dataclass(frozen=True, slots=True)
class Verification:
    """Both runs of a script, and how they differ."""

    script: Path
    original_python: Interpreter
    python: Interpreter
    old: Run
    new: Run
    differences: tuple[Difference, ...]
    notes: tuple[str, ...] = ()
    recall: Recall | None = None
    tolerance: Tolerance = EXACT
    unsteady: tuple[Difference, ...] = ()  # those that two runs on Train V1 show as well

    @property
    def pairs(self) -> tuple[tuple[Sweep, Sweep], ...]:
        """The sweeps that are compared."""
        if self.old.record is None or self.new.record is None:
            return ()
        old, new = comparable(self.old.record, self.new.record)
        return tuple(zip(old.sweeps, new.sweeps, strict=False))

    @property
    def verdict(self) -> Verdict:
        """What it comes to."""
        if failures(self):
            return Verdict.FAILED
        if self.differences:
            return Verdict.DIFFERENT
        return Verdict.SAME if self.pairs else Verdict.NOTHING


def comparable(old: Record, new: Record) -> tuple[Record, Record]:
    """Two records whose sweeps are each other's counterparts.

    Runs of a trainer alone are sweeps under Train V1, and under V2 where the runtime makes them so.
    """
    if are_told_in_part(old, new):
        return tuple(replace(one, sweeps=(*one.sweeps, *one.fits)) for one in (old, new))  # type: ignore[return-value]
    return tuple(replace(one, sweeps=(*one.sweeps, *one.runs)) for one in (old, new))  # type: ignore[return-value]


def are_told_in_part(old: Record, new: Record) -> bool:
    """Whether some run of a trainer alone was no sweep on Train V2, which tells less of it."""
    return bool(old.runs) and len(new.runs) < len(new.fits)


def compared(old: Run, new: Run, tolerance: Tolerance) -> tuple[Difference, ...]:
    """How two runs differ, as far as both have been recorded."""
    if old.record is None or new.record is None:
        return ()
    found = differences(*comparable(old.record, new.record), tolerance)
    # How a run failed is said apart, and that its sweeps are missing follows from it.
    failed = not _ended_alike(old, new)
    return tuple(one for one in found if not (failed and one.kind in (Kind.EXIT, Kind.SWEEPS)))


def failures(verification: Verification) -> list[tuple[Run, str]]:
    """The runs that failed, and how.

    A script may end both with the same status on purpose, when it has swept something.
    """
    old, new = verification.old, verification.new
    wrong = list(_wrong_train(old, new))
    if _ended_alike(old, new) and (wrong or verification.pairs):
        return wrong
    said = [(run, run.failure) for run in (old, new)]
    return [(run, why) for run, why in said if why is not None] or wrong


def _ended_alike(old: Run, new: Run) -> bool:
    """Whether both came to their end, with the same status and without an exception."""
    if Stop.TIMEOUT in (old.stop, new.stop) or old.record is None or new.record is None:
        return False
    exceptions = old.record.failure, new.record.failure
    return exceptions == (None, None) and old.record.exit == new.record.exit


def is_refused(old: Run, new: Run) -> bool:
    """Whether the original failed as only it did, such as one that today's Ray does not run."""
    if old.failure is not None:
        return old.stop is not Stop.TIMEOUT and old.failure != new.failure
    return new.failure is None and _all_failed(old) > _all_failed(new)


def _all_failed(run: Run) -> bool:
    record = run.record
    trials = [] if record is None else [trial for one in record.sweeps for trial in one.trials]
    return bool(trials) and all(one.error is not None for one in trials)


def _wrong_train(old: Run, new: Run) -> Iterator[tuple[Run, str]]:
    """A run on the other Train proves nothing."""
    if old.record is not None and old.record.train_v2 is True:
        yield old, "ran on Train V2, which the script turns on itself; name what it was before"
    swept = new.record is not None and (new.record.sweeps or new.record.fits)
    if swept and new.record is not None and new.record.train_v2 is False:
        yield new, "ran on Train V1: RAY_TRAIN_V2_ENABLED is off there; see RTM906 and RTM501"
