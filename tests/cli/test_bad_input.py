"""Whatever is wrong with one file, it is said in a sentence, and every other file is done."""

from __future__ import annotations

import codecs
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from raytune_migrate.outcome import Migration

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Folder, Invoke, Spawn

SWEEP = b"""\
from ray import train, tune
from ray.train.torch import TorchTrainer


def train_loop(config):
    train.report({"loss": config["lr"]})


trainer = TorchTrainer(train_loop)
tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
tuner.fit()
"""
OLD = b"import ray\nTuner(trainer)\n"
NEW = b"# driver\nimport ray\nTuner(driver)\n"
ONE_FAILED = "1 file: 0 unchanged, 0 migrated, 0 migrated with work left, 0 skipped, 1 failed.\n"

# Root may read and write everything, unless it gives that privilege away first.
_AS_AN_ORDINARY_USER = (
    ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.getuid() == 0 else []
)
ordinary_user = pytest.mark.skipif(
    os.getuid() == 0 and shutil.which("setpriv") is None,
    reason="root reads and writes whatever the mode, and setpriv is not there to stop it",
)


@pytest.fixture
def run_as_ordinary_user(folder: Folder, spawn: Spawn) -> Callable[..., tuple[int, str]]:
    def invoke(*arguments: str) -> tuple[int, str]:
        done = spawn(*arguments, through=_AS_AN_ORDINARY_USER)
        return done.status, done.err

    return invoke


# Paths


@pytest.mark.usefixtures("simple_engine")
def test_a_path_that_is_missing_does_not_stop_the_others(folder: Folder, run: Invoke) -> None:
    folder({"a.py": OLD, "b.py": OLD})
    done = run("a.py", "absent.py", "b.py", "-q")
    assert (done.status, done.out, done.err) == (
        123,
        "",
        "error: absent.py: no such file or directory; check the spelling\n",
    )
    assert folder.files == {"a.py": NEW, "b.py": NEW}


def test_a_link_that_leads_nowhere(folder: Folder, run: Invoke) -> None:
    Path("a.py").symlink_to("absent.py")
    done = run("a.py")
    assert (done.status, done.out, done.err) == (
        123,
        "",
        "error: a.py: is a link to absent.py, which does not exist; mend or remove the link\n"
        f"{ONE_FAILED}",
    )


def test_a_link_that_leads_to_itself(folder: Folder, run: Invoke) -> None:
    Path("a.py").symlink_to("a.py")
    done = run("a.py")
    assert done.status == 123
    assert done.err == f"error: a.py: is a link that leads back to itself; remove it\n{ONE_FAILED}"


def test_a_pipe_is_not_waited_for(folder: Folder, run: Invoke) -> None:
    os.mkfifo("a.py")
    done = run("a.py")
    assert done.status == 123
    assert done.err == (
        "error: a.py: is not a regular file; name Python files, or folders that hold some\n"
        + ONE_FAILED
    )


@pytest.mark.usefixtures("simple_engine")
def test_a_folder_called_like_a_file(folder: Folder, run: Invoke) -> None:
    folder({"folder.py/a.py": OLD})
    assert run("folder.py").status == 0
    assert folder.files == {"folder.py/a.py": NEW}


@pytest.mark.usefixtures("simple_engine")
def test_a_loop_of_links(folder: Folder, run: Invoke) -> None:
    folder({"a/b/x.py": OLD})
    Path("a/b/loop").symlink_to("..", target_is_directory=True)
    done = run(".")
    assert done.status == 0
    assert done.err.endswith(
        "1 file: 0 unchanged, 1 migrated, 0 migrated with work left, 0 skipped, 0 failed.\n"
    )


@pytest.mark.usefixtures("simple_engine")
def test_a_name_with_a_newline_and_an_escape(folder: Folder, run: Invoke) -> None:
    folder({"a\n\x1b[31m.py": OLD})
    done = run(".")
    assert done.status == 0
    assert "migrated a\\n\\x1b[31m.py (RTM101)\n" in done.err


