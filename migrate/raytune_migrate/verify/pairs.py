"""Which trial of one sweep is which of another: ids, names and clocks are never the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from raytune_migrate.verify.records import Trial, Value

# Train V1 filled a swept ScalingConfig up with its defaults; V2 gets a dict of what was written.
_SCALING_DEFAULTS = {
    "trainer_resources": None,
    "num_workers": 1,
    "use_gpu": False,
    "resources_per_worker": None,
    "placement_strategy": "PACK",
    "accelerator_type": None,
}


def pairs(old: Iterable[Trial], new: Iterable[Trial]) -> list[tuple[Trial | None, Trial | None]]:
    """The trials of one config with each other, those of one number, and those of one side alone.

    Trials of one config go by what they reported, so that their order does not matter.
    """
    olds, news = _by_config(old), _by_config(new)
    found: list[tuple[Trial | None, Trial | None]] = []
    left: tuple[list[Trial], list[Trial]] = [], []
    for config in dict.fromkeys([*olds, *news]):
        mine, theirs = olds.get(config, []), news.get(config, [])
        found += zip(mine, theirs, strict=False)
        left[0].extend(mine[len(theirs) :])
        left[1].extend(theirs[len(mine) :])
    # Tune makes trials in the same order: one of the same number is that trial with another config.
    by_number = {one.number: one for one in left[1]}
    found += [(one, by_number.pop(one.number, None)) for one in left[0]]
    found += [(None, one) for one in by_number.values()]
    return sorted(found, key=_number)


def as_written(config: Value) -> Value:
    """A config without the fields of a swept ScalingConfig that only repeat its defaults."""
    scaling = config.get("scaling_config") if isinstance(config, dict) else None
    if not isinstance(scaling, dict):
        return config
    written = {
        key: value
        for key, value in scaling.items()
        if key not in _SCALING_DEFAULTS or value != _SCALING_DEFAULTS[key]
    }
    return {**config, "scaling_config": written}


def text_of(config: Value) -> str:
    """A config as text, the same for all that are equal."""
    return json.dumps(as_written(config), sort_keys=True)


def _by_config(trials: Iterable[Trial]) -> dict[str, list[Trial]]:
    """The trials of each config; those of one config in an order that depends on content only."""
    groups: dict[str, list[Trial]] = {}
    for trial in sorted(trials, key=_content):
        groups.setdefault(text_of(trial.config), []).append(trial)
    return groups


def _content(trial: Trial) -> str:
    return json.dumps(list(map(dict, trial.iterations)), sort_keys=True)


def _number(pair: tuple[Trial | None, Trial | None]) -> tuple[int, bool]:
    """In the order of the old trials, the new ones that are none of them behind their like."""
    old, new = pair
    trial = old or new
    assert trial is not None
    return trial.number, old is None
