"""``raytune-migrate drop-runtime``: plain Ray where a module no longer needs the runtime."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from raytune_migrate.files import find_files
from raytune_migrate.options import Options, WriteBack
from raytune_migrate.outcome import Migration, Outcome, Status
from raytune_migrate.pipeline import look, put_back
from raytune_migrate.report.patch import colored, patch
from raytune_migrate.report.sums import A_FILE_FAILED, SOMETHING_LEFT
from raytune_migrate.report.terminal import Console, shown
from raytune_migrate.runtime_home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.drop.plain import Kept, Plain
    from raytune_migrate.elsewhere import Elsewhere

_HELP = """\
Write plain Ray for the names of raytune_runtime that code no longer needs.

A name goes where nothing in the module needs what it gives: no scheduler that pauses or clones
trials, no reader of a result's checkpoint, no retry. For each other name, the line says why it
stays, and what to do first.

\b
Examples:
  raytune-migrate drop-runtime --diff .   what could go, and what still needs the runtime
  raytune-migrate drop-runtime sweep.py   rewrite in place
"""

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
    status = 0
    for path in map(Path, find_files(paths)):
        kept: list[Kept] = []
        gone: list[Plain] = []
        outcome = put_back(_without_runtime(path, options, kept, gone), options)
        for line in _said(outcome, kept, gone, writes=options.writes):
            console.err(line)
        if outcome.status is Status.FAILED:
            status = A_FILE_FAILED
        elif outcome.status is Status.MIGRATED and not options.writes:
            status = status or SOMETHING_LEFT
            if diff:
                data = patch(outcome, Path.cwd())
                console.out(colored(data) if console.out_in_color else data)
    sys.exit(status)


def _without_runtime(path: Path, options: Options, kept: list[Kept], gone: list[Plain]) -> Outcome:
    """How a file would end; ``kept`` and ``gone`` are filled with what stays and what goes."""

    def drop(path: Path, data: bytes, options: Options, _: Elsewhere | None) -> Outcome:
        if RUNTIME.encode() not in data or path.suffix not in (".py", ".pyi"):
            return Outcome(path, Status.UNCHANGED)
        from raytune_migrate.drop.dropping import drop_runtime
        from raytune_migrate.parsed import SourceSyntaxError
        from raytune_migrate.pipeline import project_for
        from raytune_migrate.source import SourceError, decode

        source = decode(data)
        try:
            done = drop_runtime(source.text, project_for(path, options))
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

    return look(path, options, None, drop)


def _said(outcome: Outcome, kept: list[Kept], gone: list[Plain], *, writes: bool) -> Iterator[str]:
    path = shown(str(outcome.path))
    if outcome.status is Status.FAILED:
        yield f"failed {path}: {outcome.reason}"
        return
    for one in kept:
        yield f"{path}:{one.line}: {one.name} stays: {one.reason}."
    if outcome.status is Status.MIGRATED:
        if any(one.name == "TuneReportCallback" for one in gone):
            yield from (f"{path}: {one}" for one in _LOSSES)
        yield f"{'rewrote' if writes else 'would rewrite'} {path}"
