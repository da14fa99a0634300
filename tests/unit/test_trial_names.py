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
