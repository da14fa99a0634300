"""A TODO that an earlier run left in the code is still to be done, until a person removes it.

What it speaks of may not show in the rewritten code any more.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.proposal import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Proposal

MARK = "# TODO(raytune-migrate):"
MARKED = "Remove the comment when it is done."
_MARK = re.compile(rf"{re.escape(MARK)} (?P<code>RTM\d+) (?P<reason>.*) (?P<link>\S+)")


def mark(found: Finding) -> str:
    """The comment that says in the code what is left to a person."""
    return f"{MARK} {found.code} {found.reason} {found.link}"


def propose(context: Context) -> Iterator[Proposal]:
    """A finding for each mark, at the statement below it."""
    parsed = context.parsed
    if MARK not in parsed.text:
        return
    for node in parsed.nodes:
        if isinstance(node, cst.Comment) and (match := _MARK.fullmatch(node.value)):
            line, column, offset = _below(parsed, parsed.end(node))
            yield Finding(
                code=match["code"],
                place=Place(line, column, offset),
                reason=match["reason"],
                advice=MARKED,
                link=match["link"],
            )


def _below(parsed: Parsed, offset: int) -> tuple[int, int, int]:
    """Line, column and start of the first line of code under a comment."""
    line = parsed.line_of(offset)
    while True:
        line += 1
        start = parsed.line_start(line)
        text = parsed.text[start : parsed.line_start(line + 1)]
        if start == len(parsed.text) or (text.strip() and not text.strip().startswith("#")):
            return line, len(text) - len(text.lstrip()) + 1, start
