"""The classes of a module: of which an object is, and which method is behind an attribute of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

import libcst as cst

from raytune_migrate.libraries import is_of_library
from raytune_migrate.module.bindings import (
    bindings,
    definition,
    is_builtin_here,
    is_parameter,
    qualified_name,
    variable,
)
from raytune_migrate.module.names import imported_name, known_elsewhere, ray_name
from raytune_migrate.module.parsed import remembered
from raytune_migrate.module.remote import started

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.names import RayName
    from raytune_migrate.module.parsed import Parsed

_DEEP = 6  # objects that hold each other must end somewhere


@remembered
def method_names(parsed: Parsed) -> frozenset[str]:
    """What the methods of all classes of a module are called: most attributes are none of them."""
    return frozenset(
        statement.name.value
        for one in parsed.of(cst.ClassDef)
        for statement in one.body.body
        if isinstance(statement, cst.FunctionDef)
    )


def method(parsed: Parsed, node: cst.Attribute) -> cst.FunctionDef | None:
    """The method behind ``self.name``, ``Class.name``, ``Class().name`` or ``one.name``.

    In that class of this module or one that it derives from. Behind ``Class.name`` only one that is
    called as it stands there, such as a ``staticmethod``.
    """
    if node.attr.value not in method_names(parsed):
        return None
    found = method_of(parsed, receiver(parsed, node), node.attr.value)
    if found is None or not isinstance(definition(parsed, node.value), cst.ClassDef):
        return found
    first = found.params.params[0].name.value if found.params.params else ""
    return found if first != "self" else None


def overriding(parsed: Parsed, node: cst.Attribute) -> Iterator[cst.FunctionDef]:
    """The methods of classes of this module that may run in place of ``method(parsed, node)``."""
    owner = receiver(parsed, node) if node.attr.value in method_names(parsed) else None
    for kind in in_place_of(parsed, owner):
        yield from (
            inner
            for inner in kind.body.body
            if isinstance(inner, cst.FunctionDef) and inner.name.value == node.attr.value
        )


def in_place_of(parsed: Parsed, owner: cst.ClassDef | None) -> Iterator[cst.ClassDef]:
    """The classes of this module in which an attribute of an object may be found before one's own.

    Those that derive from it, and the others that these look into first.
    """
    seen: list[cst.ClassDef] = []
    for kind in derived(parsed, owner):
        for one in _lookup(parsed, kind):
            if one is owner:
                break
            if not any(one is other for other in seen):
                seen.append(one)
                yield one


def _lookup(parsed: Parsed, kind: cst.CSTNode | None) -> Iterator[cst.ClassDef]:
    """A class, and those of this module that it derives from, as an attribute is looked up."""
    waiting = [kind]
    seen: list[cst.ClassDef] = []
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, cst.ClassDef) or any(one is other for other in seen):
            continue
        seen.append(one)
        yield one
        waiting += [definition(parsed, base.value) for base in one.bases]


def derived(parsed: Parsed, owner: cst.ClassDef | None) -> Iterator[cst.ClassDef]:
    """The classes of this module that derive from one."""
    waiting = [owner] if owner is not None else []
    seen: list[cst.ClassDef] = []
    while waiting:
        kind = waiting.pop(0)
        if any(kind is one for one in seen):
            continue
        seen.append(kind)
        for one in parsed.of(cst.ClassDef):
            if any(definition(parsed, base.value) is kind for base in one.bases):
                waiting.append(one)
                yield one


def is_property(parsed: Parsed, function: cst.FunctionDef, *, cached: bool = True) -> bool:
    """Whether a method runs where it is read; with ``cached=False``, wherever it is read."""
    return any(
        _is_builtin_property(parsed, one.decorator)
        or (cached and imported_name(parsed, one.decorator) == "functools.cached_property")
        or _makes_properties(parsed, one.decorator)
        for one in function.decorators
    )


def _makes_properties(parsed: Parsed, decorator: cst.BaseExpression) -> bool:
    """Whether what a decorator of the project gives for a method runs where that is read."""
    made = definition(parsed, decorator)
    if isinstance(made, cst.FunctionDef):
        return any(
            _is_property_made(parsed, one.value)
            for one in parsed.walk(made.body, cst.Return)
            if parsed.function(one) is made and one.value is not None
        )
    return runs_where_read(parsed, decorator)


def _is_property_made(parsed: Parsed, value: cst.BaseExpression) -> bool:
    """Whether what a decorator gives is a property."""
    if isinstance(value, cst.Call):
        return _is_builtin_property(parsed, value.func) or runs_where_read(parsed, value.func)
    inner = definition(parsed, value)
    return isinstance(inner, cst.FunctionDef) and any(
        _is_builtin_property(parsed, one.decorator) for one in inner.decorators
    )


def getter(parsed: Parsed, kind: cst.BaseExpression) -> cst.FunctionDef | None:
    """The ``__get__`` of a class of this module, unless its objects are called."""
    own = definition(parsed, kind)
    if not isinstance(own, cst.ClassDef) or method_of(parsed, own, "__call__") is not None:
        return None
    return method_of(parsed, own, "__get__")


def runs_where_read(parsed: Parsed, kind: cst.BaseExpression) -> bool:
    """Whether an attribute that holds an object of a class of the project runs code where it is
    read."""
    known = known_elsewhere(parsed, kind)
    return getter(parsed, kind) is not None or (known is not None and known.runs_where_read)


def _is_builtin_property(parsed: Parsed, decorator: cst.BaseExpression) -> bool:
    return (
        isinstance(decorator, cst.Name)
        and decorator.value == "property"
        and is_builtin_here(parsed, decorator.value, decorator)
    )


def is_abstract(parsed: Parsed, function: cst.FunctionDef) -> bool:
    """Whether a method is there to be written in a class that derives from its own."""
    if any("abstract" in parsed.source(one.decorator) for one in function.decorators):
        return True
    return any(
        isinstance(raised := one.exc.func if isinstance(one.exc, cst.Call) else one.exc, cst.Name)
        and raised.value == "NotImplementedError"
        for one in parsed.walk(function.body, cst.Raise)
    )


def receiver(parsed: Parsed, node: cst.Attribute, depth: int = 0) -> cst.ClassDef | None:
    """The class of this module that an attribute is looked up in, or one that derives from it."""
    if isinstance(node.value, cst.Name) and node.value.value in ("self", "cls"):
        return parsed.enclosing(node, cst.ClassDef)
    named = definition(parsed, node.value)
    return named if isinstance(named, cst.ClassDef) else class_of(parsed, node.value, depth)


def class_of(parsed: Parsed, node: cst.BaseExpression, depth: int = 0) -> cst.ClassDef | None:
    """The class of this module of which an expression is seen to be an object.

    By what makes it, or by the annotation of a parameter or of an attribute.
    """
    if depth > _DEEP:
        return None
    match node:
        case cst.Call():
            made = definition(parsed, started(node.func) or node.func)
            return made if isinstance(made, cst.ClassDef) else None
        case cst.Name() if is_parameter(parsed, node):
            found = [getattr(one, "node", None) for one in bindings(parsed, node)]
            told = found[0].annotation if isinstance(found[0], cst.Param) else None
            return _annotated(parsed, told) if len(found) == 1 else None
        case cst.Name():
            bound = variable(parsed, node)
            return class_of(parsed, bound.value, depth + 1) if bound is not None else None
        case cst.Attribute():
            owner = receiver(parsed, node, depth + 1)
            return _class_of_attribute(parsed, owner, node.attr.value, depth) if owner else None
        case _:
            return None


def _class_of_attribute(
    parsed: Parsed, owner: cst.ClassDef, name: str, depth: int
) -> cst.ClassDef | None:
    """The class of what the objects of a class hold by a name."""
    for one in parsed.assignments(owner):
        if isinstance(one, cst.AnnAssign) and _is_attribute(parsed, one.target, name, owner):
            return _annotated(parsed, one.annotation)
    given = [
        value
        for target, value in assigned_in(parsed, owner)
        if _is_attribute(parsed, target, name, owner)
    ]
    value = given[0] if len(given) == 1 else None
    return class_of(parsed, value, depth + 1) if value is not None else None


def _is_attribute(
    parsed: Parsed, target: cst.BaseExpression, name: str, owner: cst.ClassDef
) -> bool:
    """Whether a target is ``self.name``, or ``name`` in the body of its class."""
    if isinstance(target, cst.Name):
        return target.value == name and parsed.parent(parsed.statement(target)) is owner.body
    return is_of_self(target) and target.attr.value == name


def _annotated(parsed: Parsed, annotation: cst.Annotation | None) -> cst.ClassDef | None:
    kind = definition(parsed, annotation.annotation) if annotation is not None else None
    return kind if isinstance(kind, cst.ClassDef) else None


def assigned_in(
    parsed: Parsed, owner: cst.ClassDef
) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression | None]]:
    """What a class assigns in its body and its methods, by target: one by one in ``a, b = x, y``.

    None is the value of a mere annotation.
    """
    for one in parsed.assignments(owner):
        targets = [one] if isinstance(one, cst.AnnAssign) else one.targets
        for target in targets:
            yield from _one_by_one(target.target, one.value)


def assigned_to_attributes(
    parsed: Parsed, name: str
) -> Iterator[tuple[cst.Attribute, cst.BaseExpression | None]]:
    """What the module assigns to attributes of a name, of whatever object, by target."""
    for one in parsed.of(cst.Assign, cst.AnnAssign):
        targets = [one] if isinstance(one, cst.AnnAssign) else one.targets
        for target in targets:
            for inner, value in _one_by_one(target.target, one.value):
                if isinstance(inner, cst.Attribute) and inner.attr.value == name:
                    yield inner, value


def _one_by_one(
    target: cst.BaseExpression, value: cst.BaseExpression | None
) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression | None]]:
    if (
        isinstance(target, cst.Tuple | cst.List)
        and isinstance(value, cst.Tuple | cst.List)
        and len(target.elements) == len(value.elements)
        and all(isinstance(one, cst.Element) for one in (*target.elements, *value.elements))
    ):
        for inner, given in zip(target.elements, value.elements, strict=True):
            yield from _one_by_one(inner.value, given.value)
    else:
        yield target, value


def is_of_self(node: cst.BaseExpression) -> TypeGuard[cst.Attribute]:
    """Whether an expression is ``self.name``."""
    return (
        isinstance(node, cst.Attribute)
        and isinstance(node.value, cst.Name)
        and node.value.value == "self"
    )


def method_of(parsed: Parsed, owner: cst.CSTNode | None, name: str) -> cst.FunctionDef | None:
    """The method of a class, or of one of this module that it derives from."""
    for kind in _lookup(parsed, owner):
        for statement in kind.body.body:
            if isinstance(statement, cst.FunctionDef) and statement.name.value == name:
                return statement
    return None


def calls_constructor(call: cst.Call) -> bool:
    """Whether a call is that of a constructor by its name, as in ``super().__init__(...)``."""
    return isinstance(call.func, cst.Attribute) and call.func.attr.value == "__init__"


def is_given_self(call: cst.Call) -> bool:
    """Whether a constructor is called through its class: ``Base.__init__(self, ...)``."""
    return (
        isinstance(call.func, cst.Attribute)
        and calls_constructor(call)
        and not isinstance(call.func.value, cst.Call)
    )


def ray_bases(parsed: Parsed, kind: cst.ClassDef, depth: int = 0) -> Iterator[RayName]:
    """The classes of Ray that a class derives from, through others of this module too."""
    for base in kind.bases if depth < _DEEP else ():
        own = definition(parsed, base.value)
        if isinstance(own, cst.ClassDef):
            yield from ray_bases(parsed, own, depth + 1)
        elif (name := ray_name(parsed, base.value)) is not None:
            yield name


def is_of_framework(parsed: Parsed, kind: cst.ClassDef, depth: int = 0) -> bool:
    """Whether a class derives from one of another package, which calls its methods by their names.

    Through others of this module too; neither of Ray, nor of Python itself, nor of the project.
    """
    for base in kind.bases if depth < _DEEP else ():
        own = definition(parsed, base.value)
        if isinstance(own, cst.ClassDef):
            if is_of_framework(parsed, own, depth + 1):
                return True
            continue
        name = imported_name(parsed, base.value) or ""
        if is_of_library(name) and not parsed.elsewhere.is_own(name.partition(".")[0]):
            return True
    return False


def may_be_overridden(parsed: Parsed, read: cst.BaseExpression) -> bool:
    """Whether a class that derives from the one that a read looks an attribute up in gives it
    another value: one of this module, or of another of the project."""
    owner = receiver(parsed, read) if isinstance(read, cst.Attribute) else None
    if owner is None or not isinstance(read, cst.Attribute):
        return False
    elsewhere = parsed.elsewhere.overridden
    name = read.attr.value
    return any(_binds(parsed, one, name) for one in in_place_of(parsed, owner)) or any(
        f"{qualified_name(parsed, one)}.{name}" in elsewhere
        for one in ((owner, *derived(parsed, owner)) if elsewhere else ())
    )


def _binds(parsed: Parsed, owner: cst.ClassDef, name: str) -> bool:
    """Whether a class has a method or an attribute of a name, or gives its objects one."""
    for node in parsed.walk(owner.body, cst.Name):
        if node.value != name:
            continue
        holder = parsed.parent(node)
        if isinstance(holder, cst.FunctionDef) and holder.name is node:
            return True
        target = holder if isinstance(holder, cst.Attribute) and holder.attr is node else node
        if isinstance(parsed.parent(target), cst.AssignTarget | cst.AnnAssign | cst.Element):
            return True
    return False
