"""What the names of a project stand for, over all of its modules, and what is given to whom.

Where the modules cannot say, the answer is that it is unknown; nothing is guessed from a spelling.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.facts.model import (
    BODY,
    OWN,
    Called,
    Held,
    Item,
    Member,
    Named,
    Parameter,
    Passed,
)
from raytune_migrate.facts.modules import Found, Nowhere
from raytune_migrate.rules import ray_api
from raytune_migrate.runtime_home import of_runtime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from raytune_migrate.facts.model import Fixture, Function, ModuleFacts, Value, Values
    from raytune_migrate.facts.modules import Modules

_INIT, _CALL = "__init__", "__call__"
# Methods that take something out of a container, and those that give all that is in it.
TAKING = frozenset({"get", "pop", "popitem", "popleft", "setdefault"})
GIVING = TAKING | {"copy", "items", "values"}


@dataclass(frozen=True, slots=True)
class OfRay:
    """An object of Ray, or of the runtime, by its public name."""

    name: str


@dataclass(frozen=True, slots=True)
class Target:
    """A function, a class or a variable of a module, by its qualified name; BODY: the module."""

    path: str
    name: str


Resolved: TypeAlias = "OfRay | Target | Nowhere"


class _Asked(Enum):
    """What is being found out of a value, which may lead back to itself."""

    WHAT = "which functions it may be"
    WHAT_IS_IN_IT = "what it holds"


class Calls(Enum):
    """Of which calls it is known what they give to whom."""

    NAMED = "those of functions by their names"
    ALL = "those of what other calls give, and of the methods of any object, too"


_Seen: TypeAlias = "frozenset[tuple[_Asked, str, Value]]"


def _is_given_by(symbol: str) -> bool:
    """Whether calling what a symbol stands for takes something out of a container of that name."""
    holder, _, name = symbol.rpartition(".")
    return bool(holder) and name in GIVING


@dataclass(frozen=True)
class Links:
    """The facts of all modules of a project that matter, and what follows from them."""

    modules: Modules
    facts: Mapping[str, ModuleFacts]
    unread: frozenset[str] = frozenset()  # those that could not be parsed
    calls: Calls = Calls.ALL
    _resolved: dict[tuple[str, str], Resolved] = field(default_factory=dict)
    _denoted: dict[tuple[str, Value], frozenset[Target]] = field(default_factory=dict)
    _attributes: dict[tuple[str, Member], tuple[Target, ...]] = field(default_factory=dict)
    _open: set[tuple[str, Member]] = field(default_factory=set)  # attributes that are looked for
    _circles: set[tuple[str, Member]] = field(default_factory=set)  # of these, what led back to it

    # --- names ---------------------------------------------------------------

    def resolve(self, path: str, symbol: str) -> Resolved:
        """What a symbol of the module at ``path`` stands for."""
        key = (path, symbol)
        if key not in self._resolved:
            self._resolved[key] = Nowhere.UNCLEAR  # if it leads back to itself
            self._resolved[key] = self._resolve(path, symbol)
        return self._resolved[key]

    def _resolve(self, path: str, symbol: str) -> Resolved:
        if symbol.startswith(OWN):
            return self._defined(path, tuple(symbol.removeprefix(OWN).split(".")))
        known = of_runtime(symbol)
        if known.split(".", 1)[0] in ("ray", ray_api.RUNTIME):
            return OfRay(ray_api.public_name(known))
        found = self.modules.find(symbol, path)
        if not isinstance(found, Found):
            return found
        if found.path not in self.facts:
            return Nowhere.UNCLEAR if found.path in self.unread else Nowhere.APART
        return self._defined(found.path, found.rest) if found.rest else Target(found.path, BODY)

    def _defined(self, path: str, parts: tuple[str, ...]) -> Resolved:
        """What a dotted name is inside a module."""
        facts = self.facts[path]
        dotted = ".".join(parts)
        if dotted in facts.functions and dotted != BODY:
            return Target(path, dotted)
        first, rest = parts[0], parts[1:]
        values = facts.variables.get(first)
        if values is None:
            return self._from_stars(path, facts, parts)
        # An import that may fail and its fallback bring one and the same.
        named = [one.symbol for one in values if isinstance(one, Named)]
        if len(named) == len(values) and OWN + first not in named:
            found = {self.resolve(path, ".".join((one, *rest))) for one in named}
            if len(found) == 1:
                return found.pop()
        if not rest:
            return Target(path, first)
        if dotted in facts.variables:
            return Target(path, dotted)
        return self._inherited(path, facts, parts)

    def _inherited(self, path: str, facts: ModuleFacts, parts: tuple[str, ...]) -> Resolved:
        """The attribute of a class that it has from one that it derives from."""
        unclear = False
        for base in facts.bases.get(".".join(parts[:-1]), ()):
            found = self.resolve(path, f"{base}.{parts[-1]}")
            if not isinstance(found, Nowhere):
                return found
            unclear = unclear or found is Nowhere.UNCLEAR
        # What nothing here defines comes with the object, or from another package.
        return Nowhere.UNCLEAR if unclear else Nowhere.FOREIGN

    def _from_stars(self, path: str, facts: ModuleFacts, parts: tuple[str, ...]) -> Resolved:
        for star in reversed(facts.stars):
            if star.split(".", 1)[0] == "ray":
                if parts[0] in ray_api.STAR_NAMES.get(star, ()):
                    return OfRay(ray_api.public_name(".".join((star, *parts))))
                continue
            found = self.modules.find(star, path)
            if isinstance(found, Found) and found.path in self.facts and found.path != path:
                inner = self.resolve(found.path, OWN + ".".join(parts))
                if not isinstance(inner, Nowhere):
                    return inner
        return Nowhere.FOREIGN

    def through_object(self, path: str, symbol: str) -> Member | None:
        """What a symbol is that goes on from an object, as in ``self.experiment.build``."""
        holder, _, name = symbol.rpartition(".")
        if not holder.strip(f".{OWN}"):
            return None
        found = self.resolve(path, holder)
        if isinstance(found, Target):
            is_object = found.name != BODY and not self.is_code(found)
            return Member(Named(holder), name) if is_object else None
        inner = self.through_object(path, holder) if found is Nowhere.FOREIGN else None
        return Member(inner, name) if inner is not None else None

    def function(self, target: Target) -> Function | None:
        """The function or class that a target is; None for a variable."""
        return self.facts[target.path].functions.get(target.name)

    def is_code(self, target: Target) -> bool:
        """Whether a target is a function or a class, and no property."""
        function = self.function(target)
        return function is not None and not function.is_property

    def is_class(self, target: Target) -> bool:
        """Whether a target is a class."""
        return target.name in self.facts[target.path].bases

    def denoted(self, path: str, value: Value, seen: _Seen = frozenset()) -> frozenset[Target]:
        """The functions and classes that a value may be."""
        if seen:  # in a circle it depends on where that was entered
            return self._denote(path, value, seen)
        if (path, value) in self._denoted:
            return self._denoted[path, value]
        found = self._denote(path, value, seen)
        if not self._circles:  # else it may be more once that is known
            self._denoted[path, value] = found
        return found

    def _denote(self, path: str, value: Value, seen: _Seen) -> frozenset[Target]:
        key = (_Asked.WHAT, path, value)
        if key in seen:
            return frozenset()
        seen |= {key}
        match value:
            case Named():
                found = self.resolve(path, value.symbol)
                if not isinstance(found, Target):
                    member = self.through_object(path, value.symbol)
                    return self.denoted(path, member, seen) if member else frozenset()
                if self.function(found) is not None:
                    return frozenset(self.bodies(found))
                values = self.facts[found.path].variables.get(found.name, ())
                return self._all_denoted(found.path, values, seen)
            case Item():
                return frozenset().union(
                    *(self.denoted(*one, seen) for one in self.elements(path, value.of, seen))
                )
            case Called() if taken := list(self.elements(path, value, seen)):
                return frozenset().union(*(self.denoted(*one, seen) for one in taken))
            case Called():
                functions = self.denoted(path, value.function, seen)
                return frozenset().union(
                    *(
                        self._called_like_functions(one)
                        if self.is_class(one)
                        else self._all_denoted(one.path, made.returns, seen)
                        for one in functions
                        if (made := self.function(one)) is not None
                    )
                )
            case Member():
                return frozenset(self.methods_of(path, value))
            case Parameter():
                return frozenset().union(
                    *(
                        self._all_denoted(where, one.values, seen)
                        for where, one in self.given(path, value)
                    )
                )
            case _:
                return frozenset()

    def _all_denoted(self, path: str, values: Iterable[Value], seen: _Seen) -> frozenset[Target]:
        return frozenset().union(*(self.denoted(path, one, seen) for one in values))

    def _called_like_functions(self, kind: Target) -> frozenset[Target]:
        """What calling an object of a class runs."""
        found = self.resolve(kind.path, f"{OWN}{kind.name}.{_CALL}")
        if not isinstance(found, Target) or self.function(found) is None:
            return frozenset()
        return frozenset(self.bodies(found))

    def elements(
        self, path: str, value: Value, seen: _Seen = frozenset()
    ) -> Iterator[tuple[str, Value]]:
        """What is seen to be in a container, and in those in it; each with its module."""
        key = (_Asked.WHAT_IS_IN_IT, path, value)
        if key in seen:
            return
        seen |= {key}
        match value:
            case Held():
                for one in value.values:
                    inner = list(self.elements(path, one, seen))
                    yield from inner if isinstance(one, Held) else [(path, one)]
            case Named():
                found = self.resolve(path, value.symbol)
                if isinstance(found, Target) and self.function(found) is None:
                    for one in self.facts[found.path].variables.get(found.name, ()):
                        yield from self.elements(found.path, one, seen)
            case Called(function=Named(symbol=symbol)) if _is_given_by(symbol):
                yield from self.elements(path, Named(symbol.rpartition(".")[0]), seen)
            case Called(function=Member(of=holder, name=name)) if name in GIVING:
                yield from self.elements(path, holder, seen)
            case Called():
                for target in self.denoted(path, value.function, seen):
                    made = None if self.is_class(target) else self.function(target)
                    for one in made.returns if made is not None else ():
                        yield from self.elements(target.path, one, seen)
            case Item():
                yield from self.elements(path, value.of, seen)
            case Parameter():
                for where, given in self.given(path, value):
                    for one in given.values:
                        yield from self.elements(where, one, seen)
            case _:
                pass

    def methods_of(self, path: str, value: Member) -> Iterator[Target]:
        """The methods that the attribute of an object of a class of the project may be."""
        for found in self.attributes(path, value):
            if self.function(found) is not None:
                yield from self.bodies(found)

    def attributes(self, path: str, value: Member) -> Sequence[Target]:
        """What the attribute of an object is in each class of the project that it may be of."""
        key = (path, value)
        if key in self._attributes:
            return self._attributes[key]
        if key in self._open:
            self._circles.add(key)
            return ()
        self._open.add(key)
        classes = dict.fromkeys(self._classes(path, value.of, set()))
        resolved = [self.resolve(one.path, f"{OWN}{one.name}.{value.name}") for one in classes]
        found = tuple(one for one in resolved if isinstance(one, Target))
        self._open.discard(key)
        self._circles.discard(key)
        if not self._circles:
            self._attributes[key] = found
        return found

    def _classes(self, path: str, value: Value, seen: set[tuple[str, Value]]) -> Iterator[Target]:
        """The classes of the project of which a value may be an object.

        What was ``seen`` on another way is not looked at again: its classes are told already.
        """
        key = (path, value)
        if key in seen:
            return
        seen.add(key)
        match value:
            case Called(function=function):
                for target in self.denoted(path, function):
                    if self.is_class(target):
                        yield target
                        continue
                    for one in self._returned(target):
                        yield from self._classes(target.path, one, seen)
            case Named(symbol=symbol):
                found = self.resolve(path, symbol)
                if isinstance(found, Target):
                    for one in self.values(found):
                        yield from self._classes(found.path, one, seen)
                elif (member := self.through_object(path, symbol)) is not None:
                    yield from self._classes(path, member, seen)
            case Member():
                for found in self.attributes(path, value):
                    for one in self.values(found):
                        yield from self._classes(found.path, one, seen)
            case Item():
                for where, one in self.elements(path, value.of):
                    yield from self._classes(where, one, seen)
            case Parameter(function=name):
                for argument, symbol in self.facts[path].functions[name].annotated:
                    kind = self.resolve(path, symbol) if argument == value.name else None
                    if isinstance(kind, Target) and self.is_class(kind):
                        yield kind
                for where, given in self.given(path, value):
                    for one in given.values:
                        yield from self._classes(where, one, seen)
            case _:
                pass

    def values(self, target: Target) -> Values:
        """What a variable, or an attribute or a property of a class, may be."""
        function = self.function(target)
        if function is None:
            return self.facts[target.path].variables.get(target.name, ())
        return function.returns if function.is_property else ()

    def _returned(self, target: Target) -> Values:
        function = self.function(target)
        return function.returns if function is not None and not self.is_class(target) else ()

    def bodies(self, function: Target) -> Iterator[Target]:
        """A function and, if it is a method, what classes that derive its own have in its place."""
        yield function
        yield from self.overriding(function)

    def overriding(self, method: Target) -> Iterator[Target]:
        """The methods that classes of the project have in place of one that they derive."""
        owner, _, name = method.name.rpartition(".")
        waiting, seen = [Target(method.path, owner)], set[Target]()
        while waiting:
            kind = waiting.pop()
            if kind in seen:
                continue
            seen.add(kind)
            for one in self._derived.get(kind, ()):
                waiting.append(one)
                own = Target(one.path, f"{one.name}.{name}")
                if self.function(own) is not None:
                    yield own

    @cached_property
    def _derived(self) -> Mapping[Target, list[Target]]:
        """The classes that derive from each of the project."""
        found: dict[Target, list[Target]] = defaultdict(list)
        for path, facts in self.facts.items():
            for name, bases in facts.bases.items():
                for base in bases:
                    kind = self.resolve(path, base)
                    if isinstance(kind, Target):
                        found[kind].append(Target(path, name))
        return found

    @cached_property
    def wanted(self) -> Mapping[str, frozenset[str]]:
        """The names that each module is asked for by others."""
        found: dict[str, set[str]] = defaultdict(set)
        for path, facts in self.facts.items():
            symbols = facts.imports.union(*(one.names for one in facts.functions.values()))
            for symbol in symbols:
                if symbol.startswith(OWN):
                    if symbol[1:].split(".")[0] in facts.variables:
                        continue
                    for star in facts.stars:
                        place = self.modules.find(star, path)
                        if isinstance(place, Found) and not place.rest:
                            found[place.path].add(symbol[1:].split(".")[0])
                    continue
                place = self.modules.find(symbol, path)
                if isinstance(place, Found) and place.rest and place.path != path:
                    found[place.path].add(place.rest[0])
        return {path: frozenset(names) for path, names in found.items()}

    # --- what is given to whom ----------------------------------------------

    @cached_property
    def passed(self) -> Mapping[OfRay | Target, list[tuple[str, Passed]]]:
        """The arguments of all calls, by what is called."""
        found: dict[OfRay | Target, list[tuple[str, Passed]]] = defaultdict(list)
        for path, facts in self.facts.items():
            for one in facts.passed:
                for target in self._callees(path, one.function):
                    found[target].append((path, one))
        return found

    def _callees(self, path: str, function: Value) -> Iterator[OfRay | Target]:
        named: Resolved = Nowhere.UNCLEAR
        match function:
            case Named(symbol=symbol):
                named = self.resolve(path, symbol)
                if named is Nowhere.FOREIGN and self.through_object(path, symbol):
                    named = Nowhere.UNCLEAR
            case Member(of=Called(function=Named(symbol=symbol)), name=name):
                named = self.resolve(path, f"{symbol}.{name}")
            case _:
                pass
        if isinstance(named, OfRay):
            if isinstance(function, Named):
                yield named
        elif isinstance(named, Target) and self.function(named) is not None:
            yield from self._run_by(named)
        elif self.calls is Calls.ALL and named is not Nowhere.FOREIGN:
            for one in self._by_name.denoted(path, function):
                yield from self._run_by(one)

    def _run_by(self, called: Target) -> Iterator[Target]:
        """The functions that a call of a function, a method or a class runs."""
        if not self.is_class(called):
            yield from self.bodies(called)
            return
        found = self.resolve(called.path, f"{OWN}{called.name}.{_INIT}")
        if isinstance(found, Target):
            yield found

    @cached_property
    def _by_name(self) -> Links:
        """What can be said before it is known what the calls of methods give to whom."""
        return replace(
            self, calls=Calls.NAMED, _denoted={}, _attributes={}, _open=set(), _circles=set()
        )

    def fixture(self, path: str, parameter: Parameter) -> tuple[str, Fixture] | None:
        """The fixture that a parameter of a test, or of a fixture, asks for, and its module."""
        own = self.facts[path].fixtures
        asks = parameter.function.rpartition(".")[2].startswith("test") or any(
            one.function == parameter.function for one in own.values()
        )
        for where in (path, *self.modules.conftests(path)) if asks else ():
            facts = self.facts.get(where)
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
        function = self.facts[path].functions[parameter.function]
        offset = 1 if function.is_method else 0
        for where, one in self.passed.get(Target(path, parameter.function), ()):
            index = one.argument
            name = (
                function.parameters[index + offset]
                if isinstance(index, int) and index + offset < len(function.parameters)
                else index
            )
            if name == parameter.name:
                yield where, one
