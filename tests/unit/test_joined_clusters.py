"""Sweeps of projects that are run on clusters, or that another module starts Ray for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from projecting import OPTIONS, run, write

if TYPE_CHECKING:
    from pathlib import Path

SWEEP = """\
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


def sweep():
    return tune.Tuner(TorchTrainer(loop)).fit()
"""
LIMIT = "max_concurrent_trials=max_concurrent_trials(ScalingConfig())"
WHOLE = "tune.with_resources(train_driver_fn, trial_resources(ScalingConfig()))"


def swept(folder: Path, project: str, name: str = "sweeps.py") -> str:
    """What becomes of the module with the sweep, which holds one of LIMIT and WHOLE."""
    write(folder, project)
    run(folder, options=OPTIONS)
    after = (folder / name).read_text("utf-8")
    assert (LIMIT in after) != (WHOLE in after)
    return after


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ci.yaml", "steps:\n  - run: pytest -k ray"),
        ("settings.yaml", "ray:\n  address: none"),
        ("compose.yaml", "services:\n  ray:\n    environment:\n      RAY_ADDRESS: local"),
        ("kueue.yaml", "kind: Job\nmetadata:\n  name: ray-up"),
        ("run.sh", "# ray up cluster.yaml\npython sweeps.py"),
        ("run.sh", "unset RAY_ADDRESS\nray start --head\npython sweeps.py"),
        ("Makefile", "lint:\n\truff check ray_upkeep"),
        ("notes.txt", "ray up cluster.yaml"),
        ("nested/deep/cluster.yaml", "available_node_types:\n  head:\n    max_workers: 0"),
    ],
)
def test_nothing_says_that_it_runs_on_a_cluster(tmp_path: Path, name: str, text: str) -> None:
    assert LIMIT in swept(tmp_path, f"--- sweeps.py\n{SWEEP}\n--- {name}\n{text}\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cluster.yaml", "cluster_name: c\navailable_node_types:\n  head: {}"),
        ("deploy/ray.yaml", "apiVersion: ray.io/v1\nkind: RayCluster"),
        ("k8s/job.yml", "---\nkind: 'RayJob'\nspec:\n  entrypoint: python sweeps.py"),
        ("k8s/pod.yaml", "env:\n  - name: RAY_ADDRESS\n    value: ray://head:10001"),
        ("docker-compose.yml", "environment:\n  - RAY_ADDRESS=ray-head:6379"),
        (".env", "RAY_ADDRESS=auto"),
        ("Dockerfile", 'FROM python\nENV RAY_ADDRESS="auto"'),
        ("scripts/submit.sh", "ray job submit --working-dir . -- python sweeps.py"),
        ("Makefile", "sweep:\n\tray submit cluster.yaml sweeps.py"),
        ("train.sbatch", 'srun ray start \\\n  --address "$head" --block &\npython sweeps.py'),
        (".github/workflows/nightly.yml", "steps:\n  - run: anyscale job submit job.yaml"),
    ],
)
def test_a_file_says_that_it_runs_on_a_cluster(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, f"--- sweeps.py\n{SWEEP}\n--- {name}\n{text}\n")
    outcome = run(tmp_path, options=OPTIONS)["sweeps.py"]
    assert outcome.migration is not None
    reasons = [one.reason for one in outcome.migration.changes if one.code == "RTM105"]
    assert reasons == [
        "Under Train V2 drivers can hold the CPUs that their workers wait for."
        f" According to {name} this runs on a cluster, which may grow or have other users."
    ]
    assert WHOLE in (tmp_path / "sweeps.py").read_text("utf-8")


@pytest.mark.parametrize("folder", ["team", "team/sweeps"])
def test_files_of_the_folders_above_count_up_to_the_root(tmp_path: Path, folder: str) -> None:
    write(tmp_path / "repository", f"--- {folder}/sweeps.py\n{SWEEP}")
    (tmp_path / "cluster.yaml").write_text("available_node_types: {}\n")
    run(tmp_path / "repository", options=OPTIONS)
    assert LIMIT in (tmp_path / "repository" / folder / "sweeps.py").read_text("utf-8")

    write(tmp_path / "other", f"--- {folder}/sweeps.py\n{SWEEP}")
    (tmp_path / "other" / "cluster.yaml").write_text("available_node_types: {}\n")
    run(tmp_path / "other", options=OPTIONS)
    assert WHOLE in (tmp_path / "other" / folder / "sweeps.py").read_text("utf-8")


@pytest.mark.parametrize(
    "main",
    [
        "import ray\nfrom sweeps import sweep\n\nray.init()\nsweep()",
        "import ray\nfrom sweeps import sweep\n\nray.init(num_cpus=4)\nsweep()",
        "import ray\nfrom sweeps import sweep\n\nray.init(address=None)\nsweep()",
        "import ray\nfrom sweeps import sweep\n\nray.init('local')\nsweep()",
        "import wandb, ray\nfrom sweeps import sweep\n\nwandb.init('project')\nsweep()",
        "import ray\nfrom tools import init\nimport sweeps\n\ninit(1)\nsweeps.sweep()",
    ],
)
def test_another_module_starts_ray_for_itself(tmp_path: Path, main: str) -> None:
    assert LIMIT in swept(tmp_path, f"--- sweeps.py\n{SWEEP}\n--- main.py\n{main}\n")


def test_a_module_that_joins_a_cluster_has_nothing_to_do_with_it(tmp_path: Path) -> None:
    project = f"""\
