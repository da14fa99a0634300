"""From the text of a module to its facts, by Python's own parser: a tenth of LibCST's time."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.facts.model import (
    BODY,
    OWN,
    Called,
    Function,
    Item,
    Member,
    ModuleFacts,
    Named,
    Parameter,
    Passed,
    Plain,
)
from raytune_migrate.runtime_home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from raytune_migrate.facts.model import Value, Values

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_UNKNOWN = (Plain.UNKNOWN,)
_MANY = 12  # values that one expression may have; of more, the rest is not followed
# What is given a function, or an object, first and gives one that is the same to Ray.
_TRANSPARENT = frozenset(
    {
        "functools.partial", "copy.copy", "copy.deepcopy", "dataclasses.replace",
        "ray.tune.with_parameters", "ray.tune.with_resources",
        f"{RUNTIME}.start_from_trial", f"{RUNTIME}.driver_for",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Scope:
    """A module, class or function, and what its names are bound to."""

    name: str  # qualified
    node: ast.Module | ast.ClassDef | _Function
    outer: _Scope | None
    nodes: tuple[ast.AST, ...]  # its own, without what is in the functions and classes in it
    bound: dict[str, list[tuple[_Scope, ast.expr] | Value]] = field(default_factory=dict)
    known: dict[str, Values] = field(default_factory=dict)  # what was looked up in it before

    def bind(self, name: str, value: tuple[_Scope, ast.expr] | Value) -> None:
        """Note one more binding of a name."""
        self.bound.setdefault(name, []).append(value)


def module_facts(source: str | bytes) -> ModuleFacts | None:
    """The facts of a module; None where this Python cannot parse it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    try:
        return _facts(tree)
    except RecursionError:
        return None


def _facts(tree: ast.Module) -> ModuleFacts:
    scopes = list(_scopes(tree))
    module = scopes[0]
    imports, stars = _bind_all(scopes)
    functions: dict[str, Function] = {}
    inner: dict[int, set[str]] = {}  # what is mentioned in the scopes inside one
    passed: list[Passed] = []
    fitted: list[Value] = []
    for scope in reversed(scopes):  # what is inside comes first
        names, calls = set[str](), set[str]()
        for node in scope.nodes:
            if isinstance(node, ast.Call):
                called = _values(node.func, scope)
                calls.update(_symbols(called))
                passed += _arguments(node, called, scope)
                if isinstance(node.func, ast.Attribute) and node.func.attr == "fit":
                    fitted += _values(node.func.value, scope)
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                names.update(_symbols(_values(node, scope)))
        names |= inner.get(id(scope), set())
        if scope.outer is not None:
            inner.setdefault(id(scope.outer), set()).update(names)
        functions[scope.name] = Function(
            parameters=tuple(one.arg for one in _parameters(scope.node)),
            returns=_returns(scope),
            names=frozenset(names),
            calls=frozenset(calls),
            is_method=scope.outer is not None and isinstance(scope.outer.node, ast.ClassDef),
        )
    return ModuleFacts(
        imports=frozenset(imports),
        stars=tuple(stars),
        variables={
            (name if scope is module else f"{scope.name}.{name}"): _bound_to(name, scope)
            for scope in scopes
            if isinstance(scope.node, ast.Module | ast.ClassDef)
            for name in scope.bound
        },
        functions=functions,
        bases={
            one.name: tuple(
                chain.from_iterable(
                    _symbols(_values(base, one.outer or module)) for base in one.node.bases
                )
            )
            for one in scopes
            if isinstance(one.node, ast.ClassDef)
        },
        passed=tuple(passed),
        fitted=tuple(dict.fromkeys(fitted)),
    )


# --- scopes and what is bound in them ---------------------------------------


def _scopes(tree: ast.Module) -> Iterator[_Scope]:
    """Every scope, outer ones first."""
    waiting = [_Scope(BODY, tree, None, tuple(_own(tree)))]
    while waiting:
        scope = waiting.pop(0)
        yield scope
        for node in scope.nodes:
            if isinstance(node, _SCOPES):
                name = _name_of(node)
                qualified = f"{scope.name}.{name}" if scope.name else name
                waiting.append(_Scope(qualified, node, scope, tuple(_own(node))))


def _name_of(node: ast.ClassDef | _Function) -> str:
    if isinstance(node, ast.Lambda):
        return f"<lambda {node.lineno}:{node.col_offset}>"
    return node.name


def _own(node: ast.Module | ast.ClassDef | _Function) -> Iterator[ast.AST]:
    """The nodes of a scope, with the functions and classes in it, but not what is in those."""
    waiting: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    while waiting:
        one = waiting.pop()
        yield one
        match one:
            case ast.Lambda():
                waiting += _defaults(one)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                waiting += [*one.decorator_list, *_defaults(one)]
            case ast.ClassDef():
                waiting += [*one.decorator_list, *one.bases, *one.keywords]
            case ast.Attribute() if _is_dotted(one):
                pass  # seen as a whole
            case _:
                waiting += ast.iter_child_nodes(one)


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _defaults(node: _Function) -> list[ast.expr]:
    return [*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)]


