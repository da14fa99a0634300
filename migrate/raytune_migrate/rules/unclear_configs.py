"""A RunConfig, or a config that goes into one, of which it cannot be seen who is given it.

V1 had one class for trainers and Tuners, ``ray.air``'s, which V2's trainers refuse. That of
``ray.train`` is now a trainer's, and raises for what only Tune does.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.origins import origins
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.names import Certainty, calls, imported_name, ray_name
from raytune_migrate.rewrite.standing import whole_run_configs
from raytune_migrate.rules.tuner_configs import given_to_tune
from raytune_migrate.sweep.model import construction, constructions
from raytune_migrate.sweep.run_configs import (
    branched_configs,
    inner_configs,
    run_configs,
    run_configs_of,
)
from raytune_migrate.sweep.trainers import left_constructions, own_constructions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.names import RayName
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal
    from raytune_migrate.sweep.model import Construction

_CODE = "RTM504"
# What is given a class and makes nothing of it.
_ONLY_ASKING = frozenset({"cast", "fields", "isinstance", "issubclass", "print", "signature"})


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such config that Train V2 may refuse, or that raises already."""
    parsed = context.parsed
    yield from _handed(context)
    yield from _derived(context)
    made = [
        (one, name.written)
        for one in constructions(parsed)
        if one.name in ray_api.REFUSED_FIELDS
        and (name := ray_name(parsed, one.call.func)) is not None
    ]
    given: list[cst.Call] = []
    if made:
        given += _given(parsed)
        given += (one.call for one in (*context.tuners_run_configs, *given_to_tune(parsed)))
    for_tune = bool(made) and not context.tuner_calls and _is_for_tune(parsed)
    converted = _converted(context) if made else frozenset()
    told: list[cst.Call] = []
    for one, written in made:
        if any(_is_seen(parsed, one.call, other) for other in given) or any(
            parsed.inside(one.call, other) for other in told
        ):
            continue
        if isinstance(parsed.parent(one.call), cst.Attribute):
            continue  # RunConfig(...).name
        short = one.name.rpartition(".")[2]
        refused = sorted(ray_api.REFUSED_FIELDS[one.name] & one.arguments.keys())
        if written != one.name and written.startswith("ray.air."):
            if for_tune or id(one.call) in converted:
                continue  # there it still works
            told.append(one.call)
            yield finding(
                parsed,
                one.call,
                _CODE,
                f"Whether a trainer or a Tuner is given this {short} cannot be seen.",
                "Take it from ray.train for a trainer, and from ray.tune for a Tuner.",
            )
        elif refused:
            yield finding(
                parsed,
                one.call,
                _CODE,
                f"Under Train V2 the {short} of ray.train raises for {', '.join(refused)}.",
                "Take it from ray.tune where a Tuner is given it; leave that out for a trainer.",
            )
        elif one.name == ray_api.TRAIN_RUN_CONFIG and not one.complete:
            yield finding(
                parsed,
                one.call,
                _CODE,
                "Neither all arguments of this RunConfig can be seen, nor who is given it.",
                "That of ray.train raises for stop and what else is Tune's: take it from ray.tune"
                " where a Tuner is given it.",
            )


def _is_seen(parsed: Parsed, config: cst.Call, whole: cst.Call) -> bool:
    """Whether a config is, or stands in, a call, and nothing out of sight gets it there.

    Such as a function of the project, or of another library: what that makes of it cannot be seen.
    """
    if not parsed.inside(config, whole):
        return False
    call: cst.Call | None = config
    while call is not None and call is not whole:
        call = parsed.enclosing(call, cst.Call)
        if call is not None and call is not whole and ray_name(parsed, call.func) is None:
            return False
    return True


def _handed(context: Context) -> Iterator[Finding]:
    """A finding at each such class that something is given to make configs of, for Tune alone."""
    parsed = context.parsed
    found = [
        (node, name)
        for node, name in reads(parsed, parsed.module)
        if name.name in ray_api.REFUSED_FIELDS
        and name.certainty is Certainty.SURE
        and not name.written.startswith("ray.air.")  # there it still works
        and _is_handed(parsed, node)
    ]
    for_tune = bool(found) and _is_for_tune(parsed)
    tunes = bool(context.tuner_calls) or parsed.elsewhere.tunes
    for node, name in found:
        if for_tune or (tunes and _is_for_later(parsed, node, name)):
            yield finding(
                parsed,
                node,
                _CODE,
                f"What makes this {name.name.rpartition('.')[2]} cannot be seen, nor who gets it.",
                f"Where it is for a Tuner, give {ray_api.TUNE_CONFIG_CLASSES[name.name]} instead.",
            )


