"""``--report``: a small project for programs, for code scanning, for GitHub, and as a page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from raytune_migrate import __version__
from raytune_migrate.cli import main

if TYPE_CHECKING:
    from conftest import Folder, Invoke

SWEEP = """\
from ray import train, tune
from ray.train.torch import TorchTrainer


def train_loop(config):
    train.report({"loss": config["lr"]})


trainer = TorchTrainer(train_loop)
tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
tuner.fit()
"""
MIGRATED = """\
from ray import train, tune
from ray.train.torch import TorchTrainer
from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run


def train_loop(config):
    train.report({"loss": config["lr"]})


def train_driver_fn(config: dict):
    trainer = TorchTrainer(
        train_loop,
        train_loop_config=config["train_loop_config"],
        run_config=train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
    )
    trainer.fit()


tuner = tune.Tuner(
    train_driver_fn,
    param_space={"train_loop_config": {"lr": 1}},
    tune_config=tune.TuneConfig(
        max_concurrent_trials=max_concurrent_trials(train.ScalingConfig())
    ),
)
tuner.fit()
"""
HOROVOD = """\
from ray.train.horovod import HorovodTrainer
from ray.tune import Tuner

Tuner(HorovodTrainer(print)).fit()
"""
SUPPRESSED = """\
from ray import tune
from ray.train.torch import TorchTrainer

tune.Tuner(TorchTrainer(print)).fit()  # raytune-migrate: ignore[RTM101]
"""
PROJECT: dict[str, str | bytes] = {
    "jobs/horovod.py": HOROVOD,
    "jobs/suppressed.py": SUPPRESSED,
    "jobs/sweep.py": SWEEP,
    "lib/bad.py": "# \x00\nimport ray\nTuner()\n",
    "lib/clean.py": "import ray\n",
    "requirements.txt": "ray[train,tune]>=2.51\nraytune-migrate[runtime]\n",
}
GUIDE = "https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html"
ISSUE = "https://github.com/ray-project/ray/issues/49454"
NUL = "holds a NUL byte on line 1, which no Python file may; remove it"
SUMS = (
    "5 files: 2 unchanged, 1 would be migrated, 0 would be migrated with work left, 1 skipped,"
    " 1 failed. Left out: 1 suppressed."
)
HOROVOD_FINDING = {
    "code": "RTM902",
    "reason": "HorovodTrainer has no counterpart in Train V2.",
    "advice": "Move its train loop to TorchTrainer or TensorflowTrainer.",
    "link": ISSUE,
    "anchor": "d1506bb74c9e",
    "span": {
        "start": {"line": 4, "column": 7},
        "end": {"line": 4, "column": 28},
        "text": "HorovodTrainer(print)",
    },
}
TUNER_SPAN = {
    "start": {"line": 10, "column": 9},
    "end": {"line": 10, "column": 74},
    "text": 'tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})',
}


def timeless(text: str) -> str:
    """A text without how long the run took, which only slow machines say."""
    return re.sub(r"(?<=file|iles) in \d+\.\d s(?=:)", "", text)


@pytest.fixture
def project(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """The small project, which is the current folder."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    folder(PROJECT)
    return folder


# For programs


