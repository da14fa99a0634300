"""A Jupyter notebook: its code cells run as one module; of its JSON only their sources change.

https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from raytune_migrate.containers.commands import lacking
from raytune_migrate.containers.magics import (
    Kind,
    Python,
    back,
    held_whole,
    kind_of,
    names_in,
    to_python,
)
from raytune_migrate.containers.model import Container, Restored, ReturnError, Spot
from raytune_migrate.containers.pieces import (
    Line,
    check,
    edges,
    filled,
    is_code,
    joined,
    lines_of,
    merged,
    parted,
    within,
)
from raytune_migrate.containers.shell import Cell as CodeCell
from raytune_migrate.containers.unread import speaks_of_ray, unread
from raytune_migrate.editing.edits import splice
from raytune_migrate.outcome import Cell
from raytune_migrate.proposal import Place, Replace, digest
from raytune_migrate.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from raytune_migrate.proposal import Finding

_FORMAT = 4  # the only one with cells at its top
_SPACE = re.compile(r"[ \t\r\n]*")
_ESCAPED_LETTER = re.compile(r"\\u(?!00[0-7])[0-9a-fA-F]{4}")
_DECODER = json.JSONDecoder()
_PYTHON = frozenset({"python", "python2", "python3", "ipython"})

_BROKEN = "This cell cannot be read as Python, and is left out of the code."
_BROKEN_ADVICE = "Correct the cell and run again, or migrate it by hand."
_ELSEWHERE = "What this cell holds is not run here, but made into something else by its magic."
_ELSEWHERE_ADVICE = "Migrate what it makes; where that is a file, name it in a run of its own."


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a source: its text, how the file writes it, and where that starts."""

    text: str
    raw: str
    offset: int


@dataclass(frozen=True, slots=True)
class _Source:
    """A code cell: its number, as Jupyter counts all cells, and where its source stands."""

    number: int
    start: int
    end: int
    items: tuple[tuple[int, int], ...]  # where its strings are, of which there may be one
    lines: tuple[_Line, ...]

    @property
    def text(self) -> str:
        """The code."""
        return "".join(one.text for one in self.lines)


@dataclass(frozen=True, slots=True)
class _Notebook:
    """A notebook, the cells that are its module, and those that are left out with the reason."""

    text: str
    cells: tuple[tuple[_Source, Python], ...]
    left: tuple[tuple[_Source, str, str], ...] = ()
    findings: tuple[Finding, ...] = ()

    def container(self) -> Container:
        """The code of the notebook, if it has any."""
        code = joined((source.number, python.code) for source, python in self.cells)
        return Container((code,) if self.cells else (), self.restore, self.lacking)

    def restore(self, scripts: Sequence[str]) -> Restored:
        """The notebook with other code. Raises :class:`ReturnError`."""
        code = "".join(scripts)
        parts = parted(code, [source.number for source, _ in self.cells])
        written: dict[int, list[Line]] = {}
        edits: list[Replace] = []
        for (source, python), lines in zip(self.cells, parts, strict=True):
            check(python.code, "".join(one.text for one in lines))
            new = within(edges(source.text), back(lines, python.magics))
            written[source.number] = new
            if "".join(one.text for one in new) != source.text:
                edits.append(Replace(source.start, source.end, self._value(source, new)))
        text = splice(self.text, edits)
        after = {one.number: one for one in _sources(text)}
        if any(after[i].text != "".join(one.text for one in some) for i, some in written.items()):
            raise ReturnError("the notebook would not be read as it was written")
        return Restored(
            text,
            (_spots(text, code, written, after),) if scripts else (),
            (*self.findings, *_findings(text, self.left, after)),
            tuple(
                Cell(source.number, source.text, after[source.number].text)
                for source, _ in self.cells
            ),
            tuple(lacking(code, list(_cells(text, after.values())))),
        )

    def lacking(self, code: str) -> tuple[Finding, ...]:
        """What its cells, as they are, do not install of what some code needs."""
        return tuple(lacking(code, list(_cells(self.text, _sources(self.text)))))

    def _value(self, source: _Source, lines: Sequence[Line]) -> str:
        """A source as JSON, in the manner of the one that it takes the place of."""
        plain = not (self.text.isascii() and _ESCAPED_LETTER.search(self.text))
        new = [one.text for one in lines]
        raws = merged(
            [one.text for one in source.lines],
            [one.raw for one in source.lines],
            new,
            lambda i: json.dumps(new[i], ensure_ascii=not plain)[1:-1],
        )
        if self.text[source.start] == '"':
            return f'"{"".join(raws)}"'
        if not raws:
            return "[]"
        first, last = source.items[0], source.items[-1]
        opening, closing = (
            self.text[source.start : first[0]],
            self.text[last[1] : source.end],
        )
        between = self._between(source) or ("," + opening[1:] if "\n" in opening else ", ")
        return opening + between.join(f'"{one}"' for one in raws) + closing

    def _between(self, source: _Source) -> str | None:
        """What stands between the strings of a list, in this cell or in another."""
        for one in (source, *(other for other, _ in self.cells)):
            if len(one.items) > 1:
                return self.text[one.items[0][1] : one.items[1][0]]
            if "\n" in self.text[one.start : one.items[0][0]]:
                return None
        return None


