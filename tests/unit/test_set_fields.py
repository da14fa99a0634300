"""What a config is given after it was made: Train V2 looks at what it is given when it is made."""

from __future__ import annotations

from textwrap import dedent

import pytest
from migrating import check_finding, check_migrated, check_stands, check_unchanged, migrated, said

_HEAD = dedent(
    """\
    from ray import tune
    from ray.train import CheckpointConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer
    from ray.train.xgboost import XGBoostTrainer

    one = tune.TuneConfig(max_concurrent_trials=1)
    """
)
_ADVICE = "Give it to the ScalingConfig where that is made, and run again."
_SWEEP = "tune.Tuner(TorchTrainer(loop, scaling_config=sizes), tune_config=one).fit()\n"
_FIT = "result = TorchTrainer(loop, run_config=config).fit()\n"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("settings.stop = {'loss': 1}\nsettings.callbacks.append(1)\n", id="unknown"),
        pytest.param(
            "class Settings:\n"
            "    def __init__(self):\n"
            "        self.stop = self.callbacks = None\n"
            "        self.trainer_resources = {'CPU': 0}\n",
            id="of a class",
        ),
        pytest.param(
            "sizes = ScalingConfig(num_workers=2)\nsizes.num_workers = 3\n"
            "TorchTrainer(loop, scaling_config=sizes).fit()\n",
            id="a field that Train V2 has",
        ),
        pytest.param(
            "sizes = ScalingConfig(num_workers=2)\nsizes.trainer_resources = None\n"
            "print(sizes.trainer_resources)\nTorchTrainer(loop, scaling_config=sizes).fit()\n",
            id="None",
        ),
        pytest.param(f"config = RunConfig()\nconfig.name = 'a'\n{_FIT}", id="the name of a run"),
        pytest.param(f"config = RunConfig()\nconfig.stop = None\n{_FIT}", id="nothing to stop"),
        pytest.param(
            "config = RunConfig()\nconfig.checkpoint_config.num_to_keep = 1\n"
            f"config.failure_config.max_failures = 2\n{_FIT}",
            id="of configs in it",
        ),
        pytest.param(
            f"config = RunConfig()\nothers.stop = config\nconfig.extra.stop = 1\n{_FIT}",
            id="of something else",
        ),
        pytest.param(
            "config = tune.RunConfig()\nconfig.stop = {'loss': 1}\n"
            "tune.Tuner('PPO', run_config=config).fit()\n",
            id="of Tune's own",
        ),
    ],
)
def test_what_train_v2_heeds(body: str) -> None:
    check_unchanged(_HEAD + body)


def test_fields_that_are_set_do_not_hinder_a_sweep() -> None:
    result = migrated(
        _HEAD
        + "config, sizes = RunConfig(name='a'), ScalingConfig()\n"
        + "keep = RunConfig()\nkeep.stop = {'loss': 1}\nkeep.verbose = 1\nkeep.callbacks = []\n"
        + "keep.checkpoint_config.checkpoint_frequency = 0\nkeep.callbacks.append(Log())\n"
        + "tune.Tuner(TorchTrainer(loop), run_config=keep, tune_config=one).fit()\n"
    )
    assert "keep = tune.RunConfig()\n" in result.after
    assert "run_config=keep," in result.after
    assert said(result) == []
    check_stands(result)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("sizes = ScalingConfig()\nsizes.trainer_resources = {'CPU': 0}\n", id="set"),
        pytest.param(
            "sizes = ScalingConfig()\nsetattr(sizes, 'trainer_resources', {'CPU': 0})\n",
            id="by setattr",
        ),
        pytest.param(
            "import copy\n\nsizes = copy.copy(ScalingConfig())\nsizes.trainer_resources = some\n",
            id="of a copy",
        ),
        pytest.param(
            "from dataclasses import replace\n\n"
            "sizes = replace(ScalingConfig(), trainer_resources={'CPU': 0})\n",
            id="by replace",
        ),
        pytest.param(
            "def make():\n"
            "    made = ScalingConfig()\n"
            "    made.trainer_resources = {'CPU': 0}\n"
            "    return made\n\n\n"
            "sizes = make()\n",
            id="by a function that makes it",
        ),
    ],
)
def test_resources_that_a_scaling_config_is_given_too_late(given: str) -> None:
    source = _HEAD + given + _SWEEP
    line = 1 + next(i for i, one in enumerate(source.splitlines()) if "trainer_resources" in one)
    found = check_finding(source, (line, "RTM904")).findings[0]
    assert found.reason == "Train V2 takes no trainer_resources in ScalingConfig."
    assert found.advice == f"{_ADVICE} Until then the sweep is left as it is."


