"""Which file of a project a dotted name leads to, as seen from another of its files.

Files are real paths as plain strings: there are many, and to make an object of each takes longer
than all else here.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.libraries import is_of_library

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_PACKAGE = f"{os.sep}__init__.py"
CONFTEST = "conftest.py"
SOURCES = frozenset({"src", "lib", "python"})  # the usual folders that imports begin in
_PARTS = 2  # of a name that is left behind a module: more than one object of that


class Nowhere(Enum):
    """Why a name leads to no file that matters."""

    FOREIGN = "nothing in the project is called that"
    APART = "a module of the project that has nothing to do with Ray"
    UNCLEAR = "several files are, or it goes out of the project"


@dataclass(frozen=True, slots=True)
class Found:
    """The module in front of a dotted name, and what of the name is left."""

    path: str
    rest: tuple[str, ...]


Place: TypeAlias = "Found | Nowhere"


@dataclass(frozen=True, slots=True)
class Modules:
    """The Python files of a project, and the folders in which imports may begin.

    Those that a module puts on ``sys.path`` are looked at where nothing else has the name: each is
    there for some of the files only. A name of several parts that leads nowhere from any of them,
    and that one folder of the project has, is from there: ``PYTHONPATH``, or what starts the
    script, may say so where no module does.
    """

    root: str
    files: frozenset[str]
    folders: frozenset[str]  # those that hold one of the files, somewhere below
    starts: tuple[str, ...]  # beside those above the file that imports
    put: tuple[str, ...]  # those that modules put on sys.path
    _names: frozenset[str]  # what modules and packages are called
    _known: dict[tuple[str, str], Place] = field(default_factory=dict)  # by folder and name

    def put_on_path(self, folders: Collection[str]) -> Modules:
        """The same with folders that modules put on ``sys.path``."""
        return replace(self, put=tuple(sorted(self.folders & {*folders})), _known={})

    def anew(self) -> Modules:
        """The same, which remembers nothing of what it was asked."""
        return replace(self, _known={})

    def may_have(self, dotted: str) -> bool:
        """Whether a name may lead to one of the files."""
        return dotted.startswith(".") or dotted.partition(".")[0] in self._names

    def find(self, dotted: str, path: str) -> Place:
        """What ``dotted``, imported by the file at ``path``, leads to."""
        if not self.may_have(dotted):
            return Nowhere.FOREIGN
        folder = sys.intern(os.path.dirname(path))
        key = (folder, dotted)
        if key not in self._known:
            self._known[key] = self._find(dotted, folder)
        return self._known[key]

    def conftests(self, path: str) -> Iterator[str]:
        """The modules of fixtures for the tests in a file, the nearest first."""
        for folder in self._above(os.path.dirname(path)):
            one = os.path.join(folder, CONFTEST)
            if one in self.files and one != path:
                yield one

    def _find(self, dotted: str, folder: str) -> Place:
        name = dotted.lstrip(".")
        parts = tuple(name.split(".")) if name else ()
        dots = len(dotted) - len(name)
        if dots:
            for _ in range(dots - 1):
                folder = os.path.dirname(folder)
            return self._below(folder, parts) or self._itself(folder, parts) or Nowhere.UNCLEAR
        found = self._from((*self._above(folder), *self.starts), parts)
        found = found or self._from(self.put, parts)
        if not found:
            return self._anywhere(parts) or Nowhere.FOREIGN
        if len(found) == 1:
            return next(iter(found.values()))
        # What a name goes on with below a module that is no package is hardly what is imported.
        whole = [one for one in found.values() if len(one.rest) < _PARTS]
        if len(whole) == 1:
            return whole[0]
        # A script's own folder comes first of all; a module of a package has none.
        if folder + _PACKAGE not in self.files:
            beside = self._below(folder, parts)
            if beside is not None:
                return beside
        return Nowhere.UNCLEAR

    def _from(self, starts: Iterable[str], parts: tuple[str, ...]) -> dict[str, Found]:
        """What a name leads to from some folders, by its path."""
        return {
            one.path: one
            for start in dict.fromkeys(starts)
            if (one := self._below(start, parts)) is not None
        }

    def _anywhere(self, parts: tuple[str, ...]) -> Found | None:
        """The one module below any folder of the project that a name of several parts leads to.

        A package or a folder of packages: no part of the name above it is left out, and at least
        two are those of files, so that no library is taken for a folder that is called as it is.
        """
        if len(parts) < _PARTS or not is_of_library(parts[0]):
            return None
        found = self._from(_parents(self.folders).get(parts[0], ()), parts)
        whole = [one for one in found.values() if len(parts) - len(one.rest) >= _PARTS]
        return whole[0] if len(found) == len(whole) == 1 else None

    def _above(self, folder: str) -> Iterator[str]:
        yield folder
        while folder != self.root and folder.startswith(self.root):
            folder = os.path.dirname(folder)
            yield folder

    def _below(self, start: str, parts: tuple[str, ...]) -> Found | None:
        """The longest part of a name that is a module below ``start``."""
        folder = start
        found: Found | None = None
        for index, part in enumerate(parts):
            folder = f"{folder}{os.sep}{part}"
            if folder + _PACKAGE in self.files:
                found = Found(folder + _PACKAGE, parts[index + 1 :])
            elif f"{folder}.py" in self.files:
                return Found(f"{folder}.py", parts[index + 1 :])
            elif folder not in self.folders:
                break
        return found

    def _itself(self, folder: str, parts: tuple[str, ...]) -> Found | None:
        """The package whose own code a module in it asks for something, ``from . import name``."""
        return Found(folder + _PACKAGE, parts) if folder + _PACKAGE in self.files else None


@cache
def _parents(folders: frozenset[str]) -> Mapping[str, Sequence[str]]:
    """The folders above those of each name."""
    found: dict[str, list[str]] = {}
    for one in sorted(folders):
        above, name = os.path.split(one)
        found.setdefault(name, []).append(above)
    return found


def modules_of(root: str, files: Collection[str], projects: Collection[str]) -> Modules:
    """The modules among the files of a project; ``projects`` are folders with build files."""
    folders: set[str] = set()
    inside = os.path.join(root, "")
    for one in files:
        folder = os.path.dirname(one)
        while folder not in folders and folder.startswith(inside):
            folders.add(folder)
            folder = os.path.dirname(folder)
    sources = sorted(one for one in folders if os.path.basename(one) in SOURCES)
    # Of a project that is a package itself, imports of its own name begin above it.
    above = (os.path.dirname(root),) if root + _PACKAGE in files else ()
    return Modules(
        root=root,
        files=frozenset(files),
        folders=frozenset(folders),
        starts=tuple(dict.fromkeys((root, *above, *sorted(projects), *sources))),
        put=(),
        _names=frozenset(
            {os.path.basename(one) for one in (root, *folders)}
            | {os.path.splitext(os.path.basename(one))[0] for one in files}
        ),
    )
