"""What a SyncConfig said up to Ray 2.6."""

from __future__ import annotations

from migrating import check_finding, check_stands, check_unchanged, migrated, said


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


def test_a_module_of_tune_alone() -> None:
    check_unchanged(
        """\
        from mine import objective
        from ray import tune

        tune.run(objective, sync_config=tune.SyncConfig(upload_dir="s3://a"))
        """
    )


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
