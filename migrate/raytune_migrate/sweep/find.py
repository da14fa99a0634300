"""Find the sweeps of a module: every ``Tuner(trainer)`` ends as a sweep or as findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.names import (
    bindings,
    calls,
    definition,
    imported_name,
    is_parameter,
    ray_name,
    variable,
)
from raytune_migrate.proposal import Finding
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import finding
from raytune_migrate.sweep.check import obstacles
from raytune_migrate.sweep.dicts import view_dict
from raytune_migrate.sweep.model import (
    Construction,
    Owner,
    RunConfigUse,
    Sweep,
    TrainerUse,
    adds_to_space,
    construction,
)
from raytune_migrate.sweep.values import is_none, possible_values
from raytune_migrate.sweep.worker import reading, worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from raytune_migrate.parsed import Parsed
    from raytune_migrate.sweep.model import Found

_RESTORES = ("ray.tune.Tuner.restore", "ray.tune.Tuner.can_restore")
_WRAPPERS = ("ray.tune.with_resources", "ray.tune.with_parameters")
# The keys of a param_space that only a trainer has a use for.
_TRAINER_KEYS = frozenset({"train_loop_config", "scaling_config"})


def find_sweeps(parsed: Parsed, is_own_module: Callable[[str], bool]) -> tuple[Found, ...]:
    """Every sweep over a trainer, in source order."""
    return tuple(found for call in calls(parsed) for found in _look_at(parsed, call, is_own_module))


def _look_at(
    parsed: Parsed, call: cst.Call, is_own_module: Callable[[str], bool]
) -> Iterator[Found]:
    name = ray_name(parsed, call.func)
    if name is None:
        yield from _by_another_name(parsed, call)
    elif name.name in _RESTORES:
        yield from _restored(parsed, call)
    elif name.name == ray_api.TUNER:
        yield from _tuned(parsed, call, is_own_module)
    elif name.name == "ray.tune.run":
        given = call.args[0].value if call.args else None
        if given is not None and (inner := _unwrapped(parsed, given)) is not None:
            yield _wrapped(parsed, inner)


def _by_another_name(parsed: Parsed, call: cst.Call) -> Iterator[Finding]:
    """A Tuner that is called through a variable, or made by ``functools.partial``."""
    bound = variable(parsed, call.func)
    function = bound.value if bound is not None else call.func
    given = list(call.args)
    if imported_name(parsed, function) == "functools.partial" and given:
        function = given.pop(0).value
    elif function is call.func:
        return
    name = ray_name(parsed, function)
    if name is not None and name.name == ray_api.TUNER and given:
        value = given[0].value
        if _is_trainer(parsed, value) or _is_named_trainer(parsed, value):
            yield _lost(parsed, call, "The Tuner goes by another name here.")


def _restored(parsed: Parsed, call: cst.Call) -> Iterator[Finding]:
    for argument in call.args:
        keyword = argument.keyword.value if argument.keyword is not None else None
        value = argument.value
        named = isinstance(value, cst.Name) and "trainer" in value.value.lower()
        if keyword in (None, "trainable") and (_is_trainer(parsed, value) or named):
            yield finding(
                parsed,
                argument,
                "RTM102",
                "Tuner.restore is given a trainer, which Train V2 refuses.",
                "Give it the driver function that the Tuner of this sweep gets.",
            )


def _tuned(parsed: Parsed, call: cst.Call, is_own_module: Callable[[str], bool]) -> Iterator[Found]:
    tuner = construction(parsed, call)
    if tuner is None:
        if call.args and _is_trainer(parsed, call.args[0].value):
            yield _lost(parsed, call, "The name of this Tuner is bound to more than one thing.")
        return
    trainable = tuner.arguments.get("trainable")
    if trainable is None:
        if not tuner.complete:
            yield _lost(parsed, call, "The Tuner's arguments cannot be seen.")
        return
    if _unwrapped(parsed, trainable.value) is not None:
        yield _wrapped(parsed, trainable)
        return
    trainer = construction(parsed, trainable.value)
    if trainer is None or trainer.name not in ray_api.TRAINERS:
        yield from _not_followed(parsed, tuner, trainable)
        return
    use = _use(parsed, trainer, trainable)
    if isinstance(use, Finding):
        yield use
        return
    loop = trainer.value("train_loop_per_worker")
    code = worker(parsed, loop, is_own_module) if loop is not None else None
    problems = tuple(obstacles(parsed, tuner, trainer, use, code))
    if problems:
        yield from problems
        return
    space = tuner.value("param_space")
    assert code is not None, "a trainer without a train loop is an obstacle"
    yield Sweep(
        tuner=tuner,
        trainable=trainable,
        trainer=trainer,
        use=use,
        space=view_dict(parsed, space) if space is not None else None,
        run_config=run_config_use(parsed, tuner, trainer),
        tune_config=tuner.arguments.get("tune_config"),
        searched=adds_to_space(parsed, tuner),
        worker=code,
        train_loop_reading=reading(parsed, code),
    )


def run_config_use(
    parsed: Parsed, tuner: Construction, trainer: Construction
) -> RunConfigUse | None:
    """The RunConfig that V1 used, if there is one and it can be seen."""
    for owner, holder in ((Owner.TUNER, tuner), (Owner.TRAINER, trainer)):
        argument = holder.arguments.get("run_config")
        if argument is not None and not is_none(argument.value):
            config = construction(parsed, argument.value)
            return RunConfigUse(owner, argument, config) if config is not None else None
    return None


def _use(parsed: Parsed, trainer: Construction, trainable: cst.Arg) -> TrainerUse | Finding:
    bound = trainer.variable
    if bound is None:
        if not _runs_once(parsed, trainer.call):
            return _lost(parsed, trainable, "The trainer is built only on some condition.")
        return TrainerUse.INLINE
    others = [one for one in bound.references if not parsed.inside(one, trainable)]
    for one in others:
        holder = parsed.enclosing(one, cst.Call)
        name = ray_name(parsed, holder.func) if holder is not None else None
        if name is not None and name.name in (ray_api.TUNER, *_RESTORES):
            return _lost(parsed, trainable, f"{bound.name} is given to more than one Tuner call.")
    if len(bound.statement.body) > 1:
        return _lost(parsed, trainable, f"{bound.name} shares its line with other statements.")
    if isinstance(parsed.parent(parsed.parent(bound.statement) or bound.statement), cst.ClassDef):
        return _lost(parsed, trainable, f"{bound.name} is an attribute of a class.")
    return TrainerUse.KEPT if others else TrainerUse.MOVED


def _runs_once(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call is evaluated exactly once whenever its statement is reached."""
    inner: cst.CSTNode = call
    for node in parsed.ancestors(call):
        match node:
            case cst.SimpleStatementLine() | cst.With() | cst.Match():
                return True
            case cst.For():
                return inner is node.iter
            case cst.If():
                holder = parsed.parent(node)
                is_elif = isinstance(holder, cst.If) and holder.orelse is node
                return inner is node.test and not is_elif
            case (
                cst.BaseCompoundStatement()
                | cst.SimpleStatementSuite()
                | cst.Lambda()
                | cst.IfExp()
                | cst.BooleanOperation()
                | cst.BaseComp()
            ):
                return False
            case _:
                inner = node
    return False


