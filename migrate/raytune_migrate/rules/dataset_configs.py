"""A ``dataset_config`` in a variable: its dict of ``DatasetConfig`` becomes a ``DataConfig``.

``ray.air.DatasetConfig`` is gone since Ray 2.47, and no release with Train V2 takes a dict of it.
https://docs.ray.io/en/latest/train/user-guides/data-loading-preprocessing.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.proposal import Change
from raytune_migrate.rewrite.data_config import dataset_config_edit
from raytune_migrate.sweep.model import constructions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM307"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each trainer with such a variable."""
    parsed = context.parsed
    rule = RULES[_CODE]
    for made in constructions(parsed):
        if made.name not in ray_api.TRAINERS:
            continue
        draft = context.draft()
        edit = dataset_config_edit(parsed, made, draft)
        start, end = parsed.span(made.call)
        if edit is not None and not start <= edit.start < end:
            yield Change(
                code=_CODE,
                title=rule.title,
                reason="Train V2 takes no dict of DatasetConfig.",
                link=rule.link,
                place=parsed.place(made.call),
                edits=(edit,),
                imports=tuple(draft.imports),
            )
