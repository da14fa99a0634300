"""What takes the directory of a checkpoint by its number, or a number out of its name.

Train V1 numbered them, ``checkpoint_000009``; Train V2 names them by their time,
``checkpoint_2026-01-31_12-00-00.123456``.
https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.lookups import (
    compares,
    joined_paths,
    joins,
    lookups,
    operands,
    text_of,
)
from raytune_migrate.loops.roles import Role
from raytune_migrate.loops.worker import reads
from raytune_migrate.module.names import calls
from raytune_migrate.readers.checkpoint_paths import (
    gives_checkpoint_path,
    is_of_checkpoint,
    number_of,
)
from raytune_migrate.readers.function_runs import gives_functions_results
from raytune_migrate.readers.listed_paths import is_listed
from raytune_migrate.readers.run_paths import run_path
from raytune_migrate.rules.of_runs import is_of_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Proposal

_CODE = "RTM405"
_STEM = "checkpoint_"  # which each of the texts below holds
_WORDS = ("checkpoint", "int(")
_READER = "ray.train.get_checkpoint"  # which a Tune function had better not call
# Whole, with a place for a number, as in "checkpoint_%06d", or up to one.
_NUMBERED = re.compile(r"(^|/)checkpoint_((?:\d{6}|%\d*[ds]|\{[^{}]*\})(/|$)|$)")
# What any number fits, as a glob or in a regular expression: checkpoint_0*, checkpoint_(\d+).
_DIGITS = r"(?:\\d|\[0-9\])(?:[+*]|\{\d,?\d?\})?"
_PATTERN = re.compile(
    r"(?:^|[/*^(])checkpoint_"
    rf"(?:0+\d*\*|\?{{6}}|(?:\[0-9\])+\*?|{_DIGITS}|\((?:\?P<\w+>)?{_DIGITS}\))"
    r"(?:$|[/$)]|\\[Zb])"
)
# What writes where it is told to, by the last part of its own name.
_WRITERS = re.compile(r"(makedirs|mkdir|mkdtemp|save\w*|dump|copytree|to_directory)$")


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each text that numbers checkpoints, and at each number out of a name."""
    parsed = context.parsed
    if not any(word in parsed.text for word in _WORDS) or _names_directories(parsed):
        return
    near = _is_near_trainers(context) and not _numbers_its_own(parsed)
    for node in _texts(parsed):
        if _is_below_run(context, node) or (
            near
            and (
                _is_pattern(parsed, node)
                or _is_compared(context, node)
                or _is_below_listed(parsed, node)
            )
            and not _is_of_function(context, node)
        ):
            yield finding(
                parsed,
                node,
                _CODE,
                "Train V2 names the directories of checkpoints by their time.",
                "Take the path of result.checkpoint, or of one of result.best_checkpoints.",
            )
    for call in calls(parsed) if near else ():
        if (
            _is_of_checkpoint(context, call)
            and not any(_is_pattern(parsed, one) for one in parsed.walk(call, cst.SimpleString))
            and context.roles.of(parsed, call) is not Role.TUNE_FUNCTION
        ):
            yield finding(
                parsed,
                call,
                _CODE,
                "Train V2 names the directories of checkpoints by their time, without a number.",
                "Save the number in the checkpoint, or report it as a metric. By name they are in"
                " the order of time.",
            )


def _texts(parsed: Parsed) -> list[cst.SimpleString | cst.FormattedStringText]:
    """The literals, and pieces of formatted ones, that may speak of a checkpoint's directory."""
    every = parsed.of(cst.SimpleString, cst.FormattedStringText) if _STEM in parsed.text else ()
    return [one for one in every if _STEM in one.value]


def _is_below_run(context: Context, node: cst.SimpleString | cst.FormattedStringText) -> bool:
    """Whether a text names a checkpoint by its number, below the path of a run."""
    parsed = context.parsed
    if _NUMBERED.search(text_of(parsed, node)) is None:
        return False
    return any(is_of_run(context, one) for one in joined_paths(parsed, node))


