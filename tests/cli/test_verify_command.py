"""``raytune-migrate verify`` without a Ray: what it refuses, says and runs."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from raytune_migrate.verify import session

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
HOROVOD = """\
from ray.train.horovod import HorovodTrainer
from ray.tune import Tuner

Tuner(HorovodTrainer(print)).fit()
"""
PROJECT = '[project]\ndependencies = ["ray==2.60.0"]\n'
ANSWER = """echo '{"ray": "2.60.0", "runtime": true, "python": "3.11.7"}'"""


@pytest.fixture
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python with a Ray, as far as anybody asks; what it runs is run by that of the tests."""
    return python_with(ANSWER, tmp_path_factory)


def python_with(answer: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("env") / "python"
    path.write_text(
        f'#!/bin/sh\nif [ "$1" = -c ]; then {answer}; else exec {sys.executable} "$@"; fi\n',
        encoding="utf-8",
    )
    path.chmod(0o755)
    return str(path)


def test_help_says_all_there_is_to_know(run: Invoke) -> None:
    done = run("verify", "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Usage: raytune-migrate verify [OPTIONS] SCRIPT [-- ARGS]\n")
    assert "This command runs your code" in done.out
    for status in ("0  ", "1  ", "2  ", "123", "130"):
        assert f"\n    {status}" in done.out
    main = run("--help").out
    assert "\n    raytune-migrate verify SCRIPT   run a script on Train V1 and as migrated" in main


# What is refused; nothing is run


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["gone.py"], 2, "error: gone.py: no such file or directory; name a script"),
        (["notes.md"], 2, "error: notes.md is no Python script; name a .py file."),
        (
            ["migrated.py"],
            2,
            "error: migrated.py is migrated already; name what it was, with --original FILE or"
            " --original git:REVISION.",
        ),
        (["sweep.py", "--original", "gone.py"], 2, "error: gone.py: no such file or directory"),
        (["sweep.py", "--original", "git:"], 2, "error: git: names no revision; write"),
        (["sweep.py", "--original", "git:HEAD"], 2, "error: cannot read sweep.py of HEAD: "),
        (["bad.py"], 123, "error: bad.py does not parse: line 2, column 1: "),
        (["sweep.py", "--python", "gone"], 2, "error: cannot run gone: no such file or directory;"),
        (
            ["sweep.py", "--original-python", "gone"],
            2,
            "error: cannot run gone: no such file or directory; name one with --original-python,",
        ),
        (["sweep.py", "--report", "sarif"], 2, "verify has no sarif report; formats: text, json, "),
        (["sweep.py", "--report", "json:no/a.json"], 123, "there is no folder no; make it, or"),
        (["sweep.py", "--report", "json:sweep.py"], 123, "it is one of the files"),
        (["sweep.py", "--trials", "0"], 2, "Invalid value for '--trials': 0 is not in the range"),
        (["sweep.py", "--timeout", "0"], 2, "Invalid value for '--timeout'"),
        (["sweep.py", "--rel-tol", "-1"], 2, "Invalid value for '--rel-tol'"),
        (["sweep.py", "--keep", "."], 2, "--keep . is there already; name a new folder."),
        (
            ["sweep.py", "--address", "a:1", "--num-cpus", "2"],
            2,
            "--num-cpus is for a Ray that is started; leave --address away.",
        ),
    ],
)
def test_what_is_refused(
    arguments: list[str], status: int, said: str, folder: Folder, run: Invoke
) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": PROJECT,
        "sweep.py": SWEEP,
        "bad.py": "import ray.train\n(",
        "notes.md": "",
        "migrated.py": "from raytune_runtime import trial_run\n",
    }
    folder(files)
    done = run("verify", *arguments)
    assert done.status == status, done.err
    assert done.out == ""
    assert said in done.err
    assert "Running" not in done.err
    assert set(folder.files) == set(files)


def test_what_cannot_be_migrated_is_said_and_not_run(folder: Folder, run: Invoke) -> None:
    folder({"pyproject.toml": PROJECT, "sweep.py": HOROVOD})
    done = run("verify", "sweep.py")
    assert (done.status, done.out) == (1, "")
    assert "sweep.py:4:7: RTM902 HorovodTrainer has no counterpart" in done.err
    assert done.err.splitlines()[-1] == (
        "error: sweep.py cannot be migrated, and nothing was run: 1 place needs a person; do what"
        " is said above, and name the result and --original FILE."
    )


# What is run


