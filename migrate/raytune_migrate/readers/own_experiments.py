"""Which restores are of an experiment that the same process has written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.fresh import fresh_folders
from raytune_migrate.expressions.origins import origins
from raytune_migrate.module.names import denotes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Construction

_EXPERIMENT_PATH = "experiment_path"  # of what a Tuner of this process gave
_STORAGE = ("storage_path", "local_dir")


def folders_written(parsed: Parsed, run_configs: Iterable[Construction]) -> frozenset[int]:
    """The new folders that sweeps with some RunConfigs write to."""
    values = (config.value(name) for config in run_configs for name in _STORAGE)
    found = (fresh_folders(parsed, one) for one in values if one is not None)
    return frozenset[int]().union(*found)


def is_own(parsed: Parsed, call: cst.CSTNode | None, written: frozenset[int]) -> bool:
    """Whether a call restores an experiment in a new folder, or one whose results are at hand.

    ``written`` are the new folders that sweeps of the module write to.
    """
    if not isinstance(call, cst.Call) or not denotes(parsed, call.func, ray_api.RESTORE):
        return False
    words = {one.keyword.value: one.value for one in call.args if one.keyword is not None}
    first = call.args[0] if call.args else None
    path = first.value if first is not None and first.keyword is None else words.get("path")
    if path is None:
        return False
    return bool(fresh_folders(parsed, path) & written) or any(
        one.attr.value == _EXPERIMENT_PATH
        for end in (path, *origins(parsed, path))
        for one in parsed.walk(end, cst.Attribute)
    )
