"""A TODO that an earlier run left in the code is still to be done, until a person removes it.

What it speaks of may not show in the rewritten code any more.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.editing.marks import MARK, read_mark
from raytune_migrate.proposal import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

MARKED = "Remove the comment when it is done."


def propose(context: Context) -> Iterator[Proposal]:
    """A finding for each mark, at the statement below it."""
    parsed = context.parsed
    if MARK not in parsed.text:
        return
    for node in parsed.of(cst.Comment):
        if written := read_mark(node.value):
            code, reason, link = written
            start = parsed.line_start(parsed.code_below(parsed.line(node)))
            indent = re.match(r"[ \t]*", parsed.text[start:])
            yield Finding(
                code=code,
                place=parsed.place_at(start + len(indent[0] if indent else "")),
                reason=reason,
                advice=MARKED,
                link=link,
            )
