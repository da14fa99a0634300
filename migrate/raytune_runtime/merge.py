"""Nested configurations, merged as Train V1 merged them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def merge_config(base: Mapping[str, Any] | None, swept: Mapping[str, Any] | None) -> dict[str, Any]:
    """What Train V1 made of a trainer's ``train_loop_config`` and the trial's part of the space.

    Where both sides have a dict under the same key, the dicts are merged in the same way; anything
    else of `swept` replaces what `base` has. None counts as empty. Neither argument is changed.
    """
    merged = dict(base or {})
    for key, value in (swept or {}).items():
        ours = merged.get(key)
        both = isinstance(ours, dict) and isinstance(value, dict)
        merged[key] = merge_config(ours, value) if both else value
    return merged
