"""``[tool.raytune-migrate]`` in ``pyproject.toml``: what a project says of its own runs.

The keys are the names of the options, which win. As in black, one file is read for a run: the
nearest above all of its paths that has the table.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raytune_migrate.files.git import is_tracked
from raytune_migrate.settings.data import ProjectError, read_toml, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_NAME = "raytune-migrate"


@dataclass(frozen=True, slots=True)
class Config:
    """The settings by the names of their parameters, and the folder that they speak of."""

    root: Path
    values: Mapping[str, Any] = field(default_factory=dict)


def config_for(paths: Iterable[Path]) -> Config:
    """The settings of the project that holds all of ``paths``; those of none where none says any.

    Raises :class:`ProjectError` for settings that are not understood.
    """
    for folder in _folders_above(paths):
        file = folder / "pyproject.toml"
        if not file.is_file():
            continue
        try:
            tools = table(read_toml(file), "tool")
        except ProjectError:
            break  # every file that has something to migrate fails with it, and says so
        if _NAME in tools:
            if not isinstance(tools[_NAME], dict):
                reason = f"[tool] {_NAME} is {tools[_NAME]!r}, but must be a table; correct it"
                raise ProjectError(file, reason)
            return Config(folder, dict(_read(file, table(tools, _NAME))))
    return Config(Path.cwd())


def _folders_above(paths: Iterable[Path]) -> tuple[Path, ...]:
    # A link belongs to the project that it stands in: nothing is resolved here.
    real = [os.path.abspath(one) for one in paths] or [os.getcwd()]  # noqa: PTH100, PTH109
    common = Path(os.path.commonpath(real))
    return (common, *common.parents) if common.is_dir() else tuple(common.parents)


def _read(file: Path, settings: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for key, value in settings.items():
        kind = _SETTINGS.get(key)
        if kind is None:
            import difflib  # only to correct a mistake

            near = difflib.get_close_matches(key.replace("_", "-"), _SETTINGS, n=1)
            advice = f"did you mean {near[0]}" if near else f"known are {', '.join(_SETTINGS)}"
            raise ProjectError(file, f"[tool.{_NAME}] has an unknown key {key!r}; {advice}")
        read = kind(file.parent, value)
        for outside in _outside(file.parent, key, read):
            raise ProjectError(
                file,
                f"[tool.{_NAME}] {key} names {outside}, which is outside of the project; name it on"
                " the command line",
            )
        if read is None:
            expected = _EXPECTED[kind]
            raise ProjectError(
                file, f"[tool.{_NAME}] {key} is {value!r}, but must be {expected}; correct it"
            )
        yield key.replace("-", "_"), read


def _outside(folder: Path, key: str, value: object) -> Iterable[str]:
    """The files to be written that do not lie in the project: whose settings may be anybody's."""
    written: Iterable[str] = ()
    if _SETTINGS[key] is _path and value is not None:
        written = (str(value),)
    elif _SETTINGS[key] is _reports and isinstance(value, list):
        written = [path for one in value if (path := one.partition(":")[2]) not in ("", "-")]
    root = Path(os.path.realpath(folder))
    return (one for one in written if root not in Path(os.path.realpath(one)).parents)


def _flag(_folder: Path, value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _word(_folder: Path, value: object) -> str | None:
    return value if isinstance(value, str) else None


def _python(folder: Path, value: object) -> str | None:
    """``auto``, ``none``, a name to be found, or a path; but no code of the project."""
    if not isinstance(value, str) or os.path.basename(value) == value:  # noqa: PTH119
        return value if isinstance(value, str) else None
    path = folder / value
    environment = path.parent.parent
    is_environment = (environment / "pyvenv.cfg").is_file()
    if is_tracked(path) or (is_environment and is_tracked(environment)):
        reason = f"[tool.{_NAME}] python is {value!r}, which is part of the project's own code"
        advice = "nothing of that is run; name it with --python if it is to be"
        raise ProjectError(folder / "pyproject.toml", f"{reason}, and {advice}")
    return str(path)


def _words(_folder: Path, value: object) -> list[str] | None:
    every = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return value if every and isinstance(value, list) else None


def _path(folder: Path, value: object) -> Path | None:
    return Path(os.path.relpath(folder / value)) if isinstance(value, str) else None


def _reports(folder: Path, value: object) -> list[str] | None:
    words = _words(folder, value)
    if words is None:
        return None
    named = [one.partition(":") for one in words]
    return [
        f"{name}:{os.path.relpath(folder / path)}" if path not in ("", "-") else one
        for one, (name, _, path) in zip(words, named, strict=True)
    ]


_EXPECTED: Mapping[Callable[[Path, object], Any], str] = {
    _flag: "true or false",
    _word: "a string",
    _python: "auto, none or a path",
    _words: "a list of strings",
    _path: "a path",
    _reports: "a list of strings",
}
_SETTINGS: Mapping[str, Callable[[Path, object], Any]] = {
    "baseline": _path,
    "docs": _flag,
    "exclude": _words,
    "force-exclude": _words,
    "ignore": _words,
    "include": _words,
    "no-runtime": _flag,
    "python": _python,
    "ray-version": _word,
    "remove-pin": _flag,
    "report": _reports,
    "safe-only": _flag,
    "select": _words,
    "todo": _flag,
    "vendor-runtime": _path,
}
