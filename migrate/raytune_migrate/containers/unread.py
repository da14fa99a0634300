"""What is said of code in a container that cannot be read."""

from __future__ import annotations

import re

from raytune_migrate.catalogue import RULES
from raytune_migrate.proposal import Finding, Place

_CODE = "RTM913"
_RAY = re.compile(r"\bray\b|\bTuner\b|\bRAY_TRAIN")


def speaks_of_ray(text: str) -> bool:
    """Whether a piece of a file speaks of Ray."""
    return _RAY.search(text) is not None


def unread(place: Place, reason: str, advice: str) -> Finding:
    """A finding for a piece that is left out of the code."""
    return Finding(_CODE, place, reason, advice, RULES[_CODE].link)
