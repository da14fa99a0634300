"""Notebooks that are kept as Python files: where their cells are.

Databricks writes borders between them, and what is no Python as comments, but for the lines that
are in a cell of code. Colab writes the cells one below the other, with such lines among them.
https://docs.databricks.com/aws/en/notebooks/notebook-export-import
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from raytune_migrate.containers.blocks import Block, Style
from raytune_migrate.containers.magics import to_python
from raytune_migrate.files.find import EXPORTED
from raytune_migrate.module.syntax import python_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BORDER = re.compile(r"# COMMAND -+[ \t]*\r?\n?")
_MAGIC = re.compile(r"# MAGIC ?")  # what stands in front of a line that is no Python
_SHELL = re.compile(r"\A(\s*)%(?=sh\b)")  # where it heads a cell, as IPython's %%sh
_ESCAPED = re.compile(r"^[ \t]*(?:[!%]\w|\w+[ \t]*=[ \t]*[!%]\w)", re.MULTILINE)


def is_exported(text: str) -> bool:
    """Whether a Python file is such a notebook."""
    if text.startswith(EXPORTED):
        return True
    if _ESCAPED.search(text) is None or python_tree(text) is not None:
        return False
    return python_tree(to_python(text, "0", ()).code) is not None


def cells_of_code(lines: Sequence[str]) -> Iterator[Block]:
    """The cells that hold more than comments, which are what other languages stand in."""
    for start, end in _cells(lines):
        full = [i for i in range(start, end) if lines[i].strip()]
        if any(not lines[i].startswith("#") for i in full):
            some = tuple(lines[full[0] : full[-1] + 1])
            yield Block(full[0], some, some, "", Style.INDENTED, 0)


def every_cell(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The first line of each cell, from 1, and its text as it is shown, with all of its magics."""
    for start, end in _cells(lines):
        text = "".join(_MAGIC.sub("", one, count=1) for one in lines[start:end])
        yield start + 1, _SHELL.sub(r"\1%%", text)


def _cells(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines of each cell, counted from 0; the header is in none."""
    if not "".join(lines[:1]).startswith(EXPORTED):
        yield 0, len(lines)
        return
    borders = [i for i, one in enumerate(lines) if _BORDER.fullmatch(one)]
    yield from zip([1, *(i + 1 for i in borders)], [*borders, len(lines)], strict=True)
