"""What the other modules of a project have to do with one: what leads to it, and goes with it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.facts.linking.brought import moved, wanted
from raytune_migrate.facts.linking.overridden import overridden
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import Held, Named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from raytune_migrate.facts.linking.configured import Configured
    from raytune_migrate.facts.linking.fits import Fits
    from raytune_migrate.facts.linking.objects import Origin
    from raytune_migrate.facts.linking.patches import Patches
    from raytune_migrate.facts.linking.runs import Runs
    from raytune_migrate.facts.linking.symbols import Symbols

# Classes that Train V2 has anew: those of V1 it refuses, or never raises, by whatever module they
# come.
ANEW = ray_api.MOVED_CLASSES | {*ray_api.V2_BASES, ray_api.TRAINING_FAILED}


@dataclass(frozen=True)
class Around:
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


def around_each(
    runs: Runs, configs: Configured, fits: Fits, patches: Patches
) -> Mapping[str, Around]:
    """What the others have to do with each module."""
    nothing = frozenset[str]()
    configured = _configured(runs, configs)
    configuring = nothing.union(*configured.values())
    leaders = _leaders(runs, configs, patches, configured)
    scripts: dict[str, set[str]] = {}
    for path in runs.symbols.facts:
        for one in runs.started.by_module(path):
            scripts.setdefault(one, set()).add(path)
    asked_for, replaced = wanted(runs.symbols), overridden(runs.symbols)
    beside = _beside(runs, configs, fits)

    def around(path: str) -> Around:
        starting = (scripts.get(one, ()) for one in (path, *leaders[path]))
        return Around(
            leaders=frozenset(leaders[path]),
            scripts=nothing.union(*starting) - {path},
            wanted=asked_for.get(path, nothing),
            overridden=frozenset(replaced.get(path, ())),
            beside=frozenset(beside.get(path, ())),
            configures=path in configuring,
        )

    return {path: around(path) for path in runs.symbols.facts}


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
    found: dict[str, set[str]] = {
        path: set(runs.started.by_module(path)) for path in runs.symbols.facts
    }
    for path, patched in patches.patched.items():
        found[path].update(patched.values())
    asking = {path: patches.tested(path) for path in found} if runs.sweeps else {}
    for at, trainers in runs.sweeps.items():
        builders = _paths(trainers)
        loops = {target.path for target, users in runs.loops.reached.items() if users & trainers}
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
    for target, users in runs.loops.reached.items():
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
        for symbol in runs.symbols.facts[path].mentioned
        for where, name in _meant(runs.symbols, path, symbol)
        if isinstance(brought := runs.symbols.resolve(where, name), OfRay) and brought.name in ANEW
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
