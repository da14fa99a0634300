"""Which names are of other libraries, which may do anything with what they get."""

from __future__ import annotations

import builtins
import sys

from raytune_migrate.runtime.home import RUNTIME

# What Python, Ray and the runtime do is known.
_KNOWN = sys.stdlib_module_names.union(dir(builtins), ("ray", RUNTIME))


def is_of_library(name: str) -> bool:
    """Whether a dotted name, which the project has not, is of a library that may do anything."""
    package = name.partition(".")[0]
    return bool(package) and package not in _KNOWN
