"""A trainer that stays where it is built, in a sweep or by itself, takes what Train V2 takes.

Under V1 one RunConfig served trainers and Tuners. ``ray.train.RunConfig`` refuses the fields that
only Tune has, and trainers refuse the classes of ``ray.air`` and ``resume_from_checkpoint``.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES
from raytune_migrate.editing.edits import lies_in
from raytune_migrate.expressions.values import settled
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.bindings import variable_of
from raytune_migrate.module.names import calls
from raytune_migrate.proposal import Change, Safety
from raytune_migrate.readers.fits import fit_of
from raytune_migrate.rewrite.old_sync import old_sync
from raytune_migrate.rewrite.standing import standing_edits, whole_run_configs
from raytune_migrate.rules.scaling_configs import reserve_doubts
from raytune_migrate.rules.scripts import flag_note
from raytune_migrate.sweep.check import refused
from raytune_migrate.sweep.model import TrainerUse, construction
from raytune_migrate.sweep.preprocessors import preprocessor_doubts
from raytune_migrate.sweep.run_configs import run_configs_of
from raytune_migrate.sweep.swept import swept_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal
    from raytune_migrate.sweep.model import Construction
    from raytune_migrate.sweep.plan import Plan

_CODE = "RTM201"


def propose(context: Context) -> Iterator[Proposal]:
    """One change for each such trainer; findings where it cannot be one of Train V2."""
    parsed = context.parsed
    bound = [one.sweep.trainer for one in context.given if one.local is not None]
    swept_trainers = swept_here(parsed, (one.sweep for one in context.given))
    rule = RULES[_CODE]
    hidden = bool(context.standing) and _is_hidden(context)
    for trainer in context.standing:
        problems = tuple(refused(parsed, trainer))
        if problems:
            yield from (one for one in problems if one not in context.findings)
            continue
        if any(parsed.inside(trainer.call, one) for one in bound):
            continue  # rewritten with the name that it is given
        draft = context.draft()
        kept = _kept(context, trainer)
        swept = id(trainer.call) in swept_trainers or context.swept_elsewhere(trainer)
        edits = standing_edits(
            parsed,
            trainer,
            context.tuners_run_configs,
            draft,
            context.layout,
            _skip(kept, trainer),
            kept.bound if kept is not None else None,
            near_sweep=context.near_sweep(trainer),
            may_be_tunes=hidden or swept,
        )
        edits = [one for one in edits if not any(lies_in(parsed, one, name) for name in bound)]
        if edits or draft.imports:
            # For its part of a RunConfig of Tune's: then its fit() becomes a trial.
            needs_v2 = any(one.module == ray_api.RUNTIME for one in draft.imports)
            has_driver = needs_v2 or swept
            told = _doubts(context, trainer, has_driver=has_driver)
            doubts = (*told, *dict.fromkeys(draft.doubts))
            yield Change(
                code=_CODE,
                title=rule.title,
                reason="Train V2 refuses what this trainer is given.",
                link=rule.link,
                place=parsed.place(trainer.call),
                edits=tuple(edits),
                safety=Safety.REVIEW if doubts else Safety.SAFE,
                imports=tuple(draft.imports),
                notes=(*doubts, *(flag_note(context) if needs_v2 else ())),
            )


def _doubts(context: Context, trainer: Construction, *, has_driver: bool) -> Iterator[str]:
    """What may differ; where a driver function runs the trainer, that takes a CPU."""
    parsed = context.parsed
    scaling = construction(parsed, trainer.value("scaling_config"))
    if has_driver or not _reserves_nothing(parsed, scaling):
        yield from reserve_doubts(scaling)
    yield from preprocessor_doubts(parsed, trainer)
    configs = run_configs_of(parsed, trainer)
    synced = [one for one in configs if "sync_config" in one.arguments]
    if any(old_sync(parsed, one.call) is None for one in synced):
        yield "sync_config goes where no Tune takes part: Train V2 syncs no artifacts."
    named = any("name" in one.arguments for one in configs)
    alone = not context.near_sweep(trainer) or _fits_itself(parsed, trainer)
    if named and alone and _reads_checkpoints(parsed):
        yield (
            "A run of this name starts from the last checkpoint of an earlier one, where there is"
            " one; Train V1 started anew."
        )


def _fits_itself(parsed: Parsed, trainer: Construction) -> bool:
    """Whether ``fit()`` of a trainer is called here, whatever sweeps there are beside it."""
    fits = (fit_of(parsed, call) for call in calls(parsed))
    return any(one.call is trainer.call for fit in fits if fit is not None for one in fit.trainers)


def _is_hidden(context: Context) -> bool:
    """Whether a RunConfig that becomes Tune's is put where it cannot be followed to who takes it.

    Into a list, a tuple or a dict: what any trainer is given out of sight may be that.
    """
    parsed = context.parsed
    whole = whole_run_configs(
        parsed, context.standing, context.tuners_run_configs, context.near_sweep
    )
    holders = (parsed.parent(one.call) for one in (*context.tuners_run_configs, *whole))
    targets = (one.targets[0].target for one in holders if isinstance(one, cst.Assign))
    bound = (variable_of(parsed, one) for one in targets if isinstance(one, cst.Name))
    return any(
        isinstance(parsed.parent(read), cst.Element | cst.DictElement)
        for one in bound
        if one is not None
        for read in one.references
    )


def _reserves_nothing(parsed: Parsed, scaling: Construction | None) -> bool:
    """Whether a trainer's own process was to take nothing, as under Train V2."""
    resources = scaling.value("trainer_resources") if scaling is not None else None
    return isinstance(resources, cst.Dict) and all(
        isinstance(one, cst.DictElement) and settled(parsed, one.value) == 0
        for one in resources.elements
    )


def _reads_checkpoints(parsed: Parsed) -> bool:
    return any(name.name in ray_api.CHECKPOINT_READERS for _, name in reads(parsed, parsed.module))


def _kept(context: Context, trainer: Construction) -> Plan | None:
    """The sweep whose driver builds the like of a trainer that stays."""
    for plan in context.plans:
        if plan.sweep.use is TrainerUse.KEPT and plan.sweep.trainer.call is trainer.call:
            return plan
    return None


def _skip(kept: Plan | None, trainer: Construction) -> list[cst.CSTNode]:
    """The arguments that the rewrite of a sweep has bound to names already."""
    if kept is None:
        return []
    names = [*kept.bound, *(["run_config"] if kept.run_config is not None else [])]
    return [trainer.arguments[name].value for name in names]
