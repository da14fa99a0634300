"""Each kind of difference between two records, planted."""

from __future__ import annotations

import copy
import importlib.util
from pathlib import Path
from typing import Any

import pytest

_PATH = Path(__file__).parents[1] / "sweeps" / "compare.py"
_SPEC = importlib.util.spec_from_file_location("sweeps_compare", _PATH)
assert _SPEC is not None and _SPEC.loader is not None
compare = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(compare)


def trial(lr: float, **changed: Any) -> dict[str, Any]:
    files = {"model.pt": "aa", "state.json": "bb"}
    return {
        "config": {"train_loop_config": {"lr": lr}},
        "training_iteration": 2,
        "done": True,
        "error": None,
        "iterations": [
            {"training_iteration": 1, "loss": 2 * lr},
            {"training_iteration": 2, "loss": lr},
        ],
        "checkpoint": files,
        "best_checkpoints": [{"exists": True, "files": files}],
        **changed,
    }


def record(*trials: dict[str, Any], **changed: Any) -> dict[str, Any]:
    sweep = {
        "experiment": "lr-sweep",
        "storage": "results",
        "stray_checkpoints": 1,
        "best_config": {"train_loop_config": {"lr": 0.1}},
        "trials": list(trials) or [trial(0.1), trial(0.2)],
    }
    return {"exit": 0, "failure": None, "printed": ["best: 0.1"], "sweeps": [sweep], **changed}


def differences(old: dict[str, Any], new: dict[str, Any], **options: Any) -> list[str]:
    found: list[str] = compare.differences(old, new, **options)
    return found


def changed_sweep(**changed: Any) -> dict[str, Any]:
    new = record()
    new["sweeps"][0].update(changed)
    return new


def changed_trial(**changed: Any) -> dict[str, Any]:
    return record(trial(0.1), trial(0.2, **changed))


def test_equal_records_do_not_differ() -> None:
    assert differences(record(), copy.deepcopy(record())) == []


def test_the_order_of_trials_and_of_lines_does_not_matter() -> None:
    old = record(trial(0.1), trial(0.2), printed=["a", "b", "a"])
    new = record(trial(0.2), trial(0.1), printed=["a", "a", "b"])
    assert differences(old, new) == []


def test_fewer_stray_checkpoints_are_no_difference() -> None:
    assert differences(record(), changed_sweep(stray_checkpoints=0)) == []


TRIAL = 'sweep, trial {"train_loop_config": {"lr": 0.2}}'


@pytest.mark.parametrize(
    ("new", "line"),
    [
        (
            record(exit=1, failure="Traceback\n  ...\nTuneError: Improper 'run'\n"),
            "exit status: 0 became 1 (TuneError: Improper 'run')",
        ),
        (record(sweeps=[]), "sweeps: 1 became 0"),
        (changed_sweep(experiment="other"), 'sweep, experiment name: "lr-sweep" became "other"'),
        (
            changed_sweep(storage="~/ray_results"),
            'sweep, storage path: "results" became "~/ray_results"',
        ),
        (
            changed_sweep(stray_checkpoints=2),
            "sweep, checkpoint directories that no trial names: 1 became 2",
        ),
        (
            changed_sweep(best_config=None),
            'sweep, config of the best trial: {"train_loop_config": {"lr": 0.1}} became null',
        ),
        (
            record(trial(0.1)),
            'sweep: a trial is missing, config {"train_loop_config": {"lr": 0.2}}',
        ),
        (
            record(trial(0.1), trial(0.2), trial(0.2)),
            'sweep: a trial is new, config {"train_loop_config": {"lr": 0.2}}',
        ),
        (changed_trial(training_iteration=3), f"{TRIAL}, training_iteration: 2 became 3"),
        (changed_trial(done=False), f"{TRIAL}, done: true became false"),
        (
            changed_trial(
                error={"type": "E", "line": "ValueError: NaN", "text": "ValueError: NaN"}
            ),
            f"{TRIAL}, error: none became 'ValueError: NaN'",
        ),
        (
            changed_trial(iterations=[{"training_iteration": 1, "loss": 0.4}]),
            f"{TRIAL}, reported iterations: 2 became 1",
        ),
        (
            changed_trial(
                iterations=[
                    {"training_iteration": 1, "loss": 0.4},
                    {"training_iteration": 2, "loss": 0.3},
                ]
            ),
            f"{TRIAL}, iteration 2, loss: 0.2 became 0.3",
        ),
        (
            changed_trial(
                iterations=[
                    {"training_iteration": 1, "loss": 0.4},
                    {"training_iteration": 2, "loss": 0.2, "extra": "x"},
                ]
            ),
            f'{TRIAL}, iteration 2, extra: "x" is new',
        ),
        (
            changed_trial(
                iterations=[{"training_iteration": 1}, {"training_iteration": 2, "loss": 0.2}]
            ),
            f"{TRIAL}, iteration 1, loss: 0.4 is missing",
        ),
        (changed_trial(checkpoint=None), f"{TRIAL}, checkpoint: model.pt, state.json became none"),
        (
            changed_trial(checkpoint={"model.pt": "cc", "state.json": "bb"}),
            f"{TRIAL}, checkpoint: file model.pt has other content",
        ),
        (
            changed_trial(checkpoint={"model.pt": "aa"}),
            f"{TRIAL}, checkpoint: file state.json is missing",
        ),
        (
            changed_trial(checkpoint={"model.pt": "aa", "state.json": "bb", "more": "dd"}),
            f"{TRIAL}, checkpoint: file more is new",
        ),
        (changed_trial(best_checkpoints=[]), f"{TRIAL}, best_checkpoints: 1 became 0"),
        (
            changed_trial(best_checkpoints=[{"exists": False, "files": {}}]),
            f"{TRIAL}, best_checkpoints 1: is gone from disk",
        ),
        (record(printed=[]), "printed: 'best: 0.1' is missing"),
        (record(printed=["best: 0.1", "more"]), "printed: 'more' is new"),
    ],
)
def test_one_planted_difference_is_one_line(new: dict[str, Any], line: str) -> None:
    assert differences(record(), new) == [line]


