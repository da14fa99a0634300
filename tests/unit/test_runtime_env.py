"""Packages that a script lists for the nodes of its cluster bring the runtime, or it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from migrating import changed, check_stands, check_unchanged, migrated, said
from packaging.version import Version

from raytune_migrate.project import Project

RAY = Project(root=Path("/"), minimum_ray=Version("2.51"))

SCRIPT = """\
import ray
from ray import tune
from ray.runtime_env import RuntimeEnv
from ray.train.torch import TorchTrainer

{lines}


def loop(config):
    pass


tune.Tuner(TorchTrainer(loop)).fit()
"""


def script(*lines: str) -> str:
    return SCRIPT.format(lines="\n".join(lines))


@pytest.mark.parametrize(
    "lines",
    [
        ("ray.init()",),
        ("ray.init(runtime_env={})",),
        ('ray.init(runtime_env={"pip": ["torch", "raytune-migrate"]})',),
        ('ray.init(runtime_env={"pip": ["raytune_migrate[runtime]==0.1.0"]})',),
        ('ray.init(runtime_env={"pip": ["git+https://example.org/raytune-migrate"]})',),
        ('ray.init(runtime_env={"pip": ["torch"], "py_modules": ["lib/raytune_runtime"]})',),
        ('ray.init(runtime_env={"pip": "requirements.txt"})',),
        ('ray.init(runtime_env={"pip": ["torch", *EXTRA]})',),
        ('ray.init(runtime_env={"pip": PACKAGES})',),
        ('ray.init(runtime_env={**BASE, "pip": ["torch"]})',),
        ('ray.init(runtime_env={"working_dir": "."})',),
        ('ray.init(address="auto", runtime_env=environment())',),
        ('install(runtime_env={"pip": ["torch"]})',),
        ('ENV = {"pip": ["torch"]}', 'ENV["pip"].append(runtime)', "ray.init(runtime_env=ENV)"),
    ],
)
def test_nothing_is_missing(lines: tuple[str, ...]) -> None:
    result = migrated(script(*lines), RAY)
    assert (said(result), "RTM101" in changed(result)) == ([], True)
    check_stands(result, RAY)


def test_code_that_does_not_need_it() -> None:
    check_unchanged(
        """\
        import ray
        from ray import tune

        ray.init(runtime_env={"pip": ["torch"]})


        def objective(config):
            pass


        tune.Tuner(objective).fit()
        """
    )


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (('ray.init(runtime_env={"pip": ["torch"]})',), 6),
        (('ray.init(runtime_env={"pip": []})',), 6),
        (('ray.init(runtime_env={"uv": ("torch", "numpy")})',), 6),
        (('ray.init(runtime_env={"pip": {"packages": ["torch"], "pip_check": False}})',), 6),
        (('ray.init(runtime_env=RuntimeEnv(pip=["torch"]))',), 6),
        (('PACKAGES = ["torch"]', 'ray.init(runtime_env={"pip": PACKAGES})'), 6),
        (('ENV = {"pip": ["torch"]}', "ray.init(runtime_env=ENV)"), 6),
    ],
)
def test_the_runtime_is_missing(lines: tuple[str, ...], at: int) -> None:
    result = migrated(script(*lines), RAY)
    assert said(result) == [(at, "RTM503")]
    assert "RTM101" in changed(result)
    check_stands(result, RAY)


def test_it_is_still_missing_after_the_migration() -> None:
    after = migrated(script('ray.init(runtime_env={"pip": ["torch"]})'), RAY).after
    marked = [line for line in after.splitlines(keepends=True) if "TODO" in line]
    assert len(marked) == 1
    unmarked = after.replace(marked[0], "")
    assert [code for _, code in said(migrated(unmarked, RAY))] == ["RTM503"]
    corrected = unmarked.replace('["torch"]', '["torch", "raytune-migrate"]')
    assert said(migrated(corrected, RAY)) == []


# The Ray that is listed


@pytest.mark.parametrize(
    "lines",
    [
        ('ray.init(runtime_env={"pip": ["ray[tune]==2.51.0", "raytune-migrate"]})',),
        ('ray.init(runtime_env={"pip": ["ray", "raytune-migrate", "xgboost-ray==0.1.0"]})',),
        ('print({"pip": ["ray==2.9.3"]}, ["ray==2.9.3"])',),
    ],
)
def test_a_ray_that_will_do(lines: tuple[str, ...]) -> None:
    assert said(migrated(script(*lines), RAY)) == []


@pytest.mark.parametrize(
    "line",
    [
        'ray.init(runtime_env={"pip": ["raytune-migrate", "ray==2.9.3"]})',
        'ray.init(runtime_env={"uv": {"packages": ["raytune-migrate", "ray[tune]>=2.9"]}})',
        'ray.init(runtime_env=RuntimeEnv(pip=["raytune-migrate", "ray<2.43"]))',
        'client.submit_job(entrypoint="run", runtime_env={"pip": ["ray[train]~=2.9.3"]})',
    ],
)
def test_a_ray_that_is_too_old(line: str) -> None:
    result = migrated(script(line), RAY)
    assert said(result) == [(6, "RTM502")]
    assert result.findings[0].reason.startswith(
        "The rewritten code does not run on the Ray of these nodes: ray"
    )


def test_a_script_that_stays_on_train_v1() -> None:
    check_unchanged(
        """\
        import ray

        ray.init(runtime_env={"pip": ["ray==2.9.3"]})
        """,
        project=RAY,
    )


# What the tasks of a pipeline are run with

TASK = """\
from pipelines import task


@task({arguments})
def sweep():
    from ray import tune
    from ray.train.torch import TorchTrainer

    def loop(config):
        pass

    tune.Tuner(TorchTrainer(loop)).fit()
"""


@pytest.mark.parametrize(
    "arguments",
    [
        'requirements=["ray[tune]==2.51.0", "raytune-migrate"]',
        'requirements=["torch"]',
        'names=["ray", *others]',
        '["ray==2.9.3"], retries=3',
        'image="rayproject/ray:2.51.0-py311"',
        'image="registry/own:2.9.3"',
        'image="rayproject/ray:2.9.3", requirements=["ray==2.51.0", "raytune-migrate"]',
    ],
)
def test_a_task_that_will_do(arguments: str) -> None:
    result = migrated(TASK.format(arguments=arguments), RAY)
    assert (said(result), "RTM101" in changed(result)) == ([], True)


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ('requirements=["ray[tune]>=2.51", "torch"]', ["RTM503"]),
        ('packages_to_install=("ray==2.9.3",)', ["RTM502", "RTM503"]),
        ('requirements=["ray==2.9.3", "raytune-migrate"]', ["RTM502"]),
        ('base_image="rayproject/ray-ml:2.7.0-gpu"', ["RTM502"]),
        ('image="docker.io/rayproject/ray:2.9.3"', ["RTM502"]),
    ],
)
def test_a_task_with_an_old_ray_or_without_the_runtime(arguments: str, codes: list[str]) -> None:
    result = migrated(TASK.format(arguments=arguments), RAY)
    assert said(result) == [(4, code) for code in codes]
    assert "RTM101" in changed(result)
    check_stands(result, RAY)
