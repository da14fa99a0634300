"""What is told of single lines of each module, as all modules tell it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate.elsewhere import Lines, lean
from raytune_migrate.facts.linking.asked import Asked
from raytune_migrate.facts.linking.run_configs import RunConfigs
from raytune_migrate.facts.linking.unseen import Unseen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from raytune_migrate.facts.linking.configured import Configured
    from raytune_migrate.facts.linking.fits import Fits
    from raytune_migrate.facts.linking.objects import Origin
    from raytune_migrate.facts.linking.outside import Outside
    from raytune_migrate.facts.linking.patches import Patches
    from raytune_migrate.facts.linking.runs import Runs


@dataclass(frozen=True)
class Told:
    """What is told of single lines of all modules."""

    runs: Runs
    configs: Configured
    fits: Fits
    patches: Patches
    outside: Outside

    def of(self, path: str) -> Lines:
        """What is told of the lines of one module."""
        runs, configs, fits, nowhere = self.runs, self.configs, self.fits, frozenset[int]()
        told = Lines(
            tuned=runs.tuned.get(path, nowhere),
            driving=runs.driving.get(path, nowhere),
            unseen=self._unseen.lines.get(path, nowhere),
            patched=frozenset(self.patches.patched.get(path, ())),
            unasked=frozenset(self.patches.unasked.get(path, ())),
            swept=self._swept.get(path, nowhere),
            fitted=self._fitted.get(path, nowhere),
            checkpointless=frozenset(
                one.line for one in runs.loops.checkpointless if one.path == path
            ),
            checkpointing=frozenset(
                one.line for one in runs.loops.checkpointing if one.path == path
            ),
            run_configs=self._run_configs.get(path, nowhere),
            swept_configs=frozenset(one.line for one in configs.swept if one.path == path),
            called_back=self._asked.run_configs.called_back(path),
            of_train_v2=self._asked.run_configs.of_train_v2(path),
            configured=configs.of_others.get(path, nowhere),
            set_later=self._asked.run_configs.set_later(path),
            unpaced=self._asked.run_configs.unpaced(path),
            unpacked=configs.unpacked.get(path, {}),
            lost=self._lost.get(path, {}),
            asked=self._asked.at_fits(path),
            trainers=fits.trainers[path],
            handed=fits.handed[path],
            results=fits.results[path],
            contexts=fits.contexts[path],
            paths=fits.paths.get(path, frozenset()),
        )
        return lean(told)

    @cached_property
    def _unseen(self) -> Unseen:
        return Unseen(self.runs, self.fits)

    @cached_property
    def _asked(self) -> Asked:
        runs = self.runs
        configs = RunConfigs(runs.symbols, runs.arguments, runs.links, runs.objects)
        return Asked(runs, configs)

    @cached_property
    def _swept(self) -> Mapping[str, frozenset[int]]:
        """Where the trainers are made that other modules give to Tune."""
        return _made_for_others((at.path, found) for at, found in self.runs.sweeps.items())

    @cached_property
    def _fitted(self) -> Mapping[str, frozenset[int]]:
        """Where the trainers are made whose ``fit()`` other modules call."""
        return _made_for_others(self.fits.fitted.items())

    @cached_property
    def _run_configs(self) -> Mapping[str, frozenset[int]]:
        """Where the RunConfigs are made that other modules give to trainers and Tuners."""
        return _made_for_others(self.configs.by_module.items())

    @cached_property
    def _lost(self) -> Mapping[str, Mapping[int, frozenset[str]]]:
        """What is missed of what each ``fit()`` gives, as all modules tell."""
        found: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
        for lost in self.fits.lost.values():
            for one, what in lost.items():
                if one.path is not None:
                    lines = found[one.path]
                    lines[one.line] = lines.get(one.line, frozenset()) | what
        return found


def _made_for_others(
    users: Iterable[tuple[str, frozenset[Origin]]],
) -> Mapping[str, frozenset[int]]:
    """By module, the lines of the objects that others have to do with; ``users`` are these."""
    found: dict[str, set[int]] = defaultdict(set)
    for user, origins in users:
        for one in origins:
            if one.path is not None and one.path != user:
                found[one.path].add(one.line)
    return {path: frozenset(lines) for path, lines in found.items()}
