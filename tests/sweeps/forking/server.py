"""Forks a process that has imported much, for each launcher that asks for one."""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import json
import os
import re
import selectors
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

# What Ray and the sweeps import, of which nothing depends on the environment.
PACKAGES = (
    "torch",
    "pandas",
    "pyarrow.dataset",
    "pyarrow.fs",
    "pydantic",
    "requests",
    "fsspec",
    "rich.console",
    "rich.table",
    "google.protobuf.json_format",
    "jsonschema",
    "psutil",
    "tensorboardX",
    "xgboost",
    "lightgbm",
    "yaml",
)
INSTALLED = tuple(sys.path[1:])  # after the folder of this script


@dataclass(frozen=True)
class Request:
    """What a launcher was started with."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    streams: list[int]


@dataclass(frozen=True)
class Fork:
    """A process that runs, as a number and as a file, and the launcher that waits for it."""

    process: int
    ended: int
    launcher: socket.socket


def main() -> None:
    """Serve until standard input is closed, then end all forks."""
    for name in PACKAGES:
        with contextlib.suppress(ImportError):  # not of every release of Ray
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a collection would write to pages that are shared
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(sys.argv[1])
        listener.listen(64)
        print("ready", flush=True)
        request = next_in_fork(listener)
    if request is not None:
        become(request)


def next_in_fork(listener: socket.socket) -> Request | None:
    """Return in each fork with its request, and without one at the end."""
    with selectors.DefaultSelector() as events:
        events.register(listener, selectors.EVENT_READ)
        events.register(sys.stdin, selectors.EVENT_READ)
        while True:
            for key, _ in events.select():
                if key.fileobj is sys.stdin:
                    for fork in {one.data for one in events.get_map().values() if one.data}:
                        os.kill(fork.process, signal.SIGKILL)
                    return None
                if key.fileobj is listener:
                    launcher, _ = listener.accept()
                    request = received(launcher)
                    process = os.fork()
                    if process == 0:
                        for one in list(events.get_map().values()):
                            if one.data:
                                os.close(one.fd)
                        launcher.close()
                        return request
                    for stream in request.streams:
                        os.close(stream)
                    launcher.sendall(process.to_bytes(8, "big"))
                    fork = Fork(process, os.pidfd_open(process), launcher)
                    events.register(fork.ended, selectors.EVENT_READ, fork)
                    events.register(launcher, selectors.EVENT_READ, fork)
                elif key.fd == key.data.ended:
                    end(key.data, events)
                elif key.fd in events.get_map():  # the launcher was killed
                    os.kill(key.data.process, signal.SIGKILL)
                    events.unregister(key.data.launcher)


def received(launcher: socket.socket) -> Request:
    """What a launcher sends: a length and its streams, then the rest."""
    head, streams, _, _ = socket.recv_fds(launcher, 8, 3)
    with launcher.makefile("rb") as file:
        arguments, environment, folder = json.loads(file.read(int.from_bytes(head, "big")))
    return Request(arguments, environment, folder, streams)


def end(fork: Fork, events: selectors.BaseSelector) -> None:
    """Tell the launcher how its fork ended."""
    _, status = os.waitpid(fork.process, 0)
    code = os.waitstatus_to_exitcode(status)
    events.unregister(fork.ended)
    os.close(fork.ended)
    if fork.launcher in {one.fileobj for one in events.get_map().values()}:
        events.unregister(fork.launcher)
        fork.launcher.sendall(code.to_bytes(8, "big", signed=True))
    fork.launcher.close()


def become(request: Request) -> None:
    """Run the script of a request as a process that was started with it would."""
    for standard, stream in enumerate(request.streams):
        os.dup2(stream, standard)
        os.close(stream)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # else all forks would draw the same
    os.setsid()
    os.chdir(request.folder)
    os.environ.clear()
    os.environ.update(request.environment)
    script, *arguments = without_setup(request.arguments)
    sys.argv[:] = [script, *arguments]
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:] = [str(Path(script).parent), *filter(None, paths), *INSTALLED]
    main_module = sys.modules["__main__"] = ModuleType("__main__")
    main_module.__file__ = script
    exec(compile(Path(script).read_bytes(), script, "exec"), vars(main_module))


def without_setup(arguments: list[str]) -> list[str]:
    """The script that Ray's setup_worker.py would replace its process by, and its arguments.

    That script imports Ray before the variables of the worker are set, and the worker after it.
    """
    setup, *rest = arguments
    if Path(setup).name != "setup_worker.py":
        return arguments
    options = argparse.ArgumentParser()
    options.add_argument("--serialized-runtime-env-context", dest="context", default="{}")
    options.add_argument("--language")
    given, rest = options.parse_known_args(rest)
    context = json.loads(given.context)
    variables = context.pop("env_vars", {})
    context.pop("py_executable", None)
    if given.language != "PYTHON" or any(context.values()):
        os.execv(sys.executable, [sys.executable, *arguments])
    for name, value in variables.items():
        os.environ[name] = re.sub(r"\$\{[A-Z0-9_]+\}", "", os.path.expandvars(value))
    return [one for one in rest if one != "-u"]


if __name__ == "__main__":
    main()