def _not_followed(parsed: Parsed, tuner: Construction, trainable: cst.Arg) -> Iterator[Finding]:
    """What to say of a Tuner whose trainable is not a trainer in plain sight."""
    value = trainable.value
    subclass = _own_trainer_class(parsed, value)
    if subclass is not None:
        yield finding(
            parsed,
            trainable,
            "RTM902",
            f"{subclass} is a trainer class of your own, and Train V2 has no base for it.",
            "Write what it does as a train loop for TorchTrainer, or as a plain Tune function.",
        )
    elif _is_trainer(parsed, value):
        yield _lost(parsed, trainable, "The trainer is not built in one place that can be seen.")
    elif _may_be_trainer(parsed, tuner, value):
        yield _lost(parsed, trainable, "What the Tuner is given comes from elsewhere.")


def _lost(parsed: Parsed, node: cst.CSTNode, reason: str) -> Finding:
    return finding(
        parsed,
        node,
        "RTM901",
        reason,
        "Build the trainer in a function train_driver_fn(config), and give the Tuner that.",
    )


def _wrapped(parsed: Parsed, node: cst.CSTNode) -> Finding:
    return finding(
        parsed,
        node,
        "RTM103",
        "The trainer is passed as a trainable made from it, which Train V2 cannot do.",
        "Build the trainer in a function train_driver_fn(config), and pass that.",
    )


