"""The edits that make a sweep's RunConfig the Tuner's, as a class of ray.tune."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.editing.edits import (
    argument_text,
    lies_in,
    remarks,
    rewritten,
    with_comments,
)
from raytune_migrate.editing.layout import dedented, moved
from raytune_migrate.module.bindings import variable, variable_of
from raytune_migrate.module.names import ray_name
from raytune_migrate.module.quoted import quoted_names
from raytune_migrate.proposal import AddArgument, Replace
from raytune_migrate.rewrite.retarget import retargeted
from raytune_migrate.sweep.model import (
    Construction,
    Owner,
    RunConfigUse,
    TrainerUse,
    construction,
)
from raytune_migrate.sweep.run_configs import branched_configs, inner_configs, is_shared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from raytune_migrate.module.bindings import Variable
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.plan import Plan


def tune_edits(
    parsed: Parsed,
    configs: Iterable[Construction],
    draft: Draft,
    gone: Mapping[str, Collection[str]] = ray_api.GONE_FIELDS,
) -> list[Edit]:
    """The edits that make some RunConfigs, and the configs in them, those of ray.tune."""
    calls = [
        call
        for config in configs
        for call in (
            config.call,
            *(
                one.call
                for one in inner_configs(parsed, config)
                if one.variable is not None and not is_shared(parsed, one)
            ),
            *(one.call for one in branched_configs(parsed, config)),
        )
    ]
    edits = [
        edit for call in calls for edit in retargeted(parsed, call, draft, _tune_home, gone=gone)
    ]
    edits += [
        edit
        for call in calls
        for one in _annotations(parsed, call)
        for edit in _told(parsed, one, draft)
    ]
    return list(dict.fromkeys(edits))


def _annotations(parsed: Parsed, config: cst.Call) -> Iterator[cst.Annotation]:
    """What says, of the variable or function that gives a config, of which class it is."""
    holder = parsed.parent(config)
    if isinstance(holder, cst.Lambda):  # as of a field of a dataclass
        holder = parsed.enclosing(holder, cst.AnnAssign)
    if isinstance(holder, cst.AnnAssign):
        yield holder.annotation
    target = holder.targets[0].target if isinstance(holder, cst.Assign) else None
    bound = variable_of(parsed, target) if isinstance(target, cst.Name) else None
    reads = bound.references if bound is not None else ()
    for one in (holder, *(parsed.parent(read) for read in reads)):
        function = parsed.function(one) if isinstance(one, cst.Return) else None
        if function is not None and function.returns is not None:
            yield function.returns


def _told(parsed: Parsed, annotation: cst.Annotation, draft: Draft) -> Iterator[Edit]:
    """The edits that make an annotation name the classes of ray.tune."""
    for node in parsed.walk(annotation, cst.Name, cst.Attribute):
        found = ray_name(parsed, node)
        home = ray_api.TUNE_CONFIG_CLASSES.get(found.name) if found is not None else None
        if home is not None and not isinstance(parsed.parent(node), cst.Attribute):
            yield Replace(*parsed.span(node), draft.refer(parsed, home, node))
    for quoted in quoted_names(parsed, annotation):
        home = ray_api.TUNE_CONFIG_CLASSES.get(quoted.name.name)
        if home is not None:
            yield Replace(quoted.start, quoted.end, draft.refer(parsed, home, quoted.node))


def run_config_edits(parsed: Parsed, plan: Plan, draft: Draft) -> list[Edit]:
    """The edits that make the sweep's RunConfig the Tuner's, as a class of ray.tune."""
    sweep = plan.sweep
    use = sweep.run_config
    if use is None:
        return []
    renamed = _tuners_edits(parsed, plan, draft)
    if use.owner is Owner.TUNER:
        return [
            *renamed,
            *conversion(parsed, use, draft),
            *_unused_configs(parsed, plan),
        ]
    comments: tuple[str, ...] = ()
    comment: str | None = None
    if sweep.use is not TrainerUse.KEPT:
        around = argument_text(parsed, sweep.trainer.call, sweep.trainer.arguments["run_config"])
        comments, comment = (*around.comments, *remarks(use.value)), around.comment
    renamed = [one for one in renamed if not lies_in(parsed, one, use.value)]
    value = plan.run_config or run_config_code(parsed, plan, draft)
    given = sweep.tuner.arguments.get("run_config")
    if given is not None:  # the literal None
        return [
            *renamed,
            Replace(*parsed.span(given.value), moved(value, "", parsed.indent(given))),
        ]
    return [*renamed, AddArgument(sweep.tuner.call, "run_config", value, comments, comment)]


def conversion(
    parsed: Parsed,
    use: RunConfigUse,
    draft: Draft,
    trainer: str | None = None,
    *,
    of_trainer: bool = True,
) -> list[Edit]:
    """Have the runtime make a RunConfig the Tuner's where part of it is out of sight.

    ``trainer`` is the name of that whose RunConfig counts otherwise, if it has been given one. How
    often a checkpoint is made is left out ``of_trainer``, as it may be of any function.
    """
    if not use.converted:
        return []
    start, end = parsed.span(use.value)
    convert = draft.refer(parsed, f"{ray_api.RUNTIME}.tune_run_config", use.value)
    otherwise = (
        f" or {convert}({trainer or parsed.source(use.otherwise)})"
        if use.otherwise is not None
        else ""
    )
    whole = "" if of_trainer else ", of_trainer=False"
    return [Replace(start, start, f"{convert}("), Replace(end, end, f"{whole}){otherwise}")]


def _tuners_edits(parsed: Parsed, plan: Plan, draft: Draft) -> list[Edit]:
    """The edits that make the RunConfigs of a sweep the Tuner's."""
    use, support = plan.sweep.run_config, draft.support
    assert use is not None, "there is nothing to make the Tuner's otherwise"
    gone = dict(ray_api.GONE_FIELDS)
    for name in (ray_api.TRAIN_RUN_CONFIG, ray_api.TUNE_RUN_CONFIG):
        gone[name] = (*gone.get(name, ()), *support.taken_over)
    return [*tune_edits(parsed, use.configs, draft, gone), *support.shared(parsed, plan, draft)]


