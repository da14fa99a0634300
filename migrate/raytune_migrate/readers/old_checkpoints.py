"""What Ray 2.0 to 2.6 offered of a checkpoint, and no release with Train V2 does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.elements import elements, first_gone_through
from raytune_migrate.expressions.origins import origins
from raytune_migrate.imports.idle import idle_imports
from raytune_migrate.imports.statements import imports_of
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.annotations import is_annotated
from raytune_migrate.module.bindings import bindings, is_parameter, variable
from raytune_migrate.module.fallbacks import Branch, branch
from raytune_migrate.module.names import Certainty, calls, ray_name
from raytune_migrate.readers.analyses import is_analysis
from raytune_migrate.readers.fits import fitted, is_any_result
from raytune_migrate.readers.results import tuner_of
from raytune_migrate.sweep.model import construction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.imports.idle import Idle
    from raytune_migrate.module.names import RayName
    from raytune_migrate.module.parsed import Parsed

_MADE = "from_directory"
_OLD_HOME = "ray.air."


@dataclass(frozen=True, slots=True)
class OldUse:
    """A place that needs what is gone, and what to do instead."""

    node: cst.BaseExpression
    name: str
    way_out: str


def old_uses(parsed: Parsed, body: cst.CSTNode) -> Iterator[OldUse]:
    """Every such place below a node, but for those that have an edit."""
    models = [one.call.func for one in model_reads(parsed)]
    for node in _nodes_in(parsed, body):
        if isinstance(node, cst.Attribute):
            name = node.attr.value
            if any(parsed.inside(node, one) for one in models):
                continue
            if _asks_old(parsed, node) and _replaced(parsed, node) is None:
                yield OldUse(node, name, ray_api.OLD_CHECKPOINT_METHODS[name])
        elif isinstance(node, cst.Call) and is_old_class(parsed, node.func):
            yield OldUse(node.func, "Checkpoint(...)", "Make it with Checkpoint.from_directory().")


def _nodes_in(parsed: Parsed, body: cst.CSTNode) -> Iterator[cst.Call | cst.Attribute]:
    """The calls below a node, and what may be an old method of a checkpoint."""
    for node in parsed.walk(body, cst.Call, cst.Attribute):
        if isinstance(node, cst.Call) or node.attr.value in ray_api.OLD_CHECKPOINT_METHODS:
            yield node


@dataclass(frozen=True, slots=True)
class Replaced:
    """A call of a method that is gone, and the function that does the same."""

    call: cst.Call
    method: cst.Attribute
    function: str  # of the runtime, or a class of Ray's


def replaced_uses(parsed: Parsed, body: cst.CSTNode) -> Iterator[Replaced]:
    """Every such call below a node."""
    for node in _nodes_in(parsed, body):
        if isinstance(node, cst.Attribute) and _asks_old(parsed, node):
            found = _replaced(parsed, node)
            if found is not None:
                yield found


@dataclass(frozen=True, slots=True)
class ModelRead:
    """A call of ``get_model()`` on what checkpoints of boosting trainers were up to Ray 2.6."""

    call: cst.Call
    checkpoint: cst.BaseExpression
    reader: str  # the class that reads it now


def model_reads(parsed: Parsed) -> Iterator[ModelRead]:
    """Every such call of which it can be seen which library's model it reads."""
    if "get_model" not in parsed.text:
        return
    for call in calls(parsed):
        match call:
            case cst.Call(
                func=cst.Attribute(
                    value=cst.Call(
                        func=cst.Attribute(value=made, attr=cst.Name(value="from_checkpoint")),
                        args=[cst.Arg(keyword=None, star="") as given],
                    ),
                    attr=cst.Name(value="get_model"),
                ),
                args=[],
            ):
                name = ray_name(parsed, made)
                if name is not None and name.certainty is Certainty.SURE:
                    reader = ray_api.MODEL_CHECKPOINTS.get(name.name)
                    if reader is not None:
                        yield ModelRead(call, given.value, reader)
            case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="get_model"))):
                reader = _reader_of(parsed, inner)
                if reader is not None and not call.args:
                    yield ModelRead(call, inner, reader)


