"""Runs of scripts as ``raytune-migrate verify`` makes them, on the cluster of the tests."""

from __future__ import annotations

import platform
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from forking import python

from raytune_migrate.verify.compare import Printed, Tolerance, differences
from raytune_migrate.verify.interpreter import Interpreter
from raytune_migrate.verify.runs import How, Reach, Version, run_script
from raytune_migrate.verify.scripts import Script
from raytune_migrate.verify.verification import comparable

if TYPE_CHECKING:
    from raytune_migrate.verify.records import Record, Sweep


def record(
    script: Path,
    folder: Path,
    *arguments: str,
    address: str,
    train: Version = Version.V2,
    reach: Reach = Reach.DRIVER,
    timeout: float = 450,
) -> Record:
    """What the script's sweeps give; the current folder's entries are those that it sees."""
    interpreter = Interpreter(Path(python()), platform.python_version(), version("ray"), True)
    how = How(arguments=arguments, address=address, timeout=timeout, reach=reach)
    run = run_script(Script(script), train, interpreter, folder, how)
    assert run.record is not None, run.said_last()
    return run.record


def different(old: Record, new: Record) -> list[str]:
    """How two records differ, in words."""
    exact = Tolerance(printed=Printed.COMPARED)
    return [one.line for one in differences(*comparable(old, new), exact)]


def without_checkpoints(one: Record) -> Record:
    """A record without what Tune knows of checkpoints, which with Ray's own callback is nothing."""
    return replace(one, sweeps=tuple(map(_without, one.sweeps)))


def _without(sweep: Sweep) -> Sweep:
    trials = (
        replace(
            trial,
            checkpoint=None,
            best_checkpoints=(),
            iterations=tuple(
                {name: value for name, value in row.items() if name != "should_checkpoint"}
                for row in trial.iterations
            ),
        )
        for trial in sweep.trials
    )
    return replace(sweep, stray_checkpoints=0, trials=tuple(trials))