def test_json_of_a_check(project: Folder, run: Invoke) -> None:
    done = run("--check", "-q", "--report", "json", ".")
    assert (done.status, done.err) == (123, "")
    document = json.loads(done.out)
    assert document.pop("seconds") >= 0
    files = {one["path"]: one for one in document.pop("files")}
    assert document == {
        "$schema": (
            "https://raw.githubusercontent.com/raytune-migrate/raytune-migrate/main/"
            "migrate/raytune_migrate/report/report.schema.json"
        ),
        "version": 1,
        "tool": {"name": "raytune-migrate", "version": __version__},
        "options": {
            "mode": "check",
            "select": [],
            "ignore": [],
            "safe_only": False,
            "remove_pin": False,
            "ray_version": None,
            "vendor_runtime": None,
            "todo": "rewritten",
            "baseline": None,
            "include": [],
            "exclude": [],
            "force_exclude": [],
        },
        "exit_status": 123,
        "sums": {
            "files": 5,
            "outcomes": {
                "unchanged": 2,
                "migrated": 1,
                "migrated with work left": 0,
                "skipped": 1,
                "failed": 1,
            },
            "rules": {
                "RTM101": {"changes": 1, "findings": 0, "left_out": 1},
                "RTM105": {"changes": 1, "findings": 0, "left_out": 0},
                "RTM902": {"changes": 0, "findings": 1, "left_out": 0},
            },
            "in_baseline": 0,
        },
        "runtime_copy": None,
        "diffs_from": ".",
    }
    assert list(files) == [
        "jobs/horovod.py",
        "jobs/suppressed.py",
        "jobs/sweep.py",
        "lib/bad.py",
        "lib/clean.py",
    ]
    nothing: dict[str, Any] = {
        "reason": None,
        "changes": [],
        "findings": [],
        "left_out": [],
        "diff": None,
    }
    assert files["lib/clean.py"] == nothing | {
        "path": "lib/clean.py",
        "outcome": "unchanged",
        "verify": "raytune-migrate --check lib/clean.py",
    }
    assert files["lib/bad.py"] == nothing | {
        "path": "lib/bad.py",
        "outcome": "failed",
        "reason": NUL,
        "verify": "raytune-migrate --check lib/bad.py",
    }
    assert files["jobs/horovod.py"] == nothing | {
        "path": "jobs/horovod.py",
        "outcome": "skipped",
        "reason": "1 place needs a person",
        "findings": [HOROVOD_FINDING],
        "verify": "raytune-migrate --check jobs/horovod.py",
    }
    assert files["jobs/suppressed.py"] == nothing | {
        "path": "jobs/suppressed.py",
        "outcome": "unchanged",
        "left_out": [
            {
                "kind": "change",
                "code": "RTM101",
                "what": "Tuner(trainer) becomes Tuner(train_driver_fn)",
                "why": "suppressed",
                "link": GUIDE,
                "anchor": "5e7c103ecf52",
                "span": {
                    "start": {"line": 4, "column": 1},
                    "end": {"line": 4, "column": 32},
                    "text": "tune.Tuner(TorchTrainer(print))",
                },
            }
        ],
        "verify": "raytune-migrate --check jobs/suppressed.py",
    }


def test_json_of_a_change(project: Folder, run: Invoke) -> None:
    done = run("--check", "-q", "--report", "json", "jobs/sweep.py")
    assert (done.status, done.err) == (1, "")
    [file] = json.loads(done.out)["files"]
    sweep, concurrency = file.pop("changes")
    diff = file.pop("diff")
    assert file == {
        "path": "jobs/sweep.py",
        "outcome": "migrated",
        "reason": None,
        "findings": [],
        "left_out": [],
        "verify": "raytune-migrate --check jobs/sweep.py",
    }
    assert sweep == {
        "code": "RTM101",
        "title": "Tuner(trainer) becomes Tuner(train_driver_fn)",
        "why": "From Ray 2.51 on, a Tuner that is given a trainer fails with TuneError.",
        "notes": [
            {
                "kind": "note",
                "text": "Trials, and the experiment's default folder, are named"
                " train_driver_fn_... instead of TorchTrainer_....",
            }
        ],
        "safety": "safe",
        "link": GUIDE,
        "anchor": "97bab143a1bf",
        "sweeps": concurrency["sweeps"],
        "span": TUNER_SPAN,
        "fixes": [
            {
                "span": {
                    "start": {"line": 9, "column": 1},
                    "end": {"line": 9, "column": 35},
                    "text": "trainer = TorchTrainer(train_loop)",
                },
                "text": "def train_driver_fn(config: dict):\n"
                "    trainer = TorchTrainer(\n"
                "        train_loop,\n"
                '        train_loop_config=config["train_loop_config"],\n'
                "        run_config=train.RunConfig(**trial_run(),"
                " callbacks=[TuneReportCallback()]),\n"
                "    )\n"
                "    trainer.fit()\n"
                "\n"
                "",
            },
            {
                "span": {
                    "start": {"line": 10, "column": 20},
                    "end": {"line": 10, "column": 27},
                    "text": "trainer",
                },
                "text": "train_driver_fn",
            },
        ],
        "imports": [
            {"module": "raytune_runtime", "name": "trial_run", "as": None},
            {"module": "raytune_runtime", "name": "TuneReportCallback", "as": None},
        ],
    }
    assert concurrency["code"] == "RTM105"
    assert concurrency["span"] == TUNER_SPAN
    assert diff.startswith("--- a/jobs/sweep.py\n+++ b/jobs/sweep.py\n@@ -1,11 +1,26 @@ RTM101\n")
    assert diff.encode() in run("--diff", "jobs/sweep.py").out.encode()


