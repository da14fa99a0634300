"""A run of a script, without a Ray: where it runs, what it is given, and how it is ended."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from raytune_migrate.verify.interpreter import Interpreter, find_interpreter
from raytune_migrate.verify.problem import Problem
from raytune_migrate.verify.processes import Stop, run_process
from raytune_migrate.verify.runs import How, Run, Version, Work, run_script
from raytune_migrate.verify.scripts import Script

if TYPE_CHECKING:
    from collections.abc import Mapping

PYTHON = Interpreter(Path(sys.executable), "3", "2.60.0", has_runtime=True)


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home, with a project that is the current folder."""
    home, project = tmp_path / "home", tmp_path / "home" / "project"
    project.mkdir(parents=True)
    monkeypatch.chdir(project)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("RAY_ADDRESS", "auto")
    monkeypatch.setenv("RAY_TRAIN_V2_ENABLED", "1")
    return home


def ran(
    tmp_path: Path,
    text: str,
    *arguments: str,
    train: Version = Version.V1,
    how: How | None = None,
    code: str | None = None,
    replaced: Mapping[str, str] | None = None,
) -> Run:
    script = Path("script.py")
    script.write_text(text, encoding="utf-8")
    return run_script(
        Script(script, None if code is None else code.encode()),
        train,
        PYTHON,
        tmp_path / "run",
        how or How(arguments=arguments),
        replaced=replaced,
    )


def printed(run: Run) -> tuple[str, ...]:
    assert run.record is not None, run.said_last()
    assert run.failure is None, run.said_last()
    return run.record.printed


@pytest.mark.usefixtures("user")
def test_a_script_is_run_as_python_runs_it(tmp_path: Path) -> None:
    text = (
        "import sys\nimport os\nfrom __main__ import __file__ as file\n"
        "folder, name = os.path.split(file)\n"
        "print(__name__, name, sys.argv[1:], sys.path[0] == folder)"
    )
    run = ran(tmp_path, text, "--epochs", "2")
    assert printed(run) == ("__main__ script.py ['--epochs', '2'] True",)
    assert (run.stop, run.status) == (Stop.ENDED, 0)


@pytest.mark.usefixtures("user")
def test_the_last_lines_are_told_without_colors(tmp_path: Path) -> None:
    text = "print('\\x1b[36m(RayTrainWorker pid=1)\\x1b[0m loss 0.1')\nraise SystemExit(3)"
    run = ran(tmp_path, text)
    assert run.status == 3
    assert "(RayTrainWorker pid=1) loss 0.1" in run.said_last()


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize(("train", "flag"), [(Version.V1, "0"), (Version.V2, "None")])
def test_the_flag_is_that_of_the_run_and_no_cluster_is_joined(
    train: Version, flag: str, tmp_path: Path
) -> None:
    text = 'import os\nprint(*map(os.environ.get, ("RAY_TRAIN_V2_ENABLED", "RAY_ADDRESS")))'
    assert printed(ran(tmp_path, text, train=train)) == (f"{flag} None",)


@pytest.mark.usefixtures("user")
def test_random_numbers_are_the_same_in_each_run(tmp_path: Path) -> None:
    text = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert printed(ran(tmp_path / "a", text)) == printed(ran(tmp_path / "b", text))


def test_a_run_sees_what_the_user_has_and_writes_to_folders_of_its_own(
    user: Path, tmp_path: Path
) -> None:
    files = {
        "data.csv": "1",
        "old/lr-sweep/tuner.pkl": "",
        "../.netrc": "2",
        "../ray_results/x/params.json": "",
    }
    for name, content in files.items():
        path = user / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    text = (
        "import os\nfrom pathlib import Path\n"
        "print(sorted(os.listdir()), Path('data.csv').read_text())\n"
        "print(sorted(os.listdir(Path.home())), (Path.home() / '.netrc').read_text())\n"
        "Path('new.txt').write_text('')\n(Path.home() / 'new.txt').write_text('')"
    )
    assert printed(ran(tmp_path, text)) == (
        "['data.csv', 'script.py'] 1",
        "['.netrc', 'project'] 2",
    )
    assert (tmp_path / "run" / "work" / "new.txt").exists()
    assert (tmp_path / "run" / "home" / "new.txt").exists()
    assert not list(user.rglob("new.txt"))


def test_a_run_in_the_users_own_folder(user: Path, tmp_path: Path) -> None:
    run = ran(tmp_path, "open('new.txt', 'w').close()", how=How(work=Work.HERE))
    assert printed(run) == ()
    assert (user / "project" / "new.txt").exists()


@pytest.mark.usefixtures("user")
def test_another_text_runs_in_the_place_of_the_file(tmp_path: Path) -> None:
    Path("beside.py").write_text("name = 'beside'\n", encoding="utf-8")
    text = "print('old')\n"
    code = (
        "import inspect\nimport beside\nimport pathlib\n\ndef f():\n    return 1\n\n"
        "print(pathlib.Path(__file__).name, beside.name, inspect.getsource(f).strip())"
    )
    run = ran(tmp_path, text, code=code, train=Version.V2)
    assert printed(run) == ("script.py beside def f():", "    return 1")
    assert Path("script.py").read_text(encoding="utf-8") == text


