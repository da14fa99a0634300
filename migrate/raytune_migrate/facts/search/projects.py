"""Where projects begin, by their version control and build files."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from raytune_migrate.files.find import PASSED_OVER

if TYPE_CHECKING:
    from collections.abc import Iterable

_VERSION_CONTROL = (".git", ".hg")
_BUILD_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_MEMBERS_DEEP = 3  # levels below the root of a repository


def root_of(path: str, folders: Iterable[str]) -> str:
    """Where the project of a file begins: what was named, if nothing else says it."""
    folder = os.path.dirname(os.path.realpath(path))
    marked = _marked_by(folder, _VERSION_CONTROL) or _marked_by(folder, _BUILD_FILES)
    return marked or min((one for one in folders if holds(one, folder)), key=len, default=folder)


def is_project(root: str) -> bool:
    """Whether a folder is one that a project begins with, by what it holds."""
    return any(
        os.path.exists(os.path.join(root, one)) for one in (*_VERSION_CONTROL, *_BUILD_FILES)
    )


@functools.cache
def _marked_by(folder: str, names: tuple[str, ...]) -> str | None:
    """The folder, or the nearest above it, that holds one of these names."""
    if any(os.path.exists(os.path.join(folder, one)) for one in names):
        return folder
    above = os.path.dirname(folder)
    return _marked_by(above, names) if above != folder else None


def members_beside(folder: str) -> tuple[str, ...]:
    """The other projects of the repository that one's project, in a folder of it, is a part of."""
    own, root = _marked_by(folder, _BUILD_FILES), _marked_by(folder, _VERSION_CONTROL)
    if own is None or root is None or own == root or not holds(root, own):
        return ()
    return tuple(one for one in _members(root) if one != own)


@functools.cache
def _members(root: str) -> tuple[str, ...]:
    """The folders with build files in the upper levels of a repository."""
    found: list[str] = []
    level = [root]
    for _ in range(_MEMBERS_DEEP):
        level = [inner for folder in level for inner in _folders_in(folder)]
        found += (
            one
            for one in level
            if any(os.path.isfile(os.path.join(one, name)) for name in _BUILD_FILES)
        )
    return tuple(found)


def _folders_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as every:
            return [
                one.path
                for one in every
                if one.is_dir(follow_symlinks=False)
                and not one.name.startswith(".")
                and one.name not in PASSED_OVER
            ]
    except OSError:  # a folder that may not be listed
        return []


def holds(folder: str, path: str) -> bool:
    """Whether a path is a folder or lies below it."""
    return path == folder or path.startswith(os.path.join(folder, ""))


def projects_in(files: Iterable[str], root: str) -> frozenset[str]:
    """The folders with build files, between the files of a project and its root."""
    folders: set[str] = set()
    for path in files:
        folder = os.path.dirname(path)
        while folder not in folders and holds(root, folder):
            folders.add(folder)
            folder = os.path.dirname(folder)
    return frozenset(
        folder
        for folder in folders
        if any(os.path.isfile(os.path.join(folder, one)) for one in _BUILD_FILES)
    )
