"""The ``log_dir`` of a Result is its ``path``, the ``logdir`` of a Trial its ``local_path``.

https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.proposal import Change, Replace
from raytune_migrate.readers.log_dirs import log_dirs
from raytune_migrate.readers.trials import is_trial
from raytune_migrate.rewrite.reader_edits import path_edits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM405"


def propose(context: Context) -> Iterator[Proposal]:
    """A change for the reads of each, but for those that a sweep's own change writes anew."""
    yield from _of_results(context)
    yield from _of_trials(context)


def _of_results(context: Context) -> Iterator[Change]:
    parsed = context.parsed
    draft = context.draft()
    found = [one for one in log_dirs(parsed, parsed.module) if not draft.moves(parsed, one)]
    edits = tuple(edit for one in found for edit in path_edits(parsed, one, draft))
    if edits:
        yield Change(
            code=_CODE,
            title="log_dir of a Result is its path",
            reason="A Result of Ray has no log_dir any more.",
            link=RULES[_CODE].link,
            place=parsed.place(found[0]),
            edits=edits,
            imports=tuple(draft.imports),
        )


def _of_trials(context: Context) -> Iterator[Change]:
    parsed = context.parsed
    if ray_api.TRIAL_DIR not in parsed.text:
        return
    draft = context.draft()
    found = [
        one
        for one in parsed.of(cst.Attribute)
        if one.attr.value == ray_api.TRIAL_DIR
        and is_trial(parsed, one.value)
        and not draft.moves(parsed, one)
    ]
    if found:
        yield Change(
            code=_CODE,
            title="logdir of a Trial is its local_path",
            reason="The logdir of a Trial raises.",
            link=RULES[_CODE].link,
            place=parsed.place(found[0]),
            edits=tuple(Replace(*parsed.span(one.attr), ray_api.TRIAL_PATH) for one in found),
        )
