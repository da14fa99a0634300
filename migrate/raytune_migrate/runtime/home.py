"""Where a project keeps the runtime: beside Ray, as a copy among its own files, or nowhere.

Here alone it is decided by which name rewritten files import it. Rules know it by its own name,
``raytune_runtime``, whatever stands in front of that in a project.
"""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from raytune_migrate.runtime.copies import RUNTIME as RUNTIME
from raytune_migrate.source import SourceError

_PACKAGE = "__init__.py"
_SOURCES = "src"  # the folder of a project from which imports begin, where there is one


class Home(Enum):
    """Who brings the runtime to where code runs."""

    INSTALLED = "whoever installs packages there"
    OWN = "the project, with its own files"
    NOWHERE = "nobody: rewritten code needs Ray alone"


@dataclass(frozen=True, slots=True)
class RuntimeImport:
    """The module from which a file imports the runtime, and whose that is."""

    module: str = RUNTIME
    home: Home = Home.INSTALLED


INSTALLED = RuntimeImport()
NOWHERE = RuntimeImport(home=Home.NOWHERE)


def of_runtime(dotted: str) -> str:
    """The name by which rules know what was imported, if it is the runtime's; else as it is.

    ``app.vendor.raytune_runtime.trial_run`` is ``raytune_runtime.trial_run``.
    """
    if RUNTIME not in dotted:
        return dotted
    parts = dotted.split(".")
    return ".".join(parts[parts.index(RUNTIME) :]) if RUNTIME in parts else dotted


def runtime_import(path: Path, root: Path, folder: Path | None) -> RuntimeImport:
    """How the file at ``path`` imports the runtime that is, or will be, in ``folder``.

    ``folder`` holds the project's copy of ``raytune_runtime``; None: the runtime is installed.
    ``root`` is the project's. Raises SourceError where no import in the file can reach it.
    """
    if folder is None:
        return INSTALLED
    target = folder.resolve()
    start = _start_of_imports(target, path.resolve().parent, root)
    if start is None:
        raise SourceError(
            f"cannot import the runtime from {folder}, which lies outside its project {root};"
            " name a folder in the project, or run raytune-migrate from a folder above both"
        )
    parts = target.relative_to(start).parts
    for part in parts:
        if not part.isidentifier() or keyword.iskeyword(part):
            raise SourceError(
                f"cannot import the runtime from {folder}: {part!r} cannot be the name of a Python"
                " package; name another folder"
            )
    return RuntimeImport(".".join((*parts, RUNTIME)), Home.OWN)


def _start_of_imports(target: Path, here: Path, root: Path) -> Path | None:
    """The folder on the import path from which a file in ``here`` reaches ``target``."""
    start = _above_package(target, root)
    if start is not None:
        return start
    sources = [one for one in _up(target, root) if one.name == _SOURCES]
    if sources:
        return sources[0]
    # A script finds what lies in its own folder; a module what lies beside its package; and both
    # what lies in the project's root, or in the folder that the project is run from.
    starts = (_above_package(here, root) or here, root, Path.cwd().resolve())
    return next((one for one in starts if one == target or one in target.parents), None)


def _above_package(folder: Path, root: Path) -> Path | None:
    """The folder that holds the outermost package around a folder; None where none is."""
    above = list(_up(folder, root))
    inside = next((i for i, one in enumerate(above) if (one / _PACKAGE).is_file()), None)
    if inside is None:
        return None
    outside = next((one for one in above[inside:] if not (one / _PACKAGE).is_file()), None)
    return outside or above[-1].parent


def _up(folder: Path, root: Path) -> tuple[Path, ...]:
    """A folder and those above it, up to the project's root if that is one of them."""
    above = (folder, *folder.parents)
    return above[: above.index(root) + 1] if root in above else above
