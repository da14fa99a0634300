"""What the names of a module are bound to: by scope, never by spelling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

import libcst as cst
from libcst.metadata import Assignment, BuiltinAssignment, ImportAssignment

from raytune_migrate.parsed import remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from libcst.metadata import BaseAssignment

    from raytune_migrate.parsed import Parsed

_DEEP = 6  # objects that hold each other must end somewhere


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that is bound exactly once, by ``name = value``."""

    name: str
    target: cst.Name
    value: cst.BaseExpression
    statement: cst.SimpleStatementLine
    references: tuple[cst.CSTNode, ...]  # the nodes that read it


def qualified_name(parsed: Parsed, node: cst.FunctionDef | cst.ClassDef) -> str:
    """The dotted name of a function or class in its module."""
    around = [
        one.name.value
        for one in parsed.ancestors(node)
        if isinstance(one, cst.FunctionDef | cst.ClassDef)
    ]
    return ".".join((*reversed(around), node.name.value))


def bindings(parsed: Parsed, name: cst.Name) -> frozenset[BaseAssignment]:
    """Every binding that ``name`` may mean where it stands; empty for an unknown name."""
    scope = parsed.scope(name)
    return frozenset(scope[name.value]) if scope is not None else frozenset()


@remembered
def variable(parsed: Parsed, node: cst.CSTNode) -> Variable | None:
    """The plain assignment that a name was bound by where it is read.

    None if there is any other binding of it, unless all are plain assignments in the straight
    line of statements that leads to ``node``: then the last one before it.
    """
    if not isinstance(node, cst.Name):
        return None
    plain = assigned(parsed, node)
    if len(plain) < 2:
        return plain[0] if plain else None
    return _last_before(parsed, node, plain)


@remembered
def assigned(parsed: Parsed, name: cst.Name) -> tuple[Variable, ...]:
    """Every plain assignment that binds a name; none where anything else binds it too."""
    found = [_assignment(parsed, one) for one in bindings(parsed, name)]
    plain = [one for one in found if one is not None]
    return (
        tuple(sorted(plain, key=lambda one: parsed.start(one.target)))
        if len(plain) == len(found)
        else ()
    )


def variable_of(parsed: Parsed, target: cst.Name) -> Variable | None:
    """The variable that a plain assignment to ``target`` binds."""
    found = (_assignment(parsed, one) for one in bindings(parsed, target))
    return next((one for one in found if one is not None and one.target is target), None)


def _assignment(parsed: Parsed, binding: BaseAssignment) -> Variable | None:
    if not isinstance(binding, Assignment) or not isinstance(binding.node, cst.Name):
        return None
    value = _assigned_value(parsed, binding.node)
    statement = parsed.statement(binding.node)
    if value is None or not isinstance(statement, cst.SimpleStatementLine):
        return None
    if parsed.scope(binding.node) is not binding.scope:
        return None  # by ``global`` or ``nonlocal``
    references = sorted(
        (one.node for one in binding.references if _reaches(parsed, one.node, binding)),
        key=parsed.start,
    )
    return Variable(binding.name, binding.node, value, statement, tuple(references))


def _reaches(parsed: Parsed, read: cst.CSTNode, binding: Assignment) -> bool:
    """Whether no function between a name and its binding has a local of that name."""
    scope = parsed.scope(read)
    while scope is not None and scope is not binding.scope:
        if any(one.name == binding.name for one in scope.assignments):
            return False
        scope = scope.parent if scope.parent is not scope else None
    return True


