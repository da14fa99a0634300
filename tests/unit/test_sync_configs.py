"""What a SyncConfig said up to Ray 2.6."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrating import check_finding, check_migrated, check_stands, check_unchanged, migrated, said
from projecting import run, write
from projecting import said as said_of

if TYPE_CHECKING:
    from pathlib import Path


def test_what_it_still_says() -> None:
    check_unchanged(
        """\
        from mine import objective
        from ray import tune

        config = tune.RunConfig(sync_config=tune.SyncConfig(sync_artifacts=True))
        tune.Tuner(objective, run_config=config).fit()
        """
    )


def test_a_class_of_another_package() -> None:
    check_unchanged(
        """\
        from mine import SyncConfig

        SyncConfig(upload_dir="s3://a")
        """
    )


def test_runs_of_tune_alone() -> None:
    check_migrated(
        """\
        from mine import HERE, objective
        from ray import tune

        tune.run(objective, sync_config=tune.SyncConfig(upload_dir="s3://a", syncer=None))
        tune.run(
            objective,
            local_dir=HERE,  # on a disk that all share
            sync_config=tune.SyncConfig(syncer=None),  # so nothing is to be synced
            num_samples=3,
        )
        tune.run(objective, sync_config=tune.SyncConfig(sync_artifacts=True))
        """,
        """\
        from mine import HERE, objective
        from ray import tune

        tune.run(objective, storage_path="s3://a")
        tune.run(
            objective,
            storage_path=HERE,  # on a disk that all share
            num_samples=3,
        )
        tune.run(objective, sync_config=tune.SyncConfig(sync_artifacts=True))
        """,
    )


def test_what_a_run_of_tune_alone_does_not_take() -> None:
    result = migrated(
        """\
        from mine import MySyncer, objective
        from ray import tune

        synced = tune.SyncConfig(syncer=MySyncer())
        tune.run(objective, sync_config=tune.SyncConfig(upload_dir="s3://a", sync_period=9))
        """
    )
    assert said(result) == [(4, "RTM904"), (5, "RTM904")]
    assert "storage_filesystem" in result.findings[0].advice


def test_what_was_uploaded_from_a_local_dir() -> None:
    """Which had a copy of it only."""
    result = check_migrated(
        """\
        from mine import UPLOAD, loop, objective
        from ray import tune
        from ray.air import RunConfig
        from ray.train.torch import TorchTrainer
        from ray.tune import SyncConfig

        tune.run(objective, local_dir="/a", sync_config=SyncConfig(upload_dir="s3://a"))
        trainer = TorchTrainer(
            loop,
            run_config=RunConfig(
                name="lr", local_dir="/nvme", sync_config=SyncConfig(upload_dir=UPLOAD)
            ),
        )
        trainer.fit()
        """,
        """\
        from mine import UPLOAD, loop, objective
        from ray import tune
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        tune.run(objective, storage_path="s3://a")
        trainer = TorchTrainer(
            loop,
            run_config=RunConfig(name="lr", storage_path=UPLOAD),
        )
        trainer.fit()
        """,
    )
    copy = "local_dir goes: what upload_dir, the storage_path now, stores had a copy there."
    assert [note for one in result.changes for note in one.notes].count(copy) == 2


def test_a_searcher_that_limits_trials_itself() -> None:
    result = migrated(
        """\
        from mine import objective
        from ray import tune
        from ray.tune.search.bohb import TuneBOHB
        from ray.tune.suggest.hyperopt import HyperOptSearch

        tune.run(objective, search_alg=TuneBOHB(max_concurrent=2))
        tune.run(objective, search_alg=HyperOptSearch(max_concurrent=2))
        """
    )
    assert said(result) == [(7, "RTM904")]
    assert "from ray.tune.search.hyperopt import HyperOptSearch" in result.after
    assert result.findings[0].reason == "hyperopt.HyperOptSearch takes no max_concurrent any more."


def test_where_it_uploaded_to() -> None:
    result = check_finding(
        """\
        from mine import loop
        from ray import tune
        from ray.train.torch import TorchTrainer

        UPLOAD = tune.SyncConfig(upload_dir="s3://a", syncer=None)
        TorchTrainer(loop)
        """,
        (5, "RTM904"),
        (5, "RTM904"),
    )
    assert result.findings[0].advice == "Give it to the RunConfig, as storage_path."


SWEEP = """\
    from mine import loop
    from ray import tune
    from ray.train.torch import TorchTrainer

    config = tune.RunConfig(sync_config=tune.SyncConfig(sync_artifacts={value}))
    tune.Tuner(TorchTrainer(loop), run_config=config).fit()
    """


def test_artifacts_that_no_sweep_syncs() -> None:
    assert said(migrated(SWEEP.format(value="False"))) == []


def test_artifacts_of_a_function_beside_a_sweep() -> None:
    beside = """\
        from mine import Model, loop
        from ray import tune
        from ray.train.torch import TorchTrainer


        def objective(config):
            tune.report({{"loss": 1}})


        synced = tune.RunConfig(sync_config=tune.SyncConfig(sync_artifacts=True))
        tune.Tuner({runs}, run_config=synced).fit()
        tune.Tuner(TorchTrainer(loop)).fit()
        """
    assert said(migrated(beside.format(runs="objective"))) == []
    # It may be anything.
    assert said(migrated(beside.format(runs="Model"))) == [(10, "RTM904")]


def test_artifacts_of_workers() -> None:
    for value in ("True", "SYNC"):
        result = migrated(SWEEP.format(value=value))
        assert said(result) == [(5, "RTM904")]
        check_stands(result)
        assert "trial_info().trial_dir" in result.findings[0].advice


def test_the_mark_goes_to_what_stays() -> None:
    result = migrated(
        """\
        from mine import loop
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(
            loop, run_config=train.RunConfig(sync_config=tune.SyncConfig(sync_artifacts=True))
        )
        tune.Tuner(trainer).fit()
        """
    )
    assert said(result) == [(6, "RTM904")]
    lines = result.after.splitlines()
    (mark,) = (number for number, line in enumerate(lines) if "TODO" in line)
    assert lines[mark + 1] == "tune.Tuner("
    check_stands(result)


def test_where_a_sweep_uploaded_to() -> None:
    check_migrated(
        """\
        from ray import air, tune
        from ray.train.torch import TorchTrainer
        from ray.tune.syncer import SyncConfig


        def loop(config):
            pass


        tuner = tune.Tuner(
            TorchTrainer(loop),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=air.RunConfig(
                name="lr",
                # for the whole team
                sync_config=SyncConfig(upload_dir="s3://team", syncer="auto"),  # not local
            ),
        )
        """,
        """\
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
            run_config=tune.RunConfig(
                name="lr",
                # for the whole team
                storage_path="s3://team",  # not local
            ),
        )
        """,
    )


def test_where_runs_by_themselves_uploaded_to() -> None:
    check_migrated(
        """\
        from ray import air, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        TorchTrainer(
            loop, run_config=air.RunConfig("a", sync_config=tune.SyncConfig(upload_dir="s3://t"))
        )
        TorchTrainer(loop, run_config=air.RunConfig(sync_config=tune.SyncConfig(syncer=None)))
        """,
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        TorchTrainer(
            loop, run_config=train.RunConfig("a", storage_path="s3://t")
        )
        TorchTrainer(loop)
        """,
    )


