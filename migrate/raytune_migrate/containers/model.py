"""The code of one file, where each line of it stands, and how it gets back into the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from raytune_migrate.outcome import Cell
    from raytune_migrate.proposal import Finding


class ReturnError(Exception):
    """Code that cannot be put back into its file; the text says why."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line of joined code stands, for people and in the file; all count from 1."""

    row: int  # the line of the file
    line: int  # the line of its cell, or of the file
    cell: int | None = None
    shift: int = 0  # how many columns to the right of its place in the code


@dataclass(frozen=True, slots=True)
class Restored:
    """A file with code put back into it.

    ``spots`` are those of the lines of each script; None where they are the file's own.
    ``findings`` are what cannot be read as code, at its lines in this text; ``lacks`` is what the
    file itself does not install and the code needs.
    """

    text: str
    spots: tuple[tuple[Spot, ...] | None, ...]
    findings: tuple[Finding, ...] = ()
    cells: tuple[Cell, ...] = ()
    lacks: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Container:
    """What a file holds: ``scripts`` are modules, each joined from the pieces that run together.

    ``restore`` takes as many scripts, and raises :class:`ReturnError`. ``lacking`` says what the
    file as it is does not install of what some code needs.
    """

    scripts: tuple[str, ...]
    restore: Callable[[Sequence[str]], Restored]
    lacking: Callable[[str], tuple[Finding, ...]] = lambda _code: ()

    def refuses(self, number: int, code: str) -> str | None:
        """Why code in the place of one script cannot be put back; None where it can."""
        try:
            self.restore([code if i == number else one for i, one in enumerate(self.scripts)])
        except ReturnError as error:
            return str(error)
        return None
