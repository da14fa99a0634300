"""What is looked up only when a program runs: by a text that names it, or by a configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.values import is_builtin
from raytune_migrate.module.bindings import variable
from raytune_migrate.module.names import imported_name

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed

_BUILTINS = ("__import__", "eval", "getattr", "globals")
_FUNCTIONS = frozenset(
    {
        "hydra.utils.call", "hydra.utils.get_class", "hydra.utils.get_method",
        "hydra.utils.get_object", "hydra.utils.instantiate", "importlib.import_module",
        "pkgutil.resolve_name", "pydoc.locate",
    }
)  # fmt: skip
_DEEP = 6  # names that lead to each other must end somewhere


def is_late(parsed: Parsed, node: cst.BaseExpression, depth: int = 0) -> bool:
    """Whether an expression comes of such a look-up."""
    match node:
        case cst.Name():
            found = variable(parsed, node) if depth < _DEEP else None
            return found is not None and is_late(parsed, found.value, depth + 1)
        case cst.Attribute() | cst.Subscript():
            return is_late(parsed, node.value, depth)
        case cst.Await():
            return is_late(parsed, node.expression, depth)
        case cst.Call():
            return (
                imported_name(parsed, node.func) in _FUNCTIONS
                or any(is_builtin(parsed, node.func, one) for one in _BUILTINS)
                or is_late(parsed, node.func, depth)
            )
        case _:
            return False
