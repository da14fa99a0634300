"""Imports that a rewrite has made useless."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate.editing.edits import splice
from raytune_migrate.imports.statements import (
    every_import,
    import_statements,
    next_line,
    wanted_names,
    without_gap,
    without_names,
    written_name,
)
from raytune_migrate.module.names import bound_name, module_name
from raytune_migrate.module.parsed import SourceSyntaxError, parse, remembered
from raytune_migrate.module.syntax import every_node, python_tree
from raytune_migrate.proposal import Replace

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from raytune_migrate.module.parsed import Parsed


_NAME = re.compile(r"(?<![\w.])\w+")  # not behind a dot
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")  # as Python counts them


def useless_imports(before: Parsed, after: Parsed, width: int) -> list[Replace]:
    """The edits that take out of ``after`` what ``before`` used and ``after`` does not.

    ``width`` is how long lines may be.
    """
    used = _used_imports(before)
    exported = wanted_names(after)
    gone: dict[cst.Import | cst.ImportFrom, list[cst.ImportAlias]] = {}
    for statement in import_statements(after):
        if isinstance(statement.names, cst.ImportStar):
            continue
        idle = [
            alias
            for alias in statement.names
            if _is_idle(after, statement, alias, used) and bound_name(alias) not in exported
        ]
        if idle:
            gone[statement] = idle
    edits: list[Replace] = []
    for package, statement in _needed(after, gone).items():
        (alias, *others) = gone.pop(statement)
        if not others:
            edits.append(Replace(*after.span(alias.name), package))
    whole = {one for one, idle in gone.items() if len(idle) == len(list(_aliases(one)))}
    attempts = [one for one in after.of(cst.Try) if _is_left_empty(after, one, whole)]
    edits += [
        Replace(after.line_start(after.line(one)), next_line(after, one), "") for one in attempts
    ]
    for statement, idle in gone.items():
        if not any(after.inside(statement, one) for one in attempts):
            edits += _without(before, after, statement, idle, width)
    return [without_gap(after, one) for one in edits]


def _needed(
    parsed: Parsed, gone: Mapping[cst.Import | cst.ImportFrom, Sequence[cst.ImportAlias]]
) -> dict[str, cst.Import | cst.ImportFrom]:
    """By package, one of the imports that could each go because another of them brings it."""
    needed: dict[str, cst.Import | cst.ImportFrom] = {}
    for statement, idle in gone.items():
        for package in map(bound_name, idle):
            scope = parsed.scope(statement)
            found = scope[package] if scope is not None else ()
            nodes = {one.node for one in found if isinstance(one, ImportAssignment)}
            read = any(one.references for one in found)
            if read and nodes <= gone.keys() and statement not in needed.values():
                needed.setdefault(package, statement)
    return needed


def _aliases(statement: cst.Import | cst.ImportFrom) -> Sequence[cst.ImportAlias]:
    return () if isinstance(statement.names, cst.ImportStar) else statement.names


def _is_left_empty(parsed: Parsed, attempt: cst.Try, gone: Collection[cst.CSTNode]) -> bool:
    """Whether a ``try`` of the module does nothing but import, here or there, what goes."""
    bodies = [attempt.body, *(one.body for one in attempt.handlers)]
    statements = [
        small
        for body in bodies
        for line in body.body
        for small in (line.body if isinstance(line, cst.SimpleStatementLine) else (line,))
    ]
    return (
        parsed.parent(attempt) is parsed.module
        and attempt.orelse is None
        and attempt.finalbody is None
        and any(one in gone for one in statements)
        and all(one in gone or isinstance(one, cst.Pass) for one in statements)
    )


def _without(
    before: Parsed,
    parsed: Parsed,
    statement: cst.Import | cst.ImportFrom,
    idle: Sequence[cst.ImportAlias],
    width: int,
) -> list[Replace]:
    """An import without some of its names, on one line again if it was, and what is left fits."""
    kept = [one for one in _aliases(statement) if not any(one is other for other in idle)]
    if kept and isinstance(statement, cst.ImportFrom) and statement.lpar is not None:
        module = module_name(statement)
        start, end = parsed.span(statement)
        old = [one for one in before.of(cst.ImportFrom) if module_name(one) == module]
        names = ", ".join(parsed.source(one).rstrip().rstrip(",").rstrip() for one in kept)
        line = f"from {module} import {names}"
        behind = parsed.text[end : parsed.line_start(parsed.line_of(end) + 1)].rstrip()
        fits = len(f"{parsed.indent(statement)}{line}{behind}") <= width
        if fits and old and not any(set(before.source(one)) & set("#\r\n") for one in old):
            return [Replace(start, end, line)]
    return without_names(parsed, statement, idle)


def without_idle_imports(before: Parsed, text: str, width: int) -> str:
    """``text``, which ``before`` became, without what it surely imports for nothing.

    Sure is a name that is imported once and read nowhere, not even in a string. To find those here
    spares the whole text another look, which takes most of the time of a rewrite. ``width`` is how
    long lines may be.
    """
    used = _used_imports(before)
    rarer = _rarer(before.text, text)
    if not any(bound in rarer for _, bound in used):
        return text
    tree = python_tree(text)
    if tree is None:
        return text
    unread = _unread(tree) - before.elsewhere.wanted
    lines = _LINE.findall(text)
    for statement in reversed(tree.body):
        if not isinstance(statement, ast.Import | ast.ImportFrom) or statement.end_lineno is None:
            continue
        first, last = statement.lineno - 1, statement.end_lineno
        source = "".join(lines[first:last])
        if not any(bound in unread and bound in source for _, bound in used):
            continue
        try:
            alone = parse(source)
        except SourceSyntaxError:  # it starts behind another that begins further up
            continue
        idle = [
            (one, alias)
            for one in import_statements(alone)
            if not isinstance(one.names, cst.ImportStar)
            for alias in one.names
            if (written_name(one, alias), bound_name(alias)) in used and bound_name(alias) in unread
        ]
        if len({id(one) for one, _ in idle}) == 1:
            edits = _without(before, alone, idle[0][0], [alias for _, alias in idle], width)
            lines[first:last] = [splice(source, edits)]
    return "".join(lines)


def _rarer(before: str, after: str) -> frozenset[str]:
    """The names that a rewrite has made rarer; what is still read as often is not useless."""
    return frozenset(Counter(_NAME.findall(before)) - Counter(_NAME.findall(after)))


def _unread(tree: ast.Module) -> frozenset[str]:
    """The names that are imported once, and otherwise only parts of dotted names or comments."""
    imported: Counter[str] = Counter()
    read: set[str] = set()
    for node in every_node(tree):
        match node:
            case ast.Name():
                read.add(node.id)
            case ast.Constant(value=str() as text):
                read.update(re.findall(r"\w+", text))
            case ast.Import() | ast.ImportFrom():
                imported.update(one.asname or one.name.partition(".")[0] for one in node.names)
            case ast.Global() | ast.Nonlocal():
                read.update(node.names)
            case _:
                pass
    return frozenset(name for name, count in imported.items() if count == 1 and name not in read)


@remembered
def _used_imports(parsed: Parsed) -> frozenset[tuple[str, str]]:
    """What is imported and read, by what was written and what it is bound to."""
    reads = [
        (
            (written, bound),
            any(one.references for one in _own_bindings(parsed, binding.node, written, bound)),
        )
        for bound, written, binding in every_import(parsed)
    ]
    # What was imported twice and read through one of the two stays as the user has it.
    return frozenset(name for name, is_read in reads if is_read) - {
        name for name, is_read in reads if not is_read
    }


def _is_idle(
    after: Parsed,
    statement: cst.Import | cst.ImportFrom,
    alias: cst.ImportAlias,
    used: frozenset[tuple[str, str]],
) -> bool:
    bound, written = bound_name(alias), written_name(statement, alias)
    if (written, bound) not in used:
        return False
    found = _own_bindings(after, statement, written, bound)
    return bool(found) and not any(one.references for one in found)


def _own_bindings(
    parsed: Parsed, statement: cst.CSTNode, written: str, bound: str
) -> list[ImportAssignment]:
    """What only this import binds: no ``ray`` of ``import ray.air`` that another binds too."""
    found = _bindings(parsed, statement, written, bound)
    if len(found) < 2:
        return found
    return [
        one for one in found if one.name == written or not _binds_too(parsed, statement, one.name)
    ]


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
    parts = written.split(".") if written.startswith(f"{bound}.") else [bound]
    names = (".".join(parts[:end]) for end in range(1, len(parts) + 1))
    return [
        one
        for name in names
        for one in (scope[name] if scope is not None else ())
        if isinstance(one, ImportAssignment) and one.node is statement
    ]
