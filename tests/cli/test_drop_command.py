"""``raytune-migrate drop-runtime``: status, stdout and stderr."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from raytune_migrate.drop.command import command
from raytune_migrate.runtime.vendor import bring_up_to_date

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LOSSES = (
    "reports take two seconds each, unless RAY_TRAIN_HEALTH_CHECK_INTERVAL_S says less.",
    "a trial that Tune stops trains on until its process has ended.",
)

NEEDS_NOTHING = """\
from raytune_runtime import merge_config


def settings(config):
    return merge_config({"epochs": 5}, config)
"""
DROPPED = """\


def settings(config):
    return {"epochs": 5, **config}
"""
NEEDS_IT = """\
from raytune_runtime import trial_info

print(trial_info().trial_id)
"""


def sums(files: int, rewritten: int, needing: int, failed: int, mood: str = "would be ") -> str:
    count = "1 file" if files == 1 else f"{files} files"
    return (
        f"{count}: {rewritten} {mood}rewritten, {needing} still with names of the runtime,"
        f" {failed} failed.\n"
    )


def run(*arguments: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(command, [str(one) for one in arguments])
    return done.exit_code, done.stdout, done.stderr


def test_files_without_the_runtime(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import ray\n")
    assert run(tmp_path) == (0, "", sums(1, 0, 0, 0, ""))


def test_what_goes_and_what_stays(tmp_path: Path) -> None:
    goes, stays = tmp_path / "goes.py", tmp_path / "stays.py"
    goes.write_text(NEEDS_NOTHING)
    stays.write_text(NEEDS_IT)
    reason = f"{stays}:3: trial_info stays: pass what it tells in train_loop_config first.\n"
    assert run("--check", tmp_path) == (
        1,
        "",
        f"would rewrite {goes}\n{reason}{sums(2, 1, 1, 0)}",
    )
    status, patch, said = run("--diff", goes)
    assert (status, said) == (1, f"would rewrite {goes}\n{sums(1, 1, 0, 0)}")
    assert '+    return {"epochs": 5, **config}\n' in patch
    assert goes.read_text() == NEEDS_NOTHING
    assert run(tmp_path) == (0, "", f"rewrote {goes}\n{reason}{sums(2, 1, 1, 0, '')}")
    assert (goes.read_text().lstrip("\n"), stays.read_text()) == (
        DROPPED.lstrip("\n"),
        NEEDS_IT,
    )
    assert run("--check", tmp_path) == (0, "", reason + sums(2, 0, 1, 0))


SWEEP = """\
from ray import tune
from ray.train import RunConfig
from ray.train.torch import TorchTrainer
from raytune_runtime import TuneReportCallback, trial_run


def train_driver_fn(config: dict):
    TorchTrainer(
        print, run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
    ).fit()


def sweep():
    return tune.Tuner(train_driver_fn).fit()
"""
NAMES = [(9, "trial_run"), (9, "TuneReportCallback")]
READS = """\
from sweeps import sweep

best = sweep().get_best_result("loss", "min")
print(best.metrics)
"""


def project(folder: Path, **modules: str) -> None:
    (folder / "pyproject.toml").write_text("[project]\n")
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text)


def test_results_that_other_modules_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    project(tmp_path, sweeps=SWEEP, report=READS)
    losses = [f"sweeps.py: {one}\n" for one in LOSSES]
    assert run("--check", "sweeps.py") == (
        1,
        "",
        "".join([*losses, "would rewrite sweeps.py\n", sums(1, 1, 0, 0)]),
    )

    project(tmp_path, report=READS.replace("metrics", "checkpoint"))
    stays = [
        f"sweeps.py:{line}: {name} stays: report.py:4: checkpoint may be read of a result.\n"
        for line, name in NAMES
    ]
    assert run("--check", "sweeps.py") == (0, "", "".join(stays) + sums(1, 0, 1, 0))


def test_a_driver_function_that_other_modules_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    other = (
        "from ray import tune\nfrom sweeps import train_driver_fn\n\ntune.Tuner(train_driver_fn)\n"
    )
    project(tmp_path, sweeps=SWEEP, other=other)
    stays = [
        f"sweeps.py:{line}: {name} stays: other modules use train_driver_fn, perhaps in sweeps of"
        " their own.\n"
        for line, name in NAMES
    ]
    assert run("--check", "sweeps.py") == (0, "", "".join(stays) + sums(1, 0, 1, 0))


def test_an_import_that_other_modules_take_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    other = "import ray.tune\nfrom goes import merge_config\n\nray.tune.Tuner(merge_config)\n"
    project(
        tmp_path,
        goes=f"import ray.tune\n{NEEDS_NOTHING}\n\nray.tune.Tuner(settings)\n",
        other=other,
    )
    run("goes.py")
    goes = (tmp_path / "goes.py").read_text()
    assert "from raytune_runtime import merge_config\n" in goes
    assert 'return {"epochs": 5, **config}\n' in goes


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("from raytune_runtime import (\n")
    status, out, said = run(broken)
    assert (status, out) == (123, "")
    assert said.startswith(f"failed {broken}: does not parse: line 1")
    assert said.endswith(sums(1, 0, 0, 1, ""))


def test_what_is_not_to_be_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    marked = f"# raytune-migrate: skip-file\n{NEEDS_NOTHING}"
    project(tmp_path, goes=NEEDS_NOTHING, marked=marked, excluded=NEEDS_NOTHING)
    settings = '[tool.raytune-migrate]\nexclude = ["excluded.py"]\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    copy = tmp_path / "vendor" / "raytune_runtime"
    bring_up_to_date(copy.parent)
    vendored = {one: one.read_bytes() for one in copy.iterdir() if one.is_file()}
    assert run(".") == (
        0,
        "",
        "rewrote goes.py\n"
        "skipped marked.py: asks for it: raytune-migrate: skip-file\n" + sums(2, 1, 1, 0, ""),
    )
    assert (tmp_path / "marked.py").read_text() == marked
    assert (tmp_path / "excluded.py").read_text() == NEEDS_NOTHING
    assert {one: one.read_bytes() for one in copy.iterdir() if one.is_file()} == vendored


def test_a_notebook_is_left_to_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    source = NEEDS_NOTHING.splitlines(keepends=True)
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
    notebook = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})
    (tmp_path / "nb.ipynb").write_text(notebook)
    (tmp_path / "other.ipynb").write_text(notebook.replace("raytune_runtime", "project"))
    reason = "names the runtime and is no Python file; take the names out by hand"
    assert run(".") == (0, "", f"skipped nb.ipynb: {reason}\n{sums(2, 0, 1, 0, '')}")
    assert (tmp_path / "nb.ipynb").read_text() == notebook


def test_settings_that_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.raytune-migrate]\nexclude = 1\n")
    status, out, said = run(tmp_path)
    assert (status, out) == (2, "")
    assert "exclude is 1, but must be a list of strings; correct it" in said


def test_two_modes_at_once() -> None:
    status, out, said = run("--diff", "--check", ".")
    assert (status, out) == (2, "")
    assert "--diff and --check exclude each other; leave one away." in said
