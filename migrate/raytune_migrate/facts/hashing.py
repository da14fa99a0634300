"""Values that are looked up again and again, and hold others, which hold others."""

from __future__ import annotations

from typing import TypeVar

_Kind = TypeVar("_Kind", bound="type[HashedOnce]")


class HashedOnce:
    """The room for a hash; of no dataclass' fields, so that it is neither compared nor pickled."""

    __slots__ = ("_hash",)
    _hash: int


def hashed_once(kind: _Kind) -> _Kind:
    """Let a frozen dataclass remember its hash, which else is made of all that it holds."""
    whole = kind.__hash__

    def remembered(self: HashedOnce) -> int:
        try:
            return self._hash
        except AttributeError:
            found = whole(self)
            object.__setattr__(self, "_hash", found)
            return found

    kind.__hash__ = remembered  # type: ignore[assignment]
    return kind
