"""Where a SyncConfig of Ray 2.0 to 2.6 stored results, as the RunConfig around it says it now.

https://docs.ray.io/en/latest/tune/tutorials/tune-storage.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.values import is_none, settled
from raytune_migrate.module.names import Certainty, ray_name
from raytune_migrate.proposal import RemoveArgument, Replace
from raytune_migrate.sweep.model import construction

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit

_SYNC_CONFIG = "sync_config"
# Beside which an upload_dir is not where results are stored. Of a local_dir it was a copy.
_STORED_AT = frozenset({"storage_filesystem", "storage_path"})


def old_sync(parsed: Parsed, run_config: cst.Call) -> tuple[cst.Arg, Edit] | None:
    """The sync_config of a RunConfig, and the edit that says what it said.

    None unless the SyncConfig stands in the call, and says nothing but what has another place now,
    or is what Ray does anyway.
    """
    made = construction(parsed, run_config)
    argument = made.arguments.get(_SYNC_CONFIG) if made is not None else None
    if made is None or argument is None or argument.keyword is None:
        return None
    if not isinstance(argument.value, cst.Call) or not argument.value.args:
        return None
    name = ray_name(parsed, argument.value.func)
    if (
        name is None
        or name.certainty is not Certainty.SURE
        or name.name not in ray_api.SYNC_CONFIGS
    ):
        return None
    says = {one.keyword.value if one.keyword else "": one.value for one in argument.value.args}
    if says.keys() - ray_api.GONE_SYNC_FIELDS.keys() or not _is_usual(parsed, says.get("syncer")):
        return None
    path = says.get("upload_dir")
    if path is None or is_none(path):
        return argument, RemoveArgument(run_config, argument)
    if not made.complete or not _STORED_AT.isdisjoint(made.arguments):
        return None
    return argument, _as_storage_path(parsed, argument, argument.keyword, path)


def _as_storage_path(
    parsed: Parsed, argument: cst.Arg, keyword: cst.Name, path: cst.BaseExpression
) -> Replace:
    """An upload_dir as an argument of the RunConfig, below what the SyncConfig says around it."""
    begin, behind = parsed.span(keyword)
    start, end = parsed.span(argument.value)
    text = f"storage_path{parsed.text[behind:start]}{parsed.source(path)}"
    every = parsed.walk(argument.value, cst.Comment)
    around = [one.value for one in every if not parsed.inside(one, path)]
    if not around:
        return Replace(begin, end, text)
    before = parsed.text[:begin].rstrip(" \t")
    alone = before.endswith("\n")  # on its line
    indent = parsed.indent(argument) + ("" if alone else "    ")
    lines = "\n".join(f"{indent}{one}" for one in (*around, text))
    return Replace(len(before), end, lines if alone else f"\n{lines}")


def stores_elsewhere(parsed: Parsed, run_config: cst.Call) -> bool:
    """Whether a RunConfig gets its storage_path from the SyncConfig in it."""
    synced = old_sync(parsed, run_config)
    return synced is not None and isinstance(synced[1], Replace)


def _is_usual(parsed: Parsed, syncer: cst.BaseExpression | None) -> bool:
    """Whether a syncer is none of one's own."""
    return syncer is None or is_none(syncer) or settled(parsed, syncer) == "auto"
