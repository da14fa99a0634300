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
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.foreign import kinds
from raytune_migrate.expressions.origins import origins
from raytune_migrate.module.bindings import definition
from raytune_migrate.module.classes import method_of
from raytune_migrate.module.names import Certainty, known_elsewhere, ray_name
from raytune_migrate.proposal import Change, Replace
from raytune_migrate.readers.fits import trainers_of
from raytune_migrate.readers.old_checkpoints import model_reads
from raytune_migrate.rewrite.boosting_loops import model_reader
from raytune_migrate.sweep.chosen import chosen_classes, chosen_construction
from raytune_migrate.sweep.model import construction
from raytune_migrate.sweep.trainers import (
    annotated_trainers,
    own_trainer,
    trainer_class_of,
    trainers_among,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CODE = "RTM104"
_METHOD = ray_api.GET_MODEL


@dataclass(frozen=True, slots=True)
class _Read:
    """What reads a model, what does now, and where that is to be named."""

    node: cst.BaseExpression
    reader: str
    around: tuple[cst.BaseExpression, ...]  # the name itself; or a call, and the checkpoint in it


@dataclass(frozen=True, slots=True)
class _Unclear:
    """The method of a trainer of which it is not certain whose model it reads."""

    node: cst.Attribute
    readers: tuple[str, ...]


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each such read, or a finding."""
    parsed = context.parsed
    if _METHOD not in parsed.text:
        return
    rule = RULES[_CODE]
    for one in _reads(parsed):
        if isinstance(one, _Unclear):
            yield finding(
                parsed,
                one.node,
                _CODE,
                f"{_METHOD}() of Ray's trainers only raises under Train V2.",
                f"Call {' or '.join(f'{each}.{_METHOD}()' for each in one.readers)}.",
            )
            continue
        draft = context.draft()
        text = model_reader(parsed, one.reader, one.node, draft)
        yield Change(
            code=_CODE,
            title="RayTrainReportCallback reads the model of a checkpoint",
            reason="Train V2 has no other way to read the model in a checkpoint.",
            link=rule.link,
            place=parsed.place(one.node),
            edits=tuple(_edits(parsed, one, text)),
            imports=tuple(draft.imports),
        )


def _reads(parsed: Parsed) -> Iterator[_Read | _Unclear]:
    """Such calls, and the method where something else is to call it, in source order."""
    old = {id(one.call.func): one for one in model_reads(parsed)}
    for node in parsed.of(cst.Attribute):
        if node.attr.value != _METHOD or _is_set(parsed, node):
            continue
        if (read := old.get(id(node))) is not None:
            yield _Read(read.call, read.reader, (read.call, read.checkpoint))
            continue
        found = dict.fromkeys(_readers(parsed, node))
        readers = tuple(sorted(one for one in found if one is not None))
        if len(found) == len(readers) == 1 and _is_plain(node.value):
            yield _Read(_read(parsed, node), readers[0], (node.value,))
        elif readers:
            yield _Unclear(node, readers)


def _read(parsed: Parsed, node: cst.Attribute) -> cst.BaseExpression:
    """The call of a method, or the method itself where it is not called there."""
    call = parsed.parent(node)
    return call if isinstance(call, cst.Call) and call.func is node else node


def _is_set(parsed: Parsed, node: cst.Attribute) -> bool:
    """Whether an attribute is bound or deleted there."""
    holder = parsed.parent(node)
    target = holder.target if isinstance(holder, cst.AnnAssign | cst.AugAssign | cst.Del) else None
    return isinstance(holder, cst.AssignTarget) or target is node


def _is_plain(owner: cst.BaseExpression) -> bool:
    """Whether nothing happens where an expression is evaluated, so that it may go."""
    while isinstance(owner, cst.Attribute):
        owner = owner.value
    return isinstance(owner, cst.Name)


def _edits(parsed: Parsed, read: _Read, reader: str) -> Iterator[Replace]:
    """What is written for such a call, but for the checkpoint that it is given."""
    start, end = parsed.span(read.around[0])
    if len(read.around) == 1:
        yield Replace(start, end, reader)
        return
    inner = parsed.span(read.around[1])
    yield Replace(start, inner[0], f"{reader}.get_model(")
    yield Replace(inner[1], end, ")")


def _readers(parsed: Parsed, method: cst.Attribute) -> Iterator[str | None]:
    """What reads the models of the trainers, or classes, that have a method; None for others.

    Nothing where it cannot be seen what they are, or where they have one of their own.
    """
    owner = method.value
    own = definition(parsed, owner)
    handed, itself = known_elsewhere(parsed, owner), known_elsewhere(parsed, method)
    name = ray_name(parsed, owner)
    if itself is not None and itself.is_code:
        return
    if name is not None and name.certainty is Certainty.SURE:
        yield ray_api.MODEL_READERS.get(name.name)
    elif isinstance(own, cst.ClassDef):
        yield _reader_of_class(parsed, own)
    elif handed is not None and handed.base is not None:
        yield ray_api.MODEL_READERS.get(handed.base)
    elif trainers := trainers_of(parsed, owner):
        for one in trainers:
            yield from _of_trainer(parsed, one.call)
    else:
        ends = origins(parsed, owner)
        seen = [one for end in ends for one in _may_be(parsed, end)]
        seen += [ray_api.MODEL_READERS.get(one) for one in annotated_trainers(parsed, owner)]
        if not any(seen) and any(Kind.TRAINER in kinds(parsed, one) for one in ends):
            yield from ray_api.MODEL_READERS.values()  # which of them only its module knows
        yield from (*seen, None)  # others may give another, or derive from its class


def _may_be(parsed: Parsed, end: cst.BaseExpression) -> Iterator[str | None]:
    """What reads the models of what an expression may be: a trainer, or the class of one."""
    if trainers_among(parsed, (end,)) or own_trainer(parsed, end) is not None:
        yield from _of_trainer(parsed, end)
    else:
        yield from (ray_api.MODEL_READERS.get(one or "") for one in chosen_classes(parsed, end))


def _of_trainer(parsed: Parsed, node: cst.BaseExpression) -> Iterator[str | None]:
    """What reads the models of a trainer that is built here."""
    made = construction(parsed, node) or chosen_construction(parsed, node)
    own = definition(parsed, node.func) if isinstance(node, cst.Call) else None
    if isinstance(own, cst.ClassDef):
        yield _reader_of_class(parsed, own)
    elif made is not None:
        yield ray_api.MODEL_READERS.get(made.name)


def _reader_of_class(parsed: Parsed, own: cst.ClassDef) -> str | None:
    """What reads the models of a class of this module, if it derives from a boosting trainer."""
    derived = trainer_class_of(parsed, own)
    if derived is None or method_of(parsed, own, _METHOD) is not None:
        return None
    return ray_api.MODEL_READERS.get(derived.base)
