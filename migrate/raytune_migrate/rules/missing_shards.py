"""A dataset that a worker asks for, and takes for missing where it gets None.

Train V1 gave None for a dataset that the trainer was not given. Train V2 raises a KeyError.
https://docs.ray.io/en/latest/train/user-guides/data-loading-preprocessing.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.lookups import text_of
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import is_none
from raytune_migrate.loops.roles import Role
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.bindings import bindings
from raytune_migrate.module.fallbacks import is_of_older_ray
from raytune_migrate.rules.beside import finding_beside
from raytune_migrate.sweep.model import constructions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.sweep.model import Construction

_CODE = "RTM309"
_METHOD = "get_dataset_shard"
_ASKED = frozenset({f"ray.train.{_METHOD}", f"{ray_api.SESSION}.{_METHOD}"})
_FIRST = "train"  # what is asked for where no name is given
_CATCHING = frozenset({"BaseException", "Exception", "KeyError", "LookupError"})


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each call that gives what is tested for None."""
    parsed = context.parsed
    if _METHOD not in parsed.text:
        return
    for node, name in reads(parsed, parsed.module):
        call = parsed.parent(node)
        if name.name not in _ASKED or not isinstance(call, cst.Call) or call.func is not node:
            continue
        if is_of_older_ray(parsed, node) or context.roles.of(parsed, call) is Role.TUNE_FUNCTION:
            continue
        if (
            _is_tested(parsed, call)
            and not _is_caught(parsed, call)
            and not _is_there(parsed, call)
        ):
            yield finding_beside(
                context,
                call,
                _CODE,
                "Where the trainer has no such dataset, this raises a KeyError under Train V2; V1"
                " gave None.",
                "Say in train_loop_config which datasets there are, or catch the KeyError.",
            )


def _is_tested(parsed: Parsed, call: cst.Call) -> bool:
    """Whether what a call gives is held against None, or asked for being true."""
    given: list[cst.CSTNode] = [call]
    holder = parsed.parent(call)
    names: list[cst.BaseExpression] = []
    match holder:
        case cst.NamedExpr(target=target):
            given.append(holder)
            names = [target]
        case cst.Assign(targets=targets):
            names = [one.target for one in targets]
        case cst.AnnAssign(target=target):
            names = [target]
    function = parsed.function(call)
    given += [
        access.node
        for name in names
        if isinstance(name, cst.Name)
        for one in bindings(parsed, name)
        for access in one.references
        if parsed.function(access.node) is function
    ]
    return any(_is_asked(parsed, one) for one in given)


def _is_asked(parsed: Parsed, node: cst.CSTNode) -> bool:
    around = parsed.parent(node)
    if isinstance(around, cst.ComparisonTarget):
        around = parsed.parent(around)
    match around:
        case cst.If() | cst.IfExp() | cst.While() | cst.Assert() | cst.CompIf():
            return around.test is node
        case cst.UnaryOperation(operator=cst.Not()) | cst.BooleanOperation():
            return True
        case cst.Comparison(left=left, comparisons=others):
            return any(is_none(one) for one in (left, *(each.comparator for each in others)))
        case _:
            return False


def _is_caught(parsed: Parsed, call: cst.Call) -> bool:
    """Whether code around a call goes on without the dataset, as the call raises."""
    return any(
        isinstance(around, cst.Try)
        and parsed.inside(call, around.body)
        and any(_catches(parsed, one) for one in around.handlers)
        for around in parsed.ancestors(call)
    )


def _catches(parsed: Parsed, handler: cst.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(one.value in _CATCHING for one in parsed.walk(handler.type, cst.Name))


def _is_there(parsed: Parsed, call: cst.Call) -> bool:
    """Whether the trainers of the module all have the dataset; others may run this as well."""
    asked = text_of(parsed, call.args[0].value) if call.args else _FIRST
    trainers = [one for one in constructions(parsed) if one.name in ray_api.TRAINERS]
    return bool(trainers) and bool(asked) and all(_has(parsed, one, asked) for one in trainers)


def _has(parsed: Parsed, trainer: Construction, asked: str) -> bool:
    value = trainer.given("datasets")
    ends = origins(parsed, value) if value is not None else ()
    return bool(ends) and all(
        isinstance(one, cst.Dict)
        and any(
            isinstance(each, cst.DictElement) and text_of(parsed, each.key) == asked
            for each in one.elements
        )
        for one in ends
    )
