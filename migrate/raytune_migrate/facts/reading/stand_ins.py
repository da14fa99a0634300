"""What binds names only where Ray has no Train V2, in modules for several of its releases.

``try: from ray.train import RunConfig``, ``except ImportError: from ray.air import RunConfig``;
``if Version(ray.__version__) >= Version("2.7")`` with ``else:`` below it.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from raytune_migrate import ray_api
from raytune_migrate.module.syntax import CATCHING_IMPORTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_FLOOR = Version(ray_api.RUNTIME_NEEDS)
_ABOVE, _BELOW = (ast.Gt, ast.GtE), (ast.Lt, ast.LtE)


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[ast.alias, str, str]]:
    """What an import binds: each with its name, and the symbol that this stands for."""
    for one in node.names:
        if isinstance(node, ast.Import):
            symbol = one.name if one.asname else one.name.partition(".")[0]
            yield one, one.asname or symbol, symbol
        else:
            base = "." * node.level + (node.module or "")
            symbol = f"{base}{'' if base.endswith('.') else '.'}{one.name}"
            yield one, one.asname or one.name, symbol


def named_releases(nodes: Iterable[ast.AST]) -> dict[str, ast.expr]:
    """What the names of a module stand for that are bound once, to what is made of Ray's release.

    ``RAY = Version(ray.__version__)``, or a test of it.
    """
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name].append(value)
            case _:
                pass
    alone = {name: values[0] for name, values in found.items() if len(values) == 1}
    releases = {name: value for name, value in alone.items() if _is_of_ray(value, {})}
    tests = {name: value for name, value in alone.items() if _holds(value, releases) is not None}
    return releases | tests


def not_in_force(nodes: Iterable[ast.AST], named: Mapping[str, ast.expr]) -> frozenset[int]:
    """Among some nodes, and in them, what binds no name where Ray has Train V2, by identity.

    ``named`` are the names that stand for Ray's release.
    """
    found = set[int]()
    for node in nodes:
        match node:
            case ast.Try(body=tried, handlers=handlers):
                catching = [one.body for one in handlers if _catches_imports(one)]
                found.update(_without_effect(tried, list(chain.from_iterable(catching))))
            case ast.If(test=test, body=body, orelse=[_, *_] as orelse):
                holding = _holds(test, named)
                if holding is not None:
                    first, others = (body, orelse) if holding else (orelse, body)
                    found.update(_without_effect(first, others))
            case _:
                pass
    return frozenset(found)


def _without_effect(first: Iterable[ast.stmt], others: Iterable[ast.stmt]) -> Iterator[int]:
    """The bindings of a name that Ray's release decides on, but for those that it decides for.

    What comes ``first`` is what a Ray with Train V2 brings, if it is not gone from it.
    """
    ours, instead = _bound(first), _bound(others)
    for name in ours.keys() & instead.keys():
        of_ray = [(one, symbol) for one, symbol in ours[name] if symbol.partition(".")[0] == "ray"]
        gone = [one for one, symbol in of_ray if ray_api.is_gone(symbol)]
        if len(gone) < len(of_ray):
            yield from (id(one) for one, _ in instead[name])
        if len(gone) < len(of_ray) or len(gone) == len(ours[name]):
            yield from map(id, gone)


def _bound(statements: Iterable[ast.stmt]) -> dict[str, list[tuple[ast.AST, str]]]:
    """The names that some statements bind, each with what it stands for, if it is imported."""
    found: dict[str, list[tuple[ast.AST, str]]] = defaultdict(list)
    for node in chain.from_iterable(map(ast.walk, statements)):
        match node:
            case ast.Import() | ast.ImportFrom():
                for one, name, symbol in imported(node):
                    found[name].append((one, symbol))
            case ast.Assign(targets=[ast.Name()], value=ast.Constant(value=None)):
                pass  # of no release: it says that Ray may be missing
            case ast.Assign(targets=[ast.Name(id=name)]):
                found[name].append((node, ""))
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found[name].append((node, ""))
            case _:
                pass
    return found


def _catches_imports(handler: ast.ExceptHandler) -> bool:
    kind = handler.type
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return kind is None or any(
        isinstance(one, ast.Name) and one.id in CATCHING_IMPORTS for one in kinds
    )


def _holds(test: ast.expr, named: Mapping[str, ast.expr]) -> bool | None:
    """Whether a test of Ray's release holds with all that have Train V2; None if not for all."""
    match test:
        case ast.Name(id=name) if name in named:
            return _holds(named[name], {one: value for one, value in named.items() if one != name})
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            holding = _holds(inner, named)
            return None if holding is None else not holding
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            above, below = isinstance(operator, _ABOVE), isinstance(operator, _BELOW)
            if _is_of_ray(right, named):
                left, right, above, below = right, left, below, above
            release = _release(right) if _is_of_ray(left, named) else None
            known = release is not None and release <= _FLOOR and (above or below)
            return above if known else None
        case _:
            return None


def _is_of_ray(node: ast.expr, named: Mapping[str, ast.expr]) -> bool:
    """Whether an expression is made of ``ray.__version__``, or is a name for what is."""
    if isinstance(node, ast.Name):
        return node.id in named and _is_of_ray(named[node.id], {})
    return any(
        isinstance(one, ast.Attribute)
        and one.attr == "__version__"
        and isinstance(one.value, ast.Name)
        and one.value.id == "ray"
        for one in ast.walk(node)
    )


def _release(node: ast.expr) -> Version | None:
    """The release that is written out: ``"2.7"``, ``Version("2.7")`` or ``(2, 7)``."""
    if isinstance(node, ast.Call) and len(node.args) == 1:
        node = node.args[0]
    try:
        value = ast.literal_eval(node)
        text = ".".join(map(str, value)) if isinstance(value, tuple | list) else value
        return Version(text) if isinstance(text, str) else None
    except (InvalidVersion, ValueError):
        return None
