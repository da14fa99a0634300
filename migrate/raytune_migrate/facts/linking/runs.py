"""Who runs what in a project: which functions sweep, which of them are trials, and of what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.facts.linking.loops import Loops
from raytune_migrate.facts.linking.objects import Origin
from raytune_migrate.facts.linking.reach import Reach, called_by
from raytune_migrate.facts.linking.started import Started
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import Named
from raytune_migrate.facts.reading.scopes import INIT
from raytune_migrate.facts.search.modules import Nowhere
from raytune_migrate.libraries import is_of_library

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.facts.linking.arguments import Arguments
    from raytune_migrate.facts.linking.links import Links
    from raytune_migrate.facts.linking.objects import Objects
    from raytune_migrate.facts.linking.symbols import Symbols
    from raytune_migrate.facts.model import Passed

_TRIAL_RUN = OfRay(f"{ray_api.RUNTIME}.trial_run")
_RESTORING = {ray_api.RESTORE: 1}
_TAKING_TRAINABLES = {**ray_api.TUNE_RUNNERS, **_RESTORING}


@dataclass(frozen=True)
class Runs:
    """What follows from who gives what to trainers and Tuners.

    ``commands`` are the modules that the project names as commands, and the functions in them;
    ``imports`` are the files that each imports; ``tunes`` says whether Tune runs anything in the
    project, of which these may be a part.
    """

    symbols: Symbols
    arguments: Arguments
    links: Links
    objects: Objects
    commands: frozenset[tuple[str, str]]
    imports: Mapping[str, frozenset[str]]
    tunes: bool

    @cached_property
    def reach(self) -> Reach:
        """What functions of the project come to."""
        return Reach(self.symbols, self.links)

    @cached_property
    def loops(self) -> Loops:
        """Which functions are train loops."""
        return Loops(self.symbols, self.arguments, self.links, self.reach)

    @cached_property
    def started(self) -> Started:
        """What a module runs where it is run."""
        return Started(
            self.symbols,
            self.links,
            self.objects,
            self.reach,
            self.commands,
            self.imports,
            self.sweeps.keys(),
        )

    @cached_property
    def sweeps(self) -> Mapping[Target, frozenset[Origin]]:
        """The functions (BODY for a module's own code) that give Tune a trainer, and which.

        With the driver functions that an earlier run has written, and the trainers in them.
        """
        found: dict[Target, frozenset[Origin]] = {}
        for path, one, trainers in self._swept():
            target = Target(path, one.inside)
            found[target] = found.get(target, frozenset()) | trainers
        for target, trainer in self._driven():
            found[target] = found.get(target, frozenset()) | {trainer}
        return found

    @cached_property
    def swept(self) -> frozenset[Origin]:
        """The trainers of all sweeps."""
        return frozenset[Origin]().union(*self.sweeps.values())

    @cached_property
    def driving(self) -> Mapping[str, frozenset[int]]:
        """The lines of each module at which Tune is given such a driver function."""
        drivers = {target for target, _ in self._driven()}
        found: dict[str, set[int]] = defaultdict(set)
        for path, one in self.given_to_tune():
            for value in one.values:
                if not drivers.isdisjoint(self.links.denoted(path, value)):
                    found[path].add(one.line)
        return {path: frozenset(lines) for path, lines in found.items()}

    def _driven(self) -> Iterator[tuple[Target, Origin]]:
        """The trainers that functions build for their trial of Tune, with the runtime's help."""
        for name in ray_api.TRAINERS:
            for path, one in self.arguments.passed.get(OfRay(name), ()):
                target = Target(path, one.inside)
                if target in self.trials and self._asks_for_trial(target):
                    yield target, Origin(Kind.TRAINER, path, one.line)

    def _asks_for_trial(self, target: Target) -> bool:
        function = self.symbols.function(target)
        calls = function.calls if function is not None else ()
        return any(self.symbols.resolve(target.path, one) == _TRIAL_RUN for one in calls)

    @cached_property
    def tuned(self) -> Mapping[str, frozenset[int]]:
        """The lines of each module at which Tune is given a trainer."""
        found: dict[str, frozenset[int]] = {}
        for path, one, _ in self._swept():
            found[path] = found.get(path, frozenset()) | {one.line}
        return found

    def _swept(self) -> Iterator[tuple[str, Passed, frozenset[Origin]]]:
        """What is given to Tune that may be a trainer, and which trainers it may be."""
        for path, one in self.given_to_tune():
            made = self.objects.all_made(path, one.values)
            trainers = frozenset(origin for origin in made if origin.kind is Kind.TRAINER)
            if trainers:
                yield path, one, trainers.union(*map(self._constructed, trainers))

    def _constructed(self, trainer: Origin) -> frozenset[Origin]:
        """The calls by which the class of a trainer, one of the project, gives Ray's its own."""
        classes = self.symbols.ancestry(trainer.own)[0] if trainer.own is not None else ()
        return frozenset[Origin]().union(*(self._constructors.get(one, ()) for one in classes))

    @cached_property
    def _constructors(self) -> Mapping[Target, set[Origin]]:
        """The calls of a trainer's constructor in that of a class that derives from it."""
        found: dict[Target, set[Origin]] = defaultdict(set)
        for name in ray_api.TRAINERS:
            for path, one in self.arguments.passed.get(OfRay(name), ()):
                kind, _, method = one.inside.rpartition(".")
                calls = one.function if isinstance(one.function, Named) else None
                if method == INIT and calls is not None and calls.symbol.endswith(f".{INIT}"):
                    found[Target(path, kind)].add(Origin(Kind.TRAINER, path, one.line))
        return found

    def given_to_tune(
        self, positions: Mapping[str, int] = _TAKING_TRAINABLES
    ) -> Iterator[tuple[str, Passed]]:
        """What Tune is given to run; each with the module that gives it."""
        for name, position in positions.items():
            for path, one in self.arguments.passed.get(OfRay(name), ()):
                if one.argument == position or one.argument in ray_api.TRAINABLE_KEYWORDS:
                    yield path, one

    @cached_property
    def trials(self) -> frozenset[Target]:
        """Every function that Tune runs as a trial."""
        waiting = [one for _, one in self._denoted_of(self.given_to_tune(ray_api.TUNE_RUNNERS))]
        # What restores by a train loop of its own module is refused, and that says so.
        restored = self._denoted_of(self.given_to_tune(_RESTORING))
        waiting += (
            one for path, one in restored if path != one.path or one not in self.loops.given
        )
        found = set[Target]()
        while waiting:
            one = waiting.pop()
            if one in found:
                continue
            found.add(one)
            function = self.symbols.function(one)
            for value in called_by(function) if function is not None else ():
                waiting += self.links.denoted(one.path, value)
        return frozenset(found)

    @cached_property
    def handed_on(self) -> frozenset[Target]:
        """What trials have something out of sight run maybe: what they name and do not call.

        With the classes of their objects, but for those of trials that start trainers: of these it
        may be the workers that have them.
        """
        named = (
            frozenset[Target]().union(*map(self.reach.of, self.trials)) - self.loops.reached.keys()
        )
        made = frozenset(filter(self.symbols.is_class, self.trials))
        return named - (self.trials if self.trials_train else self.trials - made)

    @cached_property
    def called_back(self) -> frozenset[Target]:
        """The classes of which trials make objects for a framework that calls their methods.

        None where a trial starts a trainer: its workers would call what they hold.
        """
        trials = () if self.trials_train else self.trials
        return frozenset(filter(self._is_of_framework, trials))

    @cached_property
    def trials_train(self) -> bool:
        """Whether a trial starts a trainer."""
        return any(map(self.started.trains, self.trials))

    def _is_of_framework(self, target: Target) -> bool:
        """Whether a class derives from one that neither the project nor Ray has."""
        classes = self.symbols.ancestry(target)[0] if self.symbols.is_class(target) else ()
        return any(
            self.symbols.resolve(one.path, base) is Nowhere.FOREIGN
            for one in classes
            for base in filter(is_of_library, self.symbols.facts[one.path].bases.get(one.name, ()))
        )

    def _denoted_of(self, passed: Iterable[tuple[str, Passed]]) -> Iterator[tuple[str, Target]]:
        """The functions and classes of the project that arguments, each of a module, may be."""
        for path, one in passed:
            for value in one.values:
                yield from ((path, target) for target in self.links.denoted(path, value))
