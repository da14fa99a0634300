"""What a train loop does that matters here: reads checkpoints, calls what Train V2 dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.names import definition, imported_name, method, ray_name, variable
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.model import Reading, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from raytune_migrate.parsed import Parsed

_PARTIAL = "functools.partial"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A call in a worker of something that Train V2 no longer offers there."""

    node: cst.CSTNode
    name: str
    why: str


def worker(
    parsed: Parsed, loop: cst.BaseExpression, is_own_module: Callable[[str], bool]
) -> Worker:
    """Follow a train loop and the functions of this module that it calls."""
    bodies: list[cst.CSTNode] = []
    complete = True
    waiting: list[cst.CSTNode | None] = [_callee(parsed, loop)]
    while waiting:
        body = waiting.pop()
        if body is None:
            complete = False
            continue
        if any(body is one for one in bodies):
            continue
        bodies.append(body)
        for node in parsed.walk(body):
            if not isinstance(node, cst.Name | cst.Attribute):
                continue
            name = imported_name(parsed, node)
            if name is not None:
                if name.startswith(".") or is_own_module(name.split(".", 1)[0]):
                    complete = False
            elif (
                isinstance(node, cst.Name) and (found := definition(parsed, node)) is not None
            ) or (isinstance(node, cst.Attribute) and (found := method(parsed, node)) is not None):
                waiting.append(found)
    return Worker(tuple(bodies), complete)


def reading(parsed: Parsed, code: Worker) -> Reading:
    """Whether a train loop reads a checkpoint."""
    for body in code.bodies:
        for node in parsed.walk(body):
            name = ray_name(parsed, node)
            if name is not None and name.name in ray_api.CHECKPOINT_READERS:
                return Reading.READS
    return Reading.NEVER if code.complete else Reading.UNKNOWN


def dropped(parsed: Parsed, code: Worker) -> Iterator[Dropped]:
    """The places in a train loop that call what Train V2 dropped."""
    for body in code.bodies:
        for node in parsed.walk(body):
            if isinstance(node, cst.Call):
                yield from _dropped_call(parsed, node)


def _dropped_call(parsed: Parsed, call: cst.Call) -> Iterator[Dropped]:
    name = ray_name(parsed, call.func)
    if name is not None:
        if name.name in ray_api.SESSION_FUNCTIONS or name.name in ray_api.SESSION_CONTEXT:
            return
        for known, why in ray_api.WORKER_NAMES.items():
            if name.name == known or (known.endswith(".") and name.name.startswith(known)):
                yield Dropped(call, name.name, why)
        return
    function = call.func
    if (
        isinstance(function, cst.Attribute)
        and function.attr.value in ray_api.WORKER_CONTEXT_METHODS
        and _is_context(parsed, function.value)
    ):
        yield Dropped(call, function.attr.value, "raises in a Train V2 worker")


def _is_context(parsed: Parsed, node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.Name) and (found := variable(parsed, node)) is not None:
        return _is_context(parsed, found.value)
    if not isinstance(node, cst.Call):
        return False
    name = ray_name(parsed, node.func)
    return name is not None and name.name == "ray.train.get_context"


def _callee(parsed: Parsed, node: cst.BaseExpression) -> cst.CSTNode | None:
    """The function behind an expression that is used as a train loop."""
    match node:
        case cst.Lambda():
            return node
        case cst.Name():
            if (found := definition(parsed, node)) is not None:
                return found
            bound = variable(parsed, node)
            return _callee(parsed, bound.value) if bound is not None else None
        case cst.Attribute():
            return method(parsed, node)
        case cst.Call() if node.args and imported_name(parsed, node.func) == _PARTIAL:
            return _callee(parsed, node.args[0].value)
        case _:
            return None
