"""A Result out of a ResultGrid is ``ray.tune.Result``; ``ray.train.Result`` is another under V2.

``isinstance(results[0], ray.train.Result)`` was true under V1 and is false under V2, as other tests
of the class are, and
``ray.train.Result.from_path`` reads only what Train V2 writes.
https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.foreign import kinds, told_of_result
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import is_builtin
from raytune_migrate.module.names import ray_name
from raytune_migrate.readers.fits import fitted
from raytune_migrate.readers.results import is_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CODE = "RTM403"
_OTHER = "A sweep's Result is no ray.train.Result under V2."


def propose(context: Context) -> Iterator[Proposal]:
    """A finding where what a sweep gave is tested for the class of ray.train, or read as it."""
    parsed = context.parsed
    for node in (*parsed.of(cst.Call, cst.Comparison), *parsed.of(cst.Match)):
        asked = _asked_class(parsed, node)
        if asked is not None and is_result(parsed, asked):
            yield finding(parsed, node, _CODE, _OTHER, "Test for ray.tune.Result.")
        elif asked is not None and _may_be_of_sweep(parsed, asked):
            yield finding(parsed, node, _CODE, _OTHER, "Test for ray.tune.Result too.")
        elif isinstance(node, cst.Call) and _reads_class(parsed, node):
            yield finding(
                parsed,
                node,
                _CODE,
                "Under V2 ray.train.Result.from_path() reads no trial, and no run of Train V1: only"
                " what a run of Train V2 has reported with a checkpoint.",
                "Read those with ray.tune.Result.from_path().",
            )


def _may_be_of_sweep(parsed: Parsed, asked: cst.BaseExpression) -> bool:
    """Whether something may be the Result of a sweep, beside what else it may be."""
    seen = any(is_result(parsed, one) for one in origins(parsed, asked))
    return seen or Kind.RESULT in kinds(parsed, asked) | told_of_result(parsed, asked)


def _reads_class(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call reads a directory that is not surely the run of a trainer's own ``fit()``."""
    function = call.func
    if not isinstance(function, cst.Attribute) or function.attr.value != "from_path":
        return False
    if (name := ray_name(parsed, function.value)) is None or name.name != ray_api.TRAIN_RESULT:
        return False
    match call.args:
        case [cst.Arg(value=cst.Attribute(value=result, attr=cst.Name(value="path")))]:
            return not fitted(parsed, result)
        case _:
            return True


def _asked_class(
    parsed: Parsed, node: cst.Call | cst.Comparison | cst.Match
) -> cst.BaseExpression | None:
    """What a call, a comparison or a ``match`` tests for the class of ray.train alone."""
    match node:
        case cst.Call(args=[cst.Arg(value=asked), cst.Arg(value=kind)]) if is_builtin(
            parsed, node.func, "isinstance"
        ):
            kinds = _each(kind)
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value=name)),
            args=[cst.Arg(value=asked), cst.Arg(value=kind), *_],
        ) if name in ray_api.CLASS_ASSERTIONS:
            kinds = _each(kind)
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(comparator=right)]):
            of, kind = _asked_for_class(parsed, left), right
            if of is None:
                of, kind = _asked_for_class(parsed, right), left
            if of is None:
                return None
            asked, kinds = of, _each(kind)
        case cst.Match():
            asked = node.subject
            kinds = [
                one.cls for case in node.cases for one in parsed.walk(case.pattern, cst.MatchClass)
            ]
        case _:
            return None
    found = [ray_name(parsed, one) for one in kinds]
    names = {one.name for one in found if one is not None}
    tested = ray_api.TRAIN_RESULT in names and names.isdisjoint(ray_api.TUNE_RESULTS)
    return asked if tested else None


def _each(kind: cst.BaseExpression) -> list[cst.BaseExpression]:
    """A class, or those of a container."""
    if isinstance(kind, cst.List | cst.Set | cst.Tuple):
        return [one.value for one in kind.elements]
    return [kind]


def _asked_for_class(parsed: Parsed, node: cst.BaseExpression) -> cst.BaseExpression | None:
    """That of which an expression is the class: ``type(result)``."""
    match node:
        case cst.Call(args=[cst.Arg(value=of)]) if is_builtin(parsed, node.func, "type"):
            return of
        case cst.Attribute(value=of, attr=cst.Name(value=ray_api.CLASS)):
            return of
        case _:
            return None
