"""The way back from the runtime to plain Ray."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

import raytune_runtime
from raytune_migrate.drop import plain
from raytune_migrate.drop.dropping import drop_runtime
from raytune_migrate.project import Project

PROJECT = Project(root=Path("/"))
SWEEP = """
from ray import tune
from ray.train import RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer
from raytune_runtime import TuneReportCallback, merge_config, start_from_trial, trial_run

from loops import train_loop


def train_driver_fn(config: dict):
    trainer = TorchTrainer(
        start_from_trial(train_loop),
        train_loop_config=merge_config({"epochs": 5}, config["train_loop_config"]),
        scaling_config=ScalingConfig(num_workers=2),
        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
    )
    trainer.fit()


tuner = tune.Tuner(
    train_driver_fn,
    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
    tune_config=tune.TuneConfig(max_concurrent_trials=2),
    run_config=tune.RunConfig(name="sweep", storage_path="/mnt/sweeps"),
)
print(tuner.fit().get_best_result("loss", "min").metrics)
"""
ALL = ["TuneReportCallback", "merge_config", "start_from_trial", "trial_run"]


def dropped(text: str) -> tuple[str, list[str], list[str]]:
    """The text after, what is gone, and what stays and why."""
    done = drop_runtime(dedent(text).lstrip("\n"), PROJECT)
    gone = sorted(one.name for one in done.gone)
    return done.after, gone, sorted({f"{one.name}: {one.reason}" for one in done.kept})


@pytest.mark.parametrize("home", ["app.vendor.", ".vendor.", "."])
def test_a_copy_in_the_project_goes_too(home: str) -> None:
    expected, *said = dropped(SWEEP)
    text = SWEEP.replace("from raytune_runtime", f"from {home}raytune_runtime")
    assert [*dropped(text)] == [expected, *said]
    assert "raytune_runtime" not in expected


def test_nothing_of_the_runtime() -> None:
    text = "from ray import tune\n\ntune.Tuner(print).fit()\n"
    assert dropped(text) == (text, [], [])


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("fit_as_trial(trainer)", "give the trainer to a Tuner by a driver function first"),
        ("xgboost_train_loop(params)", "write the train loop out first"),
        ("TrainingFailedError", "import it from ray.train"),
        ("TrialInfo", "it is handed on"),
    ],
)
def test_what_to_do_about_the_rest(code: str, reason: str) -> None:
    text = f"from raytune_runtime import {code.partition('(')[0]}\n\nprint({code})\n"
    after, gone, kept = dropped(text)
    assert (after, gone) == (text, [])
    assert [one.partition(": ")[2].startswith(reason) for one in kept] == [True]


def test_each_name_has_a_plain_form_or_says_what_to_do() -> None:
    functions = {name for name in raytune_runtime.__all__ if name.islower()}
    assert functions == {*plain.STAY, "merge_config", "start_from_trial", "trial_run"}


def test_results_that_stay_within_the_module() -> None:
    swept = SWEEP[: SWEEP.index("tuner = ")]
    last = SWEEP[SWEEP.index("tuner = ") :]
    body = last.replace("print(tuner.fit()", "return tuner.fit()").partition(".get_best")[0]
    inside = "".join(f"    {line}\n" if line else "\n" for line in body.splitlines())
    text = f"{swept}def sweep():\n{inside}\n\nprint(sweep().get_best_result().metrics)\n"
    assert dropped(text)[1:] == (ALL, [])
    read = text.replace(".metrics", ".checkpoint")
    assert dropped(read)[1] == ["merge_config", "start_from_trial"]
    unused = text.partition("print(sweep()")[0]
    assert dropped(unused)[2] == [
        f"{name}: line 26: who reads the results of this sweep cannot be seen"
        for name in ("TuneReportCallback", "trial_run")
    ]


def test_a_driver_function_that_another_module_sweeps() -> None:
    text = SWEEP[: SWEEP.index("tuner = ")]
    after, gone, kept = dropped(text)
    assert gone == ["merge_config"]
    assert kept == [
        f"{name}: no Tuner of this module runs it, and what another needs cannot be seen"
        for name in ("TuneReportCallback", "start_from_trial", "trial_run")
    ]
    assert dropped(after)[:2] == (after, [])


def test_a_callback_of_the_same_name_is_another() -> None:
    text = "from app import TuneReportCallback\n\nTuneReportCallback()\n"
    assert dropped(text) == (text, [], [])


def test_a_sweep_that_needs_nothing_of_it() -> None:
    after, gone, kept = dropped(SWEEP)
    assert (gone, kept) == (ALL, [])
    assert (
        after
        == """\
