"""Whether a sweep can be given a limit of its own: how many of its trials run at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import RayStart
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import constant, is_none
from raytune_migrate.module.bindings import bindings, is_builtin_here, variable
from raytune_migrate.module.names import ray_name
from raytune_migrate.module.ray_reads import calls_of
from raytune_migrate.module.taken_names import is_part
from raytune_migrate.sweep.beside_others import named_fits, runs_beside_others
from raytune_migrate.sweep.clusters import joins_a_cluster
from raytune_migrate.sweep.model import construction, constructions

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Construction, Sweep
    from raytune_migrate.sweep.plan import Plan

LIMIT = "max_concurrent_trials"


def can_limit(
    parsed: Parsed, plan: Plan, config: Construction | None, cluster_file: str | None
) -> bool:
    """Whether ``max_concurrent_trials`` can be set, and changes nothing but concurrency.

    Args:
        parsed: The module of the sweep.
        plan: How the sweep is to be rewritten.
        config: The TuneConfig that it is given, if that is seen.
        cluster_file: By which file of the project it is run on a cluster, if by one.
    """
    sweep = plan.sweep
    place = config.call if config is not None else sweep.tuner.call
    return (
        cluster_file is None
        and not joins_a_cluster(parsed)
        and not runs_beside_others(parsed, sweep.tuner.call)
        and not _starts_ray_later(parsed, sweep, place)
        and not _leaves_trials_unfinished(parsed)
        and _takes_limit(parsed, plan, config)
    )


def _takes_limit(parsed: Parsed, plan: Plan, config: Construction | None) -> bool:
    """Whether a TuneConfig, or a new one, can be given a limit beside all that it says."""
    if config is None:
        given = plan.sweep.tune_config
        return given is None or is_none(given.value)
    if not config.complete or config.name != ray_api.TUNE_CONFIG:
        return False
    if config.variable is not None and len(config.variable.references) > 1:
        return False
    if not _knows_scaling(parsed, plan, config) or not _is_steady(parsed, config):
        return False
    own = config.value(LIMIT)
    if own is not None and not is_none(own) and not _has_minimum(parsed, own):
        return False
    search = config.value("search_alg")
    return search is None or is_none(search) or _is_plain_searcher(parsed, search)


def _leaves_trials_unfinished(parsed: Parsed) -> bool:
    """Whether an experiment is restored without its unfinished trials, or may be.

    They count as running for ever: where they are as many as the limit, Tune starts no other.
    """
    return any(
        not one.complete
        or ("resume_unfinished" in one.arguments and _resumes(parsed, one) is not True)
        for one in constructions(parsed)
        if one.name == ray_api.RESTORE
    )


def _resumes(parsed: Parsed, restore: Construction) -> object:
    value = restore.value("resume_unfinished")
    return constant(parsed, value) if value is not None else None


def _is_steady(parsed: Parsed, config: Construction) -> bool:
    """Whether the scheduler is one that never pauses trials: a paused trial counts as running."""
    scheduler = config.value("scheduler")
    if scheduler is None or is_none(scheduler):
        return True
    return all(
        made is not None and made.name in ray_api.STEADY_SCHEDULERS
        for made in (construction(parsed, one) for one in origins(parsed, scheduler))
    )


def _knows_scaling(parsed: Parsed, plan: Plan, config: Construction) -> bool:
    """Whether the ScalingConfig, or what it is made of, is bound where the TuneConfig is built."""
    sweep = plan.sweep
    value = sweep.trainer.value("scaling_config")
    if value is None or parsed.start(sweep.trainer.call) < parsed.start(config.call):
        return True
    if parsed.inside(config.call, sweep.tuner.call):
        return True
    if "scaling_config" in plan.bound:
        return False
    return not any(
        not is_part(parsed, node)
        and ray_name(parsed, node) is None
        and bool(bindings(parsed, node))
        for node in parsed.walk(value, cst.Name)
    )


def _has_minimum(parsed: Parsed, own: cst.BaseExpression) -> bool:
    """Whether ``min(own, ...)`` is a limit: the user's is a number, and min is Python's."""
    return _is_positive(parsed, own) and is_builtin_here(parsed, "min", own)


def _is_positive(parsed: Parsed, node: cst.BaseExpression) -> bool:
    if (found := variable(parsed, node)) is not None:
        return _is_positive(parsed, found.value)
    value = constant(parsed, node)
    return isinstance(value, int) and value > 0


def _is_plain_searcher(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether a searcher is one of Ray's, and sets no limit of its own."""
    made = construction(parsed, node)
    if made is None or not made.name.startswith("ray.tune.search."):
        return False
    short = made.name.rsplit(".", 1)[1]
    return short not in ("ConcurrencyLimiter", "Repeater") and "max_concurrent" not in (
        made.arguments
    )


def _starts_ray_later(parsed: Parsed, sweep: Sweep, place: cst.CSTNode) -> bool:
    """Whether the code around the place of the limit goes on to ``ray.init``, or may do so.

    Code of the module has started Ray by then, but another function may be called before or after,
    and another module may start it before it runs a Tuner that it is given.
    """
    here = parsed.function(place)
    if here is not parsed.function(sweep.tuner.call):
        return True
    fits = named_fits(parsed, sweep.tuner.call)
    if parsed.elsewhere.ray_start is RayStart.OWN and not any(
        parsed.function(one) is here for one in fits
    ):
        return True
    after = parsed.end(place)
    return any(
        parsed.start(one) > after if parsed.function(one) is here else _is_in_function(parsed, one)
        for one in calls_of(parsed, ray_api.INIT)
    )


def _is_in_function(parsed: Parsed, node: cst.CSTNode) -> bool:
    return parsed.function(node) is not None
