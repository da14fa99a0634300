"""Tasks and actors of Ray: ``run.remote(1)`` runs ``run(1)`` elsewhere.

https://docs.ray.io/en/latest/ray-core/tasks.html
"""

from __future__ import annotations

import libcst as cst

from raytune_migrate import ray_api


def started(function: cst.BaseExpression) -> cst.BaseExpression | None:
    """What a callee has Ray run, if that is code: ``run``, of ``run.remote`` too that is
    ``run.options(...).remote``."""
    match function:
        case cst.Attribute(value=value, attr=attribute) if attribute.value == ray_api.STARTS:
            match value:
                case cst.Call(func=cst.Attribute(value=task, attr=chosen)) if (
                    chosen.value == ray_api.CHOOSES
                ):
                    return task
                case _:
                    return value
        case _:
            return None
