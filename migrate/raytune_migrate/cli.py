"""The command line: parses arguments, prints what is reported, exits with what it comes to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from raytune_migrate import __version__
from raytune_migrate.files import find_files
from raytune_migrate.options import Options, Pins, Verbosity, WriteBack
from raytune_migrate.pipeline import process
from raytune_migrate.report.patch import colored, for_terminal, patch
from raytune_migrate.report.sums import A_FILE_FAILED, SOMETHING_LEFT, exit_status, summary
from raytune_migrate.report.terminal import Console, discard
from raytune_migrate.report.text import lines

if TYPE_CHECKING:
    from raytune_migrate.outcome import Outcome

INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it

_HELP = """\
Rewrite Ray Tune sweeps from Tuner(trainer), which Ray 2.51 and later refuse,
to the Ray Train V2 driver function. Files are rewritten in place; what cannot
be rewritten safely is left as it was and reported with the reason.

A PATH is a Python file, or a folder that is searched for .py and .pyi files.
Files that git ignores, and folders such as .venv, build and node_modules, are
passed over; a file or folder that is named itself is always taken.

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

_NO_PATH = (
    "Name the files or folders to migrate: `raytune-migrate --diff .` shows what would change in"
    " this folder."
)

# Whether a path can be read is a matter of its own: the others are done all the same.
_PATH = click.Path(path_type=Path, readable=False)


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
    options = Options(WriteBack.from_flags(diff=diff, check=check), verbosity, color, pins)
    sys.exit(_run(paths, options))


def _run(paths: tuple[Path, ...], options: Options) -> int:
    console = Console(options.color)
    files: list[Path] = []
    outcomes: list[Outcome] = []
    told: dict[str, Path] = {}
    try:
        files.extend(find_files(paths))
        for path in files:
            outcome = process(path, options)
            outcomes.append(outcome)
            for line in lines(outcome, options, told):
                console.err(line)
            if options.write_back is WriteBack.DIFF:
                _show_patch(outcome, console)
    except KeyboardInterrupt:
        done = "1 file" if len(outcomes) == 1 else f"{len(outcomes)} files"
        left = len(files) - len(outcomes)
        console.err(f"Interrupted: {done} done, {left} left; nothing is half-written.")
        return INTERRUPTED
    except BrokenPipeError:
        discard(sys.stdout)  # the reader of the patch has seen enough
        return SOMETHING_LEFT
    except OSError as error:  # a full disk under stdout: no file's fault
        console.err(f"error: cannot write the patch: {error.strerror or error}")
        return A_FILE_FAILED
    if options.verbosity is not Verbosity.QUIET:
        console.err(summary(outcomes, options))
    return exit_status(outcomes, options)


def _show_patch(outcome: Outcome, console: Console) -> None:
    data = patch(outcome, Path.cwd())
    if not data or outcome.source is None:
        return
    if console.out_is_terminal:
        data = for_terminal(data, outcome.source.encoding, sys.stdout.encoding)
    console.out(colored(data) if console.out_in_color else data)
