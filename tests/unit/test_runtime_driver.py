"""`driver_for`: the trainer that each trial gets."""

from __future__ import annotations

import inspect

import pytest
from ray.train import Checkpoint, DataConfig, FailureConfig, RunConfig, ScalingConfig, UserCallback
from ray.train.base_trainer import BaseTrainer
from ray.train.torch import TorchConfig, TorchTrainer
from ray.train.xgboost import XGBoostTrainer

from raytune_runtime import (
    RuntimeUnavailable,
    TuneReportCallback,
    driver_for,
    xgboost_train_loop,
)
from raytune_runtime.boosting import TAKES_PARAMS
from raytune_runtime.driver import trainer_of_trial


def loop(config):
    """The train loop of the trainer."""


def other_loop(config):
    """The train loop of a trial."""


@pytest.fixture
def trainer():
    return TorchTrainer(
        loop,
        train_loop_config={"epochs": 5, "optimizer": {"name": "adam", "lr": 0.1}},
        scaling_config=ScalingConfig(num_workers=2, placement_strategy="SPREAD"),
        datasets={"train": ["a"], "valid": ["b"]},
    )


@pytest.mark.parametrize("trainable", [loop, TorchTrainer, "PPO", None])
def test_what_is_no_trainer_stays_what_it_is(trainable):
    assert driver_for(trainable) is trainable


def test_driver_function_as_tune_wants_it(trainer):
    driver = driver_for(trainer)
    assert driver.__name__ == "train_driver_fn"
    assert list(inspect.signature(driver).parameters) == ["config"]


class OldTrainer(BaseTrainer):
    def training_loop(self):
        pass


def test_trainer_of_train_v1_is_refused():
    trainer = object.__new__(OldTrainer)  # the constructor refuses it too, where Train V2 is on
    with pytest.raises(RuntimeUnavailable, match="OldTrainer belongs to Train V1"):
        driver_for(trainer)


def test_without_a_space_nothing_changes(trainer):
    rebuilt = trainer_of_trial(trainer, {})
    assert rebuilt.train_loop_per_worker is loop
    assert rebuilt.train_loop_config == trainer.train_loop_config
    assert rebuilt.scaling_config == trainer.scaling_config
    assert rebuilt.datasets == trainer.datasets
    assert rebuilt.data_config is trainer.data_config
    assert rebuilt.backend_config is trainer.backend_config


def test_train_loop_config_is_merged_deeply(trainer):
    swept = {"train_loop_config": {"optimizer": {"lr": 0.5}, "seed": 1}}
    merged = {"epochs": 5, "optimizer": {"name": "adam", "lr": 0.5}, "seed": 1}
    rebuilt = trainer_of_trial(trainer, swept)
    assert rebuilt.train_loop_config == merged
    assert rebuilt.train_run_context.train_loop_config == merged
    assert trainer.train_loop_config == {"epochs": 5, "optimizer": {"name": "adam", "lr": 0.1}}


def test_datasets_are_merged(trainer):
    rebuilt = trainer_of_trial(trainer, {"datasets": {"valid": ["c"]}})
    assert rebuilt.datasets == {"train": ["a"], "valid": ["c"]}


@pytest.mark.parametrize(
    "swept",
    [
        {"num_workers": 3},
        {"num_workers": 3, "trainer_resources": None},
        {"num_workers": 3, "trainer_resources": {"CPU": 2}},
        ScalingConfig(num_workers=3),
    ],
    ids=["dict", "flattened", "trainer_resources", "object"],
)
def test_scaling_config_is_replaced_whole(trainer, swept):
    rebuilt = trainer_of_trial(trainer, {"scaling_config": swept})
    assert rebuilt.scaling_config == ScalingConfig(num_workers=3)
    assert rebuilt.train_run_context.scaling_config == ScalingConfig(num_workers=3)


def test_backend_follows_the_devices(trainer):
    assert trainer.backend_config.backend == "gloo"
    rebuilt = trainer_of_trial(trainer, {"scaling_config": {"use_gpu": True}})
    assert rebuilt.backend_config.backend is None  # Ray decides when the workers have started
    assert trainer.backend_config.backend == "gloo"


@pytest.mark.parametrize(
    ("backend", "swept", "told"),
    [
        ("gloo", {"use_gpu": True}, True),  # the trainer's constructor would have written the same
        ("gloo", {"num_workers": 3}, False),
        ("mpi", {"use_gpu": True}, False),
    ],
)
def test_a_backend_that_may_be_the_users_does_not_go_unsaid(backend, swept, told, caplog):
    trainer = TorchTrainer(loop, torch_config=TorchConfig(backend=backend))
    trainer_of_trial(trainer, {"scaling_config": swept})
    assert ("instead of gloo, Ray takes the backend" in caplog.text) is told


