"""What comes of a run: what Tune is told of it, its result, its error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.ray_api.configs import TUNE_RUN
from raytune_migrate.runtime.home import RUNTIME

if TYPE_CHECKING:
    from collections.abc import Mapping

# What plain Ray has in place of the runtime's callback, and the metric by which that tells where a
# checkpoint is.
RAY_REPORT_CALLBACK = "ray.tune.integration.ray_train.TuneReportCallback"
CHECKPOINT_PATH = "checkpoint_path"

TRAIN_RESULT = "ray.train.Result"
TUNE_RESULTS = frozenset({"ray.air.Result", "ray.air.result.Result", "ray.tune.Result"})
RESULTS = TUNE_RESULTS | {TRAIN_RESULT}
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

# What a Result has that of a trainer's own fit() Train V2 leaves empty, or lets raise.
LOST_FIELDS = frozenset({"config", "metrics", "metrics_dataframe"})
LOG_DIR = "log_dir"  # which no Result has any more
RETURN_VALUE = "return_value"  # what a train loop has returned, of a Result of Train V2
RUN_PATHS = ("path", LOG_DIR)  # where the files of a run are
CLASS = "__class__"  # which is another than a trainer's own fit() has
CLASS_ASSERTIONS = frozenset({"assertIsInstance", "assertNotIsInstance"})  # of unittest
# What a rewrite may depend on of any Result.
RESULT_FIELDS = LOST_FIELDS | {"best_checkpoints", "checkpoint", LOG_DIR, CLASS}


def reports_by_itself(name: str) -> bool:
    """Whether an object of Ray is a callback of a library, which reports with a checkpoint."""
    return name.rpartition(".")[2].endswith("Callback")


def lost(field: str, key: str | None, *, checkpointless: bool) -> str | None:
    """What a read of one of these fields finds no more; None where that is there, or may be.

    ``key`` is that of a metric, ``checkpointless`` says that nothing is reported with a checkpoint.
    """
    if field == "config":
        return "the config"
    if checkpointless:
        return "metrics that come with no checkpoint"
    return key if key in TUNE_METRICS else None


TRAINING_FAILED = "ray.train.TrainingFailedError"
# What the runtime has of Ray's own, for releases that do not export it.
TRAINING_FAILED_OF_RUNTIME = f"{RUNTIME}.TrainingFailedError"
# What it has of what workers raised; that of Train V1 had it for its cause.
WORKER_FAILURES = "worker_failures"
STAND_INS: Mapping[str, str] = {TRAINING_FAILED_OF_RUNTIME: TRAINING_FAILED}
# What gives an ExperimentAnalysis, and what that had up to Ray 2.6.
ANALYSES = frozenset(
    {TUNE_RUN, "ray.tune.ExperimentAnalysis", "ray.tune.analysis.ExperimentAnalysis"}
)
_TRIALS = "Read its trials."
GONE_OF_ANALYSES: Mapping[str, str] = {
    "best_logdir": "Take best_trial.local_path.",
    "get_best_logdir": "Take local_path of what get_best_trial() gives.",
    "get_trial_checkpoints_paths": "Take the path of what get_best_checkpoint() gives.",
    "fetch_trial_dataframes": "Read trial_dataframes.",
    "runner_data": _TRIALS,
    "stats": _TRIALS,
}

# What Tune passes to callbacks, loggers and schedulers, and by methods that begin in which way.
TRIALS = frozenset({"ray.tune.experiment.Trial", "ray.tune.experiment.trial.Trial"})
TRIAL_HOOKS = ("on_trial_", "log_trial_")
# What a Trial has under another name since Ray 2.5; the old one raises from Ray 2.10 on.
TRIAL_DIR, TRIAL_PATH = "logdir", "local_path"
# What it had up to Ray 2.6.
GONE_OF_TRIALS: Mapping[str, str] = {
    "get_runner_ip": "Call get_ray_actor_ip().",
    "get_trial_checkpoints": "Read run_metadata.checkpoint_manager.best_checkpoint_results.",
    "remote_checkpoint_dir": "Read storage.trial_fs_path.",
    "uses_cloud_checkpointing": "Compare its storage.storage_fs_path with what is local.",
}
# What the checkpoint of one was up to Ray 2.6, with what is in place of that.
_CHECKPOINT_DIR = "Read its path, or the directory that its as_directory() gives."
GONE_OF_TRACKED_CHECKPOINTS: Mapping[str, str] = {
    "dir_or_data": _CHECKPOINT_DIR,
    "to_air_checkpoint": "Take the checkpoint itself: it is one of ray.tune already.",
    "value": _CHECKPOINT_DIR,
}
