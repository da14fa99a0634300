"""Names that move to another import: taken out of where they were, with what is said there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.imports.statements import without_names, written_name
from raytune_migrate.module.names import bound_name, module_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import ImportName, Replace


def leave(parsed: Parsed, names: Sequence[ImportName]) -> list[Replace]:
    """Take names out of the imports that they move away from.

    Also out of others beside these that import the same object once more, from a home as old.
    """
    statements = [
        one for one in parsed.of(cst.ImportFrom) if not isinstance(one.names, cst.ImportStar)
    ]
    moves = [
        (one, parsed.parent(parsed.statement(left)))
        for one in names
        for left in statements
        if module_name(left) == one.replaces and named_in(left, one.name)
    ]
    edits: list[Replace] = []
    for statement in statements:
        block = parsed.parent(parsed.statement(statement))
        gone = {
            id(alias): alias
            for one, where in moves
            for alias in named_in(statement, one.name)
            if module_name(statement) == one.replaces
            or (where is block and _is_once_more(statement, alias, one))
        }
        if gone:
            edits += without_names(parsed, statement, list(gone.values()))
    return edits


def left_by(
    parsed: Parsed, home: Sequence[cst.BaseStatement], names: Sequence[ImportName]
) -> cst.BaseStatement | None:
    """The first statement that some of the names move away from."""
    return next(
        (
            statement
            for statement in home
            for inner in (statement.body if isinstance(statement, cst.SimpleStatementLine) else ())
            if isinstance(inner, cst.ImportFrom)
            and not isinstance(inner.names, cst.ImportStar)
            and any(
                module_name(inner) == one.replaces and named_in(inner, one.name) for one in names
            )
        ),
        None,
    )


def comment_on_left(parsed: Parsed, names: Sequence[ImportName]) -> str:
    """The comment behind the imports of which nothing is left where some names move away."""
    moving = {(one.replaces, one.name) for one in names}
    lines = [
        parsed.parent(one)
        for one in parsed.of(cst.ImportFrom)
        if not isinstance(one.names, cst.ImportStar)
        and moving >= {(module_name(one), alias.evaluated_name) for alias in one.names}
    ]
    comments = {
        one.trailing_whitespace.comment.value
        for one in lines
        if isinstance(one, cst.SimpleStatementLine)
        and len(one.body) == 1
        and one.trailing_whitespace.comment is not None
    }
    return f"  {comments.pop()}" if len(comments) == 1 else ""


def named_in(statement: cst.ImportFrom, name: str) -> list[cst.ImportAlias]:
    """Where an import, not one of all, names what it imports so."""
    assert not isinstance(statement.names, cst.ImportStar)
    return [one for one in statement.names if one.evaluated_name == name]


def _is_once_more(statement: cst.ImportFrom, alias: cst.ImportAlias, moved: ImportName) -> bool:
    """Whether an import is of the object that moves, under the same name, and not from its home."""
    written = written_name(statement, alias)
    old = f"{moved.replaces}.{moved.name}"
    return (
        bound_name(alias) == (moved.alias or moved.name)
        and ray_api.public_name(written) == ray_api.public_name(old)
        and written != f"{moved.module}.{moved.name}"
    )
