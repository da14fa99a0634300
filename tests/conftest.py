"""Carries each test's promise into the JUnit report, from which the release matrix is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if (marker := item.get_closest_marker("promise")) is not None:
            item.user_properties.append(("promise", marker.args[0]))
