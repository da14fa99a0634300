"""A migrated sweep leaves in every kind of storage what Train V1 left, and finds it again."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.fs
import pytest
from forking import python
from moto.server import ThreadedMotoServer

if TYPE_CHECKING:
    from collections.abc import Iterator

# All sweeps run before the first test, which takes what they take.
pytestmark = [
    pytest.mark.ray,
    pytest.mark.slow,
    pytest.mark.timeout(1300),
    pytest.mark.usefixtures("ray_cluster"),
]

STORED_SWEEP = Path(__file__).with_name("stored_sweep.py")

KINDS = [
    "default",
    "several workers",
    "odd characters",
    "file URI",
    "subtree",
    "fsspec",
    "S3 URI",
    "S3 filesystem",
]

# What Train V2 writes beside the checkpoints, in each trial's directory.
OF_TRAIN = ".validate_storage_marker"

Found = dict[str, Any]


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Host and port of an S3 server on this machine, with a bucket."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "nobody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")  # or it is asked for other credentials
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        endpoint = f"{host}:{port}"
        pyarrow.fs.S3FileSystem(
            endpoint_override=endpoint, scheme="http", allow_bucket_creation=True
        ).create_dir("bucket")
        yield endpoint
        server.stop()


@pytest.fixture(scope="module")
def both(
    ray_cluster: str, s3: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Found, Found]:
    """What was found by kind of storage, of V1 and of V2."""
    v1, v2 = (start(tmp_path_factory.mktemp(name), s3, v2=name == "v2") for name in ("v1", "v2"))
    return v1, v2


def start(directory: Path, s3: str, *, v2: bool) -> Found:
    """Run the sweeps; the default storage is in `directory`, too."""
    found = directory / "found.json"
    settings = {"directory": str(directory), "s3": s3, "kinds": KINDS}
    done = subprocess.run(
        [python(), STORED_SWEEP, found, json.dumps(settings)],
        env={**os.environ, "RAY_TRAIN_V2_ENABLED": str(int(v2)), "HOME": str(directory)},
        stderr=subprocess.PIPE,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    content: Found = json.loads(found.read_text())
    return content


def trials_of(kind: str) -> int:
    """How many trials the sweep has in a kind of storage."""
    return 2 if kind in ("default", "several workers") else 1


@pytest.mark.parametrize("kind", KINDS)
def test_gives_what_v1_gave(both: tuple[Found, Found], kind: str) -> None:
    v1, v2 = (found[kind] for found in both)
    assert [len(rows) for rows in v2["rows"]] == [4] * trials_of(kind)
    assert v2["rows"] == v1["rows"]
    assert v2["results"] == v1["results"]


@pytest.mark.parametrize("kind", KINDS)
def test_is_found_again(both: tuple[Found, Found], kind: str) -> None:
    v1, v2 = (found[kind] for found in both)
    assert v2["restored"] == v2["results"]
    assert v1["restored"] == v1["results"]
    assert v2["by path"] == v1["by path"]
    assert [state["of all"]["step"] for state in v2["by path"]] == [3] * trials_of(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_leaves_the_same_files(both: tuple[Found, Found], kind: str) -> None:
    v1, v2 = (found[kind]["files"] for found in both)
    trials = trials_of(kind)
    more = {f"trial 0000{trial}/{OF_TRAIN}" for trial in range(trials)}
    assert {path: v2[path] for path in v2 if path not in more} == v1
    assert more <= set(v2)
    kept = [path for path in v2 if path.endswith("/of all")]
    assert len(kept) == 2 * trials  # of each the best and the last, which are not the same


def test_each_worker_stores_into_the_same_checkpoint(both: tuple[Found, Found]) -> None:
    _, v2 = both
    for result in v2["several workers"]["results"]:
        assert set(result["checkpoint"]) == {"of all", "of/rank-0.json", "of/rank-1.json"}
