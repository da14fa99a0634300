"""The command line: status, stdout and stderr, exactly; and a real sweep by their properties."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from raytune_migrate import __version__
from raytune_migrate.cli import _COMMANDS

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
CLEAN = "import ray\n"
OLD = "import ray\nTuner(trainer)\n"
NEW = "# driver\nimport ray\nTuner(driver)\n"
MIXED = "import ray\nTuner(trainer)\nTuner(broken)\n"
BROKEN = "import ray\nTuner(broken)\n"

PATCH = """\
# a.py:2:1: RTM101 Tuner(trainer) becomes a driver function
#   why: Ray 2.51 refuses a trainer.
#   may differ: Trials may take turns.
#   see: https://x.org/101
--- a/a.py
+++ b/a.py
@@ -1,2 +1,3 @@
+# driver
 import ray
-Tuner(trainer)
+Tuner(driver)
"""
MAY_DIFFER = "RTM101 may differ: Trials may take turns. (https://x.org/101)"
FINDING = "RTM901 No counterpart. Drop it. (https://x.org/901)"


# Arguments


def test_version(folder: Folder, spawn: Invoke) -> None:
    done = spawn("--version")
    assert (done.status, done.out, done.err) == (0, f"raytune-migrate {__version__}\n", "")


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_examples_endings_and_statuses(folder: Folder, run: Invoke, flag: str) -> None:
    done = run(flag)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Usage: raytune-migrate [OPTIONS] PATH...\n")
    for words in ("Examples:", "--diff src/", "migrated with work left", "Exit status:", "123 "):
        assert words in done.out


def test_help_names_every_command(folder: Folder, run: Invoke) -> None:
    text = run("--help").out
    for name in _COMMANDS:
        assert f"\n    raytune-migrate {name} " in text
        assert run(name, "--help").out.startswith(f"Usage: raytune-migrate {name} ")


def test_no_path(folder: Folder, run: Invoke) -> None:
    done = run()
    assert (done.status, done.out, done.err) == (
        2,
        "",
        "Usage: raytune-migrate [OPTIONS] PATH...\n"
        "Try 'raytune-migrate --help' for help.\n\n"
        "Error: Name the files or folders to migrate: `raytune-migrate --diff .` shows what would"
        " change in this folder.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-q", "-v", "."), "Error: -q and -v exclude each other; choose one.\n"),
        (("--zzz", "."), "Error: No such option '--zzz'.\n"),
        (
            ("--stdin-filename", "a.py", "."),
            "Error: --stdin-filename is for code on stdin; name - as the path.\n",
        ),
    ],
)
def test_usage_errors(folder: Folder, run: Invoke, arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(words)


# Nothing to do


def test_an_empty_folder(folder: Folder, run: Invoke) -> None:
    done = run(".")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        "0 files: no Python files in the paths given.\n",
    )


@pytest.mark.parametrize("mode", [(), ("--check",), ("--diff",), ("--check", "--diff")])
@pytest.mark.usefixtures("simple_engine")
def test_files_without_sweeps_are_left_alone(
    folder: Folder, run: Invoke, mode: tuple[str, ...]
) -> None:
    folder({"a.py": CLEAN, "b.py": NEW, "empty.py": "", "no.py": "not Python at all ("})
    before = folder.files
    done = run(*mode, ".")
    mood = "would be " if mode else ""
    assert (done.status, done.out, done.err) == (
        0,
        "",
        f"4 files: 4 unchanged, 0 {mood}migrated, 0 {mood}migrated with work left,"
        " 0 skipped, 0 failed.\n",
    )
    assert folder.files == before


# Writing


@pytest.mark.usefixtures("simple_engine")
def test_writes_in_place(folder: Folder, run: Invoke) -> None:
    folder({"a.py": OLD, "b.py": CLEAN})
    done = run(".")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        f"a.py: line 2 before: {MAY_DIFFER}\n"
        "migrated a.py (RTM101)\n"
        "2 files: 1 unchanged, 1 migrated, 0 migrated with work left, 0 skipped, 0 failed.\n",
    )
    assert folder.files == {"a.py": NEW.encode(), "b.py": CLEAN.encode()}


@pytest.mark.usefixtures("simple_engine")
def test_what_is_left_for_a_person(folder: Folder, run: Invoke) -> None:
    folder({"mixed.py": MIXED, "skipped.py": BROKEN})
    done = run(".")
    assert (done.status, done.out, done.err) == (
        1,
        "",
        f"mixed.py: line 2 before: {MAY_DIFFER}\n"
        f"mixed.py:4:1: {FINDING}\n"
        "migrated mixed.py (RTM101), 1 place needs a person\n"
        f"skipped.py:2:1: {FINDING}\n"
        "skipped skipped.py: 1 place needs a person\n"
        "2 files: 0 unchanged, 0 migrated, 1 migrated with work left, 1 skipped, 0 failed.\n",
    )
    assert folder.files["skipped.py"] == BROKEN.encode()


@pytest.mark.usefixtures("simple_engine")
def test_quiet(folder: Folder, run: Invoke) -> None:
    folder({"a.py": OLD, "b.py": BROKEN})
    done = run("-q", ".")
    assert (done.status, done.out, done.err) == (1, "", "")
    assert folder.files["a.py"] == NEW.encode()


@pytest.mark.usefixtures("simple_engine")
def test_verbose(folder: Folder, run: Invoke) -> None:
    folder({"a.py": OLD, "b.py": CLEAN})
    done = run("--verbose", ".")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        "a.py: line 2 before: RTM101 Tuner(trainer) becomes a driver function: Ray 2.51 refuses a"
        " trainer. (https://x.org/101)\n"
        f"a.py: line 2 before: {MAY_DIFFER}\n"
        "migrated a.py (RTM101)\n"
        "unchanged b.py\n"
        "2 files: 1 unchanged, 1 migrated, 0 migrated with work left, 0 skipped, 0 failed.\n",
    )


# Looking only


@pytest.mark.usefixtures("simple_engine")
def test_check(folder: Folder, run: Invoke) -> None:
    folder({"a.py": OLD})
    done = run("--check", "a.py")
    assert (done.status, done.out, done.err) == (
        1,
        "",
        f"a.py:2:1: {MAY_DIFFER}\n"
        "would migrate a.py (RTM101)\n"
        "1 file: 0 unchanged, 1 would be migrated, 0 would be migrated with work left,"
        " 0 skipped, 0 failed.\n",
    )
    assert folder.files == {"a.py": OLD.encode()}


@pytest.mark.parametrize("mode", [("--diff",), ("--diff", "--check")])
@pytest.mark.usefixtures("simple_engine")
def test_diff(folder: Folder, run: Invoke, mode: tuple[str, ...]) -> None:
    folder({"a.py": OLD})
    done = run(*mode, "a.py")
    assert (done.status, done.out, done.err) == (
        1,
        PATCH,
        "would migrate a.py (RTM101)\n"
        "1 file: 0 unchanged, 1 would be migrated, 0 would be migrated with work left,"
        " 0 skipped, 0 failed.\n",
    )
    assert folder.files == {"a.py": OLD.encode()}


@pytest.mark.usefixtures("simple_engine")
def test_a_quiet_diff_is_a_diff(folder: Folder, run: Invoke) -> None:
    folder({"a.py": OLD})
    done = run("-q", "--diff", "a.py")
    assert (done.status, done.out, done.err) == (1, PATCH, "")


@pytest.mark.usefixtures("simple_engine")
def test_the_lines_of_findings_are_those_on_disk(folder: Folder, run: Invoke) -> None:
    folder({"mixed.py": MIXED})
    assert f"mixed.py:3:1: {FINDING}\n" in run("--diff", ".").err
    assert f"mixed.py:3:1: {FINDING}\n" in run("--check", ".").err
    assert f"mixed.py:4:1: {FINDING}\n" in run(".").err


# Colour


@pytest.mark.usefixtures("simple_engine")
def test_color_where_it_is_wanted(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder({"a.py": OLD, "b.py": BROKEN})
    plain = run("--diff", ".")
    assert "\033" not in plain.out + plain.err

    colored = run("--diff", "--color", ".")
    assert "\033[31m-Tuner(trainer)\033[0m\n" in colored.out
    assert "\033[33m\033[1mRTM901\033[0m" in colored.err

    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run("--diff", ".") == colored
    assert run("--diff", "--no-color", ".") == plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert run("--diff", ".") == plain


# Start-up

_IMPORTED = """\
import sys
at_start = set(sys.modules)
from raytune_migrate.cli import main
try:
    main()
