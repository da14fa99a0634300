"""Python source with what LibCST knows of it: tree, parents, positions and scopes.

Everything that reads a module goes through :class:`Parsed`. Nothing here writes.
"""

from __future__ import annotations

import ast
import functools
import re
import threading
import warnings
from bisect import bisect_right
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

import libcst as cst
from libcst.metadata import (
    MetadataWrapper,
    PositionProvider,
    ScopeProvider,
)

from raytune_migrate.borders import borders_in
from raytune_migrate.proposal import Place, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

    from libcst.metadata import CodePosition, CodeRange, Scope

_NEWLINE = re.compile(r"\r\n?|\n")
_STACK = 256 * 2**20  # of which a system gives only what is used
# White space and punctuation, of which there is more than of all else; nobody looks for it.
_UNSEEN = frozenset(
    {
        cst.AssignEqual, cst.Colon, cst.Comma, cst.Dot, cst.EmptyLine, cst.LeftParen,
        cst.LeftSquareBracket, cst.LeftCurlyBrace, cst.Newline, cst.ParenthesizedWhitespace,
        cst.RightParen, cst.RightSquareBracket, cst.RightCurlyBrace, cst.SimpleWhitespace,
        cst.TrailingWhitespace,
    }
)  # fmt: skip
_Node = TypeVar("_Node", bound=cst.CSTNode)
_P = ParamSpec("_P")
_T = TypeVar("_T")