def _is_below_listed(parsed: Parsed, node: cst.SimpleString | cst.FormattedStringText) -> bool:
    """Whether a text names a checkpoint by its number, below a folder that was found by a listing.

    That is the newest run; a path that is written out may be of one that Train V1 has written.
    """
    found = _NUMBERED.search(text_of(parsed, node))
    if found is None or not found[2]:
        return False
    return any(is_listed(parsed, one) for one in joins(parsed, node))


def _is_compared(context: Context, node: cst.SimpleString | cst.FormattedStringText) -> bool:
    """Whether a text with a number is held against a checkpoint's path, or what lies in a run's."""
    parsed = context.parsed
    found = _NUMBERED.search(text_of(parsed, node))
    if found is None or not (found[2] or isinstance(node, cst.FormattedStringText)):
        return False
    return any(
        gives_checkpoint_path(parsed, one) or _is_listing(context, one)
        for whole in lookups(parsed, node)
        if compares(whole)
        or (isinstance(whole, cst.Call) and parsed.source(whole.func).endswith(".endswith"))
        for one in operands(whole)
    )


def _is_of_checkpoint(context: Context, call: cst.Call) -> bool:
    """Whether a call takes the number out of the name of what may be a trainer's checkpoint."""
    parsed = context.parsed
    cut = number_of(parsed, call)
    if cut is None:
        return False
    found = run_path(parsed, cut.of)
    if found is not None and gives_functions_results(parsed, found.result):
        return False
    listed = found is not None and found.listed and is_of_run(context, found.path)
    return listed or is_of_checkpoint(parsed, cut)


def _is_of_function(context: Context, node: cst.SimpleString | cst.FormattedStringText) -> bool:
    """Whether what is looked for by a text is surely looked for in a run of a Tune function."""
    parsed = context.parsed
    paths = [
        found
        for whole in lookups(parsed, node)
        for one in operands(whole)
        if (found := run_path(parsed, one)) is not None
    ]
    return any(gives_functions_results(parsed, one.result) for one in paths)


def _is_listing(context: Context, node: cst.BaseExpression) -> bool:
    """Whether an expression lists what lies below the path of a run."""
    parts = context.parsed.walk(node, cst.Attribute) if isinstance(node, cst.Call) else ()
    paths = (one for one in parts if one.attr.value in ray_api.RUN_PATHS)
    return any(is_of_run(context, one) for one in paths)


def _is_pattern(parsed: Parsed, node: cst.SimpleString | cst.FormattedStringText) -> bool:
    """Whether a text is a pattern that checkpoints with numbers are looked for by."""
    found = _PATTERN.search(text_of(parsed, node))
    return found is not None and any(True for _ in lookups(parsed, node))


def _is_near_trainers(context: Context) -> bool:
    """Whether the checkpoints that a module has to do with may be those of a trainer."""
    parsed = context.parsed
    lines = parsed.elsewhere.lines
    return (
        any(one in parsed.text for one in ray_api.TRIAL_PREFIXES)
        or bool(context.tuner_calls)
        or bool(lines.results or lines.trainers or lines.paths)
        or any(job.role is Role.TRAIN_LOOP for job in context.roles.jobs)
        or any(
            name.name == _READER and context.roles.of(parsed, node) is not Role.TUNE_FUNCTION
            for node, name in reads(parsed, parsed.module)
        )
    )


def _names_directories(parsed: Parsed) -> bool:
    """Whether the module says itself what the directories of its checkpoints are called."""
    return any(
        node.keyword is not None and node.keyword.value == "checkpoint_dir_name"
        for node in parsed.of(cst.Arg)
    )


def _numbers_its_own(parsed: Parsed) -> bool:
    """Whether a function that writes something makes such names: they may be of files in there."""
    return any(
        _writes(parsed, parsed.function(node) or parsed.module)
        for node in _texts(parsed)
        if re.search(r"checkpoint_(?:[%{].*)?$", text_of(parsed, node))
        and (isinstance(node, cst.FormattedStringText) or "%" in text_of(parsed, node))
    )


def _writes(parsed: Parsed, function: cst.CSTNode) -> bool:
    return any(
        _WRITERS.search(parsed.source(call.func)) for call in parsed.walk(function, cst.Call)
    )
