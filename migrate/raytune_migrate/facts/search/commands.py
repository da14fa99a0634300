"""The functions that projects name as commands, in the files that they are built by."""

from __future__ import annotations

import ast
import configparser
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.facts.search.modules import Found
from raytune_migrate.settings.data import ProjectError, read_toml, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.facts.search.modules import Modules

_TABLES = (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts"))
_GROUPS = ("console_scripts", "gui_scripts")


def commands_of(projects: Iterable[str], modules: Modules) -> Iterator[tuple[str, str]]:
    """What projects name as commands: the file of each, and the function."""
    for folder in sorted(projects):
        written = (
            *_in_pyproject(Path(folder, "pyproject.toml")),
            *_in_setup_cfg(Path(folder, "setup.cfg")),
            *_in_setup_py(Path(folder, "setup.py")),
        )
        for value in written:
            module, _, function = value.partition(":")
            found = modules.find(module.strip(), os.path.join(folder, "setup.py"))
            if isinstance(found, Found) and not found.rest:
                yield found.path, function.partition("[")[0].strip()


def _in_pyproject(path: Path) -> Iterator[str]:
    try:
        settings = read_toml(path) if path.is_file() else {}
    except ProjectError:
        return  # said where a file of it is migrated
    for keys in _TABLES:
        yield from map(str, table(settings, *keys).values())


def _in_setup_cfg(path: Path) -> Iterator[str]:
    parser = configparser.ConfigParser(interpolation=None)
    with suppress(OSError, UnicodeDecodeError, configparser.Error):
        parser.read_string(path.read_text(encoding="utf-8"))
    for group in _GROUPS:
        yield from _objects(parser.get("options.entry_points", group, fallback="").splitlines())


def _in_setup_py(path: Path) -> Iterator[str]:
    """Those that are written out; nothing is executed."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.keyword) or node.arg != "entry_points":
            continue
        with suppress(ValueError, TypeError):
            groups = ast.literal_eval(node.value)
            for group in _GROUPS if isinstance(groups, dict) else ():
                given = groups.get(group, ())
                lines = given.splitlines() if isinstance(given, str) else given
                yield from _objects(lines if isinstance(lines, list | tuple) else ())


def _objects(lines: Iterable[object]) -> Iterator[str]:
    """What stands behind the names, as in ``sweep = app.cli:main``."""
    yield from (str(one).partition("=")[2].strip() for one in lines if "=" in str(one))