def _last_before(parsed: Parsed, node: cst.Name, plain: Sequence[Variable]) -> Variable | None:
    """Of several assignments in one straight line, the one in force at ``node``."""
    block = parsed.parent(plain[0].statement)
    here = parsed.function(plain[0].target)
    reads = [one for found in plain for one in found.references]
    if any(parsed.parent(one.statement) is not block for one in plain) or any(
        parsed.function(one) is not here for one in reads
    ):
        return None
    if block is None or not parsed.inside(node, block):
        return None
    if any(
        isinstance(one, cst.For | cst.While) for one in parsed.ancestors(plain[0].target)
    ) and parsed.start(node) < parsed.end(plain[-1].statement):
        return None
    earlier = [one for one in plain if parsed.end(one.statement) <= parsed.start(node)]
    if not earlier:
        return None
    last = earlier[-1]
    later = [one for one in plain if parsed.start(one.target) > parsed.start(last.target)]
    until = parsed.end(later[0].statement) if later else len(parsed.text)
    own = tuple(
        dict.fromkeys(
            one
            for one in sorted(reads, key=parsed.start)
            if parsed.end(last.statement) <= parsed.start(one) < until
        )
    )
    return Variable(last.name, last.target, last.value, last.statement, own)


def definition(parsed: Parsed, node: cst.CSTNode) -> cst.FunctionDef | cst.ClassDef | None:
    """The function or class of this module behind a name.

    Of several in one straight line, as in a notebook, the one in force there.
    """
    if not isinstance(node, cst.Name):
        return None
    every = bindings(parsed, node)
    found = [
        inner
        for one in every
        if isinstance(one, Assignment)
        and isinstance(inner := one.node, cst.FunctionDef | cst.ClassDef)
    ]
    if not found or len(found) != len(every):
        return None
    if len(found) == 1:
        return found[0]
    block = parsed.parent(found[0])
    straight = (
        all(parsed.parent(one) is block for one in found)
        and parsed.function(node) is parsed.function(found[0])
        and not any(isinstance(one, cst.For | cst.While) for one in parsed.ancestors(found[0]))
    )
    earlier = [one for one in found if parsed.end(one) <= parsed.start(node)]
    if not straight or block is None or not parsed.inside(node, block):
        return None
    return max(earlier, key=parsed.start, default=None)


def method(parsed: Parsed, node: cst.Attribute) -> cst.FunctionDef | None:
    """The method behind ``self.name``, ``Class.name``, ``Class().name`` or ``one.name``.

    In that class of this module or one that it derives from. Behind ``Class.name`` only one that is
    called as it stands there, such as a ``staticmethod``.
    """
    found = method_of(parsed, receiver(parsed, node), node.attr.value)
    if found is None or not isinstance(definition(parsed, node.value), cst.ClassDef):
        return found
    first = found.params.params[0].name.value if found.params.params else ""
    return found if first != "self" else None


