"""Attributes that run code where they are read, by a class of the project that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from migrating import check_migrated
from projecting import check, check_unchanged

if TYPE_CHECKING:
    from pathlib import Path

LOOP = """
--- loop.py
from ray import train


def train_loop(config):
    train.report({"id": train.get_context().get_trial_id()})
"""
MIGRATED_LOOP = """
--- loop.py
from ray import train
from raytune_runtime import trial_info


def train_loop(config):
    train.report({"id": trial_info().trial_id})
"""
LAZY = """
--- lazy.py
class lazy:
    def __init__(self, function):
        self.function = function

    def __get__(self, one, kind=None):
        return self.function(one)
"""
LAZY_BY_FUNCTION = """
--- lazy.py
def lazy(function):
    name = "_" + function.__name__

    @property
    def read(self):
        if not hasattr(self, name):
            setattr(self, name, function(self))
        return getattr(self, name)

    return read
"""
LAZY_BY_PROPERTY = """
--- lazy.py
def lazy(function):
    return property(function)
"""
FIELD = """
--- field.py
from ray.train.torch import TorchTrainer

from loop import train_loop


class Built:
    def __get__(self, one, kind=None):
        if one is None:
            return self
        return TorchTrainer(train_loop, scaling_config=one.scaling)
"""


def job(sweep: str, line: str = "") -> str:
    """A class that sweeps over an attribute of its own."""
    return f"""
--- job.py
from ray import tune
{line}
from field import Built


class Job:
    trainer = Built()

    def sweep(self, space):
        {sweep}
"""


def test_an_attribute_that_gives_no_trainer(tmp_path: Path) -> None:
    check_unchanged(
        tmp_path,
        """
        --- field.py
        class Objective:
            def __get__(self, one, kind=None):
                return lambda config: {"loss": config["lr"] * one.scale}

        --- job.py
        from ray import tune

        from field import Objective


        class Job:
            objective = Objective()

            def sweep(self, space):
                return tune.Tuner(self.objective, param_space=space).fit()
        """,
    )


def test_an_object_that_says_nothing_of_being_read(tmp_path: Path) -> None:
    field = FIELD.replace("__get__", "get")
    given = job("return tune.Tuner(self.trainer, param_space=space).fit()")
    check_unchanged(tmp_path, field + LOOP + given, "loop.py:5: RTM302")


def test_an_attribute_that_another_module_has_built(tmp_path: Path) -> None:
    sweep = """trainer_2 = self.trainer
        return tune.Tuner(
            driver_for(trainer_2),
            param_space=space,
            run_config=tune_run_config(trainer_2),
        ).fit()"""
    check(
        tmp_path,
        FIELD + LOOP + job("return tune.Tuner(self.trainer, param_space=space).fit()"),
        FIELD
        + MIGRATED_LOOP
        + job(sweep, "from raytune_runtime import driver_for, tune_run_config\n"),
    )


@pytest.mark.parametrize("lazy", [LAZY, LAZY_BY_FUNCTION, LAZY_BY_PROPERTY])
def test_a_method_that_a_decorator_of_the_project_makes_a_property(
    lazy: str, tmp_path: Path
) -> None:
    base = """
--- base.py
from ray.train.torch import TorchTrainer

from lazy import lazy
from loop import train_loop


class Base:
    @lazy
    def trainer(self):
        return TorchTrainer(train_loop)
"""
    before = """
--- job.py
from ray import tune

from base import Base


class Job(Base):
    def sweep(self, space):
        return tune.Tuner(self.trainer, param_space=space).fit()
"""
    after = """
--- job.py
from ray import tune
from raytune_runtime import driver_for, tune_run_config

from base import Base


class Job(Base):
    def sweep(self, space):
        return tune.Tuner(
            driver_for(self.trainer),
            param_space=space,
            run_config=tune_run_config(self.trainer),
        ).fit()
"""
    check(tmp_path, lazy + base + LOOP + before, lazy + base + MIGRATED_LOOP + after)


def test_a_method_whose_decorator_has_it_called(tmp_path: Path) -> None:
    timed = LAZY.replace("lazy", "timed").replace(
        "return self.function(one)", "return self.__class__(self.function)"
    ) + ("\n    def __call__(self, *arguments):\n        return self.function(*arguments)\n")
    base = """
--- base.py
from ray.train.torch import TorchTrainer

from loop import train_loop
from timed import timed


class Base:
    @timed
    def trainer(self):
        return TorchTrainer(train_loop)
"""
    before = """
--- job.py
from ray import tune

from base import Base

trainer = Base().trainer()
tune.Tuner(trainer).fit()
"""
    after = """
--- job.py
from ray import tune
from raytune_runtime import driver_for, tune_run_config

from base import Base

trainer = Base().trainer()
tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
"""
    check(tmp_path, timed + base + LOOP + before, timed + base + MIGRATED_LOOP + after)


BUILT_HERE = """
    from ray import tune
    from ray.train import RunConfig
    from ray.train.torch import TorchTrainer

    from loops import train_loop


    class Built:
        def __get__(self, one, kind=None):
            return TorchTrainer(train_loop, run_config=RunConfig(name="sweep"))


    class Job:
        trainer = Built()

        def sweep(self, space):
            return tune.Tuner(self.trainer, param_space=space).fit()
"""


def test_an_attribute_of_the_module_itself() -> None:
    sweep = """trainer_2 = self.trainer
            return tune.Tuner(
                driver_for(trainer_2),
                param_space=space,
                run_config=tune_run_config(trainer_2),
            ).fit()"""
    imported = "from raytune_runtime import driver_for, tune_run_config"
    after = BUILT_HERE.replace("TorchTrainer\n", f"TorchTrainer\n    {imported}\n").replace(
        "return tune.Tuner(self.trainer, param_space=space).fit()", sweep
    )
    check_migrated(BUILT_HERE, after)