class SourceSyntaxError(Exception):
    """The text is not Python that LibCST can read."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message


@dataclass(frozen=True, slots=True)
class Parsed:
    """One module, parsed once; nodes are compared by identity."""

    text: str
    module: cst.Module
    _lines: Sequence[int]  # the offset at which each line starts
    nodes: Sequence[cst.CSTNode]  # all but white space and punctuation, in source order
    _places: Mapping[cst.CSTNode, tuple[int, int]]  # in ``nodes``: a node's own, and where it ends
    _parents: Mapping[cst.CSTNode, cst.CSTNode]
    _positions: Mapping[cst.CSTNode, CodeRange]
    _scopes: Mapping[cst.CSTNode, Scope | None]
    _assignments: Mapping[cst.CSTNode, Sequence[cst.Assign | cst.AnnAssign]]  # by the class around
    borders: Sequence[int] = ()  # where its pieces start, if it is joined from several
    _known: dict[tuple[object, ...], object] = field(default_factory=dict, compare=False)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds ``node``; None for the module."""
        return self._parents.get(node)

    def walk(self, node: cst.CSTNode) -> Sequence[cst.CSTNode]:
        """``node`` and everything below it, in source order; see ``nodes``."""
        start, end = self._places[node]
        return self.nodes[start:end]

    def assignments(self, owner: cst.ClassDef) -> Sequence[cst.Assign | cst.AnnAssign]:
        """The assignments in the body and in the methods of a class."""
        return self._assignments.get(owner, ())

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around ``node``, innermost first."""
        current = self.parent(node)
        while current is not None:
            yield current
            current = self.parent(current)

    def enclosing(self, node: cst.CSTNode, kind: type[_Node]) -> _Node | None:
        """The innermost ancestor of one type."""
        return next((one for one in self.ancestors(node) if isinstance(one, kind)), None)

    def inside(self, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
        """Whether ``node`` is ``outer`` or lies within it."""
        return node is outer or any(one is outer for one in self.ancestors(node))

    def scope(self, node: cst.CSTNode) -> Scope | None:
        """The scope in which ``node`` is evaluated."""
        found = self._scopes.get(node)
        if found is not None:
            return found
        around = (self._scopes.get(one) for one in self.ancestors(node))
        return next((scope for scope in around if scope is not None), None)

    def scope_of(self, node: cst.CSTNode) -> Scope | None:
        """The scope recorded at this very node, if any."""
        return self._scopes.get(node)

    def offset(self, position: CodePosition) -> int:
        """A position as an offset into ``text``."""
        return self._lines[position.line - 1] + position.column

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end of a node's own text, without surrounding space and comments."""
        where = self._positions[node]
        return self.offset(where.start), self.offset(where.end)

    def start(self, node: cst.CSTNode) -> int:
        """Where a node's own text starts."""
        return self.span(node)[0]

    def end(self, node: cst.CSTNode) -> int:
        """Where a node's own text ends."""
        return self.span(node)[1]

    def line(self, node: cst.CSTNode) -> int:
        """The line of a node, from 1."""
        return self._positions[node].start.line

    def line_of(self, offset: int) -> int:
        """The line that holds an offset, from 1."""
        return bisect_right(self._lines, offset)

    def line_start(self, line: int) -> int:
        """The offset at which a line starts; one past the last line is the end of the text."""
        return self._lines[line - 1] if line <= len(self._lines) else len(self.text)

    def source(self, node: cst.CSTNode) -> str:
        """The text of a node, exactly as it stands."""
        start, end = self.span(node)
        return self.text[start:end]

    def indent(self, node: cst.CSTNode) -> str:
        """The white space before the line on which a node starts."""
        start = self.line_start(self.line(node))
        found = re.match(r"[ \t\f]*", self.text[start:])
        return found.group() if found else ""

    def statement(self, node: cst.CSTNode) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        """The innermost statement that holds ``node``."""
        for one in (node, *self.ancestors(node)):
            if isinstance(one, cst.SimpleStatementLine | cst.BaseCompoundStatement):
                return one
        msg = f"no statement holds {type(node).__name__}"
        raise ValueError(msg)

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The function in whose body ``node`` stands; None at module level and in a class body."""
        inner: cst.CSTNode = node
        for one in self.ancestors(node):
            if isinstance(one, cst.FunctionDef) and inner is one.body:
                return one
            if isinstance(one, cst.ClassDef) and inner is one.body:
                return None
            inner = one
        return None

    def place(self, node: cst.CSTNode) -> Place:
        """Where ``node`` is, for people."""
        where = self._positions[node].start
        statement = self.statement(node)
        start = self.line_start(self.line(statement))
        length = self.end(node) - self.start(node)
        return Place(where.line, where.column + 1, start, self._anchor(statement), length)

    def place_at(self, offset: int) -> Place:
        """The place of an offset, with its line as the statement."""
        line = self.line_of(offset)
        start = self.line_start(line)
        text = self.text[start : self.line_start(line + 1)]
        length = max(0, start + len(text.rstrip()) - offset)
        return Place(line, offset - start + 1, start, digest("\0".join(text.split())), length)

    def code_below(self, line: int) -> int:
        """The next line that holds code; one past the last line where there is none."""
        while True:
            line += 1
            start = self.line_start(line)
            text = self.text[start : self.line_start(line + 1)].strip()
            if start == len(self.text) or (text and not text.startswith("#")):
                return line

    def piece(self, offset: int) -> tuple[int, int]:
        """Start and end of the piece that holds an offset; of the module where it is in one."""
        index = bisect_right(self.borders, offset)
        start = self.borders[index - 1] if index else 0
        return start, self.borders[index] if index < len(self.borders) else len(self.text)

    def _anchor(self, statement: cst.SimpleStatementLine | cst.BaseCompoundStatement) -> str:
        around = [
            one.name.value
            for one in self.ancestors(statement)
            if isinstance(one, cst.FunctionDef | cst.ClassDef)
        ]
        text = self.source(statement)
        if not isinstance(statement, cst.SimpleStatementLine):
            body = statement.cases[0] if isinstance(statement, cst.Match) else statement.body
            text = text[: self.start(body) - self.start(statement)]
        return digest("\0".join((*reversed(around), *text.split())))


def remembered(
    function: Callable[Concatenate[Parsed, _P], _T],
) -> Callable[Concatenate[Parsed, _P], _T]:
    """Work out what a function says of a module, or of a node in it, once for as long as it lives.

    Rules ask the same of the same nodes over and over. Only for functions of what is immutable.
    """

    def known(parsed: Parsed, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        key = (function, *args, *kwargs.items())
        try:
            return cast("_T", parsed._known[key])
        except KeyError:
            result = function(parsed, *args, **kwargs)
            parsed._known[key] = result
            return result

    functools.update_wrapper(known, function)
    return known


def parse(text: str) -> Parsed:
    """Parse a module; raises :class:`SourceSyntaxError` where LibCST cannot read it."""
    try:
        module = tree(text)
    except cst.ParserSyntaxError as error:
        raise SourceSyntaxError(error.raw_line, error.raw_column + 1, _first_line(error)) from error
    except RecursionError as error:
        raise SourceSyntaxError(1, 1, "the code is nested too deeply to be read") from error
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    parents = _parents(module)
    nodes, places = _in_order(module, parents, positions)
    lines = [0, *(match.end() for match in _NEWLINE.finditer(text))]
    return Parsed(
        text=text,
        module=module,
        _lines=lines,
        nodes=nodes,
        _places=places,
        _parents=parents,
        _positions=positions,
        _scopes=wrapper.resolve(ScopeProvider),
        _assignments=_by_class(nodes, parents),
        borders=borders_in(text),
    )


def tree(text: str) -> cst.Module:
    """LibCST's tree. Raises what its parser does, and RecursionError for what is nested too deeply.

    That parser recurses without a limit of its own, and would end the whole process.
    """
    if _is_too_deep(text):
        raise RecursionError("nested too deeply")
    found: list[cst.Module | BaseException] = []

    def parse_it() -> None:
        try:
            found.append(cst.parse_module(text))
        except BaseException as error:
            found.append(error)

    usual = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=parse_it, daemon=True)
        thread.start()
    finally:
        threading.stack_size(usual)
    thread.join()
    result = found[0]
    if isinstance(result, BaseException):
        raise result
    return result


def _is_too_deep(text: str) -> bool:
    """Whether Python's own parser, which counts, refuses a text for how deep it is nested."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (RecursionError, MemoryError):
        return True
    except SyntaxError as error:
        return error.msg == "too many nested parentheses"
    except ValueError:
        return False
    return False


