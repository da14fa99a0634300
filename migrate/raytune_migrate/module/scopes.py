"""In which scopes the names of a module are: what LibCST's provider says, much sooner.

The provider builds the whole tree anew for its look at it, as for a transformer.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.metadata import ExpressionContext, Scope, ScopeProvider
from libcst.metadata.scope_provider import _ASSIGNMENT_LIKE_NODES, ScopeVisitor

from raytune_migrate.module.positions import look_through

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from libcst.metadata import QualifiedName

    from raytune_migrate.module.positions import Tree

# What binds names, and where it holds them.
_BINDING: Mapping[type[cst.CSTNode], str] = {
    **dict.fromkeys((cst.AssignTarget, cst.AnnAssign, cst.AugAssign), "target"),
    **dict.fromkeys((cst.NamedExpr, cst.CompFor, cst.For), "target"),
    **dict.fromkeys((cst.AsName, cst.ClassDef, cst.FunctionDef, cst.Param), "name"),
}
_TYPING = ("typing", "typing_extensions")


def scopes(module: cst.Module, tree: Tree) -> Mapping[int, Scope]:
    """What ``ScopeProvider`` says of the nodes of a module, by their ids, comments aside."""
    found: dict[int, Scope] = {}
    provider = _Provider(found, _stored(tree.nodes))
    below = dict(tree.below)
    inner: list[cst.CSTNode] = []  # an id is a node's own for as long as it lives

    def visit(node: cst.CSTNode, visitor: ScopeVisitor) -> cst.CSTNode:
        key = id(node)
        known = below.get(key)
        if known is None:  # annotations in quotes are modules of their own
            inner.append(node)
            below.update(look_through(cst.ensure_type(node, cst.Module)).below)
            known = below[key]
        enter, leave, binds = _handlers(node.__class__)
        if enter is None or enter(visitor, node) is not False:
            for one in known:
                visit(one, visitor)
        found[key] = visitor.scope
        if binds:
            visitor.scope._assignment_count += 1
        if leave is not None:
            leave(visitor, node)
        return node

    visitor = _Visitor(provider, visit)
    with _instead(Scope, "get_qualified_names_for", _names_of_typing(tree)):
        visit(module, visitor)
        visitor.infer_accesses()
    return found


class _Provider(ScopeProvider):
    """What LibCST's visitor tells what it finds, and asks which names are bound."""

    def __init__(self, found: dict[int, Scope], stored: Collection[int]) -> None:
        super().__init__()
        self._found, self._stored = found, stored

    def set_metadata(self, node: cst.CSTNode, value: Any) -> None:
        """Note the scope of a node."""
        self._found[id(node)] = value

    def get_metadata(self, _kind: Any, node: cst.CSTNode, _default: Any = None) -> Any:
        """Whether a name is bound where it stands; all others are read, or of no concern."""
        return ExpressionContext.STORE if id(node) in self._stored else None


class _Visitor(ScopeVisitor):
    """LibCST's, which goes on to the nodes below one as ``go_on`` says."""

    def __init__(self, provider: ScopeProvider, go_on: Callable[..., cst.CSTNode]) -> None:
        super().__init__(provider)
        self.go_on = go_on


def _stored(nodes: Iterable[cst.CSTNode]) -> Collection[int]:
    """The ids of the names that are bound where they stand."""
    found: set[int] = set()
    for node in nodes:
        where = _BINDING.get(node.__class__)
        waiting = [getattr(node, where)] if where is not None else []
        while waiting:
            target = waiting.pop()
            if target.__class__ is cst.Name:
                found.add(id(target))
            elif target.__class__ in (cst.Tuple, cst.List):
                waiting += [one.value for one in target.elements]
    return found


@functools.cache
def _handlers(
    kind: type[cst.CSTNode],
) -> tuple[Callable[..., bool | None] | None, Callable[..., None] | None, bool]:
    """What LibCST does with a node of one class before and after those below it; if it binds."""
    own = vars(ScopeVisitor)
    return (
        own.get(f"visit_{kind.__name__}"),
        own.get(f"leave_{kind.__name__}"),
        issubclass(kind, _ASSIGNMENT_LIKE_NODES),
    )


def _names_of_typing(tree: Tree) -> Callable[[Scope, cst.CSTNode], Collection[QualifiedName]]:
    """Qualified names, but none of what is surely not from ``typing``: LibCST asks for no other."""
    roots = set(_TYPING)
    for node in tree.nodes:
        if node.__class__ is cst.Import or node.__class__ is cst.ImportFrom:
            start, end = tree.places[id(node)]
            names = {one.value for one in tree.nodes[start:end] if isinstance(one, cst.Name)}
            if not names.isdisjoint(_TYPING):
                roots |= names
    usual = Scope.get_qualified_names_for

    def names_for(scope: Scope, node: cst.CSTNode) -> Collection[QualifiedName]:
        root: Any = node
        while (kind := root.__class__) is not cst.Name:
            if kind is cst.Call:
                root = root.func
            elif kind is cst.Attribute or kind is cst.Subscript:
                root = root.value
            else:
                return ()
        return usual(scope, node) if root.value in roots else ()

    return names_for


@contextmanager
def _instead(kind: type, name: str, function: Callable[..., Any]) -> Iterator[None]:
    """Let a class of LibCST have another method for a while."""
    usual = getattr(kind, name)
    setattr(kind, name, function)
    try:
        yield
    finally:
        setattr(kind, name, usual)


# --- what LibCST's nodes do differently here ------------------------------------


def _visiting(usual: Callable[..., Any]) -> Callable[..., Any]:
    def visit(node: cst.CSTNode, visitor: Any) -> Any:
        return (
            visitor.go_on(node, visitor) if visitor.__class__ is _Visitor else usual(node, visitor)
        )

    return visit


# Once, and for good: whenever a class changes, Python forgets what it knows of all that derive
# from it, and looks it up anew.
for _kind in (cst.CSTNode, cst.Module):
    _kind.visit = _visiting(_kind.visit)  # type: ignore[method-assign]
