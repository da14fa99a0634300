"""The tuning examples of a published Ray release, which nobody wrote for this project."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from recording import different, record

from raytune_migrate.verify.runs import Reach, Version

sys.path.insert(0, str(Path(__file__).parents[1]))
from published import boosting_examples, extract, tuning_examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from raytune_migrate.verify.records import Record

RELEASE = "2.42.1"
"""The last release without a word about Train V2."""

PYTORCH = "ray/train/examples/pytorch/"
REGRESSION = f"{PYTORCH}tune_torch_regression_example.py"
PLAIN = [
    REGRESSION,
    "ray/train/examples/tf/tune_tensorflow_autoencoder_example.py",
    "ray/train/examples/tf/tune_tensorflow_mnist_example.py",
]
"""Nothing stands in the way of these."""
WITHOUT_V2_TRAINER = [
    "ray/train/examples/horovod/horovod_cifar_pbt_example.py",
    "ray/train/examples/horovod/horovod_tune_example.py",
]
EXAMPLES = [*PLAIN, f"{PYTORCH}tune_cifar_torch_pbt_example.py", *WITHOUT_V2_TRAINER]

WITH_DATA = Path(__file__).with_name("with_data.py")
FINDING = re.compile(
    r"^(?P<path>.+?):(?P<line>\d+):\d+: (?P<code>RTM9\d\d) (?P<message>\S.*)$", re.M
)

pytestmark = [pytest.mark.registry, pytest.mark.slow]


def migrate(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs the command on one file."""
    done = subprocess.run(
        [sys.executable, "-m", "raytune_migrate", *options, str(path)],
        cwd=path.parent,
        text=True,
        capture_output=True,
        timeout=300,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1), done.stderr
    return done


def trainers_given_to_a_tuner(source: str) -> Iterator[set[int]]:
    """The lines of each ``Tuner(trainer)``: the call, and what the variables in it were set to."""
    tree = ast.parse(source)
    built = {
        node.targets[0].id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) == "Tuner":
            named = [keyword.value for keyword in node.keywords if keyword.arg == "trainable"]
            first = (node.args or named)[0]
            if (
                isinstance(first, ast.Name)
                and first.id in built
                and called(built[first.id]).endswith("Trainer")
            ):
                names = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
                yield lines_of(node).union(*(lines_of(built[name]) for name in names & {*built}))


def called(node: ast.Call) -> str:
    """The last part of the name that is called."""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def lines_of(node: ast.expr) -> set[int]:
    """The lines on which the expression stands."""
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def test_the_examples_are_all_that_the_release_has() -> None:
    assert sorted(EXAMPLES) == tuning_examples(RELEASE)


@pytest.mark.parametrize("name", EXAMPLES, ids=lambda name: Path(name).stem)
def test_an_example_is_migrated_or_reported_where_it_stands(name: str, tmp_path: Path) -> None:
    (path,) = extract(RELEASE, [name], tmp_path)
    before = path.read_text(encoding="utf-8")
    assert list(trainers_given_to_a_tuner(before)), "the example holds no Tuner(trainer)"

    done = migrate(path)
    after = path.read_text(encoding="utf-8")
    compile(after, str(path), "exec")
    reported = {int(found["line"]) for found in FINDING.finditer(done.stderr)}
    left = list(trainers_given_to_a_tuner(after))
    for lines in left:
        assert reported & lines, done.stderr
    if name in PLAIN:
        assert not left, done.stderr
    if name in WITHOUT_V2_TRAINER:
        assert left, "there is nothing it could have been rewritten to"
    assert bool(reported) == (done.returncode == 1)

    again = migrate(path)
    assert again.returncode == done.returncode
    assert path.read_text(encoding="utf-8") == after


@pytest.mark.parametrize("release", ["2.9.3", "2.31.0", RELEASE])
def test_the_boosting_trainers_of_the_documentation_get_a_train_loop(
    release: str, tmp_path: Path
) -> None:
    paths = boosting_examples(release, tmp_path)
    names = {path.stem.rpartition("_")[0] for path in paths}
    assert names == {
        "ray_train_lightgbm_lightgbm_trainer",
        "ray_train_xgboost_xgboost_trainer",
        "ray_tune_tuner",
    }
    for path in paths:
        done = migrate(path)
        assert done.returncode == 0, done.stderr
        after = path.read_text(encoding="utf-8")
        compile(after, str(path), "exec")
        assert not list(trainers_given_to_a_tuner(after))
        trainers = [
            node
            for node in ast.walk(ast.parse(after))
            if isinstance(node, ast.Call) and called(node) in ("XGBoostTrainer", "LightGBMTrainer")
        ]
        assert trainers
        for one in trainers:
            assert called(one.args[0]).endswith("_train_loop")
            assert "label_column" not in {keyword.arg for keyword in one.keywords}


def test_with_ray_alone_the_examples_need_nothing_else(tmp_path: Path) -> None:
    rewritten = 0
    for path in (*extract(RELEASE, EXAMPLES, tmp_path), *boosting_examples("2.9.3", tmp_path)):
        before = path.read_text(encoding="utf-8")
        done = migrate(path, "--no-runtime", "--no-todo")
        after = path.read_text(encoding="utf-8")
        compile(after, str(path), "exec")
        assert "raytune_runtime" not in after
        rewritten += after != before
        if list(trainers_given_to_a_tuner(after)):
            assert done.returncode == 1
    assert rewritten >= len(PLAIN) + 2


@pytest.mark.ray
def test_the_regression_example_gives_what_it_gave(
    ray_cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (example,) = extract(RELEASE, [REGRESSION], tmp_path)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    arguments = [str(example), "--address", ray_cluster]

    def run(train: Version) -> Record:
        # Nobody seeds the workers of this example but the recorder.
        folder, reach = tmp_path / train.value, Reach.WORKERS
        return record(WITH_DATA, folder, *arguments, address=ray_cluster, train=train, reach=reach)

    old = run(Version.V1)
    assert old.exit == 0, old.failure
    assert len(old.sweeps[0].trials) == 2

    assert migrate(example).returncode == 0
    assert different(old, run(Version.V2)) == []
