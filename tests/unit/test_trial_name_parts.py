"""What takes the name of a trial apart, counting from its beginning."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import projecting
import pytest
from migrating import migrated, said

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = """\
import os
from pathlib import Path

from ray import train, tune
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({{"loss": 1}})


results = tune.Tuner({trainable}).fit()
best = results.get_best_result("loss", "min")
for one in results:
{code}
"""


def _codes(code: str, trainable: str = "TorchTrainer(loop)") -> list[str]:
    result = migrated(_HEAD.format(trainable=trainable, code=indent(code, "    ")))
    return [code for _, code in said(result)]


_COUNTED = [
    'print(os.path.basename(one.path).split("_")[1])',
    'print(Path(one.path).name.split("_")[:2])',
    'print(Path(best.path).stem.split("_", 2)[2])',
    'name = os.path.basename(one.path)\nprint(name.partition("_")[2])',
    'kind, *rest = Path(results[0].path).name.split("_")',
    'print(one.path.split("_")[0])',
]


@pytest.mark.parametrize("code", _COUNTED)
def test_parts_from_the_left(code: str) -> None:
    assert _codes(code) == ["RTM407"]


@pytest.mark.parametrize("code", _COUNTED)
def test_parts_of_the_names_of_trials_of_functions(code: str) -> None:
    assert _codes(code, "loop") == _codes("pass", "loop")


@pytest.mark.parametrize(
    "code",
    [
        'print(os.path.basename(one.path).split("_")[-1])',
        'print(os.path.basename(one.path).rsplit("_", 1)[0])',
        'print(one.path.split("/")[1])',
        'print(one.path.split("_"))',
        'print([name.split("_")[1] for name in os.listdir(one.path) if name.endswith(".png")])',
        'print(one.error.split("_")[1], str(one.metrics).split("_")[1])',
        'print(os.path.basename("a_b").split("_")[1])',
        'tune.TuneConfig(trial_dirname_creator=str)\nprint(Path(one.path).name.split("_")[1])',
    ],
)
def test_parts_that_are_where_they_were(code: str) -> None:
    assert _codes(code) == []


def test_parts_of_what_a_worker_asks_for() -> None:
    result = migrated(
        """\
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            trial = train.get_context().get_trial_name().split("_")[1]
            name = train.get_context().get_trial_name()
            train.report({"loss": 1, "trial": trial, "short": name.split("_", 1)[1]})


        def objective(config):
            tune.report({"loss": 1, "trial": tune.get_context().get_trial_name().split("_")[1]})


        tune.Tuner(TorchTrainer(loop)).fit()
        tune.Tuner(objective).fit()
        """
    )
    assert said(result) == [(6, "RTM407"), (8, "RTM407")]


def test_a_module_that_never_names_ray(tmp_path: Path) -> None:
    projecting.write(
        tmp_path,
        """
        --- sweep.py
        from ray import train, tune
        from ray.train.torch import TorchTrainer


        def loop(config):
            train.report({"loss": 1})


        def run():
            return tune.Tuner(TorchTrainer(loop)).fit()
        --- reading.py
        from pathlib import Path


        def load(results):
            for one in results:
                folder = Path(one.path)
                last = max(folder.glob("checkpoint_*"), key=lambda each: int(str(each)[-6:]))
                yield folder.name.split("_")[1], last
        --- main.py
        from reading import load
        from sweep import run

        print(*load(run()))
        """,
    )
    assert projecting.said(projecting.run(tmp_path)) == [
        "reading.py:7: RTM405",
        "reading.py:8: RTM407",
    ]
