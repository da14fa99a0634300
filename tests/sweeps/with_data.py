"""Runs a script that reads a CSV file from S3, with data from memory that is shuffled reproducibly.

``python with_data.py SCRIPT [ARG...]``: the script itself is not touched.
"""

from __future__ import annotations

import functools
import runpy
import sys
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import ray.data

ROWS, COLUMNS = 160, 100


def regression_frame() -> pd.DataFrame:
    """The frame that stands for the file: 100 features and a linear target."""
    generator = np.random.default_rng(0)
    features = generator.normal(size=(ROWS, COLUMNS))
    frame = pd.DataFrame(features, columns=[f"x{index:03d}" for index in range(COLUMNS)])
    frame["y"] = features @ generator.normal(size=COLUMNS)
    return frame


def read_csv(*_: Any, **__: Any) -> Any:
    """Stands for ``ray.data.read_csv``."""
    return ray.data.from_pandas(regression_frame())


def main() -> None:
    """Prepares Ray Data, then runs the script named on the command line as ``__main__``."""
    shuffle = ray.data.Dataset.random_shuffle

    @functools.wraps(shuffle)
    def seeded_shuffle(self: Any, **options: Any) -> Any:
        return shuffle(self, **{**options, "seed": 0})

    ray.data.Dataset.random_shuffle = seeded_shuffle  # type: ignore[method-assign]
    ray.data.read_csv = read_csv
    ray.data.DataContext.get_current().execution_options.preserve_order = True
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
