"""Run configs of other modules as Tune takes them, and as Train does."""

from __future__ import annotations

import pytest
from ray import air, train, tune
from ray.train.torch import TorchTrainer

from raytune_runtime import train_run_config, tune_run_config


class Observer(train.UserCallback):
    pass


def loop(config):
    pass


@pytest.mark.parametrize("source", [None, loop, "PPO", tune.Trainable])
def test_nothing_to_say(source):
    assert tune_run_config(source) is None


def test_run_config_of_a_trainer():
    trainer = TorchTrainer(
        loop,
        run_config=train.RunConfig(
            name="sweep",
            storage_path="/tmp/runs",
            failure_config=train.FailureConfig(max_failures=2),
            checkpoint_config=train.CheckpointConfig(
                num_to_keep=1, checkpoint_score_attribute="loss", checkpoint_score_order="min"
            ),
            callbacks=[Observer()],
        ),
    )
    assert tune_run_config(trainer) == tune.RunConfig(
        name="sweep",
        storage_path="/tmp/runs",
        failure_config=tune.FailureConfig(max_failures=2),
        checkpoint_config=tune.CheckpointConfig(
            num_to_keep=1, checkpoint_score_attribute="loss", checkpoint_score_order="min"
        ),
    )


def test_parts_are_tunes_own():
    run_config = tune_run_config(train.RunConfig())
    assert type(run_config.failure_config) is tune.FailureConfig
    assert type(run_config.checkpoint_config) is tune.CheckpointConfig


def test_name_that_ray_made_up():
    assert train.RunConfig().name.startswith("ray_train_run-")
    assert tune_run_config(train.RunConfig()) == tune.RunConfig()
    assert tune_run_config(train.RunConfig(name="ray_train_run-1")).name == "ray_train_run-1"


def test_run_config_of_air_gives_all_it_has():
    source = air.RunConfig(
        name="sweep",
        stop={"training_iteration": 3},
        verbose=0,
        failure_config=air.FailureConfig(fail_fast=True),
        checkpoint_config=air.CheckpointConfig(num_to_keep=1),
    )
    assert tune_run_config(source) == tune.RunConfig(
        name="sweep",
        stop={"training_iteration": 3},
        verbose=0,
        failure_config=tune.FailureConfig(fail_fast=True),
        checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
    )


def test_tunes_own_is_returned():
    run_config = tune.RunConfig(checkpoint_config=tune.CheckpointConfig(num_to_keep=1))
    assert tune_run_config(run_config) is run_config


def test_parts_of_train_in_tunes_own_are_replaced():
    source = tune.RunConfig(
        name="sweep",
        failure_config=train.FailureConfig(max_failures=2),
        checkpoint_config=train.CheckpointConfig(num_to_keep=1),
    )
    assert tune_run_config(source) == tune.RunConfig(
        name="sweep",
        failure_config=tune.FailureConfig(max_failures=2),
        checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
    )
    assert type(source.failure_config) is train.FailureConfig


def test_how_often_trainers_of_train_v1_made_checkpoints_is_left_out():
    cadence = tune.CheckpointConfig(num_to_keep=1, checkpoint_frequency=2, checkpoint_at_end=True)
    source = tune.RunConfig(name="sweep", checkpoint_config=cadence)
    assert tune_run_config(source) == tune.RunConfig(
        name="sweep", checkpoint_config=tune.CheckpointConfig(num_to_keep=1)
    )
    assert source.checkpoint_config is cadence


@pytest.mark.parametrize("run_config", [tune.RunConfig, air.RunConfig])
def test_how_often_a_class_of_tune_makes_checkpoints_stays(run_config):
    cadence = tune.CheckpointConfig(num_to_keep=1, checkpoint_frequency=2, checkpoint_at_end=True)
    source = run_config(name="sweep", checkpoint_config=cadence)
    kept = tune_run_config(source, of_trainer=False)
    assert kept == tune.RunConfig(name="sweep", checkpoint_config=cadence)


def test_nothing_to_say_to_train():
    assert train_run_config(None) is None


def test_run_config_of_train_is_itself():
    run_config = train.RunConfig(name="run")
    assert train_run_config(run_config) is run_config


def test_train_takes_what_it_knows():
    run_config = train_run_config(
        tune.RunConfig(
            name="sweep",
            storage_path="/tmp/runs",
            stop={"training_iteration": 3},
            callbacks=[tune.Callback()],
            failure_config=tune.FailureConfig(max_failures=2),
            checkpoint_config=tune.CheckpointConfig(num_to_keep=1),
        )
    )
    assert run_config == train.RunConfig(
        name="sweep",
        storage_path="/tmp/runs",
        failure_config=train.FailureConfig(max_failures=2),
        checkpoint_config=train.CheckpointConfig(num_to_keep=1),
    )


def test_a_trainer_gives_the_tuner_the_whole_again():
    whole = tune.RunConfig(name="sweep", stop={"training_iteration": 3})
    trainer = TorchTrainer(loop, run_config=train_run_config(whole))
    assert tune_run_config(trainer) == whole
    assert tune_run_config(trainer.run_config) == whole


def test_what_is_set_after_the_trainer_was_made_is_not_its():
    whole = tune.RunConfig(name="sweep")
    trainer = TorchTrainer(loop, run_config=train_run_config(whole))
    whole.stop = {"training_iteration": 3}
    assert tune_run_config(trainer).stop is None
    assert tune_run_config(whole).stop == {"training_iteration": 3}


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(None, id="none"),
        pytest.param(train.RunConfig(name="run"), id="Train's"),
        pytest.param(tune.RunConfig(name="run", stop={"training_iteration": 3}), id="Tune's"),
    ],
)
def test_metadata_goes_to_a_callback_of_train(source):
    run_config = train_run_config(source, metadata={"by": "us"})
    assert [one.metadata for one in run_config.callbacks] == [{"by": "us"}]
    if source is not None:
        assert run_config.name == "run"
        assert not source.callbacks
    if isinstance(source, tune.RunConfig):
        assert tune_run_config(run_config) == source


def test_no_metadata_changes_nothing():
    run_config = train.RunConfig(name="run")
    assert train_run_config(run_config, metadata={}) is run_config


@pytest.mark.parametrize("read", [tune_run_config, train_run_config])
def test_a_dict_is_no_run_config(read):
    with pytest.raises(TypeError, match=r"is a dict: \{'name': 'run'\}\. Give RunConfig"):
        read({"name": "run"})
