"""Find the sweeps of a module: every trainer given to Tune ends as a sweep or as findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.changes import is_changed
from raytune_migrate.expressions.dicts import view_space
from raytune_migrate.expressions.order import runs_first
from raytune_migrate.expressions.origins import may_be_none, origins, same_when_read_again
from raytune_migrate.expressions.values import is_dotted, is_none
from raytune_migrate.imports.statements import wanted_names
from raytune_migrate.loops.worker import hands_over, reading, worker
from raytune_migrate.module.bindings import mentions
from raytune_migrate.module.names import ray_name
from raytune_migrate.proposal import Finding
from raytune_migrate.runtime.advice import either
from raytune_migrate.settings.options import Pins
from raytune_migrate.sweep.boosting import is_loopless, loopless_code
from raytune_migrate.sweep.check import hindrance, metadata, obstacles, refused_in_dicts
from raytune_migrate.sweep.deleted import deletions
from raytune_migrate.sweep.effective import (
    effective_configs,
    effective_run_config,
    given_run_config,
    trainers_have_run_config,
)
from raytune_migrate.sweep.merge import merge_forms
from raytune_migrate.sweep.model import (
    Caller,
    Construction,
    GivenSweep,
    Owner,
    Reading,
    RunConfigUse,
    Sweep,
    TrainerUse,
    construction,
)
from raytune_migrate.sweep.pins import pinned, pinned_around
from raytune_migrate.sweep.restores import with_restores
from raytune_migrate.sweep.schedulers import schedulers
from raytune_migrate.sweep.sites import Site, lost, sites, tuner_value
from raytune_migrate.sweep.space import may_gain_keys
from raytune_migrate.sweep.trainers import hidden_trainers, own_trainer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Found, Worker

_CHANGED = "What the trainer was given is changed after it was built."
_TO_CHANGE = "Build it with what it is changed to" + either(
    "; of its RunConfig, change what tune_run_config(trainer) of raytune_runtime gives, and give"
    " the Tuner driver_for(trainer) and that as its run_config.",
    ", in a function train_driver_fn(config), and give the Tuner that.",
)


def find_sweeps(
    parsed: Parsed,
    pins: Pins = Pins.RESPECT,
    declined: frozenset[int] = frozenset(),
) -> tuple[Found, ...]:
    """Every sweep over a trainer, in source order; but none of the calls that are ``declined``."""
    every = sites(parsed)
    places = [one for one in every if isinstance(one, Site)]
    trainables = frozenset(id(one.trainable) for one in places)
    state = _State(parsed, pins, declined, trainables)
    while True:
        found = {id(one.call): tuple(_look_at(state, one)) for one in places}
        written = _written(parsed, places, found)
        if written == state.written:
            break
        # What one sweep cannot write out it goes on reading, which the others must respect.
        state = replace(state, written=written)
    found = with_restores(parsed, places, found)
    return tuple(
        what
        for one in every
        for what in ((one,) if isinstance(one, Finding) else found[id(one.call)])
    )


@dataclass(frozen=True, slots=True)
class _State:
    """What is assumed while a module is looked at."""

    parsed: Parsed
    pins: Pins
    declined: frozenset[int]  # where the calls start that stay as they are because a person says so
    written: frozenset[int]  # the trainables (by identity) that a written driver takes the place of


def _written(
    parsed: Parsed, places: Sequence[Site], found: dict[int, tuple[Found, ...]]
) -> frozenset[int]:
    """The trainables that become a driver function that is written out."""
    sweeps = [
        one
        for results in found.values()
        for one in results
        if isinstance(one, Sweep) and one.trainer.variable is not None
    ]
    moved = {id(one.trainer.call) for one in sweeps if one.use is TrainerUse.MOVED}
    drivers = {id(one.trainable.value) for one in sweeps}
    for site in places:
        mine = [
            one
            for one in sweeps
            if id(one.trainer.call) in moved
            and any(one.trainer.call is trainer.call for trainer in site.trainers)
        ]
        # Where sweeps over one trainer need different drivers, which was restored cannot be told.
        alike = all(merge_forms(parsed, one) == merge_forms(parsed, mine[0]) for one in mine)
        if site.caller is Caller.RESTORE and mine and alike:
            drivers.add(id(site.trainable))
    return frozenset(drivers)


def _look_at(state: _State, site: Site) -> Iterator[Found]:
    parsed = state.parsed
    if parsed.start(site.call) in state.declined:
        return
    if parsed.elsewhere.stays is not None:
        advice = "Mend what is said of that file, then run again on both."
        yield finding(parsed, site.call, "RTM914", parsed.elsewhere.stays, advice)
        return
    workers = (_worker(state, one) for one in site.trainers)
    hidden = (worker(parsed, one) for one in _hidden_loops(parsed, site))
    code = (*(one for one in workers if one is not None), *hidden)
    tune_config = tuner_value(site, "tune_config")
    respected = state.pins is Pins.RESPECT
    pinned_here = (*pinned(parsed), *pinned_around(parsed, site.call)) if respected else ()
    against = obstacles(
        parsed,
        site.trainers,
        tuner_value(site, "param_space"),
        tune_config,
        effective_configs(parsed, site),
        code,
        seen=site.seen,
    )
    problems = (*pinned_here, *(_keeping(parsed, site, one) for one in against))
    if problems:
        yield from problems
        return
    written = _explicit(state, site, code[0]) if len(code) == 1 else None
    stays = not isinstance(written, Sweep) or written.use is TrainerUse.KEPT
    in_dicts = (one for trainer in site.trainers for one in refused_in_dicts(parsed, trainer))
    kept = isinstance(written, Sweep)
    problems = (*metadata(parsed, site.trainers, written=kept), *in_dicts) if stays else ()
    if problems:
        yield from (_keeping(parsed, site, one) for one in problems)
        return
    if isinstance(written, Sweep):
        yield written
        return
    run_config = given_run_config(parsed, site)
    if any(is_changed(parsed, read) for read in _reads(parsed, site)):
        yield lost(parsed, site.trainable, _CHANGED, _TO_CHANGE)
        return
    reason = _no_place(parsed, site, run_config)
    if reason is not None:
        yield lost(parsed, site.trainable, reason)
        return
    yield GivenSweep(
        caller=site.caller,
        call=site.call,
        trainable=site.trainable,
        trainer=site.trainer,
        reason=written or _reason(parsed, site),
        trainers=site.trainers,
        seen=site.seen,
        run_config=run_config,
        workers=code,
        handed_on=site.handed_on,
    )


def _keeping(parsed: Parsed, site: Site, one: Finding) -> Finding:
    """A finding of what keeps a sweep as it is, which says so where the sweep is elsewhere."""
    if one.place.statement == parsed.place(site.call).statement:
        return one
    return replace(one, advice=f"{one.advice} Until then the sweep is left as it is.")


def _no_place(parsed: Parsed, site: Site, run_config: RunConfigUse | None) -> str | None:
    """Why the trainer cannot be asked for its RunConfig where the Tuner is, if it has to be."""
    asked = site.caller is not Caller.RESTORE  # which goes on with that of the experiment
    if (
        run_config is None
        and asked
        and _may_be_itself(parsed, site)
        and trainers_have_run_config(site)
    ):
        return f"{_with_run_config(site)}, and may be given by as_trainable() or as itself."
    if run_config is None or site.trainer not in (run_config.value, run_config.otherwise):
        return None
    if run_config.owner is Owner.TRAINER and not _takes_run_config(site):
        return f"{_with_run_config(site)}, and the Tuner's arguments cannot all be seen."
    if same_when_read_again(parsed, site.trainer):
        return None
    if not parsed.inside(site.trainable, site.call):
        return f"{_with_run_config(site)}, and no name by which it could be read."
    if not runs_first(parsed, site.call) and not _may_be_named(parsed, site):
        return "The trainer is built only on some condition, or after something else."
    return None


def _may_be_named(parsed: Parsed, site: Site) -> bool:
    """Whether ``trainer := ...`` in the call comes before the ``run_config`` that reads it.

    Python refuses that in what a comprehension goes through, and in any of a class's own.
    """
    words = [one.keyword.value if one.keyword is not None else None for one in site.call.args]
    place = next(
        (i for i, one in enumerate(site.call.args) if parsed.inside(site.trainable, one)), None
    )
    if place is None or "run_config" in words[:place]:
        return False
    inner: cst.CSTNode = site.call
    for node in parsed.ancestors(site.call):
        if isinstance(node, cst.CompFor) and node.iter is inner:
            return False
        if isinstance(node, cst.BaseComp) and isinstance(
            parsed.function(node) or parsed.enclosing(node, cst.ClassDef), cst.ClassDef
        ):
            return False
        inner = node
    return True


def _with_run_config(site: Site) -> str:
    """What is known of the trainer's RunConfig, where one may matter."""
    given = [one.given("run_config") for one in site.trainers]
    sure = any(one is not None and not is_none(one) for one in given)
    return "The trainer has a RunConfig" if sure else "The trainer may have a RunConfig"