def _reader_of(parsed: Parsed, node: cst.BaseExpression) -> str | None:
    """What reads the model in the checkpoint of a Result, if that is of boosting trainers."""
    found = variable(parsed, node)
    if found is not None:
        return _reader_of(parsed, found.value)
    match node:
        case cst.Attribute(value=result, attr=cst.Name(value="checkpoint")):
            tuner = construction(parsed, tuner_of(parsed, result))
            swept = construction(parsed, tuner.value("trainable")) if tuner is not None else None
            trainers = [swept] if swept is not None else []
            fits = fitted(parsed, result)
            trainers += (trainer for one in fits for trainer in one.trainers)
            if any(one.others for one in fits):
                return None
            names = {one.name for one in trainers}
            return ray_api.MODEL_READERS.get(names.pop()) if len(names) == 1 else None
        case _:
            return None


def old_classes(parsed: Parsed, body: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, RayName]]:
    """The names of the old class below a node, but for those that such an edit takes away."""
    makers = _made_anew(parsed, body)
    for node, name in reads(parsed, body):
        if is_old_class(parsed, node) and not any(parsed.inside(node, one) for one in makers):
            yield node, name


def old_imports(parsed: Parsed) -> list[cst.CSTNode]:
    """The statements that import the old class by its name, wherever Ray may lack it."""
    return [
        binding.node
        for _, written, binding in imports_of(parsed)
        if written.startswith(_OLD_HOME)
        and ray_api.public_name(written) == ray_api.CHECKPOINT
        and branch(parsed, binding.node) is Branch.PLAIN
    ]


def idle_classes(parsed: Parsed) -> list[Idle]:
    """The imports of the old class that are left with nothing that reads them here."""
    return [
        one
        for one in idle_imports(parsed, (ray_api.CHECKPOINT,), _made_anew(parsed, parsed.module))
        if branch(parsed, one.statement) is Branch.PLAIN
    ]


def _made_anew(parsed: Parsed, body: cst.CSTNode) -> list[cst.Attribute]:
    """What names the class below a node to make a checkpoint, where a function does that now."""
    return [
        one.method
        for one in replaced_uses(parsed, body)
        if one.method.attr.value in ray_api.CHECKPOINT_MAKERS
    ]


def needs_old_class(parsed: Parsed) -> bool:
    """Whether a module uses the checkpoint class of Ray 2.0 to 2.6 for what only that one had."""
    uses = [use.node for use in old_uses(parsed, parsed.module)]
    return any(
        parsed.inside(node, use) for node, _ in old_classes(parsed, parsed.module) for use in uses
    )


def _asks_old(parsed: Parsed, node: cst.Attribute) -> bool:
    if node.attr.value == ray_api.GET_MODEL:
        return _is_checkpoint(parsed, node.value) and not _is_of_framework(parsed, node.value)
    return node.attr.value in ray_api.OLD_CHECKPOINT_METHODS and (
        _is_class(parsed, node.value) or _is_checkpoint(parsed, node.value)
    )


def _replaced(parsed: Parsed, node: cst.Attribute) -> Replaced | None:
    """The call of an old method, if it has all that the function needs."""
    call = parsed.parent(node)
    name = node.attr.value
    if not isinstance(call, cst.Call) or call.func is not node:
        return None
    maker = ray_api.CHECKPOINT_MAKERS.get(name)
    if maker is not None:
        made = ray_name(parsed, node.value)
        plain = (
            made is not None
            and made.certainty is Certainty.SURE
            and made.name == ray_api.CHECKPOINT
            and [(one.keyword, one.star) for one in call.args] == [(None, "")]
        )
        return Replaced(call, node, maker) if plain else None
    reader = ray_api.CHECKPOINT_CONTENTS.get(name)
    if reader is None or call.args or _is_class(parsed, node.value):
        return None
    return Replaced(call, node, reader)


