"""What in a module still needs checkpoints in Tune's hands, which with Ray alone they are not."""

from __future__ import annotations

from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.drop.readers import OF_RESULTS
from raytune_migrate.expressions.values import constant, is_none
from raytune_migrate.module.bindings import bindings, variable
from raytune_migrate.module.names import calls, imported_name, known_elsewhere
from raytune_migrate.module.ray_reads import calls_of
from raytune_migrate.sweep.model import construction, constructions
from raytune_migrate.sweep.schedulers import schedulers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.drop.readers import Reader
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Construction

_CONFIGS = (ray_api.TUNE_RUN_CONFIG, ray_api.TRAIN_RUN_CONFIG)


def checkpoints_needed(parsed: Parsed, readers: Sequence[Reader]) -> str | None:
    """Why Tune has to know the checkpoints of the module's sweeps; None where it need not.

    ``readers`` are the places in other modules of the project that may read them.
    """
    every = chain(
        _by_schedulers(parsed),
        _by_readers(parsed),
        _by_others(parsed, readers),
        _by_configs(parsed),
    )
    return next(every, None)


def swept_elsewhere(parsed: Parsed, call: cst.Call) -> str | None:
    """Why it cannot be seen which sweeps a driver function is of, that makes a call."""
    holder = _holder(parsed, call)
    if holder is not None and holder in parsed.elsewhere.wanted:
        return f"other modules use {holder}, perhaps in sweeps of their own"
    if not any(_is_tuner(parsed, one) for one in calls(parsed)):
        return "no Tuner of this module runs it, and what another needs cannot be seen"
    return None


def start_needed(parsed: Parsed) -> str | None:
    """Why workers have to be given a checkpoint to start from; None where they need not."""
    scheduled = next(_by_schedulers(parsed), None)
    if scheduled is not None:
        return scheduled
    for config in _tune_run_configs(parsed):
        failures = construction(parsed, config.value("failure_config"))
        if config.value("failure_config") is not None and not (
            failures is not None
            and failures.complete
            and (retries := failures.value("max_failures")) is not None
            and constant(parsed, retries) == 0
        ):
            return f"line {parsed.line(config.call)}: Tune may retry trials"
    for call in calls_of(parsed, ray_api.RESTORE):
        return f"line {parsed.line(call)}: experiments are restored"
    return None


def _by_schedulers(parsed: Parsed) -> Iterator[str]:
    for tuner in constructions(parsed):
        if tuner.name != ray_api.TUNER:
            continue
        given = tuner.value("tune_config")
        config = construction(parsed, given) if given is not None else None
        if given is None or is_none(given):
            continue
        if config is None or not config.complete:
            yield f"line {parsed.line(tuner.call)}: the TuneConfig cannot be seen"
            continue
        for one in schedulers(parsed, given):
            if one.name not in ray_api.STEADY_SCHEDULERS:
                yield f"line {parsed.line(one.node)}: the scheduler may pause or clone trials"


def _by_readers(parsed: Parsed) -> Iterator[str]:
    for node in parsed.nodes:
        if isinstance(node, cst.Attribute) and node.attr.value in OF_RESULTS:
            yield f"line {parsed.line(node)}: {node.attr.value} may be read of a result"
        elif _is_of_results(parsed, node):
            taker = parsed.parent(node)
            if isinstance(taker, cst.Return | cst.Yield):
                seen = _is_used(parsed, _holder(parsed, node))
            elif isinstance(taker, cst.Arg):
                seen = _goes_to(parsed, taker) is not None
            else:
                seen = True
            if not seen:
                line = parsed.line(node)
                yield f"line {line}: who reads the results of this sweep cannot be seen"


def _by_others(parsed: Parsed, readers: Sequence[Reader]) -> Iterator[str]:
    """What reads checkpoints elsewhere, where the results of this module's sweeps may come to."""
    takers = (
        parsed.parent(one) for one in parsed.of(cst.Name, cst.Call) if _is_of_results(parsed, one)
    )
    given = any(
        isinstance(one, cst.Arg) and _goes_to(parsed, one) is _Where.ELSEWHERE for one in takers
    )
    if given or parsed.elsewhere.wanted:
        yield from (one.reason for one in readers)