def _reads(parsed: Parsed, site: Site) -> Iterator[cst.CSTNode]:
    """The reads of the names that a trainer has, where it is built and where it is given."""
    names: list[cst.BaseExpression] = [site.trainer]
    for one in site.trainers:
        holder = parsed.parent(one.call)
        names += [each.target for each in holder.targets] if isinstance(holder, cst.Assign) else []
    for name in names:
        if isinstance(name, cst.Name | cst.Attribute):
            yield from mentions(parsed, name)


def _may_be_itself(parsed: Parsed, site: Site) -> bool:
    """Whether a function hands on ``trainer.as_trainable()`` or, on other paths, the trainer."""
    handed_on = [one.call for one in site.handed_on]
    return bool(handed_on) and any(
        all(end is not one for one in handed_on) for end in origins(parsed, site.trainer)
    )


def _takes_run_config(site: Site) -> bool:
    """Whether the Tuner can be given the trainer's ``run_config``.

    Where it may have one of its own out of sight, only in the one dict that it is given last.
    """
    if site.arguments is not None and site.arguments.seen:
        return True
    *others, last = site.call.args
    return is_dotted(last.value) and last.star == "**" and not any(one.star for one in others)


def _worker(state: _State, trainer: Construction) -> Worker | None:
    """The code that a trainer's workers run; None where none is given."""
    loop = trainer.value("train_loop_per_worker")
    if loop is not None:
        return worker(state.parsed, loop)
    return loopless_code(trainer) if is_loopless(trainer) else None


