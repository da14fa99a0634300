"""The names that a sweep's rewrite brings into the file, chosen for all its sweeps at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.names import bindings, bound_names, is_part
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.model import Owner, TrainerUse
from raytune_migrate.sweep.values import is_movable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from raytune_migrate.parsed import Parsed
    from raytune_migrate.sweep.model import Sweep

_DRIVER = "train_driver_fn"
_LONG = 60  # a ScalingConfig longer than this is bound to a name rather than written twice


@dataclass(frozen=True, slots=True)
class Plan:
    """One sweep and the names of its rewrite."""

    sweep: Sweep
    driver: str
    parameter: str  # of the driver: what the trial was sampled
    trainer: str  # what the driver calls its trainer
    place: cst.CSTNode  # the statement at which the driver is defined
    bound: Mapping[str, str]  # trainer argument -> the local name that holds its value
    run_config: str | None  # the local name of the RunConfig, where it is evaluated ahead


def plan(parsed: Parsed, sweeps: Sequence[Sweep]) -> tuple[Plan, ...]:
    """Choose names for every sweep; no two share one, and none is the file's own."""
    taken = set(bound_names(parsed))
    drivers = (_DRIVER if number == 1 else f"{_DRIVER}_{number}" for number in count(1))
    plans: list[Plan] = []
    for sweep in sweeps:
        driver = next(name for name in drivers if name not in taken)
        place = _place(parsed, sweep)
        names = {
            parameter: _fresh(parameter.removesuffix("_per_worker"), taken)
            for parameter in _evaluated_once(parsed, sweep, place)
        }
        run_config = _fresh("run_config", taken) if _binds_run_config(parsed, sweep) else None
        plans.append(
            Plan(
                sweep=sweep,
                driver=driver,
                parameter=_parameter(parsed, sweep, names),
                trainer=_trainer(parsed, sweep),
                place=place,
                bound=names,
                run_config=run_config,
            )
        )
    return tuple(plans)


def _place(parsed: Parsed, sweep: Sweep) -> cst.CSTNode:
    variable = sweep.trainer.variable
    if variable is not None and sweep.use is TrainerUse.MOVED:
        return variable.statement
    return parsed.statement(sweep.tuner.call)


def _trainer(parsed: Parsed, sweep: Sweep) -> str:
    """The user's own name for the trainer where its statement moves; else ``trainer``, or if the
    trainer's arguments mean something else by that, another."""
    variable = sweep.trainer.variable
    if variable is not None and sweep.use is TrainerUse.MOVED:
        return variable.name
    read = {
        one.value
        for one in parsed.walk(sweep.trainer.call)
        if isinstance(one, cst.Name) and not is_part(parsed, one)
    }
    return next(_candidates("trainer", read))


def _evaluated_once(parsed: Parsed, sweep: Sweep, place: cst.CSTNode) -> Iterator[str]:
    """The trainer's arguments that the driver cannot evaluate anew for each trial."""
    swept = {key for key, _ in sweep.space.items} if sweep.space is not None else set()
    gone = {"run_config"} | (swept - ray_api.MERGED_KEYS)
    for parameter, argument in sweep.trainer.arguments.items():
        if parameter in gone:
            continue
        value = argument.value
        twice = parameter == "scaling_config" and not isinstance(value, cst.Name)
        long = twice and len(parsed.source(value)) > _LONG
        if long or not is_movable(parsed, value, place):
            yield parameter


def _binds_run_config(parsed: Parsed, sweep: Sweep) -> bool:
    """Whether the trainer's RunConfig would be evaluated elsewhere if it moved to the Tuner."""
    use = sweep.run_config
    return (
        use is not None
        and use.owner is Owner.TRAINER
        and use.config.variable is None
        and not is_movable(parsed, use.config.call, sweep.tuner.call)
        and not _nothing_between(parsed, sweep)
    )


def _nothing_between(parsed: Parsed, sweep: Sweep) -> bool:
    """Whether the trainer is built inside the Tuner call, or in the statement just before it."""
    if sweep.use is TrainerUse.INLINE:
        return True
    statement = parsed.statement(sweep.trainer.call)
    tuner = parsed.statement(sweep.tuner.call)
    body = list(getattr(parsed.parent(statement), "body", ()))
    index = next((i for i, one in enumerate(body) if one is statement), None)
    return index is not None and index + 1 < len(body) and body[index + 1] is tuner


def _fresh(hint: str, taken: set[str]) -> str:
    name = next(_candidates(hint, taken))
    taken.add(name)
    return name


def _candidates(hint: str, taken: set[str]) -> Iterator[str]:
    """The hint, the trainer's hint, or that with a number."""
    names = (hint, f"trainer_{hint}")
    yield from (name for name in names if name not in taken)
    yield from (
        f"trainer_{hint}_{number}" for number in count(2) if f"trainer_{hint}_{number}" not in taken
    )


def _parameter(parsed: Parsed, sweep: Sweep, bound: Mapping[str, str]) -> str:
    """``config``, unless the trainer's arguments mean something else by it."""
    for name, argument in sweep.trainer.arguments.items():
        if name in bound or name == "run_config":
            continue
        for node in parsed.walk(argument.value):
            if (
                isinstance(node, cst.Name)
                and node.value == "config"
                and not is_part(parsed, node)
                and any(
                    not parsed.inside(getattr(one, "node", node), argument.value)
                    for one in bindings(parsed, node)
                )
            ):
                return "trial_config"
    return "config"
