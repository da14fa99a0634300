"""Which packages may be frameworks, and call the methods of what derives from their classes."""

from __future__ import annotations

import builtins
import sys

# Ray says itself who calls what derives from its classes, and Python's own are bases of anything.
_NONE = sys.stdlib_module_names.union(dir(builtins), ("ray",))


def may_be_framework(name: str) -> bool:
    """Whether a dotted name, which the project has not, may be that of a framework's class."""
    package = name.partition(".")[0]
    return bool(package) and package not in _NONE
