"""A Python whose processes need not import torch: they are forks of one that has.

A sweep on Ray is many processes of a few seconds, and most of them import for longer than they
train. What runs in them is Ray as it is: neither it nor the project is imported before the fork,
because they read the environment when they are.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = Path(__file__).parent
_NAME = "PYTHON_OF_SWEEPS"


def python() -> str:
    """The one that forks while there is one, else this."""
    return os.environ.get(_NAME, sys.executable)


@contextlib.contextmanager
def forking_python() -> Iterator[None]:
    """Let python() be an executable that takes the arguments of this one.

    What it runs ends with it.
    """
    with tempfile.TemporaryDirectory() as folder:  # a short path, as sockets need it
        socket = Path(folder, "socket")
        launcher = Path(folder, "python")
        code = (_FOLDER / "launcher.py").read_text(encoding="utf-8")
        launcher.write_text(f"#!{sys.executable} -IS\n{code}", encoding="utf-8")
        launcher.chmod(0o700)
        server = subprocess.Popen(
            [sys.executable, _FOLDER / "server.py", socket],
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(_NAME, str(launcher))
            yield
        server.communicate(timeout=60)
