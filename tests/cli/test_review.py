"""A review on a terminal: what is shown and asked, what the answers do, what is remembered."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING

import pexpect
import pytest

if TYPE_CHECKING:
    from conftest import Folder, Invoke

LOOP = """\
from ray import train, tune
from ray.train.torch import TorchTrainer


def train_loop(config):
    train.report({"loss": config["lr"]})

"""
ONE = """

def one():
    trainer = TorchTrainer(train_loop)
    tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
    return tuner.fit()
"""
TWO = ONE.replace("one", "two").replace('"lr": 1', '"lr": 2')
SWEEPS = LOOP + ONE + TWO
FIRST = "a.py: change 1 of 2"
SECOND = "a.py: change 2 of 2"

MIGRATED_ONE = """

def one():
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
    return tuner.fit()
"""
_OURS = ("PYTHONPATH", "RAYTUNE_MIGRATE_PYTHON")  # which code is run, and that Ray is not asked
DECISIONS = ".raytune-migrate-decisions.json"


class Terminal:
    """A review as a person sees it; call it with the answers, one for each question."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.status = -1
        ours = {name: os.environ[name] for name in _OURS if name in os.environ}
        self.environment = {"TERM": "xterm", "NO_COLOR": "1", "PATH": "/usr/bin:/bin", **ours}

    def __call__(self, *answers: str, arguments: tuple[str, ...] = ("a.py",)) -> str:
        command = ["-m", "raytune_migrate", "-i", *arguments]
        child = pexpect.spawn(
            sys.executable,
            command,
            cwd=str(self.folder.path),
            env=self.environment,
            encoding="utf-8",
            dimensions=(40, 100),
            timeout=120,
            # Whoever starts the tests in the background has them ignore Ctrl-C.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        seen = ""
        for answer in answers:
            child.expect_exact("q,?] ")
            seen += f"{child.before}? "
            if answer == "^C":
                # One that comes before Python waits for input is heard with the next key only.
                while child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=2) == 1:
                    child.sendintr()
            elif answer == "^D":
                child.sendeof()
            else:
                child.sendline(answer)
        if child.after is not pexpect.EOF:
            child.expect(pexpect.EOF)
        child.close()
        self.status = child.exitstatus
        shown = f"{seen}{child.before}".replace("\r\n", "\n")
        shown = re.sub(r"\r\x1b\[2K(\[[#.]+\][^\r]*)?", "", shown)  # how far the run has come
        return re.sub(r"(?<=\n[12] file)(s?) in \d+\.\d s(?=:)", r"\1", shown)


@pytest.fixture
def review(folder: Folder) -> Terminal:
    folder({"pyproject.toml": '[project]\ndependencies = ["ray>=2.51", "raytune-migrate"]\n'})
    return Terminal(folder)


def code(folder: Folder) -> str:
    return folder.files["a.py"].decode()


def decided(folder: Folder) -> dict[str, list[str]]:
    content = json.loads(folder.files[DECISIONS])
    return {name: list(some.values()) for name, some in content["against"].items()}


# Nothing to ask


def test_without_a_terminal(folder: Folder, spawn: Invoke) -> None:
    folder({"a.py": SWEEPS})
    done = spawn("-i", "a.py")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(
        "Error: -i asks on a terminal, and there is none here. Look at the changes with --diff, and"
        " make a part of them with --select, --ignore, --safe-only or comments in the code such as"
        " `# raytune-migrate: ignore[RTM101]`.\n"
    )
    assert code(folder) == SWEEPS


def test_a_file_without_sweeps(folder: Folder, review: Terminal) -> None:
    folder({"a.py": "import ray\n"})
    assert review() == (
        "1 file: 1 unchanged, 0 migrated, 0 migrated with work left, 0 skipped, 0 failed.\n"
    )
    assert review.status == 0


# Answers


