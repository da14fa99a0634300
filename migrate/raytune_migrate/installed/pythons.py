"""Which Pythons a project may run in, and what the folders of one tell. Nothing is run here."""

from __future__ import annotations

import functools
import os
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.files.git import is_tracked
from raytune_migrate.proposal import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AUTO, NONE = "auto", "none"
_BIN = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
_SITES = ("lib/python3*/site-packages", "Lib/site-packages")
_SHARES = re.compile(r"(?im)^include-system-site-packages *= *true")  # with another Python


def candidates(root: Path) -> tuple[Path, ...]:
    """The Pythons that may be meant where the user names none, the likeliest first."""
    return tuple(dict.fromkeys(_every(root)))


def _every(root: Path) -> Iterator[Path]:
    if active := os.environ.get("VIRTUAL_ENV"):
        yield Path(active, *_BIN)
    own = root / ".venv"
    # One that came with the code is code of the project, of which nothing is run here.
    if own.joinpath(*_BIN).exists() and not is_tracked(own):
        yield own.joinpath(*_BIN)
    if sys.executable:
        yield Path(sys.executable)


def sites(python: Path) -> list[Path]:
    """The folders of packages that are installed for a Python, as far as they stand beside it."""
    prefix = python.parent.parent
    return [site for pattern in _SITES for site in sorted(prefix.glob(pattern))]


def stamps(paths: Iterable[Path]) -> Iterator[str]:
    """A text for each file that changes when it does."""
    for path in paths:
        with suppress(OSError):
            status = path.stat()
            yield f"{path} {status.st_mtime_ns} {status.st_size}"


def standing(python: str, root: Path) -> str | None:
    """A text that changes when something is installed for the Pythons that are meant.

    ``python`` is what the user says. None where their folders do not tell. What is installed
    during a run is not seen.
    """
    return NONE if python == NONE else _standing(python, root, os.environ.get("VIRTUAL_ENV"))


@functools.cache
def _standing(python: str, root: Path, _active: str | None) -> str | None:
    found = None if python == AUTO else shutil.which(python)
    meant = candidates(root) if python == AUTO else [Path(found)] if found else []
    every = [_state(one) for one in meant]
    return " ".join(one for one in every if one) if every and all(every) else None


def _state(python: Path) -> str | None:
    with suppress(OSError):
        config = python.parent.parent / "pyvenv.cfg"
        if _SHARES.search(config.read_text("utf-8", "replace")):
            return None
    folders = sites(python)
    rays = [one / "RECORD" for site in folders for one in sorted(site.glob("ray-*.dist-info"))]
    return digest("\0".join(stamps([python, *folders, *rays]))) if folders else None
