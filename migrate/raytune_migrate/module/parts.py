"""The parts of a statement of which one runs instead of another, or not at all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed


def other_branch(parsed: Parsed, node: cst.CSTNode, place: cst.CSTNode) -> cst.IndentedBlock | None:
    """The branch around a place in which a node does not run; None where there is none.

    The node is in another branch of a statement around both.
    """
    around = {id(outer): inner for inner, outer in _way(parsed, node)}
    block: cst.IndentedBlock | None = None
    for inner, outer in _way(parsed, place):
        if isinstance(inner, cst.IndentedBlock):
            block = inner
        if id(outer) in around:
            return block if _is_other(outer, around[id(outer)], inner) else None
    return None


def passed_over(parsed: Parsed, node: cst.CSTNode, place: cst.CSTNode) -> cst.IndentedBlock | None:
    """The block around a place above which a node may not run; None where there is none.

    The node is in a branch, a loop or a handler that is not around the place.
    """
    blocks = [one for one in parsed.ancestors(place) if isinstance(one, cst.IndentedBlock)]
    both = {id(one) for one in parsed.ancestors(place)}
    inner = [outer for _, outer in _way(parsed, node) if id(outer) not in both]
    if not any(isinstance(one, _MAY_NOT_RUN) for one in inner):
        return None
    around = {id(one) for one in parsed.ancestors(node)}
    own = [one for one in blocks if id(one) not in around]
    return own[-1] if own else next(iter(blocks), None)


_MAY_NOT_RUN = (cst.If, cst.Else, cst.MatchCase, cst.For, cst.While, cst.ExceptHandler)


def _way(parsed: Parsed, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """A node and all around it, each with what is around it."""
    return pairwise([node, *parsed.ancestors(node)])


def _is_other(statement: cst.CSTNode, part: cst.CSTNode, other: cst.CSTNode) -> bool:
    """Whether a part of a statement need not have run where another part of it does.

    The ``else:`` of a ``try:`` goes on from its body.
    """
    if isinstance(statement, cst.Try | cst.TryStar):
        return part is not other and (part, other) != (statement.body, statement.orelse)
    return part is not other and isinstance(statement, cst.If | cst.Match)
