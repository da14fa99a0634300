"""Classes of Ray that a config names by their path, and what Train V2 refuses of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate import ray_api

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

TARGET = "_target_"  # the key by which Hydra and its like know the class of an object


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Train V2 refuses: the class, or one of the arguments that it is given."""

    code: str
    reason: str
    advice: str
    argument: str | None = None


def refusals(written: str, arguments: Collection[str]) -> Iterator[Refusal]:
    """What Train V2 has elsewhere, or not, of a class by its path, and of what that is given."""
    public = ray_api.public_name(written)
    trainer = ray_api.TRAINERS.get(public)
    if trainer is None and public not in ray_api.CONFIG_CLASSES:
        return
    if trainer is not None and trainer.way_out is not None:
        yield Refusal("RTM902", f"{written} has no counterpart in Train V2.", trainer.way_out)
        return
    tunes = ray_api.TUNE_CONFIG_CLASSES.get(public)
    if public != written:
        reason = f"What {written} makes is Train V1's, and Train V2 refuses it."
        advice = f"Write {public}{f' for a trainer, and {tunes} for a Tuner' if tunes else ''}."
        yield Refusal("RTM504", reason, advice)
    of_tuner = f" Where a Tuner is given the config, write {tunes}." if tunes else ""
    refused = _refused_by(public)
    for name in arguments:
        if name in refused:
            reason = f"{public} of Train V2 raises for {name}."
            yield Refusal("RTM904", reason, f"Leave it out.{of_tuner}", name)


def _refused_by(public: str) -> frozenset[str]:
    """What raises as soon as a class of Train V2 is given it."""
    if public in ray_api.REFUSED_ARGUMENTS:
        return ray_api.REFUSED_ARGUMENTS[public]
    if public == ray_api.SCALING_CONFIG:
        return frozenset(ray_api.GONE_FIELDS[public])
    return ray_api.REFUSED_FIELDS.get(public, frozenset())
