"""Pieces of HTML. Whatever comes from a project passes through here, and comes out as text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from raytune_migrate.report.terminal import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from raytune_migrate.report.highlight import Part


def text(value: str) -> str:
    """A text of one line, as text."""
    return escape(shown(value))


def lines(value: str) -> str:
    """A text of several lines, as text."""
    return "<br>".join(map(text, value.split("\n")))


def link(address: str, words: str) -> str:
    """A link that a person may follow; the page itself fetches nothing."""
    if not address.startswith(("https://", "http://")):
        return text(address)
    return f'<a href="{text(address)}" rel="noopener noreferrer">{text(words)}</a>'


def code(line: str, parts: Sequence[Part]) -> str:
    """A line of source in colours, with what cannot be seen made visible."""
    done, pieces = 0, []
    for start, end, kind in parts:
        pieces.append(_visible(line[done:start]))
        pieces.append(f'<span class="{kind}">{_visible(line[start:end])}</span>')
        done = end
    return "".join((*pieces, _visible(line[done:])))


def _visible(source: str) -> str:
    if source.isprintable():
        return escape(source)
    return "".join(
        escape(one)
        if one.isprintable() or one == "\t"
        else f'<span class="hidden">{escape(shown(one))}</span>'
        for one in source
    )
