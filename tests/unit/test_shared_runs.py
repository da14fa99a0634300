"""Trials that train in a run of Train V2 of the same name."""

from __future__ import annotations

from textwrap import indent

import pytest
from migrating import check_finding, check_unchanged, migrated

_SWEEP = """\
import ray
from ray import tune
from ray.train import RunConfig
from ray.train.torch import TorchTrainer
from raytune_runtime import trial_run

from project import NAME, run_config, train_loop

KIND = "mnist"
SHARED = RunConfig(name="shared", storage_path="/results")


def driver(config):
{body}


tune.Tuner(driver, param_space={{"lr": tune.uniform(0, 1)}}).fit()
"""
_LINE = 14


def _with(body: str) -> str:
    return _SWEEP.format(body=indent(body, "    "))


def _given(run_config: str) -> str:
    return _with(f"TorchTrainer(train_loop, run_config={run_config}).fit()")


@pytest.mark.parametrize(
    "run_config",
    [
        "RunConfig(**trial_run())",
        "RunConfig(name=ray.tune.get_context().get_trial_id())",
        "RunConfig(name=f'{KIND}-{ray.tune.get_context().get_trial_id()}')",
        "RunConfig(name=f'lr-{config[\"lr\"]}')",
        "RunConfig(name=NAME)",
        "RunConfig(name='run', storage_path=ray.tune.get_context().get_trial_dir())",
        "RunConfig(storage_path=config['path'])",
        "run_config(config)",
    ],
)
def test_a_run_that_the_trial_may_name(run_config: str) -> None:
    check_unchanged(_given(run_config))


def test_a_trainer_of_no_trial() -> None:
    check_unchanged(_given("RunConfig(name='run')").replace("tune.Tuner(driver", "print(driver"))


def test_a_trainer_that_a_trial_sweeps() -> None:
    body = "trainer = TorchTrainer(train_loop)\ntune.Tuner(trainer, run_config=SHARED).fit()"
    assert "RTM916" not in {one.code for one in migrated(_with(body)).findings}


@pytest.mark.parametrize(
    ("run_config", "said"),
    [
        ("RunConfig(name='run')", "all trials train in the run run,"),
        ("RunConfig(name=KIND)", "all trials train in the run mnist,"),
        ("RunConfig(name='run', storage_path='/results')", "all trials train in the run run,"),
        ("RunConfig()", "names this run by the second"),
        ("RunConfig(name=None, storage_path=None)", "names this run by the second"),
        ("None", "names this run by the second"),
    ],
)
def test_a_run_that_all_trials_share(run_config: str, said: str) -> None:
    result = check_finding(_given(run_config), (_LINE, "RTM916"))
    assert said in result.findings[0].reason


def test_a_trainer_without_a_run_config() -> None:
    check_finding(_with("TorchTrainer(train_loop).fit()"), (_LINE, "RTM916"))


def test_a_run_config_outside_of_the_driver() -> None:
    check_finding(_given("SHARED"), (10, "RTM916"))


def test_either_of_two_names() -> None:
    body = """\
if config["lr"] > 0.1:
    name = RunConfig(name="high")
else:
    name = RunConfig(name=f"low-{config['lr']}")
return TorchTrainer(train_loop, run_config=name).fit()"""
    check_finding(_with(body), (_LINE + 1, "RTM916"))
