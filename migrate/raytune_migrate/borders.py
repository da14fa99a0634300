"""The comment lines that part the pieces of code of one file where they are joined to a module.

The engine minds them, and whoever joins and parts the code (``containers``) writes them.
"""

from __future__ import annotations

import re

OWN = "#: raytune-migrate"  # how every line starts that is not the user's
BORDER = re.compile(rf"^{re.escape(OWN)} piece (\d+)[ \t]*\r?$", re.MULTILINE)


def border(number: int) -> str:
    """The line above a piece, and a blank one, so that it is no comment of the code below."""
    return f"{OWN} piece {number}\n\n"


def borders_in(text: str) -> tuple[int, ...]:
    """The offsets at which the pieces of a module start, each with its border."""
    return tuple(match.start() for match in BORDER.finditer(text)) if OWN in text else ()
