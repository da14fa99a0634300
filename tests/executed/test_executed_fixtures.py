"""Every migrated fixture passes Ray's own constructors and checks, without a cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*/after.py"))
EXECUTED = Path(__file__).with_name("executed.py")

DEFINE_ONLY = {"trainer_parameter"}
"""Fixtures that are modules of functions, for others to call."""

FIT_ONLY = {"fit_with_metadata"}
"""Fixtures whose trainers run without Tune."""

FUNCTIONS_ONLY = {"function_with_old_session"}
"""Fixtures whose sweeps are over functions that run no trainer."""


def executions(scripts: Sequence[Path], directory: Path) -> list[dict[str, Any]]:
    """What became of the scripts, in their order."""
    out = directory / "executions.json"
    subprocess.run(
        [sys.executable, str(EXECUTED), str(out), *map(str, scripts)],
        env={**os.environ, "RAY_TRAIN_V2_ENABLED": "1"},
        check=True,
    )
    found: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def of_fixtures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The executions of all fixtures, by the fixture's name."""
    found = executions(FIXTURES, tmp_path_factory.mktemp("fixtures"))
    return {path.parent.name: one for path, one in zip(FIXTURES, found, strict=True)}


@pytest.mark.parametrize("name", [path.parent.name for path in FIXTURES])
def test_a_migrated_fixture_is_what_ray_takes(
    name: str, of_fixtures: dict[str, dict[str, Any]]
) -> None:
    execution = of_fixtures[name]
    # A script may still fail on what its sweeps gave, which is nothing.
    assert execution["end"] in ("ran", "script"), execution["trace"]
    ran = execution["ran"]
    if name in DEFINE_ONLY:
        assert (execution["end"], ran) == ("ran", {})
    elif name in FIT_ONLY:
        assert set(ran) == {"trainers"}, execution["trace"]
    elif name in FUNCTIONS_ONLY:
        assert set(ran) == {"sweeps"}, execution["trace"]
    else:
        assert ran.get("sweeps", 0) >= 1, execution["trace"]
        assert ran["drivers"] == ran["sweeps"], execution["trace"]
        assert ran["trainers"] >= ran["drivers"], execution["trace"]


SWEEP = """
    import not_installed
    from ray import train, tune
    from ray.train.torch import TorchTrainer

    def train_loop(config):
        raise AssertionError("trained")

    def train_driver_fn(config):
        {body}

    tuner = tune.Tuner(train_driver_fn, param_space={{"lr": tune.grid_search([0.5, 1.0])}})
    {end}
"""


ENDS = {
    ("TorchTrainer(train_loop).fit()", "print(tuner.fit()[0].metrics)"): ("ran", None),
    ("assert config == {'lr': 0.5}", "loss, _ = not_installed.f(tuner.fit())"): ("ran", None),
    ("@not_installed.mark\n    class A(not_installed.B): x = 1", "tuner.fit()"): ("ran", None),
    ("TorchTrainer(train_loop, bad=1)", "tuner.fit()"): ("ray", 9),
    ("train.ScalingConfig(trainer_resources={'CPU': 1})", "tuner.fit()"): ("ray", 9),
    ("train.RunConfig(stop={'loss': 1})", "tuner.fit()"): ("ray", 9),
    ("TorchTrainer(lambda a, b: None).fit()", "tuner.fit()"): ("ray", 9),
    ("pass", "tune.Tuner(TorchTrainer(train_loop)).fit()"): ("ray", 12),
    ("from ray.train import NoSuchName", "tuner.fit()"): ("ray", 9),
    ("from ray.no_such_module import x", "tuner.fit()"): ("ray", 9),
    ("train.no_such_name", "tuner.fit()"): ("ray", 9),
    ("open('missing')", "tuner.fit()"): ("script", 9),
    ("open('/etc/written', 'w')", "tuner.fit()"): ("script", 9),
    ("train.ScalingConfig(num_workers=not_installed.n)", "tuner.fit()"): ("script", 9),
    ("raise SystemExit(3)", "tuner.fit()"): ("script", None),
}
"""The driver function's body and the script's end, by how and in which line it ends."""


def test_errors_of_ray_are_told_from_others(tmp_path: Path) -> None:
    scripts = []
    for number, (body, end) in enumerate(ENDS):
        script = tmp_path / f"script_{number}.py"
        script.write_text(dedent(SWEEP).lstrip().format(body=body, end=end), encoding="utf-8")
        scripts.append(script)
    found = [(one["end"], one["line"]) for one in executions(scripts, tmp_path)]
    assert dict(zip(ENDS, found, strict=True)) == ENDS
