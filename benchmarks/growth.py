"""How the time of a run grows with the size of a module, and with the number of modules.

    python benchmarks/growth.py

First modules of sweeps, all of which are migrated; then modules as long with a single one. What
counts is that the ratio to LibCST's own parsing stays what it is.

Then projects of modules whose classes derive from one that asks Ray something, hold objects of each
other and call these, and of which a sweep runs one. What counts is that the time for each module
stays what it is.
"""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst

from raytune_migrate.engine import migrate
from raytune_migrate.facts.survey import survey
from raytune_migrate.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

SWEEPS = (10, 20, 40, 80, 160, 320)
LONGEST = 20_000  # lines
PROJECTS = (250, 500, 1_000, 2_000)  # modules
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

BASE = """\
from ray import train


class Part:
    def __init__(self, size):
        self.size = size
        self.rank = train.get_context().get_world_rank()

    def scaled(self, frame):
        return [row * self.size for row in frame]
"""
PART = """\
from base import Part
from part_{1} import Part{1}
from part_{2} import Part{2}


class Part{0}(Part):
    def __init__(self, size, near=Part{1}):
        super().__init__(size)
        self.near = near(size)
        self.far = Part{2}

    def score(self, frame):
        return self.near.score(self.scaled(frame)) + self.far(self.size).score(frame)
"""
SEARCH = """\
from part_0 import Part0
from ray import train, tune
from ray.train.torch import TorchTrainer


def train_fn(config):
    train.report({"loss": Part0(config["size"]).score([1.0])})


space = {"train_loop_config": {"size": tune.randint(1, 9)}}
tune.Tuner(TorchTrainer(train_fn), param_space=space).fit()
"""


def project(modules: int) -> dict[str, str]:
    """The modules of a project by their names: each knows the next, and one that is far."""
    texts = {"base": BASE, "search": SEARCH}
    for one in range(modules - len(texts)):
        near, far = (one + 1) % (modules - len(texts)), one * 7 % (modules - len(texts))
        texts[f"part_{one}"] = PART.format(one, near, far)
    return texts


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
    """Print the tables."""
    _modules()
    print()
    _projects()


def _modules() -> None:
    project = Project(root=Path("/"))
    print("| sweeps | lines | changes | CPU s | parsing | ratio |\n|---|---|---|---|---|---|")
    dense = [(sweeps, module(sweeps).count("\n")) for sweeps in SWEEPS]
    single = [(1, lines) for _, lines in dense]
    for sweeps, lines in (*dense, *single, (1, LONGEST)):
        text = module(sweeps, lines)
        changes = len(migrate(text, project).changes)
        whole = seconds(partial(migrate, text, project))
        parsing = seconds(partial(cst.parse_module, text))
        print(
            f"| {sweeps} | {text.count(chr(10)):,} | {changes} | {whole:.2f} | {parsing:.3f}"
            f" | {whole / parsing:.1f} |",
            flush=True,
        )


def _projects() -> None:
    print("| modules | CPU s | ms each |\n|---|---|---|")
    for modules in PROJECTS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            (folder / ".git").mkdir()
            for one, text in project(modules).items():
                (folder / f"{one}.py").write_text(text, encoding="utf-8")
            files = sorted(map(str, folder.glob("*.py")))
            matter = [folder / "search.py"]
            taken = seconds(partial(survey, files, matter, [folder], jobs=1))
        print(f"| {modules:,} | {taken:.2f} | {1_000 * taken / modules:.1f} |", flush=True)


if __name__ == "__main__":
    main()
