"""Which modules of a project import which, and which have to do with each other by that."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING

from raytune_migrate.facts.search.groups import joined
from raytune_migrate.facts.search.modules import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from raytune_migrate.facts.search.leading import Led
    from raytune_migrate.facts.search.modules import Modules

_NONE = frozenset[str]()  # for most modules the same one
_MANY = 400  # modules that have to do with each other; few of more lead to Ray by all their names
_NEAREST = 100  # modules, of what one that mentions Ray imports


def importing(
    imports: Mapping[str, Iterable[str]], tests: Collection[str], modules: Modules
) -> Mapping[str, frozenset[str]]:
    """The files of the project that each imports, of what it imports by name.

    ``tests`` also have the modules of fixtures in the folders around them.
    """
    return {
        path: frozenset(
            (
                *imported_files(path, some, modules),
                *(modules.conftests(path) if path in tests else ()),
            )
        )
        or _NONE
        for path, some in imports.items()
    }


def with_texts(
    imports: Mapping[str, frozenset[str]], by_text: Collection[str], of_ray: Collection[str]
) -> Mapping[str, frozenset[str]]:
    """The same, with what modules may import that no statement names: what speaks of Ray in their
    own folder and in the packages that they import, as plugins lie there."""
    below: dict[str, set[str]] = defaultdict(set)
    for path in of_ray if by_text else ():
        folder = os.path.dirname(path)
        while folder not in ("", os.path.dirname(folder)):
            below[folder].add(path)
            folder = os.path.dirname(folder)
    found = dict(imports)
    for path in by_text:
        packages = (one for one in imports[path] if os.path.basename(one) == "__init__.py")
        for folder in {os.path.dirname(one) for one in (path, *packages)}:
            if len(below.get(folder, ())) <= _MANY:
                found[path] = found[path].union(below.get(folder, ())) - {path}
    return found


def related_modules(
    of_ray: Collection[str],
    imports: Mapping[str, frozenset[str]],
    may_read: Callable[[str], bool],
    led_by_name: Callable[[Collection[str]], Led],
) -> frozenset[str]:
    """The modules that mention Ray, lead to one that does, or may be given what it makes.

    One that no other of these has to do with is not among them. Of what is imported by a module
    that only leads to Ray, what cannot read a result is not asked. Where many have to do with each
    other, those that lead to Ray are told by the names that they import, which takes longer; and of
    what each that mentions it imports, only the nearest are followed.
    """
    importers = _importers(imports)
    leading = _closure(of_ray, importers)
    found = leading | _closure(of_ray, imports)
    groups = [frozenset(one) for one in joined(found, imports)]
    many = frozenset[str]().union(*(one for one in groups if len(one) > _MANY))
    handed = _handed(leading - many, imports)
    if many:
        some = many.intersection(of_ray)
        led = led_by_name(some)
        found = (found - many) | led.leading | _nearest(some, imports)
        handed |= led.handed
    found |= {one for one in handed - found if _is_package(one) or may_read(one)}
    return frozenset(
        one for one in found if (imports[one] | importers.get(one, set())) & found - {one}
    )


def _nearest(starts: Iterable[str], following: Mapping[str, AbstractSet[str]]) -> frozenset[str]:
    """What follows from each of some modules, that with the fewest between them first."""
    every: set[str] = set()
    for start in starts:
        found, known = [start], {start}
        for one in found:
            if len(found) >= _NEAREST:
                break
            new = sorted(following.get(one, set()) - known)
            found += new
            known.update(new)
        every |= known
    return frozenset(every)


def _importers(imports: Mapping[str, frozenset[str]]) -> Mapping[str, set[str]]:
    """The modules that import each."""
    found: dict[str, set[str]] = {}
    for path, imported in imports.items():
        for one in imported:
            found.setdefault(one, set()).add(path)
    return found


def _handed(leading: Iterable[str], imports: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """What some modules import, through the packages that only hand it on."""
    found: set[str] = set()
    waiting = [one for path in leading for one in imports[path]]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += imports[one] if _is_package(one) else ()
    return frozenset(found)


def _is_package(path: str) -> bool:
    return os.path.basename(path) == "__init__.py"


def _closure(starts: Iterable[str], following: Mapping[str, AbstractSet[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += following.get(one, ())
    return frozenset(found)


def imported_files(path: str, names: Iterable[str], modules: Modules) -> Iterator[str]:
    """The files of the project that the names lead to that a module imports."""
    for dotted in names:
        if dotted.split(".", 1)[0] == "ray":
            continue
        found = modules.find(dotted, path)
        if isinstance(found, Found):
            yield found.path


def led_from(paths: Iterable[str], imports: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Some modules, and all that are imported where one is, however many are between.

    With the packages that these are in, whose own code runs first.
    """
    found: set[str] = set()
    waiting = [*paths]
    while waiting:
        one = waiting.pop()
        if one not in found and one in imports:
            found.add(one)
            waiting += imports[one]
            waiting += _packages_around(one, imports)
    return frozenset(found)


def _packages_around(path: str, files: Collection[str]) -> Iterator[str]:
    folder = os.path.dirname(path)
    while (package := os.path.join(folder, "__init__.py")) in files:
        yield package
        folder = os.path.dirname(folder)


def leading_to(paths: Collection[str], imports: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Some modules, and all that import one of them, however many are between."""
    return _closure(paths, _importers(imports))
