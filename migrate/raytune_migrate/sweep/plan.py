"""The names that a sweep's rewrite brings into the file, chosen for all its sweeps at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.values import is_movable
from raytune_migrate.module.bindings import bindings
from raytune_migrate.module.taken_names import is_part, near_names
from raytune_migrate.sweep.boosting import is_loopless
from raytune_migrate.sweep.dataset_configs import ingest
from raytune_migrate.sweep.merge import merge_forms
from raytune_migrate.sweep.model import Owner, Reading, TrainerUse
from raytune_migrate.sweep.preprocessors import preprocessor
from raytune_migrate.sweep.run_configs import only_for_tune, run_config_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from raytune_migrate.module.parsed import Parsed
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
    follows: bool  # the trainer's statement makes way for the driver of another sweep already
    storage: Mapping[str, str]  # field of the sweep's RunConfig -> the local name of its value
    source: Sweep  # of those that share what stands for the trainer: one that has its RunConfig

    @property
    def uses_trainers_run_config(self) -> bool:
        """Whether this sweep, or one that shares its driver, has the trainer's RunConfig."""
        use = self.source.run_config
        return use is not None and use.owner is Owner.TRAINER


def plan(
    parsed: Parsed,
    sweeps: Sequence[Sweep],
    repeated: Sequence[str] = (),
    taken_over: Sequence[str] = (),
) -> tuple[Plan, ...]:
    """Choose names for every sweep; none is the file's own.

    Sweeps over one trainer share what is evaluated once, and the driver too where it is the same.
    ``repeated`` are the fields of a sweep's RunConfig that its driver gives to the trainer's,
    ``taken_over`` those that only the trainer's has from then on.
    """
    near: dict[int, set[str]] = {}  # by function, what new names in it must not be
    plans: list[Plan] = []
    sweeps = [_read_alike(one, sweeps) for one in sweeps]
    for sweep in sweeps:
        place = _place(parsed, sweep)
        taken = near.setdefault(id(parsed.function(place)), set(near_names(parsed, place)))
        shared = [
            one
            for one in plans
            if one.sweep.trainer.call is sweep.trainer.call and sweep.use is TrainerUse.MOVED
        ]
        if shared:
            first = shared[0]
            written = (*repeated, *taken_over)
            like = next(
                (one for one in shared if _is_like(parsed, one.sweep, sweep, written)), None
            )
            driver = like.driver if like else _driver(parsed, place, plans)
            storage = like.storage if like else _storage(parsed, sweep, place, repeated, taken)
            plans.append(
                replace(first, sweep=sweep, driver=driver, follows=like is None, storage=storage)
            )
            continue
        together = [one for one in sweeps if one.trainer.call is sweep.trainer.call]
        bound = {
            parameter: fresh(parameter.removesuffix("_per_worker"), taken)
            for parameter in sweep.trainer.arguments
            if any(parameter in _evaluated_once(parsed, one, place) for one in together)
        }
        ahead = any(_binds_run_config(parsed, one, len(together)) for one in together)
        plans.append(
            Plan(
                sweep=sweep,
                driver=_driver(parsed, place, plans),
                parameter=_parameter(parsed, sweep, bound),
                trainer=_trainer(parsed, sweep),
                place=place,
                bound=bound,
                run_config=fresh("run_config", taken) if ahead else None,
                follows=False,
                storage=_storage(parsed, sweep, place, repeated, taken),
                source=_source(sweep, together),
            )
        )
    return tuple(plans)


def _read_alike(sweep: Sweep, sweeps: Sequence[Sweep]) -> Sweep:
    """A sweep with the reading of its train loop that all have which share its driver: one whose
    trials pause asks with more care."""
    unknown = any(
        one.trainer.call is sweep.trainer.call and one.train_loop_reading is Reading.UNKNOWN
        for one in sweeps
    )
    moved = sweep.use is TrainerUse.MOVED
    return replace(sweep, train_loop_reading=Reading.UNKNOWN) if moved and unknown else sweep


def _source(sweep: Sweep, together: Sequence[Sweep]) -> Sweep:
    """The one of several sweeps over a trainer by which what they share is written."""
    uses = [(one, one.run_config) for one in together if sweep.use is TrainerUse.MOVED]
    return next((one for one, use in uses if use and use.owner is Owner.TRAINER), sweep)


