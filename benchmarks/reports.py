"""How fast reports reach Tune: Train V1, Ray's own callback on Train V2, and the runtime's.

One trial, one worker, REPORTS reports in a tight loop, each way in a process and a Ray of its own::

    python benchmarks/reports.py [ROUNDS]

Prints, for each way, the seconds from the first to the last report in the worker, and the seconds
of the whole sweep. The rounds are interleaved, so that other load hits all ways alike.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from typing import Any

import ray
from ray import train, tune

REPORTS = 20
WAYS = {"Train V1": "0", "Ray's callback": "1", "raytune_runtime": "1"}


def train_loop() -> None:
    """Report as fast as possible."""
    start = time.perf_counter()
    for _ in range(REPORTS):
        train.report({"seconds": time.perf_counter() - start})


def trainable(way: str, storage: str) -> Any:
    """The trainer on V1, a driver function on V2."""
    if way == "Train V1":
        from ray.train.data_parallel_trainer import DataParallelTrainer

        return DataParallelTrainer(train_loop, scaling_config=train.ScalingConfig(num_workers=1))

    from ray.train.v2.api.data_parallel_trainer import DataParallelTrainer as DataParallelTrainerV2

    def train_driver_fn(config: dict[str, Any]) -> None:
        if way == "raytune_runtime":
            from raytune_runtime import TuneReportCallback, trial_run

            run_config = train.RunConfig(**trial_run(), callbacks=[TuneReportCallback()])
        else:
            from ray.tune.integration.ray_train import TuneReportCallback as RaysCallback

            run_config = train.RunConfig(storage_path=storage, callbacks=[RaysCallback()])
        DataParallelTrainerV2(train_loop, run_config=run_config).fit()

    return train_driver_fn


def sweep(way: str) -> None:
    """Run one trial and print the two times."""
    ray.init(address="local", num_cpus=4, include_dashboard=False, log_to_driver=False)
    with tempfile.TemporaryDirectory() as storage:
        start = time.perf_counter()
        run_config = tune.RunConfig(storage_path=storage, verbose=0)
        (result,) = tune.Tuner(trainable(way, storage), run_config=run_config).fit()
        whole = time.perf_counter() - start
    print(f"{way:16} reports {result.metrics['seconds']:6.2f} s   sweep {whole:6.2f} s")


def main() -> None:
    """Run every way, each in a process of its own because V1 or V2 is decided at import."""
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        for way, v2 in WAYS.items():
            done = subprocess.run(
                [sys.executable, __file__, "--one", way],
                env={**os.environ, "RAY_TRAIN_V2_ENABLED": v2},
                capture_output=True,
                check=True,
                text=True,
            )
            print(done.stdout.splitlines()[-1], flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sweep(sys.argv[2])
    else:
        main()
