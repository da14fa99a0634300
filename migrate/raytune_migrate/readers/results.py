"""Which expressions are what a sweep gave: its ResultGrid, or a Result out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.elements import elements, gone_through, unpacked
from raytune_migrate.expressions.foreign import kinds, told_of_result
from raytune_migrate.expressions.handed import handed
from raytune_migrate.expressions.origins import origins, outcome_of
from raytune_migrate.expressions.values import is_builtin
from raytune_migrate.module.annotations import is_annotated
from raytune_migrate.module.bindings import bindings, is_parameter
from raytune_migrate.module.names import ray_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from libcst.metadata import BaseAssignment

    from raytune_migrate.module.parsed import Parsed


@dataclass(frozen=True, slots=True)
class _Sweeps:
    """Where results come from: the calls here that made the Tuners, and whether those are all."""

    tuners: tuple[cst.Call, ...]
    seen: bool


# Builtins that give one of what they are given, and those that give it all, or some of it.
_PICKERS = frozenset({"max", "min", "next"})
_SEQUENCES = frozenset({"iter", "list", "reversed", "sorted", "tuple"})

_ELSEWHERE = _Sweeps((), seen=False)


def is_result(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is one Result of a sweep, of another module's too."""
    return _of_result(parsed, node) is not None


def is_grid(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is the ResultGrid of a sweep, of another module's too."""
    return _of_grid(parsed, node) is not None


def tuner_of(parsed: Parsed, node: cst.BaseExpression) -> cst.Call | None:
    """The call here that made the Tuner of which an expression is one Result, if there is one."""
    tuners = tuners_of(parsed, node)
    return tuners[0] if len(tuners) == 1 else None


def tuners_of(parsed: Parsed, node: cst.BaseExpression) -> tuple[cst.Call, ...]:
    """The calls here that made the Tuners of which an expression may be one Result.

    None unless those are all.
    """
    found = _of_result(parsed, node)
    return found.tuners if found is not None and found.seen else ()


def is_of_another_module(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is one Result of a sweep, and of none here that can be seen."""
    found = _of_result(parsed, node)
    return found is not None and not found.tuners


# What is being found out already, by the ids of the nodes: ``some = list(some)`` leads back to it.
_Above: TypeAlias = frozenset[int]
_NOTHING: _Above = frozenset()


def _of_result(
    parsed: Parsed, node: cst.BaseExpression, above: _Above = _NOTHING
) -> _Sweeps | None:
    found = _of_all(parsed, node, _given_result, above)
    if found is not None:
        return found
    told = told_of_result(parsed, node)
    return _ELSEWHERE if Kind.RESULT in told and Kind.FIT not in told else None


def _of_grid(parsed: Parsed, node: cst.BaseExpression, above: _Above = _NOTHING) -> _Sweeps | None:
    found = _of_all(parsed, node, _given_grid, above)
    said = found is None and is_annotated(parsed, node, ray_api.RESULT_GRIDS)
    return _ELSEWHERE if said else found


def _of_all(
    parsed: Parsed,
    node: cst.BaseExpression,
    given: Callable[[Parsed, cst.BaseExpression, _Above], _Sweeps | None],
    above: _Above,
) -> _Sweeps | None:
    """What all that an expression may come from is, as far as callers of a function are seen."""
    ends = [one for one in origins(parsed, node) if id(one) not in above]
    seen = [one for one in ends if not is_parameter(parsed, one)]
    return _joined([given(parsed, one, above | {id(one)}) for one in seen or ends])


def _joined(found: Sequence[_Sweeps | None]) -> _Sweeps | None:
    """All of some, of which each has to be known."""
    known = [one for one in found if one is not None]
    if not found or len(known) < len(found):
        return None
    tuners = {id(tuner): tuner for one in known for tuner in one.tuners}
    return _Sweeps(tuple(tuners.values()), seen=all(one.seen for one in known))


def _given_result(parsed: Parsed, node: cst.BaseExpression, above: _Above) -> _Sweeps | None:
    if Kind.RESULT in kinds(parsed, node):
        return _ELSEWHERE
    match node:
        case cst.Name():
            found = [
                None if source is None else _of_grid(parsed, source, above)
                for source in _iterated(parsed, node)
            ]
            return _joined(found)
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index())]):
            return _of_grid(parsed, node.value, above)
        case cst.Call(args=[cst.Arg(value=some), *_]) if _is_one_of(parsed, node.func, _PICKERS):
            return _of_grid(parsed, some, above)
        case cst.Call(func=cst.Attribute(value=grid, attr=cst.Name(value="get_best_result"))):
            return _of_grid(parsed, grid, above)
        case _:
            return None


def _given_grid(parsed: Parsed, node: cst.BaseExpression, above: _Above) -> _Sweeps | None:
    if Kind.GRID in kinds(parsed, node):
        return _ELSEWHERE
    match node:
        case cst.Name():
            return _joined([_of_rest(parsed, one, above) for one in bindings(parsed, node)])
        case cst.Call(func=cst.Attribute(value=tuner, attr=cst.Name(value="fit" | "get_results"))):
            return _of_all(parsed, tuner, _given_tuner, above)
        case cst.Await() | cst.Call(func=cst.Attribute(attr=cst.Name(value="result" | "get"))):
            match outcome_of(parsed, node):
                case cst.Attribute(value=tuner, attr=cst.Name(value="fit" | "get_results")):
                    return _of_all(parsed, tuner, _given_tuner, above)
                case _:
                    return None
        case cst.Subscript(value=some, slice=[cst.SubscriptElement(slice=cst.Slice())]):
            return _of_grid(parsed, some, above)
        case cst.Subscript(value=some, slice=[cst.SubscriptElement(slice=cst.Index())]):
            made = elements(parsed, some)
            return _joined([None if e is None else _of_grid(parsed, e, above) for e in made])
        case cst.Call(args=[cst.Arg(value=some), *_]) if _is_one_of(parsed, node.func, _SEQUENCES):
            return _of_grid(parsed, some, above)
        case (
            cst.ListComp(elt=cst.Name() as one, for_in=cst.CompFor() as loop)
            | cst.GeneratorExp(elt=cst.Name() as one, for_in=cst.CompFor() as loop)
        ) if one.value == getattr(loop.target, "value", None):
            return _of_grid(parsed, loop.iter, above)
        case _:
            return None


def _is_one_of(parsed: Parsed, function: cst.BaseExpression, names: frozenset[str]) -> bool:
    return any(is_builtin(parsed, function, name) for name in names)


def _given_tuner(parsed: Parsed, node: cst.BaseExpression, _above: _Above) -> _Sweeps | None:
    if Kind.TUNER in kinds(parsed, node) or is_annotated(parsed, node, {ray_api.TUNER}):
        return _ELSEWHERE
    name = ray_name(parsed, node.func) if isinstance(node, cst.Call) else None
    known = name is not None and name.name in (ray_api.TUNER, f"{ray_api.TUNER}.restore")
    return _Sweeps((node,), seen=True) if known and isinstance(node, cst.Call) else None


def _of_rest(parsed: Parsed, binding: BaseAssignment, above: _Above) -> _Sweeps | None:
    """The grid of which a binding, as in ``first, *rest = grid``, is all but some."""
    target = binding.node if isinstance(binding, Assignment) else None
    holder = parsed.parent(target) if target is not None else None
    whole = unpacked(parsed, holder) if isinstance(holder, cst.StarredElement) else None
    return _of_grid(parsed, whole, above) if whole is not None else None


def _iterated(parsed: Parsed, node: cst.Name) -> list[cst.BaseExpression | None]:
    """What a name is bound to the elements of, by loops, comprehensions and ``a, b = some``.

    And as the parameter of a function by what calls that with each. None for other bindings.
    """
    found: list[cst.BaseExpression | None] = []
    for one in bindings(parsed, node):
        target = one.node if isinstance(one, Assignment) else None
        if isinstance(target, cst.Param):
            found += [some for some, each in handed(parsed, target) if each] or [None]
        elif target is not None:
            found.append(gone_through(parsed, target) or unpacked(parsed, parsed.parent(target)))
        else:
            found.append(None)
    return found
