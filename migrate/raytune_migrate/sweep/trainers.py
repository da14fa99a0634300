"""Whether an expression is a trainer of Ray; and, where that is out of sight, whether it may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.dicts import view_space
from raytune_migrate.expressions.foreign import kinds
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import possible_values
from raytune_migrate.module.annotations import annotations_of
from raytune_migrate.module.bindings import bindings, definition, is_parameter
from raytune_migrate.module.classes import calls_constructor
from raytune_migrate.module.names import (
    calls,
    imported_name,
    known_elsewhere,
    last_name,
    ray_name,
)
from raytune_migrate.module.parsed import remembered
from raytune_migrate.sweep.chosen import chosen_construction, chosen_constructions
from raytune_migrate.sweep.model import Construction, constructed, construction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

_SHORT_NAMES = {name.rpartition(".")[2]: name for name in ray_api.TRAINERS}
# The keys of a param_space that only a trainer has a use for.
_TRAINER_KEYS = frozenset({"train_loop_config", "scaling_config"})
# Those that a boosting trainer has a use for, and a function may have one.
_SHARED_KEYS = frozenset({"params", "num_boost_round", "datasets"})


def is_trainer(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is, on some path that can be seen, a trainer of Ray."""
    ends = origins(parsed, node)
    return bool(trainers_among(parsed, ends)) or any(
        own_trainer(parsed, one) or Kind.TRAINER in kinds(parsed, one) for one in ends
    )


@dataclass(frozen=True, slots=True)
class OwnTrainer:
    """A class of the project that derives from a trainer of Ray, as far as it can be seen.

    ``lost`` is what of it Train V2 passes over or uses otherwise; None where a part of the class is
    out of sight, or its base is none of Train V2's. ``base`` is the trainer that it derives from,
    by the ``classes`` of this module, itself the first; ``constructed`` says whether one of those,
    or of another module, has a constructor of its own.
    """

    name: str
    base: str
    lost: tuple[str, ...] | None = None
    constructed: bool = False
    classes: tuple[cst.ClassDef, ...] = ()

    @property
    def is_of_v2(self) -> bool:
        """Whether a trainer of this class does under Train V2 what it did under V1."""
        return self.lost == ()


def own_trainer(parsed: Parsed, node: cst.BaseExpression) -> OwnTrainer | None:
    """The user's subclass of a trainer of Ray that a call constructs."""
    if Kind.OWN_TRAINER in kinds(parsed, node):
        name = parsed.source(node.func if isinstance(node, cst.Call) else node)
        return OwnTrainer(f"What {name} gives", ray_api.BASE_TRAINER)
    own = definition(parsed, node.func) if isinstance(node, cst.Call) else None
    return trainer_class_of(parsed, own) if isinstance(own, cst.ClassDef) else None


def own_constructions(parsed: Parsed) -> Iterator[Construction]:
    """The calls that make trainers of classes of the project, as those of what they derive from.

    Where a class calls the constructor of Ray's trainer, its only base, all arguments are known. Of
    a class of another module, or with a constructor of its own, only the ``run_config`` is known to
    be the trainer's, there and where it calls that of its base. With the calls of a class of Ray
    that is chosen when they run: those that this module can tell, or where another makes the
    RunConfig.
    """
    yield from chosen_constructions(parsed)
    somewhere = (
        parsed.of(cst.ClassDef) or parsed.elsewhere.names or parsed.elsewhere.lines.configured
    )
    for call in calls(parsed) if somewhere else ():
        if _is_of_chosen_class(parsed, call):
            made = constructed(parsed, ray_api.DATA_PARALLEL_TRAINER, call)
            yield replace(made, complete=False, seen=False)
            continue
        own = own_trainer(parsed, call) or _trainer_elsewhere(parsed, call)
        if own is None and calls_constructor(call):
            owner = parsed.enclosing(call, cst.ClassDef)
            own = trainer_class_of(parsed, owner) if owner is not None else None
        if own is None or not own.is_of_v2:
            continue
        made = constructed(parsed, own.base, call)
        if own.constructed and not _is_of_ray(parsed, call):
            words = {name: one for name, one in made.arguments.items() if one.keyword is not None}
            known = {name: one for name, one in words.items() if name == "run_config"}
            in_dicts = {name: one for name, one in made.in_dicts.items() if name == "run_config"}
            made = replace(made, arguments=known, complete=False, in_dicts=in_dicts, seen=False)
        yield made