from ray import tune
from ray.train import RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer
from ray.tune.integration.ray_train import TuneReportCallback

from loops import train_loop


def train_driver_fn(config: dict):
    trainer = TorchTrainer(
        train_loop,
        train_loop_config={"epochs": 5, **config["train_loop_config"]},
        scaling_config=ScalingConfig(num_workers=2),
        run_config=RunConfig(
            name=f"train-trial_id={tune.get_context().get_trial_id()}",
            storage_path="/mnt/sweeps",
            callbacks=[TuneReportCallback()],
        ),
    )
    trainer.fit()


tuner = tune.Tuner(
    train_driver_fn,
    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
    tune_config=tune.TuneConfig(max_concurrent_trials=2),
    run_config=tune.RunConfig(name="sweep", storage_path="/mnt/sweeps"),
)
print(tuner.fit().get_best_result("loss", "min").metrics)
"""
    )
    assert dropped(after) == (after, [], [])


@pytest.mark.parametrize(
    ("old", "new", "gone", "reason"),
    [
        pytest.param(
            ".metrics)",
            ".checkpoint)",
            ["merge_config", "start_from_trial"],
            "line 25: checkpoint may be read of a result",
            id="a checkpoint is read",
        ),
        pytest.param(
            'print(tuner.fit().get_best_result("loss", "min").metrics)',
            "print(tuner.fit())",
            ["merge_config", "start_from_trial"],
            "line 25: who reads the results of this sweep cannot be seen",
            id="results are handed on",
        ),
        pytest.param(
            'print(tuner.fit().get_best_result("loss", "min").metrics)',
            "grid = tuner.fit()\nprint(grid)",
            ["merge_config", "start_from_trial"],
            "line 26: who reads the results of this sweep cannot be seen",
            id="results are handed on by a name",
        ),
        pytest.param(
            "max_concurrent_trials=2",
            "scheduler=tune.schedulers.PopulationBasedTraining()",
            ["merge_config"],
            "line 22: the scheduler may pause or clone trials",
            id="trials are cloned",
        ),
        pytest.param(
            "max_concurrent_trials=2",
            "scheduler=tune.schedulers.MedianStoppingRule()",
            ["merge_config"],
            "line 22: the scheduler may pause or clone trials",
            id="trials are paused",
        ),
        pytest.param(
            'name="sweep"',
            "failure_config=tune.FailureConfig(max_failures=2)",
            ["TuneReportCallback", "merge_config", "trial_run"],
            "line 23: Tune may retry trials",
            id="trials are retried",
        ),
        pytest.param(
            'name="sweep"',
            "checkpoint_config=tune.CheckpointConfig(num_to_keep=1)",
            ["merge_config", "start_from_trial"],
            "line 23: Tune is to keep some of the checkpoints",
            id="checkpoints are kept by score",
        ),
        pytest.param(
            '"/mnt/sweeps"',
            "folder()",
            ["merge_config", "start_from_trial"],
            "the RunConfig computes its storage in place; bind it to a name of the module first",
            id="the storage is a call",
        ),
        pytest.param(
            '{"epochs": 5}',
            '{"optimizer": {"lr": 1}}',
            ["TuneReportCallback", "start_from_trial", "trial_run"],
            "its first dict has a dict in it, which is merged too",
            id="nested dicts are merged",
        ),
        pytest.param(
            "max_concurrent_trials=2",
            "max_concurrent_trials=raytune_runtime.max_concurrent_trials(ScalingConfig())",
            ALL,
            "set it to a number first, of trials that fit on the cluster with a CPU more for each",
            id="the cluster says how many run",
        ),
    ],
)
def test_what_still_needs_it(old: str, new: str, gone: list[str], reason: str) -> None:
    text = SWEEP.replace(old, new)
    if "raytune_runtime." in new:
        text = text.replace("from loops", "import raytune_runtime\nfrom loops")
    after, went, kept = dropped(text)
    assert went == gone
    assert {one.split(": ", 1)[1] for one in kept} == {reason}
    assert dropped(after)[:2] == (after, [])
