"""What a driver function holds, and what it only counts for."""

import pickle

import pytest
from ray.air.config import ScalingConfig as ScalingConfigV1
from ray.train import ScalingConfig
from ray.tune import PlacementGroupFactory

from raytune_runtime import max_concurrent_trials, trial_resources
from raytune_runtime.packing import TrialShape
from raytune_runtime.resources import driver_of, held_by_driver

WAITING = {"memory": 256 * 1024**2}


@pytest.mark.parametrize(
    ("driver", "worker", "held"),
    [
        ({"CPU": 1}, {"CPU": 1}, WAITING),
        ({"CPU": 1}, {"GPU": 1}, {"CPU": 1}),
        ({"CPU": 1}, {"CPU": 0, "GPU": 1}, {"CPU": 1}),
        ({"CPU": 2, "on_demand": 0.01}, {"CPU": 1}, {"on_demand": 0.01}),
        ({"CPU": 1}, {"CPU": 1, "memory": 1e9}, {}),
        ({"CPU": 0}, {"GPU": 1}, WAITING),
    ],
)
def test_holds_nothing_that_its_workers_wait_for(driver, worker, held):
    assert held_by_driver(TrialShape(driver, worker, num_workers=2)) == held


def test_without_workers_it_holds_all():
    assert held_by_driver(TrialShape({"CPU": 1}, {"CPU": 1}, num_workers=0)) == {"CPU": 1}


def test_resources_of_others_are_what_they_hold():
    assert driver_of(PlacementGroupFactory([{"CPU": 3}])) == {"CPU": 3}
    assert driver_of(PlacementGroupFactory([{}, {"CPU": 3}])) == {}


@pytest.mark.parametrize("number", [0, -1, 10_001])
def test_number_of_trials_that_is_none(number):
    with pytest.raises(ValueError, match=f"max_concurrent={number}; give the number of trials"):
        trial_resources(max_concurrent=number)


def test_resources_travel():
    assert pickle.loads(pickle.dumps(trial_resources())).func is trial_resources().func


@pytest.mark.parametrize("given", [2, {"num_workers": 2}, "PACK"])
@pytest.mark.parametrize("count", [trial_resources, max_concurrent_trials])
def test_what_is_no_scaling_config(count, given):
    with pytest.raises(TypeError, match=f"but this is a {type(given).__name__}: .*Give it Scal"):
        count(given)


def test_scaling_configs_of_air_are_counted_too():
    of_air, of_train = (one(num_workers=2) for one in (ScalingConfigV1, ScalingConfig))
    assert trial_resources(of_air)({}) == trial_resources(of_train)({})
