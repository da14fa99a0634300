"""A cluster that Ray's autoscaler makes grow, all on this machine.

As a script: starts the head node, which has room for no trial of two workers, prints its address,
and serves until its stdin is closed, which also happens when the tests die. Up to two nodes of 2
CPUs come when they are asked for, and go when they have been idle for three seconds.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import ray
from ray._private import parameter
from ray.autoscaler._private.fake_multi_node.node_provider import FakeMultiNodeProvider

HEAD = "ray.head.default"
MEMORY = 80 * 1024**2

# What a cluster's configuration has to have, whatever it is.
NOT_USED: dict[str, Any] = {
    **{key: {} for key in ("auth", "docker", "file_mounts")},
    **{f"{key}_commands": [] for key in ("initialization", "setup", "head_setup", "worker_setup")},
    **{f"{key}_start_ray_commands": [] for key in ("head", "worker")},
    **{key: [] for key in ("cluster_synced_files", "rsync_exclude", "rsync_filter")},
    "file_mounts_sync_continuously": False,
}


class Nodes(FakeMultiNodeProvider):
    """Nodes with addresses of their own, as the nodes of a real cluster have: 127.0.0.2 and so on.

    The autoscaler imports it by its name.
    """

    def _create_node_with_resources_and_labels(self, *arguments: Any) -> None:
        address = f"127.0.0.{self._next_node_id + 2}"
        with_address = partial(parameter.RayParams, node_ip_address=address)
        with patch.object(parameter, "RayParams", with_address):
            super()._create_node_with_resources_and_labels(*arguments)


def configuration(address: str) -> dict[str, Any]:
    """The autoscaler's, for the head node at that address."""
    return {
        **NOT_USED,
        "cluster_name": "growing",
        "max_workers": 2,
        "provider": {
            "type": "external",
            "module": f"{Path(__file__).stem}.{Nodes.__name__}",
            "gcs_address": address,
            "use_node_id_as_ip": True,
            "disable_node_updaters": True,
            "disable_launch_config_check": True,
        },
        "available_node_types": {
            HEAD: {"resources": {"CPU": 1}, "node_config": {}, "max_workers": 0},
            "worker": {
                "resources": {"CPU": 2, "object_store_memory": MEMORY},
                "node_config": {},
                "max_workers": 2,
            },
        },
        "head_node_type": HEAD,
        "upscaling_speed": 1.0,
        "idle_timeout_minutes": 0.05,
    }


def main() -> None:
    """Serve."""
    with socket.socket() as free:
        free.bind(("", 0))
        port = free.getsockname()[1]
    address = f"{ray.util.get_node_ip_address()}:{port}"
    here = str(Path(__file__).parent)
    with tempfile.TemporaryDirectory() as directory:
        config = Path(directory, "cluster.json")
        config.write_text(json.dumps(configuration(address)))
        head = subprocess.Popen(
            [
                *(Path(sys.executable).with_name("ray"), "start", "--head", "--block"),
                *(f"--port={port}", "--num-cpus=1", f"--object-store-memory={MEMORY}"),
                *("--include-dashboard=false", f"--autoscaling-config={config}"),
                # In the usual place it would leave its address for every Ray of this machine.
                f"--temp-dir={directory}",
            ],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH")))),
                "RAY_FAKE_CLUSTER": "1",
                "AUTOSCALER_UPDATE_INTERVAL_S": "1",
                "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        assert head.stdout is not None
        next(line for line in head.stdout if "Ray runtime started" in line)
        print("address:", address, flush=True)
        sys.stdin.read()
        head.terminate()
        head.communicate()


if __name__ == "__main__":
    main()
