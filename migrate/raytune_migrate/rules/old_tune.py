"""What Tune itself took up to Ray 2.9, and raises for in every release that has Train V2 on.

And what ``ray.init`` itself took, up to Ray 2.53, to run trainers in the script's own process; and
the environment variables of Train V1.

https://docs.ray.io/en/latest/tune/api/api.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.env_settings import env_settings
from raytune_migrate.expressions.values import settled
from raytune_migrate.loops.roles import Role
from raytune_migrate.module.names import Certainty
from raytune_migrate.module.ray_reads import calls_of, ray_calls
from raytune_migrate.rules.beside import finding_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.proposal import Finding, Proposal


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each callback that is a stub, variable, ``resume``, and local mode."""
    yield from _stubs(context)
    yield from _variables(context)
    yield from _idle_variables(context)
    yield from _resumes(context)
    yield from _local_modes(context)


def _stubs(context: Context) -> Iterator[Finding]:
    for call, name in ray_calls(context.parsed):
        way_out = ray_api.STUBS.get(name.name)
        if way_out is None or name.certainty is not Certainty.SURE:
            continue
        # Of what a train loop calls, another rule speaks.
        if context.roles.of(context.parsed, call) not in (Role.TRAIN_LOOP, Role.BOTH):
            yield finding(
                context.parsed, call, "RTM907", f"Ray no longer has {name.name}.", way_out
            )


def _variables(context: Context) -> Iterator[Finding]:
    parsed = context.parsed
    for variable in ray_api.GONE_VARIABLES:
        for one in env_settings(parsed, variable):
            if settled(parsed, one.value) != "":
                yield finding_beside(
                    context,
                    one.place,
                    "RTM907",
                    f"Tune raises where {variable} is set, and Train V2 makes nothing of it.",
                    "Leave it out, and give the RunConfig, or tune.run(), a storage_path.",
                )


def _idle_variables(context: Context) -> Iterator[Finding]:
    """Only beside trainers, which others that these are set for have not."""
    parsed = context.parsed
    if not context.tuner_calls and not context.standing:
        return
    for variable, way_out in ray_api.IDLE_VARIABLES.items():
        for one in env_settings(parsed, variable):
            if settled(parsed, one.value) not in ("", "0"):
                reason = f"Train V2 makes nothing of {variable}."
                yield finding_beside(context, one.place, "RTM907", reason, way_out)


def _resumes(context: Context) -> Iterator[Finding]:
    parsed = context.parsed
    for call in calls_of(parsed, ray_api.TUNE_RUN):
        for argument in call.args:
            if argument.keyword is None or argument.keyword.value != "resume":
                continue
            value = settled(parsed, argument.value)
            way_out = ray_api.GONE_RESUMES.get(value) if isinstance(value, str) else None
            if way_out is not None:
                yield finding_beside(
                    context,
                    argument,
                    "RTM904",
                    f'tune.run takes no resume="{value}" any more.',
                    way_out,
                )


def _local_modes(context: Context) -> Iterator[Finding]:
    """Only beside trainers: a script of RLlib that says so has nothing to do with Train V2."""
    parsed = context.parsed
    if not context.tuner_calls and not context.standing:
        return
    for call in calls_of(parsed, ray_api.INIT):
        for argument in call.args:
            word = argument.keyword.value if argument.keyword is not None else None
            if word == ray_api.LOCAL_MODE and settled(parsed, argument.value) is True:
                yield finding_beside(
                    context,
                    argument,
                    "RTM907",
                    f"From Ray 2.54 on ray.init() refuses {ray_api.LOCAL_MODE}.",
                    "Leave it out: Ray's debugger stops at a breakpoint() in a worker.",
                )