def is_old_class(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether an expression is the checkpoint class by its path of Ray 2.0 to 2.6."""
    name = ray_name(parsed, node)
    return (
        name is not None
        and name.certainty is Certainty.SURE
        and name.name == ray_api.CHECKPOINT
        and name.written.startswith(_OLD_HOME)
    )


def _is_class(parsed: Parsed, node: cst.BaseExpression) -> bool:
    name = ray_name(parsed, node)
    return name is not None and name.name in ray_api.CHECKPOINT_CLASSES


def _is_checkpoint(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is a checkpoint of Ray's, as far as callers of a function are seen."""
    ends = origins(parsed, node)
    seen = [one for one in ends if not is_parameter(parsed, one)] or ends
    return bool(seen) and all(_gives_checkpoint(parsed, one) for one in seen)


def _is_of_framework(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression may be a checkpoint of a framework's class, which has its methods."""
    return any(
        is_annotated(parsed, one, ray_api.FRAMEWORK_CHECKPOINTS)
        or (isinstance(one, cst.Call) and _names_framework(parsed, one.func))
        for one in origins(parsed, node)
    )


def _names_framework(parsed: Parsed, function: cst.BaseExpression) -> bool:
    """Whether a callee is a framework's class of checkpoints, or a method of it."""
    made = function.value if isinstance(function, cst.Attribute) else function
    names = (ray_name(parsed, one) for one in (function, made))
    return any(one is not None and one.name in ray_api.FRAMEWORK_CHECKPOINTS for one in names)


def _is_of_pairs(parsed: Parsed, node: cst.Name) -> bool:
    """Whether loops bind a name to the first of each pair of a Result's ``best_checkpoints``."""
    targets = [getattr(one, "node", None) for one in bindings(parsed, node)]
    return bool(targets) and all(
        pairs is not None and _are_pairs(parsed, pairs)
        for pairs in (first_gone_through(parsed, one) for one in targets)
    )


def _are_pairs(parsed: Parsed, node: cst.BaseExpression) -> bool:
    match node:
        case cst.Attribute(value=result, attr=cst.Name(value="best_checkpoints")):
            return is_any_result(parsed, result)
        case _:
            return False


def _gives_checkpoint(parsed: Parsed, node: cst.BaseExpression) -> bool:
    match node:
        case cst.Name():
            return is_annotated(parsed, node, ray_api.CHECKPOINT_CLASSES) or _is_of_pairs(
                parsed, node
            )
        case cst.Subscript(
            value=cst.Subscript(value=pairs),
            slice=[cst.SubscriptElement(slice=cst.Index(value=cst.Integer(value="0")))],
        ):
            return _are_pairs(parsed, pairs)
        case cst.Subscript(value=some, slice=[cst.SubscriptElement(slice=cst.Index())]):
            made = elements(parsed, some)
            return bool(made) and all(
                one is not None and _is_checkpoint(parsed, one) for one in made
            )
        case cst.Attribute(value=result, attr=cst.Name(value="checkpoint")):
            return is_any_result(parsed, result)
        case cst.Attribute(value=analysis, attr=cst.Name(value="best_checkpoint")):
            return is_analysis(parsed, analysis)
        case cst.Call(
            func=cst.Attribute(
                value=one, attr=cst.Name(value="get_best_checkpoint" | "get_last_checkpoint")
            )
        ):
            return is_any_result(parsed, one) or is_analysis(parsed, one)
        case cst.Call(func=cst.Attribute(value=made, attr=cst.Name(value=name))) if (
            name == _MADE or name in ray_api.OLD_CHECKPOINT_METHODS
        ):
            return _is_class(parsed, made)
        case cst.Call():
            found = ray_name(parsed, node.func)
            return found is not None and (
                found.name in ray_api.CHECKPOINT_READERS or found.name in ray_api.CHECKPOINT_CLASSES
            )
        case _:
            return False
