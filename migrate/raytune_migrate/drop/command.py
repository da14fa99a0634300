"""``raytune-migrate drop-runtime``: plain Ray where a project no longer needs the runtime."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from raytune_migrate.elsewhere import ALONE
from raytune_migrate.facts.part import NOTHING
from raytune_migrate.files.find import Filter, find_files
from raytune_migrate.outcome import Migration, Outcome, Status
from raytune_migrate.report.counts import number_of_files
from raytune_migrate.report.patch import colored, folder_for, located, patch
from raytune_migrate.report.terminal import Console, shown
from raytune_migrate.run.pipeline import ASKED_TO_SKIP, asks_to_skip, look, put_back
from raytune_migrate.runtime.copies import without_copies
from raytune_migrate.runtime.home import RUNTIME
from raytune_migrate.settings.config import config_for
from raytune_migrate.settings.data import ProjectError
from raytune_migrate.settings.options import Options, WriteBack
from raytune_migrate.status import A_FILE_FAILED, SOMETHING_LEFT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.drop.plain import Kept, Plain
    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.facts.part import Survey

_HELP = """\
Write plain Ray for the names of raytune_runtime that code no longer needs.

A name goes where nothing in the project needs what it gives: no scheduler that pauses or clones
trials, no reader of a result's checkpoint, no retry. For each other name, the line says why it
stays, and what to do first. Files that the project's settings exclude are passed over; those that
say `# raytune-migrate: skip-file`, and notebooks, are named and left as they are.

\b
Examples:
  raytune-migrate drop-runtime --diff .   what could go, and what still needs the runtime
  raytune-migrate drop-runtime sweep.py   rewrite in place
"""

_SUFFIXES = (".py", ".pyi")
_BY_HAND = "names the runtime and is no Python file; take the names out by hand"

# What goes with the runtime's callback; where it would matter most, the callback stays.
_LOSSES = (
    "reports take two seconds each, unless RAY_TRAIN_HEALTH_CHECK_INTERVAL_S says less.",
    "a trial that Tune stops trains on until its process has ended.",
)


@click.command(
    help=_HELP,
    options_metavar="[OPTIONS]",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--diff", is_flag=True, help="Write nothing; print a patch.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if something could go.")
@click.option(
    "--color/--no-color",
    default=None,
    help="Colour the output. [default: on a terminal, unless NO_COLOR is set]",
)
def command(paths: tuple[Path, ...], *, diff: bool, check: bool, color: bool | None) -> None:
    """Rewrite the files that ``paths`` stand for."""
    if diff and check:
        raise click.UsageError("--diff and --check exclude each other; leave one away.")
    console = Console(color)
    write_back = WriteBack.DIFF if diff else WriteBack.CHECK if check else WriteBack.WRITE
    options = Options(write_back=write_back)
    files = list(map(Path, without_copies(find_files(paths, _filter(paths)))))
    try:
        survey = _survey(files, paths)
    except Exception as error:  # a slip of ours; without the other modules too much could go
        console.err(
            "error: the modules of the project could not be read together: internal error:"
            f" {type(error).__name__}: {error}; nothing was changed; please report this."
        )
        sys.exit(A_FILE_FAILED)
    folder = folder_for(files) if diff else Path()
    status = rewritten = needing = failed = 0
    for path in files:
        kept: list[Kept] = []
        gone: list[Plain] = []
        outcome = put_back(_without_runtime(path, options, survey, kept, gone), options)
        for line in _said(outcome, kept, gone, writes=options.writes):
            console.err(line)
        rewritten += outcome.status is Status.MIGRATED
        needing += bool(kept) or outcome.status is Status.SKIPPED
        failed += outcome.status is Status.FAILED
        if outcome.status is Status.FAILED:
            status = A_FILE_FAILED
        elif outcome.status is Status.MIGRATED and not options.writes:
            status = status or SOMETHING_LEFT
            if diff:
                data = located(patch(outcome, folder), folder)
                console.out(colored(data) if console.out_in_color else data)
    mood = "" if options.writes else "would be "
    console.err(
        f"{number_of_files(len(files))}: {rewritten} {mood}rewritten, {needing} still with names of"
        f" the runtime, {failed} failed."
    )
    sys.exit(status)


def _filter(paths: Sequence[Path]) -> Filter:
    """Which files the project's settings let be looked at."""
    try:
        config = config_for(paths)
    except ProjectError as error:
        raise click.UsageError(f"{error}.") from error
    include, exclude, force_exclude = (
        tuple(config.values.get(one, ())) for one in ("include", "exclude", "force_exclude")
    )
    return Filter(config.root, include, exclude, force_exclude)


def _survey(files: Sequence[Path], paths: Sequence[Path]) -> Survey:
    """What the modules of the project say of each other, where any of the files may change."""
    matter = [one for one in files if one.suffix in _SUFFIXES and _names_runtime(one)]
    if not matter:
        return NOTHING
    from raytune_migrate.facts.survey import survey

    return survey([str(one) for one in files], matter, paths, jobs=1)


def _names_runtime(path: Path) -> bool:
    try:
        return RUNTIME.encode() in path.read_bytes()
    except OSError:
        return False  # said where the file is looked at


def _without_runtime(
    path: Path, options: Options, survey: Survey, kept: list[Kept], gone: list[Plain]
) -> Outcome:
    """How a file would end; ``kept`` and ``gone`` are filled with what stays and what goes."""

    def drop(path: Path, data: bytes, options: Options, known: Elsewhere | None) -> Outcome:
        if RUNTIME.encode() not in data:
            return Outcome(path, Status.UNCHANGED)
        if asks_to_skip(data):
            return Outcome(path, Status.SKIPPED, reason=ASKED_TO_SKIP)
        if path.suffix not in _SUFFIXES:
            return Outcome(path, Status.SKIPPED, reason=_BY_HAND)
        from raytune_migrate.drop.dropping import drop_runtime
        from raytune_migrate.drop.readers import readers
        from raytune_migrate.module.parsed import SourceSyntaxError
        from raytune_migrate.run.pipeline import project_for
        from raytune_migrate.source import SourceError, decode

        source = decode(data)
        try:
            others = survey.related - {os.path.realpath(path)}
            read = list(readers(others)) if known is not None else []
            project = project_for(path, options)
            done = drop_runtime(source.text, project, known or ALONE, read)
        except SourceSyntaxError as error:
            raise SourceError(
                f"does not parse: line {error.line}, column {error.column}: {error.message};"
                " correct the file and run again"
            ) from error
        kept.extend(done.kept)
        gone.extend(done.gone)
        migration = Migration(done.before, done.after)
        after = source.encode(done.after)
        return Outcome(path, migration.status, migration, None, source, None, after)

    part = survey.part(path)
    return look(path, options, part.elsewhere if part is not None else None, drop)


def _said(outcome: Outcome, kept: list[Kept], gone: list[Plain], *, writes: bool) -> Iterator[str]:
    path = shown(str(outcome.path))
    if outcome.status is Status.FAILED:
        yield f"failed {path}: {outcome.reason}"
        return
    if outcome.status is Status.SKIPPED:
        yield f"skipped {path}: {outcome.reason}"
    for one in kept:
        yield f"{path}:{one.line}: {one.name} stays: {shown(one.reason)}."
    if outcome.status is Status.MIGRATED:
        if any(one.name == "TuneReportCallback" for one in gone):
            yield from (f"{path}: {one}" for one in _LOSSES)
        yield f"{'rewrote' if writes else 'would rewrite'} {path}"
