"""With Ray alone, Tune has no checkpoints: their paths are a metric.

``Result.checkpoint`` of a trial whose driver function has Ray's own callback is None, and
``best_checkpoints`` is empty.
https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import constant, is_none
from raytune_migrate.loops.roles import Role
from raytune_migrate.module.bindings import variable
from raytune_migrate.module.names import Certainty, imported_name, ray_name
from raytune_migrate.proposal import Change, Replace, Safety
from raytune_migrate.readers.fits import fitted
from raytune_migrate.readers.results import is_of_another_module, tuners_of
from raytune_migrate.runtime.home import Home
from raytune_migrate.sweep.boosting import is_loopless
from raytune_migrate.sweep.model import Reading, TrainerUse, construction
from raytune_migrate.sweep.plain_sweeps import plain_sweeps
from raytune_migrate.sweep.run_configs import run_config_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.model import Sweep

_CODE = "RTM406"
_READ = "checkpoint"
_OTHERS = ("best_checkpoints", "get_best_checkpoint")
_PATHS = f'result.metrics_dataframe["{ray_api.CHECKPOINT_PATH}"].dropna()'
_LOCAL_PATHS = ("os", "pathlib", "tempfile")


def propose(context: Context) -> Iterator[Proposal]:
    """A change where a result surely has that metric; a finding elsewhere."""
    if context.project.runtime.home is not Home.NOWHERE:
        return
    parsed = context.parsed
    sweeps = {id(one.sweep.tuner.call): one.sweep for one in context.plans}
    written = [one.tuner.call for one in plain_sweeps(parsed)]
    for node in parsed.of(cst.Attribute):
        if node.attr.value not in (_READ, *_OTHERS):
            continue
        tuners = tuners_of(parsed, node.value)
        if _goes(context, node):
            continue
        if is_of_another_module(parsed, node.value):
            yield _of_another_module(parsed, node)
            continue
        if not sweeps and not written:
            continue
        ours = any(id(one) in sweeps or any(one is call for call in written) for one in tuners)
        if not ours and (tuners or _is_of_another(context, node)):
            continue
        sweep = sweeps.get(id(tuners[0])) if len(tuners) == 1 else None
        draft = context.draft()
        text = _checkpoint(parsed, sweep, node, draft) if sweep is not None else None
        if sweep is None or text is None:
            yield finding(
                parsed,
                node,
                _CODE,
                f"With Ray's own callback Tune has no checkpoints: {node.attr.value} of the Result"
                " of a trial is empty.",
                f"Make a Checkpoint from one of the paths in {_PATHS}.",
            )
            continue
        rule = RULES[_CODE]
        yield Change(
            code=_CODE,
            title=rule.title,
            reason="With Ray's own callback, the path of a checkpoint is a metric.",
            link=rule.link,
            place=parsed.place(node),
            edits=(Replace(*parsed.span(node), text),),
            safety=Safety.REVIEW,
            imports=tuple(draft.imports),
            notes=("A trial that reports no checkpoint has no such metric.",),
            groups=frozenset({parsed.start(sweep.tuner.call)}),
        )


def _goes(context: Context, node: cst.Attribute) -> bool:
    """Whether a driver function leaves out the argument of its trainer that a read stands in."""
    started = (
        one.sweep.trainer.value(ray_api.RESUME)
        for one in context.plans
        if one.sweep.use is not TrainerUse.KEPT and one.sweep.train_loop_reading is Reading.NEVER
    )
    return any(one is not None and context.parsed.inside(node, one) for one in started)


def _of_another_module(parsed: Parsed, node: cst.Attribute) -> Finding:
    return finding(
        parsed,
        node,
        _CODE,
        f"With Ray's own callback Tune has no checkpoints of a sweep over a trainer:"
        f" {node.attr.value} of a Result of one is empty.",
        f"Where one comes from another module, make a Checkpoint from a path in {_PATHS}.",
    )


def _is_of_another(context: Context, node: cst.Attribute) -> bool:
    """Whether an attribute surely is not that of a sweep's Result."""
    parsed, owner = context.parsed, node.value
    return (
        context.roles.of(parsed, node) is not Role.UNKNOWN
        or bool(fitted(parsed, owner))
        or imported_name(parsed, owner) is not None
        or (isinstance(owner, cst.Name) and owner.value in ("self", "cls"))
        or isinstance(parsed.parent(node), cst.AssignTarget)
        or not any(_may_be_result(one) for one in origins(parsed, owner))
    )