def notebook(text: str) -> Container:
    """The code of a notebook. Raises :class:`~raytune_migrate.source.SourceError`."""
    top = _read(text)
    if not isinstance(top, dict) or not isinstance(top.get("nbformat"), int):
        raise SourceError("is no notebook, though it is called one: it has no nbformat")
    if top["nbformat"] != _FORMAT:
        reason = f"This notebook is of format {top['nbformat']}; only {_FORMAT} is understood."
        advice = "Convert it, as with `jupyter nbconvert --to notebook --inplace`, and run again."
        return _Notebook(text, (), (), (unread(Place(1, 1, 0), reason, advice),)).container()
    if not _is_python(top.get("metadata")):
        return _Notebook(text, ()).container()
    sources = [one for one in _sources(text) if one.text.strip()]
    words = {one.number: names_in(one.text) for one in sources}
    cells: list[tuple[_Source, Python]] = []
    left: list[tuple[_Source, str, str]] = []
    for source in sources:
        kind = kind_of(source.text)
        if kind is Kind.PYTHON:
            others = frozenset[str]().union(*words.values())
            python = to_python(source.text, str(source.number), others)
            if is_code(python.code):
                cells.append((source, python))
                continue
            elsewhere = frozenset[str]().union(
                *(some for number, some in words.items() if number != source.number)
            )
            cells.append((source, held_whole(source.text, str(source.number), elsewhere)))
            left.append((source, _BROKEN, _BROKEN_ADVICE))
        elif kind is Kind.UNKNOWN:
            left.append((source, _ELSEWHERE, _ELSEWHERE_ADVICE))
    said = tuple(one for one in left if speaks_of_ray(one[0].text))
    return _Notebook(text, tuple(cells), said).container()


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceError(
            f"is no valid JSON: line {error.lineno}, column {error.colno}: {error.msg}; correct"
            " the notebook and run again"
        ) from error


def _is_python(metadata: object) -> bool:
    """Whether a kernel runs Python, as far as the notebook says.

    Kernels of services that run Python elsewhere have names of their own, and say so by the
    lexer, or the language of the kernel.
    """
    said = [
        part.get(key)
        for name, key in (
            ("language_info", "name"),
            ("language_info", "pygments_lexer"),
            ("kernelspec", "language"),
        )
        if isinstance(metadata, dict) and isinstance(part := metadata.get(name), dict)
    ]
    languages = [one.lower() for one in said if isinstance(one, str)]
    return not languages or any(one in _PYTHON for one in languages)


