"""Packages that turn Train V2 off for all that is in them: their ``__init__.py`` runs first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from raytune_migrate.rules import ray_api
from raytune_migrate.source import Language, SourceError, decode

if TYPE_CHECKING:
    from collections.abc import Collection

_INIT = "__init__.py"


def pins_its_package(path: str, data: bytes) -> bool:
    """Whether a file begins a package by turning Train V2 off on purpose."""
    if os.path.basename(path) != _INIT or ray_api.FLAG.encode() not in data:
        return False
    from raytune_migrate.parsed import SourceSyntaxError, parse
    from raytune_migrate.sweep.pins import pins  # next to no package speaks of the flag

    try:
        return bool(pins(parse(decode(data, Language.ANY).text)))
    except (SourceError, SourceSyntaxError):
        return False


def pinned_by(path: str, pins: Collection[str]) -> str | None:
    """The one of ``pins`` that runs before a module does, or that it is itself."""
    folder = os.path.dirname(path)
    while folder != os.path.dirname(folder):
        found = os.path.join(folder, _INIT)
        if found in pins:
            return found
        folder = os.path.dirname(folder)
    return None
