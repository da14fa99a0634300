"""What in a module still needs checkpoints in Tune's hands, which with Ray alone they are not."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.names import calls, imported_name, ray_name
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.model import construction
from raytune_migrate.sweep.values import constant, is_none, possible_values, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.parsed import Parsed
    from raytune_migrate.sweep.model import Construction

_OF_RESULTS = frozenset({"checkpoint", "best_checkpoints", "get_best_checkpoint"})
_CONFIGS = (ray_api.TUNE_RUN_CONFIG, ray_api.TRAIN_RUN_CONFIG)


def checkpoints_needed(parsed: Parsed) -> str | None:
    """Why Tune has to know the checkpoints of the module's sweeps; None where it need not."""
    every = chain(_by_schedulers(parsed), _by_readers(parsed), _by_configs(parsed))
    return next(every, None)


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
    for call in calls(parsed):
        name = ray_name(parsed, call.func)
        if name is not None and name.name == ray_api.RESTORE:
            return f"line {parsed.line(call)}: experiments are restored"
    return None


def _by_schedulers(parsed: Parsed) -> Iterator[str]:
    for call in calls(parsed):
        tuner = construction(parsed, call)
        if tuner is None or tuner.name != ray_api.TUNER:
            continue
        given = tuner.value("tune_config")
        config = construction(parsed, given) if given is not None else None
        if given is None or is_none(given):
            continue
        if config is None or not config.complete:
            yield f"line {parsed.line(call)}: the TuneConfig cannot be seen"
            continue
        scheduler = config.value("scheduler")
        for one in possible_values(parsed, scheduler) if scheduler is not None else ():
            if not _is_steady(parsed, one):
                yield f"line {parsed.line(one)}: the scheduler may pause or clone trials"


def _is_steady(parsed: Parsed, scheduler: cst.BaseExpression) -> bool:
    """Whether a scheduler is seen to be one that never asks for a checkpoint."""
    if is_none(scheduler):
        return True
    made = construction(parsed, scheduler)
    if made is not None and made.name == ray_api.CREATE_SCHEDULER and made.call.args:
        return settled(parsed, made.call.args[0].value) in ("async_hyperband", "fifo")
    return made is not None and made.name in ray_api.STEADY_SCHEDULERS


def _by_readers(parsed: Parsed) -> Iterator[str]:
    for node in parsed.of(cst.Attribute, cst.Call):
        if isinstance(node, cst.Attribute):
            if node.attr.value in _OF_RESULTS:
                yield f"line {parsed.line(node)}: {node.attr.value} may be read of a result"
        elif _gives_results(parsed, node):
            holder = parsed.parent(node)
            if isinstance(holder, cst.Return | cst.Arg | cst.Yield):
                line = parsed.line(node)
                yield f"line {line}: who reads the results of this sweep cannot be seen"


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
