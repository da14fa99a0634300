"""What a run comes to: how many files ended in which way, and the exit status that follows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from raytune_migrate.choice.left_out import Why
from raytune_migrate.report.counts import counts_of_files, number_of_files
from raytune_migrate.report.terminal import shown
from raytune_migrate.runtime.vendor import CopyState
from raytune_migrate.settings.options import Verbosity
from raytune_migrate.status import A_FILE_FAILED, NOTHING_LEFT, SOMETHING_LEFT, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from raytune_migrate.outcome import Outcome
    from raytune_migrate.report.model import Report


def exit_status(report: Report) -> int:
    """0: nothing left to do. 1: a change to make, or work for a person. 123: a file failed."""
    copy, outcomes = report.copy, report.outcomes
    statuses = {outcome.status for outcome in outcomes}
    if Status.FAILED in statuses or (copy is not None and copy.error is not None):
        return A_FILE_FAILED
    if report.recorded is not None:
        return NOTHING_LEFT  # all that is left has been taken into the baseline
    would_copy = copy is not None and copy.state is not CopyState.CURRENT
    changes = would_copy or Status.MIGRATED in statuses
    work_left = any(outcome.migration and outcome.migration.leaves_work for outcome in outcomes)
    return SOMETHING_LEFT if work_left or (changes and not report.options.writes) else NOTHING_LEFT


def summary(report: Report) -> str:
    """The number of files that ended in each of the five ways, and of those of the runtime."""
    outcomes = report.outcomes
    counts = Counter(outcome.status for outcome in outcomes)
    counts[Status.UNCHANGED] += report.unnamed
    files = counts_of_files(counts, report.seconds, report.options)
    if not counts.total():
        return files
    return f"{files}{_of_runtime(report)}{_left_out(outcomes)}{_known(report)}{_checks(report)}"


def _checks(report: Report) -> str:
    """What was, and was not, held against the Ray that is installed.

    That nothing was is for all to know who have named a Python for it.
    """
    every = report.options.verbosity is Verbosity.VERBOSE
    named = report.options.python not in ("auto", "none")
    said = dict.fromkeys(
        one
        for outcome in report.outcomes
        for one in outcome.checks
        if every or (named and one.nothing)
    )
    return "".join(f" {shown(one.sentence)}" for one in said)


def _left_out(outcomes: Iterable[Outcome]) -> str:
    """What was proposed and not taken, by the reasons that a person gave."""
    reasons = Counter(
        one.why
        for outcome in outcomes
        if outcome.migration is not None
        for one in outcome.migration.left_out
        if one.counts
    )
    said = [f"{reasons[why]} {why.value}" for why in Why if why in reasons]
    return f" Left out: {', '.join(said)}." if said else ""


def _known(report: Report) -> str:
    if report.recorded is not None and report.options.baseline is not None:
        path = shown(str(report.options.baseline.path))
        return f" The baseline {path} now holds {_places(report.recorded)}."
    return f" In the baseline: {_places(report.known)}." if report.known else ""


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count} places"


def _of_runtime(report: Report) -> str:
    copy = report.copy
    if copy is None or copy.state is CopyState.CURRENT or copy.error is not None:
        return ""
    was = "was" if len(copy.stale) == 1 else "were"
    mood = was if report.options.writes else "would be"
    return f" {number_of_files(len(copy.stale))} of the runtime {mood} copied."
