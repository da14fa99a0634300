"""A notebook that Databricks keeps as a Python file: where its cells are.

https://docs.databricks.com/aws/en/notebooks/notebook-export-import
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from raytune_migrate.containers.blocks import Block, Style
from raytune_migrate.containers.installs import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BORDER = re.compile(r"# COMMAND -+[ \t]*\r?\n?")
_MAGIC = re.compile(r"# MAGIC ?")  # what stands in front of a line that is no Python
_SHELL = re.compile(r"\A(\s*)%(?=sh\b)")  # where it heads a cell, as IPython's %%sh


def cells_of_code(lines: Sequence[str]) -> Iterator[Block]:
    """The cells that hold more than comments, which are what other languages stand in."""
    for start, end in _cells(lines):
        full = [i for i in range(start, end) if lines[i].strip()]
        if any(not lines[i].startswith("#") for i in full):
            some = tuple(lines[full[0] : full[-1] + 1])
            yield Block(full[0], some, some, "", Style.INDENTED, 0)


def every_cell(lines: Sequence[str]) -> Iterator[Cell]:
    """All cells as they are shown: with the magics that stand in comments."""
    for start, end in _cells(lines):
        text = "".join(_MAGIC.sub("", one, count=1) for one in lines[start:end])
        yield Cell(None, _SHELL.sub(r"\1%%", text), start + 1)


def _cells(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines of each cell, counted from 0; the header is in none."""
    borders = [i for i, one in enumerate(lines) if _BORDER.fullmatch(one)]
    yield from zip([1, *(i + 1 for i in borders)], [*borders, len(lines)], strict=True)
