"""Train V2 raises a ``TrainingFailedError`` of its own, which old handlers miss.

It has what workers raised, of which that of Train V1 had the first for its cause.
``ray.train.base_trainer`` still has that of Train V1; ``ray.train`` has V2's from Ray 2.51 on, and
the runtime on every Ray.
https://docs.ray.io/en/latest/train/user-guides/fault-tolerance.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment
from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.imports.idle import idle_imports
from raytune_migrate.imports.pairs import is_tried_first
from raytune_migrate.imports.statements import may_fail
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.bindings import Variable, bindings, variable
from raytune_migrate.module.names import Certainty, last_name
from raytune_migrate.proposal import Change, ImportName, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CODE = "RTM402"
_ERROR = ray_api.TRAINING_FAILED
_CAUSE = "__cause__"
# What expects an error, and what then holds it.
_EXPECTS = {"raises": "value", "assertRaises": "exception", "assertRaisesRegex": "exception"}


@dataclass(frozen=True, slots=True)
class _Caught:
    """An error that is caught: as one of which classes, and in what code it can be asked."""

    kinds: cst.BaseExpression
    until: cst.CSTNode


def propose(context: Context) -> Iterator[Proposal]:
    """The class, and what is asked of it."""
    yield from _classes(context)
    yield from _causes(context.parsed)


def _causes(parsed: Parsed) -> Iterator[Proposal]:
    """A finding at each ``error.__cause__`` of one that is caught, by a handler or by a test."""
    for node in parsed.of(cst.Attribute) if _CAUSE in parsed.text else ():
        if node.attr.value != _CAUSE:
            continue
        caught = _caught(parsed, node.value)
        if (
            caught is not None
            and _is_of_train(parsed, caught.kinds)
            and ray_api.WORKER_FAILURES not in parsed.source(caught.until)
        ):
            yield finding(
                parsed,
                node,
                _CODE,
                "Under Train V2 the cause of a TrainingFailedError is not what a worker raised.",
                "Take that from the worker_failures of a ray.train.WorkerGroupError, by rank.",
            )


def _caught(parsed: Parsed, node: cst.BaseExpression) -> _Caught | None:
    """The error that an expression is, where it is one that a handler, or a test, has caught."""
    match node:
        case cst.Name():
            handler = parsed.enclosing(node, cst.ExceptHandler)
            match handler:
                case cst.ExceptHandler(
                    type=cst.BaseExpression() as kinds, name=cst.AsName(name=cst.Name(value=name))
                ) if name == node.value:
                    return _Caught(kinds, handler)
                case _:
                    return None
        case cst.Attribute(value=cst.Name() as info, attr=cst.Name(value=field)):
            for call in _contexts(parsed, info):
                if _EXPECTS.get(last_name(call.func)) == field and call.args:
                    return _Caught(call.args[0].value, parsed.function(node) or parsed.module)
            return None
        case _:
            return None


def _contexts(parsed: Parsed, name: cst.Name) -> Iterator[cst.Call]:
    """The calls that a name is bound to what they give by, as by ``with call() as name``."""
    for one in bindings(parsed, name):
        target = one.node if isinstance(one, Assignment) else None
        alias = parsed.parent(target) if target is not None else None
        match parsed.parent(alias) if isinstance(alias, cst.AsName) else variable(parsed, name):
            case cst.WithItem(item=cst.Call() as call) | Variable(value=cst.Call() as call):
                yield call


def _is_of_train(parsed: Parsed, kinds: cst.BaseExpression) -> bool:
    """Whether the class, of either Train, is among those that are caught."""
    classes = reads(parsed, kinds)
    return any(ray_api.STAND_INS.get(one.name, one.name) == _ERROR for _, one in classes)


def _classes(context: Context) -> Iterator[Proposal]:
    """One change for the file: V2's from ray.train, where every Ray exports it, or the runtime."""
    parsed = context.parsed
    old = [
        (node, name)
        for node, name in reads(parsed, parsed.module)
        if name.name == _ERROR
        and name.written != name.name
        and name.certainty is Certainty.SURE
        and not is_tried_first(parsed, node)
    ]
    minimum = context.project.minimum_ray
    exported = minimum is not None and minimum >= Version(ray_api.V2_BY_DEFAULT)
    home = _ERROR if exported else ray_api.TRAINING_FAILED_OF_RUNTIME
    idle = [
        one
        for one in idle_imports(parsed, (_ERROR,), homes={_ERROR: home})
        if not may_fail(parsed, one.statement)
    ]
    if not old and not idle:
        return
    draft = context.draft()
    edits = []
    for node, _ in old:
        text = draft.refer(parsed, home, node)
        if text != parsed.source(node):
            edits.append(Replace(*parsed.span(node), text))
    edits += [one.moved for one in idle if isinstance(one.moved, Replace)]
    draft.imports += [one.moved for one in idle if isinstance(one.moved, ImportName)]
    rule = RULES[_CODE]
    yield Change(
        code=_CODE,
        title=rule.title,
        reason="The one of ray.train.base_trainer is Train V1's, and V2 never raises it.",
        link=rule.link,
        place=parsed.place([*(node for node, _ in old), *(one.statement for one in idle)][0]),
        edits=tuple(edits),
        imports=tuple(draft.imports),
    )
