"""How a place is written, for people and for editors: in one way, whatever the file is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.report.terminal import shown

if TYPE_CHECKING:
    from pathlib import Path

    from raytune_migrate.proposal import Place


def where(path: Path, place: Place) -> str:
    """``path:line:column``; in a notebook ``path:cell N:line:column``, counted in the cell."""
    cell = f"cell {place.cell}:" if place.cell is not None else ""
    return f"{shown(str(path))}:{cell}{place.line}:{place.column}"


def where_before(path: Path, place: Place) -> str:
    """The same of a file that has been rewritten since: a place that cannot be jumped to."""
    return f"{shown(str(path))}: {spoken(place)} before"


def spoken(place: Place) -> str:
    """``line 7``, or ``cell 3, line 7``."""
    cell = f"cell {place.cell}, " if place.cell is not None else ""
    return f"{cell}line {place.line}"
