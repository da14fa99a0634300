"""Where the nodes of a module are: what LibCST's provider says, much sooner.

The provider builds the whole tree anew, as for a transformer, and counts lines and columns token
by token. That takes several times as long as to parse the module; this, a part of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

# Expressions of one token.
_TOKENS = frozenset({cst.Float, cst.Imaginary, cst.Integer, cst.Name, cst.SimpleString})
# Punctuation of one character, with white space on both sides.
_SIGNS = frozenset({cst.AssignEqual, cst.Colon, cst.Comma, cst.Dot, cst.Semicolon})
# White space and punctuation, of which there is more than of all else; nobody looks for it.
_UNSEEN = frozenset(
    {
        cst.AssignEqual, cst.Colon, cst.Comma, cst.Dot, cst.EmptyLine, cst.LeftParen,
        cst.LeftSquareBracket, cst.LeftCurlyBrace, cst.ParenthesizedWhitespace, cst.RightParen,
        cst.RightSquareBracket, cst.RightCurlyBrace, cst.TrailingWhitespace,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tree:
    """The nodes of a module in source order, and by their ids, which are sooner found, the rest."""

    nodes: Sequence[cst.CSTNode]  # all but white space and punctuation
    # The place of each in ``nodes`` and that behind the last one below it; those right below it;
    # the node that holds it; start and end of its own text, in characters.
    places: Mapping[int, tuple[int, int]]
    below: Mapping[int, list[cst.CSTNode]]
    parents: Mapping[int, cst.CSTNode]
    spans: Mapping[int, tuple[int, int]]
    keys: Sequence[int]  # the ids of all nodes but blanks and newlines, in source order
    extents: Mapping[int, _Extent]  # of the statements of the module


@dataclass(frozen=True, slots=True)
class _Extent:
    """What one statement of a module takes up."""

    text: tuple[int, int]  # in characters, with what stands above it
    nodes: tuple[int, int]  # their places
    keys: tuple[int, int]  # the places of theirs


def look_through(module: cst.Module, before: Tree | None = None) -> Tree:
    """Find every node of a module; its place is what ``PositionProvider`` says.

    ``before`` is of a module with which this one shares statements: these are taken from there.
    """
    state = _Offsets(module.default_indent, module.default_newline)
    found = _Looked(module, state)
    state.note = _noting(found, module)
    for one in (*module.header, *module.body, *module.footer):
        start = found.extent()
        if before is not None and id(one) in before.extents:
            found.take_over(one, before)
        else:
            one._codegen(state)
        found.extents[id(one)] = _Extent(*zip(start, found.extent(), strict=True))
    return found.tree()


class _Looked:
    """What of a module was looked at so far."""

    def __init__(self, module: cst.Module, state: _Offsets) -> None:
        self.state, self._module = state, module
        self.nodes: list[cst.CSTNode] = [module]
        self.places: dict[int, tuple[int, int]] = {}
        self.below: dict[int, list[cst.CSTNode]] = {id(module): []}
        self.parents: dict[int, cst.CSTNode] = {}
        self.keys: list[int] = []
        self.extents: dict[int, _Extent] = {}

    def extent(self) -> tuple[int, int, int]:
        """How many characters, nodes and keys there are."""
        return self.state.offset, len(self.nodes), len(self.keys)

    def take_over(self, statement: cst.CSTNode, tree: Tree) -> None:
        """What a tree says of a statement, which stands somewhere else now."""
        extent = tree.extents[id(statement)]
        places, below, parents, spans = self.places, self.below, self.parents, self.state.spans
        shift = self.state.offset - extent.text[0]
        place = len(self.nodes) - extent.nodes[0]
        self.nodes.extend(tree.nodes[slice(*extent.nodes)])
        for key in (taken := tree.keys[slice(*extent.keys)]):
            parents[key] = tree.parents[key]
            start, end = tree.spans[key]
            spans[key] = start + shift, end + shift
            if key in tree.places:
                start, end = tree.places[key]
                places[key] = start + place, end + place
            if key in tree.below:
                below[key] = tree.below[key]
        self.keys.extend(taken)
        parents[id(statement)] = self._module
        below[id(self._module)].append(statement)
        self.state.offset = extent.text[1] + shift

    def tree(self) -> Tree:
        """All of the module, once each of its statements was looked at."""
        module, spans = self._module, self.state.spans
        self.places[id(module)] = 0, len(self.nodes)
        # The last line may lack its newline.
        spans[id(module)] = 0, self.state.offset + len(module.default_newline)
        return Tree(
            self.nodes, self.places, self.below, self.parents, spans, self.keys, self.extents
        )


def _noting(found: _Looked, module: cst.Module) -> Callable[..., None]:
    """What notes each node in place of writing it, below the one that is being noted.

    One function on names of its own: there is a call of it for every node, and most of the time
    that it takes to look through a module is spent here.
    """
    nodes, keys, spans = found.nodes, found.keys, found.state.spans
    places, below, parents = found.places, found.below, found.parents
    holder: cst.CSTNode = module

    def pass_by(node: cst.CSTNode, state: _Offsets, **options: Any) -> None:
        nonlocal holder
        kind: Any = node.__class__
        if kind is cst.Newline:
            node._codegen_impl(state)
            return
        key, around, start = id(node), holder, state.offset
        parents[key] = around
        keys.append(key)
        if kind in _TOKENS and not node.lpar:  # type: ignore[attr-defined]
            below[id(around)].append(node)
            below[key] = []
            place = len(nodes)
            nodes.append(node)
            places[key] = place, place + 1
            state.offset += len(node.value)  # type: ignore[attr-defined]
            spans[key] = start, state.offset
            return
        if kind in _SIGNS and _is_plain(node):
            start += len(node.whitespace_before.value)  # type: ignore[attr-defined]
            spans[key] = start, start + 1
            state.offset = start + 1 + len(node.whitespace_after.value)  # type: ignore[attr-defined]
            return
        holder = node
        if kind in _UNSEEN:
            node._codegen_impl(state, **options)
        else:
            if kind is not cst.Comment:
                below[id(around)].append(node)
                below[key] = []
            place = len(nodes)
            nodes.append(node)
            node._codegen_impl(state, **options)
            places[key] = place, len(nodes)
        holder = around
        spans.setdefault(key, (start, state.offset))

    return pass_by


def _is_plain(sign: Any) -> bool:
    """Whether nothing but blanks stands beside a sign."""
    before, after = sign.whitespace_before.__class__, sign.whitespace_after.__class__
    return before is cst.SimpleWhitespace and after is cst.SimpleWhitespace


class _Offsets(CodegenState):
    """Takes the tokens of a module in their order, and keeps only how many characters there are."""

    def __init__(self, default_indent: str, default_newline: str) -> None:
        super().__init__(default_indent=default_indent, default_newline=default_newline)
        self.note: Callable[..., None]  # what is done in place of writing a node
        self.spans: dict[int, tuple[int, int]] = {}
        self.offset = 0

    def add_indent_tokens(self) -> None:
        self.offset += sum(map(len, self.indent_tokens))

    def add_token(self, value: str) -> None:
        self.offset += len(value)

    def pop_trailing_newline(self) -> None:
        """The newline that the last line does not have; nothing lies behind it."""

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

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is not None:
            return  # of code that is nested too deeply: its last node was not come to
        spans = self._state.spans
        first, last = self._start_node, self._end_node
        start = self._start if first is None else spans[id(first)][0]
        end = self._state.offset if last is None else spans[id(last)][1]
        spans[id(self._node)] = start, end


# --- what LibCST's nodes do differently here ------------------------------------

# This is said once, and of every node: whenever a class changes, Python forgets what it knows of
# all that derive from it, and looks it up anew.
_CODEGEN = cst.CSTNode._codegen
_PARENTHESIZE = cst.BaseExpression._parenthesize


def _codegen(node: cst.CSTNode, state: CodegenState, **options: Any) -> None:
    if state.__class__ is not _Offsets:
        _CODEGEN(node, state, **options)
    elif node.__class__ is cst.SimpleWhitespace:  # which there is most of
        state.offset += len(node.value)
    else:
        state.note(node, state, **options)


def _parenthesize(node: cst.BaseExpression, state: CodegenState) -> AbstractContextManager[None]:
    if state.__class__ is _Offsets and not (node.lpar or node.rpar):
        return _Recorded(state, node, None, None)
    return _PARENTHESIZE(node, state)


cst.CSTNode._codegen = _codegen  # type: ignore[method-assign, assignment]
cst.BaseExpression._parenthesize = _parenthesize  # type: ignore[method-assign, assignment]
