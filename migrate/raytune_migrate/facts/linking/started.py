"""What runs when a module of the project does: which sweeps, and which trainers' ``fit()``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.calling import COMMAND_LINES, FIRE
from raytune_migrate.facts.linking.reach import called_by
from raytune_migrate.facts.linking.registered import runners
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import BODY, OWN, Called, Held, Named
from raytune_migrate.facts.search.importing import led_from
from raytune_migrate.facts.search.words import IMPORTING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.facts.linking.links import Links
    from raytune_migrate.facts.linking.objects import Objects
    from raytune_migrate.facts.linking.reach import Reach
    from raytune_migrate.facts.linking.registered import Runner
    from raytune_migrate.facts.linking.symbols import Symbols
    from raytune_migrate.facts.model import Value


@dataclass(frozen=True)
class Started:
    """What follows from which functions sweep, and which modules are run.

    ``commands`` are the modules that the project names as commands, and the functions in them;
    ``imports`` are the files that each imports; ``sweeps`` are the functions that give Tune a
    trainer.
    """

    symbols: Symbols
    links: Links
    objects: Objects
    reach: Reach
    commands: frozenset[tuple[str, str]]
    imports: Mapping[str, frozenset[str]]
    sweeps: Iterable[Target]

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

    def trains(self, target: Target) -> bool:
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

    def by_module(self, path: str) -> frozenset[str]:
        """The modules whose sweeps run when a module does."""
        found = frozenset[str]().union(*(self.by_call(path, value) for value in self._run(path)))
        return self._imported(path, found)

    def fits_by_module(self, path: str) -> frozenset[str]:
        """The modules whose trainers' own ``fit()`` runs when a module does."""
        some = (self._led_to(self._fitting, path, value) for value in self._run(path))
        return self._imported(path, frozenset[str]().union(*some))

    def _imported(self, path: str, modules: frozenset[str]) -> frozenset[str]:
        """Those of some modules that may be imported where one is run.

        Others are not what it runs: what a decorator calls is one of all that it is given, and of
        these only those that have been imported.
        """
        if modules <= {path} or self.may_import_any(path):
            return modules
        return modules & (led_from((path,), self.imports) | {path})

    def may_import_any(self, path: str) -> bool:
        """Whether a module, or one that it imports, imports what no import statement names."""
        here = led_from((path,), self.imports) & self.symbols.facts.keys()
        known = (self.symbols.facts[one].imports for one in here)
        return not all(map(IMPORTING.isdisjoint, known))

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

    def by_call(self, path: str, value: Value) -> frozenset[str]:
        """The modules whose sweeps run when a module calls a value."""
        return self._led_to(self._sweeping, path, value)

    @cached_property
    def beside_others(self) -> frozenset[str]:
        """The modules whose sweeps may run while others do, on the same cluster."""
        return frozenset[str]().union(
            *(
                self._sweeping.get(one, ())
                for path, facts in self.symbols.facts.items()
                for value in facts.started
                for one in self._run_beside_others(path, value)
            )
        )

    def _run_beside_others(self, path: str, value: Value) -> Iterator[Runner]:
        """What a value runs once it is started: of a class, all its methods."""
        if not self._sweeping:
            return
        yield from runners(self.symbols, path, value)
        for target in self.links.denoted(path, value):
            yield target
            classes = self.symbols.ancestry(target)[0] if self.symbols.is_class(target) else ()
            for one in classes:
                names = self.symbols.facts[one.path].functions
                yield from (Target(one.path, name) for name in names if _is_method(name, one.name))

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
        swept = self.by_module(path)
        return path in swept or (bool(swept) and any(module == path for module, _ in self.commands))


def _is_method(name: str, of: str) -> bool:
    """Whether a function, by its qualified name, is a method of a class, by that of the class."""
    return name.rpartition(".")[0] == of
