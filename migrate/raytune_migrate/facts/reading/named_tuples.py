"""Classes of tuples with names that a call makes: ``Job = namedtuple("Job", "trainer space")``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from raytune_migrate.facts.model import Function, Named, Parameter
from raytune_migrate.facts.reading.scopes import INIT, TUPLE
from raytune_migrate.facts.reading.values import values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.facts.reading.scopes import Scope

_MAKING = frozenset({"collections.namedtuple", "typing.NamedTuple", "typing_extensions.NamedTuple"})
BASE = f"typing.{TUPLE}"


def named_tuples(module: Scope) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each such class of a module that has one meaning, with its fields."""
    for node in module.nodes:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Call(func=function, args=[_, fields])
            ) if len(module.bound.get(name, ())) == 1 and any(
                isinstance(one, Named) and one.symbol in _MAKING
                for one in values_of(function, module)
            ):
                yield name, tuple(_names(fields))
            case _:
                pass


def _names(fields: ast.expr) -> Iterator[str]:
    match fields:
        case ast.Constant(value=str() as text):
            yield from text.replace(",", " ").split()
        case ast.List(elts=every) | ast.Tuple(elts=every):
            for one in every:
                named = one.elts[0] if isinstance(one, ast.Tuple) and one.elts else one
                if isinstance(named, ast.Constant) and isinstance(named.value, str):
                    yield named.value
        case _:
            pass


def constructor(fields: tuple[str, ...]) -> Function:
    """What makes an object of such fields."""
    return Function(parameters=("self", *fields), is_method=True, is_generated=True)


def as_attributes(name: str, fields: tuple[str, ...]) -> dict[str, tuple[Parameter]]:
    """What the fields of a class are: what its constructor is given."""
    return {f"{name}.{one}": (Parameter(f"{name}.{INIT}", one),) for one in fields}
