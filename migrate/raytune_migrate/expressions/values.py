"""What can be said of an expression without running it.

*Movable* means that evaluating it later, in each trial's driver function, gives what evaluating
it once, where it stands, gave: literals, names that keep their value, Ray's config constructors.
Everything else (calls, attributes, clocks, environment) is evaluated once, where it stood.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment, BuiltinAssignment, ImportAssignment

from raytune_migrate import ray_api
from raytune_migrate.expressions import collection_methods
from raytune_migrate.module.bindings import bindings, definition, mentions, variable
from raytune_migrate.module.classes import is_of_self, method
from raytune_migrate.module.names import Certainty, imported_name, known_elsewhere, ray_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from libcst.metadata import BaseAssignment

    from raytune_migrate.module.parsed import Parsed

_CONSTANTS = (cst.SimpleString, cst.Integer, cst.Float, cst.Imaginary, cst.Ellipsis)
_DEEP = 6  # names that lead to each other must end somewhere
_LOOPS = (cst.For, cst.While)


def is_movable(parsed: Parsed, node: cst.BaseExpression, to: cst.CSTNode) -> bool:
    """Whether ``node`` means the same when it is evaluated in a function defined at ``to``."""
    match node:
        case cst.SimpleString() | cst.Integer() | cst.Float() | cst.Imaginary() | cst.Ellipsis():
            return True
        case cst.ConcatenatedString():
            return not parsed.walk(node, cst.FormattedString)
        case cst.Name():
            return is_stable(parsed, node, to)
        case cst.Attribute():
            if ray_name(parsed, node) is not None:
                return True
            # A method of an object is code of another module too, but that of this object.
            known = known_elsewhere(parsed, node)
            return known is not None and known.is_code and imported_name(parsed, node) is not None
        case cst.UnaryOperation():
            return is_constant(node.expression)
        case cst.BinaryOperation():
            return is_constant(node)
        case cst.List() | cst.Tuple() | cst.Set():
            return all(is_movable(parsed, one.value, to) for one in node.elements)
        case cst.Dict():
            return all(
                is_movable(parsed, part, to) for one in node.elements for part in _parts(one)
            )
        case cst.Call():
            return _is_plain_call(parsed, node) and all(
                is_movable(parsed, one.value, to) for one in node.args
            )
        case cst.Lambda():
            return all(
                is_stable(parsed, one, to)
                for one in parsed.walk(node.body, cst.Name)
                if bindings(parsed, one)
            )
        case _:
            return False


def is_stable(parsed: Parsed, name: cst.Name, to: cst.CSTNode) -> bool:
    """Whether a name keeps, from ``to`` on, the value that it has where it is read."""
    found = bindings(parsed, name)
    if not found:  # a snippet's, which what surrounds it defines; or an error in any case
        return "import *" not in parsed.text
    here = parsed.function(name)
    reads = [read.node for one in found for read in one.references] if parsed.of(cst.Del) else []
    deleted = any(parsed.enclosing(one, cst.Del) for one in reads)
    return not deleted and all(_is_settled(parsed, one, name, here, to) for one in found)


def is_constant(node: cst.BaseExpression) -> bool:
    """A literal, or arithmetic on literals."""
    if isinstance(node, cst.UnaryOperation):
        return is_constant(node.expression)
    if isinstance(node, cst.BinaryOperation):
        return is_constant(node.left) and is_constant(node.right)
    return isinstance(node, _CONSTANTS)


def constant(parsed: Parsed, node: cst.BaseExpression | None) -> object:
    """The value of a literal; None (also for the literal ``None``) where it is not one."""
    if node is None:
        return None
    if isinstance(node, cst.SimpleString) and not node.prefix and "\\" not in node.value:
        return node.raw_value  # what takes long, and is asked of every key, comes out the same
    try:
        return ast.literal_eval(parsed.source(node).strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def is_dotted(node: cst.BaseExpression) -> bool:
    """Whether an expression is names with dots between them: what a call gives, no name says."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name)


def is_none(node: cst.BaseExpression) -> bool:
    """Whether an expression is the literal ``None``."""
    return isinstance(node, cst.Name) and node.value == "None"


