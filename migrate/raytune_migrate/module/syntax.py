"""Python's own parser, which tells what a module holds in a tenth of LibCST's time."""

from __future__ import annotations

import ast
import functools
import warnings
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# What handlers catch where an import may fail.
CATCHING_IMPORTS = frozenset(
    {"AttributeError", "BaseException", "Exception", "ImportError", "ModuleNotFoundError"}
)


class _Unread(Enum):
    """Why there is no tree."""

    NO_PYTHON = auto()
    TOO_DEEP = auto()


def python_tree(text: str | bytes) -> ast.Module | None:
    """The tree of a module, not to be changed; None where this Python cannot read it."""
    found = _read(text)
    return found if isinstance(found, ast.Module) else None


def is_too_deep(text: str | bytes) -> bool:
    """Whether a module is nested more deeply than this Python reads."""
    return _read(text) is _Unread.TOO_DEEP


def what_python_says(text: str | bytes) -> SyntaxError | None:
    """Why this Python cannot read a module, and where; None where it can, or does not tell."""
    found = _read(text)
    return found if isinstance(found, SyntaxError) else None


def every_node(tree: ast.Module) -> Sequence[ast.AST]:
    """All nodes of a module, as ``ast.walk`` gives them, in half the time."""
    found: list[ast.AST] = [tree]
    for node in found:
        found += children(node)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """What ``ast.iter_child_nodes`` gives, in half the time: without operators and contexts."""
    found: list[ast.AST] = []
    for value in vars(node).values():
        if value.__class__ is list:
            found += [one for one in value if isinstance(one, ast.AST) and one._fields]
        elif isinstance(value, ast.AST) and value._fields:
            found.append(value)
    return found


# A module is asked for by one who is to look at it, and again by the next.
@functools.lru_cache(maxsize=2)
def _read(text: str | bytes) -> ast.Module | SyntaxError | _Unread:
    try:
        with warnings.catch_warnings():  # somebody else's invalid escapes are not our news
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (RecursionError, MemoryError):  # the second is "too complex"
        return _Unread.TOO_DEEP
    except SyntaxError as error:
        deep = error.msg == "too many nested parentheses"
        return _Unread.TOO_DEEP if deep else error.with_traceback(None)
    except ValueError:
        return _Unread.NO_PYTHON
