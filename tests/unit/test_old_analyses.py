"""What ``tune.run`` gives has no more all that it had."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_unchanged
from ray.tune import ExperimentAnalysis

from raytune_migrate import ray_api


@pytest.mark.parametrize("name", ray_api.GONE_OF_ANALYSES)
def test_an_analysis_does_not_have_it(name: str) -> None:
    assert not hasattr(ExperimentAnalysis, name)


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
        """,
        (8, "RTM907"),
        (9, "RTM907"),
        (12, "RTM907"),
    )
    assert result.findings[1].advice == "Take best_trial.local_path."
