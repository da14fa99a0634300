"""Which calls a function makes whenever it runs, with no ``try`` that may catch what they raise."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.facts.reading.scopes import Scope

_Span: TypeAlias = "tuple[tuple[int, int], tuple[int, int]]"  # from a line and column to others
_TRYING = (ast.Try, getattr(ast, "TryStar", ast.Try))  # the second from Python 3.11 on
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_APART = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_FOR_GOOD: tuple[type[ast.stmt], ...] = (ast.Return, ast.Raise)
_LEAVING: tuple[type[ast.stmt], ...] = (
    *_FOR_GOOD,
    ast.Break,
    ast.Continue,
)  # the others end a loop, or a round of it
_SUSPENDING = (ast.Yield, ast.YieldFrom, ast.Await)
# Where a statement holds others, and what holds more of them.
_BLOCKS = ("body", "orelse", "finalbody")
_PARTS = ("handlers", "cases")
# Of context managers, those that catch what is raised in them.
_CATCHING = frozenset({"suppress", "raises"})


def sure_calls(scope: Scope) -> Iterator[ast.Call]:
    """The calls that a function, or a module's own code, makes in any case.

    The body of a loop is taken to run; what comes after a statement that may leave is not.
    """
    node = scope.node
    if isinstance(node, ast.ClassDef | ast.AsyncFunctionDef):
        return
    if any(isinstance(one, _SUSPENDING) for one in scope.nodes):
        return  # who calls it runs nothing of it yet
    unsure = [span for one in scope.nodes for span in _unsure_parts(one)]
    unsure += _unsure_statements(node.body) if not isinstance(node, ast.Lambda) else ()
    for one in scope.nodes:
        if isinstance(one, ast.Call):
            place = (one.lineno, one.col_offset)
            if not any(start <= place < end for start, end in unsure):
                yield one


def _unsure_parts(node: ast.AST) -> Iterator[_Span]:
    """What of an expression may not be evaluated."""
    match node:
        case ast.IfExp(body=one, orelse=two):
            yield from map(_span, (one, two))
        case ast.BoolOp(values=[_, *rest]):
            yield from map(_span, rest)
        case ast.GeneratorExp():
            yield _span(node)
        case _:
            pass


def _unsure_statements(block: Sequence[ast.stmt]) -> Iterator[_Span]:
    """What of some statements may not run, or in a ``try``."""
    for number, statement in enumerate(block):
        if isinstance(statement, _TRYING):
            yield _span(statement)
        elif isinstance(statement, ast.If | ast.Match):
            yield from map(_span, _inside(statement))
        elif isinstance(statement, ast.With | ast.AsyncWith) and any(
            map(_catches, statement.items)
        ):
            yield from map(_span, statement.body)
        elif not isinstance(statement, _APART):
            yield from _unsure_statements([*_inside(statement)])
        if _may_leave(statement):
            yield from map(_span, block[number + 1 :])
            return


def _may_leave(statement: ast.stmt) -> bool:
    """Whether what comes after a statement may not run."""
    waiting = [(statement, _LEAVING)]
    while waiting:  # a chain of elif may be long
        one, leaving = waiting.pop()
        if isinstance(one, leaving):
            return True
        if not isinstance(one, _APART):
            leaving = _FOR_GOOD if isinstance(one, _LOOPS) else leaving
            waiting += ((inner, leaving) for inner in _inside(one))
    return False


def _inside(statement: ast.stmt) -> Iterator[ast.stmt]:
    for name in _BLOCKS:
        yield from getattr(statement, name, ())
    for name in _PARTS:
        for one in getattr(statement, name, ()):
            yield from one.body


def _catches(item: ast.withitem) -> bool:
    made = item.context_expr
    named = made.func if isinstance(made, ast.Call) else made
    name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
    return name in _CATCHING


def _span(node: ast.expr | ast.stmt) -> _Span:
    end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return (node.lineno, node.col_offset), end
