"""What ``tune.run`` gives has no more all that it had."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_unchanged
from ray.tune import Checkpoint, ExperimentAnalysis

from raytune_migrate import ray_api


@pytest.mark.parametrize("name", ray_api.GONE_OF_ANALYSES)
def test_an_analysis_does_not_have_it(name: str) -> None:
    assert not hasattr(ExperimentAnalysis, name)


@pytest.mark.parametrize("name", ray_api.GONE_OF_TRACKED_CHECKPOINTS)
def test_a_checkpoint_does_not_have_it(name: str) -> None:
    assert not hasattr(Checkpoint, name)


def test_what_is_there_and_what_is_no_analysis() -> None:
    check_unchanged(
        """\
        from ray import tune

        from project import Analysis, objective

        analysis = tune.run(objective)
        print(analysis.best_trial, analysis.best_config, analysis.trial_dataframes)
        print(Analysis().best_logdir)


        def show(analysis):
            return analysis.best_logdir
        """,
    )


def test_what_an_analysis_had() -> None:
    result = check_finding(
        """\
        from ray import tune

        from project import objective


        def best():
            analysis = tune.run(objective)
            print(analysis.fetch_trial_dataframes())
            return analysis.best_logdir


        print(tune.ExperimentAnalysis("/runs/a").get_best_logdir("loss", "min"))
        print(tune.Tuner(objective).fit()._experiment_analysis.best_logdir)
        """,
        (8, "RTM907"),
        (9, "RTM907"),
        (12, "RTM907"),
        (13, "RTM907"),
    )
    assert result.findings[1].advice == "Take best_trial.local_path."


def test_what_the_checkpoint_of_a_trial_was() -> None:
    result = check_finding(
        """\
        from ray import tune

        from project import found, objective

        analysis = tune.run(objective)
        trial = analysis.get_best_trial("loss", "min")
        print(trial.checkpoint.path, trial.value, found.checkpoint.value)
        print(trial.checkpoint.value)
        best = trial.checkpoint
        print(best.to_air_checkpoint())
        for one in analysis.trials:
            print(one.checkpoint.dir_or_data)
        """,
        (8, "RTM907"),
        (10, "RTM907"),
        (12, "RTM907"),
    )
    assert result.findings[0].message == (
        "Ray no longer has value of a Trial's checkpoint. Read its path, or the directory that its"
        " as_directory() gives."
    )
