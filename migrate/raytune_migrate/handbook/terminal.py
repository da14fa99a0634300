"""One rule in full, as a terminal or a pipe takes it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from click import style

from raytune_migrate.handbook.listing import kinds, section, styled_code
from raytune_migrate.report.patch import colored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.handbook.entry import Entry

_WIDTH = 88
_INDENT = "  "


def lines(entry: Entry) -> Iterator[str]:
    """What is said of a rule, styled for a terminal."""
    rule, text = entry.rule, entry.explanation
    yield f"{styled_code(rule)}  {style(rule.title, bold=True)} ({kinds(rule)})"
    for paragraph in (text.changed, text.done):
        yield ""
        yield from _wrapped(paragraph)
    for example, files in zip(text.examples, entry.shown, strict=True):
        yield ""
        if example.caption:
            yield from (*_wrapped(example.caption), "")
        for one in files:
            if len(files) > 1:
                yield style(f"{one.file.name}:", bold=True)
            diff = colored(one.diff().encode()).decode()
            yield from (diff or one.file.text).splitlines()
            said = list(one.said(rule.code))
            yield from ("", *said) if said else ()
    yield ""
    yield from _wrapped(f"To leave it: {entry.suppression}")
    yield f"{_INDENT}See {rule.link}"
    yield f"{_INDENT}and {section(rule)}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
