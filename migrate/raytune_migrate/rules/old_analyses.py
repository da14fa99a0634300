"""What the ExperimentAnalysis of ``tune.run`` had up to Ray 2.6, and has no more.

https://docs.ray.io/en/latest/tune/api/doc/ray.tune.ExperimentAnalysis.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.readers.analyses import is_analysis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such attribute of what surely is one."""
    parsed = context.parsed
    if not any(one in parsed.text for one in ray_api.GONE_OF_ANALYSES):
        return
    for node in parsed.of(cst.Attribute):
        way_out = ray_api.GONE_OF_ANALYSES.get(node.attr.value)
        if way_out is not None and is_analysis(parsed, node.value):
            yield finding(
                parsed,
                node,
                "RTM907",
                f"Ray no longer has {node.attr.value} of an ExperimentAnalysis.",
                way_out,
            )
