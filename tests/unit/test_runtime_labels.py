"""Which nodes label selectors choose, and how many trials fit on them."""

import pytest
from ray.train import ScalingConfig

from raytune_runtime.labels import open_places, places_of
from raytune_runtime.packing import TrialShape, count_trials

CPU = {"CPU": 1}


def chosen(selector, labels):
    (place,) = places_of(ScalingConfig(num_workers=1, label_selector=selector), 1)
    return open_places([place], labels) == {place}


def test_workers_without_a_selector_run_anywhere():
    assert places_of(ScalingConfig(num_workers=2), 2) == ()
    assert places_of(ScalingConfig(num_workers=2, label_selector={}), 2) == ()


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("a", {"a"}),
        ("!a", {"b", "c", None}),
        ("in(a, b)", {"a", "b"}),
        ("in(a,b)", {"a", "b"}),
        ("!in(a, b)", {"c", None}),
        ("in", {"in"}),
    ],
)
def test_conditions(condition, values):
    labels = {value: {"zone": value} if value else {} for value in ("a", "b", "c", "in", None)}
    fit = {value for value, of_node in labels.items() if chosen({"zone": condition}, of_node)}
    assert fit - {"in"} == values - {"in"}
    assert ("in" in fit) == (condition in ("in", "!a", "!in(a, b)"))


def test_all_conditions_hold():
    selector = {"zone": "a", "market": "!spot"}
    assert chosen(selector, {"zone": "a"})
    assert not chosen(selector, {"zone": "a", "market": "spot"})


def test_of_an_elastic_trainer_the_first_workers_count():
    selectors = [{"zone": "a"}, {"zone": "b"}, {"zone": "b"}]
    config = ScalingConfig(num_workers=(2, 3), label_selector=selectors)
    assert len(places_of(config, 2)) == 2
    assert len(set(places_of(config, 2))) == 2


def shape(num_workers, *places, strategy="PACK"):
    return TrialShape(CPU, CPU, num_workers, strategy, places)


NODES = [{"CPU": 4, "a": 1}, {"CPU": 4, "b": 1}, {"CPU": 4, "b": 1}]


def test_workers_have_room_on_their_nodes_only():
    assert count_trials(NODES, shape(2)) == 4
    assert count_trials(NODES, shape(2, "a", "a")) == 2
    assert count_trials(NODES, shape(2, "b", "b")) == 4
    assert count_trials(NODES, shape(2, "c", "c")) == 0


def test_workers_with_different_places():
    assert count_trials(NODES, shape(2, "a", "b")) == 4
    assert count_trials(NODES, shape(3, "a", "a", "b")) == 2
    assert count_trials(NODES, shape(2, "a", "c")) == 0


def test_two_names_of_the_same_nodes():
    nodes = [{"CPU": 4, "a": 1, "also a": 1}, {"CPU": 9, "b": 1}]
    assert count_trials(nodes, shape(3, "a", "also a", "b")) == 2


def test_together_on_one_of_their_nodes():
    assert count_trials(NODES, shape(2, "b", "b", strategy="STRICT_PACK")) == 4
    assert count_trials(NODES, shape(2, "a", "b", strategy="STRICT_PACK")) == 0


def test_each_on_another_of_their_nodes():
    assert count_trials(NODES, shape(2, "b", "b", strategy="STRICT_SPREAD")) == 4
    assert count_trials(NODES, shape(2, "a", "a", strategy="STRICT_SPREAD")) == 0
