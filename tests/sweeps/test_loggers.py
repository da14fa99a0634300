"""Loggers, callbacks and reporters of a migrated sweep tell what those of Train V1 told."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from forking import python

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("ray_cluster")]

LOGGED_SWEEP = Path(__file__).with_name("logged_sweep.py")

# Of a row: what two runs of one sweep do not share.
OF_THE_RUN = {
    *("checkpoint_dir_name", "config", "date", "pid", "timestamp", "trial_id"),
    *("time_since_restore", "time_this_iter_s", "time_total_s"),
}
ADDED = "checkpoint_path"

Told = dict[str, Any]


@pytest.fixture(scope="module")
def both(ray_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Told]:
    v1, v2 = (run(tmp_path_factory.mktemp(name), v2=name == "v2") for name in ("v1", "v2"))
    return v1, v2


def run(directory: Path, *, v2: bool) -> Told:
    told = directory / "told.json"
    settings = {"storage": str(directory), "mlflow": (directory / "mlflow").as_uri()}
    done = subprocess.run(
        [python(), LOGGED_SWEEP, told, json.dumps(settings)],
        env={**os.environ, "RAY_TRAIN_V2_ENABLED": str(int(v2))},
        stderr=subprocess.PIPE,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    content: Told = json.loads(told.read_text())
    return content


def rows_of(told: Told, key: str) -> list[list[dict[str, Any]]]:
    """The rows of each trial without what two runs do not share."""
    rows: list[list[dict[str, Any]]] = told[key]
    return [
        [{name: row[name] for name in row if name not in OF_THE_RUN | {ADDED}} for row in trial]
        for trial in rows
    ]


# Where a trial is retried, result.json starts anew unless Tune happens to have stored it before.
@pytest.mark.parametrize(("key", "rows"), [("progress.csv", [4, 5, 3]), ("result.json", [4])])
def test_rows_and_columns_of_files(both: tuple[Told, Told], key: str, rows: list[int]) -> None:
    trials = range(len(rows))
    v1, v2 = (rows_of(told, key) for told in both)
    assert [len(v2[trial]) for trial in trials] == rows
    for trial in trials:
        assert v2[trial] == v1[trial]
        assert {*both[1][key][trial][0]} == {*both[0][key][trial][0], ADDED}


def test_rows_name_their_checkpoints(both: tuple[Told, Told]) -> None:
    v1, v2 = (
        [[bool(row["checkpoint_dir_name"]) for row in rows] for rows in told["progress.csv"]]
        for told in both
    )
    assert (
        v2
        == v1
        == [[True, False, True, False], [True, False, False, True, False], [True, False, False]]
    )
    for row in both[1]["progress.csv"][0]:
        assert Path(row[ADDED]).name == row["checkpoint_dir_name"]


def test_params_files(both: tuple[Told, Told]) -> None:
    for told in both:
        configs = [params["train_loop_config"] for params in told["params.json"]]
        assert [config["failures"] for config in configs] == [0, 1, 2]
        assert {*configs[0]} == {"failures", "scratch"}
        assert [[*params] for params in told["params.json"]] == [["train_loop_config"]] * 3


def test_tensorboard(both: tuple[Told, Told]) -> None:
    v1, v2 = (told["tensorboard"] for told in both)
    assert [len(files) for files in v2] == [1, 2, 2]  # one for each attempt
    assert ["ray/tune/inner/deep", 4, 6.0] in v2[0][0]
    assert v2 == v1


def test_mlflow(both: tuple[Told, Told]) -> None:
    v1, v2 = (told["mlflow"] for told in both)
    assert [run["status"] for run in v2] == ["FINISHED", "FINISHED", "FAILED"]
    assert v2[1]["metrics"]["inner/deep"] == [[1, 0], [2, 2], [2, 2], [3, 4], [4, 6]]
    assert v2 == v1


def test_calls_in_order(both: tuple[Told, Told]) -> None:
    v1, v2 = (told["calls"] for told in both)
    assert [name for name, *_ in v2["00001"]] == [
        *("start", "result", "checkpoint", "save", "result", "recover"),
        *("start", "result", "result", "checkpoint", "save", "result", "complete"),
    ]
    assert v2 == v1


def test_progress_reporter(both: tuple[Told, Told]) -> None:
    v1, v2 = (told["reporter"] for told in both)
    assert {number: status for number, (status, *_) in v2.items()} == {
        "00000": "TERMINATED",
        "00001": "TERMINATED",
        "00002": "ERROR",
    }
    assert v2 == v1


def test_what_the_trials_process_prints(both: tuple[Told, Told]) -> None:
    """And not what workers print, which did not reach these files under V1 either."""
    for told in both:
        assert all(out.startswith(":actor_name:") for out in told["printed"])
        assert not any("printed by a worker" in out for out in told["printed"])


def test_files_of_the_working_directory(both: tuple[Told, Told]) -> None:
    """Those of workers were synced by V1, whose workers had the trial's working directory."""
    v1, v2 = (told["synced"] for told in both)
    assert v1 == [["err.txt", "of the worker.txt", "out.txt"]] * 3
    assert v2 == [["err.txt", "out.txt"]] * 3
