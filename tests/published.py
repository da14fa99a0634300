"""Published Ray wheels, fetched once from the package registry."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import textwrap
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


_BLOCK = re.compile(
    r"^(?P<indent> *)\.\. (testcode|code-block)::.*\n(?P<body>((?P=indent) +.*\n| *\n)+)",
    re.MULTILINE,
)
_OPTION = re.compile(r"^ *:\w+:.*\n", re.MULTILINE)


def boosting_examples(version: str, directory: Path) -> list[Path]:
    """Writes the examples in docstrings of the release that build a boosting trainer, each a file.

    Not those that give it a train loop, for they have nothing to migrate.
    """
    paths = []
    with zipfile.ZipFile(wheel(version)) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".py") or not name.startswith(("ray/train/", "ray/tune/")):
                continue
            text = archive.read(name).decode("utf-8")
            if "BoostTrainer" not in text and "LightGBMTrainer" not in text:
                continue
            for node in ast.walk(ast.parse(text)):
                if not isinstance(node, ast.ClassDef):
                    continue
                for block in _BLOCK.finditer((ast.get_docstring(node) or "") + "\n"):
                    code = textwrap.dedent(_OPTION.sub("", block["body"])).strip() + "\n"
                    if "label_column=" in code:
                        module = name.removesuffix(".py").replace("/", "_")
                        paths.append(directory / f"{module}_{len(paths)}.py")
                        paths[-1].write_text(code, encoding="utf-8")
    return paths
