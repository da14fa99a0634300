"""What Ray has moved since Ray 2.0 comes from where it is now, and keeps its name in the file.

https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.imports.idle import moved_import
from raytune_migrate.imports.statements import (
    import_statements,
    may_fail,
    wanted_names,
    written_name,
)
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.names import Certainty, bound_name, ray_name
from raytune_migrate.proposal import Change, ImportName, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.rewrite.draft import Draft

_CODE = "RTM506"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for all that the file has from such paths."""
    parsed = context.parsed
    draft = context.draft()
    places: list[cst.CSTNode] = []
    edits: list[Replace] = []
    for statement, alias, home in moved_aliases(parsed):
        places.append(statement)
        if isinstance(statement, cst.Import):
            edits.append(Replace(*parsed.span(alias.name), home))
            continue
        moved = moved_import(parsed, statement, alias, home, alone=True)
        if isinstance(moved, ImportName):
            draft.imports.append(moved)
        else:
            edits.append(moved)
    for node, home in moved_reads(parsed):
        places.append(node)
        edits.append(Replace(*parsed.span(node), _written(parsed, node, home, draft)))
    for statement, alias in keras_callbacks(parsed):
        places.append(statement)
        edits += _succeeded(parsed, statement, alias, draft)
    if not places:
        return
    rule = RULES[_CODE]
    yield Change(
        code=_CODE,
        title=rule.title,
        reason="The old path is gone from every Ray that has Train V2.",
        link=rule.link,
        place=parsed.place(min(places, key=parsed.start)),
        edits=tuple(edits),
        imports=tuple(draft.imports),
    )


def moved_aliases(
    parsed: Parsed,
) -> Iterator[tuple[cst.Import | cst.ImportFrom, cst.ImportAlias, str]]:
    """The imported names that have moved, each with its statement and its path now."""
    for statement in import_statements(parsed):
        if isinstance(statement.names, cst.ImportStar) or may_fail(parsed, statement):
            continue
        for alias in statement.names:
            home = ray_api.new_home(written_name(statement, alias))
            if home is not None:
                yield statement, alias, home


def moved_reads(parsed: Parsed) -> Iterator[tuple[cst.Attribute, str]]:
    """The dotted names that spell out a path that has moved, each with that path now."""
    for node, name in reads(parsed, parsed.module):
        home = ray_api.MOVED.get(name.written)
        if (
            home is not None
            and isinstance(node, cst.Attribute)
            and name.certainty is Certainty.SURE
            and not may_fail(parsed, node)
        ):
            yield node, home


def _written(parsed: Parsed, node: cst.Attribute, home: str, draft: Draft) -> str:
    """The text of a moved path, as the file reaches the modules around it: ``tune.search.ax``."""
    part: cst.BaseExpression = node
    while isinstance(part, cst.Attribute):
        part = part.value
        found = ray_name(parsed, part)
        if found is not None and "." in found.written and home.startswith(f"{found.written}."):
            return f"{parsed.source(part)}{home.removeprefix(found.written)}"
    return draft.refer(parsed, home, node)


def keras_callbacks(parsed: Parsed) -> Iterator[tuple[cst.ImportFrom, cst.ImportAlias]]:
    """The imports of the callback for Keras of Ray 2.0 to 2.3, where its successor does the same.

    Both report and save at the end of each epoch, unless they are told otherwise, each in a way of
    its own.
    """
    for statement in parsed.of(cst.ImportFrom):
        if isinstance(statement.names, cst.ImportStar) or may_fail(parsed, statement):
            continue
        for alias in statement.names:
            if written_name(statement, alias) in ray_api.KERAS_CALLBACKS and _may_succeed(
                parsed, statement, alias
            ):
                yield statement, alias


def _may_succeed(parsed: Parsed, statement: cst.ImportFrom, alias: cst.ImportAlias) -> bool:
    """Whether an import is for calls of this module alone, and they ask for metrics at most."""
    uses = _uses(parsed, statement, alias)
    return (
        bool(uses)
        and bound_name(alias) not in wanted_names(parsed)
        and all(_asks_for_metrics(parsed, one) for one in uses)
    )


def _uses(
    parsed: Parsed, statement: cst.ImportFrom, alias: cst.ImportAlias
) -> list[cst.BaseExpression]:
    written = written_name(statement, alias)
    return [node for node, name in reads(parsed, parsed.module) if name.written == written]


def _asks_for_metrics(parsed: Parsed, node: cst.BaseExpression) -> bool:
    """Whether a name is called, and given nothing but what is to be reported."""
    call = parsed.parent(node)
    return (
        isinstance(call, cst.Call)
        and call.func is node
        and all(one.keyword is not None and one.keyword.value == "metrics" for one in call.args)
    )


def _succeeded(
    parsed: Parsed, statement: cst.ImportFrom, alias: cst.ImportAlias, draft: Draft
) -> Iterator[Replace]:
    uses = _uses(parsed, statement, alias)
    assert not isinstance(statement.names, cst.ImportStar)
    if len(statement.names) > 1:  # what is imported beside it has a fate of its own
        for one in uses:
            text = draft.refer(parsed, ray_api.KERAS_CALLBACK, one)
            yield Replace(*parsed.span(one), text)
        return
    assert statement.module is not None, "no class of Ray comes from a bare relative import"
    module, _, last = ray_api.KERAS_CALLBACK.rpartition(".")
    yield Replace(*parsed.span(statement.module), module)
    yield Replace(*parsed.span(alias.name), last)
    if bound_name(alias) == alias.evaluated_name:
        for one in uses:
            yield Replace(*parsed.span(one), last)
