"""Runs scripts one after the other, each as ``__main__`` with a folder of its own.

A line that begins with ``PACK`` stands behind what each prints, and says how many sweeps the
recorder has seen by then.
"""

import json
import os
import sys
import traceback
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

PACK = "pack:"


def main(paths: list[str]) -> None:
    """Run these."""
    start = Path.cwd()
    for path in paths:
        name = Path(path).stem
        folder = start / name
        folder.mkdir()
        os.chdir(folder)
        error = run(path)
        recording = recorded(sys._getframe())
        counts = [len(recording.sweeps), len(recording.runs), len(recording.fits)]
        print(PACK, json.dumps({"name": name, "counts": counts, "error": error}))
    os.chdir(start)


def run(path: str) -> str | None:
    """Run one, and return how it failed."""
    module = sys.modules["__main__"]
    script = ModuleType("__main__")
    script.__file__ = path
    sys.modules["__main__"] = script
    sys.argv = [path]
    try:
        # Under this file's name, for the recorder keeps what that prints.
        code = compile(Path(path).read_text("utf-8"), __file__, "exec", dont_inherit=True)
        exec(code, script.__dict__)
    except Exception as error:
        traceback.print_exc()
        return f"{type(error).__name__}: {error}"
    finally:
        sys.modules["__main__"] = module
    return None


def recorded(frame: FrameType | None) -> Any:
    """What the recorder, which runs this file, has kept so far."""
    while frame is not None:
        if "recording" in frame.f_locals and hasattr(frame.f_locals["recording"], "sweeps"):
            return frame.f_locals["recording"]
        frame = frame.f_back
    raise RuntimeError("runs under the recorder only")


if __name__ == "__main__":
    main(sys.argv[1:])
