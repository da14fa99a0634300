"""A verification in figures, and its differences gathered for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context
from typing import TYPE_CHECKING

from raytune_migrate.verify.compare import Difference, Kind
from raytune_migrate.verify.verification import Verdict, failures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from raytune_migrate.verify.records import Sweep, Value
    from raytune_migrate.verify.runs import Run
    from raytune_migrate.verify.verification import Verification


_UPWARDS = Context(prec=2, rounding=ROUND_CEILING)  # as a tolerance, enough
_DIGITS = 12  # of a digest, which nobody compares by eye


@dataclass(frozen=True, slots=True)
class Amount:
    """How much there is of some sweeps."""

    sweeps: int
    trials: int
    reports: int
    checkpoints: int
    files: int


@dataclass(frozen=True, slots=True)
class Row:
    """Differences that are told together: one metric of one trial, or a single other one."""

    first: Difference
    count: int
    most: float | None = None  # the largest difference of numbers, relative to their size


def amount(sweeps: Iterable[Sweep]) -> Amount:
    """How much some sweeps gave."""
    every = tuple(sweeps)
    trials = [trial for sweep in every for trial in sweep.trials]
    return Amount(
        len(every),
        len(trials),
        sum(len(trial.iterations) for trial in trials),
        sum((trial.checkpoint is not None) + len(trial.best_checkpoints) for trial in trials),
        sum(len(sweep.files) for sweep in every) + sum(len(trial.files) for trial in trials),
    )


def counted(number: int, what: str) -> str:
    """``1 trial``, ``2 trials``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def gathered(differences: Iterable[Difference]) -> list[Row]:
    """Differences in their order, those of one metric of one trial as one."""
    groups: dict[object, list[Difference]] = {}
    for number, one in enumerate(differences):
        key = (one.sweep, one.trial, one.name) if one.kind is Kind.METRIC else number
        groups.setdefault(key, []).append(one)
    return [Row(some[0], len(some), _most(some)) for some in groups.values()]


def _most(differences: Iterable[Difference]) -> float | None:
    sizes = [one.relative for one in differences]
    return max((one for one in sizes if one is not None), default=None)


def what(row: Row) -> str:
    """What differs, how often, and by how much: what ``--rel-tol`` would have to allow."""
    more = f" and {row.count - 1} more" if row.count > 1 else ""
    size = f" (rel. {rounded_up(row.most)})" if row.most else ""
    return f"{row.first.what}{more}{size}"


def rounded_up(size: float) -> float:
    """A difference in two digits, enough as a tolerance."""
    return float(_UPWARDS.create_decimal_from_float(size))


def values(one: Difference) -> tuple[str, str]:
    """What there was on both sides, as a person reads it."""
    digests = one.kind in (Kind.CHECKPOINT, Kind.KEPT)
    return _value(one.old, digests=digests), _value(one.new, digests=digests)


def _value(value: Value, *, digests: bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "-"
    if isinstance(value, str):
        return value[:_DIGITS] if digests else value
    return json.dumps(value)


def summary(verification: Verification) -> str:
    """What it came to, in a sentence or two."""
    verdict = verification.verdict
    some = amount(old for old, _ in verification.pairs)
    on = (
        f"{counted(some.sweeps, 'sweep')}, {counted(some.trials, 'trial')},"
        f" {counted(some.reports, 'report')}, {counted(some.checkpoints, 'checkpoint')}"
    )
    count = len(verification.differences)
    if verdict is Verdict.FAILED:
        failed = " ".join(f"{_name(run)} {why.rstrip('.')}." for run, why in failures(verification))
        so_far = ""
        if verification.pairs:
            how = "is the same" if not count else f"has {counted(count, 'difference')}"
            so_far = f" What both gave, {on}, {how}."
        return f"Not verified: {failed}{so_far}{_alone(verification)}"
    if verdict is Verdict.NOTHING:
        return (
            "Not verified: both runs ended without a sweep in the script's own process, so there"
            " was nothing to compare. Name the script that itself calls fit()."
        )
    passed = len(verification.unsteady)
    if verdict is Verdict.SAME:
        but = " but for what is not the same twice on V1" if passed else ""
        return f"The same on Train V1 and V2{but}: {on}."
    more = f", and {passed} more that two runs on V1 show as well" if passed else ""
    return f"Not the same: {counted(count, 'difference')} in {on}{more}."


def _alone(verification: Verification) -> str:
    """What the migrated run gave, where the original has nothing to compare it with."""
    old, new = verification.old, verification.new
    if old.failure is None or new.failure is not None or new.record is None or verification.pairs:
        return ""
    some = amount((*new.record.sweeps, *new.record.runs))
    best = [sweep.best_config for sweep in new.record.sweeps if sweep.best_config is not None]
    said = f" Best config: {json.dumps(best[0])}." if best else ""
    return (
        f" The migrated script ran: {counted(some.trials, 'trial')},"
        f" {counted(some.reports, 'report')}.{said}"
    )


def _name(run: Run) -> str:
    return f"The run on Train {run.version.value}"
