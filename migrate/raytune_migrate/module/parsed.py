"""Python source with what LibCST knows of it: tree, parents, positions and scopes.

Everything that reads a module goes through :class:`Parsed`. Nothing here writes.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast, overload

import libcst as cst

from raytune_migrate.borders import borders_in
from raytune_migrate.elsewhere import ALONE
from raytune_migrate.module import trees
from raytune_migrate.module.positions import look_through
from raytune_migrate.module.scopes import scopes
from raytune_migrate.module.syntax import is_too_deep, python_tree, what_python_says
from raytune_migrate.proposal import Place, digest
from raytune_migrate.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from libcst.metadata import Scope

    from raytune_migrate.elsewhere import Elsewhere
    from raytune_migrate.module.positions import Tree
    from raytune_migrate.module.trees import Piece

_NEWLINE = re.compile(r"\r\n?|\n")
_UNKNOWN: Any = object()
_DETECTED = re.compile(r" \(detected at line \d+\)$")  # of a text that may be no file's
_TOO_DEEP = "the code is nested too deeply to be read"
_Node = TypeVar("_Node", bound=cst.CSTNode)
_Other = TypeVar("_Other", bound=cst.CSTNode)
_P = ParamSpec("_P")
_T = TypeVar("_T")


class SourceSyntaxError(Exception):
    """The text is not Python that LibCST can read."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message


class NestingError(SourceError):
    """The text can be read, but is nested more deeply than can be looked through."""

    def __init__(self) -> None:
        super().__init__("is nested too deeply to be understood; split up its longest expression")


