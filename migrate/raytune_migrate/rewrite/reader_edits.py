"""The edits of code that reads results and checkpoints with what only old releases of Ray had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.module.bindings import is_builtin_here
from raytune_migrate.module.names import imported_name
from raytune_migrate.proposal import Replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.readers.old_checkpoints import Replaced
    from raytune_migrate.rewrite.draft import Draft

# What takes a str as well as a Path, and makes the same of both.
_BUILTINS = frozenset({"open", "print", "str"})
_FUNCTIONS = frozenset(
    {"os.listdir", "os.path.exists", "os.path.isdir", "os.path.join", "pathlib.Path"}
)


def path_edits(parsed: Parsed, read: cst.Attribute, draft: Draft) -> Iterator[Replace]:
    """The edits that read the path instead, as a ``Path`` where one may be needed."""
    yield Replace(*parsed.span(read.attr), "path")
    if not _takes_text(parsed, read):
        start, end = parsed.span(read)
        yield Replace(start, start, f"{draft.refer(parsed, 'pathlib.Path', read)}(")
        yield Replace(end, end, ")")


def _takes_text(parsed: Parsed, read: cst.Attribute) -> bool:
    """Whether what a path is given to makes the same of its text."""
    holder = parsed.parent(read)
    if isinstance(holder, cst.FormattedStringExpression):
        return holder.conversion is None and holder.format_spec is None
    call = parsed.parent(holder) if isinstance(holder, cst.Arg) else None
    if not isinstance(call, cst.Call) or (isinstance(holder, cst.Arg) and holder.star):
        return False
    if isinstance(call.func, cst.Name) and call.func.value in _BUILTINS:
        return is_builtin_here(parsed, call.func.value, call)
    return imported_name(parsed, call.func) in _FUNCTIONS


def replaced_edits(parsed: Parsed, use: Replaced, draft: Draft) -> Iterator[Replace]:
    """The edits that call the function instead of the method."""
    function = draft.refer(parsed, use.function, use.call)
    if use.method.attr.value in ray_api.CHECKPOINT_MAKERS:
        yield Replace(*parsed.span(use.method), function)
        return
    start = parsed.start(use.call)
    yield Replace(start, start, f"{function}(")
    yield Replace(parsed.end(use.method.value), parsed.end(use.call), ")")
