"""Which parameter an argument is that is given by position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.ray_api.configs import SCALING_CONFIG, TRAIN_RUN_CONFIG, TUNE_RUN_CONFIG
from raytune_migrate.ray_api.tuner import TUNE_CONFIG, TUNER

if TYPE_CHECKING:
    from collections.abc import Mapping

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
