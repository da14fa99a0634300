"""What an ExperimentAnalysis, a Trial and its checkpoint had up to Ray 2.6, and have no more.

https://docs.ray.io/en/latest/tune/api/doc/ray.tune.ExperimentAnalysis.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.readers.analyses import is_analysis
from raytune_migrate.readers.trials import is_trial, is_trial_checkpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_HAD = (
    ("an ExperimentAnalysis", ray_api.GONE_OF_ANALYSES, is_analysis),
    ("a Trial", ray_api.GONE_OF_TRIALS, is_trial),
    ("a Trial's checkpoint", ray_api.GONE_OF_TRACKED_CHECKPOINTS, is_trial_checkpoint),
)


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such attribute of what surely is one."""
    parsed = context.parsed
    for owner, gone, is_one in _HAD:
        if not any(one in parsed.text for one in gone):
            continue
        for node in parsed.of(cst.Attribute):
            way_out = gone.get(node.attr.value)
            if way_out is not None and is_one(parsed, node.value):
                reason = f"Ray no longer has {node.attr.value} of {owner}."
                yield finding(parsed, node, "RTM907", reason, way_out)
