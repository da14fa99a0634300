"""A part of the soak: the standard library as it is, and some of it with a sweep put behind it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from itertools import islice
from typing import TYPE_CHECKING

from soak import (
    as_it_is,
    modules_in,
    packages_in,
    planted,
    read_together,
    soak,
    standard_library,
    understood,
)

if TYPE_CHECKING:
    from pathlib import Path

CRASH = "x = 1\n"


def test_the_standard_library_stays_as_it_is() -> None:
    files = standard_library()
    sums = soak(files, as_it_is)
    assert sums.wrong == []
    assert sums.rewritten == []
    assert sums.files == len(files) > 500
    assert sums.ends.total() == len(files)


def test_the_sums_of_a_run_are_those_of_its_files(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    home = standard_library()[0].parent
    every = {str(one) for one in (*modules_in([home]), *home.rglob("*.pyi"))}
    command = [
        sys.executable,
        "-m",
        "raytune_migrate",
        "--check",
        "-v",
        "--report",
        f"text:{report}",
    ]
    done = subprocess.run([*command, str(home)], capture_output=True, text=True, check=False)
    assert done.stderr.count("\n") == 1
    *lines, sums = report.read_text().splitlines()
    total, *counts = map(int, re.findall(r"(\d+) (?!s\b)", re.sub(r" in \d+\.\d s", "", sums)))
    assert total == sum(counts) == len(lines)
    said = [line.partition(" ")[2] for line in lines if line.startswith("unchanged ")]
    assert len(said) == len(set(said)) == counts[0]
    assert set(said) <= every


def test_some_of_it_is_understood_and_keeps_all_of_its_lines() -> None:
    every = standard_library()
    small = [one for one in every if one.stat().st_size < 4_000]
    assert soak(islice(small, 0, None, 12), understood).wrong == []
    sums = soak(islice(small, 5, None, 40), planted)
    assert sums.wrong == []
    assert sums.ends["migrated"] > 5


def test_the_modules_of_packages_are_read_together(tmp_path: Path) -> None:
    for number, name in enumerate(("asyncio", "json")):  # Python's own names stay Python's
        shutil.copytree(standard_library()[0].parent / name, tmp_path / f"package{number}")
    sums = soak(packages_in([tmp_path]), read_together)
    assert sums.wrong == []
    assert sums.ends == {"have to do with each other": 2}


def test_a_crash_and_a_wrong_change_are_seen(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")

    def crash(_file: Path, _data: bytes) -> list[str]:
        raise KeyError(CRASH)

    assert "KeyError" in soak([file], crash).wrong[0]
    assert soak([file], lambda *_: iter(("migrated", "was changed"))).wrong == [
        f"{file}: was changed"
    ]
