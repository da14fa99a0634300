"""The work of a run: files are migrated, what is said of each is printed, and all is summed up."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.choice.baseline import (
    BaselineError,
    check_baseline,
    read_baseline,
    write_baseline,
)
from raytune_migrate.jobs import in_parallel, processes
from raytune_migrate.outcome import Outcome, Status
from raytune_migrate.report.counts import interrupted
from raytune_migrate.report.model import Report
from raytune_migrate.report.progress import counted
from raytune_migrate.report.show import folder_of_patch, show, show_copy
from raytune_migrate.report.sums import exit_status, summary
from raytune_migrate.report.terminal import Console, discard
from raytune_migrate.report.write import ReportError, check_targets, write_reports
from raytune_migrate.review.decisions import DecisionsError, forget
from raytune_migrate.run.first_pass import first_pass, known_of
from raytune_migrate.run.pipeline import lost, prepare, process_data
from raytune_migrate.runtime.vendor import CopyState, bring_up_to_date, compare
from raytune_migrate.settings.options import TEXT_ON_STDERR, Decisions, Verbosity, WriteBack
from raytune_migrate.status import A_FILE_FAILED, INTERRUPTED, SOMETHING_LEFT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from raytune_migrate.facts.part import Survey
    from raytune_migrate.run.units import Unit
    from raytune_migrate.runtime.vendor import Copy
    from raytune_migrate.settings.options import Options

_FILES_OF_A_JOB = 4  # with fewer for each, another process would not pay
_REWRITTEN = (Status.MIGRATED, Status.WORK_LEFT)


def work(
    files: Sequence[str],
    mentioned: Sequence[Path],
    paths: Collection[Path],
    options: Options,
    start: float,
) -> int:
    """Migrate ``files``, of which some mention Ray; returns the exit status.

    ``paths`` are what the user named, ``start`` is when the run began, by the monotonic clock.
    """
    console = Console(options.color)
    matter: list[Path] = []
    outcomes: list[Outcome] = []
    shown: list[Outcome] = []  # without what the baseline holds
    told: dict[str, Path] = {}
    try:
        check_baseline(options)
        known = read_baseline(options.baseline)
        folder = folder_of_patch(files, options)
        check_targets(options.reports, files)
        survey, some = first_pass(files, mentioned, paths, options, console)
        matter.extend(some)
        if options.decisions is Decisions.FORGET and options.writes:
            _forget(map(Path, files))
        ended = counted(_ended(matter, survey, options, console), len(matter), console)
        every = _in_place(files, matter, ended) if options.names_every_file else ended
        reported = any(one != TEXT_ON_STDERR for one in options.reports)  # at the end, with texts
        for outcome in _with_surroundings(every, paths, options):
            new = known.sift(outcome, options)
            show(new, options, console, told, folder)
            kept = outcome if reported else outcome.without_texts
            outcomes.append(kept)
            shown.append(kept if new is outcome else new if reported else new.without_texts)
        copy = _copy(outcomes, options)
        if copy is not None:
            show_copy(copy, options, console)
        recorded = write_baseline(known, outcomes, options)
        hidden = _count(outcomes) - _count(shown)
        seconds = time.monotonic() - start
        unnamed = 0 if options.names_every_file else len(files) - len(matter)
        report = Report(tuple(shown), options, seconds, copy, hidden, recorded, unnamed)
        write_reports(report, console)
        if matter:
            options.cache.tidy()
    except KeyboardInterrupt:
        waiting = set(matter) - {one.path for one in outcomes}
        left = len(waiting) if matter else len(files)  # while they are searched, none is done
        console.err(interrupted(done=len(files) - left, left=left))
        return INTERRUPTED
    except BrokenPipeError:
        discard(sys.stdout)  # the reader of the patch has seen enough
        return SOMETHING_LEFT
    except (BaselineError, DecisionsError, ReportError) as error:
        console.err(f"error: {error}.")
        return A_FILE_FAILED
    except OSError as error:  # a full disk under stdout: no file's fault
        what = "the patch" if options.write_back is WriteBack.DIFF else "the report"
        reason = (error.strerror or str(error)).lower()
        console.err(f"error: cannot write {what} to stdout: {reason}; send it elsewhere.")
        return A_FILE_FAILED
    if options.verbosity is not Verbosity.QUIET:
        console.err(summary(report))
    return exit_status(report) if survey.error is None else A_FILE_FAILED


def run_stdin(options: Options) -> int:
    """Migrate the code on stdin as ``options`` say; returns the exit status.

    It goes to stdout as it would be written to a file, whatever happens: editors put what they get
    in the place of what they gave.
    """
    start = time.monotonic()
    console = Console(options.color)
    data = sys.stdin.buffer.read()
    name = options.stdin_name
    if options.filter.takes_named(name):
        outcome = process_data(name, data, options, known_of(name, data, options, console))
    else:
        outcome = Outcome(name, Status.SKIPPED, reason="is excluded")
    try:
        if options.writes:
            console.out(data if outcome.after is None else outcome.after)
        known = read_baseline(options.baseline)
        shown = known.sift(outcome, options)
        show(shown, options, console, {}, folder_of_patch([str(name)], options))
        hidden = _count([outcome]) - _count([shown])
        report = Report((shown,), options, time.monotonic() - start, None, hidden)
        write_reports(report, console)
    except BrokenPipeError:
        discard(sys.stdout)
        return SOMETHING_LEFT
    except (BaselineError, DecisionsError, ReportError) as error:
        console.err(f"error: {error}.")
        return A_FILE_FAILED
    return exit_status(report)


def _in_place(
    files: Iterable[str], matter: Iterable[Path], ended: Iterator[Outcome]
) -> Iterator[Outcome]:
    """How all files ended, those that do not matter among them, each in its place."""
    later = set(map(str, matter))
    for path in files:
        yield next(ended) if path in later else Outcome(Path(path), Status.UNCHANGED)


def _ended(
    matter: Sequence[Path], survey: Survey, options: Options, console: Console
) -> Iterator[Outcome]:
    """How each of the files that matter ended, in their order."""
    from raytune_migrate.run.together import put_all_back
    from raytune_migrate.run.units import units

    waiting: dict[Path, Outcome] = {}
    order = deque(matter)
    for outcomes in _looked_at(units(matter, survey), options, console):
        # Files are written here alone, so that an interrupted run leaves none half-written.
        waiting |= {one.path: one for one in put_all_back(outcomes, options)}
        while order and order[0] in waiting:
            yield waiting.pop(order.popleft())


def _looked_at(
    every: Sequence[Unit], options: Options, console: Console
) -> Iterator[list[Outcome]]:
    """How the files of each unit would end."""
    from raytune_migrate.run.together import look_at

    if options.write_back is WriteBack.ASK:
        from raytune_migrate.review.prompt import ask  # what asks is seldom needed
        from raytune_migrate.review.session import Review, review_file

        review = Review(partial(ask, console=console))
        yield from (look_at(one, options, partial(review_file, review=review)) for one in every)
        return
    jobs = min(processes(options.jobs), sum(len(one) for one in every) // _FILES_OF_A_JOB)
    if jobs > 1:
        prepare()
    looked = partial(look_at, options=options)
    yield from in_parallel(looked, every, jobs, lost=_lost, weight=_size)


def _lost(unit: Unit, how: str) -> list[Outcome]:
    return [lost(one.path, how) for one in unit if one.named]


def _size(unit: Unit) -> int:
    return sum(_bytes(one.path) for one in unit)


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # whoever reads it says why


def _forget(files: Iterable[Path]) -> None:
    """Forget what was decided about some files."""
    from raytune_migrate.project import ProjectError, project_of

    by_root: dict[Path, list[Path]] = {}
    for path in files:
        with suppress(ProjectError):  # which the file itself fails with, and says so
            by_root.setdefault(project_of(path).root, []).append(path)
    for root, some in by_root.items():
        forget(root, some)


def _count(outcomes: Iterable[Outcome]) -> int:
    """How many changes and places there are."""
    migrations = [one.migration for one in outcomes if one.migration is not None]
    return sum(len(one.changes) + len(one.findings) for one in migrations)


def _with_surroundings(
    ended: Iterable[Outcome], named: Collection[Path], options: Options
) -> Iterator[Outcome]:
    """How each file ended; last those that say where rewritten code runs, if any is."""
    held: dict[str, Outcome] = {}  # what may be spoken of again
    done: dict[object, Outcome] = {}  # one of each folder will do
    by_name = frozenset(named)
    for outcome in ended:
        if outcome.runtime is not None or outcome.status in _REWRITTEN:
            rewritten = outcome.migration is not None and bool(outcome.migration.changes)
            like = outcome.path.parent, outcome.runtime, rewritten, outcome.path in by_name
            if like not in done:
                done[like] = outcome.without_texts
        if outcome.path.name == "setup.py":
            held[os.path.realpath(outcome.path)] = outcome
        else:
            yield outcome
    if done:
        from raytune_migrate.run.surroundings import look_around, merged

        for outcome in look_around(done.values(), named, options):
            known = held.pop(os.path.realpath(outcome.path), None)
            yield outcome if known is None else merged(known, outcome)
    yield from held.values()


def _copy(outcomes: list[Outcome], options: Options) -> Copy | None:
    """The project's own copy of the runtime as it was found; None where it needs none."""
    if options.vendor is None:
        return None
    found = compare(options.vendor)
    if found.state is CopyState.MISSING and not any(one.runtime for one in outcomes):
        return None
    return bring_up_to_date(options.vendor) if options.writes else found
