"""`driver_for` makes of a trainer and a trial's part of the space what Train V1 made of them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from forking import python

pytestmark = [pytest.mark.ray, pytest.mark.slow]

SCRIPT = Path(__file__).with_name("merged_trainers.py")


class Told(NamedTuple):
    """What the trainers were in their trials, by the name of the sweep."""

    v1: dict[str, Any]
    v2: dict[str, Any]


def run(directory: Path, *, v2: bool) -> dict[str, Any]:
    out = directory / f"v2-{v2}.json"
    done = subprocess.run(
        [python(), SCRIPT, out, json.dumps({"storage": str(directory / f"v2-{v2}")})],
        env={**os.environ, "RAY_TRAIN_V2_ENABLED": str(int(v2))},
        stderr=subprocess.PIPE,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(out.read_text())
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    directory = tmp_path_factory.mktemp("merged")
    return Told(v1=run(directory, v2=False), v2=run(directory, v2=True))


@pytest.mark.parametrize(
    "name", ["torch", "torch_on_gpus", "torch_config", "xgboost", "lightgbm", "own"]
)
def test_a_trial_has_the_trainer_that_it_had(told: Told, name: str) -> None:
    assert told.v2[name] == told.v1[name]


def test_each_parameter_has_a_rule_of_its_own(told: Told) -> None:
    assert told.v2["torch"] == {
        "class": "TellingTorchTrainer",
        "loop": "other_loop",
        "config": {"epochs": 5, "optimizer": {"name": "adam", "lr": 0.5}, "seed": 1},  # merged
        "workers": 3,
        "gpus": 0,
        "resources": None,
        "strategy": "PACK",  # the trainer's own is SPREAD: replaced whole
        "backend": "TorchConfig",
        "backend_config": {"backend": "gloo", "init_method": "env", "timeout_s": 7},  # kept
        "datasets": {"train": [1, 2], "valid": [4]},  # merged by name
        "split": ["train"],
        "model": None,
    }


def test_backend_is_that_of_the_devices_unless_it_was_given(told: Told) -> None:
    assert {
        name: told.v2[name]["backend_config"]["backend"]
        for name in ("torch", "torch_on_gpus", "torch_config")
    } == {"torch": "gloo", "torch_on_gpus": "nccl", "torch_config": "gloo"}


def test_unknown_key_fails_the_trial(told: Told) -> None:
    assert told.v1["unknown"]["error"] == told.v2["unknown"]["error"] == "RayTaskError(TypeError)"
    assert "unexpected keyword argument 'lr'" in told.v1["unknown"]["text"]
    sentence = "TypeError: `lr` in the `param_space` is no parameter of TellingTorchTrainer, which"
    assert sentence in told.v2["unknown"]["text"]


def test_run_config_in_the_space_is_refused(told: Told) -> None:
    assert told.v1["run_config"]["error"] == "ValueError"
    assert told.v2["run_config"]["error"] == "RayTaskError(ValueError)"
    assert "`RunConfig` cannot be tuned" in told.v1["run_config"]["text"]
    assert "ValueError: `run_config` cannot be part of the" in told.v2["run_config"]["text"]
