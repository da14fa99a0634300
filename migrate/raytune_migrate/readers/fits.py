"""Which expressions are the Result of a trainer's own ``fit()``, or any, and of which trainers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.foreign import (
    is_told_of_trainers,
    kinds,
    told_of_result,
    told_of_trainer,
)
from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import constant, is_builtin
from raytune_migrate.module.annotations import is_annotated
from raytune_migrate.module.bindings import bindings, is_parameter, variable_of
from raytune_migrate.module.names import ray_name
from raytune_migrate.readers.results import is_result
from raytune_migrate.sweep.chosen import chosen_construction
from raytune_migrate.sweep.model import construction, is_of_train_v1
from raytune_migrate.sweep.trainers import speaks_of_trainer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Construction

_TARGET = "target"  # the argument of a thread, or a process


@dataclass(frozen=True, slots=True)
class Fit:
    """A call of ``fit()``, or one that is given it to call it, and the trainers that it may be of.

    ``others`` are what gives trainers that other modules of the project build.
    """

    call: cst.Call
    trainers: tuple[Construction, ...]
    others: tuple[cst.BaseExpression, ...]


def trainers_of(parsed: Parsed, node: cst.BaseExpression) -> tuple[Construction, ...]:
    """The trainers that an expression may be; none unless it is surely one that is built here.

    And that Train V2 has. One that is restored is not among them, but does no harm to the others.
    """
    trainers, others = _trainers(parsed, node)
    return () if others else trainers


def fit_of(parsed: Parsed, call: cst.Call) -> Fit | None:
    """A call as one of ``fit()``, if it surely is of trainers that Train V2 has."""
    if not isinstance(call.func, cst.Attribute) or call.func.attr.value != "fit":
        return None
    if is_of_train_v1(parsed, call):
        return None
    trainers, others = _trainers(parsed, call.func.value)
    return Fit(call, trainers, others) if trainers or others else None


def handed_fits(parsed: Parsed) -> Iterator[tuple[cst.BaseExpression, Fit]]:
    """What is given ``trainer.fit`` to call it, such as ``executor.submit(trainer.fit)``.

    Or calls it by a name of its own, or as ``getattr(trainer, "fit")()``. Not a thread, which keeps
    nothing of what its target gives.
    """
    for node, trainer in _methods(parsed):
        trainers, others = _trainers(parsed, trainer)
        if trainers or others:
            for call in _handed_to(parsed, node):
                yield node, Fit(call, trainers, others)


def _methods(parsed: Parsed) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """Each ``trainer.fit`` and ``getattr(trainer, "fit")``, and the trainer."""
    for node in parsed.of(cst.Attribute, cst.Call):
        match node:
            case cst.Attribute(value=owner, attr=cst.Name(value="fit")):
                yield node, owner
            case cst.Call(func=function, args=[cst.Arg(value=owner), cst.Arg(value=word), *_]):
                if is_builtin(parsed, function, "getattr") and constant(parsed, word) == "fit":
                    yield node, owner


def _handed_to(
    parsed: Parsed, node: cst.CSTNode, above: frozenset[int] = frozenset()
) -> Iterator[cst.Call]:
    """The calls that a method is an argument of; and, by a variable, those of it.

    A conditional or a dict may choose it. ``above`` are what has led here, by their ids.
    """
    if id(node) in above:
        return
    above |= {id(node)}
    match parsed.parent(node):
        case cst.Arg(keyword=keyword) as argument:
            call = parsed.parent(argument)
            if isinstance(call, cst.Call) and not (keyword and keyword.value == _TARGET):
                yield call
        case cst.Call(func=function) as call:
            if function is node and not isinstance(node, cst.Attribute):
                yield call
        case cst.IfExp(body=one, orelse=other) as either:
            if node is one or node is other:
                yield from _handed_to(parsed, either, above)
        case cst.DictElement(value=value) as element:
            choice = parsed.parent(element)
            if value is node and choice is not None:
                for taken in _taken_out(parsed, choice):
                    yield from _handed_to(parsed, taken, above)
        case cst.Assign(value=value) as assign:
            if value is node:
                for read in _reads_of(parsed, assign):
                    yield from _handed_to(parsed, read, above)


def _taken_out(parsed: Parsed, choice: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """What takes one of its values out of a dict, where that is made or by its name."""
    assign = parsed.parent(choice)
    named = _reads_of(parsed, assign) if isinstance(assign, cst.Assign) else ()
    for one in (choice, *named):
        match parsed.parent(one):
            case cst.Subscript(value=whole) as item if whole is one:
                yield item
            case cst.Attribute(attr=cst.Name(value="get")) as method:
                call = parsed.parent(method)
                if isinstance(call, cst.Call) and call.func is method:
                    yield call


def _reads_of(parsed: Parsed, assign: cst.Assign) -> Iterator[cst.CSTNode]:
    """Where the variable is read that an assignment alone binds."""
    match assign.targets:
        case [cst.AssignTarget(target=cst.Name() as name)] if variable_of(parsed, name) is not None:
            for one in bindings(parsed, name):
                yield from (access.node for access in one.references)
        case _:
            return


def _trainers(
    parsed: Parsed, node: cst.BaseExpression
) -> tuple[tuple[Construction, ...], tuple[cst.BaseExpression, ...]]:
    """The trainers that are built here, and what gives those of other modules; or nothing."""
    trainers: list[Construction] = []
    others: list[cst.BaseExpression] = []
    for one in fittable(parsed, node):
        made = construction(parsed, one) or chosen_construction(parsed, one)
        if made is not None and _is_trainer(made.name):
            trainers.append(made)
        elif kinds(parsed, one) == {Kind.TRAINER}:
            others.append(one)
        elif not _is_restored(parsed, one):
            told = made is None and told_of_trainer(parsed, node) is not None
            return (), (node,) if told else ()
    return tuple(trainers), tuple(others)


def fittable(parsed: Parsed, node: cst.BaseExpression) -> Sequence[cst.BaseExpression]:
    """What an expression may be, of which ``fit()`` is called.

    A function may give a trainer or, to those that ask for it, ``trainer.as_trainable()``: that is
    a class, and nobody fits one.
    """
    ends = origins(parsed, node)
    return [one for one in ends if not _is_as_trainable(one)] or ends


def may_be_trainer(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether a trainer is seen among what ``fit()`` is called of, whatever else is."""
    for one in fittable(parsed, node):
        made = construction(parsed, one)
        if Kind.TRAINER in kinds(parsed, one) or (made is not None and _is_trainer(made.name)):
            return True
    return False


