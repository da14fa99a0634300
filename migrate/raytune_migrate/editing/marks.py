"""The comment that says in the code what is left to a person: how it is written, and read again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from raytune_migrate.proposal import Finding

MARK = "# TODO(raytune-migrate):"
_WRITTEN = re.compile(rf"{re.escape(MARK)} (?P<code>RTM\d+) (?P<reason>.*) (?P<link>\S+)")


def mark(found: Finding) -> str:
    """The comment for a finding."""
    return f"{MARK} {found.code} {found.reason} {found.link}"


def read_mark(comment: str) -> tuple[str, str, str] | None:
    """Code, reason and link of a comment, if it is one of these."""
    found = _WRITTEN.fullmatch(comment)
    return None if found is None else (found["code"], found["reason"], found["link"])
