"""Each fixture pair that can run: before.py on Train V1 and after.py on V2 give the same sweeps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from compare import differences

ROOT = Path(__file__).parents[2]
RECORDER = Path(__file__).with_name("recorder.py")
EXPECTED = {
    path.parent: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "fixtures").glob("*/expected.json"))
}
RUNNABLE = [case for case, expected in EXPECTED.items() if expected["run"] is True]


def record(script: Path, directory: Path, *arguments: str, v2: bool) -> dict[str, Any]:
    """What the script's sweeps give, run in an empty directory that is also its home."""
    home = directory / "home"
    home.mkdir(parents=True)
    out = directory / "record.json"
    cwd = directory / "cwd"
    cwd.mkdir()
    env = {
        **os.environ,
        "HOME": str(home),
        "RAY_TRAIN_ENABLE_V2_MIGRATION_WARNINGS": "0",
        # When a trial is retried, Tune fetches its result.json from the storage, and what it has
        # not yet copied there is lost. It copies every ten seconds or more; here that is too slow.
        "TUNE_GLOBAL_CHECKPOINT_S": "1",
    }
    env.pop("RAY_TRAIN_V2_ENABLED", None)
    if not v2:
        env["RAY_TRAIN_V2_ENABLED"] = "0"
    done = subprocess.run(
        [sys.executable, str(RECORDER), str(script), str(out), *arguments],
        cwd=cwd,
        env=env,
        text=True,
        capture_output=True,
        timeout=290,
    )
    assert out.exists(), done.stderr
    result: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return result


@pytest.mark.ray
@pytest.mark.slow
@pytest.mark.usefixtures("ray_cluster")
@pytest.mark.parametrize("case", RUNNABLE, ids=lambda case: case.name)
def test_a_migrated_sweep_gives_what_it_gave(case: Path, tmp_path: Path) -> None:
    assert (case / "after.py").exists(), f"{case.name} has no after.py"
    old = record(case / "before.py", tmp_path / "v1", v2=False)
    assert old["exit"] == 0, old["failure"]
    assert old["sweeps"] or old["runs"], "the fixture runs nothing"

    new = record(case / "after.py", tmp_path / "v2", v2=True)
    if new["runs"]:  # Train V2 runs the others without Tune, and there is nothing to compare
        old["sweeps"] += old["runs"]
        new["sweeps"] += new["runs"]
    if EXPECTED[case].get("no_runtime"):
        for one in (old, new):
            _forget_checkpoints(one)
    assert differences(old, new) == []


def _forget_checkpoints(recorded: dict[str, Any]) -> None:
    """Leave out what Tune knows of checkpoints, which with Ray's own callback is nothing."""
    for sweep in recorded["sweeps"]:
        sweep["stray_checkpoints"] = 0
        for trial in sweep["trials"]:
            trial["checkpoint"], trial["best_checkpoints"] = None, []
            for one in trial["iterations"]:
                one.pop("should_checkpoint", None)