def _parameters(node: ast.AST) -> list[ast.arg]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return []
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _bind_all(scopes: Sequence[_Scope]) -> tuple[set[str], list[str]]:
    """Fill in what every name is bound to; gives what is imported, and of which modules all is."""
    imports, stars = set[str](), list[str]()
    by_node = {id(one.node): one for one in scopes}
    for scope in scopes:
        _bind_parameters(scope)
        outside = {
            name
            for node in scope.nodes
            if isinstance(node, ast.Global | ast.Nonlocal)
            for name in node.names
        }
        home = scopes[0]
        for node in scope.nodes:
            match node:
                case ast.Import():
                    for one in node.names:
                        imports.add(one.name)
                        symbol = one.name if one.asname else one.name.partition(".")[0]
                        scope.bind(one.asname or symbol, Named(symbol))
                case ast.ImportFrom():
                    base = "." * node.level + (node.module or "")
                    imports.add(base)
                    for one in node.names:
                        if one.name == "*":
                            stars.append(base)
                            continue
                        symbol = f"{base}{'' if base.endswith('.') else '.'}{one.name}"
                        imports.add(symbol)
                        scope.bind(one.asname or one.name, Named(symbol))
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    scope.bind(node.name, Named(f"{OWN}{by_node[id(node)].name}"))
                case ast.Assign():
                    for target in node.targets:
                        _bind(target, node.value, scope, home, outside)
                case ast.AnnAssign() | ast.NamedExpr() if node.value is not None:
                    _bind(node.target, node.value, scope, home, outside)
                case ast.AugAssign():
                    _bind(node.target, None, scope, home, outside)
                case ast.For() | ast.AsyncFor() | ast.comprehension():
                    _bind_items(node.target, node.iter, scope, home, outside)
                case ast.withitem() if node.optional_vars is not None:
                    _bind(node.optional_vars, None, scope, home, outside)
                case (
                    ast.ExceptHandler(name=str() as name)
                    | ast.MatchAs(name=str() as name)
                    | ast.MatchStar(name=str() as name)
                ):
                    scope.bind(name, Plain.UNKNOWN)
                case _:
                    pass
    return imports, stars


def _bind_parameters(scope: _Scope) -> None:
    node = scope.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return
    for one in _parameters(node):
        scope.bind(one.arg, Parameter(scope.name, one.arg))
    for rest in (node.args.vararg, node.args.kwarg):
        if rest is not None:
            scope.bind(rest.arg, Plain.UNKNOWN)
    placed = [*node.args.posonlyargs, *node.args.args]
    some = zip(reversed(placed), reversed(node.args.defaults), strict=False)
    words = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    for argument, default in chain(some, words):
        if default is not None and scope.outer is not None:
            scope.bind(argument.arg, (scope.outer, default))


