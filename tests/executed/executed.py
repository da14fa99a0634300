"""Executes scripts up to the point where Ray would train, each in a process of its own.

``python executed.py OUT.json SCRIPT...``

Ray is the installed one: its modules, its constructors and its checks. Packages that are not
installed are inert, no cluster is started, and of each sweep the driver function runs once, with
one sample of the search space. Ray is imported once, and each script is run in a fork.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import runpy
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ray
import ray.train.lightgbm
import ray.train.torch
import ray.train.xgboost
import ray.tune
from inert import INERT, Inert, InertBase, InertFinder
from stopped import stop_ray

import raytune_runtime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType, TracebackType

TIME_LIMIT_S = 60

CONSTRUCTORS = (ray.train, ray.tune, ray.train.torch, ray.train.xgboost, ray.train.lightgbm)

RAY = str(Path(ray.__file__).parent)
RUNTIME = str(Path(raytune_runtime.__file__).parent)


class End(str, Enum):
    """How a script ended."""

    RAN = "ran"
    RAY = "ray"  # Ray or the runtime refused something, or lacks a name
    SCRIPT = "script"  # the rest: a file that is missing, a value that nothing was computed for
    TIMEOUT = "timeout"


@dataclass(frozen=True)
class Execution:
    """What became of one script."""

    script: str
    end: End
    error: str | None = None
    line: int | None = None
    ran: dict[str, int] = field(default_factory=dict)
    trace: str | None = None


def execute(script: Path) -> Execution:
    """Runs the script as ``__main__`` in a fork, in a directory that is empty."""
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory, "execution.json")
        child = os.fork()
        if child == 0:
            try:
                end = _execute_here(script, Path(directory))
                report.write_text(json.dumps(asdict(end)), encoding="utf-8")
            finally:
                os._exit(0)
        _wait_for(child)
        if not report.exists():
            return Execution(str(script), End.TIMEOUT)
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return Execution(**{**found, "end": End(found["end"])})


def _wait_for(child: int) -> None:
    until = time.monotonic() + TIME_LIMIT_S
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.01)


def _execute_here(script: Path, directory: Path) -> Execution:
    work = directory / "work"
    work.mkdir()
    os.chdir(work)
    os.environ["HOME"] = tempfile.tempdir = str(work)
    sys.argv = [str(script)]
    sys.path[0] = str(work)
    sys.meta_path.append(InertFinder())
    sys.dont_write_bytecode = True
    _make_arguments_optional()
    _stay_inside(directory)
    quiet = os.open(work / "output", os.O_WRONLY | os.O_CREAT)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    ran = stop_ray()
    try:
        runpy.run_path(str(script), run_name="__main__")
    except SystemExit as end:
        if end.code not in (None, 0):
            return Execution(str(script), End.SCRIPT, f"SystemExit: {end.code}", ran=dict(ran))
    except BaseException as error:
        return _failure(script, error, dict(ran))
    return Execution(str(script), End.RAN, ran=dict(ran))


def _failure(script: Path, error: BaseException, ran: dict[str, int]) -> Execution:
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(script)
    ]
    return Execution(
        str(script),
        End.RAY if _is_of_ray(error, script) else End.SCRIPT,
        f"{type(error).__name__}: {error}",
        lines[-1] if lines else None,
        ran,
        "".join(traceback.format_exception(error)[-12:]),
    )


def _is_of_ray(error: BaseException, script: Path) -> bool:
    """Whether the error is what Ray makes of the script, and not of what is inert in it."""
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "ray":
        return True
    if isinstance(error, AttributeError) and "module 'ray" in str(error):
        return True
    frames = _frames(error.__traceback__)
    # The driver function is called by Ray in its turn: what the script has called last counts.
    files = [one.f_code.co_filename for one in frames]
    called = frames[len(files) - files[::-1].index(str(script)) :] if str(script) in files else []
    if not any(one.f_code.co_filename.startswith((RAY, RUNTIME)) for one in called):
        return _refuses_argument(error)
    return not any(_is_inert(value) for frame in called for value in frame.f_locals.values())


def _refuses_argument(error: BaseException) -> bool:
    """Whether a class of Ray has no such parameter, which Python finds in the caller's frame."""
    found = re.match(r"(\w+)\.__init__\(\) ", str(error))
    return (
        isinstance(error, TypeError)
        and found is not None
        and any(hasattr(module, found[1]) for module in CONSTRUCTORS)
    )


def _frames(trace: TracebackType | None) -> Sequence[FrameType]:
    frames = []
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    return frames


def _is_inert(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_is_inert, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_is_inert, value))
    if type(value).__module__.startswith("ray.") and hasattr(value, "__dict__"):
        return any(type(one) is Inert for one in vars(value).values())
    return type(value) is Inert or InertBase in type(value).__mro__


def _make_arguments_optional() -> None:
    """What a command line must have is inert where it has no other value."""
    add = argparse._ActionsContainer._add_action

    def add_optional(self: Any, action: argparse.Action) -> argparse.Action:
        if action.required:
            action.required = False
            action.default = action.choices[0] if isinstance(action.choices, list) else INERT
            if not action.option_strings:
                action.nargs = "?"
        return add(self, action)

    argparse._ActionsContainer._add_action = add_optional  # type: ignore[assignment]


def _stay_inside(directory: Path) -> None:
    """Refuses to start programs, to connect to anything and to change files elsewhere."""
    starts = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect"}
    changes = {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "shutil.rmtree", "os.symlink"}
    inside = (str(directory), os.devnull)

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in starts:
            raise PermissionError(event)
        path = arguments[0] if arguments else ""
        written = event == "open" and bool(
            set(arguments[1] or "") & set("wax+") or (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        )
        if event in changes or written:
            with contextlib.suppress(TypeError, ValueError):
                if not os.path.realpath(path).startswith(inside):
                    raise PermissionError(f"{event} {path}")

    sys.addaudithook(refuse)


def main() -> None:
    """Writes what became of each script."""
    out, *scripts = sys.argv[1:]
    executions = [execute(Path(script).absolute()) for script in scripts]
    Path(out).write_text(json.dumps([asdict(one) for one in executions], indent=1), "utf-8")


if __name__ == "__main__":
    main()
