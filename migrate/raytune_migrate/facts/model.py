"""The facts of one module that others may need, in symbols that are looked up later.

A symbol is a dotted name as the module has it: ``ray.tune.Tuner`` or ``..builders.build`` for what
it imports, and with a colon in front, ``:Sweep.run``, for what it defines itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.facts.hashing import HashedOnce, hashed_once

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OWN = ":"  # in front of the symbols of what a module defines itself
REST = "**"  # the argument that stands for what a call is given by ``*`` or ``**``
BODY = ""  # the qualified name of a module's own code, outside all functions


@hashed_once
@dataclass(frozen=True, slots=True)
class Named(HashedOnce):
    """The object that a symbol stands for."""

    symbol: str


@hashed_once
@dataclass(frozen=True, slots=True)
class Called(HashedOnce):
    """What calling something gives; ``line`` is that of the call, from 1."""

    function: Value
    line: int


@hashed_once
@dataclass(frozen=True, slots=True)
class Member(HashedOnce):
    """The attribute of a value; a number is the place of one among the fields of its class."""

    of: Value
    name: str


@hashed_once
@dataclass(frozen=True, slots=True)
class Item(HashedOnce):
    """An element of a value: by index, or as a loop goes through it."""

    of: Value


@hashed_once
@dataclass(frozen=True, slots=True)
class Held(HashedOnce):
    """A container, by all that is seen to be put into it."""

    values: Values


@hashed_once
@dataclass(frozen=True, slots=True)
class Parameter(HashedOnce):
    """What callers give for a parameter of a function of the module."""

    function: str
    name: str


class Plain(Enum):
    """Values of which nothing more is known."""

    OTHER = "a literal, or an expression that makes no object of Ray's"
    NONE = "None"
    UNKNOWN = "what cannot be followed"

    __hash__ = object.__hash__  # there is one of each; Enum's own hashes its name


Value: TypeAlias = "Named | Called | Member | Item | Held | Parameter | Plain"
Values: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function, by its qualified name.

    ``names`` are the symbols that it, and what is defined in it, mention; ``own_names`` those that
    it mentions itself; ``calls`` are those that it calls itself, ``calls_with_several`` those of
    them that it gives more than one argument, ``calls_with_few`` those that it does not, in one of
    these calls at least; ``surely`` are those that it calls whenever it runs, where no ``try`` may
    catch what they raise; ``called`` is what it calls and no symbol stands for,
    as the methods of parameters. ``annotated`` are the classes that its annotations say parameters
    are of, ``decorators`` what it is given to, which may give another function in its place.
    ``is_method`` says that an object, or its class, comes as the first argument; ``is_property``
    that to read it is to call it; ``is_generated`` that it is the constructor that a dataclass, or
    its like, gets.
    """

    parameters: tuple[str, ...] = ()
    returns: Values = ()
    names: frozenset[str] = frozenset()
    own_names: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    calls_with_several: frozenset[str] = frozenset()
    calls_with_few: frozenset[str] = frozenset()
    surely: frozenset[str] = frozenset()
    called: Values = ()
    annotated: tuple[tuple[str, str], ...] = ()
    decorators: Values = ()
    is_method: bool = False
    is_property: bool = False
    is_generated: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """An argument of a call, by keyword or by its place, in the function ``inside``.

    ``line`` is that of the call. What it is given by ``*`` or ``**`` is of the argument
    `REST`; what is known of that comes beside it, as ``unpacked``. ``early`` is what ``partial``
    gives ahead of the arguments of a later call.
    """

    function: Value
    argument: str | int
    values: Values
    inside: str
    line: int
    unpacked: bool = False
    early: bool = False


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A call by which a function hands its own ``**kwargs`` on, and the line of that call."""

    function: Value
    inside: str
    line: int


@dataclass(frozen=True, slots=True)
class Put:
    """A field that an object, or a copy, is given after it was made: ``config.stop = ...``."""

    of: Values
    field: str
    values: Values


@dataclass(frozen=True, slots=True)
class Filled:
    """What a module puts into a container of another, by the symbol of that."""

    container: str
    values: Values


@dataclass(frozen=True, slots=True)
class Read:
    """An attribute that is read of something, and with which key, if that is a text.

    ``end`` is where that something ends: the line, from 1, and how many bytes of it are before.
    """

    of: Values
    field: str
    key: str | None
    end: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fit:
    """A call of ``fit()``, of what, in the function ``inside``, and its line.

    ``end`` is where that of which it is called ends, as in `Read`.
    """

    of: Values
    inside: str
    line: int
    end: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Patched:
    """A call that puts something in the place of a module's own name, and its line.

    ``symbol`` is that name, with the module.
    """

    symbol: str
    line: int


@dataclass(frozen=True, slots=True)
class Fixture:
    """What pytest gives tests, and other fixtures, for a fixture of a module."""

    function: str
    values: Values


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """What one module defines, and what it does with what others define.

    ``variables`` are those of the module and, as ``Class.name``, the attributes of its classes;
    ``made`` are those that calls give: ``partial(Tuner)`` is more than another name for it.
    ``bases`` are its classes and what they derive from. ``handed_on`` are its calls that are given
    the ``**kwargs`` of the function around them. ``fits`` are its calls of ``fit()``,
    ``reads`` are those of what a Result has, ``puts`` those into fields that RunConfigs have,
    ``attributes`` those into any attributes, and ``filled`` those into containers of others;
    ``fixtures`` go by the names that tests ask for.
    ``patched`` are the Tuners of modules, and what these ask of a session, that tests put something
    in the place of. ``numbers`` says that it names directories as Train V1 named checkpoints,
    ``names_trials`` that it speaks of trials by the class of their trainer. ``started`` is what it
    has run beside other code: as tasks of Ray, in threads, in processes.
    """

    imports: frozenset[str] = frozenset()  # modules, and names in modules
    stars: tuple[str, ...] = ()  # the modules of which all is imported
    variables: Mapping[str, Values] = field(default_factory=dict)
    made: frozenset[str] = frozenset()
    functions: Mapping[str, Function] = field(default_factory=dict)
    bases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    passed: tuple[Passed, ...] = ()
    handed_on: tuple[HandedOn, ...] = ()
    fits: tuple[Fit, ...] = ()
    reads: tuple[Read, ...] = ()
    puts: tuple[Put, ...] = ()
    attributes: tuple[Put, ...] = ()
    filled: tuple[Filled, ...] = ()
    fixtures: Mapping[str, Fixture] = field(default_factory=dict)
    patched: tuple[Patched, ...] = ()
    numbers: bool = False
    names_trials: bool = False
    started: Values = ()

    @property
    def mentioned(self) -> frozenset[str]:
        """The symbols that it imports, and those that its code names."""
        named = (one.names | one.calls for one in self.functions.values())
        return self.imports.union(*named)


def symbols_of(values: Values) -> Iterator[str]:
    """The symbols among some values; the attribute of what a class makes is one too."""
    for one in values:
        match one:
            case Named():
                yield one.symbol
            case Member(of=Called(function=Named(symbol=made)), name=name):
                yield f"{made}.{name}"
            case Member(of=Member() as inner, name=name):
                yield from (f"{holder}.{name}" for holder in symbols_of((inner,)))
            case _:
                pass


def followed(values: Values) -> Values:
    """Those of some values of which more can be known."""
    return tuple(one for one in values if not isinstance(one, Plain))
