"""A second run over the same files: what it says, what it looks at anew, and what it leaves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    from conftest import Folder

SWEEP = """\
from ray import tune
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer


def train_loop(config):
    pass


trainer = TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))
tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": tune.grid_search([1, 2])}})
results = tuner.fit()
"""
LEFT = """\
from ray import tune
from ray.train.horovod import HorovodTrainer

tune.Tuner(HorovodTrainer(loop)).fit()
"""
BROKEN = "from ray import tune\ntune.Tuner(\n"

_SECONDS = re.compile(r" in \d+\.\d s(?=:)")  # of a slow machine
_COUNTED = """\
import sys
import raytune_migrate.run.pipeline as pipeline
looked_at = pipeline._migrated
def counted(path, *others):
    print("looked at", path, file=sys.stderr)
    return looked_at(path, *others)
pipeline._migrated = counted
from raytune_migrate.cli import main
main()
"""


class Look(Protocol):
    def __call__(self, *arguments: str, env: dict[str, str] | None = None) -> list[str]: ...


@pytest.fixture
def look(folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Look:
    """Run in a process of its own; gives what is said, the files first that are looked at."""
    home = tmp_path_factory.mktemp("cache")

    def run(*arguments: str, env: dict[str, str] | None = None) -> list[str]:
        kept = {"XDG_CACHE_HOME": str(home), "RAYTUNE_MIGRATE_NO_CACHE": "0"}
        done = subprocess.run(
            [sys.executable, "-c", _COUNTED, "-j1", *arguments],
            env={**os.environ, **kept, **(env or {})},
            capture_output=True,
            text=True,
            cwd=folder.path,
        )
        said = [*done.stderr.splitlines(), *done.stdout.splitlines(), f"status {done.returncode}"]
        return [_SECONDS.sub("", one) for one in said]

    return run


def seen(said: list[str]) -> list[str]:
    """The files that were looked at."""
    return [one.removeprefix("looked at ") for one in said if one.startswith("looked at ")]


def rest(said: list[str]) -> list[str]:
    return [one for one in said if not one.startswith("looked at ")]


@pytest.mark.parametrize("mode", [["--diff"], ["--check", "-v"], ["--check", "--report", "json"]])
def test_a_second_run_says_the_same_and_looks_at_nothing(
    folder: Folder, look: Look, mode: list[str]
) -> None:
    folder({"a.py": SWEEP, "b.py": LEFT, "c.py": "import ray\n", "d.py": "x = 1\n"})
    first, second = look(*mode, "."), look(*mode, ".")
    assert seen(first) == ["a.py", "b.py"]
    assert seen(second) == []
    if "json" not in mode:  # which tells the seconds
        assert rest(second) == rest(first)


def test_a_dry_run_has_done_the_work_of_the_run_that_writes(folder: Folder, look: Look) -> None:
    folder({"a.py": SWEEP})
    assert seen(look("--diff", ".")) == ["a.py"]
    said = look(".")
    assert seen(said) == []
    assert said[-2].startswith("1 file: 0 unchanged, 1 migrated")
    assert b"def train_driver_fn(config: dict):" in folder.files["a.py"]
    assert seen(look("--check", ".")) == ["a.py"]
    assert seen(look("--check", ".")) == []


def test_what_cannot_be_read_is_tried_again(folder: Folder, look: Look) -> None:
    folder({"a.py": BROKEN})
    first = look("--check", ".")
    assert "does not parse" in first[1]
    assert look("--check", ".") == first


@pytest.mark.parametrize(
    "arguments",
    [
        ["--no-cache"],
        ["--ignore", "RTM501"],
        ["--safe-only"],
        ["--no-runtime"],
        ["--ray-version", "2.55"],
        ["--todo"],
    ],
)
def test_other_options_look_anew(folder: Folder, look: Look, arguments: list[str]) -> None:
    folder({"a.py": SWEEP})
    look("--check", ".")
    assert seen(look("--check", *arguments, ".")) == ["a.py"]


def test_a_file_that_has_changed_is_looked_at(folder: Folder, look: Look) -> None:
    folder({"a.py": SWEEP, "b.py": LEFT})
    look("--check", ".")
    folder({"b.py": LEFT.replace("loop", "train_loop")})
    assert seen(look("--check", ".")) == ["b.py"]


def test_settings_that_have_changed_count(folder: Folder, look: Look) -> None:
    folder({"a.py": SWEEP, "pyproject.toml": "[tool.black]\nline-length = 100\n"})
    look("--check", ".")
    folder({"pyproject.toml": "[tool.black]\nline-length = 79\n"})
    assert seen(look("--check", ".")) == ["a.py"]
    folder({"pyproject.toml": '[project]\ndependencies = ["ray>=2.55"]\n'})
    assert seen(look("--check", ".")) == ["a.py"]


def test_other_modules_that_have_changed_count(folder: Folder, look: Look) -> None:
    start = "from ray import tune\nfrom builders import build\n\ntune.Tuner(build()).fit()\n"
    builders = SWEEP[: SWEEP.index("trainer =")] + (
        "def build():\n"
        "    return TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))\n"
    )
    folder({"pyproject.toml": "", "start.py": start, "builders.py": builders})
    first = look("--check", ".")
    assert sorted(set(seen(first))) == ["builders.py", "start.py"]
    assert seen(look("--check", ".")) == []
    folder({"builders.py": "def build():\n    return 'PPO'\n"})
    assert "start.py" in seen(look("--check", "."))


def test_a_module_that_has_become_the_projects_own_counts(folder: Folder, look: Look) -> None:
    folder({"pyproject.toml": "", "a.py": SWEEP.replace("from ray", "import helpers\nfrom ray", 1)})
    look("--check", ".")
    assert seen(look("--check", ".")) == []
    folder({"helpers.py": "import os\n\nos.environ['RAY_TRAIN_V2_ENABLED'] = '0'\n"})
    assert seen(look("--check", ".")) == ["a.py", "helpers.py"]


def test_another_ray_in_the_environment_counts(folder: Folder, look: Look) -> None:
    site = folder.path / "env/lib/python3.11/site-packages"
    (folder.path / "env/bin").mkdir(parents=True)
    site.mkdir(parents=True)
    python = folder.path / "env/bin/python"
    python.symlink_to(sys.executable)
    folder({"a.py": SWEEP, ".gitignore": "env/\n"})
    env = {"RAYTUNE_MIGRATE_PYTHON": str(python)}
    first = look("--check", "a.py", env=env)
    assert seen(first) == ["a.py"]
    assert seen(look("--check", "a.py", env=env)) == []
    (site / "anything").mkdir()
    assert seen(look("--check", "a.py", env=env)) == ["a.py"]


def test_a_python_that_does_not_answer_is_asked_again(folder: Folder, look: Look) -> None:
    (folder.path / "env/bin").mkdir(parents=True)
    (folder.path / "env/lib/python3.11/site-packages").mkdir(parents=True)
    python = folder.path / "env/bin/python"
    python.write_text("#!/bin/sh\nexit 3\n")
    python.chmod(0o755)
    folder({"a.py": SWEEP})
    for _ in range(2):
        said = look("--check", "a.py", env={"RAYTUNE_MIGRATE_PYTHON": str(python)})
        assert seen(said) == ["a.py"]


def test_a_home_that_cannot_be_written_changes_nothing(folder: Folder, look: Look) -> None:
    folder({"a.py": SWEEP, "file": ""})
    env = {"XDG_CACHE_HOME": str(Path("file").absolute())}
    first = look("--check", ".", env=env)
    assert seen(first) == ["a.py"]
    assert look("--check", ".", env=env) == first
