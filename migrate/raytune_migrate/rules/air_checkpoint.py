"""``ray.air``'s Checkpoint is ``ray.train``'s; what it holds is a directory, never a dict.

No release with Train V2 has the old path, and none the methods for dicts, bytes and URIs.
https://docs.ray.io/en/latest/train/user-guides/checkpoints.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.proposal import Change, Replace
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import RULES, finding
from raytune_migrate.sweep.dropped import without_directory
from raytune_migrate.sweep.old_checkpoints import is_old_class, old_uses
from raytune_migrate.sweep.worker import reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM305"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for the file, unless it needs what is gone: then a finding at each such place."""
    if not context.plans:
        return
    parsed = context.parsed
    gone = tuple(old_uses(parsed, parsed.module))
    for use in gone:
        told = without_directory(use)
        yield finding(parsed, told.node, told.code, told.reason, told.advice)
    old = [node for node, _ in reads(parsed, parsed.module) if is_old_class(parsed, node)]
    needed = any(parsed.inside(node, use.node) for node in old for use in gone)
    if not old or needed:
        return
    draft = context.draft()
    edits = tuple(
        Replace(*parsed.span(node), text)
        for node in old
        if (text := draft.refer(parsed, ray_api.CHECKPOINT, node)) != parsed.source(node)
    )
    rule = RULES[_CODE]
    yield Change(
        code=_CODE,
        title=rule.title,
        reason="No release with Train V2 has ray.air.Checkpoint.",
        link=rule.link,
        place=parsed.place(old[0]),
        edits=edits,
        imports=tuple(draft.imports),
    )
