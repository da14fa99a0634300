"""No more trials at once than the cluster can run, so that none waits for ever.

Under Train V1 a trial took its workers' resources in one piece. Under V2 each driver function
starts first and its workers later: where drivers hold every CPU no workers ever start, and the
sweep hangs without an error.
https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.editing.edits import rewritten, without_comments
from raytune_migrate.expressions.values import constant, is_none
from raytune_migrate.loops.worker import starts_tasks
from raytune_migrate.proposal import AddArgument, Change, Replace
from raytune_migrate.rewrite.retarget import retargeted
from raytune_migrate.runtime.home import Home
from raytune_migrate.sweep.limits import LIMIT, can_limit
from raytune_migrate.sweep.model import Construction, Sweep, construction
from raytune_migrate.sweep.plain_sweeps import plain_sweeps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit, Finding, Proposal
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.plan import Plan

_CODE = "RTM105"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each sweep: a limit in its TuneConfig, or resources that amount to one."""
    rule = RULES[_CODE]
    alone = context.project.runtime.home is Home.NOWHERE
    for one in plain_sweeps(context.parsed) if alone else ():
        yield from _unlimited(context.parsed, one.tuner, one.trainer, swept=False)
    for plan in context.plans:
        sweep = plan.sweep
        draft = context.draft()
        if alone:
            swept = sweep.space is not None and sweep.space.get("scaling_config") is not None
            yield from _unlimited(context.parsed, sweep.tuner, sweep.trainer, swept=swept)
            yield from _waiting(context.parsed, sweep)
        edits = tuple(
            _reserved(context.parsed, plan, draft) if alone else _edits(context, plan, draft)
        )
        if not edits:
            continue
        yield Change(
            code=_CODE,
            title=rule.title,
            reason=_reason(context),
            link=rule.link,
            place=context.parsed.place(sweep.tuner.call),
            edits=edits,
            imports=tuple(draft.imports),
            groups=frozenset({context.parsed.start(sweep.tuner.call)}),
        )


def _reason(context: Context) -> str:
    said = "Under Train V2 drivers can hold the CPUs that their workers wait for."
    file = context.project.cluster_file
    if file is None or context.project.runtime.home is Home.NOWHERE:
        return said
    return f"{said} According to {file} this runs on a cluster, which may grow or have other users."


def _edits(context: Context, plan: Plan, draft: Draft) -> Iterator[Edit]:
    parsed, sweep = context.parsed, plan.sweep
    scaling = _scaling(parsed, plan, draft)
    config = construction(parsed, sweep.tune_config.value) if sweep.tune_config else None
    own = config.arguments.get(LIMIT) if config is not None else None
    driver = _driver_resources(parsed, sweep)
    # Its driver function must not hold the CPU that a task of its workers waits for.
    with_tasks = starts_tasks(parsed, sweep.worker)
    if own is not None and constant(parsed, own.value) == 1 and not driver and not with_tasks:
        return  # one at a time always fits
    if (
        scaling is None
        or driver
        or with_tasks
        or not can_limit(parsed, plan, config, context.project.cluster_file)
    ):
        yield from _by_resources(parsed, sweep, ", ".join(filter(None, (scaling, driver))), draft)
        return
    limit = draft.refer(parsed, f"{ray_api.RUNTIME}.{LIMIT}", sweep.tuner.call)
    value = f"{limit}({scaling})"
    if config is None:
        tune_config = draft.refer(parsed, ray_api.TUNE_CONFIG, sweep.tuner.call)
        text = f"{tune_config}({LIMIT}={value})"
        if sweep.tune_config is None:
            yield AddArgument(sweep.tuner.call, "tune_config", text)
        else:  # the literal None
            yield Replace(*parsed.span(sweep.tune_config.value), text)
    elif own is None:
        yield AddArgument(config.call, LIMIT, value)
    elif is_none(own.value):
        yield Replace(*parsed.span(own.value), value)
    else:
        yield Replace(*parsed.span(own.value), f"min({parsed.source(own.value)}, {value})")


