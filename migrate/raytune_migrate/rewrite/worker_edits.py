"""What changes inside an expression that moves into the driver, besides its config classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.loops.roles import Role, roles
from raytune_migrate.loops.session import session_uses
from raytune_migrate.loops.worker import reads
from raytune_migrate.readers.old_checkpoints import (
    needs_old_class,
    old_classes,
    replaced_uses,
)
from raytune_migrate.rewrite.reader_edits import replaced_edits
from raytune_migrate.rewrite.session_edits import helper_edit, public_edit, session_edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Replace
    from raytune_migrate.rewrite.draft import Draft


def worker_edits(parsed: Parsed, root: cst.CSTNode, draft: Draft) -> Iterator[Replace]:
    """The edits of a train loop that is written as a lambda, and of a checkpoint's class."""
    lambdas = parsed.walk(root, cst.Lambda)
    jobs = roles(parsed).jobs if lambdas else ()
    for job in jobs:
        if job.role is Role.TRAIN_LOOP and any(job.body is one for one in lambdas):
            uses = (session_edit(parsed, use, draft) for use in session_uses(parsed, job.body))
            yield from (edit for edit in uses if edit is not None)
            helpers = (
                helper_edit(parsed, node, name, draft) for node, name in reads(parsed, job.body)
            )
            yield from (edit for edit in helpers if edit is not None)
    for use in replaced_uses(parsed, root):
        yield from replaced_edits(parsed, use, draft)
    old = list(old_classes(parsed, root))
    if old and not needs_old_class(parsed):
        classes = (public_edit(parsed, node, name, draft) for node, name in old)
        yield from (edit for edit in classes if edit is not None)
