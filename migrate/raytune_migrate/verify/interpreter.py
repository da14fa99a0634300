"""The Python that has Ray, in which both scripts are run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from raytune_migrate.verify.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

USAGE = 2
_ASK = """
import importlib.metadata, importlib.util, json, platform
try:
    ray = importlib.metadata.version("ray")
except importlib.metadata.PackageNotFoundError:
    ray = "?" if importlib.util.find_spec("ray") else None
runtime = importlib.util.find_spec("raytune_runtime") is not None
print(json.dumps({"ray": ray, "runtime": runtime, "python": platform.python_version()}))
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python, the Ray that is installed in it, and whether the runtime is."""

    path: Path
    version: str
    ray: str
    has_runtime: bool


def find_interpreter(
    given: Path | None, environment: Mapping[str, str], option: str = "--python"
) -> Interpreter:
    """The Python that an option gives, else that of the active environment, else the tool's own.

    Raises :class:`Problem` where it has no Ray.
    """
    if given is not None:
        named = shutil.which(given)
        # A venv's is a link, and must be run as what it is.
        path = given if named is None else Path(os.path.abspath(named))  # noqa: PTH100
        return _asked(path, f"name one with {option}, in whose environment Ray is installed")
    active = environment.get("VIRTUAL_ENV") or environment.get("CONDA_PREFIX")
    advice = "activate the environment in which the script runs, or name its Python with --python"
    of_active = _pythons(Path(active)) if active else ()
    found = next((path for path in of_active if path.exists()), Path(sys.executable))
    return _asked(found, advice)


def _pythons(environment: Path) -> tuple[Path, ...]:
    if sys.platform == "win32":
        return environment / "Scripts" / "python.exe", environment / "python.exe"
    return (environment / "bin" / "python",)


def _asked(path: Path, advice: str) -> Interpreter:
    try:
        done = subprocess.run(
            [os.fspath(path), "-c", _ASK],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Problem(f"{path} does not answer; {advice}", USAGE) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Problem(f"cannot run {path}: {reason}; {advice}", USAGE) from error
    try:
        facts = json.loads(done.stdout)
        ray, runtime, version = facts["ray"], facts["runtime"], facts["python"]
    except (ValueError, KeyError, TypeError):
        raise Problem(f"{path} is not a Python that works; {advice}", USAGE) from None
    if ray is None:
        raise Problem(f"Ray is not installed for {path}; {advice}", USAGE)
    return Interpreter(path, version, ray, runtime)
