"""What a driver function is written with: the runtime beside Ray, or Ray alone.

A sweep's rewrite asks here for each text in which the two differ, so that nothing else has to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import libcst as cst

    from raytune_migrate.layout import Layout
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Edit
    from raytune_migrate.sweep.draft import Draft
    from raytune_migrate.sweep.model import Construction, Sweep
    from raytune_migrate.sweep.plan import Plan


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


@dataclass(frozen=True, slots=True)
class Support:
    """The texts for which it matters what there is beside Ray."""

    # The RunConfig of the driver's trainer; the last string is the metadata of its checkpoints.
    run_config: Callable[[Parsed, Plan, Draft, Layout, str], str]
    merged: Callable[[Parsed, Merging, Draft, Layout, cst.Call], str]
    # A train loop that starts from the checkpoint of its trial, or else from the one given.
    started: Callable[[Parsed, str, str | None, Draft, cst.Call], str]
    boosting_loop: Callable[[Parsed, Boosting, Draft], Loop]
    # The edits to a sweep's RunConfig beyond those that make it the Tuner's.
    shared: Callable[[Parsed, Plan, Draft], list[Edit]]
    # What may differ from before, for a reviewer.
    doubts: Callable[[Parsed, Sweep], Iterable[str]]
    # Fields of the sweep's RunConfig that its Train runs repeat, and those that they take over.
    repeated: tuple[str, ...] = ()
    taken_over: tuple[str, ...] = ()
