"""From the paths on the command line to the files to look at, and which of those can matter."""

from __future__ import annotations

import functools
import os
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pathspec import GitIgnoreSpec

NOTEBOOKS = frozenset({".ipynb"})
DOCUMENTS = frozenset({".md", ".markdown", ".rst"})
SUFFIXES = frozenset({".py", ".pyi"}) | NOTEBOOKS

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

# Set in a git hook for the repository of the commit, which need not hold the folder in question.
_HOOK_VARIABLES = frozenset(
    {
        "GIT_COMMON_DIR", "GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)  # fmt: skip

# What a file must hold to be worth parsing: Ray, and something of a sweep or of Ray Train.
RAY = b"ray"
NEEDLES = (
    b"Tuner",
    b"as_trainable",
    b"RAY_TRAIN_V2_ENABLED",
    b"ray.train",
    b"ray.air",
    b" ray import",  # of its train, air or session; and not "array import"
    b"\tray import",
    b"\nray import",
)


def mentions_ray(data: bytes) -> bool:
    """Whether these bytes can hold Ray code of interest; ends the matter for most files."""
    return RAY in data and any(needle in data for needle in NEEDLES)


def is_ray_itself(path: Path) -> bool:
    """Whether a file is one of Ray's own modules, which know its insides; its examples do not."""
    above = path.absolute().parents
    return "examples" not in (one.name for one in above) and any(
        one.name == "ray" and (one / "_private" / "__init__.py").is_file() for one in above
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

    def takes_found(self, path: Path) -> bool:
        """Whether a file that was found in a folder is looked at."""
        if self.include and not self._matches(path, self.include):
            return False
        return not self._matches(path, self.exclude) and self.takes_named(path)

    def takes_named(self, path: Path) -> bool:
        """Whether a file that was named is looked at."""
        return not self._matches(path, self.force_exclude)

    def _matches(self, path: Path, patterns: tuple[str, ...]) -> bool:
        if not patterns:
            return False
        absolute = os.path.abspath(path)  # noqa: PTH100 (patterns speak of names, not of targets)
        relative = os.path.relpath(absolute, os.path.abspath(self.root))  # noqa: PTH100
        return bool(_spec(patterns).match_file(relative))


EVERYTHING = Filter()


@functools.cache
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # most runs have no patterns

    return GitIgnoreSpec.from_lines(patterns)


def find_files(paths: Iterable[Path], only: Filter = EVERYTHING) -> Iterator[Path]:
    """The files that ``paths`` stand for and ``only`` takes, each once.

    A path that is not a folder is taken as it is, even where it does not exist: whoever reads it
    says so. A folder stands for the files with code in it, sorted; so does a folder that may not be
    listed stand for itself. Links to folders are not followed.
    """
    seen: set[Path] = set()
    for path in paths:
        folder = _is_folder(path)
        takes = only.takes_found if folder else only.takes_named
        for found in filter(takes, _walk(path, only.suffixes) if folder else (path,)):
            # One file by two names is one file: what counts is where the links end.
            place = Path(os.path.realpath(found))
            if place not in seen:
                seen.add(place)
                yield found


def _walk(folder: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    real = Path(os.path.realpath(folder))
    for found in sorted(_candidates(folder, frozenset(), suffixes)):
        # A link may be followed to a file that the user named with the folder, and no further.
        if not found.is_symlink() or real in Path(os.path.realpath(found)).parents:
            yield found


def _candidates(folder: Path, above: frozenset[Path], suffixes: frozenset[str]) -> Iterator[Path]:
    listed = _listed_by_git(folder)
    if listed is None:
        yield from _listed_plainly(folder, suffixes)
        return
    environments = {path.parent for path in listed if path.name == _VENV_MARKER}
    here = Path(os.path.realpath(folder))
    for path in listed:
        if _is_passed_over(path.relative_to(folder)) or not environments.isdisjoint(path.parents):
            continue
        if path.suffix in suffixes and _is_file(path):
            yield path
        elif _is_folder(path) and not path.is_symlink():
            # A repository inside the repository: it lists its own files.
            inner = Path(os.path.realpath(path))
            if inner != here and inner not in above:
                yield from _candidates(path, above | {here}, suffixes)


def _listed_by_git(folder: Path) -> list[Path] | None:
    """What git tracks or would track under ``folder``; ``None`` where git has no say."""
    listing = _git(folder, "ls-files", "-co", "--exclude-standard", "-z")
    if listing is None:
        return None
    names = {os.fsdecode(name) for name in listing.split(b"\0") if name}
    if not names and _git(folder, "check-ignore", "-q", ".") is not None:
        return None  # an ignored folder that was named all the same
    return [folder / name for name in names]


def is_ignored(path: Path) -> bool:
    """Whether git would leave out a path, which need not exist yet."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 (git names a link by where it stands)
    folder = next(one for one in absolute.parents if one.is_dir())
    return _git(folder, "check-ignore", "-q", str(absolute)) is not None


def is_tracked(path: Path) -> bool:
    """Whether git has a path, or something in it, under version control."""
    return path.parent.is_dir() and bool(
        _git(path.parent, "ls-files", "-z", "--", f":(literal){path.name}")
    )


def _git(folder: Path, *arguments: str) -> bytes | None:
    environment = {name: value for name, value in os.environ.items() if name not in _HOOK_VARIABLES}
    command = ["git", "-c", "core.fsmonitor=false", *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _listed_plainly(folder: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    unreadable: list[Path] = []

    def remember(error: OSError) -> None:
        unreadable.append(Path(error.filename))

    for name, subfolders, files in os.walk(folder, onerror=remember):
        if _VENV_MARKER in files and Path(name) != folder:
            subfolders.clear()
            continue
        subfolders[:] = [subfolder for subfolder in subfolders if subfolder not in PASSED_OVER]
        for file in files:
            path = Path(name, file)
            if path.suffix in suffixes and _is_file(path):
                yield path
    yield from unreadable


def _is_passed_over(relative: Path) -> bool:
    return not PASSED_OVER.isdisjoint(relative.parts[:-1])


def _is_file(path: Path) -> bool:
    """Whether there is something to read: no pipe, and no link that leads nowhere."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        # What exists and may not be looked at is for the reader to report.
        return isinstance(error, PermissionError)


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 (Path.is_dir raises where it may not look)