@pytest.mark.parametrize("key", ["torch_config", "backend_config"])
def test_backend_config_is_replaced(trainer, key):
    config = TorchConfig(backend="mpi")
    swept = {key: config, "scaling_config": {"num_workers": 1}}
    assert trainer_of_trial(trainer, swept).backend_config is config


def test_other_parameters_are_replaced(trainer):
    data_config = DataConfig(datasets_to_split=["train"])
    rebuilt = trainer_of_trial(
        trainer, {"dataset_config": data_config, "train_loop_per_worker": other_loop}
    )
    assert rebuilt.data_config is data_config
    assert rebuilt.train_loop_per_worker is other_loop


def test_start_checkpoint(trainer):
    given, swept = Checkpoint("/tmp/given"), Checkpoint("/tmp/swept")

    def start(*arguments):
        wrapped = trainer_of_trial(trainer, *arguments).train_loop_per_worker
        return inspect.getclosurevars(wrapped).nonlocals["checkpoint"]

    assert start({}, given) is given
    assert start({"resume_from_checkpoint": swept}) is swept
    assert start({"resume_from_checkpoint": swept}, given) is swept


def test_run_config_cannot_be_swept(trainer):
    with pytest.raises(ValueError, match=r"`run_config` cannot be part of the `param_space`"):
        trainer_of_trial(trainer, {"run_config": RunConfig()})


@pytest.mark.parametrize("key", ["lr", "tensorflow_config", "metadata"])
def test_unknown_key(trainer, key):
    with pytest.raises(
        TypeError,
        match=rf"`{key}` in the `param_space` is no parameter of TorchTrainer, which takes .*"
        r"scaling_config, torch_config, train_loop_config, ",
    ):
        trainer_of_trial(trainer, {key: 1})


class Observer(UserCallback):
    pass


def test_train_run_keeps_what_is_not_tunes():
    observer = Observer()
    environment = {"env_vars": {"NAME": "value"}}
    trainer = TorchTrainer(
        loop,
        run_config=RunConfig(
            name="mine",
            failure_config=FailureConfig(max_failures=3, controller_failure_limit=2),
            callbacks=[observer],
            worker_runtime_env=environment,
        ),
    )
    run_config = trainer_of_trial(trainer, {}).run_config
    assert run_config.name != "mine"
    assert run_config.worker_runtime_env == environment
    assert run_config.failure_config == FailureConfig(controller_failure_limit=2)
    assert run_config.callbacks[0] is observer
    assert [type(callback) for callback in run_config.callbacks[1:]] == [TuneReportCallback]


def test_metadata_of_a_trainer_that_stays_goes_to_the_trial():
    observer = Observer()
    own = [TuneReportCallback(metadata={"by": "us"}), observer]
    trainer = TorchTrainer(loop, run_config=RunConfig(callbacks=own))
    callbacks = trainer_of_trial(trainer, {}).run_config.callbacks
    assert [type(callback) for callback in callbacks] == [Observer, TuneReportCallback]
    assert callbacks[1].metadata == {"by": "us"}
    assert trainer.run_config.callbacks == own


class OwnTrainer(TorchTrainer):
    """Has a constructor of its own, and state that it does not pass on."""

    def __init__(self, model, **kwargs):
        self.model = model
        super().__init__(loop, train_loop_config={"model": model, "lr": 0.1}, **kwargs)


def test_subclass_with_a_constructor_of_its_own():
    trainer = OwnTrainer("resnet", scaling_config=ScalingConfig(num_workers=2))
    rebuilt = trainer_of_trial(trainer, {"train_loop_config": {"lr": 0.5}})
    assert type(rebuilt) is OwnTrainer
    assert rebuilt.model == "resnet"
    assert rebuilt.train_loop_config == {"model": "resnet", "lr": 0.5}
    assert rebuilt.scaling_config == ScalingConfig(num_workers=2)
    with pytest.raises(TypeError, match="`model` in the `param_space` is no parameter of OwnTrain"):
        trainer_of_trial(trainer, {"model": "vit"})


def test_arguments_of_a_loop_of_the_runtime_are_swept_too():
    made = xgboost_train_loop(
        label_column="y", num_boost_round=3, maximize=True, resume_from_checkpoint=None
    )
    trainer = XGBoostTrainer(
        made, train_loop_config={"eta": 0.1, "seed": 1}, datasets={"train": ["a"]}
    )
    rebuilt = trainer_of_trial(
        trainer, {"params": {"eta": 0.5}, "num_boost_round": 7, "early_stopping_rounds": 2}
    )
    assert rebuilt.train_loop_config == {"eta": 0.5, "seed": 1}
    assert getattr(rebuilt.train_loop_per_worker, TAKES_PARAMS).keywords == {
        "label_column": "y",
        "num_boost_round": 7,
        "resume_from_checkpoint": None,
        "maximize": True,
        "early_stopping_rounds": 2,
    }
    assert getattr(made, TAKES_PARAMS).keywords["num_boost_round"] == 3
    assert trainer.train_loop_per_worker is made
