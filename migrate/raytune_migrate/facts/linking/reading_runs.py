"""Which attributes of classes run code where they are read, as the classes of the project say.

``property`` and ``cached_property`` are told by the module that uses them. Of others it is known
where they are made: by a class that has ``__get__``, or by a function that gives a property.
https://docs.python.org/3/howto/descriptor.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from raytune_migrate.facts.model import OWN, Called, Named

if TYPE_CHECKING:
    from raytune_migrate.facts.linking.targets import Target
    from raytune_migrate.facts.model import Function, Value

GETS = "__get__"
_CALL = "__call__"  # what has this too is called as a method is
_PROPERTY = Named(f"{OWN}property")


class Code(Protocol):
    """What is asked here of the symbols of a project."""

    def code(self, path: str, symbol: str) -> Target | None:
        """The function or class of the project that a symbol stands for."""

    def function(self, target: Target) -> Function | None:
        """The function or class that a target is; None for a variable."""

    def is_class(self, target: Target) -> bool:
        """Whether a target is a class."""

    def has_attribute(self, name: str) -> bool:
        """Whether a class of the project has an attribute of a name."""


def getter(symbols: Code, path: str, value: Value) -> Target | None:
    """What runs where an attribute is read that holds a value: the ``__get__`` of its class."""
    match value:
        case Called(function=Named(symbol=symbol)):
            return _of_class(symbols, path, symbol)
        case _:
            return None


def runs_where_read(symbols: Code, path: str, decorator: Value) -> bool:
    """Whether a method that is given to a decorator runs where it is read."""
    if not isinstance(decorator, Named):
        return False
    if symbols.has_attribute(GETS) and _of_class(symbols, path, decorator.symbol) is not None:
        return True
    found = symbols.code(path, decorator.symbol)
    function = symbols.function(found) if found is not None else None
    if found is None or function is None or symbols.is_class(found):
        return False
    return any(_is_property(symbols, found.path, one) for one in function.returns)


def _of_class(symbols: Code, path: str, symbol: str) -> Target | None:
    """The ``__get__`` of a class, unless its objects are called."""
    kind = symbols.code(path, symbol)
    if kind is None or not symbols.is_class(kind):
        return None
    called = symbols.code(kind.path, f"{OWN}{kind.name}.{_CALL}")
    return symbols.code(kind.path, f"{OWN}{kind.name}.{GETS}") if called is None else None


def _is_property(symbols: Code, path: str, value: Value) -> bool:
    """Whether what a decorator gives is a property."""
    match value:
        case Named(symbol=symbol):
            found = symbols.code(path, symbol)
            function = symbols.function(found) if found is not None else None
            return function is not None and function.is_property
        case Called(function=function):
            return function == _PROPERTY or getter(symbols, path, value) is not None
        case _:
            return False
