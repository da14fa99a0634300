"""From edits to text: arguments added and removed in the manner of the call, then one splice."""

from __future__ import annotations

import re
import tokenize
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.editing.layout import formatted_argument, longest_line, moved
from raytune_migrate.editing.unformatted import SWITCH
from raytune_migrate.module.syntax import python_tree
from raytune_migrate.proposal import AddArgument, RemoveArgument, Replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from raytune_migrate.editing.layout import Layout
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit


# The types of a function's arguments in a comment, at the head of its body.
_SIGNATURE = re.compile(r"#\s*type:\s*\(")
# What begins or ends a cell, or a fold, of a script that editors show as a notebook.
_CELL = re.compile(r"#\s*(%%|In\s?\[|COMMAND -|DBTITLE\b|(end)?region\b|[+-]$)")
# What rules off, or heads, a section of a module.
_HEADING = re.compile(r"#\s*[-=#*~_]{3,}|#.*[-=#*~_]{3,}\s*$")


class OverlapError(Exception):
    """Two edits claim the same text."""


@dataclass(frozen=True, slots=True)
class ArgumentText:
    """An argument with everything that belongs to it: where it is, and its own comments."""

    start: int  # of the first comment line above it, or of the argument itself
    end: int  # behind its comma and the comment on its line, or behind the argument itself
    whole_lines: bool
    comments: tuple[str, ...]
    comment: str | None


def lower(parsed: Parsed, edits: Iterable[Edit], style: Layout | None = None) -> list[Replace]:
    """The same edits as plain replacements, sorted.

    Arguments added to one call come together; run_config is the last of them, as in Ray's guides.
    With a ``style``, those that are too long for lines of their own are as black writes them.
    """
    edits = list(edits)
    plain = [one for one in edits if isinstance(one, Replace)]
    removed = [one for one in edits if isinstance(one, RemoveArgument)]
    added = [one for one in edits if isinstance(one, AddArgument)]
    plain += [_remove(parsed, one, removed) for one in removed]
    added.sort(key=lambda one: parsed.start(one.call))
    for _, group in groupby(added, key=lambda one: parsed.start(one.call)):
        additions = sorted(group, key=lambda one: one.keyword == "run_config")
        gone = [one.argument for one in removed if one.call is additions[0].call]
        plain += _add(parsed, additions, gone, style)
    return sorted(plain, key=lambda one: (one.start, one.end))


def splice(text: str, edits: Sequence[Replace], start: int = 0, end: int | None = None) -> str:
    """``text[start:end]`` with sorted replacements made; raises :class:`OverlapError`."""
    end = len(text) if end is None else end
    parts: list[str] = []
    done = start
    for edit in edits:
        if edit.start < done or edit.end > end:
            msg = f"edits overlap at offset {edit.start}"
            raise OverlapError(msg)
        parts += [text[done : edit.start], edit.text]
        done = edit.end
    parts.append(text[done:end])
    return "".join(parts)


def rewritten(parsed: Parsed, node: cst.CSTNode, edits: Iterable[Edit]) -> str:
    """The text of ``node`` with those of the edits that lie within it."""
    start, end = parsed.span(node)
    inside = [one for one in lower(parsed, edits) if start <= one.start and one.end <= end]
    return splice(parsed.text, inside, start, end)


def without_comments(text: str) -> str:
    """An expression that is written a second time: its comments stay with the first."""
    lines = text.splitlines(keepends=True)
    # As in the call that holds it, where its lines are indented as one likes.
    for token in tokenize.generate_tokens(iter(["(\n", *lines, "\n", ")", ""]).__next__):
        if token.type == tokenize.COMMENT:
            (line, start), (_, end) = token.start, token.end
            lines[line - 2] = lines[line - 2][:start] + lines[line - 2][end:]
    return "".join(lines)


def assigned(name: str, value: cst.BaseExpression, text: str) -> str:
    """``name = text``, which is the text of ``value``.

    That has no parentheses of its own: with these, as with those of the call that it comes from, a
    value may go over several lines. What is said between them and the value stays there.
    """
    if not value.lpar:
        return bound(name, text)
    before, behind = _within_parentheses(value)
    return f"{name} = ({before}{text}{behind})"


