"""From what is known of all modules to what one of them needs to know."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Elsewhere, Kind, Known, Lines, lean
from raytune_migrate.facts.linking.asked import Asked
from raytune_migrate.facts.linking.brought import may_lack, moved, wanted
from raytune_migrate.facts.linking.configured import Configured
from raytune_migrate.facts.linking.fits import Fits
from raytune_migrate.facts.linking.objects import Origin
from raytune_migrate.facts.linking.outside import Outside
from raytune_migrate.facts.linking.overridden import overridden
from raytune_migrate.facts.linking.patches import Patches
from raytune_migrate.facts.linking.roles import Roles
from raytune_migrate.facts.linking.run_configs import RunConfigs
from raytune_migrate.facts.linking.symbols import OfRay, Resolved, Target
from raytune_migrate.facts.model import (
    BODY,
    OWN,
    Called,
    Held,
    ModuleFacts,
    Named,
    Parameter,
)
from raytune_migrate.facts.part import Part
from raytune_migrate.facts.search.modules import Nowhere

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from raytune_migrate.facts.linking.runs import Runs
    from raytune_migrate.facts.linking.symbols import Symbols

# What a module that never names Ray may have to do with.
_OF_SWEEPS = frozenset(
    {Kind.TRAINER, Kind.OWN_TRAINER, Kind.TUNER, Kind.GRID, Kind.RESULT, Kind.CONTEXT}
)
# Classes that Train V2 has anew: those of V1 it refuses, or never raises, by whatever module they
# come.
_ANEW = ray_api.MOVED_CLASSES | {*ray_api.V2_BASES, ray_api.TRAINING_FAILED}


@dataclass(frozen=True)
class _Told:
    """What is told of single lines of all modules."""

    runs: Runs
    configs: Configured
    fits: Fits
    patches: Patches
    outside: Outside

    def of(self, path: str) -> Lines:
        """What is told of the lines of one module."""
        runs, configs, fits, nowhere = self.runs, self.configs, self.fits, frozenset[int]()
        told = Lines(
            tuned=runs.tuned.get(path, nowhere),
            driving=runs.driving.get(path, nowhere),
            patched=frozenset(self.patches.patched.get(path, ())),
            unasked=frozenset(self.patches.unasked.get(path, ())),
            swept=self._swept.get(path, nowhere),
            fitted=self._fitted.get(path, nowhere),
            checkpointless=frozenset(one.line for one in runs.checkpointless if one.path == path),
            checkpointing=frozenset(one.line for one in runs.checkpointing if one.path == path),
            run_configs=self._run_configs.get(path, nowhere),
            swept_configs=frozenset(one.line for one in configs.swept if one.path == path),
            called_back=self._asked.run_configs.called_back(path),
            of_train_v2=self._asked.run_configs.of_train_v2(path),
            configured=configs.of_others.get(path, nowhere),
            set_later=self._asked.run_configs.set_later(path),
            unpaced=self._asked.run_configs.unpaced(path),
            unpacked=configs.unpacked.get(path, {}),
            lost=self._lost.get(path, {}),
            asked=self._asked.at_fits(path),
            trainers=fits.trainers[path],
            results=fits.results[path],
            contexts=fits.contexts[path],
            paths=fits.paths.get(path, frozenset()),
        )
        return lean(told)

    @cached_property
    def _asked(self) -> Asked:
        runs = self.runs
        configs = RunConfigs(runs.symbols, runs.arguments, runs.links, runs.objects)
        return Asked(runs, configs)

    @cached_property
    def _swept(self) -> Mapping[str, frozenset[int]]:
        """Where the trainers are made that other modules give to Tune."""
        return _made_for_others((at.path, found) for at, found in self.runs.sweeps.items())

    @cached_property
    def _fitted(self) -> Mapping[str, frozenset[int]]:
        """Where the trainers are made whose ``fit()`` other modules call."""
        return _made_for_others(self.fits.fitted.items())

    @cached_property
    def _run_configs(self) -> Mapping[str, frozenset[int]]:
        """Where the RunConfigs are made that other modules give to trainers and Tuners."""
        return _made_for_others(self.configs.by_module.items())

    @cached_property
    def _lost(self) -> Mapping[str, Mapping[int, frozenset[str]]]:
        """What is missed of what each ``fit()`` gives, as all modules tell."""
        found: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
        for lost in self.fits.lost.values():
            for one, what in lost.items():
                if one.path is not None:
                    lines = found[one.path]
                    lines[one.line] = lines.get(one.line, frozenset()) | what
        return found


def _made_for_others(
    users: Iterable[tuple[str, frozenset[Origin]]],
) -> Mapping[str, frozenset[int]]:
    """By module, the lines of the objects that others have to do with; ``users`` are these."""
    found: dict[str, set[int]] = defaultdict(set)
    for user, origins in users:
        for one in origins:
            if one.path is not None and one.path != user:
                found[one.path].add(one.line)
    return {path: frozenset(lines) for path, lines in found.items()}


@dataclass(frozen=True)
class _Around:
    """What the other modules have to do with one.

    Attributes:
        leaders: Those with the sweeps that it takes part in.
        scripts: Those that run it, or such a sweep.
        wanted: Its names that they ask for.
        overridden: What their classes have in place of what they derive from its own.
        beside: Those that a change of it may have to go with.
        configures: Whether sweeps, or their trainers, are given configs of it.
    """

    leaders: frozenset[str]
    scripts: frozenset[str]
    wanted: frozenset[str]
    overridden: frozenset[str]
    beside: frozenset[str]
    configures: bool


def parts(runs: Runs) -> Mapping[str, Part]:
    """What each module needs to know of the others."""
    nothing = frozenset[str]()
    configs, fits, patches = Configured(runs), Fits(runs), Patches(runs)
    configured = _configured(runs, configs)
    leaders = _leaders(runs, configs, patches, configured)
    configuring = nothing.union(*configured.values())
    scripts: dict[str, set[str]] = {}
    for path in runs.symbols.facts:
        for one in runs.run_by(path):
            scripts.setdefault(one, set()).add(path)
    asked_for, replaced = wanted(runs.symbols), overridden(runs.symbols)
    beside = _beside(runs, configs, fits)
    told = _Told(runs, configs, fits, patches, Outside(runs))

    def around(path: str) -> _Around:
        starting = (scripts.get(one, ()) for one in (path, *leaders[path]))
        return _Around(
            leaders=frozenset(leaders[path]),
            scripts=nothing.union(*starting) - {path},
            wanted=asked_for.get(path, nothing),
            overridden=frozenset(replaced.get(path, ())),
            beside=frozenset(beside.get(path, ())),
            configures=path in configuring,
        )

    roles = Roles(runs)
    return {path: _part(runs, told, roles, path, around(path)) for path in runs.symbols.facts}


def _part(runs: Runs, told: _Told, roles: Roles, path: str, around: _Around) -> Part:
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
        runs=_shown(runs, runs.run_by(path) - {path}),
        scripts=tuple(sorted(_shown(runs, around.scripts))),
        is_entry=runs.is_entry(path),
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
        or bool(known.lines.paths or known.lines.lost or known.lines.contexts)
        or bool(known.given_loops or known.lines.patched or known.lines.unasked)
        or bool(known.runs or known.asking)
        or any(one.ray is not None for one in known.names.values())
    )


def _shown(runs: Runs, paths: Iterable[str]) -> frozenset[str]:
    return frozenset(_relative(runs, one) for one in paths)


def _relative(runs: Runs, path: str) -> str:
    return os.path.relpath(path, runs.symbols.modules.root).replace(os.sep, "/")


def _configured(runs: Runs, configs: Configured) -> Mapping[Target, frozenset[str]]:
    """By what sweeps, the modules with the configs that it and its trainers are given.

    With those by which all of these have classes that Train V2 has anew.
    """
    nothing = frozenset[str]()
    found: dict[Target, frozenset[str]] = {}
    for at, trainers in runs.sweeps.items():
        users = frozenset({at.path, *_paths(trainers)})
        written = nothing.union(*(configs.written_for.get(path, ()) for path in users))
        found[at] = written.union(*(_bringing(runs, path) for path in users | written))
    return found


def _paths(origins: Iterable[Origin]) -> set[str]:
    """The modules in which something is made."""
    return {one.path for one in origins if one.path is not None}


def _leaders(
    runs: Runs,
    configs: Configured,
    patches: Patches,
    configured: Mapping[Target, frozenset[str]],
) -> dict[str, set[str]]:
    """For each module those with the sweeps that it takes part in."""
    found: dict[str, set[str]] = {path: set(runs.run_by(path)) for path in runs.symbols.facts}
    for path, patched in patches.patched.items():
        found[path].update(patched.values())
    asking = {path: patches.tested(path) for path in found} if runs.sweeps else {}
    for at, trainers in runs.sweeps.items():
        builders = _paths(trainers)
        loops = {target.path for target, users in runs.loops.items() if users & trainers}
        given = {one for path in (at.path, *builders) for one in configs.by_module.get(path, ())}
        tests = {path for path, tested in asking.items() if _may_be_among(tested, given)}
        for path in (*builders, *loops, *configured[at], *tests):
            found[path].add(at.path)
    for path, lines in patches.unasked.items():  # a test goes with what it looks into
        found[path].update(*(found[one] for some in lines.values() for one in some))
    return found


def _may_be_among(tested: Iterable[Origin], given: Collection[Origin]) -> bool:
    """Whether one of some configs may be one that a sweep is given."""
    return any(one.kind is not Kind.RUN_CONFIG or one in given for one in tested)


def _beside(runs: Runs, configs: Configured, fits: Fits) -> Mapping[str, set[str]]:
    """The modules that have to do with each other by a ``fit()``, or by a Result that one reads.

    Or as one builds a trainer that runs code of the other, and that nobody is seen to run; or hands
    on classes that Train V2 has anew, which it takes from where they were before.
    """
    code: dict[Origin, set[str]] = defaultdict(set)
    for target, users in runs.loops.items():
        for one in users:
            code[one].add(target.path)
    found: dict[str, set[str]] = defaultdict(set)
    built: dict[str, set[str]] = defaultdict(set)  # of the trainers that nobody is seen to run
    run = runs.swept.union(*fits.fitted.values())
    for trainer, paths in code.items():
        if trainer.path is not None and trainer not in run:
            built[trainer.path] |= paths
    for path, facts in runs.symbols.facts.items():
        others = {*built[path]}
        for trainer in fits.fitted[path]:
            if trainer.path is not None:
                others |= {trainer.path, *code[trainer]}
                others |= configs.written_for.get(trainer.path, frozenset())
        for read in facts.reads:
            if read.field not in {*ray_api.RESULT_FIELDS, *ray_api.RUN_PATHS}:
                continue
            for one in runs.objects.all_made(path, read.of):
                if one.kind in (Kind.FIT, Kind.RESULT) and one.path is not None:
                    others.add(one.path)
        others |= _bringing(runs, path)
        for other in others - {path}:
            found[path].add(other)
            found[other].add(path)
    return found


def _bringing(runs: Runs, path: str) -> set[str]:
    """The modules that hand on to one the classes that Train V2 has anew, from where they were."""
    return {
        one.path
        for symbol in _mentioned(runs.symbols.facts[path])
        for where, name in _meant(runs.symbols, path, symbol)
        if isinstance(brought := runs.symbols.resolve(where, name), OfRay) and brought.name in _ANEW
        for one in moved(runs.symbols, where, name)
    }


def _meant(symbols: Symbols, path: str, symbol: str) -> Iterator[tuple[str, str]]:
    """A symbol of a module, or what is in the tuple that it stands for; each with its module."""
    yield path, symbol
    found = symbols.resolve(path, symbol)
    if isinstance(found, Target) and found.path != path:
        for value in symbols.values(found):
            for one in value.values if isinstance(value, Held) else ():
                if isinstance(one, Named):
                    yield found.path, one.symbol


def _names(runs: Runs, configs: Configured, path: str) -> Iterator[tuple[str, Known]]:
    """What is known of the names that a module imports from others of the project."""
    facts = runs.symbols.facts[path]
    symbols = _mentioned(facts)
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


def _mentioned(facts: ModuleFacts) -> set[str]:
    """The symbols that a module imports, and those that its code names."""
    return {
        symbol
        for function in facts.functions.values()
        for symbol in function.names | function.calls
    } | facts.imports


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
        sweeps=bool(runs.runs(path, value)),
        is_checkpointless=bool(trainers) and trainers <= runs.checkpointless,
        base=runs.symbols.trainer_base(found) if isinstance(found, Target) and trainers else None,
    )


def _handed_on(runs: Runs, path: str, symbol: str, found: OfRay) -> str:
    """The object of Ray that another module hands on, by the path from which it goes on to come.

    That is its public one, to which an import moves; but nothing moves what a star brings.
    """
    if found.name not in _ANEW:
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