def _unlimited(
    parsed: Parsed, tuner: Construction, trainer: Construction, *, swept: bool
) -> Iterator[Finding]:
    """What is said of a sweep without a limit, where nothing in Ray alone can count the nodes.

    ``swept`` says that trials differ in their ScalingConfig.
    """
    config = construction(parsed, tuner.value("tune_config"))
    own = config.value(LIMIT) if config is not None else None
    search = construction(parsed, config.value("search_alg")) if config is not None else None
    limited = search is not None and "max_concurrent" in search.arguments
    scaling = construction(parsed, trainer.value("scaling_config"))
    if (own is not None and not is_none(own)) or limited:
        return
    if scaling is not None and not swept and _only_gpus(parsed, scaling):
        return
    workers = constant(parsed, scaling.value("num_workers") if scaling is not None else None)
    known = isinstance(workers, int) and not swept
    many = f"{workers} workers take" if known else "workers take"
    each = "1 worker takes" if known and workers == 1 else many
    yield finding(
        parsed,
        tuner.call,
        _CODE,
        "Driver functions can hold all CPUs, and then their workers wait for ever.",
        f"Set {LIMIT} in the TuneConfig to what the cluster has room for: a trial takes what its"
        f" {each}, and 1 CPU.",
    )


def _waiting(parsed: Parsed, sweep: Sweep) -> Iterator[Finding]:
    """What is said of a train loop that starts tasks: the runtime lets them run anywhere."""
    if starts_tasks(parsed, sweep.worker):
        yield finding(
            parsed,
            sweep.tuner.call,
            _CODE,
            "Tasks and actors that the train loop starts wait for ever: Tune places them with the"
            " workers, who take all that there is.",
            'Give each .options(scheduling_strategy="DEFAULT"), and leave CPUs for them in'
            f" {LIMIT}.",
        )


def _only_gpus(parsed: Parsed, scaling: Construction) -> bool:
    """Whether workers take no CPU, so that no driver function keeps them waiting."""
    gpu = constant(parsed, scaling.value("use_gpu"))
    return gpu is True and scaling.value("resources_per_worker") is None and scaling.complete


def _reserved(parsed: Parsed, plan: Plan, draft: Draft) -> Iterator[Edit]:
    """What the trainer's ``trainer_resources`` are for the driver function, by Tune itself."""
    config = construction(parsed, plan.sweep.trainer.value("scaling_config"))
    value = config.value("trainer_resources") if config is not None else None
    if value is None or is_none(value):
        return
    resources = constant(parsed, value)
    if isinstance(resources, dict) and any(resources.values()):
        yield from _with_resources(parsed, plan.sweep, parsed.source(value), draft)
    else:
        yield from _by_resources(parsed, plan.sweep, _driver_resources(parsed, plan.sweep), draft)


def _scaling(parsed: Parsed, plan: Plan, draft: Draft) -> str | None:
    """The ScalingConfig of every trial, as text; None where trials differ in it."""
    sweep = plan.sweep
    if sweep.space is not None and sweep.space.get("scaling_config") is not None:
        return None
    value = sweep.trainer.value("scaling_config")
    if value is None or is_none(value):
        return f"{draft.refer(parsed, ray_api.SCALING_CONFIG, sweep.tuner.call)}()"
    bound = plan.bound.get("scaling_config")
    return bound or without_comments(rewritten(parsed, value, retargeted(parsed, value, draft)))


def _driver_resources(parsed: Parsed, sweep: Sweep) -> str:
    """What the trainer's ``trainer_resources`` are for the driver function, as an argument.

    A ScalingConfig in the search space takes the place of the trainer's, with all that it says.
    """
    if sweep.space is not None and sweep.space.get("scaling_config") is not None:
        return ""
    config = construction(parsed, sweep.trainer.value("scaling_config"))
    value = config.value("trainer_resources") if config is not None else None
    if value is None or is_none(value):
        return ""
    return f"driver_resources={parsed.source(value)}"


def _by_resources(parsed: Parsed, sweep: Sweep, arguments: str, draft: Draft) -> Iterator[Edit]:
    """Give each trial a share of the cluster, which caps the trials where a limit cannot."""
    share = draft.refer(parsed, f"{ray_api.RUNTIME}.trial_resources", sweep.tuner.call)
    yield from _with_resources(parsed, sweep, f"{share}({arguments})", draft)


def _with_resources(parsed: Parsed, sweep: Sweep, resources: str, draft: Draft) -> Iterator[Edit]:
    """Give the driver function resources, also where an experiment is restored beside the Tuner.

    Tune keeps those of the trials that it has made; others get them from the function.
    """
    with_resources = draft.refer(parsed, ray_api.WITH_RESOURCES, sweep.tuner.call)
    here = parsed.function(sweep.tuner.call)
    restores = (one for one in sweep.restores if parsed.function(one) is here)
    for one in (sweep.trainable.value, *restores):
        start, end = parsed.span(one)
        yield Replace(start, start, f"{with_resources}(")
        yield Replace(end, end, f", {resources})")