def _may_be_result(node: cst.BaseExpression) -> bool:
    """Whether what cannot be followed any further can be the Result of a trial."""
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))):
            return name in ("fit", "get_best_result")
        case cst.Name() | cst.Attribute() | cst.Subscript():
            return True
        case _:
            return False


def _checkpoint(parsed: Parsed, sweep: Sweep, node: cst.Attribute, draft: Draft) -> str | None:
    """The checkpoint by its path; None where a result may have no path, or cannot be named."""
    if node.attr.value != _READ or not _is_best(parsed, node.value):
        return None
    if not _ends_with_checkpoint(parsed, sweep):
        return None
    result = parsed.source(node.value)
    where = ""
    if not _is_local(parsed, sweep):
        if not isinstance(node.value, cst.Name):
            return None
        where = f", filesystem={result}.filesystem"
    checkpoint = draft.refer(parsed, ray_api.CHECKPOINT, node)
    return f'{checkpoint}({result}.metrics["{ray_api.CHECKPOINT_PATH}"]{where})'


def _is_best(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether a result was chosen by a metric, so that its trial has reported one."""
    if isinstance(node, cst.Name) and (found := variable(parsed, node)) is not None:
        return _is_best(parsed, found.value)
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="get_best_result"))):
            return True
        case _:
            return False


def _is_local(parsed: Parsed, sweep: Sweep) -> bool:
    """Whether what a sweep stores is surely on local disks."""
    given = dict(run_config_values(sweep, ("storage_path", "storage_filesystem")))
    if sweep.run_config is not None and len(sweep.run_config.configs) != 1:
        return False
    path = given.get("storage_path")
    if "storage_filesystem" in given or path is None:
        return not given
    text = constant(parsed, path)
    made = path.func if isinstance(path, cst.Call) else path
    home = (imported_name(parsed, made) or "").split(".", 1)[0]
    return "://" not in text if isinstance(text, str) else home in _LOCAL_PATHS


def _ends_with_checkpoint(parsed: Parsed, sweep: Sweep) -> bool:
    """Whether the last report of each trial surely brings a checkpoint."""
    if is_loopless(sweep.trainer):
        return _booster_ends_with_checkpoint(parsed, sweep)
    reports = [
        node
        for body in sweep.worker.bodies
        for node in parsed.walk(body, cst.Call)
        if (name := ray_name(parsed, node.func)) is not None and name.name in ray_api.REPORTS
    ]
    return bool(reports) and sweep.worker.complete and all(_brings(parsed, one) for one in reports)


def _booster_ends_with_checkpoint(parsed: Parsed, sweep: Sweep) -> bool:
    """The loop reports the model at its end, unless it is told otherwise, or ended before."""
    config = construction(parsed, sweep.tune_config.value) if sweep.tune_config else None
    stops = any(True for _ in run_config_values(sweep, ("stop",))) or (
        sweep.tune_config is not None and (config is None or "scheduler" in config.arguments)
    )
    run_config = construction(parsed, sweep.trainer.value("run_config"))
    kept = construction(parsed, run_config.value("checkpoint_config")) if run_config else None
    at_end = kept.value("checkpoint_at_end") if kept is not None else None
    told = at_end is not None and not is_none(at_end) and constant(parsed, at_end) is not True
    early = sweep.trainer.name == ray_api.LIGHTGBM_TRAINER and (
        {"callbacks", "early_stopping_rounds"} & sweep.trainer.arguments.keys()
    )
    own = "callbacks" in sweep.trainer.arguments  # may report in a way of its own
    return not (stops or told or early or own)


def _brings(parsed: Parsed, report: cst.Call) -> bool:
    """Whether a report is surely given a checkpoint."""
    given = next(
        (one.value for one in report.args if one.keyword and one.keyword.value == _READ), None
    )
    found = variable(parsed, given) if isinstance(given, cst.Name) else None
    made = found.value if found is not None else given
    if not isinstance(made, cst.Call):
        return False
    maker = made.func
    if isinstance(maker, cst.Attribute) and maker.attr.value == "from_directory":
        maker = maker.value
    name = ray_name(parsed, maker)
    return (
        name is not None
        and name.certainty is Certainty.SURE
        and name.name in ray_api.CHECKPOINT_CLASSES
    )
