"""``raytune-migrate verify``: run a script before and after its migration, and compare."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from raytune_migrate.report.terminal import Console, shown
from raytune_migrate.settings import arguments
from raytune_migrate.settings.options import Format, Pins, Target
from raytune_migrate.status import A_FILE_FAILED, INTERRUPTED

_HELP = """\
Run a script on Train V1 as it was and on Train V2 as migrated, with the same
seeds, and compare their sweeps trial by trial: configs, numbers of reports,
metrics, stop reasons, the best trial, the content of checkpoints, result
columns, and the files that a user would look for.

SCRIPT is what is to be migrated, or what has been: then --original says what it
was. SCRIPT itself is never written; what it migrates to is run in its place,
with its path, and so are modules beside it that would be migrated. What follows
-- are the arguments of the script.

This command runs your code, in a Python that has Ray: --python, else that of
the active environment. Each run has a home, a working folder, storage and a Ray
of its own. Home and working folder hold links to all that is in yours, but for
experiments of Tune; what would be stored elsewhere, remote or not, stays in the
folder of the run.

\b
Examples:
  raytune-migrate verify train.py
  raytune-migrate verify train.py -- --epochs 2
  raytune-migrate verify train.py --original git:HEAD --report html:verify.html
  raytune-migrate verify train.py --trials 4 --rel-tol 1e-6 --warnings
\b
Not compared: clocks, process ids, hosts, trial ids, and files that only V2 adds.
\b
Exit status:
  0    the same
  1    it differs, or the script cannot be migrated
  2    the command line was wrong, or there is no Python with Ray
  123  a run failed or ran out of time, such as an original that today's Ray
       cannot run, or there was no sweep to compare
  130  interrupted; both runs and the Ray that they started are ended
"""

_FORMATS = (Format.TEXT, Format.JSON, Format.HTML)


def _targets(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[Target, ...]:
    """The reports that are asked for, of those that there are of a verification."""
    asked = arguments.targets(context, parameter, given)
    for one in asked:
        if one.format not in _FORMATS:
            known = ", ".join(each.value for each in _FORMATS)
            raise click.BadParameter(f"verify has no {one.format.value} report; formats: {known}.")
    return asked


_PATH = click.Path(path_type=Path)


@click.command(
    help=_HELP,
    options_metavar="[OPTIONS]",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.argument("script", metavar="SCRIPT", type=_PATH)
@click.argument("script_arguments", metavar="[-- ARGS]", nargs=-1)
@click.option(
    "--original",
    metavar="FILE|git:REV",
    help="What SCRIPT was: a file, or itself in a revision of git, such as git:HEAD.",
)
@click.option(
    "--python",
    metavar="PATH",
    type=_PATH,
    help="The Python that has Ray. [default: of the active environment]",
)
@click.option(
    "--original-python",
    metavar="PATH",
    type=_PATH,
    help="Another one for the original, with the Ray that it was written for.",
)
@click.option(
    "--address",
    metavar="ADDRESS",
    help="Run on this cluster, which runs already. One of several machines needs storage that all"
    " of them see: --here.",
)
@click.option(
    "--num-cpus",
    metavar="N",
    type=click.IntRange(min=1),
    help="The CPUs that the Ray of each run is told to have. [default: this machine's]",
)
@click.option(
    "--here",
    is_flag=True,
    help="Run in the current folder itself, and store where the script says.",
)
@click.option(
    "--trials", metavar="N", type=click.IntRange(min=1), help="No more than N trials of a sweep."
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    help="End a run after this time.",
)
@click.option(
    "--rel-tol",
    metavar="X",
    type=click.FloatRange(min=0),
    default=0.0,
    help="Metrics this near to each other, relative to their size, are the same. [default: 0]",
)
@click.option(
    "--abs-tol",
    metavar="X",
    type=click.FloatRange(min=0),
    default=0.0,
    help="Metrics no further from each other than this are the same. [default: 0]",
)
@click.option(
    "--ignore",
    metavar="COLUMN",
    multiple=True,
    help="Not this result column; may hold * and ?, and be given several times.",
)
@click.option(
    "--printed", is_flag=True, help="Compare the lines that the script itself prints, too."
)
@click.option(
    "--twice",
    is_flag=True,
    help="Run the original twice, and let pass, with a note, what differs between these two.",
)
@click.option(
    "--warnings",
    is_flag=True,
    help="Hold what Ray itself warns of in the original against what the rules find.",
)
@click.option(
    "--no-runtime", is_flag=True, help="Migrate to code that needs Ray alone, as without verify."
)
@click.option(
    "--remove-pin", is_flag=True, help="Migrate a script that pins RAY_TRAIN_V2_ENABLED to 0 too."
)
@click.option(
    "--report",
    metavar="FORMAT[:FILE]",
    multiple=True,
    callback=_targets,
    help="text (the default), json or html; may be given several times."
    " [FILE: stdout; text: stderr]",
)
@click.option(
    "--keep",
    metavar="DIR",
    type=_PATH,
    help="Keep both runs' folders, with their records and what they printed, in this new folder.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option(
    "--color/--no-color",
    default=None,
    help="Colour the output. [default: on a terminal, unless NO_COLOR is set]",
)
def command(
    script: Path,
    script_arguments: tuple[str, ...],
    *,
    original: str | None,
    python: Path | None,
    original_python: Path | None,
    address: str | None,
    num_cpus: int | None,
    here: bool,
    trials: int | None,
    timeout: float | None,
    rel_tol: float,
    abs_tol: float,
    ignore: tuple[str, ...],
    printed: bool,
    twice: bool,
    warnings: bool,
    no_runtime: bool,
    remove_pin: bool,
    report: tuple[Target, ...],
    keep: Path | None,
    quiet: bool,
    color: bool | None,
) -> None:
    """Verify as was asked."""
    from raytune_migrate.verify.compare import Printed, Tolerance
    from raytune_migrate.verify.problem import Problem
    from raytune_migrate.verify.processes import sigterm_interrupts
    from raytune_migrate.verify.runs import How, Work
    from raytune_migrate.verify.session import Wanted, verify

    if address is not None and num_cpus is not None:
        raise click.UsageError("--num-cpus is for a Ray that is started; leave --address away.")
    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise click.UsageError(f"--keep {shown(str(keep))} is there already; name a new folder.")
    console = Console(color)
    wanted = Wanted(
        script=script,
        original=original,
        python=python,
        original_python=original_python,
        how=How(
            arguments=script_arguments,
            work=Work.HERE if here else Work.APART,
            address=address,
            cpus=num_cpus,
            trials=trials,
            timeout=timeout,
        ),
        tolerance=Tolerance(
            rel_tol, abs_tol, ignore, Printed.COMPARED if printed else Printed.LEFT
        ),
        twice=twice,
        warnings=warnings,
        no_runtime=no_runtime,
        pins=Pins.REMOVE if remove_pin else Pins.RESPECT,
        reports=report,
        keep=keep,
        quiet=quiet,
    )
    try:
        with sigterm_interrupts():
            sys.exit(verify(wanted, console, os.environ))
    except Problem as problem:
        console.err(f"error: {shown(str(problem))}.")
        sys.exit(problem.status)
    except KeyboardInterrupt:
        console.err("Interrupted: the runs and the Ray that they started are ended.")
        sys.exit(INTERRUPTED)
    except OSError as error:  # a full disk, a folder that cannot be made
        what = f"{shown(str(error.filename))}: " if error.filename else ""
        console.err(f"error: {what}{error.strerror or error}.")
        sys.exit(A_FILE_FAILED)
