"""The configs that Tune is given are ray.tune's, also those of a Tuner over a function.

An argument that Ray has renamed since has its new name in ``tune.run`` too.

``ray.train.RunConfig`` is Train's own once V2 is on: a Tuner that is given it fails in ``fit()``.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.module.names import Certainty
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.proposal import Change, Safety
from raytune_migrate.rewrite.old_sync import old_sync
from raytune_migrate.rewrite.retarget import fields
from raytune_migrate.rewrite.standing import runs_function
from raytune_migrate.rewrite.tuner_run_config import conversion, tune_edits
from raytune_migrate.sweep.check_configs import unknown_fields
from raytune_migrate.sweep.model import construction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import libcst as cst

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Edit, Proposal
    from raytune_migrate.rewrite.draft import Draft
    from raytune_migrate.sweep.model import Construction

_CODE = "RTM203"
_REFUSED = "Under Train V2 Tune refuses the configs of ray.train."
_RENAMED = "Ray does not take this argument any more, and raises."
_HANDED = "Another module gives this to a sweep: the whole of it is Tune's."


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each such RunConfig, and for what ``tune.run`` is given.

    A RunConfig that has what none ever took is left as it is, and said.
    """
    parsed = context.parsed
    for use in context.other_run_configs:
        unknown = [one for config in use.configs for one in unknown_fields(parsed, config)]
        if unknown:
            yield from unknown
            continue
        draft = context.draft()
        # A Trainable of one's own still has a checkpoint_frequency.
        edits = tune_edits(parsed, use.configs, draft, gone=ray_api.GONE_WITH_TUNE)
        if edits and use.converted:
            edits += conversion(parsed, use, draft, of_trainer=runs_function(parsed, use))
        reason = (
            _HANDED if parsed.line(use.value) in parsed.elsewhere.lines.run_configs else _REFUSED
        )
        yield from _change(parsed, use.value, edits, draft, reason)
    for config in given_to_tune(parsed):
        draft = context.draft()
        edits = tune_edits(parsed, [config], draft, gone=ray_api.GONE_WITH_TUNE)
        yield from _change(parsed, config.call, edits, draft)
    for call, name in ray_calls(parsed):
        if name.name != ray_api.TUNE_RUN or name.certainty is Certainty.MIXED:
            continue
        draft = context.draft()
        synced = old_sync(parsed, call)
        edits = [
            *fields(parsed, call, name.name, (), draft),
            *([synced[1]] if synced is not None else []),
        ]
        yield from _change(parsed, call, edits, draft, _RENAMED)


def given_to_tune(parsed: Parsed) -> Iterator[Construction]:
    """The configs in the arguments of ``tune.run`` and its like."""
    for call, name in ray_calls(parsed):
        if name.name not in ray_api.TUNE_RUNNERS or name.name == ray_api.TUNER:
            continue
        synced = old_sync(parsed, call)  # whose argument goes
        for argument in call.args:
            if synced is not None and argument is synced[0]:
                continue
            made = construction(parsed, argument.value)
            if made is not None and made.name in ray_api.TUNE_CONFIG_CLASSES:
                yield made


def _change(
    parsed: Parsed,
    place: cst.CSTNode,
    edits: Sequence[Edit],
    draft: Draft,
    reason: str = _REFUSED,
) -> Iterator[Change]:
    if not edits:
        return
    rule = RULES[_CODE]
    yield Change(
        code=_CODE,
        title=rule.title,
        reason=reason,
        link=rule.link,
        place=parsed.place(place),
        edits=tuple(edits),
        safety=Safety.REVIEW if draft.doubts else Safety.SAFE,
        imports=tuple(draft.imports),
        notes=tuple(dict.fromkeys(draft.doubts)),
    )
