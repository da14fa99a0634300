"""A local Ray for many sweeps, which ends with who started it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from forking import python

if TYPE_CHECKING:
    from collections.abc import Iterator

# Serves until its stdin is closed, which also happens when the process that started it dies.
_HEAD_NODE = """
import sys
import ray
sys.executable = sys.argv[1]  # of the workers
context = ray.init(
    address="local", num_cpus=8, include_dashboard=False, object_store_memory=256 * 1024**2
)
print("address:", context.address_info["address"], flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def head_node() -> Iterator[str]:
    """The address of a head node with 8 logical CPUs, which is also in RAY_ADDRESS."""
    with pytest.MonkeyPatch.context() as patch:
        # Ray 2.59 and later ask for a token that only the process that started the node has.
        patch.setenv("RAY_AUTH_MODE", "disabled")
        node = subprocess.Popen(
            [sys.executable, "-c", _HEAD_NODE, python()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"},
            text=True,
        )
        assert node.stdout is not None
        address = next(line.split()[1] for line in node.stdout if line.startswith("address:"))
        patch.setenv("RAY_ADDRESS", address)
        yield address
        node.communicate(timeout=60)
