"""Whatever lies in a project, nothing of it is run, and nothing outside of it is written."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import xml.sax.saxutils
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
RAN = "open('was-run', 'w').close()\n"
SUMS = "{}: {} unchanged, {} migrated, 0 migrated with work left, {} skipped, {} failed.\n"
FAILED = SUMS.format("1 file", 0, 0, 0, 1)


# Code of the project

SHADOWS = [
    "ast.py", "black.py", "black/__init__.py", "click.py", "codecs.py", "conftest.py", "json.py",
    "libcst/__init__.py", "libcst/metadata/__init__.py", "packaging.py", "pathspec.py", "ray.py",
    "ray/__init__.py", "raytune_migrate/cli.py", "raytune_runtime.py", "setup.py",
    "sitecustomize.py", "tokenize.py", "torch.py", "usercustomize.py",
]  # fmt: skip


@pytest.fixture
def hostile(folder: Folder) -> Folder:
    folder({**dict.fromkeys(SHADOWS, RAN), "a.py": SWEEP})
    return folder


def check_nothing_ran(folder: Folder, command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith(SUMS.format("", 20, 1, 0, 0))
    assert not Path("was-run").exists()
    assert {one: folder.files[one] for one in SHADOWS} == dict.fromkeys(SHADOWS, RAN.encode())
    assert b"train_driver_fn" in folder.files["a.py"]


def test_the_command_runs_nothing_of_the_project(hostile: Folder) -> None:
    command = Path(sysconfig.get_path("scripts"), "raytune-migrate")
    assert command.exists()
    check_nothing_ran(hostile, [str(command), "--python", sys.executable, "."])


def test_neither_does_the_module(hostile: Folder) -> None:
    module = [sys.executable, "-m", "raytune_migrate"]
    check_nothing_ran(hostile, [*module, "--python", sys.executable, "."])


# Settings

DEEP = "a = " + "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"\xff\xfe\0", "not UTF-8, which TOML must be", id="no text"),
        pytest.param(b"a = 1\n" * 2, "not valid TOML: Cannot overwrite a value", id="twice"),
        pytest.param(DEEP.encode(), "not valid TOML: ", id="nested"),
        pytest.param(b"a = '" + b"x" * 10_000_000, "not valid TOML: ", id="ten megabytes"),
        pytest.param(b"[tool.black]\nline-length = -1\n", "a whole number above 0", id="negative"),
        pytest.param(b"[tool.black]\nline-length = 1e999\n", "a whole number", id="infinite"),
        pytest.param(b"[tool.black]\nline-length = []\n", "a whole number", id="a list"),
        pytest.param(b"[tool.black]\ntarget-version = [1]\n", "Python releases", id="a number"),
        pytest.param(b'[tool.black]\ntarget-version = ["py99"]\n', "", id="a Python to come"),
        pytest.param(b"[tool.ruff.format]\nquote-style = {}\n", "must be a string", id="a table"),
        pytest.param(b'[tool.ruff]\nextend = "."\n', "make it readable", id="a folder"),
    ],
)
def test_settings_that_make_no_sense(
    folder: Folder, run: Invoke, content: bytes, words: str
) -> None:
    folder({"a.py": SWEEP, "pyproject.toml": content})
    done = run("a.py")
    if not words:
        assert (done.status, done.err.splitlines()[-1]) == (
            0,
            SUMS.format("1 file", 0, 1, 0, 0).strip(),
        )
        return
    assert done.status == 123
    first, *rest = done.err.splitlines(keepends=True)
    assert first.startswith("error: a.py: the project's settings cannot be used: ")
    assert words in first
    assert len(first) < 500
    assert rest == [FAILED]
    assert folder.files["a.py"] == SWEEP.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"tool = 1\n",
        b"[tool]\nblack = 3\nruff = []\n",
        b"project = []\n",
        b"[project]\nrequires-python = 3\ndependencies = {}\n",
        b'[project]\nrequires-python = ">=x"\ndependencies = ["ray>>2", 1, "\\u001b[31m"]\n',
        b"[project.optional-dependencies]\na = 1\nb = [[]]\n",
        b"[tool.poetry.dependencies]\nray = [1]\npython = {}\n",
        b"[dependency-groups]\na = [{include-group = 'a'}]\n",
        b"",
    ],
)
def test_settings_of_other_types_say_nothing(folder: Folder, run: Invoke, content: bytes) -> None:
    folder({"a.py": SWEEP, "pyproject.toml": content})
    done = run("-q", "a.py")
    assert (done.status in (0, 1), done.err) == (True, "")
    assert b"train_driver_fn" in folder.files["a.py"]


def test_settings_of_our_own_that_make_no_sense(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "pyproject.toml": '[tool.raytune-migrate]\n"\\u001b[31m" = 1\n'})
    done = run("a.py")
    assert done.status == 2
    assert "\x1b" not in done.err
    assert "has an unknown key '\\x1b[31m'" in done.err


@pytest.mark.parametrize(
    "setting",
    [
        'report = ["text", "json:../r.json"]',
        'report = ["html:/tmp/r.html"]',
        'report = ["sarif:out/r.sarif"]',
        'baseline = "../b.json"',
        'baseline = "out/b.json"',
        'vendor-runtime = "../vendor"',
    ],
)
def test_settings_let_nothing_be_written_outside_of_the_project(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    settings = f"[tool.raytune-migrate]\n{setting}\n"
    folder({"project/pyproject.toml": settings, "project/a.py": SWEEP, "elsewhere/c.py": ""})
    Path("project/out").symlink_to("../elsewhere")
    before = folder.files
    monkeypatch.chdir("project")
    done = run(".")
    key = setting.partition(" ")[0]
    assert (done.status, done.out) == (2, "")
    assert f"/pyproject.toml: [tool.raytune-migrate] {key} names " in done.err
    assert done.err.endswith(", which is outside of the project; name it on the command line.\n")
    assert folder.files == before


def test_nor_do_links_beside_what_is_written(folder: Folder, run: Invoke) -> None:
    """What is not done yet has a name that no project can know."""
    folder({"pyproject.toml": "", "a.py": "import ray\n", "kept": "kept"})
    for name in (".raytune-migrate-decisions.tmp", "b.tmp", ".raytune-migrate-1.tmp"):
        Path(name).symlink_to("kept")
    assert run("-q", "--baseline", "b.json", ".").status == 0
    assert folder.files["kept"] == b"kept"
    assert b'"places"' in folder.files["b.json"]


# Links


def test_a_link_out_of_the_folder_is_not_written_through(folder: Folder, run: Invoke) -> None:
    folder({"project/pyproject.toml": "", "elsewhere/b.py": SWEEP})
    Path("project/a.py").symlink_to("../elsewhere/b.py")
    done = run("project")
    assert (done.status, done.err) == (0, "0 files: no Python files in the paths given.\n")
    assert folder.files["elsewhere/b.py"] == SWEEP.encode()


def test_nor_where_it_is_named(
    folder: Folder, run: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder({"project/pyproject.toml": "", "elsewhere/b.py": SWEEP})
    Path("project/a.py").symlink_to("../elsewhere/b.py")
    monkeypatch.chdir("project")
    done = run("a.py")
    assert (done.status, done.out, done.err) == (
        123,
        "",
        f"error: a.py: is a link to {folder.path}/elsewhere/b.py, outside of its project; name that"
        f" file itself\n{FAILED}",
    )
    assert folder.files["elsewhere/b.py"] == SWEEP.encode()
    assert run("-q", f"{folder.path}/elsewhere/b.py").status == 0
    assert folder.files["elsewhere/b.py"] != SWEEP.encode()
    assert Path("a.py").is_symlink()


# Ray itself


def test_ray_s_own_modules_are_not_rewritten_but_its_examples_are(
    folder: Folder, run: Invoke
) -> None:
    folder(
        {
            "ray/_private/__init__.py": "",
            "ray/tune/a.py": SWEEP,
            "ray/train/examples/b.py": SWEEP,
            "elsewhere/ray/c.py": SWEEP,
        }
    )
    done = run(".")
    assert done.status == 0
    assert "skipped ray/tune/a.py: is part of Ray itself\n" in done.err
    assert done.err.endswith(SUMS.format("4 files", 1, 2, 1, 0))
    assert folder.files["ray/tune/a.py"] == SWEEP.encode()


# Names and sources that reports must not act on

NAMES = [
    "a\n::error::b.py",
    "::warning file=x::c.py",
    "\x1b[2J\x1b]0;title\x07d.py",
    "</script><script>alert(1)<!--e.py".replace("/", "\\"),
    "f\u202eyp.py",
    os.fsdecode(b"g\xff\xfe.py"),
    "h\r.py",
    "%0A::i.py",
    "--help.py",
]
SOURCE = f"""\
{SWEEP}
# ::error::injected </script><script>alert(1)</script> \x1b[31m \u202e ]]> <!--
x = "::error::injected </script><img src=x onerror=alert(1)> \x1b[31m"
def later():
    return tune.Tuner("</script>\x1b[31m" and __import__("x").trainer)