def test_a_script_without_a_sweep_verifies_nothing(
    folder: Folder, run: Invoke, python: str
) -> None:
    folder({"plain.py": "import sys\nprint(sys.argv[1:])\n"})
    done = run("verify", "plain.py", "--python", python, "--keep", "kept", "--", "--epochs", "2")
    assert (done.status, done.out) == (123, "")
    said = re.sub(r"\d+ s", "N s", done.err).splitlines()
    assert said == [
        f"Running plain.py on Train V1 and V2, with {python} (Python 3.11.7, Ray 2.60.0), in kept.",
        "Train V1, after N s: ended.",
        "Train V2, after N s: ended.",
        "note: plain.py has nothing to migrate; the same code ran on both",
        "Not verified: both runs ended without a sweep in the script's own process, so there was"
        " nothing to compare. Name the script that itself calls fit().",
    ]
    for name in ("v1", "v2"):
        record = json.loads(folder.files[f"kept/{name}/record.json"])
        assert record["printed"] == ["['--epochs', '2']"]


def test_a_run_that_fails_shows_what_it_said(folder: Folder, run: Invoke, python: str) -> None:
    text = "import random\nrandom.seed(7)\nprint('\\x1b[1mon\\x07')\nraise OSError('no')\n"
    folder({"plain.py": text})
    done = run("verify", "plain.py", "--python", python, "--report", "json")
    assert done.status == 123
    data = json.loads(done.out)
    assert data["verdict"] == "failed"
    assert data["runs"]["old"]["failure"] == "ended with status 1: OSError: no"
    assert data["notes"][1:] == ["plain.py:2: random.seed(7) seeds random numbers itself"]

    done = run("verify", "plain.py", "--python", python)
    assert done.status == 123
    assert "  on\\x07\n" in done.err
    assert done.err.splitlines()[-1] == (
        "Not verified: The run on Train V1 ended with status 1: OSError: no."
        " The run on Train V2 ended with status 1: OSError: no."
    )


@pytest.mark.parametrize(
    ("code", "options", "shown", "failure", "hint"),
    [
        (
            "import argparse\n"
            "parser = argparse.ArgumentParser()\n"
            "parser.add_argument('--data', required=True)\n"
            "parser.parse_args()\n",
            (),
            "  script.py: error: the following arguments are required: --data",
            "ended with status 2",
            "the script was given no arguments: they follow --, as in SCRIPT -- --epochs 2",
        ),
        (
            "input('lr? ')\n",
            (),
            "  EOFError: EOF when reading a line",
            "ended with status 1: EOFError: EOF when reading a line",
            "a run has an empty stdin: nobody can type into it",
        ),
        (
            "import not_installed_here\n",
            (),
            "  ModuleNotFoundError: No module named 'not_installed_here'",
            "ended with status 1: ModuleNotFoundError: No module named 'not_installed_here'",
            "what the script imports must be installed for the Python that --python names",
        ),
        (
            "import time\nprint('on', flush=True)\ntime.sleep(60)\n",
            ("--timeout", "4"),
            "  on",
            "did not end within N s and was stopped",
            "--timeout holds for each run; --trials N, or arguments of the script behind --, may"
            " make them shorter",
        ),
    ],
    ids=["arguments", "stdin", "module", "timeout"],
)
def test_what_to_do_about_a_run_that_lacks_something(
    code: str,
    options: tuple[str, ...],
    shown: str,
    failure: str,
    hint: str,
    folder: Folder,
    run: Invoke,
    python: str,
) -> None:
    folder({"script.py": code})
    done = run("verify", "script.py", "--python", python, *options)
    assert done.status == 123
    said = re.sub(r"\d+ s\b", "N s", done.err).splitlines()
    assert said.count(shown) == 2
    assert said.count(f"note: {hint}") == 1
    assert said[-1] == (
        f"Not verified: The run on Train V1 {failure}. The run on Train V2 {failure}."
    )


# As an original does that today's Ray cannot run: on Train V1 there is no module of that name.
GONE = """\
import os

if os.environ.get("RAY_TRAIN_V2_ENABLED") == "0":
    import ray_air_long_ago
"""


def test_an_original_that_does_not_run_any_more(folder: Folder, run: Invoke, python: str) -> None:
    folder({"old.py": GONE})
    done = run("verify", "old.py", "--python", python)
    assert (done.status, done.out) == (123, "")
    said = re.sub(r"\d+ s", "N s", done.err).splitlines()
    failed = "ended with status 1: ModuleNotFoundError: No module named 'ray_air_long_ago'"
    assert said[1:5] == [
        f"Train V1, after N s: {failed}.",
        "Train V2, after N s: ended.",
        "note: old.py has nothing to migrate; the same code ran on both",
        "note: where Ray 2.60.0 cannot run the original any more, one that it was written for can:"
        " --original-python names a Python that has it",
    ]
    assert said[-1] == (
        f"Not verified: The run on Train V1 {failed}. The migrated script ran: 0 trials, 0 reports."
    )


