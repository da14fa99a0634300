"""A class that Train V2 has anew at its public path comes from there, wherever it is named.

By its old path it is still Train V1's: V2 refuses it, it raises where it is built, or
``isinstance`` says no of everything that V2 makes.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import ImportAssignment

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.imports.idle import idle_imports
from raytune_migrate.imports.pairs import old_first
from raytune_migrate.imports.statements import is_for_types_only
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.bindings import bindings
from raytune_migrate.module.names import Certainty
from raytune_migrate.module.quoted import quoted_names
from raytune_migrate.proposal import Change, ImportName, Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.names import RayName
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.module.quoted import Quoted
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.rewrite.draft import Draft

_CODE = "RTM504"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for all such names of the file, and one for each pair of imports."""
    parsed = context.parsed
    draft = context.draft()
    rule = RULES[_CODE]
    uses = list(_uses(parsed, draft))
    edits = [edit for node, name in uses for edit in _written(parsed, node, name, draft)]
    quoted = list(_quoted_bases(parsed))
    edits += [
        Replace(one.start, one.end, draft.refer(parsed, ray_api.V2_BASES[one.name.name], one.node))
        for one in quoted
    ]
    idle = list(idle_imports(parsed, ray_api.MOVED_CLASSES))
    edits += [one.moved for one in idle if isinstance(one.moved, Replace)]
    draft.imports += [one.moved for one in idle if isinstance(one.moved, ImportName)]
    if edits or draft.imports:
        yield Change(
            code=_CODE,
            title=rule.title,
            reason="By its old path this is still Train V1's.",
            link=rule.link,
            place=parsed.place(
                (
                    *(node for node, _ in uses),
                    *(one.node for one in quoted),
                    *(one.statement for one in idle),
                )[0]
            ),
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


def _uses(parsed: Parsed, draft: Draft) -> Iterator[tuple[cst.BaseExpression, RayName]]:
    """The places that name such a class, but for those that other rules rewrite."""
    found = [
        (node, name)
        for node, name in reads(parsed, parsed.module)
        if name.certainty is Certainty.SURE
        and name.name in (*ray_api.MOVED_CLASSES, *ray_api.V2_BASES)
        and name.written != ray_api.V2_BASES.get(name.name, name.name)
    ]
    derived = _derived(parsed)
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


def _derived(parsed: Parsed) -> frozenset[str]:
    """The bases of all trainers that classes here derive from."""
    named = reads(parsed, parsed.module)
    return frozenset(
        name.name
        for node, name in named
        if name.name in ray_api.V2_BASES and _is_base(parsed, node)
    )


def _quoted_bases(parsed: Parsed) -> Iterator[Quoted]:
    """Those bases in the text of annotations; other classes keep their names, and their imports
    move."""
    if not any(one.rpartition(".")[2] in parsed.text for one in ray_api.V2_BASES):
        return
    derived = _derived(parsed)
    for annotation in parsed.of(cst.Annotation):
        for one in quoted_names(parsed, annotation):
            home = ray_api.V2_BASES.get(one.name.name)
            if (
                home is not None
                and one.name.written != home
                and one.name.name not in derived
                and not is_for_types_only(parsed, one.statement)
            ):
                yield one


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
