"""Where what a name stands for is changed: its attributes, its items, and those of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions import collection_methods

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed


def is_changed(parsed: Parsed, read: cst.CSTNode) -> bool:
    """Whether the place that reads a name changes what that stands for: ``name.x[0] = ...``."""
    holder = parsed.parent(read)
    if not isinstance(holder, cst.Attribute | cst.Subscript) or holder.value is not read:
        return False
    match parsed.parent(holder):
        case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.Del():
            return True
        case cst.Call(func=function):
            method = holder.attr.value if isinstance(holder, cst.Attribute) else ""
            return function is holder and method in collection_methods.CHANGING
        case _:
            return is_changed(parsed, holder)
