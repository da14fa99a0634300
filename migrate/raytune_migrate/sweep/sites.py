"""The places where a trainer is given to Tune: which calls they are, and what trainer it may be."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.dicts import view_dict, view_space
from raytune_migrate.expressions.elements import out_of_dict
from raytune_migrate.expressions.foreign import kinds
from raytune_migrate.expressions.late import is_late
from raytune_migrate.expressions.looked_up import looked_up, looks_up
from raytune_migrate.expressions.origins import origins
from raytune_migrate.module.bindings import definition, variable
from raytune_migrate.module.names import Certainty, calls, imported_name, ray_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.ray_reads import has_other_uses
from raytune_migrate.runtime.advice import DRIVER_FOR
from raytune_migrate.sweep.model import (
    Caller,
    Construction,
    HandedOn,
    construction,
    is_of_train_v1,
)
from raytune_migrate.sweep.trainers import (
    OwnTrainer,
    gives_driver,
    holds_trainer,
    is_class_name,
    is_named_trainer,
    is_trainer,
    may_be_trainer,
    own_trainer,
    trainers_among,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding

_PARTIAL = "functools.partial"
_DRIVER_FUNCTION = "a function train_driver_fn(config) that builds and fits the trainer"
# What makes one trainable of another, and what to give it instead of one made from a trainer.
_WRAPPERS: Mapping[str, str] = {
    "ray.tune.with_resources": (
        f"Give it {_DRIVER_FUNCTION}, and the resources of that function alone: the workers' are"
        " their own."
    ),
    "ray.tune.with_parameters": (
        f"Give it {_DRIVER_FUNCTION}, and takes those parameters beside config."
    ),
}

_BUILD_IN_DRIVER = (
    "Build the trainer in a function train_driver_fn(config), and give the Tuner that."
)
_OTHER_NAME = "The Tuner goes by another name here."
OWN_CLASS = "{} is a trainer class of your own, whose base is another class in Train V2, or gone."
LOST = "Train V2 calls no {} of {}."
OWN_CLASS_ADVICE = (
    "Write what it does as a train loop for TorchTrainer, or as a plain Tune function."
)


@dataclass(frozen=True, slots=True)
class Site:
    """One call that is given a trainer."""

    caller: Caller
    call: cst.Call
    arguments: Construction | None  # of the Tuner
    trainable: cst.BaseExpression
    trainer: cst.BaseExpression  # what ``trainable`` is, or is made from by ``as_trainable()``
    trainers: tuple[Construction, ...]  # the constructor calls that it may come from
    seen: bool  # whether those are all
    handed_on: tuple[HandedOn, ...] = ()  # where ``trainable`` is made from it out of the call

    @property
    def as_trainable(self) -> bool:
        """Whether the trainer is given as ``trainer.as_trainable()``."""
        return self.trainable is not self.trainer or bool(self.handed_on)


@remembered
def sites(parsed: Parsed) -> tuple[Site | Finding, ...]:
    """Every call that is, or may be, given a trainer, in source order."""
    found = tuple(_sites(parsed))
    return found + tuple(_told(parsed, found))


def _sites(parsed: Parsed) -> Iterator[Site | Finding]:
    renamed = has_other_uses(parsed, {ray_api.TUNER}) or looks_up(parsed.text)
    for call in calls(parsed):
        if is_of_train_v1(parsed, call):
            continue
        name = ray_name(parsed, call.func)
        if name is None and _is_restore(call.func):
            yield from _restored(parsed, call, sure=_is_tuner(parsed, call.func))
        elif name is None and renamed:
            yield from _by_another_name(parsed, call)
        elif name is None:
            continue
        elif name.name == ray_api.RESTORE:
            yield from _restored(parsed, call)
        elif name.name == ray_api.TUNER and name.certainty is Certainty.MIXED:
            if call.args and is_trainer(parsed, call.args[0].value):
                yield lost(parsed, call, "The name of this Tuner is bound to more than one thing.")
        elif name.name == ray_api.TUNER:
            yield from _tuned(parsed, call)
        elif name.name == ray_api.TUNE_RUN and call.args:
            yield from _run(parsed, call)


def _told(parsed: Parsed, found: tuple[Site | Finding, ...]) -> Iterator[Finding]:
    """What the project tells to be a Tuner that takes a trainer, by no name of this module's."""
    if not parsed.elsewhere.lines.tuned:
        return
    lines = set(parsed.elsewhere.lines.tuned)
    lines -= {parsed.line(one.call) if isinstance(one, Site) else one.place.line for one in found}
    lines -= {
        parsed.line(one)
        for one in calls(parsed)
        if _is_by_its_name(parsed, one.func) or is_of_train_v1(parsed, one)
    }
    for call in calls(parsed):
        line = parsed.line(call)
        if line in lines and call.args:
            lines.remove(line)
            if not any(gives_driver(parsed, one.value) for one in call.args):
                yield lost(parsed, call, _OTHER_NAME)


