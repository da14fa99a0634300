"""What the calls of a project give to whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import (
    BODY,
    OWN,
    REST,
    Called,
    Member,
    Named,
    Parameter,
    Passed,
    Plain,
    symbols_of,
)
from raytune_migrate.facts.reading.scopes import INIT
from raytune_migrate.facts.reading.spread import ARGUMENTS
from raytune_migrate.facts.search.modules import Nowhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping

    from raytune_migrate.facts.linking.symbols import Symbols
    from raytune_migrate.facts.linking.targets import Resolved
    from raytune_migrate.facts.model import Fixture, HandedOn, Value


@dataclass(frozen=True)
class Arguments:
    """The arguments of all calls, and whom they reach.

    ``may_be`` says which functions and classes may be called where no name says it.
    """

    symbols: Symbols
    may_be: Callable[[str, Value], Iterable[OfRay | Target]]

    @cached_property
    def tunes(self) -> bool:
        """Whether one of the modules has Tune run anything."""
        return any(self.passed.get(OfRay(one)) for one in ray_api.TUNE_RUNNERS)

    @cached_property
    def passed(self) -> Mapping[OfRay | Target, list[tuple[str, Passed]]]:
        """The arguments of all calls, by what is called."""
        found: dict[OfRay | Target, list[tuple[str, Passed]]] = defaultdict(list)
        for path, facts in self.symbols.facts.items():
            for one in facts.passed:
                given = [(path, one), *((path, each) for each in self._spread(path, one))]
                for target in self._callees(path, one.function):
                    found[target] += given
        self._hand_on(found)
        return found

    def _spread(self, path: str, given: Passed) -> Iterator[Passed]:
        """The arguments that ``**`` makes of dicts that others hold, or give."""
        if given.argument != REST:
            return
        held = [one.function if isinstance(one, Called) else one for one in given.values]
        for symbol in symbols_of(tuple(held)):
            for name in sorted(ARGUMENTS):
                found = self.symbols.resolve(path, f"{symbol}.{name}")
                if isinstance(found, Target) and {*self.symbols.values(found)} - {Plain.NONE}:
                    values = (Named(f"{symbol}.{name}"),)
                    yield replace(given, argument=name, values=values, unpacked=True)

    def _hand_on(self, passed: MutableMapping[OfRay | Target, list[tuple[str, Passed]]]) -> None:
        """Add what functions hand on by ``**kwargs``: all that they take under no other name."""
        handing: dict[Target, list[HandedOn]] = defaultdict(list)
        for path, facts in self.symbols.facts.items():
            for one in facts.handed_on:
                handing[Target(path, one.inside)].append(one)
        waiting, done = list(handing), set[tuple[Target, str]]()
        looked_at = dict.fromkeys(handing, 0)  # of what each is passed, which only grows
        while waiting:
            target = waiting.pop()
            function = self.symbols.function(target)
            if function is None:
                continue
            new = passed[target][looked_at[target] :]
            looked_at[target] += len(new)
            words = {one.argument for _, one in new if isinstance(one.argument, str)}
            for word in sorted(words.difference(function.parameters, (REST,))):
                if (target, word) in done:
                    continue
                done.add((target, word))
                for one in handing[target]:
                    values = (Parameter(target.name, word),)
                    given = Passed(one.function, word, values, one.inside, one.line, unpacked=True)
                    for callee in self._callees(target.path, one.function):
                        passed[callee].append((target.path, given))
                        if isinstance(callee, Target) and callee in handing:
                            waiting.append(callee)

    def _callees(self, path: str, function: Value) -> Iterator[OfRay | Target]:
        named: Resolved = Nowhere.UNCLEAR
        match function:
            case Named(symbol=symbol):
                named = self._named(path, symbol)
            case Member(of=Called(function=Named(symbol=symbol)), name=name):
                named = self._named(path, f"{symbol}.{name}")
            case _:
                pass
        if isinstance(named, OfRay):
            if isinstance(function, Named):
                yield OfRay(named.name.removesuffix(f".{INIT}"))
        elif isinstance(named, Target) and self.symbols.is_code(named):
            yield from self._run_by(named)
        elif named is not Nowhere.FOREIGN:
            given = (*self._given_back(path, function), *self.may_be(path, function))
            for one in dict.fromkeys(given):
                yield from self._run_by(one) if isinstance(one, Target) else (one,)

    def _given_back(self, path: str, value: Value) -> Iterator[Target]:
        """The functions inside of one that calling it gives, as a decorator with arguments does.

        Those it takes no look at who calls whom to see.
        """
        if not isinstance(value, Called) or not isinstance(value.function, Named):
            return
        made = self.symbols.resolve(path, value.function.symbol)
        if isinstance(made, Target):
            for one in self.symbols.returned(made):
                if isinstance(one, Named):
                    inner = self.symbols.resolve(made.path, one.symbol)
                    if isinstance(inner, Target) and self.symbols.is_plain_function(inner):
                        yield inner

    def _named(self, path: str, symbol: str) -> Resolved:
        """What a symbol stands for; unclear where it goes on from an object."""
        named = self.symbols.resolve(path, symbol)
        if named is Nowhere.FOREIGN and self.symbols.through_object(path, symbol):
            return Nowhere.UNCLEAR
        return named

    def _run_by(self, called: Target) -> Iterator[OfRay | Target]:
        """The functions, and the trainer or Tuner of Ray, that calling a function or class runs."""
        if not self.symbols.is_class(called):
            yield from filter(self.symbols.is_code, self.symbols.bodies(called))
            return
        trainer = self.symbols.trainer_base(called)
        if trainer is not None:  # its own constructor hands on what it does not take itself
            yield OfRay(trainer)
        elif self.symbols.is_tuner(called):
            yield OfRay(ray_api.TUNER)
        waiting, seen = [called], set[Target]()
        while waiting:
            kind = waiting.pop()
            found = self.symbols.resolve(kind.path, f"{OWN}{kind.name}.{INIT}")
            if not isinstance(found, Target) or found in seen:
                continue
            seen.add(found)
            yield found
            function = self.symbols.function(found)
            if function is not None and function.is_generated:  # which takes those of its bases too
                waiting += self._bases(Target(found.path, found.name.rpartition(".")[0]))

    def _bases(self, kind: Target) -> Iterator[Target]:
        for base in self.symbols.facts[kind.path].bases.get(kind.name, ()):
            found = self.symbols.resolve(kind.path, base)
            if isinstance(found, Target) and self.symbols.is_class(found):
                yield found

    def fixture(self, path: str, parameter: Parameter) -> tuple[str, Fixture] | None:
        """The fixture that a parameter of a test, or of a fixture, asks for, and its module."""
        own = self.symbols.facts[path].fixtures
        asks = parameter.function.rpartition(".")[2].startswith("test") or any(
            one.function == parameter.function for one in own.values()
        )
        for where in (path, *self.symbols.modules.conftests(path)) if asks else ():
            facts = self.symbols.facts.get(where)
            found = facts.fixtures.get(parameter.name) if facts is not None else None
            # One that asks for its own name means that of a module above.
            if found is not None and (where, found.function) != (path, parameter.function):
                return where, found
        return None

    def given(self, path: str, parameter: Parameter) -> Iterator[tuple[str, Passed]]:
        """What the calls of a function, or pytest, give for one of its parameters."""
        fixture = self.fixture(path, parameter)
        if fixture is not None:
            where, found = fixture
            called = Named(f"{OWN}{parameter.function}")
            yield where, Passed(called, parameter.name, found.values, BODY, 0)
        received = self._by_parameter.get(Target(path, parameter.function), {})
        yield from received.get(parameter.name, ())

    def spread(self, path: str, parameter: Parameter) -> Iterator[tuple[str, Passed]]:
        """What calls of a function give it by ``*`` and ``**``, and do not name this parameter."""
        received = self._by_parameter.get(Target(path, parameter.function), {})
        named = {(where, one.line) for where, one in received.get(parameter.name, ())}
        for where, one in received.get(REST, ()):
            if (where, one.line) not in named:
                yield where, one

    @cached_property
    def _by_parameter(self) -> Mapping[Target, Mapping[str | int, list[tuple[str, Passed]]]]:
        """The arguments of all calls of functions of the project, by the parameters they are for.

        Those for which a function has none go by their places.
        """
        found: dict[Target, dict[str | int, list[tuple[str, Passed]]]] = defaultdict(dict)
        for target, passed in self.passed.items():
            function = self.symbols.function(target) if isinstance(target, Target) else None
            if not isinstance(target, Target) or function is None:
                continue
            own = 1 if function.is_method else 0
            early = max((_places(one) for _, one in passed if one.early), default=0)
            for where, one in passed:
                # What goes on from ``partial`` may be given the arguments that are left.
                for offset in (own,) if one.early else dict.fromkeys((own, own + early)):
                    index = one.argument
                    name = (
                        function.parameters[index + offset]
                        if isinstance(index, int) and index + offset < len(function.parameters)
                        else index
                    )
                    told = found[target].setdefault(name, [])
                    if (where, one) not in told[-1:]:
                        told.append((where, one))
        return found


def _places(given: Passed) -> int:
    """How many arguments stand in their places up to one."""
    return given.argument + 1 if isinstance(given.argument, int) else 0
