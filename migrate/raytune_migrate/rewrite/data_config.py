"""The ray.train.DataConfig that is written for a dict of DatasetConfigs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.proposal import Replace
from raytune_migrate.sweep.dataset_configs import ingest

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.model import Construction


def dataset_config_edit(parsed: Parsed, trainer: Construction, draft: Draft) -> Replace | None:
    """The edit that makes a trainer's dict of DatasetConfigs a DataConfig."""
    found = ingest(parsed, trainer)
    if found is None:
        return None
    config = draft.refer(parsed, ray_api.DATA_CONFIG, trainer.call)
    split = ""
    if found.split is not None:
        names = ", ".join(f'"{name}"' for name in found.split)
        split = f"datasets_to_split=[{names}]"
    comments = [one.value for one in parsed.walk(found.node, cst.Comment)]
    if comments:
        indent = f"\n{parsed.indent(found.node)}"
        split = f"{indent}    ".join(["", *comments, split]) + indent
    return Replace(*parsed.span(found.node), f"{config}({split})")