def _bind(
    target: ast.expr,
    value: ast.expr | None,
    scope: _Scope,
    module: _Scope,
    outside: Iterable[str],
) -> None:
    """Bind a target to an expression; None where what it gets cannot be followed."""
    given: tuple[_Scope, ast.expr] | Value = (scope, value) if value else Plain.UNKNOWN
    match target:
        case ast.Name():
            (module if target.id in outside else scope).bind(target.id, given)
        case ast.Attribute(value=ast.Name(id=holder)):
            owner = _class_of(holder, scope)
            if owner is not None:
                owner.bind(target.attr, given)
        case ast.Tuple() | ast.List():
            parts: Sequence[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
                every = (*value.elts, *target.elts)
                parts = parts if any(isinstance(one, ast.Starred) for one in every) else value.elts
            for one, part in zip(target.elts, parts, strict=True):
                _bind(one, part, scope, module, outside)
        case ast.Starred():
            _bind(target.value, None, scope, module, outside)
        case _:
            pass


def _bind_items(
    target: ast.expr, row: ast.expr, scope: _Scope, module: _Scope, outside: Iterable[str]
) -> None:
    if isinstance(target, ast.Name) and target.id not in outside:
        if isinstance(row, ast.Tuple | ast.List):
            for one in row.elts:
                scope.bind(target.id, (scope, one))
        else:
            item = ast.Subscript(value=row, slice=ast.Constant(0), ctx=ast.Load())
            scope.bind(target.id, (scope, item))
    else:
        _bind(target, None, scope, module, outside)


def _class_of(holder: str, scope: _Scope) -> _Scope | None:
    """The class around a method, if ``holder`` is what the method calls its object."""
    around = scope
    while around.outer is not None:
        outer = around.outer
        if isinstance(outer.node, ast.ClassDef):
            first = next(iter(_parameters(around.node)), None)
            return outer if first is not None and first.arg == holder else None
        around = outer
    return None


# --- values ------------------------------------------------------------------


def _bound_to(name: str, scope: _Scope, seen: frozenset[tuple[str, str]] = frozenset()) -> Values:
    """What a name that is bound in a scope may be."""
    key = (scope.name, name)
    if key in seen:
        return ()
    found: dict[Value, None] = {}
    for one in scope.bound.get(name, ()):
        some = _values(one[1], one[0], seen | {key}) if isinstance(one, tuple) else (one,)
        found.update(dict.fromkeys(some))
    return tuple(found) if len(found) <= _MANY else (*list(found)[:_MANY], Plain.UNKNOWN)


def _looked_up(name: str, scope: _Scope, seen: frozenset[tuple[str, str]]) -> Values:
    if seen:  # in a circle it depends on where that was entered
        return _found(name, scope, seen)
    if name not in scope.known:
        scope.known[name] = _found(name, scope, seen)
    return scope.known[name]


def _found(name: str, scope: _Scope, seen: frozenset[tuple[str, str]]) -> Values:
    around: _Scope | None = scope
    while around is not None:
        # What is in a class is not seen from its methods.
        visible = around is scope or not isinstance(around.node, ast.ClassDef)
        if visible and name in around.bound:
            return _bound_to(name, around, seen)
        around = around.outer
    return (Named(f"{OWN}{name}"),)  # a builtin, or what a star import brings


def _values(
    node: ast.expr, scope: _Scope, seen: frozenset[tuple[str, str]] = frozenset()
) -> Values:
    """What an expression may be."""
    match node:
        case ast.Constant():
            return (Plain.NONE,) if node.value is None else (Plain.OTHER,)
        case ast.Name():
            return _looked_up(node.id, scope, seen)
        case ast.Attribute(value=ast.Name(id=holder)) if (
            owner := _class_of(holder, scope)
        ) is not None:
            return (Named(f"{OWN}{owner.name}.{node.attr}"),)
        case ast.Attribute():
            return tuple(_member(one, node.attr) for one in _values(node.value, scope, seen))
        case ast.IfExp():
            return _several((node.body, node.orelse), scope, seen)
        case ast.BoolOp():
            return _several(node.values, scope, seen)
        case ast.NamedExpr():
            return _values(node.value, scope, seen)
        case ast.Subscript():
            return tuple(
                Plain.UNKNOWN if isinstance(one, Plain) else Item(one)
                for one in _values(node.value, scope, seen)
            )
        case ast.Call():
            functions = _values(node.func, scope, seen)
            if node.args and any(
                isinstance(one, Named) and _plain_name(one.symbol) in _TRANSPARENT
                for one in functions
            ):
                return _values(node.args[0], scope, seen)
            return tuple(
                one if isinstance(one, Plain) else Called(one, node.lineno) for one in functions
            )
        case ast.Lambda():
            name = _name_of(node)
            return (Named(f"{OWN}{scope.name}.{name}" if scope.name else f"{OWN}{name}"),)
        case ast.Await() | ast.Yield() | ast.YieldFrom() | ast.Starred():
            return _UNKNOWN
        case _:
            return (Plain.OTHER,)


def _several(nodes: Iterable[ast.expr], scope: _Scope, seen: frozenset[tuple[str, str]]) -> Values:
    return tuple(dict.fromkeys(chain.from_iterable(_values(one, scope, seen) for one in nodes)))


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


def _symbols(values: Values) -> Iterator[str]:
    """The symbols among some values; the method of what a class makes is one too."""
    for one in values:
        match one:
            case Named():
                yield one.symbol
            case Member(of=Called(function=Named(symbol=made)), name=name):
                yield f"{made}.{name}"
            case _:
                pass


def _arguments(node: ast.Call, called: Values, scope: _Scope) -> Iterator[Passed]:
    """The arguments of a call that may be of interest to others."""
    given: list[tuple[str | int, ast.expr]] = []
    for index, one in enumerate(node.args):
        if isinstance(one, ast.Starred):
            break
        given.append((index, one))
    given += [(one.arg, one.value) for one in node.keywords if one.arg is not None]
    for argument, expression in given:
        values = tuple(one for one in _values(expression, scope) if not isinstance(one, Plain))
        if values:
            yield from (
                Passed(one, argument, values, scope.name, node.lineno)
                for one in called
                if not isinstance(one, Plain)
            )


def _returns(scope: _Scope) -> Values:
    node = scope.node
    if isinstance(node, ast.Lambda):
        return _values(node.body, scope)
    if not isinstance(node, ast.FunctionDef):
        return _UNKNOWN
    found: dict[Value, None] = {}
    for one in scope.nodes:
        if isinstance(one, ast.Yield | ast.YieldFrom):
            return _UNKNOWN
        if isinstance(one, ast.Return):
            some = _values(one.value, scope) if one.value is not None else (Plain.NONE,)
            found.update(dict.fromkeys(some))
    return tuple(found) or (Plain.NONE,)
