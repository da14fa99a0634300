"""Which expressions are paths of checkpoints, and which numbers are taken out of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.elements import first_gone_through, unpacked
from raytune_migrate.expressions.lookups import index_of, text_of
from raytune_migrate.expressions.values import is_builtin
from raytune_migrate.module.bindings import bindings, is_parameter, variable
from raytune_migrate.module.names import imported_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed

_DEEP = 6  # variables that hold each other must end somewhere
_CHECKPOINT = re.compile(r"(?:^|_)(?:checkpoint|ckpt)$")
_PATH = re.compile(r"(?:^|_)(?:checkpoint|ckpt)_(?:dir|directory|folder|name|path)$")
_NAMES = frozenset({"os.path.basename", "os.path.normpath", "pathlib.Path", "pathlib.PurePath"})
_CUTS = frozenset({"split", "rsplit", "partition", "rpartition"})
_STRIPS = frozenset({"lstrip", "removeprefix", "replace", "rstrip", "strip"})
_SEARCHES = frozenset({"re.findall", "re.fullmatch", "re.match", "re.search"})
_PREFIX = "checkpoint_"
_METRIC = "checkpoint_dir_name"  # what Tune adds to the metrics of a report with a checkpoint
_PICKS = re.compile(r"(?:^|/)checkpoint_?\*?(?:/|$)")  # with nothing behind: no file of one's own
PARTS = frozenset({_PREFIX, "_", "/", ""})  # by which names of Train V1 were taken apart


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: of which, and by what words it was cut out of it."""

    of: cst.BaseExpression
    words: tuple[str, ...] = ()
    is_cut: bool = False


def number_of(parsed: Parsed, call: cst.Call) -> Piece | None:
    """The piece of a text in ``int(path.split("_")[-1])`` and the like; None if it is none."""
    if not is_builtin(parsed, call.func, "int") or len(call.args) != 1:
        return None
    cut = piece(parsed, call.args[0].value)
    return cut if cut.is_cut and PARTS.issuperset(cut.words) else None


def is_of_checkpoint(parsed: Parsed, cut: Piece) -> bool:
    """Whether a piece is of the path of a checkpoint, by what that is called or how it is cut."""
    return _PREFIX in cut.words or gives_checkpoint_path(parsed, cut.of)


def gives_checkpoint_path(parsed: Parsed, node: cst.BaseExpression, depth: int = 0) -> bool:
    """Whether an expression is the path of a checkpoint, or the last part of one.

    By what it is called, or as one of those that are listed by the prefix of their names.
    """
    if depth > _DEEP:
        return False
    inner = piece(parsed, node).of
    if inner is not node:
        return gives_checkpoint_path(parsed, inner, depth + 1)
    match node:
        case cst.Subscript():
            return _is_metric(parsed, node)
        case cst.Attribute(attr=cst.Name(value="path")):
            return _is_checkpoint(parsed, node.value)
        case cst.Attribute():
            return _PATH.search(node.attr.value.lower()) is not None
        case cst.Name():
            bound = variable(parsed, node)
            if bound is not None:
                return gives_checkpoint_path(parsed, bound.value, depth + 1)
            if any(_picks_checkpoints(parsed, one) for one in listings(parsed, node)):
                return True
            return is_parameter(parsed, node) and _PATH.search(node.value.lower()) is not None
        case _:
            return False


def _is_checkpoint(parsed: Parsed, node: cst.BaseExpression, depth: int = 0) -> bool:
    """Whether an expression is a checkpoint: by what it is called, or by where it comes from."""
    if depth > _DEEP:
        return False
    match node:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value="get_checkpoint" | "get_best_checkpoint"))
        ):
            return True
        case cst.Subscript():
            return _holds_best(parsed, node.value)
        case cst.Attribute(attr=last):
            return _CHECKPOINT.search(last.value.lower()) is not None
        case cst.Name() if _CHECKPOINT.search(node.value.lower()) is not None:
            return True
        case cst.Name():
            bound = variable(parsed, node)
            if bound is not None:
                return _is_checkpoint(parsed, bound.value, depth + 1)
            return any(
                source is not None and _holds_best(parsed, source)
                for one in bindings(parsed, node)
                if isinstance(target := getattr(one, "node", None), cst.CSTNode)
                for source in (
                    first_gone_through(parsed, target),
                    unpacked(parsed, parsed.parent(target)),
                )
            )
        case _:
            return False


