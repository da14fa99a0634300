"""By which paths an object of Ray can be imported, and which of them is its public name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.ray_api.configs import TUNE_RUN_CONFIG
from raytune_migrate.ray_api.moved import new_home
from raytune_migrate.ray_api.search import CONCURRENCY_LIMITER, SAMPLER_NAMES
from raytune_migrate.ray_api.session import SESSION
from raytune_migrate.ray_api.trainers import (
    BASE_TRAINER,
    DATA_PARALLEL_TRAINER,
    HOROVOD_TRAINER,
)
from raytune_migrate.ray_api.tuner import TUNE_CONFIG, TUNER, WITH_RESOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where an object was once importable from, and the name under which it is public.
_PUBLIC_NAMES: Mapping[str, str] = {
    "ray.tune.tuner.Tuner": TUNER,
    "ray.tune.tune_config.TuneConfig": TUNE_CONFIG,
    "ray.tune.impl.config.RunConfig": TUNE_RUN_CONFIG,
    "ray.tune.trainable.util.with_resources": WITH_RESOURCES,
    "ray.tune.trainable.with_resources": WITH_RESOURCES,
    "ray.tune.trainable.with_parameters": "ray.tune.with_parameters",
    "ray.tune.search.sample.uniform": "ray.tune.uniform",
    "ray.tune.search.concurrency_limiter.ConcurrencyLimiter": CONCURRENCY_LIMITER,
    "ray.tune.syncer.SyncConfig": "ray.tune.SyncConfig",
    "ray.train.torch.torch_trainer.TorchTrainer": "ray.train.torch.TorchTrainer",
    "ray.train.torch.config.TorchConfig": "ray.train.torch.TorchConfig",
    "ray.train.tensorflow.tensorflow_trainer.TensorflowTrainer": (
        "ray.train.tensorflow.TensorflowTrainer"
    ),
    "ray.train.tensorflow.config.TensorflowConfig": "ray.train.tensorflow.TensorflowConfig",
    "ray.train.data_parallel_trainer.DataParallelTrainer": DATA_PARALLEL_TRAINER,
    "ray.train.v2.api.data_parallel_trainer.DataParallelTrainer": DATA_PARALLEL_TRAINER,
    "ray.train.base_trainer.BaseTrainer": BASE_TRAINER,
    "ray.train.horovod.horovod_trainer.HorovodTrainer": HOROVOD_TRAINER,
    "ray.train.xgboost.xgboost_trainer.XGBoostTrainer": "ray.train.xgboost.XGBoostTrainer",
    "ray.train.lightgbm.lightgbm_trainer.LightGBMTrainer": "ray.train.lightgbm.LightGBMTrainer",
    "ray.train.xgboost.v2.XGBoostTrainer": "ray.train.xgboost.XGBoostTrainer",
    "ray.train.lightgbm.v2.LightGBMTrainer": "ray.train.lightgbm.LightGBMTrainer",
    "ray.train.huggingface.transformers.TransformersTrainer": (
        "ray.train.huggingface.TransformersTrainer"
    ),
    "ray.train.huggingface.accelerate.AccelerateTrainer": "ray.train.huggingface.AccelerateTrainer",
    "ray.train.rl.rl_trainer.RLTrainer": "ray.train.rl.RLTrainer",
    "ray.tune.schedulers.create_scheduler": "ray.tune.create_scheduler",
    "ray.train.context.get_context": "ray.train.get_context",
    "ray.tune.context.get_context": "ray.tune.get_context",
    "ray.tune.trainable.trainable_fn_utils.report": "ray.tune.report",
    "ray.tune.trainable.trainable_fn_utils.get_checkpoint": "ray.tune.get_checkpoint",
    "ray.tune.tune.run": "ray.tune.run",
    "ray.tune.experiment.Experiment": "ray.tune.Experiment",
    "ray.tune.experiment.experiment.Experiment": "ray.tune.Experiment",
    "ray.tune.registry.register_trainable": "ray.tune.register_trainable",
    **{
        f"ray.train.torch.train_loop_utils.{name}": f"ray.train.torch.{name}"
        for name in (
            "accelerate",
            "backward",
            "enable_reproducibility",
            "get_device",
            "get_devices",
            "prepare_data_loader",
            "prepare_model",
            "prepare_optimizer",
        )
    },
    "ray.train.base_trainer.TrainingFailedError": "ray.train.TrainingFailedError",
    "ray.train.trainer.TrainingFailedError": "ray.train.TrainingFailedError",
    "ray.air.Checkpoint": "ray.train.Checkpoint",
    "ray.air.checkpoint.Checkpoint": "ray.train.Checkpoint",
    "ray.air.integrations.keras.ReportCheckpointCallback": (
        "ray.train.tensorflow.keras.ReportCheckpointCallback"
    ),
}
_INNER_SESSION = "ray.train._internal.session."
# Classes that V1 had in one piece under ray.air, ray.air.config and ray.train.
_AIR_CONFIGS = ("RunConfig", "ScalingConfig", "FailureConfig", "CheckpointConfig")
_SCHEDULER_MODULES: Mapping[str, str] = {
    "pbt.PopulationBasedTraining": "PopulationBasedTraining",
    "pbt.PopulationBasedTrainingReplay": "PopulationBasedTrainingReplay",
    "pb2.PB2": "PB2",
    "hyperband.HyperBandScheduler": "HyperBandScheduler",
    "hb_bohb.HyperBandForBOHB": "HyperBandForBOHB",
    "async_hyperband.AsyncHyperBandScheduler": "AsyncHyperBandScheduler",
    "async_hyperband.ASHAScheduler": "ASHAScheduler",
    "median_stopping_rule.MedianStoppingRule": "MedianStoppingRule",
    "resource_changing_scheduler.ResourceChangingScheduler": "ResourceChangingScheduler",
    "trial_scheduler.FIFOScheduler": "FIFOScheduler",
}

# What ``from <package> import *`` brings, as far as the rules care.
_SESSION_NAMES = (
    "report",
    "get_checkpoint",
    "get_dataset_shard",
    "get_experiment_name",
    "get_local_rank",
    "get_local_world_size",
    "get_metadata",
    "get_node_rank",
    "get_trial_dir",
    "get_trial_id",
    "get_trial_name",
    "get_trial_resources",
    "get_world_rank",
    "get_world_size",
)
STAR_NAMES: Mapping[str, frozenset[str]] = {
    "ray.tune": frozenset(
        {
            *("CheckpointConfig", "FailureConfig", "RunConfig", "SyncConfig", "TuneConfig"),
            *("Callback", "Checkpoint", "Experiment", "Trainable", "Tuner", "create_scheduler"),
            *("get_checkpoint", "get_context", "register_trainable", "report", "run"),
            *("with_parameters", "with_resources"),
            *SAMPLER_NAMES,
        }
    ),
    "ray.train": frozenset(
        {
            *(*_AIR_CONFIGS, "Checkpoint", "DataConfig", "Result", "SyncConfig"),
            *("get_checkpoint", "get_context", "get_dataset_shard", "report"),
        }
    ),
    "ray.air": frozenset({*_AIR_CONFIGS, "Checkpoint", "DatasetConfig", "session"}),
    "ray.air.config": frozenset({*_AIR_CONFIGS, "DatasetConfig"}),
    "ray.air.session": frozenset(_SESSION_NAMES),
    "ray.train.torch": frozenset(
        {
            *("TorchCheckpoint", "TorchConfig", "TorchTrainer", "enable_reproducibility"),
            *("accelerate", "backward", "prepare_optimizer"),
            *("get_device", "get_devices", "prepare_data_loader", "prepare_model"),
        }
    ),
}


def public_name(written: str) -> str:
    """The public name of an object of Ray that may have been imported by an inner path."""
    written = new_home(written) or written
    if written in _PUBLIC_NAMES:
        return _PUBLIC_NAMES[written]
    if written.startswith("ray.tune.tuner.Tuner."):
        return written.replace("ray.tune.tuner.", "ray.tune.", 1)
    if written.startswith(_INNER_SESSION):
        return written.replace(_INNER_SESSION, f"{SESSION}.")
    for home in ("ray.air.config.", "ray.air."):
        if written.startswith(home) and written.removeprefix(home) in _AIR_CONFIGS:
            return f"ray.train.{written.removeprefix(home)}"
    if written.startswith("ray.tune.schedulers."):
        inner = written.removeprefix("ray.tune.schedulers.")
        return f"ray.tune.schedulers.{_SCHEDULER_MODULES.get(inner, inner)}"
    return written
