"""Results are known in the forms in which a ResultGrid is gone through."""

from __future__ import annotations

import pytest
from migrating import changed, migrated

SWEEP = """\
from ray import train, tune
from ray.train.torch import TorchTrainer


def loop(config):
    train.report({{"loss": config["lr"]}})


results = tune.Tuner(
    TorchTrainer(loop),
    param_space={{"train_loop_config": {{"lr": tune.uniform(0, 1)}}}},
    tune_config=tune.TuneConfig(max_concurrent_trials=1),
).fit()
{}
"""


def said(reader: str) -> list[str]:
    """The codes of what is said of the code that reads, or done about it."""
    result = migrated(SWEEP.format(reader))
    assert ("log_dir" in result.after) is ("RTM405" not in changed(result))
    return [one for one in changed(result) if one.startswith("RTM4")] + [
        one.code for one in result.findings
    ]


@pytest.mark.parametrize(
    "reader",
    [
        "print(max([1, 2], key=lambda one: one.log_dir))",
        "print(max(results, [1], key=lambda one: one.log_dir))",
        "print(max(results.get_dataframe(), key=lambda one: one.log_dir))",
        "print(max(results, default=lambda one: one.log_dir))",
        "class Pick:\n"
        "    def where(self, one): return self.log_dir\n"
        "    def best(self): return min(results, key=self.where)",
        "def sorted(some, key): return 1\nprint(sorted(results, key=lambda one: one.log_dir))",
        "print(max(results, key=lambda one, other=None: other.log_dir))",
        "grids = [results, 2]\nprint(grids[0].get_best_result().log_dir)",
        "for number, result in enumerate([1, 2]): print(result.log_dir)",
        "for number, result in enumerate(results): print(number.log_dir)",
        "print([str(result) for result in results][0].log_dir)",
        "print(max(results.get_dataframe()).log_dir)",
        "def max(some): return 1\nprint(max(results).log_dir)",
        "first, *others = results.get_dataframe()\nprint(first.log_dir, others[0].log_dir)",
        "first, second = results, 2\nprint(first.log_dir, second.log_dir)",
        "first, *others = 1, results\nprint(others.log_dir)",
        "best: str = pick(results)\nprint(best.log_dir)",
        "def show(best: tune.Result, other): return other.log_dir",
    ],
)
def test_what_is_no_result(reader: str) -> None:
    assert said(reader) == []


@pytest.mark.parametrize(
    "reader",
    [
        "print(max(results, key=lambda one: one.log_dir))",
        "print(sorted(results, key=lambda one: one.log_dir, reverse=True))",
        "def where(one): return one.log_dir\nprint(min(results, key=where))",
        "class Pick:\n"
        "    def where(self, one): return one.log_dir\n"
        "    def best(self): return min(results, key=self.where)",
        "print(list(filter(lambda one: one.log_dir, results)))",
        "print(list(map(lambda one: one.log_dir, results)))",
        "some = list(results)\nsome.sort(key=lambda one: one.log_dir)",
        "grids = [results]\nprint(grids[0][0].log_dir)",
        "grids = [one for one in (results,)]\nprint(grids[0].get_best_result().log_dir)",
        "for result in results: print(result.log_dir)",
        "for number, result in enumerate(results): print(number, result.log_dir)",
        "for number, result in enumerate(results, start=1): print(number, result.log_dir)",
        "for number, result in enumerate(sorted(results)): print(number, result.log_dir)",
        "print([result.log_dir for number, result in enumerate(results)])",
        "print(max(results, key=lambda one: one.metrics['loss']).log_dir)",
        "print(min((one for one in results if not one.error), key=str).log_dir)",
        "good = [one for one in results if not one.error]\nprint(good[0].log_dir)",
        "print(next(iter(results)).log_dir)",
        "print(list(results)[-1].log_dir)",
        "for result in results[:2]: print(result.log_dir)",
        "for result in reversed(sorted(results)): print(result.log_dir)",
        "for _, one in enumerate(results): pass\nfor one in results: print(one.log_dir)",
        "(only,) = results\nprint(only.log_dir)",
        "first, *others = results\nprint(first.log_dir)",
        "first, *others = results\nfor one in others: print(one.log_dir)",
        "[first, *others] = results\nprint(others[-1].log_dir)",
        "best: tune.Result = pick(results)\nprint(best.log_dir)",
        "best: tune.Result | None = None\nbest = pick(results)\nprint(best.log_dir)",
        "stored: tune.ResultGrid = load()\nprint(stored[0].log_dir)",
    ],
)
def test_what_is_a_result(reader: str) -> None:
    assert said(reader) == ["RTM405"]


