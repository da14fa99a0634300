"""What is reported as left of a file that is rewritten: nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reporting import WRITE, run_over

from raytune_migrate.report.left import left
from raytune_migrate.report.text import lines
from raytune_migrate.settings.options import Todo

# The restore is none of a trainer any more, and what is said of it cannot be found again.
_CODE = """\
from ray import tune
from ray.train.batch_predictor import BatchPredictor
from ray.train.torch import TorchTrainer

from ours import loop

trainer = TorchTrainer(loop)
if tune.Tuner.can_restore("/runs/a"):
    tuner = tune.Tuner.restore("/runs/a", trainable=trainer)
else:
    tuner = tune.Tuner(trainer)
"""


@pytest.mark.parametrize("todo", [Todo.NOWHERE, Todo.REWRITTEN])
def test_each_finding_at_the_lines_that_are_there_now(todo: Todo) -> None:
    options = replace(WRITE, todo=todo)
    report = run_over({"a.py": _CODE}, options)
    (outcome,) = report.outcomes
    assert outcome.migration is not None
    now = outcome.migration.after.splitlines()
    code = {one.code: now[one.place.line - 1] for one in left(outcome.migration, options)}
    assert {key: line.strip() for key, line in code.items()} == {
        "RTM102": 'tuner = tune.Tuner.restore("/runs/a", trainable=train_driver_fn)',
        "RTM907": "from ray.train.batch_predictor import BatchPredictor",
    }
    told = [one for one in lines(outcome, options, {}) if "RTM102" in one]
    assert len(told) == 1
