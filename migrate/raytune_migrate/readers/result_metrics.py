"""Whether anything reads the metrics of the Result that a trainer's ``fit()`` gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.expressions.shown import is_printed
from raytune_migrate.imports.statements import exported_names
from raytune_migrate.module.bindings import bindings

if TYPE_CHECKING:
    from raytune_migrate.module.parsed import Parsed

# What a Result has as before, whatever was reported.
_KEPT = frozenset(
    {"best_checkpoints", "checkpoint", "error", "filesystem", "get_best_checkpoint", "path"}
)


def may_read_metrics(
    parsed: Parsed, given: cst.BaseExpression, above: frozenset[int] = frozenset()
) -> bool:
    """Whether the metrics of what a ``fit()`` gives may be read, here or in another module.

    ``above`` are the functions that return it, by their ids.
    """
    match parsed.parent(given):
        case cst.Expr():
            return False
        case cst.Await() as awaited:
            return may_read_metrics(parsed, awaited, above)
        case cst.Return():
            function = parsed.function(given)
            if id(function) in above:
                return False  # which is being asked already
            return function is None or not _is_dropped(parsed, function, above)
        case cst.Attribute(attr=field):
            return field.value not in _KEPT
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]):
            shared = exported_names(parsed) | parsed.elsewhere.wanted
            if parsed.function(name) is None and name.value in shared:
                return True
            read = (access.node for one in bindings(parsed, name) for access in one.references)
            return any(_may_be_metrics(parsed, one) for one in read)
        case _:
            return True


def is_only_printed(parsed: Parsed, given: cst.BaseExpression) -> bool:
    """Whether nothing goes on from what a ``fit()`` gives: code that runs on Train V2 as it is."""
    reads: list[cst.CSTNode] = [given]
    match parsed.parent(given):
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]):
            reads = [each.node for one in bindings(parsed, name) for each in one.references]
    return all(is_printed(parsed, one) for one in reads)


def _is_dropped(parsed: Parsed, function: cst.FunctionDef, above: frozenset[int]) -> bool:
    """Whether all that a module does with what one of its functions returns is to drop it."""
    shared = exported_names(parsed) | parsed.elsewhere.wanted
    if function.decorators or function.name.value in shared or not _is_of_module(parsed, function):
        return False
    reads = [access.node for one in bindings(parsed, function.name) for access in one.references]
    for one in reads:
        call = parsed.parent(one)
        if not isinstance(call, cst.Call) or call.func is not one:
            return False
        if may_read_metrics(parsed, call, above | {id(function)}):
            return False
    return bool(reads)


def _is_of_module(parsed: Parsed, function: cst.FunctionDef) -> bool:
    return parsed.function(function) is None and parsed.enclosing(function, cst.ClassDef) is None


def _may_be_metrics(parsed: Parsed, result: cst.CSTNode) -> bool:
    holder = result if isinstance(result, cst.Attribute) else parsed.parent(result)
    return not (isinstance(holder, cst.Attribute) and holder.attr.value in _KEPT)
