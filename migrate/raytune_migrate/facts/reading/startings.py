"""What a module starts beside other code: as tasks and actors of Ray, in threads, in processes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.expressions.calling import STARTERS, STARTING_BASES, STARTING_METHODS
from raytune_migrate.facts.model import OWN, Called, Named, followed
from raytune_migrate.facts.reading.scopes import bases_of
from raytune_migrate.facts.reading.values import values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.facts.model import Value, Values
    from raytune_migrate.facts.reading.scopes import Scope

_STARTERS = frozenset(map(Named, STARTERS))
_BASES = frozenset(map(Named, STARTING_BASES))


def started_by(node: ast.Call, called: Values, scope: Scope) -> Iterator[Value]:
    """What a call starts of what it is given: ``pool.submit(run)``, ``Thread(target=run)``."""
    method = node.func.attr if isinstance(node.func, ast.Attribute) else None
    starts = not _STARTERS.isdisjoint(called) or any(map(_is_remote, called))
    if method in STARTING_METHODS or starts:
        for one in (*node.args, *(keyword.value for keyword in node.keywords)):
            yield from followed(values_of(one, scope))


def started_as_such(scope: Scope) -> Iterator[Value]:
    """What is started whenever it is called, by its decorator or by what it derives from."""
    for one in scope.nodes:
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        decorators = (value for each in one.decorator_list for value in values_of(each, scope))
        derived = bases_of(one) if isinstance(one, ast.ClassDef) else ()
        bases = (value for each in derived for value in values_of(each, scope))
        if any(map(_is_remote, decorators)) or not _BASES.isdisjoint(bases):
            yield Named(f"{OWN}{scope.qualified(one.name)}")


def _is_remote(value: Value) -> bool:
    """Whether it is ``ray.remote``, or what that makes of options: ``ray.remote(num_cpus=1)``."""
    function = value.function if isinstance(value, Called) else value
    return function == Named(ray_api.REMOTE)
