"""Texts that something is looked for by: in paths, patterns, comparisons and lookups of dicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.values import constant
from raytune_migrate.module.bindings import variable_of
from raytune_migrate.module.names import imported_name, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

# What looks for files, joins paths or compares names, by the last part of its own name.
_READERS = frozenset(
    {
        *("Path", "PurePath", "exists", "isdir", "join", "joinpath", "listdir", "open", "scandir"),
        *("fnmatch", "fnmatchcase", "glob", "iglob", "match", "rglob"),
        *("compile", "filter", "find", "findall", "finditer", "fullmatch", "search"),
        *("endswith", "index", "lstrip", "partition", "removeprefix", "replace", "rpartition"),
        *("split", "startswith", "strip", "sub"),
        # what pandas has of these for a column
        *("contains", "extract", "extractall"),
        # commands of a shell
        *("Popen", "check_call", "check_output", "getoutput", "popen", "run", "system"),
    }
)
# The comparisons of unittest.
_ASSERTIONS = frozenset(
    f"assert{one}" for one in ("Equal", "In", "NotEqual", "NotIn", "NotRegex", "Regex")
)
_LOOKING = _READERS | _ASSERTIONS
_JOINS = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath"})


def text_of(parsed: Parsed, node: cst.CSTNode) -> str:
    """What a literal, or a piece of a formatted one, says; empty for what is no text."""
    if isinstance(node, cst.FormattedStringText):
        return node.value
    text = constant(parsed, node) if isinstance(node, cst.SimpleString) else None
    return text if isinstance(text, str) else ""


def index_of(parsed: Parsed, node: cst.Subscript) -> str:
    """The text that an element is taken by, of a dict or a table; empty where it is no text."""
    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=value))]:
            return text_of(parsed, value)
        case _:
            return ""


def lookups(
    parsed: Parsed, node: cst.CSTNode, above: frozenset[int] = frozenset()
) -> Iterator[cst.CSTNode]:
    """The expressions, or the ``match``, that look for something by a text; by one variable too.

    ``above`` are the assignments, by their ids, that led here: ``x = lambda: x`` leads to itself.
    """
    inner = node
    for around in parsed.ancestors(node):
        match around:
            case cst.Call() if last_name(around.func) in _LOOKING:
                yield around
                return
            case cst.BinaryOperation(operator=cst.Divide()) | cst.Comparison():
                yield around
                return
            case cst.Dict() if _is_key(parsed, node, inner):
                for one in _holders(parsed, around):
                    yield from _gets(parsed, one)
                return
            case cst.Match():
                yield from (around,) if isinstance(inner, cst.MatchCase) else ()
                return
            case cst.Assign():
                if inner is around.value and id(around) not in above:
                    for one in _reads(parsed, around):
                        yield from lookups(parsed, one, above | {id(around)})
                return
            case cst.BaseStatement() | cst.BaseSmallStatement():
                return
        inner = around


def compares(whole: cst.CSTNode) -> bool:
    """Whether a lookup holds its operands against each other, by an assertion too."""
    asserts = isinstance(whole, cst.Call) and last_name(whole.func) in _ASSERTIONS
    return asserts or isinstance(whole, cst.Comparison)


def operands(whole: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """What a lookup is made of: what it is looked for in, and by what."""
    match whole:
        case cst.Call():
            if isinstance(whole.func, cst.Attribute):
                yield whole.func.value
            yield from (one.value for one in whole.args)
        case cst.BinaryOperation():
            yield from (whole.left, whole.right)
        case cst.Comparison():
            yield from (whole.left, *(one.comparator for one in whole.comparisons))
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=value))]):
            yield value
        case cst.Match():
            yield whole.subject


def joined_paths(parsed: Parsed, node: cst.CSTNode) -> Iterator[cst.Attribute]:
    """Each ``result.path``, or ``log_dir`` as it was, that a text is joined to in an expression."""
    seen: set[int] = set()
    for around in joins(parsed, node):
        for one in parsed.walk(around, cst.Attribute):
            if one.attr.value in ray_api.RUN_PATHS and id(one) not in seen:
                seen.add(id(one))
                yield one


def joins(parsed: Parsed, node: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """The expressions that join a text to others to a path, from the inside out."""
    for around in parsed.ancestors(node):
        match around:
            case cst.BaseStatement() | cst.BaseSmallStatement():
                return
            case cst.FormattedString() | cst.BinaryOperation():
                yield around
            case cst.Call() if _is_join(parsed, around):
                yield around


def _is_join(parsed: Parsed, call: cst.Call) -> bool:
    function = call.func
    if isinstance(function, cst.Attribute) and function.attr.value == "joinpath":
        return True
    return imported_name(parsed, function) in _JOINS


def _is_key(parsed: Parsed, node: cst.CSTNode, element: cst.CSTNode) -> bool:
    return isinstance(element, cst.DictElement) and parsed.inside(node, element.key)


def _holders(parsed: Parsed, node: cst.CSTNode) -> tuple[cst.CSTNode, ...]:
    """An expression, or the reads of the variable that it is given to."""
    holder = parsed.parent(node)
    return _reads(parsed, holder) if isinstance(holder, cst.Assign) else (node,)


def _reads(parsed: Parsed, assign: cst.Assign) -> tuple[cst.CSTNode, ...]:
    target = assign.targets[0].target if len(assign.targets) == 1 else None
    bound = variable_of(parsed, target) if isinstance(target, cst.Name) else None
    return bound.references if bound is not None else ()


def _gets(parsed: Parsed, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The lookup of which a dict is the object, if it is one."""
    holder = parsed.parent(node)
    if isinstance(holder, cst.Subscript) and holder.value is node:
        yield holder
    elif isinstance(holder, cst.Attribute) and holder.attr.value == "get":
        call = parsed.parent(holder)
        if isinstance(call, cst.Call) and call.func is holder:
            yield call