def _is_by_its_name(parsed: Parsed, function: cst.BaseExpression) -> bool:
    name = ray_name(parsed, function)
    taking = (*ray_api.TUNE_RUNNERS, ray_api.RESTORE)
    return _is_restore(function) or (name is not None and name.name in taking)


def tuner_value(site: Site, name: str) -> cst.BaseExpression | None:
    """What the Tuner is given for a parameter, in a visible ``**dict`` too."""
    return site.arguments.given(name) if site.arguments is not None else None


def lost(
    parsed: Parsed,
    node: cst.CSTNode,
    reason: str,
    advice: str = _BUILD_IN_DRIVER,
) -> Finding:
    """A trainer that cannot be followed."""
    return finding(parsed, node, "RTM901", reason, advice)


def _is_restore(function: cst.BaseExpression) -> bool:
    return isinstance(function, cst.Attribute) and function.attr.value == "restore"


def _is_tuner(parsed: Parsed, function: cst.BaseExpression) -> bool:
    """Whether a callee is a method of a Tuner that is built already."""
    if not isinstance(function, cst.Attribute):
        return False
    made = construction(parsed, function.value)
    return made is not None and made.name == ray_api.TUNER


def _by_another_name(parsed: Parsed, call: cst.Call) -> Iterator[Finding]:
    """A Tuner through a variable or a look-up, of a class derived from it, or given to a call.

    Such as one of ``functools.partial``.
    """
    given = list(call.args)
    bound = variable(parsed, call.func)
    function = bound.value if bound is not None else call.func
    own = definition(parsed, function)
    if isinstance(function, cst.Call) and imported_name(parsed, function.func) == _PARTIAL:
        function = function.args[0].value if function.args else function
    elif imported_name(parsed, function) == _PARTIAL and given:
        function = given.pop(0).value
    elif isinstance(own, cst.ClassDef):
        tuners = [one.value for one in own.bases if _is_named_tuner(parsed, one.value)]
        function = tuners[0] if tuners else function
    elif function is call.func and looked_up(parsed, function) != ray_api.TUNER:
        if not given:
            return
        function = given.pop(0).value
    if _is_named_tuner(parsed, function) and given:
        value = given[0].value
        if is_trainer(parsed, value) or is_named_trainer(parsed, value):
            yield lost(parsed, call, _OTHER_NAME)


def _is_named_tuner(parsed: Parsed, node: cst.BaseExpression) -> bool:
    name = ray_name(parsed, node)
    return (name.name if name is not None else looked_up(parsed, node)) == ray_api.TUNER


def _restored(parsed: Parsed, call: cst.Call, *, sure: bool = True) -> Iterator[Site | Finding]:
    """The trainer that a restore is given; unless ``sure``, only one that is seen to be one."""
    words = {one.keyword.value: one.value for one in call.args if one.keyword is not None}
    for one in call.args:
        seen = view_dict(parsed, one.value) if one.star == "**" else None
        words |= dict(seen.items) if seen is not None else {}
    by_place = [one.value for one in call.args if one.keyword is None and not one.star]
    value = words.get("trainable") or words.get(ray_api.OLD_TRAINABLE)
    value = value or (by_place[1] if len(by_place) > 1 else None)
    if value is not None and (sure or is_trainer(parsed, value)):
        yield from _given(parsed, Caller.RESTORE, call, None, value)


def _tuned(parsed: Parsed, call: cst.Call) -> Iterator[Site | Finding]:
    tuner = construction(parsed, call)
    assert tuner is not None, "a surely named Tuner is a construction"
    value = tuner.given("trainable")
    if value is None and not tuner.complete:
        yield lost(parsed, call, "The Tuner's arguments cannot be seen.")
    if value is not None:
        yield from _given(parsed, Caller.TUNER, call, tuner, value)


def _run(parsed: Parsed, call: cst.Call) -> Iterator[Site | Finding]:
    words = {one.keyword.value: one.value for one in call.args if one.keyword is not None}
    value = words.get("run_or_experiment", call.args[0].value)
    if _made_from(parsed, value) is not None or _wrapped(parsed, value) is not None:
        yield from _given(parsed, Caller.TUNE_RUN, call, None, value)
    elif is_trainer(parsed, value):
        yield wrong(parsed, value, "tune.run never took a trainer, only trainer.as_trainable().")


