"""What an expression is to Ray where another module of the project made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment

from raytune_migrate.elsewhere import Kind
from raytune_migrate.module.bindings import bindings, qualified_name
from raytune_migrate.module.names import imported_name, known_elsewhere

if TYPE_CHECKING:
    from raytune_migrate.elsewhere import Known
    from raytune_migrate.module.parsed import Parsed

_UNKNOWN = frozenset({Kind.UNKNOWN})
_WAITING = ("asyncio.run",)  # give what a coroutine does


def kinds(parsed: Parsed, node: cst.BaseExpression) -> frozenset[Kind]:
    """What may come of an import, of a call of one, or of the callers of a function here."""
    if isinstance(node, cst.Await):
        return kinds(parsed, node.expression)
    if isinstance(node, cst.Call):
        if node.args and imported_name(parsed, node.func) in _WAITING:
            return kinds(parsed, node.args[0].value)
        known = known_elsewhere(parsed, node.func)
        return known.result if known is not None else _UNKNOWN
    known = known_elsewhere(parsed, node)
    if known is not None:
        return known.value
    return _given(parsed, node) if isinstance(node, cst.Name) else _UNKNOWN


def told_of_result(parsed: Parsed, node: cst.BaseExpression) -> frozenset[Kind]:
    """What an expression of which a Result's field is read may be, as all modules together tell."""
    results = parsed.elsewhere.lines.results
    return results.get(_end(parsed, node), _UNKNOWN) if results else _UNKNOWN


def told_of_context(parsed: Parsed, node: cst.BaseExpression) -> frozenset[Kind]:
    """What an expression that is asked for a trial may be, as all modules together tell."""
    contexts = parsed.elsewhere.lines.contexts
    return contexts.get(_end(parsed, node), _UNKNOWN) if contexts else _UNKNOWN


def is_told_of_sweep(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether that of which a path is read is a Result of another module's sweep over trainers.

    Or may be one of the project's, as nobody is seen to give it.
    """
    paths = parsed.elsewhere.lines.paths
    return bool(paths) and _end(parsed, node) in paths


def told_of_trainer(parsed: Parsed, node: cst.BaseExpression) -> Known | None:
    """An expression of which ``fit()`` is called, if all modules together tell it a trainer."""
    trainers = parsed.elsewhere.lines.trainers
    return trainers.get(_end(parsed, node)) if trainers else None


def is_told_of_trainers(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether all that modules are seen to give for that of which ``fit()`` is called is trainers,
    though others may give it something else."""
    handed = parsed.elsewhere.lines.handed
    return bool(handed) and _end(parsed, node) in handed


def _end(parsed: Parsed, node: cst.BaseExpression) -> tuple[int, int]:
    """The line on which an expression ends, and how many bytes of that are before its end."""
    end = parsed.end(node)
    line = parsed.line_of(end)
    return line, len(parsed.text[parsed.line_start(line) : end].encode())


def _given(parsed: Parsed, name: cst.Name) -> frozenset[Kind]:
    """What other modules give for the parameter that a name is."""
    passed = parsed.elsewhere.passed
    found: set[Kind] = set()
    for one in bindings(parsed, name) if passed else ():
        parameter = one.node if isinstance(one, Assignment) else None
        if not isinstance(parameter, cst.Param):
            continue
        function = parsed.enclosing(parameter, cst.FunctionDef)
        if function is not None:
            key = qualified_name(parsed, function), parameter.name.value
            found |= passed.get(key, _UNKNOWN)
    return frozenset(found) or _UNKNOWN
