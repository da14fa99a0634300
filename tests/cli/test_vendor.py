"""A copy of the runtime in the project: made, kept up to date, imported, and left alone."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import raytune_migrate
from raytune_migrate import __version__

if TYPE_CHECKING:
    from conftest import Folder, Invoke

SWEEP = """\
from ray import train, tune
from ray.train.torch import TorchTrainer


def train_loop(config):
    train.report({"loss": config["lr"]})


trainer = TorchTrainer(train_loop)
tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
tuner.fit()
"""
RUNTIME = {
    path.name: path.read_bytes()
    for path in Path(raytune_migrate.__file__).parents[1].joinpath("raytune_runtime").iterdir()
    if path.is_file()
}
NOTE = f"Vendored by raytune-migrate {__version__}; do not edit.\n"
FILES = len(RUNTIME) + 1  # and the note
RAY = "ray[tune]>=2.51\n"


def copy_in(folder: Folder, where: str) -> dict[str, bytes]:
    """The files of the copy in a folder, by name."""
    prefix = f"{where}/raytune_runtime/"
    return {
        name.removeprefix(prefix): data
        for name, data in folder.files.items()
        if name.startswith(prefix)
    }


def imports_of(folder: Folder, name: str) -> list[str]:
    """The imports of the runtime in a file."""
    lines = folder.files[name].decode().splitlines()
    return [line for line in lines if "raytune_runtime" in line]


# Nothing is copied


@pytest.mark.parametrize("options", [(), ("--check",), ("--diff",)])
def test_nothing_needs_it(folder: Folder, run: Invoke, options: tuple[str, ...]) -> None:
    folder({"a.py": "import ray\nfrom ray import tune\n"})
    done = run(*options, "--vendor-runtime", "lib", ".")
    assert (done.status, done.out) == (0, "")
    assert list(folder.files) == ["a.py"]


@pytest.mark.parametrize(
    "there",
    [
        {"lib/raytune_runtime/__init__.py": "mine = 1\n"},
        {"lib/raytune_runtime/README.md": "Vendored by hand\n"},
        {"lib/raytune_runtime": "a file"},
    ],
)
def test_a_folder_that_is_somebody_elses(
    folder: Folder, run: Invoke, there: dict[str, str | bytes]
) -> None:
    folder({"a.py": SWEEP, **there})
    before = folder.files
    done = run("--vendor-runtime", "lib", ".")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(
        "Error: Invalid value for '--vendor-runtime': lib/raytune_runtime is there already, and"
        " raytune-migrate has not made it; name another folder, or move it away.\n"
    )
    assert folder.files == before


@pytest.mark.parametrize("options", [(), ("--check",), ("--diff",)])
def test_a_second_copy(folder: Folder, run: Invoke, options: tuple[str, ...]) -> None:
    folder({"a.py": SWEEP})
    run("--vendor-runtime", "lib", ".")
    before = folder.files
    done = run(*options, "--vendor-runtime", "other", ".")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "error: lib/raytune_runtime is a copy of the runtime already; name lib, or move the"
        " copy, and what imports it, first.\n"
    )
    assert folder.files == before


def test_copies_of_scripts_that_have_nothing_to_do_with_each_other(
    folder: Folder, run: Invoke
) -> None:
    folder({"one/a.py": SWEEP, "two/a.py": SWEEP})
    for name in ("one", "two", "one"):
        assert run("--vendor-runtime", name, name).status == 0


def test_a_file_in_the_place_of_the_folder(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "lib": "a file"})
    done = run("--vendor-runtime", "lib", ".")
    assert done.status == 2
    assert "lib is a file; name a folder, which need not exist yet." in done.err


def test_a_folder_that_git_ignores(folder: Folder, run: Invoke) -> None:
    subprocess.run(["git", "init", "-q", folder.path], check=True)
    folder({"a.py": SWEEP, ".gitignore": "lib/\n"})
    done = run("--vendor-runtime", "lib", ".")
    assert done.status == 2
    assert "git ignores lib/raytune_runtime, and so would Ray" in done.err
    assert imports_of(folder, "a.py") == []


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("third-party", "'third-party' cannot be the name of a Python package"),
        ("lib/class", "'class' cannot be the name of a Python package"),
        ("../other", "which lies outside its project"),
    ],
)
def test_a_folder_that_no_import_reaches(
    folder: Folder, run: Invoke, where: str, reason: str
) -> None:
    folder({"a.py": SWEEP})
    done = run("--vendor-runtime", where, ".")
    assert done.status == 123
    assert f"error: a.py: cannot import the runtime from {where}" in done.err
    assert reason in done.err
    assert folder.files == {"a.py": SWEEP.encode()}


# What is copied


def test_the_copy(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "requirements.txt": RAY})
    done = run("--vendor-runtime", "lib", ".")
    assert (done.status, done.out) == (0, "")
    assert done.err == (
        "migrated a.py (RTM101, RTM105)\n"
        f"copied the runtime to lib/raytune_runtime (raytune-migrate {__version__})\n"
        "1 file: 0 unchanged, 1 migrated, 0 migrated with work left, 0 skipped, 0 failed."
        f" {FILES} files of the runtime were copied.\n"
    )
    copied = copy_in(folder, "lib")
    assert copied.pop("README.md").decode().startswith(NOTE)
    assert copied == RUNTIME
    assert b"Apache License" in copied["LICENSE"]


def test_the_licence_of_the_runtime_is_that_of_the_project() -> None:
    whole = Path(__file__).parents[2] / "LICENSE"
    assert RUNTIME["LICENSE"] == whole.read_bytes()


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_what_would_be_copied(folder: Folder, run: Invoke, option: str) -> None:
    folder({"a.py": SWEEP, "requirements.txt": RAY})
    before = folder.files
    done = run(option, "--vendor-runtime", "lib", ".")
    assert done.status == 1
    assert done.err == (
        "would migrate a.py (RTM101, RTM105)\n"
        f"would copy the runtime to lib/raytune_runtime (raytune-migrate {__version__})\n"
        "1 file: 0 unchanged, 1 would be migrated, 0 would be migrated with work left, 0 skipped,"
        f" 0 failed. {FILES} files of the runtime would be copied.\n"
    )
    assert folder.files == before
    line = f"# lib/raytune_runtime: {FILES} files of raytune-migrate {__version__}, not shown here"
    assert done.out.splitlines()[-1:] == ([line] if option == "--diff" else [])


def test_the_patch_applies(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    patch = run("--diff", "--vendor-runtime", "lib", ".").out
    applied = subprocess.run(["git", "apply"], input=patch.encode(), check=False)
    assert applied.returncode == 0
    assert imports_of(folder, "a.py") != []


def test_a_second_run_changes_nothing(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "requirements.txt": RAY})
    run("--vendor-runtime", "lib", ".")
    after = folder.files
    for options in [("--vendor-runtime", "lib"), ()]:
        done = run(*options, ".")
        assert (done.status, folder.files) == (0, after)
        assert done.err == (
            "1 file: 1 unchanged, 0 migrated, 0 migrated with work left, 0 skipped, 0 failed.\n"
        )


def test_the_copy_is_never_looked_at(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    run("--vendor-runtime", "lib", ".")
    copied = folder.path / "lib/raytune_runtime/run.py"
    copied.write_text(SWEEP)
    for named in ("lib/raytune_runtime/run.py", "lib/raytune_runtime", "lib"):
        assert run(named).err == "0 files: no Python files in the paths given.\n"
    assert copied.read_text() == SWEEP


def test_the_copy_is_no_part_of_the_project(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "requirements.txt": RAY})
    run("--vendor-runtime", "lib", ".")
    folder({"b.py": SWEEP})
    done = run("--vendor-runtime", "lib", ".")
    assert done.err == (
        "migrated b.py (RTM101, RTM105)\n"
        "2 files: 1 unchanged, 1 migrated, 0 migrated with work left, 0 skipped, 0 failed.\n"
    )
    assert done.status == 0


# Up to date or not


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_a_copy_that_is_not_there_fails_the_check(folder: Folder, run: Invoke, option: str) -> None:
    folder({"a.py": "from lib.raytune_runtime import trial_run\n"})
    done = run(option, "--vendor-runtime", "lib", "a.py")
    assert done.status == 1
    assert "would copy the runtime to lib/raytune_runtime" in done.err


def test_an_older_copy_is_said_and_brought_up_to_date(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    run("--vendor-runtime", "lib", ".")
    after = folder.files
    note = after["lib/raytune_runtime/README.md"].decode().replace(__version__, "0.0.9")
    folder({"lib/raytune_runtime/README.md": note, "lib/raytune_runtime/run.py": "old = 1\n"})
    done = run("--check", "--vendor-runtime", "lib", ".")
    assert done.status == 1
    assert done.err == (
        "would update the runtime in lib/raytune_runtime (raytune-migrate 0.0.9 to"
        f" {__version__}; different: README.md, run.py)\n"
        "1 file: 1 unchanged, 0 would be migrated, 0 would be migrated with work left, 0 skipped,"
        " 0 failed. 2 files of the runtime would be copied.\n"
    )
    done = run("--vendor-runtime", "lib", ".")
    assert (done.status, folder.files) == (0, after)
    assert "updated the runtime in lib/raytune_runtime (raytune-migrate 0.0.9 to" in done.err
    assert run("--check", "--vendor-runtime", "lib", ".").status == 0


def test_a_copy_that_was_edited_is_said_and_mended(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    run("--vendor-runtime", "lib", ".")
    after = folder.files
    folder({"lib/raytune_runtime/run.py": "mine = 1\n"})
    (folder.path / "lib/raytune_runtime/LICENSE").unlink()
    done = run("--check", "--vendor-runtime", "lib", ".")
    assert done.status == 1
    assert done.err.startswith(
        f"would update the runtime in lib/raytune_runtime (raytune-migrate {__version__};"
        " different: LICENSE, run.py)\n"
    )
    run("--vendor-runtime", "lib", ".")
    assert folder.files == after


def test_newlines_of_the_platform_are_no_difference(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    run("--vendor-runtime", "lib", ".")
    run_py = folder.path / "lib/raytune_runtime/run.py"
    run_py.write_bytes(run_py.read_bytes().replace(b"\n", b"\r\n"))
    assert run("--check", "--vendor-runtime", "lib", ".").status == 0


def test_a_copy_that_cannot_be_written(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP})
    run("--vendor-runtime", "lib", ".")
    run_py = folder.path / "lib/raytune_runtime/run.py"
    run_py.unlink()
    run_py.mkdir()
    done = run("--vendor-runtime", "lib", ".")
    assert done.status == 123
    assert "error: lib/raytune_runtime: is a directory: lib/raytune_runtime/run.py" in done.err


# How it is imported


@pytest.mark.parametrize(
    ("files", "where", "module"),
    [
        pytest.param({"a.py": SWEEP}, "lib", "lib.", id="beside the script"),
        pytest.param({"a.py": SWEEP}, ".", "", id="in the script's folder"),
        pytest.param({"jobs/a.py": SWEEP}, "jobs", "", id="in a folder of scripts"),
        pytest.param({"jobs/a.py": SWEEP}, "jobs/lib", "lib.", id="below a folder of scripts"),
        pytest.param({"jobs/a.py": SWEEP}, "lib", "lib.", id="in the folder that it is run from"),
        pytest.param(
            {"app/a.py": SWEEP, "app/__init__.py": ""}, "app/lib", "app.lib.", id="in a package"
        ),
        pytest.param(
            {"app/a.py": SWEEP, "app/__init__.py": ""}, "app", "app.", id="the package itself"
        ),
        pytest.param(
            {"app/x/a.py": SWEEP, "app/x/__init__.py": "", "app/__init__.py": ""},
            "lib",
            "lib.",
            id="beside the package",
        ),
        pytest.param(
            {"src/app/a.py": SWEEP, "src/app/__init__.py": ""},
            "src/app/lib",
            "app.lib.",
            id="in a package in src",
        ),
        pytest.param(
            {"src/app/a.py": SWEEP, "src/app/__init__.py": ""}, "src", "", id="in src itself"
        ),
        pytest.param({"a.py": SWEEP, "src/app/__init__.py": ""}, "src/lib", "lib.", id="in src"),
        pytest.param(
            {"a.py": SWEEP, "src/app/__init__.py": "", "src/__init__.py": ""},
            "src/app/lib",
            "src.app.lib.",
            id="src is a package",
        ),
    ],
)
def test_the_module_that_is_written(
    folder: Folder, run: Invoke, files: dict[str, str | bytes], where: str, module: str
) -> None:
    folder({**files, "requirements.txt": RAY})
    done = run("--vendor-runtime", where, ".")
    assert done.status == 0, done.err
    script = next(name for name in files if name.endswith("a.py"))
    (line,) = imports_of(folder, script)
    assert line.startswith(f"from {module}raytune_runtime import ")
    after = folder.files
    for options in [("--vendor-runtime", where), ()]:
        assert (run(*options, ".").status, folder.files) == (0, after)


def test_a_new_folder_in_a_package_is_a_package(folder: Folder, run: Invoke) -> None:
    folder({"app/a.py": SWEEP, "app/__init__.py": ""})
    run("--vendor-runtime", "app/third/lib", ".")
    packages = [name for name in folder.files if name.endswith("__init__.py")]
    assert packages == [
        "app/__init__.py",
        "app/third/__init__.py",
        "app/third/lib/__init__.py",
        "app/third/lib/raytune_runtime/__init__.py",
    ]


@pytest.mark.parametrize(
    ("imports", "expected"),
    [
        (
            "import torch\nfrom ray import tune\n",
            "import torch\nfrom ray import tune\n\nfrom app.lib.raytune_runtime import ",
        ),
        (
            "from ray import tune\n\nfrom app.a import x\nfrom app.z import y\n",
            "from ray import tune\n\nfrom app.a import x\nfrom app.lib.raytune_runtime import ",
        ),
        (
            "from ray import tune\n\nfrom .a import x\n",
            "from ray import tune\n\nfrom app.lib.raytune_runtime import ",
        ),
        (
            "from ray import tune\n\nimport helpers\n",
            "from ray import tune\n\nimport helpers\nfrom app.lib.raytune_runtime import ",
        ),
    ],
)
def test_where_the_import_goes(folder: Folder, run: Invoke, imports: str, expected: str) -> None:
    body = SWEEP.partition("\n\n\n")[2]
    trainer = "from ray.train.torch import TorchTrainer"
    imports = imports.replace("from ray import tune", f"from ray import train, tune\n{trainer}")
    expected = expected.replace("from ray import tune", f"from ray import train, tune\n{trainer}")
    folder({"app/a.py": f"{imports}\n\n{body}", "app/__init__.py": "", "requirements.txt": RAY})
    run("--vendor-runtime", "app/lib", ".")
    assert folder.files["app/a.py"].decode().startswith(expected)


# What was migrated before


def test_an_import_of_the_installed_runtime_goes_to_the_copy(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "requirements.txt": RAY})
    run("a.py")
    installed = folder.files["a.py"]
    done = run("--vendor-runtime", "lib", ".")
    assert "migrated a.py (RTM505)\n" in done.err
    assert folder.files["a.py"] == installed.replace(
        b"from raytune_runtime import", b"from lib.raytune_runtime import"
    )
    assert done.status == 0


def test_a_file_has_one_runtime(folder: Folder, run: Invoke) -> None:
    folder({"a.py": f"from lib.raytune_runtime import merge_config\n{SWEEP}"})
    run("--ray-version", "2.51", ".")
    (line,) = imports_of(folder, "a.py")
    assert line.startswith("from lib.raytune_runtime import ")
    assert b"**trial_run()" in folder.files["a.py"]


# Requirements


def test_nothing_needs_to_install_it(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "requirements.txt": RAY})
    assert "RTM503" in run("--check", ".").err
    assert "RTM503" not in run("--check", "--vendor-runtime", "lib", ".").err
    assert "RTM503" not in run("--check", "--vendor-runtime", ".", ".").err


def test_a_runtime_env_need_not_install_it(folder: Folder, run: Invoke) -> None:
    packages = 'import ray\n\nray.init(runtime_env={"pip": ["torch"]})\n'
    folder({"a.py": SWEEP + packages, "requirements.txt": RAY})
    assert "RTM503" in run("--check", "a.py").err
    done = run("--vendor-runtime", "lib", "a.py")
    assert (done.status, "RTM503" in done.err) == (0, False)
    assert run("--check", ".").status == 0


def test_another_file_still_needs_it_installed(folder: Folder, run: Invoke) -> None:
    module = "import raytune_runtime\n"
    folder({"a.py": SWEEP, "b.py": module, "requirements.txt": RAY})
    done = run("--vendor-runtime", "lib", ".")
    assert "requirements.txt:1:1: RTM503" in done.err


def test_as_a_commit_hook(folder: Folder, spawn: Invoke) -> None:
    """Arguments first, then the files of the commit, those of the copy among them."""
    subprocess.run(["git", "init", "-q", folder.path], check=True)
    folder({"jobs/a.py": SWEEP, "b.py": "x = 1\n"})
    done = spawn("--vendor-runtime", "jobs/lib", "b.py", "jobs/a.py")
    assert done.status == 0, done.err
    assert len(copy_in(folder, "jobs/lib")) == FILES
    after = folder.files
    names = [name for name in after if name.endswith(".py") and not name.startswith(".git/")]
    assert any("raytune_runtime" in name for name in names)
    for option in ((), ("--check",)):
        done = spawn(*option, "--vendor-runtime", "jobs/lib", *names)
        assert (done.status, folder.files) == (0, after)
