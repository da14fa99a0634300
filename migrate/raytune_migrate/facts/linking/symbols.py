"""What the names of a project stand for, over all of its modules.

Where the modules cannot say, the answer is that it is unknown; nothing is guessed from a spelling.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.facts.linking.reading_runs import GETS, getter, runs_where_read
from raytune_migrate.facts.linking.targets import OfRay, Resolved, Target
from raytune_migrate.facts.model import BODY, OWN, Called, Member, Named, Plain
from raytune_migrate.facts.reading.scopes import INIT, ITERATES, TUPLE
from raytune_migrate.facts.search.modules import Found, Nowhere
from raytune_migrate.runtime.home import of_runtime

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from raytune_migrate.facts.model import Function, ModuleFacts, Value, Values
    from raytune_migrate.facts.search.modules import Modules

_GIVES = "__getattr__"  # the function by which a module gives names that it does not bind


@dataclass(frozen=True)
class Symbols:
    """The facts of all modules of a project that matter, by the names in them.

    ``unread`` are the modules that could not be parsed. ``_bases_alone``: to find out which classes
    derive from which, where what a class leaves to those that do is not known yet.
    """

    modules: Modules
    facts: Mapping[str, ModuleFacts]
    unread: frozenset[str] = frozenset()
    _resolved: dict[tuple[str, str], Resolved] = field(default_factory=dict)
    _bases_alone: bool = False
    _descents: dict[Target, frozenset[Target]] = field(default_factory=dict)
    _relations: dict[Target, frozenset[Target]] = field(default_factory=dict)
    _overridings: dict[Target, tuple[Target, ...]] = field(default_factory=dict)
    _reads: dict[Target, bool] = field(default_factory=dict)

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
        own: Resolved = Target(found.path, BODY)
        if found.rest and (own := self._defined(found.path, found.rest)) is not Nowhere.FOREIGN:
            return own
        handed = self._handed_on(path, symbol, found)
        return own if isinstance(handed, Nowhere) else handed

    def _handed_on(self, path: str, symbol: str, module: Found) -> Resolved:
        """What a name stands for that a package has both for a module and for what it takes of it.

        After ``from .launch import launch`` the package's ``launch`` is the function: the module of
        that name was imported by then, and takes it only when it is.
        """
        name = symbol.removesuffix("".join(f".{one}" for one in module.rest))
        package, dot, last = name.rpartition(".")
        if not dot or not last or os.path.basename(module.path) != f"{last}.py":
            return Nowhere.FOREIGN
        found = self.modules.find(package or ".", path)
        if not isinstance(found, Found) or found.rest or found.path not in self.facts:
            return Nowhere.FOREIGN
        if found.path == path:
            return Nowhere.FOREIGN  # it takes it of the module
        values = self.facts[found.path].variables.get(last, ())
        taken = [one.symbol for one in values if isinstance(one, Named)]
        if not taken or len(taken) != len(values):
            return Nowhere.FOREIGN
        for one in taken:
            place = self.modules.find(one, found.path)
            if not isinstance(place, Found) or place.path != module.path or not place.rest:
                return Nowhere.FOREIGN
        return self._defined(found.path, (last, *module.rest))

    def _defined(self, path: str, parts: tuple[str, ...]) -> Resolved:
        """What a dotted name is inside a module."""
        facts = self.facts[path]
        dotted = ".".join(parts)
        if dotted in facts.functions and dotted != BODY:
            return Target(path, dotted)
        first, rest = parts[0], parts[1:]
        values = facts.variables.get(first)
        if values is None:
            starred = self._from_stars(path, facts, parts)
            gives = starred is Nowhere.FOREIGN and _GIVES in facts.functions
            return Nowhere.UNCLEAR if gives else starred
        if (found := self._by_other_name(path, first, values, rest)) is not None:
            return found
        if not rest:
            return Target(path, first)
        if dotted in facts.variables:
            own = facts.variables[dotted]
            named = self._by_other_name(path, dotted, own, ())
            return named or self._read_by(path, own) or Target(path, dotted)
        found = self._inherited(path, facts, parts)
        found = self._of_task(path, parts) if found is Nowhere.FOREIGN else found
        return self._left_open(path, parts) if found is Nowhere.FOREIGN else found

    def _read_by(self, path: str, held: Values) -> Target | None:
        """What runs where the attribute of a class is read, by what it holds: its ``__get__``."""
        if self._bases_alone or not self.has_attribute(GETS):
            return None
        found = {getter(self, path, one) for one in held}
        return found.pop() if len(found) == 1 else None

    def _left_open(self, path: str, parts: tuple[str, ...]) -> Resolved:
        """The attribute of a class that it has not, but classes that derive from it have.

        It is read as one that the class itself leaves to these in so many words.
        """
        own = Target(path, ".".join(parts))
        if self._bases_alone or ".".join(parts[:-1]) not in self.facts[path].bases:
            return Nowhere.FOREIGN
        deriving = self._deriving(Target(path, ".".join(parts[:-1])))
        is_bound = not self._binding(parts[-1]).isdisjoint(deriving)
        return own if is_bound or any(self._overriding(own)) else Nowhere.FOREIGN

    def _of_task(self, path: str, parts: tuple[str, ...]) -> Resolved:
        """What Ray is to run elsewhere: ``run.remote``, where ``run`` has nothing of this name; or
        what an actor has: ``Kind.remote().run``."""
        place = parts.index(ray_api.STARTS, 1) if ray_api.STARTS in parts[1:] else len(parts)
        found = self.resolve(path, OWN + ".".join(parts[:place])) if place < len(parts) else None
        if not isinstance(found, Target) or not self.is_code(found):
            return Nowhere.FOREIGN
        return self.resolve(found.path, OWN + ".".join((found.name, *parts[place + 1 :])))

    def _by_other_name(
        self, path: str, name: str, values: Values, rest: tuple[str, ...]
    ) -> Resolved | None:
        """What a name is that is only another one's: by an import, or ``Trainer = TorchTrainer``.

        An import that may fail and its fallback bring one and the same, or None.
        """
        values = tuple(one for one in values if one is not Plain.NONE)
        named = [one.symbol for one in values if isinstance(one, Named)]
        if not named or len(named) != len(values) or OWN + name in named:
            return None
        found = {self.resolve(path, ".".join((one, *rest))) for one in named}
        if name in self.facts[path].made and any(isinstance(one, OfRay) for one in found):
            return None  # what a call made of it may have arguments already
        return found.pop() if len(found) == 1 else None

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
        return next((found for _, found in self.starred(path, facts, parts)), Nowhere.FOREIGN)

    def has_from_ray(self, path: str, name: str) -> bool:
        """Whether a module has a name, which it does not bind, by a star import of Ray itself."""
        found = next(self.starred(path, self.facts[path], (name,)), None)
        return found is not None and found[0].split(".", 1)[0] == "ray"

    def starred(
        self, path: str, facts: ModuleFacts, parts: tuple[str, ...]
    ) -> Iterator[tuple[str, Resolved]]:
        """What star imports bring by a name, each with its module: the one that counts first."""
        for star in reversed(facts.stars):
            if star.split(".", 1)[0] == "ray":
                if parts[0] in ray_api.STAR_NAMES.get(star, ()):
                    yield star, OfRay(ray_api.public_name(".".join((star, *parts))))
                continue
            found = self.modules.find(star, path)
            if isinstance(found, Found) and found.path in self.facts and found.path != path:
                inner = self.resolve(found.path, OWN + ".".join(parts))
                if not isinstance(inner, Nowhere):
                    yield star, inner

    def through_object(self, path: str, symbol: str) -> Member | None:
        """What a symbol is that goes on from an object, as in ``self.experiment.build``.

        The object may be what a function gives: ``factory.build`` stands for ``factory().build``.
        """
        holder, _, name = symbol.rpartition(".")
        if not holder.strip(f".{OWN}"):
            return None
        found = self.resolve(path, holder)
        if isinstance(found, Target):
            if found.name == BODY or self.is_class(found):
                return None
            of = Called(Named(holder), 0) if self.is_code(found) else Named(holder)
            return Member(of, name)
        inner = self.through_object(path, holder) if found is Nowhere.FOREIGN else None
        return Member(inner, name) if inner is not None else None

    def function(self, target: Target) -> Function | None:
        """The function or class that a target is; None for a variable."""
        return self.facts[target.path].functions.get(target.name)

    def code(self, path: str, symbol: str) -> Target | None:
        """The function or class of the project that a symbol stands for."""
        found = self.resolve(path, symbol)
        return found if isinstance(found, Target) and self.function(found) is not None else None

    def is_code(self, target: Target) -> bool:
        """Whether a target is a function or a class, and no property."""
        return self.function(target) is not None and not self._is_read(target)

    def _is_read(self, target: Target) -> bool:
        """Whether a target is a function that runs where it is read, as a property does."""
        function = self.function(target)
        if function is None or function.is_property or not function.decorators:
            is_getter = target.name.endswith(f".{GETS}")
            return function is not None and (function.is_property or is_getter)
        if target not in self._reads:
            self._reads[target] = function.is_method and any(
                runs_where_read(self, target.path, one) for one in function.decorators
            )
        return self._reads[target]

    def is_class(self, target: Target) -> bool:
        """Whether a target is a class."""
        return target.name in self.facts[target.path].bases

    def is_plain_function(self, target: Target) -> bool:
        """Whether a target is a function: no class, no property, and no module."""
        return target.name != BODY and self.is_code(target) and not self.is_class(target)

    def trainer_base(self, target: Target) -> str | None:
        """The trainer of Ray that a class of the project derives from."""
        if not self.is_class(target):
            return None
        names = (one.name for one in self.ancestry(target)[1] if isinstance(one, OfRay))
        return next((one for one in names if one in ray_api.TRAINERS), None)

    def is_tuner(self, target: Target) -> bool:
        """Whether a class of the project derives from Ray's Tuner."""
        return self.is_class(target) and OfRay(ray_api.TUNER) in self.ancestry(target)[1]

    def ancestry(self, target: Target) -> tuple[list[Target], list[Resolved]]:
        """A class with those of the project that it derives from, and their other bases."""
        classes: list[Target] = []
        bases: list[Resolved] = []
        waiting = [target]
        while waiting:
            one = waiting.pop()
            if one in classes:
                continue
            classes.append(one)
            for base in self.facts[one.path].bases.get(one.name, ()):
                found = self.resolve(one.path, base)
                if isinstance(found, Target):
                    waiting.append(found)
                else:
                    bases.append(found)
        return classes, bases

    def values(self, target: Target) -> Values:
        """What a variable, or an attribute or a property of a class, may be."""
        function = self.function(target)
        if function is None:
            return self.facts[target.path].variables.get(target.name, ())
        return function.returns if self._is_read(target) else ()

    def returned(self, target: Target) -> Values:
        """What calling a function may give; nothing of a class."""
        function = self.function(target)
        return function.returns if function is not None and not self.is_class(target) else ()

    def bodies(self, target: Target) -> Iterator[Target]:
        """A function or a variable and, if a class has it, what those that derive have instead."""
        yield target
        if target not in self._overridings:
            self._overridings[target] = tuple(self._overriding(target))
        yield from self._overridings[target]

    def _overriding(self, member: Target) -> Iterator[Target]:
        """What classes of the project have in place of what they derive from another."""
        owner, _, name = member.name.rpartition(".")
        start = Target(member.path, owner)
        if name != ray_api.STARTS and self._binding(name).isdisjoint(self._related(start)):
            return
        waiting, seen = [start], set[Target]()
        while waiting:
            kind = waiting.pop()
            if kind in seen:
                continue
            seen.add(kind)
            for one in self._derived.get(kind, ()):
                waiting.append(one)
                own = Target(one.path, f"{one.name}.{name}")
                if self.function(own) is not None or own.name in self.facts[one.path].variables:
                    if name != INIT or one in self._beside_others:
                        yield own
                    continue
                if len(self.facts[one.path].bases[one.name]) == 1:
                    continue  # what it has is what its base has
                # Another class that it derives from may be looked into first.
                found = self.resolve(one.path, f"{OWN}{own.name}")
                if isinstance(found, Target) and found != member and "." in found.name:
                    yield found

    @cached_property
    def _beside_others(self) -> frozenset[Target]:
        """The classes that another derives from together with more.

        A constructor is called as that of a class, or of ``super()``: which is one of a class that
        derives from the caller's only where yet another derives from both.
        """
        every = ((path, kind) for path, facts in self.facts.items() for kind in facts.bases)
        mixed = (Target(*one) for one in every if len(self.facts[one[0]].bases[one[1]]) > 1)
        return frozenset(base for one in mixed for base in self.ancestry(one)[0] if base != one)

    @cached_property
    def unpacked(self) -> frozenset[Target]:
        """The classes whose objects give what is in them: named tuples, and those that say how."""
        tuples = {
            Target(path, kind)
            for path, facts in self.facts.items()
            for kind, bases in facts.bases.items()
            if any(one.rpartition(".")[2] == TUPLE for one in bases)
        }
        found = {*tuples, *self._binding(ITERATES)}
        return frozenset(found).union(*map(self._deriving, found))

    def fields(self, kind: Target) -> Iterator[Target]:
        """What the constructor that a class got takes, and its objects have."""
        function = self.function(Target(kind.path, f"{kind.name}.{INIT}"))
        if function is not None and function.is_generated:
            yield from (Target(kind.path, f"{kind.name}.{one}") for one in function.parameters[1:])

    def has_attribute(self, name: str) -> bool:
        """Whether a class of the project has an attribute of a name."""
        return name in self._bindings

    def _binding(self, name: str) -> frozenset[Target]:
        """The classes that bind an attribute of a name, themselves or for their objects."""
        return self._bindings.get(name, frozenset())

    @cached_property
    def _bindings(self) -> Mapping[str, frozenset[Target]]:
        found: dict[str, set[Target]] = defaultdict(set)
        for path, facts in self.facts.items():
            for one in (*facts.functions, *facts.variables):
                owner, _, name = one.rpartition(".")
                if owner:
                    found[name].add(Target(path, owner))
        return {name: frozenset(owners) for name, owners in found.items()}

    def _deriving(self, kind: Target) -> frozenset[Target]:
        """The classes that derive from one, however many are between."""
        if kind not in self._descents:
            found, waiting = set[Target](), [*self._derived.get(kind, ())]
            while waiting:
                one = waiting.pop()
                if one not in found:
                    found.add(one)
                    waiting += self._derived.get(one, ())
            self._descents[kind] = frozenset(found)
        return self._descents[kind]

    def _related(self, kind: Target) -> frozenset[Target]:
        """The classes that derive from one, and all that these derive from."""
        if kind not in self._relations:
            bases = (self.ancestry(one)[0] for one in self._deriving(kind))
            self._relations[kind] = frozenset[Target]().union(*bases)
        return self._relations[kind]

    @cached_property
    def filled(self) -> Mapping[Target, Sequence[tuple[str, Value]]]:
        """What other modules put into each container of one; each with its module."""
        found: dict[Target, list[tuple[str, Value]]] = defaultdict(list)
        for path, facts in self.facts.items():
            for one in facts.filled:
                container = self.resolve(path, one.container)
                if isinstance(container, Target):
                    found[container] += ((path, value) for value in one.values)
        return found

    @cached_property
    def _derived(self) -> Mapping[Target, list[Target]]:
        """The classes that derive from each of the project."""
        found: dict[Target, list[Target]] = defaultdict(list)
        symbols = replace(self, _resolved={}, _bases_alone=True)
        for path, facts in self.facts.items():
            for name, bases in facts.bases.items():
                for base in bases:
                    kind = symbols.resolve(path, base)
                    if isinstance(kind, Target):
                        found[kind].append(Target(path, name))
        return found