@dataclass(frozen=True, slots=True)
class _Kind:
    """The nodes of some classes, in source order, and their places in ``Parsed.nodes``."""

    places: Sequence[int]
    nodes: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Parsed:
    """One module, parsed once; nodes are compared by identity."""

    text: str
    module: cst.Module
    pieces: Sequence[Piece]  # of its statements; none where Python cannot read it
    _lines: Sequence[int]  # the offset at which each line starts
    _tree: Tree
    _scopes: Mapping[int, Scope]  # by the ids of nodes
    borders: Sequence[int] = ()  # where its pieces start, if it is joined from several
    elsewhere: Elsewhere = ALONE  # what the rest of the project says of it
    _by_kind: dict[tuple[type, ...], _Kind] = field(default_factory=dict, compare=False)
    _known: dict[object, Any] = field(default_factory=dict, compare=False)

    @property
    def nodes(self) -> Sequence[cst.CSTNode]:
        """All nodes but white space and punctuation, in source order."""
        return self._tree.nodes

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds ``node``; None for the module."""
        return self._tree.parents.get(id(node))

    @overload
    def walk(self, node: cst.CSTNode) -> Sequence[cst.CSTNode]: ...
    @overload
    def walk(self, node: cst.CSTNode, kind: type[_Node], /) -> Sequence[_Node]: ...
    @overload
    def walk(
        self, node: cst.CSTNode, kind: type[_Node], other: type[_Other], /
    ) -> Sequence[_Node | _Other]: ...
    def walk(self, node: cst.CSTNode, *kinds: type[cst.CSTNode]) -> Sequence[cst.CSTNode]:
        """``node`` and all below it in source order, see ``nodes``; or only those of some classes.

        To ask each node for its class takes longer.
        """
        start, end = self._tree.places[id(node)]
        if not kinds:
            return self.nodes[start:end]
        found = self._of(kinds)
        return found.nodes[bisect_left(found.places, start) : bisect_left(found.places, end)]

    @overload
    def of(self, kind: type[_Node], /) -> Sequence[_Node]: ...
    @overload
    def of(self, kind: type[_Node], other: type[_Other], /) -> Sequence[_Node | _Other]: ...
    def of(self, *kinds: type[cst.CSTNode]) -> Sequence[cst.CSTNode]:
        """All nodes of one class, or of two, in source order."""
        return self._of(kinds).nodes

    def _of(self, kinds: tuple[type[cst.CSTNode], ...]) -> _Kind:
        if not self._by_kind:
            places: dict[type[cst.CSTNode], list[int]] = defaultdict(list)
            for place, node in enumerate(self.nodes):
                places[node.__class__].append(place)
            for kind, some in places.items():
                self._by_kind[kind,] = self._kind(some)
        if kinds not in self._by_kind:
            of_each = (self._by_kind[one,].places for one in kinds if (one,) in self._by_kind)
            self._by_kind[kinds] = self._kind(sorted(chain.from_iterable(of_each)))
        return self._by_kind[kinds]

    def _kind(self, places: Sequence[int]) -> _Kind:
        return _Kind(places, tuple([self.nodes[one] for one in places]))

    def place_in_order(self, node: cst.CSTNode) -> tuple[int, int]:
        """The place of a node in ``nodes``, and that behind the last one below it."""
        return self._tree.places[id(node)]

    def assignments(self, owner: cst.ClassDef) -> Sequence[cst.Assign | cst.AnnAssign]:
        """The assignments in the body and in the methods of a class."""
        every = self.walk(owner.body, cst.Assign, cst.AnnAssign)
        return [one for one in every if self.enclosing(one, cst.ClassDef) is owner]

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around ``node``, innermost first."""
        parents = self._tree.parents  # asked more often than anything else
        current = parents.get(id(node))
        while current is not None:
            yield current
            current = parents.get(id(current))

    def enclosing(self, node: cst.CSTNode, kind: type[_Node]) -> _Node | None:
        """The innermost ancestor of one class, which has none that derive from it."""
        parents = self._tree.parents
        current = parents.get(id(node))
        while current is not None and current.__class__ is not kind:
            current = parents.get(id(current))
        return current

    def inside(self, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
        """Whether ``node`` is ``outer`` or lies within it."""
        place, around = self._tree.places.get(id(node)), self._tree.places.get(id(outer))
        if place is None or around is None:  # white space or punctuation
            return node is outer or any(one is outer for one in self.ancestors(node))
        return around[0] <= place[0] < around[1]

    def scope(self, node: cst.CSTNode) -> Scope | None:
        """The scope in which ``node`` is evaluated."""
        found = self._scopes.get(id(node))
        if found is not None:
            return found
        around = (self._scopes.get(id(one)) for one in self.ancestors(node))
        return next((scope for scope in around if scope is not None), None)

    def scopes(self) -> Collection[Scope]:
        """Every scope of the module."""
        return {id(one): one for one in self._scopes.values()}.values()

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end of a node's own text, without surrounding space and comments."""
        start, end = self._tree.spans[id(node)]
        return start, min(end, len(self.text))  # which may lack the last newline

    def start(self, node: cst.CSTNode) -> int:
        """Where a node's own text starts."""
        return self.span(node)[0]

    def end(self, node: cst.CSTNode) -> int:
        """Where a node's own text ends."""
        return self.span(node)[1]

    def line(self, node: cst.CSTNode) -> int:
        """The line of a node, from 1."""
        return self.line_of(self.start(node))

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
            kind: object = one.__class__  # which is sooner asked than what it derives from
            if kind is cst.FunctionDef and inner is cast("cst.FunctionDef", one).body:
                return cast("cst.FunctionDef", one)
            if kind is cst.ClassDef and inner is cast("cst.ClassDef", one).body:
                return None
            inner = one
        return None

    def place(self, node: cst.CSTNode) -> Place:
        """Where ``node`` is, for people."""
        first, end = self.span(node)
        line = self.line_of(first)
        column = first - self.line_start(line) + 1
        statement = self.statement(node)
        start = self.line_start(self._first_line(statement))
        return Place(line, column, start, self._anchor(statement), end - first)

    def _first_line(self, statement: cst.CSTNode) -> int:
        """The line on which a statement starts, its decorators included."""
        if isinstance(statement, cst.FunctionDef | cst.ClassDef) and statement.decorators:
            return self.line(statement.decorators[0])
        return self.line(statement)

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
        key: object
        if kwargs or len(args) > 1:
            key = (function, *args, *kwargs.items())
        elif not args:
            key = function
        else:  # of a node the id, which is sooner asked than its hash
            one = args[0]
            key = (function, id(one) if id(one) in parsed._tree.places else one)
        result: _T = parsed._known.get(key, _UNKNOWN)
        if result is _UNKNOWN:
            result = parsed._known[key] = function(parsed, *args, **kwargs)
        return result

    functools.update_wrapper(known, function)
    return known


def parse(text: str, elsewhere: Elsewhere = ALONE, before: Parsed | None = None) -> Parsed:
    """Parse a module; raises :class:`SourceSyntaxError` where LibCST cannot read it.

    And :class:`NestingError`: nothing that comes later goes as deep into code as what is done here.
    ``before`` is what it was rewritten from: what has not changed is taken from there.
    """
    if is_too_deep(text):
        raise SourceSyntaxError(1, 1, _TOO_DEEP)
    lines = [0, *(match.end() for match in _NEWLINE.finditer(text))]
    try:
        python = python_tree(text)
        pieces = [*trees.pieces_of(python, text, lines)] if python is not None else []
        module = None
        if before is not None:
            module = trees.renewed(before.module, (before.text, before.pieces), (text, pieces))
        module = module or trees.tree(text)
    except cst.ParserSyntaxError as error:
        raise _unreadable(text, error) from error
    except RecursionError as error:
        raise SourceSyntaxError(1, 1, _TOO_DEEP) from error
    try:
        found = look_through(module, before._tree if before is not None else None)
        its_scopes = scopes(module, found)
    except RecursionError as error:
        raise NestingError from error
    return Parsed(
        text=text,
        module=module,
        pieces=pieces,
        _lines=lines,
        _tree=found,
        _scopes=its_scopes,
        borders=borders_in(text),
        elsewhere=elsewhere,
    )


def _unreadable(text: str, error: cst.ParserSyntaxError) -> SourceSyntaxError:
    """What is wrong with a text: in Python's own words, which are nearer to the place."""
    found = what_python_says(text)
    if found is not None and found.lineno is not None:
        message = _DETECTED.sub("", found.msg)
        return SourceSyntaxError(found.lineno, max(1, found.offset or 1), message)
    message = error.message.strip().splitlines()[0] if error.message.strip() else "invalid syntax"
    return SourceSyntaxError(error.raw_line, error.raw_column + 1, message)
