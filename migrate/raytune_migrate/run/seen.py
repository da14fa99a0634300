"""How a file ended in an earlier run, where all that this followed from is as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

    from raytune_migrate.cache import Cache
    from raytune_migrate.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Seen:
    """How it ended, and what was asked of the project's folders on the way, with the answers."""

    outcome: Outcome
    own: Mapping[str, bool]


def ended_before(cache: Cache, key: str, is_own: Callable[[str], bool]) -> Outcome | None:
    """How it ended; None where that is not kept, or its folders would say something else today."""
    seen = cache.get(key)
    if not isinstance(seen, Seen):
        return None
    same = all(is_own(name) is answer for name, answer in seen.own.items())
    return seen.outcome if same else None


def noting(is_own: Callable[[str], bool], own: MutableMapping[str, bool]) -> Callable[[str], bool]:
    """The same question, whose answers are noted in ``own``."""

    def noted(name: str) -> bool:
        own[name] = is_own(name)
        return own[name]

    return noted