def test_sweeps_are_numbered_when_there_are_several() -> None:
    old, new = record(), record()
    old["sweeps"] *= 2
    new["sweeps"] = [new["sweeps"][0], {**new["sweeps"][0], "storage": "elsewhere"}]
    assert differences(old, new) == ['sweep 2, storage path: "results" became "elsewhere"']


def test_the_users_exception_may_be_wrapped_but_not_lost() -> None:
    old = record(trial(0.1, error={"type": "E", "line": "ValueError: NaN", "text": "..."}))
    wrapped = {"type": "W", "line": "WorkerGroupError", "text": "[Rank 0] ValueError: NaN\nmore"}
    other = {"type": "W", "line": "OSError: disk", "text": "OSError: disk"}
    assert differences(old, record(trial(0.1, error=wrapped))) == []
    assert differences(old, record(trial(0.1, error=other))) == [
        'sweep, trial {"train_loop_config": {"lr": 0.1}}, error: '
        "'ValueError: NaN' is not in the new error, 'OSError: disk'"
    ]


def test_trials_of_one_config_are_paired_by_what_they_reported() -> None:
    slow = [{"training_iteration": 1, "loss": 0.9}]
    fast = [{"training_iteration": 1, "loss": 0.1}]
    old = record(trial(0.1, iterations=slow), trial(0.1, iterations=fast))
    new = record(trial(0.1, iterations=fast), trial(0.1, iterations=slow))
    assert differences(old, new) == []


def test_numbers_are_exact_unless_a_tolerance_is_given() -> None:
    near = [
        {"training_iteration": 1, "loss": 0.4},
        {"training_iteration": 2, "loss": 0.2000001},
    ]
    assert len(differences(record(), changed_trial(iterations=near))) == 1
    assert differences(record(), changed_trial(iterations=near), rel_tol=1e-5) == []
    far = [{"training_iteration": 1, "loss": 0.4}, {"training_iteration": 2, "loss": 0.21}]
    assert len(differences(record(), changed_trial(iterations=far), rel_tol=1e-5)) == 1


def test_a_number_is_not_its_text_and_not_a_bool() -> None:
    text = [{"training_iteration": 1, "loss": 0.4}, {"training_iteration": 2, "loss": "0.2"}]
    assert len(differences(record(), changed_trial(iterations=text))) == 1
    one = record(trial(1, training_iteration=1, iterations=[{"flag": 1}]))
    true = record(trial(1, training_iteration=1, iterations=[{"flag": True}]))
    assert differences(one, true) == [
        'sweep, trial {"train_loop_config": {"lr": 1}}, iteration 1, flag: 1 became true'
    ]
