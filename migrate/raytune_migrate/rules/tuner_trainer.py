"""``Tuner(trainer)`` becomes ``Tuner(train_driver_fn)``.

From Ray 2.51 on, a Tuner refuses a trainer: ``TuneError: Improper 'run' - not string nor
trainable``. The trainer is built and fitted in a driver function instead, once for each trial.
https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from black.parsing import InvalidInput

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.editing.edits import OverlapError
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.foreign import kinds
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import is_none, settled
from raytune_migrate.proposal import Change, Finding, Replace, Safety
from raytune_migrate.readers.own_experiments import folders_written, is_own
from raytune_migrate.rewrite.driver import write_driver
from raytune_migrate.rewrite.given import given_edits
from raytune_migrate.rewrite.tuner import tuner_edits
from raytune_migrate.rules.scaling_configs import reserve_doubts
from raytune_migrate.rules.scripts import flag_note, is_script
from raytune_migrate.sweep.model import Caller, Owner, Reading, TrainerUse, construction
from raytune_migrate.sweep.preprocessors import preprocessor_doubts
from raytune_migrate.sweep.schedulers import schedulers
from raytune_migrate.sweep.trainers import own_trainer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.rewrite.given import GivenPlan
    from raytune_migrate.sweep.model import Construction, GivenSweep
    from raytune_migrate.sweep.plan import Plan

_CODE = "RTM101"
_STANDING = "RTM201"
_REASON = "From Ray 2.51 on, a Tuner that is given a trainer fails with TuneError."


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each sweep that is understood; the findings for the others."""
    yield from context.findings
    for plan in context.plans:
        try:
            yield _change(context, plan)
        except (InvalidInput, OverlapError):
            yield finding(
                context.parsed,
                plan.sweep.tuner.call,
                _CODE,
                "The driver function for this sweep could not be written.",
                "Migrate this sweep by hand, and please report it.",
            )
    for given in context.given:
        yield _given_change(context, given)
    yield from _handed_on(context)
    yield from _restores(context)


def _change(context: Context, plan: Plan) -> Change:
    parsed, style = context.parsed, context.layout
    sweep = plan.sweep
    draft = context.draft()
    edits = [
        *write_driver(parsed, plan, draft, style),
        *tuner_edits(parsed, plan, draft, style),
    ]
    doubts = (
        *_doubts(parsed, plan),
        *context.support.doubts(parsed, sweep),
        *dict.fromkeys(draft.doubts),
    )
    rule = RULES[_CODE]
    return Change(
        code=_CODE,
        title=rule.title,
        reason=_REASON,
        link=rule.link,
        place=parsed.place(sweep.tuner.call),
        edits=tuple(edits),
        safety=Safety.REVIEW if doubts else Safety.SAFE,
        imports=tuple(draft.imports),
        notes=(*doubts, *_notes(context, plan)),
        groups=frozenset({parsed.start(sweep.tuner.call)}),
        lacks=tuple(draft.lacks),
    )


def _restores(context: Context) -> Iterator[Finding]:
    """A finding at each restore: what Train V1 has written stays out of reach.

    Not where it is of what the same process has written, by the rewritten code.
    """
    places = [
        *(one for plan in context.plans for one in plan.sweep.restores),
        *(one.sweep.trainable for one in context.given if one.sweep.caller is Caller.RESTORE),
        *(
            argument
            for one in context.given
            if one.sweep.caller is Caller.TUNE_RUN
            for argument in _resumed(context.parsed, one.sweep.call)
        ),
    ]
    written = folders_written(context.parsed, context.run_configs) if places else frozenset()
    for node in places:
        if is_own(context.parsed, context.parsed.enclosing(node, cst.Call), written):
            continue
        yield finding(
            context.parsed,
            node,
            "RTM102",
            "An experiment that Train V1 has written cannot be restored with a driver function.",
            "Restore experiments of the migrated code only; finish the others on Train V1.",
        )


