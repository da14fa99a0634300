"""Tests that put a mock in the place of the Tuner of a sweep, and look at what that was given.

The rewritten sweep gives its Tuner a driver function, and builds the trainer in that.
https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.catalogue import finding
from raytune_migrate.module.names import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

# What tells of a mock what it was called with.
_ASKING = re.compile(
    r"\b(?:assert_(?:any_call|called_\w*with|has_calls)|call_args\w*|mock_calls)\b"
)
_SETTER = "setattr"  # of pytest, which makes no mock by itself


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such call."""
    parsed = context.parsed
    lines = parsed.elsewhere.lines.patched
    asks = bool(lines) and _ASKING.search(parsed.text) is not None
    for call in parsed.of(cst.Call) if lines else ():
        if parsed.line(call) not in lines:
            continue
        name = last_name(call.func)
        if name == _SETTER or (asks and name in ("patch", "object")):
            yield finding(
                parsed,
                call,
                "RTM917",
                "The sweep that this test looks into gives its Tuner a driver function, which alone"
                " builds the trainer.",
                "Have the test call what the Tuner is given, with a config, or look at the results"
                " of a sweep.",
            )
