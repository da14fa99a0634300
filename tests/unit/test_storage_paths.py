"""local_dir becomes storage_path, which takes no relative path."""

from __future__ import annotations

import pytest
from migrating import check_migrated, migrated

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
        ('"./results"', 'abspath("./results")'),
        ('f"results/{NAME}"', 'abspath(f"results/{NAME}")'),
        ('"results/" + NAME', 'abspath("results/" + NAME)'),
        ("HERE", "abspath(HERE)"),
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
    assert "from os.path import abspath\n" in result.after
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
