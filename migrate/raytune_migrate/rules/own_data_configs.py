"""A DataConfig of one's own that shares out datasets by what Train V2 gives it no more.

It calls ``configure()`` for one dataset at a time, and gives it no handles of the workers.
https://docs.ray.io/en/latest/train/user-guides/data-loading-preprocessing.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.lookups import text_of
from raytune_migrate.module.bindings import bindings, definition
from raytune_migrate.module.names import ray_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CODE = "RTM308"
_DATA_CONFIG = "ray.train.DataConfig"
_METHOD = "configure"
_HANDLES = "worker_handles"


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each use of the workers' handles, and at each further dataset that is read."""
    parsed = context.parsed
    if "DataConfig" not in parsed.text:
        return
    for method in parsed.of(cst.FunctionDef):
        owner = parsed.enclosing(method, cst.ClassDef)
        if method.name.value != _METHOD or owner is None or not _is_data_config(parsed, owner):
            continue
        for node in _uses_of_handles(parsed, method):
            yield finding(
                parsed,
                node,
                _CODE,
                f"Train V2 gives {_METHOD}() no {_HANDLES}: it is None.",
                "Place data by worker_node_ids, or by world_size alone.",
            )
        for read in _further_datasets(parsed, method):
            yield finding(
                parsed,
                read,
                _CODE,
                f"Train V2 calls {_METHOD}() for one dataset at a time: the others are not there.",
                "Share out whatever datasets holds, by their names.",
            )


def _is_data_config(parsed: Parsed, owner: cst.ClassDef) -> bool:
    waiting, seen = [owner], list[cst.ClassDef]()
    while waiting:
        kind = waiting.pop()
        if any(kind is one for one in seen):
            continue
        seen.append(kind)
        for base in kind.bases:
            named = ray_name(parsed, base.value)
            if named is not None and named.name == _DATA_CONFIG:
                return True
            own = definition(parsed, base.value)
            waiting += [own] if isinstance(own, cst.ClassDef) else []
    return False


def _uses_of_handles(parsed: Parsed, method: cst.FunctionDef) -> list[cst.Name]:
    """The reads of the handles that are not handed on; none where None is thought of."""
    reads = _reads(parsed, method, _HANDLES)
    holders = [parsed.parent(one) for one in reads]
    if any(not isinstance(one, cst.Arg | cst.Subscript | cst.For | cst.CompFor) for one in holders):
        return []  # it is compared, or asked whether there are any
    return [one for one in reads if not _is_handed_on(parsed, one)]


def _is_handed_on(parsed: Parsed, node: cst.CSTNode) -> bool:
    holder = parsed.parent(node)
    call = parsed.parent(holder) if isinstance(holder, cst.Arg) else None
    return (
        isinstance(call, cst.Call)
        and isinstance(call.func, cst.Attribute)
        and call.func.attr.value == _METHOD
    )


def _further_datasets(parsed: Parsed, method: cst.FunctionDef) -> list[cst.Subscript]:
    """The reads of datasets by names other than the first one's."""
    parameters = method.params.params
    if len(parameters) < 2:
        return []
    found: dict[str, cst.Subscript] = {}
    for one in _reads(parsed, method, parameters[1].name.value):
        match parsed.parent(one):
            case (
                cst.Subscript(
                    value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]
                ) as read
            ) if value is one and isinstance(key, cst.SimpleString):
                found.setdefault(text_of(parsed, key), read)
            case cst.Comparison() | cst.ComparisonTarget():
                return []  # it is asked which are there
    return list(found.values())[1:]


def _reads(parsed: Parsed, method: cst.FunctionDef, name: str) -> list[cst.Name]:
    """The reads of a parameter in its function."""
    own = [one for one in method.params.params if one.name.value == name]
    return [
        one
        for one in parsed.walk(method.body, cst.Name)
        if own
        and any(getattr(binding, "node", None) is own[0] for binding in bindings(parsed, one))
        if one.value == name
    ]
