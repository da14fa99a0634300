"""The copy of the runtime that ``--vendor-runtime`` keeps in a project.

The runtime is only ever read as files: importing it would import Ray.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate import __version__
from raytune_migrate.files.git import is_ignored
from raytune_migrate.files.put import put
from raytune_migrate.runtime.copies import NOTE, RUNTIME, first_line, is_vendored, version_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NOTE_TEXT = f"""\
{first_line(__version__)}

This is raytune_runtime, which code that raytune-migrate has rewritten imports. It needs Ray and
the standard library. `raytune-migrate --vendor-runtime` brings it up to date, and `--check` with it
fails where it is not. Apache-2.0: see LICENSE.
"""


class VendorError(Exception):
    """A folder that cannot take a copy of the runtime; the text says why and what to do."""


class CopyState(Enum):
    """What the copy in a project is, compared with the runtime beside the codemod."""

    CURRENT = "the same"
    MISSING = "not there"
    OTHER = "of another version, or changed"


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy in one project, as it was found.

    ``version`` is that of the codemod that made it; ``stale`` are the files, by name, that are
    missing or differ; ``error`` says why they could not be read or written.
    """

    folder: Path
    state: CopyState
    stale: tuple[str, ...] = ()
    version: str | None = None
    error: str | None = None


def check_folder(folder: Path) -> None:
    """Refuse a folder that must not take a copy of the runtime. Raises VendorError."""
    copy = folder / RUNTIME
    if not _installed():
        raise VendorError(
            "raytune_runtime is not installed beside raytune-migrate; install raytune-migrate again"
        )
    if folder.exists() and not folder.is_dir():
        raise VendorError(f"{folder} is a file; name a folder, which need not exist yet")
    empty = copy.is_dir() and not any(copy.iterdir())
    if os.path.lexists(copy) and not empty and not is_vendored(copy):
        raise VendorError(
            f"{copy} is there already, and raytune-migrate has not made it; name another folder, or"
            " move it away"
        )
    if is_ignored(copy / "__init__.py"):
        raise VendorError(
            f"git ignores {copy}, and so would Ray where it ships the project to workers; name a"
            " folder that is not ignored"
        )


def check_others(folder: Path, files: Iterable[str]) -> None:
    """Refuse a first copy in ``folder`` where one is among ``files``. Raises VendorError."""
    if is_vendored(folder / RUNTIME):
        return
    inits = (Path(one).parent for one in files if one.endswith("__init__.py"))
    other = next((one for one in inits if is_vendored(one)), None)
    if other is not None:
        raise VendorError(
            f"{other} is a copy of the runtime already; name {other.parent}, or move the copy, and"
            " what imports it, first"
        )


def compare(folder: Path) -> Copy:
    """The copy of the runtime in ``folder`` as it is. Never raises."""
    copy = folder / RUNTIME
    try:
        version = version_of(copy)
        stale = tuple(name for name, data in _files().items() if _differs(copy / name, data))
    except OSError as error:
        return Copy(copy, CopyState.OTHER, error=_why(error))
    if version is None:
        return Copy(copy, CopyState.MISSING, stale)
    return Copy(copy, CopyState.OTHER if stale else CopyState.CURRENT, stale, version)


def bring_up_to_date(folder: Path) -> Copy:
    """Write what differs. Gives the copy as it was found. Never raises."""
    found = compare(folder)
    try:
        files = _files()
        _make(folder)
        found.folder.mkdir(exist_ok=True)
        for name in found.stale:
            put(found.folder / name, files[name])
    except OSError as error:
        return Copy(found.folder, found.state, found.stale, found.version, _why(error))
    return found


def _files() -> Mapping[str, bytes]:
    """What a copy consists of, by name. The note, by which a copy is known, comes first."""
    return {NOTE: _NOTE_TEXT.encode(), **_installed()}


def _installed() -> Mapping[str, bytes]:
    """The files of the runtime that was installed with this codemod; empty where there is none.

    Not of one that happens to be on the import path before it, such as a copy in this folder.
    """
    beside = Path(__file__).resolve().parents[2]
    found = PathFinder.find_spec(RUNTIME, [str(beside)])
    if found is None or not found.submodule_search_locations:
        return {}
    folder = Path(next(iter(found.submodule_search_locations)))
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def _differs(path: Path, data: bytes) -> bool:
    """Whether a file does not hold this; git may have given it the newlines of the platform."""
    try:
        return path.read_bytes().replace(b"\r\n", b"\n") != data.replace(b"\r\n", b"\n")
    except FileNotFoundError:
        return True


def _make(folder: Path) -> None:
    """Make a folder that does not exist yet: in a package a package, that builds take along."""
    if folder.exists():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    if (folder.parent / "__init__.py").is_file():
        (folder / "__init__.py").touch()


def _why(error: OSError) -> str:
    return f"{(error.strerror or str(error)).lower()}: {error.filename}"
