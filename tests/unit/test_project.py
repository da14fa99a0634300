"""What is read from a project's settings: how its code looks, and the oldest Ray it allows."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from raytune_migrate.project import Project, ProjectError, own_modules, project_of

if TYPE_CHECKING:
    from pathlib import Path


def project(folder: Path, files: dict[str, str | bytes], of: str = "a.py") -> Project:
    """The project of the file ``of``, in a folder with these files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / of).parent.mkdir(parents=True, exist_ok=True)
    return project_of(folder / of)


def minimum_ray(folder: Path, files: dict[str, str | bytes], of: str = "a.py") -> str | None:
    found = project(folder, files, of).minimum_ray
    return None if found is None else str(found)


# How code looks


def test_without_settings_it_is_black_s_defaults(tmp_path: Path) -> None:
    assert project(tmp_path, {}) == Project(root=tmp_path)


def test_settings_of_other_tools_say_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": '[tool.isort]\nline_length = 120\n[tool.ruff.lint]\nselect = ["E"]\n',
        "setup.cfg": "[flake8]\nmax-line-length = 120\n",
    }
    assert project(tmp_path, files) == Project(root=tmp_path)


def test_black(tmp_path: Path) -> None:
    settings = """\
[tool.black]
line-length = 100
skip-string-normalization = true
skip-magic-trailing-comma = true
preview = true
target-version = ["py310", "py311"]
"""
    assert project(tmp_path, {"pyproject.toml": settings}) == Project(
        root=tmp_path,
        line_length=100,
        magic_trailing_comma=False,
        string_normalization=False,
        preview=True,
        target_versions=frozenset({"py310", "py311"}),
    )


def test_black_spelled_as_black_allows_too(tmp_path: Path) -> None:
    settings = '[tool.black]\nline_length = "100"\nunstable = "true"\ntarget-version = "PY310"\n'
    assert project(tmp_path, {"pyproject.toml": settings}) == Project(
        root=tmp_path,
        line_length=100,
        preview=True,
        unstable=True,
        target_versions=frozenset({"py310"}),
    )


RUFF = """\
line-length = 79
target-version = "py311"
[format]
quote-style = "single"
skip-magic-trailing-comma = true
preview = true
"""


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("ruff.toml", RUFF),
        (".ruff.toml", RUFF),
        ("pyproject.toml", "[tool.ruff]\n" + RUFF.replace("[format]", "[tool.ruff.format]")),
    ],
)
def test_ruff(tmp_path: Path, name: str, settings: str) -> None:
    assert project(tmp_path, {name: settings}) == Project(
        root=tmp_path,
        line_length=79,
        magic_trailing_comma=False,
        string_normalization=False,
        preview=True,
        target_versions=frozenset({"py311"}),
    )


def test_black_counts_before_ruff(tmp_path: Path) -> None:
    settings = "[tool.black]\n[tool.ruff]\nline-length = 79\n"
    assert project(tmp_path, {"pyproject.toml": settings}).line_length == 88


def test_ruff_extends_another_file(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "base.toml": 'line-length = 120\n[format]\nquote-style = "preserve"\n',
            "ruff.toml": 'extend = "base.toml"\n[format]\nskip-magic-trailing-comma = true\n',
        },
    )
    assert (found.line_length, found.string_normalization, found.magic_trailing_comma) == (
        120,
        False,
        False,
    )


def test_the_nearest_settings_count(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        ".git/HEAD": "",
        "pyproject.toml": "[tool.black]\nline-length = 100\n",
        "near/pyproject.toml": "[tool.black]\nline-length = 79\n",
        "mute/pyproject.toml": "[project]\nname = 'mute'\n",
    }
    assert project(tmp_path, files, "near/deep/a.py").line_length == 79
    assert project(tmp_path, files, "mute/deep/a.py").line_length == 100
    assert project(tmp_path, files, "mute/deep/a.py").root == tmp_path


def test_settings_above_the_project_do_not_count(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": "[tool.black]\nline-length = 100\n",
        "inner/.git/HEAD": "",
    }
    assert project(tmp_path, files, "inner/a.py") == Project(root=tmp_path / "inner")


