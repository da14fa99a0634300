"""What runs the functions of each module: trainers, Tune, or what trials give them to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from raytune_migrate.facts.linking.objects import Origin
    from raytune_migrate.facts.linking.runs import Runs
    from raytune_migrate.facts.linking.targets import Target


@dataclass(frozen=True)
class Roles:
    """The functions and classes of each module by what runs them."""

    runs: Runs

    @cached_property
    def loops(self) -> Mapping[str, Mapping[str, frozenset[Origin]]]:
        """The functions that trainers run on workers, and these."""
        found: dict[str, dict[str, frozenset[Origin]]] = defaultdict(dict)
        for one, users in self.runs.loops.reached.items():
            found[one.path][one.name] = users
        return found

    @cached_property
    def given(self) -> Mapping[str, frozenset[str]]:
        """Those whose value a trainer of another module may send back."""
        return _by_module(
            one
            for one, users in self.runs.loops.returning.items()
            if any(user.path != one.path for user in users)
        )

    @cached_property
    def trials(self) -> Mapping[str, frozenset[str]]:
        """Those that Tune runs."""
        return _by_module(self.runs.trials)

    @cached_property
    def handed_on(self) -> Mapping[str, frozenset[str]]:
        """Those that trials hand on."""
        return _by_module(self.runs.handed_on)

    @cached_property
    def called_back(self) -> Mapping[str, frozenset[str]]:
        """The classes whose methods a framework calls in a trial."""
        return _by_module(self.runs.called_back)


def _by_module(targets: Iterable[Target]) -> Mapping[str, frozenset[str]]:
    """The names of some functions and classes, by their modules."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in targets:
        found[one.path].add(one.name)
    return {path: frozenset(names) for path, names in found.items()}
