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
    from collections.abc import Iterable, Iterator, Sequence

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import ImportName, Proposal

_CODE = "RTM405"


def propose(context: Context) -> Iterator[Proposal]:
    """A change for the reads of each, but for those that a sweep's own change writes anew."""
    parsed, draft = context.parsed, context.draft()
    results = [one for one in log_dirs(parsed, parsed.module) if not draft.moves(parsed, one)]
    yield from _change(
        parsed,
        "log_dir of a Result is its path",
        "A Result of Ray has no log_dir any more.",
        results,
        [edit for one in results for edit in path_edits(parsed, one, draft)],
        draft.imports,
    )
    trials = [one for one in _of_trials(parsed) if not draft.moves(parsed, one)]
    yield from _change(
        parsed,
        "logdir of a Trial is its local_path",
        "The logdir of a Trial raises.",
        trials,
        [Replace(*parsed.span(one.attr), ray_api.TRIAL_PATH) for one in trials],
    )


def _of_trials(parsed: Parsed) -> Iterator[cst.Attribute]:
    for one in parsed.of(cst.Attribute) if ray_api.TRIAL_DIR in parsed.text else ():
        if one.attr.value == ray_api.TRIAL_DIR and is_trial(parsed, one.value):
            yield one


def _change(
    parsed: Parsed,
    title: str,
    reason: str,
    reads: Sequence[cst.Attribute],
    edits: Iterable[Replace],
    imports: Iterable[ImportName] = (),
) -> Iterator[Change]:
    """The one change to some reads, if there are any."""
    if reads:
        yield Change(
            code=_CODE,
            title=title,
            reason=reason,
            link=RULES[_CODE].link,
            place=parsed.place(reads[0]),
            edits=tuple(edits),
            imports=tuple(imports),
        )
