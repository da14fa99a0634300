"""Which workers have their place where a trial has reserved room for others."""

from __future__ import annotations

from typing import Any

import pytest

from raytune_runtime.reserved import Room


def room(workers: int = 2, strategy: str = "PACK", **amounts: float) -> Room:
    group: Any = None
    return Room(group, [amounts or {"CPU": 1}] * workers, strategy, has_spare_cpu=True)


@pytest.mark.parametrize("strategy", ["PACK", "SPREAD", "STRICT_PACK", "STRICT_SPREAD"])
def test_workers_as_reserved_fit(strategy: str) -> None:
    assert room(strategy=strategy).fits([{"CPU": 1}] * 2, strategy)
    # As Train V2 says that no GPU is taken, and as a float.
    assert room(strategy=strategy).fits([{"CPU": 1.0, "GPU": 0}] * 2, strategy)


def test_fewer_or_smaller_workers_fit() -> None:
    assert room().fits([{"CPU": 1}], "PACK")
    assert room(CPU=1, GPU=1).fits([{"CPU": 1}] * 2, "PACK")
    assert room().fits([{"CPU": 0.5}] * 2, "PACK")


def test_more_or_larger_workers_do_not_fit() -> None:
    assert not room().fits([{"CPU": 1}] * 3, "PACK")
    assert not room().fits([{"CPU": 2}], "PACK")
    assert not room().fits([{"CPU": 1, "GPU": 1}] * 2, "PACK")
    assert not room().fits([{"CPU": 1}, {"CPU": 1.5}], "PACK")


@pytest.mark.parametrize("strategy", ["STRICT_PACK", "STRICT_SPREAD"])
def test_workers_that_have_to_be_placed_otherwise_do_not_fit(strategy: str) -> None:
    assert not room().fits([{"CPU": 1}] * 2, strategy)
    assert not room(strategy="SPREAD").fits([{"CPU": 1}] * 2, strategy)
    assert room().fits([{"CPU": 1}], strategy)


def test_workers_that_would_rather_be_placed_otherwise_fit() -> None:
    assert room(strategy="STRICT_PACK").fits([{"CPU": 1}] * 2, "SPREAD")
    assert room(strategy="SPREAD").fits([{"CPU": 1}] * 2, "PACK")
