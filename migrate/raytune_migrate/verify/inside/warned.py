"""The deprecations that Ray itself warns of while a script runs, at the user's own lines."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import warnings
from pathlib import Path
from typing import Any


def keep_warnings(folder: str) -> None:
    """Write each warning of Ray about what is deprecated to a file of this process in *folder*.

    Ray names lines of its own; the user's are found above them on the stack.
    """
    warn = warnings.warn
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    libraries |= {sysconfig.get_path("stdlib")}

    def is_own(frame: Any) -> bool:
        file, name = frame.f_code.co_filename, str(frame.f_globals.get("__name__", ""))
        return not (
            name.partition(".")[0] in ("ray", "raytune_runtime", "_raytune_verify")
            or file.startswith("<")
            or any(file.startswith(one + os.sep) for one in libraries)
        )

    def watched(
        message: Any, category: Any = None, stacklevel: int = 1, *more: Any, **named: Any
    ) -> None:
        kind = type(message) if isinstance(message, Warning) else category
        caller = sys._getframe(1)
        from_ray = str(caller.f_globals.get("__name__", "")).partition(".")[0] == "ray"
        if from_ray and isinstance(kind, type) and issubclass(kind, DeprecationWarning):
            frame: Any = caller
            while frame is not None and not is_own(frame):
                frame = frame.f_back
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
