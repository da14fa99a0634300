"""What code asks of Ray's session, and what Train V2 has for that in a worker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.bindings import variable
from raytune_migrate.names import Certainty, ray_name
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.values import possible_values
from raytune_migrate.sweep.worker import reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.names import RayName
    from raytune_migrate.parsed import Parsed


class Fate(Enum):
    """What Train V2 has instead in a worker."""

    FUNCTION = "a function of ray.train"
    CONTEXT = "a method of the context of ray.train"
    TRIAL = "a field of the runtime's trial_info()"
    GONE = "nothing"


@dataclass(frozen=True, slots=True)
class SessionUse:
    """A place where a worker asks the session for what Train V2 has elsewhere, or nowhere.

    ``name`` is the function, the method, or what is gone; ``why`` says of the last what it does.
    """

    node: cst.BaseExpression
    fate: Fate
    name: str
    why: str = ""


_SILENT = "does nothing in a Train V2 worker"
_RAISES = "raises in a Train V2 worker"


def session_uses(parsed: Parsed, body: cst.CSTNode) -> Iterator[SessionUse]:
    """Every such place in a function that runs on a worker."""
    called = parsed.walk(body, cst.Call)
    asked = [use for one in called if (use := _asks_trial(parsed, one)) is not None]
    yield from asked
    for use in _others(parsed, body):
        if not any(parsed.inside(use.node, one.node) for one in asked):
            yield use


def train_context_asked(parsed: Parsed, call: cst.Call) -> str | None:
    """What a call asks of ``ray.train``'s context, through a variable too."""
    if not isinstance(call.func, cst.Attribute):
        return None
    found = variable(parsed, call.func.value)
    made = found.value if found is not None else call.func.value
    name = ray_name(parsed, made.func) if isinstance(made, cst.Call) else None
    known = name is not None and name.name == ray_api.GET_CONTEXT
    return call.func.attr.value if known else None


def _is_context(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is the context of a worker or a trial, through a variable too."""
    match node:
        case cst.Name():
            found = variable(parsed, node)
            return found is not None and _is_context(parsed, found.value)
        case cst.Attribute():
            values = [one for one in possible_values(parsed, node) if one is not node]
            return bool(values) and all(_gets_context(parsed, one) for one in values)
        case _:
            return _gets_context(parsed, node)


def _may_be_context(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is the context on some path that can be seen."""
    return any(_gets_context(parsed, one) for one in possible_values(parsed, node))


def _gets_context(parsed: Parsed, node: cst.BaseExpression) -> bool:
    name = ray_name(parsed, node.func) if isinstance(node, cst.Call) else None
    return name is not None and name.name in (ray_api.GET_CONTEXT, ray_api.TUNE_GET_CONTEXT)


def _asks_trial(parsed: Parsed, node: cst.Call) -> SessionUse | None:
    """A call whose answer the runtime has, as a whole expression."""
    if _before_worker(parsed, node):
        return None
    getter = _getter(parsed, node.func)
    if getter is None or getter not in ray_api.TRIAL_FACTS:
        return None
    return SessionUse(node, Fate.TRIAL, getter)


def _others(parsed: Parsed, body: cst.CSTNode) -> Iterator[SessionUse]:
    for read in parsed.walk(body, cst.Attribute):
        if read.attr.value in ray_api.CONTEXT_DROPPED and _may_be_context(parsed, read.value):
            yield SessionUse(read, Fate.GONE, read.attr.value, _RAISES)
    for node, name in reads(parsed, body):
        use = _session_use(parsed, node, name)
        if use is not None:
            yield use


def _session_use(parsed: Parsed, node: cst.BaseExpression, name: RayName) -> SessionUse | None:
    """What becomes of a name of Ray in a worker, if it is one of the session's."""
    if name.name == ray_api.SESSION:
        holder = parsed.parent(node)
        inner = isinstance(holder, cst.Attribute) and holder.value is node
        return None if inner else SessionUse(node, Fate.GONE, name.name, _SILENT)
    function = ray_api.WORKER_FUNCTIONS.get(name.name)
    if function is not None and name.certainty is Certainty.SURE:
        moved = function != name.written
        return SessionUse(node, Fate.FUNCTION, function) if moved else None
    if not name.name.startswith(f"{ray_api.SESSION}."):
        return None
    method = name.name.rpartition(".")[2]
    known = method in ray_api.CONTEXT_METHODS and name.certainty is Certainty.SURE
    if known and not _before_worker(parsed, node):
        return SessionUse(node, Fate.CONTEXT, method)
    return SessionUse(node, Fate.GONE, name.name, _SILENT)


def _getter(parsed: Parsed, function: cst.BaseExpression) -> str | None:
    """What a called function asks of the session, or of a context."""
    name = ray_name(parsed, function)
    if name is not None:
        asked = name.name.startswith(f"{ray_api.SESSION}.")
        return name.name.rpartition(".")[2] if asked and name.certainty is Certainty.SURE else None
    if isinstance(function, cst.Attribute) and _is_context(parsed, function.value):
        return function.attr.value
    return None


def _before_worker(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether an expression is evaluated where the train loop is defined, not where it runs."""
    return parsed.function(node) is None and (
        parsed.enclosing(node, cst.Param) is not None
        or parsed.enclosing(node, cst.Decorator) is not None
    )
