"""What is evaluated before what."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.values import is_constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from raytune_migrate.module.parsed import Parsed


def runs_first(parsed: Parsed, call: cst.Call) -> bool:
    """Whether a call is evaluated once whenever its statement is reached, and before all else."""
    inner: cst.CSTNode = call
    for node in parsed.ancestors(call):
        match node:
            case cst.SimpleStatementLine():
                return node.body[0] is inner and isinstance(
                    inner, cst.Expr | cst.Assign | cst.AnnAssign | cst.Return
                )
            case cst.With():
                return node.items[0] is inner
            case cst.For():
                return inner is node.iter
            case cst.If():
                holder = parsed.parent(node)
                is_elif = isinstance(holder, cst.If) and holder.orelse is node
                return inner is node.test and not is_elif
            case cst.Call():
                if inner is not node.func and not _comes_first(inner, node.args):
                    return False
            case cst.Tuple() | cst.List():
                if not _comes_first(inner, node.elements):
                    return False
            case cst.Comparison():
                if node.left is not inner:
                    return False
            case (
                cst.Arg()
                | cst.Attribute()
                | cst.Subscript()
                | cst.Await()
                | cst.NamedExpr()
                | cst.Element()
                | cst.WithItem()
                | cst.Expr()
                | cst.Assign()
                | cst.AnnAssign()
                | cst.Return()
            ):
                pass
            case _:
                return False
        inner = node
    return False


def _comes_first(inner: cst.CSTNode, among: Sequence[cst.Arg | cst.BaseElement]) -> bool:
    """Whether nothing but names and literals is evaluated before one of several."""
    before = takewhile(lambda one: one is not inner, among)
    return all(isinstance(one.value, cst.Name) or is_constant(one.value) for one in before)