def _is_of_ray(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call is that of the constructor of a base, the only one, a trainer of Ray."""
    owner = parsed.enclosing(call, cst.ClassDef) if calls_constructor(call) else None
    names = [ray_name(parsed, one.value) for one in owner.bases] if owner is not None else []
    return len(names) == 1 and names[0] is not None and names[0].name in ray_api.TRAINERS


def left_constructions(parsed: Parsed) -> Iterator[cst.Call]:
    """The calls that make trainers of classes of the project that Train V2 has no place for."""
    somewhere = parsed.of(cst.ClassDef) or parsed.elsewhere.names
    for call in calls(parsed) if somewhere else ():
        own = own_trainer(parsed, call) or _trainer_elsewhere(parsed, call)
        if own is not None and not own.is_of_v2:
            yield call


def _is_of_chosen_class(parsed: Parsed, call: cst.Call) -> bool:
    """Whether all modules together tell that a call makes a trainer, and this one does not."""
    return (
        parsed.line(call) in parsed.elsewhere.lines.configured
        and any(one.star == "**" or _is_run_config(one) for one in call.args)
        and construction(parsed, call) is None
        and own_trainer(parsed, call) is None
        and _trainer_elsewhere(parsed, call) is None
        and chosen_construction(parsed, call) is None
        and not calls_constructor(call)
    )


def _is_run_config(argument: cst.Arg) -> bool:
    return argument.keyword is not None and argument.keyword.value == "run_config"


def _trainer_elsewhere(parsed: Parsed, call: cst.Call) -> OwnTrainer | None:
    """The subclass of a trainer of Ray in another module that a call constructs."""
    known = known_elsewhere(parsed, call.func)
    if known is None or known.base is None:
        return None
    return OwnTrainer(parsed.source(call.func), known.base, (), constructed=True)


@remembered
def trainer_class_of(parsed: Parsed, own: cst.ClassDef) -> OwnTrainer | None:
    """What is seen of a class of this module that derives from a trainer of Ray."""
    classes: list[cst.ClassDef] = []
    bases: list[cst.BaseExpression] = []  # that are no classes of this module
    waiting: list[cst.ClassDef] = [own]
    while waiting:
        one = waiting.pop()
        if any(one is other for other in classes):
            continue
        classes.append(one)
        for parent in (each.value for each in one.bases):
            here = definition(parsed, parent)
            if isinstance(here, cst.ClassDef):
                waiting.append(here)
            else:
                bases.append(parent)
    named = [name for one in bases if (name := ray_name(parsed, one)) is not None]
    base = next((one.name for one in named if one.name in ray_api.TRAINERS), None)
    known = (known_elsewhere(parsed, one) for one in bases)
    handed = [one.base for one in known if one is not None and one.base is not None]
    if base is None and handed:
        base = handed[0]
    if base is None:
        return None
    if not ray_api.is_base_of_v2(base, len(bases)):
        return OwnTrainer(own.name.value, base)
    defined = [name for one in classes for name in _defined(one)]
    lost = tuple(dict.fromkeys(one for one in defined if one in ray_api.V1_INTERNALS))
    constructed = "__init__" in defined or bool(handed)
    return OwnTrainer(own.name.value, base, lost, constructed, tuple(classes))


def _defined(owner: cst.ClassDef) -> Iterator[str]:
    """The names that the body of a class binds."""
    for statement in owner.body.body:
        if isinstance(statement, cst.FunctionDef):
            yield statement.name.value
        for one in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            targets = [each.target for each in one.targets] if isinstance(one, cst.Assign) else []
            targets += [one.target] if isinstance(one, cst.AnnAssign) else []
            yield from (each.value for each in targets if isinstance(each, cst.Name))


def holds_trainer(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether what is out of sight comes out of code, or of a container, that makes a trainer."""
    inner = node.expression if isinstance(node, cst.Await) else node
    looked = [*possible_values(parsed, inner)]
    if isinstance(inner, cst.Call):
        looked += possible_values(parsed, inner.func)
        if isinstance(made := definition(parsed, inner.func), cst.FunctionDef):
            parts = parsed.walk(made.body, cst.Return)
            looked += [one.value for one in parts if one.value is not None]
    return any(_makes_trainer(parsed, one) for one in looked)


def speaks_of_trainer(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether what is out of sight is a trainer that Train V2 has, by more than its name.

    By its annotation, by the class that it is made of on some path, which may be one of the project
    that leaves ``fit()`` alone, or by arguments that only the class of a trainer takes, unless that
    is imported under another name.
    """
    known = kinds(parsed, node)
    if Kind.UNKNOWN not in known and Kind.TRAINER not in known:
        return False
    own = own_trainer(parsed, node)
    if own is not None:
        return own.lost is not None and "fit" not in own.lost
    if any(annotated_trainers(parsed, node)) or holds_trainer(parsed, node):
        return True
    if not isinstance(node, cst.Call) or ray_name(parsed, node.func) is not None:
        return False
    imported = imported_name(parsed, node.func)
    known_as_other = imported is not None and "trainer" not in imported.lower()
    defined = definition(parsed, node.func) is not None
    return _has_trainers_arguments(node) and not known_as_other and not defined


def _has_trainers_arguments(call: cst.Call) -> bool:
    return any(one.keyword is not None and one.keyword.value in _TRAINER_KEYS for one in call.args)


@dataclass(frozen=True, slots=True)
class HiddenTrainer:
    """A call that makes a trainer of a class out of sight, and the train loop that it is given."""

    call: cst.Call
    loop: cst.BaseExpression


@remembered
def hidden_trainers(parsed: Parsed) -> tuple[HiddenTrainer, ...]:
    """Those of a module, told by arguments that only trainers take."""
    told = any(one in parsed.text for one in _TRAINER_KEYS)
    return tuple(_hidden_trainers(parsed)) if told else ()


def _hidden_trainers(parsed: Parsed) -> Iterator[HiddenTrainer]:
    for call in calls(parsed):
        if (
            _has_trainers_arguments(call)
            and construction(parsed, call) is None
            and speaks_of_trainer(parsed, call)
        ):
            words = {one.keyword.value: one.value for one in call.args if one.keyword is not None}
            places = [one.value for one in call.args if one.keyword is None and not one.star]
            loop = words.get("train_loop_per_worker") or next(iter(places), None)
            if loop is not None:
                yield HiddenTrainer(call, loop)


def _makes_trainer(parsed: Parsed, node: cst.BaseExpression) -> bool:
    match node:
        case cst.Name() | cst.Attribute():
            name = ray_name(parsed, node)
            return name is not None and name.name in ray_api.TRAINERS
        case cst.Lambda():
            return _makes_trainer(parsed, node.body)
        case cst.Call():
            if imported_name(parsed, node.func) == "functools.partial" and node.args:
                return _makes_trainer(parsed, node.args[0].value)
            return _makes_trainer(parsed, node.func)
        case _:
            return False


def trainers_among(
    parsed: Parsed, ends: tuple[cst.BaseExpression, ...]
) -> tuple[Construction, ...]:
    """The constructor calls of Ray's trainers among some expressions."""
    made = (construction(parsed, one) or chosen_construction(parsed, one) for one in ends)
    return tuple(one for one in made if one is not None and one.name in ray_api.TRAINERS)


def may_be_trainer(
    parsed: Parsed,
    node: cst.BaseExpression,
    space: cst.BaseExpression | None,
    named: cst.BaseExpression | None = None,
    *,
    told: bool = False,
) -> bool:
    """Whether what is out of sight is, by its name or the space beside it, a trainer.

    ``named`` is the variable that it is in, where that is called a trainer. ``told`` says that all
    modules of the project together tell it.
    """
    if isinstance(node, cst.Lambda | cst.BaseString) or _is_defined(parsed, node):
        return False
    known = kinds(parsed, node)
    if Kind.TRAINER in known or Kind.UNKNOWN not in known:
        return Kind.TRAINER in known
    name = ray_name(parsed, node.func if isinstance(node, cst.Call) else node)
    if name is not None and not name.name.startswith("ray.train"):
        return False
    if (
        isinstance(node, cst.Name | cst.Attribute)
        and is_class_name(node)
        and not is_parameter(parsed, node)
    ):
        return False
    if isinstance(node, cst.Call) and _is_runtimes(parsed, node.func):
        return False
    if told or any(annotated_trainers(parsed, node)):
        return True
    seen = view_space(parsed, space) if space is not None else None
    keys = {key for key, _ in seen.items} if seen is not None else set()
    if keys - _SHARED_KEYS:
        return bool(keys & _TRAINER_KEYS)
    called = isinstance(node, cst.Call | cst.Await) and named is not None
    return called or is_named_trainer(parsed, node)


def _is_defined(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a function or a class of the module, defined once or more often."""
    if definition(parsed, node) is not None:
        return True
    found = bindings(parsed, node) if isinstance(node, cst.Name) else frozenset()
    return bool(found) and all(
        isinstance(getattr(one, "node", None), cst.FunctionDef | cst.ClassDef) for one in found
    )


def gives_driver(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a driver function that the runtime has made of a trainer."""
    ends = origins(parsed, node)
    return any(isinstance(one, cst.Call) and _is_runtimes(parsed, one.func) for one in ends)


def _is_runtimes(parsed: Parsed, function: cst.BaseExpression) -> bool:
    """Whether a callee is the runtime's, wherever a project keeps that."""
    name = imported_name(parsed, function) or ""
    return f".{name}".endswith((f".{ray_api.RUNTIME}.driver_for", ".driver_for"))


def is_class_name(node: cst.BaseExpression) -> bool:
    """Whether a name is spelled as that of a class."""
    name = last_name(node)
    return name[:1].isupper() and not name.isupper()


def annotated_trainers(parsed: Parsed, node: cst.BaseExpression) -> Iterator[str]:
    """The trainers of Ray that annotations say an expression is, by class or short name."""
    for annotation in annotations_of(parsed, node):
        for part in parsed.walk(annotation.annotation):
            annotated = ray_name(parsed, part)
            if annotated is not None and annotated.name in ray_api.TRAINERS:
                yield annotated.name
            quoted = part.evaluated_value if isinstance(part, cst.SimpleString) else None
            if isinstance(quoted, str) and quoted in _SHORT_NAMES:
                yield _SHORT_NAMES[quoted]


def is_named_trainer(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether a name, or the function called, speaks of a trainer."""
    words = parsed.source(node.func if isinstance(node, cst.Call) else node)
    return "trainer" in words.rpartition(".")[2].lower() or any(annotated_trainers(parsed, node))
