"""One rule in full, as a terminal or a pipe takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click import style

from raytune_migrate.handbook.listing import kinds, section, styled_code, wrapped
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
        yield wrapped(paragraph, _WIDTH, _INDENT)
    for example, files in entry.examples:
        yield ""
        if example.caption:
            yield from (wrapped(example.caption, _WIDTH, _INDENT), "")
        for number, one in enumerate(files):
            if len(files) > 1:
                yield from [""] if number else ()
                yield style(f"{one.file.name}:", bold=True)
            diff = colored(one.diff().encode()).decode()
            yield from (diff or one.file.text).splitlines()
            said = list(one.said(rule.code))
            yield from ("", *said) if said else ()
    yield ""
    yield wrapped(f"To leave it: {entry.suppression}", _WIDTH, _INDENT)
    yield f"{_INDENT}See {rule.link}"
    yield f"{_INDENT}and {section(rule)}"
