"""Python code in documents and in doctests: blocks that a reader runs one after the other."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from raytune_migrate.containers.blocks import (
    GOES_ON,
    PROMPT,
    Style,
    doctest_blocks,
    markdown_blocks,
    rst_blocks,
)
from raytune_migrate.containers.commands import lacking
from raytune_migrate.containers.exported import cells_of_code, every_cell
from raytune_migrate.containers.magics import Python, back, names_in, to_python
from raytune_migrate.containers.model import Container, Restored, ReturnError, Spot
from raytune_migrate.containers.pieces import (
    Line,
    check,
    filled,
    is_code,
    joined,
    lines_of,
    merged,
    newline_of,
    parted,
    without_end,
)
from raytune_migrate.containers.shell import Cell
from raytune_migrate.containers.unread import speaks_of_ray, unread
from raytune_migrate.module.syntax import python_tree
from raytune_migrate.proposal import Place, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from raytune_migrate.containers.blocks import Block
    from raytune_migrate.proposal import Finding

# A shell shows what an expression comes to, and the reader's has no such output.
_SHOWN = re.compile(r"_?os\.environ\.setdefault\(")

_BROKEN = "This block cannot be read as Python, and is left as it is."
_BROKEN_ADVICE = "Correct the block and run again, or migrate it by hand."


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block that is code, and its code without the magics that a notebook's may have."""

    block: Block
    python: Python


