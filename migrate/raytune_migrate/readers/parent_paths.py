"""Whether code goes up from a path: to the directory around it, or to one of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.values import constant, is_builtin
from raytune_migrate.module.bindings import variable_of
from raytune_migrate.module.names import imported_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

_DEEP = 8  # variables that hold each other must end somewhere
_UP = frozenset({"os.path.dirname", "os.path.split", "posixpath.dirname", "posixpath.split"})
_PARENTS = frozenset({"parent", "parents"})
_CUTS = frozenset({"rpartition", "rsplit", "split"})
# What gives the same path, as a function that is given it, or as a method of it.
_SAME = frozenset(
    {
        *("os.fspath", "pathlib.Path", "pathlib.PurePath"),
        *(f"os.path.{one}" for one in ("abspath", "expanduser", "normpath", "realpath")),
    }
)
_SAME_METHODS = frozenset({"absolute", "as_posix", "expanduser", "resolve", "rstrip"})
_LAST = -1


def is_parent_taken(parsed: Parsed, path: cst.BaseExpression, depth: int = 0) -> bool:
    """Whether what is above a path is asked for where the path is read, or a variable of it."""
    return depth < _DEEP and any(_goes_up(parsed, one, depth) for one in _reads(parsed, path))


def _goes_up(parsed: Parsed, path: cst.CSTNode, depth: int) -> bool:
    around = parsed.parent(path)
    match around:
        case cst.Arg():
            call = parsed.parent(around)
            if not isinstance(call, cst.Call) or [*call.args].index(around):
                return False
            name = imported_name(parsed, call.func)
            same = name in _SAME or is_builtin(parsed, call.func, "str")
            return name in _UP or (same and is_parent_taken(parsed, call, depth + 1))
        case cst.Attribute(attr=cst.Name(value=name)) if name in _PARENTS:
            return True
        case cst.Attribute(attr=cst.Name(value=name)):
            call = parsed.parent(around)
            if not isinstance(call, cst.Call) or call.func is not around:
                return False
            if name in _CUTS:
                return _takes_above(parsed, call)
            return name in _SAME_METHODS and is_parent_taken(parsed, call, depth + 1)
        case _:
            return False


def _takes_above(parsed: Parsed, cut: cst.Call) -> bool:
    """Whether another part than the last is taken out of a path that is cut into its parts."""
    taken = parsed.parent(cut)
    match taken:
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=index))]):
            return constant(parsed, index) != _LAST
        case _:
            return False


def _reads(parsed: Parsed, path: cst.BaseExpression) -> Iterator[cst.CSTNode]:
    """An expression, and the reads of the one variable that it is given to."""
    yield path
    holder = parsed.parent(path)
    match holder:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]):
            bound = variable_of(parsed, name)
            yield from bound.references if bound is not None else ()
