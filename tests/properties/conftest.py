"""How long the properties are tried: HYPOTHESIS_PROFILE=long for many times as many modules."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
_PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "short")
settings.register_profile(
    "short",
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a failure is made small by the long profile
    suppress_health_check=_SLOW,
)
settings.register_profile(
    "long", max_examples=250, deadline=None, print_blob=True, suppress_health_check=_SLOW
)
settings.load_profile(_PROFILE)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A property that is tried for long takes longer than any test may elsewhere."""
    if _PROFILE == "long":
        for item in items:
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(0))
