"""Migrate folders that stand as texts in a test: ``--- path`` in front of each file."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from raytune_migrate.facts.survey import survey
from raytune_migrate.files.find import find_files, mentions_ray
from raytune_migrate.run.together import look_at, put_all_back
from raytune_migrate.run.units import units
from raytune_migrate.settings.options import Options, WriteBack

if TYPE_CHECKING:
    from collections.abc import Iterable

    from raytune_migrate.outcome import Outcome

_HEAD = re.compile(r"^--- (.+)\n", re.MULTILINE)
OPTIONS = Options(write_back=WriteBack.WRITE, ray_version="2.51")


def files(text: str) -> dict[str, str]:
    """The files of a project by their paths."""
    parts = _HEAD.split(dedent(text).lstrip("\n"))
    return {
        name: body.strip("\n") + "\n" for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def write(folder: Path, text: str) -> None:
    """Make a project of its own in a folder."""
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    for name, body in files(text).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")


def run(folder: Path, named: Iterable[str] = (), options: Options = OPTIONS) -> dict[str, Outcome]:
    """Migrate a folder, or the files of it that are named; how each file of interest ended."""
    paths = [folder / one for one in named] or [folder]
    found = find_files(paths)
    matter = [Path(one) for one in found if mentions_ray(Path(one).read_bytes())]
    known = survey(found, matter, paths, jobs=1)
    every = [one for one in map(Path, found) if one in matter or known.matters(one)]
    return {
        one.path.relative_to(folder).as_posix(): one
        for unit in units(every, known)
        for one in put_all_back(look_at(unit, options), options)
    }


def said(outcomes: dict[str, Outcome]) -> list[str]:
    """Path, line and code of every finding."""
    return [
        f"{path}:{one.place.line}: {one.code}"
        for path, outcome in outcomes.items()
        if outcome.migration is not None
        for one in outcome.migration.findings
    ]


def check(
    folder: Path, before: str, after: str, *findings: str, options: Options = OPTIONS
) -> None:
    """A project becomes another, once. ``after`` has the files that change."""
    write(folder, before)
    outcomes = run(folder, options=options)
    expected = files(before) | files(after)
    assert {name: (folder / name).read_text(encoding="utf-8") for name in expected} == expected
    assert said(outcomes) == list(findings)
    run(folder, options=options)
    again = {name: (folder / name).read_text(encoding="utf-8") for name in expected}
    assert again == expected, "a second run changes the project again"


def check_unchanged(folder: Path, before: str, *findings: str) -> None:
    """Nothing of a project is changed, and only this is said."""
    check(folder, before, "", *findings)
