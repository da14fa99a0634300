"""The RunConfig of a Tuner over anything but a trainer is ray.tune's too, in a file on Train V2.

``ray.train.RunConfig`` is Train's own once V2 is on: a Tuner that is given it fails in ``fit()``.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.proposal import Change
from raytune_migrate.rules.catalogue import RULES
from raytune_migrate.sweep.run_configs import conversion, tune_edits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM203"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each such RunConfig, in a file whose sweeps over trainers are rewritten."""
    parsed = context.parsed
    rule = RULES[_CODE]
    for use in context.other_run_configs if context.goes_to_v2 else ():
        draft = context.draft()
        # A Trainable of one's own still has a checkpoint_frequency.
        edits = tune_edits(parsed, use.configs, draft, gone={})
        if edits and use.converted:
            edits += conversion(parsed, use, draft)
        if edits:
            yield Change(
                code=_CODE,
                title=rule.title,
                reason="Under Train V2 a Tuner refuses the RunConfig of ray.train.",
                link=rule.link,
                place=parsed.place(use.value),
                edits=tuple(edits),
                imports=tuple(draft.imports),
            )