def _unwrapped(parsed: Parsed, node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The trainer inside ``trainer.as_trainable()`` or ``tune.with_resources(trainer, ...)``."""
    if isinstance(node, cst.Name) and (found := variable(parsed, node)) is not None:
        return _unwrapped(parsed, found.value)
    if not isinstance(node, cst.Call):
        return None
    function = node.func
    if isinstance(function, cst.Attribute) and function.attr.value == "as_trainable":
        return function.value if _is_trainer(parsed, function.value) else None
    name = ray_name(parsed, function)
    if name is not None and name.name in _WRAPPERS and node.args:
        inner = node.args[0].value
        return inner if _is_trainer(parsed, inner) or _unwrapped(parsed, inner) else None
    return None


def _is_trainer(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is, on some path that can be seen, a trainer of Ray."""
    for one in possible_values(parsed, node):
        name = ray_name(parsed, one.func) if isinstance(one, cst.Call) else None
        if name is not None and name.name in ray_api.TRAINERS:
            return True
        if _own_trainer_class(parsed, one) is not None:
            return True
    return False


def _own_trainer_class(parsed: Parsed, node: cst.BaseExpression) -> str | None:
    """The name of the user's subclass of a trainer of Ray that an expression builds."""
    if isinstance(node, cst.Name) and (found := variable(parsed, node)) is not None:
        return _own_trainer_class(parsed, found.value)
    if not isinstance(node, cst.Call):
        return None
    own = definition(parsed, node.func)
    if not isinstance(own, cst.ClassDef):
        return None
    bases = (ray_name(parsed, one.value) for one in own.bases)
    known = any(base is not None and base.name in ray_api.TRAINERS for base in bases)
    return own.name.value if known else None


def _may_be_trainer(parsed: Parsed, tuner: Construction, node: cst.BaseExpression) -> bool:
    """Whether an expression from elsewhere, by its name or the space beside it, is a trainer."""
    if isinstance(node, cst.Call):
        wrapper = ray_name(parsed, node.func)
        if wrapper is not None and wrapper.name in _WRAPPERS and node.args:
            return _may_be_trainer(parsed, tuner, node.args[0].value)
    if isinstance(node, cst.Lambda | cst.BaseString) or definition(parsed, node) is not None:
        return False
    name = ray_name(parsed, node)
    if name is not None and not name.name.startswith("ray.train"):
        return False
    bound = variable(parsed, node)
    if bound is not None and not isinstance(bound.value, cst.Call | cst.Attribute | cst.Subscript):
        return _may_be_trainer(parsed, tuner, bound.value)
    if _is_named_trainer(parsed, node):
        return True
    space = tuner.value("param_space")
    seen = view_dict(parsed, space) if space is not None else None
    return seen is not None and any(key in _TRAINER_KEYS for key, _ in seen.items)


def _is_named_trainer(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether a name, or the annotation of a parameter, speaks of a trainer."""
    if is_parameter(parsed, node) and isinstance(node, cst.Name):
        for binding in bindings(parsed, node):
            parameter = getattr(binding, "node", None)
            if isinstance(parameter, cst.Param) and parameter.annotation is not None:
                annotated = ray_name(parsed, parameter.annotation.annotation)
                if annotated is not None and annotated.name in ray_api.TRAINERS:
                    return True
    words = parsed.source(node.func if isinstance(node, cst.Call) else node)
    return "trainer" in words.rpartition(".")[2].lower()
