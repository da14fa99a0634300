"""How a copy of the runtime is known that ``--vendor-runtime`` has put into a project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RUNTIME = "raytune_runtime"
NOTE = "README.md"
_VENDORED_BY = "Vendored by raytune-migrate "
_DO_NOT_EDIT = "; do not edit."


def first_line(version: str) -> str:
    """What the note in a copy begins with."""
    return f"{_VENDORED_BY}{version}{_DO_NOT_EDIT}"


def is_vendored(folder: Path) -> bool:
    """Whether a folder is a copy of the runtime that ``--vendor-runtime`` has made."""
    return folder.name == RUNTIME and version_of(folder) is not None


def without_copies(files: Iterable[str]) -> Iterator[str]:
    """Files but those of such copies, which are left alone and are no part of a project."""
    copies: dict[str, bool] = {}
    for path in files:
        folder = os.path.dirname(path)  # noqa: PTH120 (of every file of a tree)
        if folder not in copies:
            copies[folder] = is_vendored(Path(path).absolute().parent)
        if not copies[folder]:
            yield path


def version_of(copy: Path) -> str | None:
    """The version of the codemod that made a copy; None where a folder is none."""
    try:
        with (copy / NOTE).open(encoding="utf-8", errors="replace") as note:
            first = note.readline().rstrip()
    except OSError:
        return None
    if first.startswith(_VENDORED_BY) and first.endswith(_DO_NOT_EDIT):
        return first.removeprefix(_VENDORED_BY).removesuffix(_DO_NOT_EDIT)
    return None