def _by_class(
    nodes: Sequence[cst.CSTNode], parents: Mapping[cst.CSTNode, cst.CSTNode]
) -> Mapping[cst.CSTNode, Sequence[cst.Assign | cst.AnnAssign]]:
    found: dict[cst.CSTNode, list[cst.Assign | cst.AnnAssign]] = {}
    for node in nodes:
        if isinstance(node, cst.Assign | cst.AnnAssign):
            around = parents.get(node)
            while around is not None and not isinstance(around, cst.ClassDef):
                around = parents.get(around)
            if around is not None:
                found.setdefault(around, []).append(node)
    return found


def _parents(module: cst.Module) -> dict[cst.CSTNode, cst.CSTNode]:
    """The holder of each node: what LibCST's provider says, at a tenth of its time."""
    parents: dict[cst.CSTNode, cst.CSTNode] = {}
    stack: list[cst.CSTNode] = [module]
    while stack:
        node = stack.pop()
        for name in _fields(type(node)):
            value = getattr(node, name)
            several = value if isinstance(value, tuple | list) else (value,)
            below: list[cst.CSTNode] = [one for one in several if _is_node(one.__class__)]
            parents |= dict.fromkeys(below, node)
            stack += below
    return parents


@functools.cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


@functools.cache
def _is_node(kind: Hashable) -> bool:
    return isinstance(kind, type) and issubclass(kind, cst.CSTNode)


def _in_order(
    module: cst.Module,
    parents: Mapping[cst.CSTNode, cst.CSTNode],
    positions: Mapping[cst.CSTNode, CodeRange],
) -> tuple[tuple[cst.CSTNode, ...], Mapping[cst.CSTNode, tuple[int, int]]]:
    """The nodes in source order, and for each its place and that behind the last one below it."""
    children: dict[cst.CSTNode, list[cst.CSTNode]] = {}
    for child, holder in parents.items():
        children.setdefault(holder, []).append(child)

    def place(node: cst.CSTNode) -> tuple[int, int]:
        start = positions[node].start
        return start.line, start.column

    nodes: list[cst.CSTNode] = []
    places: dict[cst.CSTNode, tuple[int, int]] = {}
    # A node is met twice: before what is below it, and, with its place, behind it.
    stack: list[tuple[cst.CSTNode, int | None]] = [(module, None)]
    while stack:
        node, start = stack.pop()
        if start is not None:
            places[node] = start, len(nodes)
            continue
        stack.append((node, len(nodes)))
        if type(node) not in _UNSEEN:
            nodes.append(node)
        below = sorted(children.get(node, ()), key=place)
        stack.extend((one, None) for one in reversed(below))
    return tuple(nodes), places


def _first_line(error: cst.ParserSyntaxError) -> str:
    return error.message.strip().splitlines()[0] if error.message.strip() else "invalid syntax"