def _within_parentheses(value: cst.BaseExpression) -> tuple[str, str]:
    """What is said between a value and its parentheses, as it stands, before and behind it."""
    before = [one.whitespace_after for one in value.lpar]
    behind = [one.whitespace_before for one in value.rpar]
    return _with_comments_only(before), _with_comments_only(behind)


def _with_comments_only(spaces: Sequence[cst.BaseParenthesizableWhitespace]) -> str:
    texts = [cst.Module([]).code_for_node(one) for one in spaces]
    return "".join(one for one in texts if "#" in one)  # other white space is the formatter's


def remarks(value: cst.BaseExpression) -> list[str]:
    """The comments between a value and its parentheses."""
    lines = "\n".join(_within_parentheses(value)).splitlines()
    return [one.strip() for one in lines if one.strip()]


def bound(name: str, text: str) -> str:
    """``name = text``, with parentheses where that needs them to go over several lines."""
    plain = f"{name} = {text}"
    return plain if "\n" not in text or _is_statement(plain) else f"{name} = ({text})"


def _is_statement(text: str) -> bool:
    """Whether Python reads a text as one statement, and not as several or as none."""
    tree = python_tree(text)
    return tree is not None and len(tree.body) == 1


def value_span(parsed: Parsed, argument: cst.Arg) -> tuple[int, int]:
    """Where the value of an argument stands, with the parentheses around it."""
    if not argument.value.lpar or argument.keyword is None:
        return parsed.span(argument.value)
    start = parsed.text.index("=", parsed.end(argument.keyword)) + 1
    return parsed.text.index("(", start), parsed.end(argument)


def argument_text(parsed: Parsed, call: cst.Call, argument: cst.Arg) -> ArgumentText:
    """Where an argument's whole text is, comments included."""
    start, end = parsed.span(argument)
    comment = None
    comma = _comma_end(parsed, argument)
    last = comma if comma is not None else end
    line_end = _line_end(parsed.text, last)
    rest = parsed.text[last:line_end].strip()
    line = parsed.line_start(parsed.line_of(start))
    whole = not parsed.text[line:start].strip() and (not rest or rest.startswith("#"))
    comments: list[str] = []
    if whole:
        comment = rest or None
        first = _before(parsed, call, argument)
        while line > first:
            above = parsed.line_start(parsed.line_of(line) - 1)
            text = parsed.text[above:line].strip()
            if above < first or not text.startswith("#"):
                break
            comments.insert(0, text)
            line = above
        return ArgumentText(line, line_end, True, tuple(comments), comment)
    return ArgumentText(start, last, False, (), None)


def with_comments(parsed: Parsed, statement: cst.CSTNode) -> tuple[int, int]:
    """From the first comment line right above a statement to the end of its last line."""
    line = parsed.line(statement)
    while line > 1:
        above = parsed.text[parsed.line_start(line - 1) : parsed.line_start(line)].strip()
        if not belongs_below(above):
            break
        line -= 1
    end = parsed.end(statement)
    while end < len(parsed.text) and parsed.text[end] not in "\r\n":
        end += 1
    return parsed.line_start(line), end


def belongs_below(line: str) -> bool:
    """Whether a line is a comment that goes where the statement below it goes."""
    others = (_SIGNATURE, _CELL, _HEADING, SWITCH)
    return line.startswith("#") and not any(one.match(line) for one in others)


def blanks_before(text: str, start: int) -> int:
    """The number of blank lines right above an offset at the start of a line."""
    lines = text[:start].splitlines()
    count = 0
    while lines and not lines.pop().strip():
        count += 1
    return count


def argument_behind(parsed: Parsed, call: cst.Call, argument: cst.Arg, text: str) -> Replace:
    """One more argument right behind one that has others behind it, and behind its comment."""
    end = parsed.end(argument)
    found = argument_text(parsed, call, argument)
    if found.comment is None:
        return _insert(end, f", {text}")
    return _insert(found.end, f"\n{text},")


