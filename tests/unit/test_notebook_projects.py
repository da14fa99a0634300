"""Notebooks of a project, which need not name Ray to run and read its sweeps."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from containing import notebook
from projecting import OPTIONS, run, write

if TYPE_CHECKING:
    from pathlib import Path

    from raytune_migrate.settings.options import Options

PROJECT = """
    --- src/lab/__init__.py
    --- src/lab/sweep.py
    from lab.model import loop
    from ray import tune
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer

    def build(workers):
        return TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=workers))

    def sweep(workers):
        one_by_one = tune.TuneConfig(max_concurrent_trials=1)
        return tune.Tuner(build(workers), tune_config=one_by_one).fit()

    --- src/lab/model.py
    from ray import train

    def loop(config):
        train.report({"loss": 1.0}, checkpoint=train.Checkpoint.from_directory("weights"))

    --- pyproject.toml
    [project]
    name = "lab"
"""


def migrated(folder: Path, *cells: str, options: Options = OPTIONS) -> list[str]:
    """The cells of a notebook that stands beside the sources of a project."""
    write(folder, PROJECT)
    path = folder / "notebooks" / "explore.ipynb"
    path.parent.mkdir()
    path.write_text(notebook(*cells), encoding="utf-8")
    run(folder, options=options)
    after = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(one["source"]) for one in after]


def test_what_is_as_before(tmp_path: Path) -> None:
    cells = (
        "%load_ext autoreload\nfrom lab.sweep import (\n    build,\n    sweep,\n)",
        "grid = sweep(2)\nbest = grid.get_best_result()\nbest.path, best.config, best.checkpoint",
        "build(2).fit().metrics['loss']",
    )
    assert migrated(tmp_path, *cells) == list(cells)


def test_results_that_a_notebook_reads(tmp_path: Path) -> None:
    assert migrated(
        tmp_path,
        "%load_ext autoreload\nfrom lab.sweep import (\n    build,\n    sweep,\n)",
        "!pip list\ngrid = sweep(2)",
        "print(grid.get_best_result().log_dir)",
        "result = build(2).fit()\nresult.metrics['training_iteration']",
    ) == [
        "%load_ext autoreload\nfrom lab.sweep import (\n    build,\n    sweep,\n)",
        "!pip list\ngrid = sweep(2)",
        "print(grid.get_best_result().path)",
        "from raytune_runtime import fit_as_trial\nresult = fit_as_trial(build(2))\n"
        "result.metrics['training_iteration']",
    ]


@pytest.mark.parametrize(
    ("first", "trainer"),
    [
        ("from lab.sweep import build", "build(2)"),
        ("import lab.sweep as lab", "lab.build(2)"),
        ("import sys\nsys.path.append(SOURCES)\nimport hidden", "TorchTrainer(hidden.loop)"),
    ],
)
def test_train_v2_is_asked_for_before_a_module_imports_ray(
    tmp_path: Path, first: str, trainer: str
) -> None:
    cells = (
        "import json",
        first,
        "from ray import tune\nfrom ray.train.torch import TorchTrainer\n"
        "config = tune.TuneConfig(max_concurrent_trials=1)\n"
        f"tune.Tuner({trainer}, tune_config=config).fit()",
    )
    after = migrated(tmp_path, *cells, options=replace(OPTIONS, ray_version="2.43"))
    assert after[:2] == [
        "import json",
        'import os\n\nos.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")'
        f"  # before Ray is imported\n\n{first}",
    ]
    assert "from raytune_runtime import" in after[2]
