"""Clusters that are there before a script is, and that it connects to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import RayStart
from raytune_migrate.expressions.values import is_none, settled
from raytune_migrate.module.bindings import variable
from raytune_migrate.module.ray_reads import calls_of

if TYPE_CHECKING:
    import libcst as cst

    from raytune_migrate.module.parsed import Parsed

_LOCAL = "local"  # by which a script starts one of its own, whatever the environment says


def joins_a_cluster(parsed: Parsed) -> bool:
    """Whether ``ray.init`` is given an address, or what may be one, here or where this is run.

    Such a cluster may grow by itself, may have lost a node when a sweep begins, and may have other
    users.
    """
    if parsed.elsewhere.ray_start is RayStart.JOINED:
        return True
    given = (address_of(call) for call in calls_of(parsed, ray_api.INIT))
    return any(one is not None and not _is_own(parsed, one) for one in given)


def address_of(call: cst.Call) -> cst.BaseExpression | None:
    """The address that a call of ``ray.init`` is given."""
    for place, one in enumerate(call.args):
        named = one.keyword.value if one.keyword is not None else None
        if named == "address" or (named is None and place == 0 and not one.star):
            return one.value
    return None


def _is_own(parsed: Parsed, address: cst.BaseExpression) -> bool:
    found = variable(parsed, address)
    value = found.value if found is not None else address
    return is_none(value) or settled(parsed, value) == _LOCAL
