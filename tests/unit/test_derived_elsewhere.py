"""Classes whose methods and attributes those that derive from them have otherwise elsewhere."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from projecting import check, check_unchanged, files, run, said, write

if TYPE_CHECKING:
    from pathlib import Path


def test_a_class_without_a_trainer_is_left(tmp_path: Path) -> None:
    project = """
        --- base.py
        class Search:
            def build(self):
                return self.kind()
        --- long.py
        import base
        from ray import train

        class Long(base.Search):
            kind = dict

            def build(self):
                return train.Checkpoint("/data")
        """
    check_unchanged(tmp_path, project)


def test_a_trainer_that_a_derived_class_sets_or_builds_anew(tmp_path: Path) -> None:
    """What those have in their RunConfig counts, and that their train loops read checkpoints."""
    before = """
        --- base.py
        from ray import train, tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        def train_loop(config):
            train.report({"loss": config["lr"]})


        class Search:
            def __init__(self):
                self.trainer = self.build()

            def build(self):
                return TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))

            def run(self, space):
                return tune.Tuner(self.trainer, param_space=space).fit()


        class Built:
            def loop(self):
                return train_loop

            def run(self):
                trainer = TorchTrainer(self.loop(), scaling_config=ScalingConfig(num_workers=2))
                space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
                return tune.Tuner(trainer, param_space=space).fit()
        --- long.py
        import base
        from ray import train
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer


        def long_loop(config):
            start = train.get_checkpoint()
            train.report({"loss": config["lr"], "anew": start is None})


        class Long(base.Search):
            def __init__(self):
                super().__init__()
                self.trainer = TorchTrainer(long_loop, run_config=RunConfig(stop={"loss": 0.1}))


        class Again(base.Built):
            def loop(self):
                return long_loop
        """
    after = """
        --- base.py
        from ray import train, tune
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import (
            TuneReportCallback,
            driver_for,
            max_concurrent_trials,
            start_from_trial,
            trial_run,
            tune_run_config,
        )


        def train_loop(config):
            train.report({"loss": config["lr"]})


        class Search:
            def __init__(self):
                self.trainer = self.build()

            def build(self):
                return TorchTrainer(train_loop, scaling_config=ScalingConfig(num_workers=2))

            def run(self, space):
                return tune.Tuner(
                    driver_for(self.trainer),
                    param_space=space,
                    run_config=tune_run_config(self.trainer),
                ).fit()


        class Built:
            def loop(self):
                return train_loop

            def run(self):
                trainer_train_loop = self.loop()

                def train_driver_fn(config: dict):
                    trainer = TorchTrainer(
                        start_from_trial(trainer_train_loop),
                        train_loop_config=config["train_loop_config"],
                        scaling_config=ScalingConfig(num_workers=2),
                        run_config=train.RunConfig(
                            **trial_run(), callbacks=[TuneReportCallback()]
                        ),
                    )
                    trainer.fit()

                space = {"train_loop_config": {"lr": tune.uniform(0, 1)}}
                return tune.Tuner(
                    train_driver_fn,
                    param_space=space,
                    tune_config=tune.TuneConfig(
                        max_concurrent_trials=max_concurrent_trials(
                            ScalingConfig(num_workers=2)
                        )
                    ),
                ).fit()
        --- long.py
        import base
        from ray import train, tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config


        def long_loop(config):
            start = train.get_checkpoint()
            train.report({"loss": config["lr"], "anew": start is None})


        class Long(base.Search):
            def __init__(self):
                super().__init__()
                self.trainer = TorchTrainer(
                    long_loop, run_config=train_run_config(tune.RunConfig(stop={"loss": 0.1}))
                )


        class Again(base.Built):
            def loop(self):
                return long_loop
        """
    check(tmp_path, before, after)


CONFIGURED = """
    --- experiment.py
    from ray import tune
    from ray.train import RunConfig
    from ray.train.torch import TorchTrainer


    class Experiment:
        def __init__(self, train_loop):
            self.train_loop = train_loop

        def run_config(self):
            return RunConfig(name="base")

        def trainer(self):
            return TorchTrainer(self.train_loop, run_config=self.run_config())

        def search(self, space):
            return tune.Tuner(self.trainer(), param_space=space).fit()
    --- vision.py
    from experiment import Experiment
    from ray.train import RunConfig


    class Vision(Experiment):
        def run_config(self):
            return RunConfig(name="vision", stop={"training_iteration": 2})
    """


def test_a_run_config_that_a_derived_class_makes_anew(tmp_path: Path) -> None:
    """The trainer takes its part of either."""
    after = """
        --- experiment.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config


        class Experiment:
            def __init__(self, train_loop):
                self.train_loop = train_loop

            def run_config(self):
                return tune.RunConfig(name="base")

            def trainer(self):
                return TorchTrainer(
                    self.train_loop, run_config=train_run_config(self.run_config())
                )

            def search(self, space):
                trainer = self.trainer()
                return tune.Tuner(
                    driver_for(trainer), param_space=space, run_config=tune_run_config(trainer)
                ).fit()
        --- vision.py
        from experiment import Experiment
        from ray import tune


        class Vision(Experiment):
            def run_config(self):
                return tune.RunConfig(name="vision", stop={"training_iteration": 2})
        """
    check(tmp_path, CONFIGURED, after)


@pytest.mark.parametrize("first", ["experiment.py", "vision.py"])
def test_one_file_after_the_other(tmp_path: Path, first: str) -> None:
    """It ends as it does when both are given at once."""
    at_once, in_steps = tmp_path / "at_once", tmp_path / "in_steps"
    for folder in (at_once, in_steps):
        folder.mkdir()
        write(folder, CONFIGURED)
    run(at_once)
    run(in_steps, [first])
    run(in_steps)
    for name in files(CONFIGURED):
        assert (in_steps / name).read_bytes() == (at_once / name).read_bytes()


def test_a_trainer_of_a_class_that_derived_ones_choose(tmp_path: Path) -> None:
    """It takes its part of the RunConfig, and its loop is the one that they have."""
    before = """
        --- base.py
        from functools import partial

        from ray import tune
        from ray.train.torch import TorchTrainer


        class Sweep:
            trainer_class = TorchTrainer
            loop = None

            def trainer(self):
                return self.trainer_class(
                    partial(type(self).loop, 1), run_config=self.run_config()
                )

            def run_config(self):
                return None

            def run(self, space):
                return tune.Tuner(self.trainer(), param_space=space).fit()
        --- digits.py
        from base import Sweep
        from ray import train
        from ray.train import RunConfig


        class Digits(Sweep):
            @staticmethod
            def loop(factor, config):
                train.report({"loss": factor, "trial": train.get_context().get_trial_id()})

            def run_config(self):
                return RunConfig(name="digits", stop={"loss": 0.1})
        --- tensors.py
        from base import Sweep
        from ray.train.tensorflow import TensorflowTrainer
        from work import train_loop


        class Tensors(Sweep):
            trainer_class = TensorflowTrainer
            loop = staticmethod(train_loop)
        """
    after = """
        --- base.py
        from functools import partial

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import driver_for, train_run_config, tune_run_config


        class Sweep:
            trainer_class = TorchTrainer
            loop = None

            def trainer(self):
                return self.trainer_class(
                    partial(type(self).loop, 1), run_config=train_run_config(self.run_config())
                )

            def run_config(self):
                return None

            def run(self, space):
                trainer = self.trainer()
                return tune.Tuner(
                    driver_for(trainer), param_space=space, run_config=tune_run_config(trainer)
                ).fit()
        --- digits.py
        from base import Sweep
        from ray import train, tune
        from raytune_runtime import trial_info


        class Digits(Sweep):
            @staticmethod
            def loop(factor, config):
                train.report({"loss": factor, "trial": trial_info().trial_id})

            def run_config(self):
                return tune.RunConfig(name="digits", stop={"loss": 0.1})
        """
    check(tmp_path, before, after)


@pytest.mark.parametrize(
    "own", ["", "\n    def __init__(self, config):\n        super().__init__(config)\n"]
)
def test_the_constructor_that_a_class_derives(tmp_path: Path, own: str) -> None:
    """Who makes an object of a class runs what that has from one of another module."""
    before = f"""
