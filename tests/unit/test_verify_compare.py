"""Each kind of difference between two records, planted."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from verifying import changed_sweep, changed_trial, record, trial

from raytune_migrate.verify.compare import Kind, Printed, Tolerance, differences
from raytune_migrate.verify.records import Error, Kept
from raytune_migrate.verify.verification import comparable

if TYPE_CHECKING:
    from raytune_migrate.verify.records import Record


ALL = Tolerance(printed=Printed.COMPARED)


def lines(old: Record, new: Record, tolerance: Tolerance = ALL) -> list[str]:
    return [one.line for one in differences(old, new, tolerance)]


# What is no difference


def test_equal_records_do_not_differ() -> None:
    assert lines(record(), copy.deepcopy(record())) == []


def test_the_order_of_trials_and_of_lines_does_not_matter() -> None:
    old = record(trial(0.1, 1), trial(0.2, 2), printed=("a", "b", "a"))
    new = record(trial(0.2, 1), trial(0.1, 2), printed=("a", "a", "b"))
    assert lines(old, new) == []


def test_fewer_stray_checkpoints_are_no_difference() -> None:
    assert lines(record(), changed_sweep(stray_checkpoints=0)) == []


def test_files_that_train_v2_adds_are_no_difference() -> None:
    more = ("more.json", "params.json", "result.json")
    assert lines(record(), changed_trial(files=more)) == []


def test_trials_of_one_config_are_paired_by_what_they_reported() -> None:
    slow, fast = ({"loss": 0.9},), ({"loss": 0.1},)
    old = record(trial(0.1, 1, iterations=slow), trial(0.1, 2, iterations=fast))
    new = record(trial(0.1, 1, iterations=fast), trial(0.1, 2, iterations=slow))
    assert lines(old, new) == []


def test_defaults_of_a_swept_scaling_config_are_not_part_of_what_was_written() -> None:
    filled = {"use_gpu": False, "resources_per_worker": None, "placement_strategy": "PACK"}
    old = {"scaling_config": {"num_workers": 2, **filled}}
    new = {"scaling_config": {"num_workers": 2}}
    assert lines(record(trial(0, config=old)), record(trial(0, config=new))) == []
    old = {"scaling_config": {"num_workers": 1, **filled, "resources_per_worker": {"CPU": 2}}}
    new = {"scaling_config": {"resources_per_worker": {"CPU": 2}}}
    assert lines(record(trial(0, config=old)), record(trial(0, config=new))) == []


def test_the_users_exception_may_be_wrapped_but_not_lost() -> None:
    old = record(trial(0.1, error=Error("ValueError: NaN", "...")))
    wrapped = Error("WorkerGroupError", "[Rank 0] ValueError: NaN\nmore")
    assert lines(old, record(trial(0.1, error=wrapped))) == []
    assert lines(old, record(trial(0.1, error=Error("OSError: disk", "OSError: disk")))) == [
        'sweep 1, trial 1 {"train_loop_config": {"lr": 0.1}}, error: '
        "'ValueError: NaN' is not in the new error, 'OSError: disk'"
    ]


def test_an_ending_that_cannot_be_seen_is_told_by_the_column_done() -> None:
    unseen = record(trial(0.1, ended=None))
    assert lines(record(trial(0.1)), unseen) == []
    assert lines(record(trial(0.1)), record(trial(0.1, ended=None, done=False))) == [
        'sweep 1, trial 1 {"train_loop_config": {"lr": 0.1}}, stop reason done: true became false'
    ]


def test_the_column_done_is_not_looked_at_where_both_endings_can_be_seen() -> None:
    assert lines(record(trial(0.1)), record(trial(0.1, done=False))) == []


def test_what_is_printed_is_not_compared_unless_asked_for() -> None:
    assert lines(record(), record(printed=("took 3 s",)), Tolerance()) == []


# What is one


TRIAL = 'sweep 1, trial 2 {"train_loop_config": {"lr": 0.2}}'
FIRST, SECOND = {"training_iteration": 1, "loss": 0.4}, {"training_iteration": 2, "loss": 0.2}


@pytest.mark.parametrize(
    ("new", "kind", "line"),
    [
        (
            record(exit=1, failure="Traceback\n  ...\nTuneError: Improper 'run'\n"),
            Kind.EXIT,
            "the script, exit status: 0 became 1 (TuneError: Improper 'run')",
        ),
        (record(sweeps=()), Kind.SWEEPS, "the script, number of sweeps: 1 became 0"),
        (
            changed_sweep(experiment="other"),
            Kind.EXPERIMENT,
            "sweep 1, experiment: lr-sweep became other",
        ),
        (
            changed_sweep(storage="~/ray_results"),
            Kind.STORAGE,
            "sweep 1, storage: results became ~/ray_results",
        ),
        (
            changed_sweep(stray_checkpoints=2),
            Kind.KEPT,
            "sweep 1, kept checkpoints: 1 became 2 directories that no trial names",
        ),
        (
            changed_sweep(best_config={"train_loop_config": {"lr": 0.2}}),
            Kind.BEST,
            'sweep 1, best trial: {"train_loop_config": {"lr": 0.1}} became'
            ' {"train_loop_config": {"lr": 0.2}}',
        ),
        (
            changed_sweep(files=("tuner.pkl",)),
            Kind.FILE,
            "sweep 1, file experiment_state.json: is missing",
        ),
        (record(trial(0.1)), Kind.TRIALS, f"{TRIAL}, trials: is missing"),
        (
            record(trial(0.1, 1), trial(0.2, 2), trial(0.2, 3)),
            Kind.TRIALS,
            'sweep 1, trial 3 {"train_loop_config": {"lr": 0.2}}, trials: is new',
        ),
        (
            changed_trial(config={"train_loop_config": {"lr": 0.3}}),
            Kind.CONFIG,
            f"{TRIAL}, config train_loop_config/lr: 0.2 became 0.3",
        ),
        (
            changed_trial(config={"train_loop_config": {}}),
            Kind.CONFIG,
            f"{TRIAL}, config train_loop_config/lr: 0.2 is missing",
        ),
        (
            changed_trial(config={"train_loop_config": {"lr": 0.2}, "seed": 1}),
            Kind.CONFIG,
            f"{TRIAL}, config seed: 1 is new",
        ),
        (
            changed_trial(training_iteration=3),
            Kind.ITERATION,
            f"{TRIAL}, training_iteration: 2 became 3",
        ),
        (
            changed_trial(ended="the scheduler"),
            Kind.ENDING,
            f"{TRIAL}, stop reason: the function ended became the scheduler",
        ),
        (
            changed_trial(error=Error("ValueError: NaN", "ValueError: NaN")),
            Kind.ERROR,
            f"{TRIAL}, error: none became 'ValueError: NaN'",
        ),
        (
            changed_trial(iterations=(FIRST,)),
            Kind.REPORTS,
            f"{TRIAL}, number of reports: 2 became 1",
        ),
        (
            changed_trial(iterations=(FIRST, {**SECOND, "loss": 0.3})),
            Kind.METRIC,
            f"{TRIAL}, metric loss at iteration 2: 0.2 became 0.3",
        ),
        (
            changed_trial(iterations=({"training_iteration": 1}, SECOND)),
            Kind.METRIC,
            f"{TRIAL}, metric loss at iteration 1: 0.4 is missing",
        ),
        (
            changed_trial(iterations=({**FIRST, "extra": 1}, {**SECOND, "extra": 2})),
            Kind.COLUMN,
            f"{TRIAL}, result column extra: is new",
        ),
        (
            changed_trial(iterations=({"training_iteration": 1}, {"training_iteration": 2})),
            Kind.COLUMN,
            f"{TRIAL}, result column loss: is missing",
        ),
        (
            changed_trial(checkpoint=None),
            Kind.CHECKPOINT,
            f"{TRIAL}, checkpoint: model.pt, state.json became none",
        ),
        (
            changed_trial(checkpoint={"model.pt": "cc", "state.json": "bb"}),
            Kind.CHECKPOINT,
            f"{TRIAL}, checkpoint model.pt: has other content",
        ),
        (
            changed_trial(checkpoint={"model.pt": "aa"}),
            Kind.CHECKPOINT,
            f"{TRIAL}, checkpoint state.json: is missing",
        ),
        (
            changed_trial(checkpoint={"model.pt": "aa", "state.json": "bb", "more": "dd"}),
            Kind.CHECKPOINT,
            f"{TRIAL}, checkpoint more: is new",
        ),
        (
            changed_trial(best_checkpoints=()),
            Kind.KEPT,
            f"{TRIAL}, kept checkpoints: 1 became 0",
        ),
        (
            changed_trial(best_checkpoints=(Kept(False, {}),)),
            Kind.KEPT,
            f"{TRIAL}, kept checkpoints 1: is gone from disk",
        ),
        (
            changed_trial(files=("params.json",)),
            Kind.FILE,
            f"{TRIAL}, file result.json: is missing",
        ),
        (record(printed=()), Kind.PRINTED, "the script, printed: 'best: 0.1' is missing"),
        (record(printed=("best: 0.1", "more")), Kind.PRINTED, "the script, printed: 'more' is new"),
    ],
)
def test_one_planted_difference_is_one_line(new: Record, kind: Kind, line: str) -> None:
    assert lines(record(), new) == [line]
    assert [one.kind for one in differences(record(), new, ALL)] == [kind]


def test_every_kind_of_difference_is_planted() -> None:
    planted = test_one_planted_difference_is_one_line.pytestmark[0].args[1]
    assert {kind for _, kind, _ in planted} == set(Kind)


def test_sweeps_are_numbered() -> None:
    (sweep,) = record().sweeps
    old, new = (
        record(sweeps=(sweep, sweep)),
        record(sweeps=(sweep, replace(sweep, storage="elsewhere"))),
    )
    assert lines(old, new) == ["sweep 2, storage: results became elsewhere"]


# What counts as the same


def reported(*losses: object) -> Record:
    rows = [{"training_iteration": n, "loss": loss} for n, loss in enumerate(losses, start=1)]
    return changed_trial(iterations=tuple(rows))


def test_numbers_are_exact_unless_a_tolerance_is_given() -> None:
    near, far = reported(0.4, 0.2000001), reported(0.4, 0.21)
    assert len(lines(record(), near)) == 1
    assert lines(record(), near, Tolerance(rel_tol=1e-5)) == []
    assert lines(record(), near, Tolerance(abs_tol=1e-6)) == []
    assert len(lines(record(), far, Tolerance(rel_tol=1e-5))) == 1
    assert lines(record(), far, Tolerance(abs_tol=0.02)) == []


def test_a_tolerance_holds_for_numbers_within_a_metric() -> None:
    old, new = reported(0.4, [0.1, {"a": 0.2}]), reported(0.4, [0.1, {"a": 0.2000001}])
    assert len(lines(old, new)) == 1
    assert lines(old, new, Tolerance(rel_tol=1e-5)) == []
    assert len(lines(old, reported(0.4, [0.1]), Tolerance(rel_tol=1e-5))) == 1


def test_a_number_is_not_its_text_and_not_a_bool() -> None:
    assert len(lines(record(), reported(0.4, "0.2"), Tolerance(rel_tol=1))) == 1
    assert lines(reported(0.4, 1), reported(0.4, True), Tolerance(rel_tol=1)) == [
        f"{TRIAL}, metric loss at iteration 2: 1 became true"
    ]


def test_columns_that_are_ignored_are_not_looked_at() -> None:
    new = changed_trial(
        iterations=({**FIRST, "time/a": 1}, {**SECOND, "loss": 0.3, "time/a": 2}),
    )
    assert len(lines(record(), new)) == 2
    assert lines(record(), new, Tolerance(ignore=("time/*", "loss"))) == []


# Runs of a trainer alone


def test_lone_runs_are_compared_where_both_trains_make_sweeps_of_them() -> None:
    one = record().sweeps
    old = record(sweeps=(), runs=one, fits=one)
    assert lines(*comparable(old, record(sweeps=(), runs=one, fits=one))) == []
    other = changed_sweep(storage="elsewhere").sweeps
    assert lines(*comparable(old, record(sweeps=(), runs=other, fits=one))) == [
        "sweep 1, storage: results became elsewhere"
    ]
    assert lines(*comparable(old, record(sweeps=()))) == [
        "the script, number of sweeps: 1 became 0"
    ]


def test_of_other_lone_runs_what_both_trains_tell_is_compared() -> None:
    swept, told = changed_sweep(storage="of Tune").sweeps, record().sweeps
    old = record(sweeps=(), runs=swept, fits=told)
    assert lines(*comparable(old, record(sweeps=(), fits=told))) == []
    other = changed_sweep(storage="elsewhere").sweeps
    assert lines(*comparable(old, record(sweeps=(), fits=other))) == [
        "sweep 1, storage: results became elsewhere"
    ]
    # One of two is a sweep on Train V2 too: both are compared alike.
    both = record(sweeps=(), runs=swept * 2, fits=told * 2)
    assert lines(*comparable(both, record(sweeps=(), runs=other, fits=told * 2))) == []
