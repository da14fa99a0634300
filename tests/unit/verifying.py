"""Records of a small sweep, as a run of it would leave them, and with one thing planted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raytune_migrate.verify.compare import EXACT, Tolerance
from raytune_migrate.verify.interpreter import Interpreter
from raytune_migrate.verify.processes import Stop
from raytune_migrate.verify.records import Kept, Record, Sweep, Trial
from raytune_migrate.verify.runs import Run, Version
from raytune_migrate.verify.scripts import Script
from raytune_migrate.verify.steadiness import parted
from raytune_migrate.verify.verification import Verification, compared

if TYPE_CHECKING:
    from raytune_migrate.verify.recalled import Recall

FILES = {"model.pt": "aa", "state.json": "bb"}


def trial(lr: float, number: int = 1, **changed: Any) -> Trial:
    """A trial of two reports."""
    some = Trial(
        number=number,
        config={"train_loop_config": {"lr": lr}},
        training_iteration=2,
        done=True,
        ended="the function ended",
        iterations=(
            {"training_iteration": 1, "loss": 2 * lr},
            {"training_iteration": 2, "loss": lr},
        ),
        checkpoint=FILES,
        best_checkpoints=(Kept(True, FILES),),
        files=("params.json", "result.json"),
    )
    return replace(some, **changed)


def record(*trials: Trial, **changed: Any) -> Record:
    """A run of a sweep of two trials, or of those that are given."""
    sweep = Sweep(
        experiment="lr-sweep",
        storage="results",
        trials=trials or (trial(0.1, 1), trial(0.2, 2)),
        best_config={"train_loop_config": {"lr": 0.1}},
        stray_checkpoints=1,
        files=("experiment_state.json", "tuner.pkl"),
    )
    some = Record(sweeps=(sweep,), printed=("best: 0.1",), ray="2.60.0")
    return replace(some, **changed)


def changed_sweep(**changed: Any) -> Record:
    """The run with another sweep."""
    one = record()
    return replace(one, sweeps=(replace(one.sweeps[0], **changed),))


def changed_trial(**changed: Any) -> Record:
    """The run with another second trial."""
    return record(trial(0.1, 1), trial(0.2, 2, **changed))


_SAME = record()


def run_of(version: Version, given: Record | None, output: Path, stop: Stop = Stop.ENDED) -> Run:
    """A run that left this record, or none."""
    status = 4 if given is None else given.exit
    text = b"" if version is Version.V2 else None
    return Run(version, Script(Path("train.py"), text), stop, status, 12.5, given, output)


def verification(
    old: Record = _SAME,
    new: Record | None = _SAME,
    *,
    output: Path = Path("no output"),
    stop: Stop = Stop.ENDED,
    tolerance: Tolerance = EXACT,
    recall: Recall | None = None,
    notes: tuple[str, ...] = (),
    again: Record | None = None,
) -> Verification:
    """A verification that these runs would give; ``again`` is the original's second."""
    before, after = run_of(Version.V1, old, output), run_of(Version.V2, new, output, stop)
    found = compared(before, after, tolerance)
    second = run_of(Version.V1, again or old, output)
    found, unsteady = parted(found, compared(before, second, tolerance))
    return Verification(
        Path("train.py"),
        Interpreter(Path("old/python"), "3.10.1", "2.9.3", has_runtime=False),
        Interpreter(Path("python"), "3.11.7", "2.60.0", has_runtime=True),
        before,
        after,
        found,
        notes,
        recall,
        tolerance,
        unsteady,
    )
