"""What reads the Result of a trainer's own ``fit()``, and does not find it there under Train V2.

Its ``config`` raises, what Tune added to the metrics is missing, and the metrics themselves are
None where no report came with a checkpoint. What Tune wrote beside checkpoints is not there, and
the directory above is no longer that of an experiment.
https://docs.ray.io/en/latest/train/user-guides/results.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate import ray_api
from raytune_migrate.catalogue import finding
from raytune_migrate.expressions.foreign import told_of_trainer
from raytune_migrate.expressions.lookups import joined_paths, text_of
from raytune_migrate.expressions.values import is_none
from raytune_migrate.loops.worker import reads, worker
from raytune_migrate.module.names import known_elsewhere
from raytune_migrate.readers.fits import fits_among, fits_read, hidden_fits
from raytune_migrate.readers.metric_keys import keys_asked
from raytune_migrate.readers.parent_paths import is_parent_taken
from raytune_migrate.runtime.advice import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.module.parsed import Parsed
    from raytune_migrate.proposal import Finding
    from raytune_migrate.readers.fits import Fit
    from raytune_migrate.sweep.model import Construction, Worker

_READ = "RTM405"
_METRICS = "RTM401"
_AS_TRIAL = either(", or run it as fit_as_trial(trainer)")
# What Tune writes to the directory of each trial.
_TUNE_FILE = re.compile(r"(?:^|/)(result\.json|progress\.csv|params\.(?:json|pkl))$")


@dataclass(frozen=True, slots=True)
class Loss:
    """A read of what ``fit()`` no longer gives by itself: of which call, and what it is."""

    fit: cst.Call
    what: str
    finding: Finding


def losses(parsed: Parsed) -> Iterator[Loss]:
    """Every read of what a ``fit()`` that can be seen no longer gives."""
    for node in parsed.of(cst.Attribute):
        if node.attr.value in ray_api.LOST_FIELDS:
            yield from _missing(parsed, node)
        if node.attr.value in ray_api.RUN_PATHS and is_parent_taken(parsed, node):
            yield from _without_experiment(parsed, node)
    for text in parsed.of(cst.SimpleString, cst.FormattedStringText):
        yield from _unwritten(parsed, text)


def _missing(parsed: Parsed, node: cst.Attribute) -> Iterator[Loss]:
    """What to say of a read: at its place, or where the trainer is fitted without checkpoints.

    Trainers out of sight are, as far as can be seen, among those that report in this module.
    """
    given = fits_read(parsed, node.value)
    calls = [one.call for one in given] or hidden_fits(parsed, node.value)
    hidden = not given or any(_is_hidden(parsed, one) for one in given)
    here = bool(given) and all(is_checkpointless(parsed, one) for one in given)
    field = node.attr.value
    checkpointless = here or (hidden and bool(calls) and _reports_plainly(parsed))
    keys: list[str | None] = [*sorted(keys_asked(parsed, node))] if calls else []
    for key in keys or [None]:
        what = ray_api.lost(field, key, checkpointless=checkpointless)
        if what is None or (
            what == key
            and not all(_is_silent_of(parsed, one, key) for fit in given for one in fit.trainers)
        ):
            continue
        for call in calls:
            told = _told_where_read(parsed, node, field, key if what == key else None)
            if told is None:
                told = finding(
                    parsed,
                    call,
                    _METRICS,
                    "The Result of fit() has, under Train V2, only metrics that came with a"
                    f" checkpoint{': here None' if here else ''}.",
                    f"Report a checkpoint with them{_AS_TRIAL}.",
                )
            yield Loss(call, what, told)


def _told_where_read(
    parsed: Parsed, node: cst.Attribute, field: str, key: str | None
) -> Finding | None:
    """What is said of a read at its own place: of the config, or of a metric of Tune's."""
    if field == "config":
        return finding(
            parsed,
            node,
            _READ,
            "The config of what fit() gives raises under Train V2.",
            "Keep the train_loop_config that the trainer is given, and read that.",
        )
    if key is not None:
        return finding(
            parsed,
            node,
            _READ,
            f"{key} was Tune's, and is not among the metrics that fit() gives under Train V2.",
            f"Report it from the train loop{_AS_TRIAL}.",
        )
    return None


def _unwritten(parsed: Parsed, node: cst.SimpleString | cst.FormattedStringText) -> Iterator[Loss]:
    """What to say of a file of Tune's that is looked for below the path of what ``fit()`` gave."""
    found = _TUNE_FILE.search(text_of(parsed, node))
    if found is None:
        return
    for path in joined_paths(parsed, node):
        for fit in fits_among(parsed, path.value):
            told = finding(
                parsed,
                node,
                _READ,
                f"{found[1]} was Tune's, and fit() writes none under Train V2.",
                f"Take what it held from the Result{_AS_TRIAL}.",
            )
            yield Loss(fit.call, f"Tune's {found[1]} in its directory", told)


def _without_experiment(parsed: Parsed, node: cst.Attribute) -> Iterator[Loss]:
    """What to say where the directory of an experiment is taken from the path of its trial."""
    for fit in fits_among(parsed, node.value):
        told = finding(
            parsed,
            node,
            _READ,
            "The path that fit() gives was a trial's, in the directory of the experiment; under"
            " Train V2 it is that of the run, and what is above is the storage_path.",
            f"Take the path itself{_AS_TRIAL}.",
        )
        yield Loss(fit.call, "a directory of its own in that of an experiment", told)


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


def is_checkpointless(parsed: Parsed, fit: Fit) -> bool:
    """Whether all that a ``fit()`` may run is seen to report, and never with a checkpoint."""
    known = (
        known_elsewhere(parsed, _named(one)) or told_of_trainer(parsed, one) for one in fit.others
    )
    return all(_is_without_checkpoint(parsed, one) for one in fit.trainers) and all(
        one is not None and one.is_checkpointless for one in known
    )


def _is_hidden(parsed: Parsed, fit: Fit) -> bool:
    """Whether a ``fit()`` is of what is told to be a trainer, and comes from no other module."""
    return bool(fit.others) and all(
        known_elsewhere(parsed, _named(one)) is None for one in fit.others
    )


def _named(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.func if isinstance(node, cst.Call) else node


def _is_without_checkpoint(parsed: Parsed, trainer: Construction) -> bool:
    """Whether a train loop is seen to report, and never with a checkpoint."""
    code = _loop(parsed, trainer)
    if code is None:
        return parsed.line(trainer.call) in parsed.elsewhere.lines.checkpointless
    found = [(node, name.name) for body in code.bodies for node, name in reads(parsed, body)]
    if any(ray_api.reports_by_itself(name) for _, name in found):
        return False
    reports = [node for node, name in found if name in ray_api.REPORTS]
    return bool(reports) and all(_is_plain_report(parsed, one) for one in reports)


def _reports_plainly(parsed: Parsed) -> bool:
    """Whether something in a module reports as workers do, and without a checkpoint."""
    return any(
        name.name in ray_api.REPORTS - {ray_api.TUNE_REPORT} and _is_plain_report(parsed, node)
        for node, name in reads(parsed, parsed.module)
    )


def _is_plain_report(parsed: Parsed, node: cst.CSTNode) -> bool:
    call = parsed.parent(node)
    if not isinstance(call, cst.Call) or call.func is not node:
        return False
    return len([one for one in call.args if one.keyword is None]) < 2 and all(
        not one.star
        and (one.keyword is None or one.keyword.value != "checkpoint" or is_none(one.value))
        for one in call.args
    )
