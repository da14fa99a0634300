"""Whether the files of an installed Ray alone show that it takes a use, without running them.

To import a Ray takes seconds and hundreds of megabytes, and what is written nearly always fits. So
a use that surely fits is not asked about. What a name may stand for depends on branches that are
not decided here: it fits where all of that takes the use, and nothing is said where one does not,
or where something is not understood.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from inspect import Parameter, Signature
from typing import TYPE_CHECKING

from raytune_migrate.installed.declared import (
    Bound,
    Class,
    Declared,
    Decorator,
    Function,
    Imported,
    declared,
)
from raytune_migrate.installed.decorates import Decorates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from raytune_migrate.installed.written import Call, Use

_ANNOTATIONS = "ray.util.annotations"  # whose decorators mark what they decorate
_DATACLASS = "dataclasses.dataclass"
_BARE = frozenset({"object", "abc.ABC", "typing.Generic"})  # bases that say nothing of arguments
_ELSEWHERE = Class((), (), {}, None, plain=True)  # a base that is of another package


class _Untold(Exception):
    """The files do not tell."""


@dataclass(frozen=True, slots=True)
class _Found:
    """An object, and the module that its own names are looked up in."""

    what: Class | Function | Declared | None  # None: some value
    module: Declared


def surely_fits(use: Use, packages: Mapping[str, Path]) -> bool:
    """Whether the files of ``packages``, folders by the names they are imported by, take a use."""
    files = _Files(packages)
    try:
        every = files.objects(use.name)
        return use.call is None or all(_binds(files.signature(one), use.call) for one in every)
    except (_Untold, OSError, SyntaxError, ValueError):
        return False
    except RecursionError:  # names that lead to each other
        return False


def _binds(signature: Signature, call: Call) -> bool:
    bind = signature.bind_partial if call.open_ended else signature.bind
    try:
        bind(*[None] * call.positional, **dict.fromkeys(call.keywords))
    except TypeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Files:
    """The modules of some packages."""

    packages: Mapping[str, Path]

    def objects(self, name: str) -> list[_Found]:
        """All that a dotted name may stand for."""
        first, *parts = name.split(".")
        found = [self._module(first)]
        for part in parts:
            found = [inner for one in found for inner in self._members(one, part)]
        return found

    def signature(self, found: _Found) -> Signature:
        """How an object is called."""
        match found.what:
            case Function(signature=signature, decorators=decorators):
                if all(self._keeps_signature(one, found.module) for one in decorators):
                    return signature
            case Class():
                return self._signature_of_class(self._lineage(found))
        raise _Untold

    def _has(self, name: str) -> bool:
        return name.split(".", 1)[0] in self.packages

    def _module(self, name: str) -> _Found:
        package, *parts = name.split(".")
        if package not in self.packages:
            raise _Untold
        path = self.packages[package].joinpath(*parts)
        file = path / "__init__.py"
        module = declared(name, file if file.is_file() or not parts else path.with_suffix(".py"))
        return _Found(module, module)

    def _members(self, owner: _Found, name: str) -> list[_Found]:
        """All that an attribute may be."""
        match owner.what:
            case Declared(name=module, members=members) if "*" not in members:
                if name in members:
                    return self._followed(members[name], owner.module)
                return [self._module(f"{module}.{name}")]
            case Class():
                for cls, home in self._lineage(owner):
                    if cls is _ELSEWHERE:
                        break
                    if name in cls.members:
                        return [_of_class(one) for one in self._followed(cls.members[name], home)]
        raise _Untold

    def _followed(self, every: Sequence[Bound], module: Declared) -> list[_Found]:
        """What a name is bound to; it has to be bound by a statement that is always run."""
        if not any(one.always for one in every):
            raise _Untold
        found: list[_Found] = []
        for one in every:
            match one.to:
                case Imported(module=path, name=None):
                    found.append(self._module(path))
                case Imported(module=module.name, name=str(name)):  # of a package, from itself
                    found.append(self._module(f"{module.name}.{name}"))
                case Imported(module=path, name=str(name)):
                    found += self._members(self._module(path), name)
                case Class() | Function():
                    found.append(_Found(one.to, module))
                case _:
                    found.append(_Found(None, module))
        return found

    def _lineage(self, found: _Found) -> list[tuple[Class, Declared]]:
        """A class and those that it inherits from, in the order of lookups, with their modules."""
        cls, module = found.what, found.module
        if not isinstance(cls, Class):
            raise _Untold
        every = [(cls, module)]
        for name in [self._full_name(one, module) for one in cls.bases]:
            if not self._has(name):
                every += [] if name in _BARE else [(_ELSEWHERE, module)]
            else:
                (base,) = self.objects(name)
                every += self._lineage(base)
        return list(dict.fromkeys(reversed(every)))[::-1]  # a shared base comes last

    def _full_name(self, name: str, module: Declared) -> str:
        """The name of what a dotted name stands for in a module, by where that comes from.

        Of several it is one of another package, if there is one.
        """
        first, *rest = name.split(".")
        if first not in module.members:
            return name  # one of Python's own
        bound = [one.to for one in module.members[first]]
        imported = [one for one in bound if isinstance(one, Imported)]
        foreign = [one for one in imported if not self._has(one.module)]
        for one in foreign or (imported if len(bound) == 1 else ()):
            return ".".join([one.module, *([one.name] if one.name else []), *rest])
        return f"{module.name}.{name}"

    def _keeps_signature(self, one: Decorator, module: Declared) -> bool:
        """Whether a decorator leaves the arguments of what it decorates as they are."""
        keeping = Decorates.KEEPING_ONCE_CALLED if one.called else Decorates.KEEPING
        return all(
            found.module.name == _ANNOTATIONS
            or (isinstance(found.what, Function) and found.what.decorates is keeping)
            for found in self.objects(self._full_name(one.name, module))
        )

    def _signature_of_class(self, lineage: Sequence[tuple[Class, Declared]]) -> Signature:
        """How a class is called, of which ``lineage`` has all that it inherits from.

        Its own ``__init__`` counts where a base is of another package: that takes it, too.
        """
        fields: dict[str, Parameter] = {}
        signature: Signature | None = Signature()
        for cls, module in reversed(lineage):
            if cls is _ELSEWHERE:
                signature = None
                continue
            others = [
                one for one in cls.decorators if self._full_name(one.name, module) != _DATACLASS
            ]
            if not cls.plain or not all(self._keeps_signature(one, module) for one in others):
                raise _Untold
            if "__new__" in cls.members and not _takes_anything(cls.members["__new__"]):
                raise _Untold
            own = cls.members.get("__init__")
            if len(others) < len(cls.decorators):  # a dataclass
                if cls.fields is None or own is not None or signature is None:
                    raise _Untold
                fields |= {one.name: one for one in cls.fields}
                signature = Signature(list(fields.values()))
            elif own is not None:
                signature = _without_first(_only(own))
        if signature is None:
            raise _Untold
        return signature


def _of_class(found: _Found) -> _Found:
    """A member as it is called by its class's name."""
    match found.what:
        case Function(decorators=(Decorator(name="classmethod"), *others)) as function:
            signature = _without_first(function.signature)
            return replace(
                found, what=replace(function, signature=signature, decorators=tuple(others))
            )
        case Function(decorators=(Decorator(name="staticmethod"), *others)) as function:
            return replace(found, what=replace(function, decorators=tuple(others)))
    return found


def _takes_anything(members: Sequence[Bound]) -> bool:
    kinds = {one.kind for one in _without_first(_only(members)).parameters.values()}
    return kinds == {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}


def _only(members: Sequence[Bound]) -> Signature:
    """The signature of a method that is bound once."""
    match members:
        case [Bound(to=Function(signature=signature, decorators=()))]:
            return signature
    raise _Untold


def _without_first(signature: Signature) -> Signature:
    _, *others = signature.parameters.values()
    return signature.replace(parameters=others)