def _hidden_loops(parsed: Parsed, site: Site) -> Iterator[cst.BaseExpression]:
    """The train loops of the trainers of a sweep whose classes are out of sight."""
    ends = origins(parsed, site.trainer) if hidden_trainers(parsed) else ()
    for one in hidden_trainers(parsed):
        seen = any(one.call is trainer.call for trainer in site.trainers)
        if not seen and any(one.call is end for end in ends):
            yield one.loop


def _explicit(state: _State, site: Site, code: Worker) -> Sweep | str | None:
    """The sweep with a driver that can be written out, or why it cannot."""
    parsed, tuner = state.parsed, site.arguments
    trainable = tuner.arguments.get("trainable") if tuner is not None else None
    if tuner is None or trainable is None or not _stands_there(site, trainable):
        return None
    trainer = construction(parsed, site.trainer)
    if trainer is None or trainer.name not in ray_api.TRAINERS:
        return None
    use = _use(state, trainer, trainable)
    if isinstance(use, str):
        return use
    if site.as_trainable and use is TrainerUse.KEPT:
        return None
    reason = hindrance(parsed, tuner, trainer, use)
    if reason is not None:
        return reason
    own, others = tuner.value("run_config"), trainer.value("run_config")
    both = own is not None and not is_none(own) and others is not None and not is_none(others)
    both = both and not site.as_trainable
    if both and own is not None and may_be_none(parsed, own):
        return "the Tuner's RunConfig may be None, and then the trainer's counts"
    space = tuner.value("param_space")
    return Sweep(
        tuner=tuner,
        trainable=trainable,
        trainer=trainer,
        use=use,
        space=view_space(parsed, space) if space is not None else None,
        run_config=effective_run_config(parsed, tuner, None if site.as_trainable else trainer),
        tune_config=tuner.arguments.get("tune_config"),
        searched=may_gain_keys(parsed, tuner),
        worker=code,
        train_loop_reading=_reading(parsed, tuner, code),
    )


