"""What ``**`` gives trainers out of dicts that other modules hold, or by their calls."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING

from projecting import OPTIONS, check, check_unchanged, run, write

if TYPE_CHECKING:
    from pathlib import Path


def test_what_train_v2_takes(tmp_path: Path) -> None:
    project = """
        --- settings.py
        from ray.train import ScalingConfig

        ARGUMENTS = {"scaling_config": ScalingConfig(num_workers=2), "metadata": None}
        OTHERS = {"metadata": {"owner": "us"}}
        --- training.py
        from ray.train.torch import TorchTrainer
        from settings import ARGUMENTS, OTHERS
        from work import log, train_loop

        log(**OTHERS)
        TorchTrainer(train_loop, **ARGUMENTS).fit()
        """
    check_unchanged(tmp_path, project)


def test_a_run_config_in_a_dict(tmp_path: Path) -> None:
    """The trainer takes its part of it, in place of what the dict has."""
    before = """
        --- settings.py
        from ray.train import RunConfig, ScalingConfig

        ARGUMENTS = dict(
            scaling_config=ScalingConfig(num_workers=2),
            run_config=RunConfig(name="lr", stop={"training_iteration": 2}),
        )
        --- training.py
        from ray.train.torch import TorchTrainer
        from settings import ARGUMENTS
        from work import train_loop


        def trainer():
            return TorchTrainer(train_loop, **ARGUMENTS)
        --- sweep.py
        from ray import tune
        from training import trainer

        tune.Tuner(trainer()).fit()
        """
    after = """
        --- settings.py
        from ray import tune
        from ray.train import ScalingConfig

        ARGUMENTS = dict(
            scaling_config=ScalingConfig(num_workers=2),
            run_config=tune.RunConfig(name="lr", stop={"training_iteration": 2}),
        )
        --- training.py
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config
        from settings import ARGUMENTS
        from work import train_loop


        def trainer():
            return TorchTrainer(
                train_loop,
                **{**ARGUMENTS, "run_config": train_run_config(ARGUMENTS.get("run_config"))},
            )
        --- sweep.py
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config
        from training import trainer

        trainer_2 = trainer()
        tune.Tuner(driver_for(trainer_2), run_config=tune_run_config(trainer_2)).fit()
        """
    check(tmp_path, before, after)


def test_a_run_config_in_a_dict_that_a_function_gives(tmp_path: Path) -> None:
    """Which would be called twice: that is left to a person, and the sweep is as it was."""
    before = """
        --- settings.py
        from ray.train import RunConfig


        def arguments(name):
            return {"run_config": RunConfig(name=name, stop={"loss": 0.1})}
        --- training.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from settings import arguments
        from work import train_loop

        tune.Tuner(TorchTrainer(train_loop, **arguments("lr"))).fit()
        """
    check_unchanged(tmp_path, before, "training.py:6: RTM904")


def test_what_train_v2_refuses_in_a_dict(tmp_path: Path) -> None:
    """As in a dict of the module itself, the sweep is left."""
    before = """
        --- settings.py
        from ray.train import Checkpoint, ScalingConfig

        ARGUMENTS = {"scaling_config": ScalingConfig(num_workers=2), "metadata": {"owner": "us"}}


        class Defaults:
            def arguments(self):
                return dict(ARGUMENTS, resume_from_checkpoint=Checkpoint("/data"))
        --- training.py
        from ray import tune
        from ray.train.torch import TorchTrainer
        from settings import ARGUMENTS, Defaults
        from work import train_loop

        tune.Tuner(TorchTrainer(train_loop, **ARGUMENTS)).fit()


        def again():
            return TorchTrainer(train_loop, **Defaults().arguments())
        """
    check_unchanged(tmp_path, before, "training.py:6: RTM904")


def test_what_train_v2_refuses_by_a_call(tmp_path: Path) -> None:
    """Of a function that hands its arguments on to the trainer."""
    before = """
        --- training.py
        from ray.train.torch import TorchTrainer
        from work import train_loop


        def trainer(**arguments):
            return TorchTrainer(train_loop, **arguments)
        --- main.py
        from ray.train import Checkpoint
        from training import trainer

        trainer(resume_from_checkpoint=Checkpoint("/data")).fit()
        """
    check_unchanged(tmp_path, before, "training.py:6: RTM904")


def test_a_run_config_that_is_put_into_a_dict_later(tmp_path: Path) -> None:
    """By the methods of a builder that give itself, or by update()."""
    before = """
        --- builder.py
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer


        class Builder:
            def __init__(self, loop):
                self.loop = loop
                self.arguments = {"scaling_config": ScalingConfig(num_workers=2)}

            def with_run_config(self, run_config):
                self.arguments["run_config"] = run_config
                return self

            def with_start(self, checkpoint):
                return self

            def build(self):
                return TorchTrainer(self.loop, **self.arguments)


        def build(loop, run_config):
            arguments = dict(scaling_config=ScalingConfig(num_workers=2))
            arguments.update(run_config=run_config)
            return TorchTrainer(loop, **arguments)
        --- main.py
        from builder import Builder, build
        from ray import tune
        from ray.train import RunConfig
        from work import Alert, loop

        first = RunConfig(name="first", callbacks=[Alert()])
        trainer = Builder(loop).with_start(None).with_run_config(first).build()
        tune.Tuner(trainer).fit()
        other = build(loop, RunConfig(name="other", stop={"loss": 0.1}))
        tune.Tuner(other).fit()
        """
    after = """
        --- builder.py
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer
        from raytune_runtime import train_run_config


        class Builder:
            def __init__(self, loop):
                self.loop = loop
                self.arguments = {"scaling_config": ScalingConfig(num_workers=2)}

            def with_run_config(self, run_config):
                self.arguments["run_config"] = run_config
                return self

            def with_start(self, checkpoint):
                return self

            def build(self):
                return TorchTrainer(
                    self.loop,
                    **{
                        **self.arguments,
                        "run_config": train_run_config(self.arguments.get("run_config")),
                    },
                )


        def build(loop, run_config):
            arguments = dict(scaling_config=ScalingConfig(num_workers=2))
            arguments.update(run_config=run_config)
            return TorchTrainer(
                loop,
                **{**arguments, "run_config": train_run_config(arguments.get("run_config"))},
            )
        --- main.py
        from builder import Builder, build
        from ray import tune
        from raytune_runtime import driver_for, tune_run_config
        from work import Alert, loop

        first = tune.RunConfig(name="first", callbacks=[Alert()])
        trainer = Builder(loop).with_start(None).with_run_config(first).build()
        tune.Tuner(driver_for(trainer), run_config=tune_run_config(trainer)).fit()
        other = build(loop, tune.RunConfig(name="other", stop={"loss": 0.1}))
        tune.Tuner(driver_for(other), run_config=tune_run_config(other)).fit()
        """
    check(tmp_path, before, after)


def test_what_a_tuner_is_given_in_a_dict(tmp_path: Path) -> None:
    """What it runs says who runs a sweep over a trainer."""
    project = """
        --- launcher.py
        from ray import tune
        from raytune_runtime import driver_for


        def tuner(runs, build):
            arguments = dict(tune_config=tune.TuneConfig(max_concurrent_trials=1))
            arguments["trainable"] = {trainable}
            return tune.Tuner(**arguments)
        --- job.py
        {flag}from launcher import tuner
        from work import make, objective

        tuner(objective, make).fit()
        --- work.py
        from nowhere import loop
        from ray.train.torch import TorchTrainer


        def objective(config):
            return {{"loss": 1}}


        def make():
            return TorchTrainer(loop)
        """
    options = replace(OPTIONS, ray_version="2.43")
    flag = (
        'import os\n\n        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")'
        "  # before Ray is imported\n\n        "
    )
    function = project.format(trainable="runs", flag="")
    check(tmp_path / "a", function, "", options=options)
    before = project.format(trainable="driver_for(build())", flag="")
    after = project.format(trainable="driver_for(build())", flag=flag)
    check(tmp_path / "b", before, after, options=options)


def test_what_a_trainer_that_stays_was_given_by_its_name(tmp_path: Path) -> None:
    """It is rewritten, and no dict is spoken of."""
    before = """
        --- data.py
        from work import Scaler

        SCALER = Scaler()
        --- training.py
        from data import SCALER
        from ray.train.torch import TorchTrainer
        from work import start, train, train_loop

        trainer = TorchTrainer(
            train_loop,
            datasets={"train": train},
            preprocessor=SCALER,
            resume_from_checkpoint=start(),
        )
        trainer.fit()
        """
    write(tmp_path, before)
    outcome = run(tmp_path)["training.py"]
    assert outcome.migration is not None
    assert outcome.migration.remaining == ()
    assert (tmp_path / "training.py").read_text(encoding="utf-8") == dedent(
        """\
        from data import SCALER
        from ray.train.torch import TorchTrainer
        from raytune_runtime import preprocess_datasets, start_from_trial
        from work import start, train, train_loop

        trainer = TorchTrainer(
            start_from_trial(train_loop, resume_from_checkpoint=start()),
            datasets=preprocess_datasets({"train": train}, SCALER),
        )
        trainer.fit()
        """
    )
