"""The hooks as a commit runs them: this repository, installed by pre-commit, in another one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from test_cli import SWEEP

if TYPE_CHECKING:
    from conftest import Folder

ROOT = Path(__file__).parents[2]
# What pre-commit clones: the files that are installed, as they are now.
INSTALLED = ("migrate", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
CONFIG = """\
repos:
- repo: {repository}
  rev: v1
  hooks:
  - id: {hook}
"""
PROJECT = '[project]\nname = "p"\nversion = "0"\ndependencies = ["ray>=2.51", "raytune-migrate"]\n'


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as a repository with one tag; its environment is built once for the module."""
    repository = tmp_path_factory.mktemp("hooks")
    for name in INSTALLED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, repository / name, ignore=ignored)
        else:
            shutil.copy(source, repository / name)
    git(repository, "init", "--quiet")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "All")
    git(repository, "tag", "v1")
    return repository


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(folder: Folder, hooks: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the user's, with nothing in it but its settings."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(home))
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    path = folder({"pyproject.toml": PROJECT})
    git(path, "init", "--quiet")
    return path


def use(repository: Path, hooks: Path, hook: str) -> None:
    config = CONFIG.format(repository=hooks, hook=hook)
    (repository / ".pre-commit-config.yaml").write_text(config)
    git(repository, "add", "--all")
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"],
        cwd=repository,
        check=True,
        capture_output=True,
    )


def commit(repository: Path) -> tuple[int, str]:
    """Try to commit what is staged; the status, and what a person reads."""
    done = subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-m", "A change"],
        cwd=repository,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=500,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
@pytest.mark.registry
def test_a_commit_without_sweeps_passes(repository: Path, hooks: Path) -> None:
    (repository / "a.py").write_text("import ray\n")
    use(repository, hooks, "raytune-migrate")
    status, said = commit(repository)
    assert status == 0, said
    assert re.search(r"^raytune-migrate\.+Passed$", said, re.MULTILINE)


@pytest.mark.slow
@pytest.mark.registry
def test_the_first_commit_of_a_sweep_stops_and_the_second_holds_the_rewrite(
    repository: Path, hooks: Path
) -> None:
    (repository / "a.py").write_text(SWEEP)
    use(repository, hooks, "raytune-migrate")
    status, said = commit(repository)
    assert status == 1, said
    assert "- files were modified by this hook\n" in said
    assert "migrated a.py (RTM101, RTM105)\n" in said
    rewritten = (repository / "a.py").read_text()
    assert "def train_driver_fn(config: dict):" in rewritten
    git(repository, "add", "a.py")
    status, said = commit(repository)
    assert status == 0, said
    assert git(repository, "show", "HEAD:a.py") == rewritten


@pytest.mark.slow
@pytest.mark.registry
def test_what_is_not_staged_is_neither_looked_at_nor_lost(repository: Path, hooks: Path) -> None:
    (repository / "a.py").write_text(SWEEP)
    (repository / "b.py").write_text("x = 1\n")
    use(repository, hooks, "raytune-migrate")
    (repository / "a.py").write_text(f"{SWEEP}\nprint('not staged')\n")
    (repository / "b.py").write_text(SWEEP)
    status, said = commit(repository)
    assert status == 1, said
    assert "migrated a.py" in said
    assert "b.py" not in said
    # pre-commit puts back what was not staged, where it can: both changes, or the user's own.
    assert (repository / "b.py").read_text() == SWEEP
    assert (repository / "a.py").read_text().endswith("\nprint('not staged')\n")


@pytest.mark.slow
@pytest.mark.registry
def test_the_checking_hook_changes_nothing(repository: Path, hooks: Path) -> None:
    (repository / "a.py").write_text(SWEEP)
    use(repository, hooks, "raytune-migrate-check")
    status, said = commit(repository)
    assert status == 1, said
    assert "would migrate a.py (RTM101, RTM105)\n" in said
    assert (repository / "a.py").read_text() == SWEEP
