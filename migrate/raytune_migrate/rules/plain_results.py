"""What reads the Result of a trainer's own ``fit()``, and does not find it there under Train V2.

Its ``config`` raises, what Tune added to the metrics is missing, and the metrics themselves are
None where no report came with a checkpoint. Checkpoints are named by their time, not numbered,
and what Tune wrote beside them is not there.
https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.names import imported_name, known_elsewhere
from raytune_migrate.rules import ray_api
from raytune_migrate.rules.catalogue import finding
from raytune_migrate.sweep.fits import fitted
from raytune_migrate.sweep.foreign import told_of_trainer
from raytune_migrate.sweep.results import tuner_of
from raytune_migrate.sweep.values import constant, is_none
from raytune_migrate.sweep.worker import reads, worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.context import Context
    from raytune_migrate.parsed import Parsed
    from raytune_migrate.proposal import Finding, Proposal
    from raytune_migrate.sweep.fits import Fit
    from raytune_migrate.sweep.model import Construction, Worker

_READ = "RTM405"
_METRICS = "RTM401"
# The directory of a checkpoint as Train V1 numbered it: whole, or up to a number that is formatted.
_NUMBERED = re.compile(r"(^|/)checkpoint_(\d{6}(/|$)|$)")
# What Tune writes to the directory of each trial.
_TUNE_FILE = re.compile(r"(?:^|/)(result\.json|progress\.csv|params\.(?:json|pkl))$")
_JOINS = frozenset({"os.path.join", "posixpath.join", "pathlib.Path", "pathlib.PurePath"})


@dataclass(frozen=True, slots=True)
class Loss:
    """A read of what ``fit()`` no longer gives by itself: of which call, and what it is."""

    fit: cst.Call
    what: str
    finding: Finding


def propose(context: Context) -> Iterator[Proposal]:
    """A finding at each checkpoint that is named by its number."""
    parsed = context.parsed
    for node in parsed.of(cst.SimpleString, cst.FormattedStringText):
        if _is_numbered(context, node):
            yield finding(
                parsed,
                node,
                _READ,
                "Train V2 names the directories of checkpoints by their time.",
                "Take the path of result.checkpoint, or of one of result.best_checkpoints.",
            )


def losses(parsed: Parsed) -> Iterator[Loss]:
    """Every read of what a ``fit()`` that can be seen no longer gives."""
    for node in parsed.of(cst.Attribute):
        if node.attr.value in ray_api.LOST_FIELDS:
            yield from _missing(parsed, node)
    for text in parsed.of(cst.SimpleString, cst.FormattedStringText):
        yield from _unwritten(parsed, text)


def _missing(parsed: Parsed, node: cst.Attribute) -> Iterator[Loss]:
    """What to say of a read: at its place, or where the trainer is fitted without checkpoints."""
    given = fitted(parsed, node.value)
    field, key = node.attr.value, _key(parsed, node)
    what = ray_api.lost(
        field, key, checkpointless=all(_is_checkpointless(parsed, one) for one in given)
    )
    if what is None or (
        what == key
        and not all(_is_silent_of(parsed, one, key) for fit in given for one in fit.trainers)
    ):
        return
    for fit in given:
        if field == "config":
            told = finding(
                parsed,
                node,
                _READ,
                "The config of what fit() gives raises under Train V2.",
                "Keep the train_loop_config that the trainer is given, and read that.",
            )
        elif what == key:
            told = finding(
                parsed,
                node,
                _READ,
                f"{key} was Tune's, and is not among the metrics that fit() gives under Train V2.",
                "Report it from the train loop, or run it as fit_as_trial(trainer).",
            )
        else:
            told = finding(
                parsed,
                fit.call,
                _METRICS,
                "The Result of fit() has, under Train V2, only metrics that came with a"
                " checkpoint: here None.",
                "Report a checkpoint with them, or run it as fit_as_trial(trainer).",
            )
        yield Loss(fit.call, what, told)


def _unwritten(parsed: Parsed, node: cst.SimpleString | cst.FormattedStringText) -> Iterator[Loss]:
    """What to say of a file of Tune's that is looked for below the path of what ``fit()`` gave."""
    found = _TUNE_FILE.search(_text(parsed, node))
    if found is None:
        return
    for path in _joined_paths(parsed, node):
        for fit in fitted(parsed, path.value):
            told = finding(
                parsed,
                node,
                _READ,
                f"{found[1]} was Tune's, and fit() writes none under Train V2.",
                "Take what it held from the Result, or run it as fit_as_trial(trainer).",
            )
            yield Loss(fit.call, f"Tune's {found[1]} in its directory", told)