def _is_as_trainable(node: cst.BaseExpression) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="as_trainable"))):
            return True
        case _:
            return False


def fitted(parsed: Parsed, node: cst.BaseExpression) -> tuple[Fit, ...]:
    """The calls of ``fit()`` that may have given a Result; none unless all of them can be seen."""
    known = fits_among(parsed, node)
    return known if len(known) == len(origins(parsed, node)) else ()


def fits_among(parsed: Parsed, node: cst.BaseExpression) -> tuple[Fit, ...]:
    """The calls of ``fit()`` that may have given a Result, whatever else may have."""
    ends = origins(parsed, node)
    found = [fit_of(parsed, one) if isinstance(one, cst.Call) else None for one in ends]
    return tuple(one for one in found if one is not None)


def fits_read(parsed: Parsed, node: cst.BaseExpression) -> tuple[Fit, ...]:
    """The calls of ``fit()`` whose Result a module reads, or at times that of a sweep, or another.

    None where others may hand it over: what each gives is known of all modules together.
    """
    handed = any(is_parameter(parsed, one) for one in origins(parsed, node))
    return fitted(parsed, node) if handed else fits_among(parsed, node)


def hidden_fits(parsed: Parsed, node: cst.BaseExpression) -> tuple[cst.Call, ...]:
    """The calls of ``fit()`` that may have given a Result, of trainers some of which are unseen.

    None unless all else that it may come from are Results of sweeps.
    """
    found: list[cst.Call] = []
    for one in origins(parsed, node):
        if isinstance(one, cst.Call) and _is_fit(parsed, one):
            found.append(one)
        elif not is_result(parsed, one):
            return ()
    return tuple(found)


def _is_fit(parsed: Parsed, call: cst.Call) -> bool:
    return fit_of(parsed, call) is not None or is_hidden_fit(parsed, call)


def is_hidden_fit(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call is one of ``fit()`` of what is told to be a trainer, though not seen built."""
    match call:
        case cst.Call(func=cst.Attribute(value=trainer, attr=cst.Name(value="fit")), args=[]):
            if fit_of(parsed, call) is not None or is_of_train_v1(parsed, call):
                return False
            ends = origins(parsed, trainer)
            made = {id(one): construction(parsed, one) for one in ends}
            gone = any(one is not None and not _is_trainer(one.name) for one in made.values())
            if gone:
                return False
            return is_told_of_trainers(parsed, trainer) or any(
                made[id(one)] is not None or speaks_of_trainer(parsed, one) for one in ends
            )
        case _:
            return False


def is_any_result(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a Result, of a sweep or of a trainer's own ``fit()``."""
    if told_of_result(parsed, node) & {Kind.FIT, Kind.RESULT}:
        return True
    if is_annotated(parsed, node, ray_api.RESULTS):
        return True
    ends = origins(parsed, node)
    seen = [one for one in ends if not is_parameter(parsed, one)] or ends
    return bool(seen) and all(
        is_result(parsed, one)
        or bool(fitted(parsed, one))
        or is_annotated(parsed, one, ray_api.RESULTS)
        for one in seen
    )


def _is_restored(parsed: Parsed, node: cst.BaseExpression) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(value=kind, attr=cst.Name(value="restore"))):
            name = ray_name(parsed, kind)
            return name is not None and _is_trainer(name.name)
        case _:
            return False


def _is_trainer(name: str) -> bool:
    known = ray_api.TRAINERS.get(name)
    return known is not None and known.way_out is None
