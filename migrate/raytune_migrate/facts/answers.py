"""From what is known of all modules to what one of them needs to know."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from raytune_migrate.elsewhere import Elsewhere, Kind, Known
from raytune_migrate.facts.links import OfRay, Origin, Target
from raytune_migrate.facts.model import BODY, OWN, Called, Named, Parameter
from raytune_migrate.facts.modules import Nowhere
from raytune_migrate.facts.part import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.facts.links import Links

_OF_SWEEPS = frozenset({Kind.TRAINER, Kind.OWN_TRAINER, Kind.TUNER, Kind.GRID, Kind.RESULT})


def parts(links: Links) -> Mapping[str, Part]:
    """What each module needs to know of the others."""
    leaders = _leaders(links)
    scripts: dict[str, set[str]] = {}
    for path in links.facts:
        for one in links.run_by(path) - {path}:
            scripts.setdefault(one, set()).add(path)
    wanted = links.wanted
    nothing: frozenset[str] = frozenset()
    return {
        path: _part(
            links,
            path,
            leaders,
            nothing.union(*(scripts.get(one, ()) for one in (path, *leaders[path]))) - {path},
            wanted.get(path, nothing),
        )
        for path in links.facts
    }


def _part(
    links: Links,
    path: str,
    leaders: Mapping[str, set[str]],
    scripts: Iterable[str],
    wanted: frozenset[str],
) -> Part:
    names = dict(_names(links, path))
    swept = frozenset[Origin]().union(*links.sweeps.values())
    passed = dict(_passed(links, path))
    elsewhere = Elsewhere(
        names=names,
        passed=passed,
        train_loops=frozenset(one.name for one in links.loops if one.path == path),
        swept_loops=frozenset(
            one.name for one, users in links.loops.items() if one.path == path and users & swept
        ),
        tune_functions=frozenset(one.name for one in links.trials if one.path == path),
        swept=_lines(path, (found for at, found in links.sweeps.items() if at.path != path)),
        fitted=_lines(path, (found for at, found in links.fitted.items() if at != path)),
        run_configs=_lines(path, (found for at, found in links.configured.items() if at != path)),
        wanted=wanted,
        runs=_shown(links, links.run_by(path) - {path}),
        scripts=tuple(sorted(_shown(links, scripts))),
        is_entry=links.is_command(path),
    )
    kinds = frozenset[Kind]().union(
        *passed.values(), *(one.value | one.result for one in names.values())
    )
    return Part(
        name=_relative(links, path),
        elsewhere=elsewhere,
        matters=bool(kinds & _OF_SWEEPS)
        or bool(links.run_by(path) - {path})
        or any(one.ray is not None for one in names.values()),
        leads=any(one.path == path for one in links.sweeps),
        needed=bool(elsewhere.swept)
        or any(users for one, users in links.loops.items() if one.path == path),
        leaders=frozenset(leaders.get(path, set())) - {path},
    )


def _shown(links: Links, paths: Iterable[str]) -> frozenset[str]:
    return frozenset(_relative(links, one) for one in paths)


def _relative(links: Links, path: str) -> str:
    return os.path.relpath(path, links.modules.root).replace(os.sep, "/")


def _lines(path: str, found: Iterable[frozenset[Origin]]) -> frozenset[int]:
    return frozenset(one.line for some in found for one in some if one.path == path)


def _leaders(links: Links) -> dict[str, set[str]]:
    """For each module those with the sweeps that it takes part in."""
    found: dict[str, set[str]] = {path: set(links.run_by(path)) for path in links.facts}
    for at, trainers in links.sweeps.items():
        builders = {one.path for one in trainers if one.path is not None}
        runs = {target.path for target, users in links.loops.items() if users & trainers}
        configs = {
            one.path
            for path in (at.path, *builders)
            for one in links.configured.get(path, ())
            if one.path is not None
        }
        for path in (*builders, *runs, *configs):
            found[path].add(at.path)
    return found


def _names(links: Links, path: str) -> Iterator[tuple[str, Known]]:
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


def _is_elsewhere(found: OfRay | Target, path: str) -> bool:
    return isinstance(found, Target) and found.path != path


def _known(links: Links, path: str, symbol: str) -> Known:
    found = links.resolve(path, symbol)
    value = Named(symbol)
    functions = links.denoted(path, value)
    uses = [links.uses(one) for one in functions]
    apart = found is Nowhere.APART
    seen = apart or (bool(functions) and all(one is not None for one in uses))
    return Known(
        value=frozenset(one.kind for one in links.made(path, value)),
        result=frozenset(one.kind for one in links.made(path, Called(value, 0))),
        uses=frozenset[str]().union(*(one for one in uses if one is not None)) if seen else None,
        ray=found.name if isinstance(found, OfRay) else None,
        is_code=isinstance(found, Target) and functions == {found},
        sweeps=any(links.leads_to(one) for one in functions),
    )


def _passed(links: Links, path: str) -> Iterator[tuple[tuple[str, str], frozenset[Kind]]]:
    """What other modules give the functions of one, as far as it is of sweeps."""
    for name, function in links.facts[path].functions.items():
        if name == BODY:
            continue
        for parameter in function.parameters:
            made = links.made(path, Parameter(name, parameter))
            kinds = frozenset(one.kind for one in made)
            if kinds & {*_OF_SWEEPS, Kind.RUN_CONFIG}:
                yield (name, parameter), kinds