finally:
    from importlib.metadata import packages_distributions
    packages = packages_distributions()
    loaded = {name.partition(".")[0] for name in set(sys.modules) - at_start}
    known = {one for name in loaded for one in packages.get(name, ())}
    print(sorted(known - {"raytune-migrate"}), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--version"], ["."], ["--diff", "."], ["a.py", "-v"]])
def test_files_without_ray_cost_no_imports(folder: Folder, arguments: list[str]) -> None:
    folder({"a.py": CLEAN, "b.py": "from lightning import Tuner\n"})
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "['click']"


# A real sweep, through the real engine


def test_a_sweep_is_migrated_once_and_compiles(folder: Folder, run: Invoke) -> None:
    folder({"sweep.py": SWEEP})
    assert run("--check", ".").status == 1
    assert folder.files == {"sweep.py": SWEEP.encode()}

    done = run(".")
    after = folder.files["sweep.py"]
    assert done.status == 0, done.err
    assert after != SWEEP.encode()
    compile(after, "sweep.py", "exec")

    assert run("--check", ".").status == 0
    assert run(".").status == 0
    assert folder.files == {"sweep.py": after}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_patch_gives_what_writing_gives(
    folder: Folder, run: Invoke, spawn: Invoke, newline: str
) -> None:
    sweep = SWEEP.replace("\n", newline).encode()
    folder({"written/sweep.py": sweep, "patched/sweep.py": sweep})
    run("written")
    patch = subprocess.run(
        [sys.executable, "-m", "raytune_migrate", "--diff", "patched"],
        capture_output=True,
        check=False,
    ).stdout
    subprocess.run(["git", "apply", "-"], input=patch, check=True)
    assert Path("patched/sweep.py").read_bytes() == Path("written/sweep.py").read_bytes() != sweep


PINNED = """\
import os

os.environ["RAY_TRAIN_V2_ENABLED"] = "0"

from ray import tune
from ray.train.torch import TorchTrainer


def sweep(trainer: TorchTrainer):
    return tune.Tuner(trainer).fit()
"""


def test_the_patch_of_a_file_beside_a_link_to_it_applies(folder: Folder, run: Invoke) -> None:
    folder({"sweep.py": SWEEP})
    (folder.path / "a_link.py").symlink_to("sweep.py")
    done = run("--diff", ".")
    assert "would migrate sweep.py (" in done.err
    assert "a_link.py" not in done.out + done.err
    git = ["git", "apply", "--check", "-"]
    applied = subprocess.run(git, input=done.out, capture_output=True, text=True, check=False)
    assert (applied.returncode, applied.stderr) == (0, "")


def test_the_patch_of_files_around_the_current_folder_applies(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder({"here/sweep.py": SWEEP, "other/sweep.py": SWEEP})
    monkeypatch.chdir(folder.path / "here")
    done = run("--diff", ".", "../other")
    where = f"# to be applied in {folder.path}\n"
    assert done.out.count(where) == 2
    monkeypatch.chdir(folder.path)
    git = ["git", "apply", "--check", "-"]
    applied = subprocess.run(git, input=done.out, capture_output=True, text=True, check=False)
    assert (applied.returncode, applied.stderr) == (0, "")
    assert where not in run("--diff", ".").out


def test_a_pin_is_respected(folder: Folder, run: Invoke) -> None:
    folder({"a.py": PINNED})
    done = run("a.py")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("a.py:3:1: RTM906 This pins the code to Train V1")
    assert folder.files == {"a.py": PINNED.encode()}


def test_a_pin_is_removed_on_request(folder: Folder, run: Invoke) -> None:
    folder({"a.py": PINNED})
    done = run("--remove-pin", "-q", "a.py")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert (
        folder.files["a.py"].decode()
        == """\
import os

os.environ["RAY_TRAIN_V2_ENABLED"] = "1"

from ray import tune
from ray.train.torch import TorchTrainer
from raytune_runtime import driver_for, tune_run_config


def sweep(trainer: TorchTrainer):
    return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
"""
    )