--- sweeps.py
{SWEEP}
--- main.py
from sweeps import sweep

sweep()
--- serving.py
import ray

ray.init(address="auto")
"""
    assert LIMIT in swept(tmp_path, project)


@pytest.mark.parametrize(
    "main",
    [
        "import ray\nfrom sweeps import sweep\n\nray.init('auto')\nsweep()",
        "import ray\nfrom sweeps import sweep\n\nray.init(address=ADDRESS)\nsweep()",
        "from ray import init\nfrom sweeps import sweep\n\ninit('ray://head:10001')\nsweep()",
        "from connecting import connect\nfrom sweeps import sweep\n\nconnect()\nsweep()",
        "import sweeps, connecting\n\nconnecting.connect()\ngetattr(sweeps, 'sweep')()",
    ],
)
def test_another_module_joins_a_cluster(tmp_path: Path, main: str) -> None:
    project = f"""\
--- sweeps.py
{SWEEP}
--- main.py
{main}
--- connecting.py
import ray


def connect(address="auto"):
    ray.init(address=address)
"""
    assert WHOLE in swept(tmp_path, project)


def test_a_notebook_joins_a_cluster(tmp_path: Path) -> None:
    code = '!ray status\nimport ray\nfrom sweeps import sweep\n\nray.init("auto")\nsweep()'
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": code.splitlines(keepends=True),
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    project = f"--- sweeps.py\n{SWEEP}\n--- main.ipynb\n{json.dumps(notebook)}\n"
    assert WHOLE in swept(tmp_path, project)


def test_what_the_module_itself_imports_joins_a_cluster(tmp_path: Path) -> None:
    project = f"""\
--- sweeps.py
import connecting
{SWEEP}
--- connecting.py
import ray

ray.init("auto")
"""
    assert WHOLE in swept(tmp_path, project)


@pytest.mark.parametrize(
    ("path", "entrypoint", "joins"),
    [
        ("submit.py", "sys.argv[1]", True),
        ("scripts/submit.py", '"python sweeps.py"', True),
        ("scripts/submit.py", '"python -m sweeps"', True),
        ("scripts/submit.py", '"python serve.py"', False),
        ("scripts/submit.py", '"python other_sweeps.py"', False),
    ],
)
def test_jobs_are_submitted_to_a_cluster(
    tmp_path: Path, path: str, entrypoint: str, joins: bool
) -> None:
    project = f"""\
--- sweeps.py
{SWEEP}
--- {path}
import sys

from ray.job_submission import JobSubmissionClient

JobSubmissionClient("http://head:8265").submit_job(entrypoint={entrypoint})
"""
    assert (WHOLE if joins else LIMIT) in swept(tmp_path, project)


def test_ray_starts_between_a_tuner_and_its_fit(tmp_path: Path) -> None:
    given = SWEEP.replace(".fit()", "").replace("sweep()", "tuner()")
    main = "import ray\nfrom sweeps import tuner\n\ntuner = tuner()\nray.init()\ntuner.fit()"
    assert WHOLE in swept(tmp_path, f"--- sweeps.py\n{given}\n--- main.py\n{main}\n")


def test_nobody_starts_ray_between_a_tuner_and_its_fit(tmp_path: Path) -> None:
    given = SWEEP.replace(".fit()", "").replace("sweep()", "tuner()")
    main = "from sweeps import tuner\n\ntuner().fit()"
    assert LIMIT in swept(tmp_path, f"--- sweeps.py\n{given}\n--- main.py\n{main}\n")
