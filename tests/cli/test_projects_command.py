"""Runs over projects whose sweeps stand in several files: status, stdout and stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.facts import survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from conftest import Folder, Invoke, Pipe
    from raytune_migrate.facts.linking.runs import Runs
    from raytune_migrate.facts.part import Part

PROJECT = {
    "pyproject.toml": '[project]\ndependencies = ["ray>=2.51", "raytune-migrate[runtime]"]\n',
    "loops.py": """\
from ray.air import session


def loop(config):
    session.report({"loss": config["lr"]})
""",
    "sweep.py": """\
from ray import tune

from trainers import trainer

tune.Tuner(trainer, param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}}).fit()
""",
    "trainers.py": """\
from ray.train.torch import TorchTrainer

from loops import loop

trainer = TorchTrainer(loop)
""",
}
MIGRATED = """\
from ray import tune
from raytune_runtime import driver_for, tune_run_config

from trainers import trainer

tune.Tuner(
    driver_for(trainer),
    param_space={"train_loop_config": {"lr": tune.uniform(0, 1)}},
    run_config=tune_run_config(trainer),
).fit()
"""


def test_all_files_of_a_sweep(folder: Folder, run: Invoke) -> None:
    folder(PROJECT)
    done = run("-q", ".")
    assert (done.status, done.out, done.err) == (0, "", "")
    assert folder.files["sweep.py"].decode() == MIGRATED
    assert b"train.report" in folder.files["loops.py"]
    assert run("--check", "-q", ".").status == 0


def test_one_file_of_a_sweep(folder: Folder, run: Invoke) -> None:
    folder(PROJECT)
    done = run("--check", "loops.py")
    assert (done.status, done.out) == (1, "")
    assert "loops.py:4:1: RTM914 sweep.py has to be migrated together with this. " in done.err


def test_a_file_on_stdin_is_one_of_the_project(folder: Folder, pipe: Pipe) -> None:
    folder(PROJECT)
    unsaved = PROJECT["sweep.py"].replace("uniform(0, 1)", "uniform(0, 2)")
    done = pipe(unsaved, "--stdin-filename", "sweep.py", "-")
    assert (done.status, done.out) == (0, MIGRATED.replace("uniform(0, 1)", "uniform(0, 2)"))
    assert folder.files["sweep.py"].decode() == PROJECT["sweep.py"]


def test_a_slip_of_ours_in_the_first_pass(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(survey, "parts", broken)
    folder(PROJECT)
    done = run("-q", ".")
    assert done.status == 123
    assert done.err == (
        "error: the modules of the project could not be read together: internal error: KeyError:"
        " 'x'; each file is migrated by itself; please report this together with the output of"
        " -v.\n"
    )
    assert folder.files["sweep.py"].decode() == MIGRATED


def test_a_slip_of_ours_in_one_of_several_projects(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = survey.parts

    def broken(runs: Runs) -> Mapping[str, Part]:
        if runs.symbols.modules.root.endswith("one"):
            raise KeyError("x")
        return parts(runs)

    monkeypatch.setattr(survey, "parts", broken)
    folder({f"{name}/{path}": text for name in ("one", "two") for path, text in PROJECT.items()})
    done = run("-q", ".")
    assert done.status == 123
    assert done.err == (
        "error: the modules of the project in one could not be read together: internal error:"
        " KeyError: 'x'; each file is migrated by itself; please report this together with the"
        " output of -v.\n"
    )
    assert b"train.report" not in folder.files["one/loops.py"]
    assert b"train.report" in folder.files["two/loops.py"]