@pytest.mark.usefixtures("user")
def test_modules_of_the_project_are_imported_as_migrated(tmp_path: Path) -> None:
    Path("beside.py").write_text("name = 'old'\n", encoding="utf-8")
    Path("other.py").write_text("name = 'other'\n", encoding="utf-8")
    text = "import beside, other\nprint(beside.name, other.name, beside.__file__[-9:])"
    run = ran(tmp_path, text, replaced={os.path.abspath("beside.py"): "name = 'new'\n"})  # noqa: PTH100
    assert printed(run) == ("new other beside.py",)
    assert run.record is not None
    assert {Path(one).name for one in run.record.modules} >= {"beside.py", "other.py"}
    assert not list(Path().glob("__pycache__/beside*"))


@pytest.mark.usefixtures("user")
@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("raise ValueError('no')", "ended with status 1: ValueError: no"),
        ("import sys\nsys.exit(3)", "ended with status 3"),
        ("import sys\nsys.exit('no')", "ended with status 1"),
        ("import os\nos._exit(4)", "ended with status 4 before it could be recorded"),
        ("(", "ended with status 1: SyntaxError: '(' was never closed"),
    ],
)
def test_a_run_that_fails(text: str, failure: str, tmp_path: Path) -> None:
    assert ran(tmp_path, text).failure == failure


@pytest.mark.usefixtures("user")
def test_the_traceback_of_a_script_is_its_own(tmp_path: Path) -> None:
    run = ran(tmp_path, "def sweep():\n    raise ValueError('no')\n\n\nsweep()\n")
    assert run.record is not None
    script = os.path.abspath(run.script.path)  # noqa: PTH100
    assert run.record.failure == (
        "Traceback (most recent call last):\n"
        f'  File "{script}", line 5, in <module>\n    sweep()\n'
        f"  File \"{script}\", line 2, in sweep\n    raise ValueError('no')\n"
        "ValueError: no\n"
    )


@pytest.mark.usefixtures("user")
def test_a_sweep_that_cannot_be_recorded_is_no_business_of_the_script(tmp_path: Path) -> None:
    # A Ray whose results are not what they are anywhere else.
    for name, text in {
        "ray/__init__.py": "def init(address=None): ...\n",
        "ray/tune/__init__.py": "",
        "ray/tune/tuner.py": "class Tuner:\n    restore = can_restore = None\n"
        "    def fit(self):\n        return 7\n",
    }.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    run = ran(tmp_path, "from ray.tune.tuner import Tuner\nprint(Tuner().fit() + 1)")
    assert run.record is not None
    assert run.record.printed == ("8",)
    assert run.failure == (
        "ended with status 1: a sweep could not be recorded:"
        " AttributeError: 'int' object has no attribute 'experiment_path'"
    )


@pytest.mark.usefixtures("user")
def test_a_run_that_does_not_end(tmp_path: Path) -> None:
    run = ran(tmp_path, "import time\ntime.sleep(600)", how=How(timeout=1))
    assert run.stop is Stop.TIMEOUT
    assert run.failure is not None
    assert run.failure.startswith("did not end within ")


# Processes


PARENT = 'sleep 600 & echo $!; if [ "$1" = wait ]; then sleep 600; fi'


@pytest.mark.parametrize("then", ["wait", "end"])
def test_nothing_that_a_process_started_outlives_it(
    then: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("raytune_migrate.verify.processes._GRACE_S", 0.2)
    out = tmp_path / "out.txt"
    end = run_process(
        ["sh", "-c", PARENT, "sh", then], cwd=tmp_path, env=os.environ, output=out, timeout=1
    )
    assert end.stop is (Stop.TIMEOUT if then == "wait" else Stop.ENDED)
    child = int(out.read_text(encoding="utf-8"))
    for _ in range(100):
        if not _runs(child):
            return
        time.sleep(0.1)
    pytest.fail("the grandchild runs on")


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except FileNotFoundError:
        return False


# The interpreter


def python(folder: Path, said: str) -> Path:
    """Something that answers as a Python does, or does not."""
    path = folder / "bin" / "python"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{said}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


ANSWER = """echo '{"ray": "2.55.0", "runtime": false, "python": "3.12.1"}'"""


def test_the_python_that_is_given(tmp_path: Path) -> None:
    path = python(tmp_path, ANSWER)
    assert find_interpreter(path, {}) == Interpreter(path, "3.12.1", "2.55.0", has_runtime=False)


@pytest.mark.parametrize("name", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_the_python_of_the_active_environment(name: str, tmp_path: Path) -> None:
    path = python(tmp_path, ANSWER)
    assert find_interpreter(None, {name: str(tmp_path)}).path == path


def test_the_tools_own_python_where_none_is_active() -> None:
    found = find_interpreter(None, {})
    assert found.path == Path(sys.executable)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("""echo '{"ray": null, "runtime": false, "python": "3"}'""", "Ray is not installed for "),
        ("echo no", " is not a Python that works; "),
        ("exit 1", " is not a Python that works; "),
    ],
)
def test_a_python_that_will_not_do(said: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        find_interpreter(python(tmp_path, said), {})
    assert reason in str(caught.value)
    assert "--python" in str(caught.value)
    assert caught.value.status == 2


def test_a_python_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"cannot run .*: no such file or directory.* --python, in"):
        find_interpreter(tmp_path / "python", {})
    with pytest.raises(Problem, match=r"name one with --original-python, in"):
        find_interpreter(tmp_path / "python", {}, "--original-python")
