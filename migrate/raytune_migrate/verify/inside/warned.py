"""The deprecations that Ray itself warns of while a script runs, at the user's own lines."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import warnings
from pathlib import Path
from typing import Any

_MIGRATED = ("ray.train", "ray.tune", "ray.air")
_HELPERS = ("ray.train.utils", "ray.util.annotations")  # which warn for others


def module_of(frame: Any) -> str:
    """The name of the module whose code runs in a frame."""
    return str(frame.f_globals.get("__name__", ""))


def keep_warnings(folder: str) -> None:
    """Write each warning of Ray about what is deprecated to a file of this process in *folder*.

    Ray names lines of its own; the user's are found above them on the stack.
    """
    warn = warnings.warn
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    libraries |= {sysconfig.get_path("stdlib")}

    def is_own(frame: Any) -> bool:
        file = frame.f_code.co_filename
        return not (
            module_of(frame).partition(".")[0] in ("ray", "raytune_runtime", "_raytune_verify")
            or file.startswith("<")
            or any(file.startswith(one + os.sep) for one in libraries)
        )

    def users_line(frame: Any) -> Any:
        """The user's own frame that led to a warning of Ray; None where Ray itself is to blame."""
        if module_of(frame).partition(".")[0] != "ray":
            return None
        while module_of(frame) in _HELPERS:
            frame = frame.f_back
        # Of other parts of Ray, what the user calls: their use of each other is not the user's.
        if not (module_of(frame).startswith(_MIGRATED) or is_own(frame) or is_own(frame.f_back)):
            return None
        while frame is not None and not is_own(frame):
            frame = frame.f_back
        return frame

    def watched(
        message: Any, category: Any = None, stacklevel: int = 1, *more: Any, **named: Any
    ) -> None:
        kind = type(message) if isinstance(message, Warning) else category
        if isinstance(kind, type) and issubclass(kind, DeprecationWarning):
            frame = users_line(sys._getframe(1))
            if frame is not None:
                said = {
                    "file": frame.f_code.co_filename,
                    "line": frame.f_lineno,
                    "message": str(message).strip(),
                }
                with Path(folder, f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as out:
                    out.write(json.dumps(said) + "\n")
        warn(message, category, stacklevel + 1, *more, **named)

    warnings.warn = watched
