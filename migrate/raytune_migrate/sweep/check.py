"""Why a sweep is left as it is: each reason a finding at its own line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.names import bindings, is_part
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import finding
from raytune_migrate.sweep.dicts import view_dict
from raytune_migrate.sweep.dropped import dropped
from raytune_migrate.sweep.model import (
    Construction,
    TrainerUse,
    Worker,
    adds_to_space,
    construction,
)
from raytune_migrate.sweep.pins import pinned
from raytune_migrate.sweep.values import (
    choices,
    constant,
    is_movable,
    is_none,
    is_stable,
    possible_values,
    samplers,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Finding

_FREQUENCY = ("checkpoint_frequency", "checkpoint_at_end")


def obstacles(
    parsed: Parsed,
    tuner: Construction,
    trainer: Construction,
    use: TrainerUse,
    code: Worker | None,
) -> Iterator[Finding]:
    """Everything that keeps this sweep from being rewritten; nothing where it can be."""
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
        return
    if trainer.name in ray_api.BOOSTING_TRAINERS and (
        ray_api.LEGACY_GBDT_ARGUMENTS & set(trainer.arguments)
    ):
        yield finding(
            parsed,
            trainer.call,
            "RTM104",
            f"{short} is given params and label_column, which Train V2 refuses.",
            "Write a train loop that calls the library's train(), and give the trainer that.",
        )
        return
    yield from pinned(parsed)
    yield from _loop(parsed, tuner)
    yield from _trainer_arguments(parsed, trainer, known)
    yield from _space(parsed, tuner, trainer, known)
    yield from _run_configs(parsed, tuner, trainer)
    if use is TrainerUse.KEPT:
        yield from _kept_trainer(parsed, tuner, trainer)
    yield from _travel(parsed, tuner, trainer, use)
    yield from _scaling(parsed, trainer.value("scaling_config"))
    yield from _tune_config(parsed, tuner)
    if code is not None:
        yield from _worker(parsed, code)


def _loop(parsed: Parsed, tuner: Construction) -> Iterator[Finding]:
    """A function defined in a loop sees what the loop does to its names until it is pickled."""
    around = [one for one in parsed.ancestors(tuner.call) if isinstance(one, cst.For | cst.While)]
    here = parsed.function(tuner.call)
    loop = next((one for one in around if parsed.function(one) is here), None)
    if loop is None or not parsed.inside(tuner.call, loop.body):
        return
    fitted = any(
        isinstance(one, cst.Attribute)
        and one.attr.value == "fit"
        and parsed.end(one) > parsed.start(tuner.call)
        for one in parsed.walk(loop.body)
    )
    if not fitted:
        yield finding(
            parsed,
            tuner.call,
            "RTM901",
            "The Tuner is built in a loop and fitted outside it.",
            "Build the driver in a function of its own that takes what the loop changes.",
        )


def _trainer_arguments(
    parsed: Parsed, trainer: Construction, known: ray_api.TrainerClass
) -> Iterator[Finding]:
    if not trainer.complete:
        yield _unseen(parsed, trainer.call, "The trainer's arguments cannot all be seen.")
    if "train_loop_per_worker" not in trainer.arguments and trainer.complete:
        yield _wrong(parsed, trainer.call, "The trainer is given no train loop.")
    for name, argument in trainer.arguments.items():
        if name in known.dropped:
            if not is_none(argument.value) or name == "preprocessor":
                yield _dropped(parsed, argument, name, "the trainer")
        elif name not in known.arguments:
            yield _wrong(parsed, argument, f"The trainer never took an argument {name}.")
    base = trainer.value("train_loop_config")
    if base is not None:
        seen = view_dict(parsed, base)
        for node in (base, *([seen.node] if seen is not None else [])):
            for call in samplers(parsed, node):
                yield _wrong(
                    parsed,
                    call,
                    "A search space in the trainer's own train_loop_config is never sampled.",
                )
            if seen is not None and seen.node is node:
                break


def _space(
    parsed: Parsed, tuner: Construction, trainer: Construction, known: ray_api.TrainerClass
) -> Iterator[Finding]:
    if not tuner.complete:
        yield _unseen(parsed, tuner.call, "The Tuner's arguments cannot all be seen.")
    node = tuner.value("param_space")
    if node is None or is_none(node):
        if adds_to_space(parsed, tuner):
            yield finding(
                parsed,
                tuner.call,
                "RTM907",
                "The space is the searcher's own, and its keys cannot be seen.",
                "Name its outer keys in param_space too, then run the migration again.",
            )
        return
    seen = view_dict(parsed, node)
    if seen is None or not seen.complete:
        yield _unseen(parsed, node, "The keys of param_space cannot all be seen.")
        return
    for key, value in dict(seen.items).items():
        if key == "run_config":
            yield _wrong(parsed, value, "A RunConfig cannot be swept.")
        elif key in known.dropped:
            yield _dropped(parsed, value, key, "the trainer")
        elif key not in known.arguments:
            yield _wrong(
                parsed,
                value,
                f"{key!r} in param_space is no argument of the trainer, and V1 failed on it.",
            )
        elif key == "train_loop_per_worker":
            yield _unseen(parsed, value, "The train loop itself is swept.")
        elif key == "scaling_config":
            yield from _swept_scaling(parsed, value)


def _swept_scaling(parsed: Parsed, node: cst.BaseExpression) -> Iterator[Finding]:
    for one in choices(parsed, node):
        config = construction(parsed, one)
        if config is not None and config.name == ray_api.SCALING_CONFIG and config.complete:
            yield from _scaling_fields(parsed, config)
            if one is not node:
                yield _unseen(parsed, one, "A whole ScalingConfig is sampled.")
            continue
        seen = view_dict(parsed, one)
        if seen is None or not seen.complete:
            yield _unseen(parsed, one, "The swept scaling_config cannot be seen.")
        elif (value := seen.get("trainer_resources")) is not None and not is_none(value):
            yield _dropped(parsed, value, "trainer_resources", "ScalingConfig")


def _scaling(parsed: Parsed, node: cst.BaseExpression | None) -> Iterator[Finding]:
    if node is not None and view_dict(parsed, node) is not None:
        yield _wrong(parsed, node, "A trainer's scaling_config was never allowed to be a dict.")
    config = construction(parsed, node)
    if config is None or config.name != ray_api.SCALING_CONFIG:
        return
    if not config.complete:
        yield _unseen(parsed, config.call, "The arguments of ScalingConfig cannot all be seen.")
    yield from _scaling_fields(parsed, config)
    for call in samplers(parsed, config.call):
        yield _wrong(parsed, call, "A search space in the trainer's own ScalingConfig.")


def _scaling_fields(parsed: Parsed, config: Construction) -> Iterator[Finding]:
    known = ray_api.SIGNATURES[ray_api.SCALING_CONFIG]
    for name, argument in config.arguments.items():
        if name not in known or (name == "trainer_resources" and not is_none(argument.value)):
            yield _dropped(parsed, argument, name, "ScalingConfig")


def _run_configs(parsed: Parsed, tuner: Construction, trainer: Construction) -> Iterator[Finding]:
    given = [one.arguments.get("run_config") for one in (tuner, trainer)]
    effective = next((one for one in given if one is not None and not is_none(one.value)), None)
    if effective is None:
        return
    config = construction(parsed, effective.value)
    if config is None or config.name not in (ray_api.TRAIN_RUN_CONFIG, ray_api.TUNE_RUN_CONFIG):
        yield _unseen(parsed, effective, "The RunConfig cannot be seen.")
        return
    if not config.complete:
        yield _unseen(parsed, config.call, "The arguments of RunConfig cannot all be seen.")
    for name, argument in config.arguments.items():
        if name not in ray_api.SIGNATURES[ray_api.TRAIN_RUN_CONFIG]:
            yield _dropped(parsed, argument, name, "RunConfig")
        elif name in ("checkpoint_config", "failure_config", "sync_config"):
            yield from _inner_config(parsed, argument)
    if config.variable is not None and len(_other_uses(parsed, config, [tuner, trainer])) > 0:
        yield _unseen(
            parsed, effective, f"{config.variable.name} is used by other code than this sweep."
        )


def _kept_trainer(parsed: Parsed, tuner: Construction, trainer: Construction) -> Iterator[Finding]:
    """What a trainer that goes on being used by itself may not share with the sweep, or keep."""
    argument = trainer.arguments.get("run_config")
    own = construction(parsed, argument.value) if argument is not None else None
    if argument is None or own is None:
        return
    for name in sorted(ray_api.RUN_CONFIG_TUNE_ONLY & set(own.arguments)):
        yield _dropped(parsed, own.arguments[name], name, "ray.train.RunConfig")
    given = construction(parsed, tuner.value("run_config"))
    shared = given is None or given.call is own.call
    inner = [construction(parsed, one.value) for one in own.call.args]
    twice = given is None and not is_movable(parsed, own.call, trainer.call)
    if twice or (
        shared and any(one is not None and one.variable is not None for one in (own, *inner))
    ):
        yield _unseen(
            parsed, argument, "The trainer, which is also used by itself, shares this config."
        )


def _travel(
    parsed: Parsed, tuner: Construction, trainer: Construction, use: TrainerUse
) -> Iterator[Finding]:
    """Names that mean something else where the Tuner is built than where the trainer is."""
    given = tuner.arguments.get("run_config")
    parameters = ["scaling_config"]
    if given is None or is_none(given.value):
        parameters.append("run_config")
    if use is TrainerUse.KEPT:
        parameters = list(trainer.arguments)
    there = parsed.scope(tuner.call)
    for argument in (trainer.arguments[one] for one in parameters if one in trainer.arguments):
        for name in parsed.walk(argument.value):
            if not isinstance(name, cst.Name) or is_part(parsed, name) or there is None:
                continue
            found = bindings(parsed, name)
            if found:
                moved = frozenset(there[name.value]) != found
                if moved or (name is argument.value and not is_stable(parsed, name, tuner.call)):
                    yield _unseen(
                        parsed, name, f"{name.value} may be something else where the Tuner is."
                    )


def _other_uses(
    parsed: Parsed, config: Construction, holders: list[Construction]
) -> list[cst.CSTNode]:
    """Uses of a config's variable outside the calls that this sweep rewrites."""
    assert config.variable is not None
    arguments = [one.arguments.get("run_config") for one in holders]
    return [
        one
        for one in config.variable.references
        if not any(given is not None and given.value is one for given in arguments)
    ]


