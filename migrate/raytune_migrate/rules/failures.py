"""Train V2 raises a ``TrainingFailedError`` of its own, which old handlers miss.

``ray.train.base_trainer`` still has that of Train V1; ``ray.train`` has V2's from Ray 2.51 on, and
the runtime on every Ray.
https://docs.ray.io/en/latest/train/user-guides/fault-tolerance.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.imports.pairs import is_tried_first
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.names import Certainty
from raytune_migrate.proposal import Change, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM402"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for the file: V2's from ray.train, where every Ray exports it, or the runtime."""
    parsed = context.parsed
    old = [
        (node, name)
        for node, name in reads(parsed, parsed.module)
        if name.name == ray_api.TRAINING_FAILED
        and name.written != name.name
        and name.certainty is Certainty.SURE
        and not is_tried_first(parsed, node)
    ]
    if not old:
        return
    minimum = context.project.minimum_ray
    exported = minimum is not None and minimum >= Version(ray_api.V2_BY_DEFAULT)
    home = ray_api.TRAINING_FAILED if exported else ray_api.TRAINING_FAILED_OF_RUNTIME
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