def _given(
    parsed: Parsed,
    caller: Caller,
    call: cst.Call,
    tuner: Construction | None,
    value: cst.BaseExpression,
) -> Iterator[Site | Finding]:
    wrapped = _wrapped(parsed, value)
    if wrapped is not None:
        yield wrapped
        return
    made = _made_from(parsed, value)
    trainable, trainer = made or (value, value)
    taken = (out_of_dict(parsed, one) or (one,) for one in origins(parsed, trainer))
    ends, handed_on = _behind(parsed, tuple(chain.from_iterable(taken)))
    trainers = trainers_among(parsed, ends)
    space = tuner.given("param_space") if tuner is not None else None
    own = [one for one in (own_trainer(parsed, end) for end in ends) if one is not None]
    problems = [one for each in dict.fromkeys(own) for one in _own_problems(parsed, each, space)]
    if problems:
        for reason in dict.fromkeys(problems):
            yield finding(parsed, value, "RTM902", reason, OWN_CLASS_ADVICE)
        return
    if not trainers and not made and not own:
        held = any(holds_trainer(parsed, one) for one in ends)
        named = value if is_named_trainer(parsed, value) else None
        told = parsed.line(call) in parsed.elsewhere.lines.tuned
        if not held and not any(
            may_be_trainer(parsed, one, space, named, told=told) for one in ends
        ):
            if any(is_late(parsed, one) for one in ends) and not _is_of_function(parsed, space):
                yield finding(
                    parsed,
                    value,
                    "RTM901",
                    "What the Tuner is given is known only when it runs.",
                    f"If it may be a trainer, give the Tuner {DRIVER_FOR}.",
                )
            return
        hidden = [one for one in ends if Kind.TRAINER not in kinds(parsed, one)]
        if any(isinstance(one, cst.Call) and is_class_name(one.func) for one in hidden):
            yield lost(parsed, value, "What class of trainer the Tuner is given cannot be seen.")
            return
    seen = len(trainers) == len(ends)
    yield Site(caller, call, tuner, trainable, trainer, trainers, seen, handed_on)


def _is_of_function(parsed: Parsed, space: cst.BaseExpression | None) -> bool:
    """Whether a space that can be seen has no key of a trainer's."""
    seen = view_space(parsed, space) if space is not None else None
    return seen is not None and bool(seen.items)


def _own_problems(
    parsed: Parsed, own: OwnTrainer, space: cst.BaseExpression | None
) -> Iterator[str]:
    """Why trials cannot have a trainer of a class of the project made of one that is given."""
    if own.lost is None:
        yield OWN_CLASS.format(own.name)
    elif "fit" in own.lost:
        yield f"V1's Tuner never called fit() of {own.name}, and a driver function does."
    elif own.lost:
        yield LOST.format(" and no ".join(own.lost), own.name)
    seen = view_space(parsed, space) if space is not None and own.constructed else None
    for key, _ in seen.items if seen is not None else ():
        if own.is_of_v2 and key not in ray_api.TRAINERS[own.base].arguments:
            yield (
                f"{key!r} in param_space is an argument of {own.name} alone, whose constructor is"
                " not called for each trial any more."
            )


def _made_from(
    parsed: Parsed, node: cst.BaseExpression
) -> tuple[cst.Call, cst.BaseExpression] | None:
    """``trainer.as_trainable()`` and its trainer, through a variable too."""
    if isinstance(node, cst.Name) and (found := variable(parsed, node)) is not None:
        return _made_from(parsed, found.value)
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return None
    if node.func.attr.value != "as_trainable":
        return None
    trainer = node.func.value
    own = any(
        isinstance(one, cst.Call) and definition(parsed, one.func) is not None
        for one in origins(parsed, trainer)
    )
    known = is_trainer(parsed, trainer) or (is_named_trainer(parsed, trainer) and not own)
    return (node, trainer) if known else None


def _behind(
    parsed: Parsed, ends: tuple[cst.BaseExpression, ...]
) -> tuple[tuple[cst.BaseExpression, ...], tuple[HandedOn, ...]]:
    """What is behind each ``trainer.as_trainable()`` that a function returns, and those."""
    behind: dict[int, cst.BaseExpression] = {}
    handed_on: list[HandedOn] = []
    for end in ends:
        made = _made_from(parsed, end)
        handed_on += [HandedOn(*made)] if made is not None else []
        for one in origins(parsed, made[1]) if made is not None else (end,):
            behind.setdefault(id(one), one)
    return tuple(behind.values()), tuple(handed_on)


def _wrapped(parsed: Parsed, node: cst.BaseExpression) -> Finding | None:
    """What to say of ``tune.with_resources(trainer.as_trainable(), ...)`` and the like."""
    if isinstance(node, cst.Name) and (found := variable(parsed, node)) is not None:
        return _wrapped(parsed, found.value)
    name = ray_name(parsed, node.func) if isinstance(node, cst.Call) else None
    if name is None or name.name not in _WRAPPERS or not isinstance(node, cst.Call):
        return None
    inner = node.args[0].value if node.args else None
    if inner is None:
        return None
    short = name.name.rpartition(".")[2]
    if _made_from(parsed, inner) is not None:
        return finding(
            parsed,
            node,
            "RTM103",
            f"tune.{short} is given a trainable made from a trainer, which Train V2 cannot do.",
            _WRAPPERS[name.name],
        )
    if is_trainer(parsed, inner) or may_be_trainer(parsed, inner, None):
        return wrong(parsed, node, f"tune.{short} never took a trainer.")
    return None


def wrong(
    parsed: Parsed,
    node: cst.CSTNode,
    reason: str,
    advice: str = "Mend this first; translating it would only hide it.",
) -> Finding:
    """What was wrong under Train V1 already."""
    return finding(parsed, node, "RTM903", reason, advice)
