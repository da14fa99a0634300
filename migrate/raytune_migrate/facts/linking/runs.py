"""Who runs what in a project: which modules sweep, which functions are train loops and trials."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.calling import COMMAND_LINES, FIRE
from raytune_migrate.facts.linking.objects import Origin
from raytune_migrate.facts.linking.reach import Reach, called_by
from raytune_migrate.facts.linking.registered import runners
from raytune_migrate.facts.linking.symbols import OfRay, Target
from raytune_migrate.facts.model import BODY, OWN, Called, Held, Named
from raytune_migrate.facts.reading.scopes import INIT
from raytune_migrate.facts.search.importing import led_from
from raytune_migrate.facts.search.modules import Nowhere
from raytune_migrate.libraries import is_of_library

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.facts.linking.arguments import Arguments
    from raytune_migrate.facts.linking.links import Links
    from raytune_migrate.facts.linking.objects import Objects
    from raytune_migrate.facts.linking.registered import Runner
    from raytune_migrate.facts.linking.symbols import Symbols
    from raytune_migrate.facts.model import Passed, Value

_LOOP = "train_loop_per_worker"
_TRIAL_RUN = OfRay(f"{ray_api.RUNTIME}.trial_run")
_RESTORING = {ray_api.RESTORE: 1}
_TAKING_TRAINABLES = {**ray_api.TUNE_RUNNERS, **_RESTORING}
# What imports modules that no import statement names.
_IMPORTING = {
    "importlib",
    "importlib.import_module",
    "importlib.metadata.entry_points",
    "pkgutil",
    "pkgutil.iter_modules",
    "pkgutil.walk_packages",
    "runpy",
}


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
            for inner in self.reach.of(target):
                reached[inner] |= trainers
        return {target: frozenset(trainers) for target, trainers in reached.items()}

    @cached_property
    def checkpointless(self) -> frozenset[Origin]:
        """The trainers whose train loops are seen to report, and never with a checkpoint."""
        return frozenset(one for one, how in self._reports.items() if how == {False})

    @cached_property
    def checkpointing(self) -> frozenset[Origin]:
        """The trainers whose train loops are seen to report, and always with more than metrics."""
        return frozenset(one for one, how in self._reports.items() if how == {True})

    @cached_property
    def _reports(self) -> Mapping[Origin, set[bool | None]]:
        """With what the train loops of each trainer report: whether with more than metrics.

        None where that cannot be seen.
        """
        found: dict[Origin, set[bool | None]] = defaultdict(set)
        for target, trainers in self.loops.items():
            how = set(self._reports_of(target)) if trainers else set()
            for one in trainers:
                found[one] |= how
        return found

    def _reports_of(self, loop: Target) -> Iterator[bool | None]:
        uses, function = self.reach.uses(loop), self.symbols.function(loop)
        if uses is None or function is None:
            yield None
            return
        if any(map(ray_api.reports_by_itself, uses)):
            yield True
        for symbol in function.calls:
            found = self.symbols.resolve(loop.path, symbol)
            if isinstance(found, OfRay) and found.name in ray_api.REPORTS:
                if symbol in function.calls_with_several:
                    yield True
                if symbol in function.calls_with_few:
                    yield False

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
        waiting = [one for _, one in self._denoted_of(self.given_to_tune(ray_api.TUNE_RUNNERS))]
        # What restores by a train loop of its own module is refused, and that says so.
        restored = self._denoted_of(self.given_to_tune(_RESTORING))
        waiting += (one for path, one in restored if path != one.path or one not in self.given)
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
        named = frozenset[Target]().union(*map(self.reach.of, self.trials)) - self.loops.keys()
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
        return any(map(self.starts, self.trials))

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

    @cached_property
    def _sweeping(self) -> Mapping[Runner, frozenset[str]]:
        """What leads to sweeps, with the modules that these are in."""
        return self.reach.leading_to(self.sweeps)

    @cached_property
    def _fitting(self) -> Mapping[Runner, frozenset[str]]:
        """What leads to a trainer's own ``fit()``, with the modules that these are in."""
        return self.reach.leading_to(
            Target(path, fit.inside)
            for path, facts in self.symbols.facts.items()
            for fit in facts.fits
            if any(one.kind is Kind.TRAINER for one in self.objects.all_made(path, fit.of))
        )

    def starts(self, target: Target) -> bool:
        """Whether a function builds a trainer, or leads to what sweeps or fits one.

        Of a module's own code, what it calls does.
        """
        function = self.symbols.function(target)
        calls = function.calls if function is not None else ()
        built = (self.symbols.resolve(target.path, one) for one in calls)
        if any(isinstance(one, OfRay) and one.name in ray_api.TRAINERS for one in built):
            return True
        leading = (self._sweeping, self._fitting)
        if function is None or target.name != BODY:
            return any(target in one for one in leading)
        return any(
            self._led_to(one, target.path, value)
            for one in leading
            for value in called_by(function)
        )

    def run_by(self, path: str) -> frozenset[str]:
        """The modules whose sweeps run when a module does."""
        found = frozenset[str]().union(*(self.runs(path, value) for value in self._run(path)))
        return self._imported(path, found)

    def fits_run_by(self, path: str) -> frozenset[str]:
        """The modules whose trainers' own ``fit()`` runs when a module does."""
        some = (self._led_to(self._fitting, path, value) for value in self._run(path))
        return self._imported(path, frozenset[str]().union(*some))

    def _imported(self, path: str, modules: frozenset[str]) -> frozenset[str]:
        """Those of some modules that may be imported where one is run.

        Others are not what it runs: what a decorator calls is one of all that it is given, and of
        these only those that have been imported.
        """
        if modules <= {path}:
            return modules
        if self.may_import_any(path):
            return modules
        return modules & (led_from(path, self.imports) | {path})

    def may_import_any(self, path: str) -> bool:
        """Whether a module, or one that it imports, imports what no import statement names."""
        here = led_from(path, self.imports) & self.symbols.facts.keys()
        known = (self.symbols.facts[one].imports for one in here)
        return not all(map(_IMPORTING.isdisjoint, known))

    def _run(self, path: str) -> Iterator[Value]:
        """What a module calls when it is run."""
        yield from called_by(self.symbols.facts[path].functions[BODY])
        yield from (Named(OWN + name) for module, name in self.commands if module == path)
        yield from self._given_to_command_line(path)

    def _given_to_command_line(self, path: str) -> Iterator[Value]:
        """What a module gives to what runs it as the command line says: all, or some of it."""
        facts = self.symbols.facts[path]
        lines = {Named(one) for one in COMMAND_LINES}
        waiting = [
            value
            for one in facts.passed
            if one.inside == BODY and one.function in lines
            for value in one.values
        ]
        if not waiting and FIRE in facts.functions[BODY].calls:
            waiting += (Named(OWN + name) for name in facts.functions if name and "." not in name)
        while waiting:
            one = waiting.pop()
            match one:
                case Held():
                    waiting += one.values
                case Called():
                    yield one.function  # the class of an object
                case _:
                    yield one

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

    def is_entry(self, path: str) -> bool:
        """Whether a module that runs sweeps is run itself.

        A function of it is a command of the project, or its own code runs sweeps of its own.
        """
        swept = self.run_by(path)
        return path in swept or (bool(swept) and any(module == path for module, _ in self.commands))
