"""Import lists over several lines, several names to a line, that shrink and grow."""

from __future__ import annotations

from itertools import combinations

import libcst as cst
import pytest
from migrating import check_migrated

from raytune_migrate.editing.edits import splice
from raytune_migrate.imports.statements import without_names
from raytune_migrate.module.parsed import parse

_LISTS = [
    "from m import (a, b, c,\n               d, e, f)\n",
    "from m import (a, b, c,\n               d, e, f,)\n",
    "from m import (a, b,\n               c, d,\n               e, f)\n",
    "from m import (\n    a, b, c,\n    d, e, f\n)\n",
    "from m import (\n    a, b, c,\n    d,\n    e,\n    f)\n",
    "from m import (  # all\n    a, b, c,  # first\n    d, e,\n    # last\n    f,  # one\n)\n",
    "from m import (a,\n    b as g, c, d as h,  # some\n    e, f)  # noqa\n",
    "from m import (a\n    , b, c\n    , d, e, f)\n",
]


@pytest.mark.parametrize("source", _LISTS)
def test_any_of_its_names_can_leave(source: str) -> None:
    parsed = parse(source)
    (statement,) = parsed.of(cst.ImportFrom)
    assert not isinstance(statement.names, cst.ImportStar)
    for count in range(1, len(statement.names)):
        for gone in combinations(statement.names, count):
            edits = without_names(parsed, statement, gone)
            left = splice(source, sorted(edits, key=lambda one: one.start))
            (after,) = parse(left).of(cst.ImportFrom)
            assert not isinstance(after.names, cst.ImportStar)
            names = [one.evaluated_name for one in after.names]
            assert names == [one.evaluated_name for one in statement.names if one not in gone]
            assert all(line == line.rstrip() for line in left.splitlines()), left
            assert all(left.splitlines()), left


def test_neighbours_leave_a_list_with_several_names_to_a_line() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import (Checkpoint, CheckpointConfig, FailureConfig,
                               RunConfig, ScalingConfig, report)
        from ray.train.torch import TorchTrainer


        def loop(config):
            report({"loss": 1}, checkpoint=Checkpoint("/tmp/c"))


        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=RunConfig(
                checkpoint_config=CheckpointConfig(num_to_keep=1),
                failure_config=FailureConfig(max_failures=1),
            ),
        )
        """,
        """\
        from ray import tune
        from ray.train import (Checkpoint,
                               RunConfig, ScalingConfig, report)
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            report({"loss": 1}, checkpoint=Checkpoint("/tmp/c"))


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(
                checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
                failure_config=tune.FailureConfig(max_failures=1),
            ),
        )
        """,
    )


def test_a_name_joins_the_line_on_which_the_list_begins() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import (Checkpoint, ScalingConfig,
                               report)
        from ray.train.torch import TorchTrainer


        def loop(config):
            report({"loss": 1}, checkpoint=Checkpoint("/tmp/c"))


        tuner = tune.Tuner(
            TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=2)),
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import (Checkpoint, RunConfig, ScalingConfig,
                               report)
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config):
            report({"loss": 1}, checkpoint=Checkpoint("/tmp/c"))


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=2),
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
    )
