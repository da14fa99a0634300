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
    names = [ray_name(parsed, one.func) if isinstance(one, cst.Call) else None for one in ends]
    return bool(names) and all(one is not None and one.name in ray_api.ANALYSES for one in names)
