"""Names that packages give by their own ``__getattr__``, when they are asked for."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE = """
    --- kit/training.py
    from ray.train import RunConfig
    from ray.train.torch import TorchTrainer


    def trainer(loop):
        return TorchTrainer(loop, run_config=RunConfig(name="kit", stop={"loss": 0.1}))
    --- kit/sweep.py
    from ray import tune


    def run(loop):
        from kit import trainer

        made = trainer(loop)
        return tune.Tuner(made).fit()
    --- work.py
    from ray import train


    def loop(config):
        train.report({"loss": 1, "trial": train.get_context().get_trial_id()})
    --- main.py
    import kit
    from work import loop

    print(kit.run(loop).get_best_result("loss", "min").log_dir)
    --- kit/__init__.py
"""
AFTER = """
    --- kit/training.py
    from ray import tune
    from ray.train.torch import TorchTrainer
    from raytune_runtime import train_run_config


    def trainer(loop):
        return TorchTrainer(
            loop,
            run_config=train_run_config(tune.RunConfig(name="kit", stop={"loss": 0.1})),
        )
    --- kit/sweep.py
    from ray import tune
    from raytune_runtime import driver_for, tune_run_config


    def run(loop):
        from kit import trainer

        made = trainer(loop)
        return tune.Tuner(driver_for(made), run_config=tune_run_config(made)).fit()
    --- work.py
    from ray import train
    from raytune_runtime import trial_info


    def loop(config):
        train.report({"loss": 1, "trial": trial_info().trial_id})
    --- main.py
    import kit
    from work import loop

    print(kit.run(loop).get_best_result("loss", "min").path)
"""
BY_IMPORTS = """\
def __getattr__(name):
    if name == "trainer":
        from kit.training import trainer

        return trainer
    if name == "run":
        from .sweep import run

        return run
    raise AttributeError(name)
"""
BY_TABLE = """\
import importlib

_PLACES = {places}


def __getattr__(name):
    if name not in _PLACES:
        raise AttributeError(name)
    module, name = place(_PLACES, name)
    return getattr(importlib.import_module(module, __name__), name)
"""
ATTACHED = """\
import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__, submod_attrs={"training": ["trainer"], "sweep": ["run"]}
)
"""


def test_names_that_lead_nowhere(tmp_path: Path) -> None:
    package = """
        --- kit/__init__.py
        _OLD = {"trainer": "kit.gone", "speed": "fast", "run": None, 1: "one", **OTHERS}


        def __getattr__(name):
            return _OLD[name]
        --- main.py
        from kit import speed, trainer
        from ray import train

        train.Checkpoint(trainer, speed)
        """
    check_unchanged(tmp_path, package)


@pytest.mark.parametrize(
    "package",
    [
        BY_IMPORTS,
        ATTACHED,
        BY_TABLE.format(places='{"trainer": "kit.training", "run": ".sweep"}'),
        BY_TABLE.format(places='{"trainer": "training", "run": "kit.sweep:run"}'),
        BY_TABLE.format(places='{"trainer": ("kit.training", "trainer"), "run": "kit.sweep.run"}'),
    ],
)
def test_a_package_that_imports_when_it_is_asked(tmp_path: Path, package: str) -> None:
    check(tmp_path, PACKAGE + indent(package, "    "), AFTER)
