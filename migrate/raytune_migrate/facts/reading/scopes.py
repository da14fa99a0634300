"""The scopes of a module, and what their names are bound to."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from raytune_migrate.expressions.generated import BASES, DECORATORS, NOT_TAKEN
from raytune_migrate.facts.model import BODY, OWN, Called, Named, Parameter, Plain
from raytune_migrate.facts.reading.patterns import captured
from raytune_migrate.facts.reading.stand_ins import imported, named_releases, not_in_force
from raytune_migrate.module.syntax import children

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from raytune_migrate.facts.model import Value, Values

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
# Of the nodes of a scope, those that bind names, and those that put something into what has one.
_BINDING = frozenset(
    {
        *(ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
        *(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.AugAssign),
        *(ast.For, ast.AsyncFor, ast.comprehension, ast.withitem),
        *(ast.ExceptHandler, ast.Match),
    }
)
PUTTING = frozenset({ast.Assign, ast.Call})
INIT = "__init__"
ENTER = "__enter__"
ITERATES = "__iter__"
TUPLE = "NamedTuple"
_GIVEN_CLASSES = frozenset({"__init_subclass__", "__class_getitem__", "__new__"})


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A module, class or function, and what its names are bound to."""

    name: str  # qualified
    node: ast.Module | ast.ClassDef | FunctionNode
    outer: Scope | None
    nodes: tuple[ast.AST, ...]  # its own, without what is in the functions and classes in it
    # Those that bind nothing where Ray has Train V2, by identity.
    idle: frozenset[int] = frozenset()
    bound: dict[str, list[tuple[Scope, ast.expr] | Value]] = field(default_factory=dict)
    # What was looked up in it before, and which names of which scopes that rests on.
    known: dict[str, tuple[Values, frozenset[tuple[str, str]]]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)  # how often that was found out anew

    def bind(self, name: str, value: tuple[Scope, ast.expr] | Value) -> None:
        """Note one more binding of a name."""
        self.bound.setdefault(name, []).append(value)

    def qualified(self, name: str) -> str:
        """A name of this scope as it goes by in the module."""
        return f"{self.name}.{name}" if self.name else name

    def forget(self) -> None:
        """Forget what it is bound to, by which it holds itself, and the tree of its module."""
        self.bound.clear()
        self.known.clear()


def every_scope(tree: ast.Module) -> Iterator[Scope]:
    """Every scope, outer ones first, but functions and classes that Train V2 never sees."""
    nodes = tuple(_own(tree))
    releases = named_releases(nodes)
    waiting = [Scope(BODY, tree, None, nodes, not_in_force(nodes, releases))]
    while waiting:
        scope = waiting.pop(0)
        yield scope
        for node in scope.nodes:
            if isinstance(node, _SCOPES) and id(node) not in scope.idle:
                name = scope.qualified(name_of(node))
                nodes = tuple(_own(node))
                waiting.append(Scope(name, node, scope, nodes, not_in_force(nodes, releases)))


def name_of(node: ast.ClassDef | FunctionNode) -> str:
    """The name of a function or class; a lambda goes by where it stands."""
    if isinstance(node, ast.Lambda):
        return f"<lambda {node.lineno}:{node.col_offset}>"
    return node.name


def _own(node: ast.Module | ast.ClassDef | FunctionNode) -> Iterator[ast.AST]:
    """The nodes of a scope, with the functions and classes in it, but not what is in those.

    Literals, which say nothing of names, are not among them.
    """
    waiting: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    while waiting:
        one = waiting.pop()
        if one.__class__ is ast.Constant:
            continue
        yield one
        if one.__class__ in _SCOPES:
            waiting += _outside(one)
        elif not _is_dotted(one):  # which is seen as a whole
            waiting += children(one)


def _outside(node: ast.AST) -> Iterator[ast.AST]:
    """What of a function or class is evaluated in the scope around it."""
    if isinstance(node, ast.ClassDef):
        yield from (*node.decorator_list, *node.bases, *node.keywords)
    elif isinstance(node, ast.Lambda):
        yield from _defaults(node)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield from (*node.decorator_list, *_defaults(node))


def _is_dotted(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.__class__ is ast.Name


def _defaults(node: FunctionNode) -> list[ast.expr]:
    return [*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)]


def parameters_of(node: ast.AST) -> list[ast.arg]:
    """The parameters of a function, ``*args`` and ``**kwargs`` aside; of anything else, none."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return []
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def rest_of(node: ast.AST) -> str | None:
    """The name of a function's ``**kwargs``."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.args.kwarg is not None:
        return node.args.kwarg.arg
    return None


