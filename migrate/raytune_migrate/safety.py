"""How far a change can be trusted."""

from __future__ import annotations

from enum import Enum


class Safety(Enum):
    """How far a change can be trusted without a reader."""

    SAFE = "safe"  # the same behaviour
    REVIEW = "review"  # may differ; the change's notes say how
