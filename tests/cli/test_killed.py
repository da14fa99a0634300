"""A run that is killed at any moment loses no file, and the next run goes on where it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Folder

HERE = Path(__file__).parent
linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked, which Linux does")


@linux
def test_a_run_that_is_killed_at_each_of_its_calls(folder: Folder) -> None:
    """In a process of its own, for it forks."""
    command = [
        sys.executable,
        str(HERE / "killed.py"),
        "3",
        "--folder",
        str(folder.path / "killed"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    said = done.stdout
    files, _, killed = said.partition(", ")
    assert files == "3 files"
    calls = int(killed.split(" ", 1)[0])
    assert calls > 100
    assert killed.startswith(f"{calls} calls: killed at {calls} of them from 1 on, ")
    assert killed.endswith("; 0 wrong\n")
    assert folder.files == {}
