"""What configs, runs and searchers of Tune take no more, above all SyncConfigs of old.

Where results are stored the RunConfig says since Ray 2.7, and ``ray.tune.SyncConfig`` raises
TypeError for it. What it still says, Tune obeys for the driver function of a sweep, and nobody for
its workers, which have a working directory of their own.
https://docs.ray.io/en/latest/tune/tutorials/tune-storage.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.names import Certainty
from raytune_migrate.module.ray_reads import ray_calls
from raytune_migrate.rewrite.old_sync import old_sync
from raytune_migrate.rewrite.standing import runs_function
from raytune_migrate.rules.beside import finding_beside
from raytune_migrate.runtime.advice import either
from raytune_migrate.sweep.model import constructed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal


_CALLED = ray_api.GONE_ARGUMENTS.keys() | ray_api.RENAMED_FIELDS.keys()
_WORDS = frozenset({"sync_artifacts"}.union(*ray_api.GONE_ARGUMENTS.values()))


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each such argument.

    At the one of artifacts only where a trainer's sweep is: a trainer's own run loses its
    SyncConfig anyway, and a function of Tune still has it obeyed.
    """
    parsed = context.parsed
    if not any(one in parsed.text for one in _WORDS):
        return
    runs = (call for call, name in ray_calls(parsed) if name.name == ray_api.TUNE_RUN)
    moved = [
        found[0]
        for call in (*(one.call for one in context.run_configs), *runs)
        if (found := old_sync(parsed, call)) is not None
    ]
    for call, name in ray_calls(parsed):
        called = ray_api.new_home(name.name) or name.name
        if name.certainty is not Certainty.SURE or called not in _CALLED:
            continue
        if any(call is one.value for one in moved):
            continue
        short = called.removeprefix("ray.").removeprefix("train.").removeprefix("tune.search.")
        for node, word, advice in _gone(parsed, called, call):
            reason = f"{short} takes no {word} any more."
            yield finding_beside(context, node, "RTM904", reason, advice)
        yield from _artifacts(context, call)


def _artifacts(context: Context, sync_config: cst.Call) -> Iterator[Proposal]:
    """A finding at an argument that asks to sync artifacts, in a trainer's sweep."""
    for argument in sync_config.args:
        word = argument.keyword.value if argument.keyword is not None else ""
        if word == "sync_artifacts" and not _is_false(argument) and _swept(context, sync_config):
            yield finding_beside(
                context,
                argument,
                "RTM904",
                "Train V2 syncs no artifacts: what workers write to their working directory "
                "stays there.",
                "Let the train loop put it into a checkpoint"
                + either(", or below trial_info().trial_dir of raytune_runtime")
                + ", and leave sync_artifacts out.",
            )


def _swept(context: Context, sync_config: cst.Call) -> bool:
    """Whether a SyncConfig may be that of a trainer's sweep."""
    parsed = context.parsed
    if _is_of_sweep(parsed, sync_config):
        return True
    named = {name.name for _, name in reads(parsed, parsed.module)}
    sweeps = bool(parsed.elsewhere.lines.swept) or (
        ray_api.TUNER in named and not named.isdisjoint(ray_api.TRAINERS)
    )
    return sweeps and not _is_of_function(context, sync_config)


def _gone(parsed: Parsed, called: str, call: cst.Call) -> Iterator[tuple[cst.CSTNode, str, str]]:
    """The arguments that a call has no more, and what to do: also those that come by ``**``.

    What has a new name gets it where it is written as an argument. In a dict it may be a key that
    others read, too.
    """
    gone = ray_api.GONE_ARGUMENTS.get(called, {})
    for argument in call.args:
        word = argument.keyword.value if argument.keyword is not None else ""
        if word in gone:
            yield argument, word, gone[word]
    if any(one.star == "**" for one in call.args):
        renamed = ray_api.RENAMED_FIELDS.get(called, {})
        for word, value in constructed(parsed, called, call).in_dicts.items():
            if word in gone:
                yield value, word, gone[word]
            elif word in renamed:
                yield value, word, f"Give it as {renamed[word]}."


def _is_of_sweep(parsed: Parsed, sync_config: cst.Call) -> bool:
    """Whether a SyncConfig stands in a RunConfig that a sweep of another module has."""
    lines = parsed.elsewhere.lines.swept_configs
    return bool(lines) and any(parsed.line(one) in lines for one in parsed.ancestors(sync_config))


def _is_of_function(context: Context, sync_config: cst.Call) -> bool:
    """Whether a SyncConfig stands in the RunConfig of a Tuner over a function of this module."""
    around = [id(one) for one in context.parsed.ancestors(sync_config)]
    return any(
        id(config.call) in around
        for use in context.other_run_configs
        if runs_function(context.parsed, use)
        for config in use.configs
    )


def _is_false(argument: cst.Arg) -> bool:
    return isinstance(argument.value, cst.Name) and argument.value.value == "False"
