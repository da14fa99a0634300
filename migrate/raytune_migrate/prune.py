"""Variables that a rewrite has made useless: contexts that nothing asks any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.bindings import qualified_name, variable_of
from raytune_migrate.imports.statements import without_gap, without_line
from raytune_migrate.names import ray_name
from raytune_migrate.rules import ray_api

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.bindings import Variable
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Replace

_CONTEXTS = (ray_api.GET_CONTEXT, ray_api.TUNE_GET_CONTEXT)


def useless_variables(before: Parsed, after: Parsed) -> list[Replace]:
    """The edits that take out of ``after`` what functions of ``before`` asked and no longer do."""
    if "get_context" not in before.text:
        return []
    asked = {name for name, found in _held(before) if found.references}
    return [
        without_gap(after, edit)
        for name, found in _held(after)
        if name in asked and not found.references
        for edit in without_line(after, found.statement)
    ]


def _held(parsed: Parsed) -> Iterator[tuple[tuple[str, str], Variable]]:
    """The local variables that hold a context, by their functions and names."""
    for assign in parsed.of(cst.Assign):
        function, value = parsed.function(assign), assign.value
        target = assign.targets[0].target
        if function is None or len(assign.targets) > 1 or not isinstance(value, cst.Call):
            continue
        name = ray_name(parsed, value.func)
        if name is None or name.name not in _CONTEXTS or not isinstance(target, cst.Name):
            continue
        found = variable_of(parsed, target)
        if found is not None and len(found.statement.body) == 1:
            yield (qualified_name(parsed, function), target.value), found
