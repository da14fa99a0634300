"""The code that a train loop runs, as far as it can be seen, and whether it reads checkpoints."""

from __future__ import annotations

from bisect import bisect_left
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate import ray_api
from raytune_migrate.expressions import collection_methods
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import possible_values
from raytune_migrate.module.bindings import bindings, definition, is_import, variable, variable_of
from raytune_migrate.module.classes import (
    class_of,
    is_abstract,
    is_property,
    method,
    method_names,
    method_of,
    overriding,
)
from raytune_migrate.module.names import aliases, imported_name, known_elsewhere, ray_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.ray_reads import ray_reads
from raytune_migrate.module.taken_names import is_part
from raytune_migrate.sweep.model import Reading, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from libcst.metadata import BaseAssignment

    from raytune_migrate.module.names import RayName
    from raytune_migrate.module.parsed import Parsed

# What is given a function first and gives one that does the same.
_WRAPPERS = frozenset(
    {
        "functools.partial",
        "ray.tune.with_parameters",
        "ray.tune.with_resources",
        f"{ray_api.RUNTIME}.start_from_trial",
    }
)


# What runs code in tasks or actors of Ray, and what waits for them. No module is looked at for
# their sake, as it is for what the tables of Ray name.
_TASK_STARTERS = frozenset(
    {
        "ray.remote",
        "ray.util.ActorPool",
        "ray.util.joblib.register_ray",
        "ray.util.multiprocessing.Pool",
        "ray.util.queue.Queue",
    }
)
_TASK_AWAITERS = frozenset({"ray.get", "ray.wait"})
_REMOTE = "remote"

_CALL = "__call__"


class Reach(Enum):
    """Which functions of this module a function is taken to run."""

    CALLED = "those that it calls"
    NAMED = "those that it names, for what it hands them to may call them"


def worker(parsed: Parsed, loop: cst.BaseExpression) -> Worker:
    """Follow a train loop and the functions of the project that it calls."""
    found = callees(parsed, loop)
    known = known_elsewhere(parsed, _unwrapped(parsed, loop)) if found == (None,) else None
    if known is not None and known.uses is not None:
        return Worker((), complete=True, uses=known.uses)
    return follow(parsed, found)


def follow(
    parsed: Parsed,
    functions: Sequence[cst.CSTNode | None],
    apart: Sequence[cst.CSTNode] = (),
    reach: Reach = Reach.NAMED,
) -> Worker:
    """Functions of this module and those that they run, except from code that stands ``apart``."""
    bodies: list[cst.CSTNode] = []
    uses: frozenset[str] = frozenset()
    complete = True
    waiting = list(functions)
    while waiting:
        body = waiting.pop(0)
        if body is None:
            complete = False
            continue
        if any(body is one for one in bodies):
            continue
        bodies.append(body)
        elsewhere = [one for one in apart if one is not body]
        for node in parsed.walk(body, cst.Name, cst.Attribute):
            if isinstance(node, cst.Name) and (is_part(parsed, node) or _is_own(parsed, node)):
                continue
            name = imported_name(parsed, node)
            known = known_elsewhere(parsed, node)
            if known is not None and known.uses is not None:
                uses |= known.uses
                continue
            if name is not None:
                package = name.split(".", 1)[0]
                own = not package or parsed.elsewhere.is_own(package)
                if package != ray_api.RUNTIME and own and not _is_known_part(parsed, node):
                    complete = False
                continue
            found = _runs_as(parsed, node)
            if not found:
                continue
            if reach is Reach.CALLED and not (
                _is_called(parsed, node) and _runs_with(parsed, node, body)
            ):
                continue
            if not any(parsed.inside(node, one) for one in elsewhere):
                waiting += found
    given = len({id(one) for one in functions if one is not None})
    return Worker(tuple(bodies), complete, uses, given)


def _runs_as(parsed: Parsed, node: cst.Name | cst.Attribute) -> list[cst.CSTNode]:
    """The code of this module that may run where a name stands: that of a function or a class, of a
    method and of those that override it, or of an object that is called."""
    defined = definition(parsed, node)
    if defined is not None:
        return [defined]
    if isinstance(node, cst.Attribute):
        own = method(parsed, node)
        found = [*([own] if own is not None else ()), *overriding(parsed, node)]
        if found:
            return list(found)
    called = call_of(parsed, node) if _is_called(parsed, node) else None
    return [called] if called is not None else []


