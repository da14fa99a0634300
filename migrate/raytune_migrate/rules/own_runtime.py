"""Files that import the installed runtime take it from the project's own copy, where it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.catalogue import RULES
from raytune_migrate.module.names import module_name
from raytune_migrate.proposal import Change, Replace
from raytune_migrate.runtime.home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM505"


def propose(context: Context) -> Iterator[Proposal]:
    """A change of each ``from raytune_runtime import ...``, where the option names a folder."""
    parsed, home = context.parsed, context.project.runtime.module
    if home == RUNTIME or RUNTIME not in parsed.text:
        return
    for node in parsed.of(cst.ImportFrom):
        if node.module and module_name(node) == RUNTIME:
            rule = RULES[_CODE]
            yield Change(
                code=_CODE,
                title=rule.title,
                reason="The runtime need not be installed where the project brings a copy of it.",
                link=rule.link,
                place=parsed.place(node),
                edits=(Replace(*parsed.span(node.module), home),),
            )
