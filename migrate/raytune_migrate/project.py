"""What generated code must fit: the project's own formatting, and the oldest Ray it runs on.

Settings are read as data and never executed. A settings file that cannot be read is an error
rather than a reason to guess, for a guess would show as churn in somebody's diff.
"""

from __future__ import annotations

import functools
import os
import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from packaging.specifiers import SpecifierSet

from raytune_migrate.choice.asked import ALL, Choice
from raytune_migrate.environment.images import is_image
from raytune_migrate.environment.requirements import (
    CONDA_FILES,
    LOCK_FILES,
    REQUIREMENT_FILES,
    lowest_ray,
)
from raytune_migrate.runtime.home import INSTALLED, RuntimeImport
from raytune_migrate.settings.data import ProjectError as ProjectError
from raytune_migrate.settings.data import read_toml, table
from raytune_migrate.settings.options import Pins, Todo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from packaging.version import Version

# Ruff's own order of precedence within one folder.
_RUFF_FILES = (".ruff.toml", "ruff.toml")
_BUILD_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
_SETTINGS_FILES = frozenset({*_RUFF_FILES, *_BUILD_FILES, *LOCK_FILES, *CONDA_FILES})
_TICK_NS = 2 * 10**9  # of the coarsest file system's clock
_VERSION_CONTROL = (".git", ".hg")
_PYTHON_MINORS = range(3, 30)  # of the Python 3 releases that a formatter may be told of


@dataclass(frozen=True, slots=True)
class Project:
    """What is known of the project that a file belongs to; the defaults are black's.

    ``target_versions`` are spelled as black spells them (``py310``); empty where nothing is said.
    ``minimum_ray`` is the lowest Ray that the project can be installed with, if that is known.
    ``cluster_file`` is a file by which its code is run on a cluster that is there before, if there
    is one. ``runtime`` is how the file at hand imports the runtime. ``pins``, ``choice`` and
    ``todo`` are what the user asked for.
    """

    root: Path
    minimum_ray: Version | None = None
    line_length: int = 88
    magic_trailing_comma: bool = True
    string_normalization: bool = True
    preview: bool = False
    unstable: bool = False
    target_versions: frozenset[str] = frozenset()
    cluster_file: str | None = None
    pins: Pins = Pins.RESPECT
    runtime: RuntimeImport = INSTALLED
    choice: Choice = ALL
    todo: Todo = Todo.REWRITTEN


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A settings file as it is now; a changed file has another stamp, and so is read again."""

    path: Path
    mtime_ns: int
    size: int


def project_of(path: Path) -> Project:
    """The facts about the project that holds the file at ``path``."""
    return _project(*_stamps(path))


def root_of(folder: Path) -> Path:
    """The root of the project that a folder, without links in its name, belongs to."""
    return _root_of({one: _settings_in(one) for one in (folder, *folder.parents)})


def settings_files(path: Path) -> tuple[tuple[Path, ...], ...]:
    """The project's settings files, from those in the folder of ``path`` to those of the root."""
    _, folders = _stamps(path)
    return tuple(tuple(stamp.path for stamp in found) for found in folders)


def _stamps(path: Path) -> tuple[Path, tuple[tuple[_Stamp, ...], ...]]:
    """The root of the project that holds a file, and the settings files on the way there."""
    # The folder of the file itself: a link to a file elsewhere follows the rules over there.
    folder = path.resolve().parent
    stamps = {parent: _settings_in(parent) for parent in (folder, *folder.parents)}
    root = _root_of(stamps)
    inside = tuple(
        found for parent, found in stamps.items() if parent == root or root in parent.parents
    )
    return root, inside


def own_modules(path: Path, project: Project) -> Callable[[str], bool]:
    """Whether a top-level package, imported by the file at ``path``, is the project's own code."""
    folder = path.resolve().parent
    above = (folder, *folder.parents)
    inside = tuple(one for one in above if one == project.root or project.root in one.parents)
    # Where an import begins: a script's own folder, the project's, and the usual one for sources.
    starts = (folder, project.root, project.root / "src")

    @functools.cache
    def is_own(name: str) -> bool:
        if name == "ray":  # a folder of that name holds examples, or is Ray itself
            return False
        return any(
            (one / f"{name}.py").is_file() or (one / name / "__init__.py").is_file()
            for one in dict.fromkeys((*starts, *inside))
        ) or any(next((one / name).glob("*.py"), None) is not None for one in starts)

    return is_own


def _settings_in(folder: Path) -> tuple[_Stamp, ...]:
    try:
        changed = folder.stat().st_mtime_ns
        # A clock ticks slowly enough for two changes in one tick.
        new = time.time_ns() - changed < _TICK_NS
        found = list(_listed(folder) if new else _known_list(folder, changed))
        if (nested := folder / "requirements").is_dir():
            found += [path for path in nested.iterdir() if path.suffix in (".txt", ".in")]
        return tuple(
            _Stamp(path, stat.st_mtime_ns, stat.st_size)
            for path in sorted(found)
            if path.is_file() and (stat := path.stat())
        )
    except OSError:
        return ()  # a folder above that may not be listed holds nothing that this user has set


@functools.lru_cache(maxsize=4096)
def _known_list(folder: Path, _changed: int) -> tuple[Path, ...]:
    return _listed(folder)


def _listed(folder: Path) -> tuple[Path, ...]:
    with os.scandir(folder) as entries:  # of many files most are none; pathlib takes longer
        return tuple(folder / one.name for one in entries if _is_settings(one.name))


def _is_settings(name: str) -> bool:
    return (
        name in _SETTINGS_FILES or REQUIREMENT_FILES.fullmatch(name) is not None or is_image(name)
    )


