"""Where Python code stands in Markdown, in RST and in docstrings: its blocks, line by line.

https://spec.commonmark.org/0.31.2/#fenced-code-blocks
https://docutils.sourceforge.io/docs/ref/rst/directives.html#code
https://docs.python.org/3/library/doctest.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from raytune_migrate.containers.pieces import without_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PROMPT, GOES_ON = ">>>", "..."
_EXAMPLE = re.compile(r"(?P<prefix>(?:[ \t]|>(?!>))*)>>>(?: |$)")

# What may stand in front of a fence: quotes, and the markers of the lists that it is in.
_FENCE = re.compile(
    r"(?P<prefix>(?:[ \t]|>)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)"
    r"(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\r\n]*)$"
)
# ``python``, ``{.python .numberLines}``, ``{code-block} python``, ``py title="a.py"``
_PYTHON_INFO = re.compile(
    r"(?:\{(?:code|code-block|code-cell|sourcecode)\}[ \t]*|\{[ \t]*\.?)?"
    r"(?:i?python3?|py3?|pycon3?)(?![\w-])|\{testcode\}",
    re.IGNORECASE,
)
_DIRECTIVE = re.compile(
    r"(?P<indent>[ \t]*)\.\.[ \t]+"
    r"(?:(?:code-block|code|sourcecode)::[ \t]*(?:i?python3?|py3?|pycon3?)|testcode::.*)[ \t]*$",
    re.IGNORECASE,
)
_OPTION = re.compile(r"[ \t]*:[\w-]+:")
_INDENT = re.compile(r"[ \t]*")


class Style(Enum):
    """How the lines of a block show that they are code."""

    INDENTED = "indented"  # by what stands in front of each
    PROMPTS = "prompts"  # as in a Python shell


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a file that hold code: the first, counted from 0, and what each holds.

    ``region`` is the same for blocks that are one to a reader: examples between whose prompts
    the expected output stands.
    """

    start: int
    raw: tuple[str, ...]
    lines: tuple[str, ...]
    prefix: str
    style: Style
    region: int

    @property
    def end(self) -> int:
        """The line below it."""
        return self.start + len(self.raw)

    @property
    def code(self) -> str:
        """The code."""
        return "".join(self.lines)


def markdown_blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The Python blocks of Markdown: fences, and examples outside of them."""
    outside: list[int] = []
    at = 0
    while at < len(lines):
        opening = _FENCE.match(without_end(lines[at]))
        if opening is None:
            outside.append(at)
            at += 1
            continue
        yield from doctest_blocks(lines, outside)
        outside = []
        end = next(
            (i for i in range(at + 1, len(lines)) if _closes(lines[i], opening["fence"])),
            len(lines),
        )
        if _PYTHON_INFO.match(opening["info"]):
            start = at + 1
            while opening["info"].startswith("{") and start < end and _OPTION.match(lines[start]):
                start += 1
            yield from _inside(lines, start, end, opening["prefix"])
        at = end + 1
    yield from doctest_blocks(lines, outside)


def rst_blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The Python blocks of RST: those of directives, and examples outside of them."""
    outside: list[int] = []
    at = 0
    while at < len(lines):
        directive = _DIRECTIVE.match(without_end(lines[at]))
        if directive is None:
            outside.append(at)
            at += 1
            continue
        yield from doctest_blocks(lines, outside)
        outside = []
        start = at + 1
        while start < len(lines) and _OPTION.match(lines[start]):
            start += 1
        end = start
        while end < len(lines) and (
            not lines[end].strip() or _indent(lines[end]).startswith(directive["indent"] + " ")
        ):
            end += 1
        yield from _inside(lines, start, end, directive["indent"])
        at = end
    yield from doctest_blocks(lines, outside)


def doctest_blocks(lines: Sequence[str], rows: Sequence[int]) -> Iterator[Block]:
    """The examples among some lines: each run of prompts is a block."""
    at, region = 0, rows[0] if rows else 0
    while at < len(rows):
        row = rows[at]
        text = without_end(lines[row])
        first = _EXAMPLE.match(text)
        if first is None:
            if text.count('"""') % 2 or text.count("'''") % 2:
                region = row  # one docstring ends, or another starts
            at += 1
            continue
        prefix = first["prefix"]
        taken = [row]
        while at + len(taken) < len(rows) and rows[at + len(taken)] == taken[-1] + 1:
            following = without_end(lines[taken[-1] + 1])
            if not _is_example(following, prefix):
                break
            taken.append(taken[-1] + 1)
        raw = tuple(lines[one] for one in taken)
        code = tuple(without_end(one)[len(prefix) + 4 :] + _end(one) for one in raw)
        yield Block(row, raw, code, prefix, Style.PROMPTS, region)
        at += len(taken)


def _is_example(text: str, prefix: str) -> bool:
    rest = text.removeprefix(prefix)
    return text.startswith(prefix) and (
        rest in (PROMPT, GOES_ON) or rest.startswith((f"{PROMPT} ", f"{GOES_ON} "))
    )


def _inside(lines: Sequence[str], start: int, end: int, prefix: str) -> Iterator[Block]:
    """The code between two lines, without what stands in front of all of it."""
    full = [i for i in range(start, end) if lines[i].strip(" \t\r\n>")]
    if not full:
        return
    start, end = full[0], full[-1] + 1
    if _EXAMPLE.match(lines[start]):
        yield from doctest_blocks(lines, range(start, end))
        return
    # The fence may stand further left, or right, than its code.
    heads = [re.match(r"(?:[ \t]|>)*", lines[i]) for i in full]
    common = _common([one[0] for one in heads if one is not None])
    if ">" not in prefix:
        common = _common([_indent(lines[i]) for i in full])
    code = tuple(
        one[len(common) :] if one.startswith(common) else _end(one) for one in lines[start:end]
    )
    yield Block(start, tuple(lines[start:end]), code, common, Style.INDENTED, start)


def _closes(line: str, fence: str) -> bool:
    text = line.strip(" \t\r\n>")
    return len(text) >= len(fence) and not text.strip(fence[0])


def _indent(line: str) -> str:
    match = _INDENT.match(line)
    return match[0] if match is not None else ""


def _common(heads: Sequence[str]) -> str:
    """The longest beginning that all have."""
    shortest = min(heads, key=len, default="")
    while not all(one.startswith(shortest) for one in heads):
        shortest = shortest[:-1]
    return shortest


def _end(line: str) -> str:
    return line[len(without_end(line)) :]