@pytest.mark.parametrize(
    ("requires", "oldest", "newest"),
    [
        (">=3.9", "py39", None),
        (">=3.8.1,<3.12", "py38", "py311"),
        ("==3.10.*", "py310", "py310"),
        ("~=3.10", "py310", None),
    ],
)
def test_python_releases_from_the_metadata(
    tmp_path: Path, requires: str, oldest: str, newest: str | None
) -> None:
    found = project(tmp_path, {"pyproject.toml": f'[project]\nrequires-python = "{requires}"\n'})
    ordered = sorted(found.target_versions, key=lambda version: int(version[3:]))
    assert ordered[0] == oldest
    assert newest is None or ordered[-1] == newest


def test_changed_settings_are_read_again(tmp_path: Path) -> None:
    assert project(tmp_path, {"ruff.toml": "line-length = 79\n"}).line_length == 79
    assert project(tmp_path, {"ruff.toml": "line-length = 100\n"}).line_length == 100


# Which Ray


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"requirements.txt": "torch>=2\n# ray>=2.51\n"}, id="no Ray"),
        pytest.param({"requirements.txt": "ray[tune]\n"}, id="any Ray"),
        pytest.param({"requirements.txt": "ray<2.50\n"}, id="only an upper bound"),
        pytest.param({"requirements.txt": "ray-lightning>=0.3\nray.x==3\nraydp==1\n"}, id="others"),
        pytest.param({"requirements.txt": "ray=={{ version }}\n"}, id="a template"),
        pytest.param({"notes.txt": "ray>=2.51\n"}, id="not a requirements file"),
        pytest.param({"setup.py": "def broken(:\n'ray>=2.51'\n"}, id="a setup.py that is broken"),
        pytest.param({"pyproject.toml": "[project]\ndependencies = 'ray>=2.51'\n"}, id="no list"),
        pytest.param({"environment.yml": "dependencies:\n  - ray-tune\n"}, id="any part of Ray"),
        pytest.param({"environment.yml": "- raytracer=2.51\n- ray-x=2\n"}, id="other packages"),
        pytest.param({"environment.yml": "name: ray=2.51\n# - ray-tune=2.51\n"}, id="no package"),
        pytest.param({"Dockerfile": "FROM rayproject/ray:nightly\n"}, id="an image of no release"),
        pytest.param({"Dockerfile": "FROM x/ray:2.51.0\n"}, id="somebody's image"),
        pytest.param({"Dockerfile": "RUN echo ray==2.51.0\nRUN pip install x\n"}, id="an echo"),
    ],
)
def test_where_nothing_is_known(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    assert minimum_ray(tmp_path, files) is None


@pytest.mark.parametrize(
    ("requirement", "minimum"),
    [
        ("ray>=2.43", "2.43"),
        ("Ray [train, tune] >= 2.43, < 3", "2.43"),
        ("ray==2.51.1", "2.51.1"),
        ("ray==2.51.*", "2.51"),
        ("ray===2.51.0", "2.51.0"),
        ("ray~=2.51.0", "2.51.0"),
        ("ray>2.50", "2.50"),
        ("ray>=2.40,>=2.43,!=2.44", "2.43"),
        ("ray>=2.51 ; python_version >= '3.10'", "2.51"),
        ("ray @ https://x.org/ray-3.0.0.dev0-cp310-cp310-linux_x86_64.whl#sha256=ab", "3.0.0.dev0"),
    ],
)
def test_a_requirement_s_lower_bound(tmp_path: Path, requirement: str, minimum: str) -> None:
    assert minimum_ray(tmp_path, {"requirements.txt": f"torch\n{requirement}\n"}) == minimum


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "ray==2.51.0 \\\n    --hash=sha256:ab\n"},
        {"requirements.txt": "ray==2.51.0  # pinned\n"},
        {"requirements.txt": "torch\nray==2.51.0 \\"},
        {"requirements.txt": "ray==2.51.0\r\n".encode("utf-16")},
        {"requirements-dev.txt": "ray==2.51.0\n"},
        {"dev-requirements.in": "ray==2.51.0\n"},
        {"requirements/base.txt": "ray==2.51.0\n"},
        {"constraints.txt": "ray==2.51.0\n"},
        {"pyproject.toml": '[project]\ndependencies = ["ray[tune]==2.51.0"]\n'},
        {"pyproject.toml": '[project.optional-dependencies]\nx = ["torch", "ray==2.51.0"]\n'},
        {"pyproject.toml": '[dependency-groups]\nx = [{include-group = "y"}, "ray==2.51.0"]\n'},
        {"pyproject.toml": '[tool.uv]\ndev-dependencies = ["ray==2.51.0"]\n'},
        {"pyproject.toml": '[tool.uv]\nconstraint-dependencies = ["ray==2.51.0"]\n'},
        {"pyproject.toml": '[tool.poetry.dependencies]\nray = "2.51.0"\n'},
        {"pyproject.toml": '[tool.poetry.dependencies]\nray = "^2.51.0"\n'},
        {"pyproject.toml": '[tool.poetry.dependencies]\nray = "~2.51.0"\n'},
        {"pyproject.toml": '[tool.poetry.dependencies]\nray = ">=2.51.0,<3"\n'},
        {"pyproject.toml": '[tool.poetry.dependencies]\nray = {version = "==2.51.0"}\n'},
        {"pyproject.toml": '[tool.poetry.group.x.dependencies]\nray = [{version = "2.51.0"}]\n'},
        {"uv.lock": '[[package]]\nname = "ray"\nversion = "2.51.0"\n'},
        {"poetry.lock": '[[package]]\nname = "ray"\nversion = "2.51.0"\n'},
        {"setup.cfg": "[options]\ninstall_requires =\n    torch\n    ray==2.51.0\n"},
        {"setup.cfg": "[options.extras_require]\ntune = ray==2.51.0\n"},
        {"setup.py": "setup(\n    install_requires=['ray[tune]==2.51.0'],\n)\n"},
        {"environment.yml": "dependencies:\n  - ray-tune=2.51.0=py310_0\n"},
        {"environment.yml": "dependencies:\n  - conda-forge::ray-all ==2.51.0\n"},
        {"environment.yaml": "dependencies:\n- ray-default 2.51.0\n"},
        {"environment.yml": "dependencies:\n  - 'ray-core>=2.51.0,<3'\n"},
        {"environment.yml": "dependencies:\n  - ray-tune 2.51.0|2.53.0\n"},
        {"environment.yml": "dependencies:\n  - pip:\n      - ray[tune]==2.51.0  # pinned\n"},
        {"Dockerfile": "FROM rayproject/ray:2.51.0\n"},
        {"Dockerfile": "FROM --platform=linux/amd64 docker.io/rayproject/ray-ml:2.51.0-gpu AS x\n"},
        {"gpu.Dockerfile": "FROM anyscale/ray:2.51.0-slim-py312-cu128\n"},
        {"Dockerfile.gpu": "from python\nRUN python -m pip install ray[tune]==2.51.0 torch\n"},
        {"Containerfile": "FROM x\nRUN uv pip install \\\n  # all of it\n  'ray>=2.51.0,<3'\n"},
        {"setup.py": "DEPS = '''\ntorch\nray==2.51.0\n'''\nraise SystemExit('executed')\n"},
    ],
)
def test_every_place_where_a_requirement_can_stand(
    tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    assert minimum_ray(tmp_path, files) == "2.51.0"


def test_the_lowest_of_one_folder_counts(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": '[project]\ndependencies = ["ray>=2.43"]\n',
        "requirements-test.txt": "ray==2.60.0\n",
        "uv.lock": '[[package]]\nname = "ray"\nversion = "2.53.0"\n',
    }
    assert minimum_ray(tmp_path, files) == "2.43"


def test_the_parts_of_conda_are_no_packages_of_pip(tmp_path: Path) -> None:
    assert minimum_ray(tmp_path, {"requirements.txt": "ray-tune==2.51.0\n"}) is None


def test_a_lock_counts_where_the_requirement_is_open(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "pyproject.toml": '[project]\ndependencies = ["ray"]\n',
        "uv.lock": '[[package]]\nname = "ray"\nversion = "2.53.0"\n',
    }
    assert minimum_ray(tmp_path, files) == "2.53.0"


def test_the_nearest_folder_that_knows_counts(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        ".git/HEAD": "",
        "requirements.txt": "ray==2.40.0\n",
        "new/requirements.txt": "ray==2.51.0\n",
        "open/requirements.txt": "ray\n",
    }
    assert minimum_ray(tmp_path, files, "new/src/a.py") == "2.51.0"
    assert minimum_ray(tmp_path, files, "open/src/a.py") == "2.40.0"


# Which imports are the project's own


def test_the_project_s_own_modules(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        ".git/HEAD": "",
        "pkg/__init__.py": "",
        "namespace/inner.py": "",
        "src/lib/__init__.py": "",
        "python/other/__init__.py": "",
        "scripts/helper.py": "",
        "data/torch/weights.bin": "",
        "torch/readme.txt": "",
        "ray/__init__.py": "",
    }
    found = project(tmp_path, files, "scripts/a.py")
    is_own = own_modules(tmp_path / "scripts" / "a.py", found)
    named = ["pkg", "namespace", "lib", "other", "helper", "torch", "numpy", "os", "ray"]
    assert [name for name in named if is_own(name)] == ["pkg", "namespace", "lib", "helper"]
    is_own = own_modules(tmp_path / "python" / "other" / "a.py", found)
    assert is_own("other")


# What cannot be used


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "pyproject.toml",
            "[tool.black\n",
            "not valid TOML: Expected ']' at the end of a table declaration (at line 1, column"
            " 12); correct the file",
        ),
        ("pyproject.toml", b"# \xe9\n", "not UTF-8, which TOML must be; convert the file"),
        (
            "uv.lock",
            "<<<<<<< HEAD\n",
            "not valid TOML: Invalid statement (at line 1, column 1); correct the file",
        ),
        (
            "pyproject.toml",
            "[tool.black]\nline-length = 0\n",
            "line-length is 0, but must be a whole number above 0; correct it",
        ),
        (
            "ruff.toml",
            "line-length = true\n",
            "line-length is True, but must be a whole number above 0; correct it",
        ),
        (
            "pyproject.toml",
            "[tool.black]\nskip-string-normalization = 'perhaps'\n",
            "skip-string-normalization is 'perhaps', but must be true or false; correct it",
        ),
        (
            "pyproject.toml",
            "[tool.black]\ntarget-version = [3.11]\n",
            'target-version is [3.11], but must be Python releases such as "py310"; correct it',
        ),
        (
            "ruff.toml",
            "line-length = 80\n[format]\nquote-style = 1\n",
            "quote-style is 1, but must be a string; correct it",
        ),
        (
            "ruff.toml",
            "extend = 'ruff.toml'\n",
            "extend = 'ruff.toml' leads back to itself; remove one of them",
        ),
        (
            "setup.cfg",
            "options\n",
            "not valid INI: File contains no section headers.; correct the file",
        ),
    ],
)
def test_says_what_is_wrong_with_settings(
    tmp_path: Path, name: str, content: str | bytes, reason: str
) -> None:
    with pytest.raises(ProjectError) as error:
        project(tmp_path, {name: content})
    assert str(error.value) == (
        f"the project's settings cannot be used: {tmp_path / name}: {reason}"
    )


def test_names_the_missing_file_that_ruff_should_extend(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as error:
        project(tmp_path, {"ruff.toml": "extend = 'absent.toml'\n"})
    assert str(error.value) == (
        f"the project's settings cannot be used: {tmp_path / 'absent.toml'}:"
        " No such file or directory; make it readable"
    )


def test_importing_it_is_cheap() -> None:
    code = "import sys, raytune_migrate.project as p; print({'black', 'libcst'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
