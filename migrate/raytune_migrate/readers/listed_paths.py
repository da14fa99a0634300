"""Paths of what lies in a folder, by a listing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate.expressions.elements import gone_through
from raytune_migrate.module.bindings import bindings, variable
from raytune_migrate.module.names import imported_name

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed

_FUNCTIONS = frozenset({"glob.glob", "glob.iglob", "os.listdir", "os.scandir", "os.walk"})
_METHODS = frozenset({"glob", "iterdir", "rglob"})


def is_listed(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is, or is made of, the name of something that a folder holds.

    ``sorted(os.listdir(runs))[-1]`` is one, and so is what a loop over that goes with.
    """
    seen, waiting = set[int](), [node]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:  # variables that hold each other must end somewhere
            continue
        seen.add(id(one))
        if any(_lists(parsed, call) for call in parsed.walk(one, cst.Call)):
            return True
        for name in parsed.walk(one, cst.Name):
            waiting += _sources(parsed, name)
    return False


def _lists(parsed: Parsed, call: cst.Call) -> bool:
    match call.func:
        case cst.Attribute(attr=cst.Name(value=method)) if method in _METHODS:
            return True
        case function:
            return imported_name(parsed, function) in _FUNCTIONS


def _sources(parsed: Parsed, name: cst.Name) -> list[cst.BaseExpression]:
    """What a variable holds, and what the loops go through that it is the target of."""
    bound = variable(parsed, name)
    if bound is not None:
        return [bound.value]
    loops = (
        gone_through(parsed, one.node)
        for one in bindings(parsed, name)
        if isinstance(one, Assignment)
    )
    return [one for one in loops if one is not None]
