"""Sweeps on a cluster of several nodes: as many trials at once as under Train V1, and no deadlock.

The sweeps are in `cluster_sweeps.py`, which runs on V1 as it is and on V2 as the codemod leaves it.
How many trials ran at once is counted by the trials: each waits for that many to have started.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from forking import python

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.ray, pytest.mark.timeout(1200)]

CLUSTER_SWEEPS = Path(__file__).with_name("cluster_sweeps.py")

# Takes commands, one a line, until its stdin is closed, which also happens when the tests die.
# Nodes have addresses of their own, as the nodes of a real cluster have: 127.0.0.2, and so on.
CLUSTER = """
import itertools
import sys
from ray.cluster_utils import Cluster

sys.executable = sys.argv[1]  # of the workers
MEMORY = {"object_store_memory": 80 * 1024**2}
addresses = (f"127.0.0.{number}" for number in itertools.count(2))
head = {"num_cpus": 0, "include_dashboard": False, **MEMORY}
cluster = Cluster(initialize_head=True, head_node_args=head)

def add(**resources):
    return cluster.add_node(node_ip_address=next(addresses), **resources, **MEMORY)

stays, goes = add(num_cpus=4, num_gpus=4, resources={"on_demand": 1}), add(num_cpus=3, num_gpus=4)
cluster.wait_for_nodes()
print("address:", cluster.address, flush=True)
for command in sys.stdin:
    cluster.remove_node(goes, allow_graceful=False)
    goes = add(num_cpus=3, num_gpus=4)
    print("replaced", flush=True)
cluster.shutdown()
"""


class Both(NamedTuple):
    """What sweeps told under V1 and under V2."""

    v1: dict[str, Any]
    v2: dict[str, Any]

    def last(self, sweep: str, key: str) -> list[Any]:
        """A metric of the last report of each trial, which has to be the same under both."""
        v1, v2 = ([trial.get(key, trial) for trial in told[sweep]["trials"]] for told in self)
        assert v1 == v2
        assert self.v2[sweep]["free"]
        return v2


class Nodes:
    """A head node without CPUs, a node of 4 CPUs and ``on_demand``, and one of 3 CPUs.

    Both have 4 GPUs, of which Ray only counts how many are taken.
    """

    def __init__(self, directory: Path) -> None:
        self.environment = {k: v for k, v in os.environ.items() if k != "RAY_ADDRESS"}
        # Ray 2.59 and later ask for a token that only the process that started the node has.
        self.environment["RAY_AUTH_MODE"] = "disabled"
        self.process = subprocess.Popen(
            [sys.executable, "-c", CLUSTER, python()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment,
            text=True,
        )
        self.environment["RAY_ADDRESS"] = self._answer("address:").split()[1]
        self.migrated = directory / "migrated_sweeps.py"
        shutil.copy(CLUSTER_SWEEPS, self.migrated)
        migrate = [sys.executable, "-m", "raytune_migrate", "--ray-version", "2.60"]
        subprocess.run([*migrate, self.migrated], check=True, timeout=120)

    def _answer(self, start: str) -> str:
        assert self.process.stdout is not None
        return next(line for line in self.process.stdout if line.startswith(start))

    def replace_node(self) -> None:
        """Kill the node of 3 CPUs with all that runs on it, and add another like it."""
        assert self.process.stdin is not None
        self.process.stdin.write("replace\n")
        self.process.stdin.flush()
        self._answer("replaced")

    def start(self, directory: Path, *sweeps: str, v2: bool) -> subprocess.Popen[str]:
        script = self.migrated if v2 else CLUSTER_SWEEPS
        return subprocess.Popen(
            [python(), script, directory / "told.json", directory, *sweeps],
            env={
                **self.environment,
                "RAY_TRAIN_V2_ENABLED": str(int(v2)),
                "HOME": str(directory),  # where Tune stores by default
            },
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, script: subprocess.Popen[str], directory: Path) -> dict[str, Any]:
        try:
            _, errors = script.communicate(timeout=600)
        finally:
            script.kill()
        assert script.returncode == 0, errors
        told: dict[str, Any] = json.loads((directory / "told.json").read_text())
        return told

    def run_both(self, directory: Path, *sweeps: str) -> Both:
        """What the sweeps tell under V1 and V2."""
        told = []
        for version in ("v1", "v2"):
            (directory / version).mkdir()
            script = self.start(directory / version, *sweeps, v2=version == "v2")
            told.append(self.finish(script, directory / version))
        return Both(*told)

    def end(self) -> None:
        self.process.communicate(timeout=120)


@pytest.fixture(scope="module")
def nodes(forks: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    nodes = Nodes(tmp_path_factory.mktemp("migrated"))
    yield nodes
    nodes.end()


def test_as_many_trials_at_once(nodes: Nodes, tmp_path: Path) -> None:
    told = nodes.run_both(tmp_path, "small_trials", "large_workers", "gpus", "beside_others")
    assert told.last("small_trials", "met") == [True] * 4
    assert told.last("large_workers", "met") == [True] * 2
    assert told.last("gpus", "met") == [True] * 3
    assert told.last("beside_others", "met") == [True] * 3


def test_a_lost_node_costs_the_trial_one_retry(nodes: Nodes, tmp_path: Path) -> None:
    told = []
    for version in ("v1", "v2"):
        directory = tmp_path / version
        directory.mkdir()
        script = nodes.start(directory, "lost_node", v2=version == "v2")
        while not (directory / "lost_node" / "training").exists():
            assert script.poll() is None
            time.sleep(0.1)
        nodes.replace_node()
        told.append(nodes.finish(script, directory))
    both = Both(*told)
    assert both.last("lost_node", "step") == [4]
    assert both.last("lost_node", "start") == [2]
    assert both.last("lost_node", "training_iteration") == [4]
    assert both.last("lost_node", "node_ip") == ["127.0.0.2"]
