"""A trainer that stays where it is built, as Train V2 takes it: its RunConfig, its loop, its names.

V1 had one RunConfig for trainers and Tuners. Where one becomes the Tuner's, or has fields that only
Tune still takes, a trainer that is given it too gets its own part of it from the runtime.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.editing.edits import rewritten
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.foreign import kinds
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import is_none
from raytune_migrate.module.bindings import definition
from raytune_migrate.module.classes import calls_constructor
from raytune_migrate.module.names import calls, imported_name
from raytune_migrate.proposal import AddArgument, RemoveArgument, Replace
from raytune_migrate.rewrite.boosting_loops import standing_loop
from raytune_migrate.rewrite.preprocessor_edits import preprocessor_edits
from raytune_migrate.rewrite.retarget import retargeted
from raytune_migrate.rewrite.tuner_run_config import tune_edits
from raytune_migrate.sweep.boosting import is_loopless, replaced_values
from raytune_migrate.sweep.model import Owner, RunConfigUse, TrainerUse, construction, constructions
from raytune_migrate.sweep.run_configs import (
    asked,
    branched_configs,
    carries_metadata,
    convertible_dict,
    inner_configs,
    is_of_train_v2,
    needs_tune,
    run_config_use,
    run_configs,
    run_configs_in,
    takes_callbacks,
)
from raytune_migrate.sweep.sites import Site, sites
from raytune_migrate.sweep.trainers import is_trainer, own_constructions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.model import Construction, GivenSweep
    from raytune_migrate.sweep.plan import Plan


def standing_trainers(
    parsed: Parsed, plans: Iterable[Plan], declined: Collection[int] = ()
) -> Iterator[Construction]:
    """The trainers with a counterpart in Train V2 whose own statements stay.

    Those of the sweeps that a person leaves as they are, at the offsets ``declined``, do not count.
    """
    gone = [one.sweep.trainer.call for one in plans if one.sweep.use is not TrainerUse.KEPT]
    kept = [one.sweep.trainer.call for one in plans if one.sweep.use is TrainerUse.KEPT]
    left = [
        trainer.call
        for site in sites(parsed)
        if isinstance(site, Site) and parsed.start(site.call) in declined
        for trainer in site.trainers
        if not any(trainer.call is one for one in kept)
    ]
    for made in (*constructions(parsed), *own_constructions(parsed)):
        if any(parsed.inside(made.call, one) for one in (*gone, *left)):
            continue
        known = ray_api.TRAINERS.get(made.name)
        if known is not None and known.way_out is None:
            yield made


def tuners_run_configs(
    plans: Iterable[Plan], given: Iterable[GivenSweep], others: Iterable[RunConfigUse]
) -> tuple[Construction, ...]:
    """The RunConfigs that become the Tuners'."""
    uses = [
        *(
            one.sweep.run_config
            for one in plans
            if one.run_config is not None
            or one.sweep.use is not TrainerUse.KEPT
            or one.sweep.run_config is None
            or one.sweep.run_config.owner is Owner.TUNER
            or isinstance(one.sweep.run_config.value, cst.Name)
        ),
        *(one.run_config for one in given),
        *others,
    ]
    return tuple(config for use in uses if use is not None for config in use.configs)


def other_run_configs(parsed: Parsed, swept: Collection[cst.Call]) -> Iterator[RunConfigUse]:
    """The RunConfigs of the Tuners that are given no trainer."""
    for tuner in constructions(parsed):
        if tuner.name != ray_api.TUNER or any(tuner.call is one for one in swept):
            continue
        value = tuner.given("run_config")
        trainer = tuner.value("trainable")
        if value is None or is_none(value) or trainer is None or is_trainer(parsed, trainer):
            continue
        use = run_config_use(parsed, Owner.TUNER, value)
        if use.configs:
            yield use


def runs_function(parsed: Parsed, use: RunConfigUse) -> bool:
    """Whether a RunConfig is that of a Tuner over a function, which makes its own checkpoints."""
    for tuner in constructions(parsed):
        if tuner.name == ray_api.TUNER and tuner.given("run_config") is use.value:
            runs = tuner.value("trainable")
            return runs is not None and (
                isinstance(runs, cst.Lambda)
                or isinstance(definition(parsed, runs), cst.FunctionDef)
            )
    return False


def handed_run_configs(parsed: Parsed) -> Iterator[RunConfigUse]:
    """The RunConfigs that other modules give to their trainers and Tuners."""
    for call in calls(parsed) if parsed.elsewhere.lines.run_configs else ():
        if parsed.line(call) in parsed.elsewhere.lines.run_configs:
            for config in run_configs(parsed, (call,)):
                if is_of_train_v2(parsed, config):
                    continue  # it is a trainer's by itself, and its callbacks are Train's
                yield RunConfigUse(Owner.TUNER, call, (config,), converted=False)


def whole_run_configs(
    parsed: Parsed,
    trainers: Iterable[Construction],
    tuners: Collection[Construction],
    near_sweep: Callable[[Construction], bool],
) -> Iterator[Construction]:
    """The RunConfigs of trainers that stay that are Tune's, each trainer taking its part."""
    for trainer in trainers:
        near = near_sweep(trainer)
        for given in _given_configs(parsed, trainer, ()):
            if _is_needed_whole(parsed, trainer, given, tuners, near_sweep=near):
                yield from given.configs


