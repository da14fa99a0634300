"""What is only looked at: printed, formatted into a text, or read in one of its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.values import is_builtin

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed


def is_printed(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether an object is printed, or put into a text, whole."""
    holder = parsed.parent(node)
    if isinstance(holder, cst.FormattedStringExpression):
        return True
    call = parsed.parent(holder) if isinstance(holder, cst.Arg) else None
    return isinstance(call, cst.Call) and is_builtin(parsed, call.func, "print")


def is_looked_at(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether nobody gets hold of an object here: it is printed, or one of its fields is read."""
    field = parsed.parent(node)
    if not isinstance(field, cst.Attribute):
        return is_printed(parsed, node)
    holder = parsed.parent(field)
    called = isinstance(holder, cst.Call) and holder.func is field
    return not called and not isinstance(holder, cst.AssignTarget | cst.AugAssign | cst.Del)
