"""The command line: parses arguments, prints what is reported, exits with what it comes to."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from raytune_migrate import __version__
from raytune_migrate.files import find_files
from raytune_migrate.options import Options, Pins, Verbosity, WriteBack
from raytune_migrate.outcome import Status
from raytune_migrate.pipeline import process
from raytune_migrate.report.patch import colored, copy_comment, for_terminal, patch
from raytune_migrate.report.sums import A_FILE_FAILED, SOMETHING_LEFT, exit_status, summary
from raytune_migrate.report.terminal import Console, discard
from raytune_migrate.report.text import copy_lines, lines
from raytune_migrate.vendor import (
    CopyState,
    VendorError,
    bring_up_to_date,
    check_folder,
    compare,
    is_vendored,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from raytune_migrate.outcome import Outcome
    from raytune_migrate.vendor import Copy

INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it

_HELP = """\
Rewrite Ray Tune sweeps from Tuner(trainer), which Ray 2.51 and later refuse,
to the Ray Train V2 driver function. Files are rewritten in place; what cannot
be rewritten safely is left as it was and reported with the reason.

A PATH is a Python file, or a folder that is searched for .py and .pyi files.
Files that git ignores, and folders such as .venv, build and node_modules, are
passed over; a file or folder that is named itself is always taken. A copy of the
runtime that --vendor-runtime made is nobody's to change, and passed over too.

\b
Examples:
  raytune-migrate --diff src/     show what would change, and why
  raytune-migrate src/            rewrite in place
  raytune-migrate --check .       for CI: change nothing, fail if work is left
\b
Every file ends in one of five ways:
  unchanged                 nothing in it to migrate
  migrated                  rewritten, and nothing left to do
  migrated with work left   rewritten, but some places need a person
  skipped                   left as it was: all its places need a person
  failed                    not read, not understood or not written
\b
Exit status:
  0    nothing is left to do
  1    something would change (--check, --diff), or needs a person
  2    the command line was wrong
  123  a file failed; all others are done
  130  interrupted; no file is half-written
"""

_OLDEST_RAY = (2, 43)  # as raytune_runtime has it
_REWRITTEN = (Status.MIGRATED, Status.WORK_LEFT)

_NO_PATH = (
    "Name the files or folders to migrate: `raytune-migrate --diff .` shows what would change in"
    " this folder."
)

# Whether a path can be read is a matter of its own: the others are done all the same.
_PATH = click.Path(path_type=Path, readable=False)


def _ray_version(_context: click.Context, _parameter: click.Parameter, given: str) -> str | None:
    """The release that was given; None for ``auto``."""
    if given == "auto":
        return None
    if not re.fullmatch(r"\d+(\.\d+){1,2}", given, re.ASCII):
        raise click.BadParameter(f"{given!r} is neither auto nor a release such as 2.51.")
    if tuple(map(int, given.split("."))) < _OLDEST_RAY:
        oldest = ".".join(map(str, _OLDEST_RAY))
        raise click.BadParameter(
            f"rewritten code runs on Ray {oldest} and later; name a release from {oldest} on."
        )
    return given


def _vendor(
    _context: click.Context, _parameter: click.Parameter, given: Path | None
) -> Path | None:
    """The folder that takes, or holds, the project's own copy of the runtime."""
    if given is not None:
        try:
            check_folder(given)
        except VendorError as error:
            raise click.BadParameter(f"{error}.") from error
        except OSError as error:
            raise click.BadParameter(f"{error.filename}: {error.strerror}.") from error
    return given


