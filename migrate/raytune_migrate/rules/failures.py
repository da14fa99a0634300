"""Train V2 raises a ``TrainingFailedError`` of its own, which old handlers miss.

It has what workers raised, of which that of Train V1 had the first for its cause.
``ray.train.base_trainer`` still has that of Train V1; ``ray.train`` has V2's from Ray 2.51 on, and
the runtime on every Ray.
https://docs.ray.io/en/latest/train/user-guides/fault-tolerance.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.imports.pairs import is_tried_first
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.names import Certainty
from raytune_migrate.proposal import Change, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CODE = "RTM402"
_ERROR = ray_api.TRAINING_FAILED
_CAUSE = "__cause__"


def propose(context: Context) -> Iterator[Proposal]:
    """The class, and what is asked of it."""
    yield from _classes(context)
    yield from _causes(context.parsed)


def _causes(parsed: Parsed) -> Iterator[Proposal]:
    """A finding at each ``error.__cause__`` in a handler of it."""
    for node in parsed.of(cst.Attribute) if _CAUSE in parsed.text else ():
        handler = parsed.enclosing(node, cst.ExceptHandler)
        if (
            node.attr.value == _CAUSE
            and handler is not None
            and _names(handler, node.value)
            and _handles(parsed, handler)
            and ray_api.WORKER_FAILURES not in parsed.source(handler)
        ):
            yield finding(
                parsed,
                node,
                _CODE,
                "Under Train V2 the cause of a TrainingFailedError is not what a worker raised.",
                "Take that from the worker_failures of a ray.train.WorkerGroupError, by rank.",
            )


def _names(handler: cst.ExceptHandler, node: cst.BaseExpression) -> bool:
    """Whether an expression is the error that a handler has caught."""
    match handler.name, node:
        case cst.AsName(name=cst.Name(value=caught)), cst.Name(value=asked):
            return caught == asked
        case _:
            return False


def _handles(parsed: Parsed, handler: cst.ExceptHandler) -> bool:
    """Whether a handler names the class, of either Train."""
    classes = reads(parsed, handler.type) if handler.type is not None else ()
    return any(ray_api.STAND_INS.get(one.name, one.name) == _ERROR for _, one in classes)


def _classes(context: Context) -> Iterator[Proposal]:
    """One change for the file: V2's from ray.train, where every Ray exports it, or the runtime."""
    parsed = context.parsed
    old = [
        (node, name)
        for node, name in reads(parsed, parsed.module)
        if name.name == _ERROR
        and name.written != name.name
        and name.certainty is Certainty.SURE
        and not is_tried_first(parsed, node)
    ]
    if not old:
        return
    minimum = context.project.minimum_ray
    exported = minimum is not None and minimum >= Version(ray_api.V2_BY_DEFAULT)
    home = _ERROR if exported else ray_api.TRAINING_FAILED_OF_RUNTIME
    draft = context.draft()
    edits = []
    for node, _ in old:
        text = draft.refer(parsed, home, node)
        if text != parsed.source(node):
            edits.append(Replace(*parsed.span(node), text))
    rule = RULES[_CODE]
    yield Change(
        code=_CODE,
        title=rule.title,
        reason="The one of ray.train.base_trainer is Train V1's, and V2 never raises it.",
        link=rule.link,
        place=parsed.place(old[0][0]),
        edits=tuple(edits),
        imports=tuple(draft.imports),
    )
