"""What the objects of a project are to Ray: trainers, Tuners, results, RunConfigs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.elsewhere import Kind
from raytune_migrate.expressions.collection_methods import GIVING, TAKING
from raytune_migrate.facts.linking.targets import OfRay, Target
from raytune_migrate.facts.model import Called, Held, Item, Member, Named, Parameter, Plain
from raytune_migrate.facts.search.modules import Nowhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.facts.linking.arguments import Arguments
    from raytune_migrate.facts.linking.links import Links
    from raytune_migrate.facts.linking.symbols import Symbols
    from raytune_migrate.facts.linking.targets import Resolved
    from raytune_migrate.facts.model import Put, Value

_GRIDS = ("fit", "get_results")


@dataclass(frozen=True, slots=True)
class Origin:
    """What an object is, and the call that makes it, where it matters which that is.

    Of a Tuner, and of what comes of it, only the module is known.
    ``trainers`` are those that a ``fit()`` may be of. ``own`` is the class of the project that a
    trainer is of; ``is_trains`` says that a RunConfig is made by the name that it has in
    ``ray.train``.
    """

    kind: Kind
    path: str | None = None
    line: int = 0
    trainers: frozenset[Origin] = frozenset()
    own: Target | None = field(default=None, compare=False)
    is_trains: bool = field(default=False, compare=False)


UNKNOWN = Origin(Kind.UNKNOWN)
_OTHER = Origin(Kind.OTHER)
_OF_RAY = frozenset({Kind.TRAINER, Kind.TUNER, Kind.GRID})


def _method(call: Called) -> str:
    """The last part of the name of what is called."""
    match call.function:
        case Named(symbol=symbol):
            return symbol.rpartition(".")[2]
        case Member(name=name):
            return name
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class Objects:
    """What values make, as far as the modules can say."""

    symbols: Symbols
    arguments: Arguments
    links: Links
    _made: dict[tuple[str, Value], frozenset[Origin]] = field(default_factory=dict)

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
                found = self.symbols.resolve(path, value.symbol)
                if found is Nowhere.APART:
                    yield _OTHER
                elif isinstance(found, Nowhere):
                    member = self.symbols.through_object(path, value.symbol)
                    yield from self.made(path, member) if member else (UNKNOWN,)
                elif isinstance(found, OfRay) or self.symbols.is_code(found):
                    yield _OTHER
                else:
                    yield from self._read(found)
            case Member():
                attributes = self.links.attributes(path, value)
                for attribute in attributes:
                    yield from (
                        (_OTHER,) if self.symbols.is_code(attribute) else self._read(attribute)
                    )
                if not attributes:
                    yield UNKNOWN
            case Called():
                yield from self._called(path, value)
            case Item():
                grids = [one for one in self.made(path, value.of) if one.kind is Kind.GRID]
                yield from (replace(one, kind=Kind.RESULT) for one in grids)
                among = self._among(path, value.of)
                # What is a grid at one call may be a list of other things at the next.
                yield from (one for one in among if not grids or one.kind is Kind.FIT)
            case Parameter():
                if self.arguments.fixture(path, value) is None:
                    yield UNKNOWN  # others may call the function too
                for where, one in self.arguments.given(path, value):
                    yield from self.all_made(where, one.values)
            case Held() | Plain.OTHER:
                yield _OTHER
            case Plain.NONE:
                pass
            case _:
                yield UNKNOWN

    def _read(self, target: Target) -> Iterator[Origin]:
        """What a variable, an attribute or a property may be."""
        for one in self.symbols.bodies(target):
            yield from self.all_made(one.path, self.symbols.values(one))
            for where, value in self.links.put_on.get(one, ()):
                yield from self.made(where, value)

    def _among(self, path: str, container: Value) -> Iterator[Origin]:
        """What something out of a container may be."""
        found = self.links.elements(path, container)
        for where, one in found:
            yield from self.made(where, one)
        if not found:
            yield UNKNOWN

    def _called(self, path: str, call: Called) -> Iterator[Origin]:
        method = _method(call)
        if method in GIVING and self.links.elements(path, call):
            yield from self._among(path, call) if method in TAKING else (_OTHER,)
            return
        match call.function:
            case Member():
                yield from self._asked(path, call.function, call.line)
            case Named(symbol=symbol) if not isinstance(
                found := self.symbols.resolve(path, symbol), Target
            ):
                member = self.symbols.through_object(path, symbol)
                if member is not None:
                    yield from self._asked(path, member, call.line)
                elif symbol == ray_api.TRAIN_RUN_CONFIG:
                    yield Origin(Kind.RUN_CONFIG, path, call.line, is_trains=True)
                else:
                    yield from self._made_by(path, found, call.line)
            case Named() | Called() | Item() | Parameter():
                every = self.links.may_be(path, call.function)
                for one in every:
                    yield from self._made_by(path, one, call.line)
                # A container of classes may get others.
                if not every or any(isinstance(one, OfRay) for one in every):
                    yield UNKNOWN
            case _:
                yield UNKNOWN

    def _made_by(self, path: str, found: Resolved, line: int) -> Iterator[Origin]:
        """What calling an object gives."""
        match found:
            case OfRay(name=name):
                if name in ray_api.TRAINERS:
                    yield Origin(Kind.TRAINER, path, line)
                elif name in (ray_api.TUNER, ray_api.RESTORE):
                    yield Origin(Kind.TUNER, path)
                elif name == ray_api.GET_CONTEXT:
                    yield Origin(Kind.CONTEXT)
                elif name == ray_api.SCALING_CONFIG:
                    yield Origin(Kind.SCALING_CONFIG, path, line)
                elif name in (ray_api.TRAIN_RUN_CONFIG, ray_api.TUNE_RUN_CONFIG):
                    yield Origin(Kind.RUN_CONFIG, path, line)
                else:
                    is_class = name.rpartition(".")[2][:1].isupper()
                    yield _OTHER if is_class else UNKNOWN
            case Target() if self.symbols.is_class(found):
                yield from self._of_class(found, path, line)
            case Target() if (function := self.symbols.function(found)) is not None:
                yield from self.all_made(found.path, function.returns)
            case Nowhere.APART:
                yield _OTHER
            case _:
                yield UNKNOWN

    def _asked(self, path: str, method: Member, line: int) -> Iterator[Origin]:
        """What a method gives."""
        own = self.links.may_be(path, method)
        for one in own:
            yield from self._made_by(path, one, line)
        if any(isinstance(one, OfRay) for one in own):  # the attribute may be another's class
            yield UNKNOWN
        made = self.made(path, method.of)
        if own:  # a parameter may be said to be of a class that trainers and Tuners only look like
            made = frozenset(one for one in made if one.kind in _OF_RAY and one.own is None)
        if own and not made:
            return
        kinds = {one.kind for one in made}
        fits = Kind.TRAINER in kinds and method.name == "fit"
        if Kind.TUNER in kinds and method.name in _GRIDS:
            yield from (replace(one, kind=Kind.GRID) for one in made if one.kind is Kind.TUNER)
            if fits:
                yield self._fit(path, line, made)
        elif Kind.GRID in kinds and method.name == "get_best_result":
            yield from (replace(one, kind=Kind.RESULT) for one in made if one.kind is Kind.GRID)
        elif fits:
            yield self._fit(path, line, made)
            if kinds != {Kind.TRAINER}:
                yield UNKNOWN
        elif not own:
            yield UNKNOWN

    def _fit(self, path: str, line: int, of: Iterable[Origin]) -> Origin:
        trainers = frozenset(one for one in of if one.kind is Kind.TRAINER and one.line)
        return Origin(Kind.FIT, path, line, trainers)

    def _of_class(self, target: Target, path: str, line: int) -> Iterator[Origin]:
        """What an object of a class of the project is: a trainer, or a Tuner, if it derives from
        one."""
        classes, bases = self.symbols.ancestry(target)
        trainer = self.symbols.trainer_base(target)
        if self.symbols.is_tuner(target):
            yield Origin(Kind.TUNER, path)
        elif trainer is None:
            yield _OTHER
        elif ray_api.is_base_of_v2(trainer, len(bases)) and not any(
            map(self._has_internals, classes)
        ):
            yield Origin(Kind.TRAINER, path, line, own=target)
        else:
            yield Origin(Kind.OWN_TRAINER)

    def _has_internals(self, target: Target) -> bool:
        """Whether a class defines what Train V2 passes over in a trainer, or uses otherwise."""
        facts = self.symbols.facts[target.path]
        return any(
            f"{target.name}.{name}" in defined
            for name in ray_api.V1_INTERNALS
            for defined in (facts.functions, facts.variables)
        )


def puts(objects: Objects) -> Iterator[tuple[Origin, str, Put]]:
    """What RunConfigs are given after they were made: each with the module that gives it."""
    for path, facts in objects.symbols.facts.items():
        for put in facts.puts:
            for one in objects.all_made(path, put.of):
                if one.kind is Kind.RUN_CONFIG:
                    yield one, path, put
