"""Several files at once: the same files, output and sums as one after the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from raytune_migrate.outcome import Migration

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Folder, Invoke

CLEAN = "import os\n"
OLD = "import ray\nTuner(trainer)\n"
LEFT = "import ray\nTuner(broken)\n"
FILES = {
    **{f"a/{number:02}.py": OLD for number in range(6)},
    **{f"b/{number:02}.py": CLEAN for number in range(6)},
    **{f"c/{number:02}.py": LEFT for number in range(6)},
}


@pytest.mark.usefixtures("simple_engine")
@pytest.mark.parametrize("arguments", ["--diff .", "--check .", "-v --check .", "-q --check ."])
def test_two_jobs_say_what_one_says(folder: Folder, run: Invoke, arguments: str) -> None:
    folder(FILES)
    one = run("-j1", *arguments.split())
    assert one.status == 1
    assert run("-j2", *arguments.split()) == one
    assert folder.files == {name: text.encode() for name, text in FILES.items()}


@pytest.mark.usefixtures("simple_engine")
def test_two_jobs_write_what_one_writes(folder: Folder, run: Invoke) -> None:
    folder(FILES)
    one, written = run("-j1", "."), folder.files
    assert written != {name: text.encode() for name, text in FILES.items()}
    folder(FILES)
    assert run("-j2", ".") == one
    assert folder.files == written


@pytest.mark.usefixtures("simple_engine")
def test_reports_are_the_same(folder: Folder, run: Invoke) -> None:
    folder(FILES)
    reports = []
    for jobs in ("-j1", "-j2"):
        run(jobs, "--check", "--report", "sarif:report.sarif", ".")
        reports.append((folder.path / "report.sarif").read_text())
    assert reports[0] == reports[1]


def test_a_file_that_ends_its_process_fails_alone(
    folder: Folder, run: Invoke, use_engine: Callable[[Callable[..., Migration]], None]
) -> None:
    def migrate(text: str, *_: object) -> Migration:
        if "deadly" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        return Migration(text, f"{text}# new\n")

    use_engine(migrate)
    before = {f"{number}.py": OLD for number in range(9)} | {"4.py": f"{OLD}deadly\n"}
    folder(before)
    done = run("-j2", ".")
    assert (done.status, done.out) == (123, "")
    assert (
        "error: 4.py: internal error: the process that looked at it ended (SIGKILL), perhaps for"
        " want of memory; the file was left as it was; run again on it alone, and please report it"
        " if that fails\n"
    ) in done.err
    assert done.err.splitlines()[-1] == (
        "9 files: 0 unchanged, 8 migrated, 0 migrated with work left, 0 skipped, 1 failed."
    )
    after = {name: f"{text}# new\n" for name, text in before.items()} | {"4.py": before["4.py"]}
    assert folder.files == {name: text.encode() for name, text in after.items()}


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
        time.sleep(0.5)  # until the one before has been said
        print("working", flush=True)
        time.sleep(60)
    return Migration(text, text + "# new\\n")

engine.migrate = migrate
gate.is_idle = lambda text: False
main()
"""


def test_ctrl_c_ends_all_processes(folder: Folder) -> None:
    before = {"0.py": OLD, **{f"{number}.py": f"{OLD}slow\n" for number in range(1, 8)}}
    folder(before)
    process = subprocess.Popen(
        [sys.executable, "-c", _SLOW_ENGINE, "-j2", "."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "working\n"
    assert process.stderr.readline() == "marked 0.py\n"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it, to all of them
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (
        130,
        "Interrupted: 1 file done, 7 left; nothing is half-written.\n",
    )
    after = before | {"0.py": f"{OLD}# new\n"}
    assert folder.files == {name: text.encode() for name, text in after.items()}
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_number_of_jobs_is_needed(folder: Folder, run: Invoke, number: str) -> None:
    folder({"a.py": CLEAN})
    done = run("-j", number, ".")
    assert (done.status, done.out) == (2, "")
    assert "Invalid value for '-j' / '--jobs'" in done.err
