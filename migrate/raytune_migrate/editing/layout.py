"""How generated code looks: black in the project's own settings, at the file's own indentation."""

from __future__ import annotations

import functools
import io
import re
import textwrap
import tokenize
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import black
from black.mode import TargetVersion
from black.parsing import InvalidInput

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.project import Project

_BLACK_INDENT = 4
# What a string over several lines begins with, or has in it; in an f-string braces may hold lines.
_MAY_SPAN_LINES = re.compile(r"""\"{3}|'{3}|\\\r?\n|[fFtT][rR]?["']""")


@dataclass(frozen=True, slots=True)
class Style:
    """What black is told; as its own Mode, but to be looked up by."""

    target_versions: frozenset[TargetVersion]
    line_length: int
    string_normalization: bool
    magic_trailing_comma: bool
    preview: bool
    unstable: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """What new code in one file must look like."""

    black: Style
    indent: str  # one level
    quote: str
    newline: str

    def literal(self, text: str) -> str:
        """A string literal in the file's own quotes."""
        return f"{self.quote}{text}{self.quote}"


def layout(parsed: Parsed, project: Project) -> Layout:
    """The layout of one file: its project's settings, its own indentation and newlines.

    Where the project lets quotes be, or single quotes are what the file uses, they stay.
    """
    single = parsed.text.count("'") > parsed.text.count('"')
    return Layout(
        black=Style(
            target_versions=_target_versions(project),
            line_length=project.line_length,
            string_normalization=project.string_normalization and not single,
            magic_trailing_comma=project.magic_trailing_comma,
            preview=project.preview,
            unstable=project.unstable,
        ),
        indent=parsed.module.default_indent,
        quote="'" if single else '"',
        newline=parsed.module.default_newline,
    )


def formatted(code: str, indent: str, style: Layout) -> str:
    """``code`` (not indented) as black writes it, moved to ``indent``; no newline at the end."""
    width = max(style.black.line_length - len(indent.expandtabs(_BLACK_INDENT)), 20)
    code = code.replace("\r\n", "\n").replace("\r", "\n")
    # Black reads what it has changed once more, if only by the last newline.
    text = _as_black_writes(code.rstrip("\n") + "\n", replace(style.black, line_length=width))
    return indented(text.rstrip("\n"), indent, style)


# Black takes ten times as long as to parse the code, and is given the same again when part of the
# changes is tried, and in files that are alike.
@functools.lru_cache(maxsize=1_000)
def _as_black_writes(code: str, style: Style) -> str:
    return black.format_str(code, mode=_mode(style))


# Black looks up what it remembers by its Mode, which is sooner found where it is the same object.
@functools.cache
def _mode(style: Style) -> black.Mode:
    return black.Mode(
        target_versions=set(style.target_versions),
        line_length=style.line_length,
        string_normalization=style.string_normalization,
        magic_trailing_comma=style.magic_trailing_comma,
        preview=style.preview,
        unstable=style.unstable,
    )


def formatted_argument(text: str, indent: str, style: Layout) -> str | None:
    """An argument of a call, on a line of its own at ``indent``, as black writes it.

    None where black cannot read it, such as with a comment behind its comma.
    """
    call = f"_(\n{dedented(text, indent)},\n)"
    outer = indent.removesuffix(style.indent)
    try:
        inner = formatted(call, outer, style).split("\n", 1)[1].rsplit("\n", 1)[0]
    except (InvalidInput, ValueError):
        return None
    lines = inner.rstrip().removesuffix(",").split("\n")
    shift = len(outer + style.indent)
    return "\n".join([lines[0].strip(), *(indent + one[shift:] for one in lines[1:])])


def indented(code: str, indent: str, style: Layout) -> str:
    """Move black's lines to ``indent``, in the file's unit; the inside of strings stays."""
    inside = _string_lines(code)
    lines = []
    for number, line in enumerate(code.split("\n"), start=1):
        if number in inside or not line:
            lines.append(line)
            continue
        body = line.lstrip(" ")
        levels, rest = divmod(len(line) - len(body), _BLACK_INDENT)
        lines.append(indent + style.indent * levels + " " * rest + body)
    return "\n".join(lines)


def reformatted(text: str, indent: str, style: Layout, body: str = "") -> str | None:
    """A statement in its place (its first line without indent) as black writes it there.

    ``body`` makes a statement of the head of one. None where black cannot read it.
    """
    code = dedented(text.replace("\r\n", "\n").replace("\r", "\n"), indent) + body
    try:
        result = formatted(code, indent, style)[len(indent) :]
    except (InvalidInput, ValueError):
        return None
    return result.rsplit("\n", 1)[0] if body else result


def dedented(text: str, indent: str) -> str:
    """A statement's text (its first line without indent) moved to the margin."""
    inside = _string_lines(text)
    lines = text.split("\n")
    return "\n".join(
        line if number in inside else line.removeprefix(indent)
        for number, line in enumerate(lines, start=1)
    )


def moved(text: str, indent: str, to: str) -> str:
    """A statement's text (its first line without indent) moved from one indentation to another."""
    first, *others = dedented(text, indent).split("\n")
    inside = _string_lines(text)
    return "\n".join(
        [
            first,
            *(
                f"{to}{line}" if line.strip() and number not in inside else line
                for number, line in enumerate(others, start=2)
            ),
        ]
    )


def longest_line(text: str) -> int:
    """The length of the longest line, in characters."""
    return max(len(line) for line in re.split(r"\r\n?|\n", text))


def _target_versions(project: Project) -> frozenset[TargetVersion]:
    """The project's own, else those that Ray with Train V2 runs on."""
    names = project.target_versions or frozenset(
        one.name.lower() for one in TargetVersion if one.value >= TargetVersion.PY39.value
    )
    return frozenset(one for one in TargetVersion if one.name.lower() in names)


def _string_lines(code: str) -> frozenset[int]:
    """The lines, from 1, that begin inside a string."""
    if _MAY_SPAN_LINES.search(code) is None:  # which is sooner said than found out
        return frozenset()
    found = set[int]()
    starts: list[int] = []
    opening = getattr(tokenize, "FSTRING_START", -1)
    closing = getattr(tokenize, "FSTRING_END", -1)
    try:
        for token in tokenize.generate_tokens(io.StringIO(textwrap.dedent(code)).readline):
            if token.type == tokenize.STRING:
                found.update(range(token.start[0] + 1, token.end[0] + 1))
            elif token.type == opening:
                starts.append(token.start[0])
            elif token.type == closing:
                found.update(range(starts.pop() + 1, token.end[0] + 1))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return frozenset(found)
    return frozenset(found)
