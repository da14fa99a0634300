"""What reads the Result of a trainer's own fit() and does not find it there under Train V2."""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import check_finding, check_unchanged, migrated, said

_HEAD = """\
import os
from pathlib import Path

from ray import train, tune
from ray.train import Checkpoint
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({"loss": 1})


def saving(config):
    for epoch in range(3):
        train.report({"loss": 1}, checkpoint=Checkpoint("a") if epoch else None)


def objective(config):
    tune.report({"loss": 1})


"""
_FIRST = _HEAD.count("\n") + 1


def _after_head(source: str) -> str:
    return _HEAD + dedent(source)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            result = TorchTrainer(saving).fit()
            print(result.metrics["loss"], result.metrics_dataframe, result.checkpoint)
            """,
            id="metrics that came with a checkpoint",
        ),
        pytest.param(
            """\
            result = TorchTrainer(loop).fit()
            print(result.path, result.error)
            """,
            id="what Train V2 still tells",
        ),
        pytest.param(
            """\
            from mine import their_loop

            result = TorchTrainer(their_loop).fit()
            print(result.metrics["loss"], result.metrics["training_iteration"])
            """,
            id="a train loop that cannot be seen",
        ),
        pytest.param(
            """\
            def passing(config):
                each(train.report)

            result = TorchTrainer(passing).fit()
            print(result.metrics["loss"])
            """,
            id="a report that is handed on",
        ),
        pytest.param(
            """\
            from ray.train.lightning import RayTrainReportCallback

            def both(config):
                train.report({"loss": 1})
                Trainer(callbacks=[RayTrainReportCallback()]).fit()

            result = TorchTrainer(both).fit()
            print(result.metrics["loss"])
            """,
            id="a callback that reports by itself",
        ),
        pytest.param(
            """\
            def spread(config):
                train.report({"loss": 1}, **config)

            result = TorchTrainer(spread).fit()
            print(result.metrics["loss"])
            """,
            id="arguments that cannot be seen",
        ),
        pytest.param(
            """\
            def timed(config):
                train.report(dict(loss=1, timestamp=2), checkpoint=Checkpoint("a"))

            result = TorchTrainer(timed).fit()
            print(result.metrics["timestamp"])
            """,
            id="a metric that the train loop reports itself",
        ),
        pytest.param(
            """\
            results = tune.Tuner(objective).fit()
            print(results[0].config, results[0].metrics["training_iteration"])
            print(results[0].path + "/checkpoint_000001")
            """,
            id="the results of a Tune function",
        ),
        pytest.param(
            """\
            def show(result):
                print(result.config, result.metrics, f"{result.path}/checkpoint_000001")

            show(TorchTrainer(loop).fit())
            """,
            id="what others may be given too",
        ),
        pytest.param(
            """\
            result = TorchTrainer(saving).fit()
            print("checkpoint_000001 is an old name", result.path)
            open("/results/2023/checkpoint_000001")
            """,
            id="a numbered checkpoint that is not the result's",
        ),
        pytest.param(
            """\
            def named(config):
                name = "checkpoint_000001"
                train.report({}, checkpoint=Checkpoint("a"), checkpoint_dir_name=name)

            result = TorchTrainer(named).fit()
            open(result.path + "/checkpoint_000001")
            """,
            id="directories that the train loop names",
        ),
        pytest.param(
            """\
            result = train_a_model().fit()
            print(result.config, result.metrics["training_iteration"])
            """,
            id="another fit",
        ),
    ],
)
def test_nothing_to_say(source: str) -> None:
    check_unchanged(_after_head(source))


def test_the_config() -> None:
    check_finding(
        _after_head(
            """\
            def run():
                trainer = TorchTrainer(saving)
                return trainer.fit()


            result = run()
            print(result.config["train_loop_config"])
            """
        ),
        (_FIRST + 6, "RTM405"),
    )


def test_metrics_that_came_without_a_checkpoint() -> None:
    check_finding(
        _after_head(
            """\
            result = TorchTrainer(loop).fit()
            print(result.metrics["loss"], result.metrics["training_iteration"])
            print(result.metrics_dataframe)
            """
        ),
        (_FIRST, "RTM401"),
    )


def test_what_tune_added() -> None:
    result = check_finding(
        _after_head(
            """\
            class Job:
                def __init__(self):
                    self.trainer = TorchTrainer(saving)

                def run(self):
                    result = self.trainer.fit()
                    print(result.metrics["loss"], result.metrics["checkpoint_dir_name"])
                    return result.metrics.get("time_total_s")
            """
        ),
        (_FIRST + 6, "RTM405"),
        (_FIRST + 7, "RTM405"),
    )
    assert result.findings[0].reason == (
        "checkpoint_dir_name was Tune's, and is not among the metrics that fit() gives under"
        " Train V2."
    )


def test_numbered_checkpoints() -> None:
    check_finding(
        _after_head(
            """\
            result = TorchTrainer(saving).fit()
            print(os.path.join(result.path, "checkpoint_000001"))
            print(f"{result.path}/checkpoint_{2:06d}/model.pt")
            print(Path(result.path) / "checkpoint_000000" / "model.pt")
            print(Path(result.path).joinpath("checkpoint_000000"))
            """
        ),
        *((_FIRST + line, "RTM405") for line in (1, 2, 3, 4)),
    )


def test_numbered_checkpoints_of_a_sweep() -> None:
    result = migrated(
        _after_head(
            """\
            results = tune.Tuner(TorchTrainer(saving)).fit()
            for one in results:
                print(one.config, one.path + "/checkpoint_000004")
            """
        )
    )
    assert said(result) == [(_FIRST + 2, "RTM405")]


def test_a_trainer_that_is_swept_too_is_told_of_where_it_is_fitted() -> None:
    result = migrated(
        _after_head(
            """\
            trainer = TorchTrainer(loop)
            result = trainer.fit()
            print(result.metrics["loss"])
            tune.Tuner(trainer).fit()
            """
        )
    )
    assert said(result) == [(_FIRST + 1, "RTM401")]