def _inner_config(parsed: Parsed, argument: cst.Arg) -> Iterator[Finding]:
    if is_none(argument.value):
        return
    config = construction(parsed, argument.value)
    if config is None or not config.complete:
        yield _unseen(parsed, argument, "This config cannot be seen.")
        return
    if config.variable is not None and len(config.variable.references) > 1:
        yield _unseen(
            parsed, argument, f"{config.variable.name} is used by other code than this sweep."
        )
    for name in _FREQUENCY:
        value = config.value(name)
        if value is not None and constant(parsed, value):
            yield _wrong(
                parsed, config.arguments[name], f"{name} was never allowed with a train loop."
            )


def _tune_config(parsed: Parsed, tuner: Construction) -> Iterator[Finding]:
    config = construction(parsed, tuner.value("tune_config"))
    scheduler = config.value("scheduler") if config is not None else None
    for one in possible_values(parsed, scheduler) if scheduler is not None else ():
        if isinstance(one, cst.Name):
            continue  # what it stands for follows
        made = construction(parsed, one)
        name = made.name if made is not None else ""
        word = constant(parsed, one)
        if made is not None and made.name == ray_api.CREATE_SCHEDULER and made.call.args:
            word = settled(parsed, made.call.args[0].value)
        if name == ray_api.RESOURCE_CHANGING or word == "resource_changing":
            yield _scheduler(
                parsed,
                one,
                "ResourceChangingScheduler resizes trials, but not the workers of Train V2.",
            )
        elif name in ray_api.PAUSING_SCHEDULERS or word in ray_api.PAUSING_SCHEDULER_WORDS:
            short = str(word) if word else name.rsplit(".", 1)[-1]
            yield _scheduler(
                parsed,
                one,
                f"{short} pauses or clones trials, which the driver function does not carry yet.",
            )


def _worker(parsed: Parsed, code: Worker) -> Iterator[Finding]:
    for one in dropped(parsed, code):
        yield finding(parsed, one.node, one.code, one.reason, one.advice)


def _unseen(parsed: Parsed, node: cst.CSTNode, reason: str) -> Finding:
    return finding(
        parsed,
        node,
        "RTM907",
        reason,
        "Write it out where the sweep is built, then run the migration again.",
    )


def _wrong(parsed: Parsed, node: cst.CSTNode, reason: str) -> Finding:
    return finding(
        parsed,
        node,
        "RTM903",
        reason,
        "Mend this first; translating it would only hide it.",
    )


def _dropped(parsed: Parsed, node: cst.CSTNode, name: str, owner: str) -> Finding:
    return finding(
        parsed,
        node,
        "RTM904",
        f"Train V2 takes no {name} in {owner}.",
        "Move what it did, then remove it: it raises by its presence.",
    )


def _scheduler(parsed: Parsed, node: cst.CSTNode, reason: str) -> Finding:
    return finding(
        parsed, node, "RTM905", reason, "Use ASHAScheduler, or stay on Train V1 for this sweep."
    )
