"""Which expressions are the ExperimentAnalysis that ``tune.run`` gives, or one that is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.origins import origins
from raytune_migrate.module.names import ray_name

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed


def is_analysis(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression surely is one."""
    ends = origins(parsed, node)
    return bool(ends) and all(_is_one(parsed, end) for end in ends)


def _is_one(parsed: Parsed, node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.Attribute):  # what a ResultGrid reads
        return node.attr.value == "_experiment_analysis"
    name = ray_name(parsed, node.func) if isinstance(node, cst.Call) else None
    return name is not None and name.name in ray_api.ANALYSES
