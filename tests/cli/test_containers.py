"""Notebooks and documents on the command line: what is found, said, shown and written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Folder, Invoke

IMPORTS = "from ray import tune\nfrom ray.train.torch import TorchTrainer\n"
LOOP = "def loop(config): ...\n"
SWEEP = 'tuner = tune.Tuner(TorchTrainer(loop), param_space={"train_loop_config": {"lr": 1}})\n'
PYPROJECT = (
    '[project]\nname = "x"\nversion = "1"\ndependencies = ["ray>=2.51", "raytune-migrate"]\n'
)


def notebook(*cells: str) -> str:
    """A notebook of a text and some code cells, as Jupyter writes it."""
    code = [
        {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": one.strip("\n").splitlines(keepends=True),
        }
        for one in cells
    ]
    text = {"cell_type": "markdown", "metadata": {}, "source": ["# Sweep"]}
    content = {"cells": [text, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


NOTEBOOK = notebook(IMPORTS, LOOP, f"%time 1\n{SWEEP}")
GUIDE = "https://docs.ray.io/en/latest/train/user-guides/hyperparameter-optimization.html"

PATCH = f"""\
# nb.ipynb:cell 4:2:9: RTM101 Tuner(trainer) becomes Tuner(train_driver_fn)
#   why: From Ray 2.51 on, a Tuner that is given a trainer fails with TuneError.
#   note: Trials, and the experiment's default folder, are named train_driver_fn_... instead of\
 TorchTrainer_....
