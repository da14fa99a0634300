"""The course of a verification: what is run is found and said, run twice, compared and reported."""

from __future__ import annotations

import contextlib
import os
import pkgutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.outcome import Status
from raytune_migrate.report.terminal import shown
from raytune_migrate.report.text import lines as outcome_lines
from raytune_migrate.report.write import ReportError, check_targets, put
from raytune_migrate.settings.options import TEXT_ON_STDERR, Format, Pins, Target
from raytune_migrate.status import A_FILE_FAILED, SOMETHING_LEFT
from raytune_migrate.verify.hints import hints
from raytune_migrate.verify.interpreter import find_interpreter
from raytune_migrate.verify.problem import Problem
from raytune_migrate.verify.recalled import recall
from raytune_migrate.verify.runs import How, Run, Version, Work, run_script
from raytune_migrate.verify.scripts import as_migrated, project_options, scripts
from raytune_migrate.verify.seeding import seeding
from raytune_migrate.verify.steadiness import parted, told_unsteady
from raytune_migrate.verify.summing import counted
from raytune_migrate.verify.text import lines
from raytune_migrate.verify.verification import Verification, are_told_in_part, compared, is_refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.report.terminal import Console
    from raytune_migrate.settings.options import Options
    from raytune_migrate.verify.compare import Tolerance
    from raytune_migrate.verify.interpreter import Interpreter
    from raytune_migrate.verify.scripts import Scripts

