"""The Tuner, and the other ways to hand Tune something to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from raytune_migrate.ray_api.configs import TUNE_RUN

if TYPE_CHECKING:
    from collections.abc import Mapping

TUNER = "ray.tune.Tuner"
RESTORE = "ray.tune.Tuner.restore"
TUNE_CONFIG = "ray.tune.TuneConfig"
WITH_RESOURCES = "ray.tune.with_resources"
# What asks ``tune.run`` to go on with an experiment.
RESUMES = frozenset({"resume", "resume_config"})
# Keys of a param_space whose dict V1 merged into the trainer's own, key by key.
MERGED_KEYS = frozenset({"train_loop_config", "params", "datasets"})

# Functions that are given a function to run as a trial, and at which position.
TUNE_RUNNERS: Mapping[str, int] = {
    TUNER: 0,
    TUNE_RUN: 0,
    "ray.tune.Experiment": 1,
    "ray.tune.register_trainable": 1,
}
OLD_TRAINABLE = "overwrite_trainable"  # of Tuner.restore, up to Ray 2.4
TRAINABLE_KEYWORDS = frozenset({"trainable", "run_or_experiment", "run", OLD_TRAINABLE})
