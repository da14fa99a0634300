"""What a project says of the places where its rewritten code is to run: Ray, runtime and flag.

Looked at once per project, after its files, and only where the rewritten code needs it.
"""

from __future__ import annotations

import functools
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from raytune_migrate.images import is_image
from raytune_migrate.outcome import Migration, Outcome, Status, left_to_a_person
from raytune_migrate.pipeline import project_for
from raytune_migrate.project import ProjectError, settings_files
from raytune_migrate.proposal import Finding, Place, digest
from raytune_migrate.requirements import RAY, RUNTIME, Kind, declarations
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import RULES
from raytune_migrate.runtime_home import Home, RuntimeImport
from raytune_migrate.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from raytune_migrate.options import Options
    from raytune_migrate.requirements import Declaration

_TOO_OLD, _MISSING, _PIN = "RTM502", "RTM503", "RTM906"
# Where a person would look first for what is installed.
_ORDER = ("pyproject.toml", "setup.cfg", "setup.py", "requirements.in", "requirements.txt")
# Files that set the environment of what runs, beside Dockerfiles.
_ENVIRONMENT_FILES = re.compile(
    r"\.env(rc|\..*)?|.*\.(env|sh)|(docker-)?compose[\w.-]*\.ya?ml|\.gitlab-ci\.yml"
    r"|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini"
)
_WORKFLOWS = Path(".github", "workflows")
# Set, that is: neither read, as in `[ "$RAY_TRAIN_V2_ENABLED" = 0 ]`, nor only spoken of.
_OFF = re.compile(
    rf"(?<![\w$])(?<!\$\{{){ray_api.FLAG}[\"']?\s*[:=\s]\s*[\"']?(0|false)\b", re.IGNORECASE
)
_SPOKEN_OF = re.compile(r"\s*(#|;|echo\b|printf\b)|.*\s#")
_LARGE = 1_000_000  # bytes; nobody writes a file of settings that is larger


def look_around(
    outcomes: Iterable[Outcome], named: Collection[Path], options: Options
) -> list[Outcome]:
    """What is left to do in the files that say where rewritten code runs: one outcome for each.

    ``named`` are the files that the user named, or a commit hook for him: such a run speaks of the
    project only where it migrates something, or it would do so at every commit.
    """

    @functools.cache
    def declared(path: Path) -> tuple[Declaration, ...]:
        return tuple(declarations(path))

    found: dict[Path, dict[Finding, None]] = {}
    seen = set[tuple[Path, Home | None]]()
    for outcome in outcomes:
        migrated = outcome.migration is not None and bool(outcome.migration.changes)
        if not migrated and (outcome.runtime is None or outcome.path in named):
            continue
        key = outcome.path.resolve().parent, outcome.runtime
        if key in seen:
            continue
        seen.add(key)
        for path, finding in _findings(outcome, options, declared):
            if options.choice.wants(finding.code):
                found.setdefault(path, {})[finding] = None
    return [_outcome(path, tuple(some)) for path, some in sorted(found.items())]


def merged(outcome: Outcome, other: Outcome) -> Outcome:
    """How a file ended that is Python and settings at once, as ``setup.py`` is."""
    if outcome.status is Status.FAILED or other.migration is None:
        return outcome
    if outcome.migration is None:
        return replace(other, path=outcome.path)
    own, findings = outcome.migration, other.migration.findings
    migration = Migration(
        own.before,
        own.after,
        own.changes,
        (*own.findings, *findings),
        (*own.remaining, *findings),
    )
    return replace(
        outcome,
        status=migration.status,
        migration=migration,
        reason=left_to_a_person(migration),
    )


def _outcome(path: Path, findings: tuple[Finding, ...]) -> Outcome:
    ordered = tuple(sorted(findings, key=lambda one: (one.place.line, one.code)))
    migration = Migration("", "", (), ordered, ordered)
    here = Path(os.path.realpath(Path.cwd()))
    shown = path.relative_to(here) if path.is_relative_to(here) else path
    return Outcome(shown, Status.SKIPPED, migration, left_to_a_person(migration))


def _findings(
    outcome: Outcome, options: Options, read: Callable[[Path], Iterable[Declaration]]
) -> Iterator[tuple[Path, Finding]]:
    try:
        project = project_for(outcome.path, options)
        folders = settings_files(outcome.path)
        declared = [[one for path in some for one in read(path)] for some in folders]
    except (SourceError, ProjectError, OSError):
        return  # changed under our feet; the next run will tell
    if options.ray_version is None:
        yield from _too_old(declared)
    # By its bare name a file may import the project's own copy too, if that lies beside it.
    if outcome.runtime is Home.INSTALLED and project.runtime != RuntimeImport(home=Home.OWN):
        yield from _missing(declared)
    yield from _pinned(outcome.path.resolve().parent, project.root)


