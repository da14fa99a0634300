"""What a test of Ray's release comes to where Ray has Train V2: ``ray.__version__ >= "2.7"``.

So do tests of whether Train V2 is on: ``is_v2_enabled()``, and those of its flag.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment
from packaging.version import InvalidVersion, Version

from raytune_migrate import ray_api
from raytune_migrate.module.bindings import bindings, variable
from raytune_migrate.module.parsed import remembered

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed

# What a module has to say to test a release, or the flag.
_WORDS = ("__version__", ray_api.FLAG, ray_api.IS_V2_ENABLED.rpartition(".")[2])
_ABOVE = (cst.GreaterThan, cst.GreaterThanEqual)
_BELOW = (cst.LessThan, cst.LessThanEqual)
_SAME, _OTHER = (cst.Equal, cst.In, cst.Is), (cst.NotEqual, cst.NotIn, cst.IsNot)
_SEVERAL = (list, set, tuple)
_TESTS = (cst.BooleanOperation, cst.Call, cst.Comparison, cst.UnaryOperation)
_ON, _OFF = frozenset({"1", "true"}), frozenset({"0", "false"})


@remembered
def tests_releases(parsed: Parsed) -> bool:
    """Whether a module may test which Ray it runs on."""
    return any(one in parsed.text for one in _WORDS)


def holds(
    parsed: Parsed, test: cst.BaseExpression, since: str = ray_api.RUNTIME_NEEDS
) -> bool | None:
    """Whether a test of Ray's release holds with all that have Train V2; None if not for all.

    ``since`` is the first release of those.
    """
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        inner = holds(parsed, test.expression, since)
        return None if inner is None else not inner
    if isinstance(test, cst.BooleanOperation):
        parts = {holds(parsed, one, since) for one in (test.left, test.right)}
        decides = isinstance(test.operator, cst.Or)  # one that holds, or else one that does not
        return decides if decides in parts else None if None in parts else not decides
    named = variable(parsed, test)
    if named is not None and isinstance(named.value, _TESTS):
        return holds(parsed, named.value, since)
    if isinstance(test, cst.Call):
        return True if imported_by(parsed, test.func) == {ray_api.IS_V2_ENABLED} else None
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None
    operator, right = test.comparisons[0].operator, test.comparisons[0].comparator
    if any(one.raw_value == ray_api.FLAG for one in parsed.walk(test.left, cst.SimpleString)):
        return _flag_holds(parsed, operator, right)
    above, below = isinstance(operator, _ABOVE), isinstance(operator, _BELOW)
    if _is_of_ray(parsed, right):
        left, (above, below) = right, (below, above)
        right = test.left
    else:
        left = test.left
    release = _release(parsed, right)
    known = release is not None and release <= Version(since)
    return above if known and (above or below) and _is_of_ray(parsed, left) else None


def _flag_holds(parsed: Parsed, operator: cst.BaseCompOp, right: cst.BaseExpression) -> bool | None:
    """Whether a comparison of the flag holds where it is 1; None if that makes no difference."""
    try:
        value = ast.literal_eval(parsed.source(right))
    except (SyntaxError, ValueError):
        return None
    values = {str(one).lower() for one in (value if isinstance(value, _SEVERAL) else (value,))}
    on, off = bool(values & _ON), bool(values & _OFF)
    if on == off or not isinstance(operator, (*_SAME, *_OTHER)):
        return None
    return on == isinstance(operator, _SAME)


def _is_of_ray(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression is made of ``ray.__version__``, or what stands for it."""
    found = variable(parsed, node)
    whole = found.value if found is not None else node
    return any(
        one.attr.value == "__version__" and _is_ray(parsed, one.value)
        for one in parsed.walk(whole, cst.Attribute)
    )


def _is_ray(parsed: Parsed, node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and imported_by(parsed, node) == {"ray"}


def imported_by(parsed: Parsed, node: cst.BaseExpression) -> set[str]:
    """The names that a name, or a dotted one, was imported by; none where it is anything else."""
    root = node
    while isinstance(root, cst.Attribute):
        root = root.value
    found = bindings(parsed, root) if isinstance(root, cst.Name) else ()
    scope = parsed.scope(node)
    if scope is None or not all(isinstance(one, ImportAssignment) for one in found):
        return set()
    return {one.name for one in scope.get_qualified_names_for(node)} if found else set()


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
