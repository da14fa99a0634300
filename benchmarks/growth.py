"""How the time of a run grows with the size of a module.

    python benchmarks/growth.py

First modules of sweeps, all of which are migrated; then modules as long with a single one. What
counts is that the ratio to LibCST's own parsing stays what it is.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.engine import migrate
from raytune_migrate.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

SWEEPS = (10, 20, 40, 80, 160, 320)
LONGEST = 20_000  # lines
HEAD = """\
from ray import train, tune
from ray.train import RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer


def train_fn(config):
    train.report({"loss": config["lr"]})
"""
SWEEP = '''

def sweep_{0}(storage):
    """Find the best learning rate below {0}."""
    trainer = TorchTrainer(
        train_fn,
        scaling_config=ScalingConfig(num_workers=2),
        run_config=RunConfig(name="sweep-{0}", storage_path=storage),
    )
    tuner = tune.Tuner(
        trainer,
        param_space={{"train_loop_config": {{"lr": tune.uniform(0.1, {0}.0)}}}},
        tune_config=tune.TuneConfig(metric="loss", mode="min", num_samples=4),
    )
    return tuner.fit().get_best_result().metrics["loss"]
'''
OTHER = '''

def helper_{0}(frame, factor={0}):
    """Scale a frame, and tell how much of it is left."""
    scaled = [row * factor for row in frame if row is not None]
    if not scaled:
        raise ValueError(f"nothing to scale by {{factor}}")
    return {{"rows": len(scaled), "mean": sum(scaled) / len(scaled)}}
'''


def module(sweeps: int, lines: int = 0) -> str:
    """A module with some sweeps, and with functions that have none until it is long enough."""
    text = HEAD + "".join(SWEEP.format(number) for number in range(1, sweeps + 1))
    each = OTHER.count("\n")
    missing = max(0, lines - text.count("\n"))
    return text + "".join(OTHER.format(number) for number in range(missing // each))


def seconds(work: Callable[[], object]) -> float:
    """The CPU seconds of the quickest of three runs."""
    taken: list[float] = []
    for _ in range(3):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def main() -> None:
    """Print the table."""
    project = Project(root=Path("/"))
    print("| sweeps | lines | changes | CPU s | parsing | ratio |\n|---|---|---|---|---|---|")
    dense = [(sweeps, module(sweeps).count("\n")) for sweeps in SWEEPS]
    single = [(1, lines) for _, lines in dense]
    for sweeps, lines in (*dense, *single, (1, LONGEST)):
        text = module(sweeps, lines)
        changes = len(migrate(text, project).changes)
        whole = seconds(lambda text=text: migrate(text, project))
        parsing = seconds(lambda text=text: cst.parse_module(text))
        print(
            f"| {sweeps} | {text.count(chr(10)):,} | {changes} | {whole:.2f} | {parsing:.3f}"
            f" | {whole / parsing:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
