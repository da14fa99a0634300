"""What the rules know of Ray, as data: names, signatures, and what became of them in Train V2.

Read from the published wheels of Ray 2.42 to 2.60.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TUNER = "ray.tune.Tuner"
RESTORE = "ray.tune.Tuner.restore"
TUNE_CONFIG = "ray.tune.TuneConfig"
TUNE_RUN_CONFIG = "ray.tune.RunConfig"
TRAIN_RUN_CONFIG = "ray.train.RunConfig"
SCALING_CONFIG = "ray.train.ScalingConfig"
DATA_PARALLEL_TRAINER = "ray.train.DataParallelTrainer"
WITH_RESOURCES = "ray.tune.with_resources"
CONCURRENCY_LIMITER = "ray.tune.search.ConcurrencyLimiter"
FLAG = "RAY_TRAIN_V2_ENABLED"
INIT = "ray.init"
RUNTIME_ENV = "ray.runtime_env.RuntimeEnv"
# What imports ray.train, where the flag is read; ray, ray.data and the rest of ray.air do not.
LOADS_TRAIN = (
    "ray.train",
    "ray.tune",
    "ray.air.session",
    "ray.air.integrations",
    "raytune_runtime",
)
V2_BY_DEFAULT = "2.51"  # the first release whose ray.train is V2 unless told otherwise

RUNTIME = "raytune_runtime"
RUNTIME_NEEDS = "2.43"  # the oldest release that rewritten code runs on

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
    "ray.train.base_trainer.BaseTrainer": "ray.train.trainer.BaseTrainer",
    "ray.train.horovod.horovod_trainer.HorovodTrainer": "ray.train.horovod.HorovodTrainer",
    "ray.train.xgboost.xgboost_trainer.XGBoostTrainer": "ray.train.xgboost.XGBoostTrainer",
    "ray.train.lightgbm.lightgbm_trainer.LightGBMTrainer": "ray.train.lightgbm.LightGBMTrainer",
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
_TUNE_CONFIGS = ("RunConfig", "CheckpointConfig", "FailureConfig", "TuneConfig", "Tuner")
STAR_NAMES: Mapping[str, frozenset[str]] = {
    "ray.tune": frozenset({*_TUNE_CONFIGS, "with_resources", "with_parameters", "grid_search"}),
    "ray.train": frozenset(_AIR_CONFIGS),
    "ray.air": frozenset(_AIR_CONFIGS),
    "ray.air.config": frozenset(_AIR_CONFIGS),
    "ray.train.torch": frozenset({"TorchTrainer", "TorchConfig"}),
}


def public_name(written: str) -> str:
    """The public name of an object of Ray that may have been imported by an inner path."""
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


# Positional order of the parameters, as V1 had them.
SIGNATURES: Mapping[str, tuple[str, ...]] = {
    TUNER: ("trainable",),
    TUNE_CONFIG: ("mode", "metric", "search_alg", "scheduler", "num_samples"),
    TRAIN_RUN_CONFIG: (
        "name",
        "storage_path",
        "storage_filesystem",
        "failure_config",
        "checkpoint_config",
        "sync_config",
        "verbose",
        "stop",
        "callbacks",
        "progress_reporter",
        "log_to_file",
    ),
    SCALING_CONFIG: (
        "trainer_resources",
        "num_workers",
        "use_gpu",
        "resources_per_worker",
        "placement_strategy",
        "accelerator_type",
    ),
    "ray.train.FailureConfig": ("max_failures", "fail_fast"),
    "ray.train.CheckpointConfig": (
        "num_to_keep",
        "checkpoint_score_attribute",
        "checkpoint_score_order",
    ),
    "ray.tune.with_resources": ("trainable", "resources"),
}
SIGNATURES = {
    **SIGNATURES,
    TUNE_RUN_CONFIG: SIGNATURES[TRAIN_RUN_CONFIG],
    "ray.tune.FailureConfig": SIGNATURES["ray.train.FailureConfig"],
    "ray.tune.CheckpointConfig": SIGNATURES["ray.train.CheckpointConfig"],
}


def signature(name: str) -> tuple[str, ...]:
    """The parameters that may be given by position; for a trainer, the train loop."""
    return SIGNATURES.get(name, ("train_loop_per_worker",))


# The fields of RunConfig that only Tune still takes, and those that a Train run may keep.
RUN_CONFIG_TUNE_ONLY = frozenset(
    {"sync_config", "verbose", "stop", "callbacks", "progress_reporter", "log_to_file"}
)
# Of those, what a run by itself has to go through Tune for, to have it as before. The others only
# say what is printed, and how Tune synced files before storage was Train's own.
TRIAL_FIELDS = frozenset({"stop", "callbacks", "log_to_file"})
# Fields under the name that they have now, and fields that Train V1 itself took no longer, or that
# say what the driver function reserves.
RENAMED_FIELDS: Mapping[str, Mapping[str, str]] = {
    TRAIN_RUN_CONFIG: {"local_dir": "storage_path"},
    TUNE_RUN_CONFIG: {"local_dir": "storage_path"},
}
CHECKPOINT_CONFIGS = ("ray.train.CheckpointConfig", "ray.tune.CheckpointConfig")
CADENCE = ("checkpoint_frequency", "checkpoint_at_end")  # only loops of Ray's own took these
GONE_FIELDS: Mapping[str, tuple[str, ...]] = {
    SCALING_CONFIG: ("trainer_resources", "_max_cpu_fraction_per_node"),
    **dict.fromkeys(CHECKPOINT_CONFIGS, CADENCE),
}
# What goes of a config that no Tuner is given.
GONE_WITHOUT_TUNE: Mapping[str, tuple[str, ...]] = {
    **GONE_FIELDS,
    TRAIN_RUN_CONFIG: tuple(sorted(RUN_CONFIG_TUNE_ONLY - TRIAL_FIELDS)),
    "ray.train.FailureConfig": ("fail_fast",),
}
# What the configs of ray.train refuse by its presence, and those of ray.tune take.
REFUSED_FIELDS: Mapping[str, frozenset[str]] = {
    # Callbacks may be either's: only its other fields tell a RunConfig of Tune's.
    TRAIN_RUN_CONFIG: RUN_CONFIG_TUNE_ONLY - {"callbacks"},
    "ray.train.FailureConfig": frozenset({"fail_fast"}),
    "ray.train.CheckpointConfig": frozenset(CADENCE),
}
# Where the callbacks are from that Tune calls.
TUNE_CALLBACK_HOMES = ("ray.tune.", "ray.air.integrations.")
# The configs inside a RunConfig that have a class of the same name in ray.tune.
TUNE_CONFIG_CLASSES: Mapping[str, str] = {
    "ray.train.RunConfig": "ray.tune.RunConfig",
    "ray.train.CheckpointConfig": "ray.tune.CheckpointConfig",
    "ray.train.FailureConfig": "ray.tune.FailureConfig",
    "ray.train.SyncConfig": "ray.tune.SyncConfig",
}
# Constructors of Ray that only hold their arguments: building one again for each trial is harmless.
CONFIG_CLASSES = frozenset(
    {
        *TUNE_CONFIG_CLASSES,
        *TUNE_CONFIG_CLASSES.values(),
        SCALING_CONFIG,
        "ray.train.DataConfig",
        "ray.train.torch.TorchConfig",
        "ray.train.tensorflow.TensorflowConfig",
    }
)


@dataclass(frozen=True, slots=True)
class TrainerClass:
    """A trainer of V1: what its constructor takes, or why there is none like it in V2."""

    name: str
    arguments: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()  # arguments that V2 refuses
    way_out: str | None = None  # set where V2 has no counterpart: what to do instead


_COMMON = frozenset(
    {
        "train_loop_per_worker",
        "train_loop_config",
        "scaling_config",
        "run_config",
        "datasets",
        "dataset_config",
        "resume_from_checkpoint",
        "metadata",
    }
)
_DROPPED = frozenset({"preprocessor"})
_TORCH_OR_TF = "Move its train loop to TorchTrainer or TensorflowTrainer."
_LOOP = "Write its loop for ray.train.torch.TorchTrainer."

TRAINERS: Mapping[str, TrainerClass] = {
    one.name: one
    for one in (
        TrainerClass("ray.train.torch.TorchTrainer", _COMMON | {"torch_config"}, _DROPPED),
        TrainerClass(
            "ray.train.tensorflow.TensorflowTrainer", _COMMON | {"tensorflow_config"}, _DROPPED
        ),
        TrainerClass("ray.train.xgboost.XGBoostTrainer", _COMMON | {"xgboost_config"}, _DROPPED),
        TrainerClass("ray.train.lightgbm.LightGBMTrainer", _COMMON | {"lightgbm_config"}, _DROPPED),
        TrainerClass(DATA_PARALLEL_TRAINER, _COMMON | {"backend_config"}, _DROPPED),
        TrainerClass(
            "ray.train.trainer.BaseTrainer",
            way_out="Write it as a train loop for TorchTrainer, or as a plain Tune function.",
        ),
        TrainerClass("ray.train.horovod.HorovodTrainer", way_out=_TORCH_OR_TF),
        TrainerClass(
            "ray.train.rl.RLTrainer", way_out="Give RLlib's algorithm to the Tuner directly."
        ),
        TrainerClass(
            "ray.train.rl.rl_trainer.RLTrainer",
            way_out="Give RLlib's algorithm to the Tuner directly.",
        ),
        TrainerClass(
            "ray.train.sklearn.SklearnTrainer",
            way_out="Give the Tuner a function that fits the estimator and reports its score.",
        ),
        TrainerClass("ray.train.huggingface.HuggingFaceTrainer", way_out=_LOOP),
        TrainerClass("ray.train.huggingface.TransformersTrainer", way_out=_LOOP),
        TrainerClass("ray.train.huggingface.AccelerateTrainer", way_out=_LOOP),
        TrainerClass("ray.train.huggingface.accelerate.AccelerateTrainer", way_out=_LOOP),
        TrainerClass("ray.train.lightning.LightningTrainer", way_out=_LOOP),
        TrainerClass("ray.train.mosaic.MosaicTrainer", way_out=_LOOP),
    )
}
# The boosting trainers as V1 had them without a train loop: they called the library's train().
BOOSTING_ARGUMENTS = frozenset({"params", "label_column", "num_boost_round"})
_LOOPLESS = (
    (_COMMON - {"train_loop_per_worker", "train_loop_config"})
    | BOOSTING_ARGUMENTS
    | {"callbacks", "early_stopping_rounds", "feval", "verbose_eval"}
)
_LOOPLESS_DROPPED = _DROPPED | {"dmatrix_params"}
XGBOOST_TRAINER = "ray.train.xgboost.XGBoostTrainer"
LIGHTGBM_TRAINER = "ray.train.lightgbm.LightGBMTrainer"
LOOPLESS_TRAINERS: Mapping[str, TrainerClass] = {
    one.name: one
    for one in (
        TrainerClass(
            XGBOOST_TRAINER,
            _LOOPLESS | {"xgboost_config", "custom_metric", "maximize", "obj"},
            _LOOPLESS_DROPPED,
        ),
        TrainerClass(
            LIGHTGBM_TRAINER,
            _LOOPLESS
            | {
                "lightgbm_config",
                "categorical_feature",
                "feature_name",
                "fobj",
                "keep_training_booster",
            },
            _LOOPLESS_DROPPED,
        ),
    )
}
# The train loop that does what they did, and the callback that has their get_model().
LOOPS: Mapping[str, str] = {
    XGBOOST_TRAINER: f"{RUNTIME}.xgboost_train_loop",
    LIGHTGBM_TRAINER: f"{RUNTIME}.lightgbm_train_loop",
}
MODEL_READERS: Mapping[str, str] = {
    XGBOOST_TRAINER: "ray.train.xgboost.RayTrainReportCallback",
    LIGHTGBM_TRAINER: "ray.train.lightgbm.RayTrainReportCallback",
}
# Trainers that Train V2 has under another name only.
V2_HOMES: Mapping[str, str] = {
    DATA_PARALLEL_TRAINER: "ray.train.v2.api.data_parallel_trainer.DataParallelTrainer",
}

# The trainer's argument that Train V2 has no place for: the runtime starts the loop from it.
RESUME = "resume_from_checkpoint"
# Another one, which the callback gives to checkpoints.
METADATA = "metadata"
# Keys of a param_space whose dict V1 merged into the trainer's own, key by key.
MERGED_KEYS = frozenset({"train_loop_config", "params", "datasets"})

# Schedulers that pause trials or clone one trial's checkpoint into another.
PAUSING_SCHEDULERS = frozenset(
    f"ray.tune.schedulers.{name}"
    for name in (
        "PopulationBasedTraining",
        "PopulationBasedTrainingReplay",
        "PB2",
        "HyperBandScheduler",
        "HyperBandForBOHB",
    )
)
# Those of them whose sweeps were compared with Train V1, trial by trial.
PROVED_SCHEDULERS = frozenset(
    f"ray.tune.schedulers.{name}" for name in ("PopulationBasedTraining", "HyperBandScheduler")
)
CREATE_SCHEDULER = "ray.tune.create_scheduler"
RESOURCE_CHANGING = "ray.tune.schedulers.ResourceChangingScheduler"
STEADY_SCHEDULERS = frozenset(
    f"ray.tune.schedulers.{name}"
    for name in (
        "ASHAScheduler",
        "AsyncHyperBandScheduler",
        "FIFOScheduler",
        "MedianStoppingRule",
    )
)

# Samplers of Tune: inside a trainer's own arguments V1 never resolved them.
SAMPLERS = frozenset(
    f"ray.tune.{name}"
    for name in (
        "uniform",
        "quniform",
        "loguniform",
        "qloguniform",
        "randn",
        "qrandn",
        "randint",
        "qrandint",
        "lograndint",
        "qlograndint",
        "choice",
        "sample_from",
        "grid_search",
    )
)
# Of these, the ones that never give a dict.
NUMERIC_SAMPLERS = SAMPLERS - {"ray.tune.choice", "ray.tune.sample_from", "ray.tune.grid_search"}

REPORTS = frozenset({"ray.train.report", "ray.air.session.report"})
CHECKPOINT_READERS = frozenset(
    {"ray.train.get_checkpoint", "ray.air.session.get_checkpoint", "ray.tune.get_checkpoint"}
)

TRAIN_RESULT = "ray.train.Result"
TRAINING_FAILED = "ray.train.TrainingFailedError"
CHECKPOINT = "ray.train.Checkpoint"
CHECKPOINT_CLASSES = frozenset(
    {
        CHECKPOINT,
        "ray.tune.Checkpoint",
        "ray.train.torch.TorchCheckpoint",
        "ray.train.tensorflow.TensorflowCheckpoint",
        "ray.train.xgboost.XGBoostCheckpoint",
        "ray.train.lightgbm.LightGBMCheckpoint",
    }
)
_WRITE = "Write the data to a directory, and make the checkpoint with from_directory()."
_READ = "Read the data from the directory that checkpoint.as_directory() gives."
_PATH = "Name it by its path: Checkpoint(path, filesystem)."
# Methods of a checkpoint that no release with Train V2 has, and what to do instead.
OLD_CHECKPOINT_METHODS: Mapping[str, str] = {
    "from_dict": _WRITE,
    "to_dict": _READ,
    "from_bytes": _WRITE,
    "to_bytes": _READ,
    "from_uri": _PATH,
    "to_uri": _PATH,
    "uri": _PATH,
    "get_internal_representation": _READ,
}

# The session of Ray 2.0 to 2.6, which does nothing in a Train V2 worker.
SESSION = "ray.air.session"
GET_CONTEXT = "ray.train.get_context"
TUNE_GET_CONTEXT = "ray.tune.get_context"
# What to call in a worker; where that is the name itself, another path to it is an old one.
WORKER_FUNCTIONS: Mapping[str, str] = {
    **{
        f"{SESSION}.{name}": f"ray.train.{name}"
        for name in ("report", "get_checkpoint", "get_dataset_shard")
    },
    "ray.tune.get_checkpoint": "ray.train.get_checkpoint",
    GET_CONTEXT: GET_CONTEXT,
    TUNE_GET_CONTEXT: GET_CONTEXT,
}
# What to call in a function that Tune runs.
TUNE_FUNCTIONS: Mapping[str, str] = {
    **{
        f"{home}.{name}": f"ray.tune.{name}"
        for home in (SESSION, "ray.train")
        for name in ("report", "get_checkpoint")
    },
    GET_CONTEXT: TUNE_GET_CONTEXT,
}
# Functions of the session that are methods of the context now.
CONTEXT_METHODS = frozenset(
    {
        "get_world_rank",
        "get_world_size",
        "get_local_rank",
        "get_local_world_size",
        "get_node_rank",
    }
)
# What a worker asked of its trial, and the field of the runtime's trial_info() that tells it.
TRIAL_INFO = f"{RUNTIME}.trial_info"
TRIAL_FACTS: Mapping[str, str] = {
    "get_trial_id": "trial_id",
    "get_trial_name": "trial_name",
    "get_trial_dir": "trial_dir",
    "get_trial_resources": "trial_resources",
    "get_experiment_name": "experiment_name",
}
# Methods of the context that raise in a worker.
CONTEXT_DROPPED = (frozenset(TRIAL_FACTS) - {"get_experiment_name"}) | {"get_metadata"}

# Functions that are given a function to run as a trial, and at which position.
TUNE_RUNNERS: Mapping[str, int] = {
    TUNER: 0,
    "ray.tune.run": 0,
    "ray.tune.Experiment": 1,
    "ray.tune.register_trainable": 1,
}
TRAINABLE_KEYWORDS = frozenset({"trainable", "run_or_experiment", "run"})

# What a worker takes from ray.train, and could take from an inner or an older path.
_TORCH_HELPERS = (
    "enable_reproducibility",
    "get_device",
    "get_devices",
    "prepare_data_loader",
    "prepare_model",
)
KERAS_CALLBACK = "ray.train.tensorflow.keras.ReportCheckpointCallback"
WORKER_HELPERS = frozenset(
    {*(f"ray.train.torch.{name}" for name in _TORCH_HELPERS), KERAS_CALLBACK}
)

# What only a train loop can use, so that a function that does is one, whoever runs it.
WORKERS_ONLY = frozenset(
    {
        f"{SESSION}.get_dataset_shard",
        "ray.train.get_dataset_shard",
        "ray.train.torch.prepare_data_loader",
        "ray.train.torch.prepare_model",
        "ray.train.torch.prepare_optimizer",
        "ray.train.torch.backward",
        "ray.train.tensorflow.prepare_dataset_shard",
        "ray.train.lightning.prepare_trainer",
        "ray.train.lightning.RayTrainReportCallback",
        "ray.train.huggingface.transformers.prepare_trainer",
        "ray.train.huggingface.transformers.RayTrainReportCallback",
    }
)

SETUP_WANDB = "ray.air.integrations.wandb.setup_wandb"
SETUP_MLFLOW = "ray.air.integrations.mlflow.setup_mlflow"
MLFLOW_KNOWS_V2 = "2.53"


@dataclass(frozen=True, slots=True)
class Gone:
    """What a worker may no longer use: why, and what to do instead."""

    why: str
    way_out: str


_AMP = Gone("raises in a Train V2 worker", "Use PyTorch's own mixed precision: torch.autocast.")
_TUNE_CALLBACKS: Mapping[str, str] = {
    "keras": KERAS_CALLBACK,
    "pytorch_lightning": "ray.train.lightning.RayTrainReportCallback",
    "xgboost": "ray.train.xgboost.RayTrainReportCallback",
    "lightgbm": "ray.train.lightgbm.RayTrainReportCallback",
}
WORKER_NAMES: Mapping[str, Gone] = {
    "ray.train.torch.accelerate": _AMP,
    "ray.train.torch.backward": _AMP,
    "ray.train.torch.prepare_optimizer": _AMP,
    "ray.tune.report": Gone("does nothing in a Train V2 worker", "Report with ray.train.report."),
    **{
        f"ray.tune.integration.{library}.{name}": Gone(
            "reports nothing from a Train V2 worker", f"Use {counterpart}."
        )
        for library, counterpart in _TUNE_CALLBACKS.items()
        for name in ("TuneReportCallback", "TuneReportCheckpointCallback")
    },
}
