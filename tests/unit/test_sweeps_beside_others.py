"""Sweeps that other modules of a project start beside others, on the same cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import OPTIONS, run, write

if TYPE_CHECKING:
    from pathlib import Path

SWEEPS = """\
--- sweeps.py
from ray import tune
from ray.train.torch import TorchTrainer


def loop(config):
    pass


def sweep(lr=1.0):
    space = {"train_loop_config": {"lr": lr}}
    return tune.Tuner(TorchTrainer(loop), param_space=space).fit()
"""
LIMIT = "max_concurrent_trials=max_concurrent_trials(ScalingConfig())"
WHOLE = "tune.with_resources(train_driver_fn, trial_resources(ScalingConfig()))"


def swept(folder: Path, main: str) -> str:
    """How the sweep is kept to what the cluster has: LIMIT or WHOLE."""
    write(folder, f"{SWEEPS}--- main.py\n{main}")
    run(folder, options=OPTIONS)
    after = (folder / "sweeps.py").read_text("utf-8")
    (found,) = (one for one in (LIMIT, WHOLE) if one in after)
    return found


@pytest.mark.parametrize(
    "main",
    [
        "from sweeps import sweep\n\nfor lr in (1.0, 2.0):\n    sweep(lr)\n",
        "from sweeps import sweep\n\nprint(list(map(print, [1])), sweep())\n",
        """\
from concurrent.futures import ThreadPoolExecutor

from sweeps import sweep


def load(name):
    return name


with ThreadPoolExecutor() as pool:
    list(pool.map(load, ["a", "b"]))
sweep()
""",
        """\
import ray

from sweeps import sweep


@ray.remote
def load(name):
    return name


ray.get(load.remote("a"))
sweep()
""",
        """\
from threading import Thread

from sweeps import sweep


class Watch(Thread):
    def run(self):
        print("still here")


Watch().start()
sweep()
""",
    ],
    ids=["one after another", "map", "a pool", "a task", "a thread"],
)
def test_others_are_started_for_something_else(tmp_path: Path, main: str) -> None:
    assert swept(tmp_path, main) == LIMIT


@pytest.mark.parametrize(
    "main",
    [
        """\
from concurrent.futures import ThreadPoolExecutor

from sweeps import sweep

with ThreadPoolExecutor() as pool:
    list(pool.map(sweep, [1.0, 2.0]))
""",
        """\
from concurrent.futures import ThreadPoolExecutor

import sweeps

with ThreadPoolExecutor() as pool:
    print([pool.submit(lambda lr: sweeps.sweep(lr), lr) for lr in (1.0, 2.0)])
""",
        """\
import functools
from multiprocessing import Process

from sweeps import sweep


def main(lr):
    sweep(lr)


for lr in (1.0, 2.0):
    Process(target=functools.partial(main, lr)).start()
""",
        """\
import ray

from sweeps import sweep

task = ray.remote(sweep)
ray.get([task.remote(lr) for lr in (1.0, 2.0)])
""",
        """\
import ray

from sweeps import sweep


@ray.remote(num_cpus=1)
def one(lr):
    return sweep(lr)[0].metrics


ray.get([one.remote(lr) for lr in (1.0, 2.0)])
""",
        """\
import ray

from sweeps import sweep


@ray.remote
class Sweeper:
    def run(self, lr):
        return sweep(lr)[0].metrics


ray.get([Sweeper.remote().run.remote(lr) for lr in (1.0, 2.0)])
""",
        """\
import threading

from sweeps import sweep


class Sweeper(threading.Thread):
    def run(self):
        sweep()


Sweeper().start()
Sweeper().start()
""",
        """\
import asyncio

from sweeps import sweep


async def main():
    await asyncio.gather(asyncio.to_thread(sweep, 1.0), asyncio.to_thread(sweep, 2.0))


asyncio.run(main())
""",
        """\
from joblib import Parallel, delayed

from sweeps import sweep

Parallel(n_jobs=2)(delayed(sweep)(lr) for lr in (1.0, 2.0))
""",
    ],
    ids=[
        *("a pool", "a lambda", "a process", "a task", "a decorated task"),
        *("an actor", "a kind of thread", "asyncio", "joblib"),
    ],
)
def test_they_are_started_side_by_side(tmp_path: Path, main: str) -> None:
    assert swept(tmp_path, main) == WHOLE
