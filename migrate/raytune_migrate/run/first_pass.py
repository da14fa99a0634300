"""The first pass of a run: what is known of the projects at hand, and which files are looked at."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.facts.part import NOTHING, Survey
from raytune_migrate.facts.search.imported import lead_to_ray
from raytune_migrate.files.find import mentions_ray
from raytune_migrate.jobs import beside, in_parallel, processes
from raytune_migrate.report.terminal import shown
from raytune_migrate.run.pipeline import concerns_rules, prepare
from raytune_migrate.settings.options import Verbosity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.report.terminal import Console
    from raytune_migrate.settings.options import Options

_LOOKS_OF_A_JOB = 20  # files; with fewer for each, another process would not pay


def first_pass(
    files: Sequence[str],
    mentioned: Sequence[Path],
    paths: Collection[Path],
    options: Options,
    console: Console,
) -> tuple[Survey, list[Path]]:
    """What is known of the projects of some files, and the files that the engine is to look at."""

    def look() -> tuple[Survey, list[Path]]:
        survey = _survey(files, mentioned, paths, options, console)
        return survey, list(_that_matter(files, mentioned, survey, options))

    alone = processes(options.jobs) == 1 or len(mentioned) < _LOOKS_OF_A_JOB
    known, matter = look() if alone else beside(look, prepare)
    same = {one: one for one in mentioned}  # there may be many: of each, one object will do
    return known, [same.get(one, one) for one in matter]


def known_of(name: Path, data: bytes, options: Options, console: Console) -> Elsewhere | None:
    """What the project says of a file whose text is not, or not yet, what is on disk."""
    if not name.exists():
        return None
    matter = [name] if mentions_ray(data) else []
    unsaved = {os.path.realpath(name): data}
    part = _survey([str(name)], matter, (), options, console, unsaved).part(name)
    return part.elsewhere if part is not None and (matter or part.matters) else None


def _that_matter(
    files: Iterable[str], mentioned: Sequence[Path], survey: Survey, options: Options
) -> Iterator[Path]:
    """The files that the engine is to look at, in their order: most of those that mention Ray."""
    doubtful = [one for one in mentioned if not survey.concerns(one)]
    concerned = in_parallel(
        partial(concerns_rules, options=options),
        doubtful,
        min(processes(options.jobs), len(doubtful) // _LOOKS_OF_A_JOB),
        lost=lambda _path, _how: True,
    )
    idle = {path for path, is_it in zip(doubtful, concerned, strict=True) if not is_it}
    if survey.parts:
        some = set(mentioned)
        every = map(Path, files)
        yield from (
            one for one in every if (one in some and one not in idle) or survey.matters(one)
        )
    else:
        yield from (one for one in mentioned if one not in idle)


def _survey(
    files: Sequence[str],
    matter: Collection[Path],
    paths: Collection[Path],
    options: Options,
    console: Console,
    unsaved: Mapping[str, bytes] | None = None,
) -> Survey:
    """What is known of the projects of some files, where any of them may have to do with Ray.

    ``unsaved`` is what stands in a file, by its real path, instead of what is on disk.
    """
    if not matter and not lead_to_ray(files):
        return NOTHING
    from raytune_migrate.facts.survey import survey

    errors: list[str] = []

    def slipped(root: str, error: Exception) -> None:  # which keeps no file from being migrated
        if options.verbosity is Verbosity.VERBOSE:
            import traceback

            console.err("".join(traceback.format_exception(error)).rstrip())
        folder = os.path.relpath(root)
        where = f" in {shown(folder)}" if folder != os.curdir else ""
        errors.append(
            f"the modules of the project{where} could not be read together: internal error:"
            f" {type(error).__name__}: {error}; each file is migrated by itself; please report this"
            " together with the output of -v."
        )
        console.err(f"error: {errors[-1]}")

    known = survey(files, matter, paths, processes(options.jobs), unsaved, options.cache, slipped)
    return replace(known, error=errors[0]) if errors else known
