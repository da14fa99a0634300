"""Driver functions written with Ray alone, in the words of its guide.

What they lose is said; where a sweep cannot do without it, its change *lacks* something, and so
becomes a finding.
https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from packaging.version import Version

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.editing.edits import assigned, rewritten, with_comments
from raytune_migrate.expressions.values import is_movable, is_none
from raytune_migrate.proposal import Replace
from raytune_migrate.rewrite.draft import Support
from raytune_migrate.rewrite.plain_loops import boosting_loop
from raytune_migrate.rewrite.plain_merge import merged_display
from raytune_migrate.rewrite.retarget import retargeted
from raytune_migrate.sweep.model import Reading, construction
from raytune_migrate.sweep.run_configs import run_config_values
from raytune_migrate.sweep.schedulers import schedulers

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.rewrite.driver_parts import Merging
    from raytune_migrate.sweep.model import Sweep
    from raytune_migrate.sweep.plan import Plan

WAY_OUT = "Run without --no-runtime, or migrate this by hand."
_CODE = "RTM101"
_STORAGE = ("storage_path", "storage_filesystem")
_RETENTION = "checkpoint_config"


def plain_ray(minimum_ray: Version | None) -> Support:
    """What driver functions are written with where ``minimum_ray`` is the oldest Ray."""
    return Support(
        _run_config,
        _merged,
        _started,
        partial(boosting_loop, minimum_ray=minimum_ray),
        _shared,
        partial(_doubts, minimum_ray=minimum_ray),
        repeated=_STORAGE,
        taken_over=(_RETENTION,),
    )


def _run_config(parsed: Parsed, plan: Plan, draft: Draft, style: Layout, metadata: str) -> str:
    """The run of a trial: named by that, stored where Tune stores, its reports sent to Tune."""
    call = plan.sweep.trainer.call
    _scheduler(parsed, plan.sweep, draft)
    if metadata:
        draft.refer(parsed, f"{ray_api.RUNTIME}.TuneReportCallback", call)
    context = draft.refer(parsed, ray_api.TUNE_GET_CONTEXT, call)
    name = style.literal(f"train-trial_id={{{context}().get_trial_id()}}")
    given = [f"name=f{name}"]
    given += [f"{key}={text}" for key, text in _storage(parsed, plan, draft)]
    given += _retention(parsed, plan, draft)
    callback = draft.refer(parsed, ray_api.RAY_REPORT_CALLBACK, call)
    given.append(f"callbacks=[{callback}()]")
    return f"{draft.refer(parsed, ray_api.TRAIN_RUN_CONFIG, call)}({', '.join(given)})"


def _storage(parsed: Parsed, plan: Plan, draft: Draft) -> Iterator[tuple[str, str]]:
    use = plan.sweep.run_config
    if use is not None and len(use.configs) > 1:
        draft.lacks.append(
            finding(
                parsed,
                use.value,
                _CODE,
                "The RunConfig may be one of several, and without the runtime its storage has to be"
                " named in the driver function.",
                WAY_OUT,
            )
        )
    for key, value in run_config_values(plan.sweep, _STORAGE):
        text = plan.storage.get(key)
        yield key, text or rewritten(parsed, value, retargeted(parsed, value, draft))


def _retention(parsed: Parsed, plan: Plan, draft: Draft) -> Iterator[str]:
    """Train keeps the checkpoints that Tune does not know of."""
    for key, value in run_config_values(plan.sweep, (_RETENTION,)):
        config = construction(parsed, value)
        if (
            config is None
            or config.call is not value
            or not config.complete
            or not is_movable(parsed, value, plan.place)
        ):
            draft.lacks.append(
                finding(
                    parsed,
                    value,
                    _CODE,
                    "Without the runtime the Train runs keep the checkpoints, and this"
                    " checkpoint_config cannot be written into the driver function.",
                    "Write CheckpointConfig(...) in its place, or run without --no-runtime.",
                )
            )
        elif config.arguments.keys() - set(ray_api.CADENCE):
            yield f"{key}={rewritten(parsed, value, retargeted(parsed, value, draft))}"


def _shared(parsed: Parsed, plan: Plan, draft: Draft) -> list[Edit]:
    """Names for what is evaluated once and given to the Tuner and to the Train runs."""
    use = plan.sweep.run_config
    if use is None or not plan.storage:
        return []
    config = use.configs[0]
    edits: list[Edit] = [
        Replace(*parsed.span(config.arguments[key].value), name)
        for key, name in plan.storage.items()
    ]
    if use.goes_with_trainer:
        return edits  # the driver binds them with what else it binds
    if parsed.function(config.call) is not parsed.function(plan.sweep.tuner.call):
        draft.lacks.append(
            finding(
                parsed,
                config.call,
                _CODE,
                "Where this RunConfig keeps its files cannot be named in the driver function.",
                WAY_OUT,
            )
        )
    statement = parsed.statement(config.call)
    start, _ = with_comments(parsed, statement)
    indent = parsed.indent(statement)
    kept = {name: config.arguments[key].value for key, name in plan.storage.items()}
    lines = [
        f"{indent}{assigned(name, value, parsed.source(value))}\n" for name, value in kept.items()
    ]
    return [*edits, Replace(start, start, "".join(lines))]


def _scheduler(parsed: Parsed, sweep: Sweep, draft: Draft) -> None:
    """Note a scheduler that needs checkpoints in Tune's hands."""
    for one in schedulers(parsed, sweep.tuner.value("tune_config")):
        if one.name in ray_api.PAUSING_SCHEDULERS:
            draft.lacks.append(
                finding(
                    parsed,
                    one.node,
                    _CODE,
                    "This scheduler pauses or clones trials by their checkpoints, of which Tune has"
                    " none without the runtime.",
                    "Run without --no-runtime, or use ASHAScheduler.",
                )
            )
            return


def _merged(parsed: Parsed, merging: Merging, draft: Draft, style: Layout, call: cst.Call) -> str:
    text = merged_display(parsed, merging, style)
    return text or draft.refer(parsed, f"{ray_api.RUNTIME}.merge_config", call)


def _started(parsed: Parsed, loop: str, resume: str | None, draft: Draft, call: cst.Call) -> str:
    if resume:
        draft.refer(parsed, f"{ray_api.RUNTIME}.start_from_trial", call)
    return loop


def _doubts(parsed: Parsed, sweep: Sweep, minimum_ray: Version | None) -> Iterator[str]:
    yield (
        "Result.checkpoint is None: the path of a checkpoint is the metric"
        f" {ray_api.CHECKPOINT_PATH}."
    )
    yield "Reports take two seconds each, unless RAY_TRAIN_HEALTH_CHECK_INTERVAL_S says less."
    if sweep.train_loop_reading is not Reading.NEVER:
        yield (
            "A trial that Tune retries or restores goes on from the last checkpoint of its own"
            " Train run, and counts its training_iteration from 1 again."
        )
    config = construction(parsed, sweep.tune_config.value) if sweep.tune_config else None
    given = sweep.tune_config is not None and not is_none(sweep.tune_config.value)
    if given and config is None:
        yield "The TuneConfig cannot be seen: no scheduler may pause or clone trials."
    scheduled = config is not None and "scheduler" in config.arguments
    if scheduled or any(True for _ in run_config_values(sweep, ("stop",))):
        yield "A trial that Tune stops trains on until its process has ended."
        if minimum_ray is None or minimum_ray < Version(ray_api.WORKERS_END_WITH_TRIAL):
            yield (
                f"Below Ray {ray_api.WORKERS_END_WITH_TRIAL} the resources of its workers stay"
                " taken until the script ends."
            )
