"""Changes lowered to text: their edits, imports, formatting, and the notes of what is left."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.choice.suppression import ignoring
from raytune_migrate.editing.alignment import aligned
from raytune_migrate.editing.edits import lower, splice
from raytune_migrate.editing.layout import (
    formatted_argument,
    longest_line,
    reformatted,
)
from raytune_migrate.editing.marks import MARK, mark
from raytune_migrate.editing.unformatted import is_unformatted
from raytune_migrate.imports.add import add_imports
from raytune_migrate.imports.statements import import_statements
from raytune_migrate.proposal import FLAG, ImportName, Replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.project import Project
    from raytune_migrate.proposal import Change, Edit, Finding


def applied(
    parsed: Parsed,
    project: Project,
    style: Layout,
    changes: Sequence[Change],
    comments: Iterable[Replace],
) -> str:
    """The text with the changes, their imports, and comments on lines of their own."""
    # Sweeps that share a trainer or a config ask for the same edits to it.
    asked = dict.fromkeys(edit for change in changes for edit in change.edits)
    flag = dict.fromkeys(edit for change in changes if change.code == FLAG for edit in change.edits)
    users = [one for one in changes if one.imports]
    starts = (
        *(one.start for one in lower(parsed, dict.fromkeys(e for c in users for e in c.edits))),
        *(parsed.line_start(one.place.line) for one in users if not one.edits),
    )
    imports = [parsed.span(one) for one in import_statements(parsed)]
    first_use = min(  # an import that is written anew uses nothing
        (at for at in starts if not any(start <= at < end for start, end in imports)),
        default=len(parsed.text),
    )
    # The flag may bring ``import os`` itself.
    brought = {ImportName("os", "")} if any(map(_brings_os, flag)) else set()
    names = {name for change in changes for name in change.imports} - brought
    written = {(one.start, one.end): one.text for one in asked if isinstance(one, Replace)}
    # In this order where they meet: imports need the flag, and what is written needs imports.
    edits = [
        *lower(parsed, flag),
        *add_imports(parsed, names, style, project.runtime, before=first_use, written=written),
        *lower(parsed, [one for one in asked if one not in flag], style),
    ]
    edits = _restyled(parsed, sorted(edits, key=order), style)
    edits += comments
    edits = _without_double_gaps(parsed.text, sorted(edits, key=order))
    newline = style.newline
    done = [replace(one, text=native(one.text, newline)) for one in edits]
    return splice(parsed.text, sorted(done, key=order))


def _brings_os(edit: Edit) -> bool:
    return isinstance(edit, Replace) and edit.text.startswith("import os\n")


def _without_double_gaps(text: str, edits: Sequence[Replace]) -> list[Replace]:
    """Two definitions that follow each other need the blank lines between them once."""
    done: list[Replace] = []
    for edit in edits:
        last = done[-1] if done else None
        if last is not None and not text[last.end : edit.start].strip():
            # The end of a line that is put in is no blank line.
            begins = last.start == 0 or text[last.start - 1] in "\r\n"
            ends = last.start == last.end and begins
            given = len(last.text) - len(last.text.rstrip("\n")) - int(ends)
            wanted = len(edit.text) - len(edit.text.lstrip("\n"))
            edit = replace(edit, text=edit.text[min(given, wanted) :])
        done.append(edit)
    return done


def order(edit: Replace) -> tuple[int, int]:
    """The key by which edits are sorted for splicing."""
    return edit.start, edit.end


def native(text: str, newline: str) -> str:
    """A text with the newlines of its file."""
    return re.sub(r"\r\n?|\n", newline, text)


def _restyled(parsed: Parsed, edits: Sequence[Replace], style: Layout) -> list[Replace]:
    """Let black have the statements that were as black writes them, or that grew too long."""
    units = sorted(_units(parsed), key=lambda one: one.start)
    starts = [one.start for one in units]
    inside: dict[_Unit, list[Replace]] = {}
    done: list[Replace] = []
    for edit in edits:
        place = bisect_right(starts, edit.start) - 1
        if place >= 0 and units[place].holds(edit):
            inside.setdefault(units[place], []).append(edit)
        else:
            done.append(edit)
    done += [_whole(parsed, unit, some, style) for unit, some in inside.items()]
    return sorted(done, key=order)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A piece of source that black can have by itself: a simple statement, or a compound's head."""

    node: cst.CSTNode
    start: int
    end: int
    body: str  # what a head needs to be a statement

    def holds(self, edit: Replace) -> bool:
        """Whether an edit changes part of this."""
        whole = (edit.start, edit.end) == (self.start, self.end)
        if edit.start == edit.end == self.start:
            return "\n" not in edit.text  # else it has lines of its own, above
        return (
            self.start <= edit.start < self.end and self.start < edit.end <= self.end and not whole
        )