def _derived(context: Context) -> Iterator[Finding]:
    """A finding at each class that derives from the RunConfig of trainers, where Tune runs."""
    parsed = context.parsed
    if not (context.tuner_calls or parsed.elsewhere.tunes):
        return
    for node in parsed.of(cst.ClassDef):
        for base in node.bases:
            name = ray_name(parsed, base.value)
            if (
                name is not None
                and name.name == ray_api.TRAIN_RUN_CONFIG
                and name.certainty is Certainty.SURE
                and not name.written.startswith("ray.air.")  # there it still works
            ):
                yield finding(
                    parsed,
                    base.value,
                    _CODE,
                    f"Under Train V2 {node.name.value} raises for stop and what else is Tune's, or"
                    " Tune is not told of it.",
                    "Derive it from ray.tune.RunConfig where a Tuner is given it.",
                )


def _is_handed(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether something that may call it is given a class."""
    argument = parsed.parent(node)
    call = parsed.parent(argument) if isinstance(argument, cst.Arg) else None
    match call:
        case (
            cst.Call(func=cst.Name(value=name))
            | cst.Call(func=cst.Attribute(attr=cst.Name(value=name)))
        ):
            return name not in _ONLY_ASKING
        case _:
            return False


def _is_for_later(parsed: Parsed, node: cst.CSTNode, name: RayName) -> bool:
    """Whether a RunConfig gets some of its arguments from ``partial``, and others later."""
    argument = parsed.parent(node)
    call = parsed.parent(argument) if argument is not None else None
    return (
        name.name == ray_api.TRAIN_RUN_CONFIG
        and isinstance(call, cst.Call)
        and imported_name(parsed, call.func) == "functools.partial"
    )


def _converted(context: Context) -> frozenset[int]:
    """The configs (by identity) in RunConfigs of Tune alone, wherever they are made.

    What cannot be written anew there is converted by the runtime.
    """
    parsed = context.parsed
    whole = whole_run_configs(
        parsed, context.standing, context.tuners_run_configs, context.near_sweep
    )
    tunes = {id(one.call) for one in (*context.tuners_run_configs, *whole)}
    given: dict[bool, set[int]] = {True: set(), False: set()}
    for config in constructions(parsed):
        is_tunes = id(config.call) in tunes or config.name == ray_api.TUNE_RUN_CONFIG
        for name in ray_api.INNER_CONFIGS if config.name in ray_api.RUN_CONFIGS else ():
            value = config.given(name)
            ends = origins(parsed, value) if value is not None else ()
            given[is_tunes].update(map(id, ends))
    return frozenset(given[True] - given[False])


def _is_for_tune(parsed: Parsed) -> bool:
    """Whether a module names Ray Tune and no trainer: its configs are for Tune."""
    names = {name.name for _, name in reads(parsed, parsed.module)}
    return any(f"{one}.".startswith("ray.tune.") for one in names) and names.isdisjoint(
        ray_api.TRAINERS
    )


def _given(parsed: Parsed) -> Iterator[cst.Call]:
    """The calls that take a config, and the configs that they are seen to be given."""
    for call in calls(parsed):
        made = construction(parsed, call)
        if made is not None and made.name in (*ray_api.TRAINERS, *ray_api.TUNE_RUNNERS):
            configs = run_configs_of(parsed, made)
        elif (imported_name(parsed, call.func) or "").startswith(f"{ray_api.RUNTIME}."):
            ends = (end for one in call.args for end in origins(parsed, one.value))
            configs = run_configs(parsed, ends)
        else:
            continue
        yield call
        yield from _with_inner(parsed, configs)
    yield from left_constructions(parsed)
    for own in own_constructions(parsed):
        yield from _with_inner(parsed, run_configs_of(parsed, own))


def _with_inner(parsed: Parsed, configs: Iterable[Construction]) -> Iterator[cst.Call]:
    """Some RunConfigs, and the configs in them."""
    for config in configs:
        yield config.call
        for inner in (*inner_configs(parsed, config), *branched_configs(parsed, config)):
            yield inner.call