def bind_all(scopes: Sequence[Scope]) -> tuple[set[str], list[str]]:
    """Fill in what every name is bound to; gives what is imported, and of which modules all is.

    The latter in source order, for of two that have a name the last one gives it.
    """
    imports: list[ast.Import | ast.ImportFrom] = []
    by_node = {id(one.node): one for one in scopes}
    home = scopes[0]
    for scope in scopes:
        _bind_parameters(scope)
        for name in generated_fields(scope):
            scope.bind(name, Parameter(f"{scope.name}.{INIT}", name))
        outside = {
            name
            for node in scope.nodes
            if isinstance(node, ast.Global | ast.Nonlocal)
            for name in node.names
        }
        idle = scope.idle
        for node in scope.nodes:
            if node.__class__ not in _BINDING or id(node) in idle:
                continue
            match node:
                case ast.Import() | ast.ImportFrom():
                    imports.append(node)
                    _bind_imported(node, scope, idle)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    scope.bind(node.name, Named(f"{OWN}{by_node[id(node)].name}"))
                case _:
                    _bind_by(node, scope, home, outside)
        for node in scope.nodes:  # whose containers are bound by now
            for container, value in put_into(node) if node.__class__ in PUTTING else ():
                owner, name = owner_of(container, scope, home)
                if owner is not None and name in owner.bound:
                    owner.bind(name, (scope, ast.List(elts=[value], ctx=ast.Load())))
    return _modules(imports)


def _modules(imports: Iterable[ast.Import | ast.ImportFrom]) -> tuple[set[str], list[str]]:
    """What is imported, and of which modules all is, in source order."""
    found, stars = set[str](), list[tuple[int, int, str]]()
    for node in imports:
        if isinstance(node, ast.Import):
            found.update(one.name for one in node.names)
            continue
        base = "." * node.level + (node.module or "")
        found.add(base)
        if node.names[0].name == "*":
            stars.append((node.lineno, node.col_offset, base))
        found.update(symbol for one, _, symbol in imported(node) if one.name != "*")
    return found, [base for _, _, base in sorted(stars)]


def _bind_by(node: ast.AST, scope: Scope, home: Scope, outside: Collection[str]) -> None:
    """Bind the names that a statement gives a value, or a part of one."""
    match node:
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
            for entered in _entered(node.context_expr):
                _bind(node.optional_vars, entered, scope, home, outside)
        case ast.ExceptHandler(name=str() as name):
            scope.bind(name, Plain.UNKNOWN)
        case ast.Match():
            for one in node.cases:
                for name, value in captured(one.pattern, node.subject):
                    _bind(ast.Name(id=name), value, scope, home, outside)
        case _:
            pass


def _bind_imported(node: ast.Import | ast.ImportFrom, scope: Scope, idle: Collection[int]) -> None:
    """Bind what an import brings, but for what is ``idle``."""
    for one, name, symbol in imported(node):
        if one.name != "*" and id(one) not in idle:
            scope.bind(name, Named(symbol))


def _own_object(scope: Scope) -> Value | None:
    """What a method gets as its first argument: an object of the class around it, or that."""
    if not is_method(scope) or scope.outer is None:
        return None
    kind = Named(f"{OWN}{scope.outer.name}")
    is_given_class = (
        "classmethod" in decorators(scope) or scope.name.rpartition(".")[2] in _GIVEN_CLASSES
    )
    return kind if is_given_class else Called(kind, 0)


def is_method(scope: Scope) -> bool:
    """Whether a scope is a function that an object, or its class, is given to first."""
    inside = scope.outer is not None and isinstance(scope.outer.node, ast.ClassDef)
    return inside and "staticmethod" not in decorators(scope)


def decorators(scope: Scope) -> frozenset[str]:
    """The last parts of the names of what decorates a function."""
    listed = () if isinstance(scope.node, ast.Lambda | ast.Module) else scope.node.decorator_list
    return _last_parts(listed)


def _last_parts(nodes: Iterable[ast.expr]) -> frozenset[str]:
    return frozenset(
        one.id if isinstance(one, ast.Name) else one.attr
        for one in nodes
        if isinstance(one, ast.Name | ast.Attribute)
    )


def generated_fields(scope: Scope) -> tuple[str, ...]:
    """The fields of a class that the constructor takes which a decorator or a base gives it."""
    node = scope.node
    if not isinstance(node, ast.ClassDef):
        return ()
    marks = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    generated = _last_parts(marks) & DECORATORS or _last_parts(node.bases) & BASES
    own = any(isinstance(one, ast.FunctionDef) and one.name == INIT for one in node.body)
    return () if own or not generated else tuple(_fields(node))


def is_first_of_fields(scope: Scope) -> bool:
    """Whether no class that one derives from may have fields that come before its own."""
    bases = scope.node.bases if isinstance(scope.node, ast.ClassDef) else []
    return len(_last_parts(bases) & BASES) == len(bases)


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            kind = one.annotation
            kind = kind.value if isinstance(kind, ast.Subscript) else kind
            if not _last_parts((kind,)) & NOT_TAKEN:
                yield one.target.id