def _remove(parsed: Parsed, edit: RemoveArgument, removed: Sequence[RemoveArgument]) -> Replace:
    text = parsed.text
    found = argument_text(parsed, edit.call, edit.argument)
    if found.whole_lines:
        start, end = _closed_up(parsed, edit, removed, found)
        return Replace(start, end, "")
    arguments = edit.call.args
    index = next(i for i, one in enumerate(arguments) if one is edit.argument)
    inline = [
        one.argument
        for one in removed
        if one.call is edit.call and not argument_text(parsed, edit.call, one.argument).whole_lines
    ]
    behind = arguments[index + 1 :]
    if not all(any(one is other for other in inline) for one in behind):
        following = next(one for one in behind if all(one is not other for other in inline))
        if index == 0 or not argument_text(parsed, edit.call, following).whole_lines:
            return Replace(found.start, parsed.start(behind[0]), "")
        # What has lines of its own keeps them, and what is in front ends its line.
        first = all(arguments[index - 1] is not one for one in inline)
        last = behind[0] is following
        start = len(text[: found.start].rstrip(" \t")) if first else found.start
        end = found.end if last else parsed.start(behind[0])
        if last and _fills_lines(parsed, arguments[:index], inline, found):
            end = _next_line(text, _line_end(text, end))
        return Replace(start, end, "")
    kept = any(all(one is not other for other in inline) for one in arguments[:index])
    if kept:  # at the end, the comma goes that is in front, unless it has gone with its own lines
        before = arguments[index - 1]
        run = index  # where the arguments that go with this one begin
        while any(arguments[run - 1] is one for one in inline):
            run -= 1
        ahead = arguments[run - 1]
        stays = all(ahead is not one.argument for one in removed)
        if stays and _is_commented(parsed, ahead, arguments[run]):
            # The comment keeps its line, and what it stands behind its comma.
            start = found.start if run == index else parsed.end(before)
            return Replace(start, parsed.end(edit.argument) if behind else found.end, "")
        own = argument_text(parsed, edit.call, before)
        goes = own.whole_lines and any(one.argument is before for one in removed)
        start = _next_line(text, own.end) if goes else parsed.end(before)
        return Replace(start, parsed.end(edit.argument), "")
    return Replace(found.start, parsed.start(behind[0]) if behind else found.end, "")


def _fills_lines(
    parsed: Parsed, before: Sequence[cst.Arg], gone: Sequence[cst.Arg], last: ArgumentText
) -> bool:
    """Whether arguments that go together, of which one is the last, have lines to themselves."""
    text = parsed.text
    start = last.start
    for one in reversed(before):
        if all(one is not other for other in gone):
            break
        start = parsed.start(one)
    line = parsed.line_start(parsed.line_of(start))
    return not text[line:start].strip() and not text[last.end : _line_end(text, last.end)].strip()


def _closed_up(
    parsed: Parsed, edit: RemoveArgument, removed: Sequence[RemoveArgument], found: ArgumentText
) -> tuple[int, int]:
    """The lines of an argument; where none is left, up to the parentheses, but for comments."""
    text = parsed.text
    start, end = found.start, _next_line(text, found.end)
    gone = [one.argument for one in removed if one.call is edit.call]
    every = edit.call.args
    if all(any(one is other for other in gone) for one in every):
        opening = text.index("(", parsed.end(edit.call.func)) + 1
        close = parsed.end(edit.call) - 1
        first, last = (argument_text(parsed, edit.call, one) for one in (every[0], every[-1]))
        said = text[opening : first.start] + text[_next_line(text, last.end) : close]
        if not said.strip():
            start = opening if edit.argument is every[0] else start
            end = close if edit.argument is every[-1] else end
    return start, end


def _add(
    parsed: Parsed, edits: Sequence[AddArgument], gone: Sequence[cst.Arg], style: Layout | None
) -> list[Replace]:
    """Arguments at the end of one call: a line each where the call has a line for each."""
    call = edits[0].call
    close = parsed.end(call) - 1
    text = parsed.text
    kept = [one for one in call.args if not any(one is other for other in gone)]
    if not kept:
        return [_insert(close, ", ".join(_inline(one) for one in edits))]
    last = kept[-1]
    comma = _comma_end(parsed, last)
    # The comma goes with an argument behind it that is taken out of its line.
    cut = call.args[-1] is not last and not _is_on_own_lines(parsed, call, call.args[-1])
    comma = None if cut else comma
    after = comma if comma is not None else parsed.end(last)
    tail_line = _line_end(text, after)
    if not cut and close > tail_line:
        lines = _lines(edits, parsed.indent(last), style, ends=comma is not None)
        inserts = [] if comma is not None else [_insert(after, ",")]
        return [*inserts, _insert(tail_line, "".join(f"\n{one}" for one in lines))]
    # The parenthesis closes on the line of the last argument.
    following = _behind(call, last) if cut else None
    if (
        following is not None
        and _is_commented(parsed, last, following)
        and not _is_on_own_lines(parsed, call, following)
    ):
        said = any(one.comments or one.comment for one in edits)
        own = "".join(map(_with_own_comments, edits)).lstrip("\n") + "\n"
        return [_insert(parsed.start(following), own if said else ", ".join(map(_inline, edits)))]
    lead = "" if comma is not None else ","
    first = [one for one in kept if _begins_line(parsed, one)]
    if first and not cut:
        said = edits[-1].comment is not None  # nothing can stand behind it
        indent = parsed.indent(first[-1])
        lines = _lines(edits, indent, style, ends=comma is not None or said)
        tail = f"\n{indent}" if said else ""
        return [_insert(after, lead + "".join(f"\n{one}" for one in lines) + tail)]
    if any(one.comments or one.comment for one in edits):
        return [_insert(after, "".join([lead, *map(_with_own_comments, edits), "\n"]))]
    return [_insert(after, f"{lead} " + ", ".join(_inline(one) for one in edits))]


