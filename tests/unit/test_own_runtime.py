"""The runtime as a copy of the project's own: known by its name, imported from where it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from migrating import PROJECT, changed, check_stands, check_unchanged, migrated
from packaging.version import Version

from raytune_migrate.runtime.home import Home, RuntimeImport, of_runtime

if TYPE_CHECKING:
    from raytune_migrate.project import Project

NEW = replace(PROJECT, minimum_ray=Version("2.51"))
OWN = replace(NEW, runtime=RuntimeImport("lib.raytune_runtime", Home.OWN))
BESIDE = replace(NEW, runtime=RuntimeImport(home=Home.OWN))


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("ray.train.report", "ray.train.report"),
        ("my_raytune_runtime.trial_run", "my_raytune_runtime.trial_run"),
        ("raytune_runtime", "raytune_runtime"),
        ("raytune_runtime.trial_run", "raytune_runtime.trial_run"),
        ("lib.raytune_runtime.trial_run", "raytune_runtime.trial_run"),
        ("app.a.raytune_runtime.run.trial_run", "raytune_runtime.run.trial_run"),
        (".raytune_runtime.trial_run", "raytune_runtime.trial_run"),
        ("..lib.raytune_runtime.trial_run", "raytune_runtime.trial_run"),
    ],
)
def test_the_name_that_rules_know(written: str, known: str) -> None:
    assert of_runtime(written) == known


@pytest.mark.parametrize("project", [NEW, OWN, BESIDE])
@pytest.mark.parametrize(
    ("statement", "called"),
    [
        ("from lib.raytune_runtime import driver_for", "driver_for"),
        ("from .lib.raytune_runtime import driver_for", "driver_for"),
        ("from lib import raytune_runtime", "raytune_runtime.driver_for"),
        ("import lib.raytune_runtime as runtime", "runtime.driver_for"),
        ("import lib.raytune_runtime", "lib.raytune_runtime.driver_for"),
    ],
)
def test_what_the_copy_runs_is_migrated(statement: str, called: str, project: Project) -> None:
    check_unchanged(
        f"""\
        from ray import tune

        {statement}


        def sweep(trainer, space):
            return tune.Tuner({called}(trainer), param_space=space).fit()
        """,
        project=project,
    )


@pytest.mark.parametrize("project", [NEW, OWN])
def test_more_names_come_from_where_the_others_do(project: Project) -> None:
    result = migrated(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer

        from app.raytune_runtime import TuneReportCallback


        def sweep(make):
            trainer = make(TorchTrainer(print))
            return tune.Tuner(trainer, run_config=tune.RunConfig())
        """,
        project,
    )
    assert "from app.raytune_runtime import TuneReportCallback, driver_for\n" in result.after
    assert result.after.count("raytune_runtime") == 1
    check_stands(result, project)


def test_the_copy_needs_the_flag_first() -> None:
    result = migrated(
        """\
        import os

        from lib.raytune_runtime import driver_for

        os.environ["RAY_TRAIN_V2_ENABLED"] = "1"

        from ray import tune


        def sweep(trainer):
            return tune.Tuner(driver_for(trainer))
        """
    )
    assert changed(result) == ["RTM501"]
    assert result.after.index("os.environ") < result.after.index("lib.raytune_runtime")
    assert migrated(result.after).after == result.after


# What was migrated before the project had its own copy


def test_nothing_else_has_the_name() -> None:
    check_unchanged(
        """\
        import ray
        from ray import tune

        from raytune_runtimes import trial_run
        """,
        project=OWN,
    )


@pytest.mark.parametrize("project", [NEW, BESIDE])
def test_the_bare_name_is_right(project: Project) -> None:
    check_unchanged("import ray\nfrom raytune_runtime import trial_run\n", project=project)


def test_the_import_goes_to_the_copy() -> None:
    result = migrated(
        """\
        import ray
        from ray import train
        from raytune_runtime import (
            TuneReportCallback,  # reports
            trial_run,
        )


        def later():
            from raytune_runtime import trial_info as info

            return info()
        """,
        OWN,
    )
    assert changed(result) == ["RTM505", "RTM505"]
    assert result.after == result.before.replace("from raytune", "from lib.raytune")
    assert migrated(result.after, OWN).after == result.after