def _sources(text: str) -> Iterator[_Source]:
    """The code cells of a notebook whose JSON is valid."""
    top = dict(_members(text, _space(text, 0)))
    if "cells" not in top or text[top["cells"]] != "[":
        return
    for number, start in enumerate(_items(text, top["cells"]), start=1):
        if text[start] != "{":
            continue
        cell = dict(_members(text, start))
        if "source" not in cell or "cell_type" not in cell:
            continue
        if _value(text, cell["cell_type"]) == "code" and _is_of_python(text, cell):
            yield _source(text, number, cell["source"])


def _is_of_python(text: str, cell: Mapping[str, int]) -> bool:
    """Whether an editor that knows cells of several languages says no other of this one."""
    metadata = _value(text, cell["metadata"]) if "metadata" in cell else None
    editor = metadata.get("vscode") if isinstance(metadata, dict) else None
    language = editor.get("languageId") if isinstance(editor, dict) else None
    return not isinstance(language, str) or language in _PYTHON


def _source(text: str, number: int, start: int) -> _Source:
    end = _end(text, start)
    starts = list(_items(text, start)) if text[start] == "[" else [start]
    if any(text[one] != '"' for one in starts):
        raise SourceError(f"is no notebook: the source of cell {number} is no text")
    items = tuple((one, _end(text, one)) for one in starts)
    lines = (line for first, last in items for line in _lines(text, first + 1, last - 1))
    return _Source(number, start, end, items, tuple(lines))


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    """The lines that the inside of a JSON string stands for."""
    at = start
    for match in re.finditer(r"(?:\\[^n]|[^\\])*(?:\\n|$)", text[start:end]):
        raw = match[0]
        if raw:
            yield _Line(json.loads(f'"{raw}"'), raw, at)
        at += len(raw)


def _spots(
    text: str, code: str, written: Mapping[int, Sequence[Line]], after: Mapping[int, _Source]
) -> tuple[Spot, ...]:
    """Where each line of the joined code stands; a border stands where its cell does."""
    ends = [match.start() for match in re.finditer("\n", text)]
    found: dict[int, Spot] = {}
    for number, lines in written.items():
        offsets = [one.offset for one in after[number].lines] or [after[number].start]
        for index, line in enumerate(lines):
            row = bisect_right(ends, offsets[min(index, len(offsets) - 1)]) + 1
            found.setdefault(line.number, Spot(row, index + 1, number, line.shift))
    return filled(found, len(lines_of(code)))


def _cells(text: str, sources: Iterable[_Source]) -> Iterator[CodeCell]:
    """Cells, which come in the order of the text, and the row in it at which each starts.

    From each to the next, for between them there may be megabytes of what the code has shown.
    """
    row, at = 1, 0
    for source in sources:
        first = source.lines[0].offset if source.lines else source.start
        row, at = row + text.count("\n", at, first), first
        yield CodeCell(source.number, source.text, row)


def _findings(
    text: str, left: Sequence[tuple[_Source, str, str]], after: Mapping[int, _Source]
) -> Iterator[Finding]:
    for source, reason, advice in left:
        row = text.count("\n", 0, after[source.number].start) + 1
        place = Place(1, 1, 0, digest(source.text), cell=source.number, row=row)
        yield unread(place, reason, advice)


def _members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The keys of the object that starts at an offset, and where the value of each starts."""
    at = _space(text, start + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _space(text, _space(text, at) + 1)
        yield key, at
        at = _behind(text, _end(text, at))


def _items(text: str, start: int) -> Iterator[int]:
    """Where each value of the list that starts at an offset starts."""
    at = _space(text, start + 1)
    while text[at] != "]":
        yield at
        at = _behind(text, _end(text, at))


def _behind(text: str, at: int) -> int:
    """The next value, or the bracket that closes, behind the end of a value."""
    at = _space(text, at)
    return _space(text, at + 1) if text[at] == "," else at


def _value(text: str, start: int) -> Any:
    return _DECODER.raw_decode(text, start)[0]


def _end(text: str, start: int) -> int:
    return _DECODER.raw_decode(text, start)[1]


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match is not None else at
