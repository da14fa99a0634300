"""Why a sweep is left as it is, each reason a finding at its own line; or is not written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.dicts import view_dict, view_space
from raytune_migrate.expressions.values import (
    choices,
    is_movable,
    is_none,
    is_stable,
    samplers,
)
from raytune_migrate.loops.dropped import dropped
from raytune_migrate.module.bindings import bindings, variable
from raytune_migrate.module.taken_names import is_part
from raytune_migrate.runtime.advice import either
from raytune_migrate.sweep.boosting import (
    boosting_problems,
    hidden_problem,
    hides_params,
    is_loopless,
    trainer_class,
)
from raytune_migrate.sweep.check_configs import (
    dict_problems,
    dropped_argument,
    run_config_problems,
    scaling_problems,
    swept_scaling_problems,
)
from raytune_migrate.sweep.late_changes import changed_before_fit
from raytune_migrate.sweep.model import Construction, TrainerUse, Worker, construction
from raytune_migrate.sweep.preprocessors import preprocessor_problems, swept_problem
from raytune_migrate.sweep.run_configs import (
    carries_metadata,
    convertible_dict,
    is_configured_unseen,
)
from raytune_migrate.sweep.schedulers import schedulers
from raytune_migrate.sweep.sites import wrong
from raytune_migrate.sweep.space import unseen_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from raytune_migrate.expressions.dicts import DictView
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding

_LOOP_CONFIG = "train_loop_config"
_LOOP_BY_NAME = "Give the train loop to the trainer as train_loop_per_worker=..., and run again."
_BY_NAME = "Give it to the trainer as {}=..., not by **, and run again."
_SWEPT_PREPROCESSOR = "Sweep 'datasets' instead: what " + either(
    "preprocess_datasets(datasets, preprocessor) of raytune_runtime gives for each.",
    "each preprocessor makes of them.",
)
# A search space in these is found, or means nothing, where they are looked at themselves.
_SPACES_ELSEWHERE = frozenset({"run_config", "scaling_config", "train_loop_per_worker"})
_NO_DICTS = (cst.List, cst.ListComp, cst.Set, cst.Tuple)
_SCOPES = (cst.FunctionDef, cst.Lambda, cst.ClassDef)


def obstacles(
    parsed: Parsed,
    trainers: Sequence[Construction],
    space: cst.BaseExpression | None,
    tune_config: cst.BaseExpression | None,
    run_configs: Sequence[Construction],
    code: Sequence[Worker],
    *,
    seen: bool,
) -> Iterator[Finding]:
    """Everything that keeps a sweep from being rewritten; nothing where it can be.

    ``trainers`` are the constructor calls that its trainer may come from, ``run_configs`` those of
    the RunConfig that V1 used. ``seen`` says whether those trainers are all that it may be.
    """
    lost = [one for trainer in trainers for one in _without_counterpart(parsed, trainer)]
    if lost:
        yield from lost
        return
    for trainer in trainers:
        yield from _trainer_arguments(parsed, trainer, space)
        yield from scaling_problems(parsed, trainer.value("scaling_config"))
    yield from _space(parsed, space, trainers)
    for config in run_configs:
        yield from run_config_problems(parsed, config, trainers, seen=seen)
    yield from _tune_config(parsed, tune_config)
    for one in code:
        yield from _worker(parsed, one)


def hindrance(
    parsed: Parsed, tuner: Construction, trainer: Construction, use: TrainerUse
) -> str | None:
    """Why the driver function of a sweep cannot be written out, although the trainer is seen."""
    for one, whose in ((trainer, "trainer's"), (tuner, "Tuner's")):
        if not one.complete:
            where = "stand in a dict" if one.seen else "cannot all be seen"
            return f"the {whose} arguments {where}"
    scaling = construction(parsed, trainer.value("scaling_config"))
    reserved = scaling.value("trainer_resources") if scaling is not None else None
    if reserved is not None and not is_movable(parsed, reserved, tuner.call):
        return "trainer_resources may be something else where the Tuner is"
    around = (one for one in parsed.ancestors(tuner.call) if isinstance(one, _SCOPES))
    if isinstance(next(around, None), cst.ClassDef):
        return "a function in the body of a class does not see the names of that"
    if parsed.walk(trainer.call, cst.NamedExpr):
        return "the trainer's arguments bind names that are read elsewhere"
    changed = changed_before_fit(parsed, tuner, trainer)
    if changed is not None:
        return f"{changed} is changed before the sweep runs, and V1 had read it by then"
    return (
        _loop(parsed, tuner) or _unseen_space(parsed, tuner) or _travel(parsed, tuner, trainer, use)
    )


def metadata(
    parsed: Parsed, trainers: Sequence[Construction], *, written: bool = False
) -> Iterator[Finding]:
    """A finding at the metadata of trainers that stay, where nothing of these can carry it.

    ``written`` says that a driver function is written out beside them, which has it for itself.
    """
    for one in trainers:
        value = one.value(ray_api.METADATA)
        if value is not None and not is_none(value) and (written or not carries_metadata(one)):
            yield dropped_argument(parsed, value, ray_api.METADATA, "the trainer")


def refused(parsed: Parsed, trainer: Construction) -> Iterator[Finding]:
    """Why a trainer that stays cannot be given what it is given under Train V2."""
    yield from dict_problems(parsed, trainer.value("scaling_config"))
    yield from boosting_problems(parsed, trainer)
    yield from preprocessor_problems(parsed, trainer)
    gone = trainer_class(trainer).dropped - {ray_api.PREPROCESSOR}
    for name, argument in trainer.arguments.items():
        if name in gone and not is_none(argument.value):
            yield dropped_argument(parsed, argument, name, "the trainer")
    yield from metadata(parsed, [trainer])
    yield from _unseen_start(parsed, trainer)
    yield from refused_in_dicts(parsed, trainer)


def _unseen_start(parsed: Parsed, trainer: Construction) -> Iterator[Finding]:
    """A finding at what a trainer starts from, where the train loop to read it is hidden."""
    value = trainer.value(ray_api.RESUME)
    loop = trainer.value("train_loop_per_worker")
    if value is not None and loop is None and not is_none(value) and not is_loopless(trainer):
        yield dropped_argument(parsed, value, ray_api.RESUME, "the trainer", _LOOP_BY_NAME)


def refused_in_dicts(parsed: Parsed, trainer: Construction) -> Iterator[Finding]:
    """What Train V2 refuses of a trainer, in a dict that it is given by ``**``.

    There is nowhere in the dict to write what does it now.
    """
    gone = trainer_class(trainer).dropped | {*ray_api.REWRITTEN_ARGUMENTS}
    for name, value in trainer.in_dicts.items():
        if name in gone and not is_none(value):
            advice = f"Give it to the trainer as {name}=..., not in the dict, and run again."
            yield dropped_argument(parsed, value, name, "the trainer", advice)
    here = {*trainer.in_dicts, *trainer.arguments}
    told = parsed.elsewhere.lines.unpacked.get(parsed.line(trainer.call), frozenset())
    for name in sorted(told - here - ray_api.BOOSTING_ARGUMENTS):
        yield dropped_argument(parsed, trainer.call, name, "the trainer", _BY_NAME.format(name))
    if is_configured_unseen(parsed, trainer) and convertible_dict(parsed, trainer) is None:
        advice = _BY_NAME.format("run_config")
        yield dropped_argument(parsed, trainer.call, "RunConfig of Tune", "the trainer", advice)


def _without_counterpart(parsed: Parsed, trainer: Construction) -> Iterator[Finding]:
    known = ray_api.TRAINERS[trainer.name]
    short = trainer.name.rsplit(".", 1)[1]
    if known.way_out is not None:
        yield finding(
            parsed,
            trainer.call,
            "RTM902",
            f"{short} has no counterpart in Train V2.",
            known.way_out,
        )
    else:
        yield from boosting_problems(parsed, trainer)


def _loop(parsed: Parsed, tuner: Construction) -> str | None:
    """A function defined in a loop sees what the loop does to its names until it is pickled."""
    around = [one for one in parsed.ancestors(tuner.call) if isinstance(one, cst.For | cst.While)]
    here = parsed.function(tuner.call)
    loop = next((one for one in around if parsed.function(one) is here), None)
    if loop is None or not parsed.inside(tuner.call, loop.body):
        return None
    fitted = any(
        one.attr.value == "fit" and parsed.end(one) > parsed.start(tuner.call)
        for one in parsed.walk(loop.body, cst.Attribute)
    )
    return None if fitted else "the Tuner is built in a loop and fitted outside it"


def _unseen_space(parsed: Parsed, tuner: Construction) -> str | None:
    """Whether the outer keys of the space, by which the driver reads it, cannot be seen."""
    node = tuner.value("param_space")
    others = unseen_keys(parsed, tuner)
    if others is not None or node is None or is_none(node):
        return others
    seen = view_space(parsed, node)
    if seen is None or not seen.complete:
        return "the keys of param_space cannot all be seen"
    if seen.get("train_loop_per_worker") is not None:
        return "the train loop itself is swept"
    scaling = seen.get("scaling_config")
    for one in choices(parsed, scaling) if scaling is not None else ():
        config = construction(parsed, one)
        if config is not None and config.name == ray_api.SCALING_CONFIG and config.complete:
            if one is not scaling:
                return "a whole ScalingConfig is sampled"
            continue
        view = view_dict(parsed, one)
        if view is None or not view.complete:
            return "the swept scaling_config cannot be seen"
    return None


def _trainer_arguments(
    parsed: Parsed, trainer: Construction, space: cst.BaseExpression | None
) -> Iterator[Finding]:
    known = trainer_class(trainer)
    loopless = is_loopless(trainer)
    if "train_loop_per_worker" not in trainer.arguments and trainer.complete and not loopless:
        yield wrong(parsed, trainer.call, "The trainer is given no train loop.")
    yield from preprocessor_problems(parsed, trainer)
    yield from _unseen_start(parsed, trainer)
    for name, argument in trainer.arguments.items():
        if name == ray_api.PREPROCESSOR:
            continue
        if name in known.dropped:
            if not is_none(argument.value):
                yield dropped_argument(parsed, argument, name, "the trainer")
        elif name not in known.arguments:
            yield wrong(parsed, argument, f"The trainer never took an argument {name}.")
    whole = view_space(parsed, space) if space is not None else None
    home = "params" if loopless else _LOOP_CONFIG
    yield from _never_sampled(parsed, trainer, home, whole)
    for name, argument in trainer.arguments.items():
        swept = whole is not None and whole.get(name) is not None
        if name in _SPACES_ELSEWHERE or name == home or name not in known.arguments or swept:
            continue
        for call in samplers(parsed, argument.value):
            yield _not_sampled(parsed, call, name, f"as {name!r}")


def _never_sampled(
    parsed: Parsed, trainer: Construction, key: str, space: DictView | None
) -> Iterator[Finding]:
    """Search spaces in the trainer's own dict, but those that the Tuner's lies over."""
    base = trainer.value(key)
    if base is None:
        return
    seen = view_dict(parsed, base)
    over = space.get(key) if space is not None else None
    swept = view_dict(parsed, over) if over is not None else None
    sampled = {name for name, _ in swept.items} if swept is not None else set()
    hidden = [value for name, value in seen.items if name in sampled] if seen is not None else []
    nodes = dict.fromkeys((base, seen.node) if seen is not None else (base,))
    for call in (call for node in nodes for call in samplers(parsed, node)):
        if not any(parsed.inside(call, one) for one in hidden):
            yield _not_sampled(parsed, call, key, f"below {key!r}")


def _not_sampled(parsed: Parsed, call: cst.Call, name: str, place: str) -> Finding:
    return wrong(
        parsed,
        call,
        f"A search space in the trainer's own {name} is never sampled.",
        f"Move it into the param_space of the Tuner, {place}, then run again.",
    )


def _space(
    parsed: Parsed, node: cst.BaseExpression | None, trainers: Sequence[Construction]
) -> Iterator[Finding]:
    """Keys of the space that V1 failed on already, or that Train V2 refuses."""
    bound = variable(parsed, node) if node is not None else None
    whole = bound.value if bound is not None else node
    if node is not None and isinstance(whole, _NO_DICTS):
        yield wrong(
            parsed,
            node,
            "param_space is no dict, and V1 refused it.",
            "Make it one dict, with tune.grid_search for what its parts differ in, then run again.",
        )
        return
    seen = view_space(parsed, node) if node is not None else None
    if seen is None or not trainers:
        return
    known = [trainer_class(one) for one in trainers]
    hidden = [one for one in trainers if hides_params(one)]
    strange: dict[str, cst.BaseExpression] = {}
    for key, value in dict(seen.items).items():
        if key == "run_config":
            yield wrong(parsed, value, "A RunConfig cannot be swept.")
        elif key == ray_api.PREPROCESSOR:
            yield dropped_argument(parsed, value, key, "the trainer", _SWEPT_PREPROCESSOR)
        elif key == ray_api.METADATA or any(key in one.dropped for one in known):
            yield dropped_argument(parsed, value, key, "the trainer")
        elif not any(key in one.arguments for one in known):
            strange[key] = value
        elif key == "scaling_config":
            yield from swept_scaling_problems(parsed, value)
        elif key == "datasets":
            for trainer in trainers:
                yield from swept_problem(parsed, trainer, value)
    if hidden and ray_api.BOOSTING_ARGUMENTS & set(strange):
        yield from (hidden_problem(parsed, one) for one in hidden)
    elif strange:
        yield _strange_keys(parsed, strange, "params" if is_loopless(trainers[0]) else _LOOP_CONFIG)


def _strange_keys(parsed: Parsed, keys: Mapping[str, cst.BaseExpression], home: str) -> Finding:
    """That a space has keys which no trainer takes, and where they belong."""
    *most, last = (repr(one) for one in keys)
    names = f"{', '.join(most)} and {last}" if most else last
    what, them = ("no arguments", "them") if most else ("no argument", "it")
    return wrong(
        parsed,
        next(iter(keys.values())),
        f"{names} in param_space {'are' if most else 'is'} {what} of the trainer, and V1 failed on"
        f" {them}.",
        f"Move {them} below {home!r} in param_space, if that reads {them}, then run again.",
    )


def _travel(
    parsed: Parsed, tuner: Construction, trainer: Construction, use: TrainerUse
) -> str | None:
    """Names that mean something else where the Tuner is built than where the trainer is."""
    given = tuner.arguments.get("run_config")
    parameters = ["scaling_config"]
    if given is None or is_none(given.value):
        parameters.append("run_config")
    if use is TrainerUse.KEPT:
        parameters = list(trainer.arguments)
    there = parsed.scope(tuner.call)
    for argument in (trainer.arguments[one] for one in parameters if one in trainer.arguments):
        for name in parsed.walk(argument.value, cst.Name):
            if is_part(parsed, name) or there is None:
                continue
            found = bindings(parsed, name)
            own = any(parsed.inside(getattr(one, "node", tuner.call), argument) for one in found)
            if not found or own:
                continue  # unknown, or bound by a comprehension or lambda in the argument itself
            moved = frozenset(there[name.value]) != found
            if moved or (name is argument.value and not is_stable(parsed, name, tuner.call)):
                return f"{name.value} may be something else where the Tuner is"
    return None


def _tune_config(parsed: Parsed, node: cst.BaseExpression | None) -> Iterator[Finding]:
    for one in schedulers(parsed, node):
        if one.name == ray_api.RESOURCE_CHANGING:
            yield finding(
                parsed,
                one.node,
                "RTM905",
                "ResourceChangingScheduler resizes trials, but not the workers of Train V2.",
                "Use ASHAScheduler, or stay on Train V1 for this sweep.",
            )


def _worker(parsed: Parsed, code: Worker) -> Iterator[Finding]:
    for one in dropped(parsed, code):
        yield finding(parsed, one.node, one.code, one.reason, one.advice)