def put_into(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The container that something is put into, and what that is."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=container)], value=value):
            yield container, value
        case ast.Call(
            func=ast.Attribute(value=container, attr="add" | "append" | "appendleft"),
            args=[value],
        ):
            yield container, value
        case _:
            pass


def owner_of(container: ast.expr, scope: Scope, module: Scope) -> tuple[Scope | None, str]:
    """Where the name of a container is bound: a function, the module, or the class around it."""
    match container:
        case ast.Name(id=name):
            return (scope if name in scope.bound else module), name
        case ast.Attribute(value=ast.Name(id=holder), attr=name):
            return class_around(holder, scope), name
        case _:
            return None, ""


def _entered(context: ast.expr) -> Iterator[ast.expr]:
    """What ``with`` may give: what its class says, or what a generator yields."""
    enter = ast.Attribute(value=context, attr=ENTER, ctx=ast.Load())
    yield ast.copy_location(ast.Call(func=enter, args=[], keywords=[]), context)
    yield ast.Subscript(value=context, slice=ast.Constant(0), ctx=ast.Load())


def _bind_parameters(scope: Scope) -> None:
    node = scope.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return
    own = _own_object(scope)
    for index, one in enumerate(parameters_of(node)):
        made = own if index == 0 and own is not None else Parameter(scope.name, one.arg)
        scope.bind(one.arg, made)
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
    scope: Scope,
    module: Scope,
    outside: Iterable[str],
) -> None:
    """Bind a target to an expression; None where what it gets cannot be followed."""
    given: tuple[Scope, ast.expr] | Value = (scope, value) if value else Plain.UNKNOWN
    match target:
        case ast.Name():
            (module if target.id in outside else scope).bind(target.id, given)
        case ast.Attribute(value=ast.Name(id=holder)):
            owner = class_around(holder, scope)
            if owner is not None:
                owner.bind(target.attr, given)
        case ast.Tuple() | ast.List():
            parts: Sequence[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, ast.Tuple | ast.List):
                parts = _unpacked(target.elts, value.elts) or parts
            elif value is not None:
                item = ast.Subscript(value=value, slice=ast.Constant(0), ctx=ast.Load())
                parts = [value if isinstance(one, ast.Starred) else item for one in target.elts]
            for one, part in zip(target.elts, parts, strict=True):
                _bind(one, part, scope, module, outside)
        case ast.Starred():
            _bind(target.value, value, scope, module, outside)
        case _:
            pass


def _unpacked(targets: Sequence[ast.expr], values: list[ast.expr]) -> Sequence[ast.expr] | None:
    """What each of some targets gets of as many expressions, one with a star those left over."""
    if any(isinstance(one, ast.Starred) for one in values):
        return None
    starred = [index for index, one in enumerate(targets) if isinstance(one, ast.Starred)]
    if not starred:
        return values if len(values) == len(targets) else None
    before, after = starred[0], len(targets) - starred[0] - 1
    if len(values) < before + after:
        return None
    end = len(values) - after
    rest = ast.List(elts=values[before:end], ctx=ast.Load())
    return [*values[:before], rest, *values[end:]]


def _bind_items(
    target: ast.expr, row: ast.expr, scope: Scope, module: Scope, outside: Iterable[str]
) -> None:
    if isinstance(target, ast.Name) and target.id not in outside:
        if isinstance(row, ast.Tuple | ast.List):
            for one in row.elts:
                scope.bind(target.id, (scope, one))
        else:
            item = ast.Subscript(value=row, slice=ast.Constant(0), ctx=ast.Load())
            scope.bind(target.id, (scope, item))
    elif isinstance(target, ast.Tuple | ast.List) and isinstance(row, ast.Tuple | ast.List):
        for one in row.elts:
            _bind(target, one, scope, module, outside)
    elif isinstance(target, ast.Tuple | ast.List):
        for one, part in zip(target.elts, _rows(row, len(target.elts)), strict=True):
            _bind_items(one, part, scope, module, outside)
    else:
        _bind(target, None, scope, module, outside)


def _rows(row: ast.expr, count: int) -> list[ast.expr]:
    """What each of some names that a loop unpacks goes through: of ``zip(...)``, one of these."""
    match row:
        case ast.Call(func=ast.Name(id="zip"), args=every) if len(every) == count:
            return every
        case _:
            return [row] * count


def bases_of(node: ast.ClassDef) -> list[ast.expr]:
    """What a class derives from: of a generic class that is given types, the class."""
    return [one.value if isinstance(one, ast.Subscript) else one for one in node.bases]


def bases_of_method(scope: Scope) -> Iterator[tuple[Scope, ast.expr]]:
    """What the class derives from whose method a scope is, or is in; each with its own scope."""
    around: Scope | None = scope
    while around is not None and not isinstance(around.node, ast.ClassDef):
        around = around.outer
    if around is not None and isinstance(around.node, ast.ClassDef):
        yield from ((around.outer or around, one) for one in bases_of(around.node))


def class_around(holder: str, scope: Scope) -> Scope | None:
    """The class around a method, if ``holder`` is what the method calls its object."""
    around = scope
    while around.outer is not None:
        outer = around.outer
        if isinstance(outer.node, ast.ClassDef):
            first = next(iter(parameters_of(around.node)), None)
            return outer if first is not None and first.arg == holder else None
        around = outer
    return None
