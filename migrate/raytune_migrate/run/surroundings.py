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

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.environment.around import (
    files_around,
    folders_around,
    is_small,
    listed,
    sets_environment,
    text_of,
)
from raytune_migrate.environment.clusters import SUFFIXES
from raytune_migrate.environment.requirements import CONDA_FILES, RAY, RUNTIME, Kind, declarations
from raytune_migrate.environment.targets import FOLDERS, refused_targets
from raytune_migrate.outcome import Migration, Outcome, Status, left_to_a_person
from raytune_migrate.project import ProjectError, settings_files
from raytune_migrate.proposal import Finding, Place, digest
from raytune_migrate.run.pipeline import project_for
from raytune_migrate.runtime.home import NOWHERE, Home, RuntimeImport
from raytune_migrate.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from raytune_migrate.environment.requirements import Declaration
    from raytune_migrate.settings.options import Options

_TOO_OLD, _MISSING, _PIN = "RTM502", "RTM503", "RTM906"
# Where a person would look first for what is installed.
_ORDER = ("pyproject.toml", "setup.cfg", "setup.py", "requirements.in", "requirements.txt")
# Set, that is: neither read, as in `[ "$RAY_TRAIN_V2_ENABLED" = 0 ]`, nor only spoken of.
_OFF = re.compile(
    rf"(?<![\w$])(?<!\$\{{){ray_api.FLAG}[\"']?\s*(?:[:?]?=|[:\s])\s*[\"']?(0|false)\b",
    re.IGNORECASE,
)
# As a list of Kubernetes has it: `- name: RAY_TRAIN_V2_ENABLED`, and below `value: "0"`.
_NAMED = re.compile(rf"\s*-\s+name\s*:\s*[\"']?(?={ray_api.FLAG}\b)")
_OFF_VALUE = re.compile(r"\s*value\s*:\s*[\"']?(0|false)\b", re.IGNORECASE)
_MAY_BRING_RUNTIME = re.compile(
    r"raytune|requirements|\s-r\s|\s-e\s|install\s+(?:-\S+\s+)*[\"']?\.|\b(?:uv|poetry|pdm)\b"
)
_SPOKEN_OF = re.compile(r"\s*(#|;|echo\b|printf\b)|.*\s#")


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
    folder = outcome.path.resolve().parent
    if options.ray_version is None:
        yield from _too_old(declared)
        yield from _too_old_on_clusters(folder, project.root, read)
    # By its bare name a file may import the project's own copy too, if that lies beside it.
    own = project.runtime in (RuntimeImport(home=Home.OWN), NOWHERE)
    if outcome.runtime is Home.INSTALLED and not own:
        yield from _missing(declared)
        yield from _missing_on_clusters(folder, project.root, read)
    yield from _pinned(folder, project.root)
    yield from _refused_targets(folder, project.root)


def _too_old(declared: Iterable[Sequence[Declaration]]) -> Iterator[tuple[Path, Finding]]:
    """What admits a Ray below the runtime's floor, in the nearest folder that says which Ray."""
    floor = Version(ray_api.RUNTIME_NEEDS)
    for folder in declared:
        every = [one for one in folder if one.package == RAY]
        if not any(one.says_something for one in every):
            continue
        sources = [one for one in every if one.kind is Kind.SOURCE]
        made = [one for one in every if one.kind is Kind.GENERATED and one.is_below(floor)]
        images = [one for one in every if one.kind is Kind.IMAGE and one.is_below(floor)]
        old = [one for one in sources if one.is_below(floor)]
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


def _too_old_on_clusters(
    folder: Path, root: Path, read: Callable[[Path], Iterable[Declaration]]
) -> Iterator[tuple[Path, Finding]]:
    """The files of clusters whose nodes run a Ray below the runtime's floor."""
    floor = Version(ray_api.RUNTIME_NEEDS)
    for path in _cluster_files(folder, root):
        for one in read(path):
            if one.package == RAY and one.is_below(floor):
                yield _finding(
                    one,
                    _TOO_OLD,
                    f"The rewritten code does not run on the Ray of these nodes: {one.text}.",
                    f"Take Ray {ray_api.RUNTIME_NEEDS} or later.",
                )


def _missing_on_clusters(
    folder: Path, root: Path, read: Callable[[Path], Iterable[Declaration]]
) -> Iterator[tuple[Path, Finding]]:
    """The files of clusters and jobs that list Ray among what is installed, and not the runtime.

    What they install by another file, or of the project itself, may bring it.
    """
    for path in _cluster_files(folder, root):
        rays = [one for one in read(path) if one.package == RAY and one.kind is Kind.SOURCE]
        if rays and not _MAY_BRING_RUNTIME.search(text_of(path)):
            yield _finding(
                rays[0],
                _MISSING,
                "The rewritten code imports raytune_runtime, and what is installed here does not"
                " bring it.",
                "Add raytune-migrate[runtime] beside Ray.",
            )


def _cluster_files(folder: Path, root: Path) -> Iterator[Path]:
    for path in files_around(folder, root):
        if path.name.endswith(SUFFIXES) and path.name not in CONDA_FILES and is_small(path):
            yield path


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
    for path in files_around(folder, root):
        if sets_environment(path.name):
            yield from _pins_in(path)


def _refused_targets(folder: Path, root: Path) -> Iterator[tuple[Path, Finding]]:
    """Where configs from which the project's objects are made name what Train V2 refuses."""
    groups = {
        one
        for above in folders_around(folder, root)
        for name in FOLDERS
        for one in ((above / name), *filter(Path.is_dir, listed(above / name)))
    }
    files = {path for one in (*groups, *folders_around(folder, root)) for path in listed(one)}
    for path in sorted(files):
        if path.name.endswith(SUFFIXES):
            yield from ((path, one) for one in refused_targets(text_of(path)))


def _pins_in(path: Path) -> Iterator[tuple[Path, Finding]]:
    lines = text_of(path).splitlines()
    for number, line in enumerate(lines, start=1):
        start = _turned_off(line, lines[number : number + 1])
        if start is not None and not _SPOKEN_OF.match(line, 0, start):
            place = Place(number, start + 1, 0, digest(line.strip()))
            reason = "This turns Train V2 off, and the rewritten code needs it."
            advice = f"Take {ray_api.FLAG} away here, or set it to 1."
            yield path, Finding(_PIN, place, reason, advice, RULES[_PIN].link)


def _turned_off(line: str, below: Sequence[str]) -> int | None:
    """Where a line turns the flag off, or names it for the next one to do so."""
    found = _OFF.search(line)
    if found is not None:
        return found.start()
    named = _NAMED.match(line)
    return named.end() if named and below and _OFF_VALUE.match(below[0]) else None


def _finding(one: Declaration, code: str, reason: str, advice: str) -> tuple[Path, Finding]:
    place = Place(one.line, one.column, 0, digest(one.text))
    return one.path, Finding(code, place, reason, advice, RULES[code].link)
