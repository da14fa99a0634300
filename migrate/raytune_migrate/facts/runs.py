"""Who runs what in a project: which modules sweep, which functions are train loops and trials."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind, Known
from raytune_migrate.facts.model import BODY, OWN, Called, Item, Named, Parameter
from raytune_migrate.facts.modules import Found, Nowhere
from raytune_migrate.facts.objects import UNKNOWN, Origin
from raytune_migrate.facts.registered import registered, runners
from raytune_migrate.facts.symbols import OfRay, Target
from raytune_migrate.facts.tabling import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.facts.arguments import Arguments
    from raytune_migrate.facts.links import Links
    from raytune_migrate.facts.model import Function, Passed, Value
    from raytune_migrate.facts.objects import Objects
    from raytune_migrate.facts.registered import Runner
    from raytune_migrate.facts.symbols import Symbols

_LOOP = "train_loop_per_worker"
_TRIAL_RUN = OfRay(f"{ray_api.RUNTIME}.trial_run")
_TESTS = (Named(f"{OWN}isinstance"), Named(f"{OWN}issubclass"))


def called_by(function: Function) -> Iterator[Value]:
    """All that a function calls."""
    yield from map(Named, function.calls)
    yield from function.called


@dataclass(frozen=True)
class Runs:
    """What follows from who gives what to trainers and Tuners.

    ``commands`` are the modules that the project names as commands, and the functions in them;
    ``tunes`` says whether Tune runs anything in the project, of which these may be a part.
    """

    symbols: Symbols
    arguments: Arguments
    links: Links
    objects: Objects
    commands: frozenset[tuple[str, str]]
    tunes: bool
    _mentions: dict[Target, frozenset[Target]] = field(default_factory=dict)
    _uses: Table[Target, str | Nowhere] = field(default_factory=Table)

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
    def driving(self) -> Mapping[str, frozenset[int]]:
        """The lines of each module at which Tune is given such a driver function."""
        drivers = {target for target, _ in self._driven()}
        found: dict[str, set[int]] = defaultdict(set)
        for path, one in self._given_to_tune():
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
    def patched(self) -> Mapping[str, Mapping[int, str]]:
        """Which module's Tuner each module puts something in the place of, by the line.

        Of those that give it a trainer.
        """
        sweeping = self.tuned.keys()
        found: dict[str, dict[int, str]] = defaultdict(dict)
        for path, facts in self.symbols.facts.items():
            for one in facts.patched:
                place = self.symbols.modules.find(one.symbol, path)
                of_tuner = self.symbols.resolve(path, one.symbol) == OfRay(ray_api.TUNER)
                if of_tuner and isinstance(place, Found) and place.path in sweeping - {path}:
                    found[path][one.line] = place.path
        return found

    @cached_property
    def unasked(self) -> Mapping[str, Mapping[int, frozenset[str]]]:
        """Where each module puts something in the place of what train loops, or functions that Tune
        runs, ask of a session and will ask of another; by the line, with the modules of these."""
        found: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
        for path, facts in self.symbols.facts.items():
            for one in facts.patched:
                name = self.symbols.resolve(path, one.symbol)
                place = self.symbols.modules.find(one.symbol, path)
                if isinstance(name, OfRay):
                    modules = {
                        where
                        for where, asked in self._asked_otherwise.items()
                        if any(f"{each}.".startswith(f"{name.name}.") for each in asked)
                        and (not isinstance(place, Found) or place.path == where)
                    }
                    if modules - {path}:
                        found[path][one.line] = frozenset(modules)
        return found

    @cached_property
    def _asked_otherwise(self) -> Mapping[str, set[str]]:
        """What functions of each module ask of a session that is another's under Train V2."""
        found: dict[str, set[str]] = defaultdict(set)
        for targets, homes in (
            (self.loops, ray_api.WORKER_FUNCTIONS),
            (self.trials, ray_api.TUNE_FUNCTIONS),
        ):
            for target in targets:
                function = self.symbols.function(target)
                for symbol in function.calls if function is not None else ():
                    name = self.symbols.resolve(target.path, symbol)
                    if isinstance(name, OfRay) and (
                        name.name.startswith(f"{ray_api.SESSION}.")
                        or homes.get(name.name, name.name) != name.name
                    ):
                        found[target.path].add(name.name)
        return found

    @cached_property
    def tuned(self) -> Mapping[str, frozenset[int]]:
        """The lines of each module at which Tune is given a trainer."""
        found: dict[str, frozenset[int]] = {}
        for path, one, _ in self._swept():
            found[path] = found.get(path, frozenset()) | {one.line}
        return found

    def _swept(self) -> Iterator[tuple[str, Passed, frozenset[Origin]]]:
        """What is given to Tune that may be a trainer, and which trainers it may be."""
        for path, one in self._given_to_tune():
            made = self.objects.all_made(path, one.values)
            trainers = frozenset(origin for origin in made if origin.kind is Kind.TRAINER)
            if trainers:
                yield path, one, trainers

    def _given_to_tune(self) -> Iterator[tuple[str, Passed]]:
        positions = {**ray_api.TUNE_RUNNERS, ray_api.RESTORE: 1}
        for name, position in positions.items():
            for path, one in self.arguments.passed.get(OfRay(name), ()):
                if one.argument == position or one.argument in ray_api.TRAINABLE_KEYWORDS:
                    yield path, one

    def tested(self, path: str) -> frozenset[Origin]:
        """What a module asks whether it is a config that Tune has too."""
        classes = frozenset(map(OfRay, ray_api.TUNE_CONFIG_CLASSES))
        passed = self.symbols.facts[path].passed
        lines = {
            one.line
            for one in passed
            if one.function in _TESTS and one.argument == 1
            for value in one.values
            for found in [self.links.of_ray(path, Item(value)) or self.links.of_ray(path, value)]
            if not classes.isdisjoint(found)
        }
        made = {
            one.line: frozenset(self._made_in_project(path, one.values))
            for one in passed
            if one.function in _TESTS and one.argument == 0 and one.line in lines
        }
        return frozenset[Origin]().union(*(made.get(one, {UNKNOWN}) for one in lines))

    def _made_in_project(self, path: str, values: Iterable[Value]) -> Iterator[Origin]:
        """What some values may be; of parameters what the project gives, if that is seen."""
        for value in values:
            given = list(self.arguments.given(path, value)) if isinstance(value, Parameter) else []
            for where, one in given:
                yield from self.objects.all_made(where, one.values)
            if not given:
                yield from self.objects.made(path, value)

    @cached_property
    def fitted(self) -> Mapping[str, frozenset[Origin]]:
        """The trainers whose ``fit()`` each module calls."""
        return {
            path: frozenset(
                one
                for fit in facts.fits
                for one in self.objects.all_made(path, fit.of)
                if one.kind is Kind.TRAINER
            )
            for path, facts in self.symbols.facts.items()
        }

    @cached_property
    def given(self) -> Mapping[Target, set[Origin]]:
        """Every function that trainers are given as their train loop, and these."""
        found: dict[Target, set[Origin]] = defaultdict(set)
        for name in ray_api.TRAINERS:
            first = ray_api.signature(name)[:1] == (_LOOP,)
            for path, one in self.arguments.passed.get(OfRay(name), ()):
                if one.argument == _LOOP or (first and one.argument == 0):
                    for value in one.values:
                        for target in self.links.denoted(path, value):
                            for each in self.links.run_by(target):
                                found[each].add(Origin(Kind.TRAINER, path, one.line))
        return found

    @cached_property
    def returning(self) -> Mapping[Target, set[Origin]]:
        """Every function whose value trainers may send back, and these: what their train loops are,
        and what lambdas among them call."""
        found: dict[Target, set[Origin]] = defaultdict(set)
        waiting = [(target, trainers) for target, trainers in self.given.items()]
        while waiting:
            target, trainers = waiting.pop()
            if trainers <= found[target]:
                continue
            found[target] |= trainers
            for value in self.symbols.returned(target) if self._is_lambda(target) else ():
                if isinstance(value, Called):
                    inner = self.links.denoted(target.path, value.function)
                    waiting += ((one, trainers) for one in inner)
        return found

    @staticmethod
    def _is_lambda(target: Target) -> bool:
        return target.name.rpartition(".")[2].startswith("<lambda ")

    @cached_property
    def loops(self) -> Mapping[Target, frozenset[Origin]]:
        """Every function that trainers run on workers, and these."""
        found = {**{one: set[Origin]() for one in self._evident()}, **self.given}
        reached: dict[Target, set[Origin]] = defaultdict(set)
        for target, trainers in found.items():
            for inner in self._reach(target):
                reached[inner] |= trainers
        return {target: frozenset(trainers) for target, trainers in reached.items()}

    @cached_property
    def checkpointless(self) -> frozenset[Origin]:
        """The trainers whose train loops are seen to report, and never with a checkpoint."""
        bodies: dict[Origin, set[Target]] = defaultdict(set)
        for target, trainers in self.loops.items():
            for one in trainers:
                bodies[one].add(target)
        return frozenset(
            one for one, targets in bodies.items() if self._are_checkpointless(targets)
        )

    @cached_property
    def lost(self) -> Mapping[str, Mapping[Origin, frozenset[str]]]:
        """What each module reads of which ``fit()`` that it does not give under Train V2.

        Not of its own: that is seen there, unless others hand it to a function of the module.
        """
        found: dict[str, dict[Origin, frozenset[str]]] = {}
        for path, facts in self.symbols.facts.items():
            lost = found[path] = {}
            for read in facts.reads:
                if read.field not in ray_api.LOST_FIELDS:
                    continue
                handed = any(isinstance(value, Parameter) for value in read.of)
                for one in self.objects.all_made(path, read.of):
                    if one.kind is Kind.FIT and (handed or one.path != path):
                        checkpointless = one.trainers <= self.checkpointless
                        what = ray_api.lost(read.field, read.key, checkpointless=checkpointless)
                        if what is not None:
                            lost[one] = lost.get(one, frozenset()) | {what}
        return found

    @cached_property
    def trainers(self) -> Mapping[str, Mapping[tuple[int, int], Known]]:
        """By where it ends, that of which each module calls ``fit()`` that is surely a trainer."""
        found: dict[str, dict[tuple[int, int], Known]] = {}
        for path, facts in self.symbols.facts.items():
            told = found[path] = {}
            for fit in facts.fits:
                made = self.objects.all_made(path, fit.of)
                kinds = frozenset(one.kind for one in made)
                if kinds == {Kind.TRAINER}:
                    told[fit.end] = Known(
                        kinds, frozenset(), is_checkpointless=made <= self.checkpointless
                    )
        return found

    @cached_property
    def results(self) -> Mapping[str, Mapping[tuple[int, int], frozenset[Kind]]]:
        """By where it ends, which Results each module reads something of that may be no more."""
        found: dict[str, dict[tuple[int, int], frozenset[Kind]]] = {}
        for path, facts in self.symbols.facts.items():
            told = found[path] = {}
            for read in facts.reads:
                kinds = {one.kind for one in self.objects.all_made(path, read.of)}
                if Kind.RESULT in kinds or (Kind.FIT in kinds and read.field == ray_api.LOG_DIR):
                    told[read.end] = frozenset(kinds)
        return found

    def _are_checkpointless(self, loops: Iterable[Target]) -> bool:
        reports = False
        for one in loops:
            uses, function = self.uses(one), self.symbols.function(one)
            if uses is None or function is None or any(map(ray_api.reports_by_itself, uses)):
                return False
            for symbol in function.calls:
                found = self.symbols.resolve(one.path, symbol)
                if isinstance(found, OfRay) and found.name in ray_api.REPORTS:
                    if symbol in function.calls_with_several:
                        return False
                    reports = True
        return reports

    def _evident(self) -> Iterator[Target]:
        """The functions that use what only workers may, and not those that define such a one."""
        for path, facts in self.symbols.facts.items():
            for name, function in facts.functions.items():
                if name != BODY and any(
                    isinstance(one := self.symbols.resolve(path, symbol), OfRay)
                    and one.name in ray_api.WORKERS_ONLY
                    for symbol in function.own_names
                ):
                    yield Target(path, name)

    @cached_property
    def trials(self) -> frozenset[Target]:
        """Every function that Tune runs as a trial."""
        waiting = [
            target
            for path, one in self._given_to_tune()
            for value in one.values
            for target in self.links.denoted(path, value)
        ]
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

    def _reach(self, start: Target) -> frozenset[Target]:
        """A function, and all that it and they mention."""
        found = set[Target]()
        waiting = [start]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._mentioned(one)
        return frozenset(found)

    def _mentioned(self, target: Target) -> frozenset[Target]:
        if target not in self._mentions:
            function = self.symbols.function(target)
            names = self._named(target.path, function.names) if function is not None else ()
            called = called_by(function) if function is not None else ()
            every = (self.links.denoted(target.path, one) for one in {*names, *called})
            self._mentions[target] = frozenset(
                each
                for some in every
                for one in some
                if one.name != BODY
                for each in self.links.run_by(one)
            )
        return self._mentions[target]

    def _named(self, path: str, symbols: Iterable[str]) -> Iterator[Named]:
        """What symbols stand for, as code has them: ``build.run`` is nothing that build() gives."""
        for one in symbols:
            holder = one.rpartition(".")[0]
            found = self.symbols.resolve(path, holder) if holder.strip(f".{OWN}") else None
            if not isinstance(found, Target) or not self.symbols.is_plain_function(found):
                yield Named(one)

    def uses(self, target: Target) -> frozenset[str] | None:
        """The names of Ray that running a function uses; None where some of it is out of sight."""
        found = self._used_by(target)
        return None if Nowhere.UNCLEAR in found else frozenset(map(str, found))

    def _used_by(self, target: Target) -> tuple[str | Nowhere, ...]:
        return self._uses.ask(target, lambda: self._uses_of(target))

    def _uses_of(self, target: Target) -> Iterator[str | Nowhere]:
        function = self.symbols.function(target)
        for symbol in function.names if function is not None else ():
            found = self.symbols.resolve(target.path, symbol)
            if isinstance(found, OfRay):
                yield found.name
            elif found is Nowhere.UNCLEAR:
                yield found
        for one in self._mentioned(target):
            yield from self._used_by(one)

    @cached_property
    def _sweeping(self) -> Mapping[Runner, frozenset[str]]:
        """What leads to sweeps, with the modules that these are in."""
        return self._leading_to(self.sweeps)

    @cached_property
    def _fitting(self) -> Mapping[Runner, frozenset[str]]:
        """What leads to a trainer's own ``fit()``, with the modules that these are in."""
        return self._leading_to(
            Target(path, fit.inside)
            for path, facts in self.symbols.facts.items()
            for fit in facts.fits
            if any(one.kind is Kind.TRAINER for one in self.objects.all_made(path, fit.of))
        )

    def _leading_to(self, starts: Iterable[Target]) -> Mapping[Runner, frozenset[str]]:
        """What runs some functions, with the modules of those that it runs."""
        found: dict[Runner, set[str]] = defaultdict(set)
        for start in starts:
            waiting: list[Runner] = [start]
            seen: set[Runner] = set()
            while waiting:
                one = waiting.pop()
                if one not in seen:
                    seen.add(one)
                    found[one].add(start.path)
                    waiting += self._holders.get(one, ())
        return {one: frozenset(paths) for one, paths in found.items()}

    @cached_property
    def _holders(self) -> Mapping[Runner, set[Runner]]:
        """What mentions a function, or is given it to run."""
        holders: dict[Runner, set[Runner]] = defaultdict(set)
        for path, facts in self.symbols.facts.items():
            for name in facts.functions:
                target = Target(path, name)
                for mentioned in self._mentioned(target):
                    holders[mentioned].add(target)
        for runner, given in registered(self.symbols):
            holders[given].add(runner)
        return holders

    def run_by(self, path: str) -> frozenset[str]:
        """The modules whose sweeps run when a module does."""
        return frozenset().union(*(self.runs(path, value) for value in self._run(path)))

    def fits_run_by(self, path: str) -> frozenset[str]:
        """The modules whose trainers' own ``fit()`` runs when a module does."""
        some = (self._led_to(self._fitting, path, value) for value in self._run(path))
        return frozenset().union(*some)

    def _run(self, path: str) -> Iterator[Value]:
        """What a module calls when it is run."""
        yield from called_by(self.symbols.facts[path].functions[BODY])
        yield from (Named(OWN + name) for module, name in self.commands if module == path)

    def runs(self, path: str, value: Value) -> frozenset[str]:
        """The modules whose sweeps run when a module calls a value."""
        return self._led_to(self._sweeping, path, value)

    def _led_to(
        self, leading: Mapping[Runner, frozenset[str]], path: str, value: Value
    ) -> frozenset[str]:
        if not leading:
            return frozenset()  # who calls whom takes long to find out
        called = {*self.links.denoted(path, value), *runners(self.symbols, path, value)}
        return frozenset().union(*(leading.get(one, ()) for one in called))

    def is_command(self, path: str) -> bool:
        """Whether a function of a module that runs sweeps is a command of the project."""
        return bool(self.run_by(path)) and any(module == path for module, _ in self.commands)
