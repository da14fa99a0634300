"""Metrics that are reported by their names, as up to Ray 2.6."""

from __future__ import annotations

from dataclasses import replace

from migrating import PROJECT, check_migrated, check_unchanged, migrated
from packaging.version import Version

from raytune_migrate.proposal import Safety


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


def test_todays_arguments_in_a_dict() -> None:
    check_unchanged(
        """\
        from ray import tune


        def objective(config):
            arguments = {"metrics": {"loss": config["x"]}}
            if config["save"]:
                arguments["checkpoint"] = config["checkpoint"]
            tune.report(**arguments)
            tune.report(**dict(metrics=config))


        tune.Tuner(objective).fit()
        """,
    )


HIDDEN = """\
from ray import tune


def objective(config):
    tune.report(**config)


tune.Tuner(objective).fit()
"""


def test_a_dict_out_of_sight_where_no_release_took_metrics_by_their_names() -> None:
    check_unchanged(HIDDEN, project=replace(PROJECT, minimum_ray=Version("2.9")))


def test_a_dict_out_of_sight() -> None:
    result = check_migrated(HIDDEN, HIDDEN.replace("**", ""))
    assert [(one.safety, *one.notes) for one in result.changes] == [
        (
            Safety.REVIEW,
            "What ** brings cannot be seen: if it is metrics=..., the report was right as it was.",
        )
    ]


def test_a_dict_in_sight() -> None:
    result = migrated(HIDDEN.replace("**config", '**{"loss": 1}'))
    assert [one.safety for one in result.changes] == [Safety.SAFE]


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


def test_values_in_parentheses() -> None:
    check_migrated(
        """\
        from ray import tune


        def objective(config):
            tune.report(loss=(config["x"] / 2), done = (config["x"] > 1))
            tune.report(**(config["best"]))
            tune.report(step=(yield), **(config["best"]))


        tune.run(objective, config={"x": tune.uniform(0, 1)})
        """,
        """\
        from ray import tune


        def objective(config):
            tune.report({"loss": (config["x"] / 2), "done": (config["x"] > 1)})
            tune.report((config["best"]))
            tune.report({"step": (yield), **(config["best"])})


        tune.run(objective, config={"x": tune.uniform(0, 1)})
        """,
    )


def test_reports_of_train_as_they_are_today() -> None:
    check_unchanged(
        """\
        from ray import train
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1})
            train.report(metrics={"loss": 1}, checkpoint=None)
            train.report(**config)  # of which no more than this can be seen


        TorchTrainer(loop).fit()
        """,
    )


def test_reports_of_train() -> None:
    """As Ray 1 had them, whoever runs the function; a Tune function reports to Tune."""
    check_migrated(
        """\
        import ray.train
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def log(epoch, loss):
            ray.train.report(epoch=epoch, loss=loss)


        def loop(config):
            train.report(loss=1)
            train.report(**{"loss": 1})


        def objective(config):
            train.report(loss=config["x"])


        TorchTrainer(loop)
        tune.run(objective)
        """,
        """\
        import ray.train
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def log(epoch, loss):
            ray.train.report({"epoch": epoch, "loss": loss})


        def loop(config):
            train.report({"loss": 1})
            train.report({"loss": 1})


        def objective(config):
            tune.report({"loss": config["x"]})


        TorchTrainer(loop)
        tune.run(objective)
        """,
    )