def _key(parsed: Parsed, node: cst.Attribute) -> str | None:
    """The key in ``result.metrics["key"]`` and ``result.metrics.get("key")``."""
    holder = parsed.parent(node)
    value: cst.CSTNode | None = None
    if isinstance(holder, cst.Subscript) and holder.value is node and len(holder.slice) == 1:
        index = holder.slice[0].slice
        value = index.value if isinstance(index, cst.Index) else None
    elif isinstance(holder, cst.Attribute) and holder.attr.value == "get":
        call = parsed.parent(holder)
        value = call.args[0].value if isinstance(call, cst.Call) and call.args else None
    key = value.evaluated_value if isinstance(value, cst.SimpleString) else None
    return key if isinstance(key, str) else None


def _loop(parsed: Parsed, trainer: Construction) -> Worker | None:
    """The code of a trainer's loop, if all of it can be seen."""
    loop = trainer.value("train_loop_per_worker")
    code = worker(parsed, loop) if loop is not None else None
    if code is None or not code.complete or not code.bodies or code.uses & ray_api.REPORTS:
        return None
    return code


def _is_silent_of(parsed: Parsed, trainer: Construction, key: str) -> bool:
    """Whether a train loop, as far as it can be seen, makes no metric of that name by itself.

    Of one that cannot be seen nothing else is likely, for under V1 Tune would have replaced it.
    """
    code = _loop(parsed, trainer)
    return code is None or not any(
        (node.evaluated_value if isinstance(node, cst.SimpleString) else node.value) == key
        for body in code.bodies
        for node in parsed.walk(body, cst.SimpleString, cst.Name)
    )


def _is_checkpointless(parsed: Parsed, fit: Fit) -> bool:
    """Whether all that a ``fit()`` may run is seen to report, and never with a checkpoint."""
    known = (
        known_elsewhere(parsed, _named(one)) or told_of_trainer(parsed, one) for one in fit.others
    )
    return all(_is_without_checkpoint(parsed, one) for one in fit.trainers) and all(
        one is not None and one.is_checkpointless for one in known
    )


def _named(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.func if isinstance(node, cst.Call) else node


def _is_without_checkpoint(parsed: Parsed, trainer: Construction) -> bool:
    """Whether a train loop is seen to report, and never with a checkpoint."""
    code = _loop(parsed, trainer)
    if code is None:
        return parsed.line(trainer.call) in parsed.elsewhere.checkpointless
    found = [(node, name.name) for body in code.bodies for node, name in reads(parsed, body)]
    if any(ray_api.reports_by_itself(name) for _, name in found):
        return False
    reports = [node for node, name in found if name in ray_api.REPORTS]
    return bool(reports) and all(_is_plain_report(parsed, one) for one in reports)


def _is_plain_report(parsed: Parsed, node: cst.CSTNode) -> bool:
    call = parsed.parent(node)
    if not isinstance(call, cst.Call) or call.func is not node:
        return False
    return len([one for one in call.args if one.keyword is None]) < 2 and all(
        not one.star
        and (one.keyword is None or one.keyword.value != "checkpoint" or is_none(one.value))
        for one in call.args
    )


def _is_numbered(context: Context, node: cst.SimpleString | cst.FormattedStringText) -> bool:
    """Whether a text names a checkpoint by its number, below the path of a Result."""
    parsed = context.parsed
    if _NUMBERED.search(_text(parsed, node)) is None:
        return False
    if any(_is_of_run(context, one) for one in _joined_paths(parsed, node)):
        return not _names_directories(parsed)
    return False


def _text(parsed: Parsed, node: cst.SimpleString | cst.FormattedStringText) -> str:
    text = constant(parsed, node) if isinstance(node, cst.SimpleString) else node.value
    return text if isinstance(text, str) else ""


def _joined_paths(parsed: Parsed, node: cst.CSTNode) -> Iterator[cst.Attribute]:
    """Each ``result.path`` that a text is joined to in an expression."""
    seen: set[int] = set()
    for around in parsed.ancestors(node):
        if isinstance(around, cst.BaseStatement | cst.BaseSmallStatement):
            return
        joins = isinstance(around, cst.FormattedString | cst.BinaryOperation) or (
            isinstance(around, cst.Call) and _is_join(parsed, around)
        )
        for one in parsed.walk(around, cst.Attribute) if joins else ():
            if one.attr.value == "path" and id(one) not in seen:
                seen.add(id(one))
                yield one


def _is_join(parsed: Parsed, call: cst.Call) -> bool:
    function = call.func
    if isinstance(function, cst.Attribute) and function.attr.value == "joinpath":
        return True
    return imported_name(parsed, function) in _JOINS


def _is_of_run(context: Context, node: cst.Attribute) -> bool:
    """Whether an expression is the path of what a trainer's fit(), or a sweep over one, gave.

    Trials of anything but trainers still number their checkpoints.
    """
    parsed = context.parsed
    tuner = tuner_of(parsed, node.value)
    return any(tuner is one for one in context.tuner_calls) or bool(fitted(parsed, node.value))


def _names_directories(parsed: Parsed) -> bool:
    """Whether the module says itself what the directories of its checkpoints are called."""
    return any(
        node.keyword is not None and node.keyword.value == "checkpoint_dir_name"
        for node in parsed.of(cst.Arg)
    )
