"""Pieces of code joined to a module, and parted again with all that is theirs."""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.borders import BORDER, border
from raytune_migrate.containers.model import ReturnError, Spot
from raytune_migrate.module.syntax import is_too_deep
from raytune_migrate.module.trees import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its end, and its number in the joined code, from 1.

    ``shift`` is how much further right its code stands than in the joined code.
    """

    text: str
    number: int
    shift: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands on it."""
        return not self.text.strip()


def lines_of(text: str) -> list[str]:
    """The lines of a text with their ends, as Python counts lines."""
    return _LINE.findall(text)


def without_end(line: str) -> str:
    """A line without its end."""
    return line.rstrip("\r\n")


def newline_of(text: str) -> str:
    """The newline of a text: that of its first line, or a line feed."""
    found = re.search(r"\r?\n", text)
    return found[0] if found else "\n"


def joined(pieces: Iterable[tuple[int, str]]) -> str:
    """Numbered pieces of code as one module, a border above each."""
    parts = []
    for number, code in pieces:
        newline = newline_of(code)
        end = "" if code.endswith("\n") else newline
        parts.append(border(number).replace("\n", newline) + code + end)
    return "".join(parts)


def parted(code: str, numbers: Sequence[int]) -> list[list[Line]]:
    """The lines of each piece of a joined module. Raises :class:`ReturnError`.

    Blank lines at the edges of a piece are left out: they are what the engine needs between
    statements, and no cell wants them.
    """
    found: list[tuple[int, list[Line]]] = []
    for number, text in enumerate(lines_of(code), start=1):
        match = BORDER.match(without_end(text))
        if match is not None:
            found.append((int(match[1]), []))
        elif found:
            found[-1][1].append(Line(text, number))
        elif text.strip():
            raise ReturnError("code would stand in front of the first piece")
    if [number for number, _ in found] != list(numbers):
        raise ReturnError("code would move over the border between two pieces")
    return [_trimmed(lines) for _, lines in found]


def _trimmed(lines: Sequence[Line]) -> list[Line]:
    full = [i for i, one in enumerate(lines) if not one.is_blank]
    return list(lines[full[0] : full[-1] + 1]) if full else []


def edges(code: str) -> tuple[str, str]:
    """The blank lines at the head of a piece, and the white space at its end."""
    lines = lines_of(code)
    head = next((i for i, one in enumerate(lines) if one.strip()), len(lines))
    first = "".join(lines[:head])
    body = code[len(first) :]
    return first, body[len(body.rstrip()) :]


def within(edge: tuple[str, str], lines: Sequence[Line]) -> list[Line]:
    """Lines between the edges of the piece whose place they take.

    What is held aside as a whole, such as a cell that is no code, comes back with its own edges.
    """
    full = _trimmed(lines)
    if not full:
        return []
    head, tail = edge
    *most, last = full
    first = full[0].number
    return [
        *(Line(one, first) for one in lines_of(head)),
        *most,
        *(Line(one, last.number, last.shift) for one in lines_of(last.text.rstrip() + tail)),
    ]


def compiles(code: str) -> bool:
    """Whether the running Python reads a piece by itself; a cell may await at its top."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "<piece>", "exec", dont_inherit=True, flags=_AWAIT)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def check(old: str, new: str) -> None:
    """Raise :class:`ReturnError` where a piece is no longer whole by itself."""
    if new.strip() != old.strip() and compiles(old) and not compiles(new):
        raise ReturnError("a piece would no longer be code by itself")


def is_code(text: str) -> bool:
    """Whether a piece can be read as Python, of whatever release."""
    if is_too_deep(text):
        return False
    try:
        tree(text)
    except (cst.ParserSyntaxError, UnicodeError):
        return False
    return True


def merged(
    old: Sequence[str], raw: Sequence[str], new: Sequence[str], write: Callable[[int], str]
) -> list[str]:
    """``new`` as it is to stand in the file: lines of ``old`` as they stand there, in ``raw``.

    ``write`` makes the others, by their index in ``new``.
    """
    match = difflib.SequenceMatcher(None, old, new, autojunk=False)
    kept: dict[int, int] = {}
    for start, at, size in match.get_matching_blocks():
        kept |= {at + i: start + i for i in range(size)}
    return [raw[kept[i]] if i in kept else write(i) for i in range(len(new))]


def filled(found: Mapping[int, Spot], count: int) -> tuple[Spot, ...]:
    """The spots of all lines of joined code; a border has that of the line below it."""
    spots: list[Spot] = []
    spot = found[max(found)] if found else Spot(1, 1)
    for number in range(count, 0, -1):
        spot = found.get(number, spot)
        spots.append(spot)
    return tuple(reversed(spots))
