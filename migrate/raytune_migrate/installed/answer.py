"""Runs in the project's own Python: says which calls and imports the Ray installed there takes.

A script of its own, which imports nothing of the codemod: that Python need not have it, and may be
older. A line of JSON on stdin asks; a line on stdout answers.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import os
import sys
import warnings
from importlib.metadata import PackageNotFoundError, version
from typing import Any

FITS, LACKS, UNKNOWN = "fits", "lacks", "unknown"
_RUNTIME = "raytune_runtime"


class _Missing(Exception):
    """There is no such name."""


class _Unknown(Exception):
    """Whether there is such a name cannot be found out here."""


def release() -> str | None:
    """The release of Ray that an import would find; None where there is none."""
    try:
        return version("ray") if importlib.util.find_spec("ray") is not None else None
    except (PackageNotFoundError, ValueError):
        return None  # a folder that is called so


def answer(question: dict[str, Any], runtime: str) -> list[str]:
    """What is to be said of one question: ``[kind, detail]``.

    It has a ``name``, and where it is called ``call``: how many positional arguments, the keywords,
    and whether there are more that are not known. ``runtime`` is the folder of the codemod's
    own runtime, for where none is installed.
    """
    name = question["name"]
    try:
        found = _found(name, runtime)
        if question["call"] is not None:
            _bind(found, *question["call"])
    except _Missing as error:
        return [LACKS, str(error)]
    except _Unknown as error:
        return [UNKNOWN, str(error)]
    return [FITS, ""]


def _found(name: str, runtime: str) -> Any:
    parts = name.split(".")
    if parts[0] == _RUNTIME and importlib.util.find_spec(_RUNTIME) is None:
        _load_runtime(runtime)
    found = _module(parts[0])
    for number, part in enumerate(parts[1:], start=2):
        path = ".".join(parts[:number])
        found = _member(found, part, path)
    return found


def _member(owner: Any, name: str, path: str) -> Any:
    try:
        return getattr(owner, name)
    except AttributeError:
        pass
    except Exception as error:
        raise _Unknown(_said(path, error)) from error
    if not inspect.ismodule(owner):
        raise _Missing(f"there is no {path}")
    return _module(path)


def _module(path: str) -> Any:
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name == path:
            raise _Missing(f"there is no {path}") from error
        raise _Unknown(_said(path, error)) from error
    except BaseException as error:  # whatever code runs there
        raise _Unknown(_said(path, error)) from error


def _load_runtime(folder: str) -> None:
    """Import the codemod's own runtime, and nothing else that lies beside it."""
    if _RUNTIME in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(
        _RUNTIME, f"{folder}/__init__.py", submodule_search_locations=[folder]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[_RUNTIME] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[_RUNTIME]
        raise _Unknown(_said(_RUNTIME, error)) from error


def _bind(found: Any, count: int, keywords: list[str], open_ended: bool) -> None:
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError) as error:
        raise _Unknown(str(error)) from error
    bind = signature.bind_partial if open_ended else signature.bind
    try:
        bind(*[None] * count, **dict.fromkeys(keywords))
    except TypeError as error:
        raise _Missing(str(error)) from error


def _said(path: str, error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{path} ({type(error).__name__}{': ' + lines[0] if lines else ''})"


def main() -> None:
    """Answer until nobody asks any more."""
    warnings.simplefilter("ignore")
    # What is imported may print; answers have a way of their own.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    runtime = sys.argv[1]
    print(json.dumps({"release": release()}), file=answers, flush=True)
    for line in sys.stdin.buffer:
        done = [answer(question, runtime) for question in json.loads(line)]
        print(json.dumps(done), file=answers, flush=True)


if __name__ == "__main__":
    main()
