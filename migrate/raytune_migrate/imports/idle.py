"""Imports that the module itself does not read, and where their names come from now."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.imports.statements import is_for_types_only, written_name
from raytune_migrate.module.names import bound_name, module_name
from raytune_migrate.proposal import ImportName, Replace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from raytune_migrate.module.parsed import Parsed


@dataclass(frozen=True, slots=True)
class Idle:
    """An imported name that is for others to import from here, or for type checkers to read.

    The text of an annotation is for those, too.
    """

    statement: cst.ImportFrom
    alias: cst.ImportAlias
    moved: Replace | ImportName  # what has it come from its public path


def idle_imports(
    parsed: Parsed,
    classes: Collection[str],
    gone: Sequence[cst.CSTNode] = (),
    homes: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Idle]:
    """The imports of some classes of Ray, by their public names, from other paths than those.

    ``gone`` are the places that a change takes away: what is read there alone is idle, if it is
    still named in the text of an annotation. ``homes`` are paths to take instead of public ones.
    """
    everywhere = [
        (statement, alias, written_name(statement, alias))
        for statement in parsed.of(cst.ImportFrom)
        if not isinstance(statement.names, cst.ImportStar)
        for alias in statement.names
    ]
    for statement, alias, written in everywhere:
        public = ray_api.public_name(written)
        if public == written or public not in classes:
            continue
        if _is_idle(parsed, statement, bound_name(alias), gone):
            alone = sum(one == written for _, _, one in everywhere) == 1
            home = homes.get(public, public)
            moved = moved_import(parsed, statement, alias, home, alone=alone)
            yield Idle(statement, alias, moved)


def _is_idle(
    parsed: Parsed, statement: cst.ImportFrom, bound: str, gone: Sequence[cst.CSTNode]
) -> bool:
    """Whether nothing here reads an imported name at run time, and it is nothing else as well."""
    scope = parsed.scope(statement)
    found = [one for one in scope[bound] if one.scope is scope] if scope is not None else []
    if len(found) != 1:
        return False
    reads = [one.node for one in found[0].references]
    quoted = [one for one in reads if isinstance(one, cst.SimpleString)]
    if not reads or len(quoted) == len(reads) or is_for_types_only(parsed, statement):
        return True
    left = [one for one in reads if not any(parsed.inside(one, place) for place in gone)]
    return bool(quoted) and len(left) == len(quoted)


def moved_import(
    parsed: Parsed,
    statement: cst.ImportFrom,
    alias: cst.ImportAlias,
    public: str,
    *,
    alone: bool,
) -> Replace | ImportName:
    """What has an imported name come from another path, ``public``, and keep the name it has here.

    ``alone`` says that no other import is of the same object.
    """
    module, _, last = public.rpartition(".")
    old = alias.evaluated_name
    assert not isinstance(statement.names, cst.ImportStar)
    assert statement.module is not None, "no class of Ray comes from a bare relative import"
    if alone and old == last and len(statement.names) == 1:
        return Replace(*parsed.span(statement.module), module)
    block = parsed.parent(parsed.statement(statement))
    bound = bound_name(alias)
    return ImportName(
        module,
        last,
        bound if bound != last else None,
        module_name(statement),
        parsed.start(block.body[0]) if isinstance(block, cst.IndentedBlock) else None,
    )
