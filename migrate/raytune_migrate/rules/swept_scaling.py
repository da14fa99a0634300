"""What reads a field of a swept ScalingConfig that the sweep says nothing of.

Train V1 put every field into the config of a result; the dict in its place has those that are
written. https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import constant
from raytune_migrate.readers.fits import is_any_result
from raytune_migrate.sweep.model import construction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_SCALING = "scaling_config"


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such read in the module of the sweep."""
    parsed = context.parsed
    spaces = (plan.sweep.space for plan in context.plans)
    swept = [construction(parsed, one.get(_SCALING)) for one in spaces if one is not None]
    configs = [one for one in swept if one is not None and one.name == ray_api.SCALING_CONFIG]
    if not all(one.complete for one in configs):
        return
    written = {name for one in configs for name in one.arguments}
    for node in parsed.of(cst.Subscript) if written else ():
        key = _key(parsed, node)
        if isinstance(key, str) and key not in written and _is_of_result(parsed, node.value):
            yield finding(
                parsed,
                node,
                "RTM405",
                f"Under Train V2 there is no {key!r} here: only what the sweep says of its"
                " scaling_config.",
                f"Name {key} in the scaling_config of its param_space too.",
            )


def _key(parsed: Parsed, node: cst.BaseExpression) -> object:
    """What a subscript asks for, if that is a literal."""
    match node:
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=value))]):
            return constant(parsed, value)
        case _:
            return None


def _is_of_result(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is the scaling_config in the config of a Result."""
    for end in origins(parsed, node):
        if not isinstance(end, cst.Subscript) or _key(parsed, end) != _SCALING:
            return False
        for config in origins(parsed, end.value):
            match config:
                case cst.Attribute(value=result, attr=cst.Name(value="config")):
                    if not is_any_result(parsed, result):
                        return False
                case _:
                    return False
    return True
