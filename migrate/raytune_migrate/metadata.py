"""Where the nodes of a module are, and in which scope: what LibCST's providers say, much sooner.

The providers build the whole tree anew for each look at it, as for a transformer, and count lines
and columns token by token. That takes eight times as long as to parse the module; this, once.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from dataclasses import fields
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

import libcst as cst
from libcst._nodes.internal import CodegenState
from libcst.metadata import ExpressionContext, ExpressionContextProvider, ScopeProvider
from libcst.metadata.scope_provider import ScopeVisitor

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from libcst.metadata import Scope

# White space that holds no comment.
_BARE = frozenset({cst.SimpleWhitespace, cst.Newline})
_BINDING = (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.NamedExpr, cst.CompFor, cst.For)
_NAMED = (cst.AsName, cst.ClassDef, cst.FunctionDef, cst.Param)


def spans(module: cst.Module) -> dict[int, tuple[int, int]]:
    """Start and end of each node by its id, in characters, as ``PositionProvider`` has them."""
    state = _Offsets(module.default_indent, module.default_newline)
    module._codegen(state)
    return state.spans


def scopes(
    module: cst.Module, below: Mapping[int, Sequence[cst.CSTNode]]
) -> Mapping[cst.CSTNode, Scope | None]:
    """What ``ScopeProvider`` says of a module; ``below`` has what is below each node, by its id."""
    provider = ScopeProvider()
    nodes = chain.from_iterable(below.values())
    provider.metadata = {ExpressionContextProvider: _stored(nodes)}
    visitor = ScopeVisitor(provider)
    with _visits_that_change_nothing(below):
        module.visit(visitor)
        visitor.infer_accesses()
    return cast("Mapping[cst.CSTNode, Scope | None]", provider._computed)


def children(node: cst.CSTNode, spans: Mapping[int, tuple[int, int]]) -> Sequence[cst.CSTNode]:
    """The nodes right below one in their order, without white space but what holds comments."""
    below = _children(node)
    if len(below) > 1:
        below.sort(key=lambda one: spans[id(one)])
    return below


def _children(node: cst.CSTNode) -> list[cst.CSTNode]:
    below: list[cst.CSTNode] = []
    for name in _fields(node.__class__):
        value = getattr(node, name)
        kind = value.__class__
        if kind is list or kind is tuple:
            below += [one for one in value if _is_seen(one.__class__)]
        elif _is_seen(kind):
            below.append(value)
    return below


@functools.cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


@functools.cache
def _is_seen(kind: Hashable) -> bool:
    return isinstance(kind, type) and issubclass(kind, cst.CSTNode) and kind not in _BARE


class _Offsets(CodegenState):
    """Takes the tokens of a module in their order, and keeps only how many characters there are."""

    def __init__(self, default_indent: str, default_newline: str) -> None:
        super().__init__(default_indent=default_indent, default_newline=default_newline)
        self.spans: dict[int, tuple[int, int]] = {}
        self.offset = 0
        self._starts: list[int] = []

    def add_indent_tokens(self) -> None:
        self.offset += sum(map(len, self.indent_tokens))

    def add_token(self, value: str) -> None:
        self.offset += len(value)

    def pop_trailing_newline(self) -> None:
        """The newline that the last line does not have; nothing lies behind it."""

    def before_codegen(self, node: cst.CSTNode) -> None:
        self._starts.append(self.offset)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.spans.setdefault(id(node), (self._starts.pop(), self.offset))

    def record_syntactic_position(  # type: ignore[override]
        self,
        node: cst.CSTNode,
        *,
        start_node: cst.CSTNode | None = None,
        end_node: cst.CSTNode | None = None,
    ) -> _Recorded:
        """Note where a node is without the white space that belongs to it."""
        return _Recorded(self, node, start_node, end_node)


class _Recorded:
    """As a class, since there is one for every other node, and generators take longer."""

    __slots__ = ("_end_node", "_node", "_start", "_start_node", "_state")

    def __init__(
        self,
        state: _Offsets,
        node: cst.CSTNode,
        start_node: cst.CSTNode | None,
        end_node: cst.CSTNode | None,
    ) -> None:
        self._state, self._node = state, node
        self._start_node, self._end_node = start_node, end_node
        self._start = 0

    def __enter__(self) -> None:
        self._start = self._state.offset

    def __exit__(self, *_: object) -> None:
        spans = self._state.spans
        first, last = self._start_node, self._end_node
        start = self._start if first is None else spans[id(first)][0]
        end = self._state.offset if last is None else spans[id(last)][1]
        spans[id(self._node)] = start, end


def _stored(nodes: Iterable[cst.CSTNode]) -> dict[cst.CSTNode, ExpressionContext]:
    """The names that are bound where they stand; all others are read, or of no concern."""
    found: dict[cst.CSTNode, ExpressionContext] = {}
    for node in nodes:
        kind = node.__class__
        waiting: list[Any] = []
        if kind in _BINDING:
            waiting = [node.target]  # type: ignore[attr-defined]
        elif kind in _NAMED:
            waiting = [node.name]  # type: ignore[attr-defined]
        while waiting:
            target = waiting.pop()
            if target.__class__ is cst.Name:
                found[target] = ExpressionContext.STORE
            elif target.__class__ in (cst.Tuple, cst.List):
                waiting += [one.value for one in target.elements]
    return found


@contextmanager
def _visits_that_change_nothing(below: Mapping[int, Sequence[cst.CSTNode]]) -> Iterator[None]:
    """Let LibCST visit a tree without building it anew from what the visits return."""

    def visit(node: cst.CSTNode, visitor: cst.CSTVisitor) -> cst.CSTNode:
        if visitor.on_visit(node):
            known = below.get(id(node))
            # Annotations in quotes are modules of their own.
            for one in _children(node) if known is None else known:
                one.visit(visitor)
        visitor.on_leave(node)
        return node

    of_node, of_module = cst.CSTNode.visit, cst.Module.visit
    cst.CSTNode.visit = cst.Module.visit = visit  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        cst.CSTNode.visit = of_node  # type: ignore[method-assign]
        cst.Module.visit = of_module  # type: ignore[method-assign]