def test_accept_one_and_turn_down_the_other(folder: Folder, review: Terminal) -> None:
    folder({"a.py": SWEEPS})
    seen = review("y", "n")
    assert f"# {FIRST}\n# a.py:12:13: RTM101 Tuner(trainer) becomes " in seen
    assert "#   why: From Ray 2.51 on, a Tuner that is given a trainer fails" in seen
    assert "# a.py:12:13: RTM105 no more trials at once than the cluster can run\n" in seen
    assert "-    trainer = TorchTrainer(train_loop)\n" in seen
    assert f"# {SECOND}\n# a.py:18:13: RTM101" in seen
    assert (
        seen.endswith(
            "migrated a.py (RTM101, RTM105)\n"
            "1 file: 0 unchanged, 1 migrated, 0 migrated with work left, 0 skipped, 0 failed."
            " Left out: 1 decided against.\n"
        )
        or " in " in seen.splitlines()[-1]
    )
    assert review.status == 0
    assert MIGRATED_ONE in code(folder)
    assert code(folder).endswith(TWO)
    assert decided(folder) == {"a.py": ["line 18: Tuner(trainer) becomes Tuner(train_driver_fn)"]}


def test_what_is_decided_is_not_asked_again_and_counts_in_every_run(
    folder: Folder, review: Terminal, run: Invoke
) -> None:
    folder({"a.py": SWEEPS})
    review("n", "n")
    assert code(folder) == SWEEPS
    assert "change 1" not in review()
    done = run("--check", "a.py")
    assert (done.status, done.err) == (
        0,
        "1 file: 1 unchanged, 0 would be migrated, 0 would be migrated with work left, 0 skipped,"
        " 0 failed. Left out: 2 decided against.\n",
    )
    folder({"a.py": f"# Lines may move.\n{SWEEPS}"})
    assert run("--check", "a.py").status == 0
    folder({"a.py": SWEEPS.replace('"lr": 1', '"lr": 3')})
    assert "# a.py: change 1 of 1\n# a.py:12:13: RTM101" in review("n")


def test_decisions_are_forgotten_on_request(folder: Folder, review: Terminal) -> None:
    folder({"a.py": SWEEPS, "b.py": SWEEPS})
    review("n", "n", "n", "n", arguments=("a.py", "b.py"))
    assert FIRST in review("y", "y", arguments=("--reset-decisions", "a.py"))
    assert list(decided(folder)) == ["b.py"]
    assert code(folder).count("def train_driver_fn") == 2


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_to_look_without_decisions_forgets_none(
    folder: Folder, review: Terminal, run: Invoke, option: str
) -> None:
    folder({"a.py": SWEEPS})
    review("n", "n")
    before = folder.files
    assert run(option, "--reset-decisions", "a.py").status == 1
    assert folder.files == before
    assert run(option, "a.py").status == 0


def test_a_todo(folder: Folder, review: Terminal) -> None:
    folder({"a.py": SWEEPS})
    review("t", "n")
    assert review.status == 1
    lines = code(folder).splitlines()
    assert lines[11].startswith(
        "    # TODO(raytune-migrate): RTM101 Tuner(trainer) becomes Tuner(train_driver_fn). http"
    )
    assert "\n".join([*lines[:11], *lines[12:], ""]) == SWEEPS
    assert "change" not in review().replace("unchanged", "")


def test_suppress_it_here(folder: Folder, review: Terminal) -> None:
    folder({"a.py": SWEEPS})
    review("i", "n")
    assert review.status == 0
    call = "    tuner = tune.Tuner(trainer"
    assert code(folder) == SWEEPS.replace(call, f"    # raytune-migrate: ignore[RTM101]\n{call}", 1)
    assert list(decided(folder).values()) == [
        ["line 18: Tuner(trainer) becomes Tuner(train_driver_fn)"]
    ], "the comment itself is what is remembered"


@pytest.mark.parametrize("key", ["a", "r"])
def test_all_others(folder: Folder, review: Terminal, key: str) -> None:
    folder({"a.py": SWEEPS, "b.py": SWEEPS})
    answers = (key, key) if key == "a" else (key,)
    review(*answers, arguments=("a.py", "b.py"))
    assert review.status == 0
    files = folder.files
    assert b"tune.Tuner(trainer" not in files["a.py"] + files["b.py"]
    assert DECISIONS not in files


