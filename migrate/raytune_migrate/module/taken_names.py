"""The names that stand in a module, whatever they are bound to: those that a new one may not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.metadata import ClassScope

from raytune_migrate.module.parsed import remembered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from raytune_migrate.module.parsed import Parsed


@remembered
def bound_names(parsed: Parsed) -> frozenset[str]:
    """Every name that stands alone anywhere in the module, in whatever scope, bound or read."""
    return frozenset(node.value for node in parsed.of(cst.Name) if not is_part(parsed, node))


def near_names(parsed: Parsed, place: cst.CSTNode) -> frozenset[str]:
    """The names that stand alone in the function around a place, in it and around it.

    What functions beside it call by a name of their own is no matter there.
    """
    around = [one for one in parsed.ancestors(place) if isinstance(one, cst.FunctionDef)]
    if not around:
        return bound_names(parsed)

    return frozenset[str]().union(
        *(
            names
            for owner, names in _names_by_function(parsed).items()
            if owner is None or owner in around or parsed.inside(owner, around[0])
        )
    )


def names_beside_import(
    parsed: Parsed, place: cst.CSTNode, block: int | None = None
) -> frozenset[str]:
    """The names that an import for a place may be mixed up with.

    ``block`` is where the import goes, if not to the module: in a function, what functions beside
    that call by a name of their own is no matter. What a method is called only its class sees.
    """
    if isinstance(parsed.scope(place), ClassScope):
        return bound_names(parsed)
    around = [one for one in parsed.ancestors(place) if isinstance(one, cst.FunctionDef)]
    if block is not None and around and parsed.start(around[-1]) < block:
        return near_names(parsed, around[-1].body)
    return frozenset(one.value for one in _seen_by_functions(parsed))


def _names_method(parsed: Parsed, node: cst.Name) -> bool:
    """Whether a name is that of a method, which no function sees as a name."""
    holder = parsed.parent(node)
    if not isinstance(holder, cst.FunctionDef) or holder.name is not node:
        return False
    block = parsed.parent(holder)
    return block is not None and isinstance(parsed.parent(block), cst.ClassDef)


@remembered
def _seen_by_functions(parsed: Parsed) -> Sequence[cst.Name]:
    """Every name that stands alone, but for those of methods."""
    return [
        one
        for one in parsed.of(cst.Name)
        if not is_part(parsed, one) and not _names_method(parsed, one)
    ]


@remembered
def _names_by_function(parsed: Parsed) -> Mapping[cst.FunctionDef | None, frozenset[str]]:
    """The names that stand alone, by the function to which they belong."""
    found: dict[cst.FunctionDef | None, set[str]] = {}
    for one in _seen_by_functions(parsed):
        found.setdefault(_own_function(parsed, one), set()).add(one.value)
    return {owner: frozenset(names) for owner, names in found.items()}


def _own_function(parsed: Parsed, node: cst.Name) -> cst.FunctionDef | None:
    """The function that a name is local to, or read in; parameters are their function's own."""
    parameter = parsed.enclosing(node, cst.Param)
    of = parsed.parent(parsed.parent(parameter) or parameter) if parameter is not None else None
    return of if isinstance(of, cst.FunctionDef) else parsed.function(node)


def is_part(parsed: Parsed, node: cst.Name) -> bool:
    """Whether a name is only the attribute or the keyword of something else."""
    holder: Any = parsed.parent(node)
    kind = holder.__class__  # which is sooner asked than what LibCST's abstract classes say
    return (kind is cst.Attribute and holder.attr is node) or (
        kind is cst.Arg and holder.keyword is node
    )