@ordinary_user
def test_a_file_that_may_not_be_read(
    folder: Folder, run_as_ordinary_user: Callable[..., tuple[int, str]]
) -> None:
    folder({"a.py": SWEEP})
    Path("a.py").chmod(0)
    assert run_as_ordinary_user("a.py") == (
        123,
        "error: a.py: permission denied; ask for the right to read and write the file and its"
        f" folder\n{ONE_FAILED}",
    )


@ordinary_user
def test_a_folder_that_may_not_be_listed(
    folder: Folder, run_as_ordinary_user: Callable[..., tuple[int, str]]
) -> None:
    folder({"a.py": b"", "closed/b.py": SWEEP})
    Path("closed").chmod(0)
    try:
        status, err = run_as_ordinary_user(".")
    finally:
        Path("closed").chmod(0o755)
    assert status == 123
    assert err == (
        "error: closed: is a folder that cannot be listed; name Python files, or folders that hold"
        " some\n2 files: 1 unchanged, 0 migrated, 0 migrated with work left, 0 skipped, 1 failed.\n"
    )


# Content


def test_a_file_that_does_not_parse(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "bad.py": SWEEP + b"def broken(:\n"})
    done = run("-q", ".")
    assert done.status == 123
    assert done.err.startswith("error: bad.py: does not parse: line 12, column ")
    assert done.err.endswith("; correct the file and run again\n")
    assert done.err.count("\n") == 1
    assert folder.files["a.py"] != SWEEP
    assert folder.files["bad.py"] == SWEEP + b"def broken(:\n"


def test_an_empty_file(folder: Folder, run: Invoke) -> None:
    folder({"a.py": b""})
    done = run("-q", "a.py")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_not_utf_8_and_no_cookie(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP + b"# caf\xe9\n"})
    done = run("a.py")
    assert (done.status, done.out, done.err) == (
        123,
        "",
        "error: a.py: is not UTF-8 (byte 0xe9 on line 12) and has no coding cookie; convert the"
        " file to UTF-8, or add a cookie such as `# -*- coding: latin-1 -*-` as its first line\n"
        + ONE_FAILED,
    )


def test_bytes_that_do_not_matter_are_not_decoded(folder: Folder, run: Invoke) -> None:
    folder({"a.py": b"# caf\xe9\0\n"})
    assert run("-q", ".").status == 0


def test_settings_that_cannot_be_used_are_explained_once(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "b.py": SWEEP, "c.py": b"", "pyproject.toml": "[tool.black\n"})
    done = run(".")
    assert done.status == 123
    assert done.err == (
        f"error: a.py: the project's settings cannot be used: {folder.path}/pyproject.toml: not"
        " valid TOML: Expected ']' at the end of a table declaration (at line 1, column 12);"
        " correct the file\n"
        "error: b.py: for the same reason as a.py\n"
        "3 files: 1 unchanged, 0 migrated, 0 migrated with work left, 0 skipped, 2 failed.\n"
    )
    assert folder.files["a.py"] == SWEEP


def test_the_new_code_does_not_fit_the_encoding(
    folder: Folder, run: Invoke, use_engine: Callable[..., None]
) -> None:
    def migrate(text: str, *_: object) -> Migration:
        return Migration(text, f"{text}# €\n")

    use_engine(migrate)
    before = b"# coding: latin-1\n" + OLD
    folder({"a.py": before})
    for mode in ("-q", "--check", "--diff"):
        done = run(mode, "a.py")
        assert done.status == 123
        assert done.err.startswith(
            "error: a.py: the new code holds '\\u20ac' on line 4, which the file's encoding"
            " iso-8859-1 cannot express; convert the file to UTF-8\n"
        )
    assert folder.files == {"a.py": before}


