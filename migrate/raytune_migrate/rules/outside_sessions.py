"""What ``ray.train`` tells its workers, asked by the code that starts them.

Under Train V1 that did nothing but warn, and was told of a single worker; under V2 it raises.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.loops.roles import Role
from raytune_migrate.loops.worker import Reach, follow, reads
from raytune_migrate.module.bindings import definition, qualified_name
from raytune_migrate.module.names import Certainty, calls, symbol_elsewhere
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.rules.beside import finding_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

# What to do instead, by function.
_WORKERS_ONLY = {
    ray_api.GET_CONTEXT: (
        "Ask it in the train loop, or leave it out: here Train V1 knew of one worker, of rank 0."
    ),
    **dict.fromkeys(
        ("ray.train.report", "ray.train.get_checkpoint", "ray.train.get_dataset_shard"),
        "Call it in the train loop, or leave it out: here it did nothing under Train V1.",
    ),
}


_IN_A_WORKER = (
    "Have a trainer run it, also to debug it, or ask Ray nothing where it runs by itself."
)


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such call in a function, or a script, that itself builds a trainer."""
    parsed = context.parsed
    loops = list(_loops_called(context))
    for call, name in loops:
        yield finding_beside(
            context,
            call,
            "RTM915",
            f"Outside of Train V2's workers this train loop raises where it calls {name}().",
            _IN_A_WORKER,
        )
    seen = {id(call) for call, _ in loops}
    for call, name in _helpers_called(context):
        if id(call) not in seen:
            yield finding_beside(
                context,
                call,
                "RTM915",
                f"Outside of Train V2's workers this raises where it calls {name}().",
                _WORKERS_ONLY[name],
            )
    asked = [
        (node, name.name)
        for node, name in reads(parsed, parsed.module)
        if name.name in _WORKERS_ONLY
        and _is_called(parsed, node)
        and context.roles.of(parsed, node) is Role.UNKNOWN
    ]
    starting = list(_starting(parsed)) if asked else []
    for node, name in asked:
        around = parsed.function(node)
        if any(around is one for one in starting):
            yield finding_beside(
                context,
                node,
                "RTM915",
                f"Outside of Train V2's workers {name}() raises.",
                _WORKERS_ONLY[name],
            )


def _loops_called(context: Context) -> Iterator[tuple[cst.Call, str]]:
    """The calls of train loops by what starts trainers, or by a script; what these ask, by name."""
    parsed, known = context.parsed, context.roles
    asking: dict[int, str] = {}  # by function
    for node, name in reads(parsed, parsed.module):
        job = known.job(parsed, node)
        if job is not None and job.role is Role.TRAIN_LOOP and _is_called(parsed, node):
            asked = ray_api.WORKER_FUNCTIONS.get(name.name, name.name)
            if asked in _WORKERS_ONLY:
                asking.setdefault(id(job.body), asked)
    starting = [None, *_starting(parsed)] if asking else []
    for call in calls(parsed) if asking else ():
        loop = definition(parsed, call.func)
        if not isinstance(loop, cst.FunctionDef) or loop.decorators:
            continue  # what is decorated may start a trainer that runs it
        around = parsed.function(call)
        if known.of(parsed, call) is not Role.UNKNOWN or not _is_called(parsed, call.func):
            continue
        if not any(around is one for one in starting):
            continue
        job = known.job(parsed, loop)
        if job is None or job.body is not loop:
            continue
        run = follow(parsed, (loop,), reach=Reach.CALLED).bodies
        told = next((asking[id(one)] for one in run if id(one) in asking), None)
        if told is not None:
            yield call, told


def _helpers_called(context: Context) -> Iterator[tuple[cst.Call, str]]:
    """The calls, by what starts trainers, of functions that ask Ray as workers do; what, by name.

    Of whatever module these are, and however many calls down they ask it.
    """
    parsed, asking = context.parsed, context.parsed.elsewhere.asking
    for call in calls(parsed) if asking else ():
        if not _is_called(parsed, call.func) or context.roles.of(parsed, call) is not Role.UNKNOWN:
            continue
        around = parsed.function(call)
        inside = qualified_name(parsed, around) if around is not None else ""
        name = asking.get((inside, _symbol(parsed, call.func)))
        if name is not None:
            yield call, name


def _symbol(parsed: Parsed, node: cst.BaseExpression) -> str:
    """What modules know a name by: as it is imported, or with a colon as this one defines it."""
    defined = definition(parsed, node)
    if defined is not None:
        return f":{qualified_name(parsed, defined)}"
    return symbol_elsewhere(parsed, node) or ""


def _starting(parsed: Parsed) -> Iterator[cst.FunctionDef | None]:
    """The functions that build trainers or Tuners; None for the module's own code."""
    for call, name in ray_calls(parsed):
        trains = name.name in ray_api.TRAINERS and name.certainty is Certainty.SURE
        if trains or name.name == ray_api.TUNER:
            yield parsed.function(call)


def _is_called(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether a function is called then and there, with no ``try`` that may catch its error."""
    call = parsed.parent(node)
    return (
        isinstance(call, cst.Call)
        and call.func is node
        and parsed.enclosing(node, cst.Lambda) is None
        and parsed.enclosing(node, cst.Try) is None
    )
