"""The report that a person reads on stderr, line by line, as each file ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click import style, unstyle

from raytune_migrate import __version__
from raytune_migrate.outcome import Status, work_left
from raytune_migrate.proposal import Safety
from raytune_migrate.report.left import left
from raytune_migrate.report.places import where, where_before
from raytune_migrate.report.sums import summary
from raytune_migrate.report.terminal import shown
from raytune_migrate.runtime.vendor import CopyState
from raytune_migrate.settings.options import Verbosity, WriteBack

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping
    from pathlib import Path

    from raytune_migrate.outcome import Migration, Outcome
    from raytune_migrate.proposal import Change, Finding
    from raytune_migrate.report.model import Report
    from raytune_migrate.runtime.vendor import Copy
    from raytune_migrate.settings.options import Options

_SHORT = 80  # a reason of this length is as quickly read again as a reference to it


def lines(outcome: Outcome, options: Options, told: MutableMapping[str, Path]) -> Iterator[str]:
    """What is said of one file. ``told`` maps the long reasons so far to the first file of each.

    One broken settings file fails every file of its project, and is explained once.
    """
    if outcome.status is Status.FAILED:
        yield _error(outcome, told)
    elif options.verbosity is Verbosity.QUIET:
        return
    elif outcome.migration is not None:
        yield from _changes(outcome, outcome.migration, options)
        yield from _findings(outcome, outcome.migration, options)
    if outcome.status is not Status.FAILED and (
        outcome.status is not Status.UNCHANGED or options.verbosity is Verbosity.VERBOSE
    ):
        yield _ending(outcome, options)


def render(report: Report) -> str:
    """All that is said of a run, as it goes to a file."""
    told: dict[str, Path] = {}
    every = [one for outcome in report.outcomes for one in lines(outcome, report.options, told)]
    if report.copy is not None:
        every += copy_lines(report.copy, report.options)
    return "".join(f"{unstyle(one)}\n" for one in (*every, summary(report)))


def copy_lines(copy: Copy, options: Options) -> Iterator[str]:
    """What is said of the project's own copy of the runtime."""
    folder = shown(str(copy.folder))
    if copy.error is not None:
        yield f"{style('error', fg='red', bold=True)}: {folder}: {shown(copy.error)}"
    elif options.verbosity is Verbosity.QUIET:
        return
    elif copy.state is CopyState.CURRENT:
        if options.verbosity is Verbosity.VERBOSE:
            yield f"unchanged {folder}"
    elif copy.state is CopyState.MISSING:
        verb = "copied" if options.writes else "would copy"
        yield f"{style(f'{verb} the runtime to {folder}', bold=True)} ({_version(__version__)})"
    else:
        verb = "updated" if options.writes else "would update"
        version = _version(copy.version)
        if copy.version != __version__:
            version += f" to {__version__}"
        differing = shown(", ".join(copy.stale))
        yield (
            f"{style(f'{verb} the runtime in {folder}', bold=True)} ({version}; different:"
            f" {differing})"
        )


def _version(version: str | None) -> str:
    return f"raytune-migrate {shown(version or 'of unknown version')}"


def _error(outcome: Outcome, told: MutableMapping[str, Path]) -> str:
    reason = outcome.reason or "failed for a reason that was not recorded"
    path = shown(str(outcome.path))
    first = told.setdefault(reason, outcome.path)
    if first != outcome.path and len(reason) > _SHORT:
        reason = f"for the same reason as {first}"
    # A traceback keeps its lines.
    text = "\n".join(map(shown, reason.split("\n")))
    return f"{style('error', fg='red', bold=True)}: {path}: {text}"


def _changes(outcome: Outcome, migration: Migration, options: Options) -> Iterator[str]:
    if options.write_back is WriteBack.DIFF:
        return  # the patch says it, beside the code
    for change in migration.changes:
        where = _where(outcome.path, change, options)
        code, link = style(change.code, fg="green", bold=True), shown(change.link)
        if options.verbosity is Verbosity.VERBOSE:
            yield f"{where}: {code} {shown(change.title)}: {shown(change.reason)} ({link})"
        if change.safety is Safety.REVIEW:
            yield from (
                f"{where}: {code} may differ: {shown(note)} ({link})" for note in change.notes
            )
        elif options.verbosity is Verbosity.VERBOSE:
            yield from (f"{where}: {code} note: {shown(note)}" for note in change.notes)


def _where(path: Path, change: Change, options: Options) -> str:
    # Once it is written, the place is one of the file as it was.
    return where_before(path, change.place) if options.writes else where(path, change.place)


def _findings(outcome: Outcome, migration: Migration, options: Options) -> Iterator[str]:
    """The findings at the lines of the file that the user has now."""
    for finding in left(migration, options):
        yield _finding(outcome.path, finding)


def _finding(path: Path, finding: Finding) -> str:
    place = style(where(path, finding.place), bold=True)
    code = style(finding.code, fg="yellow", bold=True)
    return f"{place}: {code} {shown(finding.message)} ({shown(finding.link)})"


def _ending(outcome: Outcome, options: Options) -> str:
    path, migration = shown(str(outcome.path)), outcome.migration
    if outcome.status is Status.UNCHANGED:
        return f"unchanged {path}"
    if outcome.status is Status.SKIPPED:
        return f"skipped {path}: {shown(outcome.reason or '')}"
    assert migration is not None
    work = f", {work_left(migration)}" if migration.leaves_work else ""
    if not migration.changes:  # comments alone
        verb = "marked" if options.writes else "would mark"
        return f"{style(f'{verb} {path}', bold=True)}{work}"
    verb = "migrated" if options.writes else "would migrate"
    codes = ", ".join(dict.fromkeys(change.code for change in migration.changes))
    return f"{style(f'{verb} {path}', bold=True)} ({codes}){work}"
