"""Results of sweeps that a pool, an executor or a thread of asyncio runs are results of sweeps."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from migrating import check_stands, migrated, said

_HEAD = dedent(
    """\
    import asyncio
    import functools

    from joblib import Parallel, delayed
    from ray import train, tune
    from ray.train.torch import TorchTrainer


    def fit(trainer):
        return tune.Tuner(trainer).fit()


    def scored(lr, steps):
        return tune.Tuner(TorchTrainer(loop, train_loop_config={"lr": lr})).fit()


    def plain(trainer):
        return trainer


    async def slow(trainer):
        return tune.Tuner(trainer).fit()


    tuner = tune.Tuner(TorchTrainer(loop))
    """
)


def _tested(results: str) -> list[tuple[int, str]]:
    """What is said of a test for the class of a Result out of some results, by its line."""
    body = f"async def main(pool, thread, settings):\n    results = {results}\n"
    test = "    print(isinstance(results[0], train.Result))\n"
    result = migrated(_HEAD + body + test)
    check_stands(result)
    begin = _HEAD.count("\n")
    return [(line - begin, code) for line, code in said(result) if line > begin]


@pytest.mark.parametrize(
    "results",
    [
        "await asyncio.to_thread(plain, tuner)",
        "await asyncio.to_thread(tuner.get_dataframe)",
        "await tuner",
        "await slow",
        "await settings.fit()",
        "asyncio.to_thread(tuner.fit)",
        "settings.get('fit')",
        "pool.submit(settings.fit).result()",
        "pool.apply_async(plain, (tuner,)).get()",
        "pool.map(tuner.fit, [1]).result()",
        "Parallel(n_jobs=2)(delayed(plain)(tuner) for _ in range(2))[0]",
        "Parallel(n_jobs=2)([delayed(fit)(tuner)])",
    ],
)
def test_what_is_no_result_of_a_sweep(results: str) -> None:
    assert _tested(results) == []


@pytest.mark.parametrize(
    "results",
    [
        "await asyncio.to_thread(tuner.fit)",
        "await asyncio.get_running_loop().run_in_executor(None, tuner.fit)",
        "await thread.run_in_executor(pool, functools.partial(tuner.fit))",
        "await thread.run_in_executor(None, lambda: tuner.fit())",
        "await asyncio.to_thread(fit, TorchTrainer(loop))",
        "await slow(TorchTrainer(loop))",
        "pool.submit(tuner.fit).result()",
        "pool.submit(tuner.fit).result(timeout=60)",
        "pool.submit(functools.partial(fit, TorchTrainer(loop))).result()",
        "pool.apply_async(scored, (1, 2)).get()",
        "next(iter(pool.starmap(scored, [(1, 2), (2, 3)])))",
        "next(iter(Parallel(n_jobs=2)(delayed(fit)(TorchTrainer(loop)) for _ in range(2))))",
    ],
)
def test_results_that_are_waited_for(results: str) -> None:
    assert _tested(results) == [(3, "RTM403")]


@pytest.mark.parametrize(
    "run",
    [
        "pool.apply_async(run, (TorchTrainer(loop), 2))",
        "pool.apply(run, [TorchTrainer(loop), 2])",
        "pool.starmap(run, [(TorchTrainer(loop), 2)])",
        "pool.starmap(run, ((TorchTrainer(loop), n) for n in (1, 2)))",
        "pool.submit(run, TorchTrainer(loop), 2)",
        "Parallel(n_jobs=2)(delayed(run)(TorchTrainer(loop), n) for n in (1, 2))",
    ],
)
def test_trainers_in_rows(run: str) -> None:
    code = dedent(
        """\
        from joblib import Parallel, delayed
        from ray import tune
        from ray.train.torch import TorchTrainer


        def run(model, number):
            return tune.Tuner(model, param_space={"train_loop_config": {"lr": number}}).fit()


        def main(pool):
        """
    )
    result = migrated(code + indent(f"{run}\n", "    "))
    assert "driver_for(model)" in result.after
    check_stands(result)


def test_a_row_of_a_pool_is_not_its_first_argument() -> None:
    code = dedent(
        """\
        from ray import tune
        from ray.train.torch import TorchTrainer


        def run(number, model):
            return tune.Tuner(number, param_space={"lr": 1}).fit()


        pool.starmap(run, [(objective, TorchTrainer(loop))])
        pool.apply_async(run, (*some, TorchTrainer(loop)))
        """
    )
    result = migrated(code)
    assert (result.after, said(result)) == (result.before, [])