def _resumed(parsed: Parsed, call: cst.Call) -> Iterator[cst.Arg]:
    """What asks ``tune.run`` to go on with an experiment."""
    for one in call.args:
        word = one.keyword.value if one.keyword is not None else ""
        never = is_none(one.value) or settled(parsed, one.value) is False
        if word in ray_api.RESUMES and not never:
            yield one


def _given_change(context: Context, plan: GivenPlan) -> Change:
    parsed, sweep = context.parsed, plan.sweep
    draft = context.draft()
    edits = given_edits(parsed, plan, context.tuners_run_configs, draft, context.layout)
    rule = RULES[_CODE]
    return Change(
        code=_CODE,
        title="Tuner(trainer) becomes Tuner(driver_for(trainer))",
        reason=_REASON,
        link=rule.link,
        place=parsed.place(sweep.call),
        edits=tuple(edits),
        safety=Safety.REVIEW,
        imports=tuple(draft.imports),
        notes=(
            *_given_doubts(parsed, sweep),
            *dict.fromkeys(doubt for one in plan.scaling for doubt in reserve_doubts(one)),
            *dict.fromkeys(draft.doubts),
            *flag_note(context),
        ),
        groups=frozenset({parsed.start(sweep.call)}),
    )


def _handed_on(context: Context) -> Iterator[Change]:
    """One change for each ``trainer.as_trainable()`` that a function hands on to sweeps."""
    parsed, rule = context.parsed, RULES[_STANDING]
    sweeps = [one.sweep for one in context.given]
    for made in {id(one.call): one for sweep in sweeps for one in sweep.handed_on}.values():
        yield Change(
            code=_STANDING,
            title="trainer.as_trainable() becomes the trainer",
            reason="Train V2 has no as_trainable; driver_for takes the trainer itself.",
            link=rule.link,
            place=parsed.place(made.call),
            edits=(Replace(parsed.span(made.trainer)[1], parsed.span(made.call)[1], ""),),
            groups=frozenset(
                parsed.start(sweep.call)
                for sweep in sweeps
                if any(one.call is made.call for one in sweep.handed_on)
            ),
        )


def _given_doubts(parsed: Parsed, sweep: GivenSweep) -> Iterator[str]:
    yield f"The driver function is not written out: {sweep.reason}."
    if sweep.caller is Caller.RESTORE:
        yield "Tune restores by name: what is restored must have been run by a train_driver_fn."
    if not sweep.seen and not _is_made_elsewhere(parsed, sweep):
        yield "Part of where the trainer comes from cannot be seen: it must be one of Train V2."
    classes = (own_trainer(parsed, one) for one in origins(parsed, sweep.trainer))
    for name in dict.fromkeys(one.name for one in classes if one is not None and one.constructed):
        yield (
            f"The constructor of {name} runs once: V1 called it for each trial, with what is swept"
            " among its arguments."
        )
    if any(one.name in ray_api.V2_HOMES for one in sweep.trainers):
        yield "Train V2 has this trainer for developers only, without a public name."
    if any(not one.seen for one in sweep.trainers):
        yield "The trainer's arguments cannot all be seen: they must be ones that Train V2 takes."
    tuner = construction(parsed, sweep.call)
    if tuner is not None and tuner.name == ray_api.TUNER:
        owner = sweep.run_config.owner if sweep.run_config is not None else Owner.TUNER
        if not tuner.seen and tuner.value("run_config") is None and owner is Owner.TUNER:
            yield "The Tuner's arguments cannot all be seen: a RunConfig must be that of ray.tune."
        yield from _tune_doubts(parsed, tuner)
    own = sweep.run_config is not None and sweep.run_config.owner is Owner.TUNER
    if own and any(one.given("run_config") is not None for one in sweep.trainers):
        yield "The trainer's RunConfig is not used: V1 used the Tuner's alone."


def _is_made_elsewhere(parsed: Parsed, sweep: GivenSweep) -> bool:
    """Whether all that is not a trainer of Ray here is one of the project, or of other modules."""
    hidden = [
        one
        for one in origins(parsed, sweep.trainer)
        if not any(one is trainer.call for trainer in sweep.trainers)
        and own_trainer(parsed, one) is None
    ]
    return all(kinds(parsed, one) == {Kind.TRAINER} for one in hidden)


