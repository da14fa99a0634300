"""`start_from_trial`, `trial_run` and `trial_info` where no trial runs."""

from __future__ import annotations

import functools
import inspect

import pytest
from ray import cloudpickle
from ray.train import Checkpoint

from raytune_runtime import TrialInfo, TuneReportCallback, start_from_trial, trial_info, trial_run

CHECKPOINT = Checkpoint("/tmp/nothing")


def loop_of_one(config):
    """One argument."""


def loop_of_none():
    """No argument."""


class Owner:
    def loop(self, config):
        """A bound method."""


LOOPS = {
    "function": loop_of_one,
    "without config": loop_of_none,
    "lambda": lambda config: None,
    "partial": functools.partial(loop_of_one),
    "method": Owner().loop,
}


def test_nothing_to_start_from_leaves_the_loop_alone():
    assert start_from_trial(loop_of_one) is loop_of_one


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS.keys())
def test_takes_the_arguments_of_the_loop(loop):
    wrapped = start_from_trial(loop, CHECKPOINT)
    assert inspect.signature(wrapped) == inspect.signature(loop)


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS.keys())
def test_travels_to_workers(loop):
    copy = cloudpickle.loads(cloudpickle.dumps(start_from_trial(loop, CHECKPOINT)))
    assert inspect.signature(copy) == inspect.signature(loop)


def test_has_the_name_of_the_loop():
    assert start_from_trial(loop_of_one, CHECKPOINT).__name__ == "loop_of_one"


def test_runs_outside_a_trial_share_nothing():
    first, second = trial_run(), trial_run()
    assert first.keys() == second.keys() == {"name"}
    assert first["name"] != second["name"]


def test_callback_outside_a_trial_does_nothing():
    metrics = [{"loss": 1.0}]
    TuneReportCallback().after_report(None, metrics, CHECKPOINT)
    assert metrics == [{"loss": 1.0}]


def test_no_trial_to_tell_of():
    assert trial_info() == TrialInfo(None, None, None, None, None)
    assert TuneReportCallback().trial == TrialInfo()
