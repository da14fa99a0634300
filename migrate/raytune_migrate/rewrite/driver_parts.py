"""Parts of a driver function that are written with the runtime, or with Ray alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from raytune_migrate.sweep.model import Construction


@dataclass(frozen=True, slots=True)
class Loop:
    """A train loop as the trainer is given it, and the function that has to stand ahead of that."""

    text: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Merging:
    """The trainer's own dict and what is sampled over it, as nodes and as the driver has them."""

    base: cst.BaseExpression
    swept: cst.BaseExpression
    own: str
    sampled: str
    searched: bool  # a searcher may add keys


@dataclass(frozen=True, slots=True)
class Boosting:
    """What a boosting trainer without a train loop is given, as its driver function writes it."""

    trainer: Construction
    name: str  # of the loop, if it is a function of its own
    given: Mapping[str, str]  # for the library's train(), by parameter
    datasets: str | None  # None where they are swept, or a name for them would be needed
    once: tuple[str, ...] = ()  # those of ``given`` that a function must not evaluate anew
