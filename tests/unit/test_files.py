"""Which files a path stands for, and which of them can matter."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from raytune_migrate.files.find import RealPaths, find_files, mentions_ray


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, outside any repository."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


def touch(*names: str) -> None:
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def found(*paths: str) -> list[str]:
    return [str(path) for path in find_files(map(Path, paths))]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"import os\n",
        b"import ray\n",
        b"Tuner()\n",
        b"from lightning import Tuner\n",
        b"from array import array\n",
    ],
)
def test_most_code_does_not_matter(data: bytes) -> None:
    assert not mentions_ray(data)


@pytest.mark.parametrize(
    "data",
    [
        b"from ray import tune\ntune.Tuner(trainer)\n",
        b"from ray import air\n",
        b"from ray.tune.suggest import create_searcher\n",
        b"import ray as r\n\nr.air.session.report({})\n",
        b"from\tray import air\n",
        b"from\\\nray import air\n",
        b"import ray\ntrainer.as_trainable()\n",
        b'os.environ["RAY_TRAIN_V2_ENABLED"] = "0"\n',
    ],
)
def test_sweeps_and_the_flag_matter(data: bytes) -> None:
    assert mentions_ray(data)


def test_a_file_is_taken_whatever_its_name(here: Path) -> None:
    touch("script", ".venv/a.py")
    assert found("script", ".venv/a.py") == ["script", ".venv/a.py"]


def test_a_path_that_does_not_exist_is_left_to_the_reader(here: Path) -> None:
    assert found("absent.py") == ["absent.py"]


def test_a_folder_gives_its_python_files_sorted(here: Path) -> None:
    touch("b.py", "a/z.py", "a/b.pyi", "a.py", "c.txt", "d.ipynb", "README")
    assert found(".") == ["a/b.pyi", "a/z.py", "a.py", "b.py", "d.ipynb"]


def test_arguments_keep_their_order(here: Path) -> None:
    touch("b/x.py", "a/x.py")
    assert found("b", "a") == ["b/x.py", "a/x.py"]


def test_folders_of_other_people_s_code_are_passed_over(here: Path) -> None:
    touch(
        "a.py", ".venv/x.py", "venv/x.py", "node_modules/p/x.py", "__pycache__/x.py", ".tox/x.py",
        ".nox/x.py", "build/x.py", "dist/x.py", "lib/site-packages/x.py", ".mypy_cache/x.py",
        ".git/x.py",
    )  # fmt: skip
    assert found(".") == ["a.py"]


def test_but_not_where_they_are_named(here: Path) -> None:
    touch("build/x.py")
    assert found("build") == ["build/x.py"]


def test_a_virtual_environment_is_known_by_its_marker(here: Path) -> None:
    touch("a.py", "my-env/pyvenv.cfg", "my-env/lib/x.py")
    assert found(".") == ["a.py"]
    git("init")
    assert found(".") == ["a.py"]


def test_each_file_is_found_once(here: Path) -> None:
    touch("a/x.py", "a/y.py")
    Path("a/z.py").symlink_to("x.py")
    assert found("a/y.py", "a", "a/../a/x.py", str(here / "a")) == ["a/y.py", "a/x.py"]


def test_a_file_beside_links_to_it_has_its_own_name(here: Path) -> None:
    touch("a/x.py", "b/y.py")
    Path("a/link.py").symlink_to("x.py")
    Path("a/z.py").symlink_to("x.py")
    assert found("a") == ["a/x.py"]
    assert found("a/link.py", "a/x.py", "b") == ["a/x.py", "b/y.py"]
    assert found("a/z.py", "a/link.py") == ["a/z.py"]


def test_links_to_folders_are_not_followed(here: Path) -> None:
    touch("a/x.py", "other/y.py")
    Path("a/loop").symlink_to("..", target_is_directory=True)
    Path("a/other").symlink_to("../other", target_is_directory=True)
    assert found("a") == ["a/x.py"]


def test_a_link_is_not_followed_out_of_the_folder(here: Path) -> None:
    touch("a/x.py", "outside.py")
    Path("a/link.py").symlink_to("../outside.py")
    assert found("a") == ["a/x.py"]
    assert found("a/link.py") == ["a/link.py"]


def test_what_is_no_file_is_not_taken_from_a_folder(here: Path) -> None:
    touch("a/x.py", "a/folder.py/y.py")
    Path("a/.#x.py").symlink_to("user@host.1234")  # the lock file of an editor
    os.mkfifo("a/pipe.py")
    assert found("a") == ["a/folder.py/y.py", "a/x.py"]


def test_git_s_ignored_files_are_passed_over(here: Path) -> None:
    git("init")
    touch("a.py", "untracked.py", "generated/x.py", "sub/local.py", "sub/b.py", "gone.py")
    Path(".gitignore").write_text("generated/\n")
    Path("sub/.gitignore").write_text("local.py\n")
    git("add", "a.py", "gone.py")
    Path("gone.py").unlink()
    assert found(".") == ["a.py", "sub/b.py", "untracked.py"]
    assert found("sub") == ["sub/b.py"]


def test_an_ignored_folder_is_searched_where_it_is_named(here: Path) -> None:
    git("init")
    touch("generated/x.py")
    Path(".gitignore").write_text("generated/\n")
    assert found("generated") == ["generated/x.py"]


def test_a_repository_inside_the_repository_keeps_its_own_rules(here: Path) -> None:
    git("init")
    git("init", "inner")
    touch("a.py", "inner/b.py", "inner/local.py")
    Path("inner/.gitignore").write_text("local.py\n")
    assert found(".") == ["a.py", "inner/b.py"]


def test_the_environment_of_a_git_hook_does_not_lead_astray(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git("init")
    touch("a.py", "ignored.py")
    Path(".gitignore").write_text("ignored.py\n")
    monkeypatch.setenv("GIT_DIR", str(here / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(here / "elsewhere" / "index"))
    assert found(".") == ["a.py"]


def test_git_need_not_be_installed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git("init")
    touch("a.py", "sub/b.py")
    monkeypatch.setenv("PATH", "")
    assert found(".") == ["a.py", "sub/b.py"]


def test_names_may_hold_anything(here: Path) -> None:
    touch("new\nline.py", "é.py", "sp ace.py")
    Path(os.fsdecode(b"raw\xff.py")).touch()
    expected = sorted(["new\nline.py", "raw\udcff.py", "sp ace.py", "é.py"])
    assert found(".") == expected
    git("init")
    assert found(".") == expected


def test_a_folder_that_may_not_be_listed_is_left_to_the_reader(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch("a/x.py", "closed/y.py")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(".") == ["a/x.py", "closed"]


def test_real_paths_are_those_of_the_system(here: Path) -> None:
    touch("there/inner/a.py", "b.py")
    Path("link").symlink_to("there")
    Path("there/c.py").symlink_to("../b.py")
    Path("there/nowhere.py").symlink_to("gone.py")
    paths = [
        *("b.py", "./b.py", "link/inner/a.py", "link/c.py", "there/c.py", "there/nowhere.py"),
        *("link/gone.py", "link/..", "link/../b.py", "link/", "link", ".", "", "/"),
        str(here / "link/c.py"),
    ]
    real = RealPaths()
    assert {one: real.of(one) for one in paths} == {one: os.path.realpath(one) for one in paths}
