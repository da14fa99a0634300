"""What an expression denotes: by scope and import, never by spelling."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeGuard

import libcst as cst
from libcst.metadata import (
    Assignment,
    BuiltinAssignment,
    ImportAssignment,
    QualifiedNameSource,
)

from raytune_migrate.fallbacks import Branch, branch
from raytune_migrate.parsed import remembered
from raytune_migrate.rules import ray_api
from raytune_migrate.runtime_home import of_runtime

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from libcst.metadata import BaseAssignment

    from raytune_migrate.elsewhere import Known
    from raytune_migrate.parsed import Parsed


class Certainty(Enum):
    """How surely a name denotes what it seems to."""

    SURE = "every binding of the name is this object"
    MIXED = "the name is also bound to something else"


@dataclass(frozen=True, slots=True)
class RayName:
    """An object of Ray by its public name, as ``ray.tune.Tuner``."""

    name: str
    written: str  # the path that the file imported it by, as ``ray.tune.tuner.Tuner``
    certainty: Certainty = Certainty.SURE


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that is bound exactly once, by ``name = value``."""

    name: str
    target: cst.Name
    value: cst.BaseExpression
    statement: cst.SimpleStatementLine
    references: tuple[cst.CSTNode, ...]  # the nodes that read it


def ray_name(parsed: Parsed, node: cst.CSTNode) -> RayName | None:
    """The object of Ray that ``node`` (a name or a dotted name) denotes, if any."""
    return _ray_name(parsed, node) if _may_be_imported(node, parsed) else None


def _may_be_imported(node: cst.CSTNode, parsed: Parsed) -> TypeGuard[cst.Name | cst.Attribute]:
    """Whether a name is one that an import binds somewhere; most are not, which is soon said."""
    root: Any = node
    while root.__class__ is cst.Attribute:
        root = root.value
    if root.__class__ is not cst.Name:
        return False
    imported = _imported(parsed)
    return imported is None or root.value in imported


@remembered
def _imported(parsed: Parsed) -> frozenset[str] | None:
    """The names that imports bind, whatever they mean where; None where a star may bind any."""
    names: set[str] = set()
    for statement in parsed.of(cst.Import, cst.ImportFrom):
        if isinstance(statement.names, cst.ImportStar):
            return None
        names.update(map(bound_name, statement.names))
    return frozenset(names)


@remembered
def _ray_name(parsed: Parsed, node: cst.Name | cst.Attribute) -> RayName | None:
    scope = parsed.scope(node)
    if scope is None:
        return None
    dotted = _dotted(node)
    if dotted is None:
        return None
    found = scope.get_qualified_names_for(node)
    imported = {
        _handed_on(parsed, one.name) for one in found if one.source is QualifiedNameSource.IMPORT
    }
    written = {one for one in imported if one.split(".", 1)[0] == "ray"}
    if not found:
        written = _from_star(parsed, dotted)
        imported = written
    public = {ray_api.public_name(one) for one in written}
    if len(public) != 1:
        return None
    sure = len(written) == len(imported) and all(
        one.source is QualifiedNameSource.IMPORT for one in found
    )
    sure = sure or (len(written) == len(imported) and _is_ray_or_none(parsed, node))
    name = public.pop()
    home = min(written) if len(written) == 1 else _in_force(parsed, node, written, name)
    return RayName(name, home, Certainty.SURE if sure else Certainty.MIXED)


def _handed_on(parsed: Parsed, imported: str) -> str:
    """The object of Ray that another module only hands on; else the name as it is."""
    known = parsed.elsewhere.names.get(imported)
    return known.ray if known is not None and known.ray is not None else imported


def denotes(parsed: Parsed, node: cst.CSTNode, name: str) -> bool:
    """Whether ``node`` surely denotes the object of Ray with this public name."""
    found = ray_name(parsed, node)
    return found is not None and found.name == name and found.certainty is Certainty.SURE


