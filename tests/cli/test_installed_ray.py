"""The command line says, where it is asked to, what it has held against which Ray."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Folder, Invoke

SWEEP = """\
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


def sweep():
    return tune.Tuner(TorchTrainer(loop))
"""
SUMS = "2 files: {} unchanged, {} would be migrated, 0 would be migrated with work left, 0 skipped,"


def last_line(text: str) -> str:
    return text.splitlines()[-1]


def test_nothing_is_asked_where_nothing_is_rewritten(folder: Folder, run: Invoke) -> None:
    folder({"a.py": "import ray\n", "b.py": SWEEP.replace("ray", "lighthouse")})
    done = run("--check", "-v", "--python", "/bin/false", ".")
    assert (done.status, last_line(done.err)) == (0, f"{SUMS.format(2, 0)} 0 failed.")


def test_nothing_is_asked_with_none(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "b.py": SWEEP})
    done = run("--check", "-v", "--python", "none", ".")
    assert (done.status, last_line(done.err)) == (1, f"{SUMS.format(0, 2)} 0 failed.")


@pytest.mark.parametrize("mode", ["option", "setting", "variable"])
def test_it_is_said_once_which_ray_was_asked(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    folder({"a.py": SWEEP, "b.py": SWEEP})
    monkeypatch.delenv("RAYTUNE_MIGRATE_PYTHON")
    arguments = ["--check", "-v", "."]
    match mode:
        case "option":
            arguments += ["--python", sys.executable]
        case "setting":
            folder({"pyproject.toml": f'[tool.raytune-migrate]\npython = "{sys.executable}"\n'})
        case "variable":
            monkeypatch.setenv("RAYTUNE_MIGRATE_PYTHON", sys.executable)
    done = run(*arguments)
    assert (done.status, done.out) == (1, "")
    assert last_line(done.err) == (
        f"{SUMS.format(0, 2)} 0 failed. Calls checked against Ray 2.60.0 of {sys.executable}."
    )
    assert "Ray 2.60.0" not in run(*(one for one in arguments if one != "-v")).err


def test_a_python_without_ray_is_said_once(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "b.py": SWEEP, "python": "#!/bin/sh\necho '{}'\nexec cat\n"})
    python = Path("python").absolute()
    python.chmod(0o755)
    done = run("--check", "-v", "--python", str(python), ".")
    assert (done.status, last_line(done.err)) == (
        1,
        f"{SUMS.format(0, 2)} 0 failed. Calls not checked against Ray: {python} has no Ray.",
    )
    assert run("--check", "-q", "--python", str(python), ".").err == ""
    assert last_line(run("--check", "--python", str(python), ".").err) == last_line(done.err)


def test_a_python_without_ray_that_nobody_has_named(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder({"a.py": SWEEP, "b.py": SWEEP, "env/bin/python": "#!/bin/sh\necho '{}'\nexec cat\n"})
    Path("env/bin/python").chmod(0o755)
    monkeypatch.setenv("RAYTUNE_MIGRATE_PYTHON", "auto")
    monkeypatch.setenv("VIRTUAL_ENV", str(Path("env").absolute()))
    assert last_line(run("--check", ".").err) == f"{SUMS.format(0, 2)} 0 failed."


def test_a_python_that_is_not_there(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    done = run("--check", "--python", "no/python", "a.py")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(
        "Error: Invalid value for '--python': 'no/python' is neither auto, none, nor a Python that"
        " can be run.\n"
    )


def test_a_python_of_the_project_s_own_code_is_never_run(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_of_it = "#!/bin/sh\ntouch was-run\n"
    folder({"a.py": SWEEP, ".venv/bin/python": run_of_it, "tools/python": run_of_it})
    for python in (".venv/bin/python", "tools/python"):
        Path(python).chmod(0o755)
    subprocess.run(["git", "init", "--quiet"], check=True)
    subprocess.run(["git", "add", "--all", "--force"], check=True)
    monkeypatch.setenv("RAYTUNE_MIGRATE_PYTHON", "auto")
    assert run("--check", "-q", "a.py").status == 1
    folder({"pyproject.toml": '[tool.raytune-migrate]\npython = "tools/python"\n'})
    monkeypatch.delenv("RAYTUNE_MIGRATE_PYTHON")
    done = run("--check", "-q", "a.py")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(
        f"Error: the project's settings cannot be used: {folder.path}/pyproject.toml:"
        " [tool.raytune-migrate] python is 'tools/python', which is part of the project's own code,"
        " and nothing of that is run; name it with --python if it is to be.\n"
    )
    assert not list(folder.path.rglob("was-run"))


def test_ray_is_never_imported_by_the_codemod_itself(folder: Folder) -> None:
    folder({"a.py": SWEEP})
    code = (
        "import sys\nfrom raytune_migrate.cli import main\n"
        f"try:\n    main(['--check', '-v', '--python', {sys.executable!r}, 'a.py'])\n"
        "finally:\n    print([one for one in sys.modules if one.split('.')[0] == 'ray'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "[]\n")
    assert "Calls checked against Ray 2.60.0" in done.stderr
