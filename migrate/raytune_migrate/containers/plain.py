"""A Python file: its text is the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.containers.model import Container, Restored

if TYPE_CHECKING:
    from collections.abc import Sequence


def plain(text: str) -> Container:
    """The code of a Python file."""

    def restore(scripts: Sequence[str]) -> Restored:
        (code,) = scripts
        return Restored(code, (None,))

    return Container((text,), restore)
