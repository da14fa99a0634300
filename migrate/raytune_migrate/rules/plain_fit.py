"""What a trainer's own ``fit()`` does changes with Train V2.

Under V1 ``trainer.fit()`` was a sweep of one trial; its Result had every metric that was reported,
and the config, and it obeyed the whole RunConfig. Under V2 it has only the metrics that came with
a checkpoint, and Tune takes no part in it, unless the runtime runs it as such a sweep: it samples
nothing of the train_loop_config either.
https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.expressions.origins import may_be_none, origins
from raytune_migrate.expressions.values import samplers, settled
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.names import calls
from raytune_migrate.proposal import Change, Replace, Safety
from raytune_migrate.readers.fits import (
    fit_of,
    fittable,
    handed_fits,
    is_hidden_fit,
    may_be_trainer,
)
from raytune_migrate.readers.result_metrics import is_only_printed, may_read_metrics
from raytune_migrate.readers.results import is_grid
from raytune_migrate.rules.plain_results import is_checkpointless, losses
from raytune_migrate.runtime.advice import either
from raytune_migrate.sweep.boosting import is_loopless, loop_arguments
from raytune_migrate.sweep.check import refused
from raytune_migrate.sweep.model import construction
from raytune_migrate.sweep.run_configs import asked, is_of_train_v2, needs_tune, run_configs_of
from raytune_migrate.sweep.swept import swept_here

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal
    from raytune_migrate.readers.fits import Fit
    from raytune_migrate.rules.plain_results import Loss
    from raytune_migrate.sweep.model import Construction, Worker

_CODE = "RTM404"
_SAMPLED = "By itself, Train V2 samples nothing of the train_loop_config, as V1 did."
_REPORTING = ("ReportCallback", "ReportCheckpointCallback")
_RENAMED = "The trial is named train_driver_fn_... instead of by the trainer's class."
_NAMELESS = "A run whose RunConfig has no name is called train_driver_fn_..."
# A trainer of a sweep that is rewritten, and its train loop.
_Swept: TypeAlias = "tuple[Construction, Worker]"


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A call of ``fit()``: of what, which of that is seen to be built here, and what is lost."""

    call: cst.Call
    trainer: cst.BaseExpression
    fit: Fit | None  # where it surely is of trainers that Train V2 has
    ends: Sequence[cst.BaseExpression]  # what the trainer may be
    built: Sequence[Construction]  # of these, the trainers that stay
    lost: Sequence[Loss]  # what this module reads of its Result that Train V2 lacks

    @property
    def foreign(self) -> Sequence[cst.BaseExpression]:
        """What it may be of other modules."""
        return self.fit.others if self.fit is not None else ()

    @property
    def is_seen(self) -> bool:
        """Whether all that it may be is known, here or by all modules together."""
        told = any(one is self.trainer for one in self.foreign)
        return told or len(self.built) + len(self.foreign) == len(self.ends)


def propose(context: Context) -> Iterator[Proposal]:
    """A change or a finding at each ``fit()`` that would do or give less than it did."""
    every = _fittings(context)
    swept = dict(_swept(context))
    for one in every:
        yield from _at(context, one, swept)
    yield from _said_once(_where_handed(context.parsed))
    yield from _where_unfitted(context, [built for one in every for built in one.built], swept)


def _fittings(context: Context) -> list[_Fitting]:
    parsed = context.parsed
    built = {id(one.call): one for one in context.standing}
    found = [
        (call, call.func.value, fit_of(parsed, call))
        for call in calls(parsed)
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == "fit"
    ]
    known = any(fit is not None or is_hidden_fit(parsed, call) for call, _, fit in found)
    lost = tuple(losses(parsed)) if known else ()
    every = []
    for call, trainer, fit in found:
        ends = fittable(parsed, trainer)
        here = [built[id(end)] for end in ends if id(end) in built]
        of_call = [one for one in lost if one.fit is call]
        every.append(_Fitting(call, trainer, fit, ends, here, of_call))
    return every