--- logs.py
from ray.air import session


class Log:
    def __init__(self):
        self.first = session.get_world_rank() == 0
--- engine.py
from logs import Log


class Engine:
    def __init__(self, config):
        self.log = Log()


class Sgd(Engine):
    kind = "sgd"
{own}
--- run.py
from engine import Sgd
from ray.train.torch import TorchTrainer


def train_loop(config):
    Sgd(config)


TorchTrainer(train_loop).fit()
"""
    after = """
--- logs.py
from ray import train


class Log:
    def __init__(self):
        self.first = train.get_context().get_world_rank() == 0
"""
    check(tmp_path, before, after)


def test_no_constructor_that_is_not_run(tmp_path: Path) -> None:
    """Who uses only the class, and one that has a constructor of its own, does not run it."""
    project = """
        --- logs.py
        from ray.air import session


        class Log:
            def __init__(self):
                self.first = session.get_world_rank() == 0
        --- engine.py
        from logs import Log


        class Engine:
            def __init__(self):
                self.log = Log()


        class Sgd(Engine):
            def __init__(self):
                self.log = None
        --- run.py
        from engine import Sgd
        from ray.train.torch import TorchTrainer


        def train_loop(config):
            Sgd()


        TorchTrainer(train_loop).fit()
        """
    check_unchanged(tmp_path, project, "logs.py:6: RTM909")


def test_what_a_class_has_from_a_mixin(tmp_path: Path) -> None:
    """The mixin derives from nothing; only a class in a third module puts both together."""
    before = """
        --- base.py
        from ray import train, tune


        class Search:
            def run_config(self):
                return train.RunConfig(name="search")

            def run(self, space):
                return tune.Tuner(
                    self.trainer(), param_space=space, run_config=self.run_config()
                ).fit()
        --- mixins.py
        from ray.train import RunConfig, get_context, report
        from ray.train.torch import TorchTrainer


        def train_loop(config):
            report({"loss": config["lr"], "trial": get_context().get_trial_name()})


        class Named:
            title = "named"

            def run_config(self):
                return RunConfig(name=self.title)


        class Late:
            def run_config(self):
                return RunConfig(name="never")


        class Torch:
            def trainer(self):
                return TorchTrainer(train_loop)
        --- put_together.py
        from base import Search
        from mixins import Late, Named, Torch


        class Together(Named, Torch, Search, Late):
            title = "together"
        """
    after = """
        --- base.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config


        class Search:
            def run_config(self):
                return tune.RunConfig(name="search")

            def run(self, space):
                return tune.Tuner(
                    driver_for(self.trainer()),
                    param_space=space,
                    run_config=tune_run_config(self.run_config()),
                ).fit()
        --- mixins.py
        from ray import tune
        from ray.train import RunConfig, report
        from ray.train.torch import TorchTrainer
        from raytune_runtime import trial_info


        def train_loop(config):
            report({"loss": config["lr"], "trial": trial_info().trial_name})


        class Named:
            title = "named"

            def run_config(self):
                return tune.RunConfig(name=self.title)


        class Late:
            def run_config(self):
                return RunConfig(name="never")


        class Torch:
            def trainer(self):
                return TorchTrainer(train_loop)
        """
    check(tmp_path, before, after)


@pytest.mark.parametrize("deep", [False, True])
def test_the_train_loop_that_a_class_of_trainers_gives_its_base(tmp_path: Path, deep: bool) -> None:
    """In its constructor, also where what is swept is of a class that derives from that."""
    before = """
        --- loops.py
        from ray.train import get_context, report


        def train_loop(config):
            report({"loss": 1, "of": get_context().get_experiment_name()})


        def alone(config):
            report({"loss": 1, "of": get_context().get_experiment_name()})
        --- trainers.py
        import loops
        from ray.train.torch import TorchTrainer


        class Ours(TorchTrainer):
            def __init__(self, **kwargs):
                super().__init__(loops.train_loop, **kwargs)


        class Other(TorchTrainer):
            def __init__(self):
                super().__init__(loops.alone)
        --- sweeps.py
        from ray import tune
        from trainers import Other, Ours


        class Mine(Ours):
            pass


        def sweep():
            return tune.Tuner(Ours()).fit()


        def fit():
            return Other().fit()
        """
    after = """
        --- loops.py
        from ray.train import get_context, report
        from raytune_runtime import trial_info


        def train_loop(config):
            report({"loss": 1, "of": trial_info().experiment_name})


        def alone(config):
            report({"loss": 1, "of": get_context().get_experiment_name()})
        --- sweeps.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config
        from trainers import Other, Ours


        class Mine(Ours):
            pass


        def sweep():
            trainer = Ours()
            return tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()


        def fit():
            return Other().fit()
        """
    if deep:
        before, after = (one.replace("= Ours()", "= Mine()") for one in (before, after))
        before = before.replace("tune.Tuner(Ours())", "tune.Tuner(Mine())")
    check(tmp_path, before, after)


SISTERS = """
    --- base.py
    class Search:
        def __init__(self, function):
            self.function = function
    --- tuned.py
    from base import Search
    from ray import tune
    from ray.air import session


    def objective(config):
        session.report({"loss": config["lr"]})


    class Tuned(Search):
        def __init__(self):
            super().__init__(objective)

        def run(self):
            return tune.Tuner(self.function, param_space={"lr": tune.uniform(0, 1)}).fit()
    --- trained.py
    from base import Search
    from ray import train
    from ray.train.torch import TorchTrainer


    def train_loop():
        train.report({"loss": 1})


    class Trained(Search):
        def __init__(self, function):
            self.trainer = TorchTrainer(function)

        def run(self):
            self.trainer.fit()


    Trained(train_loop).run()
    """


def test_what_a_class_gives_its_base_is_not_given_to_another_that_derives_from_it(
    tmp_path: Path,
) -> None:
    after = """
        --- tuned.py
        from base import Search
        from ray import tune


        def objective(config):
            tune.report({"loss": config["lr"]})


        class Tuned(Search):
            def __init__(self):
                super().__init__(objective)

            def run(self):
                return tune.Tuner(self.function, param_space={"lr": tune.uniform(0, 1)}).fit()
        """
    check(tmp_path, SISTERS, after)


def test_it_may_be_where_a_class_derives_from_both(tmp_path: Path) -> None:
    both = """
        --- both.py
        from trained import Trained
        from tuned import Tuned


        class Both(Tuned, Trained):
            pass
        """
    write(tmp_path, dedent(SISTERS) + dedent(both))
    assert said(run(tmp_path)) == ["tuned.py:7: RTM909"]
