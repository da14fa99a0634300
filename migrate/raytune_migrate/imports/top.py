"""Where the imports of a file begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.editing.edits import belongs_below
from raytune_migrate.imports.statements import next_line
from raytune_migrate.module.names import module_name

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed


def first_import_offset(parsed: Parsed, piece: tuple[int, int] | None = None) -> int:
    """Where code goes that must run before every import but ``__future__``.

    Behind the docstring, the ``__future__`` imports and the comments at the head of the file, or of
    one ``piece`` of it; ahead of the comments that belong to the first import, in its cell where
    comments part a script into cells.
    """
    top, end = piece or (0, len(parsed.text))
    after = top
    first = parsed.line_of(top) + 2 if piece is not None else 1  # below the border
    for statement in parsed.module.body:
        if not top <= parsed.start(statement) < end:
            continue
        if not isinstance(statement, cst.SimpleStatementLine):
            return _start_with_comments(parsed, statement, after, first)
        if is_docstring(statement) or _is_future(statement):
            after = next_line(parsed, statement)
            continue
        return _start_with_comments(parsed, statement, after, first)
    return after if after > top else end


def _start_with_comments(
    parsed: Parsed, statement: cst.BaseStatement, after: int, first: int
) -> int:
    line = parsed.line(statement)
    first_line = parsed.line_of(after)
    if isinstance(statement, cst.FunctionDef | cst.ClassDef) and statement.decorators:
        line = parsed.line(statement.decorators[0])
    start = line
    while start > first_line and belongs_below(_text_above(parsed, start)):
        start -= 1
    top = start
    while top > first_line and _text_above(parsed, top).startswith("#"):
        top -= 1
    # A block of comments at the very top is the file's own, not its first statement's.
    return parsed.line_start(line if top == first else start)


def _text_above(parsed: Parsed, line: int) -> str:
    return parsed.text[parsed.line_start(line - 1) : parsed.line_start(line)].strip()


def is_docstring(statement: cst.SimpleStatementLine) -> bool:
    """Whether a statement is nothing but a string."""
    first = statement.body[0]
    return isinstance(first, cst.Expr) and isinstance(
        first.value, cst.SimpleString | cst.ConcatenatedString
    )


def _is_future(statement: cst.SimpleStatementLine) -> bool:
    first = statement.body[0]
    return isinstance(first, cst.ImportFrom) and module_name(first) == "__future__"
