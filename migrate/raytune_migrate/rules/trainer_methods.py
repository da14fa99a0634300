"""What trainers had under Train V1, and have no longer under V2.

``restore`` and ``can_restore`` raise; the methods by which V1 made a Trainable of a trainer are
gone, and so are some attributes, its own and those of its RunConfig.
https://docs.ray.io/en/latest/train/user-guides/fault-tolerance.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.foreign import kinds
from raytune_migrate.expressions.origins import origins
from raytune_migrate.module.bindings import definition
from raytune_migrate.module.classes import method_of
from raytune_migrate.module.names import (
    Certainty,
    calls,
    imported_name,
    known_elsewhere,
    ray_name,
)
from raytune_migrate.readers.fits import trainers_of
from raytune_migrate.runtime.advice import either
from raytune_migrate.sweep.run_configs import is_tune_callback
from raytune_migrate.sweep.trainers import is_named_trainer, trainer_class_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_RESTORE = "RTM106"
_GONE = "RTM907"
_RESTORES = ("restore", "can_restore")
_CALLBACKS = "callbacks"
_UNCALLED = "The RunConfig of a trainer of Train V2 has no callbacks of Tune: none is called."
_AS_TRAINABLE = "as_trainable"
_FIELDS = ray_api.REFUSED_FIELDS[ray_api.TRAIN_RUN_CONFIG]
# What a trainable is given to, or put into, where a sweep's own rule sees it.
_SWEEPERS = frozenset(
    {
        ray_api.TUNER,
        ray_api.RESTORE,
        ray_api.TUNE_RUN,
        ray_api.WITH_RESOURCES,
        "ray.tune.with_parameters",
    }
)


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each use of such a method or attribute."""
    parsed = context.parsed
    swept = [
        made
        for one in context.given
        for made in (one.sweep.trainable, *(each.call for each in one.sweep.handed_on))
    ]
    for node in parsed.of(cst.Attribute):
        name = node.attr.value
        if name in _RESTORES and _is_trainer(parsed, node.value) and not _is_own(parsed, node):
            yield finding(
                parsed,
                node,
                _RESTORE,
                f"{name}() of a trainer raises under Train V2.",
                "Build the trainer with the same name and storage_path in its RunConfig: Train V2"
                " then goes on from its run's last checkpoint.",
            )
        elif told := _gone(parsed, node, swept):
            yield finding(parsed, node, _GONE, *told)
    for call in calls(parsed):
        callback = ray_api.OTHERS_CALLBACK_SETTERS.get(imported_name(parsed, call.func) or "")
        if callback is not None and any(_is_built(parsed, one.value) for one in call.args):
            advice = f"Give {callback} to the RunConfig where that is made, and run again."
            yield finding(parsed, call, _GONE, _UNCALLED, advice)


def _gone(
    parsed: Parsed, node: cst.Attribute, swept: list[cst.BaseExpression]
) -> tuple[str, str] | None:
    """Why an attribute of a trainer, or of its RunConfig, is gone, and what to do."""
    name = node.attr.value
    if name in _FIELDS and _is_of_run_config(parsed, node.value):
        advice = either(
            "Take it from raytune_runtime's tune_run_config(trainer), which has what the"
            " trainer was given",
            "Keep the RunConfig that the trainer is given, and read that",
        )
        return (
            f"The RunConfig of a trainer of Train V2 has no {name}.",
            f"{advice}; a Tuner must be given what is changed.",
        )
    if name == _CALLBACKS and _gets_tunes(parsed, node):
        return _UNCALLED, "Give them to the RunConfig where that is made, and run again."
    if name not in ray_api.TRAINER_ATTRIBUTES or _is_rewritten(parsed, node, swept):
        return None
    trainers = trainers_of(parsed, node.value)
    # No other object has this one.
    as_trainable = name == _AS_TRAINABLE
    named = as_trainable and is_named_trainer(parsed, node.value)
    handed = not as_trainable and _is_trainer_elsewhere(parsed, node.value)
    if not (trainers or named or handed):
        return None
    kind = trainers[0].name.rpartition(".")[2] if trainers else "trainer"
    return f"A {kind} of Train V2 has no {name}.", ray_api.TRAINER_ATTRIBUTES[name]


def _is_built(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a trainer, of this module or of another."""
    known = trainers_of(parsed, node) or is_named_trainer(parsed, node)
    return bool(known) or _is_trainer_elsewhere(parsed, node)


def _gets_tunes(parsed: Parsed, callbacks: cst.Attribute) -> bool:
    """Whether what Tune calls is put into the callbacks of a trainer's RunConfig."""
    if not _is_of_run_config(parsed, callbacks.value):
        return False
    holder = parsed.parent(callbacks)
    around = parsed.parent(holder) if holder is not None else None
    given: list[cst.BaseExpression] = []
    match holder, around:
        case cst.AssignTarget(), cst.Assign(value=value):
            given = [value]
        case cst.AugAssign(value=value), _:
            given = [value]
        case cst.Attribute(attr=cst.Name(value="append" | "extend")), cst.Call(args=args):
            given = [one.value for one in args]
        case _:
            pass
    listed = [one for value in given for one in getattr(value, "elements", ())]
    return any(is_tune_callback(parsed, one) for one in (*given, *(one.value for one in listed)))


def _is_of_run_config(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is ``trainer.run_config``, of a trainer here or of another module."""
    if not isinstance(node, cst.Attribute) or node.attr.value != "run_config":
        return False
    return _is_built(parsed, node.value)


def _is_trainer_elsewhere(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a trainer of another module."""
    ends = origins(parsed, node)
    return bool(ends) and all(kinds(parsed, one) == {Kind.TRAINER} for one in ends)


def _is_trainer(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a trainer, or the class of one, that Train V2 has."""
    name = ray_name(parsed, node)
    if name is not None and name.certainty is Certainty.SURE:
        known = ray_api.TRAINERS.get(name.name)
        return name.name == ray_api.BASE_TRAINER or (known is not None and known.way_out is None)
    own = definition(parsed, node)
    if isinstance(own, cst.ClassDef):
        derived = trainer_class_of(parsed, own)
        return derived is not None and derived.is_of_v2
    handed = known_elsewhere(parsed, node)
    if handed is not None and handed.base is not None:
        return True
    return bool(trainers_of(parsed, node))


def _is_own(parsed: Parsed, node: cst.Attribute) -> bool:
    """Whether the project's own class has a method, whatever its base has."""
    own, handed = definition(parsed, node.value), known_elsewhere(parsed, node)
    return method_of(parsed, own, node.attr.value) is not None or (
        handed is not None and handed.is_code
    )


def _is_rewritten(parsed: Parsed, node: cst.Attribute, swept: list[cst.BaseExpression]) -> bool:
    """Whether a sweep's own rule has ``trainer.as_trainable()``, or says what there is to say."""
    call = parsed.parent(node)
    if node.attr.value != _AS_TRAINABLE or not isinstance(call, cst.Call):
        return False
    if any(call is one for one in swept):
        return True
    around = (one for one in parsed.ancestors(call) if isinstance(one, cst.Call))
    names = (ray_name(parsed, one.func) for one in around)
    return any(name is not None and name.name in _SWEEPERS for name in names)
