"""Trainers whose class is chosen when the code runs, among classes of Ray that can all be seen.

``cls = TorchTrainer if torch else TensorflowTrainer``, ``TRAINERS[kind](loop, ...)``, and a name
that is imported from one place or another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import QualifiedNameSource

from raytune_migrate import ray_api
from raytune_migrate.expressions.elements import out_of_dict
from raytune_migrate.expressions.origins import origins
from raytune_migrate.imports.statements import every_import
from raytune_migrate.module.bindings import definition, variable
from raytune_migrate.module.names import Certainty, calls, ray_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.ray_reads import has_other_uses
from raytune_migrate.sweep.model import Construction, constructed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed


@remembered
def chosen_constructions(parsed: Parsed) -> tuple[Construction, ...]:
    """The calls of a module that make trainers of such classes, where all of them run a train loop.

    As calls of the first of the classes, and with no argument that only some of them take.
    """
    found = (_construction(parsed, one) for one in calls(parsed)) if _chooses(parsed) else ()
    return tuple(one for one in found if one is not None)


def _chooses(parsed: Parsed) -> bool:
    """Whether there may be such a choice: of classes that are not called at once, or by imports."""
    bound = [name for name, _, _ in every_import(parsed)]
    return has_other_uses(parsed, ray_api.TRAINERS) or len(set(bound)) < len(bound)


def chosen_construction(parsed: Parsed, node: cst.BaseExpression) -> Construction | None:
    """What of those a call is, if it is one."""
    return next((one for one in chosen_constructions(parsed) if one.call is node), None)


def _construction(parsed: Parsed, call: cst.Call) -> Construction | None:
    words = {one.keyword.value for one in call.args if one.keyword is not None}
    plain = not words or bool(words & ray_api.COMMON_ARGUMENTS)
    if not call.args or not plain or definition(parsed, call.func) is not None:
        return None
    name = ray_name(parsed, call.func)
    bound = variable(parsed, call.func)
    chooses = bound.value if bound is not None else call.func
    # Subclasses may choose another attribute.
    if (name is not None and name.certainty is Certainty.SURE) or isinstance(
        chooses, cst.Attribute
    ):
        return None
    classes = dict.fromkeys(chosen_classes(parsed, call.func))
    first = next(iter(classes), None)
    if first is None or not all(one is not None and _runs_loop(one) for one in classes):
        return None
    own = ray_api.TRAINERS[first].arguments if len(classes) == 1 else ray_api.COMMON_ARGUMENTS
    made = constructed(parsed, first, call)
    known = own.union(ray_api.REWRITTEN_ARGUMENTS)
    return made if known >= made.arguments.keys() | made.in_dicts.keys() else None


def _runs_loop(trainer: str) -> bool:
    """Whether a trainer runs a train loop, under Train V1 as well."""
    known = ray_api.TRAINERS.get(trainer)
    return known is not None and known.way_out is None and trainer not in ray_api.LOOPS


def chosen_classes(parsed: Parsed, node: cst.BaseExpression) -> Iterator[str | None]:
    """What of Ray an expression may be, by public names; None for what is out of sight."""
    for one in _chosen(parsed, node, set()):
        yield from _named(parsed, one)


def _chosen(
    parsed: Parsed, node: cst.BaseExpression, seen: set[int]
) -> Iterator[cst.BaseExpression]:
    """The expressions that another may be; a dict may hold what is taken out of itself."""
    for end in origins(parsed, node):
        if id(end) in seen:
            continue
        seen.add(id(end))
        taken = out_of_dict(parsed, end)
        for one in taken:
            yield from _chosen(parsed, one, seen)
        if not taken:
            yield end


def _named(parsed: Parsed, node: cst.BaseExpression) -> Iterator[str | None]:
    """What a name says that it is; by each of its imports, where it has several."""
    name = ray_name(parsed, node)
    if name is not None:
        yield name.name if name.certainty is Certainty.SURE else None
        return
    scope = parsed.scope(node) if isinstance(node, cst.Name) else None
    found = scope.get_qualified_names_for(node) if scope is not None else set()
    imported = [one.name for one in found if one.source is QualifiedNameSource.IMPORT]
    yield from map(ray_api.public_name, imported)
    if not imported or len(imported) < len(found):
        yield None
