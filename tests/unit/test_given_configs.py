"""Sweeps whose trials get keys that the Tuner's ``param_space`` does not have."""

from __future__ import annotations

import pytest
from migrating import migrated

SWEEP = """\
import json

from ray import train, tune
from ray.train.torch import TorchTrainer
from ray.tune.schedulers import *


def loop(config):
    train.report({{"loss": config["lr"]}})


trainer = TorchTrainer(loop, train_loop_config={base})
tuner = tune.Tuner(
    trainer,
    param_space={space},
    tune_config=tune.TuneConfig(metric="loss", mode="min", scheduler={scheduler}),
)
tuner.fit()
"""
FLAT = '{"lr": 0.1, "steps": 5}'
NESTED = '{"optimizer": {"lr": 0.1, "momentum": 0.9}}'
LR = '{"train_loop_config": {"lr": tune.uniform(0, 1)}}'


def after(scheduler: str, space: str, base: str = FLAT) -> str:
    """What becomes of a sweep with that scheduler."""
    imports = "from ray.tune.schedulers import PB2, ASHAScheduler, PopulationBasedTraining"
    replay = f"{imports}, PopulationBasedTrainingReplay, create_scheduler"
    source = SWEEP.format(scheduler=scheduler, space=space, base=base)
    return migrated(source.replace("from ray.tune.schedulers import *", replay)).after


@pytest.mark.parametrize(
    ("scheduler", "space"),
    [
        ("ASHAScheduler()", "None"),
        ("ASHAScheduler()", LR),
        (f"PopulationBasedTraining(hyperparam_mutations={LR})", LR),
        (f"PB2('time', hyperparam_bounds={LR})", LR),
        (f"create_scheduler('pbt', hyperparam_mutations={LR})", LR),
    ],
)
def test_driver_is_written_where_the_space_has_all_keys(scheduler: str, space: str) -> None:
    assert "def train_driver_fn(" in after(scheduler, space)


@pytest.mark.parametrize(
    ("scheduler", "space"),
    [
        ("PopulationBasedTrainingReplay('policy.txt')", "None"),
        ("PopulationBasedTrainingReplay('policy.txt')", LR),
        ("'pbt_replay'", "None"),
        (f"PopulationBasedTraining(hyperparam_mutations={LR})", "None"),
        (f"PopulationBasedTraining(hyperparam_mutations={LR})", "{}"),
        (f"PB2(hyperparam_bounds={LR})", "None"),
        (f"create_scheduler('pbt', hyperparam_mutations={LR})", "None"),
        ("PopulationBasedTraining(hyperparam_mutations=json.load(open('space.json')))", LR),
        ("PopulationBasedTraining('time', 'loss', 'min', 5, 0, json.load(open('s.json')))", LR),
        ("PopulationBasedTraining(**json.load(open('pbt.json')))", LR),
        (f"ASHAScheduler() if len(LR) else PB2(hyperparam_bounds={LR})", "None"),
    ],
)
def test_scheduler_that_may_give_more(scheduler: str, space: str) -> None:
    """V1 merged what the scheduler gave over the trainer's arguments, whatever that was."""
    result = after(scheduler, space)
    assert "tune.Tuner(\n    driver_for(trainer)," in result
    assert "def train_driver_fn(" not in result


def test_scheduler_that_gives_more_inside_of_a_dict() -> None:
    """PB2 samples what is missing at any depth, where both have a dict under one key."""
    bounds = '{"train_loop_config": {"optimizer": {"lr": [0, 1]}}}'
    space = '{"train_loop_config": {"seed": 1}}'
    assert "train_loop_config=merge_config(" in after(
        f"PB2(hyperparam_bounds={bounds})", space, NESTED
    )
    written = after("ASHAScheduler()", space, NESTED)
    assert '**config["train_loop_config"]' in written
    assert "merge_config" not in written