class _Where(Enum):
    """Where a function of the project is."""

    HERE = "in this module"
    ELSEWHERE = "in another"


def _goes_to(parsed: Parsed, argument: cst.Arg) -> _Where | None:
    """Where the function is that an argument is given to; None where it is not the project's."""
    call = parsed.parent(argument)
    if not isinstance(call, cst.Call):
        return None
    known = known_elsewhere(parsed, call.func)
    if known is not None:
        return _Where.ELSEWHERE if known.is_code else None
    own = bindings(parsed, call.func) if isinstance(call.func, cst.Name) else frozenset()
    functions = [one for one in own if isinstance(getattr(one, "node", None), cst.FunctionDef)]
    return _Where.HERE if functions and len(functions) == len(own) else None


def _holder(parsed: Parsed, node: cst.CSTNode) -> str | None:
    """The function or class of the module that a node is in."""
    around = [
        one for one in parsed.ancestors(node) if isinstance(one, cst.FunctionDef | cst.ClassDef)
    ]
    return around[-1].name.value if around else None


def _is_used(parsed: Parsed, name: str | None) -> bool:
    """Whether a function or class is used by what can be seen, in this module or in others."""
    if name is None or name in parsed.elsewhere.wanted:
        return name is not None
    return any(
        one.value == name and not isinstance(parsed.parent(one), cst.FunctionDef | cst.ClassDef)
        for one in parsed.of(cst.Name)
    )


def _is_tuner(parsed: Parsed, call: cst.Call) -> bool:
    made = construction(parsed, call)
    return made is not None and made.name in (ray_api.TUNER, ray_api.RESTORE)


def _is_of_results(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether an expression is the results of a sweep, or a name that was bound to them."""
    if isinstance(node, cst.Name):
        found = variable(parsed, node)
        return found is not None and found.target is not node and _is_call(parsed, found.value)
    return _is_call(parsed, node)


def _is_call(parsed: Parsed, node: cst.CSTNode | None) -> bool:
    return isinstance(node, cst.Call) and _gives_results(parsed, node)


def _gives_results(parsed: Parsed, call: cst.Call) -> bool:
    match call.func:
        case cst.Attribute(value=made, attr=cst.Name(value="fit" | "get_results")):
            tuner = construction(parsed, made)
            return tuner is not None and tuner.name in (ray_api.TUNER, ray_api.RESTORE)
        case _:
            return False


def _by_configs(parsed: Parsed) -> Iterator[str]:
    for config in _tune_run_configs(parsed):
        if not config.complete:
            yield f"line {parsed.line(config.call)}: the RunConfig cannot all be seen"
        if config.value("checkpoint_config") is not None:
            yield f"line {parsed.line(config.call)}: Tune is to keep some of the checkpoints"
    for call in calls(parsed):
        tuner = construction(parsed, call)
        value = tuner.value("run_config") if tuner is not None else None
        if tuner is None or tuner.name != ray_api.TUNER or value is None or is_none(value):
            continue
        made = construction(parsed, value)
        if made is None or made.name not in _CONFIGS:
            yield f"line {parsed.line(value)}: the RunConfig cannot be seen"


def _tune_run_configs(parsed: Parsed) -> Iterator[Construction]:
    for call in calls(parsed):
        made = construction(parsed, call)
        if made is not None and made.name == ray_api.TUNE_RUN_CONFIG:
            yield made


def storage(parsed: Parsed) -> Iterator[tuple[str, cst.BaseExpression]]:
    """Where the Tuners of a module keep their files, argument by argument."""
    for config in _tune_run_configs(parsed):
        for key in ("storage_path", "storage_filesystem"):
            value = config.value(key)
            if value is not None and not is_none(value):
                yield key, value


def runtime_name(parsed: Parsed, node: cst.CSTNode) -> str | None:
    """The name in the runtime that an expression denotes."""
    home, _, name = (imported_name(parsed, node) or "").rpartition(".")
    return name if home == ray_api.RUNTIME else None
