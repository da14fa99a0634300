"""From what is known of all modules to what one of them needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate.elsewhere import Elsewhere, Kind, Known
from raytune_migrate.facts.links import OfRay, Origin, Target
from raytune_migrate.facts.model import BODY, OWN, Called, Named, Parameter
from raytune_migrate.facts.modules import Nowhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from raytune_migrate.facts.links import Links

_OF_SWEEPS = frozenset({Kind.TRAINER, Kind.OWN_TRAINER, Kind.TUNER, Kind.GRID, Kind.RESULT})


@dataclass(frozen=True, slots=True)
class Part:
    """What a module takes part in.

    ``matters`` says that it may need a rewrite though it does not name Ray. ``leads`` says that
    it has sweeps; ``leaders`` are the modules with the sweeps that need it.
    """

    elsewhere: Elsewhere
    matters: bool
    leads: bool
    leaders: frozenset[Path]


def parts(links: Links) -> Mapping[Path, Part]:
    """What each module needs to know of the others."""
    leaders = _leaders(links)
    scripts: dict[Path, set[Path]] = {}
    for path in links.facts:
        for one in links.run_by(path) - {path}:
            scripts.setdefault(one, set()).add(path)
    wanted = links.wanted
    return {
        path: _part(links, path, leaders, scripts.get(path, set()), wanted.get(path, frozenset()))
        for path in links.facts
    }


def _part(
    links: Links,
    path: Path,
    leaders: Mapping[Path, set[Path]],
    scripts: Iterable[Path],
    wanted: frozenset[str],
) -> Part:
    names = dict(_names(links, path))
    passed = dict(_passed(links, path))
    elsewhere = Elsewhere(
        names=names,
        passed=passed,
        train_loops=frozenset(one.name for one in links.loops if one.path == path),
        tune_functions=frozenset(one.name for one in links.trials if one.path == path),
        swept=_lines(path, (found for at, found in links.sweeps.items() if at.path != path)),
        fitted=_lines(path, (found for at, found in links.fitted.items() if at != path)),
        wanted=wanted,
        runs=_shown(links, links.run_by(path) - {path}),
        scripts=tuple(sorted(_shown(links, scripts))),
    )
    kinds = frozenset[Kind]().union(
        *passed.values(), *(one.value | one.result for one in names.values())
    )
    return Part(
        elsewhere=elsewhere,
        matters=bool(kinds & _OF_SWEEPS)
        or bool(links.run_by(path) - {path})
        or any(one.ray is not None for one in names.values()),
        leads=any(one.path == path for one in links.sweeps),
        leaders=frozenset(leaders.get(path, set())) - {path},
    )


def _shown(links: Links, paths: Iterable[Path]) -> frozenset[str]:
    return frozenset(one.relative_to(links.modules.root).as_posix() for one in paths)


def _lines(path: Path, found: Iterable[frozenset[Origin]]) -> frozenset[int]:
    return frozenset(one.line for some in found for one in some if one.path == path)


def _leaders(links: Links) -> dict[Path, set[Path]]:
    """For each module those with the sweeps that it takes part in."""
    found: dict[Path, set[Path]] = {}
    for at, trainers in links.sweeps.items():
        builders = {one.path for one in trainers if one.path is not None}
        for one in builders:
            found.setdefault(one, set()).add(at.path)
        for target, users in links.loops.items():
            if users & builders:
                found.setdefault(target.path, set()).add(at.path)
    for path in links.facts:
        found.setdefault(path, set()).update(links.run_by(path))
    return found


def _names(links: Links, path: Path) -> Iterator[tuple[str, Known]]:
    """What is known of the names that a module imports from others of the project."""
    facts = links.facts[path]
    symbols = {
        symbol
        for function in facts.functions.values()
        for symbol in function.names | function.calls
    } | facts.imports
    for symbol in sorted(symbols):
        found = links.resolve(path, symbol)
        own = symbol.startswith(OWN)
        if own and not (isinstance(found, OfRay | Target) and _is_elsewhere(found, path)):
            continue
        if found is Nowhere.FOREIGN or symbol.split(".", 1)[0] == "ray":
            continue
        yield symbol, _known(links, path, symbol)


def _is_elsewhere(found: OfRay | Target, path: Path) -> bool:
    return isinstance(found, Target) and found.path != path


def _known(links: Links, path: Path, symbol: str) -> Known:
    found = links.resolve(path, symbol)
    value = Named(symbol)
    functions = links.denoted(path, value)
    uses = [links.uses(one) for one in functions]
    seen = bool(functions) and all(one is not None for one in uses)
    return Known(
        value=frozenset(one.kind for one in links.made(path, value)),
        result=frozenset(one.kind for one in links.made(path, Called(value, 0))),
        uses=frozenset[str]().union(*(one for one in uses if one is not None)) if seen else None,
        ray=found.name if isinstance(found, OfRay) else None,
        sweeps=any(links.leads_to(one) for one in functions),
    )


def _passed(links: Links, path: Path) -> Iterator[tuple[tuple[str, str], frozenset[Kind]]]:
    """What other modules give the functions of one, as far as it is of sweeps."""
    for name, function in links.facts[path].functions.items():
        if name == BODY:
            continue
        for parameter in function.parameters:
            made = links.made(path, Parameter(name, parameter))
            kinds = frozenset(one.kind for one in made)
            if kinds & _OF_SWEEPS:
                yield (name, parameter), kinds
