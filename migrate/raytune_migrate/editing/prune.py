"""Variables that a rewrite has made useless: contexts and aliases that nothing asks any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.imports.statements import wanted_names, without_gap, without_line
from raytune_migrate.module.bindings import assigned, qualified_name, variable_of
from raytune_migrate.module.names import ray_name
from raytune_migrate.proposal import Replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from raytune_migrate.module.bindings import Variable
    from raytune_migrate.module.parsed import Parsed

_CONTEXTS = (ray_api.GET_CONTEXT, ray_api.TUNE_GET_CONTEXT)


def useless_variables(before: Parsed, after: Parsed) -> list[Replace]:
    """The edits that take out of ``after`` what functions of ``before`` asked and no longer do.

    And the names that ``before`` had given objects of Ray, and reads no longer.
    """
    asked = {name for name, found in _held(before) if found.references}
    if not asked:
        return []
    edits = [
        edit
        for name, found in _held(after)
        if name in asked and not found.references
        for edit in without_line(after, found.statement)
    ]
    return [without_gap(after, one) for one in _joined(edits)]


def _joined(edits: Iterable[Replace]) -> list[Replace]:
    """Removals in source order, those that touch as one."""
    found: list[Replace] = []
    for one in edits:
        touches = found and found[-1].end == one.start and not (found[-1].text or one.text)
        found.append(Replace(found.pop().start, one.end, "") if touches else one)
    return found


def _held(parsed: Parsed) -> Iterator[tuple[tuple[str, str], Variable]]:
    """The variables that hold a context or another name of Ray's, by their functions and names."""
    for assign in parsed.of(cst.Assign):
        target = assign.targets[0].target
        if len(assign.targets) > 1 or not isinstance(target, cst.Name):
            continue
        if not _is_context(parsed, assign) and not _is_alias(parsed, assign, target):
            continue
        found = variable_of(parsed, target)
        if found is not None and len(found.statement.body) == 1:
            function = parsed.function(assign)
            inside = qualified_name(parsed, function) if function is not None else ""
            yield (inside, target.value), found


def _is_context(parsed: Parsed, assign: cst.Assign) -> bool:
    """Whether a local variable is given what ``get_context()`` gives."""
    if parsed.function(assign) is None or not isinstance(assign.value, cst.Call):
        return False
    name = ray_name(parsed, assign.value.func)
    return name is not None and name.name in _CONTEXTS


def _is_alias(parsed: Parsed, assign: cst.Assign, target: cst.Name) -> bool:
    """Whether a variable is but another name of an object of Ray, and no other module's too."""
    if ray_name(parsed, assign.value) is None or len(assigned(parsed, target)) != 1:
        return False
    if parsed.function(assign) is not None:
        return True
    at_top = parsed.parent(parsed.statement(assign)) is parsed.module
    return at_top and target.value not in wanted_names(parsed)
