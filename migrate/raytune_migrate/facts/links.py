"""Questions over the facts of all modules: what a name stands for, who runs what.

Where the modules cannot say, the answer is that it is unknown; nothing is guessed from a spelling.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.elsewhere import Kind
from raytune_migrate.facts.model import (
    BODY,
    OWN,
    Called,
    Item,
    Member,
    Named,
    Parameter,
    Plain,
)
from raytune_migrate.facts.modules import Found, Nowhere
from raytune_migrate.rules import ray_api
from raytune_migrate.runtime_home import of_runtime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from raytune_migrate.facts.model import Function, ModuleFacts, Passed, Value
    from raytune_migrate.facts.modules import Modules

_INIT = "__init__"
_GRIDS = ("fit", "get_results")
_LOOP = "train_loop_per_worker"
_RUN_CONFIG = "run_config"


@dataclass(frozen=True, slots=True)
class OfRay:
    """An object of Ray, or of the runtime, by its public name."""

    name: str


@dataclass(frozen=True, slots=True)
class Target:
    """A function, a class or a variable of a module, by its qualified name; BODY: the module."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What an object is, and the call that makes it, where that is a trainer or a RunConfig."""

    kind: Kind
    path: str | None = None
    line: int = 0


Resolved: TypeAlias = "OfRay | Target | Nowhere"
_UNKNOWN = Origin(Kind.UNKNOWN)
_OTHER = Origin(Kind.OTHER)