def _holds_best(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether an expression reads the pairs of a checkpoint and its metrics that a Result has."""
    return any(one.attr.value == "best_checkpoints" for one in parsed.walk(node, cst.Attribute))


def piece(parsed: Parsed, node: cst.BaseExpression) -> Piece:
    """A text that is taken apart: ``os.path.basename(path).split("_")[-1]`` is a piece of path."""
    words: list[str] = []
    is_cut = False
    while True:
        match node:
            case cst.Subscript() if not _is_metric(parsed, node):
                is_cut = is_cut or isinstance(node.slice[0].slice, cst.Slice)
                node = node.value
            case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="group"))):
                node = inner
            case cst.Call(args=[_, text, *_]) if imported_name(parsed, node.func) in _SEARCHES:
                is_cut = True
                node = text.value
            case cst.Call(args=[given]) if imported_name(parsed, node.func) in _NAMES or is_builtin(
                parsed, node.func, "str"
            ):
                node = given.value
            case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value=name))) if (
                name in _CUTS or name in _STRIPS
            ):
                words += [_word(parsed, one.value) for one in node.args if _is_text(one.value)]
                is_cut = True
                node = inner
            case cst.Attribute(attr=cst.Name(value="name" | "stem" | "str")):
                node = node.value
            case _ if (above := _above(parsed, node)) is not None:
                node = above
            case _:
                return Piece(node, tuple(words), is_cut)


def _is_metric(parsed: Parsed, node: cst.Subscript) -> bool:
    """Whether an expression takes the name of the directory of a checkpoint out of metrics."""
    return index_of(parsed, node) == _METRIC


def _above(parsed: Parsed, node: cst.BaseExpression) -> cst.BaseExpression | None:
    """What a file is in, where its path is made of that: ``(path / "model.pt").parent``."""
    match node:
        case cst.Attribute(value=inner, attr=cst.Name(value="parent")):
            pass
        case cst.Call(args=[cst.Arg(value=inner)]) if (
            imported_name(parsed, node.func) == "os.path.dirname"
        ):
            pass
        case _:
            return None
    bound = variable(parsed, inner)
    match bound.value if bound is not None else inner:
        case cst.BinaryOperation(left=folder, operator=cst.Divide(), right=last):
            return folder if _is_one_name(parsed, last) else None
        case cst.Call(args=[cst.Arg(value=folder), cst.Arg(value=last)]) as call if (
            imported_name(parsed, call.func) == "os.path.join"
        ):
            return folder if _is_one_name(parsed, last) else None
        case _:
            return None


def _is_one_name(parsed: Parsed, node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.SimpleString) and "/" not in text_of(parsed, node)


def _is_text(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.BaseString)


def _word(parsed: Parsed, node: cst.BaseExpression) -> str:
    text = text_of(parsed, node)
    return _PREFIX if text.endswith(_PREFIX) else text


def listings(parsed: Parsed, name: cst.Name) -> Iterator[cst.CSTNode]:
    """The loops that give a name its values; what is sorted by a function of such a parameter."""
    for one in bindings(parsed, name):
        target = getattr(one, "node", None)
        if not isinstance(target, cst.CSTNode):
            continue
        for around in parsed.ancestors(target):
            match around:
                case cst.For() | cst.CompFor() if parsed.inside(target, around.target):
                    yield around
                    yield from _behind(parsed, around.iter)
                case cst.Call(func=cst.Attribute(value=inner, attr=cst.Name(value="sort"))):
                    yield from _behind(parsed, inner)
                case cst.Call(args=[given, *_]) if isinstance(target, cst.Param):
                    yield given
                    yield from _behind(parsed, given.value)
                case cst.BaseStatement():
                    break


def _behind(parsed: Parsed, node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    bound = variable(parsed, node)
    if bound is not None:
        yield bound.value


def _picks_checkpoints(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether something tells directories of checkpoints by how their names begin."""
    texts = parsed.walk(node, cst.SimpleString, cst.FormattedStringText)
    return any(_PICKS.search(text_of(parsed, one)) is not None for one in texts)