@dataclass(frozen=True, slots=True)
class _Written:
    """A block as it is to stand in the file: its lines, and which of the script each is."""

    block: Block
    raw: tuple[str, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Document:
    """The lines of a file, its scripts as blocks, and the blocks that cannot be read."""

    lines: tuple[str, ...]
    scripts: tuple[tuple[_Piece, ...], ...]
    left: tuple[Block, ...]

    @property
    def code(self) -> tuple[str, ...]:
        """The code of each script."""
        return tuple(_joined(one) for one in self.scripts)

    def container(self) -> Container:
        """The code of the document."""
        return Container(self.code, self.restore)

    def restore(self, scripts: Sequence[str]) -> Restored:
        """The document with other code. Raises :class:`ReturnError`."""
        written = [
            _written(pieces, code) for pieces, code in zip(self.scripts, scripts, strict=True)
        ]
        every = sorted((one for some in written for one in some), key=lambda one: one.block.start)
        parts: list[str] = []
        done = 0
        for one in every:
            parts += [*self.lines[done : one.block.start], *one.raw]
            done = one.block.end
        text = "".join([*parts, *self.lines[done:]])
        spots = tuple(
            _spots(some, every, code) for some, code in zip(written, scripts, strict=True)
        )
        return Restored(text, spots, tuple(_finding(one, every) for one in self.left))


def document(suffix: str, text: str) -> Container:
    """The code of a Markdown or RST document."""
    lines = lines_of(text)
    blocks = rst_blocks if suffix == ".rst" else markdown_blocks
    return _of(lines, [blocks(lines)]).container()


def exported(text: str) -> Container:
    """The code of a notebook that is kept as a Python file: its cells are one script."""
    lines = lines_of(text)
    pieces, left = _read(cells_of_code(lines))
    whole = _Document(tuple(lines), (pieces,) if pieces else (), left)

    def lacks(code: str, text: str = text) -> tuple[Finding, ...]:
        cells = [Cell(None, shown, row) for row, shown in every_cell(lines_of(text))]
        return tuple(lacking(code, cells))

    def restore(scripts: Sequence[str]) -> Restored:
        done = whole.restore(scripts)
        return replace(done, lacks=lacks("".join(scripts), done.text))

    return Container(whole.code, restore, lacks)


def with_doctests(text: str) -> Container:
    """The code of a Python file, and the examples in its docstrings."""
    lines = lines_of(text)
    blocks = doctest_blocks(lines, range(len(lines)))
    # Each docstring is read by itself.
    whole = _of(lines, [list(some) for _, some in groupby(blocks, key=lambda one: one.region)])
    examples = whole.container()

    def restore(scripts: Sequence[str]) -> Restored:
        code, *others = scripts
        moved = _moved_to(whole, lines_of(code))
        done = moved.restore(others)
        every = [
            one
            for pieces, other in zip(moved.scripts, others, strict=True)
            for one in _written(pieces, other)
        ]
        rows = (_row(row, every) for row in range(1, len(moved.lines) + 1))
        own = tuple(Spot(row, row) for row in rows)
        check(code, done.text)
        return Restored(done.text, (own, *done.spots), done.findings)

    return Container((text, *examples.scripts), restore)


def _moved_to(whole: _Document, lines: Sequence[str]) -> _Document:
    """The same examples where they stand in rewritten code. Raises :class:`ReturnError`."""
    before = list(doctest_blocks(whole.lines, range(len(whole.lines))))
    found = list(doctest_blocks(lines, range(len(lines))))
    if [one.raw for one in found] != [one.raw for one in before]:
        raise ReturnError("it would change examples in docstrings")
    there = {old.start: new for old, new in zip(before, found, strict=True)}
    return _Document(
        tuple(lines),
        tuple(
            tuple(_Piece(there[one.block.start], one.python) for one in some)
            for some in whole.scripts
        ),
        tuple(there[one.start] for one in whole.left),
    )


def _of(lines: Sequence[str], readers: Iterable[Iterable[Block]]) -> _Document:
    """A file with the blocks that each reader runs."""
    scripts: list[tuple[_Piece, ...]] = []
    left: list[Block] = []
    for blocks in readers:
        pieces, unreadable = _read(blocks)
        scripts += _scripts(pieces)
        left += unreadable
    return _Document(tuple(lines), tuple(scripts), tuple(left))


def _read(blocks: Iterable[Block]) -> tuple[tuple[_Piece, ...], tuple[Block, ...]]:
    """The blocks that are code, and those that speak of Ray and are none."""
    every = [one for one in blocks if one.code.strip()]
    names = names_in("".join(one.code for one in every))
    pieces: list[_Piece] = []
    left: list[Block] = []
    for block in every:
        python = to_python(block.code, str(block.start), names)
        if is_code(python.code):
            pieces.append(_Piece(block, python))
        elif speaks_of_ray(block.code):
            left.append(block)
    return tuple(pieces), tuple(left)


def _scripts(pieces: Iterable[_Piece]) -> Iterator[tuple[_Piece, ...]]:
    """The blocks that run together.

    One that imports Ray starts a script, unless it reads what the one before has defined; others
    go on with it. What comes before the first is no code of Ray.
    """
    script: tuple[_Piece, ...] = ()
    for _, some in groupby(pieces, key=lambda one: one.block.region):
        region = tuple(some)
        code = _code(region)
        starts = _imports_ray(code) and not _reads(code, _code(script))
        if starts and script:
            yield script
            script = ()
        if starts or script:
            script += region
    if script:
        yield script


def _code(pieces: Iterable[_Piece]) -> str:
    return "".join(one.python.code for one in pieces)


def _joined(pieces: Sequence[_Piece]) -> str:
    return joined(enumerate((one.python.code for one in pieces), start=1))


def _written(pieces: Sequence[_Piece], code: str) -> list[_Written]:
    """The blocks of a script with other code. Raises :class:`ReturnError`."""
    done = []
    for one, lines in zip(pieces, parted(code, range(1, len(pieces) + 1)), strict=True):
        check(one.python.code, "".join(each.text for each in lines))
        done.append(_block(one.block, back(lines, one.python.magics)))
    return done


def _block(block: Block, lines: Sequence[Line]) -> _Written:
    """A block with other lines, in its own manner; lines that it had stay as they were.

    So do the blank ones at its edges.
    """
    full = [index for index, one in enumerate(block.lines) if one.strip()]
    first, end = full[0], full[-1] + 1
    old, raw = block.lines[first:end], block.raw[first:end]
    new = [one.text for one in lines]
    if new and without_end(old[-1]) == old[-1]:
        new[-1] = without_end(new[-1])  # the file ends there
    written = _lines(block, old, raw, new)
    numbers = [one.number for one in lines]
    if not written:
        return _Written(block, (*block.raw[:first], *block.raw[end:]), ())
    return _Written(
        block,
        (*block.raw[:first], *(text for _, text in written), *block.raw[end:]),
        (
            *[numbers[0]] * first,
            *(numbers[index] for index, _ in written),
            *[numbers[-1]] * (len(block.raw) - end),
        ),
    )


def _lines(
    block: Block, old: Sequence[str], raw: Sequence[str], new: Sequence[str]
) -> list[tuple[int, str]]:
    """The lines of the file for new lines of code, with the index of each."""
    if list(old) == list(new):
        return list(enumerate(raw))
    newline = newline_of("".join(block.raw))
    prompts = _prompts(new) if block.style is Style.PROMPTS else None

    def write(index: int) -> str:
        text = without_end(new[index])
        end = new[index][len(text) :] or ("" if index + 1 == len(new) else newline)
        if prompts is None:
            return (f"{block.prefix}{text}" if text.strip() else block.prefix.rstrip()) + end
        prompt = prompts[index]
        if not prompt:
            return ""
        shown = prompt == PROMPT and _SHOWN.match(text) is not None
        return f"{block.prefix}{prompt} {'_ = ' if shown else ''}{text}".rstrip() + end

    # An example has no blank lines but those that it had; one is enough to find them.
    kept = [
        index
        for index in range(len(new))
        if prompts is None or prompts[index] or new[index - 1].strip()
    ]
    found = merged(old, raw, [new[index] for index in kept], lambda at: write(kept[at]))
    written = [
        (
            index,
            write(index)
            if prompts
            and not text.startswith(block.prefix + prompts[index])
            and not _ends_statement(new, prompts, index)
            else text,
        )
        for index, text in zip(kept, found, strict=True)
    ]
    return [(index, text) for index, text in written if text]


def _ends_statement(lines: Sequence[str], prompts: Sequence[str], index: int) -> bool:
    """Whether a line is the blank one below a compound statement: either prompt will do there."""
    below = prompts[index + 1 : index + 2]
    return not lines[index].strip() and below != [GOES_ON]


def _prompts(lines: Sequence[str]) -> list[str]:
    """The prompt of each line of code; none for a blank one between statements.

    But a shell needs a line below a compound statement.
    """
    tree = python_tree("".join(lines))
    if tree is None:
        raise ReturnError("an example would no longer be code by itself")
    goes_on: set[int] = set()
    for one in tree.body:
        decorators = getattr(one, "decorator_list", ())
        first = min((one.lineno, *(each.lineno for each in decorators)))
        below = (one.end_lineno or first) + 1
        goes_on.update(range(first + 1, below))
        if hasattr(one, "body") and below <= len(lines) and not lines[below - 1].strip():
            goes_on.add(below)
    return [
        GOES_ON if number in goes_on else PROMPT if line.strip() else ""
        for number, line in enumerate(lines, start=1)
    ]


def _spots(some: Sequence[_Written], every: Sequence[_Written], code: str) -> tuple[Spot, ...]:
    """Where each line of a script stands."""
    found: dict[int, Spot] = {}
    for one in some:
        shift = len(one.block.prefix)
        shift += len(PROMPT) + 1 if one.block.style is Style.PROMPTS else 0
        start = _row(one.block.start + 1, every)
        for index, number in enumerate(one.numbers):
            found.setdefault(number, Spot(start + index, start + index, None, shift))
    return filled(found, len(lines_of(code)))


def _row(row: int, every: Sequence[_Written]) -> int:
    """Where a line of the old file, from 1, stands in the new one."""
    return row + sum(len(one.raw) - len(one.block.raw) for one in every if one.block.end < row)


def _finding(block: Block, every: Sequence[_Written]) -> Finding:
    row = _row(block.start + 1, every)
    place = Place(row, len(block.prefix) + 1, 0, digest(block.code))
    return unread(place, _BROKEN, _BROKEN_ADVICE)


def _imports_ray(code: str) -> bool:
    names = (
        name
        for node in _nodes(code)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
    )
    return any(f"{one}.".startswith("ray.") for one in names)


def _reads(code: str, before: str) -> bool:
    """Whether code reads a name that other code binds, and that it does not bind itself."""
    nodes = _nodes(code)
    read = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    return bool((read - _bound(nodes)) & _bound(_nodes(before)))


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        match node:
            case ast.Name(ctx=ast.Store()):
                found.add(node.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.arg():
                found.add(node.arg)
            case ast.alias():
                found.add((node.asname or node.name).split(".", 1)[0])
    return found


def _nodes(code: str) -> list[ast.AST]:
    tree = python_tree(code)
    return list(ast.walk(tree)) if tree is not None else []