@pytest.mark.parametrize("key", ["q", "^D", "^C"])
def test_an_end_keeps_what_was_accepted_before(folder: Folder, review: Terminal, key: str) -> None:
    folder({"a.py": SWEEPS, "b.py": SWEEPS})
    seen = review("y", key, arguments=("a.py", "b.py"))
    assert "b.py: change" not in seen
    assert MIGRATED_ONE in code(folder)
    assert code(folder).endswith(TWO)
    assert folder.files["b.py"].decode() == SWEEPS
    assert DECISIONS not in folder.files
    assert seen.endswith(
        "\n"
        "migrated a.py (RTM101, RTM105), 1 change is not decided\n"
        "skipped b.py: 2 changes are not decided\n"
        "2 files: 0 unchanged, 0 migrated, 1 migrated with work left, 1 skipped, 0 failed."
        " Left out: 3 not decided.\n"
    )
    assert review.status == 1


def test_an_end_amid_what_belongs_together_leaves_all_of_it(
    folder: Folder, review: Terminal
) -> None:
    loop = LOOP.replace(
        "    train.report(", "    print(train.get_context().get_trial_name())\n    train.report("
    )
    sweep = "from a.loop import train_loop\nfrom ray import tune\n"
    sweep += "from ray.train.torch import TorchTrainer\n" + ONE
    folder({"a/__init__.py": "", "a/loop.py": loop, "a/sweep.py": sweep})
    before = folder.files
    seen = review("y", "q", arguments=("a",))
    assert "# a/loop.py: change 1 of 1\n" in seen
    assert (
        "RTM914 a/loop.py, which its sweep needs, is not to be changed as that asks for: that is"
        " not decided." in seen
    )
    assert folder.files == before
    assert review.status == 1


def test_any_other_key_is_answered_with_the_keys(folder: Folder, review: Terminal) -> None:
    folder({"a.py": SWEEPS})
    seen = review("x", "", "n", "n")
    help_text = (
        "  y  make this change\n"
        "  n  leave it, and do not ask again\n"
        "  t  leave it, with a TODO comment in the code\n"
        "  i  leave it, with a comment that suppresses the rule here\n"
        "  e  edit the file as it would be, and take what you save\n"
        "  r  make this change and all others of its rule\n"
        "  a  make this change and all others in this file\n"
        "  q  end here; what you accepted is written\n"
    )
    assert seen.count(help_text) == 2


# The editor


def test_what_is_saved_in_an_editor_is_taken(folder: Folder, review: Terminal) -> None:
    folder({"a.py": SWEEPS, "editor": '#!/bin/sh\nsed -i s/train_driver_fn/my_driver/ "$1"\n'})
    (folder.path / "editor").chmod(0o755)
    review.environment["EDITOR"] = str(folder.path / "editor")
    review("e", "y")
    assert review.status == 0
    assert MIGRATED_ONE.replace("train_driver_fn", "my_driver") in code(folder)
    assert "def train_driver_fn(config: dict):" in code(folder), "of the other sweep"


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        ("echo '(' >> \"$1\"", "What you saved does not compile: line "),
        ("exit 0", "Nothing was saved; choose another answer."),
        ("exit 1", "Editing failed"),
    ],
)
def test_what_cannot_be_taken_is_asked_again(
    folder: Folder, review: Terminal, editor: str, words: str
) -> None:
    folder({"a.py": SWEEPS, "editor": f"#!/bin/sh\n{editor}\n"})
    (folder.path / "editor").chmod(0o755)
    review.environment["EDITOR"] = str(folder.path / "editor")
    assert words in review("e", "n", "n")
    assert code(folder) == SWEEPS


# The file of decisions


@pytest.mark.parametrize("content", ["", "[]", '{"version": 9, "against": {}}'])
def test_decisions_that_cannot_be_read(folder: Folder, run: Invoke, content: str) -> None:
    folder({"a.py": SWEEPS, "pyproject.toml": "", DECISIONS: content})
    done = run("--check", "a.py")
    assert done.status == 123
    assert f"{DECISIONS} holds no decisions of raytune-migrate (" in done.err
    assert "; correct or delete it" in done.err