def _at(context: Context, one: _Fitting, swept: Mapping[int, _Swept]) -> Iterator[Proposal]:
    """What is to be said of one ``fit()``, or done with it."""
    parsed = context.parsed
    line, told = parsed.line(one.call), parsed.elsewhere.lines
    if is_grid(parsed, one.call) and not may_be_trainer(parsed, one.trainer):
        return  # a Tuner's, on a line that may have a trainer's too
    read = {each.what for each in one.lost} | told.lost.get(line, frozenset())
    asked = {name for each in one.built for name in _only_tunes(context, each)}
    nested = _is_nested(context, one)
    if not nested:
        asked |= told.asked.get(line, frozenset())
    fields = sorted(asked)
    stand = all(_stands(context, each) for each in one.built)
    sampled = not nested and any(_is_sampled(parsed, each) for each in one.built)
    if (fields or read or sampled) and stand and one.is_seen and not nested:
        reason = _SAMPLED if sampled else _lacking(fields, sorted(read))
        yield _as_trial(context, one, reason)
        return
    if sampled and stand:
        yield _unsampled(parsed, one.call)
    if fields and stand:
        yield _without_tune(parsed, one.call, fields)
    yield from _said_once(each.finding for each in one.lost)
    if read and not one.lost and not nested:
        yield _missed(parsed, one.call, sorted(read))
    elif not one.lost and may_read_metrics(parsed, one.call) and _has_none(parsed, one, swept):
        yield finding(
            parsed,
            one.call,
            "RTM401",
            "The Result of fit() has, under Train V2, only metrics that came with a checkpoint.",
            f"Report a checkpoint with them{either(', or run it as fit_as_trial(trainer)')}.",
        )


def _is_nested(context: Context, one: _Fitting) -> bool:
    """Whether it runs in a trial, or a worker, already."""
    parsed = context.parsed
    if context.roles.job(parsed, one.call) is not None:
        return True
    return any(_is_of_trial(parsed, each) for each in one.built)


def _has_none(parsed: Parsed, one: _Fitting, swept: Mapping[int, _Swept]) -> bool:
    """Whether its Result has no metrics under Train V2, as far as its train loops tell."""
    never = one.fit is not None and is_checkpointless(parsed, one.fit)
    if never and not is_only_printed(parsed, one.call):
        return True
    also_swept = [swept[id(end)] for end in one.ends if id(end) in swept]
    return any(not _ends_with_checkpoint(parsed, *each) for each in also_swept)


def _where_handed(parsed: Parsed) -> Iterator[Finding]:
    """What is to be said where a ``fit`` goes to code that calls it, or gets a name of its own."""
    for node, fit in handed_fits(parsed):
        never = is_checkpointless(parsed, fit) and not is_only_printed(parsed, fit.call)
        if never and may_read_metrics(parsed, fit.call):
            yield finding(
                parsed,
                node,
                "RTM401",
                "The Result of fit() has, under Train V2, only metrics that came with a"
                " checkpoint: here None.",
                "Report a checkpoint with them"
                + either(", or give fit_as_trial, and the trainer, instead")
                + ".",
            )


def _where_unfitted(
    context: Context, fitted: Sequence[Construction], swept: Mapping[int, _Swept]
) -> Iterator[Proposal]:
    """What is to be said of trainers that stay, and of which no ``fit()`` is seen anywhere."""
    given = swept_here(context.parsed, (one.sweep for one in context.given))
    known = {id(one.call) for one in fitted} | swept.keys() | given
    for one in context.standing:
        if id(one.call) in known:
            continue
        fields = sorted(_only_tunes(context, one))
        if fields and not _used_elsewhere(context, one) and _stands(context, one):
            yield _without_tune(context.parsed, one.call, fields)
        sampled = _is_sampled(context.parsed, one) and not context.swept_elsewhere(one)
        if sampled and _stands(context, one):
            yield _unsampled(context.parsed, one.call)


def _swept(context: Context) -> Iterator[tuple[int, _Swept]]:
    """The trainers (by identity) of the sweeps that are rewritten, and their train loops."""
    for plan in context.plans:
        trainer = plan.sweep.trainer
        yield id(trainer.call), (trainer, plan.sweep.worker)
    for given in context.given:
        for trainer, worker in zip(given.sweep.trainers, given.sweep.workers, strict=False):
            yield id(trainer.call), (trainer, worker)


def _used_elsewhere(context: Context, trainer: Construction) -> bool:
    """Whether other modules give a trainer to a Tuner, or fit it: it is said there."""
    fitted = context.parsed.line(trainer.call) in context.parsed.elsewhere.lines.fitted
    return fitted or context.swept_elsewhere(trainer)


def _said_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What is said once for each statement."""
    yield from {(one.code, one.place.statement): one for one in findings}.values()


def _only_tunes(context: Context, trainer: Construction) -> Iterator[str]:
    """What a trainer's RunConfig asks for that only Tune does."""
    parsed = context.parsed
    for one in run_configs_of(parsed, trainer):
        if needs_tune(parsed, trainer, one, near_sweep=context.near_sweep(trainer)):
            hidden = () if one.complete else ("what cannot be seen",)
            yield from ray_api.TRIAL_FIELDS & asked(parsed, one) or hidden


