"""Which modules of a project have to do with each other, and so are asked together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Set

_TOGETHER = 200  # modules that are read at once, by several processes


def batches_of(
    paths: Collection[str], imports: Mapping[str, Iterable[str]], first: Set[str]
) -> list[list[list[str]]]:
    """The modules of ``paths`` in groups none of which imports anything of another, in batches.

    What is known of a group need not be kept when its modules have been asked; a batch is read at
    once. Groups with a module of ``first`` come first.
    """
    batches: list[list[list[str]]] = []
    room = 0
    for group in sorted(joined(paths, imports), key=lambda some: first.isdisjoint(some)):
        if len(group) > room:
            batches.append([])
            room = _TOGETHER
        batches[-1].append(sorted(group))
        room -= len(group)
    return batches


def joined(paths: Collection[str], imports: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
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
