"""Of what Result a path is: its own, that of its checkpoint, or the name of what lies in one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.expressions.lookups import lookups, operands, text_of
from raytune_migrate.expressions.values import is_builtin
from raytune_migrate.module.bindings import definition, variable
from raytune_migrate.module.names import imported_name
from raytune_migrate.readers.checkpoint_paths import PARTS, listings, piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

_DEEP = 8  # variables that hold each other must end somewhere
_LISTS = frozenset({"os.listdir", "os.scandir"})
_GLOBS = frozenset({"glob.glob", "glob.iglob"})
_SAME = ("iter", "list", "max", "min", "reversed", "set", "sorted", "tuple")
_PATHS = frozenset({"os.fspath", "pathlib.Path", "pathlib.PurePath"})
_JOIN = "os.path.join"
_ALL = re.compile(r"^/?(?:\*|checkpoint_?\*)/?$")  # what a checkpoint is among


@dataclass(frozen=True, slots=True)
class RunPath:
    """A path of a run, as ``result.path``; or, if ``listed``, of one of the names in there."""

    path: cst.Attribute
    result: cst.BaseExpression
    listed: bool


def run_path(
    parsed: Parsed, node: cst.BaseExpression, *, listed: bool = False, depth: int = 0
) -> RunPath | None:
    """The path of a run behind a path, or behind a piece of one; None where it is of nothing known.

    Not of what is told from the others in there by a name that is none of a checkpoint.
    """
    if depth > _DEEP:
        return None
    node = piece(parsed, node).of
    match node:
        case cst.Attribute(value=owner, attr=cst.Name(value=name)) if name in ray_api.RUN_PATHS:
            entry = (
                run_path(parsed, owner, depth=depth + 1) if isinstance(owner, cst.Name) else None
            )
            found = RunPath(node, _result(parsed, owner), listed)
            return entry if entry is not None and entry.listed else found
        case cst.Name() if (bound := variable(parsed, node)) is not None:
            return run_path(parsed, bound.value, listed=listed, depth=depth + 1)
        case cst.Name() if not _is_told_apart(parsed, node):
            every = (*listings(parsed, node), *_sorted_by(parsed, node))
            paths = (run_path(parsed, one, depth=depth + 1) for one in map(_source, every) if one)
            return next((one for one in paths if one is not None and one.listed), None)
        case _:
            pass
    folder = _folder(parsed, node)
    if folder is not None:
        return run_path(parsed, folder, listed=True, depth=depth + 1)
    inner = _inner(parsed, node)
    return run_path(parsed, inner, listed=listed, depth=depth + 1) if inner is not None else None


def _result(parsed: Parsed, owner: cst.BaseExpression) -> cst.BaseExpression:
    """What a path is read of, or of whose checkpoint it is."""
    bound = variable(parsed, owner)
    match bound.value if bound is not None else owner:
        case cst.Attribute(value=result, attr=cst.Name(value="checkpoint")):
            return result
        case cst.Call(func=cst.Attribute(value=result, attr=cst.Name(value="get_best_checkpoint"))):
            return result
        case _:
            return owner


def _source(node: cst.CSTNode) -> cst.BaseExpression | None:
    """What a loop goes through, or a call is given."""
    match node:
        case cst.For() | cst.CompFor():
            return node.iter
        case cst.Arg():
            return node.value
        case cst.BaseExpression():
            return node
        case _:
            return None


def _sorted_by(parsed: Parsed, name: cst.Name) -> Iterator[cst.BaseExpression]:
    """What is sorted by the function of a parameter."""
    function = parsed.function(name)
    for call in parsed.of(cst.Call) if function is not None else ():
        if any(definition(parsed, one.value) is function for one in call.args[1:]):
            yield call.args[0].value


def _is_told_apart(parsed: Parsed, name: cst.Name) -> bool:
    """Whether what a name is of is chosen by a text that no checkpoint has in its name."""
    for around in parsed.ancestors(name):
        if isinstance(around, cst.FunctionDef):
            return False
        if isinstance(
            around, cst.For | cst.ListComp | cst.GeneratorExp | cst.SetComp | cst.If
        ) and any(_chooses(parsed, text, name) for text in parsed.walk(around, cst.SimpleString)):
            return True
    return False


def _chooses(parsed: Parsed, text: cst.SimpleString, name: cst.Name) -> bool:
    """Whether a text that no checkpoint has in its name is looked for in what a name is of."""
    word = text_of(parsed, text)
    if word in PARTS or "checkpoint" in word:
        return False
    return any(
        _is_name(one, name.value)
        for whole in lookups(parsed, text)
        if isinstance(whole, cst.Comparison | cst.Call)
        for one in operands(whole)
    )


def _is_name(node: cst.BaseExpression, name: str) -> bool:
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name) and node.value == name


def _folder(parsed: Parsed, node: cst.BaseExpression) -> cst.BaseExpression | None:
    """The directory whose content an expression is, as ``os.listdir(folder)``."""
    match node:
        case cst.Call(args=[cst.Arg(value=folder)]) if imported_name(parsed, node.func) in _LISTS:
            return folder
        case cst.Call(func=cst.Attribute(value=folder, attr=cst.Name(value="iterdir")), args=[]):
            return folder
        case cst.Call(
            func=cst.Attribute(value=folder, attr=cst.Name(value="glob")),
            args=[cst.Arg(value=text)],
        ) if _ALL.search(text_of(parsed, text)):
            return folder
        case cst.Call(args=[cst.Arg(value=path), *_]) if imported_name(parsed, node.func) in _GLOBS:
            return _globbed(parsed, path)
        case _:
            return None


def _globbed(parsed: Parsed, path: cst.BaseExpression) -> cst.BaseExpression | None:
    """The directory in a pattern for all that it holds: ``f"{folder}/*"``."""
    match path:
        case cst.Call(args=[cst.Arg(value=folder), cst.Arg(value=text)]) if imported_name(
            parsed, path.func
        ) == _JOIN and _ALL.search(text_of(parsed, text)):
            return folder
        case cst.FormattedString(parts=[cst.FormattedStringExpression(expression=folder), text]):
            return folder if _ALL.search(text_of(parsed, text)) else None
        case cst.BinaryOperation(left=folder, right=text):
            return folder if _ALL.search(text_of(parsed, text)) else None
        case _:
            return None


def _inner(parsed: Parsed, node: cst.BaseExpression) -> cst.BaseExpression | None:
    """What an expression is made of that is the same path, or holds the same ones."""
    match node:
        case cst.Call(args=[cst.Arg(value=inner), *_]) if imported_name(
            parsed, node.func
        ) in _PATHS or any(is_builtin(parsed, node.func, one) for one in _SAME):
            return inner
        case cst.ListComp(elt=cst.Name() as element) | cst.GeneratorExp(elt=cst.Name() as element):
            return element
        case _:
            return None
