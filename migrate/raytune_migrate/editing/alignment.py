"""Lines that are aligned with a bracket stay so where what is in front of it gets longer."""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from raytune_migrate.proposal import Replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_INDENT = re.compile(r" *")
_NEXT_LINES = re.compile(r"(?<=\n)(?P<indent> +)")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line within a statement, and the bracket that is open where it begins."""

    start: int
    end: int
    bracket: int  # offset


def aligned(text: str, start: int, end: int, edits: Sequence[Replace]) -> list[Replace]:
    """``edits``, all within the statement ``text[start:end]``, with those that keep it aligned.

    Sorted as they are. Where a line is indented by anything but blanks nothing is added.
    """
    shifts: dict[int, int] = {}  # of lines, by where they start
    done = list(edits)
    for line in _lines(text, start, end):
        if any(one.start < line.start < one.end for one in edits):
            continue  # it is written anew
        indent = _indent(text, line.start)
        opening = text.rfind("\n", 0, line.bracket) + 1
        shift = shifts.get(opening, 0)
        if indent == line.bracket + 1 - opening:
            shift += _growth(edits, opening, line.bracket)
        if shift == 0 or indent + shift < 0:
            continue
        shifts[line.start] = shift
        done.append(Replace(line.start, line.start + max(-shift, 0), " " * max(shift, 0)))
    return sorted((_moved(one, shifts, text) for one in done), key=lambda one: (one.start, one.end))


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    """The lines of a statement but the first, as far as they begin within brackets."""
    first = text.rfind("\n", 0, start) + 1
    source = text[first:end]
    starts = [first, *(first + one.end() for one in re.finditer("\n", source))]
    opened: list[int] = []
    open_at: dict[int, int] = {}  # by line, from 0
    inside_text: set[int] = set()
    row = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            for begun in range(row + 1, token.start[0]):
                if opened:
                    open_at[begun] = opened[-1]
            row = max(row, token.start[0] - 1)
            if token.type == tokenize.STRING:
                inside_text.update(range(token.start[0], token.end[0]))
            elif token.type == tokenize.OP and token.string in "([{":
                opened.append(starts[token.start[0] - 1] + token.start[1])
            elif token.type == tokenize.OP and token.string in ")]}" and opened:
                opened.pop()
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return
    for number, (begin, stop) in enumerate(pairwise([*starts, end])):
        if number in open_at and number not in inside_text and "\t" not in text[begin:stop]:
            yield _Line(begin, stop, open_at[number])


def _indent(text: str, line: int) -> int:
    found = _INDENT.match(text, line)
    return len(found[0]) if found is not None else 0


def _growth(edits: Sequence[Replace], line: int, bracket: int) -> int:
    """By how much edits make the part of a line longer that ends with a bracket."""
    return sum(
        len(one.text) - (one.end - one.start)
        for one in edits
        if line <= one.start <= bracket and one.end <= bracket + 1 and "\n" not in one.text
    )


def _moved(edit: Replace, shifts: Mapping[int, int], text: str) -> Replace:
    """An edit of a line that moves: its own further lines go along, if not less indented."""
    starts = sorted(shifts)
    place = bisect_right(starts, edit.start) - 1
    if "\n" not in edit.text or place < 0:
        return edit
    line = starts[place]
    if "\n" in text[line : edit.start]:
        return edit  # behind it
    shift, base = shifts[line], _indent(text, line)

    def indented(match: re.Match[str]) -> str:
        width = len(match["indent"])
        return " " * (max(width + shift, 0) if width >= base else width)

    return replace(edit, text=_NEXT_LINES.sub(indented, edit.text))