def test_resources_of_a_trainer_by_itself() -> None:
    result = check_finding(
        _HEAD
        + "sizes = ScalingConfig()\nsizes.trainer_resources = {'CPU': 0}\n"
        + "TorchTrainer(loop, scaling_config=sizes).fit()\n",
        (8, "RTM904"),
    )
    assert result.findings[0].advice == _ADVICE


def test_resources_that_a_scaling_config_is_given_in_a_dict() -> None:
    source = (
        _HEAD
        + "sizes = ScalingConfig(**{'num_workers': 2, 'trainer_resources': {'CPU': 0}})\n"
        + _SWEEP
    )
    found = check_finding(source, (7, "RTM904")).findings[0]
    assert found.reason == "Train V2 takes no trainer_resources in ScalingConfig."
    assert found.advice == (
        "Give it to the ScalingConfig as trainer_resources=..., not in the dict, and run again."
        " Until then the sweep is left as it is."
    )


@pytest.mark.parametrize(
    ("trainer", "code"),
    [
        pytest.param("TorchTrainer(loop, run_config=config)", "RTM903", id="with a train loop"),
        pytest.param(
            "XGBoostTrainer(params={}, label_column='y', datasets={}, run_config=config)",
            "RTM104",
            id="a boosting trainer's own",
        ),
        pytest.param(
            "XGBoostTrainer(params={}, label_column='y', datasets={}), run_config=config",
            "RTM904",
            id="the Tuner's, over a boosting trainer",
        ),
    ],
)
@pytest.mark.parametrize(
    "given",
    [
        "config = RunConfig()\nconfig.checkpoint_config.checkpoint_frequency = 5\n",
        "kept = CheckpointConfig()\nkept.checkpoint_at_end = True\n"
        "config = RunConfig(checkpoint_config=kept)\n",
    ],
)
def test_how_often_to_save_is_said_too_late(trainer: str, code: str, given: str) -> None:
    result = migrated(f"{_HEAD}{given}tune.Tuner({trainer}, tune_config=one).fit()\n")
    assert (result.after, [one.code for one in result.findings]) == (result.before, [code])


def test_what_only_tune_does_is_asked_for_later() -> None:
    check_migrated(
        """\
        from ray.train import RunConfig
        from ray.train.torch import TorchTrainer

        config = RunConfig(name="night")
        config.stop = {"loss": 0.1}
        trainer = TorchTrainer(loop, run_config=config)
        result = trainer.fit()
        """,
        """\
        import os

        os.environ.setdefault("RAY_TRAIN_V2_ENABLED", "1")  # before Ray is imported

        from ray import tune
        from ray.train.torch import TorchTrainer
        from raytune_runtime import fit_as_trial, train_run_config

        config = tune.RunConfig(name="night")
        config.stop = {"loss": 0.1}
        trainer = TorchTrainer(loop, run_config=train_run_config(config))
        result = fit_as_trial(trainer)
        """,
    )


def test_a_config_that_more_than_one_run_config_is_given_is_converted() -> None:
    result = migrated(
        _HEAD
        + "def keep(config):\n"
        + "    config.checkpoint_config = CheckpointConfig(num_to_keep=1)\n"
        + "    return config\n\n\n"
        + "tune.Tuner(TorchTrainer(loop), run_config=keep(RunConfig()), tune_config=one).fit()\n"
        + "TorchTrainer(loop, run_config=keep(RunConfig(name='b'))).fit()\n"
    )
    assert "config.checkpoint_config = CheckpointConfig(num_to_keep=1)" in result.after
    assert "tune_run_config(keep(tune.RunConfig()))" in result.after
    check_stands(result)
