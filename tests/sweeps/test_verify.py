"""``raytune-migrate verify`` on a real Ray: a sweep that stays as it was, and one that does not."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from recording import record

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.ray

# Draws from what nobody seeds, and stores outside the folder that it runs in.
SCRIPT = """\
import os
import random
import sys
import tempfile

from ray import train, tune
from ray.train.data_parallel_trainer import DataParallelTrainer

import lib


def train_loop(config):
    for step in range(config["steps"]):
        loss = config["lr"] + random.random()
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "loss.txt"), "w") as file:
                file.write(str(loss))
            checkpoint = train.Checkpoint.from_directory(folder)
            train.report({"loss": loss, "step": step}, checkpoint=checkpoint)


trainer = DataParallelTrainer(
    train_loop,
    train_loop_config={"steps": 2},
    scaling_config=lib.SCALING,
    run_config=train.RunConfig(name="lr-sweep", storage_path=sys.argv[1]),
)
tuner = tune.Tuner(
    trainer,
    param_space={"train_loop_config": {"lr": tune.uniform(0.0, 1.0)}},
    tune_config=tune.TuneConfig(metric="loss", mode="min", num_samples=2),
)
grid = tuner.fit()
assert tune.Tuner.can_restore(os.path.join(sys.argv[1], "lr-sweep"))
print(len(grid), "trials", random.random())
with open(os.path.join(grid[0].path, "summary.txt"), "w") as file:
    file.write(str(grid[0].metrics["loss"]))
"""
TUNER = SCRIPT[: SCRIPT.index("tune.Tuner(")].count("\n") + 1
LIB = """\
from ray.train import ScalingConfig

SCALING = ScalingConfig(num_workers=1)
"""


def verify(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "raytune_migrate", "verify", *arguments],
        cwd=cwd,
        text=True,
        capture_output=True,
        timeout=580,
    )


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[project]\ndependencies = ["ray==2.60.0", "raytune-migrate[runtime]"]\n'
    )
    (folder / "sweep.py").write_text(SCRIPT, encoding="utf-8")
    (folder / "lib.py").write_text(LIB, encoding="utf-8")
    return folder


def test_a_sweep_that_stays_what_it_was(project: Path, ray_cluster: str, tmp_path: Path) -> None:
    store = tmp_path / "store"
    done = verify(
        "sweep.py",
        *("--python", sys.executable, "--address", ray_cluster, "--timeout", "280"),
        *("--warnings", "--printed", "--keep", str(tmp_path / "kept")),
        *("--report", "text", "--report", f"json:{tmp_path / 'verify.json'}"),
        *("--", str(store)),
        cwd=project,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    said = done.stderr.splitlines()
    announced = f"Running sweep.py on Train V1 and V2, with {sys.executable} (Python "
    assert [line.startswith(announced) for line in said].count(True) == 1
    assert said[-1] == ("The same on Train V1 and V2: 1 sweep, 2 trials, 4 reports, 6 checkpoints.")
    report = read(tmp_path / "verify.json")
    assert report["verdict"] == "same"
    assert report["warnings"]["missed"] == []
    assert {(one["line"], one["code"]) for one in report["warnings"]["found"]} == {
        (TUNER, "RTM101")
    }
    assert any(f"storage {store} was " in one for one in report["notes"])

    assert not store.exists()
    assert (project / "sweep.py").read_text(encoding="utf-8") == SCRIPT
    kept = tmp_path / "kept"
    records = [read(kept / name / "record.json") for name in ("v1", "v2")]
    losses = [
        [row["loss"] for row in trial["iterations"]]
        for record in records
        for trial in record["sweeps"][0]["trials"]
    ]
    assert losses[:2] == losses[2:]
    assert records[0]["sweeps"][0]["storage"] == store.as_posix()


def test_a_sweep_that_is_another(project: Path, ray_cluster: str, tmp_path: Path) -> None:
    (project / "was.py").write_text(SCRIPT, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "raytune_migrate", "--quiet", "sweep.py"], cwd=project, check=True
    )
    text = (project / "sweep.py").read_text(encoding="utf-8")
    for old, new in (
        ("file.write(str(loss))", 'file.write("other")'),  # what a checkpoint holds
        ('"step": step}', '"steps": step}'),  # a column
        ('loss = config["lr"] +', 'loss = 1 - config["lr"] +'),  # metrics, and the best trial
        ('{"steps": 2', '{"steps": 3'),  # how many reports there are
        ("tune.uniform(0.0, 1.0)", "tune.uniform(0.0, 0.9)"),  # what is sampled
        ('name="lr-sweep"', 'name="other"'),  # where it is found
        ('"lr-sweep")', '"other")'),
        ('"summary.txt"', '"other.txt"'),  # a file that is looked for
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (project / "sweep.py").write_text(text, encoding="utf-8")

    done = verify(
        "sweep.py",
        *("--original", "was.py", "--python", sys.executable, "--address", ray_cluster),
        *("--timeout", "280", "--report", "json", "--report", f"html:{tmp_path / 'verify.html'}"),
        *("--", str(tmp_path / "store")),
        cwd=project,
    )
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert {one["kind"] for one in report["differences"]} == {
        "best trial",
        "checkpoint",
        "config",
        "experiment",
        "file",
        "kept checkpoints",
        "metric",
        "number of reports",
        "result column",
        "training_iteration",
    }
    assert report["compared"]["trials"] == 2
    assert "<polyline" in (tmp_path / "verify.html").read_text(encoding="utf-8")


ALONE = """\
import os
import tempfile

