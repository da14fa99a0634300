"""A session call in a function of which it is not clear, or not one thing, who runs it.

In a train loop it must be ``ray.train``'s, in a Tune function ``ray.tune``'s.
https://github.com/ray-project/ray/issues/49454
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.loops.dropped import shared
from raytune_migrate.loops.roles import Role
from raytune_migrate.loops.session import storage_asked, train_context_asked
from raytune_migrate.loops.worker import used
from raytune_migrate.module.fallbacks import Branch, branch, is_of_older_ray
from raytune_migrate.module.names import calls
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.rules.beside import finding_beside
from raytune_migrate.rules.tune_functions import counterpart
from raytune_migrate.runtime.advice import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Proposal

_CODE = "RTM909"
_FUNCTIONS = frozenset(
    f"{ray_api.SESSION}.{name}"
    for name in (
        "report",
        "get_checkpoint",
        "get_dataset_shard",
        *ray_api.CONTEXT_METHODS,
        *ray_api.TRIAL_FACTS,
    )
)

# What a train loop calls otherwise than a Tune function does.
_TOLD_APART = _FUNCTIONS.union(ray_api.TUNE_FUNCTIONS, ray_api.WORKER_FUNCTIONS)

# What fails in a Tune function, and is right in a worker.
_OF_TRAIN = frozenset({"ray.train.report", "ray.train.get_checkpoint"})

# What fails in a worker and in a Tune function alike.
_RAISING = ray_api.CONTEXT_DROPPED & frozenset(ray_api.TRIAL_FACTS)


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such call, in a file with a sweep over a trainer."""
    parsed = context.parsed
    known = context.roles
    for node, name in used(parsed):
        if name.name not in _TOLD_APART:
            continue
        role = known.of(parsed, node)
        if is_of_older_ray(parsed, node) or (
            parsed.function(node) is None and branch(parsed, node) is Branch.FALLBACK
        ):
            continue  # of a Ray that is older than any with Train V2
        if role is Role.BOTH:
            twice = shared(node)
            yield finding_beside(context, node, _CODE, twice.reason, twice.advice)
        elif role is Role.UNKNOWN and name.name in _FUNCTIONS:
            yield finding_beside(
                context,
                node,
                _CODE,
                "What runs this call of ray.air.session cannot be seen.",
                "Call ray.train if a train loop runs this, and ray.tune if a Tune function does.",
            )
        elif role is Role.UNKNOWN and name.name in _OF_TRAIN and known.is_handed_on(parsed, node):
            yield finding_beside(
                context,
                node,
                _CODE,
                "A Tune function leads here, but what calls this cannot be seen.",
                f"Call {ray_api.TUNE_FUNCTIONS[name.name]} if the Tune function does, and leave it"
                " if a train loop does.",
            )
    yield from _callbacks(context)
    for call in calls(parsed):
        asked = train_context_asked(parsed, call, _RAISING)
        if asked is not None and known.of(parsed, call) is Role.UNKNOWN:
            yield finding_beside(
                context,
                call,
                _CODE,
                f"What runs this call of {asked}() cannot be seen.",
                either(
                    f"Take {ray_api.TRIAL_FACTS[asked]} of raytune_runtime's trial_info()",
                    "Pass it in train_loop_config",
                )
                + " if a train loop runs this, and call ray.tune.get_context() if a Tune function"
                " does.",
            )
    for read in parsed.of(cst.Attribute) if ray_api.GET_STORAGE in parsed.text else ():
        told = storage_asked(parsed, read)
        if told is not None and known.of(parsed, read) is Role.UNKNOWN:
            yield finding_beside(
                context,
                read,
                _CODE,
                f"What asks the storage for {told} here cannot be seen.",
                either(
                    "Take it from raytune_runtime's trial_info()", "Pass it in train_loop_config"
                )
                + f" if a train loop runs this, and {either('from', 'take it from')}"
                " ray.tune.get_context().get_storage() if a Tune function does.",
            )


def _callbacks(context: Context) -> Iterator[Proposal]:
    """The callbacks of Ray Train that Tune functions make, but for those that are rewritten.

    Not beside a trainer, whose workers may have them.
    """
    parsed = context.parsed
    for call, name in ray_calls(parsed) if not context.roles.trials_train else ():
        way_out = ray_api.TRAIN_CALLBACKS.get(name.name)
        role = context.roles.of(parsed, call) if way_out is not None else Role.UNKNOWN
        rewritten = role is Role.TUNE_FUNCTION and counterpart(
            parsed, context.roles, call.func, name.name
        )
        if way_out is not None and role in (Role.TUNE_FUNCTION, Role.BOTH) and not rewritten:
            yield finding_beside(
                context,
                call,
                _CODE,
                f"{'.'.join(name.name.split('.')[-2:])} reports through ray.train, which raises in"
                " a Tune function.",
                way_out,
            )
