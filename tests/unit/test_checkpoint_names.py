"""Checkpoints that are looked for by their numbers, and numbers out of their names."""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import check_finding, check_unchanged, migrated, said

_HEAD = """\
import os
import re
from glob import glob
from pathlib import Path

from project.ray import TorchTrainer


"""
_FIRST = _HEAD.count("\n") + 1


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            newest = sorted(glob("runs/*/checkpoint_*"))[-1]
            named = [one for one in os.listdir("runs") if one.startswith("checkpoint_")]
            when = newest.split("_")[-1]
            """,
            id="by time they are in the same order",
        ),
        pytest.param(
            """\
            def epoch(path):
                return int(path.split("_")[-1])


            def epochs(files):
                models = sorted(glob("models/model_*"), key=lambda one: int(one.split("_")[-1]))
                for one in glob("models/checkpoint_*.pt"):
                    print(int(one.split("_")[-1].removesuffix(".pt")))
                for one in files:
                    print(int(one.split("_")[-1]))
                return models
            """,
            id="other files",
        ),
        pytest.param(
            """\
            def step(trainer_state, checkpoint_path):
                folder = trainer_state.best_model_checkpoint
                return int(folder.split("-")[-1]), int(re.search(r"step(\\d+)", folder).group(1))
            """,
            id="checkpoints of Transformers",
        ),
        pytest.param(
            """\
            def save(model, folder, epoch):
                os.makedirs(os.path.join(folder, f"checkpoint_{epoch:06d}"), exist_ok=True)


            def load(folder):
                return max(
                    glob(os.path.join(folder, "checkpoint_[0-9]*")),
                    key=lambda one: int(one.split("checkpoint_")[1]),
                )
            """,
            id="directories of one's own",
        ),
        pytest.param(
            """\
            def load(checkpoint_dir, epoch):
                path = os.path.join(checkpoint_dir, f"checkpoint_{epoch}.pt")
                return os.path.exists(path) and open(Path(checkpoint_dir) / "checkpoint_000001")
            """,
            id="files in a directory of one's own",
        ),
        pytest.param(
            """\
            print("/runs/TorchTrainer_1/checkpoint_000001/model.pt", Path("runs"))
            for one in os.listdir("runs"):
                print(os.path.join("runs", one, "checkpoint_000001.pt"), "checkpoint_000001")
            """,
            id="runs of Train V1, and files",
        ),
        pytest.param(
            """\
            print(re.search(r"checkpoint_(\\d+)\\.pt", "a"), glob("my_checkpoint_0*"))
            print("checkpoint_(\\\\d+) is what they were called", int("1_000".split("_")[0]))
            """,
            id="other patterns",
        ),
        pytest.param(
            """\
            def number(result):
                TorchTrainer.report({}, checkpoint_dir_name="checkpoint_000001")
                return int(result.checkpoint.path.split("_")[-1])
            """,
            id="named by the train loop",
        ),
    ],
)
def test_silent(source: str) -> None:
    check_unchanged(_after_head(source))


def test_silent_without_trainers() -> None:
    """Tune numbers the checkpoints of its own functions still."""
    check_unchanged(
        """\
        from glob import glob

        from ray import tune


        def objective(config):
            checkpoint = tune.get_checkpoint()
            tune.report({"start": int(checkpoint.path.split("_")[-1])})


        print(tune.Tuner(objective).fit()[0].checkpoint.path, glob("runs/*/checkpoint_0*"))
        """
    )


def test_patterns() -> None:
    result = check_finding(
        _after_head(
            """\
            NUMBER = re.compile(r"checkpoint_(?P<number>[0-9]+)$")


            def checkpoints(result, folder):
                yield re.search(r"checkpoint_(\\d+)", result.checkpoint.path)
                yield from glob(os.path.join(folder, "checkpoint_0*"))
                yield from glob(f"{folder}/checkpoint_??????/model.pt")
                yield from Path(folder).rglob("checkpoint_[0-9]*")
            """
        ),
        *((_FIRST + line, "RTM405") for line in (0, 4, 5, 6, 7)),
    )
    assert result.findings[0].message == (
        "Train V2 names the directories of checkpoints by their time. Take the path of"
        " result.checkpoint, or of one of result.best_checkpoints."
    )


def test_numbers_below_what_is_listed() -> None:
    check_finding(
        _after_head(
            """\
            newest = sorted(os.listdir("runs"))[-1]
            weights = os.path.join("runs", newest, "checkpoint_000002", "model.pt")
            runs = [one for one in Path("runs").iterdir() if one.is_dir()]
            last = max(runs, key=lambda one: one.stat().st_mtime)
            print(f"{last}/checkpoint_000000/model.pt", last / "checkpoint_000000")
            for run in glob("runs/*"):
                print(run + "/checkpoint_000001")
            """
        ),
        *((_FIRST + line, "RTM405") for line in (1, 4, 4, 6)),
    )


def test_numbers_below_what_is_listed_of_functions() -> None:
    check_unchanged(
        """\
        import os

        from ray import tune

        from project import objective

        tune.Tuner(objective).fit()
        print(os.path.join(os.listdir("runs")[0], "checkpoint_000001"))
        """
    )


def test_numbers() -> None:
    result = check_finding(
        _after_head(
            """\
            def numbers(result, trial, checkpoint_dir):
                checkpoint = result.checkpoint
                name = os.path.basename(checkpoint.path)
                yield int(checkpoint.path.split("_")[-1])
                yield int(name.rsplit("_", 1)[1])
                yield int(name[-6:])
                yield int(Path(trial.checkpoint.path).name.removeprefix("checkpoint_"))
                yield int(re.search(r"\\d+", name).group())
                yield int(checkpoint_dir.split("_")[-1])
                yield int(trial.split("/checkpoint_")[1])
                yield int(os.path.basename(result.path).split("_")[-1])
            """
        ),
        *((_FIRST + line, "RTM405") for line in (3, 4, 5, 6, 7, 8, 9)),
    )
    assert result.findings[0].message == (
        "Train V2 names the directories of checkpoints by their time, without a number. Save the"
        " number in the checkpoint, or report it as a metric. By name they are in the order of"
        " time."
    )


def test_numbers_of_the_best_checkpoints() -> None:
    check_finding(
        _after_head(
            """\
            def numbers(result, results):
                yield int(result.best_checkpoints[0][0].path.split("_")[-1])
                best, metrics = result.best_checkpoints[-1]
                yield int(os.path.basename(best.path).split("_")[-1])
                yield int(metrics["at"].split(":")[0])
                for one, _ in result.best_checkpoints:
                    yield int(one.path.split("_")[-1])
                last = result.get_best_checkpoint("loss", "min")
                yield int(last.path.rsplit("_", 1)[-1])
                for result in results:
                    yield int(result.path.split("_")[-1])
            """
        ),
        *((_FIRST + line, "RTM405") for line in (1, 3, 6, 8)),
    )


def test_numbers_of_what_a_file_is_in() -> None:
    check_finding(
        _after_head(
            """\
            def numbers(result, folder):
                weights = Path(result.get_best_checkpoint("loss", "min").path) / "model.pt"
                inner = os.path.join(result.checkpoint.path, "model.pt")
                deep = Path(result.checkpoint.path) / "a/model.pt"
                yield int(weights.parent.name.split("_")[1])
                yield int(os.path.dirname(inner).split("_")[-1])
                yield int(deep.parent.name.split("_")[1])
                yield int((Path(folder) / "model.pt").parent.name.split("_")[1])
            """
        ),
        *((_FIRST + line, "RTM405") for line in (4, 5)),
    )


def test_numbers_of_what_is_listed() -> None:
    check_finding(
        _after_head(
            """\
            def last(folder):
                found = glob(os.path.join(folder, "checkpoint_*"))
                found.sort(key=lambda one: int(one.split("_")[-1]))
                yield sorted(found, key=lambda one: int(one.split("_")[-1]))[-1]
                yield max(
                    int(one.split("_")[1]) for one in os.listdir(folder) if "checkpoint" in one
                )
                yield max(
                    int(one.split("_")[1])
                    for one in os.listdir(folder)
                    if one.startswith("checkpoint_")
                )
                for one in os.listdir(folder):
                    if one.startswith("checkpoint"):
                        yield int(one.split("_")[-1])
            """
        ),
        *((_FIRST + line, "RTM405") for line in (2, 3, 5, 8, 14)),
    )


_LISTED = """\
import os
import re
from glob import glob
from pathlib import Path

