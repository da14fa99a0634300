"""What a trainer's own ``fit()`` gives changes with Train V2, when the trainer is also swept.

Under V1 ``trainer.fit()`` was a sweep of one trial; its Result had every metric that was reported,
and the config. Under V2 it has only the metrics that came with a checkpoint.
https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.names import ray_name
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import finding
from raytune_migrate.sweep.model import TrainerUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.sweep.model import Sweep


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each ``fit()`` whose Result is used and may lack its metrics."""
    parsed = context.parsed
    for plan in context.plans:
        variable = plan.sweep.trainer.variable
        if plan.sweep.use is not TrainerUse.KEPT or variable is None:
            continue
        if _always_with_checkpoint(parsed, plan.sweep):
            continue
        for read in variable.references:
            call = _used_fit(parsed, read)
            if call is not None:
                yield finding(
                    parsed,
                    call,
                    "RTM401",
                    "The Result of fit() has, under Train V2, only metrics that came with a"
                    " checkpoint.",
                    "Report a checkpoint with them, or run this as a sweep of one trial.",
                )


def _used_fit(parsed: Parsed, trainer: cst.CSTNode) -> cst.Call | None:
    """The call ``trainer.fit()``, unless its Result is thrown away."""
    attribute = parsed.parent(trainer)
    if not isinstance(attribute, cst.Attribute) or attribute.attr.value != "fit":
        return None
    call = parsed.parent(attribute)
    if not isinstance(call, cst.Call) or isinstance(parsed.parent(call), cst.Expr):
        return None
    return call


def _always_with_checkpoint(parsed: Parsed, sweep: Sweep) -> bool:
    """Whether every report of the train loop that can be seen brings a checkpoint."""
    reports = [
        node
        for body in sweep.worker.bodies
        for node in parsed.walk(body)
        if isinstance(node, cst.Call)
        and (name := ray_name(parsed, node.func)) is not None
        and name.name in ray_api.REPORTS
    ]
    return bool(reports) and all(
        any(one.keyword is not None and one.keyword.value == "checkpoint" for one in call.args)
        for call in reports
    )
