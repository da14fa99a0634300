"""What a function, taken as a decorator, does to the signature of what it decorates."""

from __future__ import annotations

import ast
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

_AnyFunction: TypeAlias = "ast.FunctionDef | ast.AsyncFunctionDef"
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Decorates(Enum):
    """How much of the signature is left."""

    KEEPING = auto()  # all of it
    KEEPING_ONCE_CALLED = auto()  # all, where it is called, and what it returns decorates
    UNKNOWN = auto()


def decorates(node: _AnyFunction) -> Decorates:
    """What a function does as a decorator."""
    if _keeps(node):
        return Decorates.KEEPING
    inner, returned = _inner(node), _returned(node)
    if returned and all(one in inner and _keeps(inner[one]) for one in returned):
        return Decorates.KEEPING_ONCE_CALLED
    return Decorates.UNKNOWN


def _keeps(node: _AnyFunction) -> bool:
    """Whether a function returns its first argument, or a function that wraps that."""
    if not node.args.args:
        return False
    given, returned = node.args.args[0].arg, _returned(node)
    wrapping = {f"functools.wraps({given})", f"wraps({given})"}
    wrappers = {
        name
        for name, one in _inner(node).items()
        if wrapping & set(map(ast.unparse, one.decorator_list))
    }
    return bool(returned) and returned <= {given, *wrappers}


def _inner(node: _AnyFunction) -> dict[str, ast.FunctionDef]:
    return {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}


def _returned(node: _AnyFunction) -> set[str]:
    """The names that a function returns; "" for anything else, or a name that it has changed."""
    own = list(_own(node))
    changed = {
        one.id for one in own if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)
    }
    returned = [one.value for one in own if isinstance(one, ast.Return)]
    names = {one.id if isinstance(one, ast.Name) else "" for one in returned}
    return {"" if one in changed else one for one in names}


def _own(node: _AnyFunction) -> Iterator[ast.AST]:
    """What stands in a function, and in no scope inside it."""
    ahead: list[ast.AST] = [*node.body]
    while ahead:
        one = ahead.pop()
        if not isinstance(one, _SCOPES):
            yield one
            ahead += ast.iter_child_nodes(one)
