"""Imports that a rewrite has made useless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate.imports.statements import (
    bound_name,
    imports_of,
    wanted_names,
    without_names,
    written_name,
)

if TYPE_CHECKING:
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Replace


def useless_imports(before: Parsed, after: Parsed) -> list[Replace]:
    """The edits that take out of ``after`` what ``before`` used and ``after`` does not."""
    reads = [
        (
            (written, bound),
            any(one.references for one in _bindings(before, binding.node, written, bound)),
        )
        for bound, written, binding in imports_of(before)
    ]
    # What was imported twice and read through one of the two stays as the user has it.
    used = {name for name, is_read in reads if is_read} - {
        name for name, is_read in reads if not is_read
    }
    exported = wanted_names(after)
    edits: list[Replace] = []
    for statement in after.nodes:
        if not isinstance(statement, cst.Import | cst.ImportFrom):
            continue
        if isinstance(statement.names, cst.ImportStar):
            continue
        idle = [
            alias
            for alias in statement.names
            if _is_idle(after, statement, alias, used) and bound_name(alias) not in exported
        ]
        if idle:
            edits += without_names(after, statement, idle)
    return edits


def _is_idle(
    after: Parsed,
    statement: cst.Import | cst.ImportFrom,
    alias: cst.ImportAlias,
    used: set[tuple[str, str]],
) -> bool:
    bound, written = bound_name(alias), written_name(statement, alias)
    if (written, bound) not in used:
        return False
    found = _bindings(after, statement, written, bound)
    if len(found) > 1 and _binds_too(after, statement, bound):
        found = [one for one in found if one.name == written]  # the package is there without it
    return bool(found) and not any(one.references for one in found)


def _binds_too(parsed: Parsed, statement: cst.CSTNode, package: str) -> bool:
    """Whether another import in the scope binds the package that ``import package.module`` does."""
    scope = parsed.scope(statement)
    return any(
        isinstance(one, ImportAssignment) and one.node is not statement
        for one in (scope[package] if scope is not None else ())
    )


def _bindings(
    parsed: Parsed, statement: cst.CSTNode, written: str, bound: str
) -> list[ImportAssignment]:
    """What an import binds: ``import ray.air`` binds, to LibCST, both ``ray`` and ``ray.air``."""
    scope = parsed.scope(statement)
    names = (bound, written) if written.startswith(f"{bound}.") else (bound,)
    return [
        one
        for name in names
        for one in (scope[name] if scope is not None else ())
        if isinstance(one, ImportAssignment) and one.node is statement
    ]
