"""A ScalingConfig that stands by itself is ray.train's; one that holds a search space is a dict.

Trainers refuse the class of ``ray.air``. ``ScalingConfig(num_workers=tune.grid_search([1, 2]))``
raises from Ray 2.55 on, so in a search space its arguments stand by themselves.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.expressions.values import is_none, samplers
from raytune_migrate.proposal import Change, Safety
from raytune_migrate.rewrite.retarget import retargeted
from raytune_migrate.rewrite.tuner import as_dict, swept_scaling_configs
from raytune_migrate.sweep.check_configs import unwritten_resources
from raytune_migrate.sweep.model import construction, constructions
from raytune_migrate.sweep.trainers import left_constructions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Finding, Proposal
    from raytune_migrate.sweep.model import Construction

_CODE = "RTM202"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each ScalingConfig that belongs to no call of a trainer; and what is lost."""
    parsed = context.parsed
    yield from _unheeded(context)
    rule = RULES[_CODE]
    for config in _alone(context):
        draft = context.draft()
        swept = config.complete and any(samplers(parsed, config.call))
        edits = (
            as_dict(parsed, config, context.layout)
            if swept
            else retargeted(parsed, config.call, draft)
        )
        doubts = () if swept or _is_carried(context, config) else tuple(reserve_doubts(config))
        if edits or draft.imports:
            yield Change(
                code=_CODE,
                title=rule.title,
                reason="Train V2 refuses this ScalingConfig.",
                link=rule.link,
                place=parsed.place(config.call),
                edits=tuple(edits),
                safety=Safety.REVIEW if doubts else Safety.SAFE,
                imports=tuple(draft.imports),
                notes=doubts,
            )


def _unheeded(context: Context) -> Iterator[Finding]:
    """What ScalingConfigs are given too late, but for what keeps a sweep from being rewritten."""
    told = {(one.code, one.place) for one in context.findings}
    for config in constructions(context.parsed):
        if config.name == ray_api.SCALING_CONFIG:
            for one in unwritten_resources(context.parsed, config):
                if (one.code, one.place) not in told:
                    yield one


def reserve_doubts(config: Construction | None) -> Iterator[str]:
    """What a trainer no longer reserves by its ScalingConfig."""
    value = config.value("trainer_resources") if config is not None else None
    if value is not None and not is_none(value):
        yield "trainer_resources goes: Train V2 itself reserves nothing, a driver function 1 CPU."


def _is_carried(context: Context, config: Construction) -> bool:
    """Whether a sweep gives its driver function what the config reserves."""
    given = (
        construction(context.parsed, one.sweep.trainer.value("scaling_config"))
        for one in context.plans
    )
    return any(one is not None and one.call is config.call for one in given)


def _alone(context: Context) -> Iterator[Construction]:
    """Those that belong to no call of a trainer, and that no person is asked to mend first.

    But for those that are rewritten with the call that is given a trainer.
    """
    parsed = context.parsed
    told = {one.place for one in context.findings}
    made = constructions(parsed)
    holders = [one.call for one in made if one.name in ray_api.TRAINERS]
    holders += left_constructions(parsed)
    holders += [one.call for given in context.given for one in given.scaling]
    holders += [
        one.call for plan in context.plans for one in swept_scaling_configs(parsed, plan.sweep)
    ]
    for one in made:
        if one.name == ray_api.SCALING_CONFIG and not any(
            parsed.inside(one.call, holder) for holder in holders
        ):
            given = (*one.arguments.values(), *(each.value for each in one.arguments.values()))
            if not any(parsed.place(each) in told for each in given):
                yield one
