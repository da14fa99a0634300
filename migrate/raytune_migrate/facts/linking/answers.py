"""From what is known of all modules to what one of them needs to know."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from raytune_migrate.elsewhere import Elsewhere, Kind, Known, lean
from raytune_migrate.facts.linking.around import ANEW, Around, around_each
from raytune_migrate.facts.linking.brought import may_lack, moved
from raytune_migrate.facts.linking.configured import Configured
from raytune_migrate.facts.linking.fits import Fits
from raytune_migrate.facts.linking.objects import Origin
from raytune_migrate.facts.linking.outside import Outside
from raytune_migrate.facts.linking.patches import Patches
from raytune_migrate.facts.linking.reading_runs import runs_where_read
from raytune_migrate.facts.linking.roles import Roles
from raytune_migrate.facts.linking.targets import OfRay, Resolved, Target
from raytune_migrate.facts.linking.told import Told
from raytune_migrate.facts.model import (
    BODY,
    OWN,
    Called,
    Named,
    Parameter,
)
from raytune_migrate.facts.part import Part
from raytune_migrate.facts.search.modules import Nowhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.facts.linking.runs import Runs

# What a module that never names Ray may have to do with.
_OF_SWEEPS = frozenset(
    {Kind.TRAINER, Kind.OWN_TRAINER, Kind.TUNER, Kind.GRID, Kind.RESULT, Kind.CONTEXT}
)


def parts(runs: Runs) -> Mapping[str, Part]:
    """What each module needs to know of the others."""
    configs, fits, patches = Configured(runs), Fits(runs), Patches(runs)
    told, roles = Told(runs, configs, fits, patches, Outside(runs)), Roles(runs)
    around = around_each(runs, configs, fits, patches)
    return {path: _part(runs, told, roles, path, around[path]) for path in runs.symbols.facts}


def _part(runs: Runs, told: Told, roles: Roles, path: str, around: Around) -> Part:
    loops, nothing = roles.loops.get(path, {}), frozenset[str]()
    elsewhere = Elsewhere(
        names=dict(_names(runs, told.configs, path)),
        passed=dict(_passed(runs, told.configs, path)),
        given_configs=frozenset(_given_configs(runs, told.configs, path)),
        overridden=around.overridden,
        train_loops=frozenset(loops),
        swept_loops=frozenset(name for name, users in loops.items() if users & runs.swept),
        given_loops=roles.given.get(path, nothing),
        returning_loops=frozenset(
            name for name, users in loops.items() if users & told.fits.returning
        ),
        tune_functions=roles.trials.get(path, nothing),
        handed_on=roles.handed_on.get(path, nothing),
        called_back=roles.called_back.get(path, nothing),
        trials_train=runs.trials_train,
        lines=told.of(path),
        asking=told.outside.asking(path),
        tunes=runs.tunes,
        offers_trainers=told.fits.offers(path),
        wanted=around.wanted,
        runs=_shown(runs, runs.started.by_module(path) - {path}),
        scripts=tuple(sorted(_shown(runs, around.scripts))),
        is_entry=runs.started.is_entry(path),
        runs_beside_others=path in runs.started.beside_others,
    )
    part = Part(
        name=_relative(runs, path),
        elsewhere=lean(elsewhere),
        matters=_matters(elsewhere)
        or (bool(runs.sweeps) and runs.symbols.facts[path].names_trials),
        leads=any(one.path == path for one in runs.sweeps),
        needed=bool(elsewhere.lines.swept) or any(loops.values()) or around.configures,
        leaders=around.leaders - {path},
        beside=around.beside - {path},
    )
    return lean(part)


def _matters(known: Elsewhere) -> bool:
    """Whether what others say of a module is of sweeps, though it may never name Ray."""
    kinds = frozenset[Kind]().union(
        *known.passed.values(), *(one.value | one.result for one in known.names.values())
    )
    return (
        bool(kinds & _OF_SWEEPS)
        or bool(known.lines.results or known.lines.trainers or known.lines.tuned)
        or bool(known.lines.unseen or known.lines.handed)
        or bool(known.lines.paths or known.lines.lost or known.lines.contexts)
        or bool(known.given_loops or known.lines.patched or known.lines.unasked)
        or bool(known.runs or known.asking)
        or any(one.ray is not None for one in known.names.values())
    )


def _shown(runs: Runs, paths: Iterable[str]) -> frozenset[str]:
    return frozenset(_relative(runs, one) for one in paths)


def _relative(runs: Runs, path: str) -> str:
    return os.path.relpath(path, runs.symbols.modules.root).replace(os.sep, "/")


def _names(runs: Runs, configs: Configured, path: str) -> Iterator[tuple[str, Known]]:
    """What is known of the names that a module imports from others of the project."""
    facts = runs.symbols.facts[path]
    symbols = set(facts.mentioned)
    holders = {symbol.rpartition(".")[0] for symbol in symbols}  # of which methods are called
    symbols |= {one for one in holders if one.strip(f".{OWN}")}
    # What a star import may bring: the first of a dotted name.
    firsts = {one.removeprefix(OWN).split(".", 1)[0] for one in symbols if one.startswith(OWN)}
    symbols |= {OWN + one for one in firsts if facts.stars}
    for symbol in sorted(symbols):
        found = runs.symbols.resolve(path, symbol)
        own = symbol.startswith(OWN)
        if own and not _is_elsewhere(runs, found, path, symbol):
            continue
        if symbol.split(".", 1)[0] == "ray":
            continue
        if found is Nowhere.FOREIGN and runs.symbols.through_object(path, symbol) is None:
            continue
        yield symbol, _known(runs, configs, path, symbol)


def _is_elsewhere(runs: Runs, found: Resolved, path: str, symbol: str) -> bool:
    """Whether a name that a module has for its own comes from another, by a star import too."""
    if isinstance(found, OfRay):
        first = symbol.removeprefix(OWN).split(".", 1)[0]
        bound = first in runs.symbols.facts[path].variables
        return not (bound or runs.symbols.has_from_ray(path, first))
    return isinstance(found, Target) and found.path != path


def _known(runs: Runs, configs: Configured, path: str, symbol: str) -> Known:
    found = runs.symbols.resolve(path, symbol)
    value = Named(symbol)
    functions = runs.links.denoted(path, value)
    uses = [runs.reach.uses(one) for one in functions]
    apart = found is Nowhere.APART
    seen = apart or (bool(functions) and all(one is not None for one in uses))
    made, given = runs.objects.made(path, value), runs.objects.made(path, Called(value, 0))
    trainers = {one for one in made | given if one.kind is Kind.TRAINER}
    return Known(
        value=_kinds(configs, made),
        result=_kinds(configs, given),
        uses=frozenset[str]().union(*(one for one in uses if one is not None)) if seen else None,
        ray=_handed_on(runs, path, symbol, found) if isinstance(found, OfRay) else None,
        may_lack=isinstance(found, OfRay) and may_lack(runs.symbols, path, symbol),
        is_code=isinstance(found, Target) and runs.symbols.function(found) is not None,
        sweeps=bool(runs.started.by_call(path, value)),
        is_checkpointless=bool(trainers) and trainers <= runs.loops.checkpointless,
        base=runs.symbols.trainer_base(found) if isinstance(found, Target) and trainers else None,
        runs_where_read=runs_where_read(runs.symbols, path, value),
    )


def _handed_on(runs: Runs, path: str, symbol: str, found: OfRay) -> str:
    """The object of Ray that another module hands on, by the path from which it goes on to come.

    That is its public one, to which an import moves; but nothing moves what a star brings.
    """
    if found.name not in ANEW:
        return found.name
    stays = (one.written for one in moved(runs.symbols, path, symbol) if one.by_star)
    return next(stays, found.name)


def _kinds(configs: Configured, made: Iterable[Origin]) -> frozenset[Kind]:
    return frozenset(Kind.TRAINERS_CONFIG if configs.is_plain(one) else one.kind for one in made)


def _passed(
    runs: Runs, configs: Configured, path: str
) -> Iterator[tuple[tuple[str, str], frozenset[Kind]]]:
    """What other modules give the functions of one, as far as it is of sweeps."""
    for name, function in runs.symbols.facts[path].functions.items():
        if name == BODY:
            continue
        for parameter in function.parameters:
            kinds = _kinds(configs, runs.objects.made(path, Parameter(name, parameter)))
            if kinds & {*_OF_SWEEPS, Kind.RUN_CONFIG}:
                yield (name, parameter), kinds


def _given_configs(runs: Runs, configs: Configured, path: str) -> Iterator[tuple[str, str]]:
    """The parameters of one module for which others give RunConfigs, all of them of sweeps."""
    for name, function in runs.symbols.facts[path].functions.items() if configs.swept else ():
        for parameter in function.parameters:
            given = list(runs.arguments.given(path, Parameter(name, parameter)))
            made = [runs.objects.all_made(where, one.values) for where, one in given]
            found = frozenset[Origin]().union(*made)
            if found and found <= configs.swept and any(where != path for where, _ in given):
                yield name, parameter