def _too_old(declared: Iterable[Sequence[Declaration]]) -> Iterator[tuple[Path, Finding]]:
    """What admits a Ray below the runtime's floor, in the nearest folder that says which Ray."""
    floor = Version(ray_api.RUNTIME_NEEDS)
    for folder in declared:
        every = [one for one in folder if one.package == RAY]
        if not any(one.says_something for one in every):
            continue
        sources = [one for one in every if one.kind is Kind.SOURCE]
        made = [one for one in every if one.kind is Kind.GENERATED and _is_old(one, floor)]
        images = [one for one in every if one.kind is Kind.IMAGE and _is_old(one, floor)]
        old = [one for one in sources if _is_old(one, floor)]
        bounded = any(one.lowest is not None for one in sources)
        if made and not bounded and not old:
            # What a tool wrote follows from what a person did: there it is put right.
            where = min(sources, key=_rank) if sources else made[0]
            yield _finding(
                where,
                _TOO_OLD,
                f"{made[0].path.name} holds {_release(made[0])}, on which the rewritten code does"
                " not run.",
                f"Require Ray {ray_api.RUNTIME_NEEDS} or later, and lock again.",
            )
        # Another Ray may be installed over that of a base image, and is where one is asked for.
        for one in (*old, *(() if bounded else images)):
            yield _finding(
                one,
                _TOO_OLD,
                f"The rewritten code does not run on every Ray that this allows: {one.text}.",
                f"Require Ray {ray_api.RUNTIME_NEEDS} or later.",
            )
        return


def _is_old(one: Declaration, floor: Version) -> bool:
    return (one.lowest is not None and one.lowest < floor) or one.ends_below(floor)


def _release(one: Declaration) -> str:
    return f"Ray {one.lowest}" if one.lowest is not None else one.text


def _missing(declared: Sequence[Sequence[Declaration]]) -> Iterator[tuple[Path, Finding]]:
    """That the runtime is nowhere among what is installed, said where Ray is.

    Who installs Ray in some other way than by these files installs the runtime there as well.
    """
    if any(one.package in RUNTIME for folder in declared for one in folder):
        return
    for folder in declared:
        if every := [one for one in folder if one.package == RAY]:
            yield _finding(
                min(every, key=_rank),
                _MISSING,
                "The rewritten code imports raytune_runtime, and nothing here installs it.",
                "Add raytune-migrate[runtime]; every node of the cluster needs it.",
            )
            return


def _rank(one: Declaration) -> tuple[int, bool, int, str, int]:
    name = one.path.name
    order = _ORDER.index(name) if name in _ORDER else len(_ORDER)
    return list(Kind).index(one.kind), "constraints" in name, order, name, one.line


def _pinned(folder: Path, root: Path) -> Iterator[tuple[Path, Finding]]:
    """Where the project's own environment turns Train V2 off."""
    above = (folder, *folder.parents)
    for one in above[: above.index(root) + 1] if root in above else (folder,):
        for path in (*_listed(one), *(_listed(one / _WORKFLOWS) if one == root else ())):
            workflow = path.parent.name == _WORKFLOWS.name and path.suffix in (".yml", ".yaml")
            if workflow or is_image(path.name) or _ENVIRONMENT_FILES.fullmatch(path.name):
                yield from _pins_in(path)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _pins_in(path: Path) -> Iterator[tuple[Path, Finding]]:
    try:
        if not path.is_file() or path.stat().st_size > _LARGE:
            return
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        match = _OFF.search(line)
        if match is not None and not _SPOKEN_OF.match(line, 0, match.start()):
            place = Place(number, match.start() + 1, 0, digest(line.strip()))
            reason = "This turns Train V2 off, and the rewritten code needs it."
            advice = f"Take {ray_api.FLAG} away here, or set it to 1."
            yield path, Finding(_PIN, place, reason, advice, RULES[_PIN].link)


def _finding(one: Declaration, code: str, reason: str, advice: str) -> tuple[Path, Finding]:
    place = Place(one.line, one.column, 0, digest(one.text))
    return one.path, Finding(code, place, reason, advice, RULES[code].link)
