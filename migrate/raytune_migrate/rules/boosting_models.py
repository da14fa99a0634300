"""The model in a checkpoint of a boosting trainer is read by the callback that has written it.

Train V2's ``XGBoostTrainer.get_model`` and ``LightGBMTrainer.get_model`` only raise; those of
``RayTrainReportCallback`` are what they called under V1. Checkpoints of Ray 2.0 to 2.6 had one too.
https://github.com/ray-project/ray/issues/50042
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.module.names import Certainty, calls, ray_name
from raytune_migrate.proposal import Change, Replace
from raytune_migrate.readers.old_checkpoints import model_reads
from raytune_migrate.rewrite.boosting_loops import model_reader
from raytune_migrate.sweep.model import construction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CODE = "RTM104"


@dataclass(frozen=True, slots=True)
class _Read:
    """A call that reads a model, what reads it now, and where that is to be named."""

    call: cst.Call
    reader: str
    around: tuple[cst.BaseExpression, ...]  # the name itself; or a call, and the checkpoint in it


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each such call."""
    parsed = context.parsed
    rule = RULES[_CODE]
    for one in _reads(parsed):
        draft = context.draft()
        text = model_reader(parsed, one.reader, one.call, draft)
        yield Change(
            code=_CODE,
            title="RayTrainReportCallback reads the model of a checkpoint",
            reason="Train V2 has no other way to read the model in a checkpoint.",
            link=rule.link,
            place=parsed.place(one.call),
            edits=tuple(_edits(parsed, one, text)),
            imports=tuple(draft.imports),
        )


def _reads(parsed: Parsed) -> Iterator[_Read]:
    """Such calls, in source order."""
    old = {id(one.call): one for one in model_reads(parsed)}
    for call in calls(parsed):
        if (read := old.get(id(call))) is not None:
            yield _Read(call, read.reader, (call, read.checkpoint))
            continue
        function = call.func
        if not isinstance(function, cst.Attribute) or function.attr.value != "get_model":
            continue
        reader = ray_api.MODEL_READERS.get(_trainer(parsed, function.value) or "")
        if reader is not None:
            yield _Read(call, reader, (function.value,))


def _edits(parsed: Parsed, read: _Read, reader: str) -> Iterator[Replace]:
    """What is written for such a call, but for the checkpoint that it is given."""
    start, end = parsed.span(read.around[0])
    if len(read.around) == 1:
        yield Replace(start, end, reader)
        return
    inner = parsed.span(read.around[1])
    yield Replace(start, inner[0], f"{reader}.get_model(")
    yield Replace(inner[1], end, ")")


def _trainer(parsed: Parsed, owner: cst.BaseExpression) -> str | None:
    """The class of trainer that an expression is, or is one of."""
    name = ray_name(parsed, owner)
    if name is not None:
        return name.name if name.certainty is Certainty.SURE else None
    made = construction(parsed, owner)
    return made.name if made is not None else None
