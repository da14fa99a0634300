"""Each fixture pair that can run: before.py on Train V1 and after.py on V2 give the same sweeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from recording import different, record, without_checkpoints

from raytune_migrate.verify.runs import Version

ROOT = Path(__file__).parents[2]
EXPECTED = {
    path.parent: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "fixtures").glob("*/expected.json"))
}
RUNNABLE = [case for case, expected in EXPECTED.items() if expected["run"] is True]


@pytest.mark.ray
@pytest.mark.slow
@pytest.mark.parametrize("case", RUNNABLE, ids=lambda case: case.name)
def test_a_migrated_sweep_gives_what_it_gave(
    case: Path, ray_cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (case / "after.py").exists(), f"{case.name} has no after.py"
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    old = record(case / "before.py", tmp_path / "v1", address=ray_cluster, train=Version.V1)
    assert old.exit == 0, old.failure
    assert old.sweeps or old.runs, "the fixture runs nothing"

    new = record(case / "after.py", tmp_path / "v2", address=ray_cluster)
    if EXPECTED[case].get("no_runtime"):
        old, new = without_checkpoints(old), without_checkpoints(new)
    assert different(old, new) == []
