"""Trainers that coroutines of other modules give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged

if TYPE_CHECKING:
    from pathlib import Path

BUILDING = """
    --- building.py
    from ray.train import RunConfig
    from ray.train.torch import TorchTrainer


    def loop(config):
        pass


    async def build():
        return TorchTrainer(loop, run_config=RunConfig(stop={"loss": 1}))
    """
BUILDING_AFTER = """
    --- building.py
    from ray import tune
    from ray.train.torch import TorchTrainer
    from raytune_runtime import train_run_config


    def loop(config):
        pass


    async def build():
        return TorchTrainer(
            loop, run_config=train_run_config(tune.RunConfig(stop={"loss": 1}))
        )
    """


def test_a_function_that_a_coroutine_gives(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- building.py
        from ray import tune


        async def build():
            return lambda config: tune.report({"loss": 1})
        --- sweep.py
        import asyncio

        from building import build
        from ray import tune


        async def main():
            tune.Tuner(await build()).fit()


        asyncio.run(main())
        tune.Tuner(asyncio.run(build())).fit()
        """,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """
    async def main():
        made = await build()
        return tune.Tuner(made).fit()


    print(asyncio.run(main())[0].metrics)
    """,
            """
    async def main():
        made = await build()
        return tune.Tuner(driver_for(made), run_config=tune_run_config(made)).fit()


    print(asyncio.run(main())[0].metrics)
    """,
            id="waited for where it is called",
        ),
        pytest.param(
            """
    made = asyncio.run(build())
    tune.Tuner(made).fit()
    """,
            """
    made = asyncio.run(build())
    tune.Tuner(driver_for(made), run_config=tune_run_config(made)).fit()
    """,
            id="run",
        ),
    ],
)
def test_a_trainer(tmp_path: Path, before: str, after: str) -> None:
    imports = "\n    import asyncio\n\n    from building import build\n    from ray import tune\n"
    runtime = "    from raytune_runtime import driver_for, tune_run_config\n"
    check(
        tmp_path,
        f"{BUILDING}--- sweep.py{imports}\n{before}",
        f"{BUILDING_AFTER}--- sweep.py{imports}{runtime}\n{after}",
    )
