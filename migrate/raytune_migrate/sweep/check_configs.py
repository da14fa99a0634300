"""What of the configs of a sweep Train V2 refuses, or Train V1 did already, each a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.dicts import view_dict
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import choices, constant, is_none, samplers
from raytune_migrate.sweep.boosting import is_loopless
from raytune_migrate.sweep.model import construction
from raytune_migrate.sweep.run_configs import (
    branched_configs,
    inner_configs,
    run_configs_of,
    set_cadence,
)
from raytune_migrate.sweep.set_fields import set_fields
from raytune_migrate.sweep.sites import wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import libcst as cst

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding
    from raytune_migrate.sweep.model import Construction

_RESERVED = "trainer_resources"
_OF_SWEEP = "the CheckpointConfig of a sweep"


def scaling_problems(parsed: Parsed, node: cst.BaseExpression | None) -> Iterator[Finding]:
    """What of a trainer's own ScalingConfig is refused, or not heeded."""
    yield from dict_problems(parsed, node)
    for end in origins(parsed, node) if node is not None else ():
        made = construction(parsed, end)
        if made is not None and made.name == ray_api.SCALING_CONFIG:
            yield from unwritten_resources(parsed, made)
    config = construction(parsed, node)
    if config is None or config.name != ray_api.SCALING_CONFIG:
        return
    yield from _scaling_fields(parsed, config)
    for call in samplers(parsed, config.call):
        yield wrong(parsed, call, "A search space in the trainer's own ScalingConfig.")


def dict_problems(parsed: Parsed, node: cst.BaseExpression | None) -> Iterator[Finding]:
    """A dict in place of a trainer's ScalingConfig, which no trainer takes."""
    if node is not None and view_dict(parsed, node) is not None:
        yield wrong(
            parsed,
            node,
            "A trainer's scaling_config may not be a dict: no release since Ray 2.0 takes one.",
            "Make it a ScalingConfig of the same fields, then run again.",
        )


def unwritten_resources(parsed: Parsed, config: Construction) -> Iterator[Finding]:
    """Resources of the trainer that a ScalingConfig is given in a dict, or after it was made."""
    reserved = config.in_dicts.get(_RESERVED)
    if reserved is not None and not is_none(reserved):
        advice = f"Give it to the ScalingConfig as {_RESERVED}=..., not in the dict, and run again."
        yield dropped_argument(parsed, reserved, _RESERVED, "ScalingConfig", advice)
    for one in set_fields(parsed, config):
        if one.name == _RESERVED and (one.value is None or not is_none(one.value)):
            advice = "Give it to the ScalingConfig where that is made, and run again."
            yield dropped_argument(parsed, one.node, _RESERVED, "ScalingConfig", advice)


def swept_scaling_problems(parsed: Parsed, node: cst.BaseExpression) -> Iterator[Finding]:
    """What of a ScalingConfig in a search space is refused."""
    for one in choices(parsed, node):
        config = construction(parsed, one)
        if config is not None and config.name == ray_api.SCALING_CONFIG and config.complete:
            yield from _scaling_fields(parsed, config)
            value = config.value(_RESERVED)
        else:
            seen = view_dict(parsed, one)
            value = seen.get(_RESERVED) if seen is not None else None
        if value is not None and not is_none(value):
            yield dropped_argument(parsed, value, _RESERVED, "ScalingConfig")


def _scaling_fields(parsed: Parsed, config: Construction) -> Iterator[Finding]:
    known = {*ray_api.SIGNATURES[config.name], *ray_api.GONE_FIELDS[config.name]}
    spread = any(one.star == "*" for one in config.call.args)  # which would move up
    for name, argument in config.arguments.items():
        by_place = name in ray_api.GONE_FIELDS[config.name] and argument.keyword is None
        if spread and by_place and not is_none(argument.value):
            advice = (
                f"Write it with its name, as {name}=..., and run again: then it is carried over."
            )
            yield dropped_argument(parsed, argument, name, "ScalingConfig", advice)
        elif name not in known:
            yield dropped_argument(parsed, argument, name, "ScalingConfig")


def run_config_problems(
    parsed: Parsed, config: Construction, trainers: Sequence[Construction], *, seen: bool
) -> Iterator[Finding]:
    """Fields that the Tuner refuses: how often boosting trainers saved, where there are others.

    ``seen`` says whether it surely runs one of the trainers.
    """
    yield from unknown_fields(parsed, config)
    boosting = bool(trainers) and all(is_loopless(one) for one in trainers)
    if boosting:
        yield from _late_cadence(parsed, config, trainers)
        return
    given: dict[cst.CSTNode, tuple[str, cst.BaseExpression | None]] = {
        inner.arguments[name]: (name, inner.value(name))
        for inner in (*inner_configs(parsed, config), *branched_configs(parsed, config))
        for name in ray_api.CADENCE
        if name in inner.arguments
    }
    given |= {one.node: (name, one.value) for name, one in set_cadence(parsed, config)}
    for node, (name, value) in given.items():
        if not constant(parsed, value):
            continue
        if trainers and seen:
            yield wrong(parsed, node, f"{name} was never allowed with a train loop.")
        elif trainers:
            reason = f"The Tuner may be given a trainer, and {name} was never allowed with those."
            advice = "Give it to the RunConfig only where the Tuner runs a class, then run again."
            yield wrong(parsed, node, reason, advice)
        else:
            advice = (
                "Only XGBoostTrainer and LightGBMTrainer heeded it: give it to the report"
                " callback of their train loop, then remove it here."
            )
            yield dropped_argument(parsed, node, name, _OF_SWEEP, advice)


def _late_cadence(
    parsed: Parsed, config: Construction, trainers: Sequence[Construction]
) -> Iterator[Finding]:
    """How often boosting trainers save, where only the Tuner's RunConfig is told that, later."""
    own = [one.call for trainer in trainers for one in run_configs_of(parsed, trainer)]
    for name, one in set_cadence(parsed, config):
        if not any(config.call is call for call in own):  # of those it is said elsewhere
            advice = "Remove it: V1 heeded only what the trainer's own RunConfig says."
            yield dropped_argument(parsed, one.node, name, _OF_SWEEP, advice)


def unknown_fields(parsed: Parsed, config: Construction) -> Iterator[Finding]:
    """What a RunConfig is given that none ever took, such as an argument of ``tune.run``."""
    known = {*ray_api.SIGNATURES[config.name], *ray_api.RENAMED_FIELDS[config.name]}
    for name, argument in config.arguments.items():
        if name not in known:
            yield wrong(parsed, argument, f"RunConfig never took an argument {name}.")


def dropped_argument(
    parsed: Parsed, node: cst.CSTNode, name: str, owner: str, advice: str | None = None
) -> Finding:
    """That Train V2 has no such argument."""
    known = ray_api.DROPPED_ARGUMENTS.get(
        name, "Move what it did, then remove it: it raises by its presence."
    )
    return finding(parsed, node, "RTM904", f"Train V2 takes no {name} in {owner}.", advice or known)
