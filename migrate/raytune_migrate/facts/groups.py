"""Which modules of a project have to do with each other, and so are asked together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Set

_TOGETHER = 200  # modules that are asked together although they have nothing to do with each other


def groups_of(
    paths: Collection[str], imports: Mapping[str, Iterable[str]], first: Set[str]
) -> list[list[str]]:
    """The modules of ``paths`` in groups, none of which imports anything of another.

    What is known of the modules of a group need not be kept when all of them have been asked. Those
    with a module of ``first`` come first.
    """
    groups: list[list[str]] = []
    for one in sorted(_joined(paths, imports), key=lambda some: first.isdisjoint(some)):
        if groups and len(groups[-1]) + len(one) <= _TOGETHER:
            groups[-1] += one
        else:
            groups.append([*one])
    return [sorted(one) for one in groups]


def _joined(paths: Collection[str], imports: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """The modules that imports lead from one to another of, in either direction."""
    beside: dict[str, set[str]] = {path: set() for path in paths}
    for path in paths:
        for one in imports[path]:
            if one in beside:
                beside[path].add(one)
                beside[one].add(path)
    seen = set[str]()
    for path in sorted(beside):
        found = [] if path in seen else [path]
        seen.add(path)
        for one in found:
            new = beside[one] - seen
            seen |= new
            found += sorted(new)
        if found:
            yield found
