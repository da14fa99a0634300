"""The RunConfig that V1 used, handed to the Tuner whole: it owns retention, retries and storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.edits import argument_text, rewritten, with_comments
from raytune_migrate.layout import dedented
from raytune_migrate.names import (
    definition,
    imported_name,
    ray_name,
    variable,
    variable_of,
)
from raytune_migrate.proposal import AddArgument, Replace
from raytune_migrate.rules import ray_api
from raytune_migrate.sweep.model import (
    Construction,
    Owner,
    RunConfigUse,
    Sweep,
    TrainerUse,
    construction,
)
from raytune_migrate.sweep.origins import origins
from raytune_migrate.sweep.retarget import retargeted
from raytune_migrate.sweep.values import is_none

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from raytune_migrate.names import Variable
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.sweep.draft import Draft
    from raytune_migrate.sweep.plan import Plan

_TUNE_ONLY = ray_api.RUN_CONFIG_TUNE_ONLY
_INNER = ("checkpoint_config", "failure_config", "sync_config")


def run_config_use(parsed: Parsed, owner: Owner, value: cst.BaseExpression) -> RunConfigUse:
    """What can be seen of a RunConfig that a sweep is given."""
    ends = origins(parsed, value)
    configs = run_configs(parsed, ends)
    hidden = len(configs) < len(ends) or any(_hides(parsed, one) for one in configs)
    hidden = hidden or _is_given_parts(parsed, value)
    return RunConfigUse(owner, value, configs, converted=hidden)


def run_configs(parsed: Parsed, ends: Iterable[cst.BaseExpression]) -> tuple[Construction, ...]:
    """Those of some expressions that construct a RunConfig."""
    made = (construction(parsed, one) for one in ends)
    return tuple(
        one
        for one in made
        if one is not None and one.name in (ray_api.TRAIN_RUN_CONFIG, ray_api.TUNE_RUN_CONFIG)
    )


def run_config_values(
    sweep: Sweep, fields: Iterable[str]
) -> Iterator[tuple[str, cst.BaseExpression]]:
    """What the one RunConfig of a sweep that can be seen has in some of its fields."""
    configs = sweep.run_config.configs if sweep.run_config is not None else ()
    for field in fields if len(configs) == 1 else ():
        value = configs[0].value(field)
        if value is not None and not is_none(value):
            yield field, value


def inner_configs(parsed: Parsed, config: Construction) -> Iterator[Construction]:
    """The configs inside a RunConfig, as far as their constructors can be seen."""
    for name in _INNER:
        inner = construction(parsed, config.value(name))
        if inner is not None:
            yield inner


def is_of_train_v2(parsed: Parsed, config: Construction) -> bool:
    """Whether a RunConfig is that of a Train V2 run already: by its callbacks, or its storage."""
    spread = (one.value for one in config.call.args if one.star)
    for one in (*spread, *_callbacks(parsed, config)):
        made = one.func if isinstance(one, cst.Call) else one
        name = imported_name(parsed, made) or ""
        if name.rpartition(".")[2] in ("trial_run", "TuneReportCallback"):
            return True
        own = definition(parsed, made)
        bases = own.bases if isinstance(own, cst.ClassDef) else ()
        for known in (made, *(base.value for base in bases)):
            found = ray_name(parsed, known)
            if found is not None and found.name.startswith("ray.train."):
                return True
    return False


def _callbacks(parsed: Parsed, config: Construction) -> list[cst.BaseExpression]:
    """The callbacks of a RunConfig, as far as they are listed, in a variable too."""
    value = config.value("callbacks")
    found = variable(parsed, value) if value is not None else None
    listed = found.value if found is not None else value
    return [one.value for one in getattr(listed, "elements", ())]


def asked(config: Construction) -> frozenset[str]:
    """The fields in which a RunConfig has more than the literal None."""
    return frozenset(name for name, one in config.arguments.items() if not is_none(one.value))


def only_for_tune(parsed: Parsed, config: Construction) -> bool:
    """Whether a RunConfig has fields that ``ray.train``'s does not take, or may have."""
    return not is_of_train_v2(parsed, config) and (
        not config.complete
        or bool(_TUNE_ONLY & asked(config))
        or any("fail_fast" in one.arguments for one in inner_configs(parsed, config))
    )


def needs_tune(parsed: Parsed, config: Construction, *, near_sweep: bool) -> bool:
    """Whether a trainer that stays may need what its RunConfig says to Tune.

    Where the module had sweeps of V1, which ``near_sweep`` says, one of them may take it from
    there. Elsewhere the RunConfig must show that it is V1's, and ask for more than output.
    """
    if near_sweep:
        return only_for_tune(parsed, config)
    if is_of_train_v2(parsed, config) or not _is_of_v1(parsed, config):
        return False
    given = [argument for name, argument in config.arguments.items() if name in _TUNE_ONLY]
    return (
        not config.complete
        or bool(ray_api.TRIAL_FIELDS & asked(config))
        or any(one.keyword is None for one in given)
    )


