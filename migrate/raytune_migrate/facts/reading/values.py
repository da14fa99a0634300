"""What an expression may be: values, by what the names in it are bound to."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.expressions.calling import ALL_DELAYED, AWAITED, CALLING_EACH, DELAYED
from raytune_migrate.expressions.collection_methods import GIVING_FUNCTIONS, PICKING_FUNCTIONS
from raytune_migrate.expressions.generated import FACTORIES, FIELDS
from raytune_migrate.facts.model import OWN, Called, Held, Item, Member, Named, Plain
from raytune_migrate.facts.reading.scopes import Scope, bases_of_method, class_around, name_of
from raytune_migrate.runtime.home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from raytune_migrate.facts.model import Value, Values

UNKNOWN = (Plain.UNKNOWN,)
_MANY = 12  # values that one expression may have; of more, the rest is not followed
_TRIES = 1000  # in circles; no name of 13,000 modules that people wrote takes as many
# What gives something that is given what a call is said to be of: ``Parallel(n_jobs=2)(runs)``.
_CALLED_TWICE = frozenset({Named(ALL_DELAYED), Named(ray_api.REMOTE)})
# What is given a function to have it called, and the method of what comes of it, a future, that
# gives what the function does.
_PROMISING = frozenset({"submit"})
_REDEEMED = "result"
# What says, as the default of a parameter, which function gives what that gets.
_INJECTING = frozenset({Named("fastapi.Depends"), Named("fastapi.Security")})
# What is given a function, or an object, first and gives one that is the same to Ray.
_TRANSPARENT = frozenset(
    {
        "functools.partial", "copy.copy", "copy.deepcopy", "dataclasses.replace",
        "asyncio.run", ray_api.REMOTE, *ray_api.TAKES_AND_KEEPS,
        DELAYED, f"{OWN}staticmethod", f"{OWN}classmethod",
        "ray.tune.with_parameters", "ray.tune.with_resources",
        f"{RUNTIME}.start_from_trial", f"{RUNTIME}.driver_for",
        f"{RUNTIME}.train_run_config", f"{RUNTIME}.tune_run_config",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """The names, by their scopes, that are being looked up, and those that are met from there."""

    names: frozenset[tuple[str, str]] = frozenset()
    met: set[tuple[str, str]] = field(default_factory=set)


def bound_to(name: str, scope: Scope, way: Way | None = None) -> Values:
    """What a name that is bound in a scope may be."""
    key = (scope.name, name)
    above = way.names if way is not None else frozenset()
    if way is not None and key in above:
        way.met.add(key)
        return ()
    values, met = _met_from(key, scope, above)
    if way is not None:
        way.met.update(met)
    return values


def _met_from(
    key: tuple[str, str], scope: Scope, above: frozenset[tuple[str, str]]
) -> tuple[Values, frozenset[tuple[str, str]]]:
    """What a name may be, and the names that this rests on; ``above`` are those that ask for it.

    In a circle it depends on where that was entered, and is found anew; but not without end, where
    many names rest on each other.
    """
    _, name = key
    known = scope.known.get(name)
    if known is not None and known[1].isdisjoint(above):
        return known
    scope.asked[name] += 1
    if scope.asked[name] > _TRIES:
        return UNKNOWN, frozenset({key})
    found: dict[Value, None] = {}
    way = Way(above | {key})
    for one in scope.bound.get(name, ()):
        some = values_of(one[1], one[0], way) if isinstance(one, tuple) else (one,)
        found.update(dict.fromkeys(some))
    values = tuple(found) if len(found) <= _MANY else (*list(found)[:_MANY], Plain.UNKNOWN)
    result = values, frozenset(way.met | {key})
    if way.met.isdisjoint(above):
        scope.known[name] = result
    return result


def _found(name: str, scope: Scope, way: Way | None) -> Values:
    around: Scope | None = scope
    while around is not None:
        # What is in a class is not seen from its methods.
        visible = around is scope or not isinstance(around.node, ast.ClassDef)
        if visible and name in around.bound:
            return bound_to(name, around, way)
        around = around.outer
    return (Named(f"{OWN}{name}"),)  # a builtin, or what a star import brings


def values_of(node: ast.expr, scope: Scope, way: Way | None = None) -> Values:
    """What an expression may be."""
    match node:
        case ast.Constant():
            return (Plain.NONE,) if node.value is None else (Plain.OTHER,)
        case ast.Name():
            return _found(node.id, scope, way)
        case ast.Attribute(value=ast.Name(id=holder)) if (
            owner := class_around(holder, scope)
        ) is not None:
            return (Named(f"{OWN}{owner.name}.{node.attr}"),)
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
            bases = (values_of(one, where, way) for where, one in bases_of_method(scope))
            return tuple(_member(one, node.attr) for some in bases for one in some) or UNKNOWN
        case ast.Attribute(
            value=ast.Call(func=ast.Attribute(value=task, attr=ray_api.CHOOSES)),
            attr=ray_api.STARTS,
        ):
            return tuple(_member(one, node.attr) for one in values_of(task, scope, way))
        case ast.Attribute():
            return tuple(_member(one, node.attr) for one in values_of(node.value, scope, way))
        case ast.IfExp():
            return _several((node.body, node.orelse), scope, way)
        case ast.BoolOp():
            return _several(node.values, scope, way)
        case ast.NamedExpr():
            return values_of(node.value, scope, way)
        case ast.Subscript():
            return tuple(_item(one) for one in values_of(node.value, scope, way))
        case ast.List() | ast.Tuple() | ast.Set():
            return _held(node.elts, scope, way)
        case ast.Dict():
            return _held(node.values, scope, way)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return _held((node.elt,), scope, way)
        case ast.DictComp():
            return _held((node.value,), scope, way)
        case ast.Call():
            return _of_call(node, scope, way)
        case ast.Lambda():
            name = name_of(node)
            return (Named(f"{OWN}{scope.qualified(name)}"),)
        case ast.Await():
            return values_of(node.value, scope, way)  # a coroutine is read as what it gives
        case ast.Yield() | ast.YieldFrom() | ast.Starred():
            return UNKNOWN
        case _:
            return (Plain.OTHER,)


def _of_call(node: ast.Call, scope: Scope, way: Way | None) -> Values:
    """What a call may give."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if (
            name in GIVING_FUNCTIONS and not _is_bound(name, scope)
        ):
            given = values_of(first, scope, way)
            return tuple(_item(one) for one in given) if name in PICKING_FUNCTIONS else given
        case ast.Call(
            func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str() as name), *_]
        ) if name.isidentifier() and not _is_bound("getattr", scope):
            return values_of(ast.Attribute(value=owner, attr=name, ctx=ast.Load()), scope, way)
        case ast.Call(func=ast.Name(id="type"), args=[one], keywords=[]) if not _is_bound(
            "type", scope
        ):
            made = values_of(one, scope, way)
            return tuple(_class(each) for each in made)
        case ast.Call(func=ast.Call(func=function), args=[every]) if not _CALLED_TWICE.isdisjoint(
            values_of(function, scope, way)
        ):
            return values_of(every, scope, way)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[first, *rest]) if (
            name in _PROMISING or (name in CALLING_EACH and rest)
        ):
            # Each element of what map() gives, and what a future has, is what the function gives.
            return (Held(_called(values_of(first, scope, way), node)),)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if (
            name in AWAITED and len(args) > AWAITED[name]
        ):
            return _called(values_of(args[AWAITED[name]], scope, way), node)
        case ast.Call(func=ast.Attribute(value=future, attr=name), args=[]) if name == _REDEEMED:
            return _redeemed(values_of(future, scope, way), node)
        case _:
            return _given_back(node, scope, way)


