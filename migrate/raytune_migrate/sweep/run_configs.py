"""The RunConfig that V1 used, handed to the Tuner whole: it owns retention, retries and storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.callers import callee, passed_by_name, returned
from raytune_migrate.expressions.dicts import stored_under, view_dict
from raytune_migrate.expressions.origins import origins, same_when_read_again
from raytune_migrate.expressions.shown import is_looked_at
from raytune_migrate.expressions.values import is_none
from raytune_migrate.module.bindings import bindings, definition, variable, variable_of
from raytune_migrate.module.classes import calls_constructor, ray_bases
from raytune_migrate.module.names import imported_name, ray_name
from raytune_migrate.sweep.model import Construction, Owner, RunConfigUse, Sweep, construction
from raytune_migrate.sweep.set_fields import set_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.set_fields import SetField

_TUNE_ONLY = ray_api.RUN_CONFIG_TUNE_ONLY
_INNER = ray_api.INNER_CONFIGS
_DEEP = 6  # functions that give what others give must end somewhere


def run_config_use(parsed: Parsed, owner: Owner, value: cst.BaseExpression) -> RunConfigUse:
    """What can be seen of a RunConfig that a sweep is given."""
    ends = origins(parsed, value)
    configs = run_configs(parsed, ends)
    hidden = len(configs) < len(ends) or any(_hides(parsed, one) for one in configs)
    hidden = hidden or _is_given_parts(parsed, configs)
    return RunConfigUse(owner, value, configs, converted=hidden)


def run_configs(parsed: Parsed, ends: Iterable[cst.BaseExpression]) -> tuple[Construction, ...]:
    """Those of some expressions that construct a RunConfig."""
    made = (construction(parsed, one) for one in ends)
    return tuple(
        one
        for one in made
        if one is not None and one.name in (ray_api.TRAIN_RUN_CONFIG, ray_api.TUNE_RUN_CONFIG)
    )


def run_configs_of(parsed: Parsed, made: Construction) -> tuple[Construction, ...]:
    """The RunConfigs that a trainer or a Tuner is given, or may be given."""
    value = made.given("run_config")
    if value is not None:
        return run_configs(parsed, origins(parsed, value))
    values = (one for argument in made.call.args for one in run_configs_in(parsed, argument))
    return run_configs(parsed, (end for value in values for end in origins(parsed, value)))


def run_configs_in(parsed: Parsed, argument: cst.Arg) -> Iterator[cst.BaseExpression]:
    """The RunConfigs that a ``**name`` may hold, on some condition or by some callers."""
    if argument.star == "**":
        yield from stored_under(parsed, argument.value, "run_config")
        yield from passed_by_name(parsed, argument.value, "run_config")


def unseen_dicts(parsed: Parsed, call: cst.Call) -> tuple[cst.BaseExpression, ...]:
    """What ``**`` gives a call that this module does not show, or not all of."""
    dicts = [(one.value, view_dict(parsed, one.value)) for one in call.args if one.star == "**"]
    return tuple(one for one, view in dicts if view is None or not view.complete)


def convertible_dict(parsed: Parsed, trainer: Construction) -> cst.BaseExpression | None:
    """What ``**`` gives a trainer with a RunConfig of another module, if that can be replaced.

    In a dict that is read a second time for it.
    """
    dicts = unseen_dicts(parsed, trainer.call) if is_configured_unseen(parsed, trainer) else ()
    only = dicts[0] if len(dicts) == 1 else None
    return only if only is not None and same_when_read_again(parsed, only) else None


def is_configured_unseen(parsed: Parsed, trainer: Construction) -> bool:
    """Whether a trainer is given a RunConfig of another module, and not by its name.

    Who makes an object of a class of trainers gives it the trainer's part.
    """
    return (
        trainer.given("run_config") is None
        and not calls_constructor(trainer.call)
        and parsed.line(trainer.call) in parsed.elsewhere.lines.configured
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


def branched_configs(parsed: Parsed, config: Construction) -> Iterator[Construction]:
    """The configs that one branch or another puts into a RunConfig, by a variable of its function,
    and those that it is given after it was made.

    They stand outside of its call, as those of `inner_configs` do that are in a variable. Those
    that another RunConfig is given as well are not among them.
    """
    for name in _INNER:
        value = config.value(name)
        if isinstance(value, cst.Name):
            yield from _branches(parsed, config, value)
    for given in set_fields(parsed, config):
        later = _config_set(parsed, config, given) if given.name in _INNER else None
        if later is not None:
            yield later


def _branches(parsed: Parsed, config: Construction, value: cst.Name) -> Iterator[Construction]:
    if construction(parsed, value) is not None or _is_of_others(parsed, config, value):
        return
    for end in origins(parsed, value):
        made = construction(parsed, end)
        here = parsed.function(end) is parsed.function(config.call)
        if made is not None and made.name in ray_api.CONFIG_CLASSES and here:
            yield made


def _is_of_others(parsed: Parsed, config: Construction, value: cst.Name) -> bool:
    """Whether another RunConfig is given what a name stands for, too."""
    reads = (each.node for one in bindings(parsed, value) for each in one.references)
    holders = (parsed.enclosing(one, cst.Call) for one in reads)
    return bool(run_configs(parsed, (one for one in holders if one not in (None, config.call))))


def is_of_train_v2(parsed: Parsed, config: Construction) -> bool:
    """Whether a RunConfig is that of a Train V2 run already: by its callbacks, or its storage."""
    if parsed.line(config.call) in parsed.elsewhere.lines.of_train_v2:
        return True
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
    """The callbacks of a RunConfig that are seen: in a list, a variable or a function's result."""
    value = config.value("callbacks")
    return list(_listed(parsed, value)) if value is not None else []


