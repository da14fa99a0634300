"""Paths and globs that name trials by the class of their trainer."""

from __future__ import annotations

import pytest
from migrating import check_finding, check_unchanged


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
            import os

            import ray

            print(os.listdir("checkpoint_000001"), os.path.exists(f"checkpoint_{1:06d}"))
            """,
            id="checkpoints of a Tune function",
        ),
        pytest.param(
            """\
            import os

            from project.ray import TorchTrainer


            def saved(result, epoch, CHECKPOINT_000001):
                os.makedirs("checkpoint_1", exist_ok=True)
                print("checkpoint_000001", f"checkpoint_{epoch:06d}")
                return os.path.exists(f"checkpoint_{epoch}.pt") or open("checkpoint_0000011")
            """,
            id="other files",
        ),
        pytest.param(
            """\
            import os

            from project.ray import TorchTrainer


            def path(epoch):
                return os.path.join(f"checkpoint_{epoch:06d}"), {"checkpoint_dir_name": "mine"}
            """,
            id="named by the train loop",
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
        " Result."
    )


def test_numbered_checkpoints() -> None:
    result = check_finding(
        """\
        import os
        import re
        from pathlib import Path

        from project.ray import TorchTrainer


        def checkpoints(result, number):
            yield os.path.join(result.path, "checkpoint_000009")
            yield Path(result.path) / f"checkpoint_{number:06d}" / "model.pt"
            yield Path(f"{result.path}/checkpoint_{number:06}/model.pt")
            yield re.search(r"checkpoint_(\\d+)", result.checkpoint.path)
            yield re.match(r".*/checkpoint_(?P<number>[0-9]+)$", result.checkpoint.path)
        """,
        *((line, "RTM407") for line in (9, 10, 11, 12, 13)),
    )
    assert result.findings[0].message == (
        "Under Train V2 the directories of checkpoints have the time in their names"
        " (checkpoint_2026-01-31_12-00-00.123456), not a number. Take them from the Result: its"
        " checkpoint and best_checkpoints, with their metrics. By name they are in the order of"
        " time."
    )
