"""What the names of a project may stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from raytune_migrate.facts.search.modules import Nowhere


@dataclass(frozen=True, slots=True)
class OfRay:
    """An object of Ray, or of the runtime, by its public name."""

    name: str


@dataclass(frozen=True, slots=True)
class Target:
    """A function, a class or a variable of a module, by its qualified name; BODY: the module."""

    path: str
    name: str


Resolved: TypeAlias = OfRay | Target | Nowhere
