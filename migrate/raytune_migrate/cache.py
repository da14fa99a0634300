"""What earlier runs made of the same bytes, kept in the user's cache folder.

An entry is named by a digest of all that it follows from, the codemod itself included, and is never
changed: runs may share the folder, and one that is killed leaves nothing half-written there. What
cannot be kept, or read back, is found out anew.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raytune_migrate import __version__
from raytune_migrate.files.put import put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DAY_S = 24 * 60 * 60
_UNUSED_S = 30 * _DAY_S  # then an entry goes
_TIDIED = ".tidied"
_PACKAGES = ("raytune_migrate", "raytune_runtime")  # of which a copy may be handed out
_LIBRARIES = ("black", "libcst")  # of what is written


def nowhere() -> None:
    """No folder: nothing is kept."""


def users_home() -> Path:
    """Where this user's runs keep what they have found out."""
    from platformdirs import user_cache_path  # comes with black

    return user_cache_path("raytune-migrate", appauthor=False)


@functools.cache
def users_folder() -> Path | None:
    """The folder of this user's entries; None where others could write, or nobody can."""
    folder = users_home() / "seen"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return None
    if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        return None  # an entry is a pickle, which could be made to run anything
    return folder


@dataclass(frozen=True, slots=True)
class Cache:
    """Entries in a folder, which is asked for when the first is wanted."""

    place: Callable[[], Path | None] = nowhere

    @property
    def is_kept(self) -> bool:
        """Whether there is a folder."""
        return self.place() is not None

    def key(self, kind: str, *parts: object) -> str:
        """The name of what follows from ``parts``.

        These are bytes, text, numbers, paths, enums, and collections and dataclasses of them, whose
        functions do not count. Raises TypeError for anything else.
        """
        if not self.is_kept:
            return ""
        import hashlib  # most runs end before there is anything to keep

        digest = hashlib.blake2b(_this_codemod(), digest_size=20)
        for one in (kind, *parts):
            data = one if isinstance(one, bytes) else _spelled(one).encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(data))
            digest.update(data)
        return digest.hexdigest()

    def get(self, key: str) -> Any:
        """What is kept by this name; None where nothing is."""
        path = self._path(key)
        if path is None:
            return None
        import pickle
        import zlib

        try:
            data = path.read_bytes()
            if time.time() - path.stat().st_mtime > _DAY_S:
                os.utime(path)
            return pickle.loads(zlib.decompress(data))
        except Exception:  # what a power cut has left may be read as anything
            return None

    def put(self, key: str, value: object) -> None:
        """Keep a value by this name."""
        path = self._path(key)
        if path is None:
            return
        import pickle
        import zlib

        with suppress(OSError):  # a full disk, say
            path.parent.mkdir(exist_ok=True)
            put(path, zlib.compress(pickle.dumps(value), 1))

    def tidy(self) -> None:
        """Once a day, remove what no run has asked for in a month."""
        folder = self.place()
        if folder is None:
            return
        now = time.time()
        with suppress(OSError):
            tidied = folder / _TIDIED
            if tidied.exists() and now - tidied.stat().st_mtime < _DAY_S:
                return
            tidied.touch()
            for path in folder.glob("*/*"):
                if now - path.stat().st_mtime > _UNUSED_S:
                    path.unlink()

    def _path(self, key: str) -> Path | None:
        folder = self.place()
        return None if folder is None else folder / key[:2] / key[2:]


NO_CACHE = Cache()


@functools.cache
def _this_codemod() -> bytes:
    """What of this codemod, and of what it builds on, its results depend on."""
    from importlib.metadata import version

    here = Path(__file__).parent.parent
    files = sorted(path for name in _PACKAGES for path in (here / name).rglob("*.py"))
    stamps = [(str(one), one.stat().st_mtime_ns, one.stat().st_size) for one in files]
    libraries = [version(name) for name in _LIBRARIES]
    return repr((__version__, sys.version, libraries, stamps)).encode("utf-8", "surrogatepass")


def _spelled(value: object) -> str:
    """A value in the same words in each process: sets have no order, and functions no text."""
    if dataclasses.is_dataclass(value):
        return f"{type(value).__qualname__}({', '.join(_fields(value))})"
    if isinstance(value, Enum):
        return f"{type(value).__qualname__}.{value.name}"
    if isinstance(value, Mapping):
        pairs = sorted(f"{_spelled(key)}: {_spelled(one)}" for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, (set, frozenset)):
        return f"{{{', '.join(sorted(map(_spelled, value)))}}}"
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(_spelled, value))})"
    if value is None or isinstance(value, (str, int, bytes, Path)):
        return repr(value)
    raise TypeError(f"{type(value).__qualname__} has no spelling that is the same in each process")


def _fields(value: Any) -> Iterator[str]:
    for field in dataclasses.fields(value):
        one = getattr(value, field.name)
        if not callable(one):
            yield f"{field.name}={_spelled(one)}"