def choices(parsed: Parsed, node: cst.BaseExpression) -> tuple[cst.BaseExpression, ...]:
    """What a swept value can become, as ``tune.choice([a, b])`` gives a or b; itself, if plain."""
    if isinstance(node, cst.Name) and (found := variable(parsed, node)) is not None:
        behind = choices(parsed, found.value)
        # What a name stands for may be changed through it: only a sampler may take its place.
        return (node,) if behind == (found.value,) else behind
    if isinstance(node, cst.Call):
        name = ray_name(parsed, node.func)
        if name and name.name in ("ray.tune.choice", "ray.tune.grid_search") and node.args:
            options = node.args[0].value
            if isinstance(options, cst.List | cst.Tuple):
                return tuple(
                    inner for one in options.elements for inner in choices(parsed, one.value)
                )
    return (node,)


def possible_values(
    parsed: Parsed, node: cst.BaseExpression, depth: int = 0
) -> Iterator[cst.BaseExpression]:
    """What an expression can give on the paths that can be seen, at least itself.

    Through every assignment of a name or of an attribute of ``self``, the branches of a
    conditional, and the returns of a function or method of this module; for a container, also what
    is put into it, and what is taken out of one.
    """
    inner: Iterable[cst.BaseExpression] = ()
    match node:
        case cst.IfExp():
            inner = (node.body, node.orelse)
        case cst.BooleanOperation():
            inner = (node.left, node.right)
        case cst.NamedExpr():
            inner = (node.value,)
        case cst.Name() | cst.Attribute():
            inner = (*_assigned(parsed, node), *_put_in(parsed, node))
        case cst.Call():
            inner = (*_returned(parsed, node), *_taken_out(parsed, node))
        case cst.Subscript():
            inner = (node.value,)
        case cst.List() | cst.Tuple():
            inner = (one.value for one in node.elements)
        case cst.Dict():
            inner = (one.value for one in node.elements)
        case cst.ListComp() | cst.GeneratorExp():
            inner = (node.elt,)
        case cst.DictComp():
            inner = (node.value,)
    yield node
    if depth < _DEEP:
        for one in inner:
            yield from possible_values(parsed, one, depth + 1)


def _assigned(parsed: Parsed, node: cst.Name | cst.Attribute) -> Iterator[cst.BaseExpression]:
    if isinstance(node, cst.Name):
        for binding in bindings(parsed, node):
            target = getattr(binding, "node", None)
            for one in (target, *parsed.ancestors(target)) if target is not None else ():
                if isinstance(one, cst.Assign | cst.AnnAssign | cst.NamedExpr):
                    if one.value is not None:
                        yield one.value
                    break
                if isinstance(one, cst.For | cst.CompFor):
                    yield one.iter
                    break
                if isinstance(one, cst.WithItem):
                    yield one.item
                    break
                if isinstance(one, cst.BaseStatement):
                    break
        return
    owner = parsed.enclosing(node, cst.ClassDef)
    written = parsed.source(node)
    for inner in parsed.assignments(owner) if owner is not None else ():
        if isinstance(inner, cst.Assign) and any(
            parsed.source(one.target) == written for one in inner.targets
        ):
            yield inner.value


def _put_in(parsed: Parsed, node: cst.Name | cst.Attribute) -> Iterator[cst.BaseExpression]:
    """What is put into the list or dict that a name or an attribute of ``self`` is."""
    for read in mentions(parsed, node) if isinstance(node, cst.Name) or is_of_self(node) else ():
        holder = parsed.parent(read)
        outer = parsed.parent(holder) if holder is not None else None
        match holder, outer:
            case cst.Attribute(attr=cst.Name(value=name)), cst.Call(args=given):
                if name in collection_methods.FILLING and outer.func is holder:
                    yield from (one.value for one in given)
            case cst.Subscript(), cst.AssignTarget():
                assign = parsed.parent(outer)
                if isinstance(assign, cst.Assign) and holder.value is read:
                    yield assign.value
            case cst.AugAssign(), _ if holder.target is read:
                yield holder.value


def _taken_out(parsed: Parsed, call: cst.Call) -> Iterator[cst.BaseExpression]:
    """The container out of which a call takes what it gives."""
    function = call.func
    if isinstance(function, cst.Attribute) and function.attr.value in collection_methods.GIVING:
        yield function.value
    elif any(is_builtin(parsed, function, one) for one in collection_methods.GIVING_FUNCTIONS):
        yield from (one.value for one in call.args if one.keyword is None)