def _is_sampled(parsed: Parsed, trainer: Construction) -> bool:
    """Whether the config of a train loop holds what Train V1 sampled, in ``fit()`` too."""
    config = trainer.value("train_loop_config")
    ends = origins(parsed, config) if config is not None else ()
    return any(
        parsed.enclosing(one, cst.Lambda) is parsed.enclosing(end, cst.Lambda)  # not one for later
        for end in ends
        for one in samplers(parsed, end)
    )


def _is_named(parsed: Parsed, trainer: Construction) -> bool:
    """Whether a trainer's RunConfig is seen to name its run."""
    value = trainer.given("run_config")
    if value is None or may_be_none(parsed, value):
        return False
    configs = [construction(parsed, one) for one in origins(parsed, value)]
    return bool(configs) and all(
        one is not None and "name" in asked(parsed, one) for one in configs
    )


def _is_of_trial(parsed: Parsed, trainer: Construction) -> bool:
    """Whether a trainer has a RunConfig of Train V2, such as a driver function gives it."""
    configs = run_configs_of(parsed, trainer)
    return any(is_of_train_v2(parsed, one) for one in configs)


def _stands(context: Context, trainer: Construction) -> bool:
    """Whether a trainer becomes one of Train V2 where it is."""
    return next(refused(context.parsed, trainer), None) is None


def _as_trial(context: Context, one: _Fitting, reason: str) -> Change:
    parsed = context.parsed
    draft = context.draft()
    fit = draft.refer(parsed, f"{ray_api.RUNTIME}.fit_as_trial", one.call)
    start, end = parsed.span(one.trainer)
    named = not one.foreign and all(_is_named(parsed, each) for each in one.built)
    rule = RULES[_CODE]
    return Change(
        code=_CODE,
        title=rule.title,
        reason=reason,
        link=rule.link,
        place=parsed.place(one.call),
        edits=(Replace(start, start, f"{fit}("), Replace(end, parsed.end(one.call), ")")),
        safety=Safety.REVIEW,
        imports=tuple(draft.imports),
        notes=(_RENAMED if named else _NAMELESS,),
    )


def _lacking(fields: Sequence[str], read: Sequence[str]) -> str:
    if fields:
        return f"By itself, Train V2 does nothing of {_listed(fields)} in a RunConfig."
    return f"By itself, Train V2 gives a Result without {_listed(read)}."


def _unsampled(parsed: Parsed, call: cst.Call) -> Finding:
    return finding(
        parsed,
        call,
        _CODE,
        "fit() by itself, under Train V2, samples nothing of the train_loop_config.",
        "Run this as "
        + either("raytune_runtime.fit_as_trial(trainer)", "a sweep, by a driver function")
        + ", or give the trainer values.",
    )


def _without_tune(parsed: Parsed, call: cst.Call, fields: Sequence[str]) -> Finding:
    return finding(
        parsed,
        call,
        _CODE,
        f"fit() by itself, under Train V2, does nothing of {_listed(fields)} in the"
        " trainer's RunConfig.",
        "Run this as "
        + either(
            "raytune_runtime.fit_as_trial(trainer)", "a sweep of one trial, by a driver function"
        )
        + ", where it needs them.",
    )


def _missed(parsed: Parsed, call: cst.Call, read: Sequence[str]) -> Finding:
    return finding(
        parsed,
        call,
        "RTM401",
        "Code that is given the Result of this fit() reads what that has not under Train V2:"
        f" {_listed(read)}.",
        either("Run it as raytune_runtime.fit_as_trial(trainer), or keep", "Keep")
        + " what is read yourself.",
    )


def _listed(fields: Sequence[str]) -> str:
    return ", ".join(fields)


def _ends_with_checkpoint(parsed: Parsed, trainer: Construction, worker: Worker) -> bool:
    """Whether the last report of a train loop, as far as can be seen, brings a checkpoint."""
    if is_loopless(trainer):
        at_end = loop_arguments(parsed, trainer).get("checkpoint_at_end")
        return at_end is None or settled(parsed, at_end.value) is not False
    if parsed.line(trainer.call) in parsed.elsewhere.lines.checkpointing:
        return True
    found = [(node, name.name) for body in worker.bodies for node, name in reads(parsed, body)]
    callbacks = [name for _, name in found if _reports_with_checkpoint(name)]
    reports = [parsed.parent(node) for node, name in found if name in ray_api.REPORTS]
    return bool(callbacks or reports) and all(
        isinstance(one, cst.Call)
        and any(arg.keyword is not None and arg.keyword.value == "checkpoint" for arg in one.args)
        for one in reports
    )


def _reports_with_checkpoint(name: str) -> bool:
    """Whether an object of Ray is a callback that reports with a checkpoint."""
    return name.startswith("ray.train.") and name.endswith(_REPORTING)
