"""A migrated sweep gives trial by trial what Train V1 gave."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from forking import python

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_cluster")]

SMALL_SWEEP = Path(__file__).with_name("small_sweep.py")
BUILT_TRAINER = Path(__file__).with_name("built_trainer.py")

Trials = list[dict[str, Any]]


class Sweep(NamedTuple):
    """The same sweep under both."""

    v1: Trials
    v2: Trials

    def same(self, key: str) -> bool:
        """Whether both tell the same of every trial; pytest shows both when they do not."""
        assert [trial[key] for trial in self.v2] == [trial[key] for trial in self.v1]
        return True


def run(storage: Path, *, v2: bool, script: Path = SMALL_SWEEP, **settings: Any) -> Trials:
    storage.mkdir(parents=True, exist_ok=True)
    results = storage / "results.json"
    done = subprocess.run(
        [python(), script, results, json.dumps({"storage": str(storage), **settings})],
        env={**os.environ, "RAY_TRAIN_V2_ENABLED": str(int(v2))},
        stderr=subprocess.PIPE,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    trials: Trials = json.loads(results.read_text())
    return trials


def run_both(directory: Path, **settings: Any) -> Sweep:
    return Sweep(
        v1=run(directory / "v1", v2=False, **settings),
        v2=run(directory / "v2", v2=True, **settings),
    )


@pytest.fixture(scope="module")
def kept_one(ray_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return run_both(tmp_path_factory.mktemp("kept_one"), lrs=[0.5, 1.0], num_to_keep=1)


@pytest.mark.promise("reports and checkpoints reach Tune as under V1")
def test_every_report_is_a_result(kept_one: Sweep) -> None:
    assert kept_one.same("reports")


@pytest.mark.promise("reports and checkpoints reach Tune as under V1")
def test_metrics_of_numpy_stay_what_they_are(kept_one: Sweep) -> None:
    counts = [[[step, step], "int32"] for step in range(4)]
    assert [trial["counts"] for trial in kept_one.v2] == [counts, counts]
    assert kept_one.same("counts")


@pytest.mark.promise("reports and checkpoints reach Tune as under V1")
def test_last_result(kept_one: Sweep) -> None:
    assert kept_one.same("last")


@pytest.mark.promise("reports and checkpoints reach Tune as under V1")
def test_last_checkpoint(kept_one: Sweep) -> None:
    assert kept_one.same("checkpoint")


@pytest.mark.promise("reports and checkpoints reach Tune as under V1")
def test_best_checkpoints_with_their_metrics(kept_one: Sweep) -> None:
    assert kept_one.same("best")


@pytest.mark.promise("`num_to_keep`")
def test_one_checkpoint_is_left_in_the_trial_directory(kept_one: Sweep) -> None:
    assert [trial["stored"] for trial in kept_one.v2] == [[3], [3]]
    assert kept_one.same("stored")


@pytest.mark.promise("reports and checkpoints reach Tune as under V1")
def test_what_scripts_look_for_in_a_trials_directory_is_its_checkpoint(kept_one: Sweep) -> None:
    for trial in kept_one.v2:
        assert trial["found"] == [trial["named"]]


@pytest.mark.promise("reports and checkpoints reach Tune as under V1")
def test_columns_and_the_path_that_rays_own_callback_adds(kept_one: Sweep) -> None:
    for v1, v2 in zip(kept_one.v1, kept_one.v2, strict=True):
        assert set(v2["columns"]) - set(v1["columns"]) == {"checkpoint_path"}
        assert set(v1["columns"]) - set(v2["columns"]) == set()


@pytest.fixture(scope="module")
def stopped(ray_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return run_both(
        tmp_path_factory.mktemp("stopped"), lrs=[1.0], steps=50, stop={"training_iteration": 3}
    )


@pytest.mark.promise("`stop` and ASHA stop after as many reports as V1")
def test_stops_after_as_many_reports(stopped: Sweep) -> None:
    assert len(stopped.v2[0]["reports"]) == 3
    assert stopped.same("reports")


@pytest.mark.promise("`stop` and ASHA stop after as many reports as V1")
def test_stopped_trial_stores_what_it_reported(stopped: Sweep) -> None:
    assert stopped.v2[0]["stored"] == [0, 1, 2]
    assert stopped.same("checkpoint")


# Each run is stopped, so that the process goes from a live Train run to the next trial.
REUSED = {
    "lrs": [0.5, 1.0],
    "steps": 50,
    "stop": {"training_iteration": 2},
    "workers": 1,
    "max_concurrent_trials": 1,
}


@pytest.mark.slow
def test_a_reused_process_leaves_nothing_to_the_next_trial(tmp_path: Path) -> None:
    sweep = Sweep(
        v1=run(tmp_path / "v1", v2=False, **REUSED),
        v2=run(tmp_path / "v2", v2=True, reuse_actors=True, **REUSED),
    )
    first, second = sweep.v2
    assert first["processes"] == second["processes"]
    assert sweep.same("reports")
    assert sweep.same("last")
    assert sweep.same("origins")
    assert sweep.same("checkpoint")
    assert [trial["stored"] for trial in sweep.v2] == [[0, 1], [0, 1]]


@pytest.mark.slow
def test_v1_ran_a_reused_process_with_the_config_of_its_first_trial(tmp_path: Path) -> None:
    first, second = run(tmp_path, v2=False, reuse_actors=True, **REUSED)
    assert first["processes"] == second["processes"]
    assert first["reports"] == second["reports"]


@pytest.mark.promise("`stop` and ASHA stop after as many reports as V1")
@pytest.mark.slow
def test_scheduler_stops_after_as_many_reports(tmp_path: Path) -> None:
    # One at a time, so that the scheduler sees the same reports in the same order.
    sweep = run_both(
        tmp_path, lrs=[0.5, 1.0, 0.25, 2.0], steps=6, scheduler="asha", max_concurrent_trials=1
    )
    assert {len(trial["reports"]) for trial in sweep.v2} == {1, 4}
    assert sweep.same("reports")


@pytest.fixture(scope="module")
def failed_once(ray_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return run_both(
        tmp_path_factory.mktemp("failed_once"),
        lrs=[0.5, 1.0],
        steps=5,
        fail_at=3,
        max_failures=2,
        num_to_keep=1,
    )


@pytest.mark.promise("a retry goes on from its checkpoint, counted as V1")
def test_retry_goes_on_from_the_checkpoint(failed_once: Sweep) -> None:
    assert failed_once.same("error")
    assert failed_once.same("reports")


@pytest.mark.promise("`num_to_keep`")
def test_retry_keeps_one_checkpoint(failed_once: Sweep) -> None:
    assert failed_once.same("stored")
    assert failed_once.same("checkpoint")
    assert failed_once.same("best")


@pytest.mark.slow
def test_clones_start_from_the_donors_checkpoint(tmp_path: Path) -> None:
    sweep = run_both(tmp_path, lrs=[0.1, 1.0], steps=3, scheduler="pbt")
    assert [trial["origins"][-1] for trial in sweep.v2] == [0.1, 0.1]
    assert sweep.same("origins")
    assert sweep.same("reports")


@pytest.fixture(scope="module")
def built_trainer(ray_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return run_both(tmp_path_factory.mktemp("built_trainer"), script=BUILT_TRAINER)


@pytest.mark.promise("`driver_for`, `fit_as_trial`")
def test_trial_and_trainer_are_merged(built_trainer: Sweep) -> None:
    assert [trial["config"] for trial in built_trainer.v2] == [
        {"steps": 3, "fail_at": 2, "optimizer": {"name": "adam", "lr": lr, "betas": [0.9]}}
        for lr in (0.1, 1.0)
    ]
    assert built_trainer.same("config")


@pytest.mark.promise("`driver_for`, `fit_as_trial`")
def test_scaling_config_of_the_trial(built_trainer: Sweep) -> None:
    assert [trial["workers"] for trial in built_trainer.v2] == [2, 2]
    assert built_trainer.same("workers")


@pytest.mark.promise("`driver_for`, `fit_as_trial`")
def test_starts_from_the_given_checkpoint_and_goes_on_from_its_own(built_trainer: Sweep) -> None:
    assert [trial["reports"] for trial in built_trainer.v2] == [[[1, 11], [2, 12], [3, 13]]] * 2
    assert built_trainer.same("reports")


@pytest.mark.promise("`driver_for`, `fit_as_trial`")
def test_run_config_of_the_trainer(built_trainer: Sweep) -> None:
    assert [trial["stored"] for trial in built_trainer.v2] == [[13]] * 2
    assert built_trainer.same("stored")
    assert built_trainer.same("experiment")
    assert built_trainer.same("error")
