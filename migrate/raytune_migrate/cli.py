"""The command line: parses arguments, and exits with what the run comes to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from raytune_migrate import __version__
from raytune_migrate.cache import NO_CACHE, Cache, users_folder
from raytune_migrate.choice.asked import Choice
from raytune_migrate.files.find import DOCUMENTS, SUFFIXES, Filter
from raytune_migrate.run.start import run
from raytune_migrate.safety import Safety
from raytune_migrate.settings import arguments
from raytune_migrate.settings.options import (
    STDIN,
    Baseline,
    Decisions,
    Docs,
    Format,
    Options,
    Pins,
    Target,
    Todo,
    Uses,
    Verbosity,
    WriteBack,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_HELP = """\
Rewrite Ray Tune sweeps from Tuner(trainer), which Ray 2.51 and later refuse,
to the Ray Train V2 driver function. Files are rewritten in place; what cannot
be rewritten safely is left as it was and reported with the reason.

A PATH is a Python file or a notebook, or a folder that is searched for .py, .pyi
and .ipynb files; with --docs, also for .md, .markdown and .rst files.
Files that git ignores, and folders such as .venv, build and node_modules, are
passed over; a file or folder that is named itself is always taken. A copy of the
runtime that --vendor-runtime made is nobody's to change, and passed over too.

\b
Examples:
  raytune-migrate --diff src/     show what would change, and why
  raytune-migrate src/            rewrite in place
  raytune-migrate -i src/         be asked about each change
  raytune-migrate --check .       for CI: change nothing, fail if work is left
\b
Commands, each with a --help of its own; a path of such a name is written ./rules:
  raytune-migrate rules           list the rules
  raytune-migrate rules RTM101    explain one, with before and after
  raytune-migrate verify SCRIPT   run a script on Train V1 and as migrated; compare
  raytune-migrate drop-runtime .  write plain Ray for what no longer needs the runtime
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

_NO_TERMINAL = (
    "-i asks on a terminal, and there is none here. Look at the changes with --diff, and make a"
    " part of them with --select, --ignore, --safe-only or comments in the code such as"
    " `# raytune-migrate: ignore[RTM101]`."
)

# Whether a path can be read is a matter of its own: the others are done all the same.
_PATH = click.Path(path_type=Path, readable=False)


# By name, where each is found.
_COMMANDS: Mapping[str, str] = {
    "drop-runtime": "raytune_migrate.drop.command:command",
    "rules": "raytune_migrate.handbook.command:command",
    "verify": "raytune_migrate.verify.command:command",
}