def test_a_run_beside_a_sweep_that_synced_nothing() -> None:
    result = migrated(
        """\
        from ray import air, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            pass


        tune.Tuner(TorchTrainer(loop)).fit()
        TorchTrainer(loop, run_config=air.RunConfig(sync_config=tune.SyncConfig(syncer=None)))
        """
    )
    assert said(result) == []
    assert "TorchTrainer(loop, run_config=train_run_config(tune.RunConfig()))" in result.after
    check_stands(result)


def test_what_has_another_place_already() -> None:
    result = migrated(
        """\
        from mine import Mine, loop
        from ray import tune
        from ray.train.torch import TorchTrainer

        for one in (
            tune.RunConfig(storage_path="/a", sync_config=tune.SyncConfig(upload_dir="s3://a")),
            tune.RunConfig(sync_config=tune.SyncConfig(upload_dir="s3://a", syncer=Mine())),
            tune.RunConfig(sync_config=tune.SyncConfig(upload_dir="s3://a", sync_period=9)),
        ):
            tune.Tuner(TorchTrainer(loop), run_config=one).fit()
        """
    )
    assert said(result) == [(6, "RTM904"), (7, "RTM904"), (7, "RTM904"), (8, "RTM904")]
    check_stands(result)


def test_what_a_tune_config_said() -> None:
    result = check_finding(
        """\
        from mine import loop
        from ray import tune
        from ray.train.torch import TorchTrainer

        CONFIG = tune.TuneConfig(chdir_to_trial_dir=False)
        tune.run(loop, chdir_to_trial_dir=False)
        TorchTrainer(loop)
        """,
        (5, "RTM904"),
        (6, "RTM904"),
    )
    assert result.findings[0].reason == "tune.TuneConfig takes no chdir_to_trial_dir any more."


