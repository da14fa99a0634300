"""What a project says of where its rewritten code runs: said once, at its line, or not at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Folder, Invoke, Run

SWEEP = """\
from ray import train, tune
from ray.train.torch import TorchTrainer


def train_loop(config):
    train.report({"loss": config["lr"]})


trainer = TorchTrainer(train_loop)
tuner = tune.Tuner(trainer, param_space={"train_loop_config": {"lr": 1}})
tuner.fit()
"""
MIGRATED = """\
from raytune_runtime import trial_run
"""
PINNED = """\
import os

os.environ["RAY_TRAIN_V2_ENABLED"] = "0"

from ray import tune
from ray.train.torch import TorchTrainer

tune.Tuner(TorchTrainer(print)).fit()
"""
PYPROJECT = '[project]\ndependencies = [\n    "torch",\n    "ray[tune]{}",\n{}]\n'
RUNTIME = '    "raytune-migrate[runtime]",\n'
GOOD = PYPROJECT.format(">=2.51", RUNTIME)
OLD = PYPROJECT.format("==2.9.3", RUNTIME)
BARE = PYPROJECT.format(">=2.51", "")
ITSELF = BARE.replace("[project]", '[project]\nname = "raytune-migrate"')
READS = """\
if [ "$RAY_TRAIN_V2_ENABLED" = 0 ] || [ "${RAY_TRAIN_V2_ENABLED}" = 0 ]; then
  echo "RAY_TRAIN_V2_ENABLED=0"
