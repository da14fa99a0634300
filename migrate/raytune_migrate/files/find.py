"""From the paths on the command line to the files to look at, and which of those can matter.

Paths are plain strings here: to make an object of each in a large tree takes longer than to read
them all.
"""

from __future__ import annotations

import functools
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.files import git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pathspec import GitIgnoreSpec

NOTEBOOKS = frozenset({".ipynb"})
DOCUMENTS = frozenset({".md", ".markdown", ".rst"})
SUFFIXES = frozenset({".py", ".pyi"}) | NOTEBOOKS
EXPORTED = "# Databricks notebook source"  # begins a notebook that is kept as a Python file

# Folders whose code is not the user's own, or is made anew by a tool. By name, as black does.
PASSED_OVER = frozenset(
    {
        ".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox",
        ".pants.d", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode",
        "__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules",
        "site-packages", "venv",
    }
)  # fmt: skip
_VENV_MARKER = "pyvenv.cfg"  # a virtual environment, whatever it is called

# A pipe that nobody writes to must not be waited for.
_READ = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)

_NO_NAMES = ("", os.curdir, os.pardir)

# What a file must hold to be worth parsing: Ray, and something of a sweep or of Ray Train; or the
# flag, which a launcher or a conftest.py may set with no other word of Ray.
RAY = b"ray"
FLAG = b"RAY_TRAIN_V2_ENABLED"
NEEDLES = (
    b"Tuner",
    b"as_trainable",
    b"ray.train",
    b"ray.tune",
    b"ray.air",
    b" ray import",  # of its train, air or session; and not "array import"
    b"import ray as ",
    b"\tray import",
    b"\nray import",
    b"Trainer_",  # what trials are called, in a path
)


def mentions_ray(data: bytes) -> bool:
    """Whether these bytes can hold Ray code of interest; ends the matter for most files."""
    return (RAY in data and any(needle in data for needle in NEEDLES)) or FLAG in data


def read_at_once(path: str) -> bytes | None:
    """The bytes of a regular file, by as little work as can be; None for anything else.

    Raises OSError.
    """
    file = os.open(path, _READ)
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            return None
        data = os.read(file, status.st_size + 1)
        return data if len(data) == status.st_size else None
    finally:
        os.close(file)


class RealPaths:
    """Where files really are, of many files: what is above them is looked at once for all."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def of(self, path: str) -> str:
        """What ``os.path.realpath`` says of a path."""
        folder, name = os.path.split(path)
        if name in _NO_NAMES or os.path.islink(path):
            return os.path.realpath(path)
        real = self._folders.get(folder)
        if real is None:
            real = self._folders[folder] = os.path.realpath(folder)
        found = os.path.join(real, name)
        return path if path == found else found  # of many files, one text each


def is_ray_itself(path: str | Path) -> bool:
    """Whether a file is one of Ray's own modules, which know its insides; its examples do not."""
    return _is_in_ray(os.path.dirname(os.path.abspath(path)))


