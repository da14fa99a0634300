"""Settings files as data, with errors that name the file, the reason and the way out."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class ProjectError(Exception):
    """A settings file of the project that cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"the project's settings cannot be used: {path}: {reason}")
        self.path = path
        self.reason = reason


def read_bytes(path: Path) -> bytes:
    """The bytes of a settings file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProjectError(path, f"{error.strerror or error}; make it readable") from error


def read_toml(path: Path) -> Mapping[str, Any]:
    """The content of a TOML file, parsed once for as long as the file stays the same."""
    try:
        stat = path.stat()
    except OSError as error:
        raise ProjectError(path, f"{error.strerror or error}; make it readable") from error
    return _parsed_toml(path, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=256)
def _parsed_toml(path: Path, _mtime_ns: int, _size: int) -> Mapping[str, Any]:
    if sys.version_info >= (3, 11):  # imported where there is such a file
        import tomllib
    else:
        import tomli as tomllib

    try:
        return tomllib.loads(read_bytes(path).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProjectError(path, "not UTF-8, which TOML must be; convert the file") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProjectError(path, f"not valid TOML: {error}; correct the file") from error


def table(parent: object, *keys: str) -> Mapping[str, Any]:
    """The table below ``keys``; empty where something there is missing or of another type."""
    for key in keys:
        parent = parent.get(key) if isinstance(parent, dict) else None
    return parent if isinstance(parent, dict) else {}