@click.command(
    name="raytune-migrate",
    help=_HELP,
    options_metavar="[OPTIONS]",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.argument("paths", metavar="PATH...", nargs=-1, type=_PATH)
@click.option("--diff", is_flag=True, help="Write nothing; print a patch with commentary.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if work is left.")
@click.option(
    "--remove-pin",
    is_flag=True,
    help="Migrate files that pin RAY_TRAIN_V2_ENABLED to 0 too; the pin becomes 1.",
)
@click.option(
    "--ray-version",
    metavar="auto|X.Y",
    default="auto",
    show_default=True,
    callback=_ray_version,
    help="The oldest Ray that the code is to run on. auto: as each project's requirements say.",
)
@click.option(
    "--vendor-runtime",
    "vendor",
    metavar="DIR",
    type=_PATH,
    callback=_vendor,
    help="Keep a copy of raytune_runtime in this folder of the project, and import it from there.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Explain each change; name every file.")
@click.option(
    "--color/--no-color",
    default=None,
    help="Colour the output. [default: on a terminal, unless NO_COLOR is set]",
)
@click.version_option(__version__, prog_name="raytune-migrate", message="%(prog)s %(version)s")
def main(
    paths: tuple[Path, ...],
    *,
    diff: bool,
    check: bool,
    remove_pin: bool,
    ray_version: str | None,
    vendor: Path | None,
    quiet: bool,
    verbose: bool,
    color: bool | None,
) -> None:
    """Run the command line."""
    if not paths:
        raise click.UsageError(_NO_PATH)
    if quiet and verbose:
        raise click.UsageError("-q and -v exclude each other; choose one.")
    verbosity = Verbosity.QUIET if quiet else Verbosity.VERBOSE if verbose else Verbosity.NORMAL
    pins = Pins.REMOVE if remove_pin else Pins.RESPECT
    write_back = WriteBack.from_flags(diff=diff, check=check)
    options = Options(write_back, verbosity, color, pins, ray_version, vendor)
    sys.exit(_run(paths, options))


def _run(paths: tuple[Path, ...], options: Options) -> int:
    console = Console(options.color)
    files: list[Path] = []
    outcomes: list[Outcome] = []
    told: dict[str, Path] = {}
    try:
        files.extend(one for one in find_files(paths) if not is_vendored(one.absolute().parent))
        for outcome in _outcomes(files, paths, options):
            outcomes.append(outcome)
            for line in lines(outcome, options, told):
                console.err(line)
            if options.write_back is WriteBack.DIFF:
                _show_patch(outcome, console)
        copy = _copy(outcomes, options)
        for line in copy_lines(copy, options) if copy is not None else ():
            console.err(line)
        if copy is not None and options.write_back is WriteBack.DIFF:
            data = copy_comment(copy)
            console.out(colored(data) if console.out_in_color else data)
    except KeyboardInterrupt:
        done = "1 file" if len(outcomes) == 1 else f"{len(outcomes)} files"
        left = max(0, len(files) - len(outcomes))
        console.err(f"Interrupted: {done} done, {left} left; nothing is half-written.")
        return INTERRUPTED
    except BrokenPipeError:
        discard(sys.stdout)  # the reader of the patch has seen enough
        return SOMETHING_LEFT
    except OSError as error:  # a full disk under stdout: no file's fault
        console.err(f"error: cannot write the patch: {error.strerror or error}")
        return A_FILE_FAILED
    if options.verbosity is not Verbosity.QUIET:
        console.err(summary(outcomes, options, copy))
    return exit_status(outcomes, options, copy)


def _outcomes(files: list[Path], named: Collection[Path], options: Options) -> Iterator[Outcome]:
    """How each file ended; last those that say where rewritten code runs, if any is."""
    held: dict[str, Outcome] = {}  # what may be spoken of again
    done: list[Outcome] = []
    for path in files:
        outcome = process(path, options)
        done.append(outcome)
        if path.name == "setup.py":
            held[os.path.realpath(path)] = outcome
        else:
            yield outcome
    if any(one.runtime is not None or one.status in _REWRITTEN for one in done):
        from raytune_migrate.surroundings import look_around, merged

        for outcome in look_around(done, named, options):
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


def _show_patch(outcome: Outcome, console: Console) -> None:
    data = patch(outcome, Path.cwd())
    if not data or outcome.source is None:
        return
    if console.out_is_terminal:
        data = for_terminal(data, outcome.source.encoding, sys.stdout.encoding)
    console.out(colored(data) if console.out_in_color else data)