@functools.cache
def _is_in_ray(folder: str) -> bool:
    around = (Path(folder), *Path(folder).parents)
    return "examples" not in (one.name for one in around) and any(
        one.name == "ray" and (one / "_private" / "__init__.py").is_file() for one in around
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """Which files a run looks at, by patterns as in ``.gitignore``, relative to ``root``.

    ``include`` and ``exclude`` are for files that are found in folders; ``force_exclude`` also for
    those that are named. An empty ``include`` means all. ``suffixes`` are those of the files that
    are looked for in folders.
    """

    root: Path = Path()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    force_exclude: tuple[str, ...] = ()
    suffixes: frozenset[str] = SUFFIXES

    def takes_found(self, relative: str) -> bool:
        """Whether a file that was found in a folder is looked at; see :meth:`relative`."""
        if self.include and not _matches(relative, self.include):
            return False
        return not _matches(relative, self.exclude) and not _matches(relative, self.force_exclude)

    def takes_named(self, path: Path) -> bool:
        """Whether a file that was named is looked at."""
        return not self.force_exclude or not _matches(self.relative(path), self.force_exclude)

    def relative(self, path: Path) -> str:
        """A path as patterns speak of it: from ``root``, and of names rather than of targets."""
        return os.path.relpath(os.path.abspath(path), os.path.abspath(self.root))


def _matches(relative: str, patterns: tuple[str, ...]) -> bool:
    return bool(patterns) and bool(_spec(patterns).match_file(relative))


EVERYTHING = Filter()


@functools.cache
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # most runs have no patterns

    return GitIgnoreSpec.from_lines(patterns)


def find_files(paths: Iterable[Path], only: Filter = EVERYTHING) -> list[str]:
    """The files that ``paths`` stand for and ``only`` takes, each once, as paths.

    A path that is not a folder is taken as it is, even where it does not exist: whoever reads it
    says so. A folder stands for the files with code in it, sorted; so does a folder that may not be
    listed stand for itself. Links to folders are not followed.
    """
    given = list(paths)
    every: list[_Named] = []
    for path in given:
        if not _is_folder(path):
            if only.takes_named(path):
                every.append((str(path), os.path.realpath(path), path.is_symlink()))
            continue
        found = _walk(path, only)
        if len(given) == 1 and not found.links:
            return found.files
        every += found.places()
    return list(_each_once(every))


# A file, where it is, and whether its name is that of a link.
_Named: TypeAlias = tuple[str, str, bool]


def _each_once(named: Sequence[_Named]) -> Iterator[str]:
    """Of files by several names, each once: what counts is where the links end.

    A file has its own name where that is among them: a patch of a link cannot be applied.
    """
    own = {place for _, place, is_link in named if not is_link}
    seen = set[str]()
    for name, place, is_link in named:
        if place not in seen and not (is_link and place in own):
            seen.add(place)
            yield name


@dataclass(frozen=True, slots=True)
class _Found:
    """The files in a folder; what stands before their names in it; which of them are links."""

    real: str  # where the folder is
    prefix: str
    files: list[str]
    links: frozenset[str]

    def places(self) -> Iterator[_Named]:
        """Each file, where it is, and whether it is a link."""
        start = os.path.join(self.real, "")
        for name in self.files:
            is_link = name in self.links
            place = os.path.realpath(name) if is_link else start + name[len(self.prefix) :]
            yield name, place, is_link


def _walk(folder: Path, only: Filter) -> _Found:
    real = os.path.realpath(folder)
    prefix = "" if folder == Path() else os.path.join(folder, "")
    search = _Search(only.suffixes, [], set())
    search.folder(prefix, frozenset())
    # A link may be followed to a file that the user named with the folder, and no further.
    inside = os.path.join(real, "")
    outside = {one for one in search.links if not os.path.realpath(one).startswith(inside)}
    files = [one for one in search.files if one not in outside] if outside else search.files
    if only.include or only.exclude or only.force_exclude:
        above = only.relative(folder)
        start = "" if above == os.curdir else os.path.join(above, "")
        files = [one for one in files if only.takes_found(start + one[len(prefix) :])]
    return _Found(real, prefix, files, frozenset(search.links - outside))


@dataclass(frozen=True, slots=True)
class _Search:
    """What is looked for in a folder, and what is found: in order, and which of it are links."""

    suffixes: frozenset[str]
    files: list[str]
    links: set[str]

    def folder(self, prefix: str, above: frozenset[str]) -> None:
        """Search a folder; ``prefix`` stands before the names of what is in it."""
        listed = git.listed(Path(prefix))
        if listed is None:
            self._plainly(prefix)
            return
        listed.sort(key=_by_part)
        environments = {
            folder for folder, _, name in map(_parted, listed) if name == _VENV_MARKER and folder
        }
        skipped = {"": False}
        here = os.path.realpath(prefix or os.curdir)
        for name in listed:
            above_it = _parted(name)[0]
            if above_it not in skipped:
                parts = above_it.split("/")
                skipped[above_it] = not PASSED_OVER.isdisjoint(parts) or any(
                    "/".join(parts[:count]) in environments for count in range(1, len(parts) + 1)
                )
            if skipped[above_it]:
                continue
            path = prefix + name
            try:
                mode = os.lstat(path).st_mode
            except PermissionError:
                mode = stat.S_IFREG  # what exists and may not be looked at is for the reader
            except OSError:
                continue  # gone, though git does not know yet
            if stat.S_ISDIR(mode):
                # A repository inside the repository: it lists its own files.
                inner = os.path.realpath(path)
                if inner != here and inner not in above:
                    self.folder(os.path.join(path, ""), above | {here})
            elif stat.S_ISLNK(mode):
                self._link(path)
            elif stat.S_ISREG(mode) and self._wants(name):
                self.files.append(path)

    def _plainly(self, prefix: str) -> None:
        # In the order of the names, and below a folder's name what is in the folder.
        waiting = [(prefix, self._entries(prefix, is_top=True))]
        while waiting:
            prefix, entries = waiting[-1]
            entry = next(entries, None)
            if entry is None:
                waiting.pop()
                continue
            path = prefix + entry.name
            if entry.is_symlink():
                self._link(path)
            elif entry.is_dir(follow_symlinks=False):
                if entry.name not in PASSED_OVER:
                    inner = os.path.join(path, "")
                    waiting.append((inner, self._entries(inner)))
            elif self._wants(entry.name) and entry.is_file(follow_symlinks=False):
                self.files.append(path)

    def _entries(self, prefix: str, *, is_top: bool = False) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(prefix or os.curdir) as found:
                entries = sorted(found, key=_name)
        except OSError:
            self.files.append(prefix.rstrip(os.sep) or prefix or os.curdir)  # for the reader
            return iter(())
        if not is_top and any(one.name == _VENV_MARKER for one in entries):
            return iter(())
        return iter(entries)

    def _link(self, path: str) -> None:
        """Take a link to something that can be read: no pipe, and none that leads nowhere."""
        if not self._wants(path):
            return
        try:
            is_file = stat.S_ISREG(os.stat(path).st_mode)
        except OSError as error:
            is_file = isinstance(error, PermissionError)
        if is_file:
            self.files.append(path)
            self.links.add(path)

    def _wants(self, name: str) -> bool:
        return os.path.splitext(name)[1] in self.suffixes


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _by_part(name: str) -> str:
    """The key that sorts names as a walk meets them: what is in a folder, below its name."""
    return name.replace("/", "\0")


def _parted(name: str) -> tuple[str, str, str]:
    return name.rpartition("/")


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)
