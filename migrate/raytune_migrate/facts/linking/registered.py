"""What objects and functions are given that they may run: commands, handlers, targets of threads.

``app()`` runs what was decorated with ``@app.command()``, ``args.func(args)`` what the parser that
``args`` come from was given, ``Thread(target=run).start()`` what that was made with.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.facts.linking.targets import Target
from raytune_migrate.facts.model import BODY, OWN, Called, Item, Member, Named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.facts.linking.symbols import Symbols
    from raytune_migrate.facts.model import Value

# A function, or the call of a module that makes an object.
Runner: TypeAlias = "Target | tuple[str, Called]"


def registered(symbols: Symbols) -> Iterator[tuple[Runner, Runner]]:
    """Each that is given something that it may run, and what."""
    for path, facts in symbols.facts.items():
        for one in facts.passed:
            given = [what for value in one.values for what in _given(symbols, path, value)]
            if given:
                made = path, Called(one.function, one.line)
                for runner in {made, *_holders(symbols, path, one.function)}:
                    yield from ((runner, what) for what in given)


def runners(symbols: Symbols, path: str, value: Value) -> Iterator[Runner]:
    """The functions and objects that a value is, or comes from."""
    yield from _origins(symbols, _Origin(path, value))


def _holders(symbols: Symbols, path: str, function: Value) -> Iterator[Runner]:
    """Whose method is called, as ``app`` in ``app.add(one)`` and in ``@app.command()``."""
    yield from _origins(symbols, _Origin(path, function, _As.CALLED))


class _As(Enum):
    """What a value is there for: in ``app.add`` the first is of the second."""

    ITSELF = auto()
    CALLED = auto()


@dataclass(frozen=True)
class _Origin:
    """A value of a module that something comes from."""

    path: str
    value: Value
    seen_as: _As = _As.ITSELF


def _origins(symbols: Symbols, start: _Origin) -> Iterator[Runner]:
    """All that a value comes from: each once, for ``app = app.with_name("train")`` is its own."""
    waiting, seen = [start], {start}
    while waiting:
        for one in _step(symbols, waiting.pop()):
            if not isinstance(one, _Origin):
                yield one
            elif one not in seen:
                seen.add(one)
                waiting.append(one)


def _step(symbols: Symbols, origin: _Origin) -> Iterator[Runner | _Origin]:
    """What a value is, and the values that it comes from directly."""
    path, value = origin.path, origin.value
    match value:
        case Named(symbol=symbol):
            found = symbols.resolve(path, symbol)
            if not isinstance(found, Target):
                holder = symbol.rpartition(".")[0]
                if holder.strip(f".{OWN}"):
                    yield _Origin(path, Named(holder))
            elif origin.seen_as is _As.CALLED:
                return
            elif symbols.function(found) is not None:
                yield from () if found.name == BODY else (found,)
            else:
                for one in symbols.values(found):
                    if isinstance(one, Called):
                        yield _Origin(found.path, one)
        case Called(function=function):
            yield path, value
            yield _Origin(path, function, _As.CALLED)
        case Member(of=of) | Item(of=of):
            yield _Origin(path, of)
        case _:
            pass


def _given(symbols: Symbols, path: str, value: Value) -> Iterator[Runner]:
    match value:
        case Named(symbol=symbol):
            found = symbols.resolve(path, symbol)
            if isinstance(found, Target) and found.name != BODY:
                if symbols.function(found) is not None:
                    yield found
                else:
                    yield from runners(symbols, path, value)
        case Called():
            yield path, value
        case _:
            pass