def _returned(parsed: Parsed, call: cst.Call) -> Iterator[cst.BaseExpression]:
    maker = definition(parsed, call.func)
    if maker is None and isinstance(call.func, cst.Attribute):
        maker = method(parsed, call.func)
    if isinstance(maker, cst.FunctionDef):
        for one in parsed.walk(maker.body, cst.Return):
            if one.value is not None and parsed.function(one) is maker:
                yield one.value


def may_be_dict(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether a value, or what is sampled from it, can be a dict."""
    for one in choices(parsed, node):
        if isinstance(one, cst.Call):
            name = ray_name(parsed, one.func)
            if name is not None and name.name in ray_api.NUMERIC_SAMPLERS:
                continue
        if is_constant(one) or isinstance(
            one,
            cst.List
            | cst.Tuple
            | cst.Set
            | cst.ConcatenatedString
            | cst.FormattedString
            | cst.Comparison
            | cst.Lambda
            | cst.ListComp,
        ):
            continue
        if isinstance(one, cst.Name):
            found = variable(parsed, one)
            if one.value in ("True", "False", "None") or (
                found is not None and not may_be_dict(parsed, found.value)
            ):
                continue
        return True
    return False


def samplers(parsed: Parsed, node: cst.CSTNode) -> Iterator[cst.Call]:
    """Calls of Tune's samplers below ``node``, lambdas aside."""
    for one in parsed.walk(node, cst.Call):
        name = ray_name(parsed, one.func)
        if name is not None and name.name in ray_api.SAMPLERS:
            yield one


def _parts(element: cst.BaseDictElement) -> tuple[cst.BaseExpression, ...]:
    if isinstance(element, cst.DictElement):
        return (element.key, element.value)
    return (element.value,)


def _is_plain_call(parsed: Parsed, node: cst.Call) -> bool:
    """A constructor that only holds its arguments."""
    if is_builtin(parsed, node.func, "dict"):
        return True
    name = ray_name(parsed, node.func)
    return (
        name is not None
        and name.certainty is Certainty.SURE
        and name.name in ray_api.CONFIG_CLASSES
    )


def is_builtin(parsed: Parsed, node: cst.BaseExpression, name: str) -> bool:
    """Whether an expression is one of Python's own names, and means that."""
    return (
        isinstance(node, cst.Name)
        and node.value == name
        and all(isinstance(one, BuiltinAssignment) for one in bindings(parsed, node))
    )


def _is_settled(
    parsed: Parsed,
    binding: BaseAssignment,
    name: cst.Name,
    reader: cst.FunctionDef | None,
    to: cst.CSTNode,
) -> bool:
    """Whether one binding cannot give its name a new value after ``to``."""
    if isinstance(binding, BuiltinAssignment | ImportAssignment):
        return True
    if not isinstance(binding, Assignment):
        return False
    node = binding.node
    if isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Param):
        return True
    writer = parsed.function(node)
    owner = _owner(binding)
    if writer is not owner:
        return False  # by ``global`` or ``nonlocal``: at any time
    if owner is not reader and owner is None:
        return True  # a global of a module that has run before the function does
    if owner is not reader:  # a local of a function around the reader, which may run at any time
        return len(bindings(parsed, name)) == 1 and not _is_in_loop(parsed, node)
    return parsed.start(node) < parsed.start(name) and not _loops_apart(parsed, node, to)


def _owner(binding: BaseAssignment) -> cst.FunctionDef | None:
    """The function whose local the binding is; None for a global."""
    scope = binding.scope
    node = getattr(scope, "node", None)
    return node if isinstance(node, cst.FunctionDef) else None


def _is_in_loop(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether what a node stands in runs again within one call of its function."""
    here = parsed.function(node)
    return any(
        isinstance(one, _LOOPS) and parsed.function(one) is here for one in parsed.ancestors(node)
    )


def _loops_apart(parsed: Parsed, node: cst.CSTNode, to: cst.CSTNode) -> bool:
    """Whether a loop around ``to`` runs the binding again without defining the function again."""
    return any(
        isinstance(one, _LOOPS) and not parsed.inside(to, one) for one in parsed.ancestors(node)
    ) and any(isinstance(one, _LOOPS) and parsed.inside(node, one) for one in parsed.ancestors(to))


def settled(parsed: Parsed, node: cst.BaseExpression) -> object:
    """The value of a literal, or of a name that stands for one."""
    found = variable(parsed, node)
    return constant(parsed, found.value if found is not None else node)
