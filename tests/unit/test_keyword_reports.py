"""Metrics that are reported by their names, as up to Ray 2.6."""

from __future__ import annotations

from migrating import check_migrated, check_unchanged


def test_reports_as_they_are_today() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            tune.report({"loss": 1})
            tune.report(metrics={"loss": 1})
            tune.report({"loss": 1}, checkpoint=config["checkpoint"])
            tune.report(metrics=config, checkpoint=None)
            tune.report(*config["all"])


        tune.Tuner(objective).fit()
        """,
    )


def test_reports_of_others() -> None:
    check_unchanged(
        """\
        from mylib import report, tune


        def objective(config):
            tune.report(loss=1)
            report(loss=1)
        """,
    )


def test_metrics_by_their_names() -> None:
    check_migrated(
        """\
        from ray import tune


        def objective(config):
            for step in range(3):
                tune.report(loss=step * config["x"], done=step == 2)
            tune.report(**config, step=step)
            tune.report(**config)
            tune.report(
                # what is minimized
                loss=config["x"] ** 2,
                step=step,  # from 0
            )


        tune.run(objective, config={"x": tune.uniform(0, 1)})
        """,
        """\
        from ray import tune


        def objective(config):
            for step in range(3):
                tune.report({"loss": step * config["x"], "done": step == 2})
            tune.report({**config, "step": step})
            tune.report(config)
            tune.report(
                {
                    # what is minimized
                    "loss": config["x"] ** 2,
                    "step": step,  # from 0
                }
            )


        tune.run(objective, config={"x": tune.uniform(0, 1)})
        """,
    )
