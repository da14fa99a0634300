"""Records of a small sweep, as a run of it would leave them, and with one thing planted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from raytune_migrate.verify.records import Kept, Record, Sweep, Trial

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
