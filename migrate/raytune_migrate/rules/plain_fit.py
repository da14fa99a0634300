"""What a trainer's own ``fit()`` does changes with Train V2.

Under V1 ``trainer.fit()`` was a sweep of one trial; its Result had every metric that was reported,
and the config, and it obeyed the whole RunConfig. Under V2 it has only the metrics that came with
a checkpoint, and Tune takes no part in it.
https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.names import calls, ray_name
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import finding
from raytune_migrate.sweep.origins import origins
from raytune_migrate.sweep.run_configs import is_of_train_v2, run_configs
from raytune_migrate.sweep.standing import standing_trainers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal
    from raytune_migrate.sweep.model import Construction, Worker


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each ``fit()`` that gives less than it did."""
    parsed = context.parsed
    swept = [
        *((one.sweep.trainer.call, one.sweep.worker) for one in context.plans),
        *(
            (trainer.call, worker)
            for one in context.given
            for trainer, worker in zip(one.sweep.trainers, one.sweep.workers, strict=False)
        ),
    ]
    trainers = {id(one.call): one for one in standing_trainers(parsed, context.plans)}
    for call in calls(parsed) if context.goes_to_v2 else ():
        function = call.func
        if not isinstance(function, cst.Attribute) or function.attr.value != "fit":
            continue
        for end in origins(parsed, function.value):
            trainer = trainers.get(id(end))
            if trainer is None:
                continue
            yield from _without_tune(parsed, call, trainer)
            used = not isinstance(parsed.parent(call), cst.Expr)
            worker = next((code for made, code in swept if made is end), None)
            if used and worker is not None and not _always_with_checkpoint(parsed, worker):
                yield finding(
                    parsed,
                    call,
                    "RTM401",
                    "The Result of fit() has, under Train V2, only metrics that came with a"
                    " checkpoint.",
                    "Report a checkpoint with them, or run this as a sweep of one trial.",
                )


def _without_tune(parsed: Parsed, call: cst.Call, trainer: Construction) -> Iterator[Finding]:
    """What a RunConfig asks for that only Tune does, where no Tune takes part."""
    value = trainer.value("run_config")
    configs = run_configs(parsed, origins(parsed, value)) if value is not None else ()
    asked = {name for one in configs if not is_of_train_v2(parsed, one) for name in one.arguments}
    fields = asked & ray_api.RUN_CONFIG_TUNE_ONLY
    if fields:
        yield finding(
            parsed,
            call,
            "RTM404",
            f"fit() by itself, under Train V2, does nothing of {', '.join(sorted(fields))} in the"
            " trainer's RunConfig.",
            "Run this as a sweep of one trial, as tune.Tuner(driver_for(trainer)), where it needs"
            " them.",
        )


def _always_with_checkpoint(parsed: Parsed, worker: Worker) -> bool:
    """Whether every report of the train loop that can be seen brings a checkpoint."""
    reports = [
        node
        for body in worker.bodies
        for node in parsed.walk(body)
        if isinstance(node, cst.Call)
        and (name := ray_name(parsed, node.func)) is not None
        and name.name in ray_api.REPORTS
    ]
    return bool(reports) and all(
        any(one.keyword is not None and one.keyword.value == "checkpoint" for one in call.args)
        for call in reports
    )
