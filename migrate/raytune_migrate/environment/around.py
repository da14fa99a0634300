"""The files around a module that say how, and where, it is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from raytune_migrate.environment.clusters import SUFFIXES
from raytune_migrate.environment.images import is_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Files that set the environment of what runs, beside Dockerfiles and YAML: of compose, of clusters.
_ENVIRONMENT_FILES = re.compile(
    r"\.env(rc|\..*)?|.*\.(bash|env|fish|lsf|mk|pbs|sbatch|service|sh|slurm|zsh)"
    r"|(GNUm|M|m)akefile|\.?[Jj]ustfile|Procfile"
    r"|pyproject\.toml|setup\.cfg|tox\.ini|pytest\.ini"
)
# Where projects keep what their clusters and pipelines are made of.
_FOLDERS = (
    *(".github/workflows", "bin", "cluster", "clusters", "config", "configs", "deploy"),
    *("deployment", "docker", "infra", "jobs", "k8s", "kubernetes", "kuberay", "ray", "scripts"),
    "slurm",
)
_LARGE = 1_000_000  # bytes; nobody writes a file of settings that is larger


def sets_environment(name: str) -> bool:
    """Whether a file of that name may set the environment of what runs, or start it."""
    return (
        name.endswith(SUFFIXES) or is_image(name) or _ENVIRONMENT_FILES.fullmatch(name) is not None
    )


def files_around(folder: Path, root: Path) -> Iterator[Path]:
    """The files in a folder and those above it, up to the root, and in the root's usual ones."""
    for one in places_around(folder, root):
        yield from listed(one)


def places_around(folder: Path, root: Path) -> Iterator[Path]:
    """A folder and those above it, up to the root, and the usual ones of the root."""
    for one in folders_around(folder, root):
        yield one
        for name in _FOLDERS if one == root else ():
            yield one / name


def folders_around(folder: Path, root: Path) -> tuple[Path, ...]:
    """A folder and those above it, up to the root."""
    above = (folder, *folder.parents)
    return above[: above.index(root) + 1] if root in above else (folder,)


def listed(folder: Path) -> list[Path]:
    """What is in a folder; nothing where that cannot be told."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def text_of(path: Path) -> str:
    """The text of a file of settings; nothing of one that is too large, or cannot be read."""
    try:
        return path.read_bytes().decode("utf-8", errors="replace") if is_small(path) else ""
    except OSError:
        return ""


def is_small(path: Path) -> bool:
    """Whether a file is there, and not larger than what people write."""
    try:
        return path.is_file() and path.stat().st_size <= _LARGE
    except OSError:
        return False
