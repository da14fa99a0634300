"""``Tuner.restore`` with what Tune takes no more, or never took.

Of Ray 2.0 to 2.4 the trainable could be left out, and had another name.

https://docs.ray.io/en/latest/tune/api/doc/ray.tune.Tuner.restore.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import RULES, finding
from raytune_migrate.loops.roles import Role
from raytune_migrate.loops.worker import callees
from raytune_migrate.module.names import Certainty, calls, ray_name
from raytune_migrate.proposal import Change, Replace
from raytune_migrate.sweep.sites import wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_RENAMED, _MISSING = "RTM203", "RTM102"


def propose(context: Context) -> Iterator[Proposal]:
    """A change of each old name, and a finding where no trainable is given, or a train loop."""
    parsed = context.parsed
    if "restore" not in parsed.text:
        return
    for call in calls(parsed):
        if not _is_restore(parsed, call):
            continue
        words = {one.keyword.value: one.keyword for one in call.args if one.keyword is not None}
        old = words.get(ray_api.OLD_TRAINABLE)
        if old is not None:
            yield Change(
                code=_RENAMED,
                title="the trainable that an experiment is restored with",
                reason=f"Tuner.restore calls it trainable now, not {ray_api.OLD_TRAINABLE}.",
                link=RULES[_RENAMED].link,
                place=parsed.place(call),
                edits=(Replace(*parsed.span(old), "trainable"),),
            )
        elif (loop := _train_loop(context, call)) is not None:
            yield wrong(
                parsed,
                loop,
                "Train V1 refused to restore a sweep over a trainer by the trainer's train loop.",
                "Give Tuner.restore what the sweep gives its Tuner, then run again.",
            )
        elif "trainable" not in words and not _gives_second(call):
            yield finding(
                parsed,
                call,
                _MISSING,
                "Tuner.restore is given no trainable, and cannot do without one any more.",
                "Give it what the experiment has run as trainable=...; of a sweep over a trainer"
                " that is its driver function.",
            )


def _is_restore(parsed: Parsed, call: cst.Call) -> bool:
    name = ray_name(parsed, call.func)
    return name is not None and (name.name, name.certainty) == (ray_api.RESTORE, Certainty.SURE)


def _train_loop(context: Context, call: cst.Call) -> cst.BaseExpression | None:
    """What a restore is given for its trainable, if trainers of this module run that on workers."""
    by_place = [one.value for one in call.args if one.keyword is None and not one.star]
    given = next(
        (
            one.value
            for one in call.args
            if one.keyword is not None and one.keyword.value == "trainable"
        ),
        by_place[1] if len(by_place) > 1 else None,
    )
    if given is None:
        return None
    bodies = callees(context.parsed, given)
    roles = {context.roles.of(context.parsed, one) for one in bodies if one is not None}
    return given if roles == {Role.TRAIN_LOOP} and None not in bodies else None


def _gives_second(call: cst.Call) -> bool:
    """Whether a call may give a second argument by its place, or any by ``**``."""
    return (
        any(one.star for one in call.args)
        or len([one for one in call.args if one.keyword is None]) > 1
    )