def test_an_error_of_our_own(folder: Folder, run: Invoke, use_engine: Callable[..., None]) -> None:
    def migrate(text: str, *_: object) -> Migration:
        if "bad" in text:
            raise KeyError("node")
        return Migration(text, text)

    use_engine(migrate)
    folder({"a.py": OLD + b"bad\n", "b.py": OLD})
    done = run(".")
    assert (done.status, done.out, done.err) == (
        123,
        "",
        "error: a.py: internal error: KeyError: 'node'; the file was left as it was; please report"
        " this together with the file and the output of -v\n"
        "2 files: 1 unchanged, 0 migrated, 0 migrated with work left, 0 skipped, 1 failed.\n",
    )
    done = run("-v", "a.py")
    assert "Traceback (most recent call last):\n" in done.err
    assert 'raise KeyError("node")\n' in done.err


@pytest.mark.parametrize(
    "deep",
    [
        pytest.param("x = a" + ".b()" * 400, id="an expression"),
        # LibCST notes where a block ends, of which nothing is known then.
        pytest.param("def f():\n    x = a" + ".b()" * 400, id="in a block"),
        pytest.param("if a: pass\n" + "elif a: pass\n" * 700, id="blocks"),
    ],
)
def test_nested_too_deeply(folder: Folder, run: Invoke, deep: str) -> None:
    folder({"a.py": SWEEP + f"\n{deep}\n".encode()})
    done = run("-q", "a.py")
    assert done.status == 123
    assert done.err == (
        "error: a.py: is nested too deeply to be understood; split up its longest expression\n"
    )


def test_a_search_of_its_own_that_does_not_end_is_no_nested_code(
    folder: Folder, run: Invoke, use_engine: Callable[..., None]
) -> None:
    def migrate(text: str, *_: object) -> Migration:
        return migrate(text, *_)

    use_engine(migrate)
    folder({"a.py": OLD})
    done = run("-q", "a.py")
    assert done.status == 123
    assert done.err.startswith("error: a.py: internal error: RecursionError: maximum recursion")
    assert done.err.endswith("please report this together with the file and the output of -v\n")


# What must be kept


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(codecs.BOM_UTF8 + SWEEP, id="byte order mark"),
        pytest.param(SWEEP.replace(b"\n", b"\r\n"), id="CRLF"),
        pytest.param(SWEEP.rstrip(b"\n"), id="no newline at the end"),
        pytest.param(b"# coding: latin-1\n# caf\xe9\n" + SWEEP, id="latin-1"),
        pytest.param(b"#!/usr/bin/env python\n# coding: cp1252\n# \x80\n" + SWEEP, id="cp1252"),
    ],
)
def test_bytes_that_are_not_ours_are_kept(folder: Folder, run: Invoke, before: bytes) -> None:
    folder({"a.py": before})
    assert run("-q", "a.py").status == 0
    after = folder.files["a.py"]
    assert after != before
    assert after.startswith(codecs.BOM_UTF8) == before.startswith(codecs.BOM_UTF8)
    assert (b"\r\n" in after) == (b"\r\n" in before)
    assert after.count(b"\n") == after.count(b"\r\n") or b"\r" not in before
    assert after.endswith(b"\n") == before.endswith(b"\n")
    for line in (b"# caf\xe9\n", b"# \x80\n", b"# coding: latin-1\n", b"# coding: cp1252\n"):
        assert (line in after) == (line in before)
    compile(after, "a.py", "exec")