class _WithCommands(click.Command):
    """The command for paths, beside which others go by a name.

    A path of such a name is written ``./name``. What is wrong in settings is said to be there.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what was given, and what the settings say where nothing was."""
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            arguments.say_where(error, ctx)
            raise

    # Click's other arguments pass through as they are, whatever its release has of them.
    def main(self, args: Sequence[str] | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run the command that the first argument names, or else this one."""
        given = sys.argv[1:] if args is None else list(args)
        if given and given[0] in _COMMANDS:
            import pkgutil  # most runs are over paths

            command = pkgutil.resolve_name(_COMMANDS[given[0]])
            extra["prog_name"] = f"raytune-migrate {given[0]}"
            return command.main(given[1:], **extra)
        return super().main(given, **extra)


@click.command(
    name="raytune-migrate",
    cls=_WithCommands,
    help=_HELP,
    options_metavar="[OPTIONS]",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.argument(
    "paths", metavar="PATH...", nargs=-1, type=_PATH, is_eager=True, callback=arguments.configured
)
@click.option("--diff", is_flag=True, help="Write nothing; print a patch with commentary.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if work is left.")
@click.option(
    "-i",
    "--interactive",
    is_flag=True,
    help="Ask about each change; what is decided is remembered beside the project.",
)
@click.option(
    "--reset-decisions", is_flag=True, help="Forget what was decided about these files before."
)
@click.option("--safe-only", is_flag=True, help="Leave changes to a person that may differ.")
@click.option(
    "--select",
    metavar="CODES",
    multiple=True,
    callback=arguments.codes,
    help="Only these rules: codes or their beginnings, such as RTM101,RTM5.",
)
@click.option(
    "--ignore", metavar="CODES", multiple=True, callback=arguments.codes, help="Not these rules."
)
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
    callback=arguments.ray_version,
    help="The oldest Ray that the code is to run on. auto: as each project's requirements say.",
)
@click.option(
    "--vendor-runtime",
    metavar="DIR",
    type=_PATH,
    callback=arguments.vendor_folder,
    help="Keep a copy of raytune_runtime in this folder of the project, and import it from there.",
)
@click.option(
    "--no-runtime",
    is_flag=True,
    help="Write code that needs Ray alone; what that cannot do is left and reported.",
)
@click.option(
    "--todo/--no-todo",
    default=None,
    help="Comment what is left in the code of all files, or of none."
    " [default: of those that are rewritten]",
)
@click.option(
    "--report",
    metavar="FORMAT[:FILE]",
    multiple=True,
    callback=arguments.targets,
    help="text (the default), json, sarif, github or html; may be given several times."
    " [FILE: stdout; text: stderr]",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=_PATH,
    help="Report and count only what is not in this file; write it where there is none.",
)
@click.option("--update-baseline", is_flag=True, help="Write the baseline as things are now.")
@click.option(
    "--include",
    metavar="PATTERN",
    multiple=True,
    help="Of the files in folders, only these; patterns as in .gitignore.",
)
@click.option(
    "--exclude", metavar="PATTERN", multiple=True, help="Of the files in folders, not these."
)
@click.option(
    "--force-exclude",
    metavar="PATTERN",
    multiple=True,
    help="Not these, even where they are named.",
)
@click.option(
    "--stdin-filename", metavar="PATH", type=_PATH, help="What - is called in reports and patterns."
)
@click.option(
    "--docs", is_flag=True, help="Migrate Python code in Markdown and RST too, and doctests."
)
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Migrate up to N files at once. [default: as many as there are cores to use]",
)
@click.option(
    "--python",
    metavar="auto|none|PATH",
    default="auto",
    show_default=True,
    envvar="RAYTUNE_MIGRATE_PYTHON",
    callback=arguments.python,
    help="The Python whose Ray the calls that are written must fit. auto: the active environment,"
    " the project's .venv, or this one.",
)
@click.option(
    "--no-cache",
    is_flag=True,
    envvar="RAYTUNE_MIGRATE_NO_CACHE",
    help="Look at every file anew, also where nothing has changed since an earlier run.",
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
    interactive: bool,
    reset_decisions: bool,
    safe_only: bool,
    select: frozenset[str],
    ignore: frozenset[str],
    remove_pin: bool,
    ray_version: str | None,
    vendor_runtime: Path | None,
    todo: bool | None,
    report: tuple[Target, ...],
    baseline: Path | None,
    update_baseline: bool,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    force_exclude: tuple[str, ...],
    stdin_filename: Path | None,
    docs: bool,
    quiet: bool,
    verbose: bool,
    color: bool | None,
    no_runtime: bool,
    jobs: int | None,
    python: str,
    no_cache: bool,
) -> None:
    """Run the command line."""
    if not paths:
        raise click.UsageError(_NO_PATH)
    if STDIN in paths and len(paths) > 1:
        raise click.UsageError("- is stdin alone; name files and folders in another run.")
    if STDIN in paths and interactive:
        raise click.UsageError("-i asks on stdin, which - reads as code; name a file.")
    if stdin_filename is not None and STDIN not in paths:
        raise click.UsageError("--stdin-filename is for code on stdin; name - as the path.")
    if quiet and verbose:
        raise click.UsageError("-q and -v exclude each other; choose one.")
    if interactive and (diff or check):
        raise click.UsageError("-i writes what is accepted; leave --diff and --check away.")
    if interactive and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(_NO_TERMINAL)
    if update_baseline and baseline is None:
        raise click.UsageError("--update-baseline needs --baseline FILE.")
    if no_runtime and vendor_runtime is not None:
        raise click.UsageError("--no-runtime needs no --vendor-runtime; choose one.")
    to_stdout = [one for one in report if one.path is None and one.format is not Format.TEXT]
    if to_stdout and (diff or (STDIN in paths and not check)):
        kind = to_stdout[0].format.value
        raise click.UsageError(
            f"The code goes to stdout; name a file for the report, as in --report {kind}:FILE."
        )
    root = click.get_current_context().obj
    options = Options(
        write_back=WriteBack.from_flags(diff=diff, check=check, interactive=interactive),
        verbosity=Verbosity.from_flags(quiet=quiet, verbose=verbose),
        color=color,
        pins=Pins.REMOVE if remove_pin else Pins.RESPECT,
        ray_version=ray_version,
        vendor=vendor_runtime,
        choice=Choice(select, ignore, Safety.SAFE if safe_only else Safety.REVIEW),
        todo=Todo.from_flag(todo),
        reports=report,
        baseline=Baseline(baseline, update_baseline) if baseline is not None else None,
        filter=Filter(
            root, include, exclude, force_exclude, SUFFIXES | DOCUMENTS if docs else SUFFIXES
        ),
        decisions=Decisions.FORGET if reset_decisions else Decisions.KEEP,
        stdin_name=stdin_filename or STDIN,
        uses=Uses.RAY_ALONE if no_runtime else Uses.RUNTIME,
        docs=Docs.MIGRATE if docs else Docs.LEAVE,
        jobs=jobs,
        cache=NO_CACHE if no_cache else Cache(users_folder),
        python=python,
    )
    if STDIN in paths:
        from raytune_migrate.run.work import run_stdin  # most runs are over files

        sys.exit(run_stdin(options))
    sys.exit(run(paths, options))