def _root_of(stamps: Mapping[Path, tuple[_Stamp, ...]]) -> Path:
    for folder in stamps:
        if any((folder / name).exists() for name in _VERSION_CONTROL):
            return folder
    for folder, found in stamps.items():
        if any(stamp.path.name in _BUILD_FILES for stamp in found):
            return folder
    for folder, found in stamps.items():
        if found:
            return folder
    return next(iter(stamps))


@functools.lru_cache(maxsize=1024)
def _project(root: Path, folders: tuple[tuple[_Stamp, ...], ...]) -> Project:
    """The facts from the settings of a file's folder (first) up to those of the root (last)."""
    files = [[stamp.path for stamp in found] for found in folders]
    project = Project(root)
    for paths in files:
        if (formatted := _formatted(project, paths)) is not None:
            project = formatted
            break
    if not project.target_versions:
        project = replace(project, target_versions=_supported_python(files))
    # The nearest folder that says anything: in a monorepo, a package's own pin is the one it gets.
    bounds = (lowest_ray(paths) for paths in files)
    return replace(project, minimum_ray=next((found for found in bounds if found), None))


def _formatted(project: Project, paths: Iterable[Path]) -> Project | None:
    """``project`` with the formatting that one folder sets; ``None`` where it sets none."""
    by_name = {path.name: path for path in paths}
    pyproject = by_name.get("pyproject.toml")
    if pyproject is not None:
        tools = table(read_toml(pyproject), "tool")
        if "black" in tools:
            return _with_black(project, pyproject, table(tools, "black"))
    for name in (*_RUFF_FILES, "pyproject.toml"):
        path = by_name.get(name)
        if path is None:
            continue
        settings = _ruff_settings(path, seen=frozenset())
        # Settings for the linter alone say nothing about how code looks.
        if "line-length" in settings or "format" in settings:
            return _with_ruff(project, path, settings)
    return None


def _with_black(project: Project, path: Path, raw: Mapping[str, Any]) -> Project:
    settings = _Settings(path, {key.replace("_", "-"): value for key, value in raw.items()})
    return replace(
        project,
        line_length=settings.number("line-length", default=project.line_length),
        magic_trailing_comma=not settings.flag("skip-magic-trailing-comma"),
        string_normalization=not settings.flag("skip-string-normalization"),
        preview=settings.flag("preview") or settings.flag("unstable"),
        unstable=settings.flag("unstable"),
        target_versions=settings.versions("target-version"),
    )


def _ruff_settings(path: Path, *, seen: frozenset[Path]) -> dict[str, Any]:
    content = read_toml(path)
    settings = dict(table(content, "tool", "ruff") if path.name == "pyproject.toml" else content)
    base = settings.get("extend")
    if isinstance(base, str):
        parent = (path.parent / base).resolve()
        if parent in seen:
            raise ProjectError(path, f"extend = {base!r} leads back to itself; remove one of them")
        inherited = _ruff_settings(parent, seen=seen | {path.resolve(), parent})
        layout = {**table(inherited, "format"), **table(settings, "format")}
        settings = {**inherited, **settings, **({"format": layout} if layout else {})}
    return settings


def _with_ruff(project: Project, path: Path, raw: Mapping[str, Any]) -> Project:
    settings = _Settings(path, raw)
    layout = _Settings(path, table(raw, "format"))
    return replace(
        project,
        line_length=settings.number("line-length", default=project.line_length),
        magic_trailing_comma=not layout.flag("skip-magic-trailing-comma"),
        # black knows two of ruff's three styles; "leave quotes alone" is the nearest to the others.
        string_normalization=layout.word("quote-style", default="double") == "double",
        preview=layout.flag("preview"),
        target_versions=settings.versions("target-version"),
    )


def _supported_python(files: Iterable[Iterable[Path]]) -> frozenset[str]:
    """The Python releases that the nearest ``requires-python`` admits."""
    for path in (path for paths in files for path in paths if path.name == "pyproject.toml"):
        requires = table(read_toml(path), "project").get("requires-python")
        if isinstance(requires, str):
            try:
                admitted = SpecifierSet(requires)
                # Any patch of a minor release will do: `>=3.8.1` admits 3.8, and `<3.12` not 3.12.
                return frozenset(
                    f"py3{minor}"
                    for minor in _PYTHON_MINORS
                    if admitted.contains(f"3.{minor}.0") or admitted.contains(f"3.{minor}.99")
                )
            except ValueError:  # invalid, or of more digits than Python takes
                return frozenset()
    return frozenset()


@dataclass(frozen=True, slots=True)
class _Settings:
    """A table of settings, read with the type that the setting must have."""

    path: Path
    values: Mapping[str, Any]

    def number(self, key: str, *, default: int) -> int:
        value = self.values.get(key, default)
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value)  # black takes them so
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self._wrong(key, value, "a whole number above 0")
        return value

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            value = value.lower() == "true"  # black takes them so
        if not isinstance(value, bool):
            raise self._wrong(key, value, "true or false")
        return value

    def word(self, key: str, *, default: str) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self._wrong(key, value, "a string")
        return value

    def versions(self, key: str) -> frozenset[str]:
        value = self.values.get(key, [])
        versions = [value] if isinstance(value, str) else value
        if not isinstance(versions, list) or not all(map(_is_target_version, versions)):
            raise self._wrong(key, value, 'Python releases such as "py310"')
        return frozenset(version.lower() for version in versions)

    def _wrong(self, key: str, value: object, expected: str) -> ProjectError:
        return ProjectError(self.path, f"{key} is {value!r}, but must be {expected}; correct it")


def _is_target_version(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"py\d{2,3}", value, re.IGNORECASE) is not None
