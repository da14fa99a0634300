"""What code asks of Ray's session, and what Train V2 has for that in a worker."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.foreign import told_of_context
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import constant, is_builtin, is_none, possible_values
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.annotations import is_annotated
from raytune_migrate.module.bindings import is_parameter
from raytune_migrate.module.classes import class_of
from raytune_migrate.module.fallbacks import is_of_older_ray
from raytune_migrate.module.names import Certainty, ray_name

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from raytune_migrate.module.names import RayName
    from raytune_migrate.module.parsed import Parsed


class Fate(Enum):
    """What Train V2 has instead in a worker."""

    FUNCTION = "a function of ray.train"
    CONTEXT = "a method of the context of ray.train"
    TRIAL = "a field of the runtime's trial_info()"
    STORAGE = "what is made of such a field"
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


_GETTERS = (ray_api.GET_CONTEXT, ray_api.TUNE_GET_CONTEXT)
_NOT_OF_STORAGE = "is none of what the storage of a Train V2 worker has"
_SILENT = "does nothing in a Train V2 worker"
_RAISES = "raises in a Train V2 worker"
_MAY_RAISE = "of a worker's context raises under Train V2"


def session_uses(parsed: Parsed, body: cst.CSTNode) -> Iterator[SessionUse]:
    """Every such place in a function that runs on a worker of Train V2."""
    for use in _all_uses(parsed, body):
        if not is_of_older_ray(parsed, use.node):
            yield use


def _all_uses(parsed: Parsed, body: cst.CSTNode) -> Iterator[SessionUse]:
    called = parsed.walk(body, cst.Call)
    asked = [use for one in called if (use := _asks_trial(parsed, one)) is not None]
    asked += _asked_of_storage(parsed, body)
    yield from asked
    for use in _others(parsed, body):
        if not any(parsed.inside(use.node, one.node) for one in asked):
            yield use


def train_context_asked(parsed: Parsed, call: cst.Call, among: Container[str]) -> str | None:
    """Which of some methods of ``ray.train``'s context a call calls, wherever it has that from."""
    return _context_asked(parsed, call, among, ray_api.GET_CONTEXT)