"""


@pytest.mark.parametrize("write", [True, False])
def test_nothing_hostile_reaches_a_terminal_or_a_workflow(
    folder: Folder, run: Invoke, write: bool
) -> None:
    folder(dict.fromkeys(NAMES, SOURCE))
    mode = [] if write else ["--check"]
    done = run(*mode, "-v", "--report", "github", "--report", "text", ".")
    assert done.status in (0, 1)
    assert done.err.endswith(" 0 failed.\n")
    assert acted_on(done.err) == []
    assert acted_on(done.out) == []
    commands = ("::notice title=", "::warning file=", "::notice file=")
    assert [one for one in done.out.split("\n")[:-1] if not one.startswith(commands)] == []
    # Of a command, only the message may hold what begins another.
    assert all(one.split("::")[1].count("\n") == 0 for one in done.out.split("\n")[:-1])


def test_nothing_hostile_gets_out_of_a_page(folder: Folder, run: Invoke) -> None:
    folder(dict.fromkeys(NAMES, SOURCE))
    reports = ["html:r.html", "json:r.json", "sarif:r.sarif"]
    done = run("--check", "-q", *(x for one in reports for x in ("--report", one)), ".")
    assert done.status == 1
    for name in ("r.html", "r.json", "r.sarif"):
        text = folder.files[name].decode("utf-8")
        assert acted_on(text.replace("\t", " ")) == [], name
    page = folder.files["r.html"].decode()
    assert page.count("<script") == page.count("</script") == 1
    assert "<img src=x" not in page
    assert xml.sax.saxutils.escape("<img src=x onerror=alert(1)>") in page


def acted_on(text: str) -> list[str]:
    """The characters that a terminal would act on, or that turn text around."""
    return [one for one in text if not one.isprintable() and one != "\n"]


def test_a_name_that_looks_like_an_option_is_found_and_migrated(
    folder: Folder, run: Invoke
) -> None:
    folder({"--help.py": SWEEP})
    assert run("-q", ".").status == 0
    assert run("-q", "--", "--help.py").status == 0
    assert b"train_driver_fn" in folder.files["--help.py"]


# Disks that are full, and many hands

_FULL = """\
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
from raytune_migrate.cli import main
main()
"""


def test_a_disk_that_is_full(folder: Folder) -> None:
    folder({"a.py": SWEEP, "b.py": SWEEP, "c.py": "import ray\n"})
    done = subprocess.run(
        [sys.executable, "-B", "-c", _FULL, "."], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (123, "")
    first, second, sums = done.stderr.splitlines(keepends=True)
    assert (first, second) == ("error: a.py: file too large\n", "error: b.py: file too large\n")
    assert sums.endswith(SUMS.format("", 1, 0, 0, 2))
    assert folder.files == {"a.py": SWEEP.encode(), "b.py": SWEEP.encode(), "c.py": b"import ray\n"}


_MANY = 1_000
_EDITOR = """\
import pathlib, sys
for number in range(int(sys.argv[1]) - 1, -1, -1):
    path = pathlib.Path(f"{number:04}.py")
    new = path.with_suffix(".new")
    new.write_text("edited = True\\n")
    new.replace(path)