def standing_edits(
    parsed: Parsed,
    trainer: Construction,
    tuners: Collection[Construction],
    draft: Draft,
    style: Layout,
    skip: Collection[cst.CSTNode] = (),
    bound: Mapping[str, str] | None = None,
    *,
    near_sweep: bool = True,
    may_be_tunes: bool = False,
) -> list[Edit]:
    """The edits that make a trainer that stays one of Train V2.

    ``tuners`` are the RunConfigs that become a Tuner's; what is in ``skip`` is rewritten already,
    and what has a name in ``bound`` is evaluated ahead. ``near_sweep`` is as in `needs_tune`.
    ``may_be_tunes`` says that a RunConfig that it is given out of sight may be Tune's: a Tuner is
    given the trainer itself, and so all that it says, or one of this module's may be it.
    """
    edits: list[Edit] = []
    leave = list(skip)
    carried = trainer.arguments.get(ray_api.METADATA)
    metadata = _metadata(parsed, trainer, carried, draft) if carried is not None else ""
    in_config = takes_callbacks(parsed, trainer)
    for own in _given_configs(parsed, trainer, skip):
        whole = _is_needed_whole(parsed, trainer, own, tuners, near_sweep=near_sweep)
        whole = whole or (may_be_tunes and _is_out_of_sight(parsed, own))
        if whole or (metadata and not in_config):
            convert = draft.refer(parsed, f"{ray_api.RUNTIME}.train_run_config", own.argument)
            edits += _converted(parsed, own, convert, style, metadata)
            metadata = ""
        if whole:
            edits += tune_edits(parsed, own.configs, draft)
            leave.append(own.argument)
        else:
            # What stands in the call itself is seen to below.
            edits += _of_its_own(parsed, own.configs, draft, [*leave, trainer.call])
    if is_loopless(trainer):
        edits += standing_loop(parsed, trainer, bound or {}, draft, style)
        leave += replaced_values(trainer)
    resume = trainer.arguments.get(ray_api.RESUME)
    loop = trainer.value("train_loop_per_worker")
    if resume is not None and loop is not None:
        edits += [RemoveArgument(trainer.call, resume), *_resuming(parsed, loop, resume, draft)]
        leave.append(resume.value)
    if carried is not None and (is_none(carried.value) or carries_metadata(trainer)):
        edits.append(RemoveArgument(trainer.call, carried))
        leave.append(carried.value)
    if metadata:
        edits.append(_with_callback(parsed, trainer, metadata, draft))
    edits += preprocessor_edits(parsed, trainer, draft, bound or {})
    transformed = trainer.arguments.get(ray_api.PREPROCESSOR)
    leave += [transformed.value] if transformed is not None else []
    edits += retargeted(parsed, trainer.call, draft, skip=leave, gone=ray_api.GONE_WITHOUT_TUNE)
    return edits


def _of_its_own(
    parsed: Parsed,
    configs: Iterable[Construction],
    draft: Draft,
    skip: Collection[cst.CSTNode],
) -> Iterator[Edit]:
    """RunConfigs that only a trainer reads lose what is Tune's, with all that they are made of."""
    configs = list(configs)
    for config in configs:
        yield from _idle(parsed, config)
    yield from _in_place(parsed, configs, draft, skip)
    for config in configs:
        apart = [one for one in inner_configs(parsed, config) if one.variable is not None]
        apart += branched_configs(parsed, config)
        yield from _in_place(parsed, apart, draft, skip)


def _resuming(
    parsed: Parsed, loop: cst.BaseExpression, resume: cst.Arg, draft: Draft
) -> Iterator[Edit]:
    """Have a train loop start from what a trainer of Train V1 was to resume from."""
    if is_none(resume.value):
        return
    start, end = parsed.span(loop)
    wrap = draft.refer(parsed, f"{ray_api.RUNTIME}.start_from_trial", loop)
    given = rewritten(parsed, resume.value, retargeted(parsed, resume.value, draft))
    yield Replace(start, start, f"{wrap}(")
    yield Replace(end, end, f", {ray_api.RESUME}={given})")


@dataclass(frozen=True, slots=True)
class _GivenConfig:
    """What a trainer is given as its RunConfig: by itself, or in a ``**name``."""

    argument: cst.BaseExpression
    ends: tuple[cst.BaseExpression, ...]
    configs: tuple[Construction, ...]
    in_dict: bool


def _given_configs(
    parsed: Parsed, trainer: Construction, skip: Collection[cst.CSTNode]
) -> Iterator[_GivenConfig]:
    value = trainer.given("run_config")
    if value is not None:
        if not is_none(value) and not _within(parsed, value, skip):
            ends = origins(parsed, value)
            yield _GivenConfig(value, ends, run_configs(parsed, ends), in_dict=False)
        return
    if calls_constructor(trainer.call):
        return  # whoever makes an object of the class gives it the trainer's part
    elsewhere = convertible_dict(parsed, trainer)
    for one in trainer.call.args:
        values = tuple(run_configs_in(parsed, one))
        if values or one.value is elsewhere:
            ends = tuple(end for each in values for end in origins(parsed, each))
            yield _GivenConfig(one.value, ends, run_configs(parsed, ends), in_dict=True)