def test_json_of_a_run_that_writes_speaks_of_the_file_as_it_is_now(
    project: Folder, run: Invoke
) -> None:
    project({"jobs/both.py": f"{SWEEP}\n{HOROVOD}"})
    done = run("--report", "json", "jobs/both.py")
    assert (done.status, done.err) == (
        1,
        "1 file: 0 unchanged, 0 migrated, 1 migrated with work left, 0 skipped, 0 failed.\n",
    )
    document = json.loads(done.out)
    [file] = document["files"]
    assert document["options"]["mode"] == "write"
    assert file["outcome"] == "migrated with work left"
    [finding] = file["findings"]
    start, end = finding["span"]["start"], finding["span"]["end"]
    written = project.files["jobs/both.py"].decode().splitlines()
    assert start["line"] == end["line"]
    assert (
        written[start["line"] - 1][start["column"] - 1 : end["column"] - 1]
        == (finding["span"]["text"])
    )
    assert finding["span"]["text"] == "HorovodTrainer(print)"


def test_the_line_that_verifies_a_file_has_the_options_of_the_run(
    project: Folder, run: Invoke
) -> None:
    project({"a b.py": SWEEP})
    done = run(
        *("--check", "-q", "--report", "json", "--safe-only", "--ignore", "rtm9", "--ray-version"),
        *("2.51", "--no-todo", "--remove-pin", "--no-runtime", "--docs", "a b.py"),
    )
    [file] = json.loads(done.out)["files"]
    assert file["verify"] == (
        "raytune-migrate --check --safe-only --ignore=RTM9 --remove-pin --ray-version=2.51"
        " --no-runtime --docs --no-todo 'a b.py'"
    )


def test_what_is_left_in_settings_is_verified_with_the_code_they_are_for(
    project: Folder, run: Invoke
) -> None:
    project({"requirements.txt": "ray[train,tune]>=2.51\n", "jobs/sweep.py": MIGRATED})
    done = run("--check", "-q", "--report", "json", ".")
    [file] = [one for one in json.loads(done.out)["files"] if one["path"] == "requirements.txt"]
    assert [one["code"] for one in file["findings"]] == ["RTM503"]
    assert file["findings"][0]["span"]["start"] == {"line": 1, "column": 1}
    assert file["verify"] == "raytune-migrate --check ."


# For GitHub


def test_github_annotations_of_a_check(project: Folder, run: Invoke) -> None:
    done = run("--check", "-q", "--report", "github", ".")
    assert (done.status, done.err) == (123, "")
    assert timeless(done.out) == (
        "::warning file=jobs/horovod.py,line=4,col=7,title=RTM902 a trainer without a Train V2"
        " counterpart::HorovodTrainer has no counterpart in Train V2. Move its train loop to"
        f" TorchTrainer or TensorflowTrainer. ({ISSUE})\n"
        "::warning file=jobs/sweep.py,line=10,col=9,title=RTM101 Tuner(trainer) becomes"
        " Tuner(train_driver_fn)::From Ray 2.51 on, a Tuner that is given a trainer fails with"
        f" TuneError. ({GUIDE})%0Anote: Trials, and the experiment's default folder, are named"
        " train_driver_fn_... instead of TorchTrainer_....\n"
        "::warning file=jobs/sweep.py,line=10,col=9,title=RTM105 no more trials at once than the"
        " cluster can run::Under Train V2 drivers can hold the CPUs that their workers wait for."
        f" ({GUIDE})\n"
        f"::error file=lib/bad.py,title=raytune-migrate failed::{NUL}\n"
        f"::notice title=raytune-migrate::{SUMS}\n"
    )


def test_github_annotations_of_a_run_that_writes_say_what_is_left(
    project: Folder, run: Invoke
) -> None:
    done = run("-q", "--report", "github", "jobs")
    assert (done.status, done.err) == (1, "")
    assert timeless(done.out) == (
        "::warning file=jobs/horovod.py,line=4,col=7,title=RTM902 a trainer without a Train V2"
        " counterpart::HorovodTrainer has no counterpart in Train V2. Move its train loop to"
        f" TorchTrainer or TensorflowTrainer. ({ISSUE})\n"
        "::notice title=raytune-migrate::3 files: 1 unchanged, 1 migrated, 0 migrated with work"
        " left, 1 skipped, 0 failed. Left out: 1 suppressed.\n"
    )


