"""Where a module names objects of Ray, and calls them: found once, for all that ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from raytune_migrate.module.names import may_be_of_ray, ray_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.taken_names import is_part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from raytune_migrate.module.names import RayName
    from raytune_migrate.module.parsed import Parsed


@remembered
def ray_reads(parsed: Parsed) -> Sequence[tuple[cst.Name | cst.Attribute, RayName]]:
    """Every expression that denotes an object of Ray, in source order; import statements set aside.

    ``session.report`` is one, and so is the ``session`` in it.
    """
    return tuple(
        (one, name)
        for root in _roots(parsed)
        for one in reversed(list(_dotted(parsed, root)))
        if (name := ray_name(parsed, one)) is not None
    )


@remembered
def ray_calls(parsed: Parsed) -> Sequence[tuple[cst.Call, RayName]]:
    """Every call of an object of Ray by its name, in source order."""
    holders = ((parsed.parent(node), node, name) for node, name in ray_reads(parsed))
    return tuple(
        (call, name)
        for call, node, name in holders
        if isinstance(call, cst.Call) and call.func is node
    )


def has_other_uses(parsed: Parsed, names: Collection[str]) -> bool:
    """Whether anything by one of these public names is used otherwise than to be called there.

    Only then a call by another name may be one of it, for all that this module shows.
    """
    called = {id(call.func) for call, _ in ray_calls(parsed)}
    return any(name.name in names and id(node) not in called for node, name in ray_reads(parsed))


def calls_of(parsed: Parsed, name: str) -> tuple[cst.Call, ...]:
    """The calls of what has this public name in Ray, in source order."""
    return tuple(call for call, called in ray_calls(parsed) if called.name == name)


def _roots(parsed: Parsed) -> Iterator[cst.Name]:
    """The names that may be, or begin, one of an object of Ray."""
    some = may_be_of_ray(parsed)
    statements = parsed.of(cst.Import, cst.ImportFrom)
    imported = {id(node) for one in statements for node in parsed.walk(one, cst.Name)}
    for one in parsed.of(cst.Name):
        may_be = some is None or one.value in some
        if may_be and id(one) not in imported and not is_part(parsed, one):
            yield one


def _dotted(parsed: Parsed, name: cst.Name) -> Iterator[cst.Name | cst.Attribute]:
    """A name and the dotted names that it begins, the shortest first."""
    node: Any = name
    holder: Any = parsed.parent(name)
    yield node
    while holder.__class__ is cst.Attribute and holder.value is node:
        node, holder = holder, parsed.parent(holder)
        yield node
