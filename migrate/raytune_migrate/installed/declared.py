"""What a Python file declares at its top level, read without running it.

Only what a call or an import of its names depends on: signatures, classes and where imported names
come from. Python's own parser reads the files, which are whole packages, and are not rewritten.
"""

from __future__ import annotations

import ast
import functools
from collections import defaultdict
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import TYPE_CHECKING

from raytune_migrate.installed.decorates import Decorates, decorates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from inspect import _ParameterKind
    from pathlib import Path

_EITHER = Parameter.POSITIONAL_OR_KEYWORD


@dataclass(frozen=True, slots=True)
class Imported:
    """A name that comes from another module: that module's whole name, and the name there.

    Without a ``name`` it is the module itself.
    """

    module: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Decorator:
    """A decorator by its dotted name, "" if it has none; ``called``: it is what a call returns."""

    name: str
    called: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A function, its decorators, and what it would do as one."""

    signature: Signature
    decorators: tuple[Decorator, ...]
    decorates: Decorates


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class: ``bases`` are dotted names, "" for one that has none.

    ``fields`` are its annotated names, as a dataclass would take them; None where that cannot be
    told. ``plain`` is whether it has no metaclass and no other keywords.
    """

    bases: tuple[str, ...]
    decorators: tuple[Decorator, ...]
    members: Mapping[str, Sequence[Bound]]
    fields: Sequence[Parameter] | None
    plain: bool


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else that a name may stand for."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What one statement binds a name to; ``always``: it is one that is always run."""

    to: Imported | Function | Class | Other
    always: bool


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """A module: its whole name, and all that its names may be bound to, in source order."""

    name: str
    members: Mapping[str, Sequence[Bound]]


@functools.cache
def declared(name: str, path: Path) -> Declared:
    """What the module ``name`` declares in the file at ``path``.

    Raises OSError, SyntaxError or ValueError where that is no Python file which this Python reads.
    """
    tree = ast.parse(path.read_bytes())
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return Declared(name, _members(tree.body, package))


def _members(body: Iterable[ast.stmt], package: str) -> Mapping[str, Sequence[Bound]]:
    members = defaultdict[str, list[Bound]](list)
    for name, bound in _bindings(body, package, always=True):
        members[name].append(bound)
    return dict(members)


def _bindings(
    body: Iterable[ast.stmt], package: str, *, always: bool
) -> Iterator[tuple[str, Bound]]:
    for statement in body:
        match statement:
            case ast.Import(names=names):
                for alias in names:
                    name = alias.asname or alias.name.partition(".")[0]
                    module = alias.name if alias.asname else name
                    yield name, Bound(Imported(module), always)
            case ast.ImportFrom(names=names):
                module = _absolute(statement, package)
                for alias in names:
                    yield alias.asname or alias.name, Bound(Imported(module, alias.name), always)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield statement.name, Bound(_function(statement), always)
            case ast.ClassDef():
                yield statement.name, Bound(_class(statement, package), always)
            case ast.Try(body=inner, handlers=handlers) if all(map(_raises, handlers)):
                yield from _bindings(inner, package, always=always)
                for inner in (statement.orelse, statement.finalbody):
                    yield from _bindings(inner, package, always=False)
            case _:
                for name in _names_of(statement):
                    yield name, Bound(Other(), always)
                for inner in _blocks(statement):
                    yield from _bindings(inner, package, always=False)


def _raises(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    above = package.split(".")[: 1 - node.level or None] if node.level else []
    return ".".join([*above, *([node.module] if node.module else [])])


def _names_of(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds, or deletes, by itself."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr | ast.withitem):
            for node in ast.walk(child):
                if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                    yield node.id


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield getattr(statement, field, [])
    for field in ("handlers", "cases"):
        for part in getattr(statement, field, []):
            yield part.body


def _class(node: ast.ClassDef, package: str) -> Class:
    return Class(
        bases=tuple(map(_name, node.bases)),
        decorators=tuple(map(_decorator, node.decorator_list)),
        members=_members(node.body, package),
        fields=_fields(node.body),
        plain=not node.keywords,
    )


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Function:
    decorators = tuple(map(_decorator, node.decorator_list))
    return Function(_signature(node.args), decorators, decorates(node))


def _decorator(node: ast.expr) -> Decorator:
    if not isinstance(node, ast.Call):
        return Decorator(_name(node), called=False)
    if {"init", "kw_only"} & {one.arg for one in node.keywords}:  # another dataclass than most
        return Decorator("", called=True)
    return Decorator(_name(node.func), called=True)


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=owner, attr=name):
            return f"{before}.{name}" if (before := _name(owner)) else ""
        case ast.Subscript(value=owner):
            return _name(owner)
    return ""


def _signature(arguments: ast.arguments) -> Signature:
    plain = [*arguments.posonlyargs, *arguments.args]
    required = len(plain) - len(arguments.defaults)
    first = len(arguments.posonlyargs)
    every = [
        _parameter(
            one.arg,
            Parameter.POSITIONAL_ONLY if number < first else _EITHER,
            has_default=number >= required,
        )
        for number, one in enumerate(plain)
    ]
    if arguments.vararg is not None:
        every.append(Parameter(arguments.vararg.arg, Parameter.VAR_POSITIONAL))
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        has_default = default is not None
        every.append(_parameter(one.arg, Parameter.KEYWORD_ONLY, has_default=has_default))
    if arguments.kwarg is not None:
        every.append(Parameter(arguments.kwarg.arg, Parameter.VAR_KEYWORD))
    return Signature(every)


def _parameter(name: str, kind: _ParameterKind, *, has_default: bool) -> Parameter:
    return Parameter(name, kind, default=None if has_default else Parameter.empty)


def _fields(body: Iterable[ast.stmt]) -> Sequence[Parameter] | None:
    fields: list[Parameter] = []
    for statement in body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                kind = ast.unparse(annotation)
                if "KW_ONLY" in kind or isinstance(value, ast.Call):  # it may be field(...)
                    return None
                if "ClassVar" not in kind:
                    fields.append(_parameter(name, _EITHER, has_default=value is not None))
    return tuple(fields)
