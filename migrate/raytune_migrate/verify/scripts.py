"""The two scripts of a verification: the original, and what it migrates to."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.choice.asked import Choice
from raytune_migrate.facts.survey import survey
from raytune_migrate.files import git
from raytune_migrate.outcome import Status
from raytune_migrate.proposal import Safety
from raytune_migrate.run.pipeline import process_data
from raytune_migrate.settings.config import config_for
from raytune_migrate.settings.data import ProjectError
from raytune_migrate.settings.options import Options, Pins, Uses, Verbosity, WriteBack
from raytune_migrate.status import A_FILE_FAILED
from raytune_migrate.verify.interpreter import USAGE
from raytune_migrate.verify.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from raytune_migrate.outcome import Outcome

_GIT = "git:"
_MIGRATED = re.compile(rb"^\s*(?:from|import)\s+[\w.]*\braytune_runtime\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Script:
    """A script as it is run: at its path, with its own text or with another in the place of it."""

    path: Path
    text: bytes | None = None  # None: what the file holds


@dataclass(frozen=True, slots=True)
class Scripts:
    """Both scripts; the outcome is that of the engine, where it made the new one.

    ``before`` holds the texts of the project's other modules that were others for the old one.
    """

    old: Script
    new: Script
    outcome: Outcome | None = None
    before: Mapping[str, str] = field(default_factory=dict)

    @property
    def may_differ(self) -> tuple[str, ...]:
        """What the changes themselves say of how the new one may differ."""
        migration = None if self.outcome is None else self.outcome.migration
        return tuple(
            f"{change.code} says what may differ: {note}"
            for change in (migration.changes if migration is not None else ())
            if change.safety is Safety.REVIEW
            for note in change.notes
        )


def scripts(path: Path, original: str | None, options: Options) -> Scripts:
    """The original and the migrated script that *path* stands for. Raises :class:`Problem`."""
    if path.suffix != ".py":
        raise Problem(f"{path} is no Python script; name a .py file", USAGE)
    data = _read(path)
    if original is not None:
        return _before(path, original)
    part = survey([str(path)], [path], (), jobs=1).part(path)
    outcome = process_data(path, data, options, part.elsewhere if part is not None else None)
    if outcome.status is Status.FAILED:
        raise Problem(f"{path} {outcome.reason}", A_FILE_FAILED)
    if _MIGRATED.search(data):
        raise Problem(
            f"{path} is migrated already; name what it was, with --original FILE or"
            " --original git:REVISION",
            USAGE,
        )
    return Scripts(Script(path), Script(path, outcome.after), outcome)


def as_migrated(files: Iterable[str] | None, besides: Path, options: Options) -> dict[str, str]:
    """The project's other modules that would be migrated, with what they become.

    Of these files; where it is not known which are imported, of all that have to do with Ray.
    """
    from raytune_migrate.project import project_of

    root = os.path.realpath(project_of(besides).root)
    known = survey([str(besides)], [besides], (), jobs=1)
    found: dict[str, str] = {}
    for name in sorted(known.related if files is None else files):
        path = Path(name)
        if not os.path.realpath(name).startswith(root + os.sep) or _same(path, besides):
            continue
        if path.suffix != ".py":
            continue
        if {"site-packages", "dist-packages"} & {*path.parts}:
            continue
        try:
            part = known.part(path)
            elsewhere = part.elsewhere if part is not None else None
            outcome = process_data(path, path.read_bytes(), options, elsewhere)
        except OSError:
            continue  # gone since it was imported
        if outcome.migration is not None and outcome.migration.changes:
            found[name] = outcome.migration.after
    return found


def project_options(path: Path, *, no_runtime: bool, pins: Pins) -> Options:
    """How the project of a script has it migrated. Raises :class:`Problem`."""
    try:
        values = config_for([path]).values
    except ProjectError as error:
        raise Problem(str(error), USAGE) from error
    safe = Safety.SAFE if values.get("safe_only") else Safety.REVIEW
    select, ignore = (tuple(values.get(one, ())) for one in ("select", "ignore"))
    return Options(
        write_back=WriteBack.CHECK,
        verbosity=Verbosity.NORMAL,
        pins=Pins.REMOVE if values.get("remove_pin") else pins,
        ray_version=None if values.get("ray_version") == "auto" else values.get("ray_version"),
        vendor=None if no_runtime else values.get("vendor_runtime"),
        choice=Choice(_codes(select), _codes(ignore), safe),
        uses=Uses.RAY_ALONE if no_runtime or values.get("no_runtime") else Uses.RUNTIME,
    )


def _codes(given: tuple[str, ...]) -> frozenset[str]:
    named = (code.strip() for one in given for code in one.split(","))
    return frozenset(code.upper() for code in named if code)


def _before(path: Path, original: str) -> Scripts:
    """A script that is migrated, and what it was, with the modules that were others then."""
    if not original.startswith(_GIT):
        _read(Path(original))
        return Scripts(Script(Path(original)), Script(path))
    revision = original.removeprefix(_GIT)
    if not revision or revision.startswith("-"):
        raise Problem(f"{original} names no revision; write --original git:HEAD", USAGE)
    folder = path.absolute().parent
    old = Script(path, _git(folder, path, revision, "show", f"{revision}:./{path.name}"))
    root = Path(os.fsdecode(_git(folder, path, revision, "rev-parse", "--show-toplevel")).rstrip())
    names = _git(root, path, revision, "diff", "--name-only", "-z", revision, "--", "*.py")
    changed = [root / os.fsdecode(one) for one in names.split(b"\0") if one]
    modules = {
        os.fspath(one): _git(
            root, path, revision, "show", f"{revision}:{one.relative_to(root).as_posix()}"
        ).decode("utf-8", "replace")
        for one in changed
        if one.exists() and not _same(one, path)
    }
    return Scripts(old, Script(path), before=modules)


def _git(folder: Path, path: Path, revision: str, *arguments: str) -> bytes:
    try:
        done = git.answer(folder, *arguments)
    except FileNotFoundError:
        raise Problem("git is not installed; name a file with --original", USAGE) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1] if said else "git failed"
        raise Problem(f"cannot read {path} of {revision}: {reason}; check the revision", USAGE)
    return done.stdout


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Problem(f"{path}: {reason}; name a script that can be read", USAGE) from error


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
