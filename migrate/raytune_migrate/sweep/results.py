"""Which expressions are what a sweep gave: its ResultGrid, or a Result out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate.bindings import bindings, is_parameter
from raytune_migrate.elsewhere import Kind
from raytune_migrate.names import is_annotated, ray_name
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.foreign import kinds
from raytune_migrate.sweep.origins import origins

if TYPE_CHECKING:
    from collections.abc import Callable

    from raytune_migrate.parsed import Parsed


@dataclass(frozen=True, slots=True)
class _Sweeps:
    """Where results come from: the calls here that made the Tuners, and whether those are all."""

    tuners: tuple[cst.Call, ...]
    seen: bool


_ELSEWHERE = _Sweeps((), seen=False)


def is_result(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is one Result of a sweep, of another module's too."""
    return _of_result(parsed, node) is not None


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


def _of_result(parsed: Parsed, node: cst.BaseExpression) -> _Sweeps | None:
    return _of_all(parsed, node, _given_result)


def _of_grid(parsed: Parsed, node: cst.BaseExpression) -> _Sweeps | None:
    return _of_all(parsed, node, _given_grid)


def _of_all(
    parsed: Parsed,
    node: cst.BaseExpression,
    given: Callable[[Parsed, cst.BaseExpression], _Sweeps | None],
) -> _Sweeps | None:
    """What all that an expression may come from is, as far as callers of a function are seen."""
    ends = origins(parsed, node)
    seen = [one for one in ends if not is_parameter(parsed, one)]
    found = [given(parsed, one) for one in seen or ends]
    known = [one for one in found if one is not None]
    if not found or len(known) < len(found):
        return None
    tuners = {id(tuner): tuner for one in known for tuner in one.tuners}
    return _Sweeps(tuple(tuners.values()), seen=all(one.seen for one in known))


def _given_result(parsed: Parsed, node: cst.BaseExpression) -> _Sweeps | None:
    if Kind.RESULT in kinds(parsed, node):
        return _ELSEWHERE
    match node:
        case cst.Name():
            source = _iterated(parsed, node)
            return _of_grid(parsed, source) if source is not None else None
        case cst.Subscript():
            return _of_grid(parsed, node.value)
        case cst.Call(func=cst.Attribute(value=grid, attr=cst.Name(value="get_best_result"))):
            return _of_grid(parsed, grid)
        case _:
            return None


def _given_grid(parsed: Parsed, node: cst.BaseExpression) -> _Sweeps | None:
    if Kind.GRID in kinds(parsed, node):
        return _ELSEWHERE
    match node:
        case cst.Name() if is_annotated(parsed, node, ray_api.RESULT_GRIDS):
            return _ELSEWHERE
        case cst.Call(func=cst.Attribute(value=tuner, attr=cst.Name(value="fit" | "get_results"))):
            return _of_all(parsed, tuner, _given_tuner)
        case _:
            return None


def _given_tuner(parsed: Parsed, node: cst.BaseExpression) -> _Sweeps | None:
    if Kind.TUNER in kinds(parsed, node) or is_annotated(parsed, node, {ray_api.TUNER}):
        return _ELSEWHERE
    name = ray_name(parsed, node.func) if isinstance(node, cst.Call) else None
    known = name is not None and name.name in (ray_api.TUNER, f"{ray_api.TUNER}.restore")
    return _Sweeps((node,), seen=True) if known and isinstance(node, cst.Call) else None


def _iterated(parsed: Parsed, node: cst.Name) -> cst.BaseExpression | None:
    """What the loop or comprehension goes through that binds a name."""
    found = bindings(parsed, node)
    binding = next(iter(found)) if len(found) == 1 else None
    target = binding.node if isinstance(binding, Assignment) else None
    holder = parsed.parent(target) if target is not None else None
    if isinstance(holder, cst.For | cst.CompFor) and holder.target is target:
        return holder.iter
    return None
