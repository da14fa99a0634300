"""Which expressions are what a sweep gave: its ResultGrid, or a Result out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate.elsewhere import Kind
from raytune_migrate.names import bindings, ray_name, variable
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.foreign import kinds

if TYPE_CHECKING:
    from raytune_migrate.parsed import Parsed


@dataclass(frozen=True, slots=True)
class _Sweep:
    """Where results come from: the call that made the Tuner, None where it is another module's."""

    tuner: cst.Call | None


_ELSEWHERE = _Sweep(None)


def is_result(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is one Result of a sweep, of another module's too."""
    return _of_result(parsed, node) is not None


def tuner_of(parsed: Parsed, node: cst.BaseExpression) -> cst.Call | None:
    """The call here that made the Tuner of which an expression is one Result, if there is one."""
    found = _of_result(parsed, node)
    return found.tuner if found is not None else None


def _of_result(parsed: Parsed, node: cst.BaseExpression) -> _Sweep | None:
    if Kind.RESULT in kinds(parsed, node):
        return _ELSEWHERE
    match node:
        case cst.Name():
            bound = variable(parsed, node)
            if bound is not None:
                return _of_result(parsed, bound.value)
            source = _iterated(parsed, node)
            return _of_grid(parsed, source) if source is not None else None
        case cst.Subscript():
            return _of_grid(parsed, node.value)
        case cst.Call(func=cst.Attribute(value=grid, attr=cst.Name(value="get_best_result"))):
            return _of_grid(parsed, grid)
        case _:
            return None


def _of_grid(parsed: Parsed, node: cst.BaseExpression) -> _Sweep | None:
    if Kind.GRID in kinds(parsed, node):
        return _ELSEWHERE
    match node:
        case cst.Name():
            bound = variable(parsed, node)
            return _of_grid(parsed, bound.value) if bound is not None else None
        case cst.Call(func=cst.Attribute(value=tuner, attr=cst.Name(value="fit" | "get_results"))):
            return _tuner(parsed, tuner)
        case _:
            return None


def _tuner(parsed: Parsed, node: cst.BaseExpression) -> _Sweep | None:
    if Kind.TUNER in kinds(parsed, node):
        return _ELSEWHERE
    if isinstance(node, cst.Name):
        bound = variable(parsed, node)
        return _tuner(parsed, bound.value) if bound is not None else None
    name = ray_name(parsed, node.func) if isinstance(node, cst.Call) else None
    known = name is not None and name.name in (ray_api.TUNER, f"{ray_api.TUNER}.restore")
    return _Sweep(node) if known and isinstance(node, cst.Call) else None


def _iterated(parsed: Parsed, node: cst.Name) -> cst.BaseExpression | None:
    """What the loop or comprehension goes through that binds a name."""
    found = bindings(parsed, node)
    binding = next(iter(found)) if len(found) == 1 else None
    target = binding.node if isinstance(binding, Assignment) else None
    holder = parsed.parent(target) if target is not None else None
    if isinstance(holder, cst.For | cst.CompFor) and holder.target is target:
        return holder.iter
    return None