def _is_commented(parsed: Parsed, argument: cst.Arg, following: cst.Arg) -> bool:
    """Whether a comment stands between two arguments, the first of which ends on its line."""
    return "#" in parsed.text[parsed.end(argument) : parsed.start(following)]


def _behind(call: cst.Call, argument: cst.Arg) -> cst.Arg:
    return call.args[next(i for i, one in enumerate(call.args) if one is argument) + 1]


def _begins_line(parsed: Parsed, argument: cst.Arg) -> bool:
    start = parsed.start(argument)
    return not parsed.text[parsed.line_start(parsed.line_of(start)) : start].strip()


def _lines(
    edits: Sequence[AddArgument], indent: str, style: Layout | None, *, ends: bool
) -> list[str]:
    """Arguments on lines of their own at ``indent``; ``ends`` says whether a comma is the last."""
    lines: list[str] = []
    for number, edit in enumerate(edits):
        lines += [f"{indent}{one}" for one in edit.comments]
        comma = "," if ends or number + 1 < len(edits) else ""
        comment = f"  {edit.comment}" if edit.comment else ""
        text = moved(_inline(edit), "", indent)
        if style is not None and longest_line(f"{indent}{text}{comma}") > style.black.line_length:
            text = formatted_argument(text, indent, style) or text
        lines.append(f"{indent}{text}{comma}{comment}")
    return lines


def _is_on_own_lines(parsed: Parsed, call: cst.Call, argument: cst.Arg) -> bool:
    return argument_text(parsed, call, argument).whole_lines


def _with_own_comments(edit: AddArgument) -> str:
    comment = f"  {edit.comment}" if edit.comment else ""
    return "".join(f"\n{one}" for one in edit.comments) + f"\n{_inline(edit)},{comment}"


def _inline(edit: AddArgument) -> str:
    return f"{edit.keyword}={edit.value}"


def _insert(offset: int, text: str) -> Replace:
    return Replace(offset, offset, text)


def _comma_end(parsed: Parsed, argument: cst.Arg) -> int | None:
    if not isinstance(argument.comma, cst.Comma):
        return None
    return parsed.text.index(",", parsed.end(argument)) + 1


def _before(parsed: Parsed, call: cst.Call, argument: cst.Arg) -> int:
    """Where the text before an argument ends: the previous argument's, or the parenthesis."""
    index = next(i for i, one in enumerate(call.args) if one is argument)
    if index == 0:
        return parsed.end(call.func)
    previous = call.args[index - 1]
    return _line_end(parsed.text, _comma_end(parsed, previous) or parsed.end(previous))


def _line_end(text: str, offset: int) -> int:
    ends = [found for found in (text.find("\n", offset), text.find("\r", offset)) if found >= 0]
    return min(ends, default=len(text))


def _next_line(text: str, line_end: int) -> int:
    if text[line_end : line_end + 2] == "\r\n":
        return line_end + 2
    return min(line_end + 1, len(text))


def lies_in(parsed: Parsed, edit: Edit, node: cst.CSTNode) -> bool:
    """Whether an edit changes nothing but what is below a node."""
    start, end = parsed.span(node)
    if isinstance(edit, Replace):
        return start <= edit.start and edit.end <= end
    return parsed.inside(edit.call, node)
