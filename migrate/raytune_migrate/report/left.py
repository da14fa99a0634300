"""What is left of a file, at the lines that the user has now."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from raytune_migrate.settings.options import Todo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.outcome import Migration
    from raytune_migrate.proposal import Finding
    from raytune_migrate.settings.options import Options


def is_rewritten(migration: Migration, options: Options) -> bool:
    """Whether the file is another one now."""
    return options.writes and migration.before != migration.after


def left(migration: Migration, options: Options) -> tuple[Finding, ...]:
    """The findings that are to be reported."""
    if not is_rewritten(migration, options):
        return migration.findings
    if options.todo is not Todo.NOWHERE:
        return migration.remaining
    # No comment holds what only the code told that is gone now.
    return (*migration.remaining, *_vanished(migration))


def _vanished(migration: Migration) -> Iterator[Finding]:
    """The findings that the rewritten code does not give again."""
    still = Counter((one.code, one.reason) for one in migration.remaining)
    pair = (migration.before.splitlines(), migration.after.splitlines())
    blocks = difflib.SequenceMatcher(None, *pair, autojunk=False).get_opcodes()
    for one in migration.findings:
        if still[one.code, one.reason] > 0:
            still[one.code, one.reason] -= 1
        elif one.place.cell is not None:  # its line is not one of the file
            yield one
        else:
            row = one.place.line - 1
            found = ((i, j, k) for _, i, to, j, k in blocks if i <= row < to)
            start, begin, end = next(found, (row, row, row + 1))
            line = max(begin, min(begin + row - start, end - 1)) + 1
            yield replace(one, place=replace(one.place, line=line))
