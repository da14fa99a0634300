"""What becomes of the Tuner call: the driver instead of the trainer, and the RunConfig it owns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.expressions.values import choices
from raytune_migrate.proposal import Replace
from raytune_migrate.rewrite.tuner_run_config import run_config_edits
from raytune_migrate.sweep.model import construction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.model import Construction, Sweep
    from raytune_migrate.sweep.plan import Plan


def tuner_edits(parsed: Parsed, plan: Plan, draft: Draft, style: Layout) -> list[Edit]:
    """The edits to the Tuner call, and to the configs that it is given through variables."""
    return [
        Replace(*parsed.span(plan.sweep.trainable.value), plan.driver),
        *(Replace(*parsed.span(one), plan.driver) for one in plan.sweep.restores),
        *run_config_edits(parsed, plan, draft),
        *(
            edit
            for config in swept_scaling_configs(parsed, plan.sweep)
            for edit in as_dict(parsed, config, style)
        ),
    ]


def swept_scaling_configs(parsed: Parsed, sweep: Sweep) -> Iterator[Construction]:
    """The ScalingConfigs in the search space of a sweep."""
    node = sweep.space.get("scaling_config") if sweep.space is not None else None
    for one in choices(parsed, node) if node is not None else ():
        config = construction(parsed, one)
        if config is not None and config.name == ray_api.SCALING_CONFIG:
            yield config


def as_dict(parsed: Parsed, config: Construction, style: Layout) -> list[Edit]:
    """The edits that make a ScalingConfig the plain dict of its arguments."""
    call = config.call
    opening = parsed.text.index("(", parsed.end(call.func))
    edits: list[Edit] = [Replace(parsed.start(call), opening + 1, "{")]
    for name, argument in config.arguments.items():
        start = behind = parsed.start(argument)
        if argument.keyword is not None:  # up to its value, parentheses around that included
            behind = parsed.text.index("=", parsed.end(argument.keyword)) + 1
        space = "" if parsed.text[behind].isspace() else " "
        edits.append(Replace(start, behind, f"{style.literal(name)}:{space}"))
    end = parsed.end(call)
    edits.append(Replace(end - 1, end, "}"))
    return edits
