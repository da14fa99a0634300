"""A class that derives from a trainer of Train V1, and a trainer that raises where it is built.

The bases of V1's trainers raise under Train V2, and V2 calls none of the methods by which a trainer
of one's own took part in a run.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.module.names import Certainty, calls, ray_name
from raytune_migrate.sweep.model import constructions
from raytune_migrate.sweep.sites import LOST, OWN_CLASS, OWN_CLASS_ADVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal

_CODE = "RTM902"


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such class, and at each call of a trainer that Train V2 has not."""
    parsed = context.parsed
    for node in parsed.of(cst.ClassDef):
        if not _is_told(context, node.name.value):
            yield from _derived(parsed, node)
    for made in constructions(parsed):
        if made.name == ray_api.HOROVOD_TRAINER and not _is_told(context):
            yield finding(
                parsed,
                made.call,
                _CODE,
                "HorovodTrainer raises where Train V2 is on.",
                ray_api.TRAINERS[made.name].way_out or "",
            )


def _is_told(context: Context, name: str = "") -> bool:
    """Whether a sweep over it has been found, and said what this would say."""
    return any(one.code == _CODE and name in one.reason for one in context.findings)


def _derived(parsed: Parsed, own: cst.ClassDef) -> Iterator[Finding]:
    for base in own.bases:
        name = ray_name(parsed, base.value)
        if name is None or name.certainty is Certainty.MIXED or name.name not in ray_api.TRAINERS:
            continue
        if name.written in ray_api.V2_HOMES.values():
            continue
        if name.name == ray_api.DATA_PARALLEL_TRAINER:
            yield finding(
                parsed,
                own,
                _CODE,
                f"{own.name.value} derives from Train V1's DataParallelTrainer, which raises where"
                " it is built.",
                "Build a TorchTrainer instead; for a backend of your own, Train V2 has"
                f" {ray_api.V2_BASES[name.name]}, for developers.",
            )
        elif name.name in ray_api.STANDING_V1_TRAINERS:
            yield finding(parsed, own, _CODE, OWN_CLASS.format(own.name.value), OWN_CLASS_ADVICE)
        elif ray_api.TRAINERS[name.name].way_out is None and (hooks := _hooks(parsed, own)):
            yield finding(
                parsed,
                own,
                _CODE,
                LOST.format(" and no ".join(hooks), own.name.value),
                OWN_CLASS_ADVICE,
            )


def _hooks(parsed: Parsed, own: cst.ClassDef) -> list[str]:
    """The methods of a class that Train V1 called by itself, and that nothing calls here."""
    defined = [
        one.name.value
        for one in own.body.body
        if isinstance(one, cst.FunctionDef) and one.name.value in ray_api.V1_HOOKS
    ]
    called = {
        node.func.attr.value
        for node in calls(parsed)
        if isinstance(node.func, cst.Attribute) and not _is_super(node.func.value)
    }
    return [one for one in defined if one not in called]


def _is_super(node: cst.BaseExpression) -> bool:
    return (
        isinstance(node, cst.Call)
        and isinstance(node.func, cst.Name)
        and (node.func.value == "super")
    )
