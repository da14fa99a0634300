"""The lines of a notebook that a shell gets, and what they look for by an old name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.proposal import Finding, Place, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CODE = "RTM407"
_SHELL_LINE = re.compile(r"\s*[!%](?!%)")
_SHELL_CELL = re.compile(r"\s*%%(?:bash|sh)\b")
_NAMED = re.compile(rf"\b({'|'.join(ray_api.TRIAL_PREFIXES)})[_*]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of code: its number, its text, and the line of the file at which that starts.

    Without a number it is spoken of by the lines of its file.
    """

    number: int | None
    text: str
    row: int


def shell_lines(cell: Cell) -> Iterator[tuple[Place, str]]:
    """The lines of a cell that a shell, or pip, gets."""
    every = _SHELL_CELL.match(cell.text) is not None
    for number, text in enumerate(cell.text.splitlines()):
        if every or _SHELL_LINE.match(text):
            mark = digest(cell.text)
            row = cell.row + number
            line = row if cell.number is None else number + 1
            yield Place(line, 1, 0, mark, cell=cell.number, row=row), text


def old_names(code: str, cells: Iterable[Cell]) -> Iterator[Finding]:
    """A finding where cells look for trials by their trainer's class; ``code`` names them anew."""
    if not any(one in code for one in (ray_api.DRIVER, ray_api.RUNTIME)):
        return
    for cell in cells:
        for place, text in shell_lines(cell):
            named = _NAMED.search(text)
            if named is not None and ray_api.DRIVER not in text:
                yield Finding(_CODE, place, *ray_api.named_anew(named[1]), RULES[_CODE].link)
