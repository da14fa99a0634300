"""Which file of a project a dotted name leads to, as seen from another of its files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_PACKAGE = "__init__.py"
_SOURCES = frozenset({"src", "lib", "python"})  # the usual folders that imports begin in


class Nowhere(Enum):
    """Why a name leads to no file."""

    FOREIGN = "nothing in the project is called that"
    UNCLEAR = "several files are, or it goes out of the project"


@dataclass(frozen=True, slots=True)
class Found:
    """The module in front of a dotted name, and what of the name is left."""

    path: Path
    rest: tuple[str, ...]


Place: TypeAlias = "Found | Nowhere"


@dataclass(frozen=True, slots=True)
class Modules:
    """The Python files of a project, and the folders in which imports may begin."""

    root: Path
    files: frozenset[Path]
    folders: frozenset[Path]  # those that hold one of the files, somewhere below
    starts: tuple[Path, ...]  # beside those above the file that imports

    def find(self, dotted: str, path: Path) -> Place:
        """What ``dotted``, imported by the file at ``path``, leads to."""
        name = dotted.lstrip(".")
        parts = tuple(name.split(".")) if name else ()
        dots = len(dotted) - len(name)
        if dots:
            folder = path.parent
            for _ in range(dots - 1):
                folder = folder.parent
            return self._below(folder, parts) or Nowhere.UNCLEAR
        found = {
            one.path: one
            for start in self._starts(path)
            if (one := self._below(start, parts)) is not None
        }
        if not found:
            return Nowhere.FOREIGN
        if len(found) == 1:
            return next(iter(found.values()))
        # A script's own folder comes first of all; a module of a package has none.
        if path.parent / _PACKAGE not in self.files:
            beside = self._below(path.parent, parts)
            if beside is not None:
                return beside
        return Nowhere.UNCLEAR

    def _starts(self, path: Path) -> Iterator[Path]:
        yield from dict.fromkeys((*self._above(path), *self.starts))

    def _above(self, path: Path) -> Iterator[Path]:
        folder = path.parent
        yield folder
        while folder not in (self.root, folder.parent):
            folder = folder.parent
            yield folder

    def _below(self, start: Path, parts: tuple[str, ...]) -> Found | None:
        """The longest part of a name that is a module below ``start``."""
        folder = start
        found: Found | None = None
        if not parts and folder / _PACKAGE in self.files:
            return Found(folder / _PACKAGE, ())
        for index, part in enumerate(parts):
            module = folder / f"{part}.py"
            folder = folder / part
            if folder / _PACKAGE in self.files:
                found = Found(folder / _PACKAGE, parts[index + 1 :])
            elif module in self.files:
                return Found(module, parts[index + 1 :])
            elif folder not in self.folders:
                break
        return found


def modules_of(root: Path, files: Collection[Path], projects: Collection[Path]) -> Modules:
    """The modules among the files of a project; ``projects`` are folders with build files."""
    folders: set[Path] = set()
    for one in files:
        folder = one.parent
        while folder not in folders and folder != root and root in folder.parents:
            folders.add(folder)
            folder = folder.parent
    starts = [root, *sorted(projects), *sorted(one for one in folders if one.name in _SOURCES)]
    return Modules(root, frozenset(files), frozenset(folders), tuple(dict.fromkeys(starts)))
