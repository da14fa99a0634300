"""What objects and functions are given that they may run: commands, handlers, targets of threads.

``app()`` runs what was decorated with ``@app.command()``, ``args.func(args)`` what the parser that
``args`` come from was given, ``Thread(target=run).start()`` what that was made with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.facts.model import BODY, OWN, Called, Item, Member, Named
from raytune_migrate.facts.symbols import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.facts.model import Value
    from raytune_migrate.facts.symbols import Symbols

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
    match value:
        case Named(symbol=symbol):
            found = symbols.resolve(path, symbol)
            if not isinstance(found, Target):
                yield from _holders(symbols, path, value)
            elif symbols.function(found) is not None:
                yield from () if found.name == BODY else (found,)
            else:
                for one in symbols.values(found):
                    if isinstance(one, Called):
                        yield from runners(symbols, found.path, one)
        case Called(function=function):
            yield path, value
            yield from _holders(symbols, path, function)
        case Member(of=of) | Item(of=of):
            yield from runners(symbols, path, of)
        case _:
            pass


def _holders(symbols: Symbols, path: str, function: Value) -> Iterator[Runner]:
    """Whose method is called, as ``app`` in ``app.add(one)`` and in ``@app.command()``."""
    match function:
        case Named(symbol=symbol):
            holder = symbol.rpartition(".")[0]
            if holder.strip(f".{OWN}") and not isinstance(symbols.resolve(path, symbol), Target):
                yield from runners(symbols, path, Named(holder))
        case Called(function=inner):
            yield path, function
            yield from _holders(symbols, path, inner)
        case Member(of=of) | Item(of=of):
            yield from runners(symbols, path, of)
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
