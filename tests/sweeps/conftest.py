"""One local Ray for all sweeps of a test session."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from forking import forking_python, python
from xdist.scheduler import LoadScopeScheduling

# Serves until its stdin is closed, which also happens when the test session dies.
HEAD_NODE = """
import sys
import ray
sys.executable = sys.argv[1]  # of the workers
context = ray.init(
    address="local", num_cpus=8, include_dashboard=False, object_store_memory=256 * 1024**2
)
print("address:", context.address_info["address"], flush=True)
sys.stdin.read()
"""


class PairsLast(LoadScopeScheduling):
    """Files go to one process as a whole, the largest first; pairs fill up what time is left."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if Path(file).stem == "test_fixture_pairs" else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    return PairsLast(config, log)


@pytest.fixture(scope="session")
def forks() -> Iterator[None]:
    """Processes that are started by forking.python() begin with much imported."""
    with forking_python():
        yield


@pytest.fixture(scope="session")
def ray_cluster(forks: None) -> Iterator[str]:
    """The address of a head node with 8 logical CPUs, which is also in RAY_ADDRESS."""
    with pytest.MonkeyPatch.context() as patch:
        # Ray 2.59 and later ask for a token that only the process that started the node has.
        patch.setenv("RAY_AUTH_MODE", "disabled")
        node = subprocess.Popen(
            [sys.executable, "-c", HEAD_NODE, python()],
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


@pytest.fixture(scope="module")
def connection(ray_cluster: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """This process is a driver of that node, and workers get the test module itself."""
    import ray
    from ray import cloudpickle

    cloudpickle.register_pickle_by_value(request.module)  # they cannot import it
    ray.init(log_to_driver=False)
    yield
    ray.shutdown()
    cloudpickle.unregister_pickle_by_value(request.module)
