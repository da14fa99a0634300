"""``--no-runtime``: what is written needs Ray alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Folder, Invoke

SWEEP = """\
from ray import train, tune
from ray.train.torch import TorchTrainer


def train_loop(config):
    train.report({"loss": config["lr"]})


trainer = TorchTrainer(train_loop)
tuner = tune.Tuner(
    trainer,
    param_space={"train_loop_config": {"lr": 1}},
    tune_config=tune.TuneConfig(max_concurrent_trials=1),
)
tuner.fit()
"""
PLAIN = """\
from ray import train, tune
from ray.train.torch import TorchTrainer
from ray.tune.integration.ray_train import TuneReportCallback


def train_loop(config):
    train.report({"loss": config["lr"]})


def train_driver_fn(config: dict):
    trainer = TorchTrainer(
        train_loop,
        train_loop_config=config["train_loop_config"],
        run_config=train.RunConfig(
            name=f"train-trial_id={tune.get_context().get_trial_id()}",
            callbacks=[TuneReportCallback()],
        ),
    )
    trainer.fit()


tuner = tune.Tuner(
    train_driver_fn,
    param_space={"train_loop_config": {"lr": 1}},
    tune_config=tune.TuneConfig(max_concurrent_trials=1),
)
tuner.fit()
"""
NEW = "ray[tune]>=2.60\n"


def test_beside_a_folder_for_the_runtime(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    done = run("--no-runtime", "--vendor-runtime", "lib", ".")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("Error: --no-runtime needs no --vendor-runtime; choose one.\n")
    assert folder.files == {"a.py": SWEEP.encode()}


def test_a_release_without_train_v2(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    done = run("--no-runtime", "--ray-version", "2.42", ".")
    assert done.status == 2
    assert "rewritten code runs on Ray 2.43 and later" in done.err
    assert folder.files == {"a.py": SWEEP.encode()}


def test_code_that_imports_the_runtime_stays(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "requirements.txt": f"{NEW}raytune-migrate\n"})
    assert run(".").status == 0
    migrated = folder.files
    assert b"raytune_runtime" in migrated["a.py"]
    assert run("--no-runtime", ".").status == 0
    assert folder.files == migrated


def test_a_sweep_that_needs_the_runtime_is_left(folder: Folder, run: Invoke) -> None:
    source = SWEEP.replace(
        "TorchTrainer(train_loop)", 'TorchTrainer(train_loop, metadata={"a": 1})'
    )
    folder({"a.py": source, "requirements.txt": NEW})
    done = run("--no-runtime", ".")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "a.py:10:9: RTM101 This needs TuneReportCallback of raytune_runtime: with Ray alone"
        " checkpoints are given no metadata. Run without --no-runtime, or migrate this by hand."
        " (https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html)\n"
        "skipped a.py: 1 place needs a person\n"
        "1 file: 0 unchanged, 0 migrated, 0 migrated with work left, 1 skipped, 0 failed.\n"
    )
    assert folder.files["a.py"] == source.encode()


@pytest.mark.parametrize(
    ("settings", "options"),
    [("", ["--no-runtime"]), ("[tool.raytune-migrate]\nno-runtime = true\n", [])],
)
def test_nothing_is_imported_and_nothing_has_to_be_installed(
    folder: Folder, run: Invoke, settings: str, options: list[str]
) -> None:
    folder({"a.py": SWEEP, "requirements.txt": NEW, "pyproject.toml": settings})
    done = run(*options, ".")
    assert (done.status, done.out) == (0, "")
    assert done.err.endswith(
        "migrated a.py (RTM101)\n"
        "1 file: 0 unchanged, 1 migrated, 0 migrated with work left, 0 skipped, 0 failed.\n"
    )
    assert folder.files["a.py"].decode() == PLAIN
    assert run(*options, "--check", ".").status == 0
