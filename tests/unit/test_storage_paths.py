"""local_dir becomes storage_path, which takes no relative path."""

from __future__ import annotations

from dataclasses import replace

import pytest
from migrating import PROJECT, check_migrated, migrated
from packaging.version import Version

from raytune_migrate.proposal import Safety


def test_a_relative_local_dir_becomes_absolute_as_v1_made_it() -> None:
    result = check_migrated(
        """\
        import os

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        trainer = TorchTrainer(loop, run_config=RunConfig(local_dir="results"))
        tuner = tune.Tuner(trainer, tune_config=tune.TuneConfig(max_concurrent_trials=1))
        """,
        """\
        import os

        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            pass


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(storage_path=os.path.abspath("results")),
        )
        """,
    )
    assert [note for one in result.changes for note in one.notes if "local_dir" in note] == []


def test_a_local_dir_that_cannot_be_seen_may_be_relative() -> None:
    result = check_migrated(
        """\
        from ray import air, tune

        from project import args, objective

        tune.Tuner(objective, run_config=air.RunConfig(local_dir=args.out)).fit()
        """,
        """\
        from ray import tune

        from project import args, objective

        tune.Tuner(objective, run_config=tune.RunConfig(storage_path=args.out)).fit()
        """,
    )
    (change,) = result.changes
    assert change.safety is Safety.REVIEW
    assert change.notes == ("Unlike local_dir, storage_path cannot be relative: see args.out.",)


@pytest.mark.parametrize(
    "path",
    [
        '"~/results"',
        '"s3://bucket/results"',
        'f"/results/{project.NAME}"',
        'os.path.join(os.getcwd(), "results")',
        'str(Path("results").resolve())',
        'Path("/results") / "sweeps"',
        "None",
    ],
)
def test_a_local_dir_that_is_seen_to_be_absolute_stays(path: str) -> None:
    result = migrated(
        f"""\
        import os
        from pathlib import Path

        import project
        from ray import air, tune

        tune.Tuner(project.objective, run_config=air.RunConfig(local_dir={path})).fit()
        """
    )
    assert f"tune.RunConfig(storage_path={path})" in result.after
    assert [one.notes for one in result.changes] == [()]


@pytest.mark.parametrize(
    ("path", "absolute"),
    [
        ('"./results"', 'os.path.abspath("./results")'),
        ('f"results/{NAME}"', 'os.path.abspath(f"results/{NAME}")'),
        ('"results/" + NAME', 'os.path.abspath("results/" + NAME)'),
        ("HERE", "os.path.abspath(HERE)"),
    ],
)
def test_a_local_dir_that_is_seen_to_be_relative_becomes_absolute(path: str, absolute: str) -> None:
    result = migrated(
        f"""\
        from project import NAME, objective
        from ray import air, tune

        HERE = "results"
        tune.Tuner(objective, run_config=air.RunConfig(local_dir={path})).fit()
        """
    )
    assert "import os\n" in result.after
    assert f"tune.RunConfig(storage_path={absolute})" in result.after


def test_a_relative_storage_path_of_ray_2_6_becomes_absolute_too() -> None:
    check_migrated(
        """\
        import os

        from project import objective
        from ray import air, tune

        tune.Tuner(objective, run_config=air.RunConfig(storage_path="./results")).fit()
        tune.Tuner(objective, run_config=air.RunConfig(storage_path="/results")).fit()
        tune.Tuner(objective, run_config=air.RunConfig(storage_path=os.environ["OUT"])).fit()
        """,
        """\
        import os

        from project import objective
        from ray import tune

        tune.Tuner(
            objective, run_config=tune.RunConfig(storage_path=os.path.abspath("./results"))
        ).fit()
        tune.Tuner(objective, run_config=tune.RunConfig(storage_path="/results")).fit()
        tune.Tuner(objective, run_config=tune.RunConfig(storage_path=os.environ["OUT"])).fit()
        """,
    )


def test_a_storage_path_in_a_filesystem_of_its_own_is_relative_to_that() -> None:
    check_migrated(
        """\
        from project import FILES, objective
        from ray import train, tune

        tune.Tuner(
            objective,
            run_config=train.RunConfig(storage_path="bucket/runs", storage_filesystem=FILES),
        ).fit()
        """,
        """\
        from project import FILES, objective
        from ray import tune

        tune.Tuner(
            objective,
            run_config=tune.RunConfig(storage_path="bucket/runs", storage_filesystem=FILES),
        ).fit()
        """,
    )


def test_os_is_imported_in_its_place_among_its_like() -> None:
    check_migrated(
        """\
        import argparse
        import sys
        from pathlib import Path

        import numpy
        from ray import air, tune

        from project import objective

        tune.Tuner(objective, run_config=air.RunConfig(local_dir="./results")).fit()
        """,
        """\
        import argparse
        import os
        import sys
        from pathlib import Path

        import numpy
        from ray import tune

        from project import objective

        tune.Tuner(
            objective, run_config=tune.RunConfig(storage_path=os.path.abspath("./results"))
        ).fit()
        """,
    )


def test_os_is_imported_once_where_the_flag_brings_it() -> None:
    after = migrated(
        """\
        from ray import tune
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer

        from project import loop

        tuner = tune.Tuner(TorchTrainer(loop), run_config=RunConfig(local_dir="results"))
        tuner.fit()
        """,
        replace(PROJECT, minimum_ray=Version("2.43")),
    ).after
    assert after.startswith('import os\n\nos.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")')
    assert after.count("import os") == 1
    assert 'storage_path=os.path.abspath("results")' in after


def test_another_os() -> None:
    after = migrated(
        """\
        from ray import tune
        from ray.air import RunConfig

        from project import objective, os

        tune.Tuner(objective, run_config=RunConfig(local_dir=f"./{os}")).fit()
        """
    ).after
    assert "from os.path import abspath\n" in after
    assert 'storage_path=abspath(f"./{os}")' in after