def _listed(
    parsed: Parsed, node: cst.BaseExpression, depth: int = 0
) -> Iterator[cst.BaseExpression]:
    match node:
        case _ if depth > _DEEP:
            return
        case cst.List() | cst.Tuple():
            yield from (one.value for one in node.elements)
        case cst.Name() if (found := variable(parsed, node)) is not None:
            yield from _listed(parsed, found.value, depth + 1)
        case cst.Call() if (function := callee(parsed, node)) is not None:
            for one in returned(parsed, function):
                if one is not None:
                    yield from _listed(parsed, one, depth + 1)


def asked(parsed: Parsed, config: Construction) -> frozenset[str]:
    """The fields in which a RunConfig has more than the literal None, or is given that later, in
    other modules too."""
    later = (
        one for one in set_fields(parsed, config) if one.value is None or not is_none(one.value)
    )
    return frozenset(
        (
            *(name for name, one in config.arguments.items() if not is_none(one.value)),
            *(one.name for one in later if one.name is not None),
            *_set_elsewhere(parsed, config),
        )
    )


def _set_elsewhere(parsed: Parsed, config: Construction) -> frozenset[str]:
    return parsed.elsewhere.lines.set_later.get(parsed.line(config.call), frozenset())


def _set_in(parsed: Parsed, config: Construction) -> Iterator[tuple[str, SetField]]:
    """The fields that configs in a RunConfig are given after they were made."""
    found = [one for part in _INNER for one in set_fields(parsed, config, part)]
    for inner in (*inner_configs(parsed, config), *branched_configs(parsed, config)):
        found += [one for one in set_fields(parsed, inner) if one not in found]
    yield from ((one.name, one) for one in found if one.name is not None)


def set_cadence(parsed: Parsed, config: Construction) -> Iterator[tuple[str, SetField]]:
    """How often to save, where a RunConfig is told that after it was made."""
    yield from (found for found in _set_in(parsed, config) if found[0] in ray_api.CADENCE)


def only_for_tune(parsed: Parsed, config: Construction) -> bool:
    """Whether a RunConfig has fields that ``ray.train``'s does not take, or may have."""
    return not is_of_train_v2(parsed, config) and (
        not config.complete
        or bool(_TUNE_ONLY & asked(parsed, config))
        or "fail_fast" in dict(_set_in(parsed, config))
        or any(
            "fail_fast" in one.arguments
            for one in (*inner_configs(parsed, config), *branched_configs(parsed, config))
        )
    )


def needs_tune(
    parsed: Parsed, trainer: Construction, config: Construction, *, near_sweep: bool
) -> bool:
    """Whether a trainer that stays may need what its RunConfig says to Tune.

    Where the module had sweeps of V1, which ``near_sweep`` says, one of them may take it from
    there, if the trainer can reach it. A trainer that is fitted by itself must ask for more than
    output, and in other modules its RunConfig must show that it is V1's.
    """
    if near_sweep and not _is_alone(parsed, trainer, config):
        return only_for_tune(parsed, config)
    if is_of_train_v2(parsed, config) or not (near_sweep or _is_of_v1(parsed, config)):
        return False
    given = [argument for name, argument in config.arguments.items() if name in _TUNE_ONLY]
    return (
        not config.complete
        or bool(ray_api.TRIAL_FIELDS & asked(parsed, config))
        or any(one.keyword is None for one in given)
    )


