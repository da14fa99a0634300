"""A folder given as a literal, and the command line run in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

import pytest
from click.testing import CliRunner

from raytune_migrate.cli import main
from raytune_migrate.outcome import Migration
from raytune_migrate.proposal import Change, Finding, Place, Safety

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_TIME = re.compile(
    r"(?:(?<=files)|(?<=file)) in \d+\.\d s(?=:)"
)  # said of long runs, so on slow machines


@dataclass(frozen=True)
class Run:
    """What a run left for the shell."""

    status: int
    out: str
    err: str


class Folder:
    """The current folder of a test: files as a literal, before and after."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.path

    @property
    def files(self) -> dict[str, bytes]:
        """The content of every regular file, and so also of any that a run left behind."""
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in sorted(self.path.rglob("*"))
            if path.is_file() and not path.is_symlink()
        }


class Invoke(Protocol):
    """The command line, in this process or in one of its own."""

    def __call__(self, *arguments: str) -> Run: ...


class Spawn(Invoke, Protocol):
    """The command line in a process of its own, which another command may start."""

    def __call__(self, *arguments: str, through: Sequence[str] = ()) -> Run: ...


class Pipe(Protocol):
    """The command line with some code on stdin."""

    def __call__(self, code: str, *arguments: str) -> Run: ...


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An empty folder, and the current one; call it with the files that it should hold."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return Folder(tmp_path)


@pytest.fixture
def run() -> Invoke:
    """Run the command line in this process."""

    def invoke(*arguments: str) -> Run:
        result = CliRunner().invoke(main, arguments, catch_exceptions=False)
        return Run(result.exit_code, result.stdout, _TIME.sub("", result.stderr))

    return invoke


@pytest.fixture
def pipe() -> Pipe:
    """Run the command line in this process, with some code on stdin."""

    def invoke(code: str, *arguments: str) -> Run:
        result = CliRunner().invoke(main, arguments, input=code, catch_exceptions=False)
        return Run(result.exit_code, result.stdout, result.stderr)

    return invoke


@pytest.fixture
def spawn() -> Spawn:
    """Run the command line in a process of its own."""

    def invoke(*arguments: str, through: Sequence[str] = ()) -> Run:
        command = [*through, sys.executable, "-m", "raytune_migrate", *arguments]
        done = subprocess.run(command, capture_output=True, check=False)
        err = _TIME.sub("", os.fsdecode(done.stderr))
        return Run(done.returncode, os.fsdecode(done.stdout), err)

    return invoke


@pytest.fixture
def use_engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Migration]], None]:
    """Put a function in the place of the engine, where a test is about what surrounds it."""

    def use(migrate: Callable[..., Migration]) -> None:
        module = ModuleType("raytune_migrate.engine")
        module.migrate = migrate  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "raytune_migrate.engine", module)
        # Such an engine has something to say where Ray's names are only alluded to.
        monkeypatch.setattr("raytune_migrate.files.gate.is_idle", lambda _: False)

    return use


@pytest.fixture
def simple_engine(use_engine: Callable[[Callable[..., Migration]], None]) -> None:
    """An engine of exactly known words: it swaps trainers for drivers, and reports `broken`."""
    use_engine(swap)


def swap(text: str, *_: object) -> Migration:
    """``Tuner(trainer)`` becomes ``Tuner(driver)``; ``Tuner(broken)`` is a finding."""
    after = "# driver\n" + text.replace("Tuner(trainer)", "Tuner(driver)")
    changes = tuple(
        Change(
            "RTM101",
            "Tuner(trainer) becomes a driver function",
            "Ray 2.51 refuses a trainer.",
            "https://x.org/101",
            Place(number, 1, 0),
            (),
            Safety.REVIEW,
            notes=("Trials may take turns.",),
        )
        for number, line in enumerate(text.splitlines(), start=1)
        if "Tuner(trainer)" in line
    )
    after = after if changes else text
    findings, remaining = _broken(text), _broken(after)
    return Migration(text, after, changes, findings, remaining)


def _broken(text: str) -> tuple[Finding, ...]:
    return tuple(
        Finding("RTM901", Place(number, 1, 0), "No counterpart.", "Drop it.", "https://x.org/901")
        for number, line in enumerate(text.splitlines(), start=1)
        if "Tuner(broken)" in line
    )