from ray import train
from ray.train import Checkpoint, CheckpointConfig, RunConfig, ScalingConfig
from ray.train.data_parallel_trainer import DataParallelTrainer


def train_loop(config):
    for step in range(3):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "step.txt"), "w") as file:
                file.write(str(step))
            train.report({"step": step}, checkpoint=Checkpoint.from_directory(folder))


result = DataParallelTrainer(
    train_loop,
    scaling_config=ScalingConfig(num_workers=1),
    run_config=RunConfig(
        name="alone",
        storage_path=os.path.abspath("store"),
        checkpoint_config=CheckpointConfig(num_to_keep=2),
    ),
).fit()
with open(os.path.join(result.path, "summary.txt"), "w") as file:
    file.write(str(result.metrics["step"]))
"""


def test_a_trainers_own_run_that_is_another(ray_cluster: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for name in ("was.py", "train.py"):
        (project / name).write_text(ALONE, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "raytune_migrate", "--quiet", "train.py"], cwd=project, check=True
    )
    text = (project / "train.py").read_text(encoding="utf-8")
    for old, new in (
        ("file.write(str(step))", 'file.write("other")'),
        ('{"step": step}', '{"step": step + 1e-3}'),
        ('"summary.txt"', '"other.txt"'),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (project / "train.py").write_text(text, encoding="utf-8")
    done = verify(
        "train.py",
        *("--original", "was.py", "--python", sys.executable, "--address", ray_cluster),
        *("--timeout", "280", "--report", "json"),
        cwd=project,
    )
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert report["compared"]["checkpoints"] == 3
    assert [(one["kind"], one["name"], one["iteration"]) for one in report["differences"]] == [
        ("metric", "step", 1),
        ("metric", "step", 2),
        ("checkpoint", "step.txt", None),
        ("kept checkpoints", "1 step.txt", None),
        ("kept checkpoints", "2 step.txt", None),
        ("file", "summary.txt", None),
    ]
    assert any("own run Train V2 tells the reports" in one for one in report["notes"])


# Tune reads the file of a retried trial back from the storage; here that copy is an old one.
LOSES_ROWS = """\
import os
import tempfile

os.environ["TUNE_GLOBAL_CHECKPOINT_S"] = "1000"
from ray import tune


def trainable(config):
    start = 2 if tune.get_checkpoint() else 0
    for step in range(start, 3):
        if step == 2 and start == 0:
            trial = tune.get_context().get_storage().trial_fs_path
            open(os.path.join(trial, "result.json"), "w").close()
            raise RuntimeError("preempted")
        with tempfile.TemporaryDirectory() as folder:
            tune.report({"step": step}, checkpoint=tune.Checkpoint.from_directory(folder))


(result,) = tune.Tuner(
    trainable,
    run_config=tune.RunConfig(
        name="sweep",
        storage_path=os.path.abspath("store"),
        failure_config=tune.FailureConfig(max_failures=1),
    ),
).fit()
print(len(result.metrics_dataframe))
"""


def test_rows_that_tune_loses_are_recorded(ray_cluster: str, tmp_path: Path) -> None:
    (tmp_path / "sweep.py").write_text(LOSES_ROWS, encoding="utf-8")
    one = record(tmp_path / "sweep.py", tmp_path / "run", address=ray_cluster)
    assert one.printed == ("1",)
    (trial,) = one.sweeps[0].trials
    assert [row["step"] for row in trial.iterations] == [0, 1, 2]
    assert [row["training_iteration"] for row in trial.iterations] == [1, 2, 3]