def test_github_knows_files_from_its_workspace_on(
    project: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project.path))
    monkeypatch.chdir(project.path / "jobs")
    done = run("--check", "-q", "--report", "github", "horovod.py")
    assert done.out.startswith("::warning file=jobs/horovod.py,line=4,")


# Several, and where they go


def test_several_reports_of_one_run(project: Folder, run: Invoke) -> None:
    reports = ("json:r.json", "sarif:r.sarif", "github", "html:r.html", "text:r.txt", "text")
    done = run("--check", *(word for one in reports for word in ("--report", one)), "lib")
    assert (done.status, done.err) == (
        123,
        f"error: lib/bad.py: {NUL}\n"
        "2 files: 1 unchanged, 0 would be migrated, 0 would be migrated with work left,"
        " 0 skipped, 1 failed.\n",
    )
    assert done.out.startswith("::error file=lib/bad.py,")
    files = project.files
    assert json.loads(files["r.json"])["sums"]["files"] == 2
    assert json.loads(files["r.sarif"])["version"] == "2.1.0"
    assert files["r.html"].startswith(b"<!doctype html>")
    assert timeless(files["r.txt"].decode()) == done.err


@pytest.mark.parametrize("target", ["json", "json:-"])
def test_no_file_or_a_dash_is_stdout(project: Folder, run: Invoke, target: str) -> None:
    before = project.files
    done = run("--check", "-q", "--report", target, "lib/clean.py")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out)["sums"]["files"] == 1
    assert project.files == before


def test_settings_may_ask_for_reports(project: Folder, run: Invoke) -> None:
    project({"pyproject.toml": '[tool.raytune-migrate]\nreport = ["json:out.json", "github:-"]\n'})
    done = run("--check", "-q", "lib/clean.py")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("::notice ")
    assert json.loads(project.files["out.json"])["sums"]["files"] == 1


def test_code_on_stdin_is_reported_by_its_name(project: Folder) -> None:
    arguments = ["-q", "--report=json:r.json", "--stdin-filename=jobs/new.py", "-"]
    done = CliRunner().invoke(main, arguments, input=HOROVOD)
    assert (done.exit_code, done.stdout, done.stderr) == (1, HOROVOD, "")
    [file] = json.loads(project.files["r.json"])["files"]
    assert (file["path"], file["findings"]) == ("jobs/new.py", [HOROVOD_FINDING])


# What cannot be written


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("json:no/r.json", "there is no folder no; make it, or name another"),
        ("html:jobs", "it is a folder; name another file"),
        ("json:jobs/sweep.py", "it is one of the files to migrate; name another file"),
    ],
)
def test_a_report_that_cannot_be_written_stops_the_run_before_it_starts(
    project: Folder, run: Invoke, target: str, words: str
) -> None:
    before = project.files
    done = run("--report", target, "jobs")
    kind, _, path = target.partition(":")
    assert (done.status, done.out, done.err) == (
        123,
        "",
        f"error: cannot write the {kind} report to {path}: {words}.\n",
    )
    assert project.files == before


def test_a_report_that_fails_at_its_end_is_one_sentence(project: Folder, run: Invoke) -> None:
    (project.path / "full").symlink_to("/dev/full")
    done = run("--check", "--report", "json:full", "lib/clean.py")
    assert (done.status, done.out, done.err) == (
        123,
        "",
        "error: cannot write the json report to full: no space left on device; name another"
        " file.\n",
    )


@pytest.mark.parametrize(
    ("options", "what"),
    [(("--diff", "jobs"), "patch"), (("--check", "--report", "json", "jobs"), "report")],
)
def test_a_stdout_that_is_full(project: Folder, options: tuple[str, ...], what: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "raytune_migrate", "--report", "text", "-q", *options],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    reason = "no space left on device; send it elsewhere"
    assert (done.returncode, done.stderr) == (
        123,
        f"error: cannot write the {what} to stdout: {reason}.\n",
    )


def test_two_reports_cannot_go_to_one_file(project: Folder, run: Invoke) -> None:
    done = run("--report", "json:a", "--report", "html:./a", ".")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("2 reports go to 'a'; name a file for each.\n")
