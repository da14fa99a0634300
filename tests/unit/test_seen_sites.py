"""A sweep is found, or reported, by whatever way its trainer comes to Tune."""

from __future__ import annotations

import pytest
from migrating import migrated

HEAD = """\
import functools

import ray
from ray import train, tune
from ray.train import ScalingConfig
from ray.train.torch import TorchTrainer
from ray.tune.schedulers import PopulationBasedTraining

from mylib import fit


def loop(config):
    train.report({"loss": config["lr"]})


"""
SPACE = '{"train_loop_config": {"lr": tune.uniform(0, 1)}}'


def said(code: str) -> list[str]:
    """The codes of what is left to a person."""
    return [one.code for one in migrated(HEAD + code).findings]


def after(code: str) -> str:
    """What becomes of the code, with single blanks for white space."""
    result = migrated(HEAD + code)
    assert result.findings == ()
    return " ".join(result.after.split())


# The Tuner, and a trainable made from a trainer


@pytest.mark.parametrize(
    "code",
    [
        "make = functools.partial(tune.Tuner, lambda config: None)\nmake(param_space={}).fit()\n",
        "class Own(tune.Tuner):\n    pass\n\n\nOwn(lambda config: None).fit()\n",
        'tune.register_trainable("own", lambda config: None)\n',
    ],
)
def test_no_trainer_is_given(code: str) -> None:
    assert said(code) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (
            f"make = functools.partial(tune.Tuner)\nmake(TorchTrainer(loop), {SPACE}).fit()\n",
            "RTM901",
        ),
        (f"make = tune.Tuner\nmake(TorchTrainer(loop), param_space={SPACE}).fit()\n", "RTM901"),
        (
            "class Own(tune.Tuner):\n    pass\n\n\n"
            f"Own(TorchTrainer(loop), param_space={SPACE}).fit()\n",
            "RTM901",
        ),
        ('tune.register_trainable("own", TorchTrainer(loop).as_trainable())\n', "RTM907"),
        ('tune.Experiment("own", run=TorchTrainer(loop).as_trainable())\n', "RTM907"),
        ('tune.run_experiments({"own": {"run": TorchTrainer(loop).as_trainable()}})\n', "RTM907"),
        (
            "class Own:\n    def __init__(self, trainer: TorchTrainer):\n"
            "        self.trainable = trainer.as_trainable()\n",
            "RTM907",
        ),
    ],
)
def test_a_trainer_comes_by_another_way(code: str, found: str) -> None:
    assert said(code) == [found]


# The trainer's own config under the space


def test_a_space_that_the_trainer_is_given_too() -> None:
    """Train V1 laid what is sampled over the trainer's own dict."""
    code = (
        'space = {"lr": tune.uniform(0, 1), "epochs": 3}\n'
        "trainer = TorchTrainer(loop, train_loop_config=space)\n"
        'tune.Tuner(trainer, param_space={"train_loop_config": space}).fit()\n'
    )
    assert 'train_loop_config={**space, **config["train_loop_config"]}' in after(code)


def test_a_space_of_which_the_trainer_has_more() -> None:
    code = (
        'own = {"lr": tune.uniform(0, 1), "decay": tune.uniform(0, 1)}\n'
        "trainer = TorchTrainer(loop, train_loop_config=own)\n"
        f"tune.Tuner(trainer, param_space={SPACE}).fit()\n"
    )
    assert said(code) == ["RTM903"]


# Loops that hand over to code out of sight


@pytest.mark.parametrize(
    ("body", "starts"),
    [
        ('train.report({"loss": 1})', False),
        ("pass", False),
        ("fit(config)", True),
        ("registry = {1: fit}\n    registry[config['kind']](config)", True),
        ('if train.get_checkpoint():\n        pass\n    train.report({"loss": 1})', True),
    ],
)
def test_a_clone_goes_on_from_its_checkpoint(body: str, starts: bool) -> None:
    code = (
        f"def own(config):\n    {body}\n\n\n"
        f"mutations = {SPACE}\n"
        "scheduler = PopulationBasedTraining(hyperparam_mutations=mutations)\n"
        f"tune.Tuner(TorchTrainer(own), param_space={SPACE},"
        " tune_config=tune.TuneConfig(scheduler=scheduler)).fit()\n"
    )
    assert ("TorchTrainer( start_from_trial(own)," in after(code)) is starts


# Who starts Ray


@pytest.mark.parametrize(
    ("start", "limit"),
    [
        ("ray.init()\n", "max_concurrent_trials("),
        ("", "max_concurrent_trials("),
        ("def main():\n    tuner = build()\n    ray.init()\n    tuner.fit()\n", "trial_resources("),
        ("class App:\n    def start(self):\n        ray.init()\n", "trial_resources("),
    ],
)
def test_nothing_starts_ray_before_the_script_does(start: str, limit: str) -> None:
    """To count what a cluster has starts Ray; shares of it are counted when trials start."""
    code = (
        f"{start}\n\ndef build():\n    return tune.Tuner(TorchTrainer(loop), param_space={SPACE})\n"
    )
    limits = ("max_concurrent_trials(", "trial_resources(")
    assert [one for one in limits if one in after(code)] == [limit]
