"""Run, scaling, checkpoint and dataset configs: their fields, and what became of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TUNE_RUN = "ray.tune.run"
TUNE_RUN_CONFIG = "ray.tune.RunConfig"
TRAIN_RUN_CONFIG = "ray.train.RunConfig"
RUN_CONFIGS = frozenset({TRAIN_RUN_CONFIG, TUNE_RUN_CONFIG})
SYNC_CONFIGS = frozenset({"ray.train.SyncConfig", "ray.tune.SyncConfig"})
SCALING_CONFIG = "ray.train.ScalingConfig"

# The fields of RunConfig that hold a config of their own.
INNER_CONFIGS = ("checkpoint_config", "failure_config", "sync_config")
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
    TUNE_RUN: {"local_dir": "storage_path"},
}
CHECKPOINT_CONFIGS = ("ray.train.CheckpointConfig", "ray.tune.CheckpointConfig")
CADENCE = ("checkpoint_frequency", "checkpoint_at_end")  # only loops of Ray's own took these
# Of Ray 2.5 and 2.6: what workers report is stored now, by themselves.
_OF_ALL_RANKS = ("_checkpoint_keep_all_ranks", "_checkpoint_upload_from_workers")
# The arguments of configs that count in other modules whatever they are.
TELLING_FIELDS = frozenset(
    {
        *RUN_CONFIG_TUNE_ONLY,
        *CADENCE,
        "checkpoint_config",
        "fail_fast",
        "failure_config",
        "local_dir",
    }
)
# What goes of a config that Tune is given with a function of its own.
GONE_WITH_TUNE: Mapping[str, tuple[str, ...]] = dict.fromkeys(CHECKPOINT_CONFIGS, _OF_ALL_RANKS)
GONE_FIELDS: Mapping[str, tuple[str, ...]] = {
    SCALING_CONFIG: ("trainer_resources", "_max_cpu_fraction_per_node"),
    **dict.fromkeys(CHECKPOINT_CONFIGS, (*CADENCE, *_OF_ALL_RANKS)),
}
# What goes of a config that no Tuner is given.
GONE_WITHOUT_TUNE: Mapping[str, tuple[str, ...]] = {
    **GONE_FIELDS,
    TRAIN_RUN_CONFIG: tuple(sorted(RUN_CONFIG_TUNE_ONLY - TRIAL_FIELDS)),
    "ray.train.FailureConfig": ("fail_fast",),
}
# Where the callbacks are from that Tune calls.
TUNE_CALLBACK_HOMES = ("ray.tune.", "ray.air.integrations.")
# Those of other packages, which derive from Tune's.
OTHERS_TUNE_CALLBACKS = frozenset(
    {
        "comet_ml.integration.ray.CometTrainLoggerCallback",
        "swanlab.integration.ray.SwanLabLoggerCallback",
    }
)
# Their functions that put such a callback into the RunConfig of a trainer, and which.
OTHERS_CALLBACK_SETTERS: Mapping[str, str] = {
    "comet_ml.integration.ray.comet_ray_train_logger": "CometTrainLoggerCallback",
}
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
# Arguments of SyncConfig up to Ray 2.6, and what to do instead.
GONE_SYNC_FIELDS: Mapping[str, str] = {
    "upload_dir": "Give it to the RunConfig, as storage_path.",
    "syncer": "Leave it out; for a store of your own, give the RunConfig a storage_filesystem.",
    "sync_on_checkpoint": "Leave it out: checkpoints are stored when they are reported.",
}
# Those of Ray 1, which say by which commands, and how often.
_SYNC_FIELDS_OF_RAY_1: Mapping[str, str] = {
    "sync_to_cloud": "Leave it out; for a store of your own, give the RunConfig a"
    " storage_filesystem.",
    "sync_to_driver": "Leave it out: all nodes write to the storage_path.",
    **dict.fromkeys(("cloud_sync_period", "node_sync_period"), "Give it sync_period."),
}
# What other configs of Tune no longer take, and what to do instead.
GONE_TUNE_FIELDS: Mapping[str, str] = {
    "chdir_to_trial_dir": (
        "Leave it out; where it is False, set the environment variable RAY_CHDIR_TO_TRIAL_DIR to 0."
    ),
}
# Of Ray 0, which knew of rewards only.
_REWARD: Mapping[str, str] = {"reward_attr": 'Give it as metric, with mode="max".'}
# What searchers no longer take, which Ray 1 deprecated, and what to do instead.
GONE_SEARCH_FIELDS: Mapping[str, str] = {
    "max_concurrent": "Leave it out; give the TuneConfig, or tune.run(), max_concurrent_trials.",
    "use_early_stopped_trials": "Leave it out: searchers learn from trials that were stopped, too.",
    **_REWARD,
}
_SEARCHERS = (
    "ax.AxSearch",
    "bayesopt.BayesOptSearch",
    "hyperopt.HyperOptSearch",
    "nevergrad.NevergradSearch",
    "optuna.OptunaSearch",
)
_SCHEDULERS = (
    "ASHAScheduler",
    "AsyncHyperBandScheduler",
    "HyperBandForBOHB",
    "HyperBandScheduler",
    "MedianStoppingRule",
    "PopulationBasedTraining",
)
_GONE_OF_SYNC_CONFIGS = {**GONE_SYNC_FIELDS, **_SYNC_FIELDS_OF_RAY_1}
_NO_SERVER = "Leave it out: Tune has no server any more."
# What runs of Tune took in Ray 1 or earlier, and some of it up to Ray 2.6.
_GONE_RUN_ARGUMENTS: Mapping[str, str] = {
    "queue_trials": "Leave it out: trials wait for their resources.",
    "ray_auto_init": "Leave it out: Tune starts Ray where it does not run.",
    **dict.fromkeys(("server_port", "with_server"), _NO_SERVER),
    "trial_executor": "Leave it out: Tune has its own.",
}
_GONE_OF_EXPERIMENTS: Mapping[str, str] = {
    **{name: _GONE_OF_SYNC_CONFIGS[name] for name in ("sync_to_cloud", "sync_to_driver")},
    "loggers": "Give it callbacks, of ray.tune.logger.",
    "upload_dir": "Give it as storage_path.",
}
GONE_ARGUMENTS: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(SYNC_CONFIGS, _GONE_OF_SYNC_CONFIGS),
    "ray.tune.run_experiments": _GONE_RUN_ARGUMENTS,
    "ray.tune.Experiment": {
        **_GONE_OF_EXPERIMENTS,
        "loggers": "Leave it out; give tune.run() callbacks, of ray.tune.logger.",
        "local_dir": "Give it as storage_path.",  # it takes this one, and does nothing of it
        **dict.fromkeys(
            (
                "checkpoint_at_end",
                "checkpoint_freq",
                "checkpoint_score_attr",
                "keep_checkpoints_num",
            ),
            "Give it a checkpoint_config, a ray.tune.CheckpointConfig.",
        ),
    },
    "ray.tune.ExperimentAnalysis": {"sync_config": "Give it a storage_filesystem."},
    "ray.train.torch.prepare_model": {
        "wrap_ddp": 'Give it parallel_strategy, which is None for False and "ddp" for True.',
        "ddp_kwargs": "Give it as parallel_strategy_kwargs.",
    },
    **{f"ray.tune.search.{one}": GONE_SEARCH_FIELDS for one in _SEARCHERS},
    **{f"ray.tune.schedulers.{one}": _REWARD for one in _SCHEDULERS},
    "ray.data.preprocessors.Concatenator": {
        "exclude": "Give it columns: the names of those that it is to put together.",
        "include": "Give it as columns.",
    },
    "ray.tune.TuneConfig": GONE_TUNE_FIELDS,
    TUNE_RUN: {
        **GONE_TUNE_FIELDS,
        **_GONE_RUN_ARGUMENTS,
        **dict.fromkeys(
            ("checkpoint_keep_all_ranks", "checkpoint_upload_from_workers"),
            "Leave it out: workers store the checkpoints of all ranks.",
        ),
        **_GONE_OF_EXPERIMENTS,
        "global_checkpoint_period": (
            "Leave it out; set the environment variable TUNE_GLOBAL_CHECKPOINT_S instead."
        ),
        "return_trials": "Leave it out, and read the trials of what it gives.",
        "run_errored_only": (
            "Give it resume_config, a ray.tune.ResumeConfig that skips unfinished trials and"
            " resumes errored ones."
        ),
        "sync_on_checkpoint": GONE_SYNC_FIELDS["sync_on_checkpoint"],
    },
}

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
