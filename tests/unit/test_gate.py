"""Modules in which no rule can have anything to say end without LibCST; no other does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from migrating import migrated

from raytune_migrate import ray_api
from raytune_migrate.files.gate import is_idle
from raytune_migrate.outcome import Status

ROOT = Path(__file__).parents[2]
FIXTURES = sorted(ROOT.glob("fixtures/*/before.py"))
# What a rule may ask for by a name of its own, and has nothing to say of.
_OF_NO_CONCERN = frozenset(
    {
        "ray.tune.with_parameters", "ray.train.lightgbm.normalize_pandas_for_lightgbm",
        "ray.train.lightgbm.get_network_params", "ray.train.SyncConfig",
    }
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import ray\nray.init()\n",
        "from ray import serve\n\n@serve.deployment\nclass Tuner: ...\n",
        "from ray import tune\n\nspace = {'lr': tune.loguniform(1e-4, 1e-1)}\n",
        "from ray.tune.schedulers import ASHAScheduler\n\nscheduler = ASHAScheduler()\n",
        "from ray.train import Checkpoint\n\nwith Checkpoint(path).as_directory() as here: ...\n",
        "from ray.air._internal.util import is_nan\n",
        "from .ray import tune\n\ntune.Tuner(trainer)\n",
        "# ray.train, of which only a comment speaks\n",
    ],
)
def test_idle(text: str) -> None:
    assert is_idle(text)
    assert migrated(text).status is Status.UNCHANGED


@pytest.mark.parametrize(
    "text",
    [
        "from ray import tune\n\ntune.Tuner(trainer)\n",
        "import ray.tune as t\n\ndef f():\n    return t.tuner.Tuner(trainer)\n",
        "import ray\n\nray.train.torch.TorchTrainer(loop)\n",
        "try:\n    from ray.air import session\nexcept ImportError:\n    session = None\n",
        "from ray.tune import *\n",
        "import ray.train.batch_predictor\n",
        "from ray.train import Checkpoint\n\nCheckpoint.from_dict({})\n",
        "import os\n\nos.environ['RAY_TRAIN_V2_ENABLED'] = '0'  # for ray\n",
        "x = 1  # raytune-migrate: ignore\n",
        "from app.vendor.raytune_runtime import trial_run\n",
        "import importlib\n\nimportlib.import_module('ray.tune').Tuner(trainer)\n",
        "config = {'_target_': 'ray.air.RunConfig', 'stop': {}}\n",
    ],
)
def test_not_idle(text: str) -> None:
    assert not is_idle(text)


@pytest.mark.parametrize("text", ["from ray import (\n", "x = \0", "(" * 5000 + ")" * 5000])
def test_what_python_cannot_parse_is_for_libcst(text: str) -> None:
    assert not is_idle(text)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.parent.name)
def test_no_fixture_with_something_in_it_is_idle(path: Path) -> None:
    text = path.read_text()
    migration = migrated(text)
    said = migration.status is not Status.UNCHANGED or migration.left_out
    assert not (is_idle(text) and said)


def test_every_name_that_a_rule_asks_for_is_known() -> None:
    """A rule that spells out a name of Ray for itself, rather than in ray_api, has it there too."""
    package = ROOT / "migrate" / "raytune_migrate"
    spelled = {
        name
        for folder in ("rules", "sweep", "imports")
        for path in sorted((package / folder).glob("*.py"))
        for name in re.findall(r'"(ray\.[a-z_.]+\.[A-Za-z]\w*)"', path.read_text())
    }
    assert "ray.train.RunConfig" in spelled
    known = ray_api.every_name() | ray_api.SAMPLERS | {"ray.tune.search"}
    assert {one for one in spelled - _OF_NO_CONCERN if one not in known} == set()
