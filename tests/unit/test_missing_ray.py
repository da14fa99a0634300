"""Modules that are imported without Ray, too: another of the project imports what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from projecting import check

if TYPE_CHECKING:
    from pathlib import Path

COMPAT = """
--- forecast/_compat.py
try:
    from ray import tune
    from ray.train import ScalingConfig
    from ray.train.torch import TorchTrainer
except ImportError:
    tune = ScalingConfig = TorchTrainer = None
"""
ALWAYS = """
--- forecast/_compat.py
from ray import tune
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer
"""
SWEEP = '''
--- forecast/tuning.py
"""Sweeps."""
import logging

from ._compat import ScalingConfig, TorchTrainer, tune


def sweep(fit, space):
    """Run one."""
    if tune is None:
        raise RuntimeError("pip install forecast[ray]")
    trainer = TorchTrainer(fit, scaling_config=ScalingConfig(num_workers=1))
    tuner = tune.Tuner(
        trainer,
        param_space={"train_loop_config": space},
        tune_config=tune.TuneConfig(max_concurrent_trials=1),
    )
    return tuner.fit()
'''
REWRITTEN = '''
--- forecast/tuning.py
"""Sweeps."""
import logging

from ._compat import ScalingConfig, TorchTrainer, tune{above}


def sweep(fit, space):
    """Run one."""
    if tune is None:
        raise RuntimeError("pip install forecast[ray]"){inside}

    def train_driver_fn(config: dict):
        trainer = TorchTrainer(
            start_from_trial(fit),
            train_loop_config=config["train_loop_config"],
            scaling_config=ScalingConfig(num_workers=1),
            run_config=RunConfig(**trial_run(), callbacks=[TuneReportCallback()]),
        )
        trainer.fit()

    tuner = tune.Tuner(
        train_driver_fn,
        param_space={{"train_loop_config": space}},
        tune_config=tune.TuneConfig(max_concurrent_trials=1),
    )
    return tuner.fit()
'''
IMPORTS = """
from ray.train import RunConfig
from raytune_runtime import TuneReportCallback, start_from_trial, trial_run"""


def test_what_always_imports_ray_may_be_imported_above(tmp_path: Path) -> None:
    """A module that hands Ray's objects on cannot be imported without Ray."""
    check(tmp_path, ALWAYS + SWEEP, REWRITTEN.format(above=IMPORTS, inside=""))


@pytest.mark.parametrize("star", [False, True], ids=["names", "star"])
def test_what_may_lack_ray_is_imported_where_it_is_needed(tmp_path: Path, star: bool) -> None:
    """Above, it made a package of which Ray is an extra one that needs Ray.

    Behind what says so in words of its own, and below the docstring.
    """
    after = REWRITTEN.format(above="", inside=IMPORTS.replace("\n", "\n    "))
    if star:
        names = "ScalingConfig, TorchTrainer, tune"
        check(tmp_path, COMPAT + SWEEP.replace(names, "*"), after.replace(names, "*"))
    else:
        check(tmp_path, COMPAT + SWEEP, after)


def test_through_several_modules(tmp_path: Path) -> None:
    """A package hands on what its module tries to import."""
    package = "--- forecast/__init__.py\nfrom ._compat import ScalingConfig, TorchTrainer, tune\n"
    after = REWRITTEN.format(above="", inside=IMPORTS.replace("\n", "\n    "))
    before, after = (one.replace("from ._compat", "from .") for one in (SWEEP, after))
    check(tmp_path, COMPAT + package + before, after)


def test_what_train_loops_call(tmp_path: Path) -> None:
    check(
        tmp_path,
        """
        --- compat.py
        try:
            from ray.air import session
        except ImportError:
            session = None
        --- loops.py
        import math
        from compat import session


        def train_loop(config):
            session.report({"loss": math.pi})
        --- run.py
        from ray.train.torch import TorchTrainer

        from loops import train_loop

        TorchTrainer(train_loop).fit()
        """,
        """
        --- loops.py
        import math


        def train_loop(config):
            from ray import train

            train.report({"loss": math.pi})
        """,
    )
