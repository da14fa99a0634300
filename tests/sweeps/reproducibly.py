"""Runs a script that reads a CSV file from S3 and seeds nothing, so that it gives the same twice.

``python reproducibly.py SCRIPT [ARG...]``: the script itself is not touched. Its data comes from
memory, Ray Data keeps its rows in order, and each worker process starts with the same seed.
"""

from __future__ import annotations

import functools
import runpy
import sys
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import ray
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


def seed_worker() -> None:
    """Runs in each worker process before anything else."""
    import random

    import numpy
    import torch

    random.seed(0)
    numpy.random.seed(0)
    torch.manual_seed(0)


def main() -> None:
    """Prepares Ray, then runs the script named on the command line as ``__main__``."""
    shuffle = ray.data.Dataset.random_shuffle

    @functools.wraps(shuffle)
    def seeded_shuffle(self: Any, **options: Any) -> Any:
        return shuffle(self, **{**options, "seed": 0})

    ray.data.Dataset.random_shuffle = seeded_shuffle  # type: ignore[method-assign]
    ray.data.read_csv = read_csv
    ray.data.DataContext.get_current().execution_options.preserve_order = True
    ray.init = functools.partial(ray.init, runtime_env={"worker_process_setup_hook": seed_worker})
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
