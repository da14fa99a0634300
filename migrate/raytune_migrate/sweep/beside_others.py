"""Sweeps that may run while others do, on the same cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.module.bindings import definition
from raytune_migrate.module.names import imported_name, ray_name
from raytune_migrate.module.remote import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

_SUBMIT = "submit"
_STARTERS = frozenset(
    {
        "threading.Thread",
        "threading.Timer",
        "multiprocessing.Process",
        "asyncio.to_thread",
        "joblib.delayed",
    }
)
# Of pools and executors, whatever they are called.
_STARTING_METHODS = frozenset(
    {
        _SUBMIT,
        "map",
        "map_async",
        "starmap",
        "starmap_async",
        "imap",
        "imap_unordered",
        "apply_async",
        "run_in_executor",
    }
)


def runs_beside_others(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether code is run by a task or an actor of Ray, or by a thread or process of its own.

    Nobody starts those for a single sweep, or waits for one before the next. Functions that call
    the code's own are followed in the module.
    """
    seen: set[cst.CSTNode] = set()
    left = list(_definitions_around(parsed, node))
    while left:
        one = left.pop()
        if one in seen:
            continue
        seen.add(one)
        if any(_is_remote(parsed, decorator.decorator) for decorator in one.decorators):
            return True
        for use in _uses(parsed, one):
            parent = parsed.parent(use)
            if isinstance(parent, cst.Call):
                left += _definitions_around(parsed, parent)
            elif isinstance(parent, cst.Arg) and _starts(parsed, parsed.parent(parent)):
                return True
    return False


def starts_own_code(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call starts a task, an actor, a thread or a process for code of the module."""
    function = call.func
    task = started(function)
    if task is not None:
        return definition(parsed, task) is not None
    if isinstance(function, cst.Attribute) and function.attr.value == _SUBMIT:
        return True
    return imported_name(parsed, function) in _STARTERS


def _definitions_around(
    parsed: Parsed, node: cst.CSTNode
) -> Iterator[cst.FunctionDef | cst.ClassDef]:
    for outer in parsed.ancestors(node):
        if isinstance(outer, cst.FunctionDef | cst.ClassDef):
            yield outer


def _is_remote(parsed: Parsed, decorator: cst.BaseExpression) -> bool:
    function = decorator.func if isinstance(decorator, cst.Call) else decorator
    found = ray_name(parsed, function)
    return found is not None and found.name == ray_api.REMOTE


def _uses(
    parsed: Parsed, one: cst.FunctionDef | cst.ClassDef
) -> Iterator[cst.Name | cst.Attribute]:
    """Where a function or class is named; of a method, where an attribute is called like it."""
    if _is_method(parsed, one):
        yield from (use for use in parsed.of(cst.Attribute) if use.attr.value == one.name.value)
        return
    for use in parsed.of(cst.Name):
        if use.value == one.name.value and use is not one.name and definition(parsed, use) is one:
            yield use


def _is_method(parsed: Parsed, one: cst.FunctionDef | cst.ClassDef) -> bool:
    body = parsed.parent(one)
    in_class = body is not None and isinstance(parsed.parent(body), cst.ClassDef)
    return in_class and isinstance(one, cst.FunctionDef)


def _starts(parsed: Parsed, call: cst.CSTNode | None) -> bool:
    """Whether a call has what it is given run by a task, a thread or a process."""
    if not isinstance(call, cst.Call):
        return False
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in _STARTING_METHODS:
        return True
    return _is_remote(parsed, call.func) or imported_name(parsed, call.func) in _STARTERS
