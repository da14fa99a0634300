"""A process of its own session, and how all that it started is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_GRACE_S = 10.0  # for Ray to stop what it has started
_POLL_S = 0.1


class Stop(Enum):
    """How a process came to its end."""

    ENDED = "ended"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended, with which status, and after how long."""

    stop: Stop
    status: int
    seconds: float


@contextlib.contextmanager
def sigterm_interrupts() -> Iterator[None]:
    """Have what ends this process from outside interrupt it as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run_process(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    output: Path,
    timeout: float | None,
) -> End:
    """Run a command, and write what it says to a file. Nothing that it started outlives it.

    Neither does it when this is interrupted: KeyboardInterrupt passes through.
    """
    start = time.monotonic()
    with output.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(timeout)
            stop = Stop.ENDED
        except subprocess.TimeoutExpired:
            stop = Stop.TIMEOUT
        finally:
            _end(process)
    return End(stop, process.returncode, time.monotonic() - start)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and its session, Ray's daemons and workers among them, each by its id."""
    with contextlib.suppress(KeyboardInterrupt):  # a second one: no grace
        _let_end(process)
    for pid in [*_others(process.pid), *([process.pid] if process.poll() is None else [])]:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def _let_end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()  # Ray's driver then stops its own cluster
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
    deadline = time.monotonic() + _GRACE_S
    while process.poll() is not None and _others(process.pid) and time.monotonic() < deadline:
        time.sleep(_POLL_S)


def _others(session: int) -> list[int]:
    """The processes of a session, without its leader; those of its group where /proc is missing."""
    if not Path("/proc/self/stat").exists():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(session, signal.SIGKILL)
        return []
    return [pid for pid, its in _sessions() if its == session and pid != session]


def _sessions() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                # The name, in brackets, may hold anything; the state comes behind it.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    yield int(entry.name), int(fields[3])
