"""Comments behind a line of arguments stay where the arguments below them are taken out."""

from __future__ import annotations

import re
from itertools import combinations

import libcst as cst
import pytest
from migrating import check_migrated

from raytune_migrate.editing.edits import lower, splice
from raytune_migrate.module.parsed import parse
from raytune_migrate.proposal import AddArgument, RemoveArgument

_CALLS = [
    "f(a=1,  # of a\n  b=2)\n",
    "f(a=1,  # of a\n  b=2,)\n",
    "f(a=1, b=2,  # of both\n  c=3, d=4)\n",
    "f(a=1, b=2,  # of both\n  c=3,  # of c\n  d=4)\n",
    "f(\n    a=1, b=2,  # of both\n    c=3, d=4\n)\n",
    "f(\n    a=1,  # of a\n    b=2,\n    c=3, d=4)\n",
    "f(a=1,\n  # of b\n  b=2, c=3)\n",
    "f(\n    a=1, b=2, c=3,  # of all\n    d=4,  # of d\n)\n",
]


@pytest.mark.parametrize("source", _CALLS)
@pytest.mark.parametrize("adds", [0, 1, 2])
def test_any_of_them_can_go(source: str, adds: int) -> None:
    parsed = parse(source)
    (call,) = parsed.of(cst.Call)
    for count in range(1, len(call.args)):
        for gone in combinations(call.args, count):
            added = [AddArgument(call, f"x{number}", "9") for number in range(adds)]
            edits = lower(parsed, [*(RemoveArgument(call, one) for one in gone), *added])
            text = splice(source, edits)
            (after,) = parse(text).of(cst.Call)
            names = [one.keyword.value for one in after.args if one.keyword is not None]
            left = [one.keyword.value for one in call.args if one not in gone and one.keyword]
            assert names == left + [one.keyword for one in added]
            for argument, comment in re.findall(r"(\w)=\d,?(  # of \w+\n)", source):
                assert comment in text or argument not in left, text


def test_a_comment_above_the_run_config() -> None:
    check_migrated(
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer


        def loop(config): ...


        trainer = TorchTrainer(loop, scaling_config=ScalingConfig(num_workers=1),  # enough
                               run_config=RunConfig(name="small"))
        tuner = tune.Tuner(
            trainer,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
        )
        """,
        """\
        from ray import tune
        from ray.train import RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import TuneReportCallback, trial_run


        def loop(config): ...


        def train_driver_fn(config: dict):
            trainer = TorchTrainer(
                loop,
                scaling_config=ScalingConfig(num_workers=1),  # enough
                run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
            )
            trainer.fit()


        tuner = tune.Tuner(
            train_driver_fn,
            tune_config=tune.TuneConfig(max_concurrent_trials=1),
            run_config=tune.RunConfig(name="small"),
        )
        """,
    )
