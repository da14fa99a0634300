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
from raytune_migrate.proposal import OTHER_FILE, Change, Finding, Replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

UNUSED = "RTM900"
_TO_US = re.compile(r"#\s*raytune-migrate:", re.I)
_IGNORE = re.compile(_TO_US.pattern + r"\s*ignore(?:\[(?P<codes>[^\]]*)\]|(?![\w\[-]))", re.I)


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment: the codes that it names (none: all), and the lines and statements it covers."""

    comment: cst.Comment
    codes: frozenset[str]
    lines: frozenset[int]
    statements: frozenset[int]  # the offsets of the lines on which they start
    spans: tuple[tuple[int, int], ...] = ()  # where those of them without a body stand

    def covers(self, proposal: Proposal) -> bool:
        """Whether the comment speaks of a proposal."""
        named = not self.codes or proposal.code in self.codes
        place = proposal.place
        return named and (
            place.line in self.lines
            or place.statement in self.statements
            or (isinstance(proposal, Change) and self._is_rewritten_by(proposal))
        )

    def _is_rewritten_by(self, change: Change) -> bool:
        """Whether a change, which may begin elsewhere, replaces code of one of the statements."""
        return any(
            start <= edit.start < edit.end <= end
            for edit in change.edits
            if isinstance(edit, Replace)
            for start, end in self.spans
        )


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
    for one in comments:
        used = {proposal.code for proposal in every if one.covers(proposal)}
        # Said once other files have been looked at too: no single one tells if it will be.
        used |= one.codes & {OTHER_FILE}
        if unknown := sorted(one.codes - RULES.keys()):
            yield _finding(
                parsed,
                one.comment,
                f"There is no rule {' and no rule '.join(unknown)}, so that this ignores nothing.",
                "Name codes in full, as in ignore[RTM101]; `raytune-migrate rules` lists them.",
            )
        idle = sorted(one.codes & RULES.keys() - used)
        if idle or not (used or unknown):
            what = " and ".join(idle) or "anything"
            rest = f"Remove {', '.join(idle)} from the comment."
            yield _finding(
                parsed,
                one.comment,
                f"There is no need to ignore {what} here.",
                rest if used or unknown else "Remove the comment.",
            )


def misread(parsed: Parsed) -> Iterator[Finding]:
    """A finding for each comment that asks this tool for something, in words that it has not."""
    if not _TO_US.search(parsed.text):
        return
    for comment in parsed.of(cst.Comment):
        if _TO_US.search(comment.value) and not _IGNORE.search(comment.value):
            yield _finding(
                parsed,
                comment,
                "This comment is not understood, and keeps nothing as it is.",
                f"Write `{ignoring(['RTM101'])}` above a statement or behind it, or"
                " `# raytune-migrate: skip-file` on a line of its own.",
            )


def _finding(parsed: Parsed, comment: cst.Comment, reason: str, advice: str) -> Finding:
    place = parsed.place_at(parsed.start(comment))
    return Finding(UNUSED, place, reason, advice, RULES[UNUSED].link)


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
    spans = tuple(
        (parsed.start(one), parsed.end(one))
        for one in parsed.of(cst.SimpleStatementLine)
        if parsed.line_start(parsed.line(one)) in statements
    )
    return Suppression(comment, codes, frozenset({covered}), frozenset(statements), spans)