def asks_for_metadata(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call asks the context of ``ray.train`` or of ``ray.tune`` for its metadata."""
    return _context_asked(parsed, call, (ray_api.GET_METADATA,), *_GETTERS) is not None


def _context_asked(
    parsed: Parsed, call: cst.Call, among: Container[str], *getters: str
) -> str | None:
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value not in among:
        return None
    known = _is_context(parsed, call.func.value, *getters)
    return call.func.attr.value if known else None


def _is_context(parsed: Parsed, node: cst.BaseExpression, *getters: str) -> bool:
    """Whether an expression is what one of ``getters`` gives, wherever it can be seen to come from.

    Through variables, attributes, and the parameters of functions that are given it; and through
    other modules.
    """
    if _gets_context(parsed, node, *getters):
        return True
    if ray_api.GET_CONTEXT in getters and told_of_context(parsed, node) == {Kind.CONTEXT}:
        return True
    ends = origins(parsed, node)
    known = [one for one in ends if _gets_context(parsed, one, *getters)]
    return bool(known) and all(
        is_parameter(parsed, one) for one in ends if all(one is not other for other in known)
    )


def _may_be_context(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is the context on some path that can be seen."""
    if Kind.CONTEXT in told_of_context(parsed, node):
        return True
    paths = (*possible_values(parsed, node), *origins(parsed, node))
    return any(_gets_context(parsed, one, *_GETTERS) for one in paths)


def _is_handed_over(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a parameter that says nothing of what it is, or an attribute of it.

    Who asks such a thing for a trial has the context of another module's train loop.
    """
    return any(
        is_parameter(parsed, one) and class_of(parsed, one) is None for one in origins(parsed, node)
    )


def _gets_context(parsed: Parsed, node: cst.BaseExpression, *getters: str) -> bool:
    """Whether an expression calls one of ``getters``, or is said to be of the class of it."""
    if isinstance(node, cst.Call):
        name = ray_name(parsed, node.func)
        return name is not None and name.name in getters
    return ray_api.GET_CONTEXT in getters and is_annotated(parsed, node, ray_api.CONTEXT_CLASSES)


def _asks_trial(parsed: Parsed, node: cst.Call) -> SessionUse | None:
    """A call whose answer the runtime has, as a whole expression."""
    if _before_worker(parsed, node):
        return None
    getter = _getter(parsed, node.func)
    return SessionUse(node, Fate.TRIAL, getter) if getter is not None else None


def _asked_of_storage(parsed: Parsed, body: cst.CSTNode) -> Iterator[SessionUse]:
    """What is asked of the storage of a worker's context, and Train V2's has not, or otherwise."""
    for read in parsed.walk(body, cst.Attribute):
        if storage_asked(parsed, read) is None:
            continue
        if read.attr.value in ray_api.STORAGE_DROPPED:
            yield SessionUse(read, Fate.GONE, read.attr.value, _NOT_OF_STORAGE)
        else:
            yield SessionUse(read, Fate.STORAGE, read.attr.value)


def storage_asked(parsed: Parsed, read: cst.Attribute) -> str | None:
    """What of a trial a read asks of the storage of a context, wherever it has that from."""
    name = read.attr.value
    if name not in ray_api.STORAGE_FACTS and name not in ray_api.STORAGE_DROPPED:
        return None
    ends = origins(parsed, read.value)
    known = bool(ends) and all(
        isinstance(one, cst.Call)
        and isinstance(one.func, cst.Attribute)
        and one.func.attr.value == ray_api.GET_STORAGE
        and _is_context(parsed, one.func.value, *_GETTERS)
        for one in ends
    )
    return name if known else None


def _others(parsed: Parsed, body: cst.CSTNode) -> Iterator[SessionUse]:
    for read in parsed.walk(body, cst.Attribute, cst.Call):
        owner, asked = _asked(parsed, read)
        if owner is None or asked not in ray_api.CONTEXT_DROPPED:
            continue
        if _may_be_context(parsed, owner):
            yield SessionUse(read, Fate.GONE, asked, _RAISES)
        elif asked in ray_api.TRIAL_FACTS and _is_handed_over(parsed, owner):
            yield SessionUse(read, Fate.GONE, asked, _MAY_RAISE)
    for node, name in reads(parsed, body):
        use = _session_use(parsed, node, name)
        if use is not None:
            yield use


def _asked(parsed: Parsed, read: cst.Attribute | cst.Call) -> tuple[cst.BaseExpression | None, str]:
    """What an attribute is read of, and its name; by ``getattr()`` too."""
    match read:
        case cst.Attribute(value=owner, attr=cst.Name(value=name)):
            return owner, name
        case cst.Call(args=[cst.Arg(value=owner), cst.Arg(value=word), *_]):
            told = constant(parsed, word) if is_builtin(parsed, read.func, "getattr") else None
            return (owner, told) if isinstance(told, str) else (None, "")
        case _:
            return None, ""


def _session_use(parsed: Parsed, node: cst.BaseExpression, name: RayName) -> SessionUse | None:
    """What becomes of a name of Ray in a worker, if it is one of the session's."""
    if name.name == ray_api.SESSION:
        holder = parsed.parent(node)
        inner = isinstance(holder, cst.Attribute) and holder.value is node
        if inner or _is_tested(parsed, node):
            return None
        return SessionUse(node, Fate.GONE, name.written, _SILENT)
    function = ray_api.WORKER_FUNCTIONS.get(name.name)
    if function is not None and name.certainty is Certainty.SURE:
        if name.name == ray_api.TUNE_REPORT and not _is_plain_report(parsed, node):
            return None
        moved = function != name.written
        return SessionUse(node, Fate.FUNCTION, function) if moved else None
    if not name.name.startswith(f"{ray_api.SESSION}."):
        return None
    method = name.name.rpartition(".")[2]
    known = method in ray_api.CONTEXT_METHODS and name.certainty is Certainty.SURE
    if known and not _before_worker(parsed, node):
        return SessionUse(node, Fate.CONTEXT, method)
    return SessionUse(node, Fate.GONE, name.written, _SILENT)


def _is_tested(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether a name is only asked for whether it could be imported: ``if session is None``."""
    match parsed.parent(node):
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(comparator=other)]):
            return left is node and is_none(other)
        case cst.If(test=tested) | cst.IfExp(test=tested) | cst.While(test=tested):
            return tested is node
        case cst.UnaryOperation(operator=cst.Not()):
            return True
        case cst.BooleanOperation(left=left, operator=cst.And()):
            return left is node
        case _:
            return False


def _is_plain_report(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether ``tune.report`` is called as ``train.report`` is.

    Up to Ray 2.6 it took each metric by its name, and was not heard from workers.
    """
    call = parsed.parent(node)
    if not isinstance(call, cst.Call) or call.func is not node:
        return False
    words = [one.keyword.value for one in call.args if one.keyword is not None]
    by_place = [one for one in call.args if one.keyword is None]
    return (
        not any(one.star for one in call.args)
        and ray_api.REPORT_ARGUMENTS.issuperset(words)
        and len(by_place) + words.count("metrics") == 1
    )


def _getter(parsed: Parsed, function: cst.BaseExpression) -> str | None:
    """What a called function asks the session, or a context, of the trial."""
    name = ray_name(parsed, function)
    if name is not None:
        getter = name.name.removeprefix(f"{ray_api.SESSION}.")
        sure = getter in ray_api.TRIAL_FACTS and name.certainty is Certainty.SURE
        return getter if sure else None
    if isinstance(function, cst.Attribute) and function.attr.value in ray_api.TRIAL_FACTS:
        return function.attr.value if _is_context(parsed, function.value, *_GETTERS) else None
    return None


def _before_worker(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether an expression is evaluated where the train loop is defined, not where it runs."""
    return parsed.function(node) is None and (
        parsed.enclosing(node, cst.Param) is not None
        or parsed.enclosing(node, cst.Decorator) is not None
    )
