"""What the rules know of Ray, as data: names, signatures, and what became of them in Train V2.

Read from the published wheels of Ray 2.42 to 2.60.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raytune_migrate.runtime_home import RUNTIME as RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping

TUNER = "ray.tune.Tuner"
RESTORE = "ray.tune.Tuner.restore"
TUNE_CONFIG = "ray.tune.TuneConfig"
TUNE_RUN_CONFIG = "ray.tune.RunConfig"
TRAIN_RUN_CONFIG = "ray.train.RunConfig"
SCALING_CONFIG = "ray.train.ScalingConfig"
DATA_PARALLEL_TRAINER = "ray.train.DataParallelTrainer"
BASE_TRAINER = "ray.train.trainer.BaseTrainer"
HOROVOD_TRAINER = "ray.train.horovod.HorovodTrainer"
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
    RUNTIME,
)
V2_BY_DEFAULT = "2.51"  # the first release whose ray.train is V2 unless told otherwise

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
_SAMPLER_NAMES = (
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
STAR_NAMES: Mapping[str, frozenset[str]] = {
    "ray.tune": frozenset(
        {
            *("CheckpointConfig", "FailureConfig", "RunConfig", "SyncConfig", "TuneConfig"),
            *("Callback", "Checkpoint", "Experiment", "Trainable", "Tuner", "create_scheduler"),
            *("get_checkpoint", "get_context", "register_trainable", "report", "run"),
            *("with_parameters", "with_resources"),
            *_SAMPLER_NAMES,
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
# By class, what raises for ``ray.train``'s of Train V2 as soon as it is given.
REFUSED_FIELDS: Mapping[str, frozenset[str]] = {
    TRAIN_RUN_CONFIG: RUN_CONFIG_TUNE_ONLY - {"callbacks"},
    "ray.train.FailureConfig": frozenset({"fail_fast"}),
    "ray.train.CheckpointConfig": frozenset({"checkpoint_frequency", "checkpoint_at_end"}),
}
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
# What V1 transformed the datasets by, and what does that now.
PREPROCESSOR = "preprocessor"
PREPROCESS = f"{RUNTIME}.preprocess_datasets"
_DROPPED = frozenset({PREPROCESSOR})
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
            BASE_TRAINER,
            way_out="Write it as a train loop for TorchTrainer, or as a plain Tune function.",
        ),
        TrainerClass(HOROVOD_TRAINER, way_out=_TORCH_OR_TF),
        TrainerClass(
            "ray.train.rl.RLTrainer", way_out="Give RLlib's algorithm to the Tuner directly."
        ),
        TrainerClass(
            "ray.train.sklearn.SklearnTrainer",
            way_out="Give the Tuner a function that fits the estimator and reports its score.",
        ),
        TrainerClass("ray.train.huggingface.HuggingFaceTrainer", way_out=_LOOP),
        TrainerClass("ray.train.huggingface.TransformersTrainer", way_out=_LOOP),
        TrainerClass("ray.train.huggingface.AccelerateTrainer", way_out=_LOOP),
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
# The checkpoint classes that had it up to Ray 2.6.
MODEL_CHECKPOINTS: Mapping[str, str] = {
    "ray.train.xgboost.XGBoostCheckpoint": MODEL_READERS[XGBOOST_TRAINER],
    "ray.train.lightgbm.LightGBMCheckpoint": MODEL_READERS[LIGHTGBM_TRAINER],
}
# Trainers that Train V2 has under another name only.
V2_HOMES: Mapping[str, str] = {
    DATA_PARALLEL_TRAINER: "ray.train.v2.api.data_parallel_trainer.DataParallelTrainer",
}
# What Train V2 has in place of the classes that all trainers of V1 derived from.
V2_BASES: Mapping[str, str] = dict.fromkeys(
    (BASE_TRAINER, DATA_PARALLEL_TRAINER),
    "ray.train.v2.api.data_parallel_trainer.DataParallelTrainer",
)
# Methods that Train V1 called by itself on a trainer, and V2 never does.
V1_HOOKS = frozenset(
    {
        "setup",
        "training_loop",
        "preprocess_datasets",
        "_generate_trainable_cls",
        "_validate_attributes",
    }
)
_BY_ITSELF = "Train V2 does by itself what it needs of this; call fit()."
# What a trainer had under Train V1 and has not under V2, and what to do instead.
TRAINER_ATTRIBUTES: Mapping[str, str] = {
    "as_trainable": "Hand on the trainer itself, and give Tune driver_for(trainer); or build and"
    " fit it in a function train_driver_fn(config).",
    **dict.fromkeys(("setup", "training_loop", "preprocess_datasets"), _BY_ITSELF),
    "get_dataset_config": "Keep the dataset_config that the trainer is given, and read that.",
    "starting_checkpoint": "Keep the checkpoint that the trainer is given, and read that.",
    "metadata": "Keep the metadata that the trainer is given, and read that.",
    "_param_dict": "Keep the arguments that the trainer is given, and read those.",
    **{
        f"_{name}": f"It is {name} there."
        for name in ("train_loop_per_worker", "train_loop_config", "backend_config", "data_config")
    },
}
# Classes that Train V2 has anew at their public path, and that their old paths still have as V1's.
MOVED_CLASSES = frozenset(
    {SCALING_CONFIG, *(name for name, one in TRAINERS.items() if one.way_out is None)}
) - {DATA_PARALLEL_TRAINER}

# The trainer's argument that Train V2 has no place for: the runtime starts the loop from it.
RESUME = "resume_from_checkpoint"
# Another one, which the callback gives to checkpoints.
METADATA = "metadata"
# Arguments of SyncConfig up to Ray 2.6, and what to do instead.
GONE_SYNC_FIELDS: Mapping[str, str] = {
    "upload_dir": "Give it to the RunConfig, as storage_path.",
    "syncer": "Leave it out; for a store of your own, give the RunConfig a storage_filesystem.",
    "sync_on_checkpoint": "Leave it out: checkpoints are stored when they are reported.",
}
# Arguments of trainers that V2 has no place for, and what to do instead, where that can be said.
DROPPED_ARGUMENTS: Mapping[str, str] = {
    "dmatrix_params": "Give the trainer a train loop that gives them to its DMatrix, or Dataset.",
    METADATA: "Call set_metadata() of each checkpoint in the train loop, then remove it.",
    PREPROCESSOR: (
        "Give the trainer preprocess_datasets(datasets, preprocessor) of raytune_runtime, then"
        " remove it."
    ),
    "trainer_resources": (
        "Remove it here and run again; then give it to the trial_resources() that is written, as"
        " driver_resources."
    ),
}
# The arguments of a trainer that are written anew where it stays.
REWRITTEN_ARGUMENTS = (RESUME, METADATA, PREPROCESSOR)
# Keys of a param_space whose dict V1 merged into the trainer's own, key by key.
MERGED_KEYS = frozenset({"train_loop_config", "params", "datasets"})

# Schedulers that pause trials or clone one trial's checkpoint into another. The median stopping
# rule pauses trials until it has enough others to compare with.
PAUSING_SCHEDULERS = frozenset(
    f"ray.tune.schedulers.{name}"
    for name in (
        "PopulationBasedTraining",
        "PopulationBasedTrainingReplay",
        "PB2",
        "HyperBandScheduler",
        "HyperBandForBOHB",
        "MedianStoppingRule",
    )
)
# Those of them whose sweeps were compared with Train V1, trial by trial.
PROVED_SCHEDULERS = frozenset(
    f"ray.tune.schedulers.{name}"
    for name in ("PopulationBasedTraining", "HyperBandScheduler", "MedianStoppingRule")
)
# What ``create_scheduler`` calls them.
PAUSING_WORDS = frozenset(
    {
        *("pbt", "pbt_replay", "pb2", "hyperband", "hb_bohb"),
        *("median_stopping_rule", "medianstopping"),
    }
)
CREATE_SCHEDULER = "ray.tune.create_scheduler"
RESOURCE_CHANGING = "ray.tune.schedulers.ResourceChangingScheduler"
STEADY_SCHEDULERS = frozenset(
    f"ray.tune.schedulers.{name}"
    for name in ("ASHAScheduler", "AsyncHyperBandScheduler", "FIFOScheduler")
)

# Samplers of Tune: inside a trainer's own arguments V1 never resolved them.
SAMPLERS = frozenset(f"ray.tune.{name}" for name in _SAMPLER_NAMES)
# Of these, the ones that never give a dict.
NUMERIC_SAMPLERS = SAMPLERS - {"ray.tune.choice", "ray.tune.sample_from", "ray.tune.grid_search"}

REPORTS = frozenset({"ray.train.report", "ray.air.session.report"})
CHECKPOINT_READERS = frozenset(
    {"ray.train.get_checkpoint", "ray.air.session.get_checkpoint", "ray.tune.get_checkpoint"}
)

TRAIN_RESULT = "ray.train.Result"
RESULTS = frozenset({TRAIN_RESULT, "ray.air.Result", "ray.air.result.Result", "ray.tune.Result"})
RESULT_GRIDS = frozenset({"ray.tune.ResultGrid", "ray.tune.result_grid.ResultGrid"})
# What Tune added to the metrics of every result.
TUNE_METRICS = frozenset(
    {
        "checkpoint_dir_name",
        "config",
        "date",
        "done",
        "experiment_tag",
        "hostname",
        "iterations_since_restore",
        "node_ip",
        "pid",
        "time_since_restore",
        "time_this_iter_s",
        "time_total_s",
        "timestamp",
        "training_iteration",
        "trial_id",
    }
)
TRAINING_FAILED = "ray.train.TrainingFailedError"
# What the runtime has of Ray's own, for releases that do not export it.
TRAINING_FAILED_OF_RUNTIME = f"{RUNTIME}.TrainingFailedError"
STAND_INS: Mapping[str, str] = {TRAINING_FAILED_OF_RUNTIME: TRAINING_FAILED}
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
    "from_checkpoint": "Use the checkpoint itself, and read the model from its directory.",
    "get_internal_representation": _READ,
    "get_preprocessor": "Keep the preprocessor yourself, as a file in the checkpoint's directory.",
}

# Of those, what the runtime, or the class itself, does for a checkpoint of any kind.
CHECKPOINT_MAKERS: Mapping[str, str] = {
    "from_dict": f"{RUNTIME}.checkpoint_from_dict",
    "from_uri": CHECKPOINT,
}
CHECKPOINT_CONTENTS: Mapping[str, str] = {"to_dict": f"{RUNTIME}.checkpoint_to_dict"}

# The session of Ray 2.0 to 2.6, which does nothing in a Train V2 worker.
SESSION = "ray.air.session"
GET_CONTEXT = "ray.train.get_context"
TUNE_GET_CONTEXT = "ray.tune.get_context"
# What plain Ray has in place of the runtime's callback, and the metric by which that tells where a
# checkpoint is.
RAY_REPORT_CALLBACK = "ray.tune.integration.ray_train.TuneReportCallback"
CHECKPOINT_PATH = "checkpoint_path"
WORKERS_END_WITH_TRIAL = "2.53"  # before, their placement group outlived a trial that was stopped
LIGHTGBM_NEEDS_NORMALIZING = "2.56"  # from then on Ray Data has columns that it does not take
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

_PREDICT = "Predict with Ray Data: load the model in a class, and give that to map_batches()."
_CHECKPOINT_DIRECTORY = "Use ray.train.Checkpoint, and load the model from its directory."
_FIRST_TRAIN = "Rewrite this for the trainers of ray.train: it is older than Ray 2."
# Trainers without a counterpart that can still be imported: they raise where they are built.
STANDING_V1_TRAINERS = frozenset({BASE_TRAINER, HOROVOD_TRAINER})
DATA_CONFIG = "ray.train.DataConfig"
# The fields of a DatasetConfig, and the values that Train V2 can do or need not; none for any.
DATASET_FIELDS: Mapping[str, tuple[object, ...]] = {
    "fit": (None, True, False),
    "split": (None, True, False),
    "transform": (None, True, False),
    "required": (),
    "randomize_block_order": (),
    "max_object_store_memory_fraction": (None, -1),
    "global_shuffle": (None, False),
    "use_stream_api": (None, False),
    "stream_window_size": (None,),
    "per_epoch_preprocessor": (None,),
}
DATASET_CONFIGS = ("ray.air.DatasetConfig", "ray.air.config.DatasetConfig")
# What Ray no longer has under any path, modules whole, and what to do instead. Most of it was gone
# before Train V2 came; the predictors went with Ray 2.56 to 2.60.
GONE_NAMES: Mapping[str, str] = {
    **{
        name: one.way_out
        for name, one in TRAINERS.items()
        if one.way_out is not None and name not in STANDING_V1_TRAINERS
    },
    "ray.train.batch_predictor": _PREDICT,
    "ray.train.predictor": _PREDICT,
    **{
        f"ray.train.{name}": _PREDICT
        for library, names in {
            "torch": ("TorchPredictor", "TorchDetectionPredictor"),
            "tensorflow": ("TensorflowPredictor",),
            "xgboost": ("XGBoostPredictor",),
            "lightgbm": ("LightGBMPredictor",),
            "huggingface": ("HuggingFacePredictor", "TransformersPredictor"),
            "lightning": ("LightningPredictor",),
        }.items()
        for name in (
            *(f"{library}.{one}" for one in names),
            f"{library}.{library}_predictor",
        )
    },
    "ray.train.torch.torch_detection_predictor": _PREDICT,
    "ray.air.batch_predictor": _PREDICT,
    "ray.air.predictors": _PREDICT,
    "ray.train.huggingface.transformers.TransformersPredictor": _PREDICT,
    "ray.train.huggingface.transformers.transformers_predictor": _PREDICT,
    "ray.train.huggingface.huggingface_checkpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.huggingface.huggingface_trainer": _LOOP,
    "ray.train.huggingface.transformers.TransformersCheckpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.huggingface.transformers.transformers_checkpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.huggingface.transformers.transformers_trainer": _LOOP,
    "ray.train.lightning.lightning_checkpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.huggingface.HuggingFaceCheckpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.huggingface.TransformersCheckpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.lightning.LightningCheckpoint": _CHECKPOINT_DIRECTORY,
    "ray.train.lightning.LightningConfigBuilder": _LOOP,
    "ray.train.lightning.lightning_trainer": _LOOP,
    "ray.train.huggingface.accelerate": _LOOP,
    "ray.train.gbdt_trainer": "Use the trainer of ray.train.xgboost or ray.train.lightgbm.",
    "ray.train.sklearn": "Fit the estimator in a function, and give the Tuner that.",
    "ray.train.rl": "Use RLlib's algorithm directly.",
    "ray.train.mosaic": _LOOP,
    "ray.train.util": "Take what you need of it into your own code.",
    "ray.train.TrainingIterator": "Report from the train loop; fit() runs it to its end.",
    **dict.fromkeys(DATASET_CONFIGS, "Use ray.train.DataConfig."),
    "ray.air.callbacks": "Import it from ray.air.integrations.",
    "ray.air.integrations.keras.Callback": (
        "Use ReportCheckpointCallback of ray.train.tensorflow.keras: its checkpoint_on and"
        " report_metrics_on are what on and frequency were."
    ),
    "ray.tune.integration.mlflow": (
        "Use MLflowLoggerCallback or setup_mlflow() of ray.air.integrations.mlflow."
    ),
    "ray.tune.integration.wandb": (
        "Use WandbLoggerCallback or setup_wandb() of ray.air.integrations.wandb."
    ),
    "ray.tune.suggest": "Import it from ray.tune.search.",
    "ray.tune.search.flaml": "Use the searchers of the package flaml itself.",
    **{
        f"ray.tune.search.{name}": "Use another searcher, such as ray.tune.search.optuna's."
        for name in ("dragonfly", "sigopt", "skopt")
    },
    "ray.air.util.check_ingest": "Take what you need of it into your own code.",
    "ray.air.Checkpoint": "Use ray.train.Checkpoint.",
    "ray.air.checkpoint": "Use ray.train.Checkpoint.",
    **{
        f"ray.train.{name}": _FIRST_TRAIN
        for name in (
            "Trainer",
            "trainer.Trainer",
            "TrainingCallback",
            "callbacks",
            "load_checkpoint",
            "local_rank",
            "save_checkpoint",
            "train_loop_utils",
            "CheckpointStrategy",
            "world_rank",
            "world_size",
        )
    },
}


def gone_name(written: str) -> str | None:
    """The entry of ``GONE_NAMES`` that a dotted name is, or lies below."""
    for name in (public_name(written), written):
        parts = name.split(".")
        heads = (".".join(parts[:end]) for end in range(len(parts), 1, -1))
        found = next((one for one in heads if one in GONE_NAMES), None)
        if found is not None:
            return found
    return None


def is_gone(written: str) -> bool:
    """Whether no release of Ray with Train V2 by default has this name any more."""
    return gone_name(written) is not None


def every_name() -> frozenset[str]:
    """Every object of Ray that is named here, by whatever path; no module but those that went."""
    named = set[str]()
    waiting: list[object] = [
        value for name, value in globals().items() if not name.startswith("__")
    ]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if one.startswith("ray.") and not one.endswith("."):
                named |= {one, public_name(one)}
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, tuple | frozenset):
            waiting += one
    return frozenset(named - ({*STAR_NAMES, *LOADS_TRAIN, "ray.air"} - {SESSION}))
