"""Sweeps that are composed at random of what users write, migrated as text."""

from __future__ import annotations

import re

import pytest

from composed.checks import Sums
from composed.script import Composed, compose
from raytune_migrate.outcome import Status

COUNT = 90

# What may be left of such a sweep, each for what Train V2 does not do.
LEFT = re.compile(
    r"RTM904 Train V2 takes no metadata"
    r"|RTM302 A Train V2 worker has no trial"
    r"|RTM401 The Result of fit\(\)"
    r"|RTM404 fit\(\) by itself"
    r"|RTM102 An experiment that Train V1 has written"
    r"|RTM907 Ray no longer has ray.air.[cC]heckpoint"
    r"|RTM912 Train V2 sends back"
    r"|RTM915 Outside of Train V2's workers"
)


def test_each_is_migrated_once_and_whole() -> None:
    sums, ends = Sums(), []
    for seed in range(COUNT):
        ends.append(sums.add(compose(seed)).status)
    assert sums.wrong == []
    assert [one for one in sums.left if not LEFT.match(one)] == []
    assert ends.count(Status.MIGRATED) > 0.9 * COUNT
    assert set(ends) <= {Status.MIGRATED, Status.WORK_LEFT, Status.SKIPPED}


def test_each_is_migrated_to_ray_alone() -> None:
    sums = Sums()
    for seed in range(COUNT, COUNT + COUNT // 3):
        assert sums.add(compose(seed), plain=True).after
    assert sums.wrong == []


def test_a_seed_makes_the_same_script_each_time() -> None:
    assert compose(7) == compose(7) != compose(8)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("from ray import tune\ntune.Tuner(trainer)  # note 1\n", []),
        ("from ray import tune\n", ["its sweep is neither migrated nor reported"]),
    ],
)
def test_what_is_wrong_is_seen(text: str, wrong: list[str]) -> None:
    sums = Sums()
    sums.add(Composed(1, text, {}, runs=False))
    assert sums.wrong == [f"seed 1: {one}" for one in wrong]
