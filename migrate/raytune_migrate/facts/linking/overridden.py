"""What classes of a project have in place of what they derive from those of other modules."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from raytune_migrate.facts.linking.targets import Target
from raytune_migrate.facts.model import OWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from raytune_migrate.facts.linking.symbols import Symbols


def overridden(symbols: Symbols) -> Mapping[str, set[str]]:
    """What classes have in place of what they derive from one of another module.

    By that module, as ``Class.name`` of its class.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for path, facts in symbols.facts.items():
        for kind in facts.bases:
            own = Target(path, kind)
            classes = symbols.ancestry(own)[0]
            giving = _giving(symbols, own, classes)
            names = {name for one in giving for name in _members(symbols, one)}
            for base in classes:
                if base.path == path:
                    continue
                for name in names:
                    its = symbols.resolve(base.path, f"{OWN}{base.name}.{name}")
                    if isinstance(its, Target) and its != symbols.resolve(
                        path, f"{OWN}{kind}.{name}"
                    ):
                        found[base.path].add(f"{base.name}.{name}")
    return found


def _giving(symbols: Symbols, kind: Target, classes: Sequence[Target]) -> Sequence[Target]:
    """The classes that may give a class what it has in place of what one of these has.

    With one base alone, itself: the others give that to their own bases too.
    """
    several = len(symbols.facts[kind.path].bases[kind.name]) > 1
    return classes if several else [kind]


def _members(symbols: Symbols, kind: Target) -> Iterator[str]:
    """The names that a class binds itself, or for its objects."""
    facts = symbols.facts[kind.path]
    for one in (*facts.functions, *facts.variables):
        owner, _, name = one.rpartition(".")
        if owner == kind.name:
            yield name