"""


@pytest.mark.usefixtures("simple_engine")
def test_what_another_process_edits_meanwhile_is_never_lost(folder: Folder, run: Invoke) -> None:
    folder({f"{number:04}.py": "import ray\nTuner(trainer)\n" for number in range(_MANY)})
    # It comes from the other end, so that the two meet.
    editor = subprocess.Popen([sys.executable, "-c", _EDITOR, str(_MANY)])
    try:
        done = run("-q", ".")
    finally:
        assert editor.wait(60) == 0
    assert done.status in (0, 123)
    # Each is as the editor has it: it came later, or the run saw that it had been there.
    assert set(folder.files.values()) == {b"edited = True\n"}
    assert len(folder.files) == _MANY


def test_two_runs_at_once(folder: Folder) -> None:
    folder({f"{number:02}.py": SWEEP for number in range(20)})
    command = [sys.executable, "-m", "raytune_migrate", "-q", "."]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for one in runs:
        out, err = one.communicate(timeout=120)
        assert out == ""
        assert {line.split(": ", 2)[2] for line in err.splitlines()} <= {
            "was changed by something else during the run; run again"
        }
    once = set(folder.files.values())
    assert len(folder.files) == 20
    assert len(once) == 1
    assert b"train_driver_fn" in once.pop()


def test_what_a_killed_run_has_left_is_removed_by_the_next(folder: Folder, run: Invoke) -> None:
    left = ".raytune-migrate-0123456789abcdef.tmp"
    folder({"a.py": SWEEP, left: "half of"})
    assert run("-q", ".").status == 0
    assert list(folder.files) == ["a.py"]


# Code that no parser likes

DEEP_CODE = {
    "brackets.py": "x = " + "(" * 5_000 + ")" * 5_000,
    "attributes.py": "x = " + "a." * 20_000 + "a",
    "sum.py": "x = " + "1+" * 20_000 + "1",
    "elif.py": "if a: pass\n" + "elif a: pass\n" * 10_000,
    "minus.py": "x = " + "-" * 200_000 + "1",
    "lambda.py": "x = " + "lambda: " * 10_000 + "1",
}


def test_code_that_is_nested_without_end_ends_no_run(folder: Folder, spawn: Invoke) -> None:
    """LibCST's parser would end the process, for which no file could be said to have failed."""
    folder({name: f"import ray.train\n{code}\n" for name, code in DEEP_CODE.items()})
    folder({"z.py": SWEEP})
    done = spawn(".")
    assert (done.status, done.out) == (123, "")
    *said, migrated, sums = done.err.splitlines(keepends=True)
    assert len(said) == len(DEEP_CODE)
    assert [
        one for one in said if "nested too deeply" not in one and "same reason" not in one
    ] == []
    assert migrated == "migrated z.py (RTM101, RTM105)\n"
    assert sums == SUMS.format("7 files", 0, 1, 0, 6)