def overriding(parsed: Parsed, node: cst.Attribute) -> Iterator[cst.FunctionDef]:
    """The methods of classes of this module that may run in place of ``method(parsed, node)``."""
    owner = receiver(parsed, node)
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
                yield from (
                    inner
                    for inner in one.body.body
                    if isinstance(inner, cst.FunctionDef) and inner.name.value == node.attr.value
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


def mentions(parsed: Parsed, node: cst.Name | cst.Attribute) -> list[cst.CSTNode]:
    """The reads of the variable that a name is; the places of the same attribute in its class."""
    if isinstance(node, cst.Name):
        own = (one for one in bindings(parsed, node) if isinstance(one, Assignment))
        return [read.node for one in own for read in one.references]
    owner, written = parsed.enclosing(node, cst.ClassDef), parsed.source(node)
    every = parsed.walk(owner, cst.Attribute) if owner is not None else ()
    return [one for one in every if parsed.source(one) == written]


def class_of(parsed: Parsed, node: cst.BaseExpression, depth: int = 0) -> cst.ClassDef | None:
    """The class of this module of which an expression is seen to be an object.

    By what makes it, or by the annotation of a parameter or of an attribute.
    """
    if depth > _DEEP:
        return None
    match node:
        case cst.Call():
            made = definition(parsed, node.func)
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
    waiting = [owner]
    seen: list[cst.ClassDef] = []
    while waiting:
        kind = waiting.pop(0)
        if not isinstance(kind, cst.ClassDef) or any(kind is one for one in seen):
            continue
        seen.append(kind)
        for statement in kind.body.body:
            if isinstance(statement, cst.FunctionDef) and statement.name.value == name:
                return statement
        waiting += [definition(parsed, one.value) for one in kind.bases]
    return None


def is_builtin_here(parsed: Parsed, name: str, at: cst.CSTNode) -> bool:
    """Whether a name means, at a place, what Python itself means by it."""
    scope = parsed.scope(at)
    return scope is not None and all(isinstance(one, BuiltinAssignment) for one in scope[name])


def is_parameter(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether a name is a parameter of the function around it."""
    return isinstance(node, cst.Name) and any(
        isinstance(one, Assignment) and isinstance(one.node, cst.Param)
        for one in bindings(parsed, node)
    )


def is_missing(parsed: Parsed, binding: BaseAssignment) -> bool:
    """Whether a binding is ``name = None``, as beside an import that may fail."""
    target = binding.node if isinstance(binding, Assignment) else None
    holder = parsed.parent(target) if isinstance(target, cst.Name) else None
    assign = parsed.parent(holder) if isinstance(holder, cst.AssignTarget) else None
    return (
        isinstance(assign, cst.Assign)
        and isinstance(assign.value, cst.Name)
        and assign.value.value == "None"
    )


def is_import(binding: BaseAssignment) -> bool:
    """Whether a binding is an import statement."""
    return isinstance(binding, ImportAssignment)


@remembered
def bound_names(parsed: Parsed) -> frozenset[str]:
    """Every name that stands alone anywhere in the module, in whatever scope, bound or read."""
    return frozenset(node.value for node in parsed.of(cst.Name) if not is_part(parsed, node))


def near_names(parsed: Parsed, place: cst.CSTNode) -> frozenset[str]:
    """The names that stand alone in the function around a place, in it and around it.

    What functions beside it call by a name of their own is no matter there.
    """
    around = [one for one in parsed.ancestors(place) if isinstance(one, cst.FunctionDef)]
    if not around:
        return bound_names(parsed)

    return frozenset[str]().union(
        *(
            names
            for owner, names in _names_by_function(parsed).items()
            if owner is None or owner in around or parsed.inside(owner, around[0])
        )
    )


def _names_method(parsed: Parsed, node: cst.Name) -> bool:
    """Whether a name is that of a method, which no function sees as a name."""
    holder = parsed.parent(node)
    if not isinstance(holder, cst.FunctionDef) or holder.name is not node:
        return False
    block = parsed.parent(holder)
    return block is not None and isinstance(parsed.parent(block), cst.ClassDef)


@remembered
def _names_by_function(parsed: Parsed) -> Mapping[cst.FunctionDef | None, frozenset[str]]:
    """The names that stand alone, by the function to which they belong."""
    found: dict[cst.FunctionDef | None, set[str]] = {}
    for one in parsed.of(cst.Name):
        if not is_part(parsed, one) and not _names_method(parsed, one):
            found.setdefault(_own_function(parsed, one), set()).add(one.value)
    return {owner: frozenset(names) for owner, names in found.items()}


def _own_function(parsed: Parsed, node: cst.Name) -> cst.FunctionDef | None:
    """The function that a name is local to, or read in; parameters are their function's own."""
    parameter = parsed.enclosing(node, cst.Param)
    of = parsed.parent(parsed.parent(parameter) or parameter) if parameter is not None else None
    return of if isinstance(of, cst.FunctionDef) else parsed.function(node)


def is_part(parsed: Parsed, node: cst.Name) -> bool:
    """Whether a name is only the attribute or the keyword of something else."""
    holder: Any = parsed.parent(node)
    kind = holder.__class__  # which is sooner asked than what LibCST's abstract classes say
    return (kind is cst.Attribute and holder.attr is node) or (
        kind is cst.Arg and holder.keyword is node
    )


def _assigned_value(parsed: Parsed, target: cst.Name) -> cst.BaseExpression | None:
    holder = parsed.parent(target)
    if isinstance(holder, cst.AssignTarget):
        assign = parsed.parent(holder)
        if isinstance(assign, cst.Assign) and len(assign.targets) == 1:
            return assign.value
    if isinstance(holder, cst.AnnAssign) and holder.target is target:
        return holder.value
    return None
