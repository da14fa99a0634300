"""Driver functions written with ``raytune_runtime``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.editing.edits import argument_text
from raytune_migrate.rewrite.draft import Support
from raytune_migrate.rewrite.driver_parts import Loop

if TYPE_CHECKING:
    import libcst as cst

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.rewrite.driver_parts import Boosting, Merging
    from raytune_migrate.sweep.model import Sweep
    from raytune_migrate.sweep.plan import Plan


def _run_config(parsed: Parsed, plan: Plan, draft: Draft, _style: Layout, metadata: str) -> str:
    call = plan.sweep.trainer.call
    config = draft.refer(parsed, ray_api.TRAIN_RUN_CONFIG, call)
    run = draft.refer(parsed, f"{ray_api.RUNTIME}.trial_run", call)
    callback = draft.refer(parsed, f"{ray_api.RUNTIME}.TuneReportCallback", call)
    given = f"metadata={metadata}" if metadata else ""
    return f"{config}(**{run}(), callbacks=[{callback}({given})])"


def _merged(parsed: Parsed, merging: Merging, draft: Draft, _style: Layout, call: cst.Call) -> str:
    merge = draft.refer(parsed, f"{ray_api.RUNTIME}.merge_config", call)
    return f"{merge}({merging.own}, {merging.sampled})"


def _started(parsed: Parsed, loop: str, resume: str | None, draft: Draft, call: cst.Call) -> str:
    start = draft.refer(parsed, f"{ray_api.RUNTIME}.start_from_trial", call)
    further = f", {ray_api.RESUME}={resume}" if resume else ""
    return f"{start}({loop}{further})"


def _boosting_loop(parsed: Parsed, boosting: Boosting, draft: Draft) -> Loop:
    """The call that makes the train loop, with the comments of what it is given."""
    trainer = boosting.trainer
    loop = draft.refer(parsed, ray_api.LOOPS[trainer.name], trainer.call)
    lines: list[str] = []
    commented = False
    for name, text in boosting.given.items():
        argument = trainer.arguments.get(name)
        if argument is None or argument is trainer.call.args[0]:  # whose comments stay
            lines.append(f"{name}={text},")
            continue
        around = argument_text(parsed, trainer.call, argument)
        commented = commented or bool(around.comments or around.comment)
        lines += around.comments
        lines.append(f"{name}={text}," + (f"  {around.comment}" if around.comment else ""))
    if commented:
        return Loop(f"{loop}(\n" + "\n".join(lines) + "\n)")
    return Loop(f"{loop}({' '.join(lines).removesuffix(',')})")


def _shared(_parsed: Parsed, _plan: Plan, _draft: Draft) -> list[Edit]:
    return []


def _doubts(_parsed: Parsed, _sweep: Sweep) -> tuple[str, ...]:
    return ()


WITH_RUNTIME = Support(_run_config, _merged, _started, _boosting_loop, _shared, _doubts)