@dataclass(frozen=True)
class Links:
    """The facts of all modules of a project that matter, and what follows from them."""

    modules: Modules
    facts: Mapping[str, ModuleFacts]
    unread: frozenset[str] = frozenset()  # those that could not be parsed
    commands: frozenset[tuple[str, str]] = frozenset()  # modules, and functions in them
    _resolved: dict[tuple[str, str], Resolved] = field(default_factory=dict)
    _made: dict[tuple[str, Value], frozenset[Origin]] = field(default_factory=dict)

    # --- names ---------------------------------------------------------------

    def resolve(self, path: str, symbol: str) -> Resolved:
        """What a symbol of the module at ``path`` stands for."""
        key = (path, symbol)
        if key not in self._resolved:
            self._resolved[key] = Nowhere.UNCLEAR  # if it leads back to itself
            self._resolved[key] = self._resolve(path, symbol)
        return self._resolved[key]

    def _resolve(self, path: str, symbol: str) -> Resolved:
        if symbol.startswith(OWN):
            return self._defined(path, tuple(symbol.removeprefix(OWN).split(".")))
        known = of_runtime(symbol)
        if known.split(".", 1)[0] in ("ray", ray_api.RUNTIME):
            return OfRay(ray_api.public_name(known))
        found = self.modules.find(symbol, path)
        if not isinstance(found, Found):
            return found
        if found.path not in self.facts:
            return Nowhere.UNCLEAR if found.path in self.unread else Nowhere.APART
        return self._defined(found.path, found.rest) if found.rest else Target(found.path, BODY)

    def _defined(self, path: str, parts: tuple[str, ...]) -> Resolved:
        """What a dotted name is inside a module."""
        facts = self.facts[path]
        dotted = ".".join(parts)
        if dotted in facts.functions and dotted != BODY:
            return Target(path, dotted)
        first, rest = parts[0], parts[1:]
        values = facts.variables.get(first)
        if values is None:
            return self._from_stars(path, facts, parts)
        # An import that may fail and its fallback bring one and the same.
        named = [one.symbol for one in values if isinstance(one, Named)]
        if len(named) == len(values) and OWN + first not in named:
            found = {self.resolve(path, ".".join((one, *rest))) for one in named}
            if len(found) == 1:
                return found.pop()
        if not rest:
            return Target(path, first)
        if dotted in facts.variables:
            return Target(path, dotted)
        return self._inherited(path, facts, parts)

    def _inherited(self, path: str, facts: ModuleFacts, parts: tuple[str, ...]) -> Resolved:
        """The attribute of a class that it has from one that it derives from."""
        unclear = False
        for base in facts.bases.get(".".join(parts[:-1]), ()):
            found = self.resolve(path, f"{base}.{parts[-1]}")
            if not isinstance(found, Nowhere):
                return found
            unclear = unclear or found is Nowhere.UNCLEAR
        # What nothing here defines comes with the object, or from another package.
        return Nowhere.UNCLEAR if unclear else Nowhere.FOREIGN

    def _from_stars(self, path: str, facts: ModuleFacts, parts: tuple[str, ...]) -> Resolved:
        for star in reversed(facts.stars):
            if star.split(".", 1)[0] == "ray":
                if parts[0] in ray_api.STAR_NAMES.get(star, ()):
                    return OfRay(ray_api.public_name(".".join((star, *parts))))
                continue
            found = self.modules.find(star, path)
            if isinstance(found, Found) and found.path in self.facts and found.path != path:
                inner = self.resolve(found.path, OWN + ".".join(parts))
                if not isinstance(inner, Nowhere):
                    return inner
        return Nowhere.FOREIGN

    def _function(self, target: Target) -> Function | None:
        return self.facts[target.path].functions.get(target.name)

    def _is_class(self, target: Target) -> bool:
        return target.name in self.facts[target.path].bases

    def denoted(
        self, path: str, value: Value, seen: frozenset[tuple[str, Value]] = frozenset()
    ) -> frozenset[Target]:
        """The functions and classes that a value may be."""
        key = (path, value)
        if key in seen:
            return frozenset()
        seen |= {key}
        match value:
            case Named():
                found = self.resolve(path, value.symbol)
                if not isinstance(found, Target):
                    return frozenset()
                if self._function(found) is not None:
                    return frozenset({found})
                values = self.facts[found.path].variables.get(found.name, ())
                return self._all_denoted(found.path, values, seen)
            case Called():
                functions = self.denoted(path, value.function, seen)
                return frozenset().union(
                    *(
                        self._all_denoted(one.path, made.returns, seen)
                        for one in functions
                        if (made := self._function(one)) is not None and not self._is_class(one)
                    )
                )
            case Member():
                return frozenset(self._methods(path, value))
            case Parameter():
                return frozenset().union(
                    *(
                        self._all_denoted(where, one.values, seen)
                        for where, one in self._given(path, value)
                    )
                )
            case _:
                return frozenset()

    def _all_denoted(
        self, path: str, values: Iterable[Value], seen: frozenset[tuple[str, Value]]
    ) -> frozenset[Target]:
        return frozenset().union(*(self.denoted(path, one, seen) for one in values))

    def _methods(self, path: str, value: Member) -> Iterator[Target]:
        """The method of an object that is made by a class of the project."""
        match value.of:
            case Called(function=Named(symbol=symbol)):
                found = self.resolve(path, f"{symbol}.{value.name}")
                if isinstance(found, Target) and self._function(found) is not None:
                    yield found
            case _:
                pass

    @cached_property
    def wanted(self) -> Mapping[str, frozenset[str]]:
        """The names that each module is asked for by others."""
        found: dict[str, set[str]] = defaultdict(set)
        for path, facts in self.facts.items():
            symbols = facts.imports.union(*(one.names for one in facts.functions.values()))
            for symbol in symbols:
                if symbol.startswith(OWN):
                    if symbol[1:].split(".")[0] in facts.variables:
                        continue
                    for star in facts.stars:
                        place = self.modules.find(star, path)
                        if isinstance(place, Found) and not place.rest:
                            found[place.path].add(symbol[1:].split(".")[0])
                    continue
                place = self.modules.find(symbol, path)
                if isinstance(place, Found) and place.rest and place.path != path:
                    found[place.path].add(place.rest[0])
        return {path: frozenset(names) for path, names in found.items()}

    # --- what is given to whom ----------------------------------------------

    @cached_property
    def _passed(self) -> Mapping[OfRay | Target, list[tuple[str, Passed]]]:
        """The arguments of all calls, by what is called."""
        found: dict[OfRay | Target, list[tuple[str, Passed]]] = defaultdict(list)
        for path, facts in self.facts.items():
            for one in facts.passed:
                for target in self._callees(path, one.function):
                    found[target].append((path, one))
        return found

    def _callees(self, path: str, function: Value) -> Iterator[OfRay | Target]:
        match function:
            case Named():
                found = self.resolve(path, function.symbol)
                if isinstance(found, Target) and self._is_class(found):
                    yield Target(found.path, f"{found.name}.{_INIT}")
                elif not isinstance(found, Nowhere):
                    yield found
            case Member():
                yield from self._methods(path, function)
            case _:
                pass

    def _given(self, path: str, parameter: Parameter) -> Iterator[tuple[str, Passed]]:
        """What the calls of a function give for one of its parameters."""
        function = self.facts[path].functions[parameter.function]
        offset = 1 if function.is_method else 0
        for where, one in self._passed.get(Target(path, parameter.function), ()):
            index = one.argument
            name = (
                function.parameters[index + offset]
                if isinstance(index, int) and index + offset < len(function.parameters)
                else index
            )
            if name == parameter.name:
                yield where, one

    # --- what objects are ----------------------------------------------------

    def made(self, path: str, value: Value) -> frozenset[Origin]:
        """What a value may be to Ray; nothing for None."""
        key = (path, value)
        if key not in self._made:
            self._made[key] = frozenset()  # if it leads back to itself
            self._made[key] = frozenset(self._make(path, value))
        return self._made[key]

    def all_made(self, path: str, values: Iterable[Value]) -> frozenset[Origin]:
        """What any of some values may be."""
        return frozenset().union(*(self.made(path, one) for one in values))

    def _make(self, path: str, value: Value) -> Iterator[Origin]:
        match value:
            case Named():
                found = self.resolve(path, value.symbol)
                if found is Nowhere.APART:
                    yield _OTHER
                elif isinstance(found, Nowhere):
                    yield _UNKNOWN
                elif isinstance(found, OfRay) or self._function(found) is not None:
                    yield _OTHER
                else:
                    values = self.facts[found.path].variables.get(found.name, ())
                    yield from self.all_made(found.path, values)
            case Called():
                yield from self._called(path, value)
            case Item():
                grids = (one.kind is Kind.GRID for one in self.made(path, value.of))
                yield Origin(Kind.RESULT) if any(grids) else _UNKNOWN
            case Parameter():
                yield _UNKNOWN  # others may call the function too
                for where, one in self._given(path, value):
                    yield from self.all_made(where, one.values)
            case Plain.OTHER:
                yield _OTHER
            case Plain.NONE:
                pass
            case _:
                yield _UNKNOWN

    def _called(self, path: str, call: Called) -> Iterator[Origin]:
        if isinstance(call.function, Member):
            yield from self._asked(path, call.function)
            return
        named = isinstance(call.function, Named)
        found = self.resolve(path, call.function.symbol) if named else None  # type: ignore[union-attr]
        match found:
            case OfRay(name=name):
                if name in ray_api.TRAINERS:
                    yield Origin(Kind.TRAINER, path, call.line)
                elif name in (ray_api.TUNER, ray_api.RESTORE):
                    yield Origin(Kind.TUNER)
                elif name in (ray_api.TRAIN_RUN_CONFIG, ray_api.TUNE_RUN_CONFIG):
                    yield Origin(Kind.RUN_CONFIG, path, call.line)
                else:
                    is_class = name.rpartition(".")[2][:1].isupper()
                    yield _OTHER if is_class else _UNKNOWN
            case Target() if self._is_class(found):
                yield Origin(Kind.OWN_TRAINER) if self._is_trainer_class(found) else _OTHER
            case Target() if (function := self._function(found)) is not None:
                yield from self.all_made(found.path, function.returns)
            case Nowhere.APART:
                yield _OTHER
            case _:
                yield _UNKNOWN

    def _asked(self, path: str, method: Member) -> Iterator[Origin]:
        """What a method gives."""
        own = list(self._methods(path, method))
        for one in own:
            function = self._function(one)
            yield from self.all_made(one.path, function.returns if function else ())
        if own:
            return
        kinds = {one.kind for one in self.made(path, method.of)}
        if Kind.TUNER in kinds and method.name in _GRIDS:
            yield Origin(Kind.GRID)
        elif Kind.GRID in kinds and method.name == "get_best_result":
            yield Origin(Kind.RESULT)
        else:
            yield _UNKNOWN

    def _is_trainer_class(self, target: Target) -> bool:
        waiting, seen = [target], set[Target]()
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            for base in self.facts[one.path].bases.get(one.name, ()):
                found = self.resolve(one.path, base)
                if isinstance(found, OfRay) and found.name in ray_api.TRAINERS:
                    return True
                if isinstance(found, Target):
                    waiting.append(found)
        return False

    # --- who runs what -------------------------------------------------------

    @cached_property
    def sweeps(self) -> Mapping[Target, frozenset[Origin]]:
        """The functions (BODY for a module's own code) that give Tune a trainer, and which."""
        found: dict[Target, frozenset[Origin]] = {}
        for path, one in self._given_to_tune():
            trainers = frozenset(
                origin for origin in self.all_made(path, one.values) if origin.kind is Kind.TRAINER
            )
            if trainers:
                target = Target(path, one.inside)
                found[target] = found.get(target, frozenset()) | trainers
        return found

    def _given_to_tune(self) -> Iterator[tuple[str, Passed]]:
        positions = {**ray_api.TUNE_RUNNERS, ray_api.RESTORE: 1}
        for name, position in positions.items():
            for path, one in self._passed.get(OfRay(name), ()):
                if one.argument == position or one.argument in ray_api.TRAINABLE_KEYWORDS:
                    yield path, one

    @cached_property
    def configured(self) -> Mapping[str, frozenset[Origin]]:
        """The RunConfigs that each module gives to trainers and Tuners."""
        found: dict[str, frozenset[Origin]] = {}
        for name in (ray_api.TUNER, *ray_api.TRAINERS):
            for path, one in self._passed.get(OfRay(name), ()):
                if one.argument == _RUN_CONFIG:
                    made = self.all_made(path, one.values)
                    some = {origin for origin in made if origin.kind is Kind.RUN_CONFIG}
                    found[path] = found.get(path, frozenset()) | some
        return found

    @cached_property
    def fitted(self) -> Mapping[str, frozenset[Origin]]:
        """The trainers whose ``fit()`` each module calls."""
        return {
            path: frozenset(
                one for one in self.all_made(path, facts.fitted) if one.kind is Kind.TRAINER
            )
            for path, facts in self.facts.items()
        }

    @cached_property
    def loops(self) -> Mapping[Target, frozenset[Origin]]:
        """Every function that trainers run on workers, and these."""
        found: dict[Target, set[Origin]] = defaultdict(set)
        for name in ray_api.TRAINERS:
            first = ray_api.signature(name)[:1] == (_LOOP,)
            for path, one in self._passed.get(OfRay(name), ()):
                if one.argument == _LOOP or (first and one.argument == 0):
                    for value in one.values:
                        for target in self.denoted(path, value):
                            found[target].add(Origin(Kind.TRAINER, path, one.line))
        for target in self._evident():
            found.setdefault(target, set())
        reached: dict[Target, set[Origin]] = defaultdict(set)
        for target, trainers in found.items():
            for inner in self._reach(target):
                reached[inner] |= trainers
        return {target: frozenset(trainers) for target, trainers in reached.items()}

    def _evident(self) -> Iterator[Target]:
        """The functions that use what only workers may."""
        for path, facts in self.facts.items():
            for name, function in facts.functions.items():
                if name != BODY and any(
                    isinstance(one := self.resolve(path, symbol), OfRay)
                    and one.name in ray_api.WORKERS_ONLY
                    for symbol in function.names
                ):
                    yield Target(path, name)

    @cached_property
    def trials(self) -> frozenset[Target]:
        """Every function that Tune runs as a trial."""
        waiting = [
            target
            for path, one in self._given_to_tune()
            for value in one.values
            for target in self.denoted(path, value)
        ]
        found = set[Target]()
        while waiting:
            one = waiting.pop()
            if one in found:
                continue
            found.add(one)
            function = self._function(one)
            for symbol in function.calls if function is not None else ():
                waiting += self.denoted(one.path, Named(symbol))
        return frozenset(found)

    def _reach(self, start: Target) -> frozenset[Target]:
        """A function, and all that it and they mention."""
        found = set[Target]()
        waiting = [start]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self._mentioned(one)
        return frozenset(found)

    def _mentioned(self, target: Target) -> Iterator[Target]:
        function = self._function(target)
        for symbol in function.names | function.calls if function is not None else ():
            for one in self.denoted(target.path, Named(symbol)):
                if one.name != BODY:
                    yield one

    def uses(self, target: Target) -> frozenset[str] | None:
        """The names of Ray that running a function uses; None where some of it is out of sight."""
        found = set[str]()
        for one in self._reach(target):
            function = self._function(one)
            for symbol in function.names if function is not None else ():
                what = self.resolve(one.path, symbol)
                if what is Nowhere.UNCLEAR:
                    return None
                if isinstance(what, OfRay):
                    found.add(what.name)
        return frozenset(found)

    @cached_property
    def _sweeping(self) -> Mapping[Target, frozenset[str]]:
        """The functions that lead to sweeps, with the modules that these are in."""
        holders: dict[Target, set[Target]] = defaultdict(set)
        for path, facts in self.facts.items():
            for name in facts.functions:
                target = Target(path, name)
                for one in self._mentioned(target):
                    holders[one].add(target)
        found: dict[Target, set[str]] = defaultdict(set)
        for start in self.sweeps:
            waiting, seen = [start], set[Target]()
            while waiting:
                one = waiting.pop()
                if one not in seen:
                    seen.add(one)
                    found[one].add(start.path)
                    waiting += holders.get(one, ())
        return {target: frozenset(paths) for target, paths in found.items()}

    def leads_to(self, target: Target) -> frozenset[str]:
        """The modules whose sweeps a function runs."""
        return self._sweeping.get(target, frozenset())

    def run_by(self, path: str) -> frozenset[str]:
        """The modules whose sweeps run when a module does."""
        symbols = set(self.facts[path].functions[BODY].calls)
        symbols |= {OWN + name for module, name in self.commands if module == path}
        return frozenset().union(
            *(self.leads_to(one) for symbol in symbols for one in self.denoted(path, Named(symbol)))
        )

    def is_command(self, path: str) -> bool:
        """Whether a function of a module that runs sweeps is a command of the project."""
        return bool(self.run_by(path)) and any(module == path for module, _ in self.commands)
