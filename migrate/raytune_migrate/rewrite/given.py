"""What becomes of a sweep whose trainer exists already: ``Tuner(driver_for(trainer))``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.editing.edits import bound, lies_in, rewritten
from raytune_migrate.editing.layout import longest_line, moved, reformatted
from raytune_migrate.expressions.order import runs_first
from raytune_migrate.expressions.origins import same_when_read_again
from raytune_migrate.expressions.values import samplers
from raytune_migrate.module.taken_names import near_names
from raytune_migrate.proposal import AddArgument, Replace
from raytune_migrate.rewrite.retarget import retargeted
from raytune_migrate.rewrite.standing import standing_edits
from raytune_migrate.rewrite.tuner_run_config import conversion, tune_edits
from raytune_migrate.sweep.check import refused
from raytune_migrate.sweep.check_configs import unknown_fields
from raytune_migrate.sweep.model import Owner, construction, constructions
from raytune_migrate.sweep.plan import fresh

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.model import Construction, GivenSweep, RunConfigUse


@dataclass(frozen=True, slots=True)
class GivenPlan:
    """One sweep over a trainer that exists already, and what names it needs."""

    sweep: GivenSweep
    local: str | None  # the name that the trainer is bound to, where it is read twice
    # The RunConfigs for the trainer of another module that are made in what is bound so.
    handed: tuple[Construction, ...] = ()
    # The trainers that are built in what is bound so, and go with it.
    within: tuple[Construction, ...] = ()
    # The ScalingConfigs in it that belong to none of these: what makes the trainer is given them.
    scaling: tuple[Construction, ...] = ()


def plan_given(
    parsed: Parsed,
    sweeps: Collection[GivenSweep],
    taken: Collection[str],
    handed: Collection[RunConfigUse],
    standing: Collection[Construction],
) -> tuple[GivenPlan, ...]:
    """Choose names; ``taken`` are those of the other sweeps' rewrites.

    ``handed`` are the RunConfigs that other modules give to trainers and Tuners, ``standing`` the
    trainers that stay where they are built.
    """
    near: dict[int, set[str]] = {}  # by function, what new names in it must not be
    plans: list[GivenPlan] = []
    for one in sweeps:
        names = near.setdefault(
            id(parsed.function(one.call)), {*near_names(parsed, one.call), *taken}
        )
        if not _needs_name(parsed, one):
            plans.append(GivenPlan(one, None))
            continue
        within = tuple(
            made
            for made in standing
            if parsed.inside(made.call, one.trainer) and not any(refused(parsed, made))
        )
        configs = tuple(
            made
            for use in handed
            for made in use.configs
            if parsed.inside(made.call, one.trainer) and not any(unknown_fields(parsed, made))
        )
        built = [made.call for made in (*one.trainers, *within)]
        scaling = tuple(
            made
            for made in constructions(parsed)
            if made.name == ray_api.SCALING_CONFIG
            and parsed.inside(made.call, one.trainer)
            and not any(parsed.inside(made.call, call) for call in built)
            and not any(samplers(parsed, made.call))
        )
        plans.append(GivenPlan(one, fresh("trainer", names), configs, within, scaling))
    return tuple(plans)


def given_edits(
    parsed: Parsed,
    plan: GivenPlan,
    tuners: Collection[Construction],
    draft: Draft,
    style: Layout,
) -> list[Edit]:
    """The edits to the call that is given the trainer, and to the RunConfig it is given."""
    sweep = plan.sweep
    driver = draft.refer(parsed, f"{ray_api.RUNTIME}.driver_for", sweep.call)
    if plan.local is None:
        start, end = parsed.span(sweep.trainable)
        inner = parsed.span(sweep.trainer)
        edits: list[Edit] = [Replace(start, inner[0], f"{driver}("), Replace(inner[1], end, ")")]
    else:
        made = _trainer_to_name(parsed, plan, tuners, draft, style)
        edits = _named(parsed, sweep, plan.local, made, driver, style)
    return [*edits, *_run_config_edits(parsed, plan, draft, style)]


def _trainer_to_name(
    parsed: Parsed,
    plan: GivenPlan,
    tuners: Collection[Construction],
    draft: Draft,
    style: Layout,
) -> str:
    """What makes the trainer, as Train V2 takes it."""
    trainer = plan.sweep.trainer
    own = [
        edit
        for one in _trainers(plan)
        for edit in standing_edits(parsed, one, tuners, draft, style, may_be_tunes=True)
        if lies_in(parsed, edit, trainer)
    ]
    # Those that such a trainer is given are edited with it already.
    handed = tune_edits(parsed, plan.handed, draft, gone=ray_api.GONE_WITH_TUNE)
    own += [edit for edit in handed if edit not in own]
    for config in plan.scaling:
        own += retargeted(parsed, config.call, draft)
    return rewritten(parsed, trainer, own)


def _named(
    parsed: Parsed, sweep: GivenSweep, name: str, trainer: str, driver: str, style: Layout
) -> list[Edit]:
    """The edits that bind the trainer to a name, and give its driver in its place.

    That is a statement ahead where nothing else would have run before, and else within the call.
    """
    start, end = parsed.span(sweep.trainable)
    changed = trainer != parsed.source(sweep.trainer)
    if isinstance(sweep.trainer, cst.NamedExpr):
        trainer = f"({trainer})"
    if not runs_first(parsed, sweep.call):
        return [Replace(start, end, f"{driver}({name} := {trainer})")]
    statement = parsed.statement(sweep.call)
    line, indent = parsed.start(statement), parsed.indent(statement)
    made = moved(trainer, parsed.indent(sweep.trainer), indent)
    stated = bound(name, made)
    grown = changed and longest_line(indent + stated) > style.black.line_length
    if grown or not stated.endswith(made):  # which has parentheses now, and its lines anew
        stated = reformatted(stated, indent, style) or stated
    return [
        Replace(line, line, f"{stated}\n{indent}"),
        Replace(start, end, f"{driver}({name})"),
    ]


def _run_config_edits(
    parsed: Parsed, plan: GivenPlan, draft: Draft, style: Layout
) -> Iterator[Edit]:
    """The edits that give the Tuner the RunConfig: its own, or what it takes from the trainer's."""
    sweep, use = plan.sweep, plan.sweep.run_config
    if use is None:
        return
    if use.owner is Owner.TUNER:
        yield from tune_edits(parsed, use.configs, draft)
        yield from conversion(parsed, use, draft, plan.local)
        return
    trainer = plan.local or parsed.source(sweep.trainer)
    convert = draft.refer(parsed, f"{ray_api.RUNTIME}.tune_run_config", sweep.call)
    value = f"{convert}({trainer})"
    own_argument = next(
        (one for one in sweep.call.args if one.keyword and one.keyword.value == "run_config"), None
    )
    if own_argument is not None:  # the literal None
        yield Replace(*parsed.span(own_argument.value), value)
        return
    tuner = construction(parsed, sweep.call)
    if tuner is None or tuner.seen:
        yield AddArgument(sweep.call, "run_config", value)
        return
    yield from tune_edits(parsed, use.configs, draft)
    yield _one_or_trainers(parsed, sweep.call, trainer, convert, style)


def _trainers(plan: GivenPlan) -> list[Construction]:
    """What may be edited with the name that a trainer is bound to: each call once."""
    made = (*plan.sweep.trainers, *plan.within)
    return list({id(one.call): one for one in made}.values())


def _one_or_trainers(
    parsed: Parsed, call: cst.Call, trainer: str, convert: str, style: Layout
) -> Replace:
    """Give a Tuner the RunConfig in the dict that it is given last, or else the trainer's."""
    given = call.args[-1]
    own, key = parsed.source(given.value), style.literal("run_config")
    value = f"{convert}({own}.get({key}) or {trainer})"
    return Replace(*parsed.span(given.value), f"{{**{own}, {key}: {value}}}")


def _needs_name(parsed: Parsed, sweep: GivenSweep) -> bool:
    """Whether the trainer is read twice, and that would run twice what gives it."""
    use = sweep.run_config
    return (
        use is not None
        and (use.owner is Owner.TRAINER or use.otherwise is not None)
        and not same_when_read_again(parsed, sweep.trainer)
    )
