"""What looks for trials, or an experiment, by the class of their trainer.

Tune names both by what the Tuner is given: under Train V2 by the driver function.
https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.elements import gone_through
from raytune_migrate.expressions.foreign import is_told_of_sweep
from raytune_migrate.expressions.lookups import index_of, lookups, operands, text_of
from raytune_migrate.expressions.values import is_builtin
from raytune_migrate.module.bindings import bindings, variable
from raytune_migrate.module.names import denotes, imported_name, last_name, ray_name
from raytune_migrate.readers.fits import is_any_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal

_CODE = "RTM407"
_CLASSES = "|".join(ray_api.TRIAL_PREFIXES)
_NAMED = re.compile(rf"(?:^|[/*\\^])({_CLASSES})(?:_|\*(?:$|[/_]))")
# The class by itself is the name of what a trial runs, and begins its own; it may mean others too.
_CLASS = re.compile(rf"[\^*]*({_CLASSES})(?![A-Za-z0-9_])")
_COLUMN = "logdir"  # of the tables of a ResultGrid: where the files of each trial are
_DEEP = 6  # variables that hold each other must end somewhere
_KEEPING_NAMES = frozenset({"os.path.basename", "pathlib.Path", "pathlib.PurePath"})
_LISTINGS = frozenset({"os.listdir", "os.scandir"})
_ORDERING = ("iter", "list", "reversed", "sorted", "tuple")
_PICKING = ("max", "min", "next")
# What Tune's trials, and code that is given one, call these names.
_TRIAL_NAMES = frozenset({"experiment_dir_name", "trainable_name", "trial_name"})


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such text that a file or a name is looked for with."""
    parsed = context.parsed
    if not any(one in parsed.text for one in ray_api.TRIAL_PREFIXES):
        return
    every = parsed.of(cst.SimpleString, cst.FormattedStringText)
    texts: list[tuple[cst.CSTNode, str]] = [(one, text_of(parsed, one)) for one in every]
    texts += _class_names(parsed)
    if any(ray_api.DRIVER in text for _, text in texts):
        return  # it knows both
    for node, text in texts:
        told = _told(parsed, node, text)
        if told is not None:
            yield told


def _class_names(parsed: Parsed) -> Iterator[tuple[cst.CSTNode, str]]:
    """The places that ask a trainer's class for its name, with what is written behind that."""
    for node in parsed.of(cst.Attribute):
        name = ray_name(parsed, node.value) if node.attr.value == "__name__" else None
        if name is None or name.name not in ray_api.TRAINERS:
            continue
        part = parsed.parent(node)
        whole = parsed.parent(part) if isinstance(part, cst.FormattedStringExpression) else None
        behind = ""
        if isinstance(whole, cst.FormattedString):
            place = next(i for i, one in enumerate(whole.parts) if one is part)
            behind = "".join(text_of(parsed, one) for one in whole.parts[place + 1 : place + 2])
        yield node, name.name.rpartition(".")[2] + behind


def _told(parsed: Parsed, node: cst.CSTNode, text: str) -> Finding | None:
    named, alone = _NAMED.search(text), _CLASS.match(text)
    if named is not None and any(True for _ in lookups(parsed, node)):
        return finding(
            parsed,
            node,
            _CODE,
            *ray_api.named_anew(named[1]),
        )
    if alone is not None and any(
        _names_trial(parsed, one) for whole in lookups(parsed, node) for one in operands(whole)
    ):
        return finding(
            parsed,
            node,
            _CODE,
            f"Under Train V2 what a trial runs is called {ray_api.DRIVER}, not {alone[1]}, and the"
            " name of the trial begins with it.",
            f"Look for {ray_api.DRIVER} too.",
        )
    if text in ray_api.TRIAL_PREFIXES and _is_restored(parsed, node):
        return finding(
            parsed,
            node,
            _CODE,
            f"Tune restores by name, and what a rewritten sweep ran is called {ray_api.DRIVER}, not"
            f" {text}.",
            f"Give it {ray_api.DRIVER} for such an experiment; those of Train V1 keep their name.",
        )
    return None


def _is_restored(parsed: Parsed, node: cst.CSTNode) -> bool:
    """Whether a text is the name of the trainable that ``Tuner.restore`` is given."""
    argument = parsed.parent(node)
    call = parsed.parent(argument) if argument is not None else None
    if not isinstance(argument, cst.Arg) or not isinstance(call, cst.Call):
        return False
    if not denotes(parsed, call.func, ray_api.RESTORE):
        return False
    word = argument.keyword.value if argument.keyword is not None else None
    return word == "trainable" or (word is None and [*call.args].index(argument) == 1)


def _names_trial(parsed: Parsed, node: cst.BaseExpression, depth: int = 0) -> bool:
    """Whether an expression is the name of a trial or of its trainable, or a part of one."""
    if depth > _DEEP:
        return False
    match node:
        case cst.Attribute(attr=cst.Name(value="path" | ray_api.LOG_DIR)):
            return is_any_result(parsed, node.value) or is_told_of_sweep(parsed, node.value)
        case cst.Attribute(attr=cst.Name(value="name" | "stem" | "str")):
            return _names_trial(parsed, node.value, depth + 1)
        case cst.Attribute():
            return node.attr.value in _TRIAL_NAMES
        case cst.Name():
            bound = variable(parsed, node)
            return (
                node.value in _TRIAL_NAMES
                or (bound is not None and _names_trial(parsed, bound.value, depth + 1))
                or _is_of_folder(parsed, node)
            )
        case cst.Subscript() if index_of(parsed, node) == _COLUMN:
            return True
        case cst.Subscript(value=listing) if _is_listing(parsed, listing):
            return True
        case cst.Subscript():
            return _names_trial(parsed, node.value, depth + 1)
        case cst.Call(args=[cst.Arg(value=given)]) if is_builtin(parsed, node.func, "str"):
            return last_name(given).lower().endswith("trial")
        case cst.Call(args=[cst.Arg(value=given)]) if (
            imported_name(parsed, node.func) in _KEEPING_NAMES
        ):
            return _names_trial(parsed, given, depth + 1)
        case cst.Call(args=[cst.Arg(value=listing), *_]) if any(
            is_builtin(parsed, node.func, one) for one in _PICKING
        ):
            return _is_listing(parsed, listing)
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="get_trial_name"))):
            return True
        case cst.Call(func=cst.Attribute(value=inner)):
            return _names_trial(parsed, inner, depth + 1)
        case _:
            return False


def _is_of_folder(parsed: Parsed, name: cst.Name) -> bool:
    """Whether a loop goes with a name through what is in a folder: it may be an experiment's."""
    ends = (one.node for one in bindings(parsed, name) if isinstance(one, Assignment))
    return any(_is_listing(parsed, gone_through(parsed, one)) for one in ends)


def _is_listing(parsed: Parsed, listing: cst.CSTNode | None) -> bool:
    """Whether an expression gives what is in a folder, in whatever order."""
    while isinstance(listing, cst.Call) and any(
        is_builtin(parsed, listing.func, each) for each in _ORDERING
    ):
        listing = listing.args[0].value if listing.args else None
    match listing:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="iterdir"))):
            return True
        case cst.Call(func=function):
            return imported_name(parsed, function) in _LISTINGS
        case _:
            return False
