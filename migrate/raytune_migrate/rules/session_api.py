"""``ray.air.session`` in a train loop becomes ``ray.train``.

Ray 2.60 still imports ``ray.air.session``; inside a Train V2 worker its functions do nothing, and
every worker believes that it is rank 0 of 1.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.names import Certainty, ray_name
from raytune_migrate.proposal import Change, Replace
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from raytune_migrate.context import Context
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.sweep.draft import Draft

_CODE = "RTM301"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each function that a train loop runs."""
    parsed = context.parsed
    rule = RULES[_CODE]
    seen: list[cst.CSTNode] = []
    for worker, group in context.workers:
        for body in worker.bodies:
            if any(body is one for one in seen):
                continue
            seen.append(body)
            draft = context.draft()
            edits = tuple(_edits(parsed, body, draft))
            if edits:
                yield Change(
                    code=_CODE,
                    title=rule.title,
                    reason="ray.air.session does nothing inside a Train V2 worker.",
                    link=rule.link,
                    place=parsed.place(body),
                    edits=edits,
                    imports=tuple(draft.imports),
                    group=group,
                )


def _edits(parsed: Parsed, body: cst.CSTNode, draft: Draft) -> Iterator[Replace]:
    for node in parsed.walk(body):
        name = ray_name(parsed, node)
        if name is None or name.certainty is Certainty.MIXED:
            continue
        moved = ray_api.SESSION_FUNCTIONS.get(name.name)
        method = ray_api.SESSION_CONTEXT.get(name.name)
        if moved is not None:
            yield Replace(*parsed.span(node), draft.refer(parsed, moved, node))
        elif method is not None:
            context = draft.refer(parsed, ray_api.GET_CONTEXT, node)
            yield Replace(*parsed.span(node), f"{context}().{method}")
