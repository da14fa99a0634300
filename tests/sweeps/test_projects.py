"""A sweep that is spread over the modules of a project gives what it gave, once it is migrated."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from recording import different, record

from raytune_migrate.verify.runs import Version

PROJECTS = sorted((Path(__file__).parents[2] / "fixtures" / "projects").iterdir())


@pytest.mark.ray
@pytest.mark.slow
@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_migrated_project_gives_what_it_gave(
    project: Path, ray_cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    for side in ("before", "after"):
        shutil.copytree(project / side, tmp_path / side)
    before, after = (tmp_path / side / "main.py" for side in ("before", "after"))
    old = record(before, tmp_path / "v1", address=ray_cluster, train=Version.V1)
    assert (old.exit, len(old.sweeps)) == (0, 1), old.failure
    new = record(after, tmp_path / "v2", address=ray_cluster)
    assert different(old, new) == []
