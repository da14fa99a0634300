"""What the shell commands of a notebook do not do for the code that is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.containers.installs import not_installed
from raytune_migrate.containers.shell import old_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.containers.shell import Cell
    from raytune_migrate.proposal import Finding


def lacking(code: str, cells: Sequence[Cell]) -> Iterator[Finding]:
    """Where they look for trials by names of old, and where they do not install what it needs."""
    yield from old_names(code, cells)
    yield from not_installed(code, cells)
