"""From text to LibCST's tree; of a rewritten module only what is new in it is parsed.

LibCST's parser takes most of the time of a rewrite: ten times as long as Python's own, which says
where the statements of a module are.
"""

from __future__ import annotations

import functools
import os
import re
import threading
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from queue import SimpleQueue
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

# Nodes are made by LibCST's parser alone, and what that has read is as its grammar says.
cst.CSTNode.__post_init__ = lambda _: None  # type: ignore[method-assign, assignment]

_STACK = 256 * 2**20  # of which a system gives only what is used
_INDENTED = re.compile(r"^[ \t\f]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """The lines of one statement of a module, and of what stands above it: offsets into the text.

    ``clings`` says that above it are indented lines, such as a comment: these may belong to the
    block of the statement before.
    """

    start: int
    end: int
    clings: bool


def pieces_of(python: ast.Module, text: str, lines: Sequence[int]) -> Iterator[Piece]:
    """The pieces of a module, without gaps; ``lines`` are the offsets at which lines start."""
    spans: list[tuple[int, int]] = []  # the first and the last line of each, from 1
    for one in python.body:
        first = min([one.lineno, *(each.lineno for each in getattr(one, "decorator_list", ()))])
        last = one.end_lineno or first
        if spans and first <= spans[-1][1]:  # behind a semicolon
            spans[-1] = spans[-1][0], max(last, spans[-1][1])
        else:
            spans.append((first, last))
    for (_, before), (first, last) in pairwise([(0, 0), *spans]):
        start, code = lines[before], lines[first - 1]
        end = lines[last] if (first, last) != spans[-1] and last < len(lines) else len(text)
        yield Piece(start, end, _INDENTED.search(text, start, code) is not None)


def tree(text: str) -> cst.Module:
    """LibCST's tree of a text that Python does not find nested too deeply; raises what it raises.

    Its parser recurses without a limit of its own, and would end the whole process.
    """
    return _deep(os.getpid()).parse(text)


class _Deep:
    """A thread with a deep stack that parses what it is given, as long as the process lives.

    To start one for each text takes a quarter of the time of parsing it.
    """

    def __init__(self) -> None:
        self._asked: SimpleQueue[tuple[str, SimpleQueue[cst.Module | BaseException]]]
        self._asked = SimpleQueue()
        usual = threading.stack_size(_STACK)
        try:
            threading.Thread(target=self._serve, daemon=True).start()
        finally:
            threading.stack_size(usual)

    def parse(self, text: str) -> cst.Module:
        """The tree of a text; raises what LibCST raises."""
        # Each text has a queue of its own: whoever was interrupted does not take its answer.
        answer: SimpleQueue[cst.Module | BaseException] = SimpleQueue()
        self._asked.put((text, answer))
        result = answer.get()
        if isinstance(result, BaseException):
            raise result
        return result

    def _serve(self) -> None:
        while True:
            _answer(*self._asked.get())


def _answer(text: str, answer: SimpleQueue[cst.Module | BaseException]) -> None:
    """Put the tree of a text, or what LibCST raises, where it is waited for."""
    try:
        answer.put(cst.parse_module(text))
    except BaseException as error:
        answer.put(error)


@functools.lru_cache(maxsize=1)
def _deep(_process: int) -> _Deep:
    """The thread of this process: one that was forked has none of the threads of the other."""
    return _Deep()


def renewed(
    module: cst.Module,
    before: tuple[str, Sequence[Piece]],
    after: tuple[str, Sequence[Piece]],
) -> cst.Module | None:
    """The tree of a text ``after``, with the statements that it shares with one ``before``.

    Both with their pieces; ``module`` is the tree of the one before. None where they share none,
    or where it cannot be told: then the whole text is to be parsed.
    """
    text, pieces = after
    taken = _taken_over(module, before, after)
    if not any(taken):
        return None

    # Between what is new stand statements that tell where it goes on, with the module's indent.
    newline = module.default_newline
    border = f"if 0:{newline}{module.default_indent}pass{newline}"
    source: list[str] = []
    places: list[int] = []  # in the text that is parsed, of the statements that are new
    count = 0
    for index, piece in enumerate(pieces):
        if taken[index] is not None:
            continue
        if taken[index - 1] is not None and index:
            source.append(border)
            count += 1
        source.append(text[piece.start : piece.end])
        places.append(count)
        count += 1
    try:
        new = tree("".join(source))
    except cst.ParserSyntaxError:
        return None
    same = (new.default_indent, new.default_newline) == (module.default_indent, newline)
    if not same or len(new.body) != count:
        return None
    fresh = (new.body[place] for place in places)
    body = [one if one is not None else next(fresh) for one in taken]
    # The first block decides on the indent of a module, which the others do not repeat.
    blocks = (one.body for one in body if not isinstance(one, cst.Match))
    first = next((one for one in blocks if isinstance(one, cst.IndentedBlock)), None)
    if first is not None and first.indent is not None:
        return None
    return new.with_changes(body=body)


_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def _taken_over(
    module: cst.Module,
    before: tuple[str, Sequence[Piece]],
    after: tuple[str, Sequence[Piece]],
) -> Sequence[_Statement | None]:
    """For each piece of a text the statement that it was before; None where it is new.

    The first and the last are always new: what stands above and below them may be the module's.
    """
    known: dict[str, list[_Statement]] = defaultdict(list)
    if len(before[1]) == len(module.body):
        for index, text in _apart(*before):
            known[text].append(module.body[index])
    taken: list[_Statement | None] = [None] * len(after[1])
    for index, text in _apart(*after):
        if known.get(text):
            taken[index] = known[text].pop(0)
    return taken


def _apart(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, str]]:
    """The pieces, but the first and the last, whose statements their own text alone decides on."""
    for index in range(1, len(pieces) - 1):
        one = pieces[index]
        if not one.clings and not pieces[index + 1].clings:
            yield index, text[one.start : one.end]
