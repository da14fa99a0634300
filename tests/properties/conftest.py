"""How long the properties are tried: HYPOTHESIS_PROFILE=long for many times as many modules."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
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
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))
