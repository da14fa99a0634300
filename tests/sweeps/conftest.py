"""One local Ray for all sweeps of a test session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from forking import forking_python
from head_node import head_node
from xdist.scheduler import LoadScopeScheduling


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
    with head_node() as address:
        yield address


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
