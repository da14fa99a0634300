"""How much of what Ray itself warned of, while the original ran, the rules had found."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.facts.survey import survey
from raytune_migrate.report.model import Report
from raytune_migrate.report.view import view
from raytune_migrate.run.pipeline import process_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.settings.options import Options
    from raytune_migrate.verify.records import Record

_FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
_RAISED = "DeprecationWarning"
_LIBRARIES = ("site-packages", "dist-packages")


@dataclass(frozen=True, slots=True)
class Warned:
    """A place of the user's code of which Ray has said that it must change."""

    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Recall:
    """The places that Ray warned of: those that a rule had found, with its code, and the others."""

    found: tuple[tuple[Warned, str], ...]
    missed: tuple[Warned, ...]


def read_warnings(folder: Path, record: Record | None) -> Iterator[Warned]:
    """What the processes of a run were warned of, each place once."""
    said = set[Warned]()
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            said.add(Warned(one["file"], one["line"], one["message"]))
    texts = [] if record is None else list(_failures(record))
    said.update(one for text in texts for one in _raised(text))
    yield from sorted(said, key=_place)


def _failures(record: Record) -> Iterator[str]:
    if record.failure:
        yield record.failure
    for sweep in (*record.sweeps, *record.runs):
        yield from (trial.error.text for trial in sweep.trials if trial.error is not None)


def _raised(text: str) -> Iterator[Warned]:
    """A deprecation that Ray has raised: the last line of the user's own above it."""
    lines = [one.strip() for one in text.strip().splitlines()]
    raised = [one for one in lines if one.partition(":")[0].rpartition(".")[2] == _RAISED]
    frames = [
        match
        for match in _FRAME.finditer(text)
        if not any(one in match["file"] for one in _LIBRARIES) and match["file"][:1] != "<"
    ]
    if raised and frames:
        message = raised[-1].partition(":")[2].strip()
        yield Warned(frames[-1]["file"], int(frames[-1]["line"]), message)


def recall(warned: Iterable[Warned], texts: Mapping[str, bytes], options: Options) -> Recall:
    """Hold what Ray has warned of against what the rules say of the same lines.

    ``texts`` are those of files that ran with another text than they hold.
    """
    found, missed = list[tuple[Warned, str]](), list[Warned]()
    warned = tuple(warned)
    files = list(dict.fromkeys(one.file for one in warned))
    unsaved = {os.path.realpath(name): text for name, text in texts.items()}
    known = survey(files, [Path(one) for one in files], (), jobs=1, unsaved=unsaved)
    by_file: dict[str, dict[int, str]] = {}
    for one in warned:
        if one.file not in by_file:
            # Of several, the first: a sweep's own before what follows from it.
            part = known.part(Path(one.file))
            elsewhere = None if part is None else part.elsewhere
            codes = _codes_by_line(Path(one.file), texts.get(one.file), options, elsewhere)
            by_file[one.file] = dict(reversed([*codes]))
        code = by_file[one.file].get(one.line)
        if code is None:
            missed.append(one)
        else:
            found.append((one, code))
    return Recall(tuple(found), tuple(missed))


def _codes_by_line(
    path: Path, text: bytes | None, options: Options, elsewhere: Elsewhere | None
) -> Iterator[tuple[int, str]]:
    """The lines that a change or finding is about or touches, with its code."""
    try:
        data = path.read_bytes() if text is None else text
    except OSError:
        return
    outcome = process_data(path, data, options, elsewhere)
    (file,) = view(Report((outcome,), options, 0.0)).files
    for made in file.changes:
        spans = (made.span, *(fix.span for fix in made.fixes))
        for span in spans:
            yield from ((line, made.change.code) for line in range(span.line, span.end_line + 1))
    for left in file.findings:
        lines = range(left.span.line, left.span.end_line + 1)
        yield from ((line, left.finding.code) for line in lines)


def _place(one: Warned) -> tuple[str, int, str]:
    return one.file, one.line, one.message