def call_of(parsed: Parsed, node: cst.BaseExpression) -> cst.FunctionDef | None:
    """What runs where an object of a class of this module is called."""
    if _CALL not in method_names(parsed):
        return None
    return method_of(parsed, class_of(parsed, node), _CALL)


def reading(parsed: Parsed, code: Worker) -> Reading:
    """Whether a train loop reads a checkpoint."""
    if not ray_api.CHECKPOINT_READERS.isdisjoint(names_used(parsed, code)):
        return Reading.READS
    return Reading.NEVER if code.complete else Reading.UNKNOWN


def hands_over(parsed: Parsed, code: Worker) -> bool:
    """Whether a train loop calls something and reports nothing itself: then what it calls does."""
    reports = any(ray_api.REPORTER.search(name) for name in names_used(parsed, code))
    return not reports and any(parsed.walk(body, cst.Call) for body in code.bodies)


def starts_tasks(parsed: Parsed, code: Worker) -> bool:
    """Whether what can be seen of a train loop starts tasks or actors of Ray, or waits for some."""
    if not _TASK_STARTERS.isdisjoint(_used(parsed, code)):
        return True
    if not (_TASK_STARTERS | _TASK_AWAITERS).isdisjoint(code.uses):
        return True
    calls = (call for body in code.bodies for call in parsed.walk(body, cst.Call))
    return any(
        isinstance(call.func, cst.Attribute) and call.func.attr.value == _REMOTE for call in calls
    )


def names_used(parsed: Parsed, code: Worker) -> frozenset[str]:
    """The objects of Ray that code names, here and in other modules of the project."""
    return code.uses.union(_used(parsed, code))


def _used(parsed: Parsed, code: Worker) -> Iterator[str]:
    """The objects of Ray that a train loop names."""
    for body in code.bodies:
        for node in parsed.walk(body, cst.Name, cst.Attribute):
            name = ray_name(parsed, node)
            if name is not None:
                yield name.name


def reads(parsed: Parsed, root: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, RayName]]:
    """Every expression below ``root`` that denotes an object of Ray; import statements set aside.

    ``session.report`` is one, and so is the ``session`` in it. Of what goes by an alias only where
    that is made elsewhere: below ``root``, what it is made of is there already.
    """
    first, behind = parsed.place_in_order(root)
    every = _all_reads(parsed)
    start = bisect_left(every, first, key=_place)
    for place, node, name in islice(every, start, None):
        if place >= behind:
            break
        if not any(parsed.inside(one.target, root) for one in aliases(parsed, node)):
            yield node, name


def used(parsed: Parsed) -> Iterator[tuple[cst.BaseExpression, RayName]]:
    """Every expression that denotes an object of Ray where the module has a use for it.

    Of what it only gives another name, those are the reads of that name, where it has any.
    """
    named = {id(node) for _, node, _ in _all_reads(parsed) if aliases(parsed, node)}
    for _, node, name in _all_reads(parsed):
        holder = parsed.parent(node)
        target = holder.targets[0].target if isinstance(holder, cst.Assign) else None
        alias = variable_of(parsed, target) if isinstance(target, cst.Name) else None
        reads_of_alias = alias.references if alias is not None else ()
        if not reads_of_alias or not all(id(one) in named for one in reads_of_alias):
            yield node, name


@remembered
def _all_reads(parsed: Parsed) -> Sequence[tuple[int, cst.BaseExpression, RayName]]:
    """What :func:`reads` finds in the module, each with its place in the order of nodes."""
    return [(parsed.place_in_order(node)[0], node, name) for node, name in ray_reads(parsed)]


def _place(one: tuple[int, cst.BaseExpression, RayName]) -> int:
    return one[0]


def callee(parsed: Parsed, node: cst.BaseExpression) -> cst.CSTNode | None:
    """The function of this module behind an expression that is given to Ray to run."""
    match node:
        case cst.Lambda():
            return node
        case cst.Name():
            if (found := definition(parsed, node)) is not None:
                return found
            bound = variable(parsed, node)
            return callee(parsed, bound.value) if bound is not None else call_of(parsed, node)
        case cst.Attribute():
            found = method(parsed, node)
            if found is not None and is_property(parsed, found):
                return None  # what it gives is another
            return found or call_of(parsed, node)
        case cst.Call() if node.args and _wraps(parsed, node.func):
            return callee(parsed, node.args[0].value)
        case cst.Call():
            return call_of(parsed, node)
        case _:
            return None


