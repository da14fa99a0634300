"""Trainers that one module puts on what another one has, and a third one sweeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = """
    --- state.py
    it = None


    class Held:
        it = None

        def __init__(self):
            self.own = None
    --- preparing.py
    import state
    from ray.train import RunConfig
    from ray.train.torch import TorchTrainer


    def loop(config):
        pass


    def prepare():
        held = state.Held()
        {place} = TorchTrainer(loop, run_config=RunConfig(stop={{"loss": 1}}))
        return held
    --- sweep.py
    import state
    from preparing import prepare
    from ray import tune

    held = prepare()
    tune.Tuner({place}).fit()
    """
AFTER = """
    --- state.py
    it = None


    class Held:
        it = None

        def __init__(self):
            self.own = None
    --- preparing.py
    import state
    from ray import tune
    from ray.train.torch import TorchTrainer
    from raytune_runtime import train_run_config


    def loop(config):
        pass


    def prepare():
        held = state.Held()
        {place} = TorchTrainer(
            loop, run_config=train_run_config(tune.RunConfig(stop={{"loss": 1}}))
        )
        return held
    --- sweep.py
    import state
    from preparing import prepare
    from ray import tune
    from raytune_runtime import driver_for, tune_run_config

    held = prepare()
    tune.Tuner(driver_for({place}), run_config=tune_run_config({place})).fit()
    """


def test_functions_that_are_put_on_a_module(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- state.py
        function = None
        trainer = None
        --- preparing.py
        import state
        from ray import tune


        def prepare():
            state.function = lambda config: tune.report({"loss": 1})
        --- sweep.py
        import state
        from preparing import prepare
        from ray import tune

        prepare()
        tune.Tuner(state.function).fit()
        """,
    )


@pytest.mark.parametrize("place", ["state.it", "state.Held.it", "held.it", "held.own"])
def test_a_trainer(tmp_path: Path, place: str) -> None:
    check(tmp_path, BEFORE.format(place=place), AFTER.format(place=place))