def _given_back(node: ast.Call, scope: Scope, way: Way | None) -> Values:
    """What a function that is called gives, or the very thing that it is given."""
    functions = values_of(node.func, scope, way)
    if node.args and not _INJECTING.isdisjoint(functions):
        return _called(values_of(node.args[0], scope, way), node)
    inner = _given_first(node)
    if inner is not None and any(
        isinstance(one, Named) and _plain_name(one.symbol) in _TRANSPARENT for one in functions
    ):
        return values_of(inner, scope, way)
    if any(isinstance(one, Named) and one.symbol in FIELDS for one in functions):
        return _of_field(node, scope, way)
    return _called(functions, node)


def _given_first(call: ast.Call) -> ast.expr | None:
    """What a call is given first, by the name that it has in Ray's own functions too."""
    named = (one.value for one in call.keywords if one.arg == "trainable")
    return call.args[0] if call.args else next(named, None)


def _called(functions: Values, call: ast.Call) -> Values:
    return tuple(one if isinstance(one, Plain) else Called(one, call.lineno) for one in functions)


def _redeemed(values: Values, call: ast.Call) -> Values:
    """What ``result()`` gives: of a future, or of an object that has a method of the name."""
    held = [_item(one) for one in values if isinstance(one, Held | Item)]
    own = [_member(one, _REDEEMED) for one in values if not isinstance(one, Held)]
    return (*held, *_called(tuple(own), call)) or UNKNOWN


def _of_field(call: ast.Call, scope: Scope, way: Way | None) -> Values:
    """What ``field(...)`` says that a field of a dataclass, or its like, is."""
    for one in call.keywords:
        if one.arg == "default":
            return values_of(one.value, scope, way)
        if one.arg in FACTORIES:
            return _called(values_of(one.value, scope, way), call)
    return values_of(call.args[0], scope, way) if call.args else UNKNOWN


def _held(nodes: Sequence[ast.expr], scope: Scope, way: Way | None) -> Values:
    """A container of some expressions; of many the first, as most are of one kind."""
    values = _several(nodes[:_MANY], scope, way)
    return (Plain.OTHER,) if all(isinstance(one, Plain) for one in values) else (Held(values),)


def _several(nodes: Iterable[ast.expr], scope: Scope, way: Way | None) -> Values:
    return tuple(dict.fromkeys(chain.from_iterable(values_of(one, scope, way) for one in nodes)))


def _is_bound(name: str, scope: Scope) -> bool:
    """Whether a module gives a name of Python's own another meaning in a scope."""
    around: Scope | None = scope
    while around is not None:
        if name in around.bound:
            return True
        around = around.outer
    return False


def _class(value: Value) -> Value:
    """The class of what calling something gives, if that is a class."""
    return value.function if isinstance(value, Called) else Plain.UNKNOWN


def _item(value: Value) -> Value:
    return Plain.UNKNOWN if isinstance(value, Plain) else Item(value)


def _member(value: Value, name: str) -> Value:
    match value:
        case Named():
            return Named(f"{value.symbol}.{name}")
        case Plain():
            return Plain.UNKNOWN
        case _:
            return Member(value, name)


def _plain_name(symbol: str) -> str:
    """The name by which the runtime is known, also where it is a copy in a package."""
    return f"{RUNTIME}.{symbol.rpartition('.')[2]}" if f"{RUNTIME}." in symbol else symbol