def imported_name(parsed: Parsed, node: cst.CSTNode) -> str | None:
    """The dotted name that ``node`` was imported by, of whatever package; None if not imported.

    The runtime goes by its own name, also where it is a copy in a package of the project.
    """
    return _imported_name(parsed, node) if _may_be_imported(node, parsed) else None


@remembered
def _imported_name(parsed: Parsed, node: cst.Name | cst.Attribute) -> str | None:
    scope = parsed.scope(node)
    found = scope.get_qualified_names_for(node) if scope is not None else set()
    names = {one.name for one in found if one.source is QualifiedNameSource.IMPORT}
    return of_runtime(names.pop()) if len(names) == 1 and len(found) == 1 else None


@remembered
def known_elsewhere(parsed: Parsed, node: cst.CSTNode) -> Known | None:
    """What is known of a name, or a dotted name, that another module of the project brings."""
    names = parsed.elsewhere.names
    if not names or not isinstance(node, cst.Name | cst.Attribute):
        return None
    imported = imported_name(parsed, node)
    if imported is not None:
        return names.get(imported)
    root: cst.BaseExpression = node
    while isinstance(root, cst.Attribute):
        root = root.value
    if isinstance(root, cst.Name) and not bindings(parsed, root):  # by a star import
        return names.get(f":{_dotted(node)}")
    return None


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
    found = [_assignment(parsed, one) for one in bindings(parsed, node)]
    plain = [one for one in found if one is not None]
    if not plain or len(plain) < len(found):
        return None
    plain.sort(key=lambda one: parsed.start(one.target))
    if len(plain) == 1:
        return plain[0]
    return _last_before(parsed, node, plain)


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


def _last_before(parsed: Parsed, node: cst.Name, plain: list[Variable]) -> Variable | None:
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
    found = [
        inner
        for one in bindings(parsed, node)
        if isinstance(one, Assignment)
        and isinstance(inner := one.node, cst.FunctionDef | cst.ClassDef)
    ]
    if not found or len(found) != len(bindings(parsed, node)):
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
    """The method behind ``self.name``, in the class around it or one that this derives from."""
    if not isinstance(node.value, cst.Name) or node.value.value not in ("self", "cls"):
        return None
    waiting = [parsed.enclosing(node, cst.ClassDef)]
    seen: list[cst.ClassDef] = []
    while waiting:
        owner = waiting.pop(0)
        if owner is None or any(owner is one for one in seen):
            continue
        seen.append(owner)
        for statement in owner.body.body:
            if isinstance(statement, cst.FunctionDef) and statement.name.value == node.attr.value:
                return statement
        bases = (definition(parsed, one.value) for one in owner.bases)
        waiting += [one for one in bases if isinstance(one, cst.ClassDef)]
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


def is_annotated(parsed: Parsed, node: cst.CSTNode, names: Collection[str]) -> bool:
    """Whether a name is a parameter that is said to be one of some objects of Ray, or None."""
    if not isinstance(node, cst.Name) or not is_parameter(parsed, node):
        return False
    parameters = (getattr(one, "node", None) for one in bindings(parsed, node))
    return all(
        isinstance(one, cst.Param)
        and one.annotation is not None
        and _says(parsed, one.annotation.annotation, names)
        for one in parameters
    )


def _says(parsed: Parsed, annotation: cst.BaseExpression, names: Collection[str]) -> bool:
    match annotation:
        case cst.Subscript(
            value=cst.Name(value="Optional") | cst.Attribute(attr=cst.Name(value="Optional")),
            slice=[cst.SubscriptElement(slice=cst.Index(value=inner))],
        ):
            return _says(parsed, inner, names)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=cst.Name(value="None")):
            return _says(parsed, left, names)
        case _:
            found = ray_name(parsed, annotation)
            return found is not None and found.name in names