def test_mode_bits_are_kept(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    Path("a.py").chmod(0o751)
    assert run("-q", "a.py").status == 0
    assert stat.S_IMODE(Path("a.py").stat().st_mode) == 0o751


def test_a_link_stays_a_link(folder: Folder, run: Invoke) -> None:
    folder({"elsewhere/target.py": SWEEP})
    Path("a.py").symlink_to("elsewhere/target.py")
    assert run("-q", "a.py").status == 0
    assert Path("a.py").is_symlink()
    assert list(folder.files) == ["elsewhere/target.py"]
    assert folder.files["elsewhere/target.py"] != SWEEP


# Writing


def test_a_file_that_changes_during_the_run(
    folder: Folder, run: Invoke, use_engine: Callable[..., None]
) -> None:
    def migrate(text: str, *_: object) -> Migration:
        Path("a.py").write_bytes(b"edited\n")
        return Migration(text, f"{text}# new\n")

    use_engine(migrate)
    folder({"a.py": OLD})
    done = run("a.py")
    assert (done.status, done.err) == (
        123,
        f"error: a.py: was changed by something else during the run; run again\n{ONE_FAILED}",
    )
    assert folder.files == {"a.py": b"edited\n"}


@ordinary_user
def test_a_read_only_file(
    folder: Folder, run_as_ordinary_user: Callable[..., tuple[int, str]]
) -> None:
    folder({"a.py": SWEEP})
    Path("a.py").chmod(0o444)
    assert run_as_ordinary_user("--check", "-q", "a.py") == (1, "")
    assert run_as_ordinary_user("-q", "a.py") == (
        123,
        "error: a.py: is read-only; make it writable\n",
    )
    assert folder.files == {"a.py": SWEEP}


@ordinary_user
def test_a_read_only_folder(
    folder: Folder, run_as_ordinary_user: Callable[..., tuple[int, str]]
) -> None:
    folder({"closed/a.py": SWEEP, "open/a.py": SWEEP})
    Path("closed").chmod(0o555)
    try:
        status, err = run_as_ordinary_user("-q", ".")
    finally:
        Path("closed").chmod(0o755)
    assert (status, err) == (
        123,
        "error: closed/a.py: permission denied; ask for the right to read and write the file and"
        " its folder\n",
    )
    assert folder.files["closed/a.py"] == SWEEP
    assert folder.files["open/a.py"] != SWEEP


@ordinary_user
@pytest.mark.parametrize("name", ["new.json", "old.json"])
def test_a_report_to_a_read_only_place_stops_the_run_before_it_starts(
    folder: Folder, run_as_ordinary_user: Callable[..., tuple[int, str]], name: str
) -> None:
    folder({"a.py": SWEEP, "closed/old.json": "{}"})
    Path("closed/old.json").chmod(0o444)
    Path("closed").chmod(0o555)
    try:
        status, err = run_as_ordinary_user("--report", f"json:closed/{name}", "a.py")
    finally:
        Path("closed").chmod(0o755)
    assert (status, err) == (
        123,
        f"error: cannot write the json report to closed/{name}: permission denied; name another"
        " file.\n",
    )
    assert folder.files == {"a.py": SWEEP, "closed/old.json": b"{}"}


# Interruptions

_SLOW_ENGINE = """\
import signal, sys, time, types
# A shell that starts this in the background has it ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
engine = types.ModuleType("raytune_migrate.engine")
sys.modules["raytune_migrate.engine"] = engine
from raytune_migrate.files import gate
from raytune_migrate.outcome import Migration
from raytune_migrate.cli import main

def migrate(text, *_):
    if "slow" in text:
        print("working", flush=True)
        time.sleep(60)
    return Migration(text, text + "# new\\n")

engine.migrate = migrate
gate.is_idle = lambda text: False
main()
"""


def test_ctrl_c_halfway(folder: Folder) -> None:
    folder({"a.py": OLD, "b.py": OLD + b"slow\n", "c.py": OLD})
    process = subprocess.Popen(
        [sys.executable, "-c", _SLOW_ENGINE, "."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "working\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (
        130,
        "marked a.py\nInterrupted: 1 file done, 2 left; nothing is half-written.\n",
    )
    assert folder.files == {"a.py": OLD + b"# new\n", "b.py": OLD + b"slow\n", "c.py": OLD}


@pytest.mark.parametrize("arguments", ["--diff .", "--diff --color ."])
def test_nobody_reads_the_patch_to_its_end(folder: Folder, arguments: str) -> None:
    folder({f"{number:03}.py": SWEEP for number in range(3)})
    command = f"{sys.executable} -m raytune_migrate -q {arguments} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_nobody_reads_the_report_but_the_work_is_done(folder: Folder) -> None:
    folder({f"{number:03}.py": SWEEP for number in range(3)})
    command = f"{sys.executable} -m raytune_migrate -v . 2> >(true); echo $?"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=True, timeout=60
    )
    assert (done.stdout, done.stderr) == ("0\n", "")
    assert SWEEP not in folder.files.values()
