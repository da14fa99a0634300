"""Through Ray Client, the environment of the cluster asks for Train V2, or it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from migrating import changed, check_stands, migrated, said
from packaging.version import Version

from raytune_migrate.project import Project

OLD = Project(root=Path("/"), minimum_ray=Version("2.46"))
NEW = Project(root=Path("/"), minimum_ray=Version("2.51"))

SCRIPT = """\
import os

import ray
from ray import tune
from ray.train.torch import TorchTrainer

{line}


def loop(config):
    pass


tune.Tuner(TorchTrainer(loop)).fit()
"""


@pytest.mark.parametrize(
    "line",
    [
        "ray.init()",
        'ray.init("auto")',
        "ray.init(os.environ['RAY_ADDRESS'])",
        'ray.init("http://head:8265")',
        'ADDRESS = "ray://head:10001"',
        'connect("ray://head:10001")',
        'ray.init(namespace="ray://")',
        'ray.init(ADDRESS := os.getenv("ray://", ADDRESS))',
        'ADDRESS = os.getenv("ray://", ADDRESS)\nray.init(ADDRESS)',
        'ray.init("ray://head", runtime_env={"env_vars": {"RAY_TRAIN_V2_ENABLED": "1"}})',
    ],
)
def test_nothing_is_missing(line: str) -> None:
    result = migrated(SCRIPT.format(line=line), OLD)
    assert (said(result), "RTM101" in changed(result)) == ([], True)
    check_stands(result, OLD)


def test_train_v2_is_on_by_itself() -> None:
    result = migrated(SCRIPT.format(line='ray.init("ray://head:10001")'), NEW)
    assert said(result) == []


@pytest.mark.parametrize(
    "line",
    [
        'ray.init("ray://head:10001")',
        'ray.init(address=f"ray://{HOST}:10001", runtime_env={"working_dir": "."})',
        'ray.init(os.getenv("RAY_ADDRESS", "ray://head:10001"), runtime_env=environment())',
        'ray.init("ray://head:10001", runtime_env={"env_vars": {"NCCL_DEBUG": "WARN"}})',
    ],
)
def test_the_cluster_does_not_see_the_flag(line: str) -> None:
    result = migrated(SCRIPT.format(line=line), OLD)
    assert said(result) == [(7, "RTM501")]
    check_stands(result, OLD)
