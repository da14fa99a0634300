"""What modules make of trainers that they run themselves, and of the Results that these give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind, Known, held_once
from raytune_migrate.facts.linking.objects import Origin
from raytune_migrate.facts.linking.targets import OfRay
from raytune_migrate.facts.model import BODY, Item, Parameter
from raytune_migrate.facts.search.importing import led_from

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from raytune_migrate.facts.linking.runs import Runs
    from raytune_migrate.facts.model import Read, Value


@dataclass(frozen=True)
class Fits:
    """What follows from whose ``fit()`` modules call, and from what they read of results."""

    runs: Runs

    @cached_property
    def fitted(self) -> Mapping[str, frozenset[Origin]]:
        """The trainers whose ``fit()`` each module calls."""
        return {
            path: frozenset(
                one
                for fit in facts.fits
                for one in self.runs.objects.all_made(path, fit.of)
                if one.kind is Kind.TRAINER
            )
            for path, facts in self.runs.symbols.facts.items()
        }

    @cached_property
    def unrun(self) -> frozenset[str]:
        """The modules that build trainers which no Tuner and no ``fit()`` is seen to take."""
        run = self.runs.swept.union(*self.fitted.values())
        return frozenset(
            path
            for name in ray_api.TRAINERS
            for path, one in self.runs.arguments.passed.get(OfRay(name), ())
            if Origin(Kind.TRAINER, path, one.line) not in run
        )

    def offers(self, path: str) -> bool:
        """Whether modules that are imported where one with a Tuner is build such trainers."""
        symbols = self.runs.symbols
        named = symbols.facts[path].functions[BODY].names if self.unrun else ()
        if all(symbols.resolve(path, one) != OfRay(ray_api.TUNER) for one in named):
            return False
        return self._brings(path, self.unrun - {path})

    def has_unrun(self, path: str) -> bool:
        """Whether a module, or one that is imported where it is, builds such trainers."""
        return path in self.unrun or self._brings(path, self.unrun)

    def _brings(self, path: str, modules: frozenset[str]) -> bool:
        """Whether one of some modules is imported where another is, or may be, by a text."""
        if not modules:
            return False
        here = led_from((path,), self.runs.imports)
        return not modules.isdisjoint(here) or self.runs.started.may_import_any(path)

    @cached_property
    def lost(self) -> Mapping[str, Mapping[Origin, frozenset[str]]]:
        """What each module reads of which ``fit()`` that it does not give under Train V2.

        Of its own, only where the module builds the trainers as well, where others hand the Result
        to one of its functions, or where they are seen to give the trainer, or a Tuner, and may
        give something else: the rest is seen there.
        """
        found: dict[str, dict[Origin, frozenset[str]]] = {}
        for path, facts in self.runs.symbols.facts.items():
            lost = found[path] = {}
            for read in facts.reads:
                if read.field not in ray_api.LOST_FIELDS:
                    continue
                handed = any(isinstance(value, Parameter) for value in read.of)
                for one in self.runs.objects.all_made(path, read.of):
                    if one.kind is not Kind.FIT:
                        continue
                    built = bool(one.trainers) and {each.path for each in one.trainers} == {path}
                    unsure = (one.path, one.line) in self._unsure
                    if handed or one.path != path or built or unsure:
                        checkpointless = one.trainers <= self.runs.loops.checkpointless
                        what = ray_api.lost(read.field, read.key, checkpointless=checkpointless)
                        if what is not None:
                            lost[one] = lost.get(one, frozenset()) | {what}
        return found

    @cached_property
    def _unsure(self) -> frozenset[tuple[str, int]]:
        """Where ``fit()`` is called of what may be a trainer, or else a Tuner, or what is not seen:
        the modules, and the lines."""
        found = set[tuple[str, int]]()
        for path, facts in self.runs.symbols.facts.items():
            for fit in facts.fits:
                kinds = {one.kind for one in self.runs.objects.all_made(path, fit.of)}
                others = kinds - {Kind.TRAINER}
                if Kind.TRAINER in kinds and others and others <= {Kind.TUNER, Kind.UNKNOWN}:
                    found.add((path, fit.line))
        return frozenset(found)

    @cached_property
    def returning(self) -> frozenset[Origin]:
        """The trainers of which some module reads what their train loops have returned."""
        return frozenset(
            trainer
            for path, facts in self.runs.symbols.facts.items()
            for read in facts.reads
            if read.field == ray_api.RETURN_VALUE
            for one in self.runs.objects.all_made(path, read.of)
            if one.kind is Kind.FIT
            for trainer in one.trainers
        )

    @cached_property
    def trainers(self) -> Mapping[str, Mapping[tuple[int, int], Known]]:
        """By where it ends, that of which each module calls ``fit()`` that is surely a trainer."""
        found: dict[str, dict[tuple[int, int], Known]] = {}
        for path, facts in self.runs.symbols.facts.items():
            told = found[path] = {}
            for fit in facts.fits:
                made = self.runs.objects.all_made(path, fit.of)
                kinds = frozenset(one.kind for one in made)
                if kinds == {Kind.TRAINER}:
                    told[fit.end] = Known(
                        kinds, frozenset(), is_checkpointless=made <= self.runs.loops.checkpointless
                    )
        return found

    @cached_property
    def handed(self) -> Mapping[str, frozenset[tuple[int, int]]]:
        """By where it ends, that of which each module calls ``fit()`` and others are seen to give
        trainers, and nothing else; though some that are not seen may."""
        return {
            path: frozenset(
                fit.end
                for fit in facts.fits
                if {one.kind for one in self.runs.objects.all_made(path, fit.of)}
                == {Kind.TRAINER, Kind.UNKNOWN}
            )
            for path, facts in self.runs.symbols.facts.items()
        }

    @cached_property
    def results(self) -> Mapping[str, Mapping[tuple[int, int], frozenset[Kind]]]:
        """By where it ends, which Results each module reads something of that may be no more."""
        found: dict[str, dict[tuple[int, int], frozenset[Kind]]] = {}
        for path, facts in self.runs.symbols.facts.items():
            told = found[path] = {}
            for read in facts.reads:
                if read.field not in ray_api.RESULT_FIELDS:
                    continue
                kinds = {one.kind for one in self.runs.objects.all_made(path, read.of)}
                if Kind.RESULT in kinds or (Kind.FIT in kinds and read.field == ray_api.LOG_DIR):
                    told[read.end] = held_once(frozenset(kinds))
        return found

    @cached_property
    def contexts(self) -> Mapping[str, Mapping[tuple[int, int], frozenset[Kind]]]:
        """By where it ends, what may be a worker's context that each module asks for its trial."""
        found: dict[str, dict[tuple[int, int], frozenset[Kind]]] = {}
        for path, facts in self.runs.symbols.facts.items():
            told = found[path] = {}
            for read in facts.reads:
                if read.field not in ray_api.TRIAL_FACTS:
                    continue
                kinds = {one.kind for one in self.runs.objects.all_made(path, read.of)}
                if Kind.CONTEXT in kinds:
                    told[read.end] = held_once(frozenset(kinds))
        return found

    @cached_property
    def paths(self) -> Mapping[str, frozenset[tuple[int, int]]]:
        """By where they end, the Results that each module reads the path of, and that sweeps over
        trainers gave in other modules.

        Where a module numbers checkpoints, also what nobody is seen to give a function of it.
        """
        sweeping = {target.path for target in self.runs.sweeps}
        return {
            path: frozenset(
                read.end
                for read in facts.reads
                if read.field in ray_api.RUN_PATHS
                and (
                    self._is_of(sweeping - {path}, path, read)
                    or (facts.numbers and self._is_unseen(path, read))
                )
            )
            for path, facts in self.runs.symbols.facts.items()
            if sweeping or any(self.fitted.values())
        }

    def _is_of(self, sweeping: Collection[str], path: str, read: Read) -> bool:
        """Whether all that is known of what a module reads are Results of some modules' sweeps."""
        made = self.runs.objects.all_made(path, read.of)
        known = [one for one in made if one.kind is not Kind.UNKNOWN]
        return bool(known) and all(
            one.kind is Kind.RESULT and one.path in sweeping for one in known
        )

    def _is_unseen(self, path: str, read: Read) -> bool:
        """Whether a module reads what nobody is seen to give, and may be a Result."""
        made = self.runs.objects.all_made(path, read.of)
        return {one.kind for one in made} == {Kind.UNKNOWN} and all(
            self._may_be_result(path, one) for one in read.of
        )

    def _may_be_result(self, path: str, value: Value) -> bool:
        """Whether a value is a parameter, or one of a parameter's, that says nothing else."""
        if isinstance(value, Item):
            return self._may_be_result(path, value.of)
        if not isinstance(value, Parameter):
            return False
        symbols = self.runs.symbols
        kinds = (
            symbols.resolve(path, symbol)
            for name, symbol in symbols.facts[path].functions[value.function].annotated
            if name == value.name
        )
        return all(isinstance(one, OfRay) and one.name in ray_api.RESULTS for one in kinds)
