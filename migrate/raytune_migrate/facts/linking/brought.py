"""What the names that modules of a project import bring from others, and by which way."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.facts.model import OWN, Named, Plain
from raytune_migrate.facts.search.modules import Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from raytune_migrate.facts.linking.symbols import Symbols
    from raytune_migrate.facts.model import ModuleFacts


@dataclass(frozen=True, slots=True)
class Moved:
    """The import of an object of Ray by a path that is not its public one, in a module."""

    path: str
    written: str
    by_star: bool


def moved(
    symbols: Symbols, path: str, symbol: str, seen: frozenset[tuple[str, str]] = frozenset()
) -> Iterator[Moved]:
    """The imports by which a name of Ray's comes from a path that was its own, and is no longer
    its public one."""
    if (path, symbol) in seen:
        return
    seen |= {(path, symbol)}
    if symbol.split(".", 1)[0] == "ray":
        if ray_api.public_name(symbol) != symbol:
            yield Moved(path, symbol, by_star=False)
        return
    if not symbol.startswith(OWN):
        found = symbols.modules.find(symbol, path)
        if isinstance(found, Found) and found.rest and found.path in symbols.facts:
            yield from moved(symbols, found.path, OWN + ".".join(found.rest), seen)
        return
    first, *rest = symbol.removeprefix(OWN).split(".")
    values = symbols.facts[path].variables.get(first)
    if values is None:
        brought = next(symbols.starred(path, symbols.facts[path], (first, *rest)), None)
        named = [f"{brought[0]}.{first}"] if brought is not None else []
    else:
        named = [one.symbol for one in values if isinstance(one, Named)]
    for one in (".".join((each, *rest)) for each in named):
        for came in moved(symbols, path, one, seen):
            starred = values is None and came.written == one
            yield replace(came, by_star=came.by_star or starred)


def may_lack(symbols: Symbols, path: str, symbol: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a name that hands on another's object may be None, as where Ray is missing."""
    if symbol.startswith(OWN):
        first, facts = symbol.removeprefix(OWN).split(".", 1)[0], symbols.facts[path]
        values = facts.variables.get(first)
        named = (
            [f"{one}.{first}" for one in facts.stars]
            if values is None
            else [one.symbol for one in values if isinstance(one, Named)]
        )
        if f"{path}{OWN}{first}" in seen:
            return False
        seen |= {f"{path}{OWN}{first}"}
        return Plain.NONE in (values or ()) or any(
            may_lack(symbols, path, one, seen) for one in named
        )
    found = symbols.modules.find(symbol, path)
    if not isinstance(found, Found) or not found.rest or found.path not in symbols.facts:
        return False
    return may_lack(symbols, found.path, OWN + found.rest[0], seen)


def wanted(symbols: Symbols) -> Mapping[str, frozenset[str]]:
    """The names that each module is asked for by others."""
    found: dict[str, set[str]] = defaultdict(set)
    for path, facts in symbols.facts.items():
        for module, name in _asked_for(symbols, path, facts):
            found[module].add(name)
    return {path: frozenset(names) for path, names in found.items()}


def _asked_for(symbols: Symbols, path: str, facts: ModuleFacts) -> Iterator[tuple[str, str]]:
    """The names that a module asks others for, each with that module."""
    named = facts.imports.union(*(one.names for one in facts.functions.values()))
    for symbol in named:
        if not symbol.startswith(OWN):
            place = symbols.modules.find(symbol, path)
            if isinstance(place, Found) and place.rest and place.path != path:
                yield place.path, place.rest[0]
            continue
        first = symbol.removeprefix(OWN).split(".", 1)[0]
        for star in facts.stars if first not in facts.variables else ():
            place = symbols.modules.find(star, path)
            if isinstance(place, Found) and not place.rest:
                yield place.path, first