def _is_alone(parsed: Parsed, trainer: Construction, config: Construction) -> bool:
    """Whether nothing is seen to be done with a trainer but ``fit()``, and with its RunConfig."""
    if is_shared(parsed, config) or parsed.line(trainer.call) in parsed.elsewhere.lines.swept:
        return False
    holder = parsed.parent(trainer.call)
    target = holder.targets[0].target if isinstance(holder, cst.Assign) else None
    bound = variable_of(parsed, target) if isinstance(target, cst.Name) else None
    reads = bound.references if bound is not None else (trainer.call,)
    return bool(reads) and all(
        isinstance(around := parsed.parent(one), cst.Attribute)
        and around.value is one
        and around.attr.value == "fit"
        for one in reads
    )


def carries_metadata(trainer: Construction) -> bool:
    """Whether a trainer that stays has a RunConfig, or a place for one, to carry its metadata."""
    return trainer.complete or trainer.value("run_config") is not None


def takes_callbacks(parsed: Parsed, trainer: Construction) -> bool:
    """Whether the RunConfig of a trainer is written where it is, and is Train's alone."""
    value = trainer.value("run_config")
    config = construction(parsed, value)
    return (
        config is not None
        and config.name == ray_api.TRAIN_RUN_CONFIG
        and config.call is value
        and config.complete
        and not ray_api.TRIAL_FIELDS & asked(parsed, config)
        and all(one.keyword is not None for one in config.call.args)
    )


def _is_of_v1(parsed: Parsed, config: Construction) -> bool:
    """Whether a RunConfig could not be made under V2: by its home, its fields or its callbacks."""
    if parsed.line(config.call) in parsed.elsewhere.lines.called_back:
        return True
    name = ray_name(parsed, config.call.func)
    if name is not None and name.written != name.name:
        return True
    later = {one.name for one in set_fields(parsed, config)} | _set_elsewhere(parsed, config)
    if (_TUNE_ONLY - {"callbacks"}) & {*config.arguments, *later}:
        return True
    return any(is_tune_callback(parsed, one) for one in _callbacks(parsed, config))


def is_tune_callback(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a callback that Tune calls, and Train V2 does not."""
    made = node.func if isinstance(node, cst.Call) else node
    found = variable(parsed, node)
    if found is not None:
        return is_tune_callback(parsed, found.value)
    if imported_name(parsed, made) in ray_api.OTHERS_TUNE_CALLBACKS:
        return True
    own = definition(parsed, made)
    name = ray_name(parsed, made)
    bases = ray_bases(parsed, own) if isinstance(own, cst.ClassDef) else ()
    names = bases if name is None else (name, *bases)
    return any(
        one.name.startswith(ray_api.TUNE_CALLBACK_HOMES) and one.name != ray_api.RAY_REPORT_CALLBACK
        for one in names
    )


def _hides(parsed: Parsed, config: Construction) -> bool:
    """Whether a RunConfig may hold a config of ray.train, which the Tuner cannot use."""
    for name in _INNER[:2]:
        value = config.value(name)
        if value is None or is_none(value):
            continue
        inner = construction(parsed, value)
        if inner is None and _is_seen_in_branches(parsed, config, value):
            continue
        if inner is None or (inner.variable is not None and is_shared(parsed, inner)):
            return True
    return not config.complete


def _is_seen_in_branches(parsed: Parsed, config: Construction, value: cst.BaseExpression) -> bool:
    """Whether each config that one branch or another puts into a RunConfig becomes Tune's too."""
    ends = origins(parsed, value)
    seen: list[Construction] = []
    if isinstance(value, cst.Name):
        seen = list(_branches(parsed, config, value))
    elif isinstance(value, cst.IfExp):  # what stands in the call goes along with it
        made = (construction(parsed, one) for one in ends if parsed.inside(one, value))
        seen = [one for one in made if one is not None and one.name in ray_api.CONFIG_CLASSES]
    return bool(seen) and len(seen) == len(ends)


def _is_given_parts(parsed: Parsed, configs: Sequence[Construction]) -> bool:
    """Whether one of some RunConfigs, or a copy of it, may be given a config of ray.train after it
    was made."""
    return any(
        one.name is None or (one.name in _INNER and _config_set(parsed, config, one) is None)
        for config in configs
        for one in set_fields(parsed, config)
    )


def _config_set(parsed: Parsed, config: Construction, given: SetField) -> Construction | None:
    """The config that a RunConfig is given after it was made, if no other RunConfig is."""
    made = construction(parsed, given.value) if not given.copied else None
    alone = {id(one) for one in origins(parsed, given.config)} == {id(config.call)}
    seen = made is not None and made.name in ray_api.CONFIG_CLASSES and made.variable is None
    return made if seen and alone else None


def is_shared(parsed: Parsed, inner: Construction) -> bool:
    """Whether a config is in a variable that more than one may get it from."""
    reads = inner.variable.references if inner.variable is not None else ()
    return sum(not is_looked_at(parsed, one) for one in reads) > 1
