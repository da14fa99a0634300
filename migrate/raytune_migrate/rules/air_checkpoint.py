"""``ray.air``'s Checkpoint is ``ray.train``'s; what it holds is a directory, never a dict.

No release with Train V2 has the old path, and none the methods for dicts, bytes and URIs.
https://docs.ray.io/en/latest/train/user-guides/checkpoints.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.loops.dropped import without_directory
from raytune_migrate.proposal import Change, ImportName, Replace
from raytune_migrate.readers.old_checkpoints import (
    idle_classes,
    needs_old_class,
    old_classes,
    old_imports,
    old_uses,
    replaced_uses,
)
from raytune_migrate.rewrite.reader_edits import replaced_edits
from raytune_migrate.rewrite.session_edits import public_edit
from raytune_migrate.rules.beside import finding_beside
from raytune_migrate.runtime.home import Home

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Finding, Proposal
    from raytune_migrate.readers.old_checkpoints import Replaced

_CODE = "RTM305"
_CONTENTS = "RTM306"
_LEFT = "RTM911"
_DICT = "A checkpoint is a directory; the runtime keeps a dict in one."
_URI = "A checkpoint is a directory, and is named by its path."


def propose(context: Context) -> Iterator[Proposal]:
    """One change for the file, unless it needs what is gone: then a finding at each such place."""
    parsed = context.parsed
    for use in old_uses(parsed, parsed.module):
        told = without_directory(use)
        yield finding_beside(context, told.node, told.code, told.reason, told.advice)
    replaced = tuple(replaced_uses(parsed, parsed.module))
    yield from _contents(context, replaced)
    draft = context.draft()
    old = [
        (node, name)
        for node, name in old_classes(parsed, parsed.module)
        if not draft.moves(parsed, node)
    ]
    idle = idle_classes(parsed)
    if not (old or idle):
        return
    left = replaced and context.project.runtime.home is Home.NOWHERE
    if left or needs_old_class(parsed):
        yield from _failing_imports(context)
        return
    written = [public_edit(parsed, node, name, draft) for node, name in old]
    written += [one.moved for one in idle if isinstance(one.moved, Replace)]
    draft.imports += [one.moved for one in idle if isinstance(one.moved, ImportName)]
    rule = RULES[_CODE]
    yield Change(
        code=_CODE,
        title=rule.title,
        reason="No release with Train V2 has ray.air.Checkpoint.",
        link=rule.link,
        place=parsed.place(old[0][0] if old else idle[0].statement),
        edits=tuple(one for one in written if one is not None),
        imports=tuple(draft.imports),
    )


def _failing_imports(context: Context) -> Iterator[Finding]:
    """A finding at each import of the old class, where what is left as it is needs that."""
    parsed = context.parsed
    for statement in old_imports(parsed):
        yield finding_beside(
            context,
            statement,
            _LEFT,
            "No release with Train V2 has ray.air.Checkpoint: this import fails.",
            "Import ray.train's, once nothing here needs what only the old one had.",
        )


def _contents(context: Context, replaced: Sequence[Replaced]) -> Iterator[Change]:
    """One change for the file's calls of what is gone and the runtime has."""
    parsed = context.parsed
    draft = context.draft()
    here = [one for one in replaced if not draft.moves(parsed, one.call)]
    edits = tuple(edit for one in here for edit in replaced_edits(parsed, one, draft))
    if edits:
        rule = RULES[_CONTENTS]
        yield Change(
            code=_CONTENTS,
            title=rule.title,
            reason=_DICT if any(one.function.startswith(ray_api.RUNTIME) for one in here) else _URI,
            link=rule.link,
            place=parsed.place(here[0].call),
            edits=edits,
            imports=tuple(draft.imports),
        )