def _units(parsed: Parsed) -> Iterator[_Unit]:
    for line in parsed.of(cst.SimpleStatementLine):
        yield _Unit(line, *parsed.span(line), body="")
    heads: list[tuple[cst.CSTNode, cst.CSTNode]] = [  # each with what stands before its colon
        *((one, one.iter) for one in parsed.of(cst.For)),
        *((one, one.items[-1]) for one in parsed.of(cst.With)),
        *(
            (one, one.test)
            for one in parsed.of(cst.If)
            if parsed.text.startswith("if", parsed.start(one))
        ),
    ]
    for node, last in heads:
        colon = parsed.text.index(":", parsed.end(last))
        yield _Unit(node, parsed.start(node), colon + 1, body="\n    pass")


def _whole(parsed: Parsed, unit: _Unit, edits: Sequence[Replace], style: Layout) -> Replace:
    """The edits within one unit as a replacement of the unit."""
    start, end = unit.start, unit.end
    indent = parsed.indent(unit.node)
    old, new = parsed.text[start:end], splice(parsed.text, edits, start, end)

    plain = native(old, "\n")
    if is_unformatted(parsed, start, end):
        kept = aligned(parsed.text, start, end, edits) if "\n" in plain else edits
        return Replace(start, end, splice(parsed.text, kept, start, end))
    styled = reformatted(new, indent, style, unit.body)
    if styled == native(new, "\n"):  # whatever the old one was, which takes long to find out
        return Replace(start, end, styled)
    if reformatted(old, indent, style, unit.body) == plain:
        return Replace(start, end, styled or new)
    limit = max(style.black.line_length, longest_line(indent + old))
    if "\n" in plain:
        edits = aligned(parsed.text, start, end, edits)
        new = splice(parsed.text, edits, start, end)
    if longest_line(indent + new) > style.black.line_length and "\n" in plain:
        new = splice(parsed.text, _by_argument(parsed, unit.node, edits, style), start, end)
    broken = "\n" in new and "\n" not in plain
    if longest_line(indent + new) > limit or broken:
        new = reformatted(new, indent, style, unit.body) or new
    return Replace(start, end, new)


def _by_argument(
    parsed: Parsed, node: cst.CSTNode, edits: Sequence[Replace], style: Layout
) -> list[Replace]:
    """Let black have only the arguments, on lines of their own, that an edit made too long.

    Those that were so before may stay as long as they were. What black does to an inner one may
    save the one around it.
    """
    rest = list(edits)
    for argument in reversed(parsed.walk(node, cst.Arg)):
        start, end = parsed.span(argument)
        line = parsed.line_start(parsed.line(argument))
        if parsed.text[line:start].strip():
            continue
        inside = [one for one in rest if _is_within(one, start, end)]
        ahead = [
            one for one in rest if line <= one.start and one.end <= start and one.start < start
        ]
        # What is put on lines of its own, above, is none of the indent.
        indent = splice(parsed.text, ahead, line, start).rpartition("\n")[2]
        text = splice(parsed.text, inside, start, end)
        limit = max(style.black.line_length, longest_line(indent + parsed.text[start:end]))
        if inside and longest_line(indent + text) > limit:
            styled = formatted_argument(text, indent, style)
            if styled is not None:
                rest = [one for one in rest if one not in inside]
                rest = sorted([*rest, Replace(start, end, styled)], key=order)
    return rest


def _is_within(edit: Replace, start: int, end: int) -> bool:
    """Whether an edit is of an argument; what is put behind it, such as another, has a comma.

    So has what makes the argument the first of a call around it, but that closes the call too.
    """
    closes = edit.text.count(")") > edit.text.count("(")
    behind = edit.text.lstrip().startswith(",") and not closes
    at_end = edit.start == edit.end == end and not behind
    return (start <= edit.start < end and edit.end <= end) or at_end


def suppressing(parsed: Parsed, changes: Iterable[Change]) -> list[Replace]:
    """A comment above each statement whose change is to be suppressed."""
    codes: dict[int, list[str]] = {}
    for one in changes:
        codes.setdefault(one.place.statement, []).append(one.code)
    return [
        Replace(start, start, f"{_indent(parsed, start)}{ignoring(some)}\n")
        for start, some in codes.items()
    ]


def marks_of(parsed: Parsed, findings: Iterable[Finding]) -> list[Replace]:
    """A comment above each statement that is left to a person, once for each reason."""
    edits: dict[Replace, None] = {}
    for one in findings:
        line = parsed.line_of(one.place.statement)
        start = parsed.line_start(line)
        if any(f"{MARK} {one.code} " in above for above in _comments_above(parsed, line)):
            continue
        text = f"{_indent(parsed, start)}{mark(one)}\n"
        edits[Replace(start, start, text)] = None
    return list(edits)


def _comments_above(parsed: Parsed, line: int) -> Iterator[str]:
    """The comments that stand right above a line, from below: several findings mark a statement."""
    while line > 1:
        line -= 1
        text = parsed.text[parsed.line_start(line) : parsed.line_start(line + 1)].strip()
        if not text.startswith("#"):
            return
        yield text


def _indent(parsed: Parsed, start: int) -> str:
    found = re.match(r"[ \t]*", parsed.text[start:])
    return found[0] if found else ""
