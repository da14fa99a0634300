"""A class that Train V2 has anew at its public path comes from there, wherever it is named.

By its old path it is still Train V1's: V2 refuses it, it raises where it is built, or
``isinstance`` says no of everything that V2 makes.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate.bindings import bindings
from raytune_migrate.fallbacks import pairs
from raytune_migrate.imports.pairs import homes, old_first
from raytune_migrate.imports.statements import is_for_types_only, written_name
from raytune_migrate.names import Certainty, bound_name, module_name
from raytune_migrate.proposal import Change, ImportName, Replace
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import RULES, finding
from raytune_migrate.sweep.roles import Role
from raytune_migrate.sweep.worker import reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.names import RayName
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal
    from raytune_migrate.sweep.draft import Draft

_CODE = "RTM504"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for all such names of the file, and one for each pair of imports."""
    parsed = context.parsed
    draft = context.draft()
    rule = RULES[_CODE]
    uses = list(_uses(parsed, draft))
    edits = [edit for node, name in uses for edit in _written(parsed, node, name, draft)]
    idle = list(_never_read(parsed))
    edits += [one for _, one in idle if isinstance(one, Replace)]
    draft.imports += [one for _, one in idle if isinstance(one, ImportName)]
    if edits or draft.imports:
        yield Change(
            code=_CODE,
            title=rule.title,
            reason="By its old path this is still Train V1's.",
            link=rule.link,
            place=parsed.place((*(node for node, _ in uses), *(node for node, _ in idle))[0]),
            edits=tuple(edits),
            imports=tuple(draft.imports),
        )
    for tried, fallback in old_first(parsed):
        yield Change(
            code=_CODE,
            title=rule.title,
            reason="The old path still works, and is Train V1's: it must not be tried first.",
            link=rule.link,
            place=parsed.place(tried),
            edits=(
                Replace(*parsed.span(tried), parsed.source(fallback)),
                Replace(*parsed.span(fallback), parsed.source(tried)),
            ),
        )
    yield from _without_effect(context)


def _uses(parsed: Parsed, draft: Draft) -> Iterator[tuple[cst.BaseExpression, RayName]]:
    """The places that name such a class, but for those that other rules rewrite."""
    found = [
        (node, name)
        for node, name in reads(parsed, parsed.module)
        if name.certainty is Certainty.SURE
        and name.written != name.name
        and name.name in (*ray_api.MOVED_CLASSES, *ray_api.V2_BASES)
    ]
    derived = {name.name for node, name in found if _is_base(parsed, node)}
    for node, name in found:
        holder = parsed.parent(node)
        if isinstance(holder, cst.Call) and holder.func is node:
            continue  # the trainers' rules have these, and the ScalingConfigs'
        if draft.moves(parsed, node):
            continue
        if name.name in ray_api.V2_BASES and (
            name.name in derived or isinstance(holder, cst.Attribute)
        ):
            continue  # what is asked of Train V1's base, V2's does not know
        if _is_of_types_only(parsed, node):
            continue  # the import is all there is to it
        yield node, name


def _written(
    parsed: Parsed, node: cst.BaseExpression, name: RayName, draft: Draft
) -> Iterator[Replace]:
    home = ray_api.V2_BASES.get(name.name, name.name)
    text = draft.refer(parsed, home, node)
    if text != parsed.source(node):
        yield Replace(*parsed.span(node), text)


def _is_of_types_only(parsed: Parsed, node: cst.BaseExpression) -> bool:
    root = node
    while isinstance(root, cst.Attribute):
        root = root.value
    found = bindings(parsed, root) if isinstance(root, cst.Name) else ()
    return any(
        isinstance(one, ImportAssignment) and is_for_types_only(parsed, one.node) for one in found
    )


def _is_base(parsed: Parsed, node: cst.CSTNode) -> bool:
    holder = parsed.parent(node)
    owner = parsed.parent(holder) if isinstance(holder, cst.Arg) else None
    return isinstance(owner, cst.ClassDef) and any(one is holder for one in owner.bases)


def _never_read(parsed: Parsed) -> Iterator[tuple[cst.CSTNode, Replace | ImportName]]:
    """Imports of such a class for others to import from here, or for type checkers to read."""
    everywhere = [
        (statement, alias, written_name(statement, alias))
        for statement in parsed.of(cst.ImportFrom)
        if not isinstance(statement.names, cst.ImportStar)
        for alias in statement.names
    ]
    for statement, alias, written in everywhere:
        if is_moved_unread(parsed, statement, alias):
            public = ray_api.public_name(written)
            again = [one for _, _, one in everywhere if one == written]
            yield statement, _moved(parsed, statement, alias, public, alone=len(again) == 1)


def is_moved_unread(
    parsed: Parsed, statement: cst.Import | cst.ImportFrom, alias: cst.ImportAlias
) -> bool:
    """Whether a name that nothing here reads is imported from its public path from now on."""
    if not isinstance(statement, cst.ImportFrom):
        return False
    written = written_name(statement, alias)
    public = ray_api.public_name(written)
    moved = public in ray_api.MOVED_CLASSES or public == ray_api.CHECKPOINT
    return moved and public != written and not _is_read(parsed, statement, bound_name(alias))


def _is_read(parsed: Parsed, statement: cst.ImportFrom, bound: str) -> bool:
    """Whether an imported name is read here at run time, or may be something else as well."""
    scope = parsed.scope(statement)
    found = [one for one in scope[bound] if one.scope is scope] if scope is not None else []
    if len(found) != 1:
        return True
    return bool(found[0].references) and not is_for_types_only(parsed, statement)


def _moved(
    parsed: Parsed,
    statement: cst.ImportFrom,
    alias: cst.ImportAlias,
    public: str,
    *,
    alone: bool,
) -> Replace | ImportName:
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


def _without_effect(context: Context) -> Iterator[Finding]:
    """A finding where the session of ``ray.air`` is tried before ``ray.train``, for a worker."""
    parsed = context.parsed
    for tried, fallback in pairs(parsed):
        first, second = homes(tried), homes(fallback)
        names = {
            bound
            for bound, home in first.items()
            if home == ray_api.SESSION and second.get(bound) == "ray.train"
        }
        if any(
            node.value in names and context.roles.of(parsed, node) is Role.TRAIN_LOOP
            for node in parsed.of(cst.Name)
        ):
            yield finding(
                parsed,
                tried,
                _CODE,
                "ray.air.session is tried first, and does nothing in a Train V2 worker.",
                "Try ray.train first, or import it alone.",
            )