@pytest.mark.parametrize(
    ("reader", "codes"),
    [
        (
            "if len(results) > 1:\n    results = sorted(results)\n"
            "for result in results: print(result.log_dir)",
            ["RTM405"],
        ),
        (
            "def show(some):\n    some = list(some)\n    while some: some = some[1:]\n"
            "    return isinstance(some[0], str), some[0].log_dir, some.metrics\n",
            [],
        ),
        (
            "def last(one, some):\n    for one in some: some = list(one)\n"
            "    for one in some: one = max(one)\n    return one.log_dir, some[0].config\n",
            [],
        ),
    ],
)
def test_names_that_lead_back_to_themselves(reader: str, codes: list[str]) -> None:
    assert said(reader) == codes


# Tuners that a generator or a comprehension gives

TUNERS = """\
from ray import train, tune
from ray.train.torch import TorchTrainer
from mylib import each, own


def loop(config):
    train.report({{"loss": 1}})


def tuners():
    for lr in (1, 2):
        yield tune.Tuner(TorchTrainer(loop, train_loop_config={{"lr": lr}}))


def every():
    yield from tuners()


def grids():
    return (tuner.fit() for tuner in every())


made = [tune.Tuner(TorchTrainer(loop)) for _ in range(2)]


{}
"""


@pytest.mark.parametrize(
    "reader",
    [
        "for tuner in each(tuners()): print(tuner.fit()[0].log_dir)",
        "for tuner in tuners(): print(tuner.log_dir)",
        "made.append(own())\nfor tuner in made: print(tuner.fit()[0].log_dir)",
        "own(made)\nfor tuner in made: print(tuner.fit()[0].log_dir)",
        "made[0] = own()\nfor tuner in made: print(tuner.fit()[0].log_dir)",
        "for tuner in [*made, own()]: print(tuner.fit()[0].log_dir)",
        "def mixed():\n    yield own()\n    yield from tuners()\n\n\n"
        "for tuner in mixed(): print(tuner.fit()[0].log_dir)",
    ],
)
def test_what_may_be_another_tuner(reader: str) -> None:
    assert "log_dir" in migrated(TUNERS.format(reader)).after


@pytest.mark.parametrize(
    "reader",
    [
        "for tuner in tuners(): print(tuner.fit()[0].log_dir)",
        "for tuner in every(): print(tuner.fit().get_best_result().log_dir)",
        "for number, tuner in enumerate(every()): print(number, tuner.fit()[0].log_dir)",
        "for grid in grids(): print(grid[0].log_dir)",
        "for grid in grids():\n    for result in grid: print(result.log_dir)",
        "print([grid[0].log_dir for grid in (tuner.fit() for tuner in made)])",
        "print(next(tuners()).fit()[0].log_dir)",
        "for best in [one.fit().get_best_result() for one in list(made)]: print(best.log_dir)",
    ],
)
def test_results_of_tuners_that_are_given_one_by_one(reader: str) -> None:
    result = migrated(TUNERS.format(reader))
    assert result.findings == ()
    assert "log_dir" not in result.after


def test_numbered_checkpoints_of_such_tuners() -> None:
    result = migrated(
        TUNERS.format("for one in tuners(): open(one.fit()[0].path + '/checkpoint_000001')")
    )
    assert [one.code for one in result.findings] == ["RTM405"]