def _stands_there(site: Site, trainable: cst.Arg) -> bool:
    """Whether a Tuner's own argument is the trainer, or ``trainer.as_trainable()``."""
    return not site.as_trainable or (site.trainable is trainable.value and not site.handed_on)


def _reading(parsed: Parsed, tuner: Construction, code: Worker) -> Reading:
    """Whether the train loop reads a checkpoint; asked with more care where trials pause."""
    found = reading(parsed, code)
    names = {one.name for one in schedulers(parsed, tuner.value("tune_config"))}
    pauses = not names.isdisjoint(ray_api.PAUSING_SCHEDULERS)
    if found is Reading.NEVER and pauses and hands_over(parsed, code):
        return Reading.UNKNOWN
    return found


def _reason(parsed: Parsed, site: Site) -> str:
    if site.as_trainable:
        return "the trainer is given as a trainable made from it"
    if site.caller is Caller.RESTORE:
        return "the sweep that is restored is not built here"
    if any(own_trainer(parsed, one) is not None for one in origins(parsed, site.trainer)):
        return "the trainer is of a class of your own"
    return "the trainer is not built in one place that can be seen"


def _use(state: _State, trainer: Construction, trainable: cst.Arg) -> TrainerUse | str:
    """What becomes of the trainer's own statement; or why the driver cannot be written out."""
    parsed, bound = state.parsed, trainer.variable
    if bound is None:
        tuner = _tuner_of(parsed, trainable)
        if any(isinstance(one, cst.Lambda | cst.BaseComp) for one in parsed.ancestors(tuner)):
            return "a lambda or a comprehension has no room for a function"
        if not runs_first(parsed, tuner):
            return "the trainer is built only on some condition, or after something else"
        return TrainerUse.INLINE
    gone = list(deletions(parsed, bound))
    others = [
        one
        for one in bound.references
        if not parsed.inside(one, trainable) and parsed.statement(one) not in gone
    ]
    exported = bound.name in wanted_names(parsed) and parsed.function(bound.target) is None
    if len(bound.statement.body) > 1:
        return f"{bound.name} shares its line with other statements"
    if isinstance(parsed.parent(parsed.parent(bound.statement) or bound.statement), cst.ClassDef):
        return f"{bound.name} is an attribute of a class"
    if all(id(one) in state.written for one in others) and not exported:
        return TrainerUse.MOVED
    if any(_is_given_to_tune(parsed, one) for one in others):
        left = [one for one in others if id(one) not in state.written]
        if left and all(_is_given_to_tune(parsed, one) for one in left):
            return f"{bound.name} is given to another Tuner too, whose driver cannot be written out"
        return f"{bound.name} is given to more than one Tuner, and used by itself"
    if any(is_changed(parsed, one) for one in others):
        return f"{bound.name} is changed after it was built"
    resume = trainer.value(ray_api.RESUME)
    if resume is not None and not is_none(resume):
        return f"{bound.name} is used by itself too, and resumes from a checkpoint"
    return TrainerUse.KEPT


def _tuner_of(parsed: Parsed, trainable: cst.Arg) -> cst.Call:
    tuner = parsed.parent(trainable)
    assert isinstance(tuner, cst.Call), "an argument belongs to a call"
    return tuner


def _is_given_to_tune(parsed: Parsed, reference: cst.CSTNode) -> bool:
    holder = parsed.enclosing(reference, cst.Call)
    name = ray_name(parsed, holder.func) if holder is not None else None
    return name is not None and name.name in (ray_api.TUNER, ray_api.RESTORE)
