"""Which nodes the ``label_selector`` of a scaling config chooses. It has one from Ray 2.53 on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ray.train import ScalingConfig


def places_of(scaling_config: ScalingConfig, num_workers: int) -> tuple[str, ...]:
    """For each worker a name of the nodes that it may run on; none where all may be."""
    selectors: Any = getattr(scaling_config, "label_selector", None)
    if not selectors:
        return ()
    if not isinstance(selectors, list):
        selectors = [selectors] * num_workers
    return tuple(json.dumps(one, sort_keys=True) for one in selectors[:num_workers])


def open_places(places: Iterable[str], labels: Mapping[str, str]) -> set[str]:
    """Those of the places that a node with these labels belongs to."""
    return {place for place in places if _is_chosen(json.loads(place), labels)}


def _is_chosen(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    return all(_holds(condition, labels.get(label)) for label, condition in selector.items())


def _holds(condition: str, value: str | None) -> bool:
    """Whether a label has a value, or one of ``in(...)``; with ``!`` before it, whether it has not.

    A missing label has none.
    """
    wanted = condition.removeprefix("!")
    values = wanted[3:-1].split(",") if wanted.startswith("in(") else [wanted]
    return (value in [one.strip() for one in values]) == (wanted == condition)
