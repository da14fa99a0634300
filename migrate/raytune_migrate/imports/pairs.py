"""Two imports of one name, the second for where the first has failed, and which comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate import ray_api
from raytune_migrate.imports.statements import written_name
from raytune_migrate.module.bindings import bindings
from raytune_migrate.module.fallbacks import pairs
from raytune_migrate.module.names import bound_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

# What such a pair may import: where it is no longer Train V1's, it is Train V2's.
_PAIRED = frozenset(
    {
        *ray_api.MOVED_CLASSES,
        "ray.train.RunConfig",
        "ray.train.CheckpointConfig",
        "ray.train.FailureConfig",
        ray_api.TRAINING_FAILED,
    }
)


def old_first(parsed: Parsed) -> Iterator[tuple[cst.ImportFrom, cst.ImportFrom]]:
    """The pairs that try Train V1's path, which still works, before Train V2's."""
    for tried, fallback in pairs(parsed):
        first, second = homes(tried), homes(fallback)
        if (
            bool(first)
            and first != second
            and first.keys() == second.keys()
            and not any(map(ray_api.is_gone, first.values()))
            and all(
                ray_api.public_name(first[bound]) == second[bound] and second[bound] in _PAIRED
                for bound in first
            )
        ):
            yield tried, fallback


def is_tried_first(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether a name is of such a pair."""
    found = bindings(parsed, node) if isinstance(node, cst.Name) else ()
    imports = [one.node for one in found if isinstance(one, ImportAssignment)]
    return any(tried is one for tried, _ in old_first(parsed) for one in imports)


def homes(statement: cst.ImportFrom) -> dict[str, str]:
    """The dotted name behind each name that a statement binds."""
    if isinstance(statement.names, cst.ImportStar):
        return {}
    return {bound_name(one): written_name(statement, one) for one in statement.names}
