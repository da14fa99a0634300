"""What annotations say that an expression is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.module.bindings import bindings, is_parameter
from raytune_migrate.module.names import ray_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from raytune_migrate.module.parsed import Parsed


def is_annotated(parsed: Parsed, node: cst.BaseExpression, names: Collection[str]) -> bool:
    """Whether an expression is said to be one of some objects of Ray, or None."""
    found = [one.annotation for one in annotations_of(parsed, node)]
    bound = bindings(parsed, node) if isinstance(node, cst.Name) else ()
    if len(found) < len(bound) and is_parameter(parsed, node):
        return False  # it is also bound to what nothing is said of
    return bool(found) and all(_says(parsed, one, names) for one in found)


def annotations_of(parsed: Parsed, node: cst.BaseExpression) -> Iterator[cst.Annotation]:
    """Those of a name or of an attribute of ``self``, where these are bound.

    And of what an expression is assigned to, or of the function that returns it.
    """
    match node:
        case cst.Name():
            for one in bindings(parsed, node):
                yield from _of_target(parsed, getattr(one, "node", None))
        case cst.Attribute(value=cst.Name(value="self"), attr=name):
            owner = parsed.enclosing(node, cst.ClassDef)
            for each in parsed.assignments(owner) if owner is not None else ():
                target = each.target if isinstance(each, cst.AnnAssign) else None
                if isinstance(target, cst.Name) and target.value == name.value:
                    yield from _of_target(parsed, target)
        case _:
            pass
    match parsed.parent(node):
        case cst.AnnAssign(value=value, annotation=annotation) if value is node:
            yield annotation
        case cst.Return():
            function = parsed.enclosing(node, cst.FunctionDef)
            if function is not None and function.returns is not None:
                yield function.returns
        case _:
            pass


def _of_target(parsed: Parsed, target: cst.CSTNode | None) -> Iterator[cst.Annotation]:
    holder = parsed.parent(target) if isinstance(target, cst.Name) else target
    if isinstance(holder, cst.Param | cst.AnnAssign) and holder.annotation is not None:
        yield holder.annotation


def _says(parsed: Parsed, annotation: cst.BaseExpression, names: Collection[str]) -> bool:
    match annotation:
        case cst.Subscript(
            value=cst.Name(value="Optional") | cst.Attribute(attr=cst.Name(value="Optional")),
            slice=[cst.SubscriptElement(slice=cst.Index(value=inner))],
        ):
            return _says(parsed, inner, names)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=cst.Name(value="None")):
            return _says(parsed, left, names)
        case _:
            found = ray_name(parsed, annotation)
            return found is not None and found.name in names