def test_an_original_in_a_python_of_its_own(
    folder: Folder, run: Invoke, python: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder({"plain.py": "print('on')\n", "was.py": GONE})
    old = python_with(ANSWER.replace("2.60.0", "2.9.3"), tmp_path_factory)
    done = run(
        *("verify", "plain.py", "--original", "was.py", "--keep", "kept"),
        *("--python", python, "--original-python", old),
    )
    said = done.err.splitlines()
    assert said[0] == (
        f"Running was.py on Train V1 with {old} (Python 3.11.7, Ray 2.9.3), and plain.py on V2 with"
        f" {python} (Python 3.11.7, Ray 2.60.0), in kept."
    )
    notes = [line for line in said if line.startswith("note: ")]
    assert notes == [
        "note: the original ran on Ray 2.9.3, the migrated script on 2.60.0: what changed between"
        " them differs too"
    ]


def test_what_was_let_pass_is_said(folder: Folder, run: Invoke, python: str) -> None:
    folder({"plain.py": ""})
    done = run(
        *("verify", "plain.py", "--python", python),
        *("--rel-tol", "1e-3", "--ignore", "time_*", "--ignore", "rank", "--trials", "2"),
    )
    assert [line for line in done.err.splitlines() if line.startswith("note: ")][1:] == [
        "note: no sweep was given more than 2 trials",
        "note: metrics no further from each other than 0.001 relative or 0 absolute counted as the"
        " same",
        "note: columns that were not compared: time_*, rank",
    ]


def test_quiet(folder: Folder, run: Invoke, python: str) -> None:
    folder({"plain.py": ""})
    done = run("verify", "plain.py", "--python", python, "--quiet")
    assert (done.status, done.out, done.err) == (123, "", "")


def test_the_original_of_a_revision_runs_with_the_modules_of_that_revision(
    folder: Folder, run: Invoke, python: str
) -> None:
    folder(
        {
            "jobs/plain.py": "import lib, same\nprint('old', lib.NAME, same.NAME)\n",
            "jobs/lib.py": "NAME = 'old lib'\n",
            "jobs/same.py": "NAME = 'same'\n",
        }
    )
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]):
        subprocess.run([*git, *command], check=True)
    changed = {
        "jobs/plain.py": "import lib, same\nprint('new', lib.NAME, same.NAME)\n",
        "jobs/lib.py": "NAME = 'new lib'\n",
    }
    folder(dict(changed))
    run("verify", "jobs/plain.py", "--original", "git:HEAD", "--python", python, "--keep", "kept")
    records = [json.loads(folder.files[f"kept/{one}/record.json"]) for one in ("v1", "v2")]
    assert [one["printed"] for one in records] == [["old old lib same"], ["new new lib same"]]
    assert {name: folder.files[name].decode() for name in changed} == changed


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_what_runs(how: signal.Signals, folder: Folder, python: str) -> None:
    folder({"plain.py": "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)\n"})
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "raytune_migrate", "verify"),
            *("plain.py", "--python", python, "--keep", "kept"),
        ],
        stderr=subprocess.PIPE,
        text=True,
        # A job in the background of a shell is deaf to Ctrl-C, and so is all that it starts.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    output = Path("kept/v1/output.txt")
    while not (output.exists() and output.read_text(encoding="utf-8").strip()):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1] == (
        "Interrupted: the runs and the Ray that they started are ended."
    )
    with pytest.raises(ProcessLookupError):
        os.kill(int(output.read_text(encoding="utf-8")), 0)


def test_an_end_between_the_runs_leaves_nothing(
    folder: Folder, run: Invoke, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder({"plain.py": "print(1)\n", "tmp/.keep": ""})
    monkeypatch.setattr(tempfile, "tempdir", "tmp")
    monkeypatch.setattr(
        session, "as_migrated", lambda *_: os.kill(os.getpid(), signal.SIGTERM) or time.sleep(60)
    )
    before = signal.getsignal(signal.SIGTERM)
    done = run("verify", "plain.py", "--python", python)
    assert done.status == 130
    first, last = done.err.splitlines()[-2:]
    assert re.fullmatch(r"Train V1, after \d+ s: ended\.", first)
    assert last == "Interrupted: the runs and the Ray that they started are ended."
    assert list(Path("tmp").iterdir()) == [Path("tmp/.keep")]
    assert signal.getsignal(signal.SIGTERM) is before
