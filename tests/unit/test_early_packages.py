"""Scripts that start in a package that has imported Ray by then: their flag comes too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import OPTIONS, files, run, said, write

from raytune_migrate.settings.options import Options, WriteBack

if TYPE_CHECKING:
    from pathlib import Path

OLD = Options(write_back=WriteBack.WRITE, ray_version="2.43")
SWEEP = """
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def train_loop(config):
            train.report({"loss": config["lr"]})


        def sweep():
            space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
            return tune.Tuner(TorchTrainer(train_loop), param_space=space).fit()
"""
COMMAND = """
        --- pyproject.toml
        [project]
        name = "search"
        dependencies = ["ray>=2.43", "raytune-migrate[runtime]"]
        scripts = { search = "search.command:main" }
"""
SCRIPT = """
        --- search/command.py
        from search.sweeps import sweep


        def main():
            print(sweep().get_best_result("loss", "min").metrics)
"""


def project(*packages: str, script: str = SCRIPT) -> str:
    return f"{COMMAND}        --- search/sweeps.py{SWEEP}{script.rstrip()}\n" + "".join(packages)


def package(path: str, *lines: str) -> str:
    return f"        --- {path}\n" + "".join(f"        {one}\n" for one in lines)


def late(folder: Path, text: str, options: Options = OLD) -> list[str]:
    """What is said of the flag; the same by a second run."""
    write(folder, text)
    first = [one for one in said(run(folder, options=options)) if one.endswith("RTM501")]
    again = [one for one in said(run(folder, options=options)) if one.endswith("RTM501")]
    assert [one.split(":")[0] for one in first] == [one.split(":")[0] for one in again]
    return first


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["import os", "import ray", "import search.names"],
        ["def sweep():", "    from search.sweeps import sweep", "", "    return sweep()"],
        ["from typing import TYPE_CHECKING", "if TYPE_CHECKING:", "    from .sweeps import sweep"],
        ["from search.command import main", "from search.sweeps import sweep"],
        ["import os", "os.environ['RAY_TRAIN_V2_ENABLED'] = '1'", "from .sweeps import sweep"],
        ["import search.names", "from .sweeps import sweep"],
    ],
    ids=["empty", "Ray alone", "later", "for types", "the script itself", "set", "set elsewhere"],
)
def test_packages_that_are_not_too_early(tmp_path: Path, lines: list[str]) -> None:
    names = package("search/names.py", "import os", "", "os.environ['RAY_TRAIN_V2_ENABLED'] = '1'")
    if lines[:2] == ["import os", "import ray"]:
        names = package("search/names.py", "NAME = 'search'")
    text = project(package("search/__init__.py", *lines, ""), names)
    assert late(tmp_path, text) == []
    command = (tmp_path / "search/command.py").read_text(encoding="utf-8")
    assert 'os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")' in command


def test_a_ray_that_needs_no_flag(tmp_path: Path) -> None:
    text = project(package("search/__init__.py", "from .sweeps import sweep"))
    assert late(tmp_path, text, OPTIONS) == []


def test_a_script_that_may_be_run_as_a_file(tmp_path: Path) -> None:
    """By its path it is no part of its package, and sets the flag in time."""
    script = SCRIPT.replace("command.py", "run.py") + "\n\n        main()\n"
    text = project(package("search/__init__.py", "from .sweeps import sweep"), script=script)
    assert late(tmp_path, text.replace("search.command:main", "other:main")) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["from search.sweeps import sweep"],
        ["from . import sweeps"],
        ["import search.names", "from .sweeps import *"],
        ["import ray.tune"],
        ["try:", "    from ray import train", "except ImportError:", "    train = None"],
    ],
)
def test_a_command_of_a_package_that_imports_ray(tmp_path: Path, lines: list[str]) -> None:
    names = package("search/names.py", "NAME = 'search'")
    text = project(package("search/__init__.py", *lines), names)
    assert late(tmp_path, text) == ["search/command.py:1: RTM501"]


def test_a_package_around_that_of_a_script(tmp_path: Path) -> None:
    """The outermost is run first. A relative import is none of a file that is run by its path."""
    script = """
        --- search/runs/night.py
        from ..sweeps import sweep

        if __name__ == "__main__":
            print(sweep())
    """
    around = package("search/__init__.py", "from .sweeps import sweep")
    text = project(around, package("search/runs/__init__.py"), script=script)
    assert late(tmp_path, text) == ["search/runs/night.py:1: RTM501"]


def test_python_m_of_a_package(tmp_path: Path) -> None:
    script = SCRIPT.replace("command.py", "__main__.py").replace("def main():", "if True:")
    text = project(package("search/__init__.py", "from .sweeps import sweep"), script=script)
    assert late(tmp_path, text) == ["search/__main__.py:1: RTM501"]
    assert files(text)["search/__init__.py"] == (
        (tmp_path / "search/__init__.py").read_text(encoding="utf-8")
    )
