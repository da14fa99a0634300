"""Published Ray wheels, fetched once from the package registry."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

EXAMPLES = "ray/train/examples/"


def cache() -> Path:
    """Where the wheels are kept: outside the repository, in the user's cache."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "raytune-migrate"


def wheel(version: str) -> Path:
    """The wheel of a Ray release for this interpreter, downloaded if it is not there yet."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    pattern = f"ray-{version}-{tag}-*.whl"
    directory = cache()
    found = sorted(directory.glob(pattern))
    if not found:
        directory.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", f"ray=={version}"],
            cwd=directory,
            check=True,
        )
        found = sorted(directory.glob(pattern))
    return found[0]


def extract(version: str, names: list[str], directory: Path) -> list[Path]:
    """Writes files of the release into a directory, without their folders; returns their paths."""
    paths = []
    with zipfile.ZipFile(wheel(version)) as archive:
        for name in names:
            path = directory / Path(name).name
            path.write_bytes(archive.read(name))
            paths.append(path)
    return paths


def tuning_examples(version: str) -> list[str]:
    """The names, inside the wheel, of the Ray Train examples that build a Tuner."""
    with zipfile.ZipFile(wheel(version)) as archive:
        return sorted(
            name
            for name in archive.namelist()
            if name.startswith(EXAMPLES)
            and name.endswith(".py")
            and b"Tuner(" in archive.read(name)
        )