def _in_force(parsed: Parsed, node: cst.CSTNode, written: set[str], public: str) -> str:
    """Of the paths that a name may be imported by, the one that it has where Ray has Train V2.

    Where no failing import decides it, the file knows both: then it has the public one.
    """
    root = node
    while isinstance(root, cst.Attribute):
        root = root.value
    found = bindings(parsed, root) if isinstance(root, cst.Name) else frozenset()
    by_branch: dict[Branch, set[str]] = {}
    for one in found:
        if isinstance(one, ImportAssignment):
            names = {each.name for each in one.get_qualified_names_for(parsed.source(node))}
            by_branch.setdefault(branch(parsed, one.node), set()).update(names & written)
    tried = {one for one in by_branch.get(Branch.TRIED, ()) if not ray_api.is_gone(one)}
    fallback = by_branch.get(Branch.FALLBACK)
    if fallback and (tried or by_branch.get(Branch.TRIED)):
        return min(tried or fallback)
    return public if public in written else min(written)


def _is_ray_or_none(parsed: Parsed, node: cst.Name | cst.Attribute) -> bool:
    """Whether the other bindings of a name say that its import has failed: ``tune = None``."""
    root: cst.BaseExpression = node
    while isinstance(root, cst.Attribute):
        root = root.value
    return isinstance(root, cst.Name) and all(
        is_import(one) or is_missing(parsed, one) for one in bindings(parsed, root)
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


@remembered
def _names_by_function(parsed: Parsed) -> Mapping[cst.FunctionDef | None, frozenset[str]]:
    """The names that stand alone, by the function to which they belong."""
    found: dict[cst.FunctionDef | None, set[str]] = {}
    for one in parsed.of(cst.Name):
        if not is_part(parsed, one):
            found.setdefault(_own_function(parsed, one), set()).add(one.value)
    return {owner: frozenset(names) for owner, names in found.items()}


def _own_function(parsed: Parsed, node: cst.Name) -> cst.FunctionDef | None:
    """The function that a name is local to, or read in; parameters are their function's own."""
    parameter = parsed.enclosing(node, cst.Param)
    of = parsed.parent(parsed.parent(parameter) or parameter) if parameter is not None else None
    return of if isinstance(of, cst.FunctionDef) else parsed.function(node)


def calls(parsed: Parsed) -> Sequence[cst.Call]:
    """Every call of the module, in source order."""
    return parsed.of(cst.Call)


@remembered
def calls_of(parsed: Parsed, name: str) -> tuple[cst.Call, ...]:
    """The calls of what has this public name in Ray, in source order."""
    found = ((one, ray_name(parsed, one.func)) for one in calls(parsed))
    return tuple(call for call, called in found if called is not None and called.name == name)


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


def _dotted(node: cst.Name | cst.Attribute) -> str | None:
    parts: list[str] = []
    current: cst.BaseExpression = node
    while isinstance(current, cst.Attribute):
        parts.append(current.attr.value)
        current = current.value
    if not isinstance(current, cst.Name):
        return None
    return ".".join([current.value, *reversed(parts)])


def _from_star(parsed: Parsed, dotted: str) -> set[str]:
    """The name that only star imports of Ray can have brought: the last of those that have it."""
    first, _, rest = dotted.partition(".")
    found = set[str]()
    if "import *" not in parsed.text:
        return found
    for statement in parsed.of(cst.ImportFrom):
        if isinstance(statement.names, cst.ImportStar):
            module = module_name(statement)
            if first in ray_api.STAR_NAMES.get(module, ()):
                found = {f"{module}.{first}" + (f".{rest}" if rest else "")}
    return found


def bound_name(alias: cst.ImportAlias) -> str:
    """The name that an imported name is bound to; for ``import a.b`` that is ``a``."""
    if alias.evaluated_alias is not None:
        return alias.evaluated_alias
    return alias.evaluated_name.split(".", 1)[0]


def module_name(statement: cst.ImportFrom) -> str:
    """The module of a ``from`` import as written, dots of a relative import included."""
    dots = "." * len(statement.relative)
    if statement.module is None:
        return dots
    return dots + (_dotted(statement.module) or "")
