"""A sweep that is spread over the modules of a project gives what it gave, once it is migrated."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from compare import differences
from test_fixture_pairs import record

PROJECTS = sorted((Path(__file__).parents[2] / "fixtures" / "projects").iterdir())


@pytest.mark.ray
@pytest.mark.slow
@pytest.mark.usefixtures("ray_cluster")
@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_a_migrated_project_gives_what_it_gave(project: Path, tmp_path: Path) -> None:
    # Workers unpickle functions of the project's modules by their names.
    for side in ("before", "after"):
        shutil.copytree(project / side, tmp_path / side)
    old = record(tmp_path / "before" / "main.py", tmp_path / "v1", v2=False)
    assert (old["exit"], len(old["sweeps"])) == (0, 1), old["failure"]
    new = record(tmp_path / "after" / "main.py", tmp_path / "v2", v2=True)
    assert differences(old, new) == []
