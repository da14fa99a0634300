"""The colours of Python source, by the standard library's own tokenizer."""

from __future__ import annotations

import io
import keyword
import tokenize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A part of a line, from one column to another, and what it is: a class of the page's style sheet.
Part = tuple[int, int, str]

_KINDS = {tokenize.COMMENT: "comment", tokenize.NUMBER: "number"}
_DEFINES = ("def", "class")


def parts(lines: Sequence[str]) -> list[list[Part]]:
    """What is to be coloured in each line, in order; nothing from where Python cannot read it.

    The lines are without their ends.
    """
    found: list[list[Part]] = [[] for _ in lines]
    source = io.StringIO("".join(f"{line}\n" for line in lines), newline="\n")
    try:
        for start, end, kind in _tokens(source):
            for row in range(start[0], end[0] + 1):
                first = start[1] if row == start[0] else 0
                last = end[1] if row == end[0] else len(lines[row - 1])
                some = found[row - 1]
                if (some[-1][1] if some else 0) <= first < last:
                    some.append((first, last, kind))
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass  # what was read so far is right
    return found


def _tokens(source: io.StringIO) -> Iterator[tuple[tuple[int, int], tuple[int, int], str]]:
    previous = ""
    for token in tokenize.generate_tokens(source.readline):
        kind = _kind(token, previous)
        if kind is not None:
            yield token.start, token.end, kind
        previous = token.string


def _kind(token: tokenize.TokenInfo, previous: str) -> str | None:
    if token.type == tokenize.NAME:
        if previous in _DEFINES:
            return "defined"
        return "keyword" if keyword.iskeyword(token.string) else None
    # From Python 3.12 on an f-string is several tokens, with the code in it between them.
    if tokenize.tok_name[token.type].endswith(("STRING", "STRING_START", "_MIDDLE", "STRING_END")):
        return "string"
    return _KINDS.get(token.type)