def run_config_code(parsed: Parsed, plan: Plan, draft: Draft) -> str:
    """The RunConfig that stands in the trainer's call, as the Tuner takes it, at the margin."""
    sweep = plan.sweep
    use = sweep.run_config
    assert use is not None, "a RunConfig is bound only where there is one"
    code = rewritten(parsed, use.value, _tuners_edits(parsed, plan, draft))
    code = dedented(code, parsed.indent(use.value))
    if not use.converted:
        return code
    convert = draft.refer(parsed, f"{ray_api.RUNTIME}.tune_run_config", sweep.tuner.call)
    if "\n" not in code:
        return f"{convert}({code})"
    unit = parsed.module.default_indent
    return f"{convert}(\n{unit}{moved(code, '', unit)}\n)"


def _tune_home(name: str) -> str:
    return ray_api.TUNE_CONFIG_CLASSES.get(name, name)


def _unused_configs(parsed: Parsed, plan: Plan) -> list[Edit]:
    """Take away the variables of a trainer's RunConfig that V1 did not use, and of the configs in
    it, where nobody else uses them."""
    value = plan.sweep.trainer.value("run_config")
    if value is None or plan.sweep.use is TrainerUse.KEPT or plan.uses_trainers_run_config:
        return []
    found = variable(parsed, value)
    config = construction(parsed, value)
    if found is not None and not _is_only_this(found):
        return []
    inner = inner_configs(parsed, config) if config is not None else ()
    unused = [found, *(one.variable for one in inner)]
    edits: list[Edit] = []
    for one in unused:
        if one is not None and _is_only_this(one):
            start, _ = with_comments(parsed, one.statement)
            line = parsed.line_of(parsed.end(one.statement))
            edits.append(Replace(start, parsed.line_start(line + 1), ""))
    return edits


def _is_only_this(found: Variable) -> bool:
    """Whether a variable is read once, and its statement binds nothing else."""
    return len(found.references) <= 1 and len(found.statement.body) == 1
