"""A migrated notebook runs from its first cell to its last, and shows what it did on Train V1."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from raytune_migrate.containers.notebook import notebook

DIGITS = Path(__file__).parents[1] / "notebooks" / "digits"


@pytest.mark.ray
def test_the_cells_of_a_migrated_notebook_run(tmp_path: Path) -> None:
    (code,) = notebook((DIGITS / "after.ipynb").read_text(encoding="utf-8")).scripts
    script = tmp_path / "cells.py"
    script.write_text(code, encoding="utf-8")
    gone = ("RAY_TRAIN_V2_ENABLED", "RAY_ADDRESS")
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name not in gone},
        capture_output=True,
        encoding="utf-8",
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "é ['bias', 'weight'] 0.1 2"
