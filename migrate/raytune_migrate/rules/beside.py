"""Findings in code that a sweep's own change takes away from where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from raytune_migrate.catalogue import finding
from raytune_migrate.sweep.model import TrainerUse

if TYPE_CHECKING:
    import libcst as cst

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Finding


def finding_beside(
    context: Context, node: cst.CSTNode, code: str, reason: str, advice: str
) -> Finding:
    """A finding at a node; in a trainer's statement that moves, its mark goes to the Tuner's."""
    parsed = context.parsed
    found = finding(parsed, node, code, reason, advice)
    for plan in context.plans:
        variable = plan.sweep.trainer.variable
        if plan.sweep.use is not TrainerUse.MOVED or variable is None:
            continue
        if parsed.inside(node, variable.statement):
            tuner = parsed.start(parsed.statement(plan.sweep.tuner.call))
            return replace(found, place=replace(found.place, statement=tuner))
    return found
