"""Classes of Ray that dicts and dataclasses name by their path, as for Hydra."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_unchanged

_HEAD = """\
from dataclasses import dataclass

from hydra.utils import instantiate
from ray import tune

"""
_FIRST = _HEAD.count("\n") + 1


@pytest.mark.parametrize(
    "code",
    [
        'CONFIG = {"_target_": "ray.train.RunConfig", "name": "a", "stop": None}',
        'CONFIG = {"_target_": "ray.tune.RunConfig", "stop": {"loss": 1}}',
        'CONFIG = {"_target_": "ray.train.torch.TorchTrainer", "train_loop_config": {"stop": 1}}',
        'CONFIG = {"_target_": "project.RunConfig", "stop": 1}',
        'CONFIG = {"target": "ray.air.RunConfig", "_target_": None}',
        'KEY = "_target_"',
    ],
)
def test_classes_that_train_v2_takes(code: str) -> None:
    check_unchanged(f"{_HEAD}{code}\n")


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('CONFIG = {"_target_": "ray.air.config.RunConfig"}', [(0, "RTM504")]),
        ('CONFIG = {"_target_": "ray.train.RunConfig", "stop": {"loss": 1}}', [(0, "RTM904")]),
        ('CONFIG = dict(_target_="ray.air.ScalingConfig", num_workers=2)', [(0, "RTM504")]),
        ('CONFIG = {"a": {"_target_": "ray.train.horovod.HorovodTrainer"}}', [(0, "RTM902")]),
        (
            'CONFIG = {\n    "_target_": "ray.train.ScalingConfig",\n    "trainer_resources": a\n}',
            [(2, "RTM904")],
        ),
        (
            "@dataclass\nclass Run:\n"
            '    _target_: str = "ray.air.RunConfig"\n    name: str = "a"\n    verbose: int = 1',
            [(2, "RTM504"), (4, "RTM904")],
        ),
    ],
)
def test_classes_that_train_v2_refuses(code: str, found: list[tuple[int, str]]) -> None:
    check_finding(f"{_HEAD}{code}\n", *((_FIRST + line, code) for line, code in found))
