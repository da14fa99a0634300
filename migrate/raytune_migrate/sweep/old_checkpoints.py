"""What Ray 2.0 to 2.6 offered of a checkpoint, and no release with Train V2 does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.names import Certainty, ray_name, variable
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.results import is_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.parsed import Parsed

_MADE = "from_directory"


@dataclass(frozen=True, slots=True)
class OldUse:
    """A place that needs what is gone, and what to do instead."""

    node: cst.BaseExpression
    name: str
    way_out: str


def old_uses(parsed: Parsed, body: cst.CSTNode) -> Iterator[OldUse]:
    """Every such place below a node."""
    for node in parsed.walk(body):
        if isinstance(node, cst.Attribute):
            name = node.attr.value
            way_out = ray_api.OLD_CHECKPOINT_METHODS.get(name)
            if way_out is not None and (
                _is_class(parsed, node.value) or _is_checkpoint(parsed, node.value)
            ):
                yield OldUse(node, name, way_out)
        elif isinstance(node, cst.Call) and is_old_class(parsed, node.func):
            yield OldUse(node.func, "Checkpoint(...)", "Make it with Checkpoint.from_directory().")


def is_old_class(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether an expression is the checkpoint class by its path of Ray 2.0 to 2.6."""
    name = ray_name(parsed, node)
    return (
        name is not None
        and name.certainty is Certainty.SURE
        and name.name == ray_api.CHECKPOINT
        and name.written.startswith("ray.air.")
    )


def _is_class(parsed: Parsed, node: cst.BaseExpression) -> bool:
    name = ray_name(parsed, node)
    return name is not None and name.name in ray_api.CHECKPOINT_CLASSES


def _is_checkpoint(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a checkpoint of Ray's."""
    match node:
        case cst.Name():
            bound = variable(parsed, node)
            return bound is not None and _is_checkpoint(parsed, bound.value)
        case cst.Attribute(value=result, attr=cst.Name(value="checkpoint")):
            return is_result(parsed, result)
        case cst.Call(func=cst.Attribute(value=made, attr=cst.Name(value=name))) if (
            name == _MADE or name in ray_api.OLD_CHECKPOINT_METHODS
        ):
            return _is_class(parsed, made)
        case cst.Call():
            found = ray_name(parsed, node.func)
            return found is not None and (
                found.name in ray_api.CHECKPOINT_READERS or found.name in ray_api.CHECKPOINT_CLASSES
            )
        case _:
            return False
