"""Where Train V2 is off, the runtime says so when it is used."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from published import wheel

USES = [
    "TuneReportCallback()",
    "trial_run()",
    "start_from_trial(print)",
    "max_concurrent_trials()",
    "trial_resources()",
    "xgboost_train_loop('y')",
    "lightgbm_train_loop('y')",
    "tune_run_config(None)",
    "from ray.train.data_parallel_trainer import *; driver_for(DataParallelTrainer(print))",
]


def run(code: str, v2: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "RAY_TRAIN_V2_ENABLED": v2},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.promise("where Train V2 is off or missing, it says so")
def test_import_succeeds_and_starts_nothing():
    code = "from raytune_runtime import *; import ray; print(ray.is_initialized())"
    for v2 in "01":
        done = run(code, v2)
        assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


def test_merging_needs_no_train_v2():
    assert run("from raytune_runtime import *; merge_config({}, {})", "0").returncode == 0


def test_a_worker_of_train_v1_is_told_of_its_trial_too():
    # A train loop may serve a sweep that is migrated and one that is not; here it is in neither.
    done = run("from raytune_runtime import *; print(trial_info() == TrialInfo())", "0")
    assert (done.returncode, done.stdout.strip()) == (0, "True"), done.stderr


@pytest.mark.promise("where Train V2 is off or missing, it says so")
@pytest.mark.parametrize("use", USES)
def test_use_says_what_to_do(use):
    done = run(f"from raytune_runtime import *; {use}", "0")
    assert done.stderr.splitlines()[-1] == (
        "raytune_runtime.unavailable.RuntimeUnavailable: raytune_runtime needs Ray Train V2, which "
        "was off when ray.train was imported (RAY_TRAIN_V2_ENABLED is 0); set "
        "RAY_TRAIN_V2_ENABLED=1 in the environment, or in the script above its first import of "
        "ray.train or ray.tune."
    )


@pytest.mark.registry
def test_a_ray_before_2_43_is_refused(tmp_path):
    with zipfile.ZipFile(wheel("2.42.1")) as archive:
        large = ("ray/jars/", "ray/rllib/", "ray/serve/", "ray/dashboard/", "ray/core/src/ray/")
        names = [name for name in archive.namelist() if not name.startswith(large)]
        archive.extractall(tmp_path, names)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    for v2 in "01":
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", "import raytune_runtime"],
            env={**os.environ, "RAY_TRAIN_V2_ENABLED": v2, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.stderr.splitlines()[-1] == (
            "raytune_runtime.unavailable.RuntimeUnavailable: raytune_runtime needs Ray 2.43 or "
            "later, but Ray 2.42.1 is installed; upgrade Ray, or go back to the code that passed "
            "the trainer to the Tuner."
        )
