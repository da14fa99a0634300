"""What is tested for a config class of ray.train may be Tune's by now.

``isinstance(config, ray.train.RunConfig)`` was true of ``ray.tune.RunConfig`` too under Train V1.
Under V2 these are two classes, and the RunConfig that a Tuner is given is Tune's.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.module.bindings import is_builtin_here
from raytune_migrate.module.names import Certainty, calls, ray_name
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.proposal import Change, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit, Proposal
    from raytune_migrate.rewrite.draft import Draft

_CODE = "RTM203"
_TESTS = ("isinstance", "issubclass")


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each such test, in a project in which Tune is given configs."""
    parsed = context.parsed
    if not any(one in parsed.text for one in _TESTS) or not _tune_is_given_configs(parsed):
        return
    rule = RULES[_CODE]
    for call in calls(parsed):
        draft = context.draft()
        edits = tuple(_edits(parsed, call, draft))
        if edits:
            yield Change(
                code=_CODE,
                title=rule.title,
                reason="Under Train V2 the configs of ray.tune are no longer ray.train's too.",
                link=rule.link,
                place=parsed.place(call),
                edits=edits,
                imports=tuple(draft.imports),
            )


def _tune_is_given_configs(parsed: Parsed) -> bool:
    return parsed.elsewhere.tunes or any(
        name.name in ray_api.TUNE_RUNNERS for _, name in ray_calls(parsed)
    )


def _edits(parsed: Parsed, call: cst.Call, draft: Draft) -> Iterator[Edit]:
    """What makes a test true of both classes, if it is one and is not."""
    function = call.func
    if not isinstance(function, cst.Name) or function.value not in _TESTS or len(call.args) != 2:
        return
    if not is_builtin_here(parsed, function.value, function):
        return
    whole = call.args[1].value
    kinds = {one: ray_name(parsed, one) for one in _kinds(whole)}
    named = {name.written for name in kinds.values() if name is not None}
    for one, name in kinds.items():
        if name is None or name.certainty is Certainty.MIXED:
            continue
        # By an old path it is the class that Tune's derives from.
        tunes = ray_api.TUNE_CONFIG_CLASSES.get(name.written)
        if tunes is None or tunes in named:
            continue
        start, end = parsed.span(one)
        other = draft.refer(parsed, tunes, one)
        match parsed.parent(one):
            case cst.BinaryOperation():
                yield Replace(end, end, f" | {other}")
            case cst.Element():
                yield Replace(end, end, f", {other}")
            case _:
                yield Replace(start, start, "(")
                yield Replace(end, end, f", {other})")


def _kinds(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The classes in the second argument of a test."""
    match node:
        case cst.Tuple():
            for one in node.elements:
                yield from _kinds(one.value)
        case cst.BinaryOperation(operator=cst.BitOr()):
            yield from _kinds(node.left)
            yield from _kinds(node.right)
        case _:
            yield node