def _tune_doubts(parsed: Parsed, tuner: Construction) -> Iterator[str]:
    """What the TuneConfig may ask for that is not carried, or not proved."""
    given = tuner.value("tune_config")
    config = construction(parsed, given)
    if given is not None and not is_none(given) and (config is None or not config.complete):
        yield "The TuneConfig cannot be seen: a ResourceChangingScheduler is not carried."
    yield from _reuse_doubts(parsed, config)
    scheduler = config.value("scheduler") if config is not None else None
    ends = origins(parsed, scheduler) if scheduler is not None else ()
    if any(
        not isinstance(one, cst.SimpleString) and construction(parsed, one) is None for one in ends
    ):
        yield "The scheduler cannot be seen: a ResourceChangingScheduler is not carried."
    unproved = ray_api.PAUSING_SCHEDULERS - ray_api.PROVED_SCHEDULERS
    for one in schedulers(parsed, given):
        if one.name in unproved:
            short = one.name.rpartition(".")[2]
            yield f"{short} pauses or clones trials, and was not compared with Train V1."


def _reuse_doubts(parsed: Parsed, config: Construction | None) -> Iterator[str]:
    reuse = config.value("reuse_actors") if config is not None else None
    if reuse is not None and not is_none(reuse) and settled(parsed, reuse) is not False:
        yield (
            "With reuse_actors V1 ran each trial that reused an actor with the config of the"
            " actor's first trial; now every trial has its own."
        )


def _doubts(parsed: Parsed, plan: Plan) -> Iterator[str]:
    """What the rewritten sweep may do otherwise."""
    sweep = plan.sweep
    if parsed.function(plan.place) is None and not is_script(parsed):
        yield (
            f"Where this module is imported, {plan.driver} travels by its name: trials do not see"
            " what is changed in the module at run time."
        )
    yield from _tune_doubts(parsed, sweep.tuner)
    value = sweep.trainer.value("scaling_config")
    ends = origins(parsed, value) if value is not None else ()
    # Those of other modules are mended there.
    here = [one for one in ends if kinds(parsed, one) != {Kind.SCALING_CONFIG}]
    scaling = [construction(parsed, one) for one in here]
    if any(one is None or one.name != ray_api.SCALING_CONFIG for one in scaling):
        yield "The ScalingConfig cannot be seen: it must be ray.train's."
    elif any(one is not None and not one.seen for one in scaling):
        yield "The arguments of ScalingConfig cannot all be seen: trainer_resources is refused."
    swept = sweep.space.get("scaling_config") if sweep.space is not None else None
    if swept is not None and construction(parsed, swept) is not None:
        yield (
            'config["scaling_config"] of a result has only the keys that are written here; under'
            " V1 it had every field."
        )
    yield from preprocessor_doubts(parsed, sweep.trainer)
    if sweep.trainer.name in ray_api.V2_HOMES:
        yield "Train V2 has this trainer for developers only, without a public name."
    if sweep.train_loop_reading is Reading.UNKNOWN:
        yield "Part of the train loop cannot be seen: it must report through ray.train."


def _notes(context: Context, plan: Plan) -> Iterator[str]:
    """What a reviewer may want to know."""
    sweep, name = plan.sweep, plan.driver
    named = sweep.run_config is not None and any(
        "name" in one.arguments for one in sweep.run_config.configs
    )
    kind = sweep.trainer.name.rsplit(".", 1)[1]
    what = "Trials are" if named else "Trials, and the experiment's default folder, are"
    yield f"{what} named {name}_... instead of {kind}_...."
    given = sweep.trainer.value("run_config")
    unused = given is not None and not is_none(given) and not plan.uses_trainers_run_config
    if unused and sweep.use is not TrainerUse.KEPT:
        yield "The trainer's RunConfig goes: V1 used the Tuner's alone."
    yield from flag_note(context)