from ray import train, tune
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({"loss": 1})


def objective(config):
    tune.report({"loss": 1})


best = TorchTrainer(loop).fit()
results = tune.Tuner(objective).fit()
"""
_LISTING = _LISTED.count("\n") + 1


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            """\
            for name in os.listdir("data"):
                print(int(name.split("_")[1]))
            """,
            id="another directory",
        ),
        pytest.param(
            """\
            for name in os.listdir(os.path.join(best.path, "images")):
                print(int(name.split("_")[1]))
            for name in os.listdir(best.checkpoint.path):
                print(int(name.split("_")[1]))
            """,
            id="a directory in that of the run",
        ),
        pytest.param(
            """\
            for name in os.listdir(best.path):
                if name.startswith("image"):
                    print(int(name.split("_")[1]))
            print([int(one.name.split("_")[1]) for one in Path(best.path).glob("image_*")])
            """,
            id="other files",
        ),
        pytest.param(
            """\
            for name in os.listdir(best.path):
                print(int(name.split(".")[1]), name.split("_"))
            """,
            id="no number of a checkpoint",
        ),
        pytest.param(
            """\
            for result in results:
                for name in os.listdir(result.path):
                    print(int(name.split("_")[1]), re.search(r"checkpoint_(\\d+)", name))
                print(int(result.checkpoint.path.split("_")[-1]))
                print(sorted(Path(result.path).glob("checkpoint_0*")))
            """,
            id="of Tune functions",
        ),
    ],
)
def test_silent_of_what_is_listed(code: str) -> None:
    assert _said_of_listing(code) == []


@pytest.mark.parametrize(
    ("code", "line"),
    [
        pytest.param(
            """\
            for name in os.listdir(best.path):
                if os.path.isdir(os.path.join(best.path, name)):
                    print(int(name.split("_")[1]))
            """,
            3,
            id="loop",
        ),
        pytest.param(
            'print(max(int(name.rsplit("_", 1)[-1]) for name in os.listdir(best.path)))\n',
            1,
            id="comprehension",
        ),
        pytest.param(
            """\
            folder = Path(best.path)
            names = sorted(one for one in folder.iterdir() if one.is_dir())
            print(int(names[-1].name.split("_")[1]))
            """,
            3,
            id="one of a list",
        ),
        pytest.param(
            """\
            for entry in os.scandir(best.path):
                print(int(entry.path.split("_")[-1]))
            """,
            2,
            id="entries",
        ),
        pytest.param(
            'print(sorted(glob(f"{best.path}/*"), key=lambda one: int(one.split("_")[-1])))\n',
            1,
            id="sorted",
        ),
        pytest.param(
            """\
            def number_of(name):
                return int(name.split("_")[-1])


            print(max(glob(os.path.join(best.path, "*")), key=number_of))
            """,
            2,
            id="sorted by a function",
        ),
    ],
)
def test_numbers_of_what_lies_in_a_run(code: str, line: int) -> None:
    assert _said_of_listing(code) == [_LISTING + line - 1]


def test_numbers_of_what_lies_in_a_trial() -> None:
    result = migrated(
        """\
        import os

        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1})


        for result in tune.Tuner(TorchTrainer(loop)).fit():
            print([int(name.split("_")[1]) for name in os.listdir(result.path)])
        """
    )
    assert said(result) == [(12, "RTM405")]


def test_numbers_where_a_tune_function_runs_a_trainer_of_ones_own() -> None:
    result = migrated(
        """\
        import os

        from ray import train, tune
        from ray.train.torch import TorchTrainer


        class Trainer(TorchTrainer):
            pass


        def loop(config):
            train.report({"loss": 1})


        def objective(config):
            tune.report(Trainer(loop).fit().metrics)


        for result in tune.Tuner(objective).fit():
            print(int(result.checkpoint.path.split("_")[-1]))
        """
    )
    assert (20, "RTM405") in said(result)


def _said_of_listing(code: str) -> list[int]:
    """The lines at which something is said of the names of checkpoints."""
    found = said(migrated(_LISTED + dedent(code)))
    return [line for line, code in found if code == "RTM405"]


@pytest.mark.parametrize("field", ["path", "log_dir"])
def test_below_the_directory_of_a_run(field: str) -> None:
    result = migrated(
        f"""\
        from ray import train
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({{"loss": 1}}, checkpoint=config["save"]())


        result = TorchTrainer(loop).fit()
        print(f"s3://runs/{{str(result.{field}).split('/')[-1]}}/checkpoint_000000")
        """
    )
    assert said(result) == [(10, "RTM405")]


def test_directories_of_checkpoints() -> None:
    check_finding(
        _after_head(
            """\
            def is_last(result, number):
                first = os.path.basename(result.checkpoint.path) == "checkpoint_000000"
                return first or result.checkpoint.path.endswith(f"checkpoint_{number:06d}")


            def check(case, result):
                case.assertEqual(Path(result.checkpoint.path).name, "checkpoint_000001")
                case.assertRegex(result.checkpoint.path, r"checkpoint_\\d+$")
                case.assertEqual(case.name, "checkpoint_000001")
            """
        ),
        *((_FIRST + line, "RTM405") for line in (1, 2, 6, 7)),
    )


def test_a_train_loop() -> None:
    check_finding(
        """\
        from ray import train


        def loop(config):
            checkpoint = train.get_checkpoint()
            start = int(checkpoint.path.split("_")[-1]) + 1 if checkpoint else 0
            for epoch in range(start, 3):
                train.report({"loss": epoch})
        """,
        (6, "RTM405"),
    )


def _after_head(source: str) -> str:
    return _HEAD + dedent(source)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ('"checkpoint_*"', False),
        ('"model_%06d" % 3', False),
        ('"checkpoint_%s.pt" % step', False),
        ('"checkpoint_000003"', True),
        ('f"checkpoint_{step:06d}"', True),
        ('"checkpoint_%06d" % step', True),
        ('"checkpoint_{:06d}".format(step)', True),
        ('"checkpoint_" + str(step).zfill(6)', True),
        ('"checkpoint_%s/model.pt" % str(step).zfill(6)', True),
    ],
)
def test_a_number_that_is_put_into_the_name(name: str, *, known: bool) -> None:
    code = f"print(os.path.exists(os.path.join(best.path, {name})))\n"
    assert len(_said_of_listing(code)) == known


_TABLES = """\
from ray import train, tune
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({"loss": 1})


results = tune.Tuner(TorchTrainer(loop)).fit()
table = results.get_dataframe()
best = results.get_best_result("loss", "min")
"""


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ('print(table["checkpoint_dir_name"].str.extract(r"checkpoint_(\\d+)"))', ["RTM405"]),
        ('print(table.checkpoint_dir_name.str.contains("checkpoint_000001"))', []),
        ('print(best.metrics["checkpoint_dir_name"] == "checkpoint_000001")', ["RTM405"]),
        ('print(int(best.metrics["checkpoint_dir_name"].split("_")[1]))', ["RTM405"]),
        ('print(best.metrics["loss"] == "checkpoint_000001")', []),
        ('print(int(best.metrics["name"].split("_")[1]))', []),
        ('print(table["logdir"].str.contains("TorchTrainer"))', ["RTM407"]),
        ('print(table["logdir"].str.startswith("runs/TorchTrainer_"))', ["RTM407"]),
        ('print(table["kind"].str.contains("TorchTrainer"))', []),
    ],
)
def test_columns_of_the_table_of_a_sweep(line: str, codes: list[str]) -> None:
    assert [code for _, code in said(migrated(f"{_TABLES}{line}\n"))] == codes