#   see: {GUIDE}
# nb.ipynb:cell 4:2:9: RTM105 no more trials at once than the cluster can run
#   why: Under Train V2 drivers can hold the CPUs that their workers wait for.
#   see: {GUIDE}
# cell 2:
#   @@ -1,2 +1,4 @@
#    from ray import tune
#   +from ray.train import RunConfig, ScalingConfig
#    from ray.train.torch import TorchTrainer
#   +from raytune_runtime import TuneReportCallback, max_concurrent_trials, trial_run
# cell 4:
#   @@ -1,2 +1,19 @@
#    %time 1
#   -tuner = tune.Tuner(TorchTrainer(loop), param_space={{"train_loop_config": {{"lr": 1}}}})
#   +
#   +
#   +def train_driver_fn(config: dict):
#   +    trainer = TorchTrainer(
#   +        loop,
#   +        train_loop_config=config["train_loop_config"],
#   +        run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
#   +    )
#   +    trainer.fit()
#   +
#   +
#   +tuner = tune.Tuner(
#   +    train_driver_fn,
#   +    param_space={{"train_loop_config": {{"lr": 1}}}},
#   +    tune_config=tune.TuneConfig(
#   +        max_concurrent_trials=max_concurrent_trials(ScalingConfig())
#   +    ),
#   +)
--- a/nb.ipynb
+++ b/nb.ipynb
"""


def test_a_notebook_is_found_in_a_folder_and_rewritten(folder: Folder, run: Invoke) -> None:
    folder({"pyproject.toml": PYPROJECT, "a/nb.ipynb": NOTEBOOK, "a/notes.md": "ray.train"})
    done = run("a")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        "migrated a/nb.ipynb (RTM101, RTM105)\n"
        "1 file: 0 unchanged, 1 migrated, 0 migrated with work left, 0 skipped, 0 failed.\n",
    )
    assert json.loads(Path("a/nb.ipynb").read_bytes())["cells"][3]["source"][0] == "%time 1\n"
    assert run("--check", "a").status == 0


def test_the_patch_of_a_notebook(folder: Folder, run: Invoke) -> None:
    folder({"pyproject.toml": PYPROJECT, "nb.ipynb": NOTEBOOK})
    done = run("--diff", "nb.ipynb")
    comments, head, diff = done.out.partition("+++ b/nb.ipynb\n")
    assert (done.status, comments + head) == (1, PATCH)
    assert '+    "def train_driver_fn(config: dict):\\n",\n' in diff
    assert Path("nb.ipynb").read_text() == NOTEBOOK


@pytest.mark.parametrize("indent", [1, None])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_git_applies_the_patch_of_a_notebook(
    folder: Folder, spawn: Invoke, indent: int | None, newline: str
) -> None:
    text = json.dumps(json.loads(NOTEBOOK), indent=indent).replace("\n", newline)
    folder(
        {"pyproject.toml": PYPROJECT, "a/é nb.ipynb": text, "b.md": f"~~~py\n{IMPORTS}{SWEEP}~~~"}
    )
    patch = spawn("--diff", "--docs", ".").out
    Path("saved.patch").write_bytes(os.fsencode(patch))
    subprocess.run(["git", "apply", "saved.patch"], check=True)
    applied = folder.files
    folder({"a/é nb.ipynb": text, "b.md": f"~~~py\n{IMPORTS}{SWEEP}~~~"})
    assert spawn("--docs", ".").status == 0
    assert folder.files == applied


def test_places_in_a_notebook(folder: Folder, run: Invoke) -> None:
    horovod = "from ray.train.horovod import HorovodTrainer\ntune.Tuner(HorovodTrainer(loop))"
    folder({"pyproject.toml": PYPROJECT, "nb.ipynb": notebook(IMPORTS, LOOP, horovod, "ray(")})
    done = run("nb.ipynb")
    lines = done.err.splitlines()
    assert done.status == 1
    assert lines[0].startswith("nb.ipynb:cell 4:2:12: RTM902 HorovodTrainer has no counterpart")
    assert lines[1].startswith("nb.ipynb:cell 5:1:1: RTM913 This cell cannot be read as Python")
    assert lines[2] == "skipped nb.ipynb: 2 places need a person"


def test_a_change_in_a_notebook_that_was_written(folder: Folder, run: Invoke) -> None:
    folder({"pyproject.toml": PYPROJECT, "nb.ipynb": NOTEBOOK})
    done = run("-v", "nb.ipynb")
    assert done.err.startswith("nb.ipynb: cell 4, line 2 before: RTM101 Tuner(trainer) becomes")


def test_a_notebook_on_stdin(folder: Folder, spawn: Invoke) -> None:
    folder({"pyproject.toml": PYPROJECT, "nb.ipynb": NOTEBOOK})
    command = [sys.executable, "-m", "raytune_migrate", "-", "--stdin-filename", "nb.ipynb"]
    done = subprocess.run(command, input=NOTEBOOK.encode(), capture_output=True, check=True)
    assert spawn("-q", "nb.ipynb").status == 0
    assert done.stdout == Path("nb.ipynb").read_bytes() != NOTEBOOK.encode()


def test_a_broken_notebook(folder: Folder, run: Invoke) -> None:
    folder({"nb.ipynb": '{"cells": [ray.train]}\n'})
    done = run("nb.ipynb")
    assert (done.status, done.out, done.err) == (
        123,
        "",
        "error: nb.ipynb: is no valid JSON: line 1, column 12: Expecting value; correct the"
        " notebook and run again\n"
        "1 file: 0 unchanged, 0 migrated, 0 migrated with work left, 0 skipped, 1 failed.\n",
    )


DOCUMENT = f"# Notes\n\n```python\n{IMPORTS}{LOOP}{SWEEP}```\n"
ENDS = "0 migrated with work left, 0 skipped, 0 failed.\n"


def test_a_document_that_is_named_without_docs(folder: Folder, run: Invoke) -> None:
    folder({"notes.md": DOCUMENT})
    done = run("notes.md")
    assert (done.status, done.out, done.err) == (
        123,
        "",
        "error: notes.md: is a document; run with --docs to migrate the Python code in it\n"
        "1 file: 0 unchanged, 0 migrated, 0 migrated with work left, 0 skipped, 1 failed.\n",
    )


def test_documents_are_found_with_docs_only(folder: Folder, run: Invoke) -> None:
    files = {"pyproject.toml": PYPROJECT, "a.md": DOCUMENT, "b.rst": "Text.\n", "c.markdown": ""}
    folder(files)
    assert run(".").err == "0 files: no Python files in the paths given.\n"
    done = run("--docs", ".")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        f"migrated a.md (RTM101, RTM105)\n3 files: 2 unchanged, 1 migrated, {ENDS}",
    )


def test_documents_are_found_where_the_project_says_so(folder: Folder, run: Invoke) -> None:
    settings = f"{PYPROJECT}\n[tool.raytune-migrate]\ndocs = true\n"
    folder({"pyproject.toml": settings, "a.md": DOCUMENT})
    done = run(".")
    assert (done.status, done.err) == (
        0,
        f"migrated a.md (RTM101, RTM105)\n1 file: 0 unchanged, 1 migrated, {ENDS}",
    )


def test_a_document_asks_for_no_runtime_in_the_requirements(folder: Folder, run: Invoke) -> None:
    folder({"requirements.txt": "ray>=2.51\n", "a.md": DOCUMENT})
    assert run("--docs", "-q", ".").status == 0
    done = run("--docs", ".")
    assert (done.status, done.err) == (0, f"1 file: 1 unchanged, 0 migrated, {ENDS}")


def test_a_notebook_in_a_baseline(folder: Folder, run: Invoke) -> None:
    folder({"pyproject.toml": PYPROJECT, "nb.ipynb": NOTEBOOK})
    assert run("--check", "--baseline", "known.json", "nb.ipynb").status == 0
    done = run("--check", "--baseline", "known.json", "nb.ipynb")
    assert (done.status, done.err) == (
        0,
        "1 file: 1 unchanged, 0 would be migrated, 0 would be migrated with work left, 0 skipped, 0"
        " failed. In the baseline: 2 places.\n",
    )
