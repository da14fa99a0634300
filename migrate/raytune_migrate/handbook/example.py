"""What the engine makes of an example, so that nothing of it has to be written by hand."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from raytune_migrate.facts.survey import survey
from raytune_migrate.files.find import SUFFIXES
from raytune_migrate.outcome import Status
from raytune_migrate.proposal import Safety
from raytune_migrate.ray_api import V2_BY_DEFAULT
from raytune_migrate.report.places import where
from raytune_migrate.run.surroundings import look_around
from raytune_migrate.run.together import look_at
from raytune_migrate.run.units import units
from raytune_migrate.settings.options import Options, Pins, Uses, WriteBack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.handbook.explanation import Example, File
    from raytune_migrate.outcome import Outcome
    from raytune_migrate.proposal import Change, Finding


class ExampleError(Exception):
    """An example that could not be run; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One file of an example, what becomes of it, and what is said of it."""

    file: File
    after: str
    changes: tuple[Change, ...] = ()
    findings: tuple[Finding, ...] = ()

    def diff(self) -> str:
        """The whole file, with what goes and what comes; empty where nothing is rewritten."""
        before, after = (text.splitlines(keepends=True) for text in (self.file.text, self.after))
        lines = difflib.unified_diff(before, after, n=len(before))
        return "".join(list(lines)[3:])  # but for the heads of file and hunk

    def said(self, code: str) -> Iterator[str]:
        """What is left to a person, and how what ``code`` rewrites may differ."""
        for one in self.findings:
            yield f"{where(Path(self.file.name), one.place)}: {one.code} {one.message}"
        for change in self.changes:
            if change.code == code and change.safety is Safety.REVIEW:
                place = where(Path(self.file.name), change.place)
                yield from (f"{place}: {code} may differ: {note}" for note in change.notes)


def shown(example: Example) -> tuple[Shown, ...]:
    """Run over the files of an example, in a folder of their own. Raises :class:`ExampleError`."""
    try:
        with TemporaryDirectory(prefix="raytune-migrate-") as name:
            folder = Path(os.path.realpath(name))
            (folder / ".git").mkdir()  # nothing above is of the project
            for file in example.files:
                path = folder / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.text.encode())
            outcomes = tuple(_outcomes(example, folder))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExampleError(
            f"cannot write the examples to a temporary folder: {reason}; set TMPDIR to one that is"
            " writable"
        ) from error
    return tuple(_shown(one, outcomes, folder) for one in example.files)


def _outcomes(example: Example, folder: Path) -> Iterator[Outcome]:
    options = _options(example, folder)
    sources = [folder / one.name for one in example.files if Path(one.name).suffix in SUFFIXES]
    known = survey([str(one) for one in sources], sources, (folder,), jobs=1)
    done = [one for unit in units(sources, known) for one in look_at(unit, options)]
    failed = next((one for one in done if one.status is Status.FAILED), None)
    if failed is not None:
        raise ExampleError(f"an example {failed.reason}; please report it")
    yield from done
    yield from look_around(done, (), options)


def _options(example: Example, folder: Path) -> Options:
    """The options that an example names, and a Ray where none of its files speaks of one."""
    given = example.options
    vendor = given.pop("vendor-runtime", None)
    code_alone = all(Path(one.name).suffix in SUFFIXES for one in example.files)
    options = Options(
        write_back=WriteBack.CHECK,
        pins=Pins.RESPECT if given.pop("remove-pin", None) is None else Pins.REMOVE,
        ray_version=given.pop("ray-version", V2_BY_DEFAULT if code_alone else None),
        vendor=None if vendor is None else folder / vendor,
        uses=Uses.RUNTIME if given.pop("no-runtime", None) is None else Uses.RAY_ALONE,
    )
    if given:
        raise ExampleError(f"no example can have --{', --'.join(given)}; please report it")
    return options


def _shown(file: File, outcomes: tuple[Outcome, ...], folder: Path) -> Shown:
    own = [one for one in outcomes if Path(os.path.abspath(one.path)) == folder / file.name]  # noqa: PTH100
    made = [one.migration for one in own if one.migration is not None]
    rewritten = next((one.after for one in made if one.changes), file.text)
    return Shown(
        file,
        rewritten,
        tuple(change for one in made for change in one.changes),
        tuple(finding for one in made for finding in one.findings),
    )