def carries_metadata(parsed: Parsed, trainer: Construction) -> bool:
    """Whether the RunConfig of a trainer by itself can be given the callback that sets metadata."""
    value = trainer.value("run_config")
    if value is None:
        return trainer.complete
    config = construction(parsed, value)
    return (
        config is not None
        and config.name == ray_api.TRAIN_RUN_CONFIG
        and config.call is value
        and config.complete
        and not ray_api.TRIAL_FIELDS & asked(config)
        and all(one.keyword is not None for one in config.call.args)
    )


def _is_of_v1(parsed: Parsed, config: Construction) -> bool:
    """Whether a RunConfig could not be made under V2: by its home, its fields or its callbacks."""
    name = ray_name(parsed, config.call.func)
    if name is not None and name.written != name.name:
        return True
    if (_TUNE_ONLY - {"callbacks"}) & set(config.arguments):
        return True
    return any(_is_tune_callback(parsed, one) for one in _callbacks(parsed, config))


def _is_tune_callback(parsed: Parsed, node: cst.BaseExpression) -> bool:
    made = node.func if isinstance(node, cst.Call) else node
    found = variable(parsed, node)
    if found is not None:
        return _is_tune_callback(parsed, found.value)
    own = definition(parsed, made)
    bases = [one.value for one in own.bases] if isinstance(own, cst.ClassDef) else []
    names = (ray_name(parsed, one) for one in (made, *bases))
    return any(one.name.startswith(ray_api.TUNE_CALLBACK_HOMES) for one in names if one is not None)


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
                if one.variable is not None and not _is_shared(one)
            ),
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
            *_unused_configs(parsed, sweep),
        ]
    comments: tuple[str, ...] = ()
    comment: str | None = None
    if sweep.use is not TrainerUse.KEPT:
        around = argument_text(parsed, sweep.trainer.call, sweep.trainer.arguments["run_config"])
        comments, comment = around.comments, around.comment
    renamed = [one for one in renamed if not _within(parsed, one, use.value)]
    value = plan.run_config or run_config_code(parsed, plan, draft)
    given = sweep.tuner.arguments.get("run_config")
    if given is not None:  # the literal None
        return [*renamed, Replace(*parsed.span(given.value), value)]
    return [*renamed, AddArgument(sweep.tuner.call, "run_config", value, comments, comment)]


def conversion(parsed: Parsed, use: RunConfigUse, draft: Draft) -> list[Edit]:
    """Have the runtime make a RunConfig the Tuner's where part of it is out of sight."""
    if not use.converted:
        return []
    start, end = parsed.span(use.value)
    convert = draft.refer(parsed, f"{ray_api.RUNTIME}.tune_run_config", use.value)
    otherwise = (
        f" or {convert}({parsed.source(use.otherwise)})" if use.otherwise is not None else ""
    )
    return [Replace(start, start, f"{convert}("), Replace(end, end, f"){otherwise}")]


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
    code = dedented(code, parsed.indent(sweep.trainer.arguments["run_config"]))
    if not use.converted:
        return code
    return f"{draft.refer(parsed, f'{ray_api.RUNTIME}.tune_run_config', sweep.tuner.call)}({code})"


def _hides(parsed: Parsed, config: Construction) -> bool:
    """Whether a RunConfig may hold a config of ray.train, which the Tuner cannot use."""
    for name in _INNER[:2]:
        value = config.value(name)
        if value is None or is_none(value):
            continue
        inner = construction(parsed, value)
        if inner is None or (inner.variable is not None and _is_shared(inner)):
            return True
    return not config.complete


def _is_given_parts(parsed: Parsed, value: cst.BaseExpression) -> bool:
    """Whether a RunConfig in a variable is given a config later: ``name.failure_config = ...``."""
    found = variable(parsed, value)
    holders = (parsed.parent(one) for one in (found.references if found is not None else ()))
    return any(
        isinstance(one, cst.Attribute)
        and one.attr.value in _INNER
        and isinstance(parsed.parent(one), cst.AssignTarget)
        for one in holders
    )


def _is_shared(inner: Construction) -> bool:
    return inner.variable is not None and len(inner.variable.references) > 1


def _tune_home(name: str) -> str:
    return ray_api.TUNE_CONFIG_CLASSES.get(name, name)


def _unused_configs(parsed: Parsed, sweep: Sweep) -> list[Edit]:
    """Take away the variables of a trainer's RunConfig that V1 did not use, and of the configs in
    it, where nobody else uses them."""
    value = sweep.trainer.value("run_config")
    if value is None or sweep.use is TrainerUse.KEPT:
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


def _within(parsed: Parsed, edit: Edit, node: cst.CSTNode) -> bool:
    start, end = parsed.span(node)
    if isinstance(edit, Replace):
        return start <= edit.start and edit.end <= end
    return parsed.inside(edit.call, node)
