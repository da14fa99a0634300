"""The ``log_dir`` of a Result is its ``path``.

https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.catalogue import RULES
from raytune_migrate.proposal import Change
from raytune_migrate.readers.log_dirs import log_dirs
from raytune_migrate.rewrite.reader_edits import path_edits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM405"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for the reads of the file, but for those that a sweep's own change writes anew."""
    parsed = context.parsed
    draft = context.draft()
    found = [one for one in log_dirs(parsed, parsed.module) if not draft.moves(parsed, one)]
    edits = tuple(edit for one in found for edit in path_edits(parsed, one, draft))
    if edits:
        yield Change(
            code=_CODE,
            title="log_dir of a Result is its path",
            reason="A Result of Ray has no log_dir any more.",
            link=RULES[_CODE].link,
            place=parsed.place(found[0]),
            edits=edits,
            imports=tuple(draft.imports),
        )
