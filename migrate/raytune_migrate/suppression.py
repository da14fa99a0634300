"""``# raytune-migrate: ignore[RTM101]``: what a comment in the code says to leave alone.

On a line of its own a comment speaks of the statement below it, behind code of the statement that
it stands in. Without codes it speaks of all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.catalogue import RULES
from raytune_migrate.proposal import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

UNUSED = "RTM900"
_IGNORE = re.compile(r"#\s*raytune-migrate:\s*ignore(?:\[(?P<codes>[^\]]*)\])?(?=\s|$)", re.I)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment: the codes that it names (none: all), and the lines and statements it covers."""

    comment: cst.Comment
    codes: frozenset[str]
    lines: frozenset[int]
    statements: frozenset[int]  # the offsets of the lines on which they start

    def covers(self, proposal: Proposal) -> bool:
        """Whether the comment speaks of a proposal."""
        named = not self.codes or proposal.code in self.codes
        place = proposal.place
        return named and (place.line in self.lines or place.statement in self.statements)


def suppressions(parsed: Parsed) -> tuple[Suppression, ...]:
    """The comments of a module that suppress something."""
    if not _IGNORE.search(parsed.text):
        return ()
    return tuple(
        _suppression(parsed, node, match)
        for node in parsed.of(cst.Comment)
        if (match := _IGNORE.search(node.value))
    )


def unused(
    parsed: Parsed, comments: Iterable[Suppression], proposals: Iterable[Proposal]
) -> Iterator[Finding]:
    """A finding for each comment, or code in it, that suppresses nothing."""
    every = tuple(proposals)
    rule = RULES[UNUSED]
    for one in comments:
        used = {proposal.code for proposal in every if one.covers(proposal)}
        idle = sorted(one.codes - used)
        if used and not idle:
            continue
        what = f"{' and '.join(idle)} here" if idle else "anything here"
        yield Finding(
            UNUSED,
            parsed.place_at(parsed.start(one.comment)),
            f"There is no need to ignore {what}.",
            "Remove the comment." if not used else f"Remove {', '.join(idle)} from the comment.",
            rule.link,
        )


def ignoring(codes: Iterable[str]) -> str:
    """The comment that suppresses some codes."""
    return f"# raytune-migrate: ignore[{', '.join(codes)}]"


def _suppression(parsed: Parsed, comment: cst.Comment, match: re.Match[str]) -> Suppression:
    codes = frozenset(re.findall(r"\w+", (match["codes"] or "").upper()))
    start = parsed.start(comment)
    line = parsed.line_of(start)
    alone = not parsed.text[parsed.line_start(line) : start].strip()
    covered = parsed.code_below(line) if alone else line
    statements = {parsed.line_start(covered)}
    statements |= {
        parsed.line_start(parsed.line(one))
        for one in parsed.ancestors(comment)
        if isinstance(one, cst.SimpleStatementLine)
    }
    return Suppression(comment, codes, frozenset({covered}), frozenset(statements))
