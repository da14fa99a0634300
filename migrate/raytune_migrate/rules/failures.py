"""Train V2 raises a ``TrainingFailedError`` of its own, which old handlers miss.

``ray.train.base_trainer`` still has that of Train V1; ``ray.train`` has V2's from Ray 2.51 on.
https://docs.ray.io/en/latest/train/user-guides/fault-tolerance.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import Version

from raytune_migrate.imports.pairs import is_tried_first
from raytune_migrate.names import Certainty
from raytune_migrate.proposal import Change
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import RULES, finding
from raytune_migrate.sweep.session_edits import public_edit
from raytune_migrate.sweep.worker import reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM402"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for the file where every Ray exports V2's; else a finding at each use of V1's."""
    if not context.goes_to_v2:
        return
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
    if minimum is None or minimum < Version(ray_api.V2_BY_DEFAULT):
        for node, _ in old:
            yield finding(
                parsed,
                node,
                _CODE,
                "Train V2 raises another TrainingFailedError.",
                "Import it from ray.train, which has it from Ray 2.51 on.",
            )
        return
    draft = context.draft()
    written = [public_edit(parsed, node, name, draft) for node, name in old]
    rule = RULES[_CODE]
    yield Change(
        code=_CODE,
        title=rule.title,
        reason="The one of ray.train.base_trainer is Train V1's, and V2 never raises it.",
        link=rule.link,
        place=parsed.place(old[0][0]),
        edits=tuple(one for one in written if one is not None),
        imports=tuple(draft.imports),
    )