def test_what_python_reads_needs_no_more_than_a_deep_stack() -> None:
    code = "from raytune_migrate.module.trees import tree; tree('a and ' * 10_000 + 'a')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.py", "x = " + "-" * 200_000 + "1\n"),
        ("requirements.txt", "ray==" + "9" * 100_000 + "\nray>=" + "9" * 100_000 + "\n"),
        ("requirements.txt", "-r requirements.txt\n-r /dev/zero\n-c \x1b[31m\n"),
        ("pyproject.toml", "[project]\nrequires-python = '>=3." + "9" * 100_000 + "'\n"),
        ("environment.yml", "a: &a [*a]\n" * 1_000 + "\x1b[31m\n"),
        ("Dockerfile", "FROM ray\nRUN pip install " + "ray " * 1_000 + "\n"),
        (".env", "RAY_TRAIN_V2_ENABLED=0 \x1b[31m\n"),
    ],
)
def test_what_a_project_requires_may_be_nonsense(
    folder: Folder, run: Invoke, name: str, content: str
) -> None:
    folder({"a.py": SWEEP, name: content})
    done = run(".")
    assert done.status in (0, 1)
    assert "migrated a.py (RTM101, RTM105)\n" in done.err
    assert done.err.endswith(" 0 failed.\n")
    assert "\x1b" not in done.err
