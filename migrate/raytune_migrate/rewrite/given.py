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
    from collections.abc import Collection

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
    start, end = parsed.span(sweep.trainable)
    inner = parsed.span(sweep.trainer)
    trainer = parsed.source(sweep.trainer)
    edits: list[Edit] = []
    if plan.local is not None:
        statement = parsed.statement(sweep.call)
        own = [
            edit
            for one in _trainers(plan)
            for edit in standing_edits(parsed, one, tuners, draft, style, may_be_tunes=True)
            if lies_in(parsed, edit, sweep.trainer)
        ]
        # Those that such a trainer is given are edited with it already.
        handed = tune_edits(parsed, plan.handed, draft, gone=ray_api.GONE_WITH_TUNE)
        own += [edit for edit in handed if edit not in own]
        for config in plan.scaling:
            own += retargeted(parsed, config.call, draft)
        trainer = rewritten(parsed, sweep.trainer, own)
        if isinstance(sweep.trainer, cst.NamedExpr):
            trainer = f"({trainer})"
        if runs_first(parsed, sweep.call):
            line, indent = parsed.start(statement), parsed.indent(statement)
            made = moved(trainer, parsed.indent(sweep.trainer), indent)
            stated = bound(plan.local, made)
            grown = own and longest_line(indent + stated) > style.black.line_length
            if grown or not stated.endswith(made):  # which has parentheses now, and its lines anew
                stated = reformatted(stated, indent, style) or stated
            edits.append(Replace(line, line, f"{stated}\n{indent}"))
            edits.append(Replace(start, end, f"{driver}({plan.local})"))
        else:
            edits.append(Replace(start, end, f"{driver}({plan.local} := {trainer})"))
    else:
        edits.append(Replace(start, inner[0], f"{driver}("))
        edits.append(Replace(inner[1], end, ")"))
    use = sweep.run_config
    if use is None:
        return edits
    if use.owner is Owner.TUNER:
        return [
            *edits,
            *tune_edits(parsed, use.configs, draft),
            *conversion(parsed, use, draft, plan.local),
        ]
    convert = draft.refer(parsed, f"{ray_api.RUNTIME}.tune_run_config", sweep.call)
    value = f"{convert}({plan.local or trainer})"
    own_argument = next(
        (one for one in sweep.call.args if one.keyword and one.keyword.value == "run_config"), None
    )
    if own_argument is not None:  # the literal None
        return [*edits, Replace(*parsed.span(own_argument.value), value)]
    tuner = construction(parsed, sweep.call)
    if tuner is not None and not tuner.seen:
        return [
            *edits,
            *tune_edits(parsed, use.configs, draft),
            _one_or_trainers(parsed, sweep.call, plan.local or trainer, convert, style),
        ]
    return [*edits, AddArgument(sweep.call, "run_config", value)]


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
