"""What a test of Ray's release comes to where Ray has Train V2: ``ray.__version__ >= "2.7"``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment
from packaging.version import InvalidVersion, Version

from raytune_migrate import ray_api
from raytune_migrate.module.bindings import bindings, variable

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed

_FLOOR = Version(ray_api.RUNTIME_NEEDS)
_ABOVE = (cst.GreaterThan, cst.GreaterThanEqual)
_BELOW = (cst.LessThan, cst.LessThanEqual)


def holds(parsed: Parsed, test: cst.BaseExpression) -> bool | None:
    """Whether a test of Ray's release holds with all that have Train V2; None if not for all."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        inner = holds(parsed, test.expression)
        return None if inner is None else not inner
    named = variable(parsed, test)
    if named is not None and isinstance(named.value, cst.Comparison):
        return holds(parsed, named.value)
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None
    operator, right = test.comparisons[0].operator, test.comparisons[0].comparator
    above, below = isinstance(operator, _ABOVE), isinstance(operator, _BELOW)
    if _is_of_ray(parsed, right):
        left, (above, below) = right, (below, above)
        right = test.left
    else:
        left = test.left
    release = _release(parsed, right)
    if release is None or release > _FLOOR or not (above or below) or not _is_of_ray(parsed, left):
        return None
    return above


def _is_of_ray(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is made of ``ray.__version__``, or what stands for it."""
    found = variable(parsed, node)
    whole = found.value if found is not None else node
    return any(
        one.attr.value == "__version__" and _is_ray(parsed, one.value)
        for one in parsed.walk(whole, cst.Attribute)
    )


def _is_ray(parsed: Parsed, node: cst.BaseExpression) -> bool:
    found = bindings(parsed, node) if isinstance(node, cst.Name) else ()
    return bool(found) and all(
        isinstance(one, ImportAssignment)
        and {name.name for name in one.get_qualified_names_for(one.name)} == {"ray"}
        for one in found
    )


def _release(parsed: Parsed, node: cst.BaseExpression) -> Version | None:
    """The release that is written out: ``"2.7"``, ``Version("2.7")`` or ``(2, 7)``."""
    found = variable(parsed, node)
    if found is not None:
        node = found.value
    if isinstance(node, cst.Call) and len(node.args) == 1:
        node = node.args[0].value
    try:
        value = ast.literal_eval(parsed.source(node))
        text = ".".join(map(str, value)) if isinstance(value, tuple | list) else value
        return Version(text) if isinstance(text, str) else None
    except (InvalidVersion, SyntaxError, ValueError):
        return None
