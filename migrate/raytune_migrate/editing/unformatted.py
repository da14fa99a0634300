"""Where a person has told formatters to leave the code as it is laid out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from raytune_migrate.module.parsed import remembered

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed

# What turns a formatter off, or on again, for all that follows.
_SWITCH = r"#[ \t]*(?:fmt:[ \t]*(?:(?P<off>off)|on)|yapf:[ \t]*(?:(?P<disable>disable)|enable))"
SWITCH = re.compile(rf"{_SWITCH}\s*$")
_SWITCHES = re.compile(rf"^[ \t]*{_SWITCH}[ \t]*\r?$", re.MULTILINE)
# What does so for the statement that it stands behind.
_SKIP = re.compile(r"[ \t]*#.*\b(?:fmt:\s*skip|yapf:\s*disable)\b")


def is_unformatted(parsed: Parsed, start: int, end: int) -> bool:
    """Whether formatters are told to leave a statement, that is between two offsets."""
    if _SKIP.match(parsed.text, end) is not None:
        return True
    return any(first <= start < last for first, last in _regions(parsed))


@remembered
def _regions(parsed: Parsed) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    off: int | None = None
    for switch in _SWITCHES.finditer(parsed.text):
        turns_off = switch["off"] or switch["disable"]
        if turns_off and off is None:
            off = switch.end()
        elif off is not None and not turns_off:
            found.append((off, switch.start()))
            off = None
    return (*found, (off, len(parsed.text))) if off is not None else tuple(found)
