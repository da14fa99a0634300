"""Statements that delete the variable of a trainer, and go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.bindings import Variable
    from raytune_migrate.module.parsed import Parsed


def deletions(parsed: Parsed, bound: Variable) -> Iterator[cst.SimpleStatementLine]:
    """Each ``del trainer`` that has a line of its own, and is not all that its block does.

    Not in notebooks, whose cells may be run more than once.
    """
    for one in bound.references if not parsed.borders else ():
        statement = parsed.statement(one)
        if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) > 1:
            continue
        block = parsed.parent(statement)
        alone = isinstance(block, cst.IndentedBlock | cst.Module) and len(block.body) == 1
        only = statement.body[0]
        if isinstance(only, cst.Del) and only.target is one and not alone:
            yield statement
