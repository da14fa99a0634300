"""Paths and globs that name trials by the class of their trainer."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import projecting
import pytest
from migrating import check_finding, check_unchanged

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            """\
            from glob import glob

            from project.ray import TorchTrainer_2

            print("TorchTrainer_ is what trials were called", glob("ray/MyTorchTrainer_*"))
            TITLES = {"TorchTrainer_a": "the first"}
            """,
            id="no path",
        ),
        pytest.param(
            """\
            from glob import glob

            trials = [*glob("ray/TorchTrainer_*"), *glob("ray/train_driver_fn_*")]
            """,
            id="both names",
        ),
        pytest.param(
            """\
            from ray.tune import Callback

            KINDS = {"TorchTrainer": "torch", "XGBoostTrainer": "trees"}


            class Own(Callback):
                def on_trial_start(self, iteration, trials, trial, **info):
                    if trial.trainable_name == "MyTorchTrainer" or trial.status == "TorchTrainer":
                        print("TorchTrainer", trial.trainable_name)
                    kind = trial.config["trainer"]
                    match kind:
                        case "TorchTrainer" if trial.trainable_name:
                            print(KINDS[kind], KINDS.get(kind), kind.__name__ == "TorchTrainer")
                    return {"TorchTrainer": trial.trainable_name, "name": str(trial)}
            """,
            id="other things that are called as the trainer",
        ),
        pytest.param(
            """\
            def is_ours(trial):
                return trial.trainable_name in ("TorchTrainer", "train_driver_fn")
            """,
            id="both trainables",
        ),
        pytest.param(
            """\
            from ray import tune

            from project import Tuner

            tune.Tuner.restore("TorchTrainer", "objective")
            Tuner.restore("/results/sweep", trainable="TorchTrainer")
            """,
            id="other things that are restored",
        ),
    ],
)
def test_silent(source: str) -> None:
    check_unchanged(source)


def test_paths_globs_and_comparisons() -> None:
    result = check_finding(
        """\
        import os
        import re
        from glob import glob
        from pathlib import Path

        PREFIX = "TorchTrainer_"
        ROOT = Path.home() / "ray_results"


        def trials(name, start):
            yield from glob(f"{ROOT}/{name}/TorchTrainer_{start}*/progress.csv")
            yield from (ROOT / name).rglob("XGBoostTrainer_*")
            yield from (one for one in os.listdir(ROOT) if one.startswith(PREFIX))
            yield ROOT / "LightGBMTrainer_2024-01-01_00-00-00" / start
            yield re.search(r"^TensorflowTrainer_[a-z0-9]+", name)
        """,
        *((line, "RTM407") for line in (6, 11, 12, 14, 15)),
    )
    assert result.findings[0].message == (
        "Under Train V2 trials are called train_driver_fn_..., not TorchTrainer_..., and so are"
        " experiments without a name. Look for train_driver_fn_* too, or take the path of each"
        " Result. A trainer's own fit() makes no trial: its checkpoints lie in the folder of its"
        " run."
    )


def test_the_class_before_a_wildcard() -> None:
    check_finding(
        """\
        from glob import glob
        from pathlib import Path

        glob("/results/sweep/TorchTrainer*")
        Path("/results").rglob("TorchTrainer*/result.json")
        glob("docs/TorchTrainer*.md")
        """,
        (4, "RTM407"),
        (5, "RTM407"),
    )


def test_the_name_of_the_class() -> None:
    result = check_finding(
        """\
        from pathlib import Path

        from ray.train.torch import TorchTrainer

        from mine import XGBoostTrainer

        ROOT = Path("/results/sweep")
        print(TorchTrainer.__name__, f"{TorchTrainer.__name__}_", ROOT / TorchTrainer.__name__)
        print(*ROOT.glob(f"{TorchTrainer.__name__}_*"), ROOT.glob(f"{XGBoostTrainer.__name__}_*"))


        def is_ours(kind, trial_name):
            return trial_name.startswith(TorchTrainer.__name__) and kind == TorchTrainer.__name__
        """,
        (9, "RTM407"),
        (13, "RTM407"),
    )
    assert "not TorchTrainer_..." in result.findings[0].reason


def test_what_a_trial_runs() -> None:
    result = check_finding(
        """\
        import re

        from ray.tune import Callback

        WANTED = "TorchTrainer"
        COLOURS = {"TorchTrainer": "red", "LightGBMTrainer": "blue"}


        class Own(Callback):
            def on_trial_start(self, iteration, trials, trial, **info):
                name = trial.trainable_name
                if name == WANTED:
                    print(COLOURS[trial.trainable_name])
                if str(trial).startswith("TensorflowTrainer") or trial.trial_name.split("_")[0] in (
                    "XGBoostTrainer",
                ):
                    print(re.match("^TensorflowTrainer", info["session"].get_trial_name()))
                match trial.trainable_name:
                    case "XGBoostTrainer" | "LightGBMTrainer":
                        print("trees")
        """,
        *((line, "RTM407") for line in (5, 6, 6, 14, 15, 17, 19, 19)),
    )
    assert result.findings[0].message == (
        "Under Train V2 what a trial runs is called train_driver_fn, not TorchTrainer, and the name"
        " of the trial begins with it. Look for train_driver_fn too."
    )


def test_a_callback_that_never_names_ray() -> None:
    check_finding(
        """\
        def is_ours(trial):
            return trial.trainable_name == "TorchTrainer"
        """,
        (2, "RTM407"),
    )


def test_one_of_what_is_in_a_folder() -> None:
    check_finding(
        """\
        import os


        def test_names(tmp_path, kinds):
            assert sorted(tmp_path.iterdir())[0].name.startswith("TorchTrainer")
            assert "TorchTrainer" in next(tmp_path.iterdir()).name
            assert os.listdir(tmp_path)[-1].startswith("TorchTrainer")
            newest = max(tmp_path.iterdir(), key=os.path.getmtime)
            assert "TorchTrainer" in newest.name
            assert "TorchTrainer" in next(kinds) and list(kinds)[0] == "TorchTrainer"
        """,
        *((line, "RTM407") for line in (5, 6, 7, 9)),
    )


def test_the_name_of_the_directory_of_a_result() -> None:
    check_finding(
        """\
        from pathlib import Path

        from ray.tune import Result


        def test_names(result: Result, other):
            assert Path(result.path).name.startswith("TorchTrainer")
            assert "TorchTrainer" in Path(result.path).stem
            assert "TorchTrainer" in other.name
        """,
        (7, "RTM407"),
        (8, "RTM407"),
    )


def test_what_a_test_of_unittest_compares() -> None:
    check_finding(
        """\
        from unittest import TestCase

        from ray.tune import Result


        class Test(TestCase):
            def check(self, result: Result, other):
                self.assertIn("TorchTrainer", result.path)
                self.assertRegex(result.path, "^.*/TorchTrainer_[0-9a-f]*")
                self.assertIn("TorchTrainer", other.name)
                self.assertEqual(other.kind, "TorchTrainer")
        """,
        (8, "RTM407"),
        (9, "RTM407"),
    )


def test_what_is_in_a_folder() -> None:
    check_finding(
        """\
        import os
        from pathlib import Path

        TRIALS = [one for one in os.listdir("/results/sweep") if one.startswith("TorchTrainer")]
        for folder in sorted(Path("/results/sweep").iterdir()):
            if "XGBoostTrainer" in folder.name and folder.suffix != "TorchTrainer":
                print(folder)
        for entry in list(os.scandir("/results")):
            print(entry.name.split("_")[0] == "LightGBMTrainer", entry.path)
        for kind in ("TorchTrainer", "XGBoostTrainer"):
            print(kind.startswith("TorchTrainer"))
        """,
        (4, "RTM407"),
        (6, "RTM407"),
        (9, "RTM407"),
    )


def test_an_experiment_that_is_restored_by_name() -> None:
    result = check_finding(
        """\
        from ray import tune

        tune.Tuner.restore("/results/a", "TorchTrainer").get_results()
        tune.Tuner.restore(path="/results/b", trainable="XGBoostTrainer").get_results()
        """,
        (3, "RTM407"),
        (4, "RTM407"),
    )
    assert result.findings[0].message == (
        "Tune restores by name, and what a rewritten sweep ran is called train_driver_fn, not"
        " TorchTrainer. Give it train_driver_fn for such an experiment; those of Train V1 keep"
        " their name."
    )


def test_commands_of_a_shell() -> None:
    check_finding(
        """\
        import os
        import subprocess

        ROOT = os.environ["ROOT"]
        os.system(f"cp {ROOT}/TorchTrainer_*/result.json out")
        subprocess.run(["ls", f"{ROOT}/TorchTrainer_a1b2c_00000"], check=True)
        subprocess.check_output("ls docs/TorchTrainer.md", shell=True)
        """,
        (5, "RTM407"),
        (6, "RTM407"),
    )


READERS = """
    --- reading.py
    from pathlib import Path


    def curves(root):
        return sorted(Path(root).glob("TorchTrainer_*/progress.csv"))
    --- main.py
    import reading
    import sweeps

    sweeps.sweep()
    print(reading.curves("results"))
    """


def test_a_module_that_names_no_ray_and_no_trainer_is_swept(tmp_path: Path) -> None:
    sweeps = """
    --- sweeps.py
    from ray import tune


    def sweep():
        return tune.Tuner(print).fit()
    """
    projecting.check_unchanged(tmp_path, READERS.rstrip() + sweeps)


def test_a_module_that_names_no_ray_and_looks_for_trials(tmp_path: Path) -> None:
    """It goes with what sweeps: a script runs both."""
    sweeps = """
    --- sweeps.py
    from ray import tune
    from ray.train.torch import TorchTrainer


    def sweep():
        one = tune.TuneConfig(max_concurrent_trials=1)
        return tune.Tuner(TorchTrainer(print), tune_config=one).fit()
    """
    projecting.write(tmp_path, READERS.rstrip() + sweeps)
    for _ in range(2):
        assert "reading.py:5: RTM407" in projecting.said(projecting.run(tmp_path))


CURVES = """
    --- curves.py
    from glob import glob

    print(glob("results/TorchTrainer_*/progress.csv"))
    """


@pytest.mark.parametrize(
    "other",
    [
        "import lightning.pytorch as pl\n",
        "from ray import serve\n",
        "import ray.train.torch\n\nfrom loops import loop\n\nray.train.torch.TorchTrainer(loop)\n",
    ],
)
def test_a_script_by_itself_where_nothing_of_tune_runs(tmp_path: Path, other: str) -> None:
    projecting.check_unchanged(
        tmp_path, CURVES.rstrip() + f"\n    --- main.py\n{indent(other, '    ')}"
    )


@pytest.mark.parametrize("named", [(), ("curves.py",)])
def test_a_script_that_looks_for_what_another_has_written(
    tmp_path: Path, named: tuple[str, ...]
) -> None:
    """It imports nothing of the sweep, and names no Ray."""
    sweep = """
    --- sweep.py
    from ray import tune
    from ray.train.torch import TorchTrainer

    one = tune.TuneConfig(max_concurrent_trials=1)
    tune.Tuner(TorchTrainer(print), tune_config=one).fit()
    """
    projecting.write(tmp_path, CURVES.rstrip() + sweep)
    for _ in range(2):
        assert projecting.said(projecting.run(tmp_path, named)) == ["curves.py:3: RTM407"]
