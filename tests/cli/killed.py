"""Kills a run at each of its calls into the system, and looks at what it has left.

    python tests/cli/killed.py 200 --seconds 280 --folder /dev/shm/killed

The engine is one of a line, for what counts is how files are written. ``--every N`` tries each N-th
call only, and ``--skip N`` passes over those that an earlier run has tried.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

OLD = b"import ray\nTuner(trainer)\n" * 40
NEW = OLD.replace(b"trainer", b"driver")
LEFT = ".raytune-migrate-*.tmp"

# What is called of the system, and of files, while one file takes the place of another.
_CALLS = frozenset(
    {
        "access", "chmod", "chown", "close", "dup", "flock", "flush", "fstat", "fsync", "getxattr",
        "listxattr", "lstat", "open", "read", "readlink", "remove", "rename", "replace", "scandir",
        "setxattr", "stat", "unlink", "utime", "write",
    }
)  # fmt: skip


@dataclass
class Seen:
    """What a run that was killed has left."""

    old: int
    new: int
    left: int
    wrong: list[str]


def write_files(folder: Path, count: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number:03}.py").write_bytes(OLD)


def calls_of_a_run(folder: Path) -> int:
    """How many calls a run makes that nobody kills."""
    # What a run imports is there before the first of them starts.
    from raytune_migrate.run.pipeline import look
    from raytune_migrate.settings.options import Options

    _use_engine_of_a_line()
    look(next(folder.glob("*.py")), Options())
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        os.write(writer, str(_run(folder, kill_at=0)).encode())
        os._exit(0)
    os.waitpid(process, 0)
    os.close(writer)
    count = int(os.read(reader, 20))
    os.close(reader)
    return count


def killed_at(folder: Path, call: int) -> Seen:
    """Let a run be killed at a call, then another run go through; what the first one left."""
    process = os.fork()
    if process == 0:
        _run(folder, kill_at=call)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    seen = _look(folder)
    if not os.WIFSIGNALED(status):
        seen.wrong.append("was not killed")
    for one in folder.glob(LEFT):
        os.utime(one, (0, 0))  # nobody starts again within a second
    process = os.fork()
    if process == 0:
        _run(folder, kill_at=0)
        os._exit(0)
    os.waitpid(process, 0)
    after = _look(folder)
    if after.old or after.left:
        seen.wrong.append(f"the next run leaves {after.old} old files and {after.left} others")
    seen.wrong += after.wrong
    return seen


def _look(folder: Path) -> Seen:
    content = {one: one.read_bytes() for one in folder.iterdir()}
    left = [one for one in content if one.match(LEFT)]
    files = {one.name: data for one, data in content.items() if one not in left}
    wrong = [f"{name} is half-written" for name, data in files.items() if data not in (OLD, NEW)]
    every = list(files.values())
    return Seen(every.count(OLD), every.count(NEW), len(left), wrong)


def _run(folder: Path, kill_at: int) -> int:
    """A run over the folder, in this process; how many calls it made."""
    from raytune_migrate.files.find import find_files
    from raytune_migrate.run import pipeline
    from raytune_migrate.settings.options import Options

    _use_engine_of_a_line()
    replace_file, made = pipeline.replace_file, 0

    def profile(_frame: FrameType, event: str, function: Any) -> None:
        nonlocal made
        if event in ("c_call", "c_return") and function.__name__ in _CALLS:
            made += 1
            if made == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def watched(path: Path, *, before: bytes, after: bytes) -> None:
        sys.setprofile(profile)
        try:
            replace_file(path, before=before, after=after)
        finally:
            sys.setprofile(None)

    pipeline.replace_file = watched
    for path in find_files([folder]):
        pipeline.put_back(pipeline.look(Path(path), Options()), Options())
    return made


def _use_engine_of_a_line() -> None:
    from raytune_migrate.outcome import Migration

    engine = ModuleType("raytune_migrate.engine")
    engine.migrate = lambda text, *_: Migration(text, text.replace("trainer", "driver"))  # type: ignore[attr-defined]
    sys.modules["raytune_migrate.engine"] = engine


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill a run at each of its calls.")
    parser.add_argument("files", type=int)
    parser.add_argument("--folder", type=Path, default=Path("killed"))
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    write_files(given.folder, given.files)
    total, done, left, end = calls_of_a_run(given.folder), 0, 0, time.monotonic() + given.seconds
    wrong: list[str] = []
    for call in range(given.skip + 1, total + 1, given.every):
        if time.monotonic() > end:
            break
        write_files(given.folder, given.files)
        seen = killed_at(given.folder, call)
        done, left = done + 1, left + seen.left
        wrong += [f"call {call}: {one}" for one in seen.wrong]
    shutil.rmtree(given.folder)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(
        f"{given.files} files, {total} calls: killed at {done} of them from {given.skip + 1} on,"
        f" {left} times with a file left that the next run removed; {len(wrong)} wrong"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
