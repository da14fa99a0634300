"""What the values of a project may be, wherever these come from.

Where the modules cannot say, the answer is nothing; nothing is guessed from a spelling.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from raytune_migrate import ray_api
from raytune_migrate.expressions.collection_methods import GIVING
from raytune_migrate.facts.linking.arguments import Arguments
from raytune_migrate.facts.linking.tabling import Table
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import BODY, OWN, Called, Held, Item, Member, Named, Parameter
from raytune_migrate.facts.reading.scopes import ITERATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from raytune_migrate.facts.linking.symbols import Symbols
    from raytune_migrate.facts.model import Value

_CALL = "__call__"
_COPYING = frozenset({"_replace", "model_copy"})  # methods that give another object of the class
_MANY = 250  # answers; of what may be more than these, little can be said of any


class _Asked(Enum):
    """What is to be found out of a value."""

    WHAT = "which functions and classes it may be"
    WHAT_IS_IN_IT = "what it holds"
    OF_WHICH_CLASS = "of which classes of the project it may be an object"
    ITS_ATTRIBUTE = "what stands in these for an attribute of theirs"

    __hash__ = object.__hash__  # there is one of each; Enum's own hashes its name


_Question: TypeAlias = "tuple[_Asked, str, Value]"  # of a value in the module at a path
_Place: TypeAlias = "tuple[str, Value]"


def _is_given_by(symbol: str) -> bool:
    """Whether calling what a symbol stands for takes something out of a container of that name."""
    holder, _, name = symbol.rpartition(".")
    return bool(holder) and name in GIVING


@dataclass(frozen=True)
class Links:
    """Which functions, classes and elements a value may be."""

    symbols: Symbols
    arguments: Arguments
    _table: Table[_Question, Any] = field(default_factory=lambda: Table(_MANY))

    def may_be(self, path: str, value: Value) -> tuple[OfRay | Target, ...]:
        """The functions and classes, of the project and of Ray, that a value may be."""
        return self._table.ask((_Asked.WHAT, path, value), lambda: self._what(path, value))

    def denoted(self, path: str, value: Value) -> tuple[Target, ...]:
        """Those of the project."""
        return tuple(one for one in self.may_be(path, value) if isinstance(one, Target))

    def of_ray(self, path: str, value: Value) -> tuple[OfRay, ...]:
        """Those of Ray."""
        return tuple(one for one in self.may_be(path, value) if isinstance(one, OfRay))

    def elements(self, path: str, value: Value) -> tuple[_Place, ...]:
        """What is seen to be in a container, and in those in it; each with its module."""
        question = (_Asked.WHAT_IS_IN_IT, path, value)
        return self._table.ask(question, lambda: self._elements(path, value))

    def attributes(self, path: str, value: Member) -> tuple[Target, ...]:
        """What the attribute of an object is in each class of the project that it may be of."""
        question = (_Asked.ITS_ATTRIBUTE, path, value)
        return self._table.ask(question, lambda: self._attributes(path, value))

    @cached_property
    def put_on(self) -> Mapping[Target, Sequence[_Place]]:
        """What modules assign to each attribute of a module, or of a class or its objects, from
        outside of that; each with its module."""
        found: dict[Target, list[_Place]] = defaultdict(list)
        for path, facts in self.symbols.facts.items():
            for put in facts.attributes:
                for holder in {one for value in put.of for one in self._holders(path, value)}:
                    name = put.field if holder.name == BODY else f"{holder.name}.{put.field}"
                    if name in self.symbols.facts[holder.path].variables:
                        found[Target(holder.path, name)] += ((path, one) for one in put.values)
        return found

    def _holders(self, path: str, value: Value) -> Iterator[Target]:
        """The modules and the classes of the project whose attributes a value has."""
        found = self.symbols.resolve(path, value.symbol) if isinstance(value, Named) else None
        if isinstance(found, Target) and (found.name == BODY or self.symbols.is_class(found)):
            yield found
        else:
            yield from self._classes(path, value)

    def run_by(self, function: Target) -> Iterator[Target]:
        """A function, and what its decorators give in its place, which may call it."""
        yield function
        known = self.symbols.function(function)
        for one in known.decorators if known is not None else ():
            yield from self.denoted(function.path, Called(one, 0))

    def _classes(self, path: str, value: Value) -> tuple[Target, ...]:
        """The classes of the project of which a value may be an object."""
        question = (_Asked.OF_WHICH_CLASS, path, value)
        return self._table.ask(question, lambda: self._classes_of(path, value))

    # --- how each is found out -----------------------------------------------

    def _what(self, path: str, value: Value) -> Iterator[OfRay | Target]:
        match value:
            case Named():
                found = self.symbols.resolve(path, value.symbol)
                if isinstance(found, OfRay):
                    yield found
                elif not isinstance(found, Target):
                    member = self.symbols.through_object(path, value.symbol)
                    yield from self.may_be(path, member) if member else ()
                else:
                    yield from self._behind(found)
            case Item():
                for where, one in self.elements(path, value.of):
                    yield from self.may_be(where, one)
            case Called() if taken := self.elements(path, value):
                for where, one in taken:
                    yield from self.may_be(where, one)
            case Called():
                for target in self.denoted(path, value.function):
                    if self.symbols.is_class(target):
                        yield from self._called_like_functions(target)
                    for one in self.symbols.returned(target):
                        yield from self.may_be(target.path, one)
            case Member():
                for found in self.attributes(path, value):
                    yield from self._behind(found)
            case Parameter():
                for where, given in self.arguments.given(path, value):
                    for one in given.values:
                        yield from self.may_be(where, one)
            case _:
                pass

    def _behind(self, target: Target) -> Iterator[OfRay | Target]:
        """The function or class that a target is, or those that a variable, an attribute or a
        property may be; with what classes that derive its own have in its place."""
        for one in self.symbols.bodies(target):
            if self.symbols.is_code(one):
                yield one
                continue
            for value in self.symbols.values(one):
                yield from self.may_be(one.path, value)

    def _called_like_functions(self, kind: Target) -> Iterator[Target]:
        """What calling an object of a class runs."""
        found = self.symbols.resolve(kind.path, f"{OWN}{kind.name}.{_CALL}")
        if isinstance(found, Target) and self.symbols.function(found) is not None:
            yield from filter(self.symbols.is_code, self.symbols.bodies(found))

    def _elements(self, path: str, value: Value) -> Iterator[_Place]:
        if not isinstance(value, Held) and self.symbols.unpacked:
            for kind in self._classes(path, value):
                yield from self._out_of(kind)
        match value:
            case Held():
                for one in value.values:
                    inner = self.elements(path, one)
                    yield from inner if isinstance(one, Held) else [(path, one)]
            case Named():
                found = self.symbols.resolve(path, value.symbol)
                if isinstance(found, Target) and self.symbols.function(found) is None:
                    for one in self.symbols.facts[found.path].variables.get(found.name, ()):
                        yield from self.elements(found.path, one)
                    for where, one in self.symbols.filled.get(found, ()):
                        yield from self.elements(where, Held((one,)))
            case Called(function=Named(symbol=symbol)) if _is_given_by(symbol):
                yield from self.elements(path, Named(symbol.rpartition(".")[0]))
            case Called(function=Member(of=holder, name=name)) if name in GIVING:
                yield from self.elements(path, holder)
            case Called():
                for target in self.denoted(path, value.function):
                    for one in self.symbols.returned(target):
                        yield from self.elements(target.path, one)
            case Item():
                yield from self.elements(path, value.of)
            case Parameter():
                for where, given in self.arguments.given(path, value):
                    for one in given.values:
                        yield from self.elements(where, one)
            case _:
                pass

    def _out_of(self, kind: Target) -> Iterator[_Place]:
        """What an object of a class gives where it is unpacked, or gone through."""
        for one in self.symbols.ancestry(kind)[0] if kind in self.symbols.unpacked else ():
            for each in self.symbols.fields(one):
                yield from ((one.path, value) for value in self.symbols.values(each))
        found = self.symbols.resolve(kind.path, f"{OWN}{kind.name}.{ITERATES}")
        if isinstance(found, Target):
            for value in self.symbols.returned(found):
                yield from self.elements(found.path, value)

    def _attributes(self, path: str, value: Member) -> Iterator[Target]:
        if value.name.isdigit():
            for kind in self._classes(path, value.of):
                yield from islice(self.symbols.fields(kind), int(value.name), int(value.name) + 1)
            return
        if value.name != ray_api.STARTS and not self.symbols.has_attribute(value.name):
            return  # whatever the object is: most are other packages', as are most methods
        denoted = self.denoted(path, value.of)
        itself = (one for one in denoted if self.symbols.is_class(one))
        for kind in (*self._classes(path, value.of), *itself):
            found = self.symbols.resolve(kind.path, f"{OWN}{kind.name}.{value.name}")
            if isinstance(found, Target):
                yield found
        if value.name == ray_api.STARTS:  # Ray runs it elsewhere
            yield from filter(self.symbols.is_plain_function, denoted)

    def _classes_of(self, path: str, value: Value) -> Iterator[Target]:
        match value:
            case Called(function=Member(of=holder, name=name)) if name in _COPYING:
                yield from self._classes(path, holder)
            case Called(function=function):
                for target in self.denoted(path, function):
                    if self.symbols.is_class(target):
                        yield target
                    for one in self.symbols.returned(target):
                        yield from self._classes(target.path, one)
            case Named(symbol=symbol):
                found = self.symbols.resolve(path, symbol)
                if isinstance(found, Target):
                    for one in self.symbols.values(found):
                        yield from self._classes(found.path, one)
                elif (member := self.symbols.through_object(path, symbol)) is not None:
                    yield from self._classes(path, member)
            case Member():
                for found in self.attributes(path, value):
                    for one in self.symbols.values(found):
                        yield from self._classes(found.path, one)
            case Item():
                for where, one in self.elements(path, value.of):
                    yield from self._classes(where, one)
            case Parameter(function=name):
                for argument, symbol in self.symbols.facts[path].functions[name].annotated:
                    kind = self.symbols.resolve(path, symbol) if argument == value.name else None
                    if isinstance(kind, Target) and self.symbols.is_class(kind):
                        yield kind
                for where, given in self.arguments.given(path, value):
                    for one in given.values:
                        yield from self._classes(where, one)
            case _:
                pass


def linked(symbols: Symbols) -> Links:
    """What the values of a project may be.

    Methods are called on values, which may be what calls give: who those are is said first by the
    calls of names alone.
    """
    by_name = Links(symbols, Arguments(symbols, _nobody))
    return Links(symbols, Arguments(symbols, by_name.may_be))


def _nobody(_path: str, _function: Value) -> tuple[OfRay | Target, ...]:
    return ()