def callees(parsed: Parsed, node: cst.BaseExpression) -> tuple[cst.CSTNode | None, ...]:
    """The functions of this module that may be behind an expression that Ray is given to run.

    Through conditions, returns and containers too; None among them for what cannot be seen.
    """
    one = callee(parsed, node)
    if isinstance(node, cst.Attribute) and isinstance(one, cst.FunctionDef):
        hidden = (None,) if is_abstract(parsed, one) else ()
        return (one, *overriding(parsed, node), *hidden)
    if one is not None:
        return (one,)
    found: dict[int, cst.CSTNode | None] = {}
    for end in origins(parsed, node):
        body = callee(parsed, end)
        found[id(body)] = body
        maker = parsed.function(body) if body is not None else None
        apart = maker is not None and not parsed.inside(node, maker)
        if body is not None and apart and _runs_given(parsed, body):
            found[id(None)] = None
        for value in possible_values(parsed, end) if body is None else ():
            inner = callee(parsed, value) if value is not end else None
            if isinstance(inner, cst.FunctionDef | cst.Lambda):
                found[id(inner)] = inner
    return tuple(found.values()) or (None,)


def _runs_given(parsed: Parsed, body: cst.CSTNode) -> bool:
    """Whether a function calls what the function around it was given, or a method of that."""
    for call in parsed.walk(body, cst.Call):
        function = call.func
        method = function.attr.value if isinstance(function, cst.Attribute) else ""
        while isinstance(function, cst.Attribute):
            function = function.value
        if (
            isinstance(function, cst.Name)
            and method not in collection_methods.READING
            and definition(parsed, function) is None
            and any(_is_around(parsed, one, body) for one in bindings(parsed, function))
        ):
            return True
    return False


def _is_around(parsed: Parsed, binding: BaseAssignment, body: cst.CSTNode) -> bool:
    """Whether a name is a parameter or a variable of a function around another."""
    target = binding.node if isinstance(binding, Assignment) and not is_import(binding) else None
    owner = parsed.enclosing(target, cst.FunctionDef) if target is not None else None
    return owner is not None and owner is not body and parsed.inside(body, owner)


def _unwrapped(parsed: Parsed, node: cst.BaseExpression) -> cst.BaseExpression:
    """The function in ``functools.partial(function, ...)`` and the like."""
    bound = variable(parsed, node)
    if bound is not None:
        return _unwrapped(parsed, bound.value)
    if isinstance(node, cst.Call) and node.args and _wraps(parsed, node.func):
        return _unwrapped(parsed, node.args[0].value)
    return node


def _is_known_part(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether a name is only the module in front of a dotted name of which all is known."""
    holder = parsed.parent(node)
    while isinstance(holder, cst.Attribute) and holder.value is node:
        known = known_elsewhere(parsed, holder)
        if known is not None and known.uses is not None:
            return True
        node, holder = holder, parsed.parent(holder)
    return False


def _wraps(parsed: Parsed, function: cst.BaseExpression) -> bool:
    name = ray_name(parsed, function)
    return (name.name if name is not None else imported_name(parsed, function)) in _WRAPPERS


def _is_called(parsed: Parsed, node: cst.CSTNode) -> bool:
    holder = parsed.parent(node)
    return isinstance(holder, cst.Call) and holder.func is node


def _runs_with(parsed: Parsed, node: cst.CSTNode, body: cst.CSTNode) -> bool:
    """Whether code in a function or class is its own, and not that of a function inside."""
    inner = [
        one
        for one in parsed.ancestors(node)
        if isinstance(one, cst.FunctionDef) and one is not body and parsed.inside(one, body)
    ]
    methods = [one for one in inner if parsed.enclosing(one, cst.ClassDef) is body]
    return len(inner) == len(methods)


def _is_own(parsed: Parsed, node: cst.Name) -> bool:
    """Whether a name only says what the definition around it is called."""
    holder = parsed.parent(node)
    return isinstance(holder, cst.FunctionDef | cst.ClassDef) and holder.name is node