def test_artifacts_of_a_trainer_that_another_module_sweeps(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        --- building.py
        from mine import loop
        from ray import train, tune
        from ray.train.torch import TorchTrainer

        synced = tune.SyncConfig(sync_artifacts=True)
        trainer = TorchTrainer(loop, run_config=train.RunConfig(sync_config=synced))
        --- sweep.py
        from building import trainer
        from ray import tune

        tune.Tuner(trainer).fit()
        """,
    )
    assert said_of(run(tmp_path)) == ["building.py:5: RTM904"]


CONFIGS = """
    --- configs.py
    from ray.tune import RunConfig, SyncConfig


    def swept(name):
        return RunConfig(name=name, sync_config=SyncConfig(sync_artifacts=True))


    def other(name):
        return RunConfig(name=name, sync_config=SyncConfig(sync_artifacts=True))
    --- sweep.py
    from configs import other, swept
    from ray import tune
    from training import trainer
    from work import objective

    tune.Tuner(objective, run_config=other("objective")).fit()
    """


def test_artifacts_of_a_function_whose_run_config_another_module_makes(tmp_path: Path) -> None:
    write(tmp_path, CONFIGS)
    assert said_of(run(tmp_path)) == []


def test_artifacts_of_a_sweep_whose_run_config_another_module_makes(tmp_path: Path) -> None:
    sweep = """
    tune.Tuner(trainer(), run_config=swept("lr")).fit()
    --- training.py
    from ray.train.torch import TorchTrainer
    from work import train_loop


    def trainer():
        return TorchTrainer(train_loop)
    """
    write(tmp_path, CONFIGS.rstrip(" \n") + sweep)
    assert said_of(run(tmp_path)) == ["configs.py:5: RTM904"]


def test_how_ray_1_synced_is_not_dropped_without_a_word() -> None:
    check_finding(
        """\
        from mine import objective
        from ray import tune

        SYNC = tune.SyncConfig(upload_dir="s3://a", sync_to_cloud="aws s3 sync {source} {target}")
        tune.run(objective, sync_config=SYNC)
        tune.run(
            objective, sync_config=tune.SyncConfig(upload_dir="s3://a", cloud_sync_period=60)
        )
        """,
        (4, "RTM904"),
        (4, "RTM904"),
        (7, "RTM904"),
        (7, "RTM904"),
    )


def test_comments_around_an_upload_dir() -> None:
    check_migrated(
        """\
        from mine import objective
        from ray import tune
        from ray.air import RunConfig

        config = RunConfig(
            name="run",
            sync_config=tune.SyncConfig(  # the bucket of the team
                # which all may read
                upload_dir="s3://a",  # do not move
            ),
        )
        tune.Tuner(objective, run_config=config).fit()
        other = RunConfig(name="run", sync_config=tune.SyncConfig(  # theirs
            upload_dir="s3://b"))
        tune.Tuner(objective, run_config=other).fit()
        """,
        """\
        from mine import objective
        from ray import tune

        config = tune.RunConfig(
            name="run",
            # the bucket of the team
            # which all may read
            # do not move
            storage_path="s3://a",
        )
        tune.Tuner(objective, run_config=config).fit()
        other = tune.RunConfig(name="run",
            # theirs
            storage_path="s3://b")
        tune.Tuner(objective, run_config=other).fit()
        """,
    )