def _driver(parsed: Parsed, place: cst.CSTNode, plans: Sequence[Plan]) -> str:
    """A name for the driver at a place; functions that do not see each other's may share one.

    Tune restores an experiment by the name of what it has run, so that what builds a sweep and what
    restores it had better have the same.
    """
    taken = {one.driver for one in plans if _may_meet(parsed, one.place, place)}
    taken |= near_names(parsed, place)
    names = chain((_DRIVER,), (f"{_DRIVER}_{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def _may_meet(parsed: Parsed, one: cst.CSTNode, other: cst.CSTNode) -> bool:
    """Whether what is defined at one place may be seen where the other is."""
    functions = parsed.function(one), parsed.function(other)
    return any(
        inner is outer or outer is None or (inner is not None and parsed.inside(inner, outer))
        for inner, outer in (functions, functions[::-1])
    )


def _is_like(parsed: Parsed, one: Sweep, other: Sweep, written: Sequence[str]) -> bool:
    """Whether two sweeps over one trainer need the same driver."""
    texts = [
        {key: parsed.source(value) for key, value in run_config_values(sweep, written)}
        for sweep in (one, other)
    ]
    return merge_forms(parsed, one) == merge_forms(parsed, other) and texts[0] == texts[1]


def _storage(
    parsed: Parsed, sweep: Sweep, place: cst.CSTNode, repeated: Sequence[str], taken: set[str]
) -> dict[str, str]:
    """Names for those values of a sweep's RunConfig that the driver cannot evaluate anew."""
    return {
        key: fresh(key, taken)
        for key, value in run_config_values(sweep, repeated)
        if not is_movable(parsed, value, place)
    }


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
        one.value for one in parsed.walk(sweep.trainer.call, cst.Name) if not is_part(parsed, one)
    }
    return next(_candidates("trainer", read))


def _evaluated_once(parsed: Parsed, sweep: Sweep, place: cst.CSTNode) -> Iterator[str]:
    """The trainer's arguments that the driver cannot evaluate anew for each trial."""
    swept = {key for key, _ in sweep.space.items} if sweep.space is not None else set()
    gone = {"run_config", ray_api.PREPROCESSOR} | (swept - ray_api.MERGED_KEYS)
    if sweep.train_loop_reading is Reading.NEVER and not is_loopless(sweep.trainer):
        gone.add(ray_api.RESUME)
    for parameter, argument in sweep.trainer.arguments.items():
        if parameter in gone:
            continue
        if parameter == "datasets" and preprocessor(parsed, sweep.trainer) is not None:
            yield parameter
            continue
        value = argument.value
        if parameter == "dataset_config" and ingest(parsed, sweep.trainer) is not None:
            continue  # becomes a DataConfig, which is harmless to build again
        twice = parameter == "scaling_config" and not isinstance(value, cst.Name)
        long = twice and len(parsed.source(value)) > _LONG
        if long or not is_movable(parsed, value, place):
            yield parameter


def _binds_run_config(parsed: Parsed, sweep: Sweep, sweeps: int) -> bool:
    """Whether the trainer's RunConfig would be evaluated elsewhere, or more than once, if it moved
    to the Tuners of its ``sweeps``."""
    use = sweep.run_config
    if use is None or use.owner is not Owner.TRAINER or isinstance(use.value, cst.Name):
        return False
    if sweep.use is TrainerUse.KEPT and any(only_for_tune(parsed, one) for one in use.configs):
        return True
    if is_movable(parsed, use.value, sweep.tuner.call) and not use.converted:
        return False
    return sweeps > 1 or sweep.use is TrainerUse.KEPT or not _nothing_between(parsed, sweep)


def _nothing_between(parsed: Parsed, sweep: Sweep) -> bool:
    """Whether the trainer is built inside the Tuner call, or in the statement just before it."""
    if sweep.use is TrainerUse.INLINE:
        return True
    statement = parsed.statement(sweep.trainer.call)
    tuner = parsed.statement(sweep.tuner.call)
    if parsed.piece(parsed.start(statement)) != parsed.piece(parsed.start(tuner)):
        return False  # a cell may be run again without the one before
    body = list(getattr(parsed.parent(statement), "body", ()))
    index = next((i for i, one in enumerate(body) if one is statement), None)
    return index is not None and index + 1 < len(body) and body[index + 1] is tuner


def fresh(hint: str, taken: set[str]) -> str:
    """A name like the hint that is not taken; it then is."""
    name = next(_candidates(hint, taken))
    taken.add(name)
    return name


def _candidates(hint: str, taken: set[str]) -> Iterator[str]:
    """The hint, the trainer's hint, or that with a number."""
    longer = hint if hint == "trainer" else f"trainer_{hint}"
    names = chain((hint, longer), (f"{longer}_{number}" for number in count(2)))
    yield from (name for name in names if name not in taken)


def _parameter(parsed: Parsed, sweep: Sweep, bound: Mapping[str, str]) -> str:
    """``config``, unless the trainer's arguments mean something else by it."""
    for name, argument in sweep.trainer.arguments.items():
        if name in bound or name == "run_config":
            continue
        for node in parsed.walk(argument.value, cst.Name):
            if (
                node.value == "config"
                and not is_part(parsed, node)
                and any(
                    not parsed.inside(getattr(one, "node", node), argument.value)
                    for one in bindings(parsed, node)
                )
            ):
                return "trial_config"
    return "config"
