"""What the values of a project may be, wherever these come from.

Where the modules cannot say, the answer is nothing; nothing is guessed from a spelling.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.collection_methods import GIVING
from raytune_migrate.facts.arguments import Arguments
from raytune_migrate.facts.model import OWN, Called, Held, Item, Member, Named, Parameter
from raytune_migrate.facts.symbols import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from raytune_migrate.facts.model import Value
    from raytune_migrate.facts.symbols import Symbols

_CALL = "__call__"


class _Asked(Enum):
    """What is being found out of a value, which may lead back to itself."""

    WHAT = "which functions it may be"
    WHAT_IS_IN_IT = "what it holds"


_Seen: TypeAlias = "frozenset[tuple[_Asked, str, Value]]"


def _is_given_by(symbol: str) -> bool:
    """Whether calling what a symbol stands for takes something out of a container of that name."""
    holder, _, name = symbol.rpartition(".")
    return bool(holder) and name in GIVING


@dataclass(frozen=True)
class Links:
    """Which functions, classes and elements a value may be."""

    symbols: Symbols
    arguments: Arguments
    _denoted: dict[tuple[str, Value], frozenset[Target]] = field(default_factory=dict)
    _attributes: dict[tuple[str, Member], tuple[Target, ...]] = field(default_factory=dict)
    _open: set[tuple[str, Member]] = field(default_factory=set)  # attributes that are looked for
    _circles: set[tuple[str, Member]] = field(default_factory=set)  # of these, what led back to it

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
                found = self.symbols.resolve(path, value.symbol)
                if not isinstance(found, Target):
                    member = self.symbols.through_object(path, value.symbol)
                    return self.denoted(path, member, seen) if member else frozenset()
                if self.symbols.function(found) is not None:
                    return frozenset(self.symbols.bodies(found))
                values = self.symbols.facts[found.path].variables.get(found.name, ())
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
                        if self.symbols.is_class(one)
                        else self._all_denoted(one.path, made.returns, seen)
                        for one in functions
                        if (made := self.symbols.function(one)) is not None
                    )
                )
            case Member():
                return frozenset(self.methods_of(path, value))
            case Parameter():
                return frozenset().union(
                    *(
                        self._all_denoted(where, one.values, seen)
                        for where, one in self.arguments.given(path, value)
                    )
                )
            case _:
                return frozenset()

    def _all_denoted(self, path: str, values: Iterable[Value], seen: _Seen) -> frozenset[Target]:
        return frozenset().union(*(self.denoted(path, one, seen) for one in values))

    def _called_like_functions(self, kind: Target) -> frozenset[Target]:
        """What calling an object of a class runs."""
        found = self.symbols.resolve(kind.path, f"{OWN}{kind.name}.{_CALL}")
        if not isinstance(found, Target) or self.symbols.function(found) is None:
            return frozenset()
        return frozenset(self.symbols.bodies(found))

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
                found = self.symbols.resolve(path, value.symbol)
                if isinstance(found, Target) and self.symbols.function(found) is None:
                    for one in self.symbols.facts[found.path].variables.get(found.name, ()):
                        yield from self.elements(found.path, one, seen)
            case Called(function=Named(symbol=symbol)) if _is_given_by(symbol):
                yield from self.elements(path, Named(symbol.rpartition(".")[0]), seen)
            case Called(function=Member(of=holder, name=name)) if name in GIVING:
                yield from self.elements(path, holder, seen)
            case Called():
                for target in self.denoted(path, value.function, seen):
                    made = None if self.symbols.is_class(target) else self.symbols.function(target)
                    for one in made.returns if made is not None else ():
                        yield from self.elements(target.path, one, seen)
            case Item():
                yield from self.elements(path, value.of, seen)
            case Parameter():
                for where, given in self.arguments.given(path, value):
                    for one in given.values:
                        yield from self.elements(where, one, seen)
            case _:
                pass

    def methods_of(self, path: str, value: Member) -> Iterator[Target]:
        """The methods that the attribute of an object of a class of the project may be."""
        for found in self.attributes(path, value):
            if self.symbols.function(found) is not None:
                yield from self.symbols.bodies(found)

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
        resolved = [
            self.symbols.resolve(one.path, f"{OWN}{one.name}.{value.name}") for one in classes
        ]
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
                    if self.symbols.is_class(target):
                        yield target
                        continue
                    for one in self.symbols.returned(target):
                        yield from self._classes(target.path, one, seen)
            case Named(symbol=symbol):
                found = self.symbols.resolve(path, symbol)
                if isinstance(found, Target):
                    for one in self.symbols.values(found):
                        yield from self._classes(found.path, one, seen)
                elif (member := self.symbols.through_object(path, symbol)) is not None:
                    yield from self._classes(path, member, seen)
            case Member():
                for found in self.attributes(path, value):
                    for one in self.symbols.values(found):
                        yield from self._classes(found.path, one, seen)
            case Item():
                for where, one in self.elements(path, value.of):
                    yield from self._classes(where, one, seen)
            case Parameter(function=name):
                for argument, symbol in self.symbols.facts[path].functions[name].annotated:
                    kind = self.symbols.resolve(path, symbol) if argument == value.name else None
                    if isinstance(kind, Target) and self.symbols.is_class(kind):
                        yield kind
                for where, given in self.arguments.given(path, value):
                    for one in given.values:
                        yield from self._classes(where, one, seen)
            case _:
                pass


def linked(symbols: Symbols) -> Links:
    """What the values of a project may be.

    Methods are called on values, which may be what calls give: who those are is said first by the
    calls of names alone.
    """
    by_name = Links(symbols, Arguments(symbols, _nobody))
    return Links(symbols, Arguments(symbols, by_name.denoted))


def _nobody(_path: str, _function: Value) -> tuple[Target, ...]:
    return ()
