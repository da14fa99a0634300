"""What the names of a module are bound to: by scope, never by spelling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment, BuiltinAssignment, ImportAssignment

from raytune_migrate.module.parsed import remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from libcst.metadata import BaseAssignment

    from raytune_migrate.module.parsed import Parsed


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that is bound exactly once, by ``name = value``."""

    name: str
    target: cst.Name
    value: cst.BaseExpression
    statement: cst.SimpleStatementLine
    references: tuple[cst.CSTNode, ...]  # the nodes that read it


def qualified_name(parsed: Parsed, node: cst.FunctionDef | cst.ClassDef | cst.Lambda) -> str:
    """The dotted name of a function or class in its module; a lambda goes by where it stands."""
    around = (node, *parsed.ancestors(node))
    named = [one for one in around if isinstance(one, cst.FunctionDef | cst.ClassDef | cst.Lambda)]
    return ".".join(_name(parsed, one) for one in reversed(named))


def _name(parsed: Parsed, node: cst.FunctionDef | cst.ClassDef | cst.Lambda) -> str:
    if not isinstance(node, cst.Lambda):
        return node.name.value
    start = parsed.start(node)
    line = parsed.line_of(start)
    return f"<lambda {line}:{len(parsed.text[parsed.line_start(line) : start].encode())}>"


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
    if not plain:
        return None
    if len(plain) == 1:
        return None if _is_read_to_bind(parsed, node, plain[0]) else plain[0]
    return _last_before(parsed, node, plain)


def _is_read_to_bind(parsed: Parsed, name: cst.Name, bound: Variable) -> bool:
    """Whether a name is read for its own binding: ``loop = partial(loop)``, with it from elsewhere.

    Such as by a star import.
    """
    if not parsed.inside(name, bound.value):
        return False
    around = (one for one in parsed.ancestors(name) if isinstance(one, cst.Lambda))
    return not any(parsed.inside(one, bound.value) for one in around)


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

    Of several in one straight line, as in a notebook, the one in force there; of a generic class
    that is given types, the class.
    """
    if isinstance(node, cst.Subscript):
        whole = definition(parsed, node.value)
        return whole if isinstance(whole, cst.ClassDef) else None
    if node.__class__ is not cst.Name or node.value not in _defined(parsed):
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


@remembered
def _defined(parsed: Parsed) -> frozenset[str]:
    """The names of the functions and classes of a module; most names are others."""
    return frozenset(one.name.value for one in parsed.of(cst.FunctionDef, cst.ClassDef))


def mentions(parsed: Parsed, node: cst.Name | cst.Attribute) -> list[cst.CSTNode]:
    """The reads of the variable that a name is; the places of the same attribute in its class."""
    if isinstance(node, cst.Name):
        own = (one for one in bindings(parsed, node) if isinstance(one, Assignment))
        return [read.node for one in own for read in one.references]
    owner, written = parsed.enclosing(node, cst.ClassDef), parsed.source(node)
    every = parsed.walk(owner, cst.Attribute) if owner is not None else ()
    return [one for one in every if parsed.source(one) == written]


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


def _assigned_value(parsed: Parsed, target: cst.Name) -> cst.BaseExpression | None:
    holder = parsed.parent(target)
    if isinstance(holder, cst.AssignTarget):
        assign = parsed.parent(holder)
        if isinstance(assign, cst.Assign) and len(assign.targets) == 1:
            return assign.value
    if isinstance(holder, cst.AnnAssign) and holder.target is target:
        return holder.value
    return None
