"""What makes the trainers that sweeps are given as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.expressions.origins import origins
from raytune_migrate.expressions.values import possible_values
from raytune_migrate.sweep.model import constructions
from raytune_migrate.sweep.trainers import own_constructions, own_trainer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import GivenSweep


def swept_here(parsed: Parsed, sweeps: Iterable[GivenSweep]) -> frozenset[int]:
    """The calls (by identity) that make the trainers of sweeps.

    Those that a Tuner is given, also through a function that is given them there, and those that
    are put into the containers that they are taken out of; the calls of classes of this module, and
    those of the constructors of what they derive from.
    """
    return frozenset(_made(parsed, sweeps))


def _made(parsed: Parsed, sweeps: Iterable[GivenSweep]) -> Iterator[int]:
    for sweep in sweeps:
        yield from (id(one.call) for one in sweep.trainers)
        yield from (
            id(made.call)
            for made in constructions(parsed)
            if parsed.inside(made.call, sweep.trainer)
        )
        for end in origins(parsed, sweep.trainer):
            for one in possible_values(parsed, end):
                yield id(one)
                own = own_trainer(parsed, one)
                classes = own.classes if own is not None else ()
                for made in own_constructions(parsed) if classes else ():
                    if any(parsed.inside(made.call, kind) for kind in classes):
                        yield id(made.call)