# By format, the function from a Verification to its text; imported when it is asked for.
_RENDERERS: Mapping[Format, str] = {
    Format.TEXT: "raytune_migrate.verify.text:render",
    Format.JSON: "raytune_migrate.verify.as_json:render",
    Format.HTML: "raytune_migrate.verify.page:render",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    script: Path
    original: str | None
    python: Path | None
    original_python: Path | None
    how: How
    tolerance: Tolerance
    twice: bool
    warnings: bool
    no_runtime: bool
    pins: Pins
    reports: tuple[Target, ...]
    keep: Path | None
    quiet: bool


@dataclass(frozen=True, slots=True)
class _Pythons:
    """Where each script runs."""

    old: Interpreter
    new: Interpreter


def verify(wanted: Wanted, console: Console, environment: Mapping[str, str]) -> int:
    """Verify a script; returns the exit status. Raises :class:`Problem` where nothing is run."""
    try:
        check_targets(wanted.reports, [str(wanted.script)])
    except ReportError as error:
        raise Problem(str(error), A_FILE_FAILED) from error
    options = project_options(wanted.script, no_runtime=wanted.no_runtime, pins=wanted.pins)
    both = _scripts(wanted, options, console)
    new = find_interpreter(wanted.python, environment)
    old = new
    if wanted.original_python is not None:
        old = find_interpreter(wanted.original_python, {}, "--original-python")
    with _folder(wanted.keep) as folder:
        if not wanted.quiet:
            console.err(_announced(wanted, both, _Pythons(old, new), folder))
        verification = _verified(wanted, both, _Pythons(old, new), folder, options, console)
        if TEXT_ON_STDERR in wanted.reports and not wanted.quiet:
            for line in lines(verification):
                console.err(line)
        try:
            _write(verification, wanted.reports, console)
        except ReportError as error:
            raise Problem(str(error), A_FILE_FAILED) from error
    return verification.verdict.status


def _scripts(wanted: Wanted, options: Options, console: Console) -> Scripts:
    """Both scripts, with what the engine says of the one that it could not migrate wholly."""
    both = scripts(wanted.script, wanted.original, options)
    if both.outcome is not None and not wanted.quiet:
        for line in outcome_lines(both.outcome, options, {}):
            console.err(line)
    if both.outcome is not None and both.outcome.status is Status.SKIPPED:
        raise Problem(
            f"{wanted.script} cannot be migrated, and nothing was run: {both.outcome.reason};"
            " do what is said above, and name the result and --original FILE",
            SOMETHING_LEFT,
        )
    return both


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """The folder of both runs, which stays only where it is to be kept."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(
        prefix="raytune-verify-", ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def _announced(wanted: Wanted, both: Scripts, pythons: _Pythons, folder: Path) -> str:
    """That the project's code is about to run: what, in which Python, and where."""
    old, new = (shown(str(one.path)) for one in (both.old, both.new))
    where = shown(str(folder)) if wanted.how.work is Work.APART else "the current folder"
    before, after = (
        f"{shown(str(one.path))} (Python {one.version}, Ray {one.ray})"
        for one in (pythons.old, pythons.new)
    )
    if before == after:
        named = " and ".join(dict.fromkeys((old, new)))
        what = f"{named} on Train V1 and V2, with {after}"
    else:
        what = f"{old} on Train V1 with {before}, and {new} on V2 with {after}"
    cluster = "" if wanted.how.address is None else f" on the cluster {shown(wanted.how.address)}"
    return f"Running {what}, in {where}{cluster}."


def _verified(
    wanted: Wanted,
    both: Scripts,
    pythons: _Pythons,
    folder: Path,
    options: Options,
    console: Console,
) -> Verification:
    def told(run: Run) -> Run:
        if not wanted.quiet:
            state = (run.failure or "ended").rstrip(".")
            console.err(f"Train {run.version.value}, after {run.seconds:.0f} s: {shown(state)}.")
        return run

    def original(place: str) -> Run:
        return told(
            run_script(
                both.old,
                Version.V1,
                pythons.old,
                folder / place,
                wanted.how,
                replaced=both.before,
                warnings=wanted.warnings,
            )
        )

    old = original("v1")
    again = original("v1-again") if wanted.twice and old.failure is None else None
    replaced = {} if both.outcome is None else as_migrated(_imported(old), wanted.script, options)
    new = told(
        run_script(both.new, Version.V2, pythons.new, folder / "v2", wanted.how, replaced=replaced)
    )
    between = () if again is None else compared(old, again, wanted.tolerance)
    found, unsteady = parted(compared(old, new, wanted.tolerance), between)
    notes = [*_notes(wanted, both, pythons, replaced, old, new)]
    if found:
        notes += both.may_differ
    notes += told_unsteady(unsteady, between)
    if again is not None and again.failure is not None:
        notes.append(
            f"the original, run again, failed, so little could be let pass: {again.failure}"
        )
    return Verification(
        wanted.script,
        pythons.old,
        pythons.new,
        old,
        new,
        found,
        tuple(dict.fromkeys(notes)),
        recall(old.warned, _texts(both), options) if wanted.warnings else None,
        wanted.tolerance,
        unsteady,
    )


def _imported(run: Run) -> frozenset[str] | None:
    """The real paths of what a run imported; None where it failed, perhaps before it did."""
    if run.record is None or run.failure is not None:
        return None
    return frozenset(map(os.path.realpath, run.record.modules))


def _texts(both: Scripts) -> dict[str, bytes]:
    """The texts that the original ran with and no file holds, by the paths of their files."""
    texts = {name: text.encode() for name, text in both.before.items()}
    if both.old.text is not None:
        texts[os.path.abspath(both.old.path)] = both.old.text  # noqa: PTH100 (links stay)
    return texts


def _notes(
    wanted: Wanted,
    both: Scripts,
    pythons: _Pythons,
    replaced: Mapping[str, str],
    old: Run,
    new: Run,
) -> Iterator[str]:
    """What a reader of the result should know of how it came about."""
    if both.outcome is not None and both.outcome.status is Status.UNCHANGED:
        yield f"{both.old.path} has nothing to migrate; the same code ran on both"
    imported = _imported(new)
    for path in replaced:
        if imported is None or os.path.realpath(path) in imported:
            yield f"{path} would be migrated as well, and was so in the run on Train V2"
    if wanted.how.trials is not None:
        yield f"no sweep was given more than {counted(wanted.how.trials, 'trial')}"
    yield from _leniency(wanted.tolerance)
    if old.record and new.record and are_told_in_part(old.record, new.record):
        yield (
            "of a trainer's own run Train V2 tells the reports whose checkpoints it keeps: these,"
            " the checkpoints, the error and the script's own files were compared, but not what"
            " Tune added on V1: columns such as training_iteration, and result.json, progress.csv"
            " and events for TensorBoard"
        )
    if not pythons.new.has_runtime:
        yield (
            "raytune_runtime is not installed for that Python; this tool's own was lent to it."
            " Migrated code needs it there: pip install 'raytune-migrate[runtime]'"
        )
    for run in (old, new):
        yield from hints(run, wanted.how)
    if wanted.original_python is None and is_refused(old, new):
        yield (
            f"where Ray {pythons.old.ray} cannot run the original any more, one that it was written"
            " for can: --original-python names a Python that has it"
        )
    if pythons.old.ray != pythons.new.ray:
        yield (
            f"the original ran on Ray {pythons.old.ray}, the migrated script on"
            f" {pythons.new.ray}: what changed between them differs too"
        )
    text = both.old.text if both.old.text is not None else both.old.path.read_bytes()
    for line, said in seeding(text):
        yield f"{both.old.path}:{line}: {said}"
    for run in (old, new):
        if run.record is not None:
            yield from (f"Train {run.version.value}: {one}" for one in run.record.notes)
            for path, place in run.record.moved.items():
                yield f"Train {run.version.value}: storage {path} was {place}"


def _leniency(tolerance: Tolerance) -> Iterator[str]:
    """What was let pass, without which nobody can tell what "the same" is worth."""
    if tolerance.rel_tol or tolerance.abs_tol:
        yield (
            f"metrics no further from each other than {tolerance.rel_tol:g} relative or"
            f" {tolerance.abs_tol:g} absolute counted as the same"
        )
    if tolerance.ignore:
        yield f"columns that were not compared: {', '.join(tolerance.ignore)}"


def _write(verification: Verification, reports: tuple[Target, ...], console: Console) -> None:
    for target in reports:
        if target != TEXT_ON_STDERR:
            put(target, pkgutil.resolve_name(_RENDERERS[target.format])(verification), console)