def _is_needed_whole(
    parsed: Parsed,
    trainer: Construction,
    given: _GivenConfig,
    tuners: Collection[Construction],
    *,
    near_sweep: bool,
) -> bool:
    """Whether a RunConfig stays one of Tune's, of which the trainer takes its part."""
    # What is seen here may not be all: a method that makes it may have another body elsewhere.
    converted = bool(given.ends) and all(_is_runtimes(parsed, one) for one in given.ends)
    return (
        (not converted and parsed.line(trainer.call) in parsed.elsewhere.lines.configured)
        or any(_is_of_another_module(parsed, one) for one in given.ends)
        or any(
            _is_tuners(one, tuners) or needs_tune(parsed, trainer, one, near_sweep=near_sweep)
            for one in given.configs
        )
    )


def _is_out_of_sight(parsed: Parsed, given: _GivenConfig) -> bool:
    """Whether a RunConfig may be one of Tune as well: the runtime leaves Train's as they are."""
    known = given.configs or any(_is_runtimes(parsed, one) for one in given.ends)
    return bool(given.ends) and not (known or given.in_dict)


def _is_of_another_module(parsed: Parsed, config: cst.BaseExpression) -> bool:
    """Whether a RunConfig is made elsewhere, or by a class that another module hands on."""
    made = construction(parsed, config)
    of_v2 = made is not None and is_of_train_v2(parsed, made)
    return Kind.RUN_CONFIG in kinds(parsed, config) and not of_v2


def _converted(
    parsed: Parsed, given: _GivenConfig, convert: str, style: Layout, metadata: str
) -> list[Edit]:
    """Have the runtime make a trainer's part of a RunConfig, with ``metadata`` if there is any."""
    start, end = parsed.span(given.argument)
    more = f", {metadata}" if metadata else ""
    if not given.in_dict:
        return [Replace(start, start, f"{convert}("), Replace(end, end, f"{more})")]
    own, key = parsed.source(given.argument), style.literal("run_config")
    return [Replace(start, end, f"{{**{own}, {key}: {convert}({own}.get({key}){more})}}")]


def _is_runtimes(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether the runtime makes something, as an earlier run has written."""
    name = imported_name(parsed, node.func) if isinstance(node, cst.Call) else None
    return name is not None and name.startswith(f"{ray_api.RUNTIME}.")


def _idle(parsed: Parsed, config: Construction) -> Iterator[Edit]:
    """Take away the fields of Tune in which a RunConfig has nothing: Train V2 refuses them too."""
    if config.name == ray_api.TRAIN_RUN_CONFIG:
        idle = ray_api.TRIAL_FIELDS & ray_api.REFUSED_FIELDS[config.name] - asked(parsed, config)
        for name in sorted(idle & set(config.arguments)):
            if config.arguments[name].keyword is not None:
                yield RemoveArgument(config.call, config.arguments[name])


def _metadata(parsed: Parsed, trainer: Construction, carried: cst.Arg, draft: Draft) -> str:
    """The argument by which what the runtime makes gets the metadata of a trainer's checkpoints.

    Empty where there is none, or no place for it.
    """
    if is_none(carried.value) or not carries_metadata(trainer):
        return ""
    return f"metadata={rewritten(parsed, carried.value, retargeted(parsed, carried.value, draft))}"


def _with_callback(
    parsed: Parsed, trainer: Construction, metadata: str, draft: Draft
) -> AddArgument | Replace:
    """Give the metadata of checkpoints to the callback that sets it, in the trainer's RunConfig."""
    sets = draft.refer(parsed, f"{ray_api.RUNTIME}.TuneReportCallback", trainer.call)
    callbacks = f"[{sets}({metadata})]"
    given = trainer.value("run_config")
    config = construction(parsed, given)
    if config is not None:
        return AddArgument(config.call, "callbacks", callbacks)
    name = draft.refer(parsed, ray_api.TRAIN_RUN_CONFIG, trainer.call)
    made = f"{name}(callbacks={callbacks})"
    if given is not None:  # None, in so many words
        return Replace(*parsed.span(given), made)
    return AddArgument(trainer.call, "run_config", made)


def _in_place(
    parsed: Parsed,
    configs: Iterable[Construction],
    draft: Draft,
    skip: Collection[cst.CSTNode],
) -> Iterator[Edit]:
    for one in configs:
        if not _within(parsed, one.call, skip):
            yield from retargeted(parsed, one.call, draft, gone=ray_api.GONE_WITHOUT_TUNE)


def _is_tuners(config: Construction, tuners: Collection[Construction]) -> bool:
    return any(config.call is one.call for one in tuners)


def _within(parsed: Parsed, node: cst.CSTNode, outer: Collection[cst.CSTNode]) -> bool:
    return any(parsed.inside(node, one) for one in outer)
