"""A sweep on a Ray that has no raytune_runtime but the copy that its project brings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.ray

SWEEP = """\
import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path

import ray
from ray import train, tune
from ray.train import Checkpoint, FailureConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer

PROJECT = Path(__file__).parent


def train_loop(config):
    start = 0
    checkpoint = train.get_checkpoint()
    if checkpoint:
        with checkpoint.as_directory() as directory:
            start = int(Path(directory, "step").read_text()) + 1
    for step in range(start, 3):
        if step == 2 and start == 0:
            raise RuntimeError("fails once")
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "step").write_text(str(step))
            train.report(
                {
                    "step": step,
                    "start": start,
                    "installed": importlib.util.find_spec("raytune_runtime") is not None,
                    "home": sys.modules["lib.raytune_runtime"].__file__,
                },
                checkpoint=Checkpoint.from_directory(directory),
            )


trainer = TorchTrainer(
    train_loop,
    scaling_config=ScalingConfig(num_workers=1),
    run_config=RunConfig(
        name="sweep",
        storage_path=os.environ["STORAGE"],
        failure_config=FailureConfig(max_failures=1),
    ),
)

if __name__ == "__main__":
    ray.init(
        address="local",
        num_cpus=4,
        include_dashboard=False,
        object_store_memory=200 * 1024**2,
        log_to_driver=False,
        runtime_env={"working_dir": str(PROJECT)},
    )
    results = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1.0}}).fit()
    last = results[0].metrics
    told = {key: last[key] for key in ("step", "start", "installed", "home")}
    told["driver"] = importlib.util.find_spec("raytune_runtime") is not None
    print(json.dumps(told))
"""


def bare_python(folder: Path) -> Path:
    """A Python with all packages of this one but those that are installed as editable.

    They come by a .pth file, which Python reads in the site-packages of the environment itself, and
    not in a folder that such a file adds.
    """
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "shared.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "python"


def test_workers_need_nothing_but_the_copy(tmp_path: Path) -> None:
    project, storage = tmp_path / "project", tmp_path / "storage"
    project.mkdir()
    (project / "sweep.py").write_text(SWEEP)
    migrate = [sys.executable, "-m", "raytune_migrate", "--vendor-runtime", "lib", "."]
    subprocess.run(migrate, cwd=project, check=True)
    migrated = (project / "sweep.py").read_text()
    for name in ("TuneReportCallback", "start_from_trial", "max_concurrent_trials", "trial_run"):
        assert f"{name}(" in migrated
    assert "from lib.raytune_runtime import" in migrated

    hidden = {"PYTHONPATH", "RAY_ADDRESS"}
    environment = {k: v for k, v in os.environ.items() if k not in hidden}
    done = subprocess.run(
        [bare_python(tmp_path / "bare"), project / "sweep.py"],
        cwd=tmp_path,
        env={**environment, "STORAGE": str(storage)},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    home = Path(told.pop("home"))
    assert told == {"step": 2, "start": 2, "installed": False, "driver": False}
    assert home.parts[-3:] == ("lib", "raytune_runtime", "__init__.py")
    assert not home.is_relative_to(project), "not the copy that Ray has shipped"
