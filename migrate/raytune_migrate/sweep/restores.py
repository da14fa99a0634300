"""Each ``Tuner.restore`` goes with its sweep: it is given the same driver function, or stays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from raytune_migrate.catalogue import finding
from raytune_migrate.proposal import Finding
from raytune_migrate.sweep.model import Caller, GivenSweep, Sweep, TrainerUse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.sweep.model import Found
    from raytune_migrate.sweep.sites import Site


def with_restores(
    parsed: Parsed, places: Sequence[Site], found: Mapping[int, tuple[Found, ...]]
) -> dict[int, tuple[Found, ...]]:
    """What is ``found`` at each place, by its call, once each restore goes with its sweep."""
    return _without_lost(parsed, places, _joined(parsed, places, found))


def _joined(
    parsed: Parsed, places: Sequence[Site], found: Mapping[int, tuple[Found, ...]]
) -> dict[int, tuple[Found, ...]]:
    """Have each ``Tuner.restore`` belong to the sweep whose driver it is to be given."""
    done = dict(found)
    for site in places:
        if site.caller is not Caller.RESTORE:
            continue
        near = [
            one
            for results in done.values()
            for one in results
            if isinstance(one, Sweep)
            and one.use is TrainerUse.MOVED
            and any(one.trainer.call is trainer.call for trainer in site.trainers)
        ]
        if near and len(site.trainers) == 1:
            start = parsed.start(site.call)
            sweep = min(near, key=lambda one: abs(parsed.start(one.tuner.call) - start))
            key = id(sweep.tuner.call)
            joined = replace(sweep, restores=(*sweep.restores, site.trainable))
            done[key] = tuple(joined if one is sweep else one for one in done[key])
            done[id(site.call)] = ()
    return done


def _without_lost(
    parsed: Parsed, places: Sequence[Site], found: Mapping[int, tuple[Found, ...]]
) -> dict[int, tuple[Found, ...]]:
    """Leave each ``Tuner.restore`` whose sweep is built here and has to stay as it is."""
    done = dict(found)
    for site in places:
        if site.caller is not Caller.RESTORE or not any(
            isinstance(one, GivenSweep) for one in found[id(site.call)]
        ):
            continue
        built = [
            found[id(one.call)]
            for one in places
            if one.caller is Caller.TUNER
            and any(each.call is own.call for each in one.trainers for own in site.trainers)
        ]
        if built and all(any(isinstance(one, Finding) for one in results) for results in built):
            reason = "The sweep that this restores is left as it is, and so is this."
            advice = "Mend what is said of the sweep, and run again."
            done[id(site.call)] = (finding(parsed, site.call, "RTM102", reason, advice),)
    return done
