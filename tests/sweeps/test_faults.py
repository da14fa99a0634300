"""Workers, trials and scripts that are killed, or interrupted: sweeps go on as under Train V1."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import ray
from forking import python
from ray._private import state
from ray.util import placement_group_table
from test_runtime_as_v1 import Sweep, Trials

pytestmark = [pytest.mark.ray, pytest.mark.slow, pytest.mark.usefixtures("ray_cluster")]

FAULTY_SWEEP = Path(__file__).with_name("faulty_sweep.py")

# How a script ends that is run again. Tune ends a sweep at Ctrl-C in good order.
ENDS = {"script": -signal.SIGKILL, "interrupted": 0, "nothing, but raised": 0}


def run(directory: Path, *, v2: bool, **settings: Any) -> Trials:
    """Run the sweep; when it did not come to its end, run the script again to go on."""
    directory.mkdir()
    (directory / "scratch").mkdir()
    settings = {"storage": str(directory), "scratch": str(directory / "scratch"), **settings}
    done = script(directory, settings, v2=v2)
    if settings["killed"] in ENDS:
        assert done.returncode == ENDS[settings["killed"]]
        done = script(directory, {**settings, "restore": True}, v2=v2)
    assert done.returncode == 0, done.stderr
    trials: Trials = json.loads((directory / "results.json").read_text())
    return trials


def script(
    directory: Path, settings: dict[str, Any], *, v2: bool
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python(), FAULTY_SWEEP, directory / "results.json", json.dumps(settings)],
        env={**os.environ, "RAY_TRAIN_V2_ENABLED": str(int(v2))},
        stderr=subprocess.PIPE,
        text=True,
        timeout=400,
    )


def run_both(directory: Path, **settings: Any) -> Sweep:
    return Sweep(
        v1=run(directory / "v1", v2=False, **settings),
        v2=run(directory / "v2", v2=True, **settings),
    )


def left_over() -> dict[str, Any]:
    """What still holds resources half a minute later."""
    ray.init(log_to_driver=False)
    try:
        deadline = time.monotonic() + 30
        while True:
            held = {
                name: amount - ray.available_resources().get(name, 0)
                for name, amount in ray.cluster_resources().items()
                if name == "CPU"
            }
            groups = [
                group for group in placement_group_table().values() if group["state"] != "REMOVED"
            ]
            cleaners = [
                one["ActorClassName"]
                for one in state.actors().values()
                if one["State"] == "ALIVE" and "Cleaner" in one["ActorClassName"]
            ]
            nothing = not any(held.values()) and not groups and not cleaners
            if nothing or time.monotonic() > deadline:
                return {**held, "placement groups": groups, "cleaners": cleaners}
            time.sleep(0.2)
    finally:
        ray.shutdown()


NOTHING = {"CPU": 0, "placement groups": [], "cleaners": []}


def test_a_killed_worker(tmp_path: Path) -> None:
    sweep = run_both(tmp_path, killed="worker", num_to_keep=1)
    for trial in sweep.v2:
        # A report that has returned is not lost with the worker.
        assert trial["rows"] == [[1, 0, 1], [2, 1, 2], [3, 2, 3], [4, 3, 1], [5, 4, 2]]
        assert trial["executed"] == [0, 1, 2, 3, 3, 4]
    assert sweep.same("failed")
    assert sweep.same("last")
    assert sweep.same("checkpoint")
    assert sweep.same("best")
    assert sweep.same("stored")
    assert left_over() == NOTHING


def test_a_killed_worker_without_retries(tmp_path: Path) -> None:
    sweep = run_both(tmp_path, killed="worker", max_failures=0)
    for trial in sweep.v2:
        assert trial["rows"] == [[1, 0, 1], [2, 1, 2], [3, 2, 3]]
        assert trial["checkpoint"] == 2
        assert trial["stored"] == [0, 1, 2]
    assert [trial["failed"] for trial in sweep.v2] == [True, True]
    assert sweep.same("failed")
    assert sweep.same("error")
    assert left_over() == NOTHING


def test_a_killed_trial(tmp_path: Path) -> None:
    sweep = run_both(tmp_path, killed="trial", num_to_keep=1)
    for trial in sweep.v2:
        # Tune had taken the fourth report, but not its checkpoint.
        assert trial["rows"] == [
            [1, 0, 1],
            [2, 1, 2],
            [3, 2, 3],
            [4, 3, 4],
            [4, 3, 1],
            [5, 4, 2],
        ]
        assert trial["stored"] == [4]
    for key in ("failed", "rows", "last", "checkpoint", "best", "stored"):
        assert sweep.same(key)
    assert left_over() == NOTHING


def test_a_killed_script(tmp_path: Path) -> None:
    sweep = run_both(tmp_path, killed="script")
    for trial in sweep.v2:
        assert trial["rows"][-1][:2] == [5, 4]
        assert trial["stored"] == [0, 1, 2, 3, 4]
    for key in ("failed", "last", "checkpoint", "best", "stored"):
        assert sweep.same(key)
    assert left_over() == NOTHING


def test_an_interrupted_script(tmp_path: Path) -> None:
    sweep = run_both(tmp_path, killed="interrupted", num_to_keep=2)
    for trial in sweep.v2:
        assert trial["rows"][-1][:2] == [5, 4]
        assert trial["stored"] == [3, 4]
    for key in ("failed", "last", "checkpoint", "best", "stored"):
        assert sweep.same(key)
    assert left_over() == NOTHING


def test_trials_with_errors_that_are_resumed(tmp_path: Path) -> None:
    sweep = run_both(tmp_path, killed="nothing, but raised", max_failures=0, num_to_keep=1)
    for trial in sweep.v2:
        assert trial["rows"] == [[1, 0, 1], [2, 1, 2], [3, 2, 3], [4, 3, 1], [5, 4, 2]]
        assert trial["executed"] == [0, 1, 2, 3, 3, 4]
        assert trial["stored"] == [4]
    for key in ("failed", "rows", "last", "checkpoint", "best", "stored"):
        assert sweep.same(key)


def test_a_stopped_trial_does_not_train_one_step_more(tmp_path: Path) -> None:
    # Under V1 it did, and left a checkpoint that no result names.
    for trial in run(tmp_path / "v2", v2=True, killed="nothing", stop={"training_iteration": 2}):
        assert trial["executed"] == [0, 1]
        assert trial["stored"] == [0, 1]
    assert left_over() == NOTHING