fi
"""

TOO_OLD = (
    "RTM502 The rewritten code does not run on every Ray that this allows: {}. Require Ray 2.43 or"
    " later. (https://github.com/ray-project/ray/issues/49454)"
)
MISSING = (
    "RTM503 The rewritten code imports raytune_runtime, and nothing here installs it. Add"
    " raytune-migrate[runtime]; every node of the cluster needs it."
    " (https://docs.ray.io/en/latest/ray-core/handling-dependencies.html)"
)


def found(done: Run) -> list[str]:
    """Place and code of every finding."""
    return re.findall(r"^(\S+:\d+:\d+: RTM\d+) ", done.err, re.MULTILINE)


# The option


@pytest.mark.parametrize("given", ["2", "2.x", "latest", "", "2.51.0.1", ">=2.51", "v2.51"])
def test_a_release_that_is_none(folder: Folder, run: Invoke, given: str) -> None:
    done = run("--ray-version", given, ".")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(
        f"Error: Invalid value for '--ray-version': {given!r} is neither auto nor a release such as"
        " 2.51.\n"
    )


@pytest.mark.parametrize("given", ["2.42", "2.9.3", "1.13", "2.42.99"])
def test_a_release_that_is_too_old(folder: Folder, run: Invoke, given: str) -> None:
    done = run("--ray-version", given, ".")
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith(
        "Error: Invalid value for '--ray-version': rewritten code runs on Ray 2.43 and later; name"
        " a release from 2.43 on.\n"
    )


@pytest.mark.parametrize(
    ("given", "requirement", "asks"),
    [
        ("auto", ">=2.51", False),
        ("auto", ">=2.43", True),
        ("auto", "", True),
        ("2.51", "", False),
        ("2.60.0", ">=2.43", False),
        ("2.43", ">=2.51", True),
        ("2.50.1", ">=2.51", True),
    ],
)
def test_what_is_written_depends_on_the_release(
    folder: Folder, run: Invoke, given: str, requirement: str, asks: bool
) -> None:
    folder({"a.py": SWEEP, "pyproject.toml": PYPROJECT.format(requirement, RUNTIME)})
    done = run("--ray-version", given, "a.py")
    assert done.status == 0, done.err
    assert (b"RAY_TRAIN_V2_ENABLED" in folder.files["a.py"]) is asks


def test_a_release_that_is_given_replaces_what_is_declared(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "pyproject.toml": OLD})
    assert run("--check", "--ray-version", "2.51", "a.py").err == (
        "would migrate a.py (RTM101, RTM105)\n"
        "1 file: 0 unchanged, 1 would be migrated, 0 would be migrated with work left,"
        " 0 skipped, 0 failed.\n"
    )


# Where nothing is said


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a.py": "import ray\n", "pyproject.toml": OLD}, id="no sweep"),
        pytest.param({"a.py": "import ray\n", "requirements.txt": "ray==2.9.3\n"}, id="Ray only"),
        pytest.param({"requirements.txt": "ray==2.9.3\n"}, id="no code"),
        pytest.param({"a.py": SWEEP}, id="no project"),
        pytest.param({"a.py": SWEEP, "requirements.txt": "torch==2.9\n"}, id="not of Ray"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": "[tool.black]\n"}, id="no dependencies"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD}, id="all is well"),
        pytest.param(
            {"a.py": SWEEP, "pyproject.toml": PYPROJECT.format("", RUNTIME)}, id="any Ray"
        ),
        pytest.param(
            {"a.py": SWEEP, "pyproject.toml": PYPROJECT.format("<2.50", RUNTIME)},
            id="an upper bound that leaves room",
        ),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD, "z/requirements.txt": "ray==2.9.3\n"},
                     id="somebody else's"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD, "notes.txt": "ray==2.9.3\n"},
                     id="no requirements"),
        pytest.param(
            {"a.py": SWEEP, "pyproject.toml": BARE, "requirements-gpu.txt": "raytune_migrate\n"},
            id="the runtime in another file",
        ),
        pytest.param(
            {"a.py": SWEEP, "pyproject.toml": BARE,
             "requirements.txt": "git+https://example.org/raytune-migrate.git@main\n"},
            id="the runtime from an address",
        ),
        pytest.param(
            {"a.py": SWEEP, "pyproject.toml": BARE, "raytune_runtime/__init__.py": ""},
            id="the runtime beside the code",
        ),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD,
                      "uv.lock": '[[package]]\nname = "ray"\nversion = "2.9.3"\n'},
                     id="a lock that is out of date"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD,
                      "Dockerfile": "FROM rayproject/ray:2.9.3-py310\nRUN pip install .\n"},
                     id="an image in which another Ray is installed"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD,
                      "Dockerfile": "FROM rayproject/ray:${RAY}\n# FROM rayproject/ray:2.9.3\n"},
                     id="an image of any release"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD, ".env": "RAY_TRAIN_V2_ENABLED=1\n"},
                     id="the flag is on"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD, "ray.yaml":
                      'env:\n- name: RAY_TRAIN_V2_ENABLED\n  value: "1"\n- name: A\n  value: 0\n'},
                     id="the flag of a cluster is on"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD,
                      "run.sh": "# RAY_TRAIN_V2_ENABLED=0\necho\n"}, id="a comment"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD,
                      "run.sh": "true # RAY_TRAIN_V2_ENABLED=0\n"}, id="a comment behind code"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD, "run.sh": READS}, id="it is read"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": ITSELF}, id="the runtime itself"),
        pytest.param({"a.py": SWEEP, "setup.py":
                      "setup(name='ray', keywords=['ray'], extras_require={'ray': ['torch']})\n"},
                     id="the word in a setup script"),
        pytest.param({"a.py": SWEEP, "pyproject.toml": GOOD, "b.txt": "RAY_TRAIN_V2_ENABLED=0\n"},
                     id="the flag in a text"),
    ],
)  # fmt: skip
def test_where_nothing_is_said(folder: Folder, run: Invoke, files: dict[str, str | bytes]) -> None:
    folder(files)
    done = run("--check", ".")
    assert found(done) == []
    assert " 0 skipped, 0 failed.\n" in done.err or done.err.startswith("0 files")
    assert (run(".").status, run("--check", ".").status) == (0, 0)


def test_a_pinned_file_needs_no_newer_ray(folder: Folder, run: Invoke) -> None:
    folder({"a.py": PINNED, "requirements.txt": "ray==2.9.3\n"})
    assert found(run("a.py")) == ["a.py:3:1: RTM906"]


# A Ray that is too old


def test_it_is_reported_once_and_counted(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "b.py": SWEEP, "pkg/c.py": SWEEP, "pyproject.toml": OLD})
    done = run("--check", ".")
    assert (done.status, done.out, done.err) == (
        1,
        "",
        "would migrate a.py (RTM101, RTM105, RTM501)\n"
        "would migrate b.py (RTM101, RTM105, RTM501)\n"
        "would migrate pkg/c.py (RTM101, RTM105, RTM501)\n"
        f"pyproject.toml:4:6: {TOO_OLD.format('ray[tune]==2.9.3')}\n"
        "skipped pyproject.toml: 1 place needs a person\n"
        "4 files: 0 unchanged, 3 would be migrated, 0 would be migrated with work left,"
        " 1 skipped, 0 failed.\n",
    )
    assert folder.files["pyproject.toml"] == OLD.encode()


def test_writing_leaves_it_to_a_person(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "pyproject.toml": OLD})
    done = run(".")
    assert (done.status, done.out, done.err) == (
        1,
        "",
        "migrated a.py (RTM101, RTM105, RTM501)\n"
        f"pyproject.toml:4:6: {TOO_OLD.format('ray[tune]==2.9.3')}\n"
        "skipped pyproject.toml: 1 place needs a person\n"
        "2 files: 0 unchanged, 1 migrated, 0 migrated with work left, 1 skipped, 0 failed.\n",
    )
    assert folder.files["pyproject.toml"] == OLD.encode()
    # Until it is put right.
    again = run("--check", ".")
    assert (again.status, found(again)) == (1, ["pyproject.toml:4:6: RTM502"])
    folder({"pyproject.toml": GOOD})
    assert (run("--check", ".").status, found(run("."))) == (0, [])


def test_rules_that_are_not_wanted(folder: Folder, run: Invoke) -> None:
    folder({"a.py": MIGRATED, "requirements.txt": "ray==2.9.3\n"})
    codes = ["requirements.txt:1:1: RTM502", "requirements.txt:1:1: RTM503"]
    assert found(run("--check", ".")) == codes
    assert found(run("--check", "--ignore", "RTM503", ".")) == codes[:1]
    assert found(run("--check", "--select", "RTM503", ".")) == codes[1:]
    done = run("--check", "--select", "RTM1", ".")
    assert (done.status, done.out, done.err) == (
        0,
        "",
        "1 file: 1 unchanged, 0 would be migrated, 0 would be migrated with work left,"
        " 0 skipped, 0 failed.\n",
    )


def test_a_diff_holds_nothing_of_it(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "pyproject.toml": OLD})
    done = run("--diff", ".")
    assert done.status == 1
    assert "pyproject" not in done.out
    assert "\nskipped pyproject.toml: 1 place needs a person\n" in done.err


def test_quiet(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "pyproject.toml": OLD})
    done = run("-q", ".")
    assert (done.status, done.out, done.err) == (1, "", "")


@pytest.mark.parametrize(
    ("name", "content", "places"),
    [
        ("requirements.txt", "torch\n\nray[tune]==2.9.3  # old\n", ["3:1"]),
        ("requirements.txt", "torch \\\n  --hash=sha256:ab\nray == 2.9.3 \\\n  --hash=sha256:ab\n",
         ["3:1"]),
        ("requirements.txt", "ray>=2.9\n", ["1:1"]),
        ("requirements.txt", "ray>=2.9,<3\n", ["1:1"]),
        ("requirements.txt", "ray~=2.42.1\n", ["1:1"]),
        ("requirements.txt", "ray<2.43\n", ["1:1"]),
        ("requirements.txt", "ray<=2.42.1\n", ["1:1"]),
        ("requirements.txt", "ray==2.40.*\n", ["1:1"]),
        ("requirements.txt", "ray @ https://x.org/ray-2.9.3-cp310-cp310-linux_x86_64.whl\n",
         ["1:1"]),
        ("requirements.txt", "ray==2.51\nray==2.9.3 ; python_version < '3.9'\n", ["2:1"]),
        ("requirements.txt", "ray==2.9.3\r\n".encode("utf-16"), ["1:1"]),
        ("requirements/base.in", "ray==2.9.3\n", ["1:1"]),
        ("dev-requirements.txt", "ray==2.9.3\n", ["1:1"]),
        ("constraints.txt", "ray==2.9.3\n", ["1:1"]),
        ("setup.py", "setup(\n    install_requires=['torch', 'ray==2.9.3'],\n)\n", ["2:32"]),
        ("setup.py", "DEPS = '''\ntorch\nray==2.9.3\n'''\n", ["3:1"]),
        ("setup.cfg", "[options]\ninstall_requires =\n    torch\n    ray==2.9.3\n", ["4:5"]),
        ("setup.cfg", "[options.extras_require]\ntune = ray==2.9.3\n", ["2:8"]),
        ("pyproject.toml", '# "ray==2.9.3"\n[project.optional-dependencies]\n'
         'a = ["ray==2.9.3"]\nb = ["ray==2.9.3"]\n', ["3:7", "4:7"]),
        ("pyproject.toml", '[dependency-groups]\ndev = ["ray==2.9.3"]\n', ["2:9"]),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.10"\nray = "^2.9"\n', ["3:1"]),
        ("pyproject.toml", '[tool.poetry.dependencies.ray]\nversion = "2.9.3"\n', ["1:1"]),
        ("environment.yml", "dependencies:\n  - python=3.10\n  - ray-tune=2.9.3\n", ["3:5"]),
        ("environment.yaml", "dependencies:\n- conda-forge::ray-default >=2.9,<3\n", ["2:16"]),
        ("environment.yml", "dependencies:\n  - pip:\n    - ray[tune]==2.9.3\n", ["3:7"]),
        ("Dockerfile", "FROM rayproject/ray:2.9.3-py310-gpu\n", ["1:6"]),
        ("docker/Dockerfile", "FROM rayproject/ray:2.9.3-py310-gpu\n", []),
        ("Dockerfile", "FROM rayproject/ray:2.9\n", ["1:6"]),
        ("cluster.yaml", "docker:\n  image: rayproject/ray-ml:2.9.0-gpu  # ours\n", ["2:10"]),
        ("cluster.yml", "setup_commands:\n  - pip install -U 'ray[tune]==2.9.3' torch\n", ["2:21"]),
        ("k8s/ray.yaml", "spec:\n  rayVersion: '2.9.0'\n  a:\n  - image: rayproject/ray:2.9.0\n",
         ["2:3", "4:12"]),
        ("env.yaml", "pip:\n  - torch\n  - ray[train]==2.9.3\n", ["3:5"]),
        ("env.yaml", "pip: ['torch', 'ray==2.9.3']\n", ["1:17"]),
        ("cluster.yaml", "# image: rayproject/ray:2.9.0\ndocker:\n  image: rayproject/ray:2.51.0\n",
         []),
        ("cluster.yaml", "docker:\n  image: ours/array:2.9.0\nray_version: 2.9.0\n", []),
        ("env.yaml", "pip: [xgboost-ray==0.1.0, ray-ban==1.0, 'ray>=2.51']\n- array==2.9.3\n", []),
        ("data/cluster.yaml", "docker:\n  image: rayproject/ray:2.9.0\n", []),
        ("gpu.Dockerfile", "FROM python\nRUN pip install -U \\\n    torch 'ray[tune]==2.9.3'\n",
         ["3:12"]),
        ("uv.lock", '[[package]]\nname = "torch"\n\n[[package]]\nname = "ray"\nversion = "2.9.3"\n',
         ["5:1"]),
    ],
)  # fmt: skip
def test_every_place_where_ray_can_be_too_old(
    folder: Folder, run: Invoke, name: str, content: str | bytes, places: list[str]
) -> None:
    folder({"a.py": SWEEP, "requirements-x.txt": "raytune-migrate\n", name: content})
    done = run("--check", "--ignore", "RTM503", ".")
    assert found(done) == [f"{name}:{place}: RTM502" for place in places]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("pip: [torch, 'ray[tune]==2.51.0']\n", "1:15"),
        ("setup_commands:\n  - pip install torch\n  - pip install ray==2.51.0\n", "3:17"),
        ("pip:\n- ray==2.51.0\n- raytune-migrate[runtime]\n", None),
        ("pip: [ray==2.51.0]\npy_modules: [vendor/raytune_runtime]\n", None),
        ("- run: pip install ray==2.51.0\n- run: pip install -r requirements-x.txt\n", None),
        ("- run: pip install ray==2.51.0\n- run: pip install -e '.[test]'\n", None),
        ("- run: pip install ray==2.51.0 -q .\n- run: pip install -q .\n", None),
        ("image: rayproject/ray:2.51.0\npip: [torch]\n", None),
    ],
)
def test_what_a_cluster_or_a_job_installs_beside_ray(
    folder: Folder, run: Invoke, content: str, place: str | None
) -> None:
    """It has packages of its own: that the project requires the runtime is not enough."""
    folder({"a.py": SWEEP, "requirements-x.txt": "raytune-migrate\n", "job.yaml": content})
    assert found(run(".")) == ([] if place is None else [f"job.yaml:{place}: RTM503"])


def test_a_setup_script_ends_in_one_way(folder: Folder, run: Invoke) -> None:
    setup = "import ray  # Tuner\n\nsetup(install_requires=['ray==2.9.3', 'raytune-migrate'])\n"
    folder({"a.py": SWEEP, "setup.py": setup})
    done = run("-v", "--check", ".")
    assert done.err.count("setup.py:") == 2  # the finding, and how it ended
    assert done.err.endswith(
        "2 files: 0 unchanged, 1 would be migrated, 0 would be migrated with work left,"
        " 1 skipped, 0 failed.\n"
    )
    assert "unchanged setup.py" in run("-v", "--check", "--ray-version", "2.51", ".").err


def test_a_setup_script_that_is_migrated_itself(folder: Folder, run: Invoke) -> None:
    folder({"setup.py": f"{SWEEP}\nsetup(install_requires=['ray==2.9.3', 'raytune-migrate'])\n"})
    done = run("--check", ".")
    assert found(done) == ["setup.py:13:25: RTM502"]
    assert done.err.endswith(
        "1 file: 0 unchanged, 0 would be migrated, 1 would be migrated with work left,"
        " 0 skipped, 0 failed.\n"
    )


# What a tool wrote is put right at its source


@pytest.mark.parametrize(
    ("source", "lock"),
    [
        (("pyproject.toml", PYPROJECT.format("", RUNTIME)),
         ("uv.lock", '[[package]]\nname = "ray"\nversion = "2.9.3"\n')),
        (("requirements.in", "torch\nraytune-migrate\nray[tune]\n"),
         ("requirements.txt", "ray[tune]==2.9.3\nraytune-migrate==0.1.0\n")),
        (("pyproject.toml", PYPROJECT.format("", RUNTIME)),
         ("requirements.txt", "# This file was autogenerated by uv\nray==2.9.3\n")),
    ],
)  # fmt: skip
def test_a_lock_is_put_right_at_its_source(
    folder: Folder, run: Invoke, source: tuple[str, str], lock: tuple[str, str]
) -> None:
    folder({"a.py": SWEEP, source[0]: source[1], lock[0]: lock[1]})
    done = run("--check", ".")
    assert [one.rpartition(":")[0].partition(":")[0] for one in found(done)] == [source[0]]
    assert (
        f"RTM502 {lock[0]} holds Ray 2.9.3, on which the rewritten code does not run. Require Ray"
        " 2.43 or later, and lock again." in done.err
    )


def test_a_lock_adds_nothing_to_what_its_source_says(folder: Folder, run: Invoke) -> None:
    lock = '[[package]]\nname = "ray"\nversion = "2.9.3"\n'
    folder({"a.py": SWEEP, "pyproject.toml": OLD, "uv.lock": lock, "poetry.lock": lock})
    assert found(run("--check", ".")) == ["pyproject.toml:4:6: RTM502"]


def test_packages_of_one_repository(folder: Folder, run: Invoke) -> None:
    folder(
        {
            ".git/HEAD": "",
            "pyproject.toml": OLD,
            "old/a.py": SWEEP,
            "new/requirements.txt": "ray>=2.51\n",
            "new/a.py": SWEEP,
        }
    )
    assert found(run("--check", "old")) == ["pyproject.toml:4:6: RTM502"]
    assert found(run("--check", "new")) == []


# The runtime


def test_the_runtime_is_missing(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "b.py": SWEEP, "pyproject.toml": BARE, "requirements.txt": "ray\n"})
    done = run(".")
    assert (done.status, done.out, done.err) == (
        1,
        "",
        "migrated a.py (RTM101, RTM105)\n"
        "migrated b.py (RTM101, RTM105)\n"
        f"pyproject.toml:4:6: {MISSING}\n"
        "skipped pyproject.toml: 1 place needs a person\n"
        "3 files: 0 unchanged, 2 migrated, 0 migrated with work left, 1 skipped, 0 failed.\n",
    )
    assert found(run("--check", ".")) == ["pyproject.toml:4:6: RTM503"]
    folder({"requirements.txt": "ray\nraytune-migrate[runtime]\n"})
    assert (run("--check", ".").status, found(run("."))) == (0, [])


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("requirements.txt", "torch\nray\n", "2:1"),
        ("setup.py", "setup(install_requires=['ray'])\n", "1:25"),
        ("environment.yml", "dependencies:\n  - ray-tune\n", "2:5"),
        ("Dockerfile", "FROM rayproject/ray:2.51.0\nRUN pip install torch\n", "1:6"),
    ],
)
def test_where_the_runtime_is_missed(
    folder: Folder, run: Invoke, name: str, content: str, place: str
) -> None:
    folder({"a.py": SWEEP, name: content})
    assert found(run("--check", ".")) == [f"{name}:{place}: RTM503"]


def test_an_image_that_installs_the_runtime(folder: Folder, run: Invoke) -> None:
    image = "FROM rayproject/ray:2.51.0\nRUN pip install 'raytune-migrate[runtime]'\n"
    folder({"a.py": SWEEP, "Dockerfile": image})
    assert found(run("--check", ".")) == []


# A commit hook names the files of the commit


def test_a_hook_speaks_of_the_project_only_where_it_migrates(folder: Folder, run: Invoke) -> None:
    folder({"a.py": SWEEP, "b.py": MIGRATED, "pyproject.toml": OLD})
    done = run("b.py")
    assert (done.status, found(done)) == (0, [])
    assert found(run("a.py", "b.py")) == ["pyproject.toml:4:6: RTM502"]
    assert (run("a.py", "b.py").status, found(run("a.py", "b.py"))) == (0, [])
    assert found(run(".")) == ["pyproject.toml:4:6: RTM502"]


# The flag is turned off outside the code


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        (".env", "A=1\nRAY_TRAIN_V2_ENABLED=0\n", "2:1"),
        (".env.local", "RAY_TRAIN_V2_ENABLED='false'\n", "1:1"),
        ("run.sh", "export RAY_TRAIN_V2_ENABLED=0\n", "1:8"),
        ("scripts/run.sh", "RAY_TRAIN_V2_ENABLED=0 python a.py\n", "1:1"),
        ("slurm/run.sbatch", "#SBATCH -N 1\nexport RAY_TRAIN_V2_ENABLED=0\n", "2:8"),
        ("jobs/run.slurm", "RAY_TRAIN_V2_ENABLED=0 srun python a.py\n", "1:1"),
        ("run.fish", "set -x RAY_TRAIN_V2_ENABLED 0\n", "1:8"),
        ("deploy/tune.service", '[Service]\nEnvironment="RAY_TRAIN_V2_ENABLED=0"\n', "2:14"),
        ("Makefile", "tune:\n\tRAY_TRAIN_V2_ENABLED=0 python a.py\n", "2:2"),
        ("rules.mk", "export RAY_TRAIN_V2_ENABLED := 0\n", "1:8"),
        ("justfile", 'export RAY_TRAIN_V2_ENABLED := "0"\n', "1:8"),
        ("Dockerfile", "FROM python\nENV RAY_TRAIN_V2_ENABLED 0\n", "2:5"),
        ("docker-compose.yml", 'environment:\n  RAY_TRAIN_V2_ENABLED: "0"\n', "2:3"),
        (".github/workflows/ci.yml", "env:\n  RAY_TRAIN_V2_ENABLED: 0\n", "2:3"),
        ("tox.ini", "[testenv]\nsetenv =\n    RAY_TRAIN_V2_ENABLED = 0\n", "3:5"),
        ("env.yaml", 'env_vars: {RAY_TRAIN_V2_ENABLED: "0"}\n', "1:12"),
        ("k8s/ray.yaml", 'env:\n- name: RAY_TRAIN_V2_ENABLED\n  value: "0"\n', "2:9"),
    ],
)
def test_the_flag_is_off_outside_the_code(
    folder: Folder, run: Invoke, name: str, content: str, place: str
) -> None:
    folder({".git/HEAD": "", "src/a.py": SWEEP, "pyproject.toml": GOOD, name: content})
    done = run("--check", ".")
    assert found(done) == [f"{name}:{place}: RTM906"]
    assert "Take RAY_TRAIN_V2_ENABLED away here, or set it to 1." in done.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("conf/a.yaml", "_target_: ray.train.RunConfig\n"),
        ("conf/a.yaml", "trainer:\n  _target_: ray.train.torch.TorchTrainer\n"),
        ("conf/a.yaml", "_target_: ray.train.RunConfig\nname: a\nstop: null\nverbose: # none\n"),
        ("conf/a.yaml", "_target_: ray.tune.RunConfig\nstop:\n  loss: 1\n"),
        ("conf/a.yaml", "a:\n  _target_: ray.train.RunConfig\nstop: 3\n"),
        ("conf/a.yaml", "- _target_: ray.train.RunConfig\n- _target_: a.Job\n  stop: 3\n"),
        ("conf/a.yaml", "_target_: ray.train.RunConfig\nfailure_config:\n  stop: 1\n"),
        ("conf/a.yaml", "class_path: ray.train.RunConfig\nstop: 3\ninit_args:\n  name: a\n"),
        ("conf/a.yaml", "# _target_: ray.air.RunConfig\n_target_: ray.air.other.RunConfig\n"),
        ("conf/a.yaml", "_target_: raytune.air.RunConfig\ntarget: ray.air.RunConfig\n"),
        ("conf/a.txt", "_target_: ray.air.RunConfig\n"),
        ("data/b.yaml", "_target_: ray.air.RunConfig\n"),
    ],
)
def test_targets_that_train_v2_takes(folder: Folder, run: Invoke, name: str, content: str) -> None:
    folder({".git/HEAD": "", "src/a.py": SWEEP, "pyproject.toml": GOOD, name: content})
    assert found(run("--check", ".")) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "conf/config.yaml",
            "run_config:\n  _target_: ray.air.RunConfig\n",
            "2:13: RTM504 What ray.air.RunConfig makes is Train V1's, and Train V2 refuses"
            " it. Write ray.train.RunConfig for a trainer, and ray.tune.RunConfig for a"
            " Tuner.",
        ),
        (
            "src/conf/scaling/small.yml",
            '- _target_: "ray.air.config.ScalingConfig"\n',
            "1:14: RTM504 What ray.air.config.ScalingConfig makes is Train V1's, and"
            " Train V2 refuses it. Write ray.train.ScalingConfig.",
        ),
        (
            "configs/tune.yaml",
            "run_config:\n  failure_config:\n    class_path: ray.air.FailureConfig\n",
            "3:17: RTM504 What ray.air.FailureConfig makes is Train V1's, and Train V2"
            " refuses it. Write ray.train.FailureConfig for a trainer, and"
            " ray.tune.FailureConfig for a Tuner.",
        ),
        (
            "conf/run.yaml",
            "- name: a\n  stop: 1\n- stop:  # it\n    loss: 1\n  _target_: ray.train.RunConfig\n",
            "3:3: RTM904 ray.train.RunConfig of Train V2 raises for stop. Leave it out. Where a"
            " Tuner is given the config, write ray.tune.RunConfig.",
        ),
        (
            "conf/run.yaml",
            "_target_: ray.train.ScalingConfig\nnum_workers: 2\n\ntrainer_resources: {CPU: 1}\n",
            "4:1: RTM904 ray.train.ScalingConfig of Train V2 raises for trainer_resources. Leave it"
            " out.",
        ),
        (
            "conf/run.yaml",
            "class_path: ray.train.torch.TorchTrainer\ninit_args:\n  metadata:\n    a: 1\n",
            "3:3: RTM904 ray.train.torch.TorchTrainer of Train V2 raises for metadata. Leave it"
            " out.",
        ),
        (
            "conf/run.yaml",
            "trainer:\n  _target_: ray.train.horovod.HorovodTrainer\n",
            "2:13: RTM902 ray.train.horovod.HorovodTrainer has no counterpart in Train V2. Move its"
            " train loop to TorchTrainer or TensorflowTrainer.",
        ),
    ],
)
def test_targets_that_train_v2_refuses(
    folder: Folder, run: Invoke, name: str, content: str, said: str
) -> None:
    folder({".git/HEAD": "", "src/a.py": SWEEP, "pyproject.toml": GOOD, name: content})
    assert f"{name}:{said}" in run("--check", ".").err
