"""Carries each test's promise into the JUnit report, from which the release matrix is made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

# To ask the installed Ray takes seconds for a run: tests that are about it say so.
os.environ["RAYTUNE_MIGRATE_PYTHON"] = "none"
# What an earlier run of the tests has found out is not to be tested.
os.environ.setdefault("RAYTUNE_MIGRATE_NO_CACHE", "1")

if TYPE_CHECKING:
    import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if (marker := item.get_closest_marker("promise")) is not None:
            item.user_properties.append(("promise", marker.args[0]))
